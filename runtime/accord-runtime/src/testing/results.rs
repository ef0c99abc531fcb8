//! What became of tests.

use std::time::Duration;

use accord_value::{MaskedLine, Place, Redactor};

use super::coverage::Coverage;
use super::{TestCase, junit, lcov};
use crate::error::LoadError;
use crate::failure::FailureReport;
use crate::log::LogEntry;

/// How a test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestOutcome {
    /// The flow came to its end.
    Passed,
    /// A condition did not hold: an assert or a verification failed, or the flow threw.
    Failed,
    /// An error that nobody asked for.
    Error,
    /// It took too long.
    TimedOut,
    /// It waits for events, which nobody sends to a test.
    Suspended,
    /// It was stopped.
    Cancelled,
    /// It was not run, as the run ended before.
    Skipped,
}

impl TestOutcome {
    /// The word for it in data.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Error => "error",
            Self::TimedOut => "timed-out",
            Self::Suspended => "suspended",
            Self::Cancelled => "cancelled",
            Self::Skipped => "skipped",
        }
    }

    /// Whether it is a reason to call the whole run failed.
    #[must_use]
    pub const fn is_bad(self) -> bool {
        !matches!(self, Self::Passed | Self::Skipped)
    }
}

/// Why a test did not pass, in full.
pub(super) enum Trouble {
    None,
    Failure(Box<FailureReport>),
    Load(Box<LoadError>),
}

/// What became of one test.
pub struct TestResult {
    /// The test.
    pub case: TestCase,
    /// How it ended.
    pub outcome: TestOutcome,
    /// How long it ran.
    pub duration: Duration,
    /// Its log.
    pub log: Vec<LogEntry>,
    /// Why it did not pass, in one line.
    pub message: Option<MaskedLine>,
    /// The step that it failed at, or else the test itself; the file is its path, for people.
    pub at: Option<Place>,
    pub(super) trouble: Trouble,
    pub(super) redactor: Redactor,
}

impl TestResult {
    /// Why it did not pass, as a picture with terminal colours where `color`; none where a line says it all.
    #[must_use]
    pub fn picture(&self, color: bool) -> Option<MaskedLine> {
        match &self.trouble {
            Trouble::None => None,
            Trouble::Failure(report) => Some(report.picture(color)),
            Trouble::Load(error) => Some(self.mask(error.pictures(color).join("\n\n").trim_end())),
        }
    }

    /// A text without what the test knows to be secret.
    #[must_use]
    pub fn mask(&self, text: &str) -> MaskedLine {
        self.redactor.mask(text)
    }
}

/// What became of all tests.
pub struct TestReport {
    /// The project's name.
    pub project: String,
    /// The tests, in the order of the files.
    pub results: Vec<TestResult>,
    /// When they were started, in milliseconds since 1970.
    pub started: i64,
    /// How long it took.
    pub duration: Duration,
    /// Which steps ran, where that was asked for.
    pub coverage: Option<Coverage>,
    pub(super) is_stopped: bool,
    pub(super) redactor: Redactor,
}

impl TestReport {
    /// How many tests ended so.
    #[must_use]
    pub fn count(&self, outcome: TestOutcome) -> usize {
        self.results.iter().filter(|result| result.outcome == outcome).count()
    }

    /// Whether no test is a reason to call the run failed.
    #[must_use]
    pub fn is_good(&self) -> bool {
        !self.results.iter().any(|result| result.outcome.is_bad())
    }

    /// Whether the tests were stopped before they had all ended.
    #[must_use]
    pub const fn is_cancelled(&self) -> bool {
        self.is_stopped
    }

    /// A text without what any of the tests knows to be secret.
    #[must_use]
    pub fn mask(&self, text: &str) -> MaskedLine {
        self.redactor.mask(text)
    }

    /// The report as JUnit XML, as Jenkins, GitLab and GitHub's actions read it. `line` gives an entry of a log as text.
    #[must_use]
    pub fn junit(&self, line: &dyn Fn(&LogEntry) -> Option<String>) -> String {
        junit::report(self, line)
    }

    /// The coverage in LCOV's format; none where it was not asked for.
    #[must_use]
    pub fn lcov(&self) -> Option<String> {
        self.coverage.as_ref().map(lcov::report)
    }
}
