//! One process: from its loaded project to its end.

use std::sync::Arc;

use accord_sdk::FileService;
use accord_syntax::{Data, Diagnostic, Span};
use accord_value::{Map, MaskedLine, Throwable, Value};
use accord_vm::{Failure, Limits, Outcome, Program, Start, State};

use crate::cancel::{CancelToken, EndReason};
use crate::exports::Exports;
use crate::failure::{Cause, FailureReport};
use crate::handlers::{Handlers, Last};
use crate::host::ProcessHost;
use crate::load::{self, WorkDir};
use crate::services::{HeldLock, Masking};
use crate::suspended::Pending;
use crate::timeouts::{Timeout, Timeouts};
use crate::{attachments, clock, saved, waiting};

/// A process that can be run. Dropped, it takes its exported files with it.
pub struct Process {
    work_dir: WorkDir,
    program: Arc<Program>,
    host: ProcessHost,
    exports: Arc<Exports>,
    begin: Begin,
    origin: Origin,
    limits: Limits,
    timeouts: Timeouts,
    /// It is a test: no handler follows it, and nothing goes on with it when it waits.
    is_test: bool,
}

/// Where a process begins.
pub(crate) enum Begin {
    /// At this flow; none means `default`.
    Start(Option<Arc<str>>),
    /// Where it was suspended.
    Resume(State),
    /// Nowhere: it was suspended longer than it may.
    Overdue(State),
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
        let timeouts = Timeouts::of(program.project().definition.configuration.as_ref());
        Self { work_dir, program, host, exports, begin, origin, limits, timeouts, is_test: false }
    }

    pub(crate) fn program(&self) -> &Program {
        &self.program
    }

    /// Makes it a test, which leaves nothing behind.
    pub(crate) fn for_test(mut self) -> Self {
        self.is_test = true;
        self
    }

    /// Which locks it had when it was suspended.
    pub(crate) fn expect_locks(&self, locks: Vec<HeldLock>) {
        self.host.services.shared.expect_locks(locks);
    }

    /// The text of a file in the working directory; none where there is no such file.
    pub(crate) fn read_text(&self, path: &str) -> Option<String> {
        String::from_utf8(self.host.services.files.read(path).ok()?.bytes).ok()
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

    /// The project's files, by their paths as messages name them.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let files = self.program.project().sources.iter().filter(|source| !load::is_command_line(source));
        files.map(|source| &**source.path())
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

    /// Runs the process until it ends or waits for somebody. Where it only waits for a time (`sleep` with
    /// `suspend: true`), it is kept as a suspended process is, and this waits with it. Blocks the calling thread; inside
    /// of an async runtime call it from a thread that may block. A process runs once.
    pub fn run(mut self) -> ProcessStatus {
        self.limit_running();
        let (status, last) = match std::mem::replace(&mut self.begin, Begin::Start(None)) {
            Begin::Start(entry_point) => self.start(entry_point),
            Begin::Resume(state) => match self.host.services.shared.retake() {
                Ok(()) => self.go_on(state, true),
                Err(_) if self.host.services.cancel.reason().is_some() => (self.ended_early(), left_by(&state, None)),
                Err(error) => (self.refused(&format!("the process cannot go on: {error}")), left_by(&state, None)),
            },
            Begin::Overdue(state) => {
                self.host.services.cancel.waited_too_long();
                self.forget();
                (self.ended_early(), left_by(&state, None))
            }
        };
        if !self.is_test {
            let last = Last { error: last.error.or_else(|| refusal(&status)), ..last };
            let Self { program, host, limits, origin, timeouts, .. } = &self;
            Handlers { program, host, limits, origin, timeouts }.run(status.state, &last);
        }
        self.host.services.shared.release(status.state == ProcessState::Suspended);
        self.exports.clear();
        status
    }

    fn limit_running(&self) {
        if let Some(timeout) = &self.timeouts.running {
            self.host.services.cancel.limit(timeout.duration);
        }
    }

    /// Whether the process has waited longer than it may, since a time in milliseconds since 1970.
    pub(crate) fn is_overdue(&self, since: i64) -> bool {
        let Some(timeout) = &self.timeouts.suspended else { return false };
        let limit = i64::try_from(timeout.duration.as_millis()).unwrap_or(i64::MAX);
        clock::now_millis().saturating_sub(since) > limit
    }

    /// What an earlier process left waiting here is gone.
    fn start(&self, entry_point: Option<Arc<str>>) -> (ProcessStatus, Last) {
        let dir = &self.work_dir.path;
        let entry = entry_point.clone().unwrap_or_else(|| "default".into());
        if let Err(error) = saved::remove_checkpoints(dir).and_then(|()| saved::remove(dir)) {
            self.masking().warn(&format!("cannot remove the state of the process before: {error}"));
        }
        match State::start(&self.program, self.origin.start(entry_point), &self.host, &self.limits) {
            Ok(state) => self.go_on(state, false),
            Err(failure) => {
                // Where the flow is there, it is the arguments that failed.
                let has_arguments = !self.program.has_flow(&entry);
                let last = Last { variables: None, has_arguments, error: Some(Arc::clone(&failure.error)) };
                (self.failed(&failure, None), last)
            }
        }
    }

    fn go_on(&self, mut state: State, resumed: bool) -> (ProcessStatus, Last) {
        let mut slept = false;
        let (status, error) = loop {
            match state.run(&self.program, &self.host, &self.limits) {
                Outcome::Finished => break (self.finished(&state), None),
                Outcome::Failed(failure) => break (self.failed(&failure, Some(&state)), Some(failure.error)),
                Outcome::Cancelled => break (self.ended_early(), None),
                Outcome::Suspended => {
                    let status = self.suspended(&state);
                    if status.state != ProcessState::Suspended || !waiting::is_for_time(&state, &self.program) {
                        break (status, None);
                    }
                    slept = true;
                    if !self.sleep(&mut state) {
                        break (self.ended_early(), None);
                    }
                }
            }
        };
        if slept && !resumed && !matches!(status.state, ProcessState::Finished | ProcessState::Suspended) {
            // It was kept only for the case that this program does not live to see its end.
            self.forget();
        }
        (status, left_by(&state, error))
    }

    /// Waits with a process that waits for a time, which does not count as running. Whether it goes on.
    fn sleep(&self, state: &mut State) -> bool {
        let services = &self.host.services;
        if self.is_test {
            return waiting::wait(state, services, None);
        }
        self.exports.clear();
        services.cancel.lift_deadline();
        let goes_on = waiting::wait(state, services, self.timeouts.suspended.as_ref());
        self.limit_running();
        goes_on
    }

    /// Drops the state of a process that is over.
    fn forget(&self) {
        if let Err(error) = saved::remove(&self.work_dir.path) {
            self.masking().warn(&format!("cannot remove the state of the process: {error}"));
        }
    }

    /// A process that had to end before its flow did.
    fn ended_early(&self) -> ProcessStatus {
        let timeout = match self.host.services.cancel.reason() {
            Some(EndReason::TimedOut) => (ProcessState::TimedOut, self.timeouts.running.as_ref()),
            Some(EndReason::WaitedTooLong) => (ProcessState::TimedOut, self.timeouts.suspended.as_ref()),
            Some(EndReason::Cancelled) | None => (ProcessState::Cancelled, None),
        };
        match timeout {
            (state, None) => ProcessStatus::new(state),
            (state, Some(Timeout { span, .. })) => {
                let message = timeout.1.map(Timeout::message).unwrap_or_default();
                let hint = "Raise the limit in 'configuration', or let the flow do less.";
                ProcessStatus { state, ..self.ended_by("timed-out", &message, Some(*span), Some(hint)) }
            }
        }
    }

    pub(crate) fn masking(&self) -> &Masking {
        &self.host.services.masking
    }

    fn finished(&self, state: &State) -> ProcessStatus {
        match self.out(state) {
            Ok(out) => {
                self.forget();
                ProcessStatus { out, ..ProcessStatus::new(ProcessState::Finished) }
            }
            Err(refused) => *refused,
        }
    }

    /// A process that fails for a reason of ours and none of its steps'.
    fn refused(&self, message: &str) -> ProcessStatus {
        self.ended_by("refused", message, None, None)
    }

    fn ended_by(
        &self,
        code: &'static str,
        message: &str,
        place: Option<Span>,
        hint: Option<&'static str>,
    ) -> ProcessStatus {
        let message = self.masking().mask_str(message);
        let found = Diagnostic::error(code, message.as_str().to_owned(), place);
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
                Some(form) => status.forms.push((Arc::clone(form.name), Arc::clone(event.name))),
                // Nobody has to bring it.
                None if event.until.is_some() => {}
                None => status.events.push(Arc::clone(event.name)),
            }
        }
        if self.is_test {
            return status;
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
            return Err(Box::new(self.ended_by("refused", &message, place, Some(hint))));
        }
        let text = accord_value::json::to_text(&Value::Map(out)).ok();
        match text.and_then(|text| serde_json::from_str(text.as_str()).ok()) {
            Some(serde_json::Value::Object(out)) => Ok(out),
            _ => Err(Box::new(self.refused("configuration.out names variables that have no JSON form"))),
        }
    }
}

/// What a process leaves to its handlers.
fn left_by(state: &State, error: Option<Arc<Throwable>>) -> Last {
    Last { variables: Some(state.variables()), has_arguments: true, error }
}

/// The error of a process that failed for a reason of ours.
fn refusal(status: &ProcessStatus) -> Option<Arc<Throwable>> {
    let message = status.error.as_ref()?.as_str();
    (status.state == ProcessState::Failed).then(|| Arc::new(Throwable::user(message)))
}

/// Removes a process' exported files before the program ends.
pub struct Cleanup(Arc<Exports>);

impl Cleanup {
    /// Removes them; the process cannot use them any more.
    pub fn run(&self) {
        self.0.clear();
    }
}
