//! JSON in and out, as the reference's JSON library (Jackson) reads and writes it.
//!
//! Owns: which Java number a JSON number becomes, the layout of the output, the wording of errors, limits on nesting.
//! The texts written keep the marks of the values in their places. Must not know: files, tasks.

mod read;
#[cfg(test)]
mod tests;
mod write;

#[cfg(test)]
pub(crate) use tests::any_json;

pub use read::{JsonError, parse};
pub(crate) use write::escape;
pub use write::{to_pretty_text, to_text};
