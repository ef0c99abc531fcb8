//! Texts in YAML as values: Concord's dialect, with the numbers and repeated keys that data may have and flows may not.

use std::collections::HashMap;

use accord_sdk::TaskError;
use accord_syntax::{Data, DataKind, Diagnostic, FileId, Source, Span, read_data_and_problems};
use accord_value::{List, Map, Text, Value, number};

/// The first document of `text`; `name` says in errors where it came from.
pub(super) fn read(text: &Text, name: &str) -> Result<Value, TaskError> {
    let source = Source::new(FileId(0), name, text.as_arc().clone());
    let (data, problems) = read_data_and_problems(&source);
    let mut numbers = HashMap::new();
    for problem in &problems {
        let written = problem.focus.map(|span| (span, source.slice(span)));
        match (problem.code, written) {
            // Of two equal keys the later value wins.
            ("duplicate-key", _) => {}
            ("number-range", Some((span, written))) => {
                numbers.insert(span, whole(written).ok_or_else(|| refused(text, name, problem, &source))?);
            }
            ("number-format", Some((span, written))) => {
                numbers.insert(span, special(written).ok_or_else(|| refused(text, name, problem, &source))?);
            }
            _ => return Err(refused(text, name, problem, &source)),
        }
    }
    let value = data.map_or(Value::Null, |data| value(&data, &numbers));
    Ok(super::marked_if(text.is_sensitive(), value))
}

fn refused(text: &Text, name: &str, problem: &Diagnostic, source: &Source) -> TaskError {
    let place = problem.focus.or(problem.span).map(|span| source.line_col(span.start));
    let place = place.map_or_else(String::new, |at| format!(" (line: {}, col: {})", at.line, at.col));
    let message = format!("Cannot read the YAML of '{name}': {}{place}", problem.message);
    super::quoting(text, "com.fasterxml.jackson.dataformat.yaml.JacksonYAMLParseException", message)
}

/// A whole number of more than 32 bits.
fn whole(written: &str) -> Option<Value> {
    let digits = written.replace('_', "");
    let number = number::parse_big_int(&digits).ok()?;
    Some(i64::try_from(&number).map_or_else(|_| Value::from(number), Value::Long))
}

fn special(written: &str) -> Option<Value> {
    let lower = written.to_ascii_lowercase();
    let number = match lower.as_str() {
        ".nan" => f64::NAN,
        ".inf" | "+.inf" => f64::INFINITY,
        "-.inf" => f64::NEG_INFINITY,
        _ => return None,
    };
    Some(Value::Double(number))
}

/// The reader bounds the nesting.
fn value(data: &Data, numbers: &HashMap<Span, Value>) -> Value {
    match &data.kind {
        DataKind::Int(_) | DataKind::Float(_) if numbers.contains_key(&data.span) => {
            numbers.get(&data.span).cloned().unwrap_or_default()
        }
        DataKind::Null => Value::Null,
        DataKind::Bool(value) => Value::Bool(*value),
        DataKind::Int(number) => Value::Int(*number),
        DataKind::Float(number) => Value::Double(*number),
        DataKind::Text(text) => Value::from(text),
        DataKind::List(items) => Value::List(List::new(items.iter().map(|item| value(item, numbers)).collect())),
        DataKind::Map(entries) => Value::Map(Map::from_pairs(
            entries.iter().map(|(key, inner)| (Value::from(&key.value), value(inner, numbers))),
        )),
    }
}
