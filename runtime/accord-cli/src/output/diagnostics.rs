//! Diagnostics for people: the source lines with a mark under the place, on stderr.

use accord_runtime::{Diagnostic, FailureReport, LoadError, Sources};
use accord_syntax::Span;
use accord_syntax::render::{self, Picture};

use super::{coloured, note};

/// Prints one diagnostic; the hidden parts of the sources are not shown.
pub(crate) fn picture(found: &Diagnostic, sources: &Sources, hidden: &[Span]) {
    let how = Picture { color: coloured(), hidden };
    note(render::picture(found, sources, &how).trim_end());
}

/// Prints everything that keeps a project from being loaded.
pub(crate) fn load_error(error: &LoadError) {
    let pictures: Vec<String> = error.pictures(coloured()).iter().map(|text| text.trim_end().to_owned()).collect();
    note(&pictures.join("\n\n"));
}

/// Prints what ended a process.
pub(crate) fn failure(report: &FailureReport) {
    note(report.picture(coloured()).as_str());
}
