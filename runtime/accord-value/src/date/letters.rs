//! The letters of `String.format`'s `%t`.

use jiff::ZonedDateTime;

use super::{day_name, hour12, month_name, offset_text};

/// Whether Java knows the letter behind `%t`.
pub(crate) fn is_letter(letter: char) -> bool {
    "HIklNLQpsSTMaAbBCdehjmyYZzrRDFc".contains(letter)
}

/// What the letter shows of a time.
pub(crate) fn format_letter(letter: char, time: &ZonedDateTime) -> String {
    let join = |letters: &str| -> String {
        letters
            .chars()
            .map(|other| if is_letter(other) { format_letter(other, time) } else { other.to_string() })
            .collect()
    };
    match letter {
        'H' => format!("{:02}", time.hour()),
        'I' => format!("{:02}", hour12(time)),
        'k' => time.hour().to_string(),
        'l' => hour12(time).to_string(),
        'M' => format!("{:02}", time.minute()),
        'S' => format!("{:02}", time.second()),
        'L' => format!("{:03}", time.millisecond()),
        'N' => format!("{:09}", time.subsec_nanosecond()),
        'p' => if time.hour() < 12 { "am" } else { "pm" }.to_owned(),
        's' => time.timestamp().as_second().to_string(),
        'Q' => time.timestamp().as_millisecond().to_string(),
        'a' => day_name(time, true).to_owned(),
        'A' => day_name(time, false).to_owned(),
        'b' | 'h' => month_name(time.month(), true).to_owned(),
        'B' => month_name(time.month(), false).to_owned(),
        'C' => format!("{:02}", time.year() / 100),
        'd' => format!("{:02}", time.day()),
        'e' => time.day().to_string(),
        'j' => format!("{:03}", time.day_of_year()),
        'm' => format!("{:02}", time.month()),
        'y' => format!("{:02}", time.year().rem_euclid(100)),
        'Y' => format!("{:04}", time.year()),
        'Z' => time.strftime("%Z").to_string(),
        'z' => offset_text(time, ""),
        'T' => join("H:M:S"),
        'R' => join("H:M"),
        'r' => format!("{} {}", join("I:M:S"), if time.hour() < 12 { "AM" } else { "PM" }),
        'D' => join("m/d/y"),
        'F' => join("Y-m-d"),
        'c' => join("a b d T Z Y"),
        _ => String::new(),
    }
}
