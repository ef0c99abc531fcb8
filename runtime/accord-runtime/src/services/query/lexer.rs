//! The words and signs of a query.

/// A word or a sign, with its place in characters, from 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) at: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// An identifier or a keyword, in lower case.
    Word(String),
    /// An identifier in double quotes.
    Quoted(String),
    /// A text in single quotes.
    Text(String),
    /// A number as it is written.
    Number(String),
    /// An operator or a bracket.
    Sign(&'static str),
}

impl Kind {
    /// As it is shown in a message.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Quoted(name) => format!("\"{name}\""),
            // What an author writes into a query may be meant to stay where it is.
            Self::Text(_) => "a text".to_owned(),
            Self::Number(number) => number.clone(),
            Self::Sign(sign) => (*sign).to_owned(),
        }
    }
}

/// Longer signs stand before those that they begin with.
const SIGNS: [&str; 28] = [
    "->>", "#>>", "->", "#>", "@>", "<@", "||", "::", "<=", ">=", "<>", "!=", "?|", "?&", "=", "<", ">", "(", ")", ",",
    ".", "*", "?", ";", "-", "+", "/", "%",
];

/// Cuts a query into words and signs.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut rest = text;
    let mut tokens = Vec::new();
    // Characters are counted as they are left behind.
    let (mut counted, mut at) = (text, 1);
    loop {
        rest = rest.trim_start();
        let passed = counted.get(..counted.len() - rest.len()).unwrap_or_default();
        at += passed.chars().count();
        counted = rest;
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        if rest.starts_with("--") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
            continue;
        }
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").ok_or_else(|| format!("the comment at character {at} does not end"))?.1;
            continue;
        }
        let (kind, after) = match first {
            '\'' => quoted(rest, '\'', at).map(|(text, after)| (Kind::Text(text), after))?,
            '"' => quoted(rest, '"', at).map(|(name, after)| (Kind::Quoted(name), after))?,
            c if c.is_ascii_digit() => {
                let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
                let (number, after) = rest.split_at(end);
                (Kind::Number(number.to_owned()), after)
            }
            c if c.is_alphabetic() || c == '_' => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                (Kind::Word(word.to_lowercase()), after)
            }
            c => {
                let sign = SIGNS.into_iter().find_map(|sign| Some((Kind::Sign(sign), rest.strip_prefix(sign)?)));
                sign.ok_or_else(|| format!("the character {c} at character {at} means nothing here"))?
            }
        };
        tokens.push(Token { kind, at });
        rest = after;
    }
}

/// A text up to its closing quote; two quotes stand for one.
fn quoted(text: &str, quote: char, at: usize) -> Result<(String, &str), String> {
    let mut found = String::new();
    let mut rest = text.strip_prefix(quote).unwrap_or(text);
    loop {
        let Some((part, after)) = rest.split_once(quote) else {
            return Err(format!("the {quote} at character {at} is not closed"));
        };
        found.push_str(part);
        match after.strip_prefix(quote) {
            Some(after) => {
                found.push(quote);
                rest = after;
            }
            None => return Ok((found, after)),
        }
    }
}
