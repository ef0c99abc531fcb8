//! Java's regular expressions with their replacements, and globs.

use std::sync::LazyLock;

use accord_syntax::glob::{Glob, ResourcePattern};
use accord_syntax::regex::{self, Replacement};
use fastrand::Rng;

use super::{SEPARATOR, parts, text};
use crate::mutate::Material;

const WORDS: &[&str] = &[
    "(",
    ")",
    "(?:",
    "(?=",
    "(?!",
    "(?<=",
    "(?<!",
    "(?>",
    "(?<n>",
    "(?i)",
    "(?x)",
    "(?-s:",
    "(?d)",
    "[",
    "]",
    "[^",
    "&&",
    "[a-z]",
    "-",
    "\\d",
    "\\D",
    "\\w",
    "\\s",
    "\\b",
    "\\B",
    "\\A",
    "\\z",
    "\\Z",
    "\\G",
    "\\R",
    "\\X",
    "\\h",
    "\\v",
    "\\Q",
    "\\E",
    "\\p{L}",
    "\\P{Lu}",
    "\\p{Alpha}",
    "\\p{IsGreek}",
    "\\p{javaLowerCase}",
    "\\x41",
    "\\x{10ffff}",
    "\\u0041",
    "\\ud83d\\ude00",
    "\\07",
    "\\cA",
    "\\1",
    "\\2",
    "\\k<n>",
    "*",
    "+",
    "?",
    "*?",
    "++",
    "{2}",
    "{2,}",
    "{2,5}",
    "{0,1000}",
    "{100}",
    "{1000}",
    "|",
    "^",
    "$",
    ".",
    "#",
    "a",
    "b",
    "aaaa",
    "$1",
    "${n}",
    "\\$",
    "\\\\",
    SEPARATOR,
    "**",
    "*.yml",
    "{a,b}",
    "[!a]",
    "/",
    "glob:",
    "regex:",
];

const SEEDS: &[&str] = &[
    "(a+)+b\n%%\n$1\n%%\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "^(\\w+)\\s(?<n>\\d{2,})$\n%%\n${n}-$1\n%%\nabc 123",
    "[a-z&&[^aeiou]]+\n%%\n<$0>\n%%\nhello world",
    "(?i)\\Qa.b\\E|(?x) c # comment\n%%\n\\$\n%%\nA.B c",
    "(x*)*y\n%%\n\n%%\nxxxxxxxxxxxxxxxxxxxx",
    "(.*)(.*)(.*)(.*)(.*)=\n%%\n$2\n%%\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "((a{1,100}){1,100}){1,100}\n%%\n\n%%\naaaa",
    "(?<=\\b)\\p{Lu}\\1?\n%%\n\n%%\nÉa",
    "concord/{**/,}{*.,}concord.{yml,yaml}\n%%\n\n%%\nconcord/a/b.concord.yml",
    "**/[!a-c]?*.{js,py}\n%%\n\n%%\nd/e/f.js",
    "glob:*a*a*a*a*b\n%%\n\n%%\naaaaaaaaaaaaaaaaaaaaaa",
];

static MATERIAL: LazyLock<Material> =
    LazyLock::new(|| Material::new(SEEDS.iter().map(|seed| seed.as_bytes().to_vec()).collect(), WORDS));

/// Patterns with a replacement and a text, changed.
pub fn make(rng: &mut Rng) -> Vec<u8> {
    let mut input = MATERIAL.make(rng);
    input.truncate(LONGEST);
    input
}

/// Compiling takes up to a tenth of a millisecond for each class of Unicode's characters, so longer patterns are slow.
const LONGEST: usize = 16 << 10;

/// Compiles a pattern, and searches and replaces with it.
///
/// # Panics
/// Where a match is not in the text.
pub fn regex(input: &[u8]) {
    let text = text(input);
    let [pattern, replacement, searched] = parts(&text);
    if let Err(error) = regex::translate(pattern) {
        assert!(!error.java_message().is_empty());
    }
    if let Ok(whole) = regex::compile_whole(pattern) {
        let _ = whole.is_match(searched);
    }
    let Ok(regex) = regex::compile(pattern) else { return };
    let replacement = Replacement::parse(replacement, &regex);
    let mut out = String::new();
    for captures in regex.captures_iter(searched).take(100) {
        let Ok(captures) = captures else { break };
        let found = captures.get(0).map(|found| found.range()).unwrap_or_default();
        assert!(searched.get(found).is_some());
        if let Ok(replacement) = &replacement {
            replacement.expand(&captures, &mut out);
        }
        if out.len() > 1 << 20 {
            break;
        }
    }
}

/// Matches with a glob and with a pattern of resources.
///
/// # Panics
/// Where a glob without operators does not match as its own text would.
pub fn glob(input: &[u8]) {
    let text = text(input);
    let [pattern, _, path] = parts(&text);
    if let Ok(glob) = Glob::parse(pattern) {
        let matches = glob.matches(path);
        if !pattern.contains(['*', '?', '[', '{', '\\', '}', ',']) {
            assert_eq!(matches, pattern == path);
            assert!(glob.matches(pattern));
        }
    }
    if let Ok(pattern) = ResourcePattern::parse(pattern) {
        let _ = pattern.matches(path);
    }
}
