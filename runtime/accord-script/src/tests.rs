//! Scripts in a scripted flow.

use std::sync::Arc;
use std::time::{Duration, Instant};

use accord_sdk::testing::World;
use accord_sdk::{TaskContext, TaskError};
use accord_value::{List, Map, Text, Value};

use crate::{EsVersion, Limits, Script, ScriptEngine, ScriptStep};

struct Run {
    world: World,
    input: Map,
    version: EsVersion,
    limits: Limits,
}

impl Run {
    fn new() -> Run {
        Run { world: World::default(), input: Map::linked(), version: EsVersion::DEFAULT, limits: Limits::default() }
    }

    fn with(name: &str, value: impl Into<Value>) -> Run {
        let run = Run::new();
        run.world.flow.set(name, value);
        run
    }

    fn run(&self, body: &str) -> Result<Map, TaskError> {
        let cx = TaskContext::new("script", &self.world.flow, &self.world.services);
        let script = Script { body: body.into(), input: self.input.clone(), version: self.version };
        ScriptEngine::new(self.limits).run(script, &cx)
    }

    /// What the script prints.
    fn lines(&self, body: &str) -> Vec<String> {
        let before = self.world.flow.lines().len();
        if let Err(error) = self.run(body) {
            panic!("{body}: {error}");
        }
        self.world.flow.lines().split_off(before)
    }

    fn error(&self, body: &str) -> String {
        match self.run(body) {
            Ok(_) => panic!("{body} did not fail"),
            Err(error) => error.message().map(|text| text.as_str().to_owned()).unwrap_or_default(),
        }
    }
}

fn lines(body: &str) -> Vec<String> {
    Run::new().lines(body)
}

fn variable(run: &Run, name: &str) -> Value {
    accord_sdk::FlowView::variable(&run.world.flow, name).unwrap().unwrap()
}

fn list(items: impl IntoIterator<Item = i32>) -> List {
    items.into_iter().collect()
}

#[test]
fn numbers_become_what_the_reference_makes_of_them() {
    let cases = [
        ("1", "Integer", "1"),
        ("1.0", "Integer", "1"),
        ("0.5", "Double", "0.5"),
        ("3000000000", "Double", "3.0E9"),
        ("2147483647 + 1", "Double", "2.147483648E9"),
        ("4 / 2", "Integer", "2"),
        ("1 / 3 * 3", "Double", "1.0"),
        ("0.5 * 2", "Double", "1.0"),
        ("Math.floor(2.5)", "Integer", "2"),
        ("parseInt('5')", "Integer", "5"),
        ("JSON.parse('{\"a\":[5]}').a[0]", "Integer", "5"),
        ("JSON.parse('5.5')", "Double", "5.5"),
        ("NaN", "Double", "NaN"),
        ("-0", "Double", "-0.0"),
        ("long", "Long", "21"),
        ("long + 1", "Double", "22.0"),
        ("integer * 2", "Integer", "14"),
        ("double", "Double", "2.0"),
        ("huge", "Long", "9007199254740993"),
        ("java.lang.Long.valueOf(7)", "Long", "7"),
        ("12345678901234567890n", "BigInteger", "12345678901234567890"),
    ];
    for (expression, class, text) in cases {
        let run = Run::with("long", 21i64);
        run.world.flow.set("integer", 7);
        run.world.flow.set("double", 2.0);
        run.world.flow.set("huge", 9_007_199_254_740_993i64);
        let run = Run { version: EsVersion::of(&Value::Int(2020)).unwrap(), ..run };
        let result = run.run(&format!("result.set('x', {expression})")).unwrap();
        let value = result.get("x").unwrap();
        assert_eq!((value.simple_name(), value.to_text().as_str()), (class, text), "{expression}");
    }
}

#[test]
fn objects_of_the_script_become_lists_and_maps() {
    let run = Run::new();
    run.run(
        "var v = execution.variables();
         v.set('arr', [1, 'two', null, [3]]);
         v.set('obj', {a: 1, b: [1, 2], c: {d: 'x'}, e: null});
         v.set('undef', undefined);
         v.set('map', new Map([['k', 1]]));
         v.set('set', new Set([1, 2]));
         v.set('date', new Date(0));
         v.set('empty', {});",
    )
    .unwrap();
    let text = |name: &str| variable(&run, name).to_text().as_str().to_owned();
    assert_eq!(text("arr"), "[1, two, null, [3]]");
    assert_eq!(text("obj"), "{a=1, b=[1, 2], c={d=x}, e=null}");
    assert_eq!(variable(&run, "obj").simple_name(), "LinkedHashMap");
    assert_eq!(variable(&run, "arr").simple_name(), "ArrayList");
    assert!(variable(&run, "undef").is_null());
    assert_eq!(text("map"), "{k=1}");
    assert_eq!(text("set"), "[1, 2]");
    assert_eq!(text("date"), "1970-01-01T00:00:00.000Z");
    assert_eq!(text("empty"), "{}");
}

#[test]
fn lists_of_the_flow_are_changed_in_place() {
    let cases = [
        ("l.add(9)", "[1, 2, 3, 9]"),
        ("l.push(9, 8)", "[1, 2, 3, 9, 8]"),
        ("l.pop()", "[1, 2]"),
        ("l.shift()", "[2, 3]"),
        ("l.unshift(7, 8)", "[7, 8, 1, 2, 3]"),
        ("l.splice(1, 1, 'a', 'b', 'c')", "[1, a, b, c, 3]"),
        ("l.reverse()", "[3, 2, 1]"),
        ("l.sort((a, b) => b - a)", "[3, 2, 1]"),
        ("l[0] = 'x'", "[x, 2, 3]"),
        ("l[4] = 5", "[1, 2, 3, null, 5]"),
        ("l.length = 1", "[1]"),
        ("l.remove(0)", "[2, 3]"),
        ("l.remove('no')", "[1, 2, 3]"),
        ("l.set(1, {a: 1})", "[1, {a=1}, 3]"),
        ("l.add(0, [0])", "[[0], 1, 2, 3]"),
        ("l.addAll([4, 5])", "[1, 2, 3, 4, 5]"),
        ("l.clear()", "[]"),
        ("l.removeAll([1, 3])", "[2]"),
    ];
    for (script, expected) in cases {
        let run = Run::with("l", list([1, 2, 3]));
        run.run(script).unwrap();
        assert_eq!(variable(&run, "l").to_text().as_str(), expected, "{script}");
    }
}

#[test]
fn lists_of_the_flow_are_arrays_of_the_script() {
    let run = Run::with("l", list([1, 2, 3]));
    let cases = [
        ("l.length + ' ' + l.size() + ' ' + l[1] + ' ' + l.get(2) + ' ' + l[9]", "3 3 2 3 undefined"),
        ("Array.isArray(l)", "true"),
        ("JSON.stringify({l: l})", "{\"l\":[1,2,3]}"),
        ("l.map(x => x * 2).filter(x => x > 2).join('-')", "4-6"),
        ("[...l, 4].length", "4"),
        ("[0].concat(l).length", "4"),
        ("l", "[1, 2, 3]"),
        ("'' + l", "[1, 2, 3]"),
        ("l === execution.variables().get('l')", "true"),
        ("l.contains(2) + ' ' + l.indexOf(3) + ' ' + l.includes(4)", "true 2 false"),
        ("l.getClass().getSimpleName()", "ArrayList"),
        ("Object.keys(l)", "0,1,2"),
        ("(() => { let s = 0; for (const x of l) s += x; for (const i in l) s += l[i]; return s; })()", "12"),
        ("typeof l.nothing", "undefined"),
        ("l.isEmpty()", "false"),
        ("1 in l", "true"),
        ("JSON.stringify(l.subList(1, 3))", "[2,3]"),
        ("JSON.stringify(l.slice(-1))", "[3]"),
    ];
    for (expression, expected) in cases {
        assert_eq!(run.lines(&format!("print({expression})")), [expected], "{expression}");
    }
}

#[test]
fn maps_of_the_flow_are_objects_of_the_script() {
    let map = || Map::from_pairs([("a", Value::Int(1)), ("n", Value::Map(Map::from_pairs([("x", 1)])))]);
    let cases = [
        ("m.a + ' ' + m['n'].x + ' ' + m.get('a') + ' ' + m.size()", "1 1 1 2"),
        ("m.missing + ' ' + m.get('missing') + ' ' + m.getOrDefault('missing', 5)", "undefined null 5"),
        ("m.put('b', 2) + ' ' + m.b", "null 2"),
        ("(m.c = [1], m)", "{a=1, n={x=1}, c=[1]}"),
        ("(delete m.a, m)", "{n={x=1}}"),
        ("m.remove('a') + ' ' + m.containsKey('a')", "1 false"),
        ("JSON.stringify(m)", "{\"a\":1,\"n\":{\"x\":1}}"),
        ("Object.keys(m).join()", "a,n"),
        ("'a' in m, 'z' in m", "true false"),
        ("JSON.stringify({...m, z: 1})", "{\"a\":1,\"n\":{\"x\":1},\"z\":1}"),
        ("m.keySet()", "[a, n]"),
        ("m.values()", "[1, {x=1}]"),
        ("m.entrySet()[0].getKey() + m.entrySet()[0].getValue()", "a1"),
        (
            "(() => { let s = ''; for (const k in m) s += k; for (const [k, v] of m) s += k; m.forEach((k, v) => s += k); return s; })()",
            "ananan",
        ),
        ("m.n === m.n", "true"),
        ("typeof m + ' ' + (m.toString() === '' + m)", "object true"),
        ("(execution.variables().get('m').put('d', [4]), m.d.length)", "1"),
    ];
    for (expression, expected) in cases {
        let run = Run::with("m", map());
        assert_eq!(run.lines(&format!("print({expression})")), [expected], "{expression}");
    }
}

#[test]
fn bindings_have_an_order() {
    let run = Run::with("v", "variable");
    run.world.flow.set("w", "variable");
    run.world.flow.set("result", "hidden by the result object");
    run.world.flow.set("an-illegal-name", "by getter");
    run.input.insert("v", "from in");
    assert_eq!(
        run.lines(
            "print(v, w, typeof result.set, execution.variables().get('v'));
             print(execution.variables().get('an-illegal-name'), execution.variables().get('nope'));
             print(execution.variables().has('v'), execution.variables().get('nope', 'default'));
             execution.variables().set('w', 'changed');
             print(w, context === execution);
             var w = 'local'; let v2 = v; print(w);
             print(isDryRun, typeof undefinedName)"
        ),
        [
            "from in variable function variable",
            "by getter null",
            "true default",
            "variable true",
            "local",
            "false undefined"
        ]
    );
    assert_eq!(variable(&run, "w").to_text().as_str(), "changed");
}

#[test]
fn variables_have_typed_getters() {
    let run = Run::with("s", "text");
    run.world.flow.set("n", 5);
    assert_eq!(
        run.lines(
            "var v = execution.variables(); print(v.getString('s'), v.getInt('n', 1), v.getInt('x', 1), v.toMap())"
        ),
        ["text 5 1 {s=text, n=5}"]
    );
    assert_eq!(run.error("execution.variables().assertString('x')"), "Mandatory variable 'x' is required");
    assert!(run.error("execution.variables().getInt('s')").contains('s'));
    assert_eq!(run.lines("execution.setVariable('y', 'set'); print(execution.getVariable('y'))"), ["set"]);
}

#[test]
fn tasks_are_called_by_name() {
    let run = Run::new();
    run.world.flow.task("echo", |method, args| {
        if method == "fail" {
            return Err(TaskError::illegal_argument("it failed"));
        }
        let all: Vec<String> =
            args.iter().map(|arg| format!("{}:{}", arg.simple_name(), arg.to_text().as_str())).collect();
        Ok(Value::from(format!("{method}({})", all.join(", "))))
    });
    assert_eq!(
        run.lines(
            "var e = tasks.get('echo'); print(e.call('x', 1, 0.5, [1], {a: 1}, null)); print(tasks.get('none'));
             try { e.fail() } catch (x) { print(x.message, x.getMessage(), '' + x) }"
        ),
        [
            "call(String:x, Integer:1, Double:0.5, ArrayList:[1], LinkedHashMap:{a=1}, null:null)",
            "null",
            "it failed it failed java.lang.IllegalArgumentException: it failed"
        ]
    );
    let error = run.run("tasks.get('echo').fail()").err().unwrap();
    assert_eq!(&*error.throwable().class, TaskError::ILLEGAL_ARGUMENT);
    assert_eq!(error.message().unwrap().as_str(), "it failed");
}

#[test]
fn errors_have_the_words_of_the_reference() {
    let cases = [
        ("throw new Error('m')", "Error: m"),
        ("throw 'x'", "x"),
        ("throw 5", "5"),
        ("throw null", "null"),
        ("throw {a: 1}", "{\"a\":1}"),
        ("throw new TypeError('t')", "TypeError: t"),
        ("throw new Error()", "Error"),
        ("nope", "ReferenceError: nope is not defined"),
        ("var u; u.foo", "TypeError: Cannot read property 'foo' of undefined"),
        ("null.foo = 1", "TypeError: Cannot set property 'foo' of null"),
        ("var o = {a: {}};\nif (1) { o.a.foo(1) }", "TypeError: o.a.foo is not a function"),
        ("var f = 5; f()", "TypeError: f is not a function"),
        ("\n  function g() { var h; h(); }\n g()", "TypeError: h is not a function"),
        ("[1].map(5)", "TypeError: not a function"),
        ("const q = 1; q = 2", "TypeError: Assignment to constant \"q\""),
        ("(function f() { return f(); })()", "RangeError: Maximum call stack size exceeded"),
        ("throw new java.lang.RuntimeException('java')", "java"),
        ("class E extends Error { constructor(m) { super(m); this.name = 'E'; } }\nthrow new E('own')", "E: own"),
        ("result.set('f', () => 1)", "TypeError: A function cannot be handed to the flow"),
        (
            "var a = []; a.push(a); result.set('a', a)",
            "TypeError: The value holds itself and cannot be handed to the flow",
        ),
    ];
    for (script, expected) in cases {
        assert_eq!(Run::new().error(script), expected, "{script}");
    }
    assert_eq!(
        Run::new().error("print(1);\nlet x = ;"),
        "SyntaxError: <eval>:2:8 Unexpected token in expression: ';'\nlet x = ;\n        ^"
    );
    let user = Run::new().run("throw new Error('m')").err().unwrap();
    assert_eq!(&*user.throwable().class, accord_value::Throwable::USER_DEFINED);
}

#[test]
fn missing_methods_and_classes_say_what_there_is() {
    let error = Run::new().error("execution.nope()");
    assert!(error.starts_with("TypeError: execution.nope is not a function. execution has: "), "{error}");
    let error = Run::with("l", list([1])).error("l.stream()");
    assert!(error.starts_with("TypeError: l.stream is not a function. A list has: add"), "{error}");
    for script in ["Java.type('java.io.File')", "new java.io.File('x')"] {
        let error = Run::new().error(script);
        assert!(error.contains("java.io.File is not allowed or does not exist. Scripts run without a JVM"), "{error}");
    }
}

#[test]
fn versions_of_the_language_are_kept() {
    let at = |year: i32, body: &str| Run { version: EsVersion::of(&Value::Int(year)).unwrap(), ..Run::new() }.run(body);
    let newer = [
        (2020, "null ?? 1"),
        (2020, "var o; o?.x"),
        (2020, "var x = 1n"),
        (2021, "var x; x ??= 1"),
        (2021, "1_000"),
        (2022, "class A { #x = 1 }"),
        (2020, "`${null ?? 1}`"),
    ];
    for (year, body) in newer {
        at(year, body).unwrap();
        let error = at(year - 1, body).err().unwrap();
        let error = error.message().unwrap().as_str();
        assert!(
            error.starts_with("SyntaxError: <eval>:1:") && error.contains(&format!("ECMAScript {year}")),
            "{error}"
        );
    }
    let same = [
        "let f = (a) => a * 2; const o = {a: 1, ...{b: 2}}; `${f(1)} ?? ${'?.'}`",
        "'??'; /a??b/.test('a'); // ??\n/* ?. */ 4 / 2 / 1; true?.5:1",
        "try { throw 1 } catch { }",
    ];
    for body in same {
        at(2019, body).unwrap();
    }
    assert!(Run::new().error("print(null ?? 'x')").starts_with("SyntaxError: <eval>:1:11 ?? needs ECMAScript 2020"));
    for unknown in [Value::Int(1234), Value::from("2020"), Value::Null] {
        let error = EsVersion::of(&unknown).err().unwrap();
        let expected = format!("unsupported esVersion: {}", unknown.to_text().as_str());
        assert_eq!(error.message().unwrap().as_str(), expected);
    }
}

#[test]
fn java_collections_can_be_made() {
    assert_eq!(
        lines(
            "var l = new java.util.ArrayList(); l.add('x'); l.add({a: 1}); print(l, l.getClass().getName());
             var m = new (Java.type('java.util.HashMap'))(); m.put('k', l); print(m);
             var s = new java.util.HashSet([1, 1, 2]); print(s.size(), s.contains(1), s);
             print(Java.from(l).length, Java.to([1, 2]).size());
             print(java.util.Arrays.asList(1, 2), java.lang.String.valueOf(5), java.lang.Integer.parseInt('7') + 1);
             print(java.lang.Math.max(1, 2), java.lang.Object.class, java.util.UUID.randomUUID().length);
             java.lang.System.out.println('out');
             print('abc'.equals('abc'), 'abc'.contains('b'), ''.isEmpty(), 'a'.equalsIgnoreCase('A'));"
        ),
        [
            "[x, {a=1}] java.util.ArrayList",
            "{k=[x, {a=1}]}",
            "2 true [1, 2]",
            "2 2",
            "[1, 2] 5 8",
            "2 class java.lang.Object 36",
            "out",
            "true true true true"
        ]
    );
}

#[test]
fn log_levels_and_lines() {
    let run = Run::new();
    run.run(
        "log.info('a {} b {}', 1, [2]); log.warn('w'); log.error('e'); log.debug('d'); print('x\\ny'); console.log('c', 1)",
    )
    .unwrap();
    let entries: Vec<String> =
        run.world.flow.entries().iter().map(|(level, text)| format!("{} {}", level.name(), text.as_str())).collect();
    assert_eq!(entries, ["INFO a 1 b 2", "WARN w", "ERROR e", "DEBUG d", "INFO x", "INFO y", "INFO c 1"]);
}

#[test]
fn a_script_that_read_a_secret_gives_marked_texts() {
    let run = Run::with("password", Text::sensitive("s3cr3t-v4lue"));
    run.world.flow.set("name", "bob");
    run.run("print('plain ' + name); result.set('before', name)").unwrap();
    assert_eq!(run.world.flow.lines(), ["plain bob"]);
    let result = run
        .run("result.set('before', name); result.set('p', password.toUpperCase()); result.set('o', {k: [password]}); print('got ' + password)")
        .unwrap();
    assert!(!result.get("before").unwrap().is_sensitive());
    assert!(result.get("p").unwrap().is_sensitive());
    assert!(result.get("o").unwrap().is_sensitive());
    assert!(!run.world.flow.lines().join(" ").contains("s3cr3t"));
    let error = run.run("throw new Error('bad ' + password)").err().unwrap();
    assert_eq!(error.masked_message(), "******");
    let inside = Run::with("m", Map::from_pairs([("k", Text::sensitive("s3cr3t-v4lue"))]));
    assert!(inside.run("result.set('x', JSON.stringify(m))").unwrap().get("x").unwrap().is_sensitive());
    assert!(inside.run("result.set('x', '' + m)").unwrap().get("x").unwrap().is_sensitive());
}

#[test]
fn memory_time_and_depth_have_limits() {
    let small = Limits { memory: 8 << 20, stack: 256 << 10, time: Duration::from_millis(200) };
    let run = || Run { limits: small, ..Run::new() };
    for script in ["var a = []; while (true) a.push('x'.repeat(1000))", "'x'.repeat(1 << 28)"] {
        let error = run().error(script);
        assert!(error.contains("may use at most 8 MiB") || error.starts_with("RangeError"), "{script}: {error}");
    }
    let started = Instant::now();
    let error = run().error("while (true) {}");
    assert!(error.contains("longer than its limit of 0.2 seconds"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(5));
    let error = run().error("try { while (true) {} } catch (e) { while (true) {} }");
    assert!(error.contains("longer than its limit"), "{error}");
    assert!(run().error("function f() { return f() + 1 } f()").starts_with("RangeError: Maximum call stack"));
}

#[test]
fn a_cancelled_process_stops_its_scripts() {
    let run = Run::new();
    let services = &run.world.services;
    let started = Instant::now();
    let error = std::thread::scope(|scope| {
        let canceller = scope.spawn(|| {
            while run.world.flow.lines().is_empty() {
                std::thread::yield_now();
            }
            services.cancel();
        });
        let error = run.run("print('started'); while (true) {}").err().unwrap();
        canceller.join().unwrap();
        error
    });
    assert_eq!(&*error.throwable().class, TaskError::CANCELLED);
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn steps_find_their_language_and_text() {
    let world = World::default();
    world.services.files.add("scripts/a.js", "result.set('from', 'file')", false);
    let run = |name: &str, body: Option<&str>| {
        let cx = TaskContext::new("script", &world.flow, &world.services);
        let body = body.map(Text::from);
        let step = ScriptStep { name, body: body.as_ref(), input: &Map::linked() };
        let fetch = |address: &str| Ok(Text::from(format!("result.set('from', '{address}')")));
        match ScriptEngine::default().run_step(&step, &fetch, &cx)? {
            Ok(map) => Some(map.get("from").unwrap().to_text().as_str().to_owned()),
            Err(error) => Some(error.message().unwrap().as_str().to_owned()),
        }
    };
    for name in ["js", "javascript", "JavaScript", "JS", "ECMAScript", "mjs"] {
        assert!(crate::is_known_language(name));
        assert_eq!(run(name, Some("result.set('from', 'body')")).as_deref(), Some("body"), "{name}");
    }
    assert_eq!(run("scripts/a.js", None).as_deref(), Some("file"));
    assert_eq!(run("http://localhost/x.js?v=1", None).as_deref(), Some("http://localhost/x.js?v=1"));
    assert!(run("missing.js", None).unwrap().starts_with("Script not found: missing.js"));
    for (name, body) in
        [("python", Some("x")), ("a.js", Some("x")), ("js", None), ("no-such-thing", None), ("a.py", None)]
    {
        assert_eq!(run(name, body), None, "{name}");
    }
}

#[test]
fn a_step_names_its_version() {
    let mut world = World::default();
    let run = |world: &World, input: &Map| {
        let cx = TaskContext::new("script", &world.flow, &world.services);
        let body = Text::from("result.set('x', null ?? 1)");
        let step = ScriptStep { name: "js", body: Some(&body), input };
        ScriptEngine::default().run_step(&step, &|_| Ok(Text::default()), &cx).unwrap().is_ok()
    };
    assert!(!run(&world, &Map::linked()));
    assert!(run(&world, &Map::from_pairs([("esVersion", 2022)])));
    assert!(!run(&world, &Map::from_pairs([("esVersion", "2022")])));
    world.flow.set_meta(Map::from_pairs([("esVersion", 2022)]));
    assert!(run(&world, &Map::linked()));
}

#[test]
fn a_script_that_cannot_be_interrupted_is_left_behind() {
    let run = Run { limits: Limits { time: Duration::from_millis(100), ..Limits::default() }, ..Run::new() };
    let started = Instant::now();
    // The engine does not look up from joining the items of an array.
    let error = run.error("new Array(1e8) + ''");
    assert!(error.contains("longer than its limit"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
}

#[test]
fn a_script_may_replace_what_the_language_has() {
    assert_eq!(lines("String = JSON.parse = Array.from = null; print({}, [1, 2])"), ["[object Object] 1,2"]);
    let run = Run::new();
    run.run("Map = Set = Date = 5; Array = null; result.set('x', {a: [1]})").unwrap();
    assert!(run.error("delete globalThis.print; print(1)").contains("print is not defined"));
}

#[test]
fn promises_are_run_to_their_end() {
    assert_eq!(lines("Promise.resolve(1).then(x => print('then', x)); print('first')"), ["first", "then 1"]);
}

#[test]
fn values_of_the_flow_pass_through_unchanged() {
    let error = accord_value::Throwable::user("went wrong");
    let run = Run::with("e", Value::Throwable(Arc::new(error)));
    run.world.flow.set("b", Value::Bytes(accord_value::Bytes::plain(vec![1u8, 255])));
    assert_eq!(run.lines("print(e.message, e.getMessage(), b.length, b[1])"), ["went wrong went wrong 2 -1"]);
    let result = run.run("result.set('e', e); result.set('b', b)").unwrap();
    assert!(matches!(result.get("e"), Some(Value::Throwable(_))));
    assert!(matches!(result.get("b"), Some(Value::Bytes(_))));
}
