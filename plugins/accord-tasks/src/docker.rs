//! `docker`: known by name, not supported.

use accord_sdk::{Task, TaskContext, TaskError, TaskInfo, TaskResult, Variables};

/// The task `docker`.
pub(crate) struct Docker;

impl Task for Docker {
    fn describe(&self) -> TaskInfo {
        // Any parameter is taken: the answer is the same.
        TaskInfo::new("docker", "Not supported.").input([]).result_without_mark().errors_without_mark()
    }

    fn execute(&self, _input: Variables, _cx: &mut TaskContext<'_>) -> Result<TaskResult, TaskError> {
        Err(TaskError::of(
            TaskError::UNSUPPORTED,
            "Running Docker containers is not supported. Run the command itself, or a script step, instead.",
        ))
    }
}
