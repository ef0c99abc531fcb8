//! Templates: parse → print → parse.

use std::sync::LazyLock;

use accord_syntax::expr::{ExprKind, MAX_DEPTH, Part, Template, TemplateKind};
use fastrand::Rng;

use super::text;
use crate::mutate::Material;
use crate::seeds;

pub(crate) const WORDS: &[&str] = &[
    "${",
    "}",
    "#{",
    "\\${",
    "(",
    ")",
    "[",
    "]",
    "{",
    ",",
    ":",
    ";",
    ".",
    "?",
    "->",
    "=",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "+",
    "-",
    "*",
    "/",
    "%",
    "+=",
    "&&",
    "||",
    "!",
    " and ",
    " or ",
    " not ",
    " div ",
    " mod ",
    " eq ",
    " ne ",
    " lt ",
    " gt ",
    " le ",
    " ge ",
    " empty ",
    " instanceof ",
    "true",
    "false",
    "null",
    "'",
    "\"",
    "\\'",
    "1.5",
    "1e5",
    "x -> ",
    "(x, y) -> ",
    "x",
    "a",
    "l",
    "i",
    "n",
    "d",
    "s",
    "m",
    "z",
    "w",
    "set",
    "f",
    "opt",
    "big",
    "bytes",
    "error",
    "itself",
    "secret",
    "parts",
    "log",
    "misc",
];

static MATERIAL: LazyLock<Material> = LazyLock::new(|| Material::new(seeds::expressions(), WORDS));

/// Expressions, changed.
pub fn make(rng: &mut Rng) -> Vec<u8> {
    MATERIAL.make(rng)
}

/// Parses, prints, and parses what was printed.
///
/// # Panics
/// Where a place is not in the text, a tree is too deep, or a printed expression is not the same tree.
pub fn expression(input: &[u8]) {
    let text = text(input);
    let template = Template::parse(&*text);
    if let TemplateKind::Invalid(error) = template.kind() {
        assert!(error.span.start <= error.span.end && error.span.end as usize <= text.len(), "{:?}", error.span);
        assert!(!error.message.is_empty());
    }
    for expr in template.expressions() {
        expr.visit(&mut |node| {
            assert!(node.height() <= MAX_DEPTH);
            assert!(text.get(node.span.start as usize..node.span.end as usize).is_some(), "{:?}", node.span);
        });
        let printed = expr.to_string();
        // Parentheses that the printer needs, and the tree does not, count as a level when it is read.
        let again = Template::parse(format!("${{{printed}}}"));
        match again.kind() {
            TemplateKind::Expr(again) => assert_eq!(format!("{again:?}"), format!("{expr:?}"), "{printed}"),
            TemplateKind::Invalid(error) => {
                let deep = error.message.contains("nested too deeply") && expr.height() * 3 > MAX_DEPTH;
                assert!(deep, "{printed}: {}", error.message);
            }
            _ => panic!("{printed} is no expression"),
        }
    }
    if let TemplateKind::Parts(parts) = template.kind() {
        assert!(parts.len() > 1);
        assert!(parts.iter().all(|part| !matches!(part, Part::Text(text) if text.is_empty())));
    }
    if let TemplateKind::Expr(expr) = template.kind()
        && let ExprKind::Braces(entries) = &expr.kind
    {
        assert!(entries.len() <= text.len());
    }
}
