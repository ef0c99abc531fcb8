//! Scalars in single and double quotes.

use std::borrow::Cow;

use super::{Kind, Scanned, Scanner};

impl<'t> Scanner<'t> {
    pub(super) fn quoted(&mut self) -> Scanned<()> {
        self.save_key()?;
        self.allow_key = false;
        let start = self.at;
        let quote = self.byte(0);
        self.forward(1);
        let value = match self.simple(quote) {
            Some(value) => Cow::Borrowed(value),
            None => Cow::Owned(self.pieces(quote, start)?),
        };
        self.push(Kind::Scalar { value, plain: false }, start);
        Ok(())
    }

    /// A text on one line without escapes, which needs no copy.
    fn simple(&mut self, quote: u8) -> Option<&'t str> {
        let mut length = 0;
        loop {
            match self.byte(length) {
                c if c == quote => break,
                b'\\' | b'\n' | b'\r' | 0 => return None,
                0xc2 | 0xe2 if self.break_length(length) > 0 => return None,
                _ => length += 1,
            }
        }
        if quote == b'\'' && self.byte(length + 1) == b'\'' {
            return None;
        }
        let value = self.text.get(self.at..self.at + length)?;
        self.forward(length + 1);
        Some(value)
    }

    fn pieces(&mut self, quote: u8, start: usize) -> Scanned<String> {
        let mut out = String::new();
        loop {
            let length = self.run_length(quote);
            out.push_str(self.text.get(self.at..self.at + length).unwrap_or(""));
            self.forward(length);
            match self.byte(0) {
                b'\'' if quote == b'\'' && self.byte(1) == b'\'' => {
                    out.push('\'');
                    self.forward(2);
                }
                c if c == quote => {
                    self.forward(1);
                    return Ok(out);
                }
                b'\\' => self.escape(&mut out)?,
                _ if self.is_end() => {
                    return Err(self.error("This quote is never closed", Some("Add the closing quote."), start));
                }
                _ => self.white_space(&mut out)?,
            }
        }
    }

    /// Length of what stands for itself; in single quotes a backslash does.
    fn run_length(&self, quote: u8) -> usize {
        let mut length = 0;
        loop {
            match self.byte(length) {
                c if c == quote => return length,
                b'\\' if quote == b'"' => return length,
                b' ' | b'\t' | b'\n' | b'\r' => return length,
                0 if self.at + length >= self.bytes.len() => return length,
                0xc2 | 0xe2 if self.break_length(length) > 0 => return length,
                _ => length += 1,
            }
        }
    }

    fn white_space(&mut self, out: &mut String) -> Scanned<()> {
        let start = self.at;
        while matches!(self.byte(0), b' ' | b'\t') {
            self.at += 1;
        }
        let white = self.text.get(start..self.at).unwrap_or("");
        let Some(first) = self.line_break() else {
            out.push_str(white);
            return Ok(());
        };
        let before = out.len();
        self.breaks(out)?;
        if first != "\n" {
            out.insert_str(before, first);
        } else if out.len() == before {
            out.push(' ');
        }
        Ok(())
    }

    /// The empty lines behind a line break, and the indentation of the line that follows.
    fn breaks(&mut self, out: &mut String) -> Scanned<()> {
        loop {
            if self.is_document_mark("---") || self.is_document_mark("...") {
                let hint = "Close the quote before it.";
                return Err(self.error("A document cannot end within a quoted text", Some(hint), self.at));
            }
            while matches!(self.byte(0), b' ' | b'\t') {
                self.at += 1;
            }
            match self.line_break() {
                Some(next) => out.push_str(next),
                None => return Ok(()),
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Scanned<()> {
        let start = self.at;
        self.forward(1);
        let digits = match self.byte(0) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ => 0,
        };
        if digits > 0 {
            self.forward(1);
            let code = self.hex(digits, start)?;
            return self.push_code(out, code, start);
        }
        let made = match self.byte(0) {
            b'0' => "\0",
            b'a' => "\u{7}",
            b'b' => "\u{8}",
            b't' | b'\t' => "\t",
            b'n' => "\n",
            b'v' => "\u{b}",
            b'f' => "\u{c}",
            b'r' => "\r",
            b'e' => "\u{1b}",
            b' ' => " ",
            b'"' => "\"",
            b'\\' => "\\",
            b'N' => "\u{85}",
            b'_' => "\u{a0}",
            b'L' => "\u{2028}",
            b'P' => "\u{2029}",
            _ => {
                if self.line_break().is_some() {
                    return self.breaks(out);
                }
                let found = self.char().map_or_else(String::new, |c| c.escape_debug().to_string());
                let message = format!("A backslash in double quotes begins an escape, and '\\{found}' does not exist");
                return Err(self.error(message, Some("Write '\\\\', or use single quotes."), start));
            }
        };
        out.push_str(made);
        self.forward(1);
        Ok(())
    }

    fn hex(&mut self, digits: usize, start: usize) -> Scanned<u32> {
        let code = self
            .text
            .get(self.at..self.at + digits)
            .filter(|text| text.bytes().all(|c| c.is_ascii_hexdigit()))
            .and_then(|text| u32::from_str_radix(text, 16).ok());
        let Some(code) = code else {
            let message = format!("This escape needs {digits} hexadecimal digits");
            return Err(self.error(message, Some("Write e.g. '\\x41' or '\\u00e4'."), start));
        };
        self.forward(digits);
        Ok(code)
    }

    /// Characters beyond 16 bits may be written as a pair of surrogates.
    fn push_code(&mut self, out: &mut String, code: u32, start: usize) -> Scanned<()> {
        let mut code = code;
        if (0xd800..0xdc00).contains(&code) && self.rest().starts_with("\\u") {
            self.forward(2);
            let low = self.hex(4, start)?;
            if (0xdc00..0xe000).contains(&low) {
                code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            }
        }
        match char::from_u32(code) {
            Some(c) => out.push(c),
            None => return Err(self.error("This escape stands for no character", None, start)),
        }
        Ok(())
    }
}
