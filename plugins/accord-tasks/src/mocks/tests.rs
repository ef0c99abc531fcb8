//! Mocks of steps and methods, and their verification.

use accord_sdk::testing::World;
use accord_sdk::{Registry, Variables};
use accord_value::{List, Map, Value};

use crate::tests::{list, result, shown};

fn registry() -> Registry {
    let mut registry = crate::tests::registry();
    crate::register_mocks(&mut registry);
    registry
}

fn map<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    Value::Map(Map::from_pairs(entries))
}

fn world(mocks: impl IntoIterator<Item = Value>) -> World {
    let world = World::default();
    world.flow.set("mocks", Value::List(mocks.into_iter().collect::<List>()));
    world
}

fn duration(seconds: i32) -> Variables {
    [("duration", seconds)].into_iter().collect()
}

const STEP: &str = "The actual task is not being executed; this is a mock";

#[test]
fn steps() {
    let registry = registry();
    let mock = |name: &'static str, value: Value| map([("task", "sleep".into()), (name, value)]);
    let out = || ("out", map([("x", 42.into())]));
    let cases: Vec<(Vec<Value>, &str, &[&str])> = vec![
        (vec![], "ok=true", &["Sleeping for 3000ms"]),
        (vec![mock("out", map([("x", 42.into())]))], "ok=true, x=42", &[STEP]),
        (vec![map([("task", "SL.*".into()), out()])], "ok=true, x=42", &[STEP]),
        (vec![map([("task", "other".into()), out()])], "ok=true", &["Sleeping for 3000ms"]),
        (vec![mock("out", map([("ok", false.into())]))], "ok=false", &[STEP]),
        (vec![mock("throwError", "thrown by the mock".into())], "! thrown by the mock", &[STEP]),
        (vec![map([("task", "sleep".into()), ("in", map([("duration", 3.into())])), out()])], "ok=true, x=42", &[STEP]),
        (
            vec![map([("task", "sleep".into()), ("in", map([("duration", 4.into())])), out()])],
            "ok=true",
            &["Sleeping for 3000ms"],
        ),
        (
            vec![map([("task", "sleep".into()), ("stepName", "first.*".into()), out()])],
            "ok=true",
            &["Sleeping for 3000ms"],
        ),
        (
            vec![map([("task", "sleep".into()), ("stepMeta", map([("kind", "special".into())])), out()])],
            "ok=true",
            &["Sleeping for 3000ms"],
        ),
        (
            vec![mock("executeFlow", "fake".into())],
            "ok=true, slept=30",
            &[STEP, "Executing flow 'fake' to get mock results"],
        ),
        (
            vec![mock("out", map([("x", 1.into())])), map([("task", "sl.*".into()), ("out", map([("x", 2.into())]))])],
            "! Too many mocks: [{task=sleep, out={x=1}}, {task=sl.*, out={x=2}}]",
            &[],
        ),
        (vec![map([out()])], "! Invalid mock definition: Mandatory variable 'task' is required\n{out={x=42}}", &[]),
        (vec!["sleep".into()], "! Invalid mock definition: A mock must be a map\nsleep", &[]),
    ];
    for (mocks, expected, log) in cases {
        let world = world(mocks);
        world.flow.flow("fake", Map::from_pairs([("result", map([("slept", 30.into())]))]));
        assert_eq!(result(world.execute(&registry, "sleep", duration(3))), expected);
        assert_eq!(world.flow.lines(), log, "{expected}");
    }
    let mut special = world([map([("task", "sleep".into()), ("stepMeta", map([("kind", "special".into())])), out()])]);
    special.flow.set_meta(Map::from_pairs([("kind", "special"), ("more", "x")]));
    assert_eq!(result(special.execute(&registry, "sleep", duration(3))), "ok=true, x=42");
    let unknown = world([map([("task", "imaginary".into()), out()])]);
    assert_eq!(result(unknown.execute(&registry, "imaginary", Variables::new())), "! Task not found: 'imaginary'");
}

#[test]
fn methods() {
    let registry = registry();
    let any = || Value::object(super::Anything);
    let mock = |args: Value, answer: (&'static str, Value)| {
        map([("task", "misc".into()), ("method", "trim".into()), ("args", args), answer])
    };
    let world = world([
        mock(list(["abc".into(), 2.into()]), ("result", "mocked abc".into())),
        mock(list([any(), 5.into()]), ("result", map([("a", "map result".into())]))),
        mock(list([any(), 6.into()]), ("executeFlow", "fakeTrim".into())),
        mock(list([any(), 7.into()]), ("throwError", "no".into())),
        map([("task", "misc".into()), ("method", "trim".into()), ("result", "never".into())]),
    ]);
    world.flow.flow("fakeTrim", Map::from_pairs([("result", "trimmed")]));
    let trim = |text: &str, max: i64| shown(world.call(&registry, "misc", "trim", &[text.into(), max.into()]));
    assert_eq!(trim("abc", 2), "mocked abc");
    assert_eq!(trim("anything", 5), "{a=map result}");
    assert_eq!(trim("anything", 6), "trimmed");
    assert_eq!(trim("anything", 7), "! no");
    assert_eq!(trim("not mocked at all", 8), "not m...");
    let mocked = "The actual 'misc.trim()' is not being executed; this is a mock";
    assert_eq!(world.flow.lines(), [mocked, mocked, mocked, "Executing flow 'fakeTrim' to get mock results", mocked]);
}

#[test]
fn verify() {
    let registry = registry();
    let world = world([map([("task", "sleep".into()), ("out", map([]))])]);
    let extra = [("duration", Value::Int(2)), ("extra", map([("a", list([1.into()]))]))];
    assert_eq!(result(world.execute(&registry, "sleep", duration(1))), "ok=true");
    assert_eq!(result(world.execute(&registry, "sleep", extra.into_iter().collect())), "ok=true");
    assert_eq!(shown(world.call(&registry, "misc", "trim", &["abc".into(), 3.into()])), "abc");
    let any = || shown(world.call(&registry, "mock", "any", &[]));
    assert_eq!(any(), "mock.any()");
    let cases: Vec<(&str, i64, &str, Vec<Value>, &str)> = vec![
        ("sleep", 2, "execute", vec![Value::object(super::Anything)], "null"),
        ("sleep", 1, "execute", vec![map([("duration", Value::Long(1))])], "null"),
        ("sleep", 0, "execute", vec![map([("duration", 5.into())])], "null"),
        ("sleep", 1, "execute", vec![], "! Expected 1 calls of 'sleep.execute()', found 0"),
        ("misc", 1, "trim", vec!["abc".into(), Value::Long(3)], "null"),
        ("misc", 1, "trim", vec![Value::object(super::Anything), Value::object(super::Anything)], "null"),
        ("misc", 2, "trim", vec!["abc".into(), 3.into()], "! Expected 2 calls of 'misc.trim(abc, 3)', found 1"),
        ("never", 0, "execute", vec![], "null"),
    ];
    for (task, times, method, args, expected) in cases {
        let expectation = world.call(&registry, "verify", "task", &[task.into(), times.into()]).unwrap();
        let Value::Object(object) = expectation else { panic!("no object") };
        let answer = object.call(method, &args).unwrap().map_err(accord_sdk::TaskError::from);
        assert_eq!(shown(answer), expected, "{task} {times} {method}");
    }
}
