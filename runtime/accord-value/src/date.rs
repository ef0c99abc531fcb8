//! Dates: `java.util.Date` as a value, Java's patterns (`SimpleDateFormat`) and the letters of `String.format`'s `%t`.
//!
//! Names of months and days are English. No time zone is looked up before one is needed. Must not know: the time of day
//! (callers say what time it is), tasks.

use std::any::Any;
use std::cmp::Ordering;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use crate::{Object, Text, Throwable, Value};

mod letters;
mod parse;
mod pattern;
#[cfg(test)]
mod tests;

pub(crate) use letters::{format_letter, is_letter};
pub use pattern::Pattern;

/// A `java.util.Date`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    millis: i64,
}

impl Date {
    /// Its name in Java, and in a stored state.
    pub const CLASS: &'static str = "java.util.Date";

    /// The date `millis` milliseconds after 1970 began in UTC.
    pub fn new(millis: i64) -> Date {
        Date { millis }
    }

    /// Milliseconds since 1970 (`getTime()`).
    pub fn millis(&self) -> i64 {
        self.millis
    }

    /// The date that [`Object::snapshot`] stored.
    pub fn restore(data: &Value) -> Option<Date> {
        data.as_i64().map(Date::new)
    }
}

impl Date {
    /// What Java's old getters give, in the zone of this machine.
    fn part(&self, getter: &str) -> Option<Value> {
        let time = at(self.millis, TimeZone::system())?;
        Some(Value::Int(match getter {
            "getYear" => i32::from(time.year()) - 1900,
            "getMonth" => i32::from(time.month()) - 1,
            "getDate" => i32::from(time.day()),
            "getDay" => i32::from(time.weekday().to_sunday_zero_offset()),
            "getHours" => i32::from(time.hour()),
            "getMinutes" => i32::from(time.minute()),
            "getSeconds" => i32::from(time.second()),
            "getTimezoneOffset" => -(time.offset().seconds() / 60),
            "toGMTString" => {
                let pattern = Pattern::parse("d MMM yyyy HH:mm:ss 'GMT'").ok()?;
                return at(self.millis, TimeZone::UTC).map(|time| Value::from(pattern.format(&time)));
            }
            "toInstant" => return Some(Value::object(Instant { millis: self.millis })),
            _ => return None,
        }))
    }
}

/// A `java.time.Instant`, which dates give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Instant {
    millis: i64,
}

impl Object for Instant {
    fn class_name(&self) -> &str {
        "java.time.Instant"
    }

    fn text(&self) -> Text {
        let text =
            Timestamp::from_millisecond(self.millis).map_or_else(|_| self.millis.to_string(), |it| it.to_string());
        // Java writes as many groups of three digits as are needed.
        match text.strip_suffix('Z').and_then(|text| text.split_once('.')) {
            Some((whole, part)) => Text::plain(format!("{whole}.{part:0<3}Z")),
            None => Text::plain(text),
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref() == Some(self)
    }

    fn compare(&self, other: &dyn Object) -> Option<Ordering> {
        other.as_any().downcast_ref::<Instant>().map(|other| self.millis.cmp(&other.millis))
    }

    fn call(&self, method: &str, args: &[Value]) -> Option<Result<Value, Box<Throwable>>> {
        Some(Ok(match (method, args) {
            ("toString", []) => Value::Text(self.text()),
            ("toEpochMilli", []) => Value::Long(self.millis),
            ("getEpochSecond", []) => Value::Long(self.millis.div_euclid(1000)),
            ("plusSeconds" | "minusSeconds" | "plusMillis" | "minusMillis", [amount]) => {
                let amount = amount.as_i64()?;
                let unit = if method.ends_with("Seconds") { 1000 } else { 1 };
                let sign = if method.starts_with("plus") { 1 } else { -1 };
                Value::object(Instant { millis: self.millis.wrapping_add(amount.wrapping_mul(unit * sign)) })
            }
            ("isBefore", [other]) => Value::Bool(self.millis < other.as_object::<Instant>()?.millis),
            ("isAfter", [other]) => Value::Bool(self.millis > other.as_object::<Instant>()?.millis),
            _ => return None,
        }))
    }
}

impl Object for Date {
    fn class_name(&self) -> &str {
        Date::CLASS
    }

    fn text(&self) -> Text {
        let form = Pattern::parse("EEE MMM dd HH:mm:ss zzz yyyy");
        Text::plain(match (form, at(self.millis, TimeZone::system())) {
            (Ok(form), Some(time)) => form.format(&time),
            _ => self.millis.to_string(),
        })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref() == Some(self)
    }

    fn compare(&self, other: &dyn Object) -> Option<Ordering> {
        other.as_any().downcast_ref::<Date>().map(|other| self.millis.cmp(&other.millis))
    }

    fn hash_code(&self) -> i32 {
        Value::Long(self.millis).hash_code()
    }

    fn call(&self, method: &str, args: &[Value]) -> Option<Result<Value, Box<Throwable>>> {
        let other = match args {
            [] => None,
            [other] => Some(other.as_object::<Date>()?.millis),
            _ => return None,
        };
        Some(Ok(match (method, other) {
            ("getTime", None) => Value::Long(self.millis),
            ("toString", None) => Value::Text(self.text()),
            ("before", Some(other)) => Value::Bool(self.millis < other),
            ("after", Some(other)) => Value::Bool(self.millis > other),
            ("compareTo", Some(other)) => Value::Int(self.millis.cmp(&other) as i32),
            ("clone", None) => Value::object(*self),
            (part, None) => self.part(part)?,
            _ => return None,
        }))
    }

    fn snapshot(&self) -> Option<Value> {
        Some(Value::Long(self.millis))
    }
}

/// The time that a value stands for: a date, or a `Long` of milliseconds since 1970; in the zone of this machine.
pub(crate) fn time_of(value: &Value) -> Option<ZonedDateTime> {
    let millis = match value {
        Value::Long(millis) => *millis,
        value => value.as_object::<Date>()?.millis,
    };
    at(millis, TimeZone::system())
}

fn at(millis: i64, zone: TimeZone) -> Option<ZonedDateTime> {
    Timestamp::from_millisecond(millis).ok().map(|time| time.to_zoned_datetime(zone))
}

/// The time zone of this name (`America/Chicago`, `UTC`, `+02:00`); without one that of this machine.
///
/// # Errors
/// Where there is no such zone.
pub fn zone(name: Option<&str>) -> Result<TimeZone, Box<Throwable>> {
    let Some(name) = name else {
        return Ok(TimeZone::system());
    };
    if matches!(name, "UTC" | "GMT" | "Z") {
        return Ok(TimeZone::UTC);
    }
    let offset = name.strip_prefix("GMT").or_else(|| name.strip_prefix("UTC")).unwrap_or(name);
    if let Some((seconds, "")) = parse::offset(offset)
        && let Ok(offset) = jiff::tz::Offset::from_seconds(seconds)
    {
        return Ok(TimeZone::fixed(offset));
    }
    TimeZone::get(name).map_err(|_| {
        Box::new(Throwable::new("java.time.zone.ZoneRulesException", format!("Unknown time-zone ID: {name}")))
    })
}

/// Formats a time with a pattern of `SimpleDateFormat`, in the zone of this name or, without one, of this machine.
///
/// # Errors
/// Where the pattern or the zone is none, or the time is not within the years -9999 to 9999.
pub fn format_millis(pattern: &str, millis: i64, zone_name: Option<&str>) -> Result<String, Box<Throwable>> {
    let pattern = Pattern::parse(pattern)?;
    let time = at(millis, zone(zone_name)?).ok_or_else(|| {
        Box::new(Throwable::new("java.time.DateTimeException", format!("The time {millis} is out of range")))
    })?;
    Ok(pattern.format(&time))
}

/// Reads a time with a pattern of `SimpleDateFormat`, as Java does: leniently, and without looking at what follows.
/// `now_millis` decides the century of a year with two digits.
///
/// # Errors
/// Where the pattern or the zone is none, or the text does not fit the pattern.
pub fn parse_millis(
    pattern: &str,
    text: &str,
    zone_name: Option<&str>,
    now_millis: i64,
) -> Result<i64, Box<Throwable>> {
    Pattern::parse(pattern)?.read(text, zone(zone_name)?, now_millis)
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// From Sunday on, as Java's calendar counts.
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

fn name_of<'a>(names: &[&'a str], index: i64, short: bool) -> &'a str {
    let name = usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or_default();
    if short { name.get(..3).unwrap_or(name) } else { name }
}

/// The name of a month, from 1.
fn month_name(month: i8, short: bool) -> &'static str {
    name_of(&MONTHS, i64::from(month) - 1, short)
}

/// The name of a time's day.
fn day_name(time: &ZonedDateTime, short: bool) -> &'static str {
    name_of(&DAYS, i64::from(time.weekday().to_sunday_zero_offset()), short)
}

/// The hour on a clock of twelve hours, 1 to 12.
fn hour12(time: &ZonedDateTime) -> i8 {
    match time.hour() % 12 {
        0 => 12,
        hour => hour,
    }
}

/// The offset from UTC as `+0130`, or `+01:30` with `:` between.
fn offset_text(time: &ZonedDateTime, between: &str) -> String {
    let minutes = time.offset().seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}{between}{:02}", minutes.abs() / 60, minutes.abs() % 60)
}
