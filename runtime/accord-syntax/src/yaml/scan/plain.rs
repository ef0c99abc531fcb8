//! Scalars without quotes.

use std::borrow::Cow;

use super::{Kind, Scanned, Scanner};

impl<'t> Scanner<'t> {
    /// Whether a plain scalar begins here: not with an indicator, except `-`, `?` and `:` before other characters.
    pub(super) fn begins_plain(&self) -> bool {
        match self.byte(0) {
            b'-' => !self.is_blank(1),
            b'?' | b':' => self.flow_level == 0 && !self.is_blank(1),
            b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%' | b'@'
            | b'`' => false,
            _ => !self.is_blank(0),
        }
    }

    pub(super) fn plain(&mut self) -> Scanned<()> {
        self.save_key()?;
        self.allow_key = false;
        let start = self.at;
        let indent = self.indent + 1;
        let mut value: Cow<'t, str> = Cow::Borrowed("");
        let mut spaces = String::new();
        let mut end = self.at;
        loop {
            if self.byte(0) == b'#' {
                break;
            }
            let length = self.plain_length();
            if length == 0 {
                break;
            }
            self.allow_key = false;
            let part = self.text.get(self.at..self.at + length).unwrap_or("");
            if value.is_empty() {
                value = Cow::Borrowed(part);
            } else {
                let value = value.to_mut();
                value.push_str(&spaces);
                value.push_str(part);
            }
            self.forward(length);
            end = self.at;
            spaces.clear();
            if !self.plain_spaces(&mut spaces)
                || self.byte(0) == b'#'
                || self.flow_level == 0 && isize::try_from(self.column()).unwrap_or(isize::MAX) < indent
            {
                break;
            }
        }
        self.push(Kind::Scalar { value, plain: true }, start);
        if let Some(token) = self.tokens.back_mut() {
            token.end = crate::source::to_u32(end);
        }
        Ok(())
    }

    /// Length of the run of characters without white space that belongs to the scalar.
    fn plain_length(&self) -> usize {
        let mut length = 0;
        loop {
            match self.byte(length) {
                b':' => {
                    let in_flow = self.flow_level != 0;
                    let ends = self.is_blank(length + 1)
                        || in_flow && matches!(self.byte(length + 1), b',' | b'[' | b']' | b'{' | b'}');
                    if ends {
                        return length;
                    }
                }
                b',' | b'?' | b'[' | b']' | b'{' | b'}' if self.flow_level != 0 => return length,
                b' ' | b'\t' | b'\n' | b'\r' => return length,
                0 if self.at + length >= self.bytes.len() => return length,
                0xc2 | 0xe2 if self.break_length(length) > 0 => return length,
                _ => {}
            }
            length += 1;
        }
    }

    /// White space behind a part: what it becomes if the scalar goes on. `false`: there is none.
    fn plain_spaces(&mut self, spaces: &mut String) -> bool {
        let start = self.at;
        while matches!(self.byte(0), b' ' | b'\t') {
            self.at += 1;
        }
        let white = self.text.get(start..self.at).unwrap_or("");
        let Some(first) = self.line_break() else {
            spaces.push_str(white);
            return !white.is_empty();
        };
        self.allow_key = true;
        if self.is_document_mark("---") || self.is_document_mark("...") {
            return false;
        }
        let mut breaks = String::new();
        loop {
            if self.byte(0) == b' ' {
                self.at += 1;
            } else if let Some(next) = self.line_break() {
                breaks.push_str(next);
                if self.is_document_mark("---") || self.is_document_mark("...") {
                    return false;
                }
            } else {
                break;
            }
        }
        if first != "\n" {
            spaces.push_str(first);
        } else if breaks.is_empty() {
            spaces.push(' ');
        }
        spaces.push_str(&breaks);
        true
    }
}
