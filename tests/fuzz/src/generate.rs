//! Expressions that make sense: every method is one that the value before it has, with arguments of about the types that
//! it takes. Mutated examples seldom get so far.

use std::sync::LazyLock;

use accord_expr::{Signature, class_methods, eval, methods_of};
use accord_syntax::expr::Template;
use accord_value::Value;
use fastrand::Rng;

use crate::world::World;

/// What a chain of calls begins with, where it is not the secret.
const STARTS: &[&str] = &[
    "secret",
    "parts",
    "l",
    "i",
    "n",
    "d",
    "b",
    "z",
    "s",
    "m",
    "set",
    "w",
    "f",
    "opt",
    "big",
    "bytes",
    "error",
    "itself",
    "'a,b'",
    "''",
    "[secret, s]",
    "{'k': secret}",
    "{secret: 1}",
    "{secret, 1}",
    "[[secret]]",
    "parts.stream()",
    "(x -> x += secret)",
    "allVariables()",
    "secret.toCharArray()",
    "secret.getBytes()",
    "secret.lines()",
    "log.say(secret)",
    "orDefault('secret', s)",
    "sensitive('shh, ' += i)",
];

const TEXTS: &[&str] = &[
    "secret",
    "secret",
    "s",
    "''",
    "' '",
    "'a'",
    "'.'",
    "'(.)(.)'",
    "'$1'",
    "'%s'",
    "'%5$-9.3s|%<S'",
    "'[a-zA-Z]+'",
    "'7'",
    "','",
    "'UTF-8'",
    "'secret'",
    "'k'",
    "'x\\ny'",
];

const WHOLE: &[&str] =
    &["0", "1", "1", "2", "3", "4", "7", "8", "-1", "16", "65", "100", "2147483647", "i", "l.size()"];

const FRACTIONS: &[&str] = &["0.0", "1.5", "-0.0", "1e300", "d", "Double.NaN", "big"];

const CONTAINERS: &[&str] =
    &["parts", "l", "m", "set", "w", "[secret, 1]", "{'k': secret}", "{secret, 2}", "itself", "secret.getBytes()", "z"];

const LAMBDAS: &[&str] = &[
    "x -> x",
    "x -> secret",
    "x -> x += secret",
    "x -> x += ''",
    "x -> true",
    "x -> [x, secret]",
    "x -> x.toString()",
    "(x, y) -> x",
    "(x, y) -> x += y",
    "(x, y) -> secret",
    "(x, y) -> [x, y]",
    "x -> x == secret",
    "x -> x.length()",
    "x -> x.stream()",
    "() -> secret",
    "f",
    "x -> (y -> x += y)",
    "(x, y) -> 1",
];

const OPERATORS: &[&str] =
    &["+", "-", "*", "/", "%", "+=", "==", "!=", "<", ">=", "&&", "||", "instanceof", ";", "eq", "?: ", "="];

static OF_CLASSES: LazyLock<Vec<(&'static str, Signature)>> = LazyLock::new(class_methods);

/// How deep calls stand in the arguments of others.
const DEEP: u32 = 2;

/// Makes an expression, without `${` and `}` round it.
pub(crate) fn expression(rng: &mut Rng) -> String {
    chain(rng, 0)
}

fn any(rng: &mut Rng, words: &[&str]) -> String {
    rng.choice(words).copied().unwrap_or_default().to_owned()
}

fn chain(rng: &mut Rng, depth: u32) -> String {
    let mut text = match rng.u8(..8) {
        0..4 => "secret".to_owned(),
        4 => match rng.choice(&*OF_CLASSES) {
            Some((class, signature)) if *class == signature.name => call(rng, signature, depth),
            Some((class, signature)) => format!("{class}.{}", call(rng, signature, depth)),
            None => String::new(),
        },
        _ => any(rng, STARTS),
    };
    for _ in 0..rng.u8(..5) {
        let Ok(value) = eval(&Template::parse(format!("${{{text}}}")), &World::new()) else { break };
        text = longer(rng, &text, &value, depth);
    }
    text
}

/// Does something with the value that `text` has.
fn longer(rng: &mut Rng, text: &str, value: &Value, depth: u32) -> String {
    match rng.u8(..12) {
        0 => format!("({text} {} {})", any(rng, OPERATORS), argument(rng, "", depth)),
        1 => format!("({} {} {text})", argument(rng, "", depth), any(rng, OPERATORS)),
        2 => format!("{text}[{}]", argument(rng, "", depth)),
        3 => format!("[{text}, {}]", argument(rng, "", depth)),
        4 => format!("{{{text}: {}}}", argument(rng, "", depth)),
        _ => match rng.choice(methods_of(value)) {
            Some(signature) => format!("{text}.{}", call(rng, &signature, depth)),
            None => format!("({})({text})", any(rng, LAMBDAS)),
        },
    }
}

fn call(rng: &mut Rng, signature: &Signature, depth: u32) -> String {
    let arguments: Vec<String> = signature.parameters.iter().map(|ty| argument(rng, ty, depth)).collect();
    format!("{}({})", signature.name, arguments.join(", "))
}

/// An argument of about this type.
fn argument(rng: &mut Rng, ty: &str, depth: u32) -> String {
    let ty = if rng.u8(..8) == 0 { "" } else { ty.rsplit('.').next().unwrap_or(ty) };
    match ty {
        "boolean" | "Boolean" => any(rng, &["true", "false", "b"]),
        "char" | "Character" => any(rng, &["'x'", "','", "secret.charAt(1)", "s.charAt(0)"]),
        "byte" | "short" | "int" | "long" | "Byte" | "Short" | "Integer" | "Long" | "BigInteger" => any(rng, WHOLE),
        "float" | "double" | "Float" | "Double" | "BigDecimal" | "Number" => any(rng, FRACTIONS),
        "String" | "CharSequence" => any(rng, TEXTS),
        "StringBuilder" => any(rng, &["StringBuilder(secret)", "StringBuilder(s)"]),
        "Collection" | "Iterable" | "List" | "Map" | "Set" => any(rng, CONTAINERS),
        "char[]" => "secret.toCharArray()".to_owned(),
        "byte[]" => "secret.getBytes()".to_owned(),
        "Object" | "Comparable" | "" if depth < DEEP && rng.bool() => chain(rng, depth + 1),
        "Object" | "Comparable" => any(rng, STARTS),
        "" => match rng.u8(..4) {
            0 => any(rng, WHOLE),
            1 => any(rng, TEXTS),
            2 => any(rng, LAMBDAS),
            _ => any(rng, STARTS),
        },
        _ => any(rng, LAMBDAS),
    }
}
