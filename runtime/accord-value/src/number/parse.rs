//! Numbers from texts, with Java's grammar and Java's error texts.

use bigdecimal::BigDecimal;
use num_bigint::{BigInt, Sign};
use num_traits::Num;

use crate::Throwable;

/// How many digits a number may have: it bounds the time that one conversion takes.
const LONGEST: usize = 100_000;

fn failure(message: String) -> Box<Throwable> {
    Box::new(Throwable::new("java.lang.NumberFormatException", message))
}

fn for_input(text: &str) -> Box<Throwable> {
    failure(format!("For input string: \"{text}\""))
}

fn under_radix(text: &str, radix: u32) -> Box<Throwable> {
    if radix == 10 { for_input(text) } else { failure(format!("For input string: \"{text}\" under radix {radix}")) }
}

/// A whole number as `Integer.parseInt` and `Long.parseLong` read it: an optional sign and digits of any script.
fn whole(text: &str, radix: u32) -> Result<i128, Box<Throwable>> {
    check_radix(i64::from(radix))?;
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() {
        return Err(under_radix(text, radix));
    }
    let mut number: i128 = 0;
    for character in digits.chars() {
        let digit = digit(character, radix).ok_or_else(|| under_radix(text, radix))?;
        number = number * i128::from(radix) + i128::from(digit);
        if number > i128::from(u64::MAX) {
            return Err(under_radix(text, radix));
        }
    }
    Ok(if negative { -number } else { number })
}

/// Java's complaint about a radix that is none.
fn check_radix(radix: i64) -> Result<(), Box<Throwable>> {
    match radix {
        2..=36 => Ok(()),
        37.. => Err(failure(format!("radix {radix} greater than Character.MAX_RADIX"))),
        _ => Err(failure(format!("radix {radix} less than Character.MIN_RADIX"))),
    }
}

/// A radix of numbers' texts, 2 to 36.
///
/// # Errors
/// A `NumberFormatException` with Java's text.
pub fn parse_radix(radix: i32) -> Result<u32, Box<Throwable>> {
    check_radix(i64::from(radix))?;
    Ok(radix.unsigned_abs())
}

/// Java's `Integer.parseUnsignedInt(text, radix)` and `Long.parseUnsignedLong`: a number up to `most`, which `class`
/// (`int`, `long`) names in the error.
///
/// # Errors
/// A `NumberFormatException` with Java's text.
pub fn parse_unsigned(text: &str, radix: u32, most: u64, class: &str) -> Result<u64, Box<Throwable>> {
    check_radix(i64::from(radix))?;
    if text.starts_with('-') {
        return Err(failure(format!("Illegal leading minus sign on unsigned string {text}.")));
    }
    let digits = text.strip_prefix('+').unwrap_or(text);
    if digits.is_empty() {
        return Err(under_radix(text, radix));
    }
    let mut number: u128 = 0;
    for character in digits.chars() {
        let digit = digit(character, radix).ok_or_else(|| under_radix(text, radix))?;
        number = (number * u128::from(radix) + u128::from(digit)).min(1 << 100);
    }
    u64::try_from(number)
        .ok()
        .filter(|number| *number <= most)
        .ok_or_else(|| failure(format!("String value {text} exceeds range of unsigned {class}.")))
}

/// Java's `Character.digit`: ASCII, full-width forms and the decimal digits of other scripts.
fn digit(character: char, radix: u32) -> Option<u32> {
    character.to_digit(radix).or_else(|| {
        let code = u32::from(character);
        let value = match code {
            0xff21..=0xff3a => code - 0xff21 + 10,
            0xff41..=0xff5a => code - 0xff41 + 10,
            _ => decimal_digit(code)?,
        };
        (value < radix).then_some(value)
    })
}

/// The value of a decimal digit of a script other than Latin.
fn decimal_digit(code: u32) -> Option<u32> {
    const ZEROS: [u32; 22] = [
        0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
        0x1040, 0x17e0, 0x1810, 0x1946, 0x19d0, 0xff10,
    ];
    ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code)).map(|zero| code - zero)
}

/// Java's `Integer.parseInt(text, radix)`.
///
/// # Errors
/// A `NumberFormatException` with Java's text.
pub fn parse_int(text: &str, radix: u32) -> Result<i32, Box<Throwable>> {
    i32::try_from(whole(text, radix)?).map_err(|_| under_radix(text, radix))
}

/// Java's `Long.parseLong(text, radix)`.
///
/// # Errors
/// A `NumberFormatException` with Java's text.
pub fn parse_long(text: &str, radix: u32) -> Result<i64, Box<Throwable>> {
    i64::try_from(whole(text, radix)?).map_err(|_| under_radix(text, radix))
}

/// Java's `Double.parseDouble`: blanks around it, a suffix `d` or `f`, hexadecimal forms, `NaN` and `Infinity` are taken.
///
/// # Errors
/// A `NumberFormatException` with Java's text.
pub fn parse_double(text: &str) -> Result<f64, Box<Throwable>> {
    match floating(text)? {
        Floating::Decimal(digits) => digits.parse().map_err(|_| for_input(text)),
        Floating::Known(number) => Ok(number),
    }
}

/// Java's `Float.parseFloat`.
///
/// # Errors
/// A `NumberFormatException` with Java's text.
pub fn parse_float(text: &str) -> Result<f32, Box<Throwable>> {
    match floating(text)? {
        Floating::Decimal(digits) => digits.parse().map_err(|_| for_input(text)),
        #[expect(clippy::cast_possible_truncation, reason = "a hexadecimal form rounds to the nearest float")]
        Floating::Known(number) => Ok(number as f32),
    }
}

enum Floating<'a> {
    /// Decimal digits in a form that Rust reads too.
    Decimal(&'a str),
    Known(f64),
}

fn floating(text: &str) -> Result<Floating<'_>, Box<Throwable>> {
    let trimmed = text.trim_matches(|character| character <= ' ');
    if trimmed.is_empty() {
        return Err(failure("empty String".to_owned()));
    }
    // Java's error quotes the trimmed text.
    let wrong = || for_input(trimmed);
    let (negative, body) = match trimmed.strip_prefix('-') {
        Some(body) => (true, body),
        None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    let signed = |number: f64| Floating::Known(if negative { -number } else { number });
    match body {
        "NaN" => return Ok(signed(f64::NAN)),
        "Infinity" => return Ok(signed(f64::INFINITY)),
        _ => {}
    }
    if let Some(hex) = body.strip_prefix("0x").or_else(|| body.strip_prefix("0X")) {
        let hex = hex.strip_suffix(['d', 'D', 'f', 'F']).filter(|hex| hex.contains(['p', 'P'])).unwrap_or(hex);
        return hexadecimal(hex).map(signed).ok_or_else(wrong);
    }
    let number = trimmed.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(trimmed);
    let unsigned = number.strip_prefix(['-', '+']).unwrap_or(number);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let leading = mantissa.find(|character: char| !character.is_ascii_digit() && character != '.');
    if mantissa.get(..leading.unwrap_or(mantissa.len())).unwrap_or_default().matches('.').count() > 1 {
        return Err(failure("multiple points".to_owned()));
    }
    let digits = leading.is_none() && mantissa.contains(|character: char| character.is_ascii_digit());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && exponent.bytes().all(|byte| byte.is_ascii_digit())
    });
    if digits && exponent_fits { Ok(Floating::Decimal(number)) } else { Err(wrong()) }
}

/// A hexadecimal form behind its `0x`: `1.8p3`.
fn hexadecimal(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once(['p', 'P'])?;
    let exponent_digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    if exponent_digits.is_empty() || !exponent_digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let exponent: i64 = exponent
        .parse::<i64>()
        .unwrap_or(if exponent.starts_with('-') { -100_000 } else { 100_000 })
        .clamp(-100_000, 100_000);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits.len() > LONGEST || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let number = BigInt::from_str_radix(&digits, 16).ok()?;
    let shift = exponent - 4 * i64::try_from(fraction.len()).ok()?;
    // Exact in decimal, and so rounded once, when the text is read.
    let exact = if shift >= 0 {
        BigDecimal::new(number << u64::try_from(shift).ok()?, 0)
    } else {
        let places = u32::try_from(-shift).ok()?;
        BigDecimal::new(number * BigInt::from(5).pow(places), i64::from(places))
    };
    let (unscaled, scale) = exact.into_bigint_and_exponent();
    format!("{unscaled}e{}", -scale).parse().ok()
}

/// Java's `new BigInteger(text)`.
///
/// # Errors
/// A `NumberFormatException` with Java's text.
pub fn parse_big_int(text: &str) -> Result<BigInt, Box<Throwable>> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() {
        return Err(failure("Zero length BigInteger".to_owned()));
    }
    if digits.len() > LONGEST {
        return Err(failure(format!("A number of {} digits is too long: at most {LONGEST} are read", digits.len())));
    }
    if digits.contains(['-', '+']) {
        return Err(failure("Illegal embedded sign character".to_owned()));
    }
    let ascii: Option<String> =
        digits.chars().map(|character| digit(character, 10).and_then(|value| char::from_digit(value, 10))).collect();
    let number = ascii
        .and_then(|ascii| BigInt::from_str_radix(&ascii, 10).ok())
        .ok_or_else(|| for_input(&wrong_group(digits)))?;
    Ok(if negative { -number } else { number })
}

/// Java reads big whole numbers without their leading zeros in groups of nine digits, a shorter one first, and complains
/// about the first group that is none.
fn wrong_group(digits: &str) -> String {
    let digits: Vec<char> = digits.trim_start_matches('0').chars().collect();
    let (first, rest) = digits.split_at(digits.len() % 9);
    let groups = std::iter::once(first).chain(rest.chunks(9)).filter(|group| !group.is_empty());
    let wrong = groups.into_iter().find(|group| group.iter().any(|character| digit(*character, 10).is_none()));
    wrong.unwrap_or(&digits).iter().collect()
}

/// Java's `new BigDecimal(text)`: the scale is kept as written.
///
/// # Errors
/// A `NumberFormatException` with Java's text.
pub fn parse_big_decimal(text: &str) -> Result<BigDecimal, Box<Throwable>> {
    if text.is_empty() {
        return Err(Box::new(Throwable { message: None, ..*failure(String::new()) }));
    }
    if text.len() > LONGEST {
        return Err(failure(format!("A number of {} digits is too long: at most {LONGEST} are read", text.len())));
    }
    let (negative, body) = match text.strip_prefix('-') {
        Some(body) => (true, body),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (body, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if fraction.contains('.') {
        return Err(failure("Character array contains more than one decimal point.".to_owned()));
    }
    let digits: Result<String, Box<Throwable>> = whole
        .chars()
        .chain(fraction.chars())
        .map(|character| {
            digit(character, 10).and_then(|value| char::from_digit(value, 10)).ok_or_else(|| {
                failure(format!(
                    "Character {character} is neither a decimal digit number, decimal point, nor \"e\" notation \
                     exponential mark."
                ))
            })
        })
        .collect();
    let digits = digits?;
    if digits.is_empty() {
        return Err(failure("No digits found.".to_owned()));
    }
    let exponent = match exponent {
        None => 0,
        Some(exponent) => exponent
            .strip_prefix('+')
            .filter(|rest| !rest.starts_with(['-', '+']))
            .unwrap_or(exponent)
            .parse::<i32>()
            .map_err(|_| failure("No exponent digits.".to_owned()))?,
    };
    let number = BigInt::from_str_radix(&digits, 10).map_err(|_| for_input(text))?;
    let number = if negative && number.sign() != Sign::NoSign { -number } else { number };
    let scale = i64::try_from(fraction.chars().count()).unwrap_or(i64::MAX) - i64::from(exponent);
    Ok(BigDecimal::new(number, scale))
}
