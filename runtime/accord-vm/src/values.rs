//! What the machine does with values: casts, dotted names, expressions inside of data.

use std::sync::Arc;

use crate::shim::{EvalError, Scope};
use accord_sdk::TaskError;
use accord_syntax::expr::Template;
use accord_value::{List, Map, Text, Value, number};

use crate::errors::Raise;

#[cfg(test)]
mod tests;

/// How deep data may be nested where its texts are evaluated.
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

/// The variables that a map of names and values sets. A dotted name reaches into the map that `variable` gives under its
/// first part, or into a new one; other entries of that map stay.
pub(crate) fn by_first_name(
    entries: Vec<(Arc<str>, Value)>,
    variable: impl Fn(&str) -> Option<Value>,
) -> Vec<(Arc<str>, Value)> {
    if !entries.iter().any(|(name, _)| is_dotted(name)) {
        return entries;
    }
    let mut result: Vec<(Arc<str>, Value)> = Vec::with_capacity(entries.len());
    for (name, value) in entries {
        let Some((first, path)) = split(&name) else {
            put(&mut result, name, value);
            continue;
        };
        let nested = path.iter().rev().fold(value, |inner, key| Value::Map(Map::from_pairs([(*key, inner)])));
        let known = result.iter().find(|(known, _)| &**known == first).map(|(_, value)| value.clone());
        let old = known.or_else(|| variable(first));
        let value = match (old, nested) {
            (Some(Value::Map(old)), Value::Map(new)) => Value::Map(merged(&old, &new, 0)),
            (_, nested) => nested,
        };
        put(&mut result, first.into(), value);
    }
    result
}

fn put(entries: &mut Vec<(Arc<str>, Value)>, name: Arc<str>, value: Value) {
    match entries.iter_mut().find(|(known, _)| *known == name) {
        Some(entry) => entry.1 = value,
        None => entries.push((name, value)),
    }
}

/// Whether a name reaches into a map.
pub(crate) fn is_dotted(name: &str) -> bool {
    split(name).is_some()
}

fn split(name: &str) -> Option<(&str, Vec<&str>)> {
    let (first, rest) = name.split_once('.')?;
    let path: Vec<&str> = rest.trim_end_matches('.').split('.').collect();
    (!path.iter().all(|part| part.is_empty())).then_some((first, path))
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

/// A copy of `value` in which the expressions of all texts are evaluated.
pub(crate) fn evaluate_texts(value: &Value, scope: &dyn Scope) -> Result<Value, EvalError> {
    evaluate(value, scope, 0)
}

fn evaluate(value: &Value, scope: &dyn Scope, depth: usize) -> Result<Value, EvalError> {
    if depth > MAX_DEPTH {
        return value.deep_copy();
    }
    Ok(match value {
        Value::Text(text) if text.as_str().contains("${") => {
            let template = Template::parse(Arc::clone(text.as_arc()));
            let evaluated = crate::shim::eval(&template, scope)?;
            if text.is_sensitive() { evaluated.marked() } else { evaluated }
        }
        Value::List(list) if !list.kind().is_array() => {
            let items: Result<Vec<Value>, EvalError> =
                list.snapshot().iter().map(|item| evaluate(item, scope, depth + 1)).collect();
            Value::List(List::new(items?))
        }
        Value::Map(map) => {
            let result = Map::linked();
            for (key, value) in map.entries() {
                result.insert(key, evaluate(&value, scope, depth + 1)?);
            }
            Value::Map(result)
        }
        other => other.deep_copy()?,
    })
}
