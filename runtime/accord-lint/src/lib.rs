//! Findings about a project that parses, and the JSON Schema of the format.
//!
//! Must not know how a project is read or run, nor where secrets are kept. What Concord's own lint reports is an error
//! here; what is found beyond that is a warning, as Concord calls such a project valid. A warning says only what is
//! known for sure of the files alone: where variables, flows or tasks may come from elsewhere, nothing is said.

mod expressions;
mod hidden;
mod missing;
mod names;
mod reach;
mod report;
pub mod schema;
pub mod secrets;
mod survey;
mod tasks;
#[cfg(test)]
mod tests;
mod variables;
mod visit;
mod walk;

pub use hidden::hidden;
pub use missing::missing_tasks;

use std::collections::{BTreeMap, BTreeSet};

use accord_sdk::Registry;
use accord_syntax::{Diagnostic, Project, Severity};

/// A project with more findings than this is not read for them; errors come before warnings.
const MOST: usize = 1000;

/// Everything that is to be said about a project, in the order of its files. The profiles need not be active: their
/// flows are looked at too.
#[must_use]
pub fn lint(project: &Project, registry: &Registry) -> Vec<Diagnostic> {
    lint_with_defaults(project, registry, &Defaults::default())
}

/// The inputs that tasks get besides those of their steps: names of parameters by the task's name.
pub type Defaults = BTreeMap<String, BTreeSet<String>>;

/// As [`lint`], where tasks get some inputs from elsewhere.
#[must_use]
pub fn lint_with_defaults(project: &Project, registry: &Registry, defaults: &Defaults) -> Vec<Diagnostic> {
    let survey = survey::Survey::of(project);
    let mut findings = walk::check(project, registry, &survey, defaults);
    expressions::check(project, registry, &survey, &mut findings);
    if findings.len() > MOST {
        findings.sort_by_key(|found| found.severity == Severity::Warning);
        findings.truncate(MOST);
    }
    findings.sort_by_key(|found| found.span.map(|span| (span.file, span.start)));
    findings
}

/// The names of the variables that a project sets or asks for, and of those that every process has.
#[must_use]
pub fn variable_names(project: &Project) -> Vec<String> {
    let survey = survey::Survey::of(project);
    let set = survey.units.iter().flat_map(|unit| &unit.sets);
    set.chain(&survey.given).map(ToString::to_string).chain(variables::PROVIDED.map(ToOwned::to_owned)).collect()
}

/// Whether some processes have a variable of this name by themselves, those of a server or of a project.
#[must_use]
pub fn is_provided(variable: &str) -> bool {
    variables::PROVIDED.contains(&variable)
}

/// The flows that set a variable of this name.
#[must_use]
pub fn setters(project: &Project, variable: &str) -> Vec<String> {
    let survey = survey::Survey::of(project);
    let units = survey.units.iter().filter(|unit| unit.sets.contains(variable));
    units.map(|unit| unit.name.to_owned()).collect()
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
