//! What is wrong with the text of a script: pictures of syntax errors, and syntax of versions that were not asked for.
//!
//! The engine knows every version of the language up to its own. A step's script is taken for the version that it names,
//! so that a flow that runs here runs on the reference as well: this module finds the tokens that came later.

use crate::language::EsVersion;

/// A syntax error as the reference draws it: the place (line from 1, column from 0), the line, a caret.
pub(crate) fn picture(source: &str, (line, column): (usize, usize), message: &str) -> String {
    let column = column.saturating_sub(1);
    let text = source.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    format!("SyntaxError: <eval>:{line}:{column} {message}\n{text}\n{}^", " ".repeat(column))
}

/// The error of a script that uses syntax of a later version than `version`; none where it does not.
pub(crate) fn newer_than(source: &str, version: EsVersion) -> Option<String> {
    let found = Scanner::new(source).find(|found| found.year > version.year())?;
    let before = source.get(..found.at).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let message = format!(
        "{} needs ECMAScript {}, and the script is taken for ECMAScript {}. Add esVersion: {} to the step's in.",
        found.what,
        found.year,
        version.year(),
        found.year.max(2020),
    );
    Some(picture(source, (line, column), &message))
}

/// Syntax that came with a version.
struct Found {
    what: &'static str,
    year: u16,
    at: usize,
}

/// Walks over the tokens of a script and stops at those that came with a version.
struct Scanner<'a> {
    source: &'a str,
    at: usize,
    /// For each template that is open: how many braces are open in its `${`.
    templates: Vec<usize>,
    /// Whether a `/` would divide here, and not begin a regular expression.
    after_value: bool,
    after_catch: bool,
    after_async: bool,
    after_static: bool,
}

/// Words after which a value comes, so that a `/` begins a regular expression.
const BEFORE_VALUES: &[&str] = &[
    "return",
    "typeof",
    "case",
    "in",
    "of",
    "delete",
    "void",
    "throw",
    "new",
    "instanceof",
    "else",
    "do",
    "yield",
    "await",
];

impl<'a> Scanner<'a> {
    fn new(source: &'a str) -> Scanner<'a> {
        Scanner {
            source,
            at: 0,
            templates: Vec::new(),
            after_value: false,
            after_catch: false,
            after_async: false,
            after_static: false,
        }
    }

    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// Goes beyond `end` (or to the end of the text), with backslashes taking the next character along.
    fn skip_quoted(&mut self, end: char) {
        let mut characters = self.rest().char_indices();
        while let Some((offset, character)) = characters.next() {
            if character == '\\' {
                characters.next();
            } else if character == end || character == '\n' {
                self.at += offset + character.len_utf8();
                return;
            }
        }
        self.at = self.source.len();
    }

    /// Goes to the end of a template, or into its next `${`.
    fn skip_template(&mut self) {
        let mut characters = self.rest().char_indices().peekable();
        while let Some((offset, character)) = characters.next() {
            match character {
                '\\' => {
                    characters.next();
                }
                '`' => {
                    self.at += offset + 1;
                    self.after_value = true;
                    return;
                }
                '$' if characters.peek().is_some_and(|(_, next)| *next == '{') => {
                    self.at += offset + 2;
                    self.templates.push(0);
                    self.after_value = false;
                    return;
                }
                _ => {}
            }
        }
        self.at = self.source.len();
    }

    fn skip_regex(&mut self) {
        let mut in_class = false;
        let mut characters = self.rest().char_indices();
        while let Some((offset, character)) = characters.next() {
            match character {
                '\\' => {
                    characters.next();
                }
                '[' => in_class = true,
                ']' => in_class = false,
                '/' if !in_class => {
                    self.at += offset + 1;
                    return;
                }
                '\n' => {
                    self.at += offset;
                    return;
                }
                _ => {}
            }
        }
        self.at = self.source.len();
    }

    fn number(&mut self) -> Option<Found> {
        let at = self.at;
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.').unwrap_or(rest.len());
        let number = rest.get(..end).unwrap_or_default();
        self.at += end.max(1);
        self.after_value = true;
        if number.ends_with('n') {
            return Some(Found { what: "A BigInt", year: 2020, at });
        }
        number.contains('_').then_some(Found { what: "A number with _", year: 2021, at })
    }

    fn word(&mut self) -> Option<Found> {
        let at = self.at;
        let rest = self.rest();
        let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default();
        self.at += end.max(1);
        self.after_value = !BEFORE_VALUES.contains(&word);
        let was_async = std::mem::replace(&mut self.after_async, word == "async");
        self.after_catch = word == "catch";
        self.after_static = word == "static";
        (was_async && word == "function").then_some(Found { what: "An async function", year: 2017, at })
    }

    fn operator(&mut self) -> Option<Found> {
        let at = self.at;
        let rest = self.rest();
        let after_catch = std::mem::take(&mut self.after_catch);
        let after_static = std::mem::take(&mut self.after_static);
        self.after_async = false;
        let mut found = None;
        let mut length = rest.chars().next().map_or(1, char::len_utf8);
        for (operator, what, year) in
            [("??=", "??=", 2021), ("||=", "||=", 2021), ("&&=", "&&=", 2021), ("??", "??", 2020), ("**", "**", 2016)]
        {
            if rest.starts_with(operator) {
                length = operator.len();
                found = Some(Found { what, year, at });
                break;
            }
        }
        if rest.starts_with("?.") && !rest.get(2..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
            length = 2;
            found = Some(Found { what: "?.", year: 2020, at });
        }
        self.at += length;
        self.after_value = false;
        match rest.chars().next() {
            Some('{') => {
                if let Some(open) = self.templates.last_mut() {
                    *open += 1;
                }
                if after_catch {
                    found = Some(Found { what: "catch without a name", year: 2019, at });
                } else if after_static {
                    found = Some(Found { what: "A static block", year: 2022, at });
                }
            }
            Some('}') => match self.templates.last_mut() {
                Some(0) => {
                    self.templates.pop();
                    self.skip_template();
                }
                Some(open) => {
                    *open -= 1;
                    self.after_value = true;
                }
                None => self.after_value = true,
            },
            Some(')' | ']') => self.after_value = true,
            Some('#') if rest.get(1..).is_some_and(|rest| rest.starts_with(is_word)) => {
                found = Some(Found { what: "A private name", year: 2022, at });
            }
            _ => {}
        }
        found
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

impl Iterator for Scanner<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        while let Some(character) = self.rest().chars().next() {
            let found = match character {
                '/' if self.rest().starts_with("//") => {
                    self.at += self.rest().find('\n').unwrap_or(self.rest().len());
                    None
                }
                '/' if self.rest().starts_with("/*") => {
                    let rest = self.rest();
                    self.at += rest.find("*/").map_or(rest.len(), |end| end + 2);
                    None
                }
                '/' if !self.after_value => {
                    self.at += 1;
                    self.skip_regex();
                    self.after_value = true;
                    None
                }
                '"' | '\'' => {
                    self.at += 1;
                    self.skip_quoted(character);
                    self.after_value = true;
                    None
                }
                '`' => {
                    self.at += 1;
                    self.skip_template();
                    None
                }
                '.' if self.rest().get(1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) => {
                    self.at += 1;
                    self.number()
                }
                _ if character.is_ascii_digit() => self.number(),
                _ if is_word(character) => self.word(),
                _ if character.is_whitespace() => {
                    self.at += character.len_utf8();
                    None
                }
                _ => self.operator(),
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }
}
