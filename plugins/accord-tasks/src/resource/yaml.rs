//! Texts in YAML as values.

use accord_sdk::TaskError;
use accord_syntax::{Data, DataKind, FileId, Source, read_data};
use accord_value::{List, Map, Text, Value};

/// The first document of `text`; `name` says in errors where it came from.
pub(super) fn read(text: &Text, name: &str) -> Result<Value, TaskError> {
    let source = Source::new(FileId(0), name, text.as_arc().clone());
    match read_data(&source) {
        Ok(data) => Ok(super::marked_if(text.is_sensitive(), data.map_or(Value::Null, |data| value(&data)))),
        Err(problems) => {
            let message = match problems.first() {
                Some(problem) => {
                    let place = problem
                        .span
                        .map(|span| source.line_col(span.start))
                        .map_or_else(String::new, |at| format!(" (line: {}, col: {})", at.line, at.col));
                    format!("Cannot read the YAML of '{name}': {}{place}", problem.message)
                }
                None => format!("Cannot read the YAML of '{name}'"),
            };
            Err(super::quoting(text, "com.fasterxml.jackson.dataformat.yaml.JacksonYAMLParseException", message))
        }
    }
}

/// The reader bounds the nesting.
fn value(data: &Data) -> Value {
    match &data.kind {
        DataKind::Null => Value::Null,
        DataKind::Bool(value) => Value::Bool(*value),
        DataKind::Int(number) => Value::Int(*number),
        DataKind::Float(number) => Value::Double(*number),
        DataKind::Text(text) => Value::from(text),
        DataKind::List(items) => Value::List(List::new(items.iter().map(value).collect())),
        DataKind::Map(entries) => {
            Value::Map(Map::from_pairs(entries.iter().map(|(key, inner)| (Value::from(&key.value), value(inner)))))
        }
    }
}
