//! Diagnostics for people: the source lines with a mark under the place, on stderr.

use accord_runtime::{Diagnostic, Sources};
use accord_syntax::render::{self, Picture};

use super::{coloured, note};

/// Prints one diagnostic.
pub(crate) fn picture(found: &Diagnostic, sources: &Sources) {
    let how = Picture { color: coloured(), hidden: &[] };
    note(render::picture(found, sources, &how).trim_end());
}
