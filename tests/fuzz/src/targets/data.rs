//! Plain data: JSON in and out, YAML out and in.

use std::sync::LazyLock;

use accord_syntax::{FileId, Source, read_data_and_problems};
use accord_value::{YamlLayout, json, yaml};
use fastrand::Rng;

use super::text;
use crate::mutate::Material;

const WORDS: &[&str] = &[
    "{", "}", "[", "]", ",", ":", "\"", "\"a\":", "null", "true", "false", "\\u0041", "\\ud83d", "\\ude00", "\\n",
    "\\/", "-", "+", ".", "e", "E+5", "[[[[[[[[", "{\"a\":", "NaN", "Infinity", "//", "/*", "'",
];

const SEEDS: &[&str] = &[
    r##"{"a": 1, "b": [true, false, null], "c": {"d": "e\n\u00e9\ud83d\ude00"}, "f": -1.5e-10}"##,
    r##"[1, 2147483648, 9223372036854775808, 0.1, 1e400, "", " x ", "yes", "#a", "- b", "a: b", "multi\nline\n"]"##,
    r##"{"": {"": [[], {}, [[]], [{}]]}, "~": "null", "1": "2", "k:": "'", "long": "aaaaaaaaaaaaaaaaaaaa bbbbbbbbbb"}"##,
    "\"text\"",
    "12",
    "  {}  trailing",
];

static MATERIAL: LazyLock<Material> =
    LazyLock::new(|| Material::new(SEEDS.iter().map(|seed| seed.as_bytes().to_vec()).collect(), WORDS));

/// JSON, changed.
pub fn make(rng: &mut Rng) -> Vec<u8> {
    MATERIAL.make(rng)
}

/// Reads JSON, writes it, reads it again; writes YAML and reads it.
///
/// # Panics
/// Where what is read again is not the same.
pub fn data(input: &[u8]) {
    let text = text(input);
    let _ = read_data_and_problems(&Source::new(FileId(0), "data.yml", &*text));
    let value = match json::parse(&text) {
        Ok(value) => value,
        Err(error) => {
            assert!(error.line > 0 && !error.message.is_empty());
            assert!(error.column > 0 || text.trim().is_empty(), "only what is not there has no column");
            return;
        }
    };
    for written in [json::to_text(&value), json::to_pretty_text(&value)] {
        let written = written.unwrap_or_else(|error| panic!("is not written: {error}"));
        // What is no number in JSON is written as a text.
        if written.as_str().contains("\"Infinity\"") || written.as_str().contains("\"-Infinity\"") {
            continue;
        }
        let again = json::parse(written.as_str()).unwrap_or_else(|error| panic!("{}: {error}", written.as_str()));
        assert_eq!(again.to_text(), value.to_text());
    }
    let written =
        yaml::to_text(&value, YamlLayout::default()).unwrap_or_else(|error| panic!("is not written: {error}"));
    let source = Source::new(FileId(0), "data.yml", written.as_str());
    let (again, _) = read_data_and_problems(&source);
    assert!(again.is_some(), "{}", written.as_str());
}
