//! `log`: writes a value into the log of the process.

use accord_sdk::{
    LogLevel, Method, Parameter, ParameterType, Task, TaskContext, TaskError, TaskInfo, TaskResult, Variables,
};
use accord_value::{Text, Value};

use crate::print;

/// The task `log`, which also stands behind the steps `log` and `logYaml`.
pub(crate) struct Log;

impl Task for Log {
    fn describe(&self) -> TaskInfo {
        let levels = ["DEBUG", "INFO", "WARN", "ERROR"].map(Into::into).to_vec();
        let formats = ["json", "yaml"].map(Into::into).to_vec();
        let method = |name: &'static str| Method::new(name, [Parameter::any("msg")]).result_without_mark();
        TaskInfo::new("log", "Writes a value into the log.")
            .input([
                Parameter::any("msg").summary("what to write"),
                Parameter::new("level", ParameterType::OneOf(levels)).summary("INFO unless given"),
                Parameter::new("format", ParameterType::OneOf(formats)).summary("write the value as JSON or YAML"),
            ])
            .method(method("info"))
            .method(method("debug"))
            .method(method("warn"))
            .method(method("error"))
            .method(method("call"))
            .dry_run_ready()
            .result_without_mark()
            .errors_without_mark()
    }

    fn execute(&self, input: Variables, cx: &mut TaskContext<'_>) -> Result<TaskResult, TaskError> {
        let level = match input.string("level")? {
            Some(text) => level(&text)?,
            None => LogLevel::Info,
        };
        let value = input.get("msg");
        let text = match input.string("format")? {
            None => message(&value),
            Some(format) if format.as_str().eq_ignore_ascii_case("json") => on_own_lines(&print::pretty_json(&value)?),
            Some(format) if format.as_str().eq_ignore_ascii_case("yaml") => on_own_lines(&print::log_yaml(&value)?),
            Some(format) => {
                return Err(TaskError::illegal_argument(Text::concat([
                    &Text::plain("Unknown format '"),
                    &format,
                    &Text::plain("'"),
                ])));
            }
        };
        cx.log(level, without_end(&text));
        Ok(TaskResult::success())
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        let level = match (method, args) {
            ("info" | "call", [_]) => LogLevel::Info,
            ("debug", [_]) => LogLevel::Debug,
            ("warn", [_]) => LogLevel::Warn,
            ("error", [_]) => LogLevel::Error,
            _ => return Err(cx.no_such_method(method, args)),
        };
        cx.log(level, without_end(&message(&crate::args::value(args, 0))));
        Ok(Value::Null)
    }
}

fn level(name: &Text) -> Result<LogLevel, TaskError> {
    [LogLevel::Debug, LogLevel::Info, LogLevel::Warn, LogLevel::Error]
        .into_iter()
        .find(|level| level.name().eq_ignore_ascii_case(name.as_str()))
        .ok_or_else(|| {
            TaskError::illegal_argument(Text::concat([
                &Text::plain("Unknown level '"),
                name,
                &Text::plain("'. Available levels: DEBUG, INFO, WARN, ERROR"),
            ]))
        })
}

/// A value as the log shows it, an array with its items. An error that is logged alone leaves the placeholder of the reference's logger standing,
/// with the error on the next line; of errors that only a JVM has names for, the reference prints a stack trace there,
/// and the failed step was logged before.
fn message(value: &Value) -> Text {
    let Value::Throwable(error) = value else { return value.to_array_text() };
    let text = value.to_text();
    let classes = std::iter::once(&error.class).chain(error.cause.iter().map(|cause| &cause.class));
    if classes.into_iter().any(|class| text.as_str().starts_with(&**class)) {
        return Text::plain("{}");
    }
    Text::concat([&Text::plain("{}\n"), &text])
}

/// An entry ends by itself: line breaks at the end of a text are not shown.
fn without_end(text: &Text) -> Text {
    let end = text.as_str().trim_end_matches('\n').len();
    if end == text.as_str().len() { text.clone() } else { text.slice(0..end).unwrap_or_default() }
}

fn on_own_lines(text: &Text) -> Text {
    Text::concat([&Text::plain("\n"), text])
}
