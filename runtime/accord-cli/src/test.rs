//! `accord test`.

mod json;
mod table;
mod text;

use std::path::Path;

use accord_runtime::{Coverage, LoadOptions, Runtime, TestCase, TestOptions, TestReport, TestResult, Tests};

use crate::args::{Format, LogFormat, Test};
use crate::exit::Exit;
use crate::output::{self, TextLog};
use crate::run::{failed, loading};
use crate::signals::Watch;

/// How results are printed as they come, and in the end.
trait Printer: Send {
    /// A test that was only looked for.
    fn listed(&self, case: &TestCase);
    /// A test has ended.
    fn result(&mut self, result: &TestResult);
    /// All tests have ended; `unselected` were left out. The coverage is to be shown where there is one.
    fn summary(&self, report: &TestReport, unselected: usize, coverage: Option<&Coverage>);
}

/// Runs a project's tests.
pub(crate) fn test(options: &Test) -> Exit {
    let log_format = match options.format {
        Format::Text => LogFormat::Text,
        Format::Json => LogFormat::Json,
    };
    let runtime = match Runtime::builder().log(output::sink(log_format, 0)).build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error, log_format),
    };
    let asked = test_options(options);
    let token = asked.load.cancel.clone();
    let watch = Watch::with("the start", move || token.cancel(), || {});
    let tests = runtime.tests(&options.path, asked);
    watch.end();
    match tests {
        Ok(tests) => found(tests, options),
        Err(error) => failed(&error, log_format),
    }
}

fn found(tests: Tests<'_>, options: &Test) -> Exit {
    if tests.cases().is_empty() && !tests.unselected().is_empty() {
        let names: Vec<&str> = tests.unselected().iter().map(|case| &*case.name).collect();
        output::error(&format!("no test fits `{}`; there are: {}", options.filters.join("`, `"), names.join(", ")));
        return Exit::Usage;
    }
    if tests.cases().is_empty() {
        output::note("There are no tests: no flow of this project has a name that ends in 'Test'.");
    }
    let mut printer: Box<dyn Printer> = match options.format {
        Format::Text => Box::new(text::Text::new(options.verbose > 0)),
        Format::Json => Box::new(json::Json::new(options.verbose > 0)),
    };
    if options.list {
        tests.cases().iter().for_each(|case| printer.listed(case));
        return Exit::Done;
    }
    let (first, second) = (tests.stop(), tests.stop());
    let unselected = tests.unselected().len();
    let watch = Watch::with("the tests", move || first.stop(), move || second.cleanup());
    let report = tests.run(|result| printer.result(result));
    watch.end();
    let missing = missing(&report, options.min_coverage);
    let shown = report.coverage.as_ref().filter(|_| options.coverage || missing.is_some());
    printer.summary(&report, unselected, shown);
    if let Some(missing) = &missing {
        output::error(missing);
    }
    if let Err(exit) = write_files(&report, options) {
        return exit;
    }
    match report.is_good() {
        _ if report.is_cancelled() => Exit::Cancelled,
        true if missing.is_none() => Exit::Done,
        _ => Exit::Failed,
    }
}

fn test_options(options: &Test) -> TestOptions {
    TestOptions {
        load: LoadOptions {
            profiles: options.profiles.clone(),
            variables: options.variables.clone(),
            ..loading(&options.loading, &options.sources)
        },
        filters: options.filters.clone(),
        jobs: options.jobs,
        fail_fast: options.fail_fast,
        timeout: Some(options.timeout).filter(|timeout| !timeout.is_zero()),
        coverage: options.coverage || options.lcov.is_some() || options.min_coverage.is_some(),
    }
}

/// What is wrong with the coverage, if anything.
fn missing(report: &TestReport, least: Option<f64>) -> Option<String> {
    let (least, ran) = (least?, report.coverage.as_ref()?.ran());
    let found = ran.percent();
    (found < least).then(|| format!("the tests have run {} % of all steps, and not {least} %", table::percent(found)))
}

fn write_files(report: &TestReport, options: &Test) -> Result<(), Exit> {
    if let Some(file) = &options.junit {
        let log = TextLog::plain();
        write(file, &report.junit(&|entry| log.shown(entry)))?;
    }
    if let (Some(file), Some(text)) = (&options.lcov, report.lcov()) {
        write(file, &text)?;
    }
    Ok(())
}

/// Writes a file, and makes the directory that it is to lie in.
fn write(file: &Path, text: &str) -> Result<(), Exit> {
    let made = file.parent().map_or(Ok(()), std::fs::create_dir_all);
    made.and_then(|()| std::fs::write(file, text)).map_err(|error| {
        output::error(&format!("cannot write {}: {error}", file.display()));
        Exit::Failed
    })
}
