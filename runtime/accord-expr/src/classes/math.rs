//! `java.lang.Math` (and `StrictMath`).

use accord_value::{Value, number};

use crate::fail::{Fail, Outcome};
use crate::method::{Call, Method, function};
use crate::types::Ty::{PDouble, PFloat, PInt, PLong};

type Double = fn(f64) -> f64;

fn of_double(c: &Call<'_, '_>, work: Double) -> Outcome {
    Ok(Value::Double(work(c.double(0))))
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

/// Java's `Math.max` of floats.
#[expect(clippy::cast_possible_truncation, reason = "one of the two floats")]
pub(crate) fn max_float(a: f32, b: f32) -> f32 {
    max(f64::from(a), f64::from(b)) as f32
}

/// The smallest step between a number and its neighbours.
fn ulp(number: f64) -> f64 {
    let number = number.abs();
    if number.is_infinite() {
        number
    } else if number == f64::MAX {
        number - number.next_down()
    } else {
        number.next_up() - number
    }
}

fn ulp_float(number: f32) -> f32 {
    let number = number.abs();
    if number.is_infinite() {
        number
    } else if number == f32::MAX {
        number - number.next_down()
    } else {
        number.next_up() - number
    }
}

/// The neighbour of a number in the direction of another.
fn next_after(from: f64, to: f64) -> f64 {
    if from.is_nan() || to.is_nan() {
        f64::NAN
    } else if from == to {
        to
    } else if from < to {
        from.next_up()
    } else {
        from.next_down()
    }
}

fn next_after_float(from: f32, to: f64) -> f32 {
    let wide = f64::from(from);
    if wide.is_nan() || to.is_nan() {
        f32::NAN
    } else if wide == to {
        #[expect(clippy::cast_possible_truncation, reason = "a float's value")]
        let to = to as f32;
        to
    } else if wide < to {
        from.next_up()
    } else {
        from.next_down()
    }
}

/// Java's `Math.hypot`, rounded as its library does it (fdlibm's `e_hypot`).
fn hypot(x: f64, y: f64) -> f64 {
    if x.is_infinite() || y.is_infinite() {
        return f64::INFINITY;
    }
    let (a, b) = (x.abs().max(y.abs()), x.abs().min(y.abs()));
    if b == 0.0 || x.is_nan() || y.is_nan() || a / b > 2f64.powi(60) {
        return x.abs() + y.abs();
    }
    // Squares must neither be too large nor too small.
    let scale = if a > 2f64.powi(500) {
        2f64.powi(-600)
    } else if b < 2f64.powi(-500) {
        2f64.powi(600)
    } else {
        1.0
    };
    let (a, b) = (a * scale, b * scale);
    let high = |number: f64| f64::from_bits(number.to_bits() & 0xffff_ffff_0000_0000);
    let difference = a - b;
    let sum = if difference > b {
        let head = high(a);
        let tail = a - head;
        head * head - (b * -b - tail * (a + head))
    } else {
        let twice = a + a;
        let (low, head) = (high(b), high(twice));
        let (low_tail, tail) = (b - low, twice - head);
        head * low - (difference * -difference - (head * low_tail + tail * b))
    };
    sum.sqrt() / scale
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

pub(crate) static METHODS: &[Method] = &[
    function("abs", &[PInt], |c| Ok(Value::Int(c.int(0).wrapping_abs()))),
    function("abs", &[PLong], |c| Ok(Value::Long(c.long(0).wrapping_abs()))),
    function("abs", &[PFloat], |c| Ok(Value::Float(c.float(0).abs()))),
    function("abs", &[PDouble], |c| of_double(c, f64::abs)),
    function("max", &[PInt, PInt], |c| Ok(Value::Int(c.int(0).max(c.int(1))))),
    function("max", &[PLong, PLong], |c| Ok(Value::Long(c.long(0).max(c.long(1))))),
    function("max", &[PFloat, PFloat], |c| Ok(Value::Float(max_float(c.float(0), c.float(1))))),
    function("max", &[PDouble, PDouble], |c| Ok(Value::Double(max(c.double(0), c.double(1))))),
    function("min", &[PInt, PInt], |c| Ok(Value::Int(c.int(0).min(c.int(1))))),
    function("min", &[PLong, PLong], |c| Ok(Value::Long(c.long(0).min(c.long(1))))),
    function("min", &[PFloat, PFloat], |c| Ok(Value::Float(-max_float(-c.float(0), -c.float(1))))),
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
    function("expm1", &[PDouble], |c| of_double(c, libm::expm1)),
    function("log", &[PDouble], |c| of_double(c, f64::ln)),
    function("log10", &[PDouble], |c| of_double(c, libm::log10)),
    function("log1p", &[PDouble], |c| of_double(c, f64::ln_1p)),
    function("sin", &[PDouble], |c| of_double(c, f64::sin)),
    function("cos", &[PDouble], |c| of_double(c, f64::cos)),
    function("tan", &[PDouble], |c| of_double(c, f64::tan)),
    function("asin", &[PDouble], |c| of_double(c, libm::asin)),
    function("acos", &[PDouble], |c| of_double(c, libm::acos)),
    function("atan", &[PDouble], |c| of_double(c, libm::atan)),
    function("atan2", &[PDouble, PDouble], |c| Ok(Value::Double(libm::atan2(c.double(0), c.double(1))))),
    function("sinh", &[PDouble], |c| of_double(c, libm::sinh)),
    function("cosh", &[PDouble], |c| of_double(c, libm::cosh)),
    function("tanh", &[PDouble], |c| of_double(c, libm::tanh)),
    function("hypot", &[PDouble, PDouble], |c| Ok(Value::Double(hypot(c.double(0), c.double(1))))),
    function("toDegrees", &[PDouble], |c| of_double(c, f64::to_degrees)),
    function("toRadians", &[PDouble], |c| of_double(c, f64::to_radians)),
    function("signum", &[PFloat], |c| {
        Ok(Value::Float(if c.float(0) == 0.0 { c.float(0) } else { c.float(0).signum() }))
    }),
    function("signum", &[PDouble], |c| of_double(c, signum)),
    function("copySign", &[PFloat, PFloat], |c| Ok(Value::Float(c.float(0).copysign(c.float(1))))),
    function("copySign", &[PDouble, PDouble], |c| Ok(Value::Double(c.double(0).copysign(c.double(1))))),
    function("ulp", &[PFloat], |c| Ok(Value::Float(ulp_float(c.float(0))))),
    function("ulp", &[PDouble], |c| of_double(c, ulp)),
    function("nextAfter", &[PDouble, PDouble], |c| Ok(Value::Double(next_after(c.double(0), c.double(1))))),
    function("nextAfter", &[PFloat, PDouble], |c| Ok(Value::Float(next_after_float(c.float(0), c.double(1))))),
    function("IEEEremainder", &[PDouble, PDouble], |c| Ok(Value::Double(libm::remainder(c.double(0), c.double(1))))),
    function("scalb", &[PDouble, PInt], |c| Ok(Value::Double(libm::scalbn(c.double(0), c.int(1))))),
    function("scalb", &[PFloat, PInt], |c| Ok(Value::Float(libm::scalbnf(c.float(0), c.int(1))))),
    function("getExponent", &[PDouble], |c| {
        let raw = (c.double(0).to_bits() >> 52) & 0x7ff;
        Ok(Value::Int(i32::try_from(raw).unwrap_or(0) - 1023))
    }),
    function("getExponent", &[PFloat], |c| {
        let raw = (c.float(0).to_bits() >> 23) & 0xff;
        Ok(Value::Int(i32::try_from(raw).unwrap_or(0) - 127))
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
    function("clamp", &[PLong, PInt, PInt], |c| {
        let (low, high) = (c.int(1), c.int(2));
        check_range(low <= high, &format!("{low} > {high}"))?;
        Ok(Value::Int(super::whole_math::narrow(c.long(0).clamp(i64::from(low), i64::from(high)))))
    }),
    function("clamp", &[PLong, PLong, PLong], |c| {
        let (low, high) = (c.long(1), c.long(2));
        check_range(low <= high, &format!("{low} > {high}"))?;
        Ok(Value::Long(c.long(0).clamp(low, high)))
    }),
    function("clamp", &[PDouble, PDouble, PDouble], |c| {
        let (low, high) = (c.double(1), c.double(2));
        check_range(low <= high, &format!("{} > {}", number::double_text(low), number::double_text(high)))?;
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
