//! Diagnostics as text for people and as data for machines. What is wrong is decided elsewhere.

mod picture;
#[cfg(test)]
mod tests;

use std::fmt::Write;

use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Sources;

pub use picture::{Picture, picture};

/// Concord's form: `(concord.yml): Error @ line: 7, col: 11. …`, the hints, and the trail of enclosing keys.
#[must_use]
pub fn concord(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let mut out = String::new();
    let word = match diagnostic.severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
    };
    match diagnostic.span.and_then(|span| sources.place(span)) {
        Some(place) => {
            let _ = write!(out, "({}): {word} @ line: {}, col: {}. ", place.file, place.line, place.col);
        }
        None => {
            let _ = write!(out, "{word}: ");
        }
    }
    out.push_str(&diagnostic.message);
    if let Some(place) = diagnostic.focus.and_then(|focus| sources.place(focus))
        && diagnostic.focus != diagnostic.span
    {
        let _ = write!(out, " (line {}, column {})", place.line, place.col);
    }
    for hint in &diagnostic.hints {
        let _ = write!(out, ". {}", hint.trim_end_matches('.'));
    }
    if !diagnostic.trace.is_empty() {
        out.push_str("\n\twhile processing steps:");
    }
    for (depth, point) in diagnostic.trace.iter().enumerate() {
        out.push('\n');
        out.extend(std::iter::repeat_n('\t', depth + 1));
        match sources.place(point.span) {
            Some(place) => {
                let _ = write!(out, "'{}' @ line: {}, col: {}", point.label, place.line, place.col);
            }
            None => {
                let _ = write!(out, "'{}'", point.label);
            }
        }
    }
    out
}

/// An object with `severity`, `code`, `message`, `hints`, and, where they are known, `file`, `line`, `col`, `notes` and
/// `trace`.
#[must_use]
pub fn json(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut out = json!({
        "severity": severity,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "hints": diagnostic.hints,
    });
    let place = |span| sources.place(span).map(|place| (place.file, place.line, place.col));
    if let (Some(out), Some((file, line, col))) = (out.as_object_mut(), diagnostic.span.and_then(place)) {
        out.insert("file".into(), json!(&*file));
        out.insert("line".into(), json!(line));
        out.insert("col".into(), json!(col));
    }
    let trace: Vec<Value> = diagnostic
        .trace
        .iter()
        .filter_map(|point| {
            let (file, line, col) = place(point.span)?;
            Some(json!({ "name": point.label, "file": &*file, "line": line, "col": col }))
        })
        .collect();
    if let (Some(out), false) = (out.as_object_mut(), diagnostic.notes.is_empty()) {
        out.insert("notes".into(), json!(diagnostic.notes));
    }
    if let (Some(out), false) = (out.as_object_mut(), trace.is_empty()) {
        out.insert("trace".into(), trace.into());
    }
    out
}
