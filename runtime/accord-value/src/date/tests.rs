use super::*;

const NOW: i64 = 1_790_000_000_000;

fn told(outcome: Result<String, Box<Throwable>>) -> String {
    outcome.unwrap_or_else(|error| format!("!{}", error.message.unwrap_or_default().as_str()))
}

/// Each recorded from a JVM.
#[test]
fn times_are_written_as_java_writes_them() {
    for (pattern, millis, zone, text) in [
        ("yyyy/MM/dd HH:mm:ss", 1709561106045, "UTC", "2024/03/04 14:05:06"),
        ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", 1709561106045, "UTC", "2024-03-04T14:05:06.045Z"),
        ("yy y yyy yyyyy", 1709561106045, "UTC", "24 2024 2024 02024"),
        ("M MM MMM MMMM L LLL", 1709561106045, "UTC", "3 03 Mar March 3 Mar"),
        ("d dd D DDD F", 1709561106045, "UTC", "4 04 64 064 1"),
        ("E EEE EEEE u", 1709561106045, "UTC", "Mon Mon Monday 1"),
        ("a h hh K k H", 1709561106045, "UTC", "PM 2 02 2 14 14"),
        ("S SS SSS SSSSSS", 1709561106045, "UTC", "45 45 045 000045"),
        ("Z X XX XXX", 1709561106045, "UTC", "+0000 Z Z Z"),
        ("w W Y", 1709561106045, "UTC", "10 2 2024"),
        ("G", 1709561106045, "UTC", "AD"),
        ("'o''clock' ''", 1709561106045, "UTC", "o'clock '"),
        ("QQ", 1709561106045, "UTC", "!Illegal pattern character 'Q'"),
        ("yyyy b", 1709561106045, "UTC", "!Illegal pattern character 'b'"),
        ("'open", 1709561106045, "UTC", "!Unterminated quote"),
        ("X XXXX", 1709561106045, "UTC", "!invalid ISO 8601 format: length=4"),
        (" . , : 5 ž", 1709561106045, "UTC", " . , : 5 ž"),
        ("yyyy-MM-dd HH:mm Z z", 1709561106045, "America/Chicago", "2024-03-04 08:05 -0600 CST"),
        ("XXX X Z", 1709561106045, "Asia/Kolkata", "+05:30 +05 +0530"),
        ("k K h H", 1709510400000, "UTC", "24 0 12 0"),
        ("k K h H", 1709553600000, "UTC", "12 0 12 12"),
        ("yyyy-MM-dd w W Y YY", 1704067200000, "UTC", "2024-01-01 1 1 2024 24"),
        ("yyyy-MM-dd w W Y YY", 1735603200000, "UTC", "2024-12-31 1 5 2025 25"),
        ("yyyy-MM-dd w W Y YY", 1735430400000, "UTC", "2024-12-29 1 5 2025 25"),
        ("yyyy-MM-dd w W Y YY", 1672531200000, "UTC", "2023-01-01 1 1 2023 23"),
        ("yyyy-MM-dd w W Y YY", 1672444800000, "UTC", "2022-12-31 53 5 2022 22"),
        ("yyyy-MM-dd HH:mm:ss.SSS", -1, "UTC", "1969-12-31 23:59:59.999"),
    ] {
        assert_eq!(told(format_millis(pattern, millis, Some(zone))), text, "{pattern}");
    }
}

/// Each recorded from a JVM.
#[test]
fn times_are_read_as_java_reads_them() {
    for (pattern, text, zone, millis) in [
        ("yyyy/MM/dd HH:mm:ss", r#"2020/02/18 23:59:59"#, "UTC", r#"=1582070399000"#),
        ("yyyy/MM/dd HH:mm:ss", r#"2020/02/18 23:59:59"#, "America/Chicago", r#"=1582091999000"#),
        ("yyyy-MM-dd", r#"2020-02-30"#, "UTC", r#"=1583020800000"#),
        ("yyyy-MM-dd", r#"2020-13-01"#, "UTC", r#"=1609459200000"#),
        ("yyyyMMddHHmmss", r#"20200218235959"#, "UTC", r#"=1582070399000"#),
        ("yyyy-MM-dd", r#"2020-02-18 trailing"#, "UTC", r#"=1581984000000"#),
        ("yyyy-MM-dd", r#"x"#, "UTC", r#"!Unparseable date: "x""#),
        ("yyyy-MM-dd", r#""#, "UTC", r#"!Unparseable date: """#),
        ("yy-MM-dd", r#"20-02-18"#, "UTC", r#"=1581984000000"#),
        ("yy-MM-dd", r#"85-02-18"#, "UTC", r#"=477532800000"#),
        ("yy-MM-dd", r#"1985-02-18"#, "UTC", r#"=477532800000"#),
        ("yyyy-MM-dd'T'HH:mm:ssXXX", r#"2020-02-18T10:00:00+02:00"#, "UTC", r#"=1582012800000"#),
        ("yyyy-MM-dd'T'HH:mm:ssXXX", r#"2020-02-18T10:00:00Z"#, "UTC", r#"=1582020000000"#),
        ("yyyy-MM-dd'T'HH:mm:ssZ", r#"2020-02-18T10:00:00+0200"#, "UTC", r#"=1582012800000"#),
        ("yyyy-MM-dd HH:mm z", r#"2020-02-18 10:00 CST"#, "UTC", r#"=1582041600000"#),
        ("yyyy-MM-dd HH:mm z", r#"2020-02-18 10:00 GMT+01:00"#, "UTC", r#"=1582016400000"#),
        ("d MMM yyyy", r#"5 Feb 2020"#, "UTC", r#"=1580860800000"#),
        ("d MMMM yyyy", r#"5 february 2020"#, "UTC", r#"=1580860800000"#),
        ("EEE, d MMM yyyy hh:mm a", r#"Tue, 18 Feb 2020 12:30 AM"#, "UTC", r#"=1581985800000"#),
        ("hh:mm a", r#"12:30 PM"#, "UTC", r#"=45000000"#),
        ("D yyyy", r#"60 2020"#, "UTC", r#"=1582934400000"#),
        ("HH:mm", r#"25:61"#, "UTC", r#"=93660000"#),
        ("yyyy-MM-dd", r#"2020/02/18"#, "UTC", r#"!Unparseable date: "2020/02/18""#),
        ("S", r#"5"#, "UTC", r#"=5"#),
        ("yyyy-MM-dd HH:mm:ss.SSS", r#"2020-02-18 10:00:00.5"#, "UTC", r#"=1582020000005"#),
        ("yyyy-M-d", r#"2020-2-8"#, "UTC", r#"=1581120000000"#),
        ("yyyy-MM-dd", r#"  2020-02-18"#, "UTC", r#"=1581984000000"#),
        ("HHmm", r#"930"#, "UTC", r#"=334800000"#),
        ("kk", r#"24"#, "UTC", r#"=0"#),
        ("yyyy-MM-dd HH:mm", r#"2021-03-14 02:30"#, "America/Chicago", r#"=1615710600000"#),
        ("yyyy-MM-dd HH:mm", r#"2021-11-07 01:30"#, "America/Chicago", r#"=1636270200000"#),
    ] {
        let outcome = parse_millis(pattern, text, Some(zone), NOW).map(|millis| format!("={millis}"));
        assert_eq!(told(outcome), millis, "{pattern} {text}");
    }
}

/// Each recorded from a JVM.
#[test]
fn the_letters_of_format_are_javas() {
    let time = at(1_709_561_106_045, TimeZone::UTC).unwrap();
    for (letter, text) in [
        ('H', "14"),
        ('I', "02"),
        ('k', "14"),
        ('l', "2"),
        ('N', "045000000"),
        ('L', "045"),
        ('Q', "1709561106045"),
        ('p', "pm"),
        ('s', "1709561106"),
        ('S', "06"),
        ('T', "14:05:06"),
        ('M', "05"),
        ('a', "Mon"),
        ('A', "Monday"),
        ('b', "Mar"),
        ('B', "March"),
        ('C', "20"),
        ('d', "04"),
        ('e', "4"),
        ('h', "Mar"),
        ('j', "064"),
        ('m', "03"),
        ('y', "24"),
        ('Y', "2024"),
        ('Z', "UTC"),
        ('z', "+0000"),
        ('r', "02:05:06 PM"),
        ('R', "14:05"),
        ('D', "03/04/24"),
        ('F', "2024-03-04"),
        ('c', "Mon Mar 04 14:05:06 UTC 2024"),
    ] {
        assert!(is_letter(letter));
        assert_eq!(format_letter(letter, &time), text, "{letter}");
    }
    assert!(!is_letter('x'));
}

#[test]
fn zones_have_names_and_offsets() {
    for name in ["UTC", "America/Chicago", "GMT+2", "+02:00", "GMT-03:30"] {
        assert_eq!(zone(Some(name)).is_ok(), name != "GMT+2", "{name}");
    }
    assert_eq!(told(format_millis("Z", 0, Some("GMT-03:30"))), "-0330");
    assert_eq!(told(format_millis("Z", 0, Some("Nowhere/Land"))), "!Unknown time-zone ID: Nowhere/Land");
}

#[test]
fn a_date_is_a_value_that_can_be_stored() {
    let date = Value::object(Date::new(42));
    assert_eq!(date, Value::object(Date::new(42)));
    assert_ne!(date, Value::object(Date::new(43)));
    assert_eq!((date.class_name(), date.hash_code()), ("java.util.Date", 42));
    assert!(date.to_text().as_str().ends_with(" 1970") || date.to_text().as_str().ends_with(" 1969"));
    assert_eq!(Date::restore(&Value::Long(42)), Some(Date::new(42)));
}

#[test]
fn times_out_of_range_are_errors() {
    assert!(format_millis("yyyy", i64::MAX, Some("UTC")).is_err());
    for (pattern, text) in [
        ("yyyy", "99999999999999999999"),
        ("yyyy", "99999"),
        ("D", "999999999999999999"),
        ("H", "999999999999999999"),
        ("S", "999999999999999999"),
        ("M", "999999999999999999"),
    ] {
        let _ = parse_millis(pattern, text, Some("UTC"), NOW);
        let _ = parse_millis(pattern, text, Some("UTC"), i64::MIN);
    }
}

proptest::proptest! {
    #[test]
    fn no_pattern_panics(pattern in "[GyYMLwWDdFEuaHkKhmsSzZX' :ž]{0,12}", text in "[0-9a-zA-Zž:+ -]{0,20}", millis: i64) {
        let _ = format_millis(&pattern, millis, Some("UTC"));
        let _ = parse_millis(&pattern, &text, Some("UTC"), millis);
    }
}

/// Beyond 65,535 the standard library's own filling panics.
#[test]
fn a_letter_may_be_repeated_without_end() {
    for letter in ["y", "Y", "d", "S"] {
        let written = format_millis(&letter.repeat(70_000), NOW, Some("UTC"));
        assert_eq!(told(written).len(), 70_000, "{letter}");
    }
}

/// Dates are compared, sorted and taken apart as Java's are; the parts are those of the machine's zone.
#[test]
fn dates_have_an_order_and_parts() {
    let (early, late) = (Value::object(Date::new(0)), Value::object(Date::new(1_582_066_799_123)));
    assert_eq!(early.natural_cmp(&late), Some(Ordering::Less));
    assert_eq!(early.natural_cmp(&Value::Long(1)), None);
    let call = |method: &str, args: &[Value]| {
        let Value::Object(date) = &late else { panic!("no date") };
        date.call(method, args).map(|answer| answer.unwrap().to_text().as_str().to_owned())
    };
    let zone = call("getTimezoneOffset", &[]).unwrap();
    if zone == "0" {
        for (method, shown) in [
            ("getYear", "120"),
            ("getMonth", "1"),
            ("getDate", "18"),
            ("getDay", "2"),
            ("getHours", "22"),
            ("getMinutes", "59"),
            ("getSeconds", "59"),
        ] {
            assert_eq!(call(method, &[]).as_deref(), Some(shown), "{method}");
        }
    }
    assert_eq!(call("toGMTString", &[]).as_deref(), Some("18 Feb 2020 22:59:59 GMT"));
    assert_eq!(call("toInstant", &[]).as_deref(), Some("2020-02-18T22:59:59.123Z"));
    assert_eq!(call("compareTo", std::slice::from_ref(&early)).as_deref(), Some("1"));
    assert_eq!(call("getEra", &[]), None);
}
