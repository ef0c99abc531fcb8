//! Arithmetic on numbers of different classes, with the promotions of the expression language (EL 3.0, 1.7).
//!
//! What is no number (null, texts, characters) is made one by the evaluator before.

use std::cmp::Ordering;
use std::sync::Arc;

use bigdecimal::BigDecimal;
use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};

use crate::Throwable;
use crate::value::{Value, compare_doubles};

/// How far apart the scales of two decimals may be: it bounds the digits that one operation makes.
const WIDEST: u64 = 1_000_000;

/// The most bits of a product, some 300,000 digits: more take seconds to be written down.
const MOST_BITS: u64 = 1 << 20;

type Outcome = Result<Value, Box<Throwable>>;

/// A pair of numbers, made alike.
enum Pair {
    Long(i64, i64),
    Double(f64, f64),
    BigInt(BigInt, BigInt),
    BigDecimal(BigDecimal, BigDecimal),
}

fn is_floating(value: &Value) -> bool {
    matches!(value, Value::Float(_) | Value::Double(_))
}

fn pair(a: &Value, b: &Value) -> Result<Pair, Box<Throwable>> {
    let either = |test: fn(&Value) -> bool| test(a) || test(b);
    let big = either(|value| matches!(value, Value::BigInt(_)));
    let floating = either(is_floating);
    if either(|value| matches!(value, Value::BigDecimal(_))) || (big && floating) {
        Ok(Pair::BigDecimal(to_big_decimal(a)?, to_big_decimal(b)?))
    } else if floating {
        Ok(Pair::Double(to_double(a)?, to_double(b)?))
    } else if big {
        Ok(Pair::BigInt(to_big_int(a)?, to_big_int(b)?))
    } else {
        Ok(Pair::Long(to_long(a)?, to_long(b)?))
    }
}

fn arithmetic(message: &str) -> Box<Throwable> {
    Box::new(Throwable::new("java.lang.ArithmeticException", message))
}

fn no_number(value: &Value) -> Box<Throwable> {
    Box::new(Throwable::new(
        "java.lang.IllegalArgumentException",
        format!("Cannot convert a value of type class {} to class java.lang.Number", value.class_name()),
    ))
}

fn decimal(number: BigDecimal) -> Value {
    Value::BigDecimal(Arc::new(number))
}

fn big(number: BigInt) -> Value {
    Value::BigInt(Arc::new(number))
}

/// `a + b`: whole numbers of 64 bits wrap around.
///
/// # Errors
/// Where one is no number, or decimals are too far apart.
pub fn add(a: &Value, b: &Value) -> Outcome {
    Ok(match pair(a, b)? {
        Pair::Long(a, b) => Value::Long(a.wrapping_add(b)),
        Pair::Double(a, b) => Value::Double(a + b),
        Pair::BigInt(a, b) => big(a + b),
        Pair::BigDecimal(a, b) => {
            let (a, b, scale) = aligned(&a, &b)?;
            decimal(BigDecimal::new(a + b, scale))
        }
    })
}

/// `a - b`.
///
/// # Errors
/// As [`add`].
pub fn subtract(a: &Value, b: &Value) -> Outcome {
    Ok(match pair(a, b)? {
        Pair::Long(a, b) => Value::Long(a.wrapping_sub(b)),
        Pair::Double(a, b) => Value::Double(a - b),
        Pair::BigInt(a, b) => big(a - b),
        Pair::BigDecimal(a, b) => {
            let (a, b, scale) = aligned(&a, &b)?;
            decimal(BigDecimal::new(a - b, scale))
        }
    })
}

/// `a * b`.
///
/// # Errors
/// As [`add`].
pub fn multiply(a: &Value, b: &Value) -> Outcome {
    Ok(match pair(a, b)? {
        Pair::Long(a, b) => Value::Long(a.wrapping_mul(b)),
        Pair::Double(a, b) => Value::Double(a * b),
        Pair::BigInt(a, b) => big(product(&a, &b)?),
        Pair::BigDecimal(a, b) => {
            let (a, a_scale) = a.as_bigint_and_exponent();
            let (b, b_scale) = b.as_bigint_and_exponent();
            decimal(BigDecimal::new(product(&a, &b)?, a_scale.saturating_add(b_scale)))
        }
    })
}

fn product(a: &BigInt, b: &BigInt) -> Result<BigInt, Box<Throwable>> {
    if a.bits().saturating_add(b.bits()) > MOST_BITS {
        return Err(arithmetic("BigInteger would overflow supported range"));
    }
    Ok(a * b)
}

/// `a / b`: a `Double`, or a `BigDecimal` with the scale of `a`, rounded half up, where one is a big number.
///
/// # Errors
/// Where one is no number, or a big number is divided by zero.
pub fn divide(a: &Value, b: &Value) -> Outcome {
    let (a, b) = match pair(a, b)? {
        Pair::Long(..) | Pair::Double(..) => return Ok(Value::Double(to_double(a)? / to_double(b)?)),
        Pair::BigInt(..) | Pair::BigDecimal(..) => (to_big_decimal(a)?, to_big_decimal(b)?),
    };
    let (dividend, scale) = a.as_bigint_and_exponent();
    let (divisor, divisor_scale) = b.as_bigint_and_exponent();
    if divisor.is_zero() {
        let compact = dividend.to_i64().is_some();
        return Err(arithmetic(if compact { "/ by zero" } else { "BigInteger divide by zero" }));
    }
    let (dividend, divisor) = if divisor_scale >= 0 {
        (dividend * power_of_ten(divisor_scale.unsigned_abs())?, divisor)
    } else {
        (dividend, divisor * power_of_ten(divisor_scale.unsigned_abs())?)
    };
    let divisor = &divisor;
    let quotient = &dividend / divisor;
    let rest = (&dividend % divisor).abs() * 2u8;
    let away = if dividend.is_negative() == divisor.is_negative() { BigInt::from(1) } else { BigInt::from(-1) };
    let rounded = if rest >= divisor.abs() { quotient + away } else { quotient };
    Ok(decimal(BigDecimal::new(rounded, scale)))
}

/// `a % b`, with the sign of `a`.
///
/// # Errors
/// Where one is no number, or a whole number is divided by zero.
pub fn remainder(a: &Value, b: &Value) -> Outcome {
    Ok(match pair(a, b)? {
        Pair::Long(_, 0) => return Err(arithmetic("/ by zero")),
        Pair::Long(a, b) => Value::Long(a.wrapping_rem(b)),
        Pair::BigInt(_, b) if b.is_zero() => return Err(arithmetic("BigInteger divide by zero")),
        Pair::BigInt(a, b) => big(a % b),
        Pair::Double(..) | Pair::BigDecimal(..) => Value::Double(to_double(a)? % to_double(b)?),
    })
}

/// `-a`, of the same class.
///
/// # Errors
/// Where it is no number.
pub fn negate(value: &Value) -> Outcome {
    Ok(match value {
        Value::Byte(number) => Value::Byte(number.wrapping_neg()),
        Value::Short(number) => Value::Short(number.wrapping_neg()),
        Value::Int(number) => Value::Int(number.wrapping_neg()),
        Value::Long(number) => Value::Long(number.wrapping_neg()),
        Value::Float(number) => Value::Float(-number),
        Value::Double(number) => Value::Double(-number),
        Value::BigInt(number) => big(-number.as_ref()),
        Value::BigDecimal(number) => decimal(-number.as_ref()),
        _ => return Err(no_number(value)),
    })
}

/// Compares two numbers as the expression language does: as decimals if one is, as doubles (where `-0.0` comes before
/// `0.0` and `NaN` last), as big or as 64-bit whole numbers.
///
/// # Errors
/// Where one is no number.
pub fn compare(a: &Value, b: &Value) -> Result<Ordering, Box<Throwable>> {
    if matches!(a, Value::BigDecimal(_)) || matches!(b, Value::BigDecimal(_)) {
        let (a, b) = (to_big_decimal(a)?, to_big_decimal(b)?);
        let (a, b, _) = aligned(&a, &b)?;
        return Ok(a.cmp(&b));
    }
    if is_floating(a) || is_floating(b) {
        return Ok(compare_doubles(to_double(a)?, to_double(b)?));
    }
    if matches!(a, Value::BigInt(_)) || matches!(b, Value::BigInt(_)) {
        return Ok(to_big_int(a)?.cmp(&to_big_int(b)?));
    }
    Ok(to_long(a)?.cmp(&to_long(b)?))
}

/// Java's `Number.intValue`.
///
/// # Errors
/// Where it is no number.
#[expect(clippy::cast_possible_truncation, reason = "Java's narrowing conversions, which cut whole numbers off")]
pub fn to_int(value: &Value) -> Result<i32, Box<Throwable>> {
    Ok(match value {
        Value::Float(number) => *number as i32,
        Value::Double(number) => *number as i32,
        value => to_long(value)? as i32,
    })
}

/// Java's `Number.longValue`.
///
/// # Errors
/// Where it is no number.
#[expect(clippy::cast_possible_truncation, reason = "Java's narrowing conversions saturate floating-point numbers")]
pub fn to_long(value: &Value) -> Result<i64, Box<Throwable>> {
    Ok(match value {
        Value::Byte(number) => i64::from(*number),
        Value::Short(number) => i64::from(*number),
        Value::Int(number) => i64::from(*number),
        Value::Long(number) => *number,
        Value::Float(number) => *number as i64,
        Value::Double(number) => *number as i64,
        value => low_bits(&to_big_int(value)?),
    })
}

/// The lowest 64 bits in two's complement.
fn low_bits(number: &BigInt) -> i64 {
    let low = number.magnitude().iter_u64_digits().next().unwrap_or(0).cast_signed();
    if number.is_negative() { low.wrapping_neg() } else { low }
}

/// Java's `Number.doubleValue`.
///
/// # Errors
/// Where it is no number.
#[expect(clippy::cast_precision_loss, reason = "Java rounds to the nearest double too")]
pub fn to_double(value: &Value) -> Result<f64, Box<Throwable>> {
    Ok(match value {
        Value::Float(number) => f64::from(*number),
        Value::Double(number) => *number,
        Value::BigInt(number) => number.to_f64().unwrap_or(f64::NAN),
        Value::BigDecimal(number) => {
            let (unscaled, scale) = number.as_bigint_and_exponent();
            format!("{unscaled}e{}", scale.saturating_neg()).parse().unwrap_or(f64::NAN)
        }
        value => to_long_exact(value)? as f64,
    })
}

fn to_long_exact(value: &Value) -> Result<i64, Box<Throwable>> {
    value.as_i64().ok_or_else(|| no_number(value))
}

/// As a `BigInteger`; a fraction is cut off.
///
/// # Errors
/// Where it is no number, or has more than a million digits.
pub fn to_big_int(value: &Value) -> Result<BigInt, Box<Throwable>> {
    Ok(match value {
        Value::BigInt(number) => number.as_ref().clone(),
        Value::BigDecimal(number) => {
            let (unscaled, scale) = number.as_bigint_and_exponent();
            let power = power_of_ten(scale.unsigned_abs())?;
            if scale >= 0 { unscaled / power } else { unscaled * power }
        }
        Value::Float(_) | Value::Double(_) => BigInt::from(to_long(value)?),
        value => BigInt::from(to_long_exact(value)?),
    })
}

/// As a `BigDecimal`, the way the expression language makes one: a double gives its exact digits.
///
/// # Errors
/// Where it is no finite number.
pub fn to_big_decimal(value: &Value) -> Result<BigDecimal, Box<Throwable>> {
    Ok(match value {
        Value::BigInt(number) => BigDecimal::new(number.as_ref().clone(), 0),
        Value::BigDecimal(number) => number.as_ref().clone(),
        Value::Float(_) | Value::Double(_) => exact(to_double(value)?)?,
        value => BigDecimal::new(BigInt::from(to_long_exact(value)?), 0),
    })
}

/// The exact decimal digits of a double.
fn exact(number: f64) -> Result<BigDecimal, Box<Throwable>> {
    if !number.is_finite() {
        return Err(Box::new(Throwable::new("java.lang.NumberFormatException", "Infinite or NaN")));
    }
    let bits = number.to_bits();
    let raw_exponent = (bits >> 52) & 0x7ff;
    let fraction = bits & ((1 << 52) - 1);
    let (mut mantissa, mut exponent) = if raw_exponent == 0 {
        (fraction, -1074i64)
    } else {
        (fraction | (1 << 52), i64::try_from(raw_exponent).unwrap_or(0) - 1075)
    };
    if mantissa == 0 {
        return Ok(BigDecimal::new(BigInt::zero(), 0));
    }
    let zeros = mantissa.trailing_zeros();
    mantissa >>= zeros;
    exponent += i64::from(zeros);
    let signed = BigInt::from(mantissa) * if number < 0.0 { -1 } else { 1 };
    let places = u32::try_from(exponent.unsigned_abs()).unwrap_or(0);
    Ok(if exponent >= 0 {
        BigDecimal::new(signed << places, 0)
    } else {
        BigDecimal::new(signed * BigInt::from(5).pow(places), i64::from(places))
    })
}

/// Both unscaled numbers at the larger scale of the two.
fn aligned(a: &BigDecimal, b: &BigDecimal) -> Result<(BigInt, BigInt, i64), Box<Throwable>> {
    let (a, a_scale) = a.as_bigint_and_exponent();
    let (b, b_scale) = b.as_bigint_and_exponent();
    let scale = a_scale.max(b_scale);
    let (a_factor, b_factor) = (power_of_ten(scale.abs_diff(a_scale))?, power_of_ten(scale.abs_diff(b_scale))?);
    Ok((a * a_factor, b * b_factor, scale))
}

fn power_of_ten(places: u64) -> Result<BigInt, Box<Throwable>> {
    match u32::try_from(places) {
        Ok(power) if places <= WIDEST => Ok(BigInt::from(10).pow(power)),
        _ => Err(arithmetic("BigInteger would overflow supported range")),
    }
}
