use super::*;
use crate::definition::DataKind;
use crate::source::FileId;

fn read_text(text: &str) -> (Source, Document) {
    let source = Source::new(FileId(0), "f.yml", text);
    let document = read(&source);
    (source, document)
}

/// The value of key `a`.
fn value(text: &str) -> DataKind {
    let (_, document) = read_text(&format!("a: {text}"));
    assert!(document.problems.is_empty(), "{text:?}: {:?}", document.problems);
    document.root.and_then(|root| root.get("a").cloned()).expect("a value").kind
}

/// The first problem: line, column, code.
fn problem(text: &str) -> (u32, u32, &'static str) {
    let (source, document) = read_text(text);
    let first = document.problems.into_iter().next().unwrap_or_else(|| panic!("{text:?} has no problem")).diagnostic;
    let place = source.line_col(first.span.expect("a place").start);
    (place.line, place.col, first.code)
}

fn text(text: &str) -> DataKind {
    DataKind::Text(text.into())
}

#[test]
fn plain_scalars_have_the_types_of_yaml_1_1() {
    for yes in ["yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"] {
        assert_eq!(value(yes), DataKind::Bool(true), "{yes}");
    }
    for no in ["no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"] {
        assert_eq!(value(no), DataKind::Bool(false), "{no}");
    }
    for null in ["~", "null", "Null", "NULL", ""] {
        assert_eq!(value(null), DataKind::Null, "{null}");
    }
    let ints = [
        ("017", 15),
        ("-017", -15),
        ("00", 0),
        ("0", 0),
        ("0x1F", 31),
        ("0b101", 5),
        ("+12", 12),
        ("1_000", 1000),
        ("-2147483648", i32::MIN),
        ("2147483647", i32::MAX),
        ("0x7fff_ffff", i32::MAX),
    ];
    for (written, int) in ints {
        assert_eq!(value(written), DataKind::Int(int), "{written}");
    }
    let floats = [
        ("1_000.5", 1000.5),
        ("1e3", 1000.0),
        ("1E3", 1000.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("-.5", -0.5),
        ("0.1", 0.1),
        ("1e400", f64::INFINITY),
        ("1.5e-3", 0.0015),
        ("089.5", 89.5),
    ];
    for (written, float) in floats {
        assert_eq!(value(written), DataKind::Float(float), "{written}");
    }
    for same in [
        "y",
        "n",
        "0o17",
        "08",
        "089",
        "12:30",
        "190:20:30",
        "2024-01-01",
        "2024-01-01T10:00:00Z",
        "nULL",
        "tRUE",
        "1e",
        "e3",
        "-",
        "+",
        "0_",
        "1:60.5",
        "0x",
        "0b",
        "0b2",
        "1.2.3",
        "_1",
        "=",
        "<<",
    ] {
        if same != "-" {
            assert_eq!(value(same), text(same), "{same}");
        }
    }
}

#[test]
fn tags_decide_where_they_are_known() {
    for (written, expected) in [
        ("!!str 5", text("5")),
        ("!!int \"5\"", DataKind::Int(5)),
        ("!!int abc", text("abc")),
        ("!foo bar", text("bar")),
        ("!foo 5", text("5")),
        ("! 5", DataKind::Int(5)),
        ("! \"yes\"", DataKind::Bool(true)),
        ("!", DataKind::Null),
        ("!!null", text("")),
        ("!a[b],c x", text("x")),
        ("!<tag:yaml.org,2002:int> \"7\"", DataKind::Int(7)),
        ("!!null x", DataKind::Null),
        ("!!bool \"yes\"", DataKind::Bool(true)),
        ("&x hello", text("hello")),
        ("&x !!str 5", text("5")),
        ("\"5\"", text("5")),
        ("'~'", text("~")),
    ] {
        assert_eq!(value(written), expected, "{written}");
    }
}

#[test]
fn aliases_are_their_names_and_merge_keys_are_keys() {
    let (_, document) = read_text("a: &x {k: 1}\nb: *x\nc: *nope\nd:\n  <<: *x\n");
    let root = document.root.expect("a map");
    let kind = |data: Option<&Data>| data.map(|data| data.kind.clone());
    assert_eq!(kind(root.get("b")), Some(text("x")));
    assert_eq!(kind(root.get("c")), Some(text("nope")));
    assert_eq!(kind(root.get("d").and_then(|d| d.get("<<"))), Some(text("x")));
}

#[test]
fn keys_are_texts() {
    let (_, document) = read_text("1: a\ntrue: b\nnull: c\n1.5: d\n017: e\n3000000000: f\n\"q\": g\n? k\n: h\n");
    let root = document.root.expect("a map");
    let keys: Vec<&str> = root.as_map().expect("a map").iter().map(|(key, _)| &*key.value).collect();
    assert_eq!(keys, ["1", "true", "null", "1.5", "017", "3000000000", "q", "k"]);
    assert!(document.problems.is_empty(), "{:?}", document.problems);
}

#[test]
fn scalars_over_several_lines() {
    for (written, expected) in [
        ("one\n  two\n\n  three", "one two\nthree"),
        ("'it''s\n  so'", "it's so"),
        ("\"a\\\n   b\\tc \\u00e4\\ud83d\\ude00\"", "ab\tc ä😀"),
        ("|\n  x\n   y\n\n  z\n\n", "x\n y\n\nz\n"),
        ("|-\n  x\n", "x"),
        ("|+\n  x\n\n", "x\n\n"),
        (">\n  x\n  y\n\n  z\n   deep\n  w\n", "x y\nz\n deep\nw\n"),
        (">-\n  ${x}\n", "${x}"),
        ("|2\n    x\n", "  x\n"),
        ("|\n  no line feed at the end", "no line feed at the end"),
        ("|\n", ""),
        ("x # comment", "x"),
        ("x#y", "x#y"),
        ("http://a?b=c&d", "http://a?b=c&d"),
        ("x \t\n", "x"),
    ] {
        assert_eq!(value(written), text(expected), "{written:?}");
    }
}

#[test]
fn only_the_first_document_is_read() {
    for written in
        ["a: 1\n---\nb: [", "---\na: 1\n...\n@", "%YAML 1.2\n---\na: 1\n", "\u{feff}a: 1\r\n", "%FOO\n---\na: 1"]
    {
        let (_, document) = read_text(written);
        assert!(document.problems.is_empty(), "{written:?}: {:?}", document.problems);
        assert_eq!(document.root.and_then(|root| root.get("a").cloned()).map(|a| a.kind), Some(DataKind::Int(1)));
    }
}

/// As nothing is read behind the outermost value, nothing there can be wrong.
#[test]
fn reading_ends_with_the_outermost_value() {
    for (written, expected) in
        [("a\nb: [\n", text("a b")), ("a\n  @b: c\n", text("a @b")), (" a: 1\n[", DataKind::Null)]
    {
        let (_, document) = read_text(written);
        assert!(document.problems.is_empty(), "{written:?}: {:?}", document.problems);
        if expected != DataKind::Null {
            assert_eq!(document.root.map(|root| root.kind), Some(expected), "{written:?}");
        }
    }
}

#[test]
fn a_question_mark_in_brackets_begins_a_key() {
    let DataKind::Map(entries) = value("{?b: 1, ? c: 2, ?d}") else { panic!("no map") };
    let keys: Vec<&str> = entries.iter().map(|(key, _)| &*key.value).collect();
    assert_eq!(keys, ["b", "c", "d"]);
    assert_eq!(value("b?c"), text("b?c"), "outside of brackets it is a character like others");
}

#[test]
fn problems_stand_where_reading_had_come_to() {
    for (written, expected) in [
        ("", (1, 1, "empty-file")),
        ("# only\n", (2, 1, "empty-file")),
        ("a: 1\na: 2\n", (2, 2, "duplicate-key")),
        ("a: {b: 1, c: 2, b: 3}", (1, 18, "duplicate-key")),
        ("a: 2147483648", (1, 14, "number-range")),
        ("a: 0xFFFFFFFF", (1, 14, "number-range")),
        ("a: .inf", (1, 8, "number-format")),
        ("a: -.Inf", (1, 9, "number-format")),
        ("a: ._", (1, 6, "number-format")),
        ("x: 1\na: {k: !!binary aGk=}", (2, 1, "binary")),
        ("a:\tb", (1, 2, "yaml")),
        ("a: \"b\"\t\n", (1, 7, "yaml")),
        ("a: \"\\/\"", (1, 2, "yaml")),
        ("a: \"\\q\"", (1, 2, "yaml")),
        ("a: b: c", (1, 5, "yaml")),
        ("a: {{ b }}", (1, 6, "yaml")),
        ("? [a]\n: b", (1, 4, "yaml")),
        ("*x : b", (1, 3, "yaml")),
        ("a: [1, 2\nb: 3", (2, 2, "yaml")),
        ("a: 'x", (1, 2, "yaml")),
        ("a: @x", (1, 2, "yaml")),
        ("a: 1\n b: 2", (2, 3, "yaml")),
        ("a: \u{7}", (1, 1, "yaml")),
        ("é: b: c", (1, 5, "yaml")),
        // What follows a closing bracket is looked at before the bracket is taken.
        ("a: [1]@", (1, 6, "yaml")),
        ("a: {b: c}\n\td", (1, 9, "yaml")),
        // In brackets a '?' ends a text and begins a key.
        ("a: {b: string?}", (1, 14, "yaml")),
        ("a: [http://x?y]", (1, 13, "yaml")),
        // A text that only its line makes a key takes the next one for its value.
        ("'a' b: 1", (1, 6, "yaml")),
        ("a: \"b\n\" + c", (2, 2, "yaml")),
        ("# c\n}a: 1", (2, 1, "yaml")),
        ("a:\n  [b: 1\nc: 2", (3, 3, "yaml")),
        ("a: b\n%  c\n", (1, 5, "yaml")),
        ("a: !b#c d", (1, 2, "yaml")),
        ("a: !}!b c", (1, 2, "yaml")),
        ("a: 1:30.5", (1, 10, "number-format")),
        ("a: !!binary x", (1, 14, "binary")),
        ("a\u{feff}: b: c", (1, 6, "yaml")),
    ] {
        assert_eq!(problem(written), expected, "{written:?}");
    }
}

#[test]
fn nesting_and_size_are_limited() {
    let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    assert!(read_text(&nested(1000)).1.problems.is_empty());
    assert_eq!(problem(&nested(1001)).2, "yaml-depth");
    assert!(read_text(&"é".repeat(3_145_728)).1.problems.is_empty());
    assert_eq!(problem(&"é".repeat(3_145_729)).2, "too-large");
    let bytes = Source::from_bytes(FileId(0), "f.yml", b"a: \xff");
    assert_eq!(read(&bytes).problems[0].diagnostic.code, "not-utf8");
}

#[test]
fn spans_are_the_scalars_themselves() {
    let (source, document) = read_text("a: !!str &x \"b\"\nc: |-\n  text\n\nd: [1, {e: f}]\ng:\n");
    let root = document.root.expect("a map");
    let slice = |key: &str| source.slice(root.get(key).expect("a value").span).to_owned();
    assert_eq!(slice("a"), "\"b\"");
    assert_eq!(slice("c"), "|-\n  text\n\n");
    assert_eq!(slice("d"), "[1, {e: f}]");
    let absent = root.get("g").expect("a value").span;
    assert_eq!((absent.start, absent.end), (absent.end, absent.start));
    assert_eq!(source.line_col(absent.start).col, 3, "behind the colon");
}

/// A key that is too long for a colon behind it is read again.
#[test]
fn long_keys_are_printed_so_that_they_are_read() {
    let long = "\\\\".repeat(600);
    let odd = data("a: \"\\uffff\\ufffe\\u007f\\u0085\\u2028\\ufeff\\U0001ffff\"\n");
    assert_eq!(format!("{:?}", plain(&data(&super::print::yaml(&odd)))), format!("{:?}", plain(&odd)));
    let text = format!("a:\n  - ? '{long}'\n    : [1, {{? '{long}b' : {{c: 2}}}}]\n    d: 3\n");
    let first = data(&text);
    let again = data(&super::print::yaml(&first));
    assert_eq!(format!("{:?}", plain(&again)), format!("{:?}", plain(&first)));
}

fn data(text: &str) -> Data {
    let source = Source::new(FileId(0), "f.yml", text);
    super::read_data(&source).unwrap_or_else(|problems| panic!("{text}\n{problems:?}")).expect("a document")
}

/// Without places.
fn plain(data: &Data) -> Data {
    let kind = match &data.kind {
        DataKind::List(items) => DataKind::List(items.iter().map(plain).collect()),
        DataKind::Map(entries) => {
            let key = |key: &crate::Text| crate::Text::new(key.value.clone(), Default::default());
            DataKind::Map(entries.iter().map(|(name, value)| (key(name), plain(value))).collect())
        }
        other => other.clone(),
    };
    Data::new(kind, Default::default())
}
