//! Text forms of numbers, as Java's `toString` gives them.

use bigdecimal::BigDecimal;

/// Java's `Double.toString`: `0.5`, `1.0E10`, `Infinity`, `NaN`.
pub fn double_text(number: f64) -> String {
    if let Some(text) = special(number) {
        return text;
    }
    // Where one digit would do, Java asks for the best two.
    let two = format!("{number:.1e}");
    if two.parse() == Ok(number) {
        return lay_out(&two);
    }
    let shortest = format!("{number:e}");
    // Of two texts of that length that are equally near Java takes the even one, as rounding to a length does.
    let even = format!("{number:.*e}", fraction_digits(&shortest));
    lay_out(if even.parse() == Ok(number) { &even } else { &shortest })
}

/// Java's `Float.toString`.
pub fn float_text(number: f32) -> String {
    if let Some(text) = special(f64::from(number)) {
        return text;
    }
    let two = format!("{number:.1e}");
    if two.parse() == Ok(number) {
        return lay_out(&two);
    }
    let shortest = format!("{number:e}");
    let even = format!("{number:.*e}", fraction_digits(&shortest));
    lay_out(if even.parse() == Ok(number) { &even } else { &shortest })
}

/// How many digits stand behind the point of `-1.25e7`.
fn fraction_digits(scientific: &str) -> usize {
    let mantissa = scientific.split_once('e').map_or(scientific, |(mantissa, _)| mantissa);
    mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len())
}

fn special(number: f64) -> Option<String> {
    if number.is_nan() {
        Some("NaN".to_owned())
    } else if number.is_infinite() {
        Some(if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned())
    } else if number == 0.0 {
        Some(if number.is_sign_negative() { "-0.0" } else { "0.0" }.to_owned())
    } else {
        None
    }
}

/// From `-1.25e7` to Java's layout: plain from 10^-3 to below 10^7, with an exponent otherwise, and always a digit after
/// the point.
fn lay_out(scientific: &str) -> String {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let mut digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let trimmed = digits.trim_end_matches('0').len().max(1);
    digits.truncate(trimmed);
    let (whole, fraction) = match exponent {
        -3..=-1 => ("0".to_owned(), format!("{}{digits}", "0".repeat(exponent.unsigned_abs() as usize - 1))),
        0..=6 => {
            let point = usize::try_from(exponent).unwrap_or(0) + 1;
            let padded = zeros_behind(digits, point);
            let (whole, fraction) = padded.split_at(point);
            (whole.to_owned(), fraction.to_owned())
        }
        _ => {
            let (whole, fraction) = digits.split_at(1);
            let fraction = if fraction.is_empty() { "0" } else { fraction };
            return format!("{sign}{whole}.{fraction}E{exponent}");
        }
    };
    let fraction = if fraction.is_empty() { "0" } else { &fraction };
    format!("{sign}{whole}.{fraction}")
}

/// Java's `BigDecimal.toString`: plain where the scale is not negative and the number not tiny, else with an exponent.
pub fn decimal_text(number: &BigDecimal) -> String {
    let (unscaled, scale) = number.as_bigint_and_exponent();
    let text = unscaled.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let count = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    let adjusted = count.saturating_sub(1).saturating_sub(scale);
    if scale >= 0 && adjusted >= -6 {
        return plain(sign, digits, scale);
    }
    let (first, rest) = digits.split_at(digits.len().min(1));
    let point = if rest.is_empty() { "" } else { "." };
    if adjusted == 0 {
        format!("{sign}{first}{point}{rest}")
    } else {
        format!("{sign}{first}{point}{rest}E{adjusted:+}")
    }
}

/// Java's `BigDecimal.toPlainString`, never with an exponent. A number of more than a million digits is given with one
/// all the same.
pub fn decimal_plain_text(number: &BigDecimal) -> String {
    let (unscaled, scale) = number.as_bigint_and_exponent();
    if scale.unsigned_abs() > 1_000_000 {
        return decimal_text(number);
    }
    let text = unscaled.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    if scale >= 0 {
        return plain(sign, digits, scale);
    }
    if digits == "0" {
        return digits.to_owned();
    }
    let zeros = usize::try_from(scale.unsigned_abs()).unwrap_or(0);
    format!("{sign}{digits}{}", "0".repeat(zeros))
}

/// Digits with `scale` of them behind the point.
fn plain(sign: &str, digits: &str, scale: i64) -> String {
    let scale = usize::try_from(scale).unwrap_or(0);
    if scale == 0 {
        return format!("{sign}{digits}");
    }
    let padded = zeros_before(digits, scale.saturating_add(1));
    let (whole, fraction) = padded.split_at(padded.len() - scale);
    format!("{sign}{whole}.{fraction}")
}

/// Digits with zeros before them, up to `width` characters. The standard library's own filling ends at 65,535.
pub(crate) fn zeros_before(digits: &str, width: usize) -> String {
    format!("{}{digits}", "0".repeat(width.saturating_sub(digits.len())))
}

/// Digits with zeros behind them, up to `width` characters.
pub(crate) fn zeros_behind(mut digits: String, width: usize) -> String {
    digits.extend(std::iter::repeat_n('0', width.saturating_sub(digits.len())));
    digits
}
