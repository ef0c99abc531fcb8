//! Arguments of methods, turned into what a parameter takes as the expression language does for Java's methods.

use accord_sdk::TaskError;
use accord_value::{List, Map, Text, Value, number};

/// A `String` parameter: null and a missing argument are the empty text.
pub(crate) fn text(args: &[Value], index: usize) -> Text {
    match args.get(index) {
        None | Some(Value::Null) => Text::default(),
        Some(value) => value.to_text(),
    }
}

/// A `String` parameter that is kept as it is where others can read it, such as a key or a path: a secret is refused.
pub(crate) fn open_text(args: &[Value], index: usize, what: &str) -> Result<Text, TaskError> {
    let text = text(args, index);
    if text.is_sensitive() {
        return Err(TaskError::illegal_argument(format!("{what} cannot be made of a secret: it is not encrypted")));
    }
    Ok(text)
}

/// A `String` parameter where the empty text means that it was not given.
pub(crate) fn text_if_any(args: &[Value], index: usize) -> Option<Text> {
    Some(text(args, index)).filter(|text| !text.as_str().is_empty())
}

/// Any parameter; missing is null.
pub(crate) fn value(args: &[Value], index: usize) -> Value {
    args.get(index).cloned().unwrap_or_default()
}

/// An `int` parameter; a text is one where it is written as a number.
pub(crate) fn int(args: &[Value], index: usize) -> Result<i32, TaskError> {
    match value(args, index) {
        Value::Text(text) => number::parse_int(text.as_str(), 10).map_err(|_| no_number(&text)),
        value => number::to_int(&value).map_err(|_| no_number(&value.to_text())),
    }
}

/// A `long` parameter; a text is one where it is written as a number.
pub(crate) fn long(args: &[Value], index: usize) -> Result<i64, TaskError> {
    match value(args, index) {
        Value::Text(text) => number::parse_long(text.as_str(), 10).map_err(|_| no_number(&text)),
        value => number::to_long(&value).map_err(|_| no_number(&value.to_text())),
    }
}

fn no_number(shown: &Text) -> TaskError {
    TaskError::illegal_argument(Text::concat([
        &Text::plain("Expected a whole number, found '"),
        shown,
        &Text::plain("'"),
    ]))
}

/// A `boolean` parameter.
pub(crate) fn boolean(args: &[Value], index: usize) -> Result<bool, TaskError> {
    match value(args, index) {
        Value::Null => Ok(false),
        Value::Bool(value) => Ok(value),
        Value::Text(text) => Ok(text.as_str().eq_ignore_ascii_case("true")),
        other => Err(cannot_convert(&other, "java.lang.Boolean")),
    }
}

/// A `List` parameter that may be null.
pub(crate) fn list(args: &[Value], index: usize) -> Result<Option<List>, TaskError> {
    match value(args, index) {
        Value::Null => Ok(None),
        Value::List(list) => Ok(Some(list)),
        Value::Set(set) => Ok(Some(List::new(set.items()))),
        other => Err(cannot_convert(&other, "java.util.Collection")),
    }
}

/// A `Map` parameter that may be null.
pub(crate) fn map(args: &[Value], index: usize) -> Result<Option<Map>, TaskError> {
    match value(args, index) {
        Value::Null => Ok(None),
        Value::Map(map) => Ok(Some(map)),
        other => Err(cannot_convert(&other, "java.util.Map")),
    }
}

fn cannot_convert(value: &Value, to: &str) -> TaskError {
    let shown = value.to_text();
    let rest = format!(" of type class {} to class {to}", value.class_name());
    TaskError::of("jakarta.el.ELException", Text::concat([&Text::plain("Cannot convert "), &shown, &Text::plain(rest)]))
}
