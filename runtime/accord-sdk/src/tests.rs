//! The registry's checks and marks, the getters' wording.

use accord_value::{List, Map, Text, Value};

use crate::testing::World;
use crate::{
    Method, Parameter, ParameterType, Registry, Task, TaskContext, TaskError, TaskInfo, TaskResult, Validation,
    Variables,
};

/// Gives back what it gets, fails with what it gets, or fails with a fixed text.
struct Echo;

impl Task for Echo {
    fn describe(&self) -> TaskInfo {
        let method = |name: &'static str| Method::new(name, [Parameter::any("value")]);
        TaskInfo::new("echo", "For tests.")
            .input([Parameter::any("value"), Parameter::string("fail")])
            .method(method("same"))
            .method(method("length").result_without_mark())
            .method(method("quote"))
            .method(method("readable").errors_without_mark())
            .method(method("dry").dry_run_ready())
            .method(Method::new("many", [Parameter::any("first"), Parameter::any("rest")]).variadic())
    }

    fn execute(&self, input: Variables, _cx: &mut TaskContext<'_>) -> Result<TaskResult, TaskError> {
        match input.string("fail")? {
            Some(message) => Err(TaskError::new(Text::plain(message.as_str()))),
            None => Ok(TaskResult::success().value("length", "5").value("same", input.get("value"))),
        }
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        let text = args.first().map(Value::to_text).unwrap_or_default();
        // A task that forgets about marks.
        let plain = Text::plain(text.as_str());
        match (method, args) {
            ("same" | "dry", [_]) | ("many", [_, ..]) => Ok(Value::Text(plain)),
            ("length", [_]) => Ok(Value::from(text.as_str().len().to_string())),
            ("quote" | "readable", [_]) => {
                Err(TaskError::new(format!("cannot use {}", plain.as_str())).with_payload(Value::Text(plain)))
            }
            _ => Err(cx.no_such_method(method, args)),
        }
    }
}

fn registry() -> Registry {
    let mut registry = Registry::new();
    registry.register("echo", Echo);
    registry
}

fn shown(answer: Result<Value, TaskError>) -> String {
    match answer {
        Ok(value) => value.to_text().masked().into_owned(),
        Err(error) => format!("! {}", error.masked_message()),
    }
}

#[test]
fn calls_are_marked_where_an_argument_was() {
    let secret = || Value::Text(Text::sensitive("s3cr3t"));
    let deep = || Value::List(List::new([Value::Map(Map::from_pairs([("k", secret())]))].into()));
    let partly = || Value::Text(Text::concat([&Text::plain("key "), &Text::sensitive("s3cr3t")]));
    let cases: Vec<(&str, Vec<Value>, &str)> = vec![
        ("same", vec!["plain".into()], "plain"),
        ("same", vec![secret()], "******"),
        ("same", vec![deep()], "******"),
        ("length", vec![secret()], "6"),
        ("quote", vec!["plain".into()], "! cannot use plain"),
        ("quote", vec![secret()], "! ******"),
        ("readable", vec![secret()], "! cannot use ******"),
        ("readable", vec![partly()], "! cannot use key ******"),
        ("readable", vec![deep()], "! cannot use [{k=******}]"),
        ("many", vec!["a".into(), secret()], "******"),
        (
            "same",
            vec![secret(), secret()],
            "! Can't find 'same()' method of the task 'echo' that takes 2 arguments.\nIt can be called as: same(value)",
        ),
        (
            "sane",
            vec![secret()],
            "! Can't find 'sane()' method in the task 'echo'.\nCheck the task's or type's available methods and their signatures.\nDid you mean: same(value), many(first, rest…), quote(value)?",
        ),
    ];
    let (registry, world) = (registry(), World::default());
    for (method, args, expected) in cases {
        assert_eq!(shown(world.call(&registry, "echo", method, &args)), expected, "{method}{args:?}");
    }
    let error = world.call(&registry, "echo", "quote", &[secret()]).unwrap_err();
    assert!(error.throwable().payload.as_ref().unwrap().is_sensitive());
    assert_eq!(format!("{error} {error:?}"), "****** java.lang.RuntimeException: ******");
}

#[test]
fn steps_are_marked_where_an_input_was() {
    let (registry, world) = (registry(), World::default());
    let run = |input: Variables| match world.execute(&registry, "echo", input) {
        Ok(result) => result.entries().iter().map(|(n, v)| format!("{n}={} ", v.to_text().masked())).collect(),
        Err(error) => format!("! {}", error.masked_message()),
    };
    let input = |name: &'static str, value: Text| [(name, value)].into_iter().collect::<Variables>();
    assert_eq!(run(input("value", "x".into())), "ok=true length=5 same=x ");
    assert_eq!(run(input("value", Text::sensitive("x"))), "ok=true length=****** same=****** ");
    assert_eq!(run(input("fail", "no".into())), "! no");
    assert_eq!(run(input("fail", Text::sensitive("no"))), "! ******");
}

#[test]
fn dry_runs() {
    let (registry, mut world) = (registry(), World::default());
    world.services.dry_run = true;
    let refused = "! Dry-run mode is not supported for 'echo' task (yet)";
    assert_eq!(shown(world.call(&registry, "echo", "same", &["x".into()])), refused);
    assert_eq!(shown(world.call(&registry, "echo", "dry", &["x".into()])), "x");
    assert_eq!(shown(registry.call("echo", "same", &["x".into()], true, &world.flow, &world.services)), "x");
    let step = world.execute(&registry, "echo", Variables::new()).map(|_| Value::Null);
    assert_eq!(shown(step), refused);
}

#[test]
fn registry_names() {
    let mut registry = registry();
    registry.register_optional("plugin", Echo);
    registry.hint_missing("slack", "call the webhook");
    assert_eq!(registry.names().collect::<Vec<_>>(), ["echo", "plugin"]);
    assert!(registry.has("plugin") && !registry.is_shadowed_by("plugin") && registry.is_shadowed_by("echo"));
    assert!(!registry.has("slack") && registry.hint("slack") == Some("call the webhook"));
    let world = World::default();
    assert_eq!(shown(world.call(&registry, "slack", "x", &[])), "! Task not found: 'slack'");
    let answer = registry.resume("echo", Value::Null, Value::Null, &world.flow, &world.services);
    assert_eq!(shown(answer.map(|_| Value::Null)), "! The task 'echo' cannot go on after a suspension.");
}

#[test]
fn getters() {
    let list = || Value::List(List::new(Vec::new()));
    let map = || Value::Map(Map::linked());
    let input: Variables = [
        ("text", Value::from("t")),
        ("int", Value::Int(5)),
        ("double", Value::Double(0.9)),
        ("yes", Value::Bool(true)),
        ("list", list()),
        ("map", map()),
        ("null", Value::Null),
    ]
    .into_iter()
    .collect();
    fn show<T: std::fmt::Debug>(answer: Result<T, TaskError>) -> String {
        answer.map_or_else(|error| error.to_string(), |value| format!("{value:?}"))
    }
    let wrong = |name: &str, expected: &str, got: &str| {
        format!("Invalid variable '{name}' type, expected: {expected}, got: class {got}")
    };
    let cases = [
        (show(input.required_string("text")), "\"t\"".to_owned()),
        (show(input.string("nope")), "None".to_owned()),
        (show(input.string("null")), "None".to_owned()),
        (show(input.required_string("null")), "Mandatory variable 'null' is required".to_owned()),
        (show(input.required("nope")), "Mandatory variable 'nope' is required".to_owned()),
        (show(input.string("int")), wrong("int", "class java.lang.String", "java.lang.Integer")),
        (show(input.integer("int", 0)), "5".to_owned()),
        (show(input.integer("double", 0)), "0".to_owned()),
        (show(input.integer("nope", 7)), "7".to_owned()),
        (show(input.number("text")), wrong("text", "class java.lang.Number", "java.lang.String")),
        (show(input.boolean("yes", false)), "true".to_owned()),
        (show(input.boolean("text", false)), wrong("text", "class java.lang.Boolean", "java.lang.String")),
        (show(input.map("list").map(|m| m.is_some())), wrong("list", "interface java.util.Map", "java.util.ArrayList")),
        (
            show(input.list("map").map(|l| l.is_some())),
            wrong("map", "interface java.util.Collection", "java.util.LinkedHashMap"),
        ),
        (show(input.required_map("nope").map(|m| m.len())), "Mandatory variable 'nope' is required".to_owned()),
    ];
    for (got, expected) in cases {
        assert_eq!(got, expected);
    }
    let merged = input.over(Some(&Map::from_pairs([("text", "default"), ("more", "m")])));
    assert_eq!((merged.get("text").to_text(), merged.get("more").to_text()), (Text::plain("t"), Text::plain("m")));
    assert_eq!(format!("{merged:?}").matches("text").count(), 1);
}

#[test]
fn inputs_are_validated_where_asked_for() {
    struct Typed;
    impl Task for Typed {
        fn describe(&self) -> TaskInfo {
            let names = || ParameterType::OneOf(["a".into(), "b".into()].into());
            TaskInfo::new("typed", "For tests.").input([
                Parameter::string("name").required(),
                Parameter::number("n"),
                Parameter::new("one", names()),
                Parameter::new("list", ParameterType::List(Box::new(ParameterType::Integer))),
                Parameter::new("o", ParameterType::Object([Parameter::string("s").required()].into())),
                Parameter::new("e", ParameterType::Either([ParameterType::String, ParameterType::Map].into())),
            ])
        }

        fn execute(&self, _: Variables, _: &mut TaskContext<'_>) -> Result<TaskResult, TaskError> {
            Ok(TaskResult::success())
        }
    }
    let text = |text: &str| Value::from(text);
    let map = || Value::Map(Map::linked());
    let cases: Vec<(&'static str, Value, &str)> = vec![
        ("x", Value::Null, ""),
        ("n", text("5"), "$.n: string found, number expected"),
        ("n", Value::Int(5), ""),
        ("n", Value::Double(0.5), ""),
        ("n", Value::Null, "$.n: null found, number expected"),
        ("one", text("B"), ""),
        ("one", text("c"), "$.one: does not have a value in the enumeration [\"a\", \"b\"]"),
        ("list", Value::List(List::new([1.into(), text("x")].into())), "$.list[1]: string found, integer expected"),
        ("o", map(), "$.o: required property 's' not found"),
        ("e", map(), ""),
        ("e", Value::Bool(true), "$.e: boolean found, string or object expected"),
    ];
    let (mut registry, world) = (registry(), World::default());
    registry.register("typed", Typed);
    registry.validate_inputs(Validation::Fail);
    let head = "Task 'typed' in validation failed (schema: typed.schema.json):\n  - ";
    for (name, value, expected) in cases {
        let input = [("name", text("n")), (name, value)].into_iter().collect();
        let got = world.execute(&registry, "typed", input).err().map(|error| error.to_string()).unwrap_or_default();
        let expected = if expected.is_empty() { String::new() } else { format!("{head}{expected}") };
        assert_eq!(got, expected);
    }
    registry.validate_inputs(Validation::Warn);
    assert!(world.execute(&registry, "typed", Variables::new()).is_ok());
    assert_eq!(world.flow.lines(), [format!("{head}$: required property 'name' not found")]);
    assert_eq!([Validation::parse("FAIL"), Validation::parse("x")], [Some(Validation::Fail), None]);
}

#[test]
fn a_task_that_is_missing_has_a_hint() {
    let mut registry = Registry::new();
    registry.register("http", Echo);
    registry.register("crypto", Echo);
    registry.hint_missing("slack", "use 'http'");
    for (message, hint) in [
        ("Task not found: 'slack'", Some("The task 'slack' is not built in: use 'http'")),
        ("Task not found: 'crypt'", Some("Did you mean the task 'crypto'?")),
        ("Task not found: 'git'", None),
        (
            "while evaluating expression '${slack.x()}': Can't find a variable 'slack' used in 'slack.x()'",
            Some("The task 'slack' is not built in: use 'http'"),
        ),
        ("Can't find a variable 'crypt' used in 'crypt'", None),
        ("Task not found: '", None),
        ("slack", None),
    ] {
        assert_eq!(registry.hint_for(message).as_deref(), hint, "{message}");
    }
}

/// Says what its result has, and gives what it got.
struct Promise;

impl Task for Promise {
    fn describe(&self) -> TaskInfo {
        TaskInfo::new("promise", "For tests.").output([Parameter::number("n").required(), Parameter::string("s")])
    }

    fn execute(&self, input: Variables, _cx: &mut TaskContext<'_>) -> Result<TaskResult, TaskError> {
        let values = input.as_map().entries().into_iter();
        Ok(values
            .fold(TaskResult::success(), |result, (key, value)| result.value(key.to_text().as_arc().clone(), value)))
    }
}

#[test]
fn results_are_validated_where_asked_for() {
    let good = || Variables::from_iter([("n", Value::Int(1)), ("more", "x".into())]);
    let bad = || Variables::from_iter([("s", Value::Int(1))]);
    let complaint = "Task 'promise' out validation failed (schema: promise.schema.json):\n  - $: required property 'n' not \
                     found\n  - $.s: integer found, string expected";
    for (mode, fails, warned) in
        [(Validation::Disabled, false, false), (Validation::Warn, false, true), (Validation::Fail, true, false)]
    {
        let mut registry = Registry::new();
        registry.register("promise", Promise);
        registry.validate_results(mode);
        let world = World::default();
        assert!(world.execute(&registry, "promise", good()).is_ok());
        match world.execute(&registry, "promise", bad()) {
            Ok(_) => assert!(!fails, "{mode:?}"),
            Err(error) => assert!(fails && error.masked_message() == complaint, "{mode:?}: {error}"),
        }
        assert_eq!(world.flow.lines().iter().any(|line| line.contains("out validation failed")), warned, "{mode:?}");
    }
}
