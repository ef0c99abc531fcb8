//! Quoting: which keys stand plain, and how quoted texts are escaped and split.

use super::Writer;
use crate::Text;

/// Column behind which a quoted text is split.
const WIDTH: usize = 80;

/// The longest key that stands before its colon; longer ones get a `? ` and a line of their own.
const LONGEST_KEY: usize = 128;

/// How a key is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
}

/// Whether a key fits before its colon.
pub(super) fn is_simple_key(key: &str) -> bool {
    !key.is_empty() && !key.contains(is_break) && key.encode_utf16().count() < LONGEST_KEY
}

/// How the reference writes a key. Words that YAML 1.1 reads as something else than a text are in double quotes, and what
/// begins like a number.
pub(super) fn key_style(key: &str) -> Style {
    if is_reserved(key) {
        return Style::Double;
    }
    if key.chars().any(|character| !is_printable(character)) || key.contains(is_break) {
        return Style::Double;
    }
    if stands_plain(key) { Style::Plain } else { Style::Single }
}

fn is_reserved(key: &str) -> bool {
    matches!(
        key,
        "" | "~"
            | "false"
            | "False"
            | "FALSE"
            | "n"
            | "N"
            | "no"
            | "No"
            | "NO"
            | "null"
            | "Null"
            | "NULL"
            | "on"
            | "On"
            | "ON"
            | "off"
            | "Off"
            | "OFF"
            | "true"
            | "True"
            | "TRUE"
            | "y"
            | "Y"
            | "yes"
            | "Yes"
            | "YES"
    ) || key.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '~' | '+' | '-' | '.'))
}

fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_printable(character: char) -> bool {
    matches!(character,
        '\n' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Whether a key without line breaks means itself when it stands without quotes in block layout.
fn stands_plain(key: &str) -> bool {
    if key.starts_with("---") || key.starts_with("...") || key.starts_with(' ') || key.ends_with(' ') {
        return false;
    }
    let characters: Vec<char> = key.chars().collect();
    let blank_after = |index: usize| characters.get(index + 1).is_none_or(|next| *next == ' ');
    characters.iter().enumerate().all(|(index, character)| {
        let begins = index == 0;
        match character {
            ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => !begins,
            '?' | '-' if begins => !blank_after(index),
            ':' => !blank_after(index),
            '#' => !begins && characters.get(index - 1) != Some(&' '),
            _ => true,
        }
    })
}

/// The escape of a character in double quotes; none where it stands for itself.
fn escape(character: char) -> Option<String> {
    let short = match character {
        ' '..='~' if character != '"' && character != '\\' => return None,
        '"' => '"',
        '\\' => '\\',
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        other if is_printable(other) => return Some(other.to_string()),
        other => {
            let code = u32::from(other);
            return Some(match code {
                0..=0xff => format!("\\x{code:02x}"),
                0x100..=0xffff => format!("\\u{code:04x}"),
                _ => format!("\\U{code:08x}"),
            });
        }
    };
    Some(format!("\\{short}"))
}

/// Writes what stands between double quotes. Where `split`, a line that reaches beyond column 80 is broken at a blank or
/// behind a character that is not ASCII, with a backslash; the next one begins at `indent`.
pub(super) fn write_quoted(writer: &mut Writer, text: &Text, indent: usize, split: bool) {
    let plain = |character: char| matches!(character, ' '..='~') && character != '"' && character != '\\';
    if text.as_str().chars().all(plain) && (!split || writer.column + text.as_str().len() <= WIDTH) {
        for (part, sensitive) in text.segments() {
            writer.put_marked(part, sensitive);
        }
        return;
    }
    let characters: Vec<(char, bool)> = text
        .segments()
        .into_iter()
        .flat_map(|(part, sensitive)| part.chars().map(move |character| (character, sensitive)))
        .collect();
    let last = characters.len().saturating_sub(1);
    // The run of characters that stand for themselves and are not written yet.
    let mut start = 0;
    for (index, (character, sensitive)) in characters.iter().enumerate() {
        if let Some(escaped) = escape(*character) {
            run(writer, characters.get(start..index));
            writer.put_marked(&escaped, *sensitive);
            start = index + 1;
        }
        let may_break = *character == ' ' || start >= index;
        // A character that was just written by itself does not count: the library takes it away again.
        if split && may_break && index > 0 && index < last && writer.column + index > WIDTH + start {
            run(writer, characters.get(start..index));
            start = start.max(index);
            writer.put("\\");
            writer.new_line(indent);
            if characters.get(start).is_some_and(|(next, _)| *next == ' ') {
                writer.put("\\");
            }
        }
    }
    run(writer, characters.get(start..));
}

/// Writes characters that stand for themselves, those with one mark at once.
fn run(writer: &mut Writer, characters: Option<&[(char, bool)]>) {
    for part in characters.unwrap_or_default().chunk_by(|a, b| a.1 == b.1) {
        let text: String = part.iter().map(|(character, _)| *character).collect();
        writer.put_marked(&text, part.first().is_some_and(|(_, sensitive)| *sensitive));
    }
}
