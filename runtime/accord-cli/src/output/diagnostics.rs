//! A diagnostic for people: the source line with a mark under the place, on stderr.

use accord_runtime::{Diagnostic, Severity, Sources};

use super::{note, paint};

/// Prints one diagnostic.
pub(crate) fn picture(found: &Diagnostic, sources: &Sources) {
    let severity = match found.severity {
        Severity::Error => paint("error", "1;31"),
        Severity::Warning => paint("warning", "1;33"),
    };
    let mut text = format!("{severity}: {}", found.message);
    if let Some((source, place)) = found.span.and_then(|span| Some((sources.get(span.file)?, sources.place(span)?))) {
        text.push_str(&format!("\n  --> {}:{}:{}", source.path(), place.line, place.col));
    }
    for hint in &found.hints {
        text.push_str(&format!("\n  hint: {hint}"));
    }
    note(&text);
}
