//! Flow tests: flows whose names end in `Test`, each run in dry-run mode as a process of its own.
//!
//! Owns: finding the tests of a project, running them side by side, and what is told of them: results, coverage of
//! steps, JUnit XML and LCOV. Mocks and asserts are tasks and live with them. Must not know: terminals, exit codes.
//! Source: <https://concord.walmartlabs.com/docs/plugins-v2/mocks.html>, `asserts.html`.

mod base;
mod capture;
mod coverage;
mod find;
mod junit;
mod lcov;
mod results;
mod run;
mod stop;
#[cfg(test)]
mod tests;

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use accord_value::Place;

use crate::error::Error;
use crate::load::LoadOptions;
use crate::runtime::Runtime;
use base::Base;
pub use coverage::{Coverage, FileCoverage, FlowCoverage, Ran, StepCoverage};
pub use results::{TestOutcome, TestReport, TestResult};
pub use stop::TestStop;

/// How the names of tests end.
const SUFFIX: &str = "Test";

/// Which tests are run, and how.
#[derive(Clone, Debug, Default)]
pub struct TestOptions {
    /// How the project is loaded. Entry point, working directory and dry run are the tests' own.
    pub load: LoadOptions,
    /// Parts of names, or globs of whole names; a test that fits one of them is run. None means all.
    pub filters: Vec<String>,
    /// How many tests run side by side; none means one for each processor.
    pub jobs: Option<NonZeroUsize>,
    /// Starts no more tests once one is not passed.
    pub fail_fast: bool,
    /// After how long a test is cancelled; none means never.
    pub timeout: Option<Duration>,
    /// Counts steps.
    pub coverage: bool,
}

/// A test: a flow of the project, not run yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestCase {
    /// The flow's name.
    pub name: Arc<str>,
    /// The profile of the same name that is active for it, where there is one.
    pub profile: Option<Arc<str>>,
    /// Where the flow stands.
    pub place: Option<Place>,
    /// The path of its file, for people.
    pub path: Arc<str>,
}

/// The tests of a project.
pub struct Tests<'r> {
    runtime: &'r Runtime,
    base: Base,
    cases: Vec<TestCase>,
    unselected: Vec<TestCase>,
    options: TestOptions,
    stop: TestStop,
}

impl Runtime {
    /// Loads the project at `path`, a directory or a single file, and finds its tests. They run below `target/tests`
    /// in the project.
    ///
    /// # Errors
    /// As [`Runtime::load`]; a filter that is no glob.
    pub fn tests(&self, path: impl AsRef<Path>, options: TestOptions) -> Result<Tests<'_>, Error> {
        let filters = find::Filters::new(&options.filters)?;
        let base = Base::load(self, path.as_ref(), &options)?;
        let (cases, unselected) =
            find::cases(&base, &options.load.profiles).into_iter().partition(|case| filters.fit(&case.name));
        Ok(Tests { runtime: self, base, cases, unselected, options, stop: TestStop::default() })
    }
}

impl Tests<'_> {
    /// The tests that are to run, in the order of the files.
    #[must_use]
    pub fn cases(&self) -> &[TestCase] {
        &self.cases
    }

    /// The tests that no filter fits.
    #[must_use]
    pub fn unselected(&self) -> &[TestCase] {
        &self.unselected
    }

    /// The project's name: that of its directory or file.
    #[must_use]
    pub fn project(&self) -> &str {
        &self.base.name
    }

    /// What ends the tests early, from another thread or a signal's.
    #[must_use]
    pub fn stop(&self) -> TestStop {
        self.stop.clone()
    }

    /// Runs them. Each result is told as soon as it and all before it are there. Blocks the calling thread.
    pub fn run(self, told: impl FnMut(&TestResult) + Send) -> TestReport {
        run::run(self, told)
    }
}
