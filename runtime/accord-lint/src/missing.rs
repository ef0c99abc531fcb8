//! Tasks that steps name and that are known not to be there.

use accord_sdk::Registry;
use accord_syntax::definition::Profile;
use accord_syntax::{Project, Step, StepKind, Text};

use crate::visit::{self, At, Visitor};

/// The tasks that steps of a project's own flows name, that other installations have and this one has not: each at its
/// first step, with what serves instead.
#[must_use]
pub fn missing_tasks<'a>(project: &'a Project, registry: &'a Registry) -> Vec<(&'a Text, &'a str)> {
    let mut search = Search { registry, is_own: false, found: Vec::new() };
    visit::project(project, &mut search);
    search.found
}

struct Search<'a> {
    registry: &'a Registry,
    is_own: bool,
    found: Vec<(&'a Text, &'a str)>,
}

impl<'a> Visitor<'a> for Search<'a> {
    fn flow(&mut self, _name: &'a Text, profile: Option<&'a Profile>) {
        // The flows of active profiles are the project's own by now.
        self.is_own = profile.is_none();
    }

    fn step(&mut self, step: &'a Step, _at: &At<'a>) {
        let StepKind::Task { task, .. } = &step.kind else { return };
        if !self.is_own
            || self.registry.has(&task.value)
            || self.found.iter().any(|(known, _)| known.value == task.value)
        {
            return;
        }
        self.found.extend(self.registry.hint(&task.value).map(|hint| (task, hint)));
    }
}
