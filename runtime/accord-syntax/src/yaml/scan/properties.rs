//! Anchors, aliases, tags and directives.

use super::{Kind, Scanned, Scanner};

/// A directive that matters; others are passed over.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::yaml) enum Directive<'t> {
    Yaml { is_supported: bool },
    Tag { handle: &'t str, prefix: &'t str },
    Other,
}

impl<'t> Scanner<'t> {
    pub(super) fn anchor(&mut self) -> Scanned<()> {
        self.save_key()?;
        self.allow_key = false;
        let start = self.at;
        let is_alias = self.byte(0) == b'*';
        self.forward(1);
        let stops = |c: u8| matches!(c, b':' | b',' | b'[' | b']' | b'{' | b'}' | b'/' | b'.' | b'*' | b'&');
        let mut length = 0;
        while !self.is_blank(length) && !stops(self.byte(length)) {
            length += 1;
        }
        self.forward(length);
        let ends = self.is_blank(0) || matches!(self.byte(0), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if length == 0 || !ends {
            let hint = "Put quotes round a text that begins with '*' or '&'.";
            return Err(self.error("'*' and '&' need a name of letters and digits behind them", Some(hint), start));
        }
        self.push(if is_alias { Kind::Alias } else { Kind::Anchor }, start);
        Ok(())
    }

    pub(super) fn tag(&mut self) -> Scanned<()> {
        self.save_key()?;
        self.allow_key = false;
        let start = self.at;
        let (handle, suffix) = if self.byte(1) == b'<' {
            self.forward(2);
            let suffix = self.uri();
            if self.byte(0) != b'>' || suffix.is_empty() {
                return Err(self.bad_tag(start));
            }
            self.forward(1);
            ("", suffix)
        } else if self.is_blank(1) {
            self.forward(1);
            ("", "!")
        } else {
            let handle = self.tag_handle();
            if !is_name(handle.trim_matches('!')) {
                return Err(self.bad_tag(start));
            }
            self.forward(handle.len());
            (handle, self.uri())
        };
        let is_bare = handle.is_empty() && suffix == "!";
        if !(self.byte(0) == b' ' || self.is_break_or_end(0)) || suffix.is_empty() && !is_bare {
            return Err(self.bad_tag(start));
        }
        self.push(Kind::Tag { handle, suffix }, start);
        Ok(())
    }

    fn bad_tag(&self, start: usize) -> super::SyntaxError {
        let hint = "Put quotes round a text that begins with '!'.";
        self.error("'!' begins a tag, and this is none", Some(hint), start)
    }

    /// `!`, `!!` or `!name!` at the start of a tag.
    fn tag_handle(&self) -> &'t str {
        let rest = self.rest();
        let word = rest
            .find([' ', '\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
            .map_or(rest, |at| rest.get(..at).unwrap_or(""));
        match word.get(1..).and_then(|word| word.find('!')) {
            Some(at) => word.get(..at + 2).unwrap_or("!"),
            None => word.get(..1).unwrap_or(""),
        }
    }

    fn uri(&mut self) -> &'t str {
        let start = self.at;
        loop {
            let c = self.byte(0);
            let is_more = matches!(
                c,
                b'-' | b';'
                    | b'/'
                    | b'?'
                    | b':'
                    | b'@'
                    | b'&'
                    | b'='
                    | b'+'
                    | b'$'
                    | b'_'
                    | b'.'
                    | b'!'
                    | b'~'
                    | b'*'
                    | b'\''
                    | b'('
                    | b')'
                    | b','
                    | b'['
                    | b']'
            );
            let is_escape = c == b'%' && self.byte(1).is_ascii_hexdigit() && self.byte(2).is_ascii_hexdigit();
            if c.is_ascii_alphanumeric() || is_more || is_escape {
                self.at += 1;
            } else {
                return self.text.get(start..self.at).unwrap_or("");
            }
        }
    }

    pub(super) fn directive(&mut self) -> Scanned<()> {
        self.unwind(-1);
        self.drop_key()?;
        self.allow_key = false;
        let start = self.at;
        let length = self.bytes_to_break(0);
        let line = self.text.get(start..start + length).unwrap_or("");
        self.forward(length);
        let line = line.split(" #").next().unwrap_or("");
        let mut words = line.get(1..).unwrap_or("").split_ascii_whitespace();
        let is_apart = line.as_bytes().get(1).is_some_and(u8::is_ascii_whitespace);
        let is_name = |word: &&str| !is_apart && is_name(word);
        let directive = match (words.next().filter(is_name), words.next(), words.next()) {
            (Some("YAML"), Some(version), None) => Directive::Yaml { is_supported: version.starts_with("1.") },
            (Some("TAG"), Some(handle), Some(prefix)) => Directive::Tag { handle, prefix },
            (None, ..) | (Some("YAML" | "TAG"), ..) => {
                let hint = "Put quotes round a text that begins with '%'.";
                return Err(self.error("'%' begins a directive, and this is none", Some(hint), start));
            }
            _ => Directive::Other,
        };
        self.push(Kind::Directive(directive), start);
        Ok(())
    }
}

/// Names of directives and of tag prefixes.
fn is_name(word: &str) -> bool {
    word.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_'))
}
