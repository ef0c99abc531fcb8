//! Texts with Java's indexes, which count UTF-16 code units.

use accord_value::{Text, Value};

use crate::fail::{Fail, Outcome};

/// Number of UTF-16 code units.
pub(crate) fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char::len_utf16).sum() }
}

/// Byte offset of the UTF-16 index; the end where the index is beyond it. An index inside of a character is its start.
pub(crate) fn byte_at(text: &str, index: usize) -> usize {
    if text.is_ascii() {
        return index.min(text.len());
    }
    let mut units = 0;
    for (byte, c) in text.char_indices() {
        units += c.len_utf16();
        if units > index {
            return byte;
        }
    }
    text.len()
}

/// UTF-16 index of a byte offset.
pub(crate) fn index_of(text: &str, byte: usize) -> usize {
    length(text.get(..byte).unwrap_or(text))
}

/// The code unit at an index.
pub(crate) fn unit_at(text: &str, index: usize) -> Option<u16> {
    if text.is_ascii() {
        text.as_bytes().get(index).map(|byte| u16::from(*byte))
    } else {
        text.encode_utf16().nth(index)
    }
}

/// Characters of code units. A lone half of a pair is shown as `?`, as Java shows it in UTF-8.
pub(crate) fn text_of(units: &[u16]) -> String {
    char::decode_utf16(units.iter().copied()).map(|c| c.unwrap_or('?')).collect()
}

/// `text.substring(start, end)`, with Java's complaint where the range does not fit.
pub(crate) fn substring(text: &str, start: i32, end: Option<i32>) -> Outcome<&str> {
    let length = length(text);
    let end = end.unwrap_or(i32::try_from(length).unwrap_or(i32::MAX));
    match (usize::try_from(start), usize::try_from(end)) {
        (Ok(from), Ok(to)) if from <= to && to <= length => {
            Ok(text.get(byte_at(text, from)..byte_at(text, to)).unwrap_or(""))
        }
        _ => Err(Fail::java(
            "StringIndexOutOfBoundsException",
            format!("Range [{start}, {end}) out of bounds for length {length}"),
        )),
    }
}

/// An index that must be below `length`, with Java's complaint.
pub(crate) fn check_index(index: i32, length: usize) -> Outcome<usize> {
    usize::try_from(index).ok().filter(|index| *index < length).ok_or_else(|| {
        Fail::java("StringIndexOutOfBoundsException", format!("Index {index} out of bounds for length {length}"))
    })
}

fn point(c: Option<char>) -> Outcome {
    Ok(Value::Int(c.and_then(|c| i32::try_from(u32::from(c)).ok()).unwrap_or(0)))
}

/// `codePointAt`.
pub(crate) fn point_at(text: &str, index: i32) -> Outcome {
    let index = check_index(index, length(text))?;
    point(text.get(byte_at(text, index)..).and_then(|rest| rest.chars().next()))
}

/// `codePointBefore`.
pub(crate) fn point_before(text: &str, index: i32) -> Outcome {
    let index = check_index(index.saturating_sub(1), length(text))?;
    point(text.get(..byte_at(text, index + 1)).and_then(|head| head.chars().last()))
}

/// `codePointCount`: how many characters stand between two indexes.
pub(crate) fn count_points(text: &str, start: i32, end: i32) -> Outcome {
    let length = length(text);
    let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    let Some((from, to)) = range.filter(|(from, to)| from <= to && *to <= length) else {
        let message = format!("Range [{start}, {end}) out of bounds for length {length}");
        return Err(Fail::java("IndexOutOfBoundsException", message));
    };
    let part = text.get(byte_at(text, from)..byte_at(text, to)).unwrap_or("");
    Ok(Value::Int(to_int(part.chars().count())))
}

/// `offsetByCodePoints`: the index that is `count` characters away.
pub(crate) fn offset_by_points(text: &str, index: i32, count: i32) -> Outcome {
    let out = || Fail::java_bare("IndexOutOfBoundsException");
    let start = usize::try_from(index).ok().filter(|index| *index <= length(text)).ok_or_else(out)?;
    let (head, tail) = text.split_at_checked(byte_at(text, start)).ok_or_else(out)?;
    let steps = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    let passed: Vec<char> =
        if count < 0 { head.chars().rev().take(steps).collect() } else { tail.chars().take(steps).collect() };
    if passed.len() < steps {
        return Err(out());
    }
    let units = to_int(passed.iter().map(|c| c.len_utf16()).sum());
    Ok(Value::Int(if count < 0 { index - units } else { index + units }))
}

/// Index of the first occurrence of `part` in `text` at or behind the index `from`, -1 if there is none.
pub(crate) fn find(text: &str, part: &str, from: i32) -> i32 {
    let length = length(text);
    let from = usize::try_from(from).unwrap_or(0);
    if from > length {
        return if part.is_empty() { to_int(length) } else { -1 };
    }
    let start = byte_at(text, from);
    match text.get(start..).and_then(|rest| rest.find(part)) {
        Some(at) => to_int(index_of(text, start + at)),
        None => -1,
    }
}

/// Index of the last occurrence of `part` in `text` that begins at or before the index `from`, -1 if there is none.
pub(crate) fn find_last(text: &str, part: &str, from: i32) -> i32 {
    let Ok(from) = usize::try_from(from) else { return -1 };
    let limit = byte_at(text, from).saturating_add(part.len()).min(text.len());
    match text.get(..text.ceil_char_boundary(limit)).and_then(|head| head.rfind(part)) {
        Some(at) => to_int(index_of(text, at)),
        None => -1,
    }
}

/// A length or index as Java's `int`.
pub(crate) fn to_int(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

/// Whether Java takes the character for white space: not the blanks that forbid a break.
pub(crate) fn is_java_whitespace(c: char) -> bool {
    matches!(c, '\t'..='\r' | '\u{1c}'..='\u{1f}')
        || (c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}' | '\u{85}'))
}

/// The characters of a code unit.
pub(crate) fn unit_text(unit: u16) -> String {
    text_of(&[unit])
}

/// A plain text as a value.
pub(crate) fn text(text: impl Into<std::sync::Arc<str>>) -> Outcome {
    Ok(Value::Text(Text::plain(text)))
}
