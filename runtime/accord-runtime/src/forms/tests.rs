use accord_value::{Map, Value, json};

use super::{FormProblem, answers, evaluated};

fn map(text: &str) -> Map {
    match json::parse(text) {
        Ok(Value::Map(map)) => map,
        _ => panic!("{text}"),
    }
}

/// The answers as text, or the messages.
fn answered(field: &str, given: &str) -> String {
    let read = map("{}");
    crate::put_input(&read, "fields", &format!("[{{{field}}}]")).unwrap();
    let fields = evaluated(&read.get("fields").unwrap()).unwrap();
    match answers(&fields, &map(given)) {
        Ok(values) => Value::Map(values).to_text().as_str().to_owned(),
        Err(FormProblem::Fields(messages)) => messages.join("; "),
        Err(FormProblem::Form(message)) => message,
    }
}

#[test]
fn answers_are_converted_and_checked() {
    for (field, given, expected) in [
        ("a: {type: string}", "{\"a\": \"x\", \"other\": 1}", "{a=x}"),
        ("a: {type: string}", "{\"a\": 1}", "a: expected a text: put it in quotes, found 1"),
        ("a: {type: string, label: L}", "{}", "L: Invalid cardinality, expected a single value"),
        ("a: {type: string}", "{\"a\": \"\"}", "a: Invalid cardinality, expected a single value"),
        ("a: {type: \"string?\"}", "{}", "{a=null}"),
        ("a: {type: string, value: d}", "{}", "{a=d}"),
        ("a: {type: string, value: d, readonly: true}", "{\"a\": \"x\"}", "{a=d}"),
        (
            "a: {type: string, pattern: \"[a-z]{2}\"}",
            "{\"a\": \"abc\"}",
            "a: value 'abc' doesn't match pattern '[a-z]{2}'",
        ),
        ("a: {type: string, inputType: email}", "{\"a\": \"x\"}", "{a=x}"),
        ("a: {type: string, inputType: email, pattern: \".*\"}", "{\"a\": \"x\"}", "a: value 'x' is no e-mail address"),
        ("a: {type: string, allow: [a, b]}", "{\"a\": \"c\"}", "a: value 'c' is not allowed, valid values: [a, b]"),
        ("a: {type: \"string+\"}", "{\"a\": \"x\"}", "{a=[x]}"),
        ("a: {type: \"string+\"}", "{\"a\": []}", "a: Invalid cardinality, expected one or more values"),
        ("a: {type: \"int*\", max: 5}", "{\"a\": [1, \"2\", 9]}", "a: value '9' must be equal or less than 5"),
        ("a: {type: int, min: 1, max: 10}", "{\"a\": 0}", "a: value '0' must be within 1 and 10 (inclusive)"),
        ("a: {type: int}", "{\"a\": \"7\"}", "{a=7}"),
        ("a: {type: int}", "{\"a\": [7]}", "a: Invalid cardinality, expected a single value"),
        ("a: {type: decimal}", "{\"a\": 1}", "a: expected a number with a decimal point, found 1"),
        ("a: {type: decimal}", "{\"a\": \"1.25\"}", "{a=1.25}"),
        ("a: {type: boolean}", "{}", "{a=false}"),
        ("a: {type: boolean}", "{\"a\": \"\"}", "{a=true}"),
        ("a: {type: boolean}", "{\"a\": \"yes\"}", "{a=false}"),
        ("a: {type: date}", "{\"a\": \"2024-01-02T03:04:05+02:00\"}", "{a=2024-01-02T01:04:05.000+0000}"),
        (
            "a: {type: date}",
            "{\"a\": \"2024-01-02\"}",
            "a: expected a full date with time and zone, such as 2024-01-02T03:04:05Z, found 2024-01-02",
        ),
    ] {
        assert_eq!(answered(field, given), expected, "{field} {given}");
    }
}

#[test]
fn an_expression_may_make_the_fields() {
    let list = |text: &str| json::parse(text).unwrap();
    let fields = evaluated(&list("[{\"x\": {\"TYPE\": \"int?\", \"label\": \"X\"}}]")).unwrap();
    assert_eq!((fields[0].type_name().as_str(), fields[0].title()), ("int?", "X"));
    for bad in ["5", "[1]", "[{\"x\": {\"type\": \"text\"}}]", "[{\"x\": 1}]"] {
        assert!(matches!(evaluated(&list(bad)), Err(FormProblem::Form(_))), "{bad}");
    }
}
