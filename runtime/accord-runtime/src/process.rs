//! One process: from its loaded project to its end.

use std::sync::Arc;

use accord_syntax::{Data, Diagnostic, Span};
use accord_value::{Map, MaskedLine, Value};
use accord_vm::{Failure, Limits, Outcome, Program, Start, State};

use crate::cancel::{CancelToken, EndReason};
use crate::exports::Exports;
use crate::failure::{Cause, FailureReport};
use crate::host::ProcessHost;
use crate::load::WorkDir;
use crate::services::Masking;
use crate::suspended::Pending;
use crate::{attachments, handlers, saved, suspended};

/// A process that can be run. Dropped, it takes its exported files with it.
pub struct Process {
    work_dir: WorkDir,
    program: Arc<Program>,
    host: ProcessHost,
    exports: Arc<Exports>,
    begin: Begin,
    origin: Origin,
    limits: Limits,
}

/// Where a process begins.
pub(crate) enum Begin {
    /// At this flow; none means `default`.
    Start(Option<Arc<str>>),
    /// Where it was suspended.
    Resume(State),
}

/// What a process was started with.
pub(crate) struct Origin {
    /// The arguments, not yet evaluated.
    pub(crate) arguments: Option<Data>,
    /// The variables that every process has.
    pub(crate) variables: Vec<(Arc<str>, Value)>,
}

impl Origin {
    /// A start at a flow.
    pub(crate) fn start(&self, entry_point: Option<Arc<str>>) -> Start {
        Start { entry_point, arguments: self.arguments.clone(), variables: self.variables.clone() }
    }
}

/// How a process stands after a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessState {
    /// It came to its end.
    Finished,
    /// An error that nothing caught.
    Failed,
    /// It waits for events.
    Suspended,
    /// It was cancelled.
    Cancelled,
    /// Its time was over.
    TimedOut,
}

impl ProcessState {
    /// The word in events, as Concord spells it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Finished => "FINISHED",
            Self::Failed => "FAILED",
            Self::Suspended => "SUSPENDED",
            Self::Cancelled => "CANCELLED",
            Self::TimedOut => "TIMED_OUT",
        }
    }
}

/// What a run of a process came to.
#[derive(Debug)]
pub struct ProcessStatus {
    /// How it stands.
    pub state: ProcessState,
    /// The variables that `configuration.out` names, as JSON. None holds a secret: such a process fails.
    pub out: serde_json::Map<String, serde_json::Value>,
    /// What ended it, where it failed.
    pub error: Option<MaskedLine>,
    /// The same for people, with a picture of its place; none where it has nothing to do with a step.
    pub report: Option<Box<FailureReport>>,
    /// Events that it waits for.
    pub events: Vec<Arc<str>>,
    /// Forms that it waits for: the form's name and the event that brings the answers.
    pub forms: Vec<(Arc<str>, Arc<str>)>,
}

impl ProcessStatus {
    /// What it waits for, forms first.
    #[must_use]
    pub fn pending(&self) -> Vec<Pending> {
        let forms =
            self.forms.iter().map(|(form, event)| Pending { event: Arc::clone(event), form: Some(Arc::clone(form)) });
        forms.chain(self.events.iter().map(|event| Pending { event: Arc::clone(event), form: None })).collect()
    }

    fn new(state: ProcessState) -> Self {
        Self { state, out: serde_json::Map::new(), error: None, report: None, events: Vec::new(), forms: Vec::new() }
    }
}

impl Process {
    pub(crate) fn new(
        work_dir: WorkDir,
        host: ProcessHost,
        exports: Arc<Exports>,
        begin: Begin,
        origin: Origin,
        limits: Limits,
    ) -> Self {
        let program = Arc::clone(&host.keeper.program);
        Self { work_dir, program, host, exports, begin, origin, limits }
    }

    pub(crate) fn program(&self) -> &Program {
        &self.program
    }

    /// Sets where it begins.
    pub(crate) fn begin(&mut self, begin: Begin) {
        self.begin = begin;
    }

    /// The process' id, which flows see as `txId`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.host.services.process.id
    }

    /// The working directory.
    #[must_use]
    pub fn work_dir(&self) -> &std::path::Path {
        &self.work_dir.path
    }

    /// What cancels the process, from another thread or a signal's.
    #[must_use]
    pub fn cancel_token(&self) -> CancelToken {
        self.host.services.cancel.clone()
    }

    /// What removes the process' exported files, for a program that is about to end without waiting for it.
    #[must_use]
    pub fn cleanup(&self) -> Cleanup {
        Cleanup(Arc::clone(&self.exports))
    }

    /// Runs the process until it ends or waits. Blocks the calling thread; inside of an async runtime call it from a
    /// thread that may block. A process runs once.
    pub fn run(mut self) -> ProcessStatus {
        let status = match std::mem::replace(&mut self.begin, Begin::Start(None)) {
            Begin::Start(entry_point) => self.start(entry_point),
            Begin::Resume(state) => self.go_on(state),
        };
        handlers::run(&self.program, &self.host, &self.limits, &status, &self.origin);
        self.exports.clear();
        status
    }

    /// What an earlier process left waiting here is gone.
    fn start(&self, entry_point: Option<Arc<str>>) -> ProcessStatus {
        let dir = &self.work_dir.path;
        if let Err(error) = saved::remove_checkpoints(dir).and_then(|()| saved::remove(dir)) {
            self.masking().warn(&format!("cannot remove the state of the process before: {error}"));
        }
        match State::start(&self.program, self.origin.start(entry_point), &self.host, &self.limits) {
            Ok(state) => self.go_on(state),
            Err(failure) => self.failed(&failure, None),
        }
    }

    fn go_on(&self, mut state: State) -> ProcessStatus {
        match state.run(&self.program, &self.host, &self.limits) {
            Outcome::Finished => self.finished(&state),
            Outcome::Suspended => self.suspended(&state),
            Outcome::Failed(failure) => self.failed(&failure, Some(&state)),
            Outcome::Cancelled => ProcessStatus::new(match self.host.services.cancel.reason() {
                Some(EndReason::TimedOut) => ProcessState::TimedOut,
                Some(EndReason::Cancelled) | None => ProcessState::Cancelled,
            }),
        }
    }

    fn masking(&self) -> &Masking {
        &self.host.services.masking
    }

    fn finished(&self, state: &State) -> ProcessStatus {
        match self.out(state) {
            Ok(out) => {
                if let Err(error) = saved::remove(&self.work_dir.path) {
                    self.masking().warn(&format!("cannot remove the state of the finished process: {error}"));
                }
                ProcessStatus { out, ..ProcessStatus::new(ProcessState::Finished) }
            }
            Err(refused) => *refused,
        }
    }

    /// A process that fails for a reason of ours and none of its steps'.
    fn refused(&self, message: &str) -> ProcessStatus {
        self.refused_at(message, None, None)
    }

    fn refused_at(&self, message: &str, place: Option<Span>, hint: Option<&'static str>) -> ProcessStatus {
        let message = self.masking().mask_str(message);
        let found = Diagnostic::error("refused", message.as_str().to_owned(), place);
        let report = self.report(Cause::Refused(hint.into_iter().fold(found, Diagnostic::hint)));
        ProcessStatus { error: Some(message), report: Some(report), ..ProcessStatus::new(ProcessState::Failed) }
    }

    fn report(&self, cause: Cause) -> Box<FailureReport> {
        let (project, registry) = (Arc::clone(self.program.project()), self.host.registry.clone());
        Box::new(FailureReport::new(cause, project, registry, Arc::clone(&self.host.services.masking)))
    }

    fn suspended(&self, state: &State) -> ProcessStatus {
        let mut status = ProcessStatus::new(ProcessState::Suspended);
        let mut names: Vec<Arc<str>> = Vec::new();
        for event in state.events(&self.program) {
            if names.contains(event.name) {
                return self.refused(&format!(
                    "two threads wait for the event '{}': give each an event of its own",
                    event.name
                ));
            }
            names.push(Arc::clone(event.name));
            match &event.form {
                Some(form) => {
                    if let Err(message) = suspended::check_form(form) {
                        return self.refused(&message);
                    }
                    status.forms.push((Arc::clone(form.name), Arc::clone(event.name)));
                }
                None => status.events.push(Arc::clone(event.name)),
            }
        }
        match self.host.keeper.suspend(state, &names, &self.host.services) {
            Ok(()) => status,
            Err(error) => self.refused(&format!("the process cannot be suspended: {error}")),
        }
    }

    fn failed(&self, failure: &Failure, state: Option<&State>) -> ProcessStatus {
        let message = match &failure.error.message {
            Some(message) => self.masking().mask(message),
            None => self.masking().mask_str("n/a"),
        };
        let out = state.map(|state| state.out(&self.program));
        if let Err(error) = attachments::write_failure(&self.work_dir.path, self.masking(), &failure.error, out) {
            self.masking().warn(&format!("cannot write _attachments/out.json: {error}"));
        }
        let report = self.report(Cause::Failed(failure.clone()));
        ProcessStatus { error: Some(message), report: Some(report), ..ProcessStatus::new(ProcessState::Failed) }
    }

    /// The out variables; a secret among them is refused, as nobody could keep it masked from here on.
    fn out(&self, state: &State) -> Result<serde_json::Map<String, serde_json::Value>, Box<ProcessStatus>> {
        let out: Map = state.out(&self.program);
        let marked: Vec<String> = out
            .entries()
            .into_iter()
            .filter(|(_, value)| value.is_sensitive())
            .map(|(name, _)| name.to_text().as_str().to_owned())
            .collect();
        if let Some(first) = marked.first() {
            let message = format!("configuration.out names {}, which holds a secret", marked.join(", "));
            let configuration = self.program.project().definition.configuration.as_ref();
            let mut names = configuration.into_iter().flat_map(|configuration| configuration.out.iter().flatten());
            let place = names.find(|name| *name.value == **first).map(|name| name.span);
            let hint = "A secret does not leave its process: take it out of configuration.out.";
            return Err(Box::new(self.refused_at(&message, place, Some(hint))));
        }
        let text = accord_value::json::to_text(&Value::Map(out)).ok();
        match text.and_then(|text| serde_json::from_str(text.as_str()).ok()) {
            Some(serde_json::Value::Object(out)) => Ok(out),
            _ => Err(Box::new(self.refused("configuration.out names variables that have no JSON form"))),
        }
    }
}

/// Removes a process' exported files before the program ends.
pub struct Cleanup(Arc<Exports>);

impl Cleanup {
    /// Removes them; the process cannot use them any more.
    pub fn run(&self) {
        self.0.clear();
    }
}
