//! Reading of times by a pattern, as `SimpleDateFormat` does in its lenient mode.

use jiff::civil::{self, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::pattern::{Part, Pattern};
use super::{DAYS, MONTHS};
use crate::Throwable;

/// The fields that were read.
struct Fields {
    year: i64,
    /// From 0.
    month: i64,
    /// From 1.
    day: i64,
    /// Where a day of the year was given, which then decides.
    day_of_year: Option<i64>,
    hour: i64,
    /// An hour from 0 to 11, with the half of the day.
    hour12: Option<i64>,
    afternoon: bool,
    minute: i64,
    second: i64,
    millis: i64,
    before_christ: bool,
    zone: Option<TimeZone>,
}

impl Pattern {
    /// Milliseconds since 1970 of the time that `text` begins with.
    pub(super) fn read(&self, text: &str, zone: TimeZone, now_millis: i64) -> Result<i64, Box<Throwable>> {
        let failure = || Box::new(Throwable::new("java.text.ParseException", format!("Unparseable date: \"{text}\"")));
        let mut fields = Fields {
            year: 1970,
            month: 0,
            day: 1,
            day_of_year: None,
            hour: 0,
            hour12: None,
            afternoon: false,
            minute: 0,
            second: 0,
            millis: 0,
            before_christ: false,
            zone: None,
        };
        let mut rest = text;
        for (index, part) in self.parts.iter().enumerate() {
            rest = match part {
                Part::Text(literal) => rest.strip_prefix(literal.as_str()).ok_or_else(failure)?,
                Part::Field(letter, count) => {
                    // A number that another one follows at once has as many digits as the pattern has letters.
                    let fixed =
                        matches!(self.parts.get(index + 1), Some(Part::Field(next, len)) if is_number(*next, *len));
                    fields.read(*letter, *count, fixed, rest, now_millis).ok_or_else(failure)?
                }
            };
        }
        fields.millis_since_1970(zone).ok_or_else(failure)
    }
}

fn is_number(letter: char, count: usize) -> bool {
    match letter {
        'M' | 'L' => count < 3,
        letter => "yYwWDdFuHkKhmsS".contains(letter),
    }
}

/// A number at the start of a text, of at most `most` digits, and what follows it.
fn number(text: &str, most: Option<usize>) -> Option<(i64, usize, &str)> {
    let text = text.trim_start_matches([' ', '\t']);
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let end = most.map_or(end, |most| end.min(most)).min(18);
    let (digits, rest) = text.split_at(end);
    Some((digits.parse().ok()?, digits.len(), rest))
}

/// Which of `names` a text begins with, in full or by its first three letters, and what follows.
fn name<'a>(names: &[&str], text: &'a str) -> Option<(i64, &'a str)> {
    let text = text.trim_start_matches([' ', '\t']);
    let begins = |name: &str| text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    let full = names.iter().position(|name| begins(name)).map(|index| (index, names.get(index).map_or(0, |n| n.len())));
    let short = || names.iter().position(|name| name.get(..3).is_some_and(begins)).map(|index| (index, 3));
    let (index, len) = full.or_else(short)?;
    Some((i64::try_from(index).ok()?, text.get(len..)?))
}

/// An offset such as `+0130`, `+01:30` or `-05` in seconds, and what follows.
pub(super) fn offset(text: &str) -> Option<(i32, &str)> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+')?),
    };
    let two = |text: &str| text.get(..2).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?.parse::<i32>().ok();
    let hours = two(digits)?;
    let rest = digits.get(2..)?;
    let behind = rest.strip_prefix(':').unwrap_or(rest);
    match two(behind) {
        Some(minutes) if hours < 24 && minutes < 60 => Some((sign * (hours * 3600 + minutes * 60), behind.get(2..)?)),
        None if hours < 24 => Some((sign * hours * 3600, rest)),
        _ => None,
    }
}

impl Fields {
    /// Reads one field and gives what follows it.
    fn read<'a>(&mut self, letter: char, count: usize, fixed: bool, text: &'a str, now_millis: i64) -> Option<&'a str> {
        match letter {
            'G' => {
                let text = text.trim_start_matches(' ');
                self.before_christ = match text.get(..2)? {
                    era if era.eq_ignore_ascii_case("bc") => true,
                    era if era.eq_ignore_ascii_case("ad") => false,
                    _ => return None,
                };
                return text.get(2..);
            }
            'M' | 'L' if count >= 3 => {
                let (month, rest) = name(&MONTHS, text)?;
                self.month = month;
                return Some(rest);
            }
            'E' => return name(&DAYS, text).map(|(_, rest)| rest),
            'a' => {
                let text = text.trim_start_matches(' ');
                self.afternoon = match text.get(..2)? {
                    half if half.eq_ignore_ascii_case("am") => false,
                    half if half.eq_ignore_ascii_case("pm") => true,
                    _ => return None,
                };
                return text.get(2..);
            }
            'z' | 'Z' | 'X' => return self.read_zone(text),
            _ => {}
        }
        let (value, digits, rest) = number(text, fixed.then_some(count))?;
        match letter {
            'y' | 'Y' if count <= 2 && digits == 2 => self.year = century(value, now_millis),
            'y' | 'Y' => self.year = value,
            'M' | 'L' => self.month = value - 1,
            'D' => self.day_of_year = Some(value),
            'd' => self.day = value,
            'H' => self.hour = value,
            'k' => self.hour = if value == 24 { 0 } else { value },
            'K' => self.hour12 = Some(value),
            'h' => self.hour12 = Some(if value == 12 { 0 } else { value }),
            'm' => self.minute = value,
            's' => self.second = value,
            'S' => self.millis = value,
            // Weeks and weekdays say nothing that the date does not say.
            _ => {}
        }
        Some(rest)
    }

    fn read_zone<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let text = text.trim_start_matches(' ');
        let numeric = text.strip_prefix("GMT").or_else(|| text.strip_prefix("UTC")).unwrap_or(text);
        if let Some((seconds, rest)) = offset(numeric) {
            self.zone = Some(TimeZone::fixed(Offset::from_seconds(seconds).ok()?));
            return Some(rest);
        }
        let end = text
            .find(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '/' | '_' | '-' | '+')))
            .unwrap_or(text.len());
        let (zone, rest) = text.split_at(end);
        self.zone = Some(super::zone(Some(zone)).ok().or_else(|| abbreviated(zone))?);
        Some(rest)
    }

    fn millis_since_1970(self, zone: TimeZone) -> Option<i64> {
        let year = if self.before_christ { 1 - self.year } else { self.year };
        let (year, month) = (year.checked_add(self.month.div_euclid(12))?, self.month.rem_euclid(12));
        let hour = match self.hour12 {
            Some(hour) => hour + if self.afternoon { 12 } else { 0 },
            None => self.hour,
        };
        let (month, days) = match self.day_of_year {
            Some(day) => (0, day - 1),
            None => (month, self.day - 1),
        };
        let start = civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()? + 1, 1).ok()?;
        let seconds = days
            .checked_mul(24)?
            .checked_add(hour)?
            .checked_mul(60)?
            .checked_add(self.minute)?
            .checked_mul(60)?
            .checked_add(self.second)?;
        let local: DateTime = start
            .to_datetime(civil::Time::midnight())
            .checked_add(SignedDuration::from_secs(seconds))
            .ok()?
            .checked_add(SignedDuration::from_millis(self.millis))
            .ok()?;
        let time: Timestamp = self.zone.unwrap_or(zone).to_ambiguous_zoned_datetime(local).later().ok()?.timestamp();
        Some(time.as_millisecond())
    }
}

/// The zones whose abbreviations Java reads everywhere in the United States' locale.
fn abbreviated(name: &str) -> Option<TimeZone> {
    let zone = match name {
        "EST" | "EDT" => "America/New_York",
        "CST" | "CDT" => "America/Chicago",
        "MST" | "MDT" => "America/Denver",
        "PST" | "PDT" => "America/Los_Angeles",
        "CET" | "CEST" => "Europe/Paris",
        "BST" => "Europe/London",
        "EET" | "EEST" => "Europe/Athens",
        "JST" => "Asia/Tokyo",
        "IST" => "Asia/Kolkata",
        _ => return None,
    };
    TimeZone::get(zone).ok()
}

/// The year that two digits stand for: within 80 years before and 20 years after now.
fn century(year: i64, now_millis: i64) -> i64 {
    let now = Timestamp::from_millisecond(now_millis)
        .map_or(1970, |now| i64::from(now.to_zoned_datetime(TimeZone::UTC).year()));
    let first = now - 80;
    let candidate = first.div_euclid(100) * 100 + year;
    if candidate < first { candidate + 100 } else { candidate }
}
