use proptest::prelude::*;

use super::*;
use crate::{List, Map, Set, Text, Value};

fn read(text: &str) -> String {
    match parse(text) {
        Ok(value) => format!("{} {}", value.to_text().as_str(), value.simple_name()),
        Err(error) => format!("!! {} @ {}:{}", error.message, error.line, error.column),
    }
}

#[test]
fn values_are_read_as_the_reference_reads_them() {
    for (json, shown) in [
        ("5", "5 Integer"),
        ("-5", "-5 Integer"),
        ("2147483648", "2147483648 Long"),
        ("9223372036854775808", "9223372036854775808 BigInteger"),
        ("2.0", "2.0 Double"),
        ("1e3", "1000.0 Double"),
        ("-0", "0 Integer"),
        (" \"s\" ", "s String"),
        ("null", "null null"),
        ("true", "true Boolean"),
        ("[1,2.0,\"x\",null,true]", "[1, 2.0, x, null, true] ArrayList"),
        ("{\"a\":{\"c\":\"d\"},\"b\":[],\"a\":2}", "{a=2, b=[]} LinkedHashMap"),
        ("\"\\u0041\\n\\\"\\\\\\/\\ud83d\\ude00\"", "A\n\"\\/😀 String"),
        ("\"\\ud83dx\"", "\u{fffd}x String"),
        ("\"\\ud83d\\u0041\"", "\u{fffd}A String"),
        ("5 and what follows", "5 Integer"),
    ] {
        assert_eq!(read(json), shown, "{json}");
    }
}

#[test]
fn mistakes_are_told_in_the_references_words() {
    const VALID: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
    const HEX: &str = "expected a hex-digit for character escape sequence";
    const ROOT: &str = "Expected space separating root-level values";
    const PLUS: &str = "JSON spec does not allow numbers to have plus signs: enable \
                        `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow";
    const COMMENT: &str = "maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not \
                           enabled for parser)";
    const BLANKS: &str = "only regular white space (\\r, \\n, \\t) is allowed between tokens";
    const ESCAPED: &str = "has to be escaped using backslash to be included in";
    const STANDARD: &str = "enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow";
    let unexpected = |found: &str, why: &str| format!("Unexpected character ({found}): {why}");
    let numeric = |found: &str, why: &str| format!("Unexpected character ({found}) in numeric value: {why}");
    for (json, message, place) in [
        (" ", "No content to map due to end-of-input".to_owned(), "1:0"),
        ("not json", format!("Unrecognized token 'not': was expecting {VALID}"), "1:1"),
        ("[true1]", format!("Unrecognized token 'true1': was expecting {VALID}"), "1:2"),
        ("INF", format!("Unrecognized token 'INF': was expecting {VALID}"), "1:1"),
        ("[NaN]", format!("Non-standard token 'NaN': {STANDARD}"), "1:5"),
        ("-INF", format!("Non-standard token '-INF': {STANDARD}"), "1:5"),
        ("-Inf", format!("Unrecognized token '-Inf': was expecting {VALID}"), "1:1"),
        ("}", "Unexpected close marker '}': no open Object to close".to_owned(), "1:1"),
        ("{broken", unexpected("'b' (code 98)", "was expecting double-quote to start field name"), "1:2"),
        ("{\"a\":1,}", unexpected("'}' (code 125)", "was expecting double-quote to start field name"), "1:8"),
        ("{\"a\" 1}", unexpected("'1' (code 49)", "was expecting a colon to separate field name and value"), "1:6"),
        ("{\"a\":}", unexpected("'}' (code 125)", &format!("expected a valid value {VALID}")), "1:6"),
        ("{\"a\":1 b}", unexpected("'b' (code 98)", "was expecting comma to separate Object entries"), "1:8"),
        ("[1,\n 2 3]", unexpected("'3' (code 51)", "was expecting comma to separate Array entries"), "2:4"),
        ("[1x]", unexpected("'x' (code 120)", "was expecting comma to separate Array entries"), "1:3"),
        ("[1,]", unexpected("']' (code 93)", &format!("expected a valid value {VALID}")), "1:4"),
        ("[1,}", unexpected("'}' (code 125)", "expected a value"), "1:4"),
        ("[\"😀\" €", unexpected("'€' (code 8364 / 0x20ac)", "was expecting comma to separate Array entries"), "1:7"),
        ("[/", unexpected("'/' (code 47)", COMMENT), "1:2"),
        ("{\u{1}", format!("Illegal character ((CTRL-CHAR, code 1)): {BLANKS}"), "1:3"),
        ("{\"a\":", "Unexpected end-of-input within/between Object entries".to_owned(), "1:6"),
        ("[1,", "Unexpected end-of-input within/between Array entries".to_owned(), "1:4"),
        ("01", "Invalid numeric value: Leading zeroes not allowed".to_owned(), "1:2"),
        ("-", "Unexpected end-of-inputNo digit following sign".to_owned(), "1:2"),
        ("-x", numeric("'x' (code 120)", "expected digit (0-9) to follow minus sign, for valid numeric value"), "1:2"),
        ("-.5", unexpected("'.' (code 46)", &format!("expected a valid value {VALID}")), "1:2"),
        ("[+5]", numeric("'+' (code 43)", PLUS), "1:3"),
        ("1.", numeric("'.' (code 46)", "Decimal point not followed by a digit"), "1:2"),
        ("[12.x]", numeric("'x' (code 120)", "Decimal point not followed by a digit"), "1:4"),
        ("1.5e+x", numeric("'x' (code 120)", "Exponent indicator not followed by a digit"), "1:2"),
        ("1e", "Unexpected end-of-inputexpected a digit for number exponent".to_owned(), "1:3"),
        ("1,2", unexpected("',' (code 44)", ROOT), "1:2"),
        ("\"abc", "Unexpected end-of-input: was expecting closing quote for a string value".to_owned(), "1:5"),
        ("{\"abc", "Unexpected end-of-input in field name".to_owned(), "1:6"),
        ("\"\\x\"", "Unrecognized character escape 'x' (code 120)".to_owned(), "1:3"),
        ("\"\\u12\"", unexpected("'\"' (code 34)", HEX), "1:6"),
        ("\"\\u12", "Unexpected end-of-input in character escape sequence".to_owned(), "1:6"),
        ("\"a\nb\"", format!("Illegal unquoted character ((CTRL-CHAR, code 10)): {ESCAPED} string value"), "1:3"),
        ("{\"\t\"", format!("Illegal unquoted character ((CTRL-CHAR, code 9)): {ESCAPED} name"), "1:3"),
    ] {
        assert_eq!(read(json), format!("!! {message} @ {place}"), "{json}");
    }
    let nothing = parse("").unwrap_err().to_string();
    assert!(nothing.ends_with("disabled); line: 1]"), "{nothing}");
    let unclosed = parse("{\"a\": [1").unwrap_err().message;
    assert!(
        unclosed.starts_with("Unexpected end-of-input: expected close marker for Array (start marker at ["),
        "{unclosed}"
    );
    assert!(unclosed.ends_with("; line: 1, column: 7])"), "{unclosed}");
}

#[test]
fn nesting_and_numbers_are_bounded() {
    assert!(parse(&format!("{}{}", "[".repeat(1000), "]".repeat(1000))).is_ok());
    let deep = parse(&"[".repeat(1_000_000)).unwrap_err();
    assert!(deep.message.starts_with("Document nesting depth (1001) exceeds the maximum allowed (1000"), "{deep}");
    let long = parse(&"9".repeat(1001)).unwrap_err();
    assert!(long.message.starts_with("Number value length (1001) exceeds"), "{long}");
}

fn sample() -> Value {
    parse(r#"{"name":"x \"q\" ż","list":[1,2.5,null,[]],"nested":{"e":{},"t":true},"multi":"a\nb"}"#).unwrap()
}

#[test]
fn values_are_written_as_the_reference_writes_them() {
    assert_eq!(
        to_text(&sample()).unwrap().as_str(),
        r#"{"name":"x \"q\" ż","list":[1,2.5,null,[]],"nested":{"e":{},"t":true},"multi":"a\nb"}"#
    );
    assert_eq!(
        to_pretty_text(&sample()).unwrap().as_str(),
        "{\n  \"name\" : \"x \\\"q\\\" ż\",\n  \"list\" : [ 1, 2.5, null, [ ] ],\n  \"nested\" : {\n    \"e\" : { },\n    \
         \"t\" : true\n  },\n  \"multi\" : \"a\\nb\"\n}"
    );
    let list = parse(r#"[1,{"x":2}]"#).unwrap();
    assert_eq!(to_pretty_text(&list).unwrap().as_str(), "[ 1, {\n  \"x\" : 2\n} ]");
    for (value, json) in [
        (Value::Null, "null"),
        (1e10.into(), "1.0E10"),
        (f64::NAN.into(), "\"NaN\""),
        (f64::INFINITY.into(), "\"Infinity\""),
        ("\u{1}\u{1f}/\u{7f}".into(), "\"\\u0001\\u001F/\u{7f}\""),
        (Value::Char(u16::from(b'c'), false), "\"c\""),
        (vec![1u8, 2].into(), "\"AQI=\""),
        (Set::from_iter([1]).into(), "[1]"),
        (Map::from_pairs([(1i64, 2)]).into(), "{\"1\":2}"),
        (Map::from_pairs([(true, List::new(vec![]))]).into(), "{\"true\":[]}"),
    ] {
        assert_eq!(to_text(&value).unwrap().as_str(), json);
    }
}

#[test]
fn what_cannot_be_written_is_an_error() {
    let list = List::new(Vec::new());
    list.push(&list);
    assert!(to_text(&list.into()).is_err());
    assert!(to_text(&Map::from_pairs([(Value::Null, 1)]).into()).is_err());
}

#[test]
fn marks_stay_in_their_places() {
    let map = Map::from_pairs([("user", Text::plain("bob")), ("password", Text::sensitive("a\"b"))]);
    let json = to_text(&map.into()).unwrap();
    assert_eq!(json.masked(), r#"{"user":"bob","password":"******"}"#);
    assert_eq!(json.sensitive_parts(), ["a\\\"b"]);
}

/// Values that JSON can hold.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        (i64::from(i32::MAX) + 1..).prop_map(Value::from),
        any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::from),
        any::<u128>().prop_map(|number| (num_bigint::BigInt::from(u64::MAX) + number).into()),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..8).prop_map(|pairs| Map::from_pairs(pairs).into()),
        ]
    })
}

proptest! {
    #[test]
    fn what_was_written_is_read_again(value in any_json()) {
        prop_assert_eq!(parse(to_text(&value).unwrap().as_str()), Ok(value.clone()));
        prop_assert_eq!(parse(to_pretty_text(&value).unwrap().as_str()), Ok(value));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[\\[\\]{},:\"\\\\u0-9eE.+a-f \n-]{0,40}|.{0,40}") {
        let _ = parse(&text);
    }
}
