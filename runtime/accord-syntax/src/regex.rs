//! Java's dialect of regular expressions, translated for the fancy-regex engine.
//!
//! What differs and is handled here: `\d \w \s \b` are ASCII, `.` stops at every line terminator, `$` and `\Z` stand
//! before a final line terminator, `\Q…\E`, `\h \v \R`, octal and control escapes, POSIX classes, literals that the
//! engine takes for operators, and Java's own error messages. Anchoring (`matches`) is [`compile_whole`].
//! Source: the documentation of `java.util.regex.Pattern`.

mod class;
mod replacement;
#[cfg(test)]
mod tests;
mod translate;

use std::fmt;

pub use replacement::{Replacement, ReplacementError};

/// What is wrong with a pattern, worded as Java does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// The description, e.g. `Unclosed group`.
    pub description: String,
    /// The place in UTF-16 units; `None` where Java gives none.
    pub index: Option<usize>,
    /// The pattern.
    pub pattern: String,
}

impl fmt::Display for PatternError {
    /// One line: `Unclosed group near index 3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.description)?;
        match self.index {
            Some(index) => write!(f, " near index {index}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for PatternError {}

impl PatternError {
    /// The whole message of Java's exception: description, pattern and a caret below the place.
    #[must_use]
    pub fn java_message(&self) -> String {
        let mut message = format!("{self}\n{}", self.pattern);
        if let Some(index) = self.index
            && index < self.pattern.encode_utf16().count()
        {
            message.push('\n');
            message.extend(std::iter::repeat_n(' ', index));
            message.push('^');
        }
        message
    }
}

/// Translates a pattern.
///
/// # Errors
/// The pattern is none that Java accepts.
pub fn translate(java: &str) -> Result<String, PatternError> {
    translate::translate(java)
}

/// Compiles a pattern for searching.
///
/// # Errors
/// The pattern is none that Java accepts, or one that the engine cannot run.
pub fn compile(java: &str) -> Result<fancy_regex::Regex, PatternError> {
    build(java, &translate(java)?)
}

/// Compiles a pattern that must match the whole text, as `String.matches` does.
///
/// # Errors
/// The pattern is none that Java accepts, or one that the engine cannot run.
pub fn compile_whole(java: &str) -> Result<fancy_regex::Regex, PatternError> {
    build(java, &format!(r"\A(?:{})\z", translate(java)?))
}

fn build(java: &str, translated: &str) -> Result<fancy_regex::Regex, PatternError> {
    fancy_regex::Regex::new(translated).map_err(|error| PatternError {
        description: format!("Unsupported pattern: {error}"),
        index: None,
        pattern: java.to_owned(),
    })
}
