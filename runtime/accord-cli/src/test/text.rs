//! Results of tests for people: a line for each test, with the log of those that have not passed.

use std::io::IsTerminal;

use accord_runtime::{Coverage, TestCase, TestOutcome, TestReport, TestResult};

use super::{Printer, table};
use crate::output::{TextLog, line};

/// Prints to stdout.
pub(super) struct Text {
    /// Also the log of tests that pass.
    verbose: bool,
    color: bool,
    log: TextLog,
    /// Whether the last line that was printed is empty.
    has_gap: bool,
}

impl Text {
    pub(super) fn new(verbose: bool) -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self { verbose, color: std::io::stdout().is_terminal() && !no_color, log: TextLog::plain(), has_gap: false }
    }

    fn paint(&self, text: &str, outcome: TestOutcome) -> String {
        let code = match outcome {
            _ if !self.color => return text.to_owned(),
            TestOutcome::Passed => "32",
            TestOutcome::Skipped => "33",
            _ => "1;31",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    fn word(&self, outcome: TestOutcome) -> String {
        self.paint(&format!("{:9}", outcome.name().to_uppercase().replace('-', " ")), outcome)
    }
}

impl Printer for Text {
    fn listed(&self, case: &TestCase) {
        let place = case.place.as_ref().map(|place| format!(":{}:{}", place.line, place.col)).unwrap_or_default();
        line(&format!("{}  {}{place}", case.name, case.path));
    }

    fn result(&mut self, result: &TestResult) {
        let name = result.mask(&result.case.name);
        self.has_gap = false;
        if result.outcome == TestOutcome::Skipped {
            line(&format!("{}          {name}", self.word(result.outcome)));
            return;
        }
        line(&format!("{} {:>8.3}s {name}", self.word(result.outcome), result.duration.as_secs_f64()));
        if result.outcome == TestOutcome::Passed && !self.verbose {
            return;
        }
        result.log.iter().filter_map(|entry| self.log.shown(entry)).for_each(|text| line(&text));
        match (result.picture(self.color), &result.message) {
            (Some(picture), _) => line(picture.as_str()),
            (None, Some(message)) => line(&format!("{}: {message}", self.paint("error", result.outcome))),
            (None, None) => {}
        }
        line("");
        self.has_gap = true;
    }

    fn summary(&self, report: &TestReport, unselected: usize, coverage: Option<&Coverage>) {
        if !self.has_gap && !report.results.is_empty() {
            line("");
        }
        if let Some(coverage) = coverage {
            table::rows(coverage).iter().for_each(|row| line(row));
            line("");
        }
        let bad: Vec<&TestResult> = report.results.iter().filter(|result| result.outcome.is_bad()).collect();
        if !bad.is_empty() && report.results.len() > 1 {
            for result in bad {
                line(&self.reminder(report, result));
            }
            line("");
        }
        line(&counts(report, unselected));
    }
}

impl Text {
    /// A test that has not passed, once more: its place, and the first line of the reason.
    fn reminder(&self, report: &TestReport, result: &TestResult) -> String {
        let place = result.at.as_ref().map(|place| format!("{}:{}:{}", place.file, place.line, place.col));
        let message = result.message.as_ref().and_then(|message| message.as_str().lines().next()).unwrap_or_default();
        let text = format!("{}  {}  {message}", result.case.name, place.unwrap_or_default());
        format!("{} {}", self.word(result.outcome), report.mask(text.trim_end()))
    }
}

/// `4 tests: 2 passed, 1 failed, 1 skipped in 0.123s; 3 were not asked for`
fn counts(report: &TestReport, unselected: usize) -> String {
    let found: Vec<String> = [
        (TestOutcome::Passed, "passed"),
        (TestOutcome::Failed, "failed"),
        (TestOutcome::Error, "with errors"),
        (TestOutcome::TimedOut, "timed out"),
        (TestOutcome::Suspended, "suspended"),
        (TestOutcome::Cancelled, "cancelled"),
        (TestOutcome::Skipped, "skipped"),
    ]
    .into_iter()
    .map(|(outcome, word)| (report.count(outcome), word))
    .filter(|(count, word)| *count > 0 || *word == "passed")
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    let tests = if report.results.len() == 1 { "1 test".to_owned() } else { format!("{} tests", report.results.len()) };
    let left_out = match unselected {
        0 => String::new(),
        number => format!("; {number} left out by --filter"),
    };
    format!("{tests}: {} in {:.3}s{left_out}", found.join(", "), report.duration.as_secs_f64())
}
