//! The trait of a task.

use accord_value::Value;

use crate::{TaskContext, TaskError, TaskInfo, TaskResult, Variables};

/// A task: what `task: NAME` runs and what `${NAME.method(…)}` calls.
///
/// One value serves all processes and threads at once; whatever belongs to one process comes through the context.
pub trait Task: Send + Sync {
    /// Name, methods, parameters, and what they do with secrets. Called once, when something first asks for it.
    fn describe(&self) -> TaskInfo;

    /// Runs `task: NAME` with its inputs.
    ///
    /// # Errors
    /// The failure, as `lastError` will hold it. By default: the task has methods only.
    fn execute(&self, input: Variables, cx: &mut TaskContext<'_>) -> Result<TaskResult, TaskError> {
        let _ = (input, cx);
        Err(TaskError::illegal_argument(
            "The task doesn't support full task syntax yet. Please call the task using expressions.",
        ))
    }

    /// Answers `${NAME.method(args…)}`.
    ///
    /// # Errors
    /// The failure, as `lastError` will hold it. By default: there is no such method.
    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        Err(cx.no_such_method(method, args))
    }

    /// Goes on after [`TaskResult::Suspend`] with the `state` given there and the values that came with the event.
    ///
    /// # Errors
    /// The failure, as `lastError` will hold it. By default: the task cannot be resumed.
    fn resume(&self, state: Value, event: Value, cx: &mut TaskContext<'_>) -> Result<TaskResult, TaskError> {
        let _ = (state, event);
        Err(TaskError::of(
            TaskError::UNSUPPORTED,
            format!("The task '{}' cannot go on after a suspension.", cx.task_name()),
        ))
    }
}
