//! `%d`, `%o`, `%x`, `%e`, `%f`, `%g` and `%a`.

use num_bigint::{BigInt, Sign};

use super::{Flag, Spec, WIDEST, failure, wrong_class};
use crate::number::zeros_behind;
use crate::{Throwable, Value};

/// A number in parts, between which zeros may be filled in.
pub(super) struct Shown {
    /// Sign, opening parenthesis, `0x`.
    pub(super) prefix: String,
    pub(super) digits: String,
    /// Closing parenthesis.
    pub(super) suffix: String,
    /// Whether zeros may stand between prefix and digits.
    pub(super) may_pad: bool,
}

impl Spec {
    /// `digits` with the sign that the flags ask for.
    fn signed(&self, negative: bool, digits: String) -> Shown {
        let parentheses = negative && self.flags.has(Flag::Parentheses);
        let prefix = match negative {
            true if parentheses => "(",
            true => "-",
            false if self.flags.has(Flag::Plus) => "+",
            false if self.flags.has(Flag::Space) => " ",
            false => "",
        };
        let suffix = if parentheses { ")" } else { "" };
        Shown { prefix: prefix.to_owned(), digits, suffix: suffix.to_owned(), may_pad: true }
    }

    /// The digits before the point, in groups of three where the flag says so.
    fn grouped(&self, digits: &str) -> String {
        if !self.flags.has(Flag::Group) {
            return digits.to_owned();
        }
        let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        out
    }
}

/// `%d`, `%o`, `%x` of a whole number. Octal and hexadecimal forms of negative numbers are those of two's complement in
/// the width of their class; of a `BigInteger`, signed.
pub(super) fn whole(spec: &Spec, value: &Value) -> Result<Shown, Box<Throwable>> {
    let conversion = spec.conversion;
    let radix = conversion.to_ascii_lowercase();
    let bits = match value {
        Value::Byte(number) => u64::from(number.cast_unsigned()),
        Value::Short(number) => u64::from(number.cast_unsigned()),
        Value::Int(number) => u64::from(number.cast_unsigned()),
        Value::Long(number) => number.cast_unsigned(),
        Value::BigInt(number) => return Ok(big(spec, number)),
        _ => return Err(wrong_class(conversion, value)),
    };
    if radix == 'd' {
        let number = value.as_i64().unwrap_or_default();
        return Ok(spec.signed(number < 0, spec.grouped(&number.unsigned_abs().to_string())));
    }
    spec.flags.refuse(&[Flag::Parentheses, Flag::Plus, Flag::Space], conversion)?;
    let digits = if radix == 'x' { format!("{bits:x}") } else { format!("{bits:o}") };
    Ok(Shown { prefix: alternate(spec), digits, suffix: String::new(), may_pad: true })
}

/// What the flag `#` puts before octal and hexadecimal digits.
fn alternate(spec: &Spec) -> String {
    match (spec.flags.has(Flag::Alternate), spec.conversion) {
        (false, _) => "",
        (true, 'o') => "0",
        (true, _) => "0x",
    }
    .to_owned()
}

fn big(spec: &Spec, number: &BigInt) -> Shown {
    let digits = match spec.conversion.to_ascii_lowercase() {
        'd' => spec.grouped(&number.magnitude().to_string()),
        'o' => number.magnitude().to_str_radix(8),
        _ => number.magnitude().to_str_radix(16),
    };
    let mut shown = spec.signed(number.sign() == Sign::Minus, digits);
    shown.prefix.push_str(&alternate(spec));
    shown
}

/// A decimal number: `d.ddd * 10^exponent`, the digits without leading zeros.
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

/// `%e`, `%f`, `%g`, `%a`.
pub(super) fn floating(spec: &Spec, value: &Value) -> Result<Shown, Box<Throwable>> {
    let conversion = spec.conversion.to_ascii_lowercase();
    let number = match value {
        Value::Float(number) => f64::from(*number),
        Value::Double(number) => *number,
        Value::BigDecimal(number) if conversion != 'a' => {
            let (unscaled, scale) = number.as_bigint_and_exponent();
            let digits = unscaled.magnitude().to_string().into_bytes();
            let exponent = i64::try_from(digits.len()).unwrap_or(i64::MAX).saturating_sub(1).saturating_sub(scale);
            let decimal = Decimal { negative: unscaled.sign() == Sign::Minus, digits, exponent };
            return decimal_form(spec, conversion, decimal);
        }
        _ => return Err(wrong_class(spec.conversion, value)),
    };
    let negative = number.is_sign_negative() && !number.is_nan();
    if !number.is_finite() {
        let text = if number.is_nan() { "NaN" } else { "Infinity" };
        let shown = if number.is_nan() {
            Shown { prefix: String::new(), digits: text.to_owned(), suffix: String::new(), may_pad: false }
        } else {
            Shown { may_pad: false, ..spec.signed(negative, text.to_owned()) }
        };
        return Ok(shown);
    }
    if conversion == 'a' {
        let mut shown = spec.signed(negative, hexadecimal(number.abs()));
        shown.prefix.push_str("0x");
        return Ok(shown);
    }
    let shortest = format!("{:e}", number.abs());
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).collect();
    decimal_form(spec, conversion, Decimal { negative, digits, exponent: exponent.parse().unwrap_or(0) })
}

fn decimal_form(spec: &Spec, conversion: char, number: Decimal) -> Result<Shown, Box<Throwable>> {
    let limit = i64::try_from(WIDEST).unwrap_or(i64::MAX);
    if conversion != 'e' && number.exponent.abs() > limit {
        return Err(failure("IllegalFormatPrecisionException", number.exponent.to_string()));
    }
    let negative = number.negative;
    let precision = spec.precision.unwrap_or(6);
    let digits = match conversion {
        'e' => scientific(spec, number, precision),
        'f' => fixed(spec, &number, precision),
        _ => {
            let precision = precision.max(1);
            let zero = number.is_zero();
            let rounded = number.rounded(precision);
            let exponent = if zero { 0 } else { rounded.exponent };
            let fits = usize::try_from(exponent + 1).map(|before| before <= precision).unwrap_or(exponent >= -4);
            if fits {
                let places = i64::try_from(precision).unwrap_or(limit) - exponent - 1;
                fixed(spec, &rounded, usize::try_from(places).unwrap_or(0))
            } else {
                scientific(spec, rounded, precision - 1)
            }
        }
    };
    Ok(spec.signed(negative, digits))
}

impl Decimal {
    fn is_zero(&self) -> bool {
        self.digits.iter().all(|digit| *digit == b'0')
    }

    /// Rounded half up to `count` digits.
    fn rounded(mut self, count: usize) -> Decimal {
        let up = self.digits.get(count).is_some_and(|digit| *digit >= b'5');
        self.digits.truncate(count);
        if up {
            let mut carry = true;
            for digit in self.digits.iter_mut().rev() {
                if *digit == b'9' {
                    *digit = b'0';
                } else {
                    *digit += 1;
                    carry = false;
                    break;
                }
            }
            if carry {
                self.digits.insert(0, b'1');
                self.digits.truncate(count.max(1));
                self.exponent += 1;
            }
        }
        self
    }
}

fn text(digits: &[u8]) -> String {
    digits.iter().copied().map(char::from).collect()
}

fn with_point(spec: &Spec, whole: &str, fraction: &str) -> String {
    if fraction.is_empty() && !spec.flags.has(Flag::Alternate) {
        whole.to_owned()
    } else {
        format!("{whole}.{fraction}")
    }
}

fn scientific(spec: &Spec, number: Decimal, precision: usize) -> String {
    let zero = number.is_zero();
    let number = number.rounded(precision + 1);
    let digits = zeros_behind(text(&number.digits), precision + 1);
    let (whole, fraction) = digits.split_at(digits.len().min(1));
    let exponent = if zero { 0 } else { number.exponent };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", with_point(spec, whole, fraction), exponent.unsigned_abs())
}

fn fixed(spec: &Spec, number: &Decimal, places: usize) -> String {
    let places = i64::try_from(places).unwrap_or(0);
    // Digits that stay: those before the point and `places` behind it.
    let keep = number.exponent + 1 + places;
    let digits = number.digits.clone();
    let rounded = match usize::try_from(keep) {
        Ok(keep) => Decimal { negative: false, digits, exponent: number.exponent }.rounded(keep),
        Err(_) => Decimal { negative: false, digits: Vec::new(), exponent: number.exponent },
    };
    // Without a digit left (or with one that was carried to), the number is below one in the last place.
    let digits = text(&rounded.digits);
    let scaled = if rounded.exponent < 0 {
        let zeros = usize::try_from(-rounded.exponent).unwrap_or(0);
        format!("{}{digits}", "0".repeat(zeros))
    } else {
        digits
    };
    let before = usize::try_from(rounded.exponent.max(0) + 1).unwrap_or(1);
    let width = before + usize::try_from(places).unwrap_or(0);
    let mut padded = zeros_behind(scaled, width);
    padded.truncate(width);
    let (whole, fraction) = padded.split_at(before);
    with_point(spec, &spec.grouped(whole), fraction)
}

/// Java's `Double.toHexString` without `0x`, of a number that is not negative.
fn hexadecimal(number: f64) -> String {
    if number == 0.0 {
        return "0.0p0".to_owned();
    }
    let bits = number.to_bits();
    let fraction = format!("{:013x}", bits & ((1 << 52) - 1));
    let fraction = fraction.trim_end_matches('0');
    let fraction = if fraction.is_empty() { "0" } else { fraction };
    match i64::try_from(bits >> 52).unwrap_or(0) {
        0 => format!("0.{fraction}p-1022"),
        exponent => format!("1.{fraction}p{}", exponent - 1023),
    }
}
