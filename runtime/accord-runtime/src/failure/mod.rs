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
use accord_value::{MaskedLine, Text, TextPart, Throwable};
use accord_vm::{Failure, StackFrame};

use crate::services::Masking;
use place::Places;
use words::{About, Words};

/// How many branches of a `parallel` step are shown.
const SHOWN_BRANCHES: usize = 10;
/// How many characters of thrown data are shown.
const SHOWN_DATA: usize = 200;
/// How many calls are named.
const SHOWN_CALLS: usize = 10;

/// Why a process failed.
pub(crate) enum Cause {
    /// A step did.
    Failed(Failure),
    /// It cannot end as it should.
    Refused(Diagnostic),
}

/// What ended a process. The picture is made when it is asked for.
pub struct FailureReport {
    cause: Cause,
    project: Arc<Project>,
    registry: Registry,
    masking: Arc<Masking>,
}

impl FailureReport {
    pub(crate) fn new(cause: Cause, project: Arc<Project>, registry: Registry, masking: Arc<Masking>) -> Self {
        Self { cause, project, registry, masking }
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

    /// Whether the log tells of it already.
    #[must_use]
    pub fn is_logged(&self) -> bool {
        matches!(self.cause, Cause::Failed(_))
    }

    /// Whether a condition of a test did not hold, or a flow threw: the ways in which a test is meant to fail.
    pub(crate) fn is_assertion(&self) -> bool {
        let Cause::Failed(failure) = &self.cause else { return false };
        let mut errors = Vec::new();
        branches(&failure.error, &mut errors);
        errors.iter().any(|error| is_assertion(error))
    }

    fn diagnostics(&self) -> Vec<Diagnostic> {
        let failure = match &self.cause {
            Cause::Failed(failure) => failure,
            Cause::Refused(found) => return vec![found.clone()],
        };
        let mut errors = Vec::new();
        branches(&failure.error, &mut errors);
        let places = Places::new(&self.project);
        let words = Words { project: &self.project, registry: &self.registry };
        let shown = errors.iter().take(SHOWN_BRANCHES);
        let mut found: Vec<Diagnostic> = shown.map(|error| self.diagnostic(error, failure, &places, &words)).collect();
        if let [only] = found.as_mut_slice() {
            only.notes.extend(calls(&failure.stack));
        }
        found
    }

    fn diagnostic(&self, error: &Throwable, failure: &Failure, places: &Places<'_>, words: &Words<'_>) -> Diagnostic {
        let message = match &error.message {
            Some(message) => self.masking.mask(&without_expression(message, error)).as_str().to_owned(),
            None => String::new(),
        };
        let told = words.of(&message);
        let step = error.place.as_ref().or(failure.place.as_ref()).and_then(|place| places.step(place));
        let part = error.part.as_ref().and_then(|part| places.part(part, step));
        let focus = part.or_else(|| {
            let step = step?;
            Some(match &told.about {
                About::Step => step,
                About::Value => places.value(step),
                About::Parameter(name) => places.parameter(step, name).unwrap_or(step),
                About::Script(line, column) => places.in_script(step, *line, *column).unwrap_or(step),
            })
        });
        let mut found = Diagnostic::error(told.code, told.title, step.or(focus));
        found.focus = focus;
        found.notes.extend(told.notes.into_iter().map(Into::into));
        found.notes.extend(self.thrown(error).map(Into::into));
        found.hints.extend(told.hints.into_iter().map(Into::into));
        found
    }

    /// The data that a flow threw.
    fn thrown(&self, error: &Throwable) -> Option<String> {
        let payload = error.cause.as_ref()?.payload.as_ref()?;
        let shown = self.masking.mask(&payload.to_text());
        let shown: String = shown.as_str().chars().take(SHOWN_DATA).collect();
        Some(format!("thrown: {shown}"))
    }
}

/// The text of a failure is in the status; what it is about may be large.
impl std::fmt::Debug for FailureReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FailureReport").field("is_logged", &self.is_logged()).finish_non_exhaustive()
    }
}

/// Whether the error is that of `asserts`, `verify` or `throw`.
fn is_assertion(error: &Throwable) -> bool {
    let asserts = |part: &TextPart| {
        let before = part.text.get(..part.start as usize).unwrap_or_default();
        before.ends_with("asserts") || (before.ends_with(')') && before.contains("verify.task("))
    };
    let of_one = |error: &Throwable| error.payload.is_some() || error.part.as_deref().is_some_and(asserts);
    of_one(error) || error.cause.as_deref().is_some_and(of_one)
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
    let of = |what: &str| format!("while {what} expression '{}': ", part.text);
    for prefix in ["Error while evaluating process arguments: ".to_owned(), of("evaluating"), of("parsing")] {
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
        format!("in the flow '{}'{}", frame.flow, place.unwrap_or_default())
    };
    let mut notes: Vec<String> = Vec::new();
    let (mut shown, mut repeated) = (0, 0);
    let mut frames = stack.iter().map(note).peekable();
    while let Some(frame) = frames.next() {
        shown += 1;
        repeated += 1;
        if frames.peek() == Some(&frame) {
            continue;
        }
        notes.push(if repeated > 1 { format!("{frame}, {repeated} times") } else { frame });
        repeated = 0;
        if notes.len() == SHOWN_CALLS && shown < stack.len() {
            notes.push(format!("and {} more calls", stack.len() - shown));
            break;
        }
    }
    notes.into_iter().map(Into::into).collect()
}
