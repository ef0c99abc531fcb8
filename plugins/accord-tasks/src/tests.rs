//! Every task through the registry, as flows call it: tables of calls and what comes back.

use accord_sdk::testing::{Content, World};
use accord_sdk::{Registry, TaskError, TaskResult, Variables};
use accord_value::{List, Map, Text, Value};

pub(crate) fn registry() -> Registry {
    let mut registry = Registry::new();
    crate::register(&mut registry);
    registry
}

pub(crate) fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::List(List::new(items.into_iter().collect()))
}

pub(crate) fn secret(text: &str) -> Value {
    Value::Text(Text::sensitive(text))
}

/// The text form as it may be shown, or the error's message after `! `.
pub(crate) fn shown(answer: Result<Value, TaskError>) -> String {
    match answer {
        Ok(value) => value.to_array_text().masked().into_owned(),
        Err(error) => format!("! {}", error.masked_message()),
    }
}

/// As [`shown`], for the result of a step.
pub(crate) fn result(answer: Result<TaskResult, TaskError>) -> String {
    match answer {
        Ok(result) => {
            let entries = result.entries();
            let parts: Vec<String> =
                entries.iter().map(|(name, value)| format!("{name}={}", value.to_text().masked())).collect();
            parts.join(", ")
        }
        Err(error) => format!("! {}", error.masked_message()),
    }
}

fn world() -> World {
    let world = World::default();
    world.services.secret("myOrg", "token", Content::Data("s3cr3t-v4lue"));
    world.services.files.add("a.txt", "content of a", false);
    world.services.files.add("dir/b.txt", "b", false);
    world.flow.set("s", "text");
    let inner = Map::from_pairs([("b", Value::Int(1))]);
    world.flow.set("m", Map::from_pairs([("a", Value::Map(inner)), ("l", list([Value::Int(1), Value::Int(2)]))]));
    world
}

#[test]
fn methods() {
    let text = |text: &str| Value::from(text);
    let long = Value::Long;
    let cases: Vec<(&str, &str, Vec<Value>, &str)> = vec![
        ("asserts", "assertEquals", vec![long(1), Value::Double(1.0)], "null"),
        ("asserts", "assertEquals", vec![Value::Int(1), long(1)], "null"),
        ("asserts", "assertEquals", vec![list([long(1)]), list([Value::Int(1)])], "null"),
        ("asserts", "assertEquals", vec![Value::Null, Value::Null], "null"),
        ("asserts", "assertEquals", vec![text("a"), text("b")], "! Expected: a, actual: b"),
        ("asserts", "assertEquals", vec![text("sum"), long(1), long(2)], "! sum: expected: 1, actual: 2"),
        ("asserts", "assertTrue", vec![Value::Bool(true)], "null"),
        ("asserts", "assertTrue", vec![text("why"), Value::Bool(false)], "! why"),
        ("asserts", "hasVariable", vec![text("m.a.b")], "null"),
        ("asserts", "hasVariable", vec![text("m.x")], "! Can't find a variable 'm.x'"),
        ("asserts", "hasFile", vec![text("a.txt")], "null"),
        ("asserts", "hasFile", vec![text("nope")], "! Can't find a file 'nope'"),
        ("asserts", "dryRunMode", vec![], "! The process must run in dry-run mode"),
        ("base64", "encode", vec![text("")], ""),
        ("base64", "encode", vec![text("ż")], "xbw="),
        ("base64", "encode", vec![text("a longer text with spaces")], "YSBsb25nZXIgdGV4dCB3aXRoIHNwYWNlcw=="),
        ("base64", "encode", vec![secret("swordfish")], "******"),
        ("base64", "decode", vec![text("xbw=")], "ż"),
        ("base64", "decode", vec![text("YQ==")], "a"),
        ("base64", "decode", vec![text("YQ")], "a"),
        ("base64", "decode", vec![text("YWI")], "ab"),
        ("base64", "decode", vec![secret("c3dvcmRmaXNo")], "******"),
        ("base64", "decode", vec![text("not base64!")], "! Illegal base64 character 20"),
        ("base64", "decode", vec![text("Y")], "! Input byte[] should at least have 2 bytes for base64 bytes"),
        ("base64", "decode", vec![text("YWJjZ")], "! Last unit does not have enough valid bits"),
        ("base64", "decode", vec![text("YQ=")], "! Input byte array has wrong 4-byte ending unit"),
        ("base64", "decode", vec![text("YQ==YQ")], "! Input byte array has incorrect ending byte at 4"),
        ("collections", "range", vec![long(3)], "[0, 1, 2]"),
        ("collections", "range", vec![long(2), long(4)], "[2, 3]"),
        ("collections", "range", vec![long(-3)], "[]"),
        (
            "collections",
            "range",
            vec![Value::Int(i32::MAX)],
            "! A range of 2147483647 numbers is too long: the limit is 10000000",
        ),
        ("collections", "reverse", vec![list([long(1), long(2)])], "[2, 1]"),
        ("env", "getOrDefault", vec![text("NOPE"), text("dflt")], "dflt"),
        ("env", "get", vec![text("NOPE")], "null"),
        ("files", "exists", vec![text("dir/../a.txt")], "true"),
        ("files", "exists", vec![text("dir")], "true"),
        ("files", "notExists", vec![text("nope.txt")], "true"),
        ("files", "exists", vec![text("../x")], "! The path must be within the working directory: ../x"),
        ("files", "relativize", vec![text("subDirA/myscript"), text("subDirB/opts.cfg")], "../../subDirB/opts.cfg"),
        ("files", "relativize", vec![text("a"), text("a/b")], "b"),
        ("files", "relativize", vec![text("a/b"), text("a")], ".."),
        ("files", "moveFile", vec![text("missing.txt"), text("dir")], "! /work/missing.txt"),
        ("files", "move", vec![text("a.txt"), text("new/place")], "new/place/a.txt"),
        ("kv", "putString", vec![text(""), text("v")], "! Keys cannot be empty or null"),
        ("kv", "getString", vec![Value::Null], "! Keys cannot be empty or null"),
        ("misc", "trim", vec![text("short"), long(10)], "short"),
        ("misc", "trim", vec![text("exactly ten"), long(11)], "exactly ten"),
        ("misc", "trim", vec![text("more than ten chars"), long(10)], "more th..."),
        ("misc", "trim", vec![text("abcdef"), long(3)], "..."),
        ("misc", "trim", vec![text("abcdef"), long(2)], "! Range [0, -1) out of bounds for length 6"),
        ("misc", "trim", vec![Value::Null, long(3)], ""),
        ("misc", "trim", vec![text("abcdef"), text("4")], "a..."),
        ("misc", "trim", vec![text("abcdef"), text("x")], "! Expected a whole number, found 'x'"),
        ("misc", "trim", vec![text("abcdef"), list([])], "! Expected a whole number, found '[]'"),
        ("misc", "throwRuntimeException", vec![text("java")], "! java"),
        ("sleep", "ms", vec![long(5)], "null"),
        ("vars", "get", vec![text("s"), text("d")], "text"),
        ("vars", "get", vec![text("nope"), text("d")], "d"),
        ("vars", "get", vec![text("m.a.b"), long(0)], "1"),
        ("vars", "get", vec![text("m.a.c"), text("none")], "none"),
        ("vars", "concat", vec![list([long(1)]), list([long(2)])], "[1, 2]"),
        ("vars", "concat", vec![Value::Null, list([long(1)])], "[1]"),
        ("vars", "eval", vec![text("${s}")], "text"),
        (
            "vars",
            "set",
            vec![Value::Map(Map::from_pairs([("x.y", long(1))]))],
            "! ELResolver cannot handle a null base Object with identifier 'x'",
        ),
        (
            "log",
            "info",
            vec![],
            "! Can't find 'info()' method of the task 'log' that takes no arguments.\nIt can be called as: info(msg)",
        ),
        (
            "sleep",
            "mss",
            vec![long(5)],
            "! Can't find 'mss()' method in the task 'sleep'.\nCheck the task's or type's available methods and their signatures.\nDid you mean: ms(milliseconds)?",
        ),
        ("nope", "x", vec![], "! Task not found: 'nope'"),
    ];
    let registry = registry();
    for (task, method, args, expected) in cases {
        let world = world();
        let got = shown(world.call(&registry, task, method, &args));
        assert_eq!(got, expected, "{task}.{method}{args:?}");
    }
}

#[test]
fn steps() {
    type Case<'a> = (&'a str, &'a [(&'a str, Value)], &'a str, &'a [&'a str]);
    let cases: &[Case<'_>] = &[
        ("log", &[("msg", Value::Long(5))], "ok=true", &["5"]),
        ("log", &[], "ok=true", &["null"]),
        ("log", &[("msg", "block\n".into())], "ok=true", &["block"]),
        ("log", &[("msg", "x".into()), ("format", "xml".into())], "! Unknown format 'xml'", &[]),
        ("log", &[("msg", list([1.into()])), ("format", "json".into())], "ok=true", &["\n[ 1 ]"]),
        ("log", &[("msg", list([1.into()])), ("format", "yaml".into())], "ok=true", &["\n- 1"]),
        ("log", &[("msg", secret("s3cret"))], "ok=true", &["******"]),
        ("log", &[("msg", list([secret("s3cret")])), ("format", "yaml".into())], "ok=true", &["\n- \"******\""]),
        ("sleep", &[("duration", 1.into())], "ok=true", &["Sleeping for 1000ms"]),
        (
            "sleep",
            &[("duration", Value::Double(0.9))],
            "ok=true",
            &["Skipping the sleep, the specified datetime is either negative or is in the past: 0"],
        ),
        (
            "sleep",
            &[("duration", Value::Int(-5))],
            "ok=true",
            &["Skipping the sleep, the specified datetime is either negative or is in the past: -5000"],
        ),
        (
            "sleep",
            &[("until", "2019-09-10T16:00:00+00:00".into()), ("suspend", true.into())],
            "ok=true",
            &["Skipping the sleep, the specified datetime is in the past: 2019-09-10T16:00:00Z"],
        ),
        (
            "sleep",
            &[("until", "2099-09-10T16:00:00+02:00".into())],
            "ok=true",
            &["Sleeping until 2099-09-10T14:00:00Z..."],
        ),
        (
            "sleep",
            &[("until", "tomorrow".into())],
            "! Invalid value of 'until': 'tomorrow'. Expected an ISO 8601 timestamp with a time zone, such as 2019-09-10T16:00:00+00:00",
            &[],
        ),
        (
            "sleep",
            &[("until", 5.into())],
            "! Invalid variable '5' type, expected: date/string, got: class java.lang.Integer",
            &[],
        ),
        (
            "sleep",
            &[("duration", "1".into())],
            "! Invalid variable 'duration' type, expected: class java.lang.Number, got: class java.lang.String",
            &[],
        ),
        (
            "sleep",
            &[],
            "! Invalid arguments",
            &["Invalid sleep task input parameters: 'duration' or 'until' must be specified"],
        ),
        ("throw", &[("exception", "boom".into())], "! boom", &[]),
        ("throw", &[("exception", 5.into())], "! Process Error", &[]),
        ("throw", &[], "! n/a", &[]),
        ("lock", &[("scope", "PROJECT".into())], "! Mandatory variable 'name' is required", &[]),
        (
            "lock",
            &[("name", list([]))],
            "! Invalid variable 'name' type, expected: class java.lang.String, got: class java.util.ArrayList",
            &[],
        ),
        (
            "lock",
            &[("name", "x".into()), ("scope", "WORLD".into())],
            "! Unknown scope 'WORLD'. Available scopes: PROJECT, ORG",
            &[],
        ),
        ("lock", &[("name", "x".into()), ("scope", "org".into())], "ok=true", &[]),
        (
            "base64",
            &[("raw", "x".into())],
            "! The task doesn't support full task syntax yet. Please call the task using expressions.",
            &[],
        ),
        (
            "docker",
            &[("image", "alpine".into())],
            "! Running Docker containers is not supported. Run the command itself, or a script step, instead.",
            &[],
        ),
    ];
    let registry = registry();
    for (task, input, expected, log) in cases {
        let world = world();
        let input: Variables = input.iter().cloned().collect();
        assert_eq!(result(world.execute(&registry, task, input)), *expected, "{task}");
        assert_eq!(world.flow.lines(), *log, "{task}: {expected}");
    }
}

#[test]
fn throw_carries_payloads_and_throws_again() {
    let registry = registry();
    let world = world();
    let input = |value: Value| [("exception", value), ("payload", Map::from_pairs([("a", 1)]).into())].into_iter();
    let text = world.execute(&registry, "throw", input("boom".into()).collect()).err().unwrap();
    assert_eq!(text.throwable().payload.as_ref().unwrap().to_text(), "{a=1}");
    let data = world.execute(&registry, "throw", input(Map::from_pairs([("k", 1)]).into()).collect()).err().unwrap();
    let cause = data.throwable().cause.as_ref().unwrap();
    assert_eq!(cause.payload.as_ref().unwrap().to_text(), "{k=1}");
    assert_eq!(&*cause.class, "com.walmartlabs.concord.plugins.throwex.ConcordException");
    let error = Value::Throwable(data.into_throwable().into());
    let again = world.execute(&registry, "throw", input(error).collect()).err().unwrap();
    assert!(again.throwable().cause.is_some());
}

#[test]
fn vars_set() {
    let registry = registry();
    let world = world();
    let set = |args: &[Value]| shown(world.call(&registry, "vars", "set", args));
    assert_eq!(set(&[Map::from_pairs([("n", 5)]).into()]), "null");
    assert_eq!(set(&[Map::from_pairs([("m.a.b", 2)]).into()]), "null");
    assert_eq!(set(&["copy".into(), "s".into(), "t".into()]), "null");
    assert_eq!(set(&["copy2".into(), "missing".into(), "n".into()]), "null");
    let all = Value::Map(accord_sdk::FlowView::variables(&world.flow)).to_text();
    assert_eq!(all, "{s=text, m={a={b=null}, l=[1, 2]}, n=5, copy=text, copy2=5}");
}

#[test]
fn kv_and_json_store() {
    let registry = registry();
    let mut world = world();
    let call =
        |world: &World, task: &str, method: &str, args: &[Value]| shown(world.call(&registry, task, method, args));
    assert_eq!(call(&world, "kv", "putString", &["k".into(), secret("v4lue")]), "null");
    assert_eq!(call(&world, "kv", "getString", &["k".into()]), "******");
    assert_eq!(call(&world, "kv", "inc", &["n".into()]), "1");
    assert_eq!(call(&world, "kv", "inc", &["n".into()]), "2");
    assert_eq!(call(&world, "kv", "inc", &["k".into()]), "! The value of 'k' is not a number.");
    assert_eq!(call(&world, "kv", "remove", &["k".into()]), "null");
    assert_eq!(call(&world, "kv", "getString", &["k".into()]), "null");

    let item: Value = Map::from_pairs([("x", 1)]).into();
    let put = |method: &str| call(&world, "jsonStore", method, &["st".into(), "it".into(), item.clone()]);
    assert_eq!(put("put"), "! JSON store 'st' not found");
    assert_eq!(put("upsert"), "null");
    assert_eq!(call(&world, "jsonStore", "get", &["st".into(), "it".into()]), "{x=1}");
    assert_eq!(call(&world, "jsonStore", "get", &["other".into(), "st".into(), "it".into()]), "null");
    assert_eq!(call(&world, "jsonStore", "isStoreExists", &["st".into()]), "true");
    assert_eq!(call(&world, "jsonStore", "upsertQuery", &["st".into(), "q".into(), "select".into()]), "null");
    assert_eq!(
        call(&world, "jsonStore", "executeQuery", &["st".into(), "q".into(), item.clone()]),
        "[{query=select, params={x=1}}]"
    );
    assert_eq!(
        call(&world, "jsonStore", "executeQuery", &["o".into(), "st".into(), "q".into()]),
        "[{query=select, params=null}]"
    );
    assert_eq!(call(&world, "jsonStore", "delete", &["st".into(), "it".into()]), "true");
    assert_eq!(call(&world, "jsonStore", "delete", &["st".into(), "it".into()]), "false");

    world.services.dry_run = true;
    for (method, args) in [
        ("putString", vec!["k".into(), "v".into()]),
        ("putLong", vec!["n".into(), 5.into()]),
        ("remove", vec!["k".into()]),
    ] {
        assert_eq!(call(&world, "kv", method, &args), "null");
    }
    assert_eq!(call(&world, "kv", "inc", &["n".into()]), "3");
    assert_eq!(
        world.flow.lines(),
        [
            "Running in dry-run mode: Skipping putString with key 'k'",
            "Running in dry-run mode: Skipping putLong with key 'n'",
            "Running in dry-run mode: Skipping removing key 'k'",
            "Running in dry-run mode: Skipping incrementing key 'n'",
        ]
    );
}

#[test]
fn waits_end_with_the_process() {
    let registry = registry();
    let world = world();
    world.services.cancel();
    assert_eq!(shown(world.call(&registry, "sleep", "ms", &[Value::Long(60_000)])), "! The process was cancelled.");
}

#[test]
fn a_sleep_may_suspend_the_process() {
    let registry = registry();
    let world = world();
    let now = accord_sdk::Services::now_millis(&world.services);
    let sleep = |input: &[(&str, Value)]| {
        let input = Variables::from_iter(input.iter().map(|(name, value)| (*name, value.clone())));
        world.execute(&registry, "sleep", input)
    };
    for (input, time) in [
        (vec![("duration", Value::from(300))], now + 300_000),
        (vec![("until", "2999-01-01T00:00:00Z".into())], 32_472_144_000_000),
    ] {
        let input: Vec<_> = input.into_iter().chain([("suspend", true.into())]).collect();
        match sleep(&input) {
            Ok(accord_sdk::TaskResult::Suspend { until, state, .. }) => assert_eq!((until, state), (Some(time), None)),
            other => panic!("{}", result(other)),
        }
    }
    // What is over is not waited for.
    assert_eq!(result(sleep(&[("duration", 0.into()), ("suspend", true.into())])), "ok=true");
    assert_eq!(accord_sdk::Services::now_millis(&world.services), now, "nothing has waited");
}

#[test]
fn the_codes_of_locales_are_javas() {
    let registry = registry();
    for (method, count, first, last) in [("countries", 250, "AD", "ZW"), ("languages", 188, "aa", "zu")] {
        let Ok(Value::List(codes)) = world().call(&registry, "locale", method, &[]) else { panic!("{method}") };
        let codes: Vec<String> = codes.snapshot().iter().map(|code| code.to_text().as_str().to_owned()).collect();
        assert_eq!((codes.len(), codes[0].as_str(), codes[codes.len() - 1].as_str()), (count, first, last));
        assert!(codes.is_sorted(), "{method}");
    }
}

#[test]
fn dry_runs() {
    let registry = registry();
    let mut world = world();
    world.services.dry_run = true;
    let export = ["myOrg".into(), "token".into(), Value::Null];
    assert_eq!(
        shown(world.call(&registry, "crypto", "exportAsString", &export)),
        "! Dry-run mode is not supported for 'crypto' task (yet)"
    );
    assert_eq!(
        result(world.execute(&registry, "crypto", Variables::new())),
        "! Dry-run mode is not supported for 'crypto' task (yet)"
    );
    let allowed = registry.execute("crypto", Variables::new(), true, &world.flow, &world.services);
    assert_eq!(result(allowed), "! Mandatory variable 'action' is required");
    assert_eq!(shown(world.call(&registry, "asserts", "dryRunMode", &[])), "null");
}

/// Whatever a task makes of a secret is a secret; so is an error that may quote one.
#[test]
fn marks() {
    let registry = registry();
    let world = world();
    world.services.files.add("key.bin", "s3cr3t: in a file", true);
    let password = || secret("hunter22");
    let secret_map = || Value::Map(Map::from_pairs([("k", secret("hunter22"))]));
    let cases: Vec<(&str, &str, Vec<Value>, &str)> = vec![
        ("crypto", "exportAsString", vec!["myOrg".into(), "token".into(), Value::Null], "******"),
        (
            "crypto",
            "exportAsString",
            vec!["myOrg".into(), "nope".into(), password()],
            "! Secret 'myOrg/nope' not found",
        ),
        (
            "crypto",
            "exportAsString",
            vec!["myOrg".into(), password(), Value::Null],
            "! Secret 'myOrg/******' not found",
        ),
        ("misc", "trim", vec![password(), Value::Long(5)], "******"),
        ("misc", "throwRuntimeException", vec![password()], "! ******"),
        ("collections", "reverse", vec![list([password()])], "[******]"),
        ("resource", "fromJsonString", vec![secret("{\"a\": \"hunter22\"}")], "{******=******}"),
        ("resource", "fromJsonString", vec![secret("hunter22")], "! ******"),
        ("resource", "printJson", vec![secret_map()], "{\"k\":\"******\"}"),
        ("resource", "printJson", vec![secret("{\"k\": 1}")], "{\"******\":1}"),
        ("resource", "prettyPrintYaml", vec![secret_map(), Value::Long(1)], "\n k: \"******\"\n "),
        ("resource", "asString", vec!["key.bin".into()], "******"),
        ("resource", "asYaml", vec!["key.bin".into()], "{******=******}"),
        ("resource", "asJson", vec!["key.bin".into()], "! ******"),
        ("resource", "writeAsJson", vec![secret_map(), "out.json".into()], "out.json"),
        ("resource", "asString", vec!["out.json".into()], "******"),
        ("vars", "concat", vec![list([password()]), list(["plain".into()])], "[******, plain]"),
        ("files", "exists", vec![password()], "false"),
        ("base64", "decode", vec![secret("not base64")], "! ******"),
    ];
    for (task, method, args, expected) in cases {
        assert_eq!(shown(world.call(&registry, task, method, &args)), expected, "{task}.{method}{args:?}");
    }
}

/// Descriptions are what lint, masking and dry runs go by: every method that is described can be called.
#[test]
fn descriptions_match() {
    let registry = registry();
    for name in registry.names() {
        let info = registry.info(name).unwrap();
        assert_eq!(info.name, name);
        for method in &info.methods {
            let args = vec![Value::Null; method.parameters.len()];
            if let Err(error) = world().call(&registry, name, &method.name, &args) {
                assert!(!error.masked_message().starts_with("Can't find '"), "{name}.{}: {error}", method.name);
            }
        }
    }
    let crypto = registry.info("crypto").unwrap();
    assert_eq!(crypto.secret_arguments("exportAsString", 3), [2]);
    assert_eq!(crypto.secret_arguments("exportAsFile", 4), [3]);
    assert_eq!(crypto.secret_arguments("encryptString", 1), [0]);
    assert_eq!(crypto.secret_inputs(), ["usernamePassword.password", "storePassword"]);
}
