//! Equality, order and containment of values, as PostgreSQL has them.

use std::cmp::Ordering;

use accord_value::{Value, json, number};

use super::eval::Datum;

/// Whether two values are equal; none where one is null.
pub(super) fn equal(a: &Datum, b: &Datum) -> Result<Option<bool>, String> {
    Ok(match (a, b) {
        (Datum::Null, _) | (_, Datum::Null) => None,
        (Datum::Bool(a), Datum::Bool(b)) => Some(a == b),
        (Datum::Json(a), Datum::Json(b)) => Some(json_equal(a, b)),
        _ => Some(order(a, b)?.is_eq()),
    })
}

/// The order of two values, neither of them null.
pub(super) fn order(a: &Datum, b: &Datum) -> Result<Ordering, String> {
    match (a, b) {
        (Datum::Text(a), Datum::Text(b)) => Ok(a.as_str().cmp(b.as_str())),
        (Datum::Bool(a), Datum::Bool(b)) => Ok(a.cmp(b)),
        (Datum::Number(a), Datum::Number(b)) => numbers(a, b),
        (Datum::Json(a), Datum::Json(b)) => json_order(a, b),
        // A text beside a value of another type is a constant of that type.
        (Datum::Text(text), Datum::Number(b)) => numbers(&constant(text.as_str())?, b),
        (Datum::Number(a), Datum::Text(text)) => numbers(a, &constant(text.as_str())?),
        (Datum::Json(a), Datum::Text(text)) => json_order(a, &constant(text.as_str())?),
        (Datum::Text(text), Datum::Json(b)) => json_order(&constant(text.as_str())?, b),
        (Datum::Json(a), Datum::Number(b)) | (Datum::Number(a), Datum::Json(b)) => json_order(a, b),
        _ => Err(format!("values of the types {} and {} cannot be compared: cast one", a.type_name(), b.type_name())),
    }
}

fn constant(text: &str) -> Result<Value, String> {
    json::parse(text)
        .map_err(|_| "a text is compared with jsonb or a number, and is neither: use ->> or a cast".to_owned())
}

/// The order of rows; null comes where it is told to.
pub(super) fn for_order(a: &Datum, b: &Datum, descending: bool, nulls_first: bool) -> Result<Ordering, String> {
    let null = |first: bool| if first { Ordering::Less } else { Ordering::Greater };
    match (a, b) {
        (Datum::Null, Datum::Null) => Ok(Ordering::Equal),
        (Datum::Null, _) => Ok(null(nulls_first)),
        (_, Datum::Null) => Ok(null(!nulls_first)),
        _ => order(a, b).map(|order| if descending { order.reverse() } else { order }),
    }
}

fn numbers(a: &Value, b: &Value) -> Result<Ordering, String> {
    number::compare(a, b).map_err(|_| "a number is compared with something else".to_owned())
}

/// The order of two JSON values of one kind; of two kinds, PostgreSQL's: null, text, number, boolean, list, object.
fn json_order(a: &Value, b: &Value) -> Result<Ordering, String> {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => Ok(a.as_str().cmp(b.as_str())),
        (Value::Bool(a), Value::Bool(b)) => Ok(a.cmp(b)),
        (a, b) if a.is_number() && b.is_number() => numbers(a, b),
        (a, b) if json_equal(a, b) => Ok(Ordering::Equal),
        (a, b) if rank(a) != rank(b) => Ok(rank(a).cmp(&rank(b))),
        _ => {
            let text = |value: &Value| super::eval::json_text(value).map(|text| text.as_str().to_owned());
            Ok(text(a)?.cmp(&text(b)?))
        }
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Text(_) => 1,
        Value::Bool(_) => 3,
        Value::List(_) => 4,
        Value::Map(_) => 5,
        _ => 2,
    }
}

/// Equality of JSON values: numbers by what they are worth. Nesting is bounded by the reader of JSON.
fn json_equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.snapshot().iter().zip(b.snapshot()).all(|(a, b)| json_equal(a, &b))
        }
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len()
                && a.entries().iter().all(|(key, value)| b.get_key(key).is_some_and(|other| json_equal(value, &other)))
        }
        (a, b) if a.is_number() && b.is_number() => numbers(a, b).is_ok_and(Ordering::is_eq),
        (a, b) => a == b,
    }
}

/// `a @> b`: everything of `b` is in `a`. A list contains a text or a number that is one of its items.
pub(super) fn contains(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::List(list), Value::Text(_) | Value::Bool(_) | Value::Null) => {
            list.snapshot().iter().any(|item| json_equal(item, b))
        }
        (Value::List(list), b) if b.is_number() => list.snapshot().iter().any(|item| json_equal(item, b)),
        _ => contains_inside(a, b),
    }
}

fn contains_inside(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Map(a), Value::Map(b)) => {
            b.entries().iter().all(|(key, value)| a.get_key(key).is_some_and(|found| contains_inside(&found, value)))
        }
        (Value::List(a), Value::List(b)) => {
            let items = a.snapshot();
            b.snapshot().iter().all(|wanted| items.iter().any(|item| contains_inside(item, wanted)))
        }
        _ => json_equal(a, b),
    }
}

/// `a + b`.
pub(super) fn sum(a: &Datum, b: &Datum) -> Result<Datum, String> {
    let number = |datum: &Datum| match datum {
        Datum::Number(value) => Ok(value.clone()),
        Datum::Json(value) if value.is_number() => Ok(value.clone()),
        other => Err(format!("sum takes numbers, found a value of the type {}", other.type_name())),
    };
    let added = number::add(&number(a)?, &number(b)?).map_err(|_| "a sum is no number".to_owned())?;
    Ok(Datum::Number(added))
}

/// `text like pattern`: `%` stands for any characters, `_` for one, `\` for the next as it is. Looks at each character
/// of the text at most once for each `%`.
pub(super) fn like(text: &str, pattern: &str, any_case: bool) -> bool {
    let fold = |text: &str| if any_case { text.to_lowercase() } else { text.to_owned() };
    let (text, pattern): (Vec<char>, Vec<char>) = (fold(text).chars().collect(), fold(pattern).chars().collect());
    let (mut t, mut p) = (0, 0);
    let mut back = None;
    while t < text.len() {
        let step = match pattern.get(p) {
            Some('%') => {
                back = Some((p + 1, t));
                p += 1;
                continue;
            }
            Some('_') => Some(1),
            Some('\\') if pattern.get(p + 1).is_some() && pattern.get(p + 1) == text.get(t) => Some(2),
            Some('\\') if pattern.get(p + 1).is_some() => None,
            found if found.is_some() && found == text.get(t) => Some(1),
            _ => None,
        };
        match (step, back) {
            (Some(step), _) => {
                p += step;
                t += 1;
            }
            (None, Some((after, from))) => {
                p = after;
                t = from + 1;
                back = Some((after, from + 1));
            }
            (None, None) => return false,
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|c| *c == '%'))
}
