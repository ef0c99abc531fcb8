//! Java's `String.format`, and date patterns.

use std::sync::LazyLock;

use accord_value::{Map, Text, Value, date, number};
use fastrand::Rng;

use super::{SEPARATOR, parts, text};
use crate::mutate::Material;

const WORDS: &[&str] = &[
    "%",
    "%%",
    "%n",
    "%s",
    "%S",
    "%d",
    "%x",
    "%X",
    "%o",
    "%f",
    "%e",
    "%E",
    "%g",
    "%a",
    "%c",
    "%b",
    "%h",
    "%tY",
    "%tm",
    "%td",
    "%tH",
    "%tc",
    "%tQ",
    "%1$s",
    "%2$d",
    "%<s",
    "%-10s",
    "%010d",
    "%+,d",
    "%(,.2f",
    "%#x",
    "%.3s",
    "%99999999999d",
    "$",
    "<",
    "-",
    "#",
    "+",
    " ",
    "0",
    ",",
    "(",
    ".",
    SEPARATOR,
    "yyyy",
    "YYYY",
    "MM",
    "MMM",
    "MMMM",
    "dd",
    "D",
    "EEE",
    "EEEE",
    "u",
    "HH",
    "hh",
    "K",
    "k",
    "mm",
    "ss",
    "SSS",
    "a",
    "z",
    "Z",
    "X",
    "XXX",
    "G",
    "w",
    "W",
    "F",
    "'",
    "''",
    "'T'",
    "2024-02-29",
    "12:34:56",
    "GMT+01:00",
    "PST",
    "UTC",
    "America/New_York",
    "+0130",
    "PM",
    "Feb",
    "February",
];

const SEEDS: &[&str] = &[
    "%s is %d of %5.2f%n",
    "%1$s %1$S %2$08.3f %3$x %4$c",
    "[%-20s|%20s]",
    "%,d %(d %+d",
    "%e %g %a",
    "%tY-%<tm-%<td",
    "%b %h %%",
    "yyyy-MM-dd'T'HH:mm:ss.SSSZ\n%%\n2024-02-29T12:34:56.789+0130\n%%\nUTC",
    "EEE, d MMM yyyy hh:mm a z\n%%\nThu, 1 Feb 2024 01:02 PM PST\n%%\nAmerica/New_York",
    "YYYY-'W'ww-u\n%%\n2024-W09-4\n%%\n+02:00",
    "yy/M/d K:m\n%%\n24/2/9 3:4\n%%\nGMT+1",
];

static MATERIAL: LazyLock<Material> =
    LazyLock::new(|| Material::new(SEEDS.iter().map(|seed| seed.as_bytes().to_vec()).collect(), WORDS));

/// Format strings and patterns of dates, changed.
pub fn make(rng: &mut Rng) -> Vec<u8> {
    MATERIAL.make(rng)
}

/// What is formatted, in turns.
fn arguments() -> Vec<Value> {
    let mut all = vec![
        Value::from("text"),
        Value::Int(42),
        Value::Double(3.75),
        Value::Long(-7),
        Value::character(120, false),
        Value::Bool(true),
        Value::Null,
        Value::Double(f64::NAN),
        Value::Double(f64::INFINITY),
        Value::Double(5e-324),
        Value::Double(1.797e308),
        Value::Long(i64::MIN),
        Value::Int(i32::MIN),
        Value::Byte(-1),
        Value::Short(-1),
        Value::Float(1e-10),
        Value::Long(1_700_000_000_000),
        Value::Map(Map::from_pairs([("a", 1)])),
        Value::Text(Text::sensitive("hidden")),
    ];
    all.extend(number::parse_big_int("-123456789012345678901234567890").map(Value::from));
    all.extend(number::parse_big_decimal("1.5e-30").map(Value::from));
    all.extend(number::parse_big_decimal("1e9999").map(Value::from));
    all
}

/// Formats some of everything, and reads and writes dates.
///
/// # Panics
/// Where a date that was written with a pattern is not read with it in two rounds alike.
pub fn format(input: &[u8]) {
    let text = text(input);
    let [pattern, read, zone] = parts(&text);
    let format = Text::plain(pattern);
    let mut arguments = arguments();
    // Which argument comes first is the input's, too: all of them for each input would be slow.
    let sum = input.iter().fold(0, |sum: usize, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte)));
    let first = sum % arguments.len();
    arguments.rotate_left(first);
    for _ in 0..2 {
        let _ = accord_value::format(&format, &arguments);
        arguments.reverse();
    }
    let zone = (!zone.is_empty()).then_some(zone);
    for millis in [0, -1, 1_700_000_000_000, i64::MIN, i64::MAX, -62_135_769_600_000, 253_402_300_799_999] {
        if let Ok(written) = date::format_millis(pattern, millis, zone) {
            let _ = date::parse_millis(pattern, &written, zone, millis);
        }
        let _ = date::parse_millis(pattern, read, zone, millis);
    }
    let _ = number::parse_double(read);
    let _ = number::parse_float(read);
    for radix in [2, 10, 16, 36] {
        let _ = number::parse_int(read, radix);
        let _ = number::parse_long(read, radix);
    }
    for parsed in [number::parse_big_int(read).map(Value::from), number::parse_big_decimal(read).map(Value::from)] {
        let Ok(parsed) = parsed else { continue };
        let _ = parsed.to_text();
        let _ = number::to_double(&parsed);
        let _ = number::to_long(&parsed);
        for other in arguments.iter().take(4) {
            let _ = number::add(&parsed, other);
            let _ = number::subtract(&parsed, other);
            let _ = number::multiply(&parsed, other);
            let _ = number::divide(&parsed, other);
            let _ = number::remainder(&parsed, other);
            let _ = number::compare(&parsed, other);
        }
    }
}
