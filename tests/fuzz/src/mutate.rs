//! Odd inputs out of good ones.

use std::ops::Range;

use fastrand::Rng;

/// The longest input.
const LONGEST: usize = 64 << 10;

/// What inputs are made of: whole examples, and words that mean something to the reader.
pub struct Material {
    /// Examples.
    pub seeds: Vec<Vec<u8>>,
    /// Words.
    pub words: Vec<Vec<u8>>,
}

/// Texts that readers of any kind trip over.
const ODD: &[&str] = &[
    "\0",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{feff}",
    "\u{2028}",
    "\u{202e}",
    "\u{10ffff}",
    "😀",
    "é",
    "e\u{301}",
    "İ",
    "ß",
    "\r",
    "\r\n",
    "\n",
    "\t",
    " ",
    "\\",
    "\"",
    "'",
    "-1",
    "0",
    "1",
    "9",
    "99",
    "127",
    "128",
    "255",
    "256",
    "65535",
    "2147483647",
    "2147483648",
    "-2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "1e308",
    "1e999",
    "-0.0",
    "NaN",
    "0x7fffffffffffffff",
    "1000000",
    "1000000000",
    "18446744073709551616",
];

impl Material {
    /// Examples and words.
    #[must_use]
    pub fn new(seeds: Vec<Vec<u8>>, words: &[&str]) -> Self {
        let words = words.iter().chain(ODD).map(|word| word.as_bytes().to_vec()).collect();
        Self { seeds, words }
    }

    /// Makes an input.
    #[must_use]
    pub fn make(&self, rng: &mut Rng) -> Vec<u8> {
        let mut input = match rng.u8(..16) {
            0 => (0..rng.usize(..60)).flat_map(|_| self.word(rng).to_vec()).collect(),
            1 => (0..rng.usize(..200)).map(|_| rng.u8(..)).collect(),
            2 => [self.part(rng), self.part(rng)].concat(),
            _ => self.seed(rng).to_vec(),
        };
        // Mostly few changes, so that what is read goes deep.
        let changes = if rng.u8(..8) == 0 { rng.usize(..40) } else { rng.usize(..5) };
        for _ in 0..changes {
            self.change(rng, &mut input);
        }
        input.truncate(LONGEST);
        input
    }

    /// Puts a word in the place of some literal or name.
    pub fn exchange(&self, rng: &mut Rng, input: &mut Vec<u8>, word: &[u8]) {
        let at = place(rng, input);
        let mut token = token(input, at);
        // All of a text in quotes.
        if let Some(quote @ (b'\'' | b'"')) = input.get(token.start).copied()
            && let Some(length) = input.get(token.end..).unwrap_or_default().iter().position(|byte| *byte == quote)
        {
            token.end += length + 1;
        }
        splice(input, token, word);
    }

    fn change(&self, rng: &mut Rng, input: &mut Vec<u8>) {
        let at = place(rng, input);
        match rng.u8(..14) {
            0 | 1 => splice(input, at..at, self.word(rng)),
            2 => {
                let end = (at + self.length(rng)).min(input.len());
                splice(input, at..end, &[]);
            }
            3 => {
                let part = self.part(rng);
                splice(input, at..at, &part);
            }
            4 => {
                let end = (at + self.length(rng)).min(input.len());
                let part = input.get(at..end).unwrap_or_default().to_vec();
                let to = place(rng, input);
                splice(input, to..to, &part);
            }
            5 => {
                let word = self.word(rng).repeat(1 << rng.u32(..12));
                splice(input, at..at, word.get(..LONGEST).unwrap_or(&word));
            }
            6 => {
                let part = self.part(rng);
                input.truncate(at);
                input.extend_from_slice(&part);
            }
            7 => {
                let token = token(input, at);
                splice(input, token, self.word(rng));
            }
            8 => {
                let token = token(input, at);
                splice(input, token, &[]);
            }
            9 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte = rng.u8(..);
                }
            }
            10 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte ^= 1 << rng.u32(..8);
                }
            }
            11 => self.line(rng, input, at),
            12 => {
                // Deeper, as brackets and quotes nest.
                let token = token(input, at);
                let word = self.word(rng).to_vec();
                let inside = input.get(token.clone()).unwrap_or_default().to_vec();
                let times = 1 << rng.u32(..7);
                splice(input, token, &[word.repeat(times), inside, self.word(rng).repeat(times)].concat());
            }
            _ => input.truncate(at),
        }
        input.truncate(LONGEST);
    }

    /// Copies a line elsewhere, with another indentation.
    fn line(&self, rng: &mut Rng, input: &mut Vec<u8>, at: usize) {
        let line = line(input, at);
        let text = input.get(line).unwrap_or_default().trim_ascii().to_vec();
        let to = place(rng, input);
        let to = self::line(input, to).end;
        splice(input, to..to, &[b"\n".to_vec(), b" ".repeat(rng.usize(..14)), text].concat());
    }

    fn length(&self, rng: &mut Rng) -> usize {
        1 << rng.u32(..10)
    }

    fn word(&self, rng: &mut Rng) -> &[u8] {
        rng.choice(&self.words).map_or(&[], Vec::as_slice)
    }

    fn seed(&self, rng: &mut Rng) -> &[u8] {
        rng.choice(&self.seeds).map_or(&[], Vec::as_slice)
    }

    /// A part of a seed.
    fn part(&self, rng: &mut Rng) -> Vec<u8> {
        let seed = self.seed(rng);
        let start = place(rng, seed);
        let end = (start + self.length(rng)).min(seed.len());
        seed.get(start..end).unwrap_or_default().to_vec()
    }
}

/// A place in the text: often one where a word begins or ends.
fn place(rng: &mut Rng, text: &[u8]) -> usize {
    let at = rng.usize(..=text.len());
    if rng.bool() { at } else { token(text, at).end }
}

/// The word, or the one other character, at a place.
fn token(text: &[u8], at: usize) -> Range<usize> {
    let is_word = |at: &usize| text.get(*at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    if !is_word(&at) {
        return at.min(text.len())..(at + 1).min(text.len());
    }
    let start = (0..at).rev().take_while(is_word).last().unwrap_or(at);
    let end = (at..text.len()).take_while(is_word).last().map_or(at, |last| last + 1);
    start..end
}

fn line(text: &[u8], at: usize) -> Range<usize> {
    let start = text.get(..at).unwrap_or_default().iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let length = text.get(start..).unwrap_or_default().iter().position(|byte| *byte == b'\n');
    start..length.map_or(text.len(), |length| start + length)
}

fn splice(input: &mut Vec<u8>, range: Range<usize>, part: &[u8]) {
    input.splice(range, part.iter().copied());
}
