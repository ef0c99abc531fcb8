//! The redactor: no registered value is in what it gives out, and pieces give what the whole gives.

use std::sync::LazyLock;

use accord_value::Redactor;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fastrand::Rng;

use super::{SEPARATOR, parts, text};
use crate::mutate::Material;

const WORDS: &[&str] = &[
    "hunter2",
    "pass",
    "passpass",
    "p@ss w\"rd",
    "aaaa",
    "abab",
    "ab",
    "\n",
    "\u{1}",
    "%20",
    "\\",
    "&amp;",
    "é€😀",
    SEPARATOR,
    " ",
];

static MATERIAL: LazyLock<Material> = LazyLock::new(|| {
    let long = "0123456789abcdef".repeat(20);
    let seeds = [
        "hunter2\u{1}p@ss w\"rd",
        "aaaa\u{1}aaaaaaaa\u{1}abab",
        "line one\nline two\nline three",
        &long,
        "é€😀ß\u{1}passpass",
    ];
    Material::new(seeds.iter().map(|seed| seed.as_bytes().to_vec()).collect(), WORDS)
});

/// Values, and a text made of them and of other things.
pub fn make(rng: &mut Rng) -> Vec<u8> {
    let values = String::from_utf8_lossy(&MATERIAL.make(rng)).replace(SEPARATOR, "");
    let values: String = values.chars().take(3000).collect();
    let all: Vec<&str> = values.split('\u{1}').collect();
    let mut text = String::new();
    for _ in 0..rng.usize(..20) {
        let value = rng.choice(&all).copied().unwrap_or_default();
        match rng.u8(..6) {
            0 => text.push_str(&STANDARD.encode(format!("{}{value}", "x".repeat(rng.usize(..4))))),
            1 => text.push_str(&value.escape_default().to_string()),
            2 => text.extend(value.chars().take(rng.usize(..60))),
            3 => text.push_str(&String::from_utf8_lossy(&MATERIAL.words[rng.usize(..MATERIAL.words.len())])),
            _ => text.push_str(value),
        }
    }
    let cuts: String = (0..rng.usize(..20)).map(|_| rng.char('a'..='z')).collect();
    [&values, SEPARATOR, &cuts, SEPARATOR, &text].concat().into_bytes()
}

/// Masks a text as a whole and in pieces.
///
/// # Panics
/// Where a value is left, or the two differ.
pub fn redactor(input: &[u8]) {
    let input = text(input);
    let [values, cuts, text] = parts(&input);
    let redactor = Redactor::new();
    let values: Vec<&str> = values.split('\u{1}').take(8).collect();
    values.iter().for_each(|value| redactor.register(value));
    let whole = redactor.mask(text);
    for value in
        values.iter().map(|value| value.trim()).filter(|value| value.chars().count() >= 4 && !value.contains('*'))
    {
        assert!(!whole.as_str().contains(value), "{value:?} is left");
        let encoded = STANDARD.encode(value);
        // The last characters may hold bits of other bytes too.
        if let Some(sure) = encoded.get(..value.len() * 8 / 6).filter(|sure| sure.len() >= 4) {
            assert!(!whole.as_str().contains(sure), "{value:?} is left in base64");
        }
    }
    let mut stream = redactor.stream();
    let mut streamed = String::new();
    let mut rest = text;
    for cut in cuts.bytes().cycle().take(if cuts.is_empty() { 0 } else { 2000 }) {
        let at = rest.floor_char_boundary(usize::from(cut.saturating_sub(b'a')).pow(2).min(rest.len()));
        let (piece, behind) = rest.split_at(at);
        streamed.extend(stream.push(piece).map(|line| line.as_str().to_owned()));
        rest = behind;
        if rest.is_empty() {
            break;
        }
    }
    streamed.extend(stream.push(rest).map(|line| line.as_str().to_owned()));
    streamed.extend(stream.finish().map(|line| line.as_str().to_owned()));
    assert_eq!(streamed, whole.as_str());
}
