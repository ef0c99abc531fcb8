//! Java's replacement texts: `$1`, `${name}`, and a backslash before a literal character.

use std::fmt;

use fancy_regex::Captures;

/// A replacement text, parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Group(usize),
    Name(String),
}

/// What is wrong with a replacement text, worded as Java does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplacementError(String);

impl fmt::Display for ReplacementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ReplacementError {}

fn fail<T>(message: impl Into<String>) -> Result<T, ReplacementError> {
    Err(ReplacementError(message.into()))
}

impl Replacement {
    /// Parses a replacement text for a pattern. Numbers of groups take as many digits as there are groups for.
    ///
    /// # Errors
    /// Java's own complaints: a `$` or a backslash with nothing behind it, a group that does not exist.
    pub fn parse(text: &str, pattern: &fancy_regex::Regex) -> Result<Self, ReplacementError> {
        let groups = pattern.captures_len();
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some(c) => literal.push(c),
                    None => return fail("character to be escaped is missing"),
                },
                '$' => {
                    if !literal.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut literal)));
                    }
                    let Some(c) = chars.next() else { return fail("Illegal group reference: group index is missing") };
                    if c == '{' {
                        let mut name = String::new();
                        while let Some(c) = chars.next_if(char::is_ascii_alphanumeric) {
                            name.push(c);
                        }
                        if name.is_empty() {
                            return fail("named capturing group is missing trailing '}'");
                        }
                        if chars.next() != Some('}') {
                            return fail("named capturing group is missing trailing '}'");
                        }
                        if !pattern.capture_names().flatten().any(|known| known == name) {
                            return fail(format!("No group with name {{{name}}}"));
                        }
                        parts.push(Part::Name(name));
                    } else if let Some(digit) = c.to_digit(10) {
                        let mut number = digit as usize;
                        if number >= groups {
                            return fail(format!("No group {number}"));
                        }
                        while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
                            let longer = number * 10 + digit as usize;
                            if longer >= groups {
                                break;
                            }
                            number = longer;
                            chars.next();
                        }
                        parts.push(Part::Group(number));
                    } else {
                        return fail("Illegal group reference");
                    }
                }
                c => literal.push(c),
            }
        }
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        Ok(Self(parts))
    }

    /// Appends the text that replaces a match. Groups that did not match give nothing.
    pub fn expand(&self, captures: &Captures<'_, str>, out: &mut String) {
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Group(number) => out.push_str(captures.get(*number).map_or("", |group| group.as_str())),
                Part::Name(name) => out.push_str(captures.name(name).map_or("", |group| group.as_str())),
            }
        }
    }
}
