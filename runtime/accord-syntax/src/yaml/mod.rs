//! Concord's YAML dialect: text to a tree of [`Data`] with places.
//!
//! The parser of events is granit-parser, known to this module alone; what its events mean is decided here as
//! Concord's reader decides it, which is neither YAML 1.1 nor 1.2: scalars by the rules of 1.1 without times and
//! merge keys, 32-bit integers, aliases as the text of their name, only the first document. Nothing here knows what
//! a flow is.

mod broken;
mod build;
pub(crate) mod print;
mod scalar;
#[cfg(test)]
mod tests;

use crate::definition::Data;
use crate::diagnostic::Diagnostic;
use crate::source::Source;

pub(crate) use build::read;

/// The most code points a file may have: the limit of Concord's reader.
const MAX_CODE_POINTS: usize = 3_145_728;
/// The deepest nesting of lists and maps: the limit of Concord's reader.
const MAX_DEPTH: usize = 1000;

/// What a file's first document says.
#[derive(Debug)]
pub(crate) struct Document {
    /// The tree; `None` where nothing could be read.
    pub(crate) root: Option<Data>,
    /// What is wrong with the YAML as such, in the order of reading.
    pub(crate) problems: Vec<Problem>,
    /// Where reading ended too early: what begins here or later was not seen, and containers that reach beyond it
    /// are not complete.
    pub(crate) cut: Option<u32>,
}

/// A problem of the YAML, which Concord's reader meets while reading.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) diagnostic: Diagnostic,
    /// Offset of the part that was read last before it: a mistake in that part or a later one is found after it.
    pub(crate) found_before: u32,
}

/// Reads the first document of a source as plain data.
///
/// # Errors
/// Every problem found, the first in file order first.
pub fn read_data(source: &Source) -> Result<Option<Data>, Vec<Diagnostic>> {
    let document = read(source);
    if document.problems.is_empty() {
        Ok(document.root)
    } else {
        Err(document.problems.into_iter().map(|problem| problem.diagnostic).collect())
    }
}
