//! Java's look at a URI, so that a wrong one is refused in the words that flows of the reference know.
//!
//! Owns: which characters may stand where (RFC 2396 as `java.net.URI` has it), and the wording. Must not know: what the
//! URI is for.

/// What is wrong with a text that is no URI: the reason and the index of the character, in UTF-16 units.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    /// The reason.
    pub(super) reason: String,
    /// Where it shows.
    pub(super) index: usize,
}

/// Checks a text as Java does before it asks what the URI means.
pub(super) fn check(text: &str) -> Result<(), Complaint> {
    let colon = text.find(['/', '?', '#', ':']).filter(|at| text.as_bytes().get(*at) == Some(&b':'));
    let rest = match colon {
        None => 0,
        Some(0) => return Err(complaint(text, "Expected scheme name", 0)),
        Some(colon) => {
            let scheme = text.get(..colon).unwrap_or_default();
            let wrong = scheme.char_indices().find(|(at, character)| match character {
                'a'..='z' | 'A'..='Z' => false,
                '0'..='9' | '+' | '-' | '.' => *at == 0,
                _ => true,
            });
            if let Some((at, _)) = wrong {
                return Err(complaint(text, "Illegal character in scheme name", at));
            }
            colon + 1
        }
    };
    let after = text.get(rest..).unwrap_or_default();
    if colon.is_some() && after.is_empty() {
        return Err(complaint(text, "Expected scheme-specific part", rest));
    }
    if colon.is_some() && !after.starts_with('/') {
        let end = end_of(text, rest, &['#']);
        part(text, rest..end, "opaque part", is_uric)?;
        return fragment(text, end);
    }
    let mut at = rest;
    if after.starts_with("//") {
        let start = rest + 2;
        at = end_of(text, start, &['/', '?', '#']);
        if start == text.len() {
            return Err(complaint(text, "Expected authority", start));
        }
        let authority = text.get(start..at).unwrap_or_default();
        if !authority.chars().all(|c| is_uric(c) || c == '%') {
            return Err(complaint(text, "Illegal character in authority", start));
        }
    }
    let path_end = end_of(text, at, &['?', '#']);
    part(text, at..path_end, "path", is_path)?;
    let query_end = end_of(text, path_end, &['#']);
    part(text, (path_end + 1).min(query_end)..query_end, "query", is_uric)?;
    fragment(text, query_end)
}

fn fragment(text: &str, hash: usize) -> Result<(), Complaint> {
    part(text, (hash + 1).min(text.len())..text.len(), "fragment", is_uric)
}

fn end_of(text: &str, from: usize, ends: &[char]) -> usize {
    text.get(from..).and_then(|rest| rest.find(ends)).map_or(text.len(), |at| from + at)
}

fn part(text: &str, range: std::ops::Range<usize>, name: &str, legal: fn(char) -> bool) -> Result<(), Complaint> {
    let start = range.start;
    let piece = text.get(range).unwrap_or_default();
    for (at, character) in piece.char_indices() {
        let index = start + at;
        if character == '%' {
            let digits = piece.as_bytes().get(at + 1..at + 3).unwrap_or_default();
            if digits.len() < 2 || !digits.iter().all(u8::is_ascii_hexdigit) {
                return Err(complaint(text, "Malformed escape pair", index));
            }
        } else if !legal(character) {
            return Err(complaint(text, &format!("Illegal character in {name}"), index));
        }
    }
    Ok(())
}

fn complaint(text: &str, reason: &str, at: usize) -> Complaint {
    let index = text.get(..at).map_or(0, |before| before.encode_utf16().count());
    Complaint { reason: reason.to_owned(), index }
}

fn is_unreserved(character: char) -> bool {
    match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' => true,
        '_' | '-' | '!' | '.' | '~' | '\'' | '(' | ')' | '*' => true,
        other => !other.is_ascii() && !other.is_control() && !other.is_whitespace(),
    }
}

fn is_path(character: char) -> bool {
    is_unreserved(character) || matches!(character, '/' | ';' | ':' | '@' | '&' | '=' | '+' | '$' | ',')
}

fn is_uric(character: char) -> bool {
    is_path(character) || matches!(character, '?' | '[' | ']')
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn complaints_are_javas() {
        let cases = [
            ("not a url", "Illegal character in path at index 3"),
            ("http://", "Expected authority at index 7"),
            ("http:", "Expected scheme-specific part at index 5"),
            (":x", "Expected scheme name at index 0"),
            ("1http://x", "Illegal character in scheme name at index 0"),
            ("ht tp://x", "Illegal character in scheme name at index 2"),
            ("http://exa mple.com/", "Illegal character in authority at index 7"),
            ("http://x/a b", "Illegal character in path at index 10"),
            ("http://x/\u{1F600}/a b", "Illegal character in path at index 13"),
            ("http://x/a[b", "Illegal character in path at index 10"),
            ("http://x/?a=b c", "Illegal character in query at index 13"),
            ("http://x/?a={b}", "Illegal character in query at index 12"),
            ("http://x/?a=b#c d", "Illegal character in fragment at index 15"),
            ("http://x/%zz", "Malformed escape pair at index 9"),
            ("http://x/%", "Malformed escape pair at index 9"),
            ("http://x/%é", "Malformed escape pair at index 9"),
            ("mailto:a b", "Illegal character in opaque part at index 8"),
            ("http://x/a\tb", "Illegal character in path at index 10"),
            ("http://x/a\u{a0}b", "Illegal character in path at index 10"),
        ];
        for (text, expected) in cases {
            let got = check(text).map_err(|c| format!("{} at index {}", c.reason, c.index));
            assert_eq!(got, Err(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn uris_pass() {
        let fine =
            "http://x http://[::1]:8080/a?b=[c]&d=/?#e /only/a/path http:///x mailto:a@b http://x/é%20 http://u:p@h";
        for text in fine.split(' ').chain([""]) {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }
}
