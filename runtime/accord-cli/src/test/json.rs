//! Results of tests for programs: one JSON object a line on stdout, `test` for each test and a `summary`.

use accord_runtime::{Coverage, FileCoverage, TestCase, TestOutcome, TestReport, TestResult};
use serde_json::{Map, Value, json};

use super::Printer;
use crate::output::{line, log_event};

/// Prints to stdout.
pub(super) struct Json {
    /// Also the log of tests that pass.
    verbose: bool,
}

impl Json {
    pub(super) const fn new(verbose: bool) -> Self {
        Self { verbose }
    }
}

impl Printer for Json {
    fn listed(&self, case: &TestCase) {
        line(&Value::from(event(case, &case.name)).to_string());
    }

    fn result(&mut self, result: &TestResult) {
        let mut event = event(&result.case, result.mask(&result.case.name).as_str());
        event.insert("status".to_owned(), result.outcome.name().into());
        event.insert("seconds".to_owned(), seconds(result.duration));
        if let Some(message) = &result.message {
            event.insert("message".to_owned(), message.as_str().into());
        }
        if let Some(picture) = result.picture(false) {
            event.insert("report".to_owned(), picture.as_str().into());
        }
        if result.outcome.is_bad() || (self.verbose && result.outcome == TestOutcome::Passed) {
            event.insert("log".to_owned(), result.log.iter().filter_map(log_event).map(Value::from).collect());
        }
        line(&Value::from(event).to_string());
    }

    fn summary(&self, report: &TestReport, unselected: usize, coverage: Option<&Coverage>) {
        let mut event =
            Map::from_iter([("type".to_owned(), "summary".into()), ("tests".to_owned(), report.results.len().into())]);
        for outcome in [
            TestOutcome::Passed,
            TestOutcome::Failed,
            TestOutcome::Error,
            TestOutcome::TimedOut,
            TestOutcome::Suspended,
            TestOutcome::Cancelled,
            TestOutcome::Skipped,
        ] {
            event.insert(outcome.name().to_owned(), report.count(outcome).into());
        }
        event.insert("unselected".to_owned(), unselected.into());
        event.insert("seconds".to_owned(), seconds(report.duration));
        if let Some(coverage) = coverage {
            let (ran, files) = (coverage.ran(), coverage.files.iter().map(file));
            let files: Vec<Value> = files.collect();
            let value = json!({"steps": ran.steps, "hit": ran.hit, "percent": rounded(ran.percent()), "files": files});
            event.insert("coverage".to_owned(), value);
        }
        line(&Value::from(event).to_string());
    }
}

fn event(case: &TestCase, name: &str) -> Map<String, Value> {
    let mut event = Map::from_iter([("type".to_owned(), "test".into()), ("name".to_owned(), name.into())]);
    if let Some(place) = &case.place {
        event.insert("file".to_owned(), (&*place.file).into());
        event.insert("line".to_owned(), place.line.into());
        event.insert("col".to_owned(), place.col.into());
    }
    event
}

fn file(file: &FileCoverage) -> Value {
    let flows = file.flows.iter().map(|flow| {
        let ran = flow.ran();
        json!({"flow": flow.name.as_str(), "steps": ran.steps, "hit": ran.hit, "missed": flow.missed()})
    });
    let (ran, flows) = (file.ran(), flows.collect::<Vec<_>>());
    json!({"file": file.path.as_str(), "steps": ran.steps, "hit": ran.hit, "flows": flows})
}

/// Seconds with three digits behind the point.
fn seconds(duration: std::time::Duration) -> Value {
    rounded(duration.as_secs_f64())
}

fn rounded(value: f64) -> Value {
    ((value * 1000.0).round() / 1000.0).into()
}
