//! Clock times for logs, without loading a time zone where the machine runs on UTC.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::tz::TimeZone;

const DAY_MILLIS: i64 = 86_400_000;

/// Milliseconds since 1970.
#[must_use]
pub fn now_millis() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The instant in ISO 8601 with milliseconds: `2026-11-24T11:38:47.123Z`.
#[must_use]
pub fn utc(millis: i64) -> String {
    let (year, month, day) = date(millis.div_euclid(DAY_MILLIS));
    format!("{year:04}-{month:02}-{day:02}T{}Z", time_of_day(millis))
}

/// The machine's local time.
#[derive(Clone, Debug)]
pub struct LocalClock {
    zone: Option<TimeZone>,
}

impl LocalClock {
    /// The zone that `TZ` or `/etc/localtime` names.
    #[must_use]
    pub fn system() -> Self {
        let name = match std::env::var("TZ") {
            Ok(name) => Some(name),
            Err(_) => std::fs::read_link("/etc/localtime").ok().map(|link| link.to_string_lossy().into_owned()),
        };
        let zone = if name.is_none_or(|name| is_utc(&name)) { None } else { Some(TimeZone::system()) };
        Self { zone }
    }

    /// The local time of day: `HH:MM:SS.mmm`.
    #[must_use]
    pub fn time_of_day(&self, millis: i64) -> String {
        let offset = match (&self.zone, Timestamp::from_millisecond(millis)) {
            (Some(zone), Ok(at)) => i64::from(zone.to_offset(at).seconds()) * 1000,
            _ => 0,
        };
        time_of_day(millis.saturating_add(offset))
    }
}

fn is_utc(name: &str) -> bool {
    let name = name.trim_start_matches(':');
    let last = name.rsplit('/').next().unwrap_or(name);
    matches!(last, "" | "UTC" | "UTC0" | "UCT" | "Zulu" | "Universal")
}

fn time_of_day(millis: i64) -> String {
    let of_day = millis.rem_euclid(DAY_MILLIS);
    let (hours, minutes) = (of_day / 3_600_000, of_day / 60_000 % 60);
    format!("{hours:02}:{minutes:02}:{:02}.{:03}", of_day / 1000 % 60, of_day % 1000)
}

/// The Gregorian date of a day since 1970-01-01, in 400-year eras that begin on March 1st, so that the leap day is
/// the last of a year.
fn date(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * shifted_month + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_as_iso_8601() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_795_520_327_123, "2026-11-24T11:38:47.123Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(utc(millis), text);
        }
    }

    #[test]
    fn a_zone_shifts_the_time_of_day() {
        assert_eq!(LocalClock { zone: None }.time_of_day(3_723_004), "01:02:03.004");
        let zone = TimeZone::fixed(jiff::tz::offset(-2));
        assert_eq!(LocalClock { zone: Some(zone) }.time_of_day(3_723_004), "23:02:03.004");
    }

    #[test]
    fn names_of_utc_load_no_zone() {
        for (name, utc) in [("UTC", true), ("", true), ("/usr/share/zoneinfo/Etc/UTC", true), ("Europe/Berlin", false)]
        {
            assert_eq!(is_utc(name), utc, "{name}");
        }
    }
}
