//! The forms in which a value may turn up.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Adds the value and its encodings and escaped forms.
pub(super) fn of_text(value: &str, forms: &mut Vec<String>) {
    forms.push(value.to_owned());
    of_bytes(value.as_bytes(), forms);
    for keep in ["-._~", "-._*", "-._~!*'()"] {
        for hex in [HEX_UPPER, HEX_LOWER] {
            for space in ["%20", "+"] {
                forms.push(url(value, keep, space, hex));
            }
        }
    }
    let json = crate::json::escape(value);
    forms.push(json.replace('/', "\\/"));
    forms.push(ascii_json(&json, false));
    forms.push(ascii_json(&json, true));
    forms.push(json);
    for (quote, apostrophe) in [("&quot;", "&apos;"), ("&quot;", "&#39;"), ("&#34;", "&#39;"), ("\"", "'")] {
        forms.push(xml(value, quote, apostrophe));
    }
    forms.push(value.replace('\'', "'\\''"));
    forms.push(value.replace('\'', "'\"'\"'"));
    forms.push(escaped(value, |character| matches!(character, '"' | '\\' | '$' | '`')));
    forms.push(escaped(value, |character| matches!(character, '"' | '\\' | '$' | '`' | '!')));
    forms.push(escaped(value, |character| {
        character.is_ascii() && !character.is_ascii_alphanumeric() && !"_-./:,+@%=".contains(character)
    }));
    forms.push(escaped(value, |character| {
        character.is_ascii() && !character.is_ascii_alphanumeric() && !"_-./".contains(character)
    }));
}

/// Adds base64 and hexadecimal forms.
pub(super) fn of_bytes(bytes: &[u8], forms: &mut Vec<String>) {
    for offset in 0..3 {
        // The value stands behind `offset` other bytes: the characters that hold bits of these, or of bytes behind the
        // value, are left out.
        let mut shifted = zeroize::Zeroizing::new(vec![0; offset]);
        shifted.extend_from_slice(bytes);
        let first = (offset * 8).div_ceil(6);
        let end = shifted.len() * 8 / 6;
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            forms.extend(engine.encode(&*shifted).get(first..end).map(str::to_owned));
        }
    }
    forms.push(bytes.iter().map(|byte| hex(*byte, HEX_LOWER)).collect());
    forms.push(bytes.iter().map(|byte| hex(*byte, HEX_UPPER)).collect());
}

const HEX_LOWER: &[u8; 16] = b"0123456789abcdef";
const HEX_UPPER: &[u8; 16] = b"0123456789ABCDEF";

fn hex(byte: u8, digits: &[u8; 16]) -> String {
    let digit = |nibble: u8| digits.get(usize::from(nibble)).copied().map_or('0', char::from);
    [digit(byte >> 4), digit(byte & 15)].into_iter().collect()
}

fn url(value: &str, keep: &str, space: &str, digits: &[u8; 16]) -> String {
    let mut out = String::with_capacity(value.len() * 3);
    for byte in value.bytes() {
        if byte == b' ' {
            out.push_str(space);
        } else if byte.is_ascii_alphanumeric() || keep.as_bytes().contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&hex(byte, digits));
        }
    }
    out
}

/// A JSON form with everything beyond ASCII as `\u` escapes.
fn ascii_json(json: &str, upper: bool) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() {
            out.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            out.push_str(&if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") });
        }
    }
    out
}

fn xml(value: &str, quote: &str, apostrophe: &str) -> String {
    value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', quote).replace('\'', apostrophe)
}

fn escaped(value: &str, special: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(value.len() + 8);
    for character in value.chars() {
        if special(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}
