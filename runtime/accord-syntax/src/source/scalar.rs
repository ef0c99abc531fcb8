//! Where a part of a scalar's decoded text stands in the file.

use super::Span;

/// White space, which is folded where a line break is in it.
const WHITE: [char; 4] = [' ', '\t', '\n', '\r'];

/// Byte offset, from the scalar's start, of byte `decoded` of its decoded text. `raw` is the scalar as written,
/// `text` the whole source.
pub(super) fn source_offset(raw: &str, text: &str, span: Span, decoded: usize) -> usize {
    match raw.as_bytes().first() {
        Some(b'"') => 1 + double_quoted(raw.get(1..).unwrap_or(""), decoded),
        Some(b'\'') => 1 + flow_lines(raw.get(1..).unwrap_or(""), decoded, true),
        Some(b'|') => block(raw, text, span, decoded, false),
        Some(b'>') => block(raw, text, span, decoded, true),
        _ => flow_lines(raw, decoded, false),
    }
}

/// Plain and single-quoted scalars: lines are folded, `''` is one quote.
fn flow_lines(raw: &str, decoded: usize, quoted: bool) -> usize {
    let mut seen = 0;
    let mut rest = raw.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        if seen >= decoded {
            return at;
        }
        if quoted && c == '\'' {
            if rest.next_if(|(_, next)| *next == '\'').is_none() {
                return at;
            }
            seen += 1;
        } else if WHITE.contains(&c) {
            let (length, made) = fold(raw.get(at..).unwrap_or(""));
            if seen + made > decoded {
                return inside(at, length, made, decoded - seen);
            }
            seen += made;
            while rest.next_if(|(next, _)| *next < at + length).is_some() {}
        } else {
            seen += c.len_utf8();
        }
    }
    raw.len()
}

/// The white space at the start of `rest`: its length, and how many bytes of decoded text it makes. With a line break in
/// it, it is folded into one space, or a line feed for each empty line.
fn fold(rest: &str) -> (usize, usize) {
    let length = rest.len() - rest.trim_start_matches(WHITE).len();
    let white = rest.get(..length).unwrap_or("");
    let breaks = white.matches('\n').count().max(white.matches('\r').count());
    (length, if breaks == 0 { length } else { (breaks - 1).max(1) })
}

/// The place of byte `decoded` of what white space makes. What is folded is one place.
fn inside(at: usize, length: usize, made: usize, decoded: usize) -> usize {
    if length == made { at + decoded } else { at }
}

/// Double-quoted scalars: escapes, and folded lines.
fn double_quoted(raw: &str, decoded: usize) -> usize {
    let mut seen = 0;
    let mut at = 0;
    while seen < decoded {
        let rest = raw.get(at..).unwrap_or("");
        let Some(c) = rest.chars().next() else { return raw.len() };
        let (length, made) = if c == '\\' {
            escape(rest)
        } else if WHITE.contains(&c) {
            fold(rest)
        } else {
            (c.len_utf8(), c.len_utf8())
        };
        if seen + made > decoded {
            return if WHITE.contains(&c) { inside(at, length, made, decoded - seen) } else { at };
        }
        at += length;
        seen += made;
    }
    at
}

/// An escape at the start of `rest`: its length, and how many bytes of decoded text it makes.
fn escape(rest: &str) -> (usize, usize) {
    let digits = |n: usize| {
        let code = rest.get(2..2 + n).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        (2 + n, code.and_then(char::from_u32).map_or(1, char::len_utf8))
    };
    match rest.chars().nth(1) {
        Some('x') => digits(2),
        Some('u') => digits(4),
        Some('U') => digits(8),
        Some('\n' | '\r') => {
            let white = rest.get(1..).unwrap_or("");
            (1 + white.len() - white.trim_start_matches(WHITE).len(), 0)
        }
        Some('N' | '_') => (2, 2),
        Some('L' | 'P') => (2, 3),
        Some(c) => (1 + c.len_utf8(), c.len_utf8()),
        None => (1, 1),
    }
}

/// Block scalars: the header line goes, and each line's indentation. In folded ones a line break stays one byte
/// (a space or a line feed); where an empty line follows, the first of the two goes.
fn block(raw: &str, text: &str, span: Span, decoded: usize, folded: bool) -> usize {
    let header = raw.find('\n').map_or(raw.len(), |at| at + 1);
    let body = raw.get(header..).unwrap_or("");
    let indent = indentation(body, text, span, raw.get(..header).unwrap_or(""));
    let mut seen = 0;
    let mut at = header;
    let mut lines = body.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let content = line.trim_end_matches(['\n', '\r']);
        let skip = indent.min(content.len() - content.trim_start_matches(' ').len());
        let rest = content.len() - skip;
        if decoded < seen + rest + 1 {
            return at + skip + decoded.saturating_sub(seen).min(rest);
        }
        let more = |line: &str| line.get(indent..).is_some_and(|l| l.starts_with([' ', '\t']));
        let next_is_empty = lines.peek().is_some_and(|next| next.trim().is_empty());
        let joins = folded && rest > 0 && !more(content) && next_is_empty;
        seen += rest + usize::from(!joins);
        at += line.len();
    }
    raw.len()
}

/// How many spaces the lines of a block scalar are indented by: that of its first line that is not empty, unless the
/// header says it.
fn indentation(body: &str, text: &str, span: Span, header: &str) -> usize {
    let detected = || {
        body.lines()
            .find(|line| !line.trim().is_empty())
            .map_or(0, |line| line.len() - line.trim_start_matches(' ').len())
    };
    let indicator = header.chars().take_while(|c| !c.is_whitespace()).find_map(|c| c.to_digit(10));
    let Some(explicit) = indicator else { return detected() };
    // The indicator counts from the parent's indentation, which is that of the line with the header, or more where
    // the line begins with `- `; the first content line cannot have less.
    let before = text.get(..span.start as usize).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    let mut parent = line.len() - line.trim_start_matches(' ').len();
    let mut rest = line.trim_start_matches(' ');
    while let Some(inner) = rest.strip_prefix("- ") {
        let key = inner.trim_start_matches(' ');
        if key.is_empty() {
            break;
        }
        parent += rest.len() - key.len();
        rest = key;
    }
    (parent + explicit as usize).min(detected())
}
