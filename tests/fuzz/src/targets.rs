//! What is fuzzed, a module for each subject: a function that makes inputs (`make_…`), and one that takes them.
//!
//! A target panics where something is wrong. It decides itself what the bytes mean: most take them as text.

pub mod data;
pub mod evaluation;
pub mod expression;
pub mod flow;
pub mod format;
pub mod patterns;
pub mod redactor;
pub mod sealed;
pub mod state;
pub mod yaml;

/// The bytes as text; what is no UTF-8 is replaced.
fn text(input: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(input)
}

/// The parts of a text between lines that hold `%%` alone; `N` of them, those that are missing are empty.
fn parts<const N: usize>(text: &str) -> [&str; N] {
    let mut parts = text.splitn(N, SEPARATOR);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// Stands between the parts of an input that has several.
const SEPARATOR: &str = "\n%%\n";
