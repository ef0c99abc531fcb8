//! Conversions of values as the expression language makes them (EL 3.0, section 1.23).

use std::sync::Arc;

use accord_value::{Text, Value, number};

use crate::fail::{Fail, Outcome};
use crate::marks;
use crate::types::Ty;

/// As a text: null is empty.
pub(crate) fn to_text(value: &Value) -> Text {
    if value.is_null() { Text::default() } else { value.to_text() }
}

/// As a truth value: null and empty text are false, a text is true when it is `true` in any case.
pub(crate) fn to_bool(value: &Value) -> Outcome<bool> {
    match value {
        Value::Bool(value) => Ok(*value),
        Value::Null => Ok(false),
        Value::Text(text) => Ok(text.as_str().eq_ignore_ascii_case("true")),
        other => Err(cannot_convert(other, Ty::Bool)),
    }
}

/// The error of a value that cannot become one of a type.
#[cold]
pub(crate) fn cannot_convert(value: &Value, ty: Ty) -> Fail {
    let message = Text::concat([
        &Text::plain("Cannot convert "),
        &value.to_text(),
        &Text::plain(format!(" of type class {} to class {}", value.class_name(), ty.name())),
    ]);
    Fail::java("IllegalArgumentException", message)
}

/// As a value of `ty`, as arguments are converted to parameters.
pub(crate) fn to_type(value: &Value, ty: Ty) -> Outcome {
    if (!value.is_null() && ty.takes(value)) || ty == Ty::Object {
        return Ok(value.clone());
    }
    let boxed = ty.boxed();
    match boxed {
        Ty::Str => Ok(Value::Text(to_text(value))),
        Ty::Bool if value.is_null() && !ty.is_primitive() => Ok(Value::Null),
        Ty::Bool => to_bool(value).map(Value::Bool),
        Ty::Char => to_char(value, ty),
        number if number.is_number() => to_number(value, ty),
        _ if value.is_null() => Ok(Value::Null),
        _ if value.as_str() == Some("") => Ok(Value::Null),
        _ => Err(cannot_convert(value, ty)),
    }
}

fn to_char(value: &Value, ty: Ty) -> Outcome {
    let unit = match value {
        Value::Null if !ty.is_primitive() => return Ok(Value::Null),
        Value::Null => 0,
        Value::Text(text) => {
            let first = text.as_str().encode_utf16().next().unwrap_or(0);
            return Ok(Value::Char(first, text.is_sensitive()));
        }
        number if number.is_number() => char_of(number::to_int(number)?),
        other => return Err(cannot_convert(other, Ty::Char)),
    };
    Ok(Value::Char(unit, false))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "Java's narrowing conversion")]
pub(crate) fn char_of(number: i32) -> u16 {
    number as u16
}

/// As a number of class `ty`. An empty text is zero.
pub(crate) fn to_number(value: &Value, ty: Ty) -> Outcome {
    match value {
        Value::Null if !ty.is_primitive() => Ok(Value::Null),
        Value::Null => narrow(&Value::Long(0), ty),
        Value::Text(text) if text.as_str().is_empty() => narrow(&Value::Long(0), ty),
        // The error quotes the text.
        Value::Text(text) => marks::settle_error(parse(text.as_str(), ty), text.is_sensitive()),
        Value::Char(unit, _) => narrow(&Value::Int(i32::from(*unit)), ty),
        number if number.is_number() => narrow(number, ty),
        other => Err(cannot_convert(other, ty.boxed())),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "Java's narrowing conversions")]
fn narrow(value: &Value, ty: Ty) -> Outcome {
    Ok(match ty.boxed() {
        Ty::Byte => Value::Byte(number::to_int(value)? as i8),
        Ty::Short => Value::Short(number::to_int(value)? as i16),
        Ty::Int => Value::Int(number::to_int(value)?),
        Ty::Long => Value::Long(number::to_long(value)?),
        Ty::Float => Value::Float(number::to_double(value)? as f32),
        Ty::Double => Value::Double(number::to_double(value)?),
        Ty::BigInt => Value::BigInt(Arc::new(number::to_big_int(value)?)),
        Ty::BigDecimal => Value::BigDecimal(Arc::new(number::to_big_decimal(value)?)),
        _ => value.clone(),
    })
}

fn parse(text: &str, ty: Ty) -> Outcome {
    Ok(match ty.boxed() {
        Ty::Byte => Value::Byte(in_range(text, number::parse_int(text, 10)?)?),
        Ty::Short => Value::Short(in_range(text, number::parse_int(text, 10)?)?),
        Ty::Int => Value::Int(number::parse_int(text, 10)?),
        Ty::Long => Value::Long(number::parse_long(text, 10)?),
        Ty::Float => Value::Float(number::parse_float(text)?),
        Ty::Double => Value::Double(number::parse_double(text)?),
        Ty::BigInt => Value::BigInt(Arc::new(number::parse_big_int(text)?)),
        Ty::BigDecimal => Value::BigDecimal(Arc::new(number::parse_big_decimal(text)?)),
        _ => return Err(cannot_convert(&text.into(), ty.boxed())),
    })
}

/// A number that was parsed, as a narrower one.
pub(crate) fn in_range<T: TryFrom<i32>>(text: &str, number: i32) -> Outcome<T> {
    T::try_from(number)
        .map_err(|_| Fail::java("NumberFormatException", format!("Value out of range. Value:\"{text}\" Radix:10")))
}

/// Whether a text is read as a fraction: it has a dot or an `e`.
pub(crate) fn is_fraction(text: &str) -> bool {
    text.len() > 1 && text.contains(['.', 'e', 'E'])
}
