use crate::Value;

use super::*;

/// Each recorded from a JVM.
#[test]
fn doubles_print_as_in_java() {
    for (number, text) in [
        (0.1, "0.1"),
        (0.5, "0.5"),
        (1.0, "1.0"),
        (1e10, "1.0E10"),
        (1e7, "1.0E7"),
        (9_999_999.0, "9999999.0"),
        (1e6, "1000000.0"),
        (0.001, "0.001"),
        (0.0001, "1.0E-4"),
        (0.00123, "0.00123"),
        (1.0 / 3.0, "0.3333333333333333"),
        (2.0 / 3.0, "0.6666666666666666"),
        (123_456_789.125, "1.23456789125E8"),
        (1e21, "1.0E21"),
        (4.9e-324, "4.9E-324"),
        (f64::MAX, "1.7976931348623157E308"),
        (f64::MIN_POSITIVE, "2.2250738585072014E-308"),
        (1.1e-5, "1.1E-5"),
        (9.007199254740993E15, "9.007199254740992E15"),
        (-0.0, "-0.0"),
        (0.0, "0.0"),
        (-1.5e-7, "-1.5E-7"),
        (12_345_678.9, "1.23456789E7"),
        (f64::NAN, "NaN"),
        (f64::INFINITY, "Infinity"),
        (f64::NEG_INFINITY, "-Infinity"),
    ] {
        assert_eq!(double_text(number), text);
    }
    for (number, text) in [
        (0.1f32, "0.1"),
        (1.1, "1.1"),
        (1e10, "1.0E10"),
        (3.4e38, "3.4E38"),
        (1.4e-45, "1.4E-45"),
        (16_777_216.0, "1.6777216E7"),
        (0.001, "0.001"),
        (7.9, "7.9"),
    ] {
        assert_eq!(float_text(number), text);
    }
}

#[test]
fn decimals_print_as_in_java() {
    for (source, text, plain) in [
        ("0", "0", "0"),
        ("0.00", "0.00", "0.00"),
        ("1E+3", "1E+3", "1000"),
        ("1E-7", "1E-7", "0.0000001"),
        ("0.000001", "0.000001", "0.000001"),
        ("0.0000001", "1E-7", "0.0000001"),
        ("123.450", "123.450", "123.450"),
        ("-1.5E+10", "-1.5E+10", "-15000000000"),
        ("0E+3", "0E+3", "0"),
        ("0E-10", "0E-10", "0.0000000000"),
        ("12E+1", "1.2E+2", "120"),
        ("-0.5", "-0.5", "-0.5"),
        (".5", "0.5", "0.5"),
        ("5.", "5", "5"),
        ("+5e-1", "0.5", "0.5"),
    ] {
        let number = parse_big_decimal(source).unwrap();
        assert_eq!((decimal_text(&number).as_str(), decimal_plain_text(&number).as_str()), (text, plain), "{source}");
    }
}

fn message<T: std::fmt::Debug>(outcome: Result<T, Box<crate::Throwable>>) -> String {
    let error = outcome.unwrap_err();
    error.message.unwrap_or_default().as_str().to_owned()
}

/// Each recorded from a JVM.
#[test]
fn texts_that_are_no_numbers_fail_in_javas_words() {
    for text in ["", " 1", "x", "-", "+", "2147483648", "1_0", "--1", "1.0"] {
        assert_eq!(message(parse_int(text, 10)), format!("For input string: \"{text}\""));
    }
    assert_eq!(message(parse_int("zz", 16)), "For input string: \"zz\" under radix 16");
    assert_eq!(message(parse_int("1", 99)), "radix 99 greater than Character.MAX_RADIX");
    assert_eq!(message(parse_int("1", 1)), "radix 1 less than Character.MIN_RADIX");
    assert_eq!(message(parse_long("9223372036854775808", 10)), "For input string: \"9223372036854775808\"");
    for text in ["x", "1e", "1e+", "+", "-", ".", "1_0", "1 2", "--1", "e5", "0x", "0x1.8", "infinity", "1L", "١"] {
        assert_eq!(message(parse_double(text)), format!("For input string: \"{text}\""));
    }
    assert_eq!(message(parse_double("")), "empty String");
    assert_eq!(message(parse_double(" \t")), "empty String");
    assert_eq!(message(parse_double("1.2.3")), "multiple points");
    assert_eq!(message(parse_double("1..2")), "multiple points");
    assert_eq!(message(parse_big_int("")), "Zero length BigInteger");
    assert_eq!(message(parse_big_int("x")), "For input string: \"x\"");
    assert_eq!(message(parse_big_decimal("-")), "No digits found.");
    assert_eq!(
        message(parse_big_decimal("1.x")),
        "Character x is neither a decimal digit number, decimal point, nor \"e\" notation exponential mark."
    );
}

#[test]
fn texts_that_are_numbers_are_read_as_java_reads_them() {
    assert_eq!(parse_int("-2147483648", 10).unwrap(), i32::MIN);
    assert_eq!(parse_int("+5", 10).unwrap(), 5);
    assert_eq!(parse_int("１２", 10).unwrap(), 12);
    assert_eq!(parse_int("ff", 16).unwrap(), 255);
    assert_eq!(parse_long("9999999999", 10).unwrap(), 9_999_999_999);
    for (text, number) in [
        (" 1.5 ", 1.5),
        ("1d", 1.0),
        ("1f", 1.0),
        ("0x1p3", 8.0),
        ("0x1.8p1", 3.0),
        ("1.", 1.0),
        ("-.5", -0.5),
        ("-Infinity", f64::NEG_INFINITY),
        ("1e400", f64::INFINITY),
        ("1e99999999999", f64::INFINITY),
        ("1e3", 1000.0),
    ] {
        assert_eq!(parse_double(text).unwrap(), number, "{text}");
    }
    assert!(parse_double("+NaN").unwrap().is_nan());
    assert_eq!(parse_float("0.1").unwrap(), 0.1);
}

fn big(text: &str) -> Value {
    parse_big_int(text).unwrap().into()
}

fn dec(text: &str) -> Value {
    parse_big_decimal(text).unwrap().into()
}

fn shown(outcome: Result<Value, Box<crate::Throwable>>) -> String {
    match outcome {
        Ok(value) => format!("{} {}", value.to_text().as_str(), value.simple_name()),
        Err(error) => format!("!! {}", error.message.unwrap_or_default().as_str()),
    }
}

#[test]
fn arithmetic_promotes_as_the_expression_language_does() {
    let long = |number: i64| Value::Long(number);
    let fifteen = || big("12345678901234567890");
    for (outcome, text) in [
        (add(&Value::Int(5), &Value::Int(5)), "10 Long"),
        (add(&long(i64::MAX), &long(1)), "-9223372036854775808 Long"),
        (multiply(&long(i64::MAX), &long(2)), "-2 Long"),
        (add(&long(i64::MAX), &Value::Double(1.0)), "9.223372036854776E18 Double"),
        (add(&Value::Float(1.1), &long(1)), "2.100000023841858 Double"),
        (divide(&long(4), &long(2)), "2.0 Double"),
        (divide(&long(1), &long(0)), "Infinity Double"),
        (remainder(&long(7), &long(0)), "!! / by zero"),
        (remainder(&long(i64::MIN), &long(-1)), "0 Long"),
        (remainder(&long(7), &Value::Double(0.0)), "NaN Double"),
        (remainder(&long(-7), &long(3)), "-1 Long"),
        (negate(&Value::Int(i32::MIN)), "-2147483648 Integer"),
        (negate(&Value::Short(3)), "-3 Short"),
        (negate(&Value::Float(1.1)), "-1.1 Float"),
        (add(&fifteen(), &long(1)), "12345678901234567891 BigInteger"),
        (subtract(&fifteen(), &fifteen()), "0 BigInteger"),
        (divide(&fifteen(), &long(2)), "6172839450617283945 BigDecimal"),
        (divide(&fifteen(), &long(3)), "4115226300411522630 BigDecimal"),
        (remainder(&fifteen(), &long(7)), "1 BigInteger"),
        (remainder(&fifteen(), &long(0)), "!! BigInteger divide by zero"),
        (add(&fifteen(), &Value::Double(1.5)), "12345678901234567891.5 BigDecimal"),
        (divide(&dec("1.00"), &long(3)), "0.33 BigDecimal"),
        (divide(&dec("-1.00"), &long(8)), "-0.13 BigDecimal"),
        (divide(&dec("1.5"), &long(0)), "!! / by zero"),
        (divide(&dec("12345678901234567890123"), &long(0)), "!! BigInteger divide by zero"),
        (divide(&dec("10"), &dec("1E+1")), "1 BigDecimal"),
        (multiply(&dec("1.50"), &dec("2.0")), "3.000 BigDecimal"),
        (add(&dec("1.50"), &dec("2")), "3.50 BigDecimal"),
        (add(&dec("1E+2000000"), &long(1)), "!! BigInteger would overflow supported range"),
    ] {
        assert_eq!(shown(outcome), text);
    }
    assert!(add(&Value::Null, &long(1)).is_err());
}

#[test]
fn numbers_of_different_classes_compare() {
    use std::cmp::Ordering::{Equal, Greater, Less};
    for (a, b, order) in [
        (Value::Int(5), Value::Long(5), Equal),
        (Value::Int(5), Value::Double(5.5), Less),
        (Value::Double(-0.0), Value::Double(0.0), Less),
        (Value::Double(f64::NAN), Value::Double(1.0), Greater),
        (big("12345678901234567890"), Value::Long(1), Greater),
        (dec("1.0"), dec("1.00"), Equal),
        (dec("1E+400"), Value::Long(1), Greater),
    ] {
        assert_eq!(compare(&a, &b).unwrap(), order, "{a:?} {b:?}");
    }
}

#[test]
fn conversions_narrow_as_in_java() {
    assert_eq!(to_int(&Value::Double(1e20)).unwrap(), i32::MAX);
    assert_eq!(to_int(&Value::Double(f64::NAN)).unwrap(), 0);
    assert_eq!(to_int(&Value::Long(1 << 32 | 7)).unwrap(), 7);
    assert_eq!(to_long(&big("12345678901234567890")).unwrap(), -6_101_065_172_474_983_726);
    assert_eq!(to_long(&dec("-1.9")).unwrap(), -1);
    assert_eq!(to_double(&big(&format!("1{}", "0".repeat(400)))).unwrap(), f64::INFINITY);
    assert_eq!(to_double(&dec("0.1")).unwrap(), 0.1);
    let exact = to_big_decimal(&Value::Double(0.1)).unwrap();
    assert_eq!(decimal_text(&exact), "0.1000000000000000055511151231257827021181583404541015625");
}

/// Beyond 65,535 the standard library's own filling panics.
#[test]
fn long_decimals_are_written() {
    let small = dec("1E-100000");
    let Value::BigDecimal(small) = small else { panic!("is a decimal") };
    assert_eq!(decimal_plain_text(&small).len(), 100_002);
    let Value::BigDecimal(long) = dec(&format!("0.{}", "1".repeat(90_000))) else { panic!("is a decimal") };
    assert_eq!(decimal_text(&long).len(), 90_002);
}

/// Of two shortest texts that are equally near, Java takes the even one.
#[test]
fn doubles_between_two_texts_are_even() {
    assert_eq!(double_text(831_286_491_721_350.2), "8.312864917213502E14");
    assert_eq!(double_text(1e23), "1.0E23");
    assert_eq!(double_text(2e-3), "0.002");
}

#[test]
fn unsigned_numbers_have_their_own_bounds() {
    assert_eq!(parse_unsigned("4294967295", 10, u64::from(u32::MAX), "int").unwrap(), 4_294_967_295);
    assert_eq!(parse_unsigned("+ff", 16, u64::MAX, "long").unwrap(), 255);
    let cases = [
        ("-1", "Illegal leading minus sign on unsigned string -1."),
        ("4294967296", "String value 4294967296 exceeds range of unsigned int."),
        ("99999999999999999999999999999999999999999999", "exceeds range of unsigned int."),
        ("", "For input string: \"\""),
        ("x", "For input string: \"x\""),
    ];
    for (text, wanted) in cases {
        let told = message(parse_unsigned(text, 10, u64::from(u32::MAX), "int"));
        assert!(told.contains(wanted), "{text}: {told}");
    }
    assert!(message(parse_radix(1)).contains("radix 1 less than Character.MIN_RADIX"));
    assert!(message(parse_radix(37)).contains("radix 37 greater than Character.MAX_RADIX"));
}

#[test]
fn big_numbers_are_read_in_groups_of_nine_digits() {
    let cases = [("0x1F", "\"x1F\""), ("1234567890x", "\"34567890x\""), ("--5", "Illegal embedded sign character")];
    for (text, wanted) in cases {
        let told = message(parse_big_int(text));
        assert!(told.contains(wanted), "{text}: {told}");
    }
}

/// Decimals whose scales are far apart, and products without bound, end soon: with a number or with an error.
#[test]
fn extreme_numbers_end_soon() {
    let numbers = ["1", "0", "-1", "1E+999999999", "1E-999999999", "-1E+999999999", "12345678901234567890.5"].map(dec);
    let start = std::time::Instant::now();
    for a in &numbers {
        for b in &numbers {
            for operation in [add, subtract, multiply, divide, remainder] {
                let _ = operation(a, b);
            }
            let _ = compare(a, b);
            let _ = a.natural_cmp(b);
            let _ = (a == b, a.hash_code(), a.to_text());
        }
        let _ = (to_int(a), to_long(a), to_double(a), to_big_int(a));
    }
    let mut number = big("123456789012345678901234567890");
    while let Ok(square) = multiply(&number, &number) {
        number = square;
    }
    assert!(number.to_text().as_str().len() > 100_000);
    assert!(start.elapsed() < std::time::Duration::from_secs(20), "{:?}", start.elapsed());
}
