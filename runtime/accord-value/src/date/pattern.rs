//! Patterns of `SimpleDateFormat`.

use jiff::ZonedDateTime;
use jiff::civil::Weekday;

use super::{day_name, hour12, month_name, offset_text};
use crate::Throwable;
use crate::number::zeros_before;

/// A pattern of `java.text.SimpleDateFormat`: the letters `G y Y M L w W D d F E u a H k K h m s S z Z X`, text in
/// single quotes, everything else for itself.
#[derive(Clone, Debug)]
pub struct Pattern {
    pub(super) parts: Vec<Part>,
}

/// A piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    /// A letter and how often it stands there.
    Field(char, usize),
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Where a letter has no meaning or a quote is not closed, with Java's text.
    pub fn parse(pattern: &str) -> Result<Pattern, Box<Throwable>> {
        let failure = |message: String| Box::new(Throwable::new("java.lang.IllegalArgumentException", message));
        let mut parts: Vec<Part> = Vec::new();
        let mut text = String::new();
        let mut characters = pattern.chars().peekable();
        while let Some(character) = characters.next() {
            if character == '\'' {
                if characters.next_if_eq(&'\'').is_some() {
                    text.push('\'');
                    continue;
                }
                loop {
                    match characters.next() {
                        Some('\'') if characters.next_if_eq(&'\'').is_some() => text.push('\''),
                        Some('\'') => break,
                        Some(quoted) => text.push(quoted),
                        None => return Err(failure("Unterminated quote".to_owned())),
                    }
                }
            } else if character.is_ascii_alphabetic() {
                if !"GyYMLwWDdFEuaHkKhmsSzZX".contains(character) {
                    return Err(failure(format!("Illegal pattern character '{character}'")));
                }
                let mut count = 1;
                while characters.next_if_eq(&character).is_some() {
                    count += 1;
                }
                if character == 'X' && count > 3 {
                    return Err(failure(format!("invalid ISO 8601 format: length={count}")));
                }
                if !text.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut text)));
                }
                parts.push(Part::Field(character, count));
            } else {
                text.push(character);
            }
        }
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        Ok(Pattern { parts })
    }

    /// The time in the form of this pattern.
    pub fn format(&self, time: &ZonedDateTime) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Field(letter, count) => field(*letter, *count, time),
            })
            .collect()
    }
}

fn field(letter: char, count: usize, time: &ZonedDateTime) -> String {
    let padded = |number: i64| zeros_before(&number.to_string(), count);
    match letter {
        'G' => if time.year() > 0 { "AD" } else { "BC" }.to_owned(),
        'y' => year(i64::from(time.year()), count),
        'Y' => year(week(time).0, count),
        'M' | 'L' if count >= 3 => month_name(time.month(), count == 3).to_owned(),
        'M' | 'L' => padded(i64::from(time.month())),
        'w' => padded(week(time).1),
        'W' => padded((i64::from(time.day()) - 1 + first_weekday(time, i64::from(time.day()) - 1)) / 7 + 1),
        'D' => padded(i64::from(time.day_of_year())),
        'd' => padded(i64::from(time.day())),
        'F' => padded((i64::from(time.day()) - 1) / 7 + 1),
        'E' => day_name(time, count < 4).to_owned(),
        'u' => padded(i64::from(time.weekday().to_monday_one_offset())),
        'a' => if time.hour() < 12 { "AM" } else { "PM" }.to_owned(),
        'H' => padded(i64::from(time.hour())),
        'k' => padded(if time.hour() == 0 { 24 } else { i64::from(time.hour()) }),
        'K' => padded(i64::from(time.hour() % 12)),
        'h' => padded(i64::from(hour12(time))),
        'm' => padded(i64::from(time.minute())),
        's' => padded(i64::from(time.second())),
        'S' => padded(i64::from(time.millisecond())),
        'z' => time.strftime("%Z").to_string(),
        'Z' => offset_text(time, ""),
        'X' if time.offset().seconds() == 0 => "Z".to_owned(),
        'X' => match count {
            1 => offset_text(time, "").get(..3).unwrap_or_default().to_owned(),
            2 => offset_text(time, ""),
            _ => offset_text(time, ":"),
        },
        _ => String::new(),
    }
}

fn year(year: i64, count: usize) -> String {
    // Java counts years before 1 from 1 BC on.
    let year = if year > 0 { year } else { 1 - year };
    if count == 2 { format!("{:02}", year % 100) } else { zeros_before(&year.to_string(), count) }
}

/// The weekday, from Sunday = 0, of the day `back` days before this one.
fn first_weekday(time: &ZonedDateTime, back: i64) -> i64 {
    (i64::from(time.weekday().since(Weekday::Sunday)) - back).rem_euclid(7)
}

/// The year of the week and its number: weeks begin on Sunday, the first one is that of January 1st.
fn week(time: &ZonedDateTime) -> (i64, i64) {
    let day = i64::from(time.day_of_year()) - 1;
    let first = first_weekday(time, day);
    let week = (day + first) / 7;
    let days = i64::from(time.days_in_year());
    // The days of the week in which the next year begins belong to that year.
    let next = (days + first) / 7;
    if week == next && (days + first) % 7 != 0 {
        return (i64::from(time.year()) + 1, 1);
    }
    (i64::from(time.year()), week + 1)
}
