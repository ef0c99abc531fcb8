//! Findings about a project that parses: expressions that do not, and names of flows, forms and tasks that nothing has.
//!
//! Must not know how a project is read or run. What Concord's own lint reports is an error here; what is found beyond
//! that is a warning, as Concord calls such a project valid.

mod expressions;
mod names;
#[cfg(test)]
mod tests;
mod walk;

use accord_sdk::Registry;
use accord_syntax::{Diagnostic, Project};

/// Everything that is to be said about a project, in the order of its parts. The profiles need not be active: their
/// flows are looked at too.
#[must_use]
pub fn lint(project: &Project, registry: &Registry) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    walk::project(project, registry, &mut findings);
    findings
}

/// How much a project holds, as lint reports it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Flows outside of profiles.
    pub flows: usize,
    /// Profiles.
    pub profiles: usize,
    /// Forms outside of profiles.
    pub forms: usize,
    /// Triggers.
    pub triggers: usize,
    /// Imports.
    pub imports: usize,
}

/// Counts what a project holds.
#[must_use]
pub fn count(project: &Project) -> Counts {
    let definition = &project.definition;
    Counts {
        flows: definition.flows.len(),
        profiles: definition.profiles.len(),
        forms: definition.forms.len(),
        triggers: definition.triggers.len(),
        imports: definition.imports.len(),
    }
}
