//! `Integer`, `Long`, `Short`, `Byte`, `Boolean`, and the methods of all numbers.

use accord_value::{Value, number};

use crate::coerce::{self, in_range};
use crate::fail::{Fail, Outcome};
use crate::method::{Call, Method, function, method};
use crate::operators::natural;
use crate::types::Ty::{self, Byte, CharSequence, Int, Long, Object, PBool, PByte, PInt, PLong, PShort, Short, Str};
use crate::utf16::{self, text};

/// What every `Number` has.
pub(crate) static NUMBER: &[Method] = &[
    method("intValue", &[], |c| coerce::to_number(c.this, Ty::Int)),
    method("longValue", &[], |c| coerce::to_number(c.this, Ty::Long)),
    method("doubleValue", &[], |c| coerce::to_number(c.this, Ty::Double)),
    method("floatValue", &[], |c| coerce::to_number(c.this, Ty::Float)),
    method("shortValue", &[], |c| coerce::to_number(c.this, Ty::Short)),
    method("byteValue", &[], |c| coerce::to_number(c.this, Ty::Byte)),
    method("compareTo", &[Object], super::compare_to),
    method("equals", &[Object], |c| Ok(Value::Bool(c.this == c.argument(0)))),
    method("toString", &[], |c| Ok(Value::Text(c.this.to_text()))),
    method("hashCode", &[], |c| Ok(Value::Int(c.this.hash_code()))),
];

pub(super) fn compare_own(c: &mut Call<'_, '_>) -> Outcome {
    if c.argument(0).is_null() {
        let name = match c.this {
            Value::Bool(_) => "b".to_owned(),
            other => format!("another{}", other.simple_name()),
        };
        return Err(Fail::java(
            "NullPointerException",
            format!("Cannot read field \"value\" because \"{name}\" is null"),
        ));
    }
    super::order(natural(c.this, c.argument(0))?)
}

fn radix_of(c: &Call<'_, '_>, index: usize) -> Outcome<u32> {
    Ok(number::parse_radix(c.int(index))?)
}

fn parse_int(c: &mut Call<'_, '_>) -> Outcome<i32> {
    Ok(number::parse_int(c.str(0), 10)?)
}

fn parse_int_radix(c: &mut Call<'_, '_>) -> Outcome<i32> {
    Ok(number::parse_int(c.str(0), radix_of(c, 1)?)?)
}

fn parse_long(c: &mut Call<'_, '_>) -> Outcome<i64> {
    Ok(number::parse_long(c.str(0), 10)?)
}

fn parse_long_radix(c: &mut Call<'_, '_>) -> Outcome<i64> {
    Ok(number::parse_long(c.str(0), radix_of(c, 1)?)?)
}

/// Text of a number in a radix; one out of range counts as ten.
fn in_radix(number: i128, radix: i32) -> String {
    let radix = u128::try_from(radix).ok().filter(|radix| (2..=36).contains(radix)).unwrap_or(10);
    let mut rest = number.unsigned_abs();
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(rest % radix).unwrap_or(0);
        digits.push(char::from_digit(digit, 36).unwrap_or('0'));
        rest /= radix;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        digits.push('-');
    }
    digits.iter().rev().collect()
}

/// `decode`: decimal, `0x…`, `#…` and `0…` numbers with a sign.
fn decode(text: &str) -> Outcome<i64> {
    if text.is_empty() {
        return Err(Fail::java("NumberFormatException", "Zero length string"));
    }
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, radix) =
        if let Some(digits) = rest.strip_prefix("0x").or(rest.strip_prefix("0X")).or(rest.strip_prefix('#')) {
            (digits, 16)
        } else if let Some(digits) = rest.strip_prefix('0').filter(|digits| !digits.is_empty()) {
            (digits, 8)
        } else {
            (rest, 10)
        };
    if digits.starts_with(['+', '-']) {
        return Err(Fail::java("NumberFormatException", "Sign character in wrong position"));
    }
    let signed = if negative { format!("-{digits}") } else { digits.to_owned() };
    Ok(number::parse_long(&signed, radix)?)
}

/// What `decode` gives, as a smaller number.
fn narrow<T: TryFrom<i32>>(number: i64, text: &str) -> Outcome<T> {
    let number = i32::try_from(number)
        .map_err(|_| Fail::java("NumberFormatException", format!("For input string: \"{text}\"")))?;
    T::try_from(number)
        .map_err(|_| Fail::java("NumberFormatException", format!("Value {number} out of range from input {text}")))
}

/// A number in a radix, as a smaller one.
fn narrow_in_radix<T: TryFrom<i32>>(c: &Call<'_, '_>) -> Outcome<T> {
    let radix = radix_of(c, 1)?;
    T::try_from(number::parse_int(c.str(0), radix)?).map_err(|_| {
        let text = c.str(0);
        Fail::java("NumberFormatException", format!("Value out of range. Value:\"{text}\" Radix:{radix}"))
    })
}

/// The part of a text that the second and third argument name, and the radix that is the fourth.
fn part_and_radix(c: &Call<'_, '_>) -> Outcome<(String, u32)> {
    let text = c.not_null(0)?.to_text();
    let length = utf16::length(text.as_str());
    let (start, end) = (c.int(1), c.int(2));
    let fits = usize::try_from(end).is_ok_and(|end| end <= length) && (0..=end).contains(&start);
    if !fits {
        let message = format!("Range [{start}, {end}) out of bounds for length {length}");
        return Err(Fail::java("IndexOutOfBoundsException", message));
    }
    Ok((utf16::substring(text.as_str(), start, Some(end))?.to_owned(), radix_of(c, 3)?))
}

/// The system property that the first argument names, as a number.
fn property(c: &Call<'_, '_>) -> Outcome<Option<i64>> {
    let text = c.evaluator.scope.system_property(c.str(0));
    Ok(text.and_then(|text| decode(&text).ok()))
}

fn narrow_or_null(number: i64) -> Value {
    i32::try_from(number).map_or(Value::Null, Value::Int)
}

fn unsigned_int(text: &str, radix: u32) -> Outcome {
    let number = number::parse_unsigned(text, radix, u64::from(u32::MAX), "int")?;
    Ok(Value::Int(u32::try_from(number).unwrap_or(0).cast_signed()))
}

fn unsigned_long(text: &str, radix: u32) -> Outcome {
    Ok(Value::Long(number::parse_unsigned(text, radix, u64::MAX, "long")?.cast_signed()))
}

fn unsigned(number: i32) -> u32 {
    number.cast_unsigned()
}

pub(crate) static INTEGER: &[Method] = &[
    method("compareTo", &[Int], compare_own),
    function("parseInt", &[Str], |c| parse_int(c).map(Value::Int)),
    function("parseInt", &[Str, PInt], |c| parse_int_radix(c).map(Value::Int)),
    function("valueOf", &[PInt], |c| Ok(c.take(0))),
    function("valueOf", &[Str], |c| parse_int(c).map(Value::Int)),
    function("valueOf", &[Str, PInt], |c| parse_int_radix(c).map(Value::Int)),
    function("decode", &[Str], |c| Ok(Value::Int(narrow(decode(c.str(0))?, c.str(0))?))),
    function("toString", &[PInt], |c| Ok(Value::Text(c.argument(0).to_text()))),
    function("toString", &[PInt, PInt], |c| text(in_radix(i128::from(c.int(0)), c.int(1)))),
    function("toHexString", &[PInt], |c| text(format!("{:x}", c.int(0)))),
    function("toOctalString", &[PInt], |c| text(format!("{:o}", c.int(0)))),
    function("toBinaryString", &[PInt], |c| text(format!("{:b}", c.int(0)))),
    function("toUnsignedString", &[PInt], |c| text(unsigned(c.int(0)).to_string())),
    function("toUnsignedString", &[PInt, PInt], |c| text(in_radix(i128::from(unsigned(c.int(0))), c.int(1)))),
    function("toUnsignedLong", &[PInt], |c| Ok(Value::Long(i64::from(unsigned(c.int(0)))))),
    function("parseUnsignedInt", &[Str], |c| unsigned_int(c.str(0), 10)),
    function("parseUnsignedInt", &[Str, PInt], |c| unsigned_int(c.str(0), radix_of(c, 1)?)),
    function("parseInt", &[CharSequence, PInt, PInt, PInt], |c| {
        let (text, radix) = part_and_radix(c)?;
        Ok(Value::Int(number::parse_int(&text, radix)?))
    }),
    function("parseUnsignedInt", &[CharSequence, PInt, PInt, PInt], |c| {
        let (text, radix) = part_and_radix(c)?;
        unsigned_int(&text, radix)
    }),
    function("getInteger", &[Str], |c| Ok(property(c)?.map_or(Value::Null, narrow_or_null))),
    function("compare", &[PInt, PInt], |c| super::order(c.int(0).cmp(&c.int(1)))),
    function("compareUnsigned", &[PInt, PInt], |c| super::order(unsigned(c.int(0)).cmp(&unsigned(c.int(1))))),
    function("divideUnsigned", &[PInt, PInt], |c| {
        let quotient = unsigned(c.int(0)).checked_div(unsigned(c.int(1))).ok_or_else(super::by_zero)?;
        Ok(Value::Int(quotient.cast_signed()))
    }),
    function("remainderUnsigned", &[PInt, PInt], |c| {
        let rest = unsigned(c.int(0)).checked_rem(unsigned(c.int(1))).ok_or_else(super::by_zero)?;
        Ok(Value::Int(rest.cast_signed()))
    }),
    function("sum", &[PInt, PInt], |c| Ok(Value::Int(c.int(0).wrapping_add(c.int(1))))),
    function("max", &[PInt, PInt], |c| Ok(Value::Int(c.int(0).max(c.int(1))))),
    function("min", &[PInt, PInt], |c| Ok(Value::Int(c.int(0).min(c.int(1))))),
    function("signum", &[PInt], |c| Ok(Value::Int(c.int(0).signum()))),
    function("bitCount", &[PInt], |c| bits(c.int(0).count_ones())),
    function("reverse", &[PInt], |c| Ok(Value::Int(c.int(0).reverse_bits()))),
    function("reverseBytes", &[PInt], |c| Ok(Value::Int(c.int(0).swap_bytes()))),
    function("highestOneBit", &[PInt], |c| Ok(Value::Int(highest_bit(i64::from(unsigned(c.int(0)))) as i32))),
    function("lowestOneBit", &[PInt], |c| Ok(Value::Int(c.int(0) & c.int(0).wrapping_neg()))),
    function("numberOfLeadingZeros", &[PInt], |c| bits(c.int(0).leading_zeros())),
    function("numberOfTrailingZeros", &[PInt], |c| bits(c.int(0).trailing_zeros())),
    function("rotateLeft", &[PInt, PInt], |c| Ok(Value::Int(c.int(0).rotate_left(unsigned(c.int(1)) & 31)))),
    function("rotateRight", &[PInt, PInt], |c| Ok(Value::Int(c.int(0).rotate_right(unsigned(c.int(1)) & 31)))),
    function("hashCode", &[PInt], |c| Ok(c.take(0))),
];

pub(crate) static LONG: &[Method] = &[
    method("compareTo", &[Long], compare_own),
    function("parseLong", &[Str], |c| parse_long(c).map(Value::Long)),
    function("parseLong", &[Str, PInt], |c| parse_long_radix(c).map(Value::Long)),
    function("valueOf", &[PLong], |c| Ok(c.take(0))),
    function("valueOf", &[Str], |c| parse_long(c).map(Value::Long)),
    function("valueOf", &[Str, PInt], |c| parse_long_radix(c).map(Value::Long)),
    function("decode", &[Str], |c| Ok(Value::Long(decode(c.str(0))?))),
    function("toString", &[PLong], |c| Ok(Value::Text(c.argument(0).to_text()))),
    function("toString", &[PLong, PInt], |c| text(in_radix(i128::from(c.long(0)), c.int(1)))),
    function("toHexString", &[PLong], |c| text(format!("{:x}", c.long(0)))),
    function("toOctalString", &[PLong], |c| text(format!("{:o}", c.long(0)))),
    function("toBinaryString", &[PLong], |c| text(format!("{:b}", c.long(0)))),
    function("toUnsignedString", &[PLong], |c| text(c.long(0).cast_unsigned().to_string())),
    function("toUnsignedString", &[PLong, PInt], |c| text(in_radix(i128::from(c.long(0).cast_unsigned()), c.int(1)))),
    function("parseUnsignedLong", &[Str], |c| unsigned_long(c.str(0), 10)),
    function("parseUnsignedLong", &[Str, PInt], |c| unsigned_long(c.str(0), radix_of(c, 1)?)),
    function("parseLong", &[CharSequence, PInt, PInt, PInt], |c| {
        let (text, radix) = part_and_radix(c)?;
        Ok(Value::Long(number::parse_long(&text, radix)?))
    }),
    function("parseUnsignedLong", &[CharSequence, PInt, PInt, PInt], |c| {
        let (text, radix) = part_and_radix(c)?;
        unsigned_long(&text, radix)
    }),
    function("getLong", &[Str], |c| Ok(property(c)?.into())),
    function("divideUnsigned", &[PLong, PLong], |c| {
        let quotient = c.long(0).cast_unsigned().checked_div(c.long(1).cast_unsigned()).ok_or_else(super::by_zero)?;
        Ok(Value::Long(quotient.cast_signed()))
    }),
    function("remainderUnsigned", &[PLong, PLong], |c| {
        let rest = c.long(0).cast_unsigned().checked_rem(c.long(1).cast_unsigned()).ok_or_else(super::by_zero)?;
        Ok(Value::Long(rest.cast_signed()))
    }),
    function("rotateLeft", &[PLong, PInt], |c| Ok(Value::Long(c.long(0).rotate_left(unsigned(c.int(1)) & 63)))),
    function("rotateRight", &[PLong, PInt], |c| Ok(Value::Long(c.long(0).rotate_right(unsigned(c.int(1)) & 63)))),
    function("compare", &[PLong, PLong], |c| super::order(c.long(0).cmp(&c.long(1)))),
    function("compareUnsigned", &[PLong, PLong], |c| {
        super::order(c.long(0).cast_unsigned().cmp(&c.long(1).cast_unsigned()))
    }),
    function("sum", &[PLong, PLong], |c| Ok(Value::Long(c.long(0).wrapping_add(c.long(1))))),
    function("max", &[PLong, PLong], |c| Ok(Value::Long(c.long(0).max(c.long(1))))),
    function("min", &[PLong, PLong], |c| Ok(Value::Long(c.long(0).min(c.long(1))))),
    function("signum", &[PLong], |c| Ok(Value::Int(coerce_signum(c.long(0))))),
    function("bitCount", &[PLong], |c| bits(c.long(0).count_ones())),
    function("reverse", &[PLong], |c| Ok(Value::Long(c.long(0).reverse_bits()))),
    function("reverseBytes", &[PLong], |c| Ok(Value::Long(c.long(0).swap_bytes()))),
    function("highestOneBit", &[PLong], |c| Ok(Value::Long(highest_bit(c.long(0))))),
    function("lowestOneBit", &[PLong], |c| Ok(Value::Long(c.long(0) & c.long(0).wrapping_neg()))),
    function("numberOfLeadingZeros", &[PLong], |c| bits(c.long(0).leading_zeros())),
    function("numberOfTrailingZeros", &[PLong], |c| bits(c.long(0).trailing_zeros())),
    function("hashCode", &[PLong], |c| Ok(Value::Int(c.argument(0).hash_code()))),
];

pub(crate) static SHORT: &[Method] = &[
    method("compareTo", &[Short], compare_own),
    function("parseShort", &[Str], |c| Ok(Value::Short(in_range(c.str(0), number::parse_int(c.str(0), 10)?)?))),
    function("valueOf", &[PShort], |c| Ok(c.take(0))),
    function("valueOf", &[Str], |c| Ok(Value::Short(in_range(c.str(0), number::parse_int(c.str(0), 10)?)?))),
    function("toString", &[PShort], |c| Ok(Value::Text(c.argument(0).to_text()))),
    function("compare", &[PShort, PShort], |c| Ok(Value::Int(c.int(0) - c.int(1)))),
    function("compareUnsigned", &[PShort, PShort], |c| Ok(Value::Int((c.int(0) & 0xffff) - (c.int(1) & 0xffff)))),
    function("toUnsignedInt", &[PShort], |c| Ok(Value::Int(c.int(0) & 0xffff))),
    function("toUnsignedLong", &[PShort], |c| Ok(Value::Long(i64::from(c.int(0) & 0xffff)))),
    function("parseShort", &[Str, PInt], |c| Ok(Value::Short(narrow_in_radix(c)?))),
    function("valueOf", &[Str, PInt], |c| Ok(Value::Short(narrow_in_radix(c)?))),
    function("decode", &[Str], |c| Ok(Value::Short(narrow(decode(c.str(0))?, c.str(0))?))),
    function("hashCode", &[PShort], |c| Ok(Value::Int(c.int(0)))),
];

pub(crate) static BYTE: &[Method] = &[
    method("compareTo", &[Byte], compare_own),
    function("parseByte", &[Str], |c| Ok(Value::Byte(in_range(c.str(0), number::parse_int(c.str(0), 10)?)?))),
    function("valueOf", &[PByte], |c| Ok(c.take(0))),
    function("valueOf", &[Str], |c| Ok(Value::Byte(in_range(c.str(0), number::parse_int(c.str(0), 10)?)?))),
    function("toString", &[PByte], |c| Ok(Value::Text(c.argument(0).to_text()))),
    function("compare", &[PByte, PByte], |c| Ok(Value::Int(c.int(0) - c.int(1)))),
    function("compareUnsigned", &[PByte, PByte], |c| Ok(Value::Int((c.int(0) & 0xff) - (c.int(1) & 0xff)))),
    function("toUnsignedInt", &[PByte], |c| Ok(Value::Int(c.int(0) & 0xff))),
    function("toUnsignedLong", &[PByte], |c| Ok(Value::Long(i64::from(c.int(0) & 0xff)))),
    function("parseByte", &[Str, PInt], |c| Ok(Value::Byte(narrow_in_radix(c)?))),
    function("valueOf", &[Str, PInt], |c| Ok(Value::Byte(narrow_in_radix(c)?))),
    function("decode", &[Str], |c| Ok(Value::Byte(narrow(decode(c.str(0))?, c.str(0))?))),
    function("hashCode", &[PByte], |c| Ok(Value::Int(c.int(0)))),
];

pub(crate) static BOOLEAN: &[Method] = &[
    method("booleanValue", &[], |c| Ok(c.this.clone())),
    method("compareTo", &[Ty::Bool], compare_own),
    method("compareTo", &[Object], super::compare_to),
    method("equals", &[Object], |c| Ok(Value::Bool(c.this == c.argument(0)))),
    method("toString", &[], |c| Ok(Value::Text(c.this.to_text()))),
    method("hashCode", &[], |c| Ok(Value::Int(c.this.hash_code()))),
    function("parseBoolean", &[Str], |c| Ok(Value::Bool(c.str(0).eq_ignore_ascii_case("true")))),
    function("valueOf", &[PBool], |c| Ok(c.take(0))),
    function("valueOf", &[Str], |c| Ok(Value::Bool(c.str(0).eq_ignore_ascii_case("true")))),
    function("toString", &[PBool], |c| Ok(Value::Text(c.argument(0).to_text()))),
    function("compare", &[PBool, PBool], |c| super::order(c.bool(0).cmp(&c.bool(1)))),
    function("logicalAnd", &[PBool, PBool], |c| Ok(Value::Bool(c.bool(0) & c.bool(1)))),
    function("logicalOr", &[PBool, PBool], |c| Ok(Value::Bool(c.bool(0) | c.bool(1)))),
    function("logicalXor", &[PBool, PBool], |c| Ok(Value::Bool(c.bool(0) ^ c.bool(1)))),
    function("getBoolean", &[Str], |c| {
        let property = c.evaluator.scope.system_property(c.str(0));
        Ok(Value::Bool(property.is_some_and(|value| value.eq_ignore_ascii_case("true"))))
    }),
    function("hashCode", &[PBool], |c| Ok(Value::Int(c.argument(0).hash_code()))),
];

pub(crate) static NEW_INTEGER: &[Method] =
    &[function("<init>", &[PInt], |c| Ok(c.take(0))), function("<init>", &[Str], |c| parse_int(c).map(Value::Int))];

pub(crate) static NEW_LONG: &[Method] =
    &[function("<init>", &[PLong], |c| Ok(c.take(0))), function("<init>", &[Str], |c| parse_long(c).map(Value::Long))];

pub(crate) static NEW_SHORT: &[Method] = &[
    function("<init>", &[PShort], |c| Ok(c.take(0))),
    function("<init>", &[Str], |c| Ok(Value::Short(in_range(c.str(0), number::parse_int(c.str(0), 10)?)?))),
];

pub(crate) static NEW_BYTE: &[Method] = &[
    function("<init>", &[PByte], |c| Ok(c.take(0))),
    function("<init>", &[Str], |c| Ok(Value::Byte(in_range(c.str(0), number::parse_int(c.str(0), 10)?)?))),
];

pub(crate) static NEW_BOOLEAN: &[Method] = &[
    function("<init>", &[PBool], |c| Ok(c.take(0))),
    function("<init>", &[Str], |c| Ok(Value::Bool(c.str(0).eq_ignore_ascii_case("true")))),
];

fn bits(count: u32) -> Outcome {
    Ok(Value::Int(i32::try_from(count).unwrap_or(0)))
}

fn highest_bit(number: i64) -> i64 {
    let number = number.cast_unsigned();
    (if number == 0 { 0 } else { 1u64 << (63 - number.leading_zeros()) }).cast_signed()
}

fn coerce_signum(number: i64) -> i32 {
    match number {
        0 => 0,
        1.. => 1,
        _ => -1,
    }
}

/// Constants of `Integer`.
pub(crate) fn integer_field(name: &str) -> Option<Value> {
    Some(match name {
        "MAX_VALUE" => Value::Int(i32::MAX),
        "MIN_VALUE" => Value::Int(i32::MIN),
        "SIZE" => Value::Int(32),
        "BYTES" => Value::Int(4),
        _ => return None,
    })
}

/// Constants of `Long`.
pub(crate) fn long_field(name: &str) -> Option<Value> {
    Some(match name {
        "MAX_VALUE" => Value::Long(i64::MAX),
        "MIN_VALUE" => Value::Long(i64::MIN),
        "SIZE" => Value::Int(64),
        "BYTES" => Value::Int(8),
        _ => return None,
    })
}

/// Constants of `Short`.
pub(crate) fn short_field(name: &str) -> Option<Value> {
    Some(match name {
        "MAX_VALUE" => Value::Short(i16::MAX),
        "MIN_VALUE" => Value::Short(i16::MIN),
        "SIZE" => Value::Int(16),
        "BYTES" => Value::Int(2),
        _ => return None,
    })
}

/// Constants of `Byte`.
pub(crate) fn byte_field(name: &str) -> Option<Value> {
    Some(match name {
        "MAX_VALUE" => Value::Byte(i8::MAX),
        "MIN_VALUE" => Value::Byte(i8::MIN),
        "SIZE" => Value::Int(8),
        "BYTES" => Value::Int(1),
        _ => return None,
    })
}

/// Constants of `Boolean`.
pub(crate) fn boolean_field(name: &str) -> Option<Value> {
    match name {
        "TRUE" => Some(Value::Bool(true)),
        "FALSE" => Some(Value::Bool(false)),
        _ => None,
    }
}
