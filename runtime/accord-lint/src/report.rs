//! Findings with the trail of what encloses them, and the name that was probably meant.

use accord_syntax::{Diagnostic, Span, nearest};

use crate::visit::At;

/// A warning at a place, with what encloses it.
pub(crate) fn warning(code: &'static str, message: String, span: Span, at: &At<'_>) -> Diagnostic {
    within(Diagnostic::warning(code, message, span), at)
}

/// The same finding with what encloses it.
pub(crate) fn within(found: Diagnostic, at: &At<'_>) -> Diagnostic {
    at.trail.iter().rev().fold(found, |found, (label, span)| found.within((*label).to_owned(), *span))
}

/// A warning about a name that nothing has.
pub(crate) fn unknown<'n>(
    code: &'static str,
    what: &str,
    name: &str,
    span: Span,
    at: &At<'_>,
    known: impl Iterator<Item = &'n str>,
) -> Diagnostic {
    let known: Vec<&str> = known.collect();
    let found = warning(code, format!("there is no {what} '{name}'"), span, at);
    match nearest(name, &known) {
        Some(meant) => found.hint(format!("Did you mean '{meant}'?")),
        None if known.len() > 8 => found,
        None if known.is_empty() => found.hint(format!("There are no {what}s.")),
        None => found.hint(format!("There {}.", listed(&known))),
    }
}

/// `is 'a'` or `are 'a', 'b' and 'c'`.
pub(crate) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    match quoted.as_slice() {
        [one] => format!("is {one}"),
        [first @ .., last] => format!("are {} and {last}", first.join(", ")),
        [] => "is none".to_owned(),
    }
}
