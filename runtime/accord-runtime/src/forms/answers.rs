//! The answers of a form: converted to the types of its fields and checked, all mistakes at once.

use accord_syntax::definition::{Cardinality, FieldType};
use accord_syntax::regex;
use accord_value::{List, Map, Value};

use super::{Field, FormProblem};

/// Too few answers, or too many.
const CARDINALITY: &str = "invalidCardinality";

/// How dates stand in the variables of a flow.
const DATE: &str = "yyyy-MM-dd'T'HH:mm:ss.SSSZ";

/// What the form's variable becomes: a value for each field, in the order of the form. What is no field's is dropped.
pub(crate) fn answers(fields: &[Field], given: &Map) -> Result<Map, FormProblem> {
    let result = Map::linked();
    let mut problems = Vec::new();
    for field in fields {
        match answer(field, given.get(&field.name)) {
            Ok(value) => {
                result.insert(field.name.as_str(), value);
            }
            Err(mut messages) => problems.append(&mut messages),
        }
    }
    if problems.is_empty() { Ok(result) } else { Err(FormProblem::Fields(problems)) }
}

/// The value of one field.
pub(super) fn answer(field: &Field, given: Option<Value>) -> Result<Value, Vec<String>> {
    if field.is_read_only() {
        return Ok(field.value.clone().unwrap_or(Value::Null));
    }
    let given = given.filter(|value| !is_nothing(field, value)).or_else(|| field.value.clone());
    let Some(given) = given else {
        return match (field.field_type, field.cardinality) {
            (FieldType::Boolean, Cardinality::One | Cardinality::OneOrNone) => Ok(Value::from(false)),
            (_, Cardinality::One) => Err(wrong(field, CARDINALITY, "Invalid cardinality, expected a single value")),
            (_, Cardinality::AtLeastOne) => {
                Err(wrong(field, CARDINALITY, "Invalid cardinality, expected one or more values"))
            }
            (_, Cardinality::OneOrNone | Cardinality::Any) => Ok(Value::Null),
        };
    };
    if field.is_list() {
        let items = match &given {
            Value::List(items) => items.snapshot(),
            _ => vec![given],
        };
        if items.is_empty() && field.is_required() {
            return Err(wrong(field, CARDINALITY, "Invalid cardinality, expected one or more values"));
        }
        let mut converted = Vec::new();
        let mut problems = Vec::new();
        for item in items {
            match single(field, &item) {
                Ok(value) => converted.push(value),
                Err(mut messages) => problems.append(&mut messages),
            }
        }
        return if problems.is_empty() { Ok(Value::List(List::new(converted))) } else { Err(problems) };
    }
    if matches!(given, Value::List(_)) {
        return Err(wrong(field, CARDINALITY, "Invalid cardinality, expected a single value"));
    }
    single(field, &given)
}

/// An empty text is no answer, but to a field that is either on or off.
fn is_nothing(field: &Field, value: &Value) -> bool {
    value.is_null() || (field.field_type != FieldType::Boolean && value.as_str() == Some(""))
}

/// What is wrong with an answer, under the name by which the form's author may word it otherwise.
fn wrong(field: &Field, kind: &str, message: impl std::fmt::Display) -> Vec<String> {
    vec![match field.wording(kind) {
        Some(own) => format!("{}: {own}", field.title()),
        None => format!("{}: {message}", field.title()),
    }]
}

fn single(field: &Field, given: &Value) -> Result<Value, Vec<String>> {
    let value = convert(field, given)?;
    check(field, &value)?;
    Ok(value)
}

fn convert(field: &Field, given: &Value) -> Result<Value, Vec<String>> {
    let kind = match field.field_type {
        FieldType::String => "expectedString",
        FieldType::Int => "expectedInteger",
        FieldType::Decimal => "expectedDecimal",
        FieldType::Boolean => "expectedBoolean",
        FieldType::File => "expectedFile",
        FieldType::Date | FieldType::DateTime => "expectedDate",
    };
    let expected = |what: &str| wrong(field, kind, format!("expected {what}, found {}", shown(field, given)));
    match (field.field_type, given) {
        (FieldType::String | FieldType::File, Value::Text(_))
        | (FieldType::Int, Value::Int(_) | Value::Long(_))
        | (FieldType::Decimal, Value::Double(_) | Value::Float(_))
        | (FieldType::Boolean, Value::Bool(_)) => Ok(given.clone()),
        (FieldType::String, _) => Err(expected("a text: put it in quotes")),
        (FieldType::File, _) => Err(expected("the path of a file")),
        (FieldType::Int, Value::Text(text)) => {
            text.as_str().trim().parse::<i64>().map(Value::from).map_err(|_| expected("a whole number"))
        }
        (FieldType::Int, _) => Err(expected("a whole number")),
        (FieldType::Decimal, Value::Text(text)) => {
            text.as_str().trim().parse::<f64>().map(Value::from).map_err(|_| expected("a number"))
        }
        (FieldType::Decimal, _) => Err(expected("a number with a decimal point")),
        // A box that is ticked sends nothing but its name.
        (FieldType::Boolean, Value::Text(text)) => {
            Ok(Value::from(text.as_str().is_empty() || text.as_str().eq_ignore_ascii_case("true")))
        }
        (FieldType::Boolean, _) => Err(expected("true or false")),
        (FieldType::Date | FieldType::DateTime, Value::Text(text)) => {
            let instant: Result<jiff::Timestamp, _> = text.as_str().trim().parse();
            let millis =
                instant.map_err(|_| expected("a full date with time and zone, such as 2024-01-02T03:04:05Z"))?;
            accord_value::date::format_millis(DATE, millis.as_millisecond(), Some("UTC"))
                .map(Value::from)
                .map_err(|_| expected("a date"))
        }
        (FieldType::Date | FieldType::DateTime, _) => Err(expected("a date as a text")),
    }
}

fn check(field: &Field, value: &Value) -> Result<(), Vec<String>> {
    let mut problems = Vec::new();
    if let Some(allow) = &field.allow {
        let allowed = match allow {
            Value::List(items) => items.snapshot().iter().any(|item| item == value),
            other => other == value,
        };
        if !allowed {
            let valid = match allow {
                // Whatever kind of list it is.
                Value::List(items) => Value::List(List::new(items.snapshot())).to_text(),
                other => other.to_text(),
            };
            let message = format!("value '{}' is not allowed, valid values: {}", shown(field, value), valid.masked());
            problems.append(&mut wrong(field, "valueNotAllowed", message));
        }
    }
    match field.field_type {
        FieldType::String => check_text(field, value, &mut problems),
        FieldType::Int | FieldType::Decimal => check_bounds(field, value, &mut problems),
        FieldType::Boolean | FieldType::File | FieldType::Date | FieldType::DateTime => {}
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn check_text(field: &Field, value: &Value, problems: &mut Vec<String>) {
    let Some(pattern) = field.option("pattern").and_then(Value::as_str) else { return };
    let text = value.as_str().unwrap_or_default();
    let fits = regex::compile_whole(pattern).is_ok_and(|regex| regex.is_match(text).unwrap_or(false));
    if !fits {
        let message = format!("value '{}' doesn't match pattern '{pattern}'", shown(field, value));
        problems.append(&mut wrong(field, "doesntMatchPattern", message));
    }
    // The reference looks at the kind of input only where there is a pattern too.
    let email =
        field.option("inputtype").and_then(Value::as_str).is_some_and(|kind| kind.eq_ignore_ascii_case("email"));
    if email && !is_email(text) {
        problems.append(&mut wrong(
            field,
            "invalidEmail",
            format!("value '{}' is no e-mail address", shown(field, value)),
        ));
    }
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && !host.is_empty() && !host.contains('@') && !text.contains(char::is_whitespace)
    })
}

fn check_bounds(field: &Field, value: &Value, problems: &mut Vec<String>) {
    let number = |value: &Value| match value {
        Value::Double(number) => Some(*number),
        Value::Float(number) => Some(f64::from(*number)),
        #[expect(clippy::cast_precision_loss, reason = "bounds are compared as the reference does, as doubles")]
        other => other.as_i64().map(|number| number as f64),
    };
    let Some(found) = number(value) else { return };
    let (low, high) = (field.option("min"), field.option("max"));
    let below = low.and_then(number).is_some_and(|low| found < low);
    let above = high.and_then(number).is_some_and(|high| found > high);
    if below || above {
        let bounds = match (low, high) {
            (Some(low), Some(high)) => format!("within {} and {} (inclusive)", shown(field, low), shown(field, high)),
            (Some(low), None) => format!("equal or more than {}", shown(field, low)),
            (_, Some(high)) => format!("equal or less than {}", shown(field, high)),
            (None, None) => return,
        };
        let kind = if field.field_type == FieldType::Int { "integerRangeError" } else { "decimalRangeError" };
        problems.append(&mut wrong(field, kind, format!("value '{}' must be {bounds}", shown(field, value))));
    }
}

/// A value in a message: what is secret in it is not shown.
fn shown(field: &Field, value: &Value) -> String {
    if field.is_password() {
        return "******".to_owned();
    }
    value.to_text().masked().into_owned()
}
