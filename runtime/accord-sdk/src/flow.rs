//! What a task sees of the flow that calls it.

use std::sync::Arc;

use accord_value::{Map, Place, Text, Value};

use crate::TaskError;

/// How much a log entry matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Not shown by default.
    Debug,
    /// The usual level.
    Info,
    /// Something to look at.
    Warn,
    /// Something went wrong.
    Error,
}

impl LogLevel {
    /// The name in upper case, as log formats have it.
    pub fn name(self) -> &'static str {
        match self {
            LogLevel::Debug => "DEBUG",
            LogLevel::Info => "INFO",
            LogLevel::Warn => "WARN",
            LogLevel::Error => "ERROR",
        }
    }
}

/// The frame of the flow that calls a task. Implemented by the virtual machine, scripted in tests.
pub trait FlowView {
    /// The variable `name`, evaluated where it is lazy; none where there is no such variable.
    ///
    /// # Errors
    /// Where evaluating a lazy variable fails.
    fn variable(&self, name: &str) -> Result<Option<Value>, TaskError>;

    /// Whether there is a variable `name`.
    fn has_variable(&self, name: &str) -> bool;

    /// All variables that can be seen.
    fn variables(&self) -> Map;

    /// Sets a variable of the frame.
    ///
    /// # Errors
    /// Where the value cannot be kept in a variable.
    fn set_variable(&self, name: &str, value: Value) -> Result<(), TaskError>;

    /// Evaluates the expressions in every text of `value`.
    ///
    /// # Errors
    /// The failure of the first expression.
    fn eval(&self, value: &Value) -> Result<Value, TaskError>;

    /// Runs a flow with `input` as its arguments and gives the variables that it leaves.
    ///
    /// # Errors
    /// Where there is no such flow, and where it fails.
    fn call_flow(&self, name: &str, input: Map) -> Result<Map, TaskError>;

    /// Whether there is a task `name`.
    fn has_task_named(&self, name: &str) -> bool;

    /// Calls a method of another task, with the checks and marks of `${TASK.METHOD(args…)}`.
    ///
    /// # Errors
    /// Unknown task or method, and what the task answers.
    fn call_task_method(&self, task: &str, method: &str, args: &[Value]) -> Result<Value, TaskError>;

    /// Calls a method of a value as `${value.METHOD(args…)}` does; by default there are no methods.
    ///
    /// # Errors
    /// Unknown method, and what it raises.
    fn call_value_method(&self, value: &Value, method: &str, args: &[Value]) -> Result<Value, TaskError> {
        let _ = args;
        Err(TaskError::user(format!("Can't find '{method}()' method of {}", value.class_name())))
    }

    /// Name of the flow that runs.
    fn flow_name(&self) -> Arc<str>;

    /// Number of the flow thread; 0 is the root.
    fn thread_id(&self) -> u64;

    /// The place of the step.
    fn place(&self) -> Option<Place>;

    /// The step's `name`, evaluated.
    fn step_name(&self) -> Option<Text>;

    /// The step's `meta`, evaluated.
    fn step_meta(&self) -> Option<Map>;

    /// Writes a log entry under the step's place and segment. Whatever is marked in it is masked on its way.
    fn log(&self, level: LogLevel, text: &Text);
}
