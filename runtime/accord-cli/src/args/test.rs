//! The command `test`.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{Format, Loading, Sources, key_value};

/// Run a project's flow tests.
#[derive(Args, Debug)]
#[command(after_help = NOTES)]
pub(crate) struct Test {
    /// A project's directory, or a single Concord file
    #[arg(default_value = ".", value_name = "DIR or FILE", hide_default_value = true)]
    pub(crate) path: PathBuf,
    /// Run the tests whose names hold this; with * or ? in it, whose names it fits as a whole
    #[arg(long = "filter", value_name = "NAME")]
    pub(crate) filters: Vec<String>,
    /// Set a variable of all tests; a.b=c reaches into the map a
    #[arg(short = 'e', long = "extra-vars", value_name = "KEY=VALUE", value_parser = key_value)]
    pub(crate) variables: Vec<(String, String)>,
    /// Apply a profile to all tests; several are applied in order
    #[arg(short = 'p', long = "profile", value_name = "NAME")]
    pub(crate) profiles: Vec<String>,
    /// How many tests run side by side (default: one for each processor)
    #[arg(short = 'j', long, value_name = "NUMBER")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Start no more tests once one has not passed
    #[arg(long)]
    pub(crate) fail_fast: bool,
    /// Cancel a test after this time: 90s, 500ms, 2m; 0 lets it run
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = timeout)]
    pub(crate) timeout: Duration,
    /// List the tests and do not run them
    #[arg(long)]
    pub(crate) list: bool,
    /// Print the log of tests that pass too
    #[arg(short = 'v', long, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: Format,
    /// Write the results to this file as JUnit XML
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    /// Tell which steps the tests have run
    #[arg(long)]
    pub(crate) coverage: bool,
    /// Write which steps the tests have run to this file as LCOV
    #[arg(long, value_name = "FILE")]
    pub(crate) lcov: Option<PathBuf>,
    /// Fail where less than this share of all steps has run
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub(crate) min_coverage: Option<f64>,
    #[command(flatten)]
    pub(crate) loading: Loading,
    #[command(flatten)]
    pub(crate) sources: Sources,
}

const NOTES: &str = "\
Tests are the flows whose names end in Test. Each runs in dry-run mode, as a process of its own with a
working directory of its own, and with the profile of its own name where there is one. What a test has
left when it did not pass stays in target/tests/NAME.

The exit code is 1 where a test has not passed.

Examples:
  accord test                              the project in this directory
  accord test --filter order -v            tests with `order` in their names, with their logs
  accord test --junit report.xml           also a report for a build server
  accord test --coverage --min-coverage 80 which steps were run, and whether they are enough";

/// A number with `ms`, `s`, `m` or `h`; without one, seconds. Nothing is no limit.
fn timeout(text: &str) -> Result<Duration, String> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let seconds = match text.get(number.len()..) {
        Some("ms") => 0.001,
        Some("s" | "") => 1.0,
        Some("m") => 60.0,
        Some("h") => 3600.0,
        _ => f64::NAN,
    };
    let value: Result<f64, _> = number.parse();
    value
        .ok()
        .and_then(|value| Duration::try_from_secs_f64(value * seconds).ok())
        .ok_or_else(|| format!("expected a time such as 90s, 500ms or 2m, found `{text}`"))
}

fn percent(text: &str) -> Result<f64, String> {
    let value: Result<f64, _> = text.trim_end_matches('%').parse();
    let valid = value.ok().filter(|value| (0.0..=100.0).contains(value));
    valid.ok_or_else(|| format!("expected a number from 0 to 100, found `{text}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        for (text, millis) in
            [("1.5s", 1500), ("500ms", 500), ("2m", 120_000), ("1h", 3_600_000), ("7", 7000), ("0", 0)]
        {
            assert_eq!(timeout(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "s", "5d", "-1s", "nan", "inf", "1e300h", "5 parsecs"] {
            assert!(timeout(text).is_err(), "{text}");
        }
    }

    #[test]
    fn shares_are_percent() {
        assert_eq!((percent("80"), percent("99.5%")), (Ok(80.0), Ok(99.5)));
        for text in ["", "-1", "101", "nan", "many"] {
            assert!(percent(text).is_err(), "{text}");
        }
    }
}
