//! Concord's YAML dialect: text to a tree of [`Data`] with places.
//!
//! Concord's dialect is neither YAML 1.1 nor 1.2: the syntax of 1.1, scalars by its rules without times and merge
//! keys, 32-bit integers, aliases as the text of their name, only the first document; and a mistake is reported at the
//! end of what was read before it, so that the order of reading is part of the dialect. No parser of YAML 1.2 can be
//! bent to that: `scan` makes tokens, `events` the grammar's events, `build` the tree, `scalar` the values. Nothing
//! here knows what a flow is.

mod broken;
mod build;
mod events;
pub(crate) mod print;
mod scalar;
mod scan;
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

/// Reads the first document of a source as far as it can be read: for readers that take more than flows may hold. The
/// focus of each problem is the value it is about, in whose place a 0 or the raw text stands.
pub fn read_data_and_problems(source: &Source) -> (Option<Data>, Vec<Diagnostic>) {
    let document = read(source);
    (document.root, document.problems.into_iter().map(|problem| problem.diagnostic).collect())
}
