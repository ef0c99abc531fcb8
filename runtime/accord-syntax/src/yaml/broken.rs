//! What is wrong with a YAML text, said so that one can mend it.
//!
//! Concord reports such mistakes at the end of the part it read last, and only tells in the text where they are; a
//! [`Problem`] has both places.

use granit_parser::{ErrorKind, ScanError};

use super::build::Last;
use super::{MAX_DEPTH, Problem};
use crate::diagnostic::Diagnostic;
use crate::source::{Source, Span, to_u32};

/// How many characters Concord's reader looks at in one go.
const CHUNK: usize = 1025;

fn problem(diagnostic: Diagnostic, last: Span) -> Problem {
    Problem { diagnostic, found_before: last.start }
}

/// A syntax error of granit-parser.
pub(super) fn syntax(source: &Source, error: &ScanError, last: Last) -> Problem {
    let end = source.text().len();
    let at = to_u32(error.marker().byte_offset().unwrap_or(end).min(end));
    let mark = Span::new(source.id(), at, at);
    let found = source.text().get(at as usize..).and_then(|rest| rest.chars().next());
    let (message, hint) = explain(source, error.kind(), at, found);
    let mut diagnostic = Diagnostic::error("yaml", message, last.span.after()).focus(mark);
    if let Some(hint) = hint {
        diagnostic = diagnostic.hint(hint);
    }
    problem(diagnostic, last.span)
}

fn explain(source: &Source, kind: &ErrorKind, at: u32, found: Option<char>) -> (String, Option<&'static str>) {
    let before = source.text().get(..at as usize).unwrap_or("");
    let line = before.rsplit(['\n', '\r']).next().unwrap_or("");
    if found == Some('\t') || line.trim_start_matches(' ').starts_with('\t') && line.trim().is_empty() {
        return ("A tab cannot stand here: YAML indents with spaces".into(), Some(TAB_HINT));
    }
    let (message, hint) = match kind {
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => (
            "A ':' begins a map's value, and none can stand here",
            Some("Put quotes round a text that has ': ' in it; put a nested map on its own, deeper indented lines."),
        ),
        ErrorKind::ExpectedBlockMappingKey => (
            "This does not continue the map it stands in: the indentation fits no key",
            Some("Indent it like the keys that it belongs to."),
        ),
        ErrorKind::ExpectedBlockSequenceEntry => (
            "This does not continue the list it stands in: a '-' was expected",
            Some("Begin the line with '- ', or indent it like what it belongs to."),
        ),
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => (
            "This line is no 'key: value'",
            Some("Add the ':' behind the key; indent the text of a block scalar deeper than its key."),
        ),
        ErrorKind::UnclosedQuotedScalar => ("This quote is never closed", Some("Add the closing quote.")),
        ErrorKind::InvalidTrailingDoubleQuotedScalar | ErrorKind::InvalidTrailingSingleQuotedScalar => (
            "Nothing can follow the closing quote",
            Some("Put the whole value into one pair of quotes, or into '${…}' if it is an expression."),
        ),
        ErrorKind::UnknownQuotedScalarEscape => (
            "A backslash in double quotes begins an escape, and this one does not exist",
            Some("Write '\\\\', or use single quotes."),
        ),
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::BlockEntryInFlowCollection
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofFlowSequence => {
            ("The bracket before is not closed", Some("Close it with '}' or ']', and put a ',' between items."))
        }
        ErrorKind::MissingAnchorOrAliasName => {
            ("'*' and '&' need a name behind them", Some("Put quotes round a text that begins with '*' or '&'."))
        }
        ErrorKind::UnexpectedCharacter { .. } => {
            let found = found.map(|c| format!("'{}'", c.escape_debug())).unwrap_or_default();
            return (format!("A value cannot begin with {found}"), Some("Put quotes round the text."));
        }
        ErrorKind::InvalidBlockScalarHeader => {
            ("Nothing but '+', '-' or a digit can follow '|' and '>'", Some("Begin the text on the next line."))
        }
        ErrorKind::RecursionLimitExceeded => {
            return (format!("Lists and maps are nested deeper than {MAX_DEPTH} levels"), None);
        }
        other => return (format!("This is no valid YAML: {other}"), None),
    };
    (message.into(), hint)
}

const TAB_HINT: &str = "Replace the tab by spaces.";

/// The scalar that a syntax error follows, if granit-parser had it but did not hand it on: start and end.
pub(super) fn scalar_before(text: &str, error: &ScanError, from: u32) -> Option<(u32, u32)> {
    let end = error.marker().byte_offset()?;
    match error.kind() {
        ErrorKind::InvalidTrailingDoubleQuotedScalar | ErrorKind::InvalidTrailingSingleQuotedScalar => {
            let gap = text.get(from as usize..end)?;
            let end = from as usize + gap.trim_end().len();
            Some((to_u32(end.saturating_sub(1)), to_u32(end)))
        }
        ErrorKind::InvalidColonPlacement => Some((to_u32(end.saturating_sub(1)), to_u32(end))),
        _ => None,
    }
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

/// The first tab between two parts, unless it stands in a comment or trails a plain scalar: those are fine.
pub(super) fn tab_in_gap(gap: &str, after_plain: bool) -> Option<usize> {
    let skip = if after_plain { gap.len() - gap.trim_start_matches([' ', '\t']).len() } else { 0 };
    let mut in_comment = false;
    let mut previous = None;
    for (at, c) in gap.char_indices().skip_while(|(at, _)| *at < skip) {
        match c {
            '\n' | '\r' => in_comment = false,
            '#' if previous.is_none_or(char::is_whitespace) => in_comment = true,
            '\t' if !in_comment => return Some(at),
            _ => {}
        }
        previous = Some(c);
    }
    None
}

/// A tab as white space between parts.
pub(super) fn tab(mark: Span, last: Span) -> Problem {
    let message = "A tab cannot stand here: YAML separates with spaces";
    problem(Diagnostic::error("yaml", message, last.after()).focus(mark).hint(TAB_HINT), last)
}

/// Escapes of YAML 1.2 that Concord's reader does not know.
pub(super) fn escape(source: &Source, span: Span, last: Span) -> Option<Problem> {
    let raw = source.slice(span);
    if !raw.contains("\\/") {
        return None;
    }
    let mut escaped = false;
    for (at, c) in raw.char_indices() {
        if escaped && c == '/' {
            let at = span.start.saturating_add(to_u32(at));
            let mark = Span::new(span.file, at, at);
            let message = "A backslash in double quotes begins an escape, and '\\/' does not exist";
            let diagnostic = Diagnostic::error("yaml", message, last.after()).focus(mark);
            return Some(problem(diagnostic.hint("Write '/' without the backslash."), last));
        }
        escaped = !escaped && c == '\\';
    }
    None
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
    problem(Diagnostic::error("yaml-depth", message, span), last)
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
