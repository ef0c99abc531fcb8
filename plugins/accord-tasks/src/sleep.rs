//! `sleep`: waits for a time, or until one.

use std::time::Duration;

use accord_sdk::{
    LogLevel, Method, Parameter, ParameterType, Task, TaskContext, TaskError, TaskInfo, TaskResult, Variables,
};
use accord_value::date::Date;
use accord_value::{Text, Value};
use jiff::Timestamp;

use crate::args;

/// The task `sleep`.
pub(crate) struct Sleep;

impl Task for Sleep {
    fn describe(&self) -> TaskInfo {
        TaskInfo::new("sleep", "Waits for a time, or until one.")
            .input([
                Parameter::number("duration").summary("seconds"),
                Parameter::new("until", ParameterType::Any).summary("ISO 8601 timestamp"),
                Parameter::boolean("suspend").summary("suspend the process for that time"),
            ])
            .method(Method::new("ms", [Parameter::number("milliseconds")]).result_without_mark())
            .dry_run_ready()
            .result_without_mark()
            .errors_without_mark()
    }

    fn execute(&self, input: Variables, cx: &mut TaskContext<'_>) -> Result<TaskResult, TaskError> {
        let duration = input.number("duration")?;
        let until = until(&input.get("until"))?;
        let suspends = input.boolean("suspend", false)?;
        match (duration, until) {
            (Some(_), Some(_)) => {
                return Err(invalid(cx, "'duration' and 'until' are mutually exclusive"));
            }
            (None, None) => return Err(invalid(cx, "'duration' or 'until' must be specified")),
            (Some(_), None) => {
                let millis = input.integer("duration", 0)?.saturating_mul(1000);
                if millis <= 0 {
                    cx.warn(format!(
                        "Skipping the sleep, the specified datetime is either negative or is in the past: {millis}"
                    ));
                } else {
                    cx.info(format!("Sleeping for {millis}ms"));
                    return sleep(millis, suspends, cx);
                }
            }
            (None, Some(time)) => {
                let millis = time.as_millisecond().saturating_sub(cx.services().now_millis());
                if millis <= 0 {
                    cx.warn(format!("Skipping the sleep, the specified datetime is in the past: {time}"));
                } else {
                    cx.info(format!("Sleeping until {time}..."));
                    return sleep(millis, suspends, cx);
                }
            }
        }
        Ok(TaskResult::success())
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        match (method, args) {
            ("ms", [_]) => {
                wait(args::long(args, 0)?, cx)?;
                Ok(Value::Null)
            }
            _ => Err(cx.no_such_method(method, args)),
        }
    }
}

/// Waits here, or has the process suspended for that time.
fn sleep(millis: i64, suspends: bool, cx: &TaskContext<'_>) -> Result<TaskResult, TaskError> {
    if suspends {
        let services = cx.services();
        let time = services.now_millis().saturating_add(millis);
        return Ok(TaskResult::sleep_until(services.random_uuid(), time));
    }
    wait(millis, cx)?;
    Ok(TaskResult::success())
}

fn wait(millis: i64, cx: &TaskContext<'_>) -> Result<(), TaskError> {
    let millis = u64::try_from(millis).map_err(|_| TaskError::illegal_argument("timeout value is negative"))?;
    Ok(cx.sleep(Duration::from_millis(millis))?)
}

fn invalid(cx: &TaskContext<'_>, why: &str) -> TaskError {
    cx.log(LogLevel::Warn, format!("Invalid sleep task input parameters: {why}"));
    TaskError::illegal_argument("Invalid arguments")
}

fn until(value: &Value) -> Result<Option<Timestamp>, TaskError> {
    match value {
        Value::Null => Ok(None),
        Value::Text(text) => match text.as_str().parse::<Timestamp>() {
            Ok(time) => Ok(Some(time)),
            Err(_) => Err(TaskError::illegal_argument(Text::concat([
                &Text::plain("Invalid value of 'until': '"),
                text,
                &Text::plain("'. Expected an ISO 8601 timestamp with a time zone, such as 2019-09-10T16:00:00+00:00"),
            ]))),
        },
        value if value.as_object::<Date>().is_some() => {
            Ok(value.as_object::<Date>().and_then(|date| Timestamp::from_millisecond(date.millis()).ok()))
        }
        other => Err(TaskError::illegal_argument(Text::concat([
            &Text::plain("Invalid variable '"),
            &other.to_text(),
            &Text::plain(format!("' type, expected: date/string, got: class {}", other.class_name())),
        ]))),
    }
}
