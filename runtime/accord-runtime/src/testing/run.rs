//! Runs tests side by side.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use accord_value::{Place, Redactor};
use parking_lot::Mutex;

use super::capture::{Capture, Hits};
use super::coverage::{Counter, Coverage};
use super::results::{TestOutcome, TestReport, TestResult, Trouble};
use super::{TestCase, Tests};
use crate::clock::now_millis;
use crate::error::Error;
use crate::load::{self, LoadOptions};
use crate::log::LogEntry;
use crate::process::{Process, ProcessState, ProcessStatus};
use crate::runtime::{Prepared, project_info};
use crate::secrets::Sources;
use crate::services::Masking;

/// As much as the main thread of a program has: a deep expression does not care on which thread it is evaluated.
const STACK: usize = 8 << 20;

/// Runs all tests.
pub(super) fn run(tests: Tests<'_>, told: impl FnMut(&TestResult) + Send) -> TestReport {
    let (started, begin) = (now_millis(), Instant::now());
    let counter = tests.options.coverage.then(|| Counter::new(&tests.base, &tests.options.load.profiles));
    let run = Run {
        tests: &tests,
        next: AtomicUsize::new(0),
        failed: AtomicBool::new(false),
        redactor: Redactor::new(),
        hits: counter.map(Mutex::new),
        results: Mutex::new(Ordered { waiting: tests.cases.iter().map(|_| None).collect(), done: Vec::new(), told }),
    };
    let jobs = tests.options.jobs.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    std::thread::scope(|scope| {
        for number in 1..jobs.min(tests.cases.len()) {
            let builder = std::thread::Builder::new().name(format!("tests-{number}")).stack_size(STACK);
            // With fewer threads it takes longer.
            let _ = builder.spawn_scoped(scope, || run.work());
        }
        run.work();
    });
    tests.base.masking.share(&run.redactor);
    let Run { redactor, hits, results, .. } = run;
    let results = results.into_inner().done;
    let coverage: Option<Coverage> = hits.map(|counter| counter.into_inner().coverage(&redactor));
    TestReport {
        project: tests.base.name.clone(),
        results,
        started,
        duration: begin.elapsed(),
        coverage,
        is_stopped: tests.stop.is_stopped(),
        redactor,
    }
}

/// One run of all tests.
struct Run<'r, F> {
    tests: &'r Tests<'r>,
    next: AtomicUsize,
    failed: AtomicBool,
    /// Knows what any test knows to be secret.
    redactor: Redactor,
    hits: Option<Mutex<Counter>>,
    results: Mutex<Ordered<F>>,
}

/// Results on their way to their order.
struct Ordered<F> {
    waiting: Vec<Option<TestResult>>,
    done: Vec<TestResult>,
    told: F,
}

impl<F: FnMut(&TestResult)> Ordered<F> {
    fn put(&mut self, index: usize, result: TestResult) {
        if let Some(place) = self.waiting.get_mut(index) {
            *place = Some(result);
        }
        while let Some(result) = self.waiting.get_mut(self.done.len()).and_then(Option::take) {
            (self.told)(&result);
            self.done.push(result);
        }
    }
}

impl<F: FnMut(&TestResult) + Send> Run<'_, F> {
    /// Takes one test after the other, until there is none.
    fn work(&self) {
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = self.tests.cases.get(index) else { return };
            let is_over = self.tests.options.fail_fast && self.failed.load(Ordering::Acquire);
            let result = if is_over || self.tests.stop.is_stopped() {
                blank(case, TestOutcome::Skipped)
            } else {
                self.one(index, case)
            };
            if result.outcome.is_bad() {
                self.failed.store(true, Ordering::Release);
            }
            self.results.lock().put(index, result);
        }
    }

    /// Runs one test. Whatever happens in it stays in it.
    fn one(&self, index: usize, case: &TestCase) -> TestResult {
        let capture = Arc::new(Capture::new(self.hits.is_some()));
        let masking = Arc::new(Masking::new(Arc::<Capture>::clone(&capture)));
        self.tests.base.masking.share(&masking.redactor());
        let begin = Instant::now();
        let ended = catch_unwind(AssertUnwindSafe(|| self.process(index, case, &masking)));
        let duration = begin.elapsed();
        self.tests.stop.leave(index);
        masking.share(&self.redactor);
        let (log, Hits { steps, branches }) = capture.take_all();
        if let Some(counter) = &self.hits {
            counter.lock().add(&steps, &branches);
        }
        let at = at(&log, &ended).or(case.place.as_ref());
        let at = at.and_then(|place| Some(Place { file: self.tests.base.path(&place.file)?, ..place.clone() }));
        let result = TestResult { at, log, duration, redactor: masking.redactor(), ..blank(case, TestOutcome::Passed) };
        match ended {
            Ok(Ok((status, work_dir))) => {
                let result = ended_as(result, status, self.tests.options.timeout);
                if result.outcome == TestOutcome::Passed {
                    let _ = load::remove(&work_dir);
                }
                result
            }
            Ok(Err(error)) => not_loaded(result, error),
            Err(_) => TestResult {
                outcome: TestOutcome::Error,
                message: Some(masking.mask_str("internal error: please report it")),
                ..result
            },
        }
    }

    /// Makes the process of a test and runs it; answers how it stands, and where it ran.
    fn process(
        &self,
        index: usize,
        case: &TestCase,
        masking: &Arc<Masking>,
    ) -> Result<(ProcessStatus, PathBuf), Error> {
        let Tests { runtime, base, options, stop, .. } = self.tests;
        let mut project = base.project.clone();
        let profiles: Vec<String> =
            options.load.profiles.iter().cloned().chain(case.profile.as_deref().map(str::to_owned)).collect();
        load::activate(&mut project, &profiles);
        load::check_dependencies(&project, runtime.registry())?;
        let arguments = load::overlay(&mut project, &options.load.variables);
        let asked = LoadOptions {
            entry_point: Some(case.name.to_string()),
            profiles,
            target_dir: None,
            clean: false,
            dry_run: true,
            ignore_checkpoints: true,
            ..options.load.clone()
        };
        let sources = Sources::new(runtime.home(), &asked.secrets)?;
        let info = project_info(&sources, &asked)?;
        let work_dir = base.work_dir(index, &case.name)?;
        let id = uuid::Uuid::new_v4().to_string().into();
        let prepared = Prepared { work_dir, project, arguments, id, sources, masking: Arc::clone(masking) };
        let process: Process = runtime.process(prepared, info, &asked)?.for_test();
        if let Some(timeout) = options.timeout {
            process.cancel_token().limit(timeout);
        }
        stop.enter(index, &process);
        let path = process.work_dir().to_path_buf();
        Ok((process.run(), path))
    }
}

/// What the run of a process came to: how it stands and where it ran, or why it did not; the outer error is a panic.
type Ended = std::thread::Result<Result<(ProcessStatus, PathBuf), Error>>;

/// Where a process failed, if it did: its last error, as all others were handled.
fn at<'l>(log: &'l [LogEntry], ended: &Ended) -> Option<&'l Place> {
    let Ok(Ok((ProcessStatus { report: Some(report), .. }, _))) = ended else { return None };
    let last = log.iter().rev().find_map(|entry| match entry {
        LogEntry::Error { place, .. } => place.as_ref(),
        _ => None,
    });
    last.filter(|_| report.is_logged())
}

fn blank(case: &TestCase, outcome: TestOutcome) -> TestResult {
    TestResult {
        case: case.clone(),
        outcome,
        duration: Duration::ZERO,
        log: Vec::new(),
        message: None,
        at: None,
        trouble: Trouble::None,
        redactor: Redactor::new(),
    }
}

fn ended_as(result: TestResult, status: ProcessStatus, timeout: Option<Duration>) -> TestResult {
    let say = |text: String| Some(result.redactor.mask(&text));
    let (outcome, message) = match status.state {
        ProcessState::Finished => (TestOutcome::Passed, None),
        ProcessState::Failed => {
            let is_assertion = status.report.as_ref().is_some_and(|report| report.is_assertion());
            (if is_assertion { TestOutcome::Failed } else { TestOutcome::Error }, status.error)
        }
        ProcessState::Suspended => {
            let pending = status.pending();
            let names: Vec<String> = pending
                .iter()
                .map(|pending| match &pending.form {
                    Some(form) => format!("the form '{form}'"),
                    None => format!("the event '{}'", pending.event),
                })
                .collect();
            let text = format!("it waits for {}, and nobody answers a test", names.join(" and "));
            (TestOutcome::Suspended, say(text))
        }
        ProcessState::TimedOut => match timeout {
            Some(timeout) if result.duration >= timeout => {
                let message = say(format!("it did not end within {timeout:?}"));
                return TestResult { outcome: TestOutcome::TimedOut, message, ..result };
            }
            _ => (TestOutcome::TimedOut, status.error),
        },
        ProcessState::Cancelled => (TestOutcome::Cancelled, say("it was cancelled".to_owned())),
    };
    let trouble = status.report.map_or(Trouble::None, Trouble::Failure);
    TestResult { outcome, message, trouble, ..result }
}

/// A test whose process cannot be made.
fn not_loaded(result: TestResult, error: Error) -> TestResult {
    let message = Some(result.redactor.mask(&error.to_string()));
    let trouble = match error {
        Error::Load(error) => Trouble::Load(error),
        _ => Trouble::None,
    };
    TestResult { outcome: TestOutcome::Error, message, trouble, ..result }
}
