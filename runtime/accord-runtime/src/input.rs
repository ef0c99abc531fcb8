//! What people bring to a suspended process: a YAML or JSON file, values on the command line, both laid over each other.

use std::io::Read as _;
use std::path::Path;

use accord_syntax::{Data, DataKind, FileId, Source};
use accord_value::{List, Map, Value};

/// Reads a file that holds a map.
///
/// # Errors
/// Where there is no such file, or it is no YAML or holds no map.
pub fn read_input(file: &Path) -> Result<Map, String> {
    let text = read_text(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    match parse(&file.to_string_lossy(), &text)? {
        Value::Map(map) => Ok(map),
        other => Err(format!("expected a JSON or YAML object in {}, found {}", file.display(), other.simple_name())),
    }
}

/// The largest file of values.
const MOST: u64 = 64 << 20;

fn read_text(file: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(file)?.take(MOST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST {
        return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, format!("larger than {} MiB", MOST >> 20)));
    }
    Ok(text)
}

/// Lays `KEY=VALUE` over a map: the value is read as YAML, dots of the key lead into maps.
///
/// # Errors
/// Where the value is no YAML, or there is none.
pub fn put_input(map: &Map, key: &str, value: &str) -> Result<(), String> {
    let value = parse(key, value)?;
    put(map, key, value).map_err(|()| format!("not a name: {key}"))
}

/// Wraps a map into the path of a variable: `a.b`.
///
/// # Errors
/// Where a part of the path is empty.
pub fn wrap_input(map: Map, path: &str) -> Result<Map, String> {
    let wrapped = Map::linked();
    put(&wrapped, path, Value::Map(map)).map_err(|()| format!("not the name of a variable: {path}"))?;
    Ok(wrapped)
}

fn put(map: &Map, path: &str, value: Value) -> Result<(), ()> {
    if path.split('.').any(str::is_empty) {
        return Err(());
    }
    let mut parts = path.split('.').peekable();
    let mut map = map.clone();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            map.insert(part, value);
            return Ok(());
        }
        map = match map.get(part) {
            Some(Value::Map(inner)) => inner,
            _ => {
                let inner = Map::linked();
                map.insert(part, Value::Map(inner.clone()));
                inner
            }
        };
    }
    Err(())
}

fn parse(name: &str, text: &str) -> Result<Value, String> {
    let source = Source::new(FileId(0), name, text);
    match accord_syntax::read_data(&source) {
        Ok(Some(data)) => Ok(plain(&data)),
        Ok(None) => Err(format!("{name}: expected a value, found nothing")),
        Err(diagnostics) => {
            let first = diagnostics.first();
            let place = first.and_then(|found| found.span).map(|span| source.line_col(span.start));
            let message = first.map_or("not YAML", |found| &found.message);
            Err(match place {
                Some(place) => format!("{name}, line {}, column {}: {message}", place.line, place.col),
                None => format!("{name}: {message}"),
            })
        }
    }
}

fn plain(data: &Data) -> Value {
    match &data.kind {
        DataKind::Null => Value::Null,
        DataKind::Bool(value) => Value::from(*value),
        DataKind::Int(value) => Value::from(*value),
        DataKind::Float(value) => Value::from(*value),
        DataKind::Text(text) => Value::from(&**text),
        DataKind::List(items) => Value::List(List::new(items.iter().map(plain).collect())),
        DataKind::Map(entries) => {
            Value::Map(Map::from_pairs(entries.iter().map(|(key, value)| (&*key.value, plain(value)))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_yaml_and_dots_lead_into_maps() {
        let map = Map::linked();
        for (key, value) in [("f.a", "5"), ("f.b", "yes"), ("f.c", "'x'"), ("g", "[1, ~]"), ("f.a", "6")] {
            put_input(&map, key, value).unwrap();
        }
        assert_eq!(Value::Map(map.clone()).to_text().as_str(), "{f={a=6, b=true, c=x}, g=[1, null]}");
        for (key, value) in [("a", ""), ("a..b", "1"), ("a", "\"x")] {
            assert!(put_input(&map, key, value).is_err(), "{key}={value}");
        }
        assert_eq!(
            Value::Map(wrap_input(map, "x.y").unwrap()).to_text().as_str(),
            "{x={y={f={a=6, b=true, c=x}, g=[1, null]}}}"
        );
        assert!(wrap_input(Map::linked(), "a..b").is_err());
    }
}
