//! From the text of an expression to tokens.

use super::ast::TextSpan;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tok {
    Integer,
    Float,
    Text,
    Identifier,
    True,
    False,
    Null,
    Dot,
    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    Colon,
    Comma,
    Semicolon,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    Equal,
    NotEqual,
    Not,
    And,
    Or,
    Empty,
    InstanceOf,
    Star,
    Plus,
    Minus,
    Question,
    Divide,
    Modulo,
    Concat,
    Assign,
    Arrow,
    /// A character that belongs to no token, or a text without an end.
    Illegal,
    /// The text is over.
    End,
}

/// A token with its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) tok: Tok,
    pub(super) span: TextSpan,
}

/// Cuts `text` from the byte `start` on, up to the brace that closes the expression, which is the last token. A text
/// that is over before, or a character that fits nowhere, is the last token too.
pub(super) fn tokens(text: &str, start: usize, out: &mut Vec<Token>) {
    out.clear();
    let mut at = start;
    let mut open = 0usize;
    loop {
        let rest = text.get(at..).unwrap_or("");
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        at += blank;
        let rest = rest.get(blank..).unwrap_or("");
        let (tok, length) = token(rest);
        out.push(Token { tok, span: TextSpan::new(offset(at), offset(at + length)) });
        at += length;
        match tok {
            Tok::LeftBrace => open += 1,
            Tok::RightBrace if open == 0 => return,
            Tok::RightBrace => open -= 1,
            Tok::End | Tok::Illegal => return,
            _ => {}
        }
    }
}

/// Texts are limited far below 4 GiB; what is larger stops at the greatest offset.
pub(super) fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn token(rest: &str) -> (Tok, usize) {
    let bytes = rest.as_bytes();
    let next = bytes.get(1).copied();
    let one = |tok| (tok, 1);
    match bytes.first() {
        None => (Tok::End, 0),
        Some(b'.') if next.is_some_and(|c| c.is_ascii_digit()) => number(rest),
        Some(b'.') => one(Tok::Dot),
        Some(b'0'..=b'9') => number(rest),
        Some(quote @ (b'\'' | b'"')) => text(bytes, *quote),
        Some(b'(') => one(Tok::LeftParen),
        Some(b')') => one(Tok::RightParen),
        Some(b'[') => one(Tok::LeftBracket),
        Some(b']') => one(Tok::RightBracket),
        Some(b'{') => one(Tok::LeftBrace),
        Some(b'}') => one(Tok::RightBrace),
        Some(b':') => one(Tok::Colon),
        Some(b',') => one(Tok::Comma),
        Some(b';') => one(Tok::Semicolon),
        Some(b'?') => one(Tok::Question),
        Some(b'*') => one(Tok::Star),
        Some(b'/') => one(Tok::Divide),
        Some(b'%') => one(Tok::Modulo),
        Some(b'>') if next == Some(b'=') => (Tok::GreaterOrEqual, 2),
        Some(b'>') => one(Tok::Greater),
        Some(b'<') if next == Some(b'=') => (Tok::LessOrEqual, 2),
        Some(b'<') => one(Tok::Less),
        Some(b'=') if next == Some(b'=') => (Tok::Equal, 2),
        Some(b'=') => one(Tok::Assign),
        Some(b'!') if next == Some(b'=') => (Tok::NotEqual, 2),
        Some(b'!') => one(Tok::Not),
        Some(b'&') if next == Some(b'&') => (Tok::And, 2),
        Some(b'|') if next == Some(b'|') => (Tok::Or, 2),
        Some(b'+') if next == Some(b'=') => (Tok::Concat, 2),
        Some(b'+') => one(Tok::Plus),
        Some(b'-') if next == Some(b'>') => (Tok::Arrow, 2),
        Some(b'-') => one(Tok::Minus),
        Some(_) => word(rest),
    }
}

fn digits(bytes: &[u8], from: usize) -> usize {
    bytes.get(from..).unwrap_or_default().iter().take_while(|c| c.is_ascii_digit()).count()
}

fn number(rest: &str) -> (Tok, usize) {
    let bytes = rest.as_bytes();
    let mut length = digits(bytes, 0);
    let mut tok = Tok::Integer;
    if bytes.get(length) == Some(&b'.') {
        tok = Tok::Float;
        length += 1;
        length += digits(bytes, length);
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let exponent = digits(bytes, length + 1 + sign);
        if exponent > 0 {
            tok = Tok::Float;
            length += 1 + sign + exponent;
        }
    }
    (tok, length)
}

/// In a text only the backslash and the text's own quote can be escaped.
fn text(bytes: &[u8], quote: u8) -> (Tok, usize) {
    let mut at = 1;
    while let Some(c) = bytes.get(at) {
        match c {
            b'\\' => match bytes.get(at + 1) {
                Some(next) if *next == b'\\' || *next == quote => at += 2,
                _ => return (Tok::Illegal, at),
            },
            c if *c == quote => return (Tok::Text, at + 1),
            _ => at += 1,
        }
    }
    (Tok::Illegal, bytes.len())
}

/// Whether a name can begin with this character, `#` apart. Names are made of the letters that the reference's grammar
/// lists, which are fewer than Unicode's.
pub(super) fn starts_name(c: char) -> bool {
    c.is_ascii_alphabetic()
        || matches!(c, '_' | '$' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{1fff}'
            | '\u{3040}'..='\u{318f}' | '\u{3300}'..='\u{337f}' | '\u{3400}'..='\u{3d2d}'
            | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

fn word(rest: &str) -> (Tok, usize) {
    let mut chars = rest.chars();
    let Some(first) = chars.next() else { return (Tok::End, 0) };
    if !starts_name(first) && first != '#' {
        return (Tok::Illegal, first.len_utf8());
    }
    let length: usize = first.len_utf8()
        + chars.take_while(|c| starts_name(*c) || c.is_ascii_digit()).map(char::len_utf8).sum::<usize>();
    let tok = match rest.get(..length).unwrap_or("") {
        "true" => Tok::True,
        "false" => Tok::False,
        "null" => Tok::Null,
        "gt" => Tok::Greater,
        "lt" => Tok::Less,
        "ge" => Tok::GreaterOrEqual,
        "le" => Tok::LessOrEqual,
        "eq" => Tok::Equal,
        "ne" => Tok::NotEqual,
        "not" => Tok::Not,
        "and" => Tok::And,
        "or" => Tok::Or,
        "empty" => Tok::Empty,
        "instanceof" => Tok::InstanceOf,
        "div" => Tok::Divide,
        "mod" => Tok::Modulo,
        _ => Tok::Identifier,
    };
    (tok, length)
}
