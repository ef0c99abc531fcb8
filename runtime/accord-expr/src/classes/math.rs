//! `java.lang.Math` (and `StrictMath`).

use accord_value::Value;

use crate::fail::{Fail, Outcome};
use crate::method::{Call, Method, function};
use crate::types::Ty::{PDouble, PFloat, PInt, PLong};

type Double = fn(f64) -> f64;

fn of_double(c: &Call<'_, '_>, work: Double) -> Outcome {
    Ok(Value::Double(work(c.double(0))))
}

fn overflow(class: &str) -> Fail {
    Fail::java("ArithmeticException", format!("{class} overflow"))
}

fn int(value: Option<i32>) -> Outcome {
    value.map(Value::Int).ok_or_else(|| overflow("integer"))
}

fn long(value: Option<i64>) -> Outcome {
    value.map(Value::Long).ok_or_else(|| overflow("long"))
}

/// Java's `Math.max`: NaN wins, `0.0` is larger than `-0.0`.
pub(crate) fn max(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == 0.0 && b == 0.0 {
        if a.is_sign_negative() { b } else { a }
    } else {
        a.max(b)
    }
}

/// Java's `Math.min`.
pub(crate) fn min(a: f64, b: f64) -> f64 {
    -max(-a, -b)
}

#[expect(clippy::cast_possible_truncation, reason = "Java's conversion saturates as Rust's does")]
fn round(number: f64) -> i64 {
    // Halves go up, also those below zero; adding a half could round wrongly.
    let floor = number.floor();
    (if number - floor >= 0.5 { floor + 1.0 } else { floor }) as i64
}

fn cube_root(number: f64) -> f64 {
    number.cbrt()
}

fn signum(number: f64) -> f64 {
    if number == 0.0 || number.is_nan() { number } else { number.signum() }
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

fn narrow(number: i64) -> i32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "of two ints the result fits, but for the one overflow of Java"
    )]
    let narrow = number as i32;
    narrow
}

pub(crate) static METHODS: &[Method] = &[
    function("abs", &[PInt], |c| Ok(Value::Int(c.int(0).wrapping_abs()))),
    function("abs", &[PLong], |c| Ok(Value::Long(c.long(0).wrapping_abs()))),
    function("abs", &[PFloat], |c| Ok(Value::Float(c.float(0).abs()))),
    function("abs", &[PDouble], |c| of_double(c, f64::abs)),
    function("absExact", &[PInt], |c| int(c.int(0).checked_abs())),
    function("absExact", &[PLong], |c| long(c.long(0).checked_abs())),
    function("max", &[PInt, PInt], |c| Ok(Value::Int(c.int(0).max(c.int(1))))),
    function("max", &[PLong, PLong], |c| Ok(Value::Long(c.long(0).max(c.long(1))))),
    function("max", &[PFloat, PFloat], |c| Ok(Value::Float(c.float(0).max(c.float(1))))),
    function("max", &[PDouble, PDouble], |c| Ok(Value::Double(max(c.double(0), c.double(1))))),
    function("min", &[PInt, PInt], |c| Ok(Value::Int(c.int(0).min(c.int(1))))),
    function("min", &[PLong, PLong], |c| Ok(Value::Long(c.long(0).min(c.long(1))))),
    function("min", &[PFloat, PFloat], |c| Ok(Value::Float(c.float(0).min(c.float(1))))),
    function("min", &[PDouble, PDouble], |c| Ok(Value::Double(min(c.double(0), c.double(1))))),
    function("round", &[PFloat], |c| {
        #[expect(clippy::cast_possible_truncation, reason = "Java's conversion saturates as Rust's does")]
        let rounded = (f64::from(c.float(0)) + 0.5).floor() as i32;
        Ok(Value::Int(rounded))
    }),
    function("round", &[PDouble], |c| Ok(Value::Long(round(c.double(0))))),
    function("rint", &[PDouble], |c| of_double(c, f64::round_ties_even)),
    function("floor", &[PDouble], |c| of_double(c, f64::floor)),
    function("ceil", &[PDouble], |c| of_double(c, f64::ceil)),
    function("sqrt", &[PDouble], |c| of_double(c, f64::sqrt)),
    function("cbrt", &[PDouble], |c| of_double(c, cube_root)),
    function("pow", &[PDouble, PDouble], |c| {
        let (base, exponent) = (c.double(0), c.double(1));
        // Unlike in C, one to the power of NaN or infinity is NaN.
        let odd = base.abs() == 1.0 && !exponent.is_finite();
        Ok(Value::Double(if odd || (base == 1.0 && exponent.is_nan()) { f64::NAN } else { base.powf(exponent) }))
    }),
    function("exp", &[PDouble], |c| of_double(c, f64::exp)),
    function("expm1", &[PDouble], |c| of_double(c, f64::exp_m1)),
    function("log", &[PDouble], |c| of_double(c, f64::ln)),
    function("log10", &[PDouble], |c| of_double(c, f64::log10)),
    function("log1p", &[PDouble], |c| of_double(c, f64::ln_1p)),
    function("sin", &[PDouble], |c| of_double(c, f64::sin)),
    function("cos", &[PDouble], |c| of_double(c, f64::cos)),
    function("tan", &[PDouble], |c| of_double(c, f64::tan)),
    function("asin", &[PDouble], |c| of_double(c, f64::asin)),
    function("acos", &[PDouble], |c| of_double(c, f64::acos)),
    function("atan", &[PDouble], |c| of_double(c, f64::atan)),
    function("atan2", &[PDouble, PDouble], |c| Ok(Value::Double(c.double(0).atan2(c.double(1))))),
    function("sinh", &[PDouble], |c| of_double(c, f64::sinh)),
    function("cosh", &[PDouble], |c| of_double(c, f64::cosh)),
    function("tanh", &[PDouble], |c| of_double(c, f64::tanh)),
    function("hypot", &[PDouble, PDouble], |c| Ok(Value::Double(c.double(0).hypot(c.double(1))))),
    function("toDegrees", &[PDouble], |c| of_double(c, f64::to_degrees)),
    function("toRadians", &[PDouble], |c| of_double(c, f64::to_radians)),
    function("signum", &[PFloat], |c| {
        Ok(Value::Float(if c.float(0) == 0.0 { c.float(0) } else { c.float(0).signum() }))
    }),
    function("signum", &[PDouble], |c| of_double(c, signum)),
    function("copySign", &[PFloat, PFloat], |c| Ok(Value::Float(c.float(0).copysign(c.float(1))))),
    function("copySign", &[PDouble, PDouble], |c| Ok(Value::Double(c.double(0).copysign(c.double(1))))),
    function("ulp", &[PFloat], |c| {
        let number = c.float(0).abs();
        Ok(Value::Float(if number == f32::MAX { number - number.next_down() } else { number.next_up() - number }))
    }),
    function("ulp", &[PDouble], |c| {
        let number = c.double(0).abs();
        Ok(Value::Double(if number == f64::MAX { number - number.next_down() } else { number.next_up() - number }))
    }),
    function("nextUp", &[PFloat], |c| Ok(Value::Float(c.float(0).next_up()))),
    function("nextDown", &[PFloat], |c| Ok(Value::Float(c.float(0).next_down()))),
    function("nextUp", &[PDouble], |c| of_double(c, f64::next_up)),
    function("nextDown", &[PDouble], |c| of_double(c, f64::next_down)),
    function("fma", &[PFloat, PFloat, PFloat], |c| Ok(Value::Float(c.float(0).mul_add(c.float(1), c.float(2))))),
    function("fma", &[PDouble, PDouble, PDouble], |c| Ok(Value::Double(c.double(0).mul_add(c.double(1), c.double(2))))),
    function("random", &[], |c| {
        // The first 52 random bits of a random UUID, as a fraction below one.
        let hex: String = c.evaluator.scope.random_uuid().chars().filter(char::is_ascii_hexdigit).collect();
        let bits = u64::from_str_radix(hex.get(..12).unwrap_or("0"), 16).unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "48 bits fit a double")]
        let fraction = bits as f64 / (1u64 << 48) as f64;
        Ok(Value::Double(fraction))
    }),
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
        let result = floor_div(-i64::from(c.int(0)), i64::from(c.int(1))).ok_or_else(super::by_zero)?;
        Ok(Value::Int(narrow(-result)))
    }),
    function("ceilDiv", &[PLong, PLong], |c| {
        let result = floor_div(c.long(0).wrapping_neg(), c.long(1)).ok_or_else(super::by_zero)?;
        Ok(Value::Long(result.wrapping_neg()))
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
    function("clamp", &[PLong, PInt, PInt], |c| {
        let (low, high) = (c.int(1), c.int(2));
        check_range(low <= high, &format!("{low} > {high}"))?;
        Ok(Value::Int(narrow(c.long(0).clamp(i64::from(low), i64::from(high)))))
    }),
    function("clamp", &[PLong, PLong, PLong], |c| {
        let (low, high) = (c.long(1), c.long(2));
        check_range(low <= high, &format!("{low} > {high}"))?;
        Ok(Value::Long(c.long(0).clamp(low, high)))
    }),
    function("clamp", &[PDouble, PDouble, PDouble], |c| {
        let (low, high) = (c.double(1), c.double(2));
        check_range(low <= high, &format!("{low} > {high}"))?;
        Ok(Value::Double(c.double(0).clamp(low, high)))
    }),
];

fn check_range(fits: bool, message: &str) -> Outcome<()> {
    if fits { Ok(()) } else { Err(Fail::java("IllegalArgumentException", message)) }
}

/// Constants of `Math`.
pub(crate) fn field(name: &str) -> Option<Value> {
    Some(Value::Double(match name {
        "PI" => std::f64::consts::PI,
        "E" => std::f64::consts::E,
        "TAU" => std::f64::consts::TAU,
        _ => return None,
    }))
}
