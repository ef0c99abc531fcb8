//! Block scalars: `|` and `>`.

use std::borrow::Cow;

use super::{Kind, Scanned, Scanner};
use crate::source::to_u32;

/// What becomes of the line breaks at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomp {
    /// One stays.
    Clip,
    /// `-`: none stays.
    Strip,
    /// `+`: all stay.
    Keep,
}

impl Scanner<'_> {
    pub(super) fn block_scalar(&mut self) -> Scanned<()> {
        self.allow_key = true;
        self.drop_key()?;
        let start = self.at;
        let folded = self.byte(0) == b'>';
        self.forward(1);
        let (chomp, increment) = self.header(start)?;
        self.end_of_header(start)?;
        let least = (self.indent + 1).max(1);
        let least = usize::try_from(least).unwrap_or(1);
        let mut breaks = String::new();
        let mut end;
        let indent = match increment {
            None => {
                let (deepest, at) = self.first_indentation(&mut breaks);
                end = at;
                least.max(deepest)
            }
            Some(increment) => {
                let indent = least + increment - 1;
                end = self.empty_lines(indent, &mut breaks);
                indent
            }
        };
        let mut value = String::new();
        let mut last_break = "";
        while self.column() == indent && !self.is_end() {
            value.push_str(&breaks);
            breaks.clear();
            let leads_with_text = !matches!(self.byte(0), b' ' | b'\t');
            let length = self.bytes_to_break(0);
            value.push_str(self.text.get(self.at..self.at + length).unwrap_or(""));
            self.forward(length);
            last_break = self.line_break().unwrap_or("");
            end = self.empty_lines(indent, &mut breaks);
            if self.column() != indent || self.is_end() {
                break;
            }
            let joins = folded && last_break == "\n" && leads_with_text && !matches!(self.byte(0), b' ' | b'\t');
            if !joins {
                value.push_str(last_break);
            } else if breaks.is_empty() {
                value.push(' ');
            }
        }
        if chomp != Chomp::Strip {
            value.push_str(last_break);
        }
        if chomp == Chomp::Keep {
            value.push_str(&breaks);
        }
        self.push(Kind::Scalar { value: Cow::Owned(value), plain: false }, start);
        if let Some(token) = self.tokens.back_mut() {
            token.end = to_u32(end);
        }
        Ok(())
    }

    /// The signs behind `|` or `>`, in either order.
    fn header(&mut self, start: usize) -> Scanned<(Chomp, Option<usize>)> {
        let (mut chomp, mut increment) = (None, None);
        loop {
            match self.byte(0) {
                b'+' if chomp.is_none() => chomp = Some(Chomp::Keep),
                b'-' if chomp.is_none() => chomp = Some(Chomp::Strip),
                b'0' => {
                    let hint = "Count the spaces that the text is indented by.";
                    return Err(self.error(
                        "The indentation of a block scalar is a digit from 1 to 9",
                        Some(hint),
                        start,
                    ));
                }
                digit @ b'1'..=b'9' if increment.is_none() => increment = Some(usize::from(digit - b'0')),
                _ => return Ok((chomp.unwrap_or(Chomp::Clip), increment)),
            }
            self.forward(1);
        }
    }

    fn end_of_header(&mut self, start: usize) -> Scanned<()> {
        let is_apart = self.byte(0) == b' ' || self.is_break_or_end(0);
        while self.byte(0) == b' ' {
            self.at += 1;
        }
        self.skip_comment();
        if is_apart && (self.line_break().is_some() || self.is_end()) {
            return Ok(());
        }
        let hint = "Begin the text on the next line.";
        Err(self.error("Nothing but '+', '-' or a digit can follow '|' and '>'", Some(hint), start))
    }

    /// Empty lines before the text: the deepest indentation among them and the first line of text, and the end of
    /// the last empty line.
    fn first_indentation(&mut self, breaks: &mut String) -> (usize, usize) {
        let mut deepest = 0;
        let mut end = self.at;
        loop {
            if self.byte(0) == b' ' {
                self.at += 1;
                deepest = deepest.max(self.column());
            } else if let Some(next) = self.line_break() {
                breaks.push_str(next);
                end = self.at;
            } else {
                return (deepest, end);
            }
        }
    }

    /// Empty lines within the text and the indentation of the next line; the end of the last empty line.
    fn empty_lines(&mut self, indent: usize, breaks: &mut String) -> usize {
        let mut end = self.at;
        loop {
            while self.column() < indent && self.byte(0) == b' ' {
                self.at += 1;
            }
            match self.line_break() {
                Some(next) => {
                    breaks.push_str(next);
                    end = self.at;
                }
                None => return end,
            }
        }
    }
}
