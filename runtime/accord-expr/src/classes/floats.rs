//! `Double` and `Float`.

use accord_value::{Value, compare_doubles, number};

use super::numbers::compare_own;
use crate::coerce;
use crate::method::{Method, function, method};
use crate::types::Ty::{self, Double, Float, PDouble, PFloat, PInt, PLong, Str};
use crate::utf16::text;

/// `Double.toHexString`: `0x1.8p1`.
fn hexadecimal(number: f64) -> String {
    let sign = if number.is_sign_negative() && !number.is_nan() { "-" } else { "" };
    if !number.is_finite() {
        return if number.is_nan() { "NaN".to_owned() } else { format!("{sign}Infinity") };
    }
    let bits = number.to_bits();
    let (exponent, fraction) = ((bits >> 52) & 0x7ff, bits & ((1 << 52) - 1));
    let digits = format!("{fraction:013x}");
    let digits = Some(digits.trim_end_matches('0')).filter(|digits| !digits.is_empty()).unwrap_or("0");
    match exponent {
        0 if fraction == 0 => format!("{sign}0x0.0p0"),
        0 => format!("{sign}0x0.{digits}p-1022"),
        _ => format!("{sign}0x1.{digits}p{}", i64::try_from(exponent).unwrap_or(0) - 1023),
    }
}

/// `Float.toHexString`, which differs for the smallest numbers.
fn hexadecimal_float(number: f32) -> String {
    if !number.is_subnormal() {
        return hexadecimal(f64::from(number));
    }
    let digits = format!("{:06x}", (number.to_bits() & 0x7f_ffff) << 1);
    let sign = if number.is_sign_negative() { "-" } else { "" };
    format!("{sign}0x0.{}p-126", digits.trim_end_matches('0'))
}

pub(crate) static DOUBLE: &[Method] = &[
    method("compareTo", &[Double], compare_own),
    method("isNaN", &[], |c| Ok(Value::Bool(number::to_double(c.this)?.is_nan()))),
    method("isInfinite", &[], |c| Ok(Value::Bool(number::to_double(c.this)?.is_infinite()))),
    function("isNaN", &[PDouble], |c| Ok(Value::Bool(c.double(0).is_nan()))),
    function("isInfinite", &[PDouble], |c| Ok(Value::Bool(c.double(0).is_infinite()))),
    function("isFinite", &[PDouble], |c| Ok(Value::Bool(c.double(0).is_finite()))),
    function("toHexString", &[PDouble], |c| text(hexadecimal(c.double(0)))),
    function("parseDouble", &[Str], |c| Ok(Value::Double(number::parse_double(c.str(0))?))),
    function("valueOf", &[PDouble], |c| Ok(c.take(0))),
    function("valueOf", &[Str], |c| Ok(Value::Double(number::parse_double(c.str(0))?))),
    function("toString", &[PDouble], |c| Ok(Value::Text(c.argument(0).to_text()))),
    function("compare", &[PDouble, PDouble], |c| super::order(compare_doubles(c.double(0), c.double(1)))),
    function("sum", &[PDouble, PDouble], |c| Ok(Value::Double(c.double(0) + c.double(1)))),
    function("max", &[PDouble, PDouble], |c| Ok(Value::Double(super::math::max(c.double(0), c.double(1))))),
    function("min", &[PDouble, PDouble], |c| Ok(Value::Double(super::math::min(c.double(0), c.double(1))))),
    function("doubleToLongBits", &[PDouble], |c| {
        let number = c.double(0);
        Ok(Value::Long(if number.is_nan() { 0x7ff8 << 48 } else { number.to_bits().cast_signed() }))
    }),
    function("doubleToRawLongBits", &[PDouble], |c| Ok(Value::Long(c.double(0).to_bits().cast_signed()))),
    function("longBitsToDouble", &[PLong], |c| Ok(Value::Double(f64::from_bits(c.long(0).cast_unsigned())))),
    function("hashCode", &[PDouble], |c| Ok(Value::Int(c.argument(0).hash_code()))),
];

pub(crate) static FLOAT: &[Method] = &[
    method("compareTo", &[Float], compare_own),
    method("isNaN", &[], |c| Ok(Value::Bool(number::to_double(c.this)?.is_nan()))),
    method("isInfinite", &[], |c| Ok(Value::Bool(number::to_double(c.this)?.is_infinite()))),
    function("isNaN", &[PFloat], |c| Ok(Value::Bool(c.float(0).is_nan()))),
    function("isInfinite", &[PFloat], |c| Ok(Value::Bool(c.float(0).is_infinite()))),
    function("isFinite", &[PFloat], |c| Ok(Value::Bool(c.float(0).is_finite()))),
    function("toHexString", &[PFloat], |c| text(hexadecimal_float(c.float(0)))),
    function("parseFloat", &[Str], |c| Ok(Value::Float(number::parse_float(c.str(0))?))),
    function("valueOf", &[PFloat], |c| Ok(c.take(0))),
    function("valueOf", &[Str], |c| Ok(Value::Float(number::parse_float(c.str(0))?))),
    function("toString", &[PFloat], |c| Ok(Value::Text(c.argument(0).to_text()))),
    function("compare", &[PFloat, PFloat], |c| super::order(compare_doubles(c.double(0), c.double(1)))),
    function("sum", &[PFloat, PFloat], |c| Ok(Value::Float(c.float(0) + c.float(1)))),
    function("max", &[PFloat, PFloat], |c| Ok(Value::Float(super::math::max_float(c.float(0), c.float(1))))),
    function("min", &[PFloat, PFloat], |c| Ok(Value::Float(-super::math::max_float(-c.float(0), -c.float(1))))),
    function("floatToIntBits", &[PFloat], |c| {
        let number = c.float(0);
        Ok(Value::Int(if number.is_nan() { 0x7fc0 << 16 } else { number.to_bits().cast_signed() }))
    }),
    function("floatToRawIntBits", &[PFloat], |c| Ok(Value::Int(c.float(0).to_bits().cast_signed()))),
    function("intBitsToFloat", &[PInt], |c| Ok(Value::Float(f32::from_bits(c.int(0).cast_unsigned())))),
    function("hashCode", &[PFloat], |c| Ok(Value::Int(c.argument(0).hash_code()))),
];

pub(crate) static NEW_DOUBLE: &[Method] = &[
    function("<init>", &[PDouble], |c| Ok(c.take(0))),
    function("<init>", &[Str], |c| Ok(Value::Double(number::parse_double(c.str(0))?))),
];

pub(crate) static NEW_FLOAT: &[Method] = &[
    function("<init>", &[PFloat], |c| Ok(c.take(0))),
    function("<init>", &[PDouble], |c| coerce::to_number(c.argument(0), Ty::PFloat)),
    function("<init>", &[Str], |c| Ok(Value::Float(number::parse_float(c.str(0))?))),
];

/// Constants of `Double`.
pub(crate) fn double_field(name: &str) -> Option<Value> {
    Some(match name {
        "MAX_VALUE" => Value::Double(f64::MAX),
        "MIN_VALUE" => Value::Double(f64::from_bits(1)),
        "MIN_NORMAL" => Value::Double(f64::MIN_POSITIVE),
        "POSITIVE_INFINITY" => Value::Double(f64::INFINITY),
        "NEGATIVE_INFINITY" => Value::Double(f64::NEG_INFINITY),
        "NaN" => Value::Double(f64::NAN),
        "SIZE" => Value::Int(64),
        "BYTES" => Value::Int(8),
        "MAX_EXPONENT" => Value::Int(1023),
        "MIN_EXPONENT" => Value::Int(-1022),
        "PRECISION" => Value::Int(53),
        _ => return None,
    })
}

/// Constants of `Float`.
pub(crate) fn float_field(name: &str) -> Option<Value> {
    Some(match name {
        "MAX_VALUE" => Value::Float(f32::MAX),
        "MIN_VALUE" => Value::Float(f32::from_bits(1)),
        "MIN_NORMAL" => Value::Float(f32::MIN_POSITIVE),
        "POSITIVE_INFINITY" => Value::Float(f32::INFINITY),
        "NEGATIVE_INFINITY" => Value::Float(f32::NEG_INFINITY),
        "NaN" => Value::Float(f32::NAN),
        "SIZE" => Value::Int(32),
        "BYTES" => Value::Int(4),
        "MAX_EXPONENT" => Value::Int(127),
        "MIN_EXPONENT" => Value::Int(-126),
        "PRECISION" => Value::Int(24),
        _ => return None,
    })
}
