//! What is derived from a sensitive value is sensitive.

mod support;

use accord_expr::Data;
use accord_value::{Text, Value};
use support::{World, message};

const SECRET: &str = "s3cret line one\nsecond";

fn world() -> World {
    let mut world = World::default();
    world.variables.insert("p".into(), Value::Text(Text::sensitive(SECRET)));
    world.variables.insert("name".into(), "bob".into());
    world.variables.insert("n".into(), Value::Long(3));
    let map = world.eval("${{'user': name, 'pass': p}}").unwrap_or_else(|error| panic!("{}", message(&error)));
    world.variables.insert("m".into(), map);
    world
}

/// Each expression's value is shown without any of the secret's characters.
#[test]
fn derived_values_are_masked() {
    let world = world();
    for expression in [
        "p",
        "p.toUpperCase()",
        "p.toLowerCase",
        "p.substring(3)",
        "p.substring(0, 6)",
        "p.replace('3', 'e')",
        "p.replaceAll('[0-9]', '-')",
        "p.split(' ')[0]",
        "p.split(' ').stream().toList()",
        "String.join('-', p.split(' ').stream().toList())",
        "p.lines().toList()[1]",
        "p.lines().findFirst().get()",
        "p.charAt(0)",
        "p.toCharArray()[0]",
        "p.concat('!')",
        "'x'.concat(p)",
        "p += ''",
        "'' += p",
        "p.repeat(2)",
        "p.trim()",
        "p.strip",
        "p.indent(2)",
        "String.format('%s', p)",
        "'%10s'.formatted(p)",
        "String.valueOf(p)",
        "String(p)",
        "p.toString()",
        "p.intern()",
        "StringBuilder(p).reverse().toString()",
        "StringBuilder('x').append(p).substring(1)",
        "[p]",
        "{p}",
        "{'k': p}",
        "{p: 1}",
        "[[p]]",
        "[p].toString()",
        "{'k': p}.toString().substring(1)",
        "{'k': p}.values()",
        "{p: 1}.keySet()",
        "m",
        "m.pass",
        "m.get('pass')",
        "m['pass'].substring(2)",
        "m.entrySet().stream().map(e -> e.value).toList()",
        "m += ''",
        "(x -> x)(p)",
        "(x -> 'a' += x)(p)",
        "(x -> y -> x += y)(p)('b')",
        "true ? p : 'x'",
        "'x'; p",
        "[p].stream().map(x -> x.substring(1)).toList()",
        "[p].stream().map(x -> x.length() > 1 ? x : '').findFirst().get()",
        "[p, 'b'].stream().sorted().toList().getLast()",
        "[p].stream().reduce('', (a, b) -> a += b)",
        "[p].iterator().next()",
        "orDefault('nope', p)",
        "orDefault('m.pass', 1)",
        "evalAsMap({'k': p})",
        "allVariables().p",
        "misc.echo(p)",
        "crypto.exportAsString('org', 'name', null)",
        "sensitive('literal s3cret')",
        "text ${p} text",
        "user ${name} password ${p.toUpperCase()}",
        "'S3CRET'.replace('S3CRET', p)",
        "'ab'.replaceAll('a', p)",
        "m.getOrDefault('pass', 'x')",
    ] {
        let text = if expression.contains("${") { expression.to_owned() } else { format!("${{{expression}}}") };
        let value = world.eval(&text).unwrap_or_else(|error| panic!("{expression}: {}", message(&error)));
        assert!(value.is_sensitive(), "{expression} lost its mark");
        let shown = value.to_array_text().masked().to_lowercase();
        for part in ["s3cret", "3cr", "second", "terc3s", "line one"] {
            assert!(!shown.contains(part), "{expression} shows {shown}");
        }
    }
}

/// What has nothing of the secret in it stays readable.
#[test]
fn plain_parts_stay_readable() {
    let world = world();
    for (text, expected) in [
        ("${m.user}", "bob"),
        ("${p.length()}", "22"),
        ("${p == 'x'}", "false"),
        ("${empty p ? 'none' : 'some'}", "some"),
        ("user ${name}, password ${p}", "user bob, password ******"),
        ("${'user ' += name += ', password ' += p}", "user bob, password ******"),
        ("${m}", "{pass=******, user=bob}"),
        ("${[name, p, n]}", "[bob, ******, 3]"),
        ("${String.format('%s: %s', name, p)}", "bob: ******"),
        ("${m.keySet()}", "[pass, user]"),
        ("${[name, p].stream().filter(x -> x == 'bob').toList()}", "[bob]"),
        ("${(x -> 'const')(p)}", "const"),
        ("${m.values().stream().map(x -> x.length()).sum()}", "25"),
    ] {
        assert_eq!(world.show(text), expected, "{text}");
    }
}

#[test]
fn errors_do_not_quote_secrets() {
    let world = world();
    for (expression, expected) in [
        ("p + 1", "! <e>******"),
        ("-p", "! <e>******"),
        ("p > 5", "! <e>******"),
        ("Integer.parseInt(p)", "! <e>******"),
        ("Integer.valueOf(p)", "! <e>******"),
        ("[1].get(p)", "! <e>"),
        ("[p] ? 1 : 2", "! <e>******"),
        ("![p]", "! <e>******"),
        (
            "n[p]",
            "! <e>Can't find the specified variable. Check if it is defined in the current scope. Details: The class 'java.lang.Long' does not have the property '******'.",
        ),
        ("[p, 1].stream().min().get()", "! <e>"),
        ("[p, 1].stream().sum()", "! <e>******"),
        ("[2, 1].stream().sorted((a, b) -> p).toList()", "! <e>"),
        ("[2, 1].stream().max((a, b) -> p)", "! <e>"),
        ("'abc'.getBytes()[p]", "! <e>******"),
        ("[1][p]", "! <e>******"),
        ("Double[p]", "! <e>******"),
        ("Double[p](1)", "! ******"),
        ("[1][p] = 2", "! <e>******"),
        ("'a'[p]()", "! <e>******"),
        ("log[p]", "! <e>"),
        ("log[p]()", "! <e>"),
        ("evalAsMap({p: 1, 'a': {'b': p}})", "{"),
        ("throw(p)", "! ******"),
        ("throw('wrong ' += p)", "! wrong ******"),
        ("'x'.matches(p += '(')", "! <e>******"),
        ("[p, [1]].stream().max().get()", "! Cannot compare"),
        ("crypto.fail('x', p)", "! <e>"),
        ("[p].stream().map(x -> x + 1).toList()", "! <e>******"),
    ] {
        let shown = world.show(&format!("${{{expression}}}"));
        assert!(!shown.contains("s3cret") && !shown.contains("second"), "{expression}: {shown}");
        let start = expected.trim_end_matches("******").trim_end();
        assert!(shown.starts_with(start) || expected.starts_with("! Cannot compare"), "{expression}: {shown}");
    }
}

/// The text of the expression is quoted in errors, but for literals that are secret parameters.
#[test]
fn secret_literals_are_masked_in_the_quoted_source() {
    let world = world();
    for (text, expected) in [
        (
            "${crypto.fail('name', 'pa55word')}",
            "! while evaluating expression '${crypto.fail('name', ******)}': wrong password pa55word",
        ),
        (
            "${crypto.exportAsString('o', 'n', 'pa55' += 'word') + nope}",
            "! while evaluating expression '${crypto.exportAsString('o', 'n', ****** += ******) + nope}': Can't find a \
             variable 'nope'. Check if it is defined in the current scope. Details: ELResolver cannot handle a null \
             base Object with identifier 'nope'",
        ),
        (
            "${sensitive('pa55word') + nope}",
            "! while evaluating expression '${sensitive(******) + nope}': Can't find a variable 'nope'. Check if it is \
             defined in the current scope. Details: ELResolver cannot handle a null base Object with identifier 'nope'",
        ),
        (
            "a ${nope} b ${crypto.exportAsString('o', 'n', 'x')}",
            "! while evaluating expression 'a ${nope} b ${crypto.exportAsString('o', 'n', ******)}': Can't find a \
             variable 'nope'. Check if it is defined in the current scope. Details: ELResolver cannot handle a null \
             base Object with identifier 'nope'",
        ),
    ] {
        assert_eq!(world.show(text), expected, "{text}");
    }
}

#[test]
fn sensitive_registers_the_text() {
    let world = world();
    assert_eq!(world.show("${sensitive('hidden')}"), "******");
    assert_eq!(*world.registered.borrow(), ["hidden"]);
}

/// Parts of values that are evaluated only when they are asked for.
#[test]
fn errors_of_lazy_values_do_not_quote_secrets() {
    let list = Data::List([Data::text("${l[p]}"), Data::text("b")].into());
    let entries = [("l".into(), list), ("a".into(), Data::text("${l[p]}"))];
    let error = accord_expr::eval_siblings(&entries, &world()).err().map(|error| message(&error)).unwrap_or_default();
    assert!(error.contains("******") && !error.contains("s3cret"), "{error}");
}
