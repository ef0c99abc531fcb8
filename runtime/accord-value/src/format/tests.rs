use proptest::prelude::*;

use super::*;
use crate::number::{parse_big_decimal, parse_big_int};
use crate::{List, MASK};

fn big(text: &str) -> Value {
    parse_big_int(text).unwrap().into()
}

fn dec(text: &str) -> Value {
    parse_big_decimal(text).unwrap().into()
}

/// What came out, behind `=`, or the exception behind `!`.
fn told(pattern: &str, args: &[Value]) -> String {
    match format(&Text::plain(pattern), args) {
        Ok(text) => format!("={}", text.as_str()),
        Err(error) => {
            let class = error.class.strip_prefix("java.util.").unwrap_or(&error.class);
            format!("!{class}|{}", error.message.as_ref().map_or("", |message| message.as_str()))
        }
    }
}

/// Each recorded from a JVM.
#[test]
fn texts_are_formatted_as_java_formats_them() {
    for (pattern, args, outcome) in [
        (
            "%s|%10s|%-10s|%.2s|%10.2s|%S",
            vec!["abc".into(), "abc".into(), "abc".into(), "abc".into(), "abc".into(), "abc".into()],
            "=abc|       abc|abc       |ab|        ab|ABC",
        ),
        ("%b %B %b %b", vec![true.into(), Value::Null, "x".into(), false.into()], "=true FALSE true false"),
        ("%h %h %H", vec!["hello".into(), Value::Null, "hello".into()], "=5e918d2 null 5E918D2"),
        ("%5b|%.1b", vec![true.into(), false.into()], "= true|f"),
        (
            "%c %c %C %5c|%-5c|",
            vec![
                Value::Char('x' as u16, false),
                Value::Int(97),
                Value::Char('x' as u16, false),
                Value::Char('y' as u16, false),
                Value::Char('z' as u16, false),
            ],
            "=x a X     y|z    |",
        ),
        ("%c", vec!["x".into()], "!IllegalFormatConversionException|c != java.lang.String"),
        ("%c", vec![Value::Long(97)], "!IllegalFormatConversionException|c != java.lang.Long"),
        ("%.1c", vec![Value::Char('x' as u16, false)], "!IllegalFormatPrecisionException|1"),
        ("%c", vec![Value::Null], "=null"),
        ("%c", vec![Value::Int(0x1F600)], "=😀"),
        ("%c", vec![Value::Int(0x110000)], "!IllegalFormatCodePointException|Code point = 0x110000"),
        (
            "%d %5d|%-5d|%05d|%+d|% d|%,d|%(d",
            vec![
                Value::Int(42),
                Value::Int(42),
                Value::Int(42),
                Value::Int(42),
                Value::Int(42),
                Value::Int(42),
                Value::Int(1234567),
                Value::Int(-5),
            ],
            "=42    42|42   |00042|+42| 42|1,234,567|(5)",
        ),
        (
            "%,015d|%(,d|%+,d",
            vec![Value::Int(1234567), Value::Int(-1234567), Value::Int(1234567)],
            "=0000001,234,567|(1,234,567)|+1,234,567",
        ),
        ("%(08d|%+08d|%08d", vec![Value::Int(-42), Value::Int(42), Value::Int(-42)], "=(000042)|+0000042|-0000042"),
        ("%d", vec![Value::Double(1.5)], "!IllegalFormatConversionException|d != java.lang.Double"),
        ("%d", vec!["x".into()], "!IllegalFormatConversionException|d != java.lang.String"),
        ("%.2d", vec![Value::Int(5)], "!IllegalFormatPrecisionException|2"),
        ("%#d", vec![Value::Int(5)], "!FormatFlagsConversionMismatchException|Conversion = d, Flags = #"),
        ("%-05d", vec![Value::Int(5)], "!IllegalFormatFlagsException|Flags = '-0'"),
        ("%+ d", vec![Value::Int(5)], "!IllegalFormatFlagsException|Flags = '+ '"),
        ("%-d", vec![Value::Int(5)], "!MissingFormatWidthException|%-d"),
        ("%d", vec![Value::Null], "=null"),
        ("%05d", vec![Value::Null], "= null"),
        (
            "%x %X %o %#x %#o %08x",
            vec![Value::Int(255), Value::Int(255), Value::Int(8), Value::Int(255), Value::Int(8), Value::Int(255)],
            "=ff FF 10 0xff 010 000000ff",
        ),
        (
            "%x %x %x %x",
            vec![Value::Byte(-1), Value::Short(-1), Value::Int(-1), Value::Long(-1)],
            "=ff ffff ffffffff ffffffffffffffff",
        ),
        ("%x", vec![big("-255")], "=-ff"),
        ("%,x", vec![Value::Int(5)], "!FormatFlagsConversionMismatchException|Conversion = x, Flags = ,"),
        ("%+x", vec![Value::Int(5)], "!FormatFlagsConversionMismatchException|Conversion = x, Flags = +"),
        ("%+x", vec![big("5")], "=+5"),
        ("%o %o", vec![Value::Int(-1), Value::Byte(-8)], "=37777777777 370"),
        (
            "%d %,d",
            vec![big("12345678901234567890"), big("-12345678901234567890")],
            "=12345678901234567890 -12,345,678,901,234,567,890",
        ),
        (
            "%f %.2f %10.3f|%-10.1f|%010.2f|%+.1f|%,.2f|%(.1f",
            vec![
                Value::Double(3.24159),
                Value::Double(2.675),
                Value::Double(3.24159),
                Value::Double(3.24159),
                Value::Double(-3.24159),
                Value::Double(2.0),
                Value::Double(1234567.891),
                Value::Double(-2.5),
            ],
            "=3.241590 2.68      3.242|3.2       |-000003.24|+2.0|1,234,567.89|(2.5)",
        ),
        (
            "%.0f %.0f %.0f %#.0f",
            vec![Value::Double(0.5), Value::Double(1.5), Value::Double(2.5), Value::Double(3.0)],
            "=1 2 3 3.",
        ),
        (
            "%f %f %f %10f|%-10f|%05f",
            vec![
                f64::NAN.into(),
                f64::INFINITY.into(),
                f64::NEG_INFINITY.into(),
                f64::NAN.into(),
                f64::NAN.into(),
                f64::INFINITY.into(),
            ],
            "=NaN Infinity -Infinity        NaN|NaN       |Infinity",
        ),
        ("%+f %(f", vec![f64::INFINITY.into(), f64::NEG_INFINITY.into()], "=+Infinity (Infinity)"),
        (
            "%e %.2E %.0e %12.3e|%e %e",
            vec![
                Value::Double(12345.678),
                Value::Double(12345.678),
                Value::Double(15000.0),
                Value::Double(0.00012345),
                Value::Double(0.0),
                Value::Double(-1e-300),
            ],
            "=1.234568e+04 1.23E+04 2e+04    1.235e-04|0.000000e+00 -1.000000e-300",
        ),
        (
            "%#.0e|%+e|%(e|%012.2e",
            vec![Value::Double(1.0), Value::Double(1.0), Value::Double(-1.0), Value::Double(123.456)],
            "=1.e+00|+1.000000e+00|(1.000000e+00)|00001.23e+02",
        ),
        ("%,e", vec![Value::Double(1.0)], "!FormatFlagsConversionMismatchException|Conversion = e, Flags = ,"),
        (
            "%g %g %g %g %g %.3g %.0g %g",
            vec![
                Value::Double(12345.678),
                Value::Double(0.00012345),
                Value::Double(0.000012345),
                Value::Double(1234567.0),
                Value::Double(0.0),
                Value::Double(1234.5),
                Value::Double(1234.5),
                Value::Double(123456.0),
            ],
            "=12345.7 0.000123450 1.23450e-05 1.23457e+06 0.00000 1.23e+03 1e+03 123456",
        ),
        ("%#g", vec![Value::Double(1.0)], "!FormatFlagsConversionMismatchException|Conversion = g, Flags = #"),
        ("%g", vec![Value::Double(999999.5)], "=1.00000e+06"),
        ("%g", vec![Value::Double(0.00009999999)], "=0.000100000"),
        ("%G %,g", vec![Value::Double(1e20), Value::Double(12345.6)], "=1.00000E+20 12,345.6"),
        ("%f", vec![Value::Int(5)], "!IllegalFormatConversionException|f != java.lang.Integer"),
        ("%f", vec![Value::Float(1.5)], "=1.500000"),
        (
            "%.3f %.10f %e",
            vec![dec("3.24159"), dec("1E-5"), dec("123456789012345678901234567890")],
            "=3.242 0.0000100000 1.234568e+29",
        ),
        ("%f", vec![dec("1E+3")], "=1000.000000"),
        ("%g %g", vec![dec("0.0001"), dec("123456789")], "=0.000100000 1.23457e+08"),
        (
            "%.1f %.2f %.3f %.20f %.1f",
            vec![
                Value::Double(0.05),
                Value::Double(0.005),
                Value::Double(1.0005),
                Value::Double(0.1),
                Value::Double(0.95),
            ],
            "=0.1 0.01 1.001 0.10000000000000000000 1.0",
        ),
        ("%.15f", vec![Value::Double(0.1)], "=0.100000000000000"),
        ("%f", vec![Value::Double(1e20)], "=100000000000000000000.000000"),
        ("%f", vec![Value::Double(1e-10)], "=0.000000"),
        (
            "%.3f",
            vec![Value::Double(1e300)],
            "=1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000.000",
        ),
        (
            "%a %a %a %a",
            vec![Value::Double(1.0), Value::Double(-0.5), Value::Double(0.1), Value::Double(0.0)],
            "=0x1.0p0 -0x1.0p-1 0x1.999999999999ap-4 0x0.0p0",
        ),
        ("%A", vec![Value::Double(1e-320)], "=0X0.00000000007E8P-1022"),
        ("%2$s %1$s %s %s %<s", vec!["a".into(), "b".into()], "=b a a b b"),
        ("%<s", vec!["a".into()], "!MissingFormatArgumentException|Format specifier '%<s'"),
        ("%3$s", vec!["a".into()], "!MissingFormatArgumentException|Format specifier '%3$s'"),
        ("%s %s", vec!["a".into()], "!MissingFormatArgumentException|Format specifier '%s'"),
        ("%0$s", vec!["a".into()], "!IllegalFormatArgumentIndexException|Illegal format argument index = 0"),
        ("%%|%5%|%-5%|%n", vec![], "=%|    %|%    |\n"),
        ("%5n", vec![], "!IllegalFormatWidthException|5"),
        ("%q", vec![Value::Int(1)], "!UnknownFormatConversionException|Conversion = 'q'"),
        ("%", vec![], "!UnknownFormatConversionException|Conversion = '%'"),
        ("abc %", vec![], "!UnknownFormatConversionException|Conversion = '%'"),
        ("%5", vec![], "!UnknownFormatConversionException|Conversion = '5'"),
        ("% s", vec!["x".into()], "!FormatFlagsConversionMismatchException|Conversion = s, Flags =  "),
        ("%#s", vec!["x".into()], "!FormatFlagsConversionMismatchException|Conversion = s, Flags = #"),
        ("%,s", vec!["x".into()], "!FormatFlagsConversionMismatchException|Conversion = s, Flags = ,"),
        ("%--5d", vec![Value::Int(5)], "!DuplicateFormatFlagsException|Flags = '-'"),
        ("%-s", vec!["x".into()], "!MissingFormatWidthException|%-s"),
        ("%05s", vec!["x".into()], "!FormatFlagsConversionMismatchException|Conversion = s, Flags = 0"),
        ("%+s", vec!["x".into()], "!FormatFlagsConversionMismatchException|Conversion = s, Flags = +"),
        ("%.s", vec!["x".into()], "!UnknownFormatConversionException|Conversion = '.'"),
        ("%5.d", vec![Value::Int(1)], "!UnknownFormatConversionException|Conversion = '5'"),
        ("%i", vec![Value::Int(1)], "!UnknownFormatConversionException|Conversion = 'i'"),
        ("%y", vec![Value::Int(1)], "!UnknownFormatConversionException|Conversion = 'y'"),
        ("%-%", vec![], "!MissingFormatWidthException|%-%"),
        ("%.2%", vec![], "!IllegalFormatPrecisionException|2"),
        ("%l", vec![Value::Int(1)], "!UnknownFormatConversionException|Conversion = 'l'"),
        ("%1$", vec![Value::Int(1)], "!UnknownFormatConversionException|Conversion = '1'"),
        ("%!", vec![Value::Int(1)], "!UnknownFormatConversionException|Conversion = '!'"),
        ("%S", vec!["straße".into()], "=STRASSE"),
        ("%tQ", vec!["x".into()], "!IllegalFormatConversionException|Q != java.lang.String"),
        ("%tq", vec![Value::Long(1)], "!UnknownFormatConversionException|Conversion = 'tq'"),
        ("%ld", vec![Value::Int(1)], "!UnknownFormatConversionException|Conversion = 'l'"),
        ("%s %d%%", vec!["x".into(), Value::Int(5)], "=x 5%"),
        ("%.3s", vec!["añb".into()], "=añb"),
        ("%-6b|", vec![true.into()], "=true  |"),
        ("%#x", vec![big("-255")], "=-0xff"),
        ("%S", vec![Value::Null], "=NULL"),
        ("%.2s", vec![Value::Null], "=nu"),
        ("%H", vec![Value::Null], "=NULL"),
        ("%99999999999d", vec![Value::Int(1)], "!IllegalFormatWidthException|-2147483648"),
        ("%.99999999999f", vec![Value::Double(1.0)], "!IllegalFormatPrecisionException|-2147483648"),
        (
            "%99999999999$d",
            vec![Value::Int(1)],
            "!IllegalFormatArgumentIndexException|Format argument index: (not representable as int)",
        ),
        ("%#b", vec![true.into()], "!FormatFlagsConversionMismatchException|Conversion = b, Flags = #"),
        ("%-c", vec![Value::Char('c' as u16, false)], "!MissingFormatWidthException|%-c"),
        (
            "%#c",
            vec![Value::Char('c' as u16, false)],
            "!FormatFlagsConversionMismatchException|Conversion = c, Flags = #",
        ),
        (
            "%05c",
            vec![Value::Char('c' as u16, false)],
            "!FormatFlagsConversionMismatchException|Conversion = c, Flags = 0",
        ),
        ("%0d", vec![Value::Int(1)], "!MissingFormatWidthException|%0d"),
        ("%,o", vec![Value::Int(1)], "!FormatFlagsConversionMismatchException|Conversion = o, Flags = ,"),
        ("%(x", vec![Value::Int(1)], "!FormatFlagsConversionMismatchException|Conversion = x, Flags = ("),
        ("%-#x|", vec![Value::Int(255)], "!MissingFormatWidthException|%-#x"),
        ("%-010x", vec![Value::Int(1)], "!IllegalFormatFlagsException|Flags = '-0'"),
        ("%+s", vec!["a".into()], "!FormatFlagsConversionMismatchException|Conversion = s, Flags = +"),
        (
            "% c",
            vec![Value::Char('a' as u16, false)],
            "!FormatFlagsConversionMismatchException|Conversion = c, Flags =  ",
        ),
        ("%#n", vec![], "!IllegalFormatFlagsException|Flags = '#'"),
        ("%-n", vec![], "!IllegalFormatFlagsException|Flags = '-'"),
        ("%.1n", vec![], "!IllegalFormatPrecisionException|1"),
        ("%0%", vec![], "!IllegalFormatFlagsException|Flags = '0'"),
    ] {
        assert_eq!(told(pattern, &args), outcome, "{pattern}");
    }
}

#[test]
fn marks_stay_in_their_places() {
    let secret = || Value::from(Text::sensitive("hunter22"));
    for (pattern, args, masked) in [
        ("user %s, password %s!", vec!["bob".into(), secret()], "user bob, password ******!"),
        ("%10s|%-10s|%.3s|%S", vec![secret(), secret(), secret(), secret()], "  ******|******  |******|******"),
        ("%s", vec![List::from_iter([Value::from(1), secret()]).into()], "[1, ******]"),
        ("%c%h", vec![Value::character(97, true), secret()], "************"),
        ("%.0s.", vec![secret()], "."),
    ] {
        assert_eq!(format(&pattern.into(), &args).unwrap().masked(), masked, "{pattern}");
    }
    let pattern = Text::concat(&["%s ".into(), Text::sensitive("x")]);
    assert_eq!(format(&pattern, &[1.into()]).unwrap().masked(), MASK);
}

#[test]
fn dates_are_formatted_letter_by_letter() {
    let date = Value::object(crate::date::Date::new(1_709_561_106_045));
    assert_eq!(told("%tQ %<ts %1$tL", std::slice::from_ref(&date)), "=1709561106045 1709561106 045");
    assert_eq!(told("%tQ", &[Value::Long(5)]), "=5");
    assert_eq!(told("%8tL|%-8TL|%tY", &[date.clone(), date, Value::Null]), "=     045|045     |null");
}

#[test]
fn fields_are_bounded() {
    for pattern in ["%1000001d", "%.1000001f", "%2147483647s"] {
        assert!(told(pattern, &[1.into()]).starts_with('!'), "{pattern}");
    }
    assert!(told(&"%1$1000000s".repeat(100), &[1.into()]).starts_with('!'));
    assert!(told("%f", &[dec("1E+2000000000")]).starts_with('!'));
    assert_eq!(told("%e", &[dec("1E+2000000000")]), "=1.000000e+2000000000");
}

/// Beyond 65,535 the standard library's own filling panics.
#[test]
fn wide_fields_are_filled() {
    for (pattern, argument, length) in [
        ("%.70000f", Value::Double(1.5), 70_002),
        ("%.70000e", Value::Double(1.5), 70_006),
        ("%f", dec("1E+99999"), 100_007),
        ("%070000d", Value::Int(1), 70_000),
        ("%-70000s", Value::Int(1), 70_000),
    ] {
        assert_eq!(told(pattern, &[argument]).len(), length + 1, "{pattern}");
    }
}

proptest! {
    #[test]
    fn no_pattern_panics(pattern in "(%([0-9]\\$)?[-#+ 0,(<]{0,3}[0-9]{0,2}(\\.[0-9]{1,2})?[a-zA-Z%]|[a-z%ž]){0,6}",
                         number: f64, small: i32, text: String) {
        let args = [number.into(), small.into(), text.as_str().into(), dec("12.5"), big("-77"), Value::Char(65, false)];
        for first in 0..args.len() {
            let mut args = args.to_vec();
            args.rotate_left(first);
            let _ = format(&Text::plain(pattern.as_str()), &args);
        }
    }

    #[test]
    fn doubles_round_half_up(number in -1e9..1e9f64, places in 0usize..8) {
        let text = told(&format!("%.{places}f"), &[number.into()]);
        let back: f64 = text.get(1..).unwrap().parse().unwrap();
        prop_assert!((back - number).abs() <= 0.500001 * 10f64.powi(-(places as i32)) + number.abs() * 1e-15, "{number} {text}");
    }
}
