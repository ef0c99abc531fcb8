//! Trees of data: siblings, dotted keys, copies.

mod support;

use std::sync::Arc;

use accord_expr::{Data, Entries, eval_nested, eval_siblings};
use accord_syntax::expr::Template;
use accord_value::Value;
use support::{World, message};

/// Data written as `key: value` lines, nested by indentation of two blanks; values are texts unless they are numbers.
fn entries(lines: &str) -> Entries {
    fn level(lines: &[&str], depth: usize) -> Vec<(Arc<str>, Data)> {
        let mut out = Vec::new();
        let mut rest = lines;
        while let Some((line, after)) = rest.split_first() {
            let inner: Vec<&str> =
                after.iter().take_while(|line| line.starts_with(&" ".repeat(depth + 2))).copied().collect();
            rest = after.get(inner.len()..).unwrap_or_default();
            let (key, value) = line.trim().split_once(':').unwrap_or((line.trim(), ""));
            out.push((
                Arc::from(key),
                if inner.is_empty() { scalar(value.trim()) } else { Data::Map(level(&inner, depth + 2).into()) },
            ));
        }
        out
    }
    fn scalar(value: &str) -> Data {
        match value.parse::<i32>() {
            Ok(number) => Data::Scalar(Value::Int(number)),
            Err(_) if value.starts_with('[') => {
                let items = value.trim_matches(['[', ']']).split("; ");
                Data::List(items.map(scalar).collect())
            }
            Err(_) => Data::Text(Arc::new(Template::parse(value))),
        }
    }
    level(&lines.lines().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>(), 0).into()
}

fn shown(result: Result<Vec<(Arc<str>, Value)>, accord_expr::EvalError>) -> String {
    match result {
        Ok(values) => {
            let all: Vec<String> =
                values.iter().map(|(name, value)| format!("{name}={}", value.to_text().as_str())).collect();
            all.join(" ")
        }
        Err(error) => format!("! {}", message(&error)),
    }
}

fn not_found(text: &str, name: &str) -> String {
    format!(
        "! while evaluating expression '{text}': Can't find a variable '{name}'. Check if it is defined in the current \
         scope. Details: ELResolver cannot handle a null base Object with identifier '{name}'"
    )
}

#[test]
fn siblings_see_one_another() {
    let world = World::with(&[
        ("x", "'old'"),
        ("cfg", "{'a': {'b': 1, 'keep': 'x'}, 'top': true}"),
        ("m", "{'a': 1, 'b': 2}"),
        ("s", "'scalar'"),
    ]);
    for (lines, expected) in [
        ("a: 1\nb: ${a + 1}\nc: ${b + 1}", "a=1 b=2 c=3".to_owned()),
        ("c: ${b}!\nb: ${a}?\na: z", "c=z?! b=z? a=z".to_owned()),
        ("x: ${x}+new\ny: of ${x}", "x=old+new y=of old+new".to_owned()),
        ("x: ${x}!", "x=old!".to_owned()),
        ("a: ${b}\nb: ${a}", not_found("${a}", "a")),
        ("self: ${self + 1}", not_found("${self + 1}", "self")),
        (
            "q:\n  x: ${q.y}\n  y: ${q.x}",
            "! while evaluating expression '${q.y}': while evaluating expression '${q.x}': Key 'x' already in evaluation"
                .to_owned(),
        ),
        (
            "l: [${l[1]}; ${l[0]}]",
            "! while evaluating expression '${l[1]}': while evaluating expression '${l[0]}': Element with index='0' \
             already in evaluation"
                .to_owned(),
        ),
        ("q:\n  a: 1\n  b: ${q.a + 1}\n  c:\n    d: ${q.b}", "q={a=1, b=2, c={d=2}}".to_owned()),
        ("m:\n  a: 5\n  b: ${m.a + 1}", "m={a=5, b=6}".to_owned()),
        ("list: [${x}; ${item}]\nitem: sibling\nmap:\n  k: ${list[1]}\n  n: ${list.size()}", "list=[old, sibling] item=sibling map={k=sibling, n=2}".to_owned()),
        ("l: [1; ${l.size()}]", "l=[1, 2]".to_owned()),
        ("p: ${q.r}\nq:\n  r: ${t}\n  u: 1\nt: v", "p=v q={r=v, u=1} t=v".to_owned()),
        ("q:\n  a: 1\nt: ${q}", "q={a=1} t={a=1}".to_owned()),
        ("q:\n  a: 1\nt: ${q += '!'} ${hasVariable('q.a')} ${q.keySet()}", "q={a=1} t={a=1}! true [a]".to_owned()),
        ("a: 1\nb: ${nope}", not_found("${nope}", "nope")),
        // Dotted keys.
        ("cfg.a.b: 2\ncfg.a.c: new ${cfg.a.keep}\ncfg.x.y: ${cfg.top}", "cfg={a={b=2, keep=x, c=new x}, top=true, x={y=true}}".to_owned()),
        ("cfg.a.b: ${cfg.a.b + 1}", "! while evaluating expression '${cfg.a.b + 1}': Key 'b' already in evaluation".to_owned()),
        ("fresh.one.two: 3\nfresh.one.three: ${1 + 3}", "fresh={one={two=3, three=4}}".to_owned()),
        ("n: 1\nn.y: 2", "n={y=2}".to_owned()),
        ("n.y: 2\nn: 1", "n=1".to_owned()),
        ("z:\n  a: 1\nz.b: 2", "z={a=1, b=2}".to_owned()),
        ("m.b: 20\nm:\n  c: 3", "m={a=1, b=2, c=3}".to_owned()),
        ("m:\n  c: 3", "m={c=3}".to_owned()),
        ("s.b: 1", "s={b=1}".to_owned()),
        ("m.b.c: 1", "m={a=1, b={c=1}}".to_owned()),
        ("m.b: ${null}", "m={a=1, b=null}".to_owned()),
    ] {
        assert_eq!(shown(eval_siblings(&entries(lines), &world)), expected, "{lines}");
    }
}

#[test]
fn nested_entries_do_not_see_one_another() {
    let world = World::with(&[("a", "'outer'"), ("m", "{'a': 1, 'b': {'c': 2}}")]);
    for (lines, expected) in [
        ("a: new ${a}\nb: ${a}", "a=new outer b=outer".to_owned()),
        ("g: Hi\nh: ${g}", not_found("${g}", "g")),
        ("m.x: added\nm.b.d: deep", "m={a=1, b={c=2, d=deep}, x=added}".to_owned()),
        ("n.o.p: 1", "n={o={p=1}}".to_owned()),
        ("m.b: ${m.b.c + 1}", "m={a=1, b=3}".to_owned()),
    ] {
        assert_eq!(shown(eval_nested(&entries(lines), &world)), expected, "{lines}");
    }
}

#[test]
fn values_are_copies() {
    let world = World::with(&[("l", "[1]")]);
    let data = Data::Map(entries("a: ${l}\nb: [x; ${l}]"));
    let (Ok(first), Ok(second)) = (data.eval(&world), data.eval(&world)) else { panic!("evaluates") };
    assert!(first == second && !first.is_same(&second));
    let (Some(map), Some(list)) = (first.as_map(), world.variables.get("l").and_then(Value::as_list)) else { panic!() };
    let copy = map.get("a");
    let copy = copy.as_ref().and_then(Value::as_list).unwrap_or_else(|| panic!("a list"));
    copy.push(2);
    assert_eq!(list.len(), 1);
    assert!(!data.is_constant() && Data::Map(entries("a: x\nb: 1")).is_constant());
}

/// A long chain of siblings ends in an error, not in a crash.
#[test]
fn chains_are_bounded() {
    let world = World::default();
    let lines: Vec<String> = (0..20_000).map(|n| format!("v{n}: ${{v{} + 1}}", n + 1)).collect();
    let run = move || shown(eval_siblings(&entries(&lines.join("\n")), &world));
    let shown = std::thread::Builder::new().stack_size(16 << 20).spawn(run).map(std::thread::JoinHandle::join);
    let Ok(Ok(shown)) = shown else { panic!("crashed") };
    assert!(shown.contains("nested more than"), "{}", &shown[shown.len() - 300..]);
}
