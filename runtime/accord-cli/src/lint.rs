//! `accord lint`.

use accord_runtime::{Error, LintOptions, LintReport, NamedSecret, Runtime, SecretState, Severity};

use crate::args::{Format, Lint};
use crate::exit::Exit;
use crate::output::{self, diagnostics};
use crate::run::secret_sources;

/// Checks a project.
pub(crate) fn lint(options: &Lint) -> Exit {
    let asked = LintOptions {
        secrets: options.secrets.then(|| secret_sources(&options.sources)),
        org: options.sources.org.clone(),
        project: options.sources.project.clone(),
        default_task_variables: options.default_task_vars.clone(),
    };
    let report = Runtime::builder().build().and_then(|runtime| runtime.lint(&options.path, &asked));
    match report {
        Ok(report) => {
            if options.verbose > 0 {
                report.sources.iter().for_each(|source| output::note(&format!("Read: {}", source.path())));
            }
            print(&report, options.format)
        }
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
    for (index, diagnostic) in report.diagnostics.iter().enumerate() {
        match format {
            Format::Json => output::finding(diagnostic, &report.sources),
            Format::Text => {
                if index > 0 {
                    output::note("");
                }
                diagnostics::picture(diagnostic, &report.sources, &report.hidden);
            }
        }
    }
    if format == Format::Text && !report.diagnostics.is_empty() {
        output::note("");
    }
    secrets(report, format);
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

/// The secrets that the flows can name: what each is, and where it is named first.
fn secrets(report: &LintReport, format: Format) {
    let rows: Vec<[String; 3]> = report.secrets.iter().map(|secret| row(secret, report)).collect();
    let width = |column: usize| rows.iter().filter_map(|row| Some(row.get(column)?.chars().count())).max().unwrap_or(0);
    let (names, states) = (width(0), width(1));
    for (secret, [name, state, place]) in report.secrets.iter().zip(&rows) {
        match format {
            Format::Json => output::secret(secret, &report.sources),
            Format::Text => output::line(&format!("{name:names$}  {state:states$}  {place}")),
        }
    }
}

fn row(secret: &NamedSecret, report: &LintReport) -> [String; 3] {
    let name = match (&secret.org, secret.is_literal) {
        (Some(org), _) => format!("{org}/{}", secret.name),
        (None, _) => secret.name.to_string(),
    };
    let state = match &secret.state {
        Some(SecretState::Readable) => "can be read".to_owned(),
        Some(SecretState::Missing { .. }) if secret.is_created => "is created by the flow".to_owned(),
        Some(SecretState::Missing { .. }) => "does not exist".to_owned(),
        Some(SecretState::Refused(_)) => "may not be read".to_owned(),
        Some(SecretState::Unknown(reason)) => format!("cannot be checked: {reason}"),
        None => "is known only when the flow runs".to_owned(),
    };
    let place = secret.places.first().and_then(|span| {
        let place = report.sources.place(*span)?;
        let path = report.sources.get(span.file)?.path().clone();
        Some(format!("{path}:{}:{}", place.line, place.col))
    });
    [name, state, place.unwrap_or_default()]
}
