//! What is wrong with a YAML text, said so that one can mend it.
//!
//! Concord reports such mistakes at the end of the part it read last, and only tells in the text where they are; a
//! [`Problem`] has both places.

use super::scan::SyntaxError;
use super::{MAX_DEPTH, Problem};
use crate::diagnostic::Diagnostic;
use crate::source::{Source, Span, to_u32};

/// How many characters Concord's reader looks at in one go.
const CHUNK: usize = 1025;

fn problem(diagnostic: Diagnostic, last: Span) -> Problem {
    Problem { diagnostic, found_before: last.start }
}

/// A mistake in the syntax.
pub(super) fn syntax(source: &Source, error: SyntaxError, last: Span) -> Problem {
    let mark = Span::new(last.file, error.at, error.at);
    let mut diagnostic = Diagnostic::error("yaml", error.message, last.after()).focus(mark);
    // A quote that is not closed swallows what follows, up to the next one.
    let read = source.slice(last);
    if read.starts_with(['"', '\'']) && read.contains('\n') {
        let line = source.line_col(last.start).line;
        let hint = format!("The text that a quote begins in line {line} ends here: close it in its own line.");
        diagnostic = diagnostic.hint(hint);
    } else {
        diagnostic.hints.extend(error.hint.map(Into::into));
    }
    problem(diagnostic, last)
}

/// Where Concord's reader refuses the text for a character that YAML does not allow: the offset that it has read
/// up to when it meets the chunk with the character, and the character's own offset.
pub(super) fn unprintable(text: &str) -> Option<(usize, usize)> {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{7e}' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..);
    let is_suspect = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r') || byte >= 0x7f;
    if !text.bytes().any(is_suspect) {
        return None;
    }
    let (index, (place, _)) = text.char_indices().enumerate().find(|(_, (_, c))| !allowed(*c))?;
    let chunk = index / CHUNK * CHUNK;
    let from = text.char_indices().nth(chunk).map_or(0, |(at, _)| at);
    Some((from, place))
}

/// A character that YAML does not allow.
pub(super) fn special_character(source: &Source, place: usize, last: Span) -> Problem {
    let c = source.text().get(place..).and_then(|rest| rest.chars().next()).unwrap_or_default();
    let message = format!("The character U+{:04X} is not allowed in YAML", c as u32);
    let at = to_u32(place);
    let focus = Span::new(source.id(), at, at);
    let hint = "Remove it, or write it as an escape in double quotes, e.g. \"\\x07\".";
    problem(Diagnostic::error("yaml", message, last.after()).focus(focus).hint(hint), last)
}

/// A key that is no scalar.
pub(super) fn complex_key(source: &Source, span: Span, what: &str) -> Problem {
    let opener = Span { end: span.end.max(span.start.saturating_add(1)), ..span };
    let is_jinja = source.text().get(..opener.end as usize).is_some_and(|text| text.ends_with("{{"));
    let hint = if is_jinja {
        "Concord's expressions are '${…}'; put quotes round a text that begins with '{{'."
    } else {
        "Put quotes round a text that begins with '{', '[' or '*'."
    };
    let message = format!("A key must be a text, and this is {what}");
    problem(Diagnostic::error("yaml", message, span.after()).focus(span).hint(hint), span)
}

/// Nesting beyond the limit.
pub(super) fn too_deep(span: Span, last: Span) -> Problem {
    let message = format!("Lists and maps are nested deeper than {MAX_DEPTH} levels");
    problem(Diagnostic::error("yaml-depth", message, span.after()).focus(span), last)
}

/// More values than the limit.
pub(super) fn too_many(span: Span, last: Span) -> Problem {
    let message = "The file holds too many values";
    problem(Diagnostic::error("too-large", message, span).hint("Spread it over several files in 'concord/'."), last)
}

/// Nothing but comments, or nothing at all.
pub(super) fn no_content(end: Span) -> Problem {
    let hint = "Write at least 'flows:' with a flow, or remove the file.";
    problem(Diagnostic::error("empty-file", "The file has no content", end).hint(hint), end)
}

/// An integer wider than 32 bits.
pub(super) fn out_of_range(value: &str, span: Span, last: Span) -> Problem {
    let message = format!("The number {value} does not fit: whole numbers go from -2147483648 to 2147483647");
    let hint = "Put quotes round it to make it a text, or compute it in an expression.";
    problem(Diagnostic::error("number-range", message, span.after()).focus(span).hint(hint), last)
}

/// `.inf` or `.nan`.
pub(super) fn not_finite(value: &str, span: Span, last: Span) -> Problem {
    let message = format!("'{value}' is a number that Concord cannot hold");
    let hint = "Put quotes round it to make it a text, or compute it: ${1/0} is infinite.";
    problem(Diagnostic::error("number-format", message, span.after()).focus(span).hint(hint), last)
}

/// `!!binary` before a text that is no base64.
pub(super) fn not_base64(span: Span, last: Span) -> Problem {
    let hint = "Keep the data in a file, or decode it with base64 in a task.";
    let message = "Binary data (!!binary) must be base64, and cannot stand in a Concord file anyway";
    problem(Diagnostic::error("binary", message, span.after()).focus(span).hint(hint), last)
}

/// `!!binary`; Concord reports the section that it stands in.
pub(super) fn binary(span: Span, section: Span) -> Problem {
    let hint = "Keep the data in a file, or decode it with base64 in a task.";
    let message = "Binary data (!!binary) cannot stand in a Concord file";
    problem(Diagnostic::error("binary", message, section).focus(span).hint(hint), section)
}

/// A key that the map has already.
pub(super) fn duplicate(source: &Source, name: &str, span: Span, first: Option<Span>, last: Span) -> Problem {
    let line = first.map(|first| source.line_col(first.start).line);
    let message = match line {
        Some(line) => format!("The key '{name}' stands in this map already, in line {line}"),
        None => format!("The key '{name}' stands in this map already"),
    };
    let hint = "Rename or remove one of the two.";
    problem(Diagnostic::error("duplicate-key", message, span.after()).focus(span).hint(hint), last)
}
