//! `misc`: what fits nowhere else.

use accord_sdk::{Method, Parameter, Task, TaskContext, TaskError, TaskInfo};
use accord_value::{Text, Value};

use crate::args;

/// The task `misc`.
pub(crate) struct Misc;

impl Task for Misc {
    fn describe(&self) -> TaskInfo {
        TaskInfo::new("misc", "What fits nowhere else.")
            .method(Method::new("trim", [Parameter::string("text"), Parameter::number("maxLength")]))
            .method(Method::new("throwRuntimeException", [Parameter::string("message")]).errors_without_mark())
            .dry_run_ready()
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        match (method, args) {
            ("trim", [_, _]) => trim(&args::text(args, 0), args::int(args, 1)?).map(Value::Text),
            ("throwRuntimeException", [_]) => Err(TaskError::new(args::text(args, 0))),
            _ => Err(cx.no_such_method(method, args)),
        }
    }
}

/// `text` cut to `max` UTF-16 units, the last three of which are dots.
fn trim(text: &Text, max: i32) -> Result<Text, TaskError> {
    let length = text.as_str().encode_utf16().count();
    if i64::from(max) >= i64::try_from(length).unwrap_or(i64::MAX) {
        return Ok(text.clone());
    }
    let keep = i64::from(max) - 3;
    let Ok(units) = usize::try_from(keep) else {
        return Err(TaskError::of(
            "java.lang.StringIndexOutOfBoundsException",
            format!("Range [0, {keep}) out of bounds for length {length}"),
        ));
    };
    let kept: Vec<u16> = text.as_str().encode_utf16().take(units).collect();
    Ok(Text::with_mark(format!("{}...", String::from_utf16_lossy(&kept)), text.is_sensitive()))
}
