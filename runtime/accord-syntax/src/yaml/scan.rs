//! Text to tokens, by the rules of YAML 1.1 as Concord's reader applies them.
//!
//! A token that could turn out to be a key is kept back until it is clear whether a `:` follows; where a mistake is
//! reported depends on how far the reader had come, so that this order is part of the rules.
//! Source: YAML 1.1, chapters 5 to 9.

mod block;
mod plain;
mod properties;
mod quoted;

use std::borrow::Cow;
use std::collections::VecDeque;

pub(super) use properties::Directive;

use crate::source::to_u32;

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind<'t> {
    StreamEnd,
    DocumentStart,
    DocumentEnd,
    Directive(Directive<'t>),
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag { handle: &'t str, suffix: &'t str },
    Scalar { value: Cow<'t, str>, plain: bool },
}

/// A token with its bytes.
#[derive(Clone, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind<'t>,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// A mistake in the syntax: what and where.
#[derive(Clone, Debug)]
pub(super) struct SyntaxError {
    pub(super) message: Cow<'static, str>,
    pub(super) hint: Option<&'static str>,
    pub(super) at: u32,
}

pub(super) type Scanned<T> = Result<T, SyntaxError>;

/// A key without `?` is on one line and no longer than this.
const LONGEST_KEY: usize = 1024;

/// A token that may turn out to be a key.
#[derive(Clone, Copy)]
struct SimpleKey {
    flow_level: i32,
    /// Number of its token since the start of the stream.
    token: usize,
    /// Nothing else can stand here.
    required: bool,
    line: usize,
    column: usize,
    at: usize,
}

/// The scanner.
pub(super) struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    line: usize,
    /// Offset of the line's first byte.
    line_start: usize,
    /// Bytes of the line before `at` that begin no character.
    continuations: usize,
    tokens: VecDeque<Token<'t>>,
    taken: usize,
    /// The block indentation, -1 outside of any.
    indent: isize,
    indents: Vec<isize>,
    flow_level: i32,
    allow_key: bool,
    /// Those that may be keys, oldest first, one for each flow level at most.
    keys: VecDeque<SimpleKey>,
    done: bool,
    /// The next token is there, and is no key that still wants its `:`.
    settled: bool,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Self {
            text,
            bytes: text.as_bytes(),
            at: start,
            line: 0,
            line_start: start,
            continuations: 0,
            tokens: VecDeque::new(),
            taken: 0,
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
            allow_key: true,
            keys: VecDeque::new(),
            done: false,
            settled: false,
        }
    }

    /// The next token, which stays the next.
    pub(super) fn peek(&mut self) -> Scanned<&Token<'t>> {
        if !self.settled {
            while self.needs_more()? {
                self.fetch()?;
            }
            self.settled = true;
        }
        match self.tokens.front() {
            Some(token) => Ok(token),
            None => Err(self.error("The text has ended", None, self.at)),
        }
    }

    /// Takes the next token.
    pub(super) fn next(&mut self) -> Scanned<Token<'t>> {
        self.peek()?;
        match self.tokens.pop_front() {
            Some(token) => {
                self.taken += 1;
                self.settled = false;
                Ok(token)
            }
            None => Err(self.error("The text has ended", None, self.at)),
        }
    }

    /// Whether nothing but spaces stands before an offset in its line.
    pub(super) fn begins_line(&self, at: u32) -> bool {
        let before = self.text.get(..at as usize).unwrap_or("").trim_end_matches(' ');
        before.is_empty() || before.ends_with(['\n', '\r'])
    }

    fn needs_more(&mut self) -> Scanned<bool> {
        if self.done {
            return Ok(false);
        }
        if self.tokens.is_empty() {
            return Ok(true);
        }
        self.drop_stale_keys()?;
        Ok(self.keys.front().is_some_and(|key| key.token == self.taken))
    }

    // Characters.

    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn char(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn is_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Length of the line break that begins `ahead` bytes from here; 0 if none does.
    fn break_length(&self, ahead: usize) -> usize {
        break_length(self.bytes, self.at + ahead)
    }

    /// Whether white space, a line break or the end is `ahead` bytes from here.
    fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b' ' | b'\t') || self.is_break_or_end(ahead)
    }

    fn is_break_or_end(&self, ahead: usize) -> bool {
        self.at + ahead >= self.bytes.len() || self.break_length(ahead) > 0
    }

    const fn column(&self) -> usize {
        self.at - self.line_start - self.continuations
    }

    /// Goes on by bytes that hold no line break.
    fn forward(&mut self, bytes: usize) {
        let to = (self.at + bytes).min(self.bytes.len());
        let passed = self.bytes.get(self.at..to).unwrap_or_default();
        if !passed.is_ascii() {
            self.continuations += passed.iter().filter(|byte| **byte & 0xc0 == 0x80).count();
        }
        self.at = to;
    }

    /// Goes over a line break, if one is here: what it stands for in a scalar.
    fn line_break(&mut self) -> Option<&'static str> {
        let length = self.break_length(0);
        let meaning = match (length, self.byte(2)) {
            (0, _) => return None,
            (3, 0xa8) => "\u{2028}",
            (3, _) => "\u{2029}",
            _ => "\n",
        };
        self.at += length;
        self.line += 1;
        self.line_start = self.at;
        self.continuations = 0;
        Some(meaning)
    }

    fn skip_comment(&mut self) {
        if self.byte(0) == b'#' {
            let length = self.bytes_to_break(0);
            self.forward(length);
        }
    }

    /// How many bytes there are from `ahead` on to the end of the line.
    fn bytes_to_break(&self, ahead: usize) -> usize {
        let rest = self.bytes.get(self.at + ahead..).unwrap_or_default();
        let mut length = 0;
        while let Some(byte) = rest.get(length) {
            let may_break = matches!(byte, b'\n' | b'\r' | 0xc2 | 0xe2);
            if may_break && self.break_length(ahead + length) > 0 {
                break;
            }
            length += 1;
        }
        length
    }

    fn is_document_mark(&self, mark: &str) -> bool {
        self.rest().starts_with(mark) && self.is_blank(3)
    }

    fn error(&self, message: impl Into<Cow<'static, str>>, hint: Option<&'static str>, at: usize) -> SyntaxError {
        SyntaxError { message: message.into(), hint, at: to_u32(at) }
    }

    fn push(&mut self, kind: Kind<'t>, start: usize) {
        self.tokens.push_back(Token { kind, start: to_u32(start), end: to_u32(self.at) });
    }

    // Tokens.

    fn fetch(&mut self) -> Scanned<()> {
        self.skip_to_token();
        self.drop_stale_keys()?;
        self.unwind(isize::try_from(self.column()).unwrap_or(isize::MAX));
        if self.is_end() {
            return self.stream_end();
        }
        let in_flow = self.flow_level != 0;
        let at_margin = self.at == self.line_start;
        match self.byte(0) {
            b'%' if at_margin => self.directive(),
            b'-' if at_margin && self.is_document_mark("---") => self.document_mark(Kind::DocumentStart),
            b'.' if at_margin && self.is_document_mark("...") => self.document_mark(Kind::DocumentEnd),
            b'[' => self.flow_start(Kind::FlowSequenceStart),
            b'{' => self.flow_start(Kind::FlowMappingStart),
            b']' => self.flow_end(Kind::FlowSequenceEnd),
            b'}' => self.flow_end(Kind::FlowMappingEnd),
            b',' => {
                self.allow_key = true;
                self.drop_key()?;
                self.indicator(Kind::FlowEntry);
                Ok(())
            }
            b'-' if self.is_blank(1) => self.block_entry(),
            b'?' if in_flow || self.is_blank(1) => self.key(),
            b':' if in_flow || self.is_blank(1) => self.value(),
            b'*' | b'&' => self.anchor(),
            b'!' => self.tag(),
            b'|' | b'>' if !in_flow => self.block_scalar(),
            b'\'' | b'"' => self.quoted(),
            _ if self.begins_plain() => self.plain(),
            _ => Err(self.cannot_begin()),
        }
    }

    fn cannot_begin(&self) -> SyntaxError {
        match self.char() {
            Some('\t') => self.error(
                "A tab cannot stand here: YAML indents and separates with spaces",
                Some("Replace the tab by spaces."),
                self.at,
            ),
            c => {
                let c = c.map_or_else(String::new, |c| c.escape_debug().to_string());
                self.error(format!("A value cannot begin with '{c}'"), Some("Put quotes round the text."), self.at)
            }
        }
    }

    fn skip_to_token(&mut self) {
        loop {
            while self.byte(0) == b' ' {
                self.at += 1;
            }
            self.skip_comment();
            if self.line_break().is_none() {
                return;
            }
            if self.flow_level == 0 {
                self.allow_key = true;
            }
        }
    }

    /// One-byte indicators.
    fn indicator(&mut self, kind: Kind<'t>) {
        let start = self.at;
        self.forward(1);
        self.push(kind, start);
    }

    fn stream_end(&mut self) -> Scanned<()> {
        self.unwind(-1);
        self.drop_key()?;
        self.allow_key = false;
        self.keys.clear();
        self.push(Kind::StreamEnd, self.at);
        self.done = true;
        Ok(())
    }

    fn document_mark(&mut self, kind: Kind<'t>) -> Scanned<()> {
        self.unwind(-1);
        self.drop_key()?;
        self.allow_key = false;
        let start = self.at;
        self.forward(3);
        self.push(kind, start);
        Ok(())
    }

    fn flow_start(&mut self, kind: Kind<'t>) -> Scanned<()> {
        self.save_key()?;
        self.flow_level = self.flow_level.saturating_add(1);
        self.allow_key = true;
        self.indicator(kind);
        Ok(())
    }

    fn flow_end(&mut self, kind: Kind<'t>) -> Scanned<()> {
        self.drop_key()?;
        self.flow_level = self.flow_level.saturating_sub(1);
        self.allow_key = false;
        self.indicator(kind);
        Ok(())
    }

    fn block_entry(&mut self) -> Scanned<()> {
        if self.flow_level == 0 {
            if !self.allow_key {
                let hint = "Begin the list on the next line; put quotes round a text that begins with '- '.";
                return Err(self.error("A list cannot begin here", Some(hint), self.at));
            }
            if self.add_indent(self.column()) {
                self.push(Kind::BlockSequenceStart, self.at);
            }
        }
        self.allow_key = true;
        self.drop_key()?;
        self.indicator(Kind::BlockEntry);
        Ok(())
    }

    fn key(&mut self) -> Scanned<()> {
        if self.flow_level == 0 {
            if !self.allow_key {
                let hint = "Put quotes round a text that begins with '? '.";
                return Err(self.error("A key cannot begin here", Some(hint), self.at));
            }
            if self.add_indent(self.column()) {
                self.push(Kind::BlockMappingStart, self.at);
            }
        }
        self.allow_key = self.flow_level == 0;
        self.drop_key()?;
        self.indicator(Kind::Key);
        Ok(())
    }

    fn value(&mut self) -> Scanned<()> {
        if let Some(key) = self.keys.pop_back_if(|key| key.flow_level == self.flow_level) {
            let at = to_u32(key.at);
            let place = key.token.saturating_sub(self.taken);
            self.tokens.insert(place, Token { kind: Kind::Key, start: at, end: at });
            if self.flow_level == 0 && self.add_indent(key.column) {
                self.tokens.insert(place, Token { kind: Kind::BlockMappingStart, start: at, end: at });
            }
            self.allow_key = false;
        } else {
            if self.flow_level == 0 {
                if !self.allow_key {
                    let hint = "Put quotes round a text that has ': ' in it; put a nested map on its own, deeper \
                                indented lines.";
                    return Err(self.error("A ':' begins a map's value, and none can stand here", Some(hint), self.at));
                }
                if self.add_indent(self.column()) {
                    self.push(Kind::BlockMappingStart, self.at);
                }
            }
            self.allow_key = self.flow_level == 0;
            self.drop_key()?;
        }
        self.indicator(Kind::Value);
        Ok(())
    }

    // Indentation and keys.

    fn unwind(&mut self, column: isize) {
        if self.flow_level != 0 {
            return;
        }
        while self.indent > column {
            self.indent = self.indents.pop().unwrap_or(-1);
            self.push(Kind::BlockEnd, self.at);
        }
    }

    fn add_indent(&mut self, column: usize) -> bool {
        let column = isize::try_from(column).unwrap_or(isize::MAX);
        let deeper = self.indent < column;
        if deeper {
            self.indents.push(self.indent);
            self.indent = column;
        }
        deeper
    }

    /// Notes that the token that begins here may be a key.
    fn save_key(&mut self) -> Scanned<()> {
        let column = self.column();
        let required = self.flow_level == 0 && self.indent == isize::try_from(column).unwrap_or(isize::MAX);
        if !self.allow_key {
            if required {
                let hint = "Put the whole value into one pair of quotes.";
                return Err(self.error("A key must be the first in its line", Some(hint), self.at));
            }
            return Ok(());
        }
        self.drop_key()?;
        self.keys.push_back(SimpleKey {
            flow_level: self.flow_level,
            token: self.taken + self.tokens.len(),
            required,
            line: self.line,
            column,
            at: self.at,
        });
        Ok(())
    }

    /// What may have been a key at this level is none.
    fn drop_key(&mut self) -> Scanned<()> {
        match self.keys.pop_back_if(|key| key.flow_level == self.flow_level) {
            Some(key) if key.required => Err(self.no_colon(key)),
            _ => Ok(()),
        }
    }

    fn drop_stale_keys(&mut self) -> Scanned<()> {
        while let Some(key) = self.keys.front().copied() {
            let is_far = self.at.saturating_sub(key.at) > LONGEST_KEY && self.characters_since(key.at) > LONGEST_KEY;
            if key.line == self.line && !is_far {
                break;
            }
            if key.required {
                return Err(self.no_colon(key));
            }
            self.keys.pop_front();
        }
        Ok(())
    }

    fn characters_since(&self, at: usize) -> usize {
        self.text.get(at..self.at).map_or(0, |text| text.chars().count())
    }

    fn no_colon(&self, key: SimpleKey) -> SyntaxError {
        let hint = "Add the ':' behind the key; indent the text of a block scalar deeper than its key.";
        self.error("This line is no 'key: value'", Some(hint), key.at)
    }
}

/// Length of the line break at an offset; 0 if there is none.
fn break_length(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b'\n') => 1,
        Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => 2,
        Some(b'\r') => 1,
        Some(0xc2) if bytes.get(at + 1) == Some(&0x85) => 2,
        Some(0xe2) if bytes.get(at + 1) == Some(&0x80) && matches!(bytes.get(at + 2), Some(0xa8 | 0xa9)) => 3,
        _ => 0,
    }
}
