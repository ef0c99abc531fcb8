//! The names that a project defines.

use std::collections::BTreeSet;

use accord_syntax::{Project, Text};

/// The names that a project defines, those of profiles included: any of them may be active when it runs.
pub(crate) struct Names<'a> {
    pub(crate) flows: BTreeSet<&'a str>,
    pub(crate) forms: BTreeSet<&'a str>,
    pub(crate) profiles: BTreeSet<&'a str>,
    /// Whether more may come from imports, which nobody has fetched.
    pub(crate) open: bool,
}

impl<'a> Names<'a> {
    pub(crate) fn of(project: &'a Project) -> Self {
        let definition = &project.definition;
        let profiles = || definition.profiles.values();
        let flows = definition.flows.keys().chain(profiles().flat_map(|profile| profile.flows.keys()));
        let forms = definition.forms.keys().chain(profiles().flat_map(|profile| profile.forms.keys()));
        Self {
            flows: flows.map(|name| &**name).collect(),
            forms: forms.map(|name| &**name).collect(),
            profiles: definition.profiles.keys().map(|name| &**name).collect(),
            open: !definition.imports.is_empty(),
        }
    }
}

/// Whether a name is known as it stands, without evaluating anything.
pub(crate) fn is_plain(name: &Text) -> bool {
    !name.value.contains("${")
}
