//! The methods of `java.lang.Math` that work on whole numbers and tell of overflow.

use accord_value::Value;

use crate::fail::{Fail, Outcome};
use crate::method::{Method, function};
use crate::types::Ty::{PInt, PLong};

fn overflow(class: &str) -> Fail {
    Fail::java("ArithmeticException", format!("{class} overflow"))
}

fn int(value: Option<i32>) -> Outcome {
    value.map(Value::Int).ok_or_else(|| overflow("integer"))
}

fn long(value: Option<i64>) -> Outcome {
    value.map(Value::Long).ok_or_else(|| overflow("long"))
}

/// A result of unsigned arithmetic.
fn unsigned_int(value: Option<u32>) -> Outcome {
    value.map(|value| Value::Int(value.cast_signed())).ok_or_else(|| overflow("unsigned integer"))
}

fn unsigned_long(value: Option<u64>) -> Outcome {
    value.map(|value| Value::Long(value.cast_signed())).ok_or_else(|| overflow("unsigned long"))
}

fn floor_div(a: i64, b: i64) -> Option<i64> {
    if b == 0 {
        return None;
    }
    let quotient = a.wrapping_div(b);
    Some(if a.wrapping_rem(b) != 0 && (a < 0) != (b < 0) { quotient - 1 } else { quotient })
}

fn floor_mod(a: i64, b: i64) -> Option<i64> {
    if b == 0 {
        return None;
    }
    let rest = a.wrapping_rem(b);
    Some(if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest })
}

/// A number that fits into an `int`.
pub(crate) fn narrow(number: i64) -> i32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "of two ints the result fits, but for the one overflow of Java"
    )]
    let narrow = number as i32;
    narrow
}

/// The quotient of a division rounded up.
fn ceil_div(a: i64, b: i64) -> Option<i64> {
    if b == 0 {
        return None;
    }
    let quotient = a.wrapping_div(b);
    Some(if a.wrapping_rem(b) != 0 && (a < 0) == (b < 0) { quotient + 1 } else { quotient })
}

/// What a division rounded up leaves.
fn ceil_mod(a: i64, b: i64) -> Option<i64> {
    if b == 0 {
        return None;
    }
    let rest = a.wrapping_rem(b);
    Some(if rest != 0 && (rest < 0) == (b < 0) { rest - b } else { rest })
}

type Division = fn(i64, i64) -> Option<i64>;

fn divided_ints(a: i32, b: i32, divide: Division) -> Outcome {
    let quotient = divide(i64::from(a), i64::from(b)).ok_or_else(super::by_zero)?;
    int(i32::try_from(quotient).ok())
}

fn divided_longs(a: i64, b: i64, divide: Division) -> Outcome {
    let quotient = divide(a, b).ok_or_else(super::by_zero)?;
    long(Some(quotient).filter(|_| (a, b) != (i64::MIN, -1)))
}

/// The exponent of a power, which must not be negative.
fn exponent(number: i32) -> Outcome<u32> {
    u32::try_from(number).map_err(|_| Fail::java("ArithmeticException", "negative exponent"))
}

fn no_absolute(class: &str) -> Fail {
    let message = format!("Overflow to represent absolute value of {class}.MIN_VALUE");
    Fail::java("ArithmeticException", message)
}

pub(crate) static METHODS: &[Method] = &[
    function("absExact", &[PInt], |c| c.int(0).checked_abs().map(Value::Int).ok_or_else(|| no_absolute("Integer"))),
    function("absExact", &[PLong], |c| c.long(0).checked_abs().map(Value::Long).ok_or_else(|| no_absolute("Long"))),
    function("floorDiv", &[PInt, PInt], |c| {
        let result = floor_div(i64::from(c.int(0)), i64::from(c.int(1))).ok_or_else(super::by_zero)?;
        Ok(Value::Int(narrow(result)))
    }),
    function("floorDiv", &[PLong, PInt], |c| {
        Ok(Value::Long(floor_div(c.long(0), i64::from(c.int(1))).ok_or_else(super::by_zero)?))
    }),
    function("floorDiv", &[PLong, PLong], |c| {
        Ok(Value::Long(floor_div(c.long(0), c.long(1)).ok_or_else(super::by_zero)?))
    }),
    function("floorMod", &[PInt, PInt], |c| {
        let result = floor_mod(i64::from(c.int(0)), i64::from(c.int(1))).ok_or_else(super::by_zero)?;
        Ok(Value::Int(narrow(result)))
    }),
    function("floorMod", &[PLong, PInt], |c| {
        Ok(Value::Int(narrow(floor_mod(c.long(0), i64::from(c.int(1))).ok_or_else(super::by_zero)?)))
    }),
    function("floorMod", &[PLong, PLong], |c| {
        Ok(Value::Long(floor_mod(c.long(0), c.long(1)).ok_or_else(super::by_zero)?))
    }),
    function("ceilDiv", &[PInt, PInt], |c| {
        let result = ceil_div(i64::from(c.int(0)), i64::from(c.int(1))).ok_or_else(super::by_zero)?;
        Ok(Value::Int(narrow(result)))
    }),
    function("ceilDiv", &[PLong, PInt], |c| {
        Ok(Value::Long(ceil_div(c.long(0), i64::from(c.int(1))).ok_or_else(super::by_zero)?))
    }),
    function("ceilDiv", &[PLong, PLong], |c| {
        Ok(Value::Long(ceil_div(c.long(0), c.long(1)).ok_or_else(super::by_zero)?))
    }),
    function("ceilMod", &[PInt, PInt], |c| {
        let result = ceil_mod(i64::from(c.int(0)), i64::from(c.int(1))).ok_or_else(super::by_zero)?;
        Ok(Value::Int(narrow(result)))
    }),
    function("ceilMod", &[PLong, PInt], |c| {
        Ok(Value::Int(narrow(ceil_mod(c.long(0), i64::from(c.int(1))).ok_or_else(super::by_zero)?)))
    }),
    function("ceilMod", &[PLong, PLong], |c| {
        Ok(Value::Long(ceil_mod(c.long(0), c.long(1)).ok_or_else(super::by_zero)?))
    }),
    function("divideExact", &[PInt, PInt], |c| divided_ints(c.int(0), c.int(1), i64::checked_div)),
    function("divideExact", &[PLong, PLong], |c| {
        divided_longs(c.long(0), c.long(1), |a, b| if b == 0 { None } else { Some(a.wrapping_div(b)) })
    }),
    function("floorDivExact", &[PInt, PInt], |c| divided_ints(c.int(0), c.int(1), floor_div)),
    function("floorDivExact", &[PLong, PLong], |c| divided_longs(c.long(0), c.long(1), floor_div)),
    function("ceilDivExact", &[PInt, PInt], |c| divided_ints(c.int(0), c.int(1), ceil_div)),
    function("ceilDivExact", &[PLong, PLong], |c| divided_longs(c.long(0), c.long(1), ceil_div)),
    function("powExact", &[PInt, PInt], |c| int(c.int(0).checked_pow(exponent(c.int(1))?))),
    function("powExact", &[PLong, PInt], |c| long(c.long(0).checked_pow(exponent(c.int(1))?))),
    function("unsignedPowExact", &[PInt, PInt], |c| {
        unsigned_int(c.int(0).cast_unsigned().checked_pow(exponent(c.int(1))?))
    }),
    function("unsignedPowExact", &[PLong, PInt], |c| {
        unsigned_long(c.long(0).cast_unsigned().checked_pow(exponent(c.int(1))?))
    }),
    function("unsignedMultiplyExact", &[PInt, PInt], |c| {
        unsigned_int(c.int(0).cast_unsigned().checked_mul(c.int(1).cast_unsigned()))
    }),
    function("unsignedMultiplyExact", &[PLong, PInt], |c| {
        unsigned_long(c.long(0).cast_unsigned().checked_mul(u64::from(c.int(1).cast_unsigned())))
    }),
    function("unsignedMultiplyExact", &[PLong, PLong], |c| {
        unsigned_long(c.long(0).cast_unsigned().checked_mul(c.long(1).cast_unsigned()))
    }),
    function("unsignedMultiplyHigh", &[PLong, PLong], |c| {
        let high = (u128::from(c.long(0).cast_unsigned()) * u128::from(c.long(1).cast_unsigned())) >> 64;
        Ok(Value::Long(u64::try_from(high).unwrap_or(0).cast_signed()))
    }),
    function("addExact", &[PInt, PInt], |c| int(c.int(0).checked_add(c.int(1)))),
    function("addExact", &[PLong, PLong], |c| long(c.long(0).checked_add(c.long(1)))),
    function("subtractExact", &[PInt, PInt], |c| int(c.int(0).checked_sub(c.int(1)))),
    function("subtractExact", &[PLong, PLong], |c| long(c.long(0).checked_sub(c.long(1)))),
    function("multiplyExact", &[PInt, PInt], |c| int(c.int(0).checked_mul(c.int(1)))),
    function("multiplyExact", &[PLong, PInt], |c| long(c.long(0).checked_mul(i64::from(c.int(1))))),
    function("multiplyExact", &[PLong, PLong], |c| long(c.long(0).checked_mul(c.long(1)))),
    function("multiplyFull", &[PInt, PInt], |c| Ok(Value::Long(i64::from(c.int(0)) * i64::from(c.int(1))))),
    function("multiplyHigh", &[PLong, PLong], |c| {
        let high = (i128::from(c.long(0)) * i128::from(c.long(1))) >> 64;
        Ok(Value::Long(i64::try_from(high).unwrap_or(0)))
    }),
    function("negateExact", &[PInt], |c| int(c.int(0).checked_neg())),
    function("negateExact", &[PLong], |c| long(c.long(0).checked_neg())),
    function("incrementExact", &[PInt], |c| int(c.int(0).checked_add(1))),
    function("incrementExact", &[PLong], |c| long(c.long(0).checked_add(1))),
    function("decrementExact", &[PInt], |c| int(c.int(0).checked_sub(1))),
    function("decrementExact", &[PLong], |c| long(c.long(0).checked_sub(1))),
    function("toIntExact", &[PLong], |c| int(i32::try_from(c.long(0)).ok())),
];
