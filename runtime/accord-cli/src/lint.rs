//! `accord lint`.

use accord_runtime::{Error, LintReport, Runtime, Severity};

use crate::args::{Format, Lint};
use crate::exit::Exit;
use crate::output::{self, diagnostics};

/// Checks a project.
pub(crate) fn lint(options: &Lint) -> Exit {
    let report = Runtime::builder().build().and_then(|runtime| runtime.lint(&options.path));
    match report {
        Ok(report) => print(&report, options.format),
        Err(error @ Error::Configuration(_)) => {
            output::error(&error.to_string());
            Exit::Usage
        }
        Err(error) => {
            output::error(&error.to_string());
            Exit::Failed
        }
    }
}

fn print(report: &LintReport, format: Format) -> Exit {
    let count = |severity| report.diagnostics.iter().filter(|found| found.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    for diagnostic in &report.diagnostics {
        match format {
            Format::Json => output::finding(diagnostic, &report.sources),
            Format::Text => diagnostics::picture(diagnostic, &report.sources),
        }
    }
    let counts = report.counts;
    match format {
        Format::Json => output::summary(&counts, errors, warnings),
        Format::Text => {
            let things = [
                (counts.flows, "flow"),
                (counts.profiles, "profile"),
                (counts.forms, "form"),
                (counts.triggers, "trigger"),
                (counts.imports, "import"),
            ];
            let found: Vec<String> = things.iter().filter(|(n, _)| *n > 0).map(|(n, what)| number(*n, what)).collect();
            let found = if found.is_empty() { "nothing".to_owned() } else { found.join(", ") };
            output::line(&format!("Checked {found}: {}, {}", number(errors, "error"), number(warnings, "warning")));
        }
    }
    if errors == 0 { Exit::Done } else { Exit::Findings }
}

fn number(n: usize, what: &str) -> String {
    if n == 1 { format!("{n} {what}") } else { format!("{n} {what}s") }
}
