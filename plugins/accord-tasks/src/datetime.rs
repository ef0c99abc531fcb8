//! `datetime`: now, and dates as texts and back, with the patterns of Java's `SimpleDateFormat`.

use std::sync::Arc;

use accord_sdk::{Method, Parameter, Task, TaskContext, TaskError, TaskInfo};
use accord_value::date::{Date, format_millis, parse_millis};
use accord_value::{Text, Value};

use crate::args;

#[cfg(test)]
mod tests;

/// The task `datetime`.
pub(crate) struct DateTime;

impl Task for DateTime {
    fn describe(&self) -> TaskInfo {
        let pattern = || Parameter::string("pattern").required();
        TaskInfo::new("datetime", "Now, and dates as texts and back.")
            .method(Method::new("current", []))
            .method(Method::new("current", [pattern()]))
            .method(Method::new("currentWithZone", [Parameter::string("zone").required(), pattern()]))
            .method(Method::new("format", [Parameter::any("date").required(), pattern()]))
            .method(Method::new("parse", [Parameter::string("text").required(), pattern()]))
            .dry_run_ready()
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        let now = || cx.services().now_millis();
        match (method, args) {
            ("current", []) => Ok(Value::object(Date::new(now()))),
            ("current", [_]) => format(now(), own_zone(cx).as_deref(), &args::text(args, 0)),
            ("currentWithZone", [_, _]) => format(now(), Some(args::text(args, 0).as_str()), &args::text(args, 1)),
            ("format", [date, _]) => match date.as_object::<Date>() {
                Some(date) => format(date.millis(), own_zone(cx).as_deref(), &args::text(args, 1)),
                None => Err(TaskError::illegal_argument(format!(
                    "Expected a date, such as 'datetime.parse' gives, got: class {}",
                    date.class_name()
                ))),
            },
            ("parse", [_, _]) => {
                let (text, pattern) = (args::text(args, 0), args::text(args, 1));
                let millis = parse_millis(pattern.as_str(), text.as_str(), own_zone(cx).as_deref(), now())?;
                Ok(Value::object(Date::new(millis)))
            }
            _ => Err(cx.no_such_method(method, args)),
        }
    }
}

fn format(millis: i64, zone: Option<&str>, pattern: &Text) -> Result<Value, TaskError> {
    Ok(Value::from(format_millis(pattern.as_str(), millis, zone)?))
}

/// The name of the process' zone; none is the machine's.
fn own_zone(cx: &TaskContext<'_>) -> Option<Arc<str>> {
    cx.services().system_property("user.timezone")
}
