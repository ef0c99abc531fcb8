//! Projects with tests, run through the library.

use std::fs;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Barrier;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use accord_sdk::{Task, TaskContext, TaskError, TaskInfo, TaskResult, Variables};
use parking_lot::Mutex;

use super::{TestOptions, TestReport};
use crate::{Error, Home, LoadOptions, LogEntry, Runtime};

/// A task for tests that tells of its calls, waits for others and panics.
struct Probe {
    barrier: Barrier,
    called: Mutex<Sender<()>>,
}

impl Task for Probe {
    fn describe(&self) -> TaskInfo {
        TaskInfo::new("probe", "For tests.").dry_run_ready()
    }

    fn execute(&self, input: Variables, cx: &mut TaskContext<'_>) -> Result<TaskResult, TaskError> {
        let action = input.get("action").to_text();
        let _ = self.called.lock().send(());
        match action.as_str() {
            "meet" => drop(self.barrier.wait()),
            "wait" => cx.sleep(Duration::from_secs(3600))?,
            _ => panic!("a task of somebody"),
        }
        Ok(TaskResult::success())
    }
}

struct Place {
    dir: tempfile::TempDir,
    runtime: Runtime,
    called: Receiver<()>,
}

impl Place {
    fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let (called, receiver) = channel();
        let probe = Probe { barrier: Barrier::new(2), called: Mutex::new(called) };
        let home = Home::at(dir.path().join("home"), None);
        let runtime = Runtime::builder().home(home).task("probe", probe).build().unwrap();
        Self { dir, runtime, called: receiver }
    }

    /// A project of one file.
    fn of(flows: &str) -> Self {
        Self::new(&[("p/concord.yml", flows)])
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn run(&self, options: TestOptions) -> TestReport {
        self.runtime.tests(self.path("p"), options).unwrap().run(|_| {})
    }
}

fn jobs(number: usize) -> TestOptions {
    TestOptions { jobs: NonZeroUsize::new(number), ..TestOptions::default() }
}

/// `name outcome` of each test.
fn outcomes(report: &TestReport) -> Vec<String> {
    report.results.iter().map(|result| format!("{} {}", result.case.name, result.outcome.name())).collect()
}

fn messages(report: &TestReport) -> Vec<String> {
    let entries = report.results.iter().flat_map(|result| &result.log);
    let message = |entry: &LogEntry| match entry {
        LogEntry::Log { message, .. } => Some(message.to_string()),
        _ => None,
    };
    entries.filter_map(message).collect()
}

#[test]
fn tests_run_side_by_side_and_are_told_in_order() {
    let place = Place::of(
        "flows:
  aTest: [{task: probe, in: {action: meet}}]
  bTest: [{task: probe, in: {action: meet}}]
  cTest: [{log: c}]
  other: [{throw: never}]
",
    );
    let mut told = Vec::new();
    let tests = place.runtime.tests(place.path("p"), jobs(2)).unwrap();
    let report = tests.run(|result| told.push(result.case.name.to_string()));
    assert_eq!(outcomes(&report), ["aTest passed", "bTest passed", "cTest passed"]);
    assert_eq!(told, ["aTest", "bTest", "cTest"]);
    assert!(report.is_good());
}

#[test]
fn a_test_sees_a_dry_run_in_a_directory_of_its_own() {
    let place = Place::of(
        "flows:
  aTest:
    - ${asserts.dryRunMode()}
    - set: {path: \"${resource.writeAsString('x')}\"}
    - log: ${workDir}
    - ${asserts.hasFile('concord.yml')}
  a/b Test:
    - log: ${workDir}
    - throw: left
",
    );
    let report = place.run(TestOptions::default());
    assert_eq!(outcomes(&report), ["aTest passed", "a/b Test failed"]);
    let base = place.path("p/target/tests");
    assert_eq!(messages(&report), [base.join("aTest"), base.join("a_b_Test-1")].map(|path| path.display().to_string()));
    let left: Vec<_> = fs::read_dir(&base).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(left, ["a_b_Test-1"], "what passed leaves nothing");
    let report = place.run(TestOptions { filters: vec!["aTest".to_owned()], ..TestOptions::default() });
    assert!(report.is_good());
    assert!(!place.path("p/target").exists(), "nothing is left of the run before");
}

#[test]
fn a_profile_holds_for_the_test_of_its_name() {
    let place = Place::of(
        "configuration: {arguments: {who: all}}
flows:
  aTest: [{call: greet}]
  bTest: [{call: greet}]
  greet: [{log: \"${who}\"}]
profiles:
  aTest: {configuration: {arguments: {who: a}}}
  all: {configuration: {arguments: {who: everybody}}}
  cTest: {flows: {cTest: [{call: greet}], greet: [{log: double}]}}
  dTest: {flows: {eTest: [{log: never}]}}
",
    );
    assert_eq!(messages(&place.run(jobs(1))), ["a", "all", "double"]);
    let load = LoadOptions { profiles: vec!["all".to_owned()], ..LoadOptions::default() };
    assert_eq!(messages(&place.run(TestOptions { load, ..jobs(1) })), ["a", "everybody", "double"]);
    let load = LoadOptions { variables: vec![("who".to_owned(), "we".to_owned())], ..LoadOptions::default() };
    assert_eq!(messages(&place.run(TestOptions { load, ..jobs(1) })), ["we", "we", "double"]);
}

#[test]
fn what_ends_a_test_stays_in_it() {
    let place = Place::of(
        "flows:
  assertTest: ['${asserts.assertTrue(false)}']
  nestedTest: [{parallel: [{throw: 'a'}, {log: 'b'}]}]
  errorTest: [{log: '${nowhere}'}]
  argumentTest: ['${asserts.assertTrue(nowhere)}']
  panicTest: [{task: probe, in: {action: panic}}]
  eventTest: [{suspend: ev}, {log: never}]
  passTest: [{log: fine}]
  onFailure: [{log: 'a handler'}]
",
    );
    let report = place.run(TestOptions::default());
    assert_eq!(
        outcomes(&report),
        [
            "assertTest failed",
            "nestedTest failed",
            "errorTest error",
            "argumentTest error",
            "panicTest error",
            "eventTest suspended",
            "passTest passed"
        ]
    );
    assert!(!messages(&report).contains(&"a handler".to_owned()), "handlers do not follow tests");
    assert!(!place.path("home").join("store.db").exists(), "a test that waits is not kept");
    assert!(!report.is_good());
}

#[test]
fn a_test_that_takes_too_long_is_cancelled() {
    let place = Place::of(
        "flows:
  aTest: [{task: probe, in: {action: wait}}]
  onTimeout: [{task: probe, in: {action: wait}}]
configuration: {processTimeout: PT1H}
",
    );
    let report = place.run(TestOptions { timeout: Some(Duration::from_millis(50)), ..TestOptions::default() });
    assert_eq!(outcomes(&report), ["aTest timed-out"]);
    assert_eq!(report.results[0].message.as_ref().unwrap().as_str(), "it did not end within 50ms");
}

#[test]
fn after_a_failure_no_test_is_started() {
    let place = Place::of("flows: {aTest: [{throw: a}], bTest: [{log: b}], cTest: [{log: c}]}\n");
    let report = place.run(TestOptions { fail_fast: true, ..jobs(1) });
    assert_eq!(outcomes(&report), ["aTest failed", "bTest skipped", "cTest skipped"]);
    assert!(!report.is_cancelled());
}

#[test]
fn stopped_tests_end() {
    let place = Place::of("flows: {aTest: [{task: probe, in: {action: wait}}], bTest: [{log: b}]}\n");
    let tests = place.runtime.tests(place.path("p"), jobs(1)).unwrap();
    let stop = tests.stop();
    let report = std::thread::scope(|scope| {
        let run = scope.spawn(|| tests.run(|_| {}));
        place.called.recv().unwrap();
        stop.stop();
        run.join().unwrap()
    });
    assert_eq!(outcomes(&report), ["aTest cancelled", "bTest skipped"]);
    assert!(report.is_cancelled() && !report.is_good());
}

#[test]
fn tests_of_a_project_run_once_at_a_time() {
    let place = Place::of("flows: {aTest: [{log: a}]}\n");
    let first = place.runtime.tests(place.path("p"), TestOptions::default()).unwrap();
    let second = place.runtime.tests(place.path("p"), TestOptions::default());
    assert!(matches!(second.err(), Some(Error::Busy(_))));
    drop(first);
    assert!(place.run(TestOptions::default()).is_good());
}

#[test]
fn a_single_file_has_tests_too() {
    let place = Place::new(&[("one.yml", "flows: {aTest: [{log: a}], bTest: [{log: b}]}\n")]);
    let options = TestOptions { filters: vec!["b*".to_owned()], coverage: true, ..TestOptions::default() };
    let tests = place.runtime.tests(place.path("one.yml"), options).unwrap();
    assert_eq!((tests.cases().len(), tests.unselected().len(), tests.project()), (1, 1, "one"));
    assert_eq!(&*tests.cases()[0].path, &*place.path("one.yml").display().to_string());
    assert_eq!(outcomes(&tests.run(|_| {})), ["bTest passed"]);
}

/// `flow: line hits [branches]` of each step.
fn steps(report: &TestReport) -> Vec<String> {
    let files = &report.coverage.as_ref().unwrap().files;
    let flows = files.iter().flat_map(|file| &file.flows);
    let steps = flows.flat_map(|flow| flow.steps.iter().map(move |step| (flow, step)));
    steps.map(|(flow, step)| format!("{}: {} {} {:?}", flow.name, step.line, step.hits, step.branches)).collect()
}

const COVERED: &str = "flows:
  main:
    - task: log
      in: {msg: \"${item}\"}
      loop: {items: [1, 2, 3]}
    - if: ${way == 'a'}
      then:
        - log: a
    - switch: ${way}
      a:
        - log: a
      b: [{log: b}]
    - try:
        - throw: x
      error:
        - log: caught
    - expr: ${1}
      error:
        - log: never compiled
  unused:
    - log: unused
  aTest:
    - call: main
      in: {way: a}
    - call: main
      in: {way: c}
imports:
  - dir: {src: ../../lib, dest: concord}
";

#[test]
fn coverage_counts_what_can_run() {
    let place = Place::new(&[
        ("p/concord.yml", COVERED),
        ("lib/lib.concord.yml", "flows: {imported: [{log: imported}]}\n"),
        ("p/concord/more.concord.yml", "flows: {more: [{return}]}\n".replace("{return}", "return").as_str()),
    ]);
    let report = place.run(TestOptions { coverage: true, ..TestOptions::default() });
    assert_eq!(outcomes(&report), ["aTest passed"]);
    assert_eq!(
        steps(&report),
        [
            "main: 3 6 []",
            "main: 6 2 [1, 1]",
            "main: 8 1 []",
            "main: 9 2 [1, 0, 1]",
            "main: 11 1 []",
            "main: 12 0 []",
            "main: 13 2 []",
            "main: 14 2 []",
            "main: 16 2 []",
            "main: 17 2 []",
            "unused: 21 0 []",
            "more: 1 0 []",
        ]
    );
    let coverage = report.coverage.as_ref().unwrap();
    let ran = coverage.ran();
    assert_eq!((ran.steps, ran.hit), (12, 9));
    assert!((ran.percent() - 75.0).abs() < 1e-9);
    assert_eq!(coverage.files[0].flows[0].missed(), [(12, 12)]);
    let off = place.run(TestOptions::default());
    assert!(off.coverage.is_none() && off.lcov().is_none());
}

#[test]
fn the_log_of_a_test_is_bounded() {
    let (line, items) = ("x".repeat(1 << 20), "1, ".repeat(40));
    let place = Place::of(&format!(
        "flows:\n  aTest:\n    - task: log\n      in: {{msg: '{line}'}}\n      loop: {{items: [{items}]}}\n"
    ));
    let report = place.run(TestOptions::default());
    let log = &report.results[0].log;
    assert!(log.len() < 40, "{} entries", log.len());
    let Some(LogEntry::Notice { message, .. }) = log.last() else { panic!("{}", log.len()) };
    assert!(message.as_str().contains("entries are left out"), "{message}");
}
