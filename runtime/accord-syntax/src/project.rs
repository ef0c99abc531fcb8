//! A project: what all its files together say, profiles applied, and the texts it came from.
//!
//! Files are read elsewhere; here is which of them count and how they are merged.
//! Source: <https://concord.walmartlabs.com/docs/processes-v2/>, `configuration.html`, `profiles.html`.

mod effective;
mod merge;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use effective::effective_yaml;

use crate::definition::{Definition, Resources};
use crate::diagnostic::Diagnostic;
use crate::glob::ResourcePattern;
use crate::source::{FileId, Sources};

/// The names that a root file can have: the first that exists is read, the others are not.
pub const ROOT_FILES: [&str; 4] = [".concord.yml", "concord.yml", ".concord.yaml", "concord.yaml"];

/// The files that are read besides the root file, unless `resources.concord` says otherwise.
pub const DEFAULT_RESOURCES: &str = "glob:concord/{**/,}{*.,}concord.{yml,yaml}";

/// The flow that runs, unless another is named.
pub const DEFAULT_ENTRY_POINT: &str = "default";

/// A merged project: what is compiled, run and linted.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The merged definition, active profiles applied.
    pub definition: Definition,
    /// All texts that were read; every [`crate::Span`] of the definition points into them.
    pub sources: Sources,
    /// The profiles that were applied, in order.
    pub active_profiles: Vec<Arc<str>>,
}

impl Project {
    /// Merges the definitions of a project's files. They are taken in the order of their names, the root file last:
    /// flows, forms and profiles of one name replace each other, arguments are merged deep, triggers and dependencies
    /// are collected; all else comes from the last file alone.
    #[must_use]
    pub fn merge(sources: Sources, mut files: Vec<(FileId, Definition)>, root: Option<FileId>) -> Self {
        let name = |id: &FileId| sources.get(*id).map(|source| Arc::clone(source.name()));
        files.sort_by_cached_key(|(id, _)| (Some(*id) == root, name(id)));
        let mut definition = Definition::default();
        for (_, next) in files {
            merge::file(&mut definition, next);
        }
        Self { definition, sources, active_profiles: Vec::new() }
    }

    /// Applies profiles one after the other. Gives the names that no profile has; Concord ignores them.
    pub fn activate<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
        let mut unknown = Vec::new();
        for name in names {
            let Some(profile) = self.definition.profiles.get(name).cloned() else {
                unknown.push(name.to_owned());
                continue;
            };
            self.active_profiles.push(Arc::clone(&profile.name.value));
            merge::profile(&mut self.definition, profile);
        }
        unknown
    }

    /// The names of the profiles that exist.
    pub fn profiles(&self) -> impl Iterator<Item = &Arc<str>> {
        self.definition.profiles.keys()
    }
}

/// The patterns of the files to read besides the root file.
///
/// # Errors
/// A pattern that is none.
#[expect(clippy::result_large_err, reason = "made once, where loading ends")]
pub fn resource_patterns(resources: Option<&Resources>) -> Result<Vec<ResourcePattern>, Diagnostic> {
    let Some(resources) = resources else {
        return Ok(ResourcePattern::parse(DEFAULT_RESOURCES).into_iter().collect());
    };
    let parse = |pattern: &crate::Text| -> Result<_, Diagnostic> {
        ResourcePattern::parse(&pattern.value).map_err(|error| {
            let message = format!("'{}' is no valid pattern: {error}", pattern.value);
            Diagnostic::error("bad-pattern", message, pattern.span)
        })
    };
    resources.concord.iter().map(parse).collect()
}
