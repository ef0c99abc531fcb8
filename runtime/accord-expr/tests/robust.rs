//! Nothing that a flow's author writes makes the evaluator panic.

mod support;

use proptest::prelude::*;
use support::World;

fn world() -> World {
    World::with(&[
        ("l", "[3, 'b', null, 2.5, [1]]"),
        ("m", "{'a': 1, 'b': {'c': [1, 2]}, 'n': null}"),
        ("s", "'żółw 🙂 abc'"),
        ("i", "Integer.valueOf(7)"),
        ("d", "2.5"),
        ("n", "null"),
    ])
}

fn expressions() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "(l|m|s|i|d|n|nope|log|Math|String|Integer)".prop_map(|name| name),
        "(0|1|-1|2|99|9223372036854775807|2.5|'a'|''|'ż'|'5'|null|true|\\[\\]|\\{\\})".prop_map(|literal| literal),
    ];
    leaf.prop_recursive(4, 40, 3, |inner| {
        let names = "(size|length|class|a|b|first|toString|stream|entrySet|values|bytes|hashCode)";
        let none = "(length|size|iterator|stream|toList|next|get|lines|chars|sum|count|max|sorted|keySet|entrySet|\
                    toCharArray|reversed|getClass|distinct|findFirst|average|clone|clear|strip|removeLast)";
        let one = "(substring|charAt|get|remove|contains|indexOf|split|repeat|limit|map|filter|add|concat|valueOf|abs|\
                   sorted|flatMap|indent|matches|max|orElse|containsAll|substream|reduce|parseInt|setLength|append)";
        let two = "(substring|replace|replaceAll|add|set|put|split|max|format|join|subList|reduce|insert|delete|pow|\
                   floorMod|toString|regionMatches|getOrDefault|substream|indexOf|compare)";
        prop_oneof![
            (inner.clone(), "(\\+|-|\\*|/|%|\\+=|==|<|>=|&&|or|div|mod)", inner.clone())
                .prop_map(|(a, op, b)| format!("({a} {op} {b})")),
            (inner.clone(), names).prop_map(|(a, name)| format!("({a}).{name}")),
            (inner.clone(), none).prop_map(|(a, name)| format!("({a}).{name}()")),
            (inner.clone(), one, inner.clone()).prop_map(|(a, name, b)| format!("({a}).{name}({b})")),
            (inner.clone(), two, inner.clone(), inner.clone()).prop_map(|(a, m, b, c)| format!("({a}).{m}({b}, {c})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})[{b}]")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})[{b}] = ({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("[{a}, {b}]")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{{{a} : {b}}}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(x -> {a})({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}).stream().map(y -> {b}).toList()")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a} ? {b} : ({c}))")),
            inner.clone().prop_map(|a| format!("-({a})")),
            inner.clone().prop_map(|a| format!("empty ({a})")),
            inner.clone().prop_map(|a| format!("StringBuilder({a}).append({a}).toString()")),
            inner.prop_map(|a| format!("evalAsMap({{'k' : {a}}})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn evaluation_never_panics(expression in expressions()) {
        let world = world();
        let _ = world.show(&format!("${{{expression}}}"));
        let _ = world.show(&format!("a ${{{expression}}} b"));
    }

    #[test]
    fn any_text_is_evaluated(text in "([a-z0-9 '\"\\\\${}()\\[\\].,:;?=<>!&|+*/%#\\-\n]|ż|🙂|\\$\\{|\\}){0,40}") {
        let _ = world().show(&text);
    }
}
