//! `throw`: fails with a text or with data.

use std::sync::Arc;

use accord_sdk::{Parameter, ParameterType, Task, TaskContext, TaskError, TaskInfo, TaskResult, Variables};
use accord_value::{Map, Throwable, Value};

/// The class of an error that carries data instead of a text.
const CONCORD_EXCEPTION: &str = "com.walmartlabs.concord.plugins.throwex.ConcordException";

/// The task `throw`, which also stands behind the step `throw`.
pub(crate) struct Throw;

impl Task for Throw {
    fn describe(&self) -> TaskInfo {
        TaskInfo::new("throw", "Fails with a text or with data.")
            .input([
                Parameter::any("exception")
                    .summary("a text, an error to throw again, or data that becomes the payload"),
                Parameter::new("payload", ParameterType::Any).summary("data that goes with a text"),
            ])
            .dry_run_ready()
            .errors_without_mark()
    }

    fn execute(&self, input: Variables, _cx: &mut TaskContext<'_>) -> Result<TaskResult, TaskError> {
        Err(match input.get("exception") {
            Value::Null => TaskError::user("n/a").with_payload(Value::Map(Map::linked())),
            Value::Throwable(error) => TaskError::from((*error).clone()),
            Value::Text(text) => {
                let payload = match input.get("payload") {
                    Value::Null => Value::Map(Map::linked()),
                    payload => payload,
                };
                TaskError::user(text).with_payload(payload)
            }
            data => {
                let mut cause = Throwable::new(CONCORD_EXCEPTION, "Process Error");
                cause.payload = Some(data);
                let mut error = Throwable::new(Throwable::WRAPPED, "Process Error");
                error.cause = Some(Arc::new(cause));
                TaskError::from(error)
            }
        })
    }
}
