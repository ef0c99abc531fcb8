use super::*;
use crate::{List, json};

fn write(json: &str, layout: YamlLayout) -> String {
    to_text(&json::parse(json).unwrap(), layout).unwrap().as_str().to_owned()
}

const PLAIN: YamlLayout = YamlLayout { start_marker: false, split_lines: false };
const SPLIT: YamlLayout = YamlLayout { start_marker: false, split_lines: true };
const FILE: YamlLayout = YamlLayout { start_marker: true, split_lines: true };

#[test]
fn values_are_laid_out_as_the_reference_lays_them_out() {
    let json = r#"{"name":"x","items":[1,2.5,true,null,"yes","no","007","multi word","a: b","line1\nline2",""],
        "nested":{"empty":{},"list":[],"deep":{"k":"v"}}}"#;
    assert_eq!(
        write(json, PLAIN),
        "name: \"x\"\nitems:\n- 1\n- 2.5\n- true\n- null\n- \"yes\"\n- \"no\"\n- \"007\"\n- \"multi word\"\n- \"a: b\"\n\
         - \"line1\\nline2\"\n- \"\"\nnested:\n  empty: {}\n  list: []\n  deep:\n    k: \"v\"\n"
    );
    for (json, yaml) in [
        ("\"just text\"", "\"just text\"\n"),
        ("5", "5\n"),
        ("\"\"", "--- \"\"\n"),
        ("[\"a\",{\"b\":1}]", "- \"a\"\n- b: 1\n"),
        ("null", "null\n"),
        ("[]", "[]\n"),
        ("{}", "{}\n"),
        ("[[1,[2,[3]]],[]]", "- - 1\n  - - 2\n    - - 3\n- []\n"),
        ("[{\"a\":1,\"b\":[1,{\"c\":{\"d\":2},\"e\":3}]}]", "- a: 1\n  b:\n  - 1\n  - c:\n      d: 2\n    e: 3\n"),
        ("{\"x\":1,\"y\":{\"a\":[10]}}", "x: 1\n\"y\":\n  a:\n  - 10\n"),
    ] {
        assert_eq!(write(json, PLAIN), yaml, "{json}");
    }
}

#[test]
fn a_file_begins_with_a_marker() {
    assert_eq!(write("{\"n\":null,\"t\":\"a\\nb\"}", FILE), "---\n\"n\": null\nt: \"a\\nb\"\n");
    assert_eq!(write("[1]", FILE), "---\n- 1\n");
    assert_eq!(write("\"x\"", FILE), "--- \"x\"\n");
}

#[test]
fn long_texts_are_split_where_the_layout_says_so() {
    let text =
        "a very long text that goes on and on and on and on and on and on and on and on and on past eighty columns";
    assert_eq!(
        write(&format!("[\"{text}\"]"), SPLIT),
        "- \"a very long text that goes on and on and on and on and on and on and on and on\\\n  \\ and on past eighty \
         columns\"\n"
    );
    assert_eq!(write(&format!("[\"{text}\"]"), PLAIN), format!("- \"{text}\"\n"));
}

#[test]
fn texts_are_escaped_in_double_quotes() {
    for (json, yaml) in [
        (r#""tab\there""#, r#""tab\there""#),
        (r#""ż 😀""#, r#""ż 😀""#),
        (r#""'m' \"n\" \\""#, r#""'m' \"n\" \\""#),
        (r#""\u0000\u0007\u001b\u0085\u00a0\u2028\u007f""#, r#""\0\a\e\N\_\L\x7f""#),
    ] {
        assert_eq!(write(json, PLAIN), format!("{yaml}\n"), "{json}");
    }
}

#[test]
fn long_texts_are_split_behind_column_80() {
    for (text, first) in [
        ("é".repeat(90), "é".repeat(79)),
        (format!("{}{}", "a".repeat(75), "é".repeat(30)), format!("{}éééé", "a".repeat(75))),
        ("é a".repeat(40), "é a".repeat(26)),
        ("\n".repeat(90), "\\n".repeat(40)),
        ("a\n".repeat(60), "a\\n".repeat(26)),
    ] {
        let yaml = to_text(&List::new(vec![Value::from(text.as_str())]).into(), SPLIT).unwrap();
        let line = yaml.as_str().lines().next().unwrap_or_default().to_owned();
        let shown = line.trim_start_matches("- \"").trim_end_matches('\\');
        let wanted = if text.contains(' ') { format!("{first}é") } else { first };
        assert_eq!(shown, wanted, "{text:?}");
    }
}

#[test]
fn keys_are_quoted_where_they_would_mean_something_else() {
    for (key, yaml) in [
        ("plain", "plain"),
        ("with space", "with space"),
        ("a.b-c_d", "a.b-c_d"),
        ("5", "\"5\""),
        ("2020-01-01", "\"2020-01-01\""),
        (".5", "\".5\""),
        ("+1a", "\"+1a\""),
        ("a1", "a1"),
        ("yes", "\"yes\""),
        ("n", "\"n\""),
        ("True", "\"True\""),
        ("~", "\"~\""),
        ("0x1F", "\"0x1F\""),
        ("a: b", "'a: b'"),
        ("a:b", "a:b"),
        ("a #b", "'a #b'"),
        ("a#b", "a#b"),
        ("#c", "'#c'"),
        ("- d", "\"- d\""),
        ("-d", "\"-d\""),
        ("?", "'?'"),
        ("[e", "'[e'"),
        ("e]", "e]"),
        ("it's", "it's"),
        ("'m'", "'''m'''"),
        (" lead", "' lead'"),
        ("trail:", "'trail:'"),
        ("---", "\"---\""),
        ("ż", "ż"),
        ("tab\t", "\"tab\\t\""),
    ] {
        assert_eq!(
            to_text(&Map::from_pairs([(key, 1)]).into(), PLAIN).unwrap().as_str(),
            format!("{yaml}: 1\n"),
            "{key}"
        );
    }
}

/// Behind a key that has a line of its own a list or map begins in the line of the colon.
#[test]
fn values_of_keys_on_lines_of_their_own() {
    for (json, yaml) in [
        (r#"{"": 1}"#, "? \"\"\n: 1\n"),
        (r#"{"": [1, [2]]}"#, "? \"\"\n: - 1\n  - - 2\n"),
        (r#"{"": {"a": {"b": 1}, "c": []}}"#, "? \"\"\n: a:\n    b: 1\n  c: []\n"),
        (r#"[{"": {"": 1}}]"#, "- ? \"\"\n  : ? \"\"\n    : 1\n"),
    ] {
        assert_eq!(write(json, PLAIN), yaml, "{json}");
    }
}

#[test]
fn marks_stay_in_their_places() {
    let map = Map::from_pairs([("user", Text::plain("bob")), ("password", Text::sensitive("a\nb"))]);
    let yaml = to_text(&map.into(), PLAIN).unwrap();
    assert_eq!(yaml.masked(), "user: \"bob\"\npassword: \"******\"\n");
    assert_eq!(yaml.sensitive_parts(), ["a\\nb"]);
}

#[test]
fn what_holds_itself_is_an_error() {
    let list = List::new(Vec::new());
    list.push(&list);
    assert!(to_text(&list.into(), PLAIN).is_err());
}
