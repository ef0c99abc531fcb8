//! `resource`: files and texts as data, data as files and texts.
//!
//! What was read from the file of a secret is marked, what was written from a marked value is read back marked.

use accord_sdk::{FileError, Method, Parameter, Task, TaskContext, TaskError, TaskInfo};
use accord_value::{Text, Value, json};

use crate::{args, print};

pub(crate) mod properties;
#[cfg(test)]
mod tests;
mod yaml;

/// The deepest indentation that `prettyPrintYaml` takes.
const MAX_INDENT: i32 = 1000;

/// The task `resource`.
pub(crate) struct Resource;

impl Task for Resource {
    fn describe(&self) -> TaskInfo {
        let mut info = TaskInfo::new("resource", "Files and texts as data, data as files and texts.");
        let path = || Parameter::string("path").required();
        let eval = || Parameter::boolean("eval").summary("whether to evaluate the expressions in it");
        for name in ["asJson", "asYaml", "asProperties"] {
            info = info.method(Method::new(name, [path()])).method(Method::new(name, [path(), eval()]));
        }
        info = info.method(Method::new("asString", [path()]));
        for name in ["fromJsonString", "fromYamlString"] {
            let text = || Parameter::string("text").required();
            info = info.method(Method::new(name, [text()])).method(Method::new(name, [text(), eval()]));
        }
        for name in ["writeAsJson", "writeAsString", "writeAsYaml"] {
            let content = || Parameter::any("content");
            info = info
                .method(Method::new(name, [content()]).result_without_mark())
                .method(Method::new(name, [content(), path()]).result_without_mark());
        }
        // What is printed keeps the marks of the values in their places.
        info.method(Method::new("printJson", [Parameter::any("value")]).result_without_mark())
            .method(Method::new("prettyPrintJson", [Parameter::any("value")]).result_without_mark())
            .method(Method::new("prettyPrintYaml", [Parameter::any("value")]).result_without_mark())
            .method(
                Method::new("prettyPrintYaml", [Parameter::any("value"), Parameter::number("indent")])
                    .result_without_mark(),
            )
            .dry_run_ready()
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        match (method, args) {
            ("asString", [_]) => read(args, cx).map(Value::Text),
            ("asJson", [_] | [_, _]) => evaluated(read_json(&read(args, cx)?)?, args, cx),
            ("asYaml", [_] | [_, _]) => {
                let name = args::text(args, 0);
                evaluated(yaml::read(&read(args, cx)?, name.as_str())?, args, cx)
            }
            ("asProperties", [_] | [_, _]) => evaluated(properties::read(&read(args, cx)?)?, args, cx),
            ("fromJsonString", [_] | [_, _]) => evaluated(read_json(&args::text(args, 0))?, args, cx),
            ("fromYamlString", [_] | [_, _]) => evaluated(yaml::read(&args::text(args, 0), "text")?, args, cx),
            ("writeAsJson", [value] | [value, _]) => write(&print::pretty_json(value)?, ".json", args, cx),
            ("writeAsString", [_] | [_, _]) => write(&args::text(args, 0), ".txt", args, cx),
            ("writeAsYaml", [value] | [value, _]) => write(&print::file_yaml(value)?, ".yaml", args, cx),
            ("printJson", [value]) => print::json(&parsed(value)?).map(Value::Text),
            ("prettyPrintJson", [value]) => print::pretty_json(&parsed(value)?).map(Value::Text),
            ("prettyPrintYaml", [value]) => print::pretty_yaml(value).map(Value::Text),
            ("prettyPrintYaml", [value, _]) => {
                let indent = args::int(args, 1)?;
                match usize::try_from(indent) {
                    Ok(blanks) if indent <= MAX_INDENT => {
                        print::pretty_yaml(value).map(|text| Value::Text(print::indented(&text, blanks)))
                    }
                    _ => Err(TaskError::illegal_argument(format!(
                        "The indentation must be between 0 and {MAX_INDENT}, found {indent}"
                    ))),
                }
            }
            _ => Err(cx.no_such_method(method, args)),
        }
    }
}

/// The content of the file whose path is the first argument.
fn read(args: &[Value], cx: &TaskContext<'_>) -> Result<Text, TaskError> {
    let path = args::text(args, 0);
    let file = cx.files().read(path.as_str()).map_err(|error| word(error, &path))?;
    // As Java does: bytes that are no UTF-8 become replacement characters.
    Ok(Text::with_mark(String::from_utf8_lossy(&file.bytes), file.sensitive))
}

/// Writes the first argument's text to the path in the second, or to a new file, and gives the path.
fn write(content: &Text, suffix: &str, args: &[Value], cx: &TaskContext<'_>) -> Result<Value, TaskError> {
    let path = match args::text_if_any(args, 1) {
        Some(path) => path,
        None => Text::from(cx.files().temp_file("resource_", suffix)?.relative),
    };
    cx.files()
        .write(path.as_str(), content.as_str().as_bytes(), content.is_sensitive())
        .map_err(|error| word(error, &path))?;
    Ok(Value::Text(path))
}

fn word(error: FileError, path: &Text) -> TaskError {
    match error {
        FileError::Outside(_) => TaskError::illegal_argument(Text::concat([
            &Text::plain("Not authorized to access file outside of working directory: "),
            path,
        ])),
        other => other.into(),
    }
}

/// `value` with its expressions evaluated where the second argument says so.
fn evaluated(value: Value, args: &[Value], cx: &TaskContext<'_>) -> Result<Value, TaskError> {
    if args::boolean(args, 1)? { cx.eval(&value) } else { Ok(value) }
}

fn read_json(text: &Text) -> Result<Value, TaskError> {
    match json::parse(text.as_str()) {
        Ok(value) => Ok(marked_if(text.is_sensitive(), value)),
        Err(error) => Err(quoting(text, "com.fasterxml.jackson.core.JsonParseException", error.to_string())),
    }
}

/// A text is taken as JSON, anything else as it is.
fn parsed(value: &Value) -> Result<Value, TaskError> {
    match value {
        Value::Text(text) => read_json(text),
        other => Ok(other.clone()),
    }
}

fn marked_if(sensitive: bool, value: Value) -> Value {
    if sensitive { value.marked() } else { value }
}

/// An error whose message may quote `text`.
fn quoting(text: &Text, class: &'static str, message: String) -> TaskError {
    TaskError::of(class, Text::with_mark(message, text.is_sensitive()))
}
