//! Java's `.properties` format (the documentation of `java.util.Properties.load`).

use std::iter::Peekable;
use std::str::Chars;

use accord_sdk::TaskError;
use accord_value::{Map, MapKind, Text, Value};

/// The entries of a properties file; of two equal keys the later wins.
pub(crate) fn read(text: &Text) -> Result<Value, TaskError> {
    let map = Map::of_kind(MapKind::Hash);
    for line in logical_lines(text.as_str()) {
        let mut chars = line.chars().peekable();
        let key = part(&mut chars, true).map_err(|message| super::quoting(text, ILLEGAL, message))?;
        skip_blanks(&mut chars);
        if chars.next_if(|c| matches!(c, '=' | ':')).is_some() {
            skip_blanks(&mut chars);
        }
        let value = part(&mut chars, false).map_err(|message| super::quoting(text, ILLEGAL, message))?;
        map.insert(key, value);
    }
    Ok(super::marked_if(text.is_sensitive(), Value::Map(map)))
}

const ILLEGAL: &str = TaskError::ILLEGAL_ARGUMENT;

/// Lines without comments and blank ones, those that end in an odd number of backslashes joined with the next.
fn logical_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut open = false;
    for raw in text.split(['\n', '\r']) {
        let line = raw.trim_start_matches([' ', '\t', '\u{c}']);
        if !open && (line.is_empty() || line.starts_with(['#', '!'])) {
            continue;
        }
        let backslashes = line.chars().rev().take_while(|c| *c == '\\').count();
        let continued = backslashes % 2 == 1;
        let content = if continued { line.strip_suffix('\\').unwrap_or(line) } else { line };
        match lines.last_mut() {
            Some(last) if open => last.push_str(content),
            _ => lines.push(content.to_owned()),
        }
        open = continued;
    }
    lines
}

fn skip_blanks(chars: &mut Peekable<Chars<'_>>) {
    while chars.next_if(|c| matches!(c, ' ' | '\t' | '\u{c}')).is_some() {}
}

/// A key (up to a separator) or a value (up to the end), with its escapes resolved.
fn part(chars: &mut Peekable<Chars<'_>>, key: bool) -> Result<String, String> {
    let mut units: Vec<u16> = Vec::new();
    while let Some(c) = chars.next_if(|c| !(key && matches!(c, '=' | ':' | ' ' | '\t' | '\u{c}'))) {
        if c != '\\' {
            push(&mut units, c);
            continue;
        }
        match chars.next() {
            Some('t') => push(&mut units, '\t'),
            Some('n') => push(&mut units, '\n'),
            Some('r') => push(&mut units, '\r'),
            Some('f') => push(&mut units, '\u{c}'),
            Some('u') => {
                let digits: String = chars.by_ref().take(4).collect();
                match u16::from_str_radix(&digits, 16) {
                    Ok(unit) if digits.len() == 4 => units.push(unit),
                    _ => return Err("Malformed \\uxxxx encoding.".to_owned()),
                }
            }
            Some(other) => push(&mut units, other),
            None => {}
        }
    }
    Ok(String::from_utf16_lossy(&units))
}

fn push(units: &mut Vec<u16>, c: char) {
    units.extend(c.encode_utf16(&mut [0; 2]).iter());
}
