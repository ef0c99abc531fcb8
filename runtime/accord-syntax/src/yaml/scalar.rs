//! What a scalar is: Concord's reader resolves plain ones by the rules of YAML 1.1 and then decodes numbers its own
//! way. Each rule here is pinned by a test.

use std::borrow::Cow;

/// A scalar's value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    Int(i32),
    Float(f64),
    Text,
    /// Wider than 32 bits.
    OutOfRange,
    /// `.inf` and `.nan`, which YAML has and Concord refuses.
    NotFinite,
    /// `!!binary`, which Concord refuses.
    Binary,
}

/// A scalar without quotes and tag.
pub(super) fn plain(text: &str) -> Scalar {
    let Some(first) = text.bytes().next() else { return Scalar::Null };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' => {
            if matches!(text, "null" | "Null" | "NULL") {
                Scalar::Null
            } else {
                boolean(text).map_or(Scalar::Text, Scalar::Bool)
            }
        }
        b'~' if text.len() == 1 => Scalar::Null,
        b'0'..=b'9' | b'+' | b'-' | b'.' => {
            if is_int(text) {
                int(text)
            } else if is_float(text) {
                float(text)
            } else if is_base_60(text) {
                Scalar::NotFinite
            } else {
                Scalar::Text
            }
        }
        _ => Scalar::Text,
    }
}

/// A scalar with one of YAML's own tags, `!!int` and the like.
pub(super) fn tagged(tag: &str, text: &str) -> Scalar {
    match tag {
        "binary" => Scalar::Binary,
        "bool" => boolean(text).map_or(Scalar::Text, Scalar::Bool),
        "int" => int(text),
        "float" => float(text),
        "null" if !text.is_empty() => Scalar::Null,
        _ => Scalar::Text,
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

fn unsigned(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, text.get(1..).unwrap_or("")),
        Some(b'+') => (false, text.get(1..).unwrap_or("")),
        _ => (false, text),
    }
}

/// Whether YAML 1.1 takes it for an integer. Base 60 is left out: such texts end as texts.
fn is_int(text: &str) -> bool {
    let (_, digits) = unsigned(text);
    let all = |rest: &str, good: fn(u8) -> bool| rest.bytes().all(|c| c == b'_' || good(c));
    if let Some(rest) = digits.strip_prefix("0x") {
        let rest = rest.trim_start_matches('_');
        !rest.is_empty() && all(rest, |c| c.is_ascii_hexdigit())
    } else if let Some(rest) = digits.strip_prefix("0b") {
        let rest = rest.trim_start_matches('_');
        !rest.is_empty() && all(rest, |c| matches!(c, b'0' | b'1'))
    } else if let Some(rest) = digits.strip_prefix('0') {
        all(rest, |c| matches!(c, b'0'..=b'7'))
    } else {
        digits.starts_with(|c: char| c.is_ascii_digit()) && all(digits, |c| c.is_ascii_digit())
    }
}

/// Decodes an integer as Concord's reader does: what is no integer is a text.
fn int(text: &str) -> Scalar {
    let (negative, digits) = unsigned(text);
    let (radix, digits) = if let Some(rest) = digits.strip_prefix("0x") {
        (16, rest)
    } else if let Some(rest) = digits.strip_prefix("0b") {
        (2, rest)
    } else if digits.len() > 1 && digits.starts_with('0') {
        (8, digits.get(1..).unwrap_or(""))
    } else {
        (10, digits)
    };
    let mut value: i64 = 0;
    let mut any = false;
    for c in digits.chars().filter(|c| *c != '_') {
        let Some(digit) = c.to_digit(radix) else { return Scalar::Text };
        any = true;
        // What is far out of range stays out of range.
        value = (value.saturating_mul(i64::from(radix)).saturating_add(i64::from(digit))).min(1 << 40);
    }
    let value = if negative { -value } else { value };
    match i32::try_from(value) {
        _ if !any => Scalar::Text,
        Ok(value) => Scalar::Int(value),
        Err(_) => Scalar::OutOfRange,
    }
}

/// Whether YAML 1.1 takes it for a float; an exponent needs no dot.
fn is_float(text: &str) -> bool {
    let (_, rest) = unsigned(text);
    if matches!(rest, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let is_digits = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_digit()) && text.bytes().all(|c| c == b'_' || c.is_ascii_digit())
    };
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (rest.get(..at).unwrap_or(""), Some(rest.get(at + 1..).unwrap_or(""))),
        None => (rest, None),
    };
    let exponent_is_good = exponent.is_none_or(|exponent| {
        let (_, digits) = unsigned(exponent);
        !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit())
    });
    let mantissa_is_good = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && fraction.bytes().all(|c| c == b'_' || c.is_ascii_digit()),
        Some((whole, fraction)) => is_digits(whole) && fraction.bytes().all(|c| c == b'_' || c.is_ascii_digit()),
        None => exponent.is_some() && is_digits(mantissa),
    };
    exponent_is_good && mantissa_is_good
}

/// A float of base 60, such as `1:30.5`, which YAML 1.1 has and Concord's reader cannot decode.
fn is_base_60(text: &str) -> bool {
    let (_, digits) = unsigned(text);
    let all = |text: &str| text.bytes().all(|c| c == b'_' || c.is_ascii_digit());
    let Some((whole, fraction)) = digits.split_once('.') else { return false };
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or("");
    let mut places = parts.peekable();
    places.peek().is_some()
        && first.starts_with(|c: char| c.is_ascii_digit())
        && all(first)
        && all(fraction)
        && places.all(|place| {
            let digits = place.bytes().all(|c| c.is_ascii_digit());
            digits && (place.len() == 1 || place.len() == 2 && place < "60")
        })
}

fn float(text: &str) -> Scalar {
    let clean: Cow<'_, str> = if text.contains('_') { text.replace('_', "").into() } else { text.into() };
    if clean.bytes().any(|c| c.is_ascii_alphabetic() && !matches!(c, b'e' | b'E')) {
        return Scalar::NotFinite;
    }
    clean.parse().map_or(Scalar::NotFinite, Scalar::Float)
}

/// Whether a text is base64 with its padding; white space in it does not count.
pub(super) fn is_base64(text: &str) -> bool {
    let signs: Vec<u8> = text.bytes().filter(|byte| *byte > b' ').collect();
    let padding = signs.iter().rev().take(2).take_while(|sign| **sign == b'=').count();
    let body = signs.get(..signs.len() - padding).unwrap_or_default();
    signs.len().is_multiple_of(4) && body.iter().all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, b'+' | b'/'))
}
