//! The operators (EL 3.0, sections 1.7 to 1.12).

use std::cmp::Ordering;

use accord_syntax::expr::BinaryOp;
use accord_value::{ListKind, Text, Value, compare_texts, number};
use num_traits::Signed;

use crate::coerce::{self, cannot_convert};
use crate::fail::{Fail, Outcome};
use crate::types::Ty;

/// The largest text that an expression builds, in bytes.
pub(crate) const MAX_TEXT: usize = 64 << 20;

/// Both sides are evaluated. `&&` and `||` are not here: they may leave out the right side.
pub(crate) fn binary(op: BinaryOp, a: &Value, b: &Value) -> Outcome {
    Ok(match op {
        BinaryOp::Add => arithmetic(a, b, number::add)?,
        BinaryOp::Subtract => arithmetic(a, b, number::subtract)?,
        BinaryOp::Multiply => arithmetic(a, b, number::multiply)?,
        BinaryOp::Divide => divide(a, b)?,
        BinaryOp::Modulo => modulo(a, b)?,
        BinaryOp::Concat => concat(a, b)?,
        BinaryOp::Equal => Value::Bool(equal(a, b)?),
        BinaryOp::NotEqual => Value::Bool(!equal(a, b)?),
        BinaryOp::Less => Value::Bool(ordered(a, b)? == Some(Ordering::Less)),
        BinaryOp::Greater => Value::Bool(ordered(a, b)? == Some(Ordering::Greater)),
        BinaryOp::LessOrEqual => {
            Value::Bool(a.is_same(b) || matches!(ordered(a, b)?, Some(Ordering::Less | Ordering::Equal)))
        }
        BinaryOp::GreaterOrEqual => {
            Value::Bool(a.is_same(b) || matches!(ordered(a, b)?, Some(Ordering::Greater | Ordering::Equal)))
        }
        // The evaluator decides these before the right side is evaluated.
        BinaryOp::And => Value::Bool(coerce::to_bool(a)? && coerce::to_bool(b)?),
        BinaryOp::Or => Value::Bool(coerce::to_bool(a)? || coerce::to_bool(b)?),
    })
}

/// Which class both sides of an arithmetic operator are brought to.
#[derive(Clone, Copy, PartialEq)]
enum Class {
    Long,
    Double,
    BigInt,
    BigDecimal,
}

fn class(a: &Value, b: &Value) -> Class {
    let either = |test: fn(&Value) -> bool| test(a) || test(b);
    if either(|value| matches!(value, Value::BigDecimal(_))) {
        Class::BigDecimal
    } else if either(is_floating) {
        Class::Double
    } else if either(|value| matches!(value, Value::BigInt(_))) {
        Class::BigInt
    } else {
        Class::Long
    }
}

fn is_floating(value: &Value) -> bool {
    match value {
        Value::Float(_) | Value::Double(_) => true,
        Value::Text(text) => coerce::is_fraction(text.as_str()),
        _ => false,
    }
}

/// One side of an arithmetic operator as a number. An empty text is none.
fn operand(value: &Value, class: Class) -> Outcome {
    Ok(match value {
        Value::Null => Value::Long(0),
        Value::Char(unit, _) => Value::Long(i64::from(*unit)),
        Value::Text(text) => {
            let text = text.as_str();
            match class {
                Class::Long => Value::Long(number::parse_long(text, 10)?),
                Class::Double => Value::Double(number::parse_double(text)?),
                Class::BigInt => number::parse_big_int(text)?.into(),
                Class::BigDecimal => number::parse_big_decimal(text)?.into(),
            }
        }
        // Decimals are made of whole numbers by way of doubles.
        Value::Byte(_) | Value::Short(_) | Value::Int(_) | Value::Long(_) if class == Class::BigDecimal => {
            Value::Double(number::to_double(value)?)
        }
        number if number.is_number() => number.clone(),
        other => return Err(cannot_convert(other, Ty::Number)),
    })
}

type Arithmetic = fn(&Value, &Value) -> Result<Value, Box<accord_value::Throwable>>;

fn arithmetic(a: &Value, b: &Value, work: Arithmetic) -> Outcome {
    let class = class(a, b);
    if a.is_number() && b.is_number() && class != Class::BigDecimal {
        return Ok(work(a, b)?);
    }
    Ok(work(&operand(a, class)?, &operand(b, class)?)?)
}

fn divide(a: &Value, b: &Value) -> Outcome {
    if a.is_null() && b.is_null() {
        return Ok(Value::Long(0));
    }
    let big = |value: &Value| matches!(value, Value::BigInt(_) | Value::BigDecimal(_));
    let class = if big(a) || big(b) { Class::BigDecimal } else { Class::Double };
    Ok(number::divide(&operand(a, class)?, &operand(b, class)?)?)
}

fn modulo(a: &Value, b: &Value) -> Outcome {
    if a.is_null() && b.is_null() {
        return Ok(Value::Long(0));
    }
    let class = class(a, b);
    let (a, b) = (operand(a, class)?, operand(b, class)?);
    if matches!(class, Class::Double | Class::BigDecimal) {
        let double = |value: &Value| match value {
            // A decimal knows no -0.0.
            Value::Float(_) | Value::Double(_) if class == Class::BigDecimal => {
                number::to_double(&number::to_big_decimal(value)?.into())
            }
            value => number::to_double(value),
        };
        return Ok(Value::Double(double(&a)? % double(&b)?));
    }
    if class == Class::BigInt {
        // Java's `BigInteger.mod`, which is never negative.
        let modulus = number::to_big_int(&b)?;
        if !modulus.is_positive() {
            return Err(Fail::java("ArithmeticException", "BigInteger: modulus not positive"));
        }
        let rest = number::to_big_int(&a)? % &modulus;
        return Ok(if rest.is_negative() { rest + modulus } else { rest }.into());
    }
    Ok(number::remainder(&a, &b)?)
}

/// `+=`: the texts of both sides. Null has none.
pub(crate) fn concat(a: &Value, b: &Value) -> Outcome {
    if a.is_null() || b.is_null() {
        return Err(nothing_to_concat());
    }
    let (a, b) = (a.to_text(), b.to_text());
    check_size(a.as_str().len().saturating_add(b.as_str().len()))?;
    Ok(Value::Text(Text::concat([&a, &b])))
}

/// The error of null as a side of `+=`.
#[cold]
pub(crate) fn nothing_to_concat() -> Fail {
    let message = "Cannot invoke \"Object.toString()\" because the return value of \
                   \"com.sun.el.parser.Node.getValue(com.sun.el.lang.EvaluationContext)\" is null";
    Fail::java("NullPointerException", message)
}

/// The error of a text that would grow without bound.
pub(crate) fn check_size(bytes: usize) -> Outcome<()> {
    if bytes <= MAX_TEXT {
        return Ok(());
    }
    let message = format!("The text would be longer than {} MiB", MAX_TEXT >> 20);
    Err(Fail::java("OutOfMemoryError", message))
}

/// `==`.
pub(crate) fn equal(a: &Value, b: &Value) -> Outcome<bool> {
    Ok(match (a, b) {
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::Long(a), Value::Long(b)) => a == b,
        (Value::Null, _) | (_, Value::Null) => a.is_null() && b.is_null(),
        (Value::Bool(_), _) | (_, Value::Bool(_)) => coerce::to_bool(a)? == coerce::to_bool(b)?,
        (Value::Text(text), other) | (other, Value::Text(text)) => *text == other.to_text(),
        _ if a.is_same(b) => true,
        // Decimals are equal only with the same number of digits behind the point.
        (Value::BigDecimal(_), _) | (_, Value::BigDecimal(_)) => {
            let (a, b) = (number_of(a, Ty::BigDecimal)?, number_of(b, Ty::BigDecimal)?);
            Value::from(number::to_big_decimal(&a)?) == Value::from(number::to_big_decimal(&b)?)
        }
        _ => match numbers(a, b)? {
            Some(ordering) => ordering == Ordering::Equal,
            None => a == b,
        },
    })
}

/// `<`, `>`: none where one side is null.
fn ordered(a: &Value, b: &Value) -> Outcome<Option<Ordering>> {
    if a.is_null() || b.is_null() { Ok(None) } else { compare(a, b).map(Some) }
}

/// The order of two values, as `<` sees it.
pub(crate) fn compare(a: &Value, b: &Value) -> Outcome<Ordering> {
    if let (Value::Text(a), Value::Text(b)) = (a, b) {
        return Ok(compare_texts(a.as_str(), b.as_str()).cmp(&0));
    }
    if !matches!((a, b), (Value::Long(_), Value::Long(_))) && equal(a, b)? {
        return Ok(Ordering::Equal);
    }
    if let Some(ordering) = numbers(a, b)? {
        return Ok(ordering);
    }
    if matches!(a, Value::Text(_)) || matches!(b, Value::Text(_)) {
        let (a, b) = (coerce::to_text(a), coerce::to_text(b));
        return Ok(compare_texts(a.as_str(), b.as_str()).cmp(&0));
    }
    let comparable = |value: &Value| Ty::of(value).is_some_and(|ty| ty.is_part_of(Ty::Comparable));
    if comparable(a) || comparable(b) {
        return match (a, b) {
            (Value::Null, _) => Ok(Ordering::Less),
            (_, Value::Null) => Ok(Ordering::Greater),
            _ => natural(a, b),
        };
    }
    // Dates and the like.
    if let Some(ordering) = a.natural_cmp(b) {
        return Ok(ordering);
    }
    let (a, b) = (a.to_text(), b.to_text());
    Err(Fail::el(Text::concat([&Text::plain("Cannot compare "), &a, &Text::plain(" to "), &b])))
}

/// Java's `compareTo` of the left value.
pub(crate) fn natural(a: &Value, b: &Value) -> Outcome<Ordering> {
    match a.natural_cmp(b) {
        Some(ordering) => Ok(ordering),
        None if b.is_null() => Err(crate::method::null_argument()),
        None => {
            let (from, to) = (b.class_name(), a.class_name());
            let comparable = Ty::of(a).is_some_and(|ty| ty.is_part_of(Ty::Comparable));
            Err(if comparable { cannot_cast(from, to) } else { cannot_cast(to, "java.lang.Comparable") })
        }
    }
}

/// The order of two values of which at least one is a number (or a character), null being 0.
fn numbers(a: &Value, b: &Value) -> Outcome<Option<Ordering>> {
    if let (Value::Long(a), Value::Long(b)) = (a, b) {
        return Ok(Some(a.cmp(b)));
    }
    let either = |test: fn(&Value) -> bool| test(a) || test(b);
    let ty = if either(|value| matches!(value, Value::BigDecimal(_))) {
        Ty::BigDecimal
    } else if either(|value| matches!(value, Value::Float(_) | Value::Double(_))) {
        Ty::Double
    } else if either(|value| matches!(value, Value::BigInt(_))) {
        Ty::BigInt
    } else if either(|value| value.as_i64().is_some() || matches!(value, Value::Char(..))) {
        Ty::PLong
    } else {
        return Ok(None);
    };
    let (a, b) = (number_of(a, ty)?, number_of(b, ty)?);
    Ok(Some(number::compare(&a, &b)?))
}

fn number_of(value: &Value, ty: Ty) -> Outcome {
    let number = coerce::to_number(value, ty)?;
    Ok(if number.is_null() { Value::Long(0) } else { number })
}

/// Java's complaint about a value of the wrong class.
#[cold]
pub(crate) fn cannot_cast(from: &str, to: &str) -> Fail {
    let bootstrap = |class: &str| class.starts_with("java.");
    let place = if bootstrap(from) && bootstrap(to) {
        format!(" ({from} and {to} are in module java.base of loader 'bootstrap')")
    } else {
        String::new()
    };
    Fail::java("ClassCastException", format!("class {from} cannot be cast to class {to}{place}"))
}

/// Unary `-`.
pub(crate) fn negate(value: &Value) -> Outcome {
    Ok(match value {
        Value::Null => Value::Long(0),
        Value::Text(text) => {
            let text = text.as_str();
            if coerce::is_fraction(text) {
                Value::Double(-number::parse_double(text)?)
            } else {
                Value::Long(number::parse_long(text, 10)?.wrapping_neg())
            }
        }
        number if number.is_number() => number::negate(number)?,
        other => number::negate(&coerce::to_number(other, Ty::PLong)?)?,
    })
}

/// `empty`: null, an empty text, and a list, map, set or array without items.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Text(text) => text.as_str().is_empty(),
        Value::List(list) => list.kind() != ListKind::CharArray && list.is_empty(),
        Value::Map(map) => map.is_empty(),
        Value::Set(set) => set.is_empty(),
        _ => false,
    }
}
