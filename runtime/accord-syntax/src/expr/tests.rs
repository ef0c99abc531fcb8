use proptest::prelude::*;

use super::{ExprKind, Part, Template, TemplateKind};

fn tree(source: &str) -> String {
    match Template::parse(format!("${{{source}}}")).kind() {
        TemplateKind::Expr(expr) => format!("{expr:?}"),
        TemplateKind::Invalid(error) => format!("error: {}", error.message),
        TemplateKind::Parts(_) => "parts".to_owned(),
        TemplateKind::Text(text) => format!("text {text}"),
        TemplateKind::BothForms => "both forms".to_owned(),
    }
}

fn printed(source: &str) -> String {
    match Template::parse(format!("${{{source}}}")).kind() {
        TemplateKind::Expr(expr) => expr.to_string(),
        _ => panic!("{source} does not parse: {}", tree(source)),
    }
}

/// Each line: an expression and its tree.
#[test]
fn messages_go_without_their_place() {
    for (message, plain) in [
        ("Encountered \"}\" at line 1, column 6: expected a value", "found \"}\", expected a value"),
        ("Encountered \"<EOF>\" at line 1, column 2: expected \"}\"", "expected \"}\""),
        ("too deep\nby far", "too deep by far"),
    ] {
        assert_eq!(super::without_place(message), plain);
    }
}

#[test]
fn trees() {
    for (source, expected) in [
        ("1 + 2 * 3", "(Integer(1) Add (Integer(2) Multiply Integer(3)))"),
        ("10 - 4 - 3", "(Integer(10) Subtract Integer(4) Subtract Integer(3))"),
        ("1 + 1 += 2", "((Integer(1) Add Integer(1)) Concat Integer(2))"),
        ("'a' += 1 > 2", "((Text(\"a\") Concat Integer(1)) Greater Integer(2))"),
        ("not true == false", "(Not(Bool(true)) Equal Bool(false))"),
        ("a or b and c", "(a Or (b And c))"),
        ("-x % 3", "(Negate(x) Modulo Integer(3))"),
        ("-m.v", "Negate(Path(m).vNone)"),
        ("a ? b : c ? d : e", "Choice(a, b, Choice(c, d, e))"),
        (
            "x>3?x<9?'m':'h':'l'",
            "Choice((x Greater Integer(3)), Choice((x Less Integer(9)), Text(\"m\"), Text(\"h\")), Text(\"l\"))",
        ),
        ("a = b = 1", "Assign(a, Assign(b, Integer(1)))"),
        ("a; b; c", "Sequence[a, b, c]"),
        ("x -> y -> x", "Lambda([\"x\"] -> Lambda([\"y\"] -> x))"),
        ("() -> 0", "Lambda([] -> Integer(0))"),
        ("(x, y) -> x + y", "Lambda([\"x\", \"y\"] -> (x Add y))"),
        ("(x -> x)(1)(2)", "Apply([\"x\"] -> x)[[Integer(1)], [Integer(2)]]"),
        ("f(1)(2)", "Call(None, f)[[Integer(1)], [Integer(2)]]"),
        ("ns:f(1)", "Call(Some(\"ns\"), f)[[Integer(1)]]"),
        ("{}", "Braces[]"),
        ("{1, 'a': 2}", "Braces[(Integer(1), None), (Text(\"a\"), Some(Integer(2)))]"),
        ("{k:v}", "Braces[(k, Some(v))]"),
        ("1.5.class", "Path(Float(1.5)).classNone"),
        ("1. + .5", "(Float(1.0) Add Float(0.5))"),
        ("9223372036854775808", "HugeInteger(\"9223372036854775808\")"),
        ("'it\\'s \"\\\\\"'", "Text(\"it's \\\"\\\\\\\"\")"),
        ("a.b[0].c('x')", "Path(a).bNone[Integer(0)]None.cSome([Text(\"x\")])"),
        ("( a )", "a"),
        ("true ? x : x.toString()", "Choice(Bool(true), x, Path(x).toStringSome([]))"),
        ("a lt b", "(a Less b)"),
        ("#a + #", "(#a Add #)"),
        ("$b + _c + ćma + 变量", "($b Add _c Add ćma Add 变量)"),
    ] {
        assert_eq!(tree(source), expected, "{source}");
    }
}

/// Each line: an expression that does not parse, and a part of what is said about it.
#[test]
fn errors() {
    for (source, expected) in [
        ("", "Encountered \"}\" at line 1, column 3: expected an expression between the braces"),
        ("1 +", "Encountered \"}\" at line 1, column 6: expected a value"),
        ("1 2", "Encountered \"2\" at line 1, column 5: expected an operator or \"}\""),
        ("(1", "Encountered \"}\" at line 1, column 5: expected an operator or \")\""),
        ("[1, 2,]", "Encountered \"]\""),
        ("a.empty", "write ['empty'] instead of .empty"),
        ("div", "div is a word of the language"),
        ("l.0", "Encountered \".0\""),
        ("0x1F", "Encountered \"x1F\""),
        ("1_000", "Encountered \"_000\""),
        ("10L", "Encountered \"L\""),
        ("+1", "Encountered \"+\""),
        ("1 = = 2", "to compare write =="),
        ("'abc", "no closing quote"),
        ("'a\\n'", "behind a backslash"),
        ("\"a\\'\"", "behind a backslash"),
        ("a & b", "has no meaning"),
        ("(x, ) -> 1", "Encountered \",\""),
        ("((x, ) -> 1)(2)", "expected a name"),
        ("한국", "this character has no meaning in an expression"),
        ("true ? x : f('x')", "read as a function f of the namespace x"),
        ("((a) + 1)", "leave out the parentheses round the name"),
        ("1;", "expected a value"),
        ("x -> y = 5", "Encountered \"=\""),
        ("a\n+", "line 2, column 2"),
    ] {
        let tree = tree(source);
        assert!(tree.contains(expected), "{source}: {tree}");
    }
    assert!(
        matches!(Template::parse("${1").kind(), TemplateKind::Invalid(error) if error.message.contains("ends here"))
    );
}

#[test]
fn text_round_expressions() {
    let parts = |text: &str| match Template::parse(text).kind() {
        TemplateKind::Text(text) => format!("<{text}>"),
        TemplateKind::Expr(expr) => format!("{{{expr}}}"),
        TemplateKind::Parts(parts) => parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => format!("<{text}>"),
                Part::Expr(expr) => format!("{{{expr}}}"),
            })
            .collect(),
        TemplateKind::Invalid(error) => error.message.to_string(),
        TemplateKind::BothForms => "both".to_owned(),
    };
    for (text, expected) in [
        ("", "<>"),
        ("plain \\n #{x}", "<plain \\n #{x}>"),
        ("${x}", "{x}"),
        ("a ${x} b", "<a >{x}< b>"),
        ("${x}\n", "{x}<\n>"),
        ("\\${x}", "<${x}>"),
        ("\\\\${x}", "<\\>{x}"),
        ("\\\\\\${x} ${x}", "<\\${x} >{x}"),
        ("\\n \\t ${x}", "<n t >{x}"),
        ("$${a}", "<$>{a}"),
        ("${a}$", "{a}<$>"),
        ("${a}}", "{a}<}>"),
        ("${{'a':{'b':2}}.a.b}", "{{('a'): {('b'): 2}}.a.b}"),
        ("#{x.concat(\"${\")}", "{x.concat('${')}"),
        ("#{x} and ${x}", "both"),
        ("\\#{x} and ${x}", "<#{x} and >{x}"),
        ("${'}'}", "{'}'}"),
        ("${a}\\", "{a}"),
        ("$\\{a} ${a}", "<$\\{a} >{a}"),
        ("$\\${a}", "<$\\>{a}"),
    ] {
        let expected = expected.replace("('a')", "'a'").replace("('b')", "'b'");
        assert_eq!(parts(text), expected, "{text}");
    }
}

#[test]
fn nesting_is_bounded() {
    let deep = |n: usize| tree(&format!("{}1{}", "(".repeat(n), ")".repeat(n)));
    assert_eq!(deep(99), "Integer(1)");
    assert!(deep(100_000).contains("nested too deeply"));
    assert!(tree(&"-".repeat(100_000)).contains("nested too deeply"));
    assert!(tree(&"x -> ".repeat(100_000)).contains("nested too deeply"));
    assert!(tree(&"a = ".repeat(100_000)).contains("nested too deeply"));
    assert!(tree(&"a ? b : ".repeat(100_000)).contains("nested too deeply"));
    assert!(tree(&"[".repeat(100_000)).contains("nested too deeply"));
    assert!(tree(&"f(".repeat(100_000)).contains("nested too deeply"));
    let chain = |n: usize| tree(&vec!["1"; n].join(" + "));
    assert!(chain(100_000).starts_with("(Integer(1) Add Integer(1)"));
}

#[test]
fn places() {
    let text = "x ${ a.b + f(1) } y";
    let template = Template::parse(text);
    let mut seen = Vec::new();
    for expr in template.expressions() {
        expr.visit(&mut |node| seen.push(&text[node.span.start as usize..node.span.end as usize]));
    }
    assert_eq!(seen, ["a.b + f(1)", "a.b", "a", "f(1)", "1"]);
    let template = Template::parse("${a ? (b) : c}");
    let [expr] = template.expressions().collect::<Vec<_>>()[..] else { panic!("one expression") };
    let ExprKind::Choice(_, yes, _) = &expr.kind else { panic!("a choice") };
    assert_eq!((yes.span.start, yes.span.end), (6, 9));
}

/// Expressions of every kind, nested.
fn sources() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("a".to_owned()),
        Just("żółw".to_owned()),
        Just("null".to_owned()),
        Just("true".to_owned()),
        (0i64..i64::MAX).prop_map(|n| n.to_string()),
        (0f64..1e12).prop_map(|n| format!("{n:?}")),
        "[a-z '\"{}$]{0,5}".prop_map(|text| format!("'{}'", text.replace('\'', "\\'"))),
    ];
    leaf.prop_recursive(5, 64, 4, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            (two.clone(), "(\\+|-|\\*|/|%|\\+=|==|!=|<|>|<=|>=|&&|\\|\\||and|div)")
                .prop_map(|((a, b), op)| format!("({a}) {op} ({b})")),
            (two.clone(), "(\\+|-|\\+=|==|<|&&|or|mod)").prop_map(|((a, b), op)| format!("{a} {op} {b}")),
            inner.clone().prop_map(|a| format!("-{a}")),
            inner.clone().prop_map(|a| format!("not ({a})")),
            inner.clone().prop_map(|a| format!("empty {a}")),
            (two.clone(), inner.clone()).prop_map(|((a, b), c)| format!("({a} ? {b} : {c})")),
            two.clone().prop_map(|(a, b)| format!("({a}; {b})")),
            two.clone().prop_map(|(a, b)| format!("({a} = {b})")),
            inner.clone().prop_map(|a| format!("((x, y) -> {a})")),
            two.clone().prop_map(|(a, b)| format!("(x -> {a})({b})")),
            two.clone().prop_map(|(a, b)| format!("({a}).m({b}, 1)")),
            two.clone().prop_map(|(a, b)| format!("({a})[{b}].n")),
            two.clone().prop_map(|(a, b)| format!("f({a}, {b})")),
            two.clone().prop_map(|(a, b)| format!("[{a}, {b}]")),
            two.clone().prop_map(|(a, b)| format!("{{{a}, {b}}}")),
            two.prop_map(|(a, b)| format!("{{({a}): {b}}}")),
        ]
    })
}

proptest! {
    /// A parsed expression, printed and parsed again, is the same one.
    #[test]
    fn round_trip(source in sources()) {
        let before = tree(&source);
        if !before.starts_with("error") {
            prop_assert_eq!(&tree(&printed(&source)), &before, "{}", printed(&source));
        }
    }

    #[test]
    fn any_text_parses(text in "([a-z0-9 '\"\\\\${}()\\[\\].,:;?=<>!&|+*/%#\\-\n]|ż|🙂){0,60}") {
        let template = Template::parse(text.as_str());
        for expr in template.expressions() {
            expr.visit(&mut |node| assert!(text.get(node.span.start as usize..node.span.end as usize).is_some()));
        }
        let nested = Template::parse(format!("${{{text}}}"));
        prop_assert!(nested.expressions().all(|expr| expr.height() > 0));
    }
}
