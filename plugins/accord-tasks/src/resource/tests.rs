//! Reading, writing and printing.

use accord_sdk::testing::World;
use accord_value::{Map, Value};

use crate::tests::{list, registry, shown};

fn world() -> World {
    let world = World::default();
    world.services.files.add("t.txt", "line one\n${not evaluated}\n", false);
    world.services.files.add("a.json", r#"{"list": [1, "two", null], "big": 12345678901, "flt": 1.50}"#, false);
    world.services.files.add("e.json", r#"{"text": "${who}", "n": 1}"#, false);
    world.services.files.add("bad.json", "[1, 2\n", false);
    world.services.files.add(
        "a.yml",
        "key: value\nnested:\n  k: [1, 2]\n  date: 2020-01-02\n  yes: yes\nn: ~\n",
        false,
    );
    world.services.files.add("bad.yml", "a: [1\n", false);
    world.services.files.add(
        "p.properties",
        "# c\na.b = one\nc: two words\nd=by\\\n   line\nu\\ x=\\u0041\\n!\ne\n",
        false,
    );
    world.services.files.add("bytes", [b'a', 0xff, b'b'], false);
    world.flow.set("who", "flow");
    world
}

#[test]
fn reads() {
    let yes = Value::Bool(true);
    let cases: Vec<(&str, Vec<Value>, &str)> = vec![
        ("asString", vec!["t.txt".into()], "line one\n${not evaluated}\n"),
        ("asString", vec!["bytes".into()], "a\u{fffd}b"),
        ("asString", vec!["x/../t.txt".into()], "line one\n${not evaluated}\n"),
        ("asString", vec!["nope.txt".into()], "! /work/nope.txt"),
        ("asString", vec!["../c".into()], "! Not authorized to access file outside of working directory: ../c"),
        ("asString", vec!["/etc/x".into()], "! Not authorized to access file outside of working directory: /etc/x"),
        ("asJson", vec!["a.json".into()], "{list=[1, two, null], big=12345678901, flt=1.5}"),
        ("asJson", vec!["e.json".into(), yes.clone()], "{text=flow, n=1}"),
        ("asJson", vec!["e.json".into(), Value::Bool(false)], "{text=${who}, n=1}"),
        ("asYaml", vec!["a.yml".into()], "{key=value, nested={k=[1, 2], date=2020-01-02, yes=true}, n=null}"),
        ("asProperties", vec!["p.properties".into()], "{c=two words, a.b=one, d=byline, e=, u x=A\n!}"),
        ("fromJsonString", vec!["5".into()], "5"),
        ("fromJsonString", vec!["null".into()], "null"),
        ("fromJsonString", vec![r#"{"k":"${who}"}"#.into(), yes], "{k=flow}"),
        ("fromYamlString", vec!["a: 1\nb: [x, y]".into()], "{a=1, b=[x, y]}"),
        (
            "fromYamlString",
            vec!["[12345678901, -99999999999999999999, .inf, 1_000]".into()],
            "[12345678901, -99999999999999999999, Infinity, 1000]",
        ),
        ("fromYamlString", vec!["{a: 1, a: 2}".into()], "{a=2}"),
        (
            "fromYamlString",
            vec!["".into()],
            "! Cannot read the YAML of 'text': The file has no content (line: 1, col: 1)",
        ),
    ];
    let registry = registry();
    for (method, args, expected) in cases {
        assert_eq!(shown(world().call(&registry, "resource", method, &args)), expected, "{method}{args:?}");
    }
    for (method, path) in [("asJson", "bad.json"), ("asYaml", "bad.yml"), ("asJson", "t.txt")] {
        let answer = shown(world().call(&registry, "resource", method, &[path.into()]));
        assert!(answer.starts_with("! ") && answer.contains("line: "), "{method} {path}: {answer}");
    }
}

#[test]
fn writes() {
    let registry = registry();
    let world = world();
    let call = |method: &str, args: &[Value]| shown(world.call(&registry, "resource", method, args));
    let value: Value = Map::from_pairs([("name", Value::from("x")), ("list", list([1.into(), 2.into()]))]).into();
    assert_eq!(call("writeAsJson", &[value.clone(), "out.json".into()]), "out.json");
    assert_eq!(call("writeAsYaml", &[value.clone(), "out.yml".into()]), "out.yml");
    assert_eq!(call("writeAsString", &["plain text".into(), "out.txt".into()]), "out.txt");
    let text = |path: &str| world.services.files.text(path).unwrap();
    assert_eq!(text("out.json"), "{\n  \"name\" : \"x\",\n  \"list\" : [ 1, 2 ]\n}");
    assert_eq!(text("out.yml"), "---\nname: \"x\"\nlist:\n- 1\n- 2\n");
    assert_eq!(text("out.txt"), "plain text");
    for (method, suffix) in [("writeAsJson", ".json"), ("writeAsYaml", ".yaml"), ("writeAsString", ".txt")] {
        let path = call(method, std::slice::from_ref(&value));
        assert!(path.starts_with(".concord_tmp/resource_") && path.ends_with(suffix), "{path}");
        assert!(!text(&path).is_empty());
    }
    assert_eq!(
        call("writeAsString", &["x".into(), "../o.txt".into()]),
        "! Not authorized to access file outside of working directory: ../o.txt"
    );
}

#[test]
fn prints() {
    let nested: Value = Map::from_pairs([("x", Value::Int(1)), ("y", Map::from_pairs([("a", 10)]).into())]).into();
    let cases: Vec<(&str, Vec<Value>, &str)> = vec![
        ("printJson", vec![nested.clone()], r#"{"x":1,"y":{"a":10}}"#),
        ("printJson", vec![r#"{"b": 1,   "a": [ ]}"#.into()], r#"{"b":1,"a":[]}"#),
        ("printJson", vec![Value::Null], "null"),
        ("prettyPrintJson", vec![r#"[1,{"x":2}]"#.into()], "[ 1, {\n  \"x\" : 2\n} ]"),
        ("prettyPrintYaml", vec![nested.clone()], "x: 1\n\"y\":\n  a: 10\n"),
        ("prettyPrintYaml", vec![nested.clone(), Value::Long(2)], "\n  x: 1\n  \"y\":\n    a: 10\n  "),
        ("prettyPrintYaml", vec![nested, Value::Long(-1)], "! The indentation must be between 0 and 1000, found -1"),
    ];
    let registry = registry();
    for (method, args, expected) in cases {
        assert_eq!(shown(world().call(&registry, "resource", method, &args)), expected, "{method}{args:?}");
    }
}
