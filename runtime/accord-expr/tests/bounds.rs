//! What expressions ask for without measure ends soon, with an error that says so.

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use accord_expr::{Data, eval_nested, eval_siblings};
use accord_value::{List, Map, Value, number};
use support::{World, message};

fn soon(what: &str, limit: Duration, run: impl FnOnce()) {
    let start = Instant::now();
    run();
    assert!(start.elapsed() < limit, "{what} took {:?}", start.elapsed());
}

const LIMIT: Duration = Duration::from_secs(if cfg!(debug_assertions) { 30 } else { 2 });

/// Each: an expression, and what is said.
#[test]
fn containers_do_not_grow_without_bound() {
    let mut world = World::with(&[
        ("l", "'x'.repeat(1500).split('').stream().toList()"),
        ("k", "'x'.repeat(40).split('')"),
        ("s", "'x'.repeat(5000000)"),
    ]);
    world.variables.insert("grown".into(), Value::from(vec![Value::Null; 1_500_000]));
    for expression in [
        "k.stream().map(x -> l.addAll(l)).count()",
        "l.stream().flatMap(a -> l.stream()).toList()",
        "l.stream().flatMap(a -> l.stream()).sorted().count()",
        "grown.addAll(0, grown)",
        "grown.addAll(grown)",
        "s.split('')",
        "s.split('x{0}')",
        "s.toCharArray()",
        "s.chars()",
        "s.replace('x', '\n').lines()",
    ] {
        soon(expression, LIMIT, || {
            let shown = world.show(&format!("${{{expression}}}"));
            assert!(shown.contains("There would be more than 2000000 items in one place"), "{expression}: {shown}");
        });
    }
    assert_eq!(world.show("${grown.size()}"), "1500000");
}

#[test]
fn large_numbers_are_worked_with_in_time() {
    let mut world = World::with(&[]);
    let of = |text: &str| Value::from(number::parse_big_decimal(text).expect("a number"));
    world.variables.insert("big".into(), number::parse_big_int(&"7".repeat(20_000)).expect("a number").into());
    world.variables.insert("far".into(), of("1E+999999999"));
    world.variables.insert("near".into(), of("1E-999999999"));
    for expression in [
        "big.pow(1000000)",
        "big.pow(14)",
        "big.shiftLeft(2000000000)",
        "big.pow(14).gcd(big.pow(13))",
        "big.multiply(big).multiply(big).toString()",
        "far.max(near)",
        "near.min(far)",
        "far.add(near)",
        "far.setScale(5)",
        "far.toPlainString()",
        "far.stripTrailingZeros()",
        "far.toBigInteger()",
        "near.multiply(near).multiply(near)",
        "near.pow(99999999)",
        "far > near",
        "far + big",
        "[far, near, far].stream().sorted().toList()",
    ] {
        soon(expression, LIMIT, || drop(world.show(&format!("${{{expression}}}"))));
    }
    let zeros = format!("${{big.pow(0).multiply(big.setBit(0).and(big.not())).toString()}} {}", "0".repeat(10));
    soon("zeros", LIMIT, || drop(world.show(&zeros)));
}

/// A map that holds itself, and names with dots that lead into it.
#[test]
fn dotted_names_lead_into_values_that_hold_themselves() {
    let mut world = World::with(&[]);
    let itself = Map::from_pairs([("a", 1)]);
    itself.insert("self", Value::Map(itself.clone()));
    world.variables.insert("m".into(), Value::Map(itself));
    let entries: [(Arc<str>, Data); 3] =
        [("m.x".into(), Data::text("1")), ("m.self.y".into(), Data::text("2")), ("k".into(), Data::text("${m.self}"))];
    for result in [eval_siblings(&entries, &world), eval_nested(&entries, &world)] {
        let error = result.expect_err("cannot be copied");
        assert!(message(&error).contains("holds itself"), "{}", message(&error));
    }
    let deep = ["a"; 5000].join(".").into();
    let error = eval_siblings(&[(deep, Data::text("1"))], &world).expect_err("too deep");
    assert!(message(&error).contains("5000 parts with dots between"), "{}", message(&error));
}

#[test]
fn many_dotted_names_are_merged_in_time() {
    let entries: Vec<(Arc<str>, Data)> =
        (0..50_000).map(|i| (format!("a.k{i}").into(), Data::text(format!("{i}")))).collect();
    soon("dotted names", LIMIT, || {
        let values = eval_siblings(&entries, &World::with(&[])).expect("values");
        let [(_, Value::Map(map))] = values.as_slice() else { panic!("one map") };
        assert_eq!(map.len(), 50_000);
    });
}

#[test]
fn values_that_share_their_parts_are_not_copied_without_bound() {
    let mut world = World::with(&[]);
    let mut list = List::new(vec![Value::Int(1)]);
    for _ in 0..40 {
        list = List::new(vec![Value::List(list.clone()), Value::List(list)]);
    }
    world.variables.insert("l".into(), Value::List(list));
    soon("copy", LIMIT, || {
        let shown = world.show("${l}");
        assert!(shown.contains("more than 500000 lists"), "{shown}");
    });
}

/// Each asks for the next.
#[test]
fn chains_of_values_end_before_the_stack_does() {
    let chain = |length: usize| -> Vec<(Arc<str>, Data)> {
        let last = (format!("a{length}").into(), Data::text("end"));
        let links = (0..length).map(|i| (format!("a{i}").into(), Data::text(format!("${{a{}}}", i + 1))));
        links.chain([last]).collect()
    };
    let run = move || {
        let values = eval_siblings(&chain(200), &World::with(&[])).expect("values");
        assert!(values.iter().all(|(_, value)| value.as_str() == Some("end")));
        let error = eval_siblings(&chain(50_000), &World::with(&[])).expect_err("too deep");
        assert!(message(&error).contains("levels deep"), "{:.300}", message(&error));
        // Each asks for the next from within many lists.
        let nested = |text: String| (0..300).fold(Data::text(text), |data, _| Data::List([data].into()));
        let entries: Vec<(Arc<str>, Data)> =
            (0..500).map(|i| (format!("a{i}").into(), nested(format!("${{a{}.size()}}", i + 1)))).collect();
        assert!(eval_siblings(&entries, &World::with(&[])).is_err());
        let entries: Vec<(Arc<str>, Data)> =
            (0..500).map(|i| (format!("a{i}").into(), nested(format!("${{a{} += ''}}", i + 1)))).collect();
        assert!(eval_siblings(&entries, &World::with(&[])).is_err());
    };
    let stack = if cfg!(debug_assertions) { 8 << 20 } else { 2 << 20 };
    std::thread::Builder::new().stack_size(stack).spawn(run).expect("a thread").join().expect("no overflow");
}

/// Objects that hold one another without end are walked into only so far, and dropped all the same.
#[test]
fn objects_in_objects_need_no_stack() {
    let run = || {
        for inner in [
            "[m.l].stream().findFirst()",
            "[m.l].stream()",
            "[m.l].iterator()",
            "{'k': m.l}.entrySet().iterator().next()",
            "(x -> [y -> x])(m.l)",
            "[m.l, [m.l].stream().findFirst()]",
        ] {
            let world = World::with(&[("m", "{'l': 1}")]);
            let text = format!("${{m.put('l', {inner}) == null}}");
            for _ in 0..20_000 {
                assert_eq!(world.show(&text), "false", "{inner}");
            }
            for used in ["m.l", "m.l.toString()", "m.l.hashCode()", "[m.l] == [m.l, 1]", "m.l == [m.l]", "{m.l, m.l}"] {
                let _ = world.show(&format!("${{{used}}}"));
            }
        }
    };
    let stack = if cfg!(debug_assertions) { 8 << 20 } else { 2 << 20 };
    std::thread::Builder::new().stack_size(stack).spawn(run).expect("a thread").join().expect("no overflow");
}

#[test]
fn nothing_large_is_made_where_memory_is_short() {
    let mut world = World::with(&[("s", "'x'.repeat(2000000)"), ("l", "'x'.repeat(60000).split('')")]);
    world.short_of_memory = true;
    for expression in ["'x'.repeat(2000000)", "s += 'x'", "s.toUpperCase()", "'x'.repeat(60000).split('')"] {
        let shown = world.show(&format!("${{{expression}}}"));
        assert!(shown.contains("takes too much memory"), "{expression}: {shown:.200}");
    }
    assert!(world.show("a ${s}").contains("takes too much memory"));
    assert_eq!(world.show("${s.length()} ${'x'.repeat(10)} ${l[1]}"), "2000000 xxxxxxxxxx x");
}
