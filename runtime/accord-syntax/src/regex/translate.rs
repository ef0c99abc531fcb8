//! The translation itself: one walk over the pattern.

use std::collections::HashSet;

use super::{PatternError, class};

/// Every line terminator of Java.
const TERMINATORS: &str = r"\n\r\u{85}\u{2028}\u{2029}";
/// The deepest nesting of groups.
const MAX_DEPTH: usize = 250;

pub(super) fn translate(java: &str) -> Result<String, PatternError> {
    let chars: Vec<char> = java.chars().collect();
    let groups = count_groups(&chars);
    let mut walk = Walk {
        pattern: java,
        chars,
        at: 0,
        out: String::with_capacity(java.len() + 8),
        flags: Flags::default(),
        open: Vec::new(),
        groups,
        can_repeat: false,
        properties: HashSet::new(),
        names: HashSet::new(),
    };
    while walk.at < walk.chars.len() {
        walk.one()?;
    }
    if walk.open.is_empty() { Ok(walk.out) } else { Err(walk.error("Unclosed group", Some(walk.chars.len()))) }
}

#[derive(Clone, Copy, Default)]
struct Flags {
    dot_all: bool,
    multi_line: bool,
    unix_lines: bool,
    comments: bool,
}

pub(super) struct Walk<'p> {
    pattern: &'p str,
    chars: Vec<char>,
    at: usize,
    out: String,
    flags: Flags,
    /// The flags to go back to at each open group's end.
    open: Vec<Flags>,
    groups: usize,
    /// A quantifier may follow.
    can_repeat: bool,
    /// Properties of characters that were found to exist: to look for one takes long.
    properties: HashSet<String>,
    /// Names of groups so far.
    names: HashSet<String>,
}

/// Groups that capture, for back-references of several digits.
fn count_groups(chars: &[char]) -> usize {
    let mut count = 0;
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        match c {
            '\\' if chars.get(at + 1) == Some(&'Q') => {
                while at < chars.len() && !(chars.get(at) == Some(&'\\') && chars.get(at + 1) == Some(&'E')) {
                    at += 1;
                }
            }
            '\\' => at += 1,
            '(' => {
                let rest = (chars.get(at + 1), chars.get(at + 2), chars.get(at + 3));
                let is_named = matches!(rest, (Some('?'), Some('<'), Some(c)) if !matches!(c, '=' | '!'));
                if rest.0 != Some(&'?') || is_named {
                    count += 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    count
}

impl Walk<'_> {
    pub(super) fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek(0)?;
        self.at += 1;
        Some(c)
    }

    pub(super) fn eat(&mut self, c: char) -> bool {
        let eats = self.peek(0) == Some(c);
        self.at += usize::from(eats);
        eats
    }

    pub(super) const fn position(&self) -> usize {
        self.at
    }

    pub(super) fn length(&self) -> usize {
        self.chars.len()
    }

    pub(super) fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Whether the engine has a property of characters, written as it reads it.
    pub(super) fn knows_property(&mut self, translated: &str) -> bool {
        if self.properties.contains(translated) {
            return true;
        }
        let exists = fancy_regex::Regex::new(translated).is_ok();
        if exists {
            self.properties.insert(translated.to_owned());
        }
        exists
    }

    /// An error at a position in characters.
    pub(super) fn error(&self, description: impl Into<String>, at: Option<usize>) -> PatternError {
        let units = |at: usize| self.chars.iter().take(at).map(|c| c.len_utf16()).sum();
        PatternError { description: description.into(), index: at.map(units), pattern: self.pattern.to_owned() }
    }

    fn one(&mut self) -> Result<(), PatternError> {
        let start = self.at;
        let Some(c) = self.next() else { return Ok(()) };
        let mut repeatable = true;
        match c {
            '\\' => repeatable = self.escape()?,
            '[' => class::class(self)?,
            '(' => repeatable = self.group_start()?,
            ')' => {
                let Some(flags) = self.open.pop() else {
                    return Err(self.error("Unmatched closing ')'", start.checked_sub(1)));
                };
                self.flags = flags;
                self.out.push(')');
            }
            '*' | '+' | '?' => return self.quantifier(c, start),
            '{' => return self.counted(start),
            '|' => {
                self.out.push('|');
                repeatable = false;
            }
            '.' => self.dot(),
            '^' => {
                self.out.push('^');
                repeatable = false;
            }
            '$' => {
                self.dollar();
                repeatable = false;
            }
            '#' if self.flags.comments => {
                while self.peek(0).is_some_and(|c| c != '\n') {
                    self.at += 1;
                }
                return Ok(());
            }
            c if c.is_ascii_whitespace() && self.flags.comments => return Ok(()),
            c => literal(&mut self.out, c),
        }
        self.can_repeat = repeatable;
        Ok(())
    }

    fn dot(&mut self) {
        match self.flags {
            Flags { dot_all: true, .. } => self.push(r"[\s\S]"),
            Flags { unix_lines: true, .. } => self.push(r"[^\n]"),
            _ => self.out.push_str(&format!("[^{TERMINATORS}]")),
        }
    }

    fn dollar(&mut self) {
        match self.flags {
            Flags { multi_line: true, .. } => self.out.push('$'),
            Flags { unix_lines: true, .. } => self.push(r"(?=\n?\z)"),
            _ => self.before_final_terminator(),
        }
    }

    fn before_final_terminator(&mut self) {
        self.out.push_str(&format!(r"(?=(?:\r\n|[{TERMINATORS}])?\z)"));
    }

    fn quantifier(&mut self, c: char, start: usize) -> Result<(), PatternError> {
        if !self.can_repeat {
            return Err(self.error(format!("Dangling meta character '{c}'"), Some(start)));
        }
        self.out.push(c);
        self.mode();
        Ok(())
    }

    /// What may follow a quantifier: `?` for reluctant, `+` for possessive.
    fn mode(&mut self) {
        if let Some(mode @ ('?' | '+')) = self.peek(0) {
            self.at += 1;
            self.out.push(mode);
        }
        self.can_repeat = false;
    }

    /// `{n}`, `{n,}`, `{n,m}`.
    fn counted(&mut self, start: usize) -> Result<(), PatternError> {
        let illegal = |walk: &Self| walk.error("Illegal repetition", Some(start + 1));
        if !self.can_repeat {
            return Err(illegal(self));
        }
        let number = |walk: &mut Self| {
            let mut number: Option<u32> = None;
            while let Some(digit) = walk.peek(0).and_then(|c| c.to_digit(10)) {
                let longer = number.unwrap_or(0).saturating_mul(10).saturating_add(digit);
                if longer > i32::MAX.unsigned_abs() {
                    return Err(walk.error("Illegal repetition range", Some(walk.at)));
                }
                walk.at += 1;
                number = Some(longer);
            }
            Ok(number)
        };
        let Some(low) = number(self)? else { return Err(illegal(self)) };
        let high = if self.eat(',') { number(self)? } else { Some(low) };
        if !self.eat('}') {
            return Err(self.error("Unclosed counted closure", Some(self.at)));
        }
        if high.is_some_and(|high| high < low) {
            return Err(self.error("Illegal repetition range", Some(self.at.saturating_sub(1))));
        }
        let high = high.map_or_else(String::new, |high| high.to_string());
        self.out.push_str(&format!("{{{low},{high}}}"));
        self.mode();
        Ok(())
    }

    /// `true`: a quantifier may follow, as behind inline flags it may not.
    fn group_start(&mut self) -> Result<bool, PatternError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.error(format!("Groups nested deeper than {MAX_DEPTH}"), Some(self.at)));
        }
        if !self.eat('?') {
            self.open.push(self.flags);
            self.out.push('(');
            return Ok(false);
        }
        let kind = self.next();
        match (kind, self.peek(0)) {
            (Some(c @ (':' | '=' | '!' | '>')), _) => {
                self.out.push_str("(?");
                self.out.push(c);
            }
            (Some('<'), Some(c @ ('=' | '!'))) => {
                self.at += 1;
                self.out.push_str("(?<");
                self.out.push(c);
            }
            (Some('<'), _) => {
                let name = self.group_name()?;
                if self.names.contains(&name) {
                    let defined = format!("Named capturing group <{name}> is already defined");
                    return Err(self.error(defined, Some(self.at.saturating_sub(1))));
                }
                self.out.push_str(&format!("(?<{name}>"));
                self.names.insert(name);
            }
            (Some(_), _) => {
                self.at -= 1;
                return self.inline_flags();
            }
            (None, _) => return Err(self.error("Unknown inline modifier", Some(self.at))),
        }
        self.open.push(self.flags);
        Ok(false)
    }

    fn group_name(&mut self) -> Result<String, PatternError> {
        let start = self.at;
        let mut name = String::new();
        while let Some(c) = self.peek(0).filter(char::is_ascii_alphanumeric) {
            self.at += 1;
            name.push(c);
        }
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(self.error("capturing group name does not start with a Latin letter", Some(start)));
        }
        if !self.eat('>') {
            return Err(self.error("named capturing group is missing trailing '>'", Some(self.at)));
        }
        Ok(name)
    }

    fn inline_flags(&mut self) -> Result<bool, PatternError> {
        let outer = self.flags;
        let (mut on, mut off, mut value) = (String::new(), String::new(), true);
        loop {
            match self.next() {
                Some('-') if value => value = false,
                Some(c @ ('i' | 'm' | 's' | 'x' | 'd' | 'u' | 'U')) => {
                    match c {
                        'm' => self.flags.multi_line = value,
                        's' => self.flags.dot_all = value,
                        'x' => self.flags.comments = value,
                        'd' => self.flags.unix_lines = value,
                        _ => {}
                    }
                    // The others are handled by the walk, or change nothing.
                    if matches!(c, 'i' | 'm') {
                        if value { on.push(c) } else { off.push(c) }
                    }
                }
                Some(end @ (')' | ':')) => {
                    let minus = if off.is_empty() { "" } else { "-" };
                    let is_empty = on.is_empty() && off.is_empty();
                    match end {
                        ')' if is_empty => {}
                        ')' => self.out.push_str(&format!("(?{on}{minus}{off})")),
                        _ => {
                            self.out.push_str(&format!("(?{on}{minus}{off}:"));
                            self.open.push(outer);
                        }
                    }
                    return Ok(false);
                }
                Some(_) => return Err(self.error("Unknown inline modifier", Some(self.at.saturating_sub(1)))),
                None => return Err(self.error("Unknown inline modifier", Some(self.at))),
            }
        }
    }

    /// An escape outside of a class. `true`: a quantifier may follow.
    fn escape(&mut self) -> Result<bool, PatternError> {
        const WORD: &str = "[A-Za-z0-9_]";
        let start = self.at;
        let Some(c) = self.next() else {
            return Err(self.error("Unescaped trailing backslash", Some(start)));
        };
        match c {
            'Q' => return Ok(self.quoted()),
            'b' => {
                self.out.push_str(&format!("(?:(?<={WORD})(?!{WORD})|(?<!{WORD})(?={WORD}))"));
                return Ok(false);
            }
            'B' => {
                self.out.push_str(&format!("(?:(?<={WORD})(?={WORD})|(?<!{WORD})(?!{WORD}))"));
                return Ok(false);
            }
            'A' | 'z' | 'G' => {
                self.out.push('\\');
                self.out.push(c);
                return Ok(false);
            }
            'Z' => {
                self.before_final_terminator();
                return Ok(false);
            }
            'R' => self.out.push_str(r"(?>\r\n|[\n\u{b}\u{c}\r\u{85}\u{2028}\u{2029}])"),
            'X' => self.push(r"(?>\P{M}\p{M}*)"),
            '1'..='9' => self.back_reference(c),
            'N' if self.peek(0) != Some('{') => {
                return Err(self.error("Illegal character name escape sequence", Some(self.at)));
            }
            'k' => {
                if !self.eat('<') {
                    return Err(self.error(r"\k is not followed by '<' for named capturing group", Some(self.at)));
                }
                let name = self.group_name()?;
                if !self.names.contains(&name) {
                    let missing = format!("named capturing group <{name}> does not exist");
                    return Err(self.error(missing, Some(self.at.saturating_sub(1))));
                }
                self.out.push_str(&format!("\\k<{name}>"));
            }
            _ => {
                if let Some(set) = class::set(self, c)? {
                    self.out.push_str(&format!("[{set}]"));
                } else {
                    let c = class::escaped_char(self, c, start)?;
                    literal(&mut self.out, c);
                }
            }
        }
        Ok(true)
    }

    /// A reference takes further digits as long as there are so many groups.
    fn back_reference(&mut self, first: char) {
        let mut number = first.to_digit(10).unwrap_or(1) as usize;
        while let Some(digit) = self.peek(0).and_then(|c| c.to_digit(10)) {
            let longer = number * 10 + digit as usize;
            if longer > self.groups {
                break;
            }
            number = longer;
            self.at += 1;
        }
        if number > self.groups {
            // A group that does not exist never matches.
            self.push("(?!)");
        } else {
            self.out.push_str(&format!("(?:\\{number})"));
        }
    }

    fn quoted(&mut self) -> bool {
        let mut any = false;
        while let Some(c) = self.next() {
            if c == '\\' && self.eat('E') {
                break;
            }
            literal(&mut self.out, c);
            any = true;
        }
        any || self.can_repeat
    }
}

/// A character that stands for itself.
pub(super) fn literal(out: &mut String, c: char) {
    if c.is_ascii_punctuation() && c != '_' && c != '<' && c != '>' || c.is_ascii_whitespace() || c.is_control() {
        out.push_str(&format!("\\x{{{:x}}}", c as u32));
    } else {
        out.push(c);
    }
}
