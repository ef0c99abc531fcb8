//! Character classes and the escapes that stand for sets.

use super::PatternError;
use super::translate::{Walk, literal};

/// A class behind its `[`.
pub(super) fn class(walk: &mut Walk<'_>) -> Result<(), PatternError> {
    let mut out = String::new();
    body(walk, &mut out, 0)?;
    walk.push(&out);
    Ok(())
}

fn body(walk: &mut Walk<'_>, out: &mut String, depth: usize) -> Result<(), PatternError> {
    if depth > 50 {
        return Err(walk.error("Character classes nested too deep", Some(walk.position())));
    }
    out.push('[');
    if walk.eat('^') {
        out.push('^');
    }
    let mut is_first = true;
    loop {
        let start = walk.position();
        let Some(c) = walk.next() else {
            return Err(walk.error("Unclosed character class", Some(walk.length().saturating_sub(1))));
        };
        match c {
            ']' if !is_first => {
                out.push(']');
                return Ok(());
            }
            '[' => body(walk, out, depth + 1)?,
            '&' if walk.peek(0) == Some('&') => {
                walk.next();
                if walk.peek(0) == Some(']') {
                    is_first = false;
                    continue;
                }
                out.push_str("&&");
            }
            '\\' => {
                let Some(c) = walk.next() else {
                    return Err(walk.error("Unclosed character class", Some(walk.length().saturating_sub(1))));
                };
                if c == 'Q' {
                    quoted(walk, out);
                } else if let Some(set) = set(walk, c)? {
                    out.push_str(&format!("[{set}]"));
                } else {
                    let low = escaped_char(walk, c, start + 1)?;
                    range(walk, out, low)?;
                }
            }
            // The engine would take `[:` for the begin of a named class.
            ':' if is_first && walk.peek(0) != Some('-') => out.push_str(r"\x{3a}-\x{3a}"),
            c => range(walk, out, c)?,
        }
        is_first = false;
    }
}

/// A character, or a range that begins with it.
fn range(walk: &mut Walk<'_>, out: &mut String, low: char) -> Result<(), PatternError> {
    literal(out, low);
    if walk.peek(0) != Some('-') || matches!(walk.peek(1), None | Some(']' | '[')) {
        return Ok(());
    }
    walk.next();
    let start = walk.position();
    let Some(mut high) = walk.next() else { return Ok(()) };
    if high == '\\' {
        let Some(c) = walk.next() else {
            return Err(walk.error("Unclosed character class", Some(walk.length().saturating_sub(1))));
        };
        high = escaped_char(walk, c, start + 1)?;
    }
    if high < low {
        return Err(walk.error("Illegal character range", Some(start)));
    }
    out.push('-');
    literal(out, high);
    Ok(())
}

fn quoted(walk: &mut Walk<'_>, out: &mut String) {
    while let Some(c) = walk.next() {
        if c == '\\' && walk.eat('E') {
            return;
        }
        literal(out, c);
    }
}

/// An escape that stands for a set of characters, as the inside of a class; `None` if `\c` is no such escape.
pub(super) fn set(walk: &mut Walk<'_>, c: char) -> Result<Option<String>, PatternError> {
    let set = match c {
        'd' => "0-9",
        'D' => "^0-9",
        'w' => "A-Za-z0-9_",
        'W' => "^A-Za-z0-9_",
        's' => r"\x20\t\n\x0b\x0c\r",
        'S' => r"^\x20\t\n\x0b\x0c\r",
        'h' => r"\x20\t\u{a0}\u{1680}\u{180e}\u{2000}-\u{200a}\u{202f}\u{205f}\u{3000}",
        'H' => r"^\x20\t\u{a0}\u{1680}\u{180e}\u{2000}-\u{200a}\u{202f}\u{205f}\u{3000}",
        'v' => r"\n\x0b\x0c\r\u{85}\u{2028}\u{2029}",
        'V' => r"^\n\x0b\x0c\r\u{85}\u{2028}\u{2029}",
        'p' | 'P' => return property(walk, c == 'P').map(Some),
        _ => return Ok(None),
    };
    Ok(Some(set.to_owned()))
}

fn property(walk: &mut Walk<'_>, negated: bool) -> Result<String, PatternError> {
    let mut name = String::new();
    let start = walk.position();
    if walk.eat('{') {
        loop {
            match walk.next() {
                Some('}') => break,
                Some(c) => name.push(c),
                None => return Err(walk.error("Unclosed character family", Some(walk.length().saturating_sub(1)))),
            }
        }
        if name.is_empty() {
            return Err(walk.error("Empty character family", Some(walk.position().saturating_sub(1))));
        }
    } else if let Some(c) = walk.next() {
        name.push(c);
    }
    let posix = match &*name {
        "Lower" | "javaLowerCase" => "a-z",
        "Upper" | "javaUpperCase" => "A-Z",
        "ASCII" => r"\x00-\x7f",
        "Alpha" => "A-Za-z",
        "Digit" => "0-9",
        "Alnum" => "A-Za-z0-9",
        "Punct" => r"!-/:-@\[-`{-\x7e",
        "Graph" => r"!-\x7e",
        "Print" => r"\x20-\x7e",
        "Blank" => r"\x20\t",
        "Cntrl" => r"\x00-\x1f\x7f",
        "XDigit" => "0-9A-Fa-f",
        "Space" | "javaWhitespace" => r"\x20\t\n\x0b\x0c\r",
        _ => "",
    };
    if !posix.is_empty() {
        return Ok(if negated { format!("^{posix}") } else { posix.to_owned() });
    }
    let plain = name.strip_prefix("Is").or_else(|| name.strip_prefix("In")).unwrap_or(&name);
    let plain = match plain.split_once('=') {
        Some(("script" | "sc" | "general_category" | "gc" | "block" | "blk", value)) => value,
        _ => plain,
    };
    let escape = if negated { "\\P" } else { "\\p" };
    let translated = format!("{escape}{{{plain}}}");
    if !walk.knows_property(&translated) {
        let unknown = format!("Unknown character property name {{{name}}}");
        return Err(walk.error(unknown, Some(start + name.chars().count() + 1)));
    }
    Ok(translated)
}

/// An escape that stands for one character; `start` is the position of `c`.
pub(super) fn escaped_char(walk: &mut Walk<'_>, c: char, start: usize) -> Result<char, PatternError> {
    let illegal = |walk: &Walk<'_>| walk.error("Illegal/unsupported escape sequence", Some(start));
    let code = match c {
        't' => return Ok('\t'),
        'n' => return Ok('\n'),
        'r' => return Ok('\r'),
        'f' => return Ok('\u{c}'),
        'a' => return Ok('\u{7}'),
        'e' => return Ok('\u{1b}'),
        'c' => match walk.next() {
            Some(c) => c as u32 ^ 64,
            None => return Err(walk.error("Illegal control escape sequence", Some(walk.position()))),
        },
        '0' => octal(walk)?,
        'x' if walk.eat('{') => {
            let mut digits = String::new();
            while let Some(c) = walk.next().filter(|c| *c != '}') {
                digits.push(c);
            }
            u32::from_str_radix(&digits, 16)
                .map_err(|_| walk.error("Illegal hexadecimal escape sequence", Some(walk.position())))?
        }
        'x' => hex(walk, 2, "Illegal hexadecimal escape sequence")?,
        'u' => unicode(walk)?,
        c if c.is_ascii_alphanumeric() => return Err(illegal(walk)),
        c => return Ok(c),
    };
    char::from_u32(code).ok_or_else(|| illegal(walk))
}

fn octal(walk: &mut Walk<'_>) -> Result<u32, PatternError> {
    let mut code = 0;
    let mut any = false;
    for _ in 0..3 {
        match walk.peek(0).and_then(|c| c.to_digit(8)) {
            Some(digit) if code * 8 + digit <= 0o377 => {
                code = code * 8 + digit;
                any = true;
                walk.next();
            }
            _ => break,
        }
    }
    if any { Ok(code) } else { Err(walk.error("Illegal octal escape sequence", Some(walk.position()))) }
}

fn hex(walk: &mut Walk<'_>, digits: usize, message: &str) -> Result<u32, PatternError> {
    let mut code = 0;
    for _ in 0..digits {
        let Some(digit) = walk.peek(0).and_then(|c| c.to_digit(16)) else {
            return Err(walk.error(message, Some(walk.position())));
        };
        code = code * 16 + digit;
        walk.next();
    }
    Ok(code)
}

/// `\uhhhh`, where two can be a pair of surrogates.
fn unicode(walk: &mut Walk<'_>) -> Result<u32, PatternError> {
    const MESSAGE: &str = "Illegal Unicode escape sequence";
    let high = hex(walk, 4, MESSAGE)?;
    if (0xd800..0xdc00).contains(&high) && walk.peek(0) == Some('\\') && walk.peek(1) == Some('u') {
        walk.next();
        walk.next();
        let low = hex(walk, 4, MESSAGE)?;
        return Ok(0x10000 + ((high - 0xd800) << 10) + (low.wrapping_sub(0xdc00) & 0x3ff));
    }
    Ok(high)
}
