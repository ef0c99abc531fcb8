//! Whether a value is what a mock or `verify` expects.

use accord_syntax::regex;
use accord_value::{MAX_DEPTH, Map, Value, number};

use super::Anything;

/// Whether `actual` matches `expected`: texts are Java's regular expressions for the whole text, whatever the case; of a
/// map the expected entries must match; numbers are equal whatever their Java types.
pub(super) fn value(expected: &Value, actual: &Value) -> bool {
    deep(expected, actual, 0)
}

/// Whether `actual` has all entries of `expected`.
pub(super) fn map(expected: &Map, actual: &Map) -> bool {
    entries(expected, actual, 0)
}

/// Whether a text is matched by a pattern, or is the same where the pattern is none.
pub(super) fn text(pattern: &str, text: &str) -> bool {
    pattern == text
        || regex::compile_whole(&format!("(?iu){pattern}")).is_ok_and(|regex| regex.is_match(text).unwrap_or(false))
}

fn deep(expected: &Value, actual: &Value, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    if expected.as_object::<Anything>().is_some() {
        return true;
    }
    match (expected, actual) {
        (Value::Text(pattern), Value::Text(actual)) => text(pattern.as_str(), actual.as_str()),
        (Value::Map(expected), Value::Map(actual)) => entries(expected, actual, depth),
        (Value::List(expected), Value::List(actual)) => {
            let (expected, actual) = (expected.snapshot(), actual.snapshot());
            expected.len() == actual.len() && expected.iter().zip(&actual).all(|(e, a)| deep(e, a, depth + 1))
        }
        (a, b) if a.is_number() && b.is_number() => {
            a == b || number::compare(a, b).is_ok_and(std::cmp::Ordering::is_eq)
        }
        (a, b) => a == b,
    }
}

fn entries(expected: &Map, actual: &Map, depth: usize) -> bool {
    expected.entries().iter().all(|(key, wanted)| match actual.get_key(key) {
        Some(found) => deep(wanted, &found, depth + 1),
        None => false,
    })
}
