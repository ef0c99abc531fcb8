//! The failure that ended a process, as a picture for people: the source line with a mark under the part that failed,
//! the calls that led there, and how to mend it.
//!
//! Owns: finding the place in the sources. The log has its own line for the same failure, in the reference's words. Must
//! not know: terminals.

mod place;
mod words;

use std::borrow::Cow;
use std::sync::Arc;

use accord_sdk::Registry;
use accord_syntax::render::{self, Picture};
use accord_syntax::{Diagnostic, Project, Span};
use accord_value::{MaskedLine, Text, Throwable};
use accord_vm::{Failure, StackFrame};

use crate::services::Masking;
use place::Places;
use words::Words;

/// How many branches of a `parallel` step are shown.
const SHOWN_BRANCHES: usize = 10;
/// How many calls are named.
const SHOWN_CALLS: usize = 10;

/// What ended a process. The picture is made when it is asked for.
pub struct FailureReport {
    failure: Failure,
    project: Arc<Project>,
    registry: Registry,
    masking: Arc<Masking>,
}

impl FailureReport {
    pub(crate) fn new(failure: Failure, project: Arc<Project>, registry: Registry, masking: Arc<Masking>) -> Self {
        Self { failure, project, registry, masking }
    }

    /// The picture, with terminal colours where `color`.
    #[must_use]
    pub fn picture(&self, color: bool) -> MaskedLine {
        let Self { project, registry, .. } = self;
        let hidden: Vec<Span> =
            project.sources.iter().flat_map(|source| accord_lint::hidden(source, registry)).collect();
        let how = Picture { color, hidden: &hidden };
        let pictures: Vec<String> =
            self.diagnostics().iter().map(|found| render::picture(found, &project.sources, &how)).collect();
        self.masking.mask_str(pictures.join("\n\n").trim_end())
    }

    fn diagnostics(&self) -> Vec<Diagnostic> {
        let mut errors = Vec::new();
        branches(&self.failure.error, &mut errors);
        let places = Places::new(&self.project);
        let words = Words { project: &self.project, registry: &self.registry };
        let shown = errors.iter().take(SHOWN_BRANCHES);
        let mut found: Vec<Diagnostic> = shown.map(|error| self.diagnostic(error, &places, &words)).collect();
        if let [only] = found.as_mut_slice() {
            only.notes.extend(calls(&self.failure.stack));
        }
        found
    }

    fn diagnostic(&self, error: &Throwable, places: &Places<'_>, words: &Words<'_>) -> Diagnostic {
        let message = match &error.message {
            Some(message) => self.masking.mask(&without_expression(message, error)).as_str().to_owned(),
            None => String::new(),
        };
        let told = words.of(&message);
        let step = error.place.as_ref().or(self.failure.place.as_ref()).and_then(|place| places.step(place));
        let part = error.part.as_ref().and_then(|part| places.part(part, step));
        let focus = part.or_else(|| step.map(|step| if told.is_about_value { places.value(step) } else { step }));
        let mut found = Diagnostic::error("failed", told.title, step.or(focus));
        found.focus = focus;
        found.notes.extend(told.notes.into_iter().map(Into::into));
        found.hints.extend(told.hints.into_iter().map(Into::into));
        found
    }
}

/// The text of a failure is in the status; what it is about may be large.
impl std::fmt::Debug for FailureReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FailureReport").field("place", &self.failure.place).finish_non_exhaustive()
    }
}

/// The errors that an error is made of: those of the branches of a `parallel` step, else itself.
fn branches(error: &Arc<Throwable>, found: &mut Vec<Arc<Throwable>>) {
    if error.exceptions.is_empty() {
        found.push(Arc::clone(error));
    }
    for inner in &error.exceptions {
        if found.len() > SHOWN_BRANCHES {
            return;
        }
        branches(inner, found);
    }
}

/// The message without the expression's text in front: the picture shows it.
fn without_expression(message: &Text, error: &Throwable) -> Text {
    let Some(part) = &error.part else { return message.clone() };
    let mut rest = message.clone();
    for what in ["evaluating", "parsing"] {
        let prefix = format!("while {what} expression '{}': ", part.text);
        if rest.as_str().starts_with(&prefix)
            && let Some(after) = rest.slice(prefix.len()..rest.as_str().len())
        {
            rest = after;
        }
    }
    rest
}

/// `in the flow 'b', called at concord.yml:5:7`, a note for each call.
fn calls(stack: &[StackFrame]) -> Vec<Cow<'static, str>> {
    let note = |frame: &StackFrame| {
        let place =
            frame.place.as_ref().map(|place| format!(", called at {}:{}:{}", place.file, place.line, place.col));
        format!("in the flow '{}'{}", frame.flow, place.unwrap_or_default()).into()
    };
    let mut notes: Vec<_> = stack.iter().take(SHOWN_CALLS).map(note).collect();
    if stack.len() > SHOWN_CALLS {
        notes.push(format!("and {} more calls", stack.len() - SHOWN_CALLS).into());
    }
    notes
}
