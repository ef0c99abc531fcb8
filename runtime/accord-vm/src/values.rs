//! What the machine does with values: casts, merging, dotted names.

use std::sync::Arc;

use accord_sdk::TaskError;
use accord_value::{Map, Text, Value, number};

use crate::errors::Raise;
use crate::thread::Named;

#[cfg(test)]
mod tests;

/// How deep maps are merged.
const MAX_DEPTH: usize = 1000;

/// The text form: `null` of nothing.
pub(crate) fn to_text(value: &Value) -> Text {
    value.to_text()
}

/// Java's cast to `String`.
pub(crate) fn cast_text(value: Value) -> Result<Option<Text>, Raise> {
    match value {
        Value::Null => Ok(None),
        Value::Text(text) => Ok(Some(text)),
        other => Err(Raise::cast(other.class_name(), "java.lang.String")),
    }
}

/// Java's cast to `Map`.
pub(crate) fn cast_map(value: Value) -> Result<Option<Map>, Raise> {
    match value {
        Value::Null => Ok(None),
        Value::Map(map) => Ok(Some(map)),
        other => Err(Raise::cast(other.class_name(), "java.util.Map")),
    }
}

/// Java's cast to `Number`, and the whole part of it.
pub(crate) fn cast_whole_number(value: &Value) -> Result<Option<i64>, Raise> {
    match value {
        Value::Null => Ok(None),
        value if value.is_number() => Ok(Some(number::to_long(value)?)),
        other => Err(Raise::cast(other.class_name(), "java.lang.Number")),
    }
}

/// Refuses what cannot be kept in a variable, because no state could hold it.
pub(crate) fn check_storable(name: &str, value: &Value) -> Result<(), TaskError> {
    match value {
        Value::Object(object) if object.snapshot().is_none() => Err(TaskError::illegal_argument(format!(
            "Can't set a non-serializable local variable: {name} -> class {}",
            object.class_name()
        ))),
        _ => Ok(()),
    }
}

/// The entries of a map whose keys are names.
pub(crate) fn named(map: &Map) -> Named {
    map.entries().into_iter().map(|(name, value)| (Arc::clone(name.to_text().as_arc()), value)).collect()
}

/// A new map with the entries of both; maps under the same key are merged, all else is replaced by what is in `new`.
pub(crate) fn merged(old: &Map, new: &Map, depth: usize) -> Map {
    let result = old.copy_as(accord_value::MapKind::Linked);
    for (key, value) in new.entries() {
        let value = match (result.get_key(&key), value) {
            (Some(Value::Map(old)), Value::Map(new)) if depth < MAX_DEPTH => Value::Map(merged(&old, &new, depth + 1)),
            (_, value) => value,
        };
        result.insert(key, value);
    }
    result
}

/// The value under a name that may reach into maps.
pub(crate) fn by_path(name: &str, variable: impl Fn(&str) -> Option<Value>) -> Option<Value> {
    let mut parts = name.split('.');
    let mut value = variable(parts.next()?)?;
    for part in parts {
        value = value.as_map()?.get(part)?;
    }
    Some(value)
}
