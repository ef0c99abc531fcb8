//! Being told of every call of a task: what somebody sees who asks for more than the log.

use accord_value::Value;

use crate::{FlowView, TaskError, TaskResult};

/// A call of a task.
pub struct Call<'a> {
    /// The task.
    pub task: &'a str,
    /// The method that an expression calls; none for a step.
    pub method: Option<&'a str>,
    /// A step's input as a map, or the arguments of the method. What is secret in them is marked.
    pub input: Vec<Value>,
}

/// What a call answered.
pub enum Answer<'a> {
    /// A step's.
    Result(&'a TaskResult),
    /// A method's.
    Value(&'a Value),
    /// Neither.
    Failed(&'a TaskError),
}

/// What is to be called when a call has ended.
pub type Ended<'a> = Box<dyn FnOnce(&Answer<'_>) + 'a>;

/// Is told of every call of a task, in the flow thread that makes it.
pub trait Observer: Send + Sync {
    /// A call begins.
    fn begins<'a>(&'a self, call: Call<'a>, flow: &'a dyn FlowView) -> Ended<'a>;
}
