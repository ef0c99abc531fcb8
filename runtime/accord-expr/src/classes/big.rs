//! `java.math.BigInteger` and `java.math.BigDecimal`, which flows get from large numbers in JSON and from their sums.

use accord_value::{Value, number};
use bigdecimal::BigDecimal as Decimal;
use num_bigint::{BigInt as Integer, Sign};
use num_traits::{Signed, ToPrimitive, Zero};

use crate::fail::{Fail, Outcome};
use crate::method::{Call, Method, method};
use crate::types::Ty::{BigDecimal, BigInt, PInt};
use crate::utf16::text;

/// How many bits or digits a result may have.
const LARGEST: u64 = 1 << 20;

fn arithmetic(message: &str) -> Fail {
    Fail::java("ArithmeticException", message)
}

fn too_large() -> Fail {
    arithmetic("BigInteger would overflow supported range")
}

fn integer(value: &Value) -> Outcome<Integer> {
    Ok(number::to_big_int(value)?)
}

fn this(c: &Call<'_, '_>) -> Outcome<Integer> {
    integer(c.this)
}

/// The value and the argument.
fn both(c: &Call<'_, '_>) -> Outcome<(Integer, Integer)> {
    Ok((integer(c.this)?, integer(c.not_null(0)?)?))
}

/// The value and an argument that must not be zero.
fn divided(c: &Call<'_, '_>) -> Outcome<(Integer, Integer)> {
    let (a, b) = both(c)?;
    if b.is_zero() { Err(arithmetic("BigInteger divide by zero")) } else { Ok((a, b)) }
}

fn sign(sign: Sign) -> Outcome {
    Ok(Value::Int(match sign {
        Sign::Minus => -1,
        Sign::NoSign => 0,
        Sign::Plus => 1,
    }))
}

fn power(c: &Call<'_, '_>) -> Outcome {
    let exponent = u32::try_from(c.int(0)).map_err(|_| arithmetic("Negative exponent"))?;
    let base = this(c)?;
    if base.bits().saturating_mul(u64::from(exponent)) > LARGEST {
        return Err(too_large());
    }
    Ok(base.pow(exponent).into())
}

/// Shifts by so many bits to the left, or to the right where there are less than none.
fn shifted(number: &Integer, bits: i64) -> Outcome {
    let count = bits.unsigned_abs();
    if bits < 0 {
        return Ok((number >> count.min(number.bits() + 1)).into());
    }
    if number.bits().saturating_add(count) > LARGEST {
        return Err(too_large());
    }
    Ok((number << count).into())
}

fn bit(c: &Call<'_, '_>) -> Outcome<u64> {
    let bit = u64::try_from(c.int(0)).map_err(|_| arithmetic("Negative bit address"))?;
    if bit > LARGEST { Err(too_large()) } else { Ok(bit) }
}

fn with_bit(c: &Call<'_, '_>, value: impl Fn(bool) -> bool) -> Outcome {
    let (mut number, bit) = (this(c)?, bit(c)?);
    number.set_bit(bit, value(number.bit(bit)));
    Ok(number.into())
}

fn greatest_divisor(mut a: Integer, mut b: Integer) -> Outcome<Integer> {
    // The time is the square of the length.
    if a.bits().min(b.bits()) > LARGEST >> 3 {
        return Err(too_large());
    }
    while !b.is_zero() {
        (a, b) = (b.clone(), a % b);
    }
    Ok(a.abs())
}

/// The value as a smaller number, if it fits.
fn exact(c: &Call<'_, '_>, class: &str) -> Outcome {
    let number = this(c)?;
    let value = match class {
        "byte" => number.to_i8().map(Value::Byte),
        "short" => number.to_i16().map(Value::Short),
        "int" => number.to_i32().map(Value::Int),
        _ => number.to_i64().map(Value::Long),
    };
    value.ok_or_else(|| arithmetic(&format!("BigInteger out of {class} range")))
}

fn bits(number: u64) -> Outcome {
    Ok(Value::Int(i32::try_from(number).unwrap_or(i32::MAX)))
}

/// The bits of a number without its sign, as two's complement has them.
fn magnitude(number: Integer) -> Integer {
    if number.is_negative() { !number } else { number }
}

pub(crate) static INTEGER: &[Method] = &[
    method("add", &[BigInt], |c| both(c).map(|(a, b)| (a + b).into())),
    method("subtract", &[BigInt], |c| both(c).map(|(a, b)| (a - b).into())),
    method("multiply", &[BigInt], |c| Ok(number::multiply(&this(c)?.into(), c.not_null(0)?)?)),
    method("divide", &[BigInt], |c| divided(c).map(|(a, b)| (a / b).into())),
    method("remainder", &[BigInt], |c| divided(c).map(|(a, b)| (a % b).into())),
    method("mod", &[BigInt], |c| {
        let (a, b) = both(c)?;
        if !b.is_positive() {
            return Err(arithmetic("BigInteger: modulus not positive"));
        }
        let rest = a % &b;
        Ok(if rest.is_negative() { rest + b } else { rest }.into())
    }),
    method("pow", &[PInt], |c| power(c)),
    method("gcd", &[BigInt], |c| both(c).and_then(|(a, b)| Ok(greatest_divisor(a, b)?.into()))),
    method("max", &[BigInt], |c| both(c).map(|(a, b)| a.max(b).into())),
    method("min", &[BigInt], |c| both(c).map(|(a, b)| a.min(b).into())),
    method("and", &[BigInt], |c| both(c).map(|(a, b)| (a & b).into())),
    method("or", &[BigInt], |c| both(c).map(|(a, b)| (a | b).into())),
    method("xor", &[BigInt], |c| both(c).map(|(a, b)| (a ^ b).into())),
    method("andNot", &[BigInt], |c| both(c).map(|(a, b)| (a & !b).into())),
    method("not", &[], |c| Ok((!this(c)?).into())),
    method("negate", &[], |c| Ok((-this(c)?).into())),
    method("abs", &[], |c| Ok(this(c)?.abs().into())),
    method("signum", &[], |c| sign(this(c)?.sign())),
    method("sqrt", &[], |c| {
        let number = this(c)?;
        if number.is_negative() { Err(arithmetic("Negative BigInteger")) } else { Ok(number.sqrt().into()) }
    }),
    method("shiftLeft", &[PInt], |c| shifted(&this(c)?, i64::from(c.int(0)))),
    method("shiftRight", &[PInt], |c| shifted(&this(c)?, -i64::from(c.int(0)))),
    method("testBit", &[PInt], |c| Ok(Value::Bool(this(c)?.bit(bit(c)?)))),
    method("setBit", &[PInt], |c| with_bit(c, |_| true)),
    method("clearBit", &[PInt], |c| with_bit(c, |_| false)),
    method("flipBit", &[PInt], |c| with_bit(c, |bit| !bit)),
    method("bitLength", &[], |c| bits(magnitude(this(c)?).bits())),
    method("bitCount", &[], |c| bits(magnitude(this(c)?).magnitude().count_ones())),
    method("getLowestSetBit", &[], |c| {
        Ok(Value::Int(this(c)?.trailing_zeros().and_then(|bit| i32::try_from(bit).ok()).unwrap_or(-1)))
    }),
    method("byteValueExact", &[], |c| exact(c, "byte")),
    method("shortValueExact", &[], |c| exact(c, "short")),
    method("intValueExact", &[], |c| exact(c, "int")),
    method("longValueExact", &[], |c| exact(c, "long")),
    method("toString", &[PInt], |c| {
        text(this(c)?.to_str_radix(u32::try_from(c.int(0)).ok().filter(|r| (2..=36).contains(r)).unwrap_or(10)))
    }),
];

fn decimal(value: &Value) -> Outcome<Decimal> {
    Ok(number::to_big_decimal(value)?)
}

/// The digits of a decimal as a whole number, and how many of them stand behind the point.
fn parts(c: &Call<'_, '_>) -> Outcome<(Integer, i64)> {
    Ok(decimal(c.this)?.into_bigint_and_exponent())
}

fn digits(number: &Integer) -> i64 {
    i64::try_from(number.magnitude().to_string().len()).unwrap_or(i64::MAX)
}

fn of_parts(unscaled: Integer, scale: i64) -> Value {
    Decimal::new(unscaled, scale).into()
}

fn scale_of(scale: i64) -> Value {
    Value::Int(i32::try_from(scale).unwrap_or(i32::MAX))
}

fn rounding_needed() -> Fail {
    arithmetic("Rounding necessary")
}

/// The same number with another count of digits behind the point, if nothing is lost by that.
fn rescaled((unscaled, scale): (Integer, i64), wanted: i64) -> Outcome<Integer> {
    let places = wanted.saturating_sub(scale);
    if places.unsigned_abs() > LARGEST {
        return Err(too_large());
    }
    let factor = Integer::from(10).pow(u32::try_from(places.unsigned_abs()).unwrap_or(0));
    if places >= 0 {
        return Ok(unscaled * factor);
    }
    let rest = &unscaled % &factor;
    if rest.is_zero() { Ok(unscaled / factor) } else { Err(rounding_needed()) }
}

/// The value as a whole number, if it is one.
fn exact_decimal(c: &Call<'_, '_>, whole: fn(&Integer) -> Option<Value>) -> Outcome {
    whole(&rescaled(parts(c)?, 0)?).ok_or_else(|| arithmetic("Overflow"))
}

fn stripped((unscaled, scale): (Integer, i64)) -> Value {
    if unscaled.is_zero() {
        return of_parts(unscaled, 0);
    }
    // All zeros at once: each division takes as long as the number is.
    let digits = unscaled.to_string();
    let zeros = digits.len() - digits.trim_end_matches('0').len();
    let unscaled = unscaled / Integer::from(10).pow(u32::try_from(zeros).unwrap_or(0));
    of_parts(unscaled, scale.saturating_sub(i64::try_from(zeros).unwrap_or(0)))
}

fn decimal_power(c: &Call<'_, '_>) -> Outcome {
    let exponent = u32::try_from(c.int(0)).ok().filter(|exponent| *exponent < 1_000_000_000);
    let exponent = exponent.ok_or_else(|| arithmetic("Invalid operation"))?;
    let (unscaled, scale) = parts(c)?;
    if unscaled.bits().saturating_mul(u64::from(exponent)) > LARGEST {
        return Err(too_large());
    }
    Ok(of_parts(unscaled.pow(exponent), scale.saturating_mul(i64::from(exponent))))
}

pub(crate) static DECIMAL: &[Method] = &[
    method("add", &[BigDecimal], |c| Ok(number::add(c.this, c.not_null(0)?)?)),
    method("subtract", &[BigDecimal], |c| Ok(number::subtract(c.this, c.not_null(0)?)?)),
    method("multiply", &[BigDecimal], |c| Ok(number::multiply(c.this, c.not_null(0)?)?)),
    method("negate", &[], |c| Ok(number::negate(c.this)?)),
    method("plus", &[], |c| Ok(c.this.clone())),
    method("abs", &[], |c| Ok(decimal(c.this)?.abs().into())),
    method("signum", &[], |c| sign(decimal(c.this)?.sign())),
    method("scale", &[], |c| Ok(scale_of(parts(c)?.1))),
    method("precision", &[], |c| Ok(scale_of(digits(&parts(c)?.0)))),
    method("unscaledValue", &[], |c| Ok(parts(c)?.0.into())),
    method("ulp", &[], |c| Ok(of_parts(1.into(), parts(c)?.1))),
    method("max", &[BigDecimal], |c| {
        let (a, b) = (decimal(c.this)?.into(), decimal(c.not_null(0)?)?.into());
        Ok(if number::compare(&a, &b)?.is_ge() { a } else { b })
    }),
    method("min", &[BigDecimal], |c| {
        let (a, b) = (decimal(c.this)?.into(), decimal(c.not_null(0)?)?.into());
        Ok(if number::compare(&a, &b)?.is_le() { a } else { b })
    }),
    method("setScale", &[PInt], |c| {
        let scale = i64::from(c.int(0));
        Ok(of_parts(rescaled(parts(c)?, scale)?, scale))
    }),
    method("movePointLeft", &[PInt], |c| moved(c, i64::from(c.int(0)))),
    method("movePointRight", &[PInt], |c| moved(c, -i64::from(c.int(0)))),
    method("scaleByPowerOfTen", &[PInt], |c| {
        let (unscaled, scale) = parts(c)?;
        Ok(of_parts(unscaled, scale.saturating_sub(i64::from(c.int(0)))))
    }),
    method("pow", &[PInt], |c| decimal_power(c)),
    method("stripTrailingZeros", &[], |c| Ok(stripped(parts(c)?))),
    method("toPlainString", &[], |c| {
        let number = decimal(c.this)?;
        if number.fractional_digit_count().unsigned_abs() > LARGEST {
            return Err(too_large());
        }
        text(number::decimal_plain_text(&number))
    }),
    method("toBigInteger", &[], |c| Ok(this(c)?.into())),
    method("toBigIntegerExact", &[], |c| Ok(rescaled(parts(c)?, 0)?.into())),
    method("byteValueExact", &[], |c| exact_decimal(c, |number| number.to_i8().map(Value::Byte))),
    method("shortValueExact", &[], |c| exact_decimal(c, |number| number.to_i16().map(Value::Short))),
    method("intValueExact", &[], |c| exact_decimal(c, |number| number.to_i32().map(Value::Int))),
    method("longValueExact", &[], |c| exact_decimal(c, |number| number.to_i64().map(Value::Long))),
];

/// The point moved to the left by so many places; there are never less than no digits behind it.
fn moved(c: &Call<'_, '_>, places: i64) -> Outcome {
    if places == 0 {
        return Ok(c.this.clone());
    }
    let (unscaled, scale) = parts(c)?;
    let scale = scale.saturating_add(places);
    let shown = scale.max(0);
    Ok(of_parts(rescaled((unscaled, scale), shown)?, shown))
}
