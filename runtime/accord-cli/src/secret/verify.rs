//! `accord secret verify`.

use accord_secrets::VerifyReport;
use serde_json::json;

use crate::args::{Format, SecretVerify};
use crate::exit::Exit;
use crate::output;
use crate::store::{open, refused, show};

/// Says what was checked, and all that is not as it was written.
pub(crate) fn verify(options: &SecretVerify) -> Result<Exit, Exit> {
    let opened = open(&options.store)?;
    let report = opened.wait(opened.store().verify()).map_err(|error| refused(&error))?;
    match options.store.format {
        Format::Json => show(&as_json(&report), Format::Json, |_| Vec::new()),
        Format::Text => {
            output::line(&checked(&report));
            for problem in &report.problems {
                output::line(&format!("{}: {}", problem.what, problem.problem));
            }
            output::line(&outcome(&report, opened.store().place()));
        }
    }
    Ok(if report.is_clean() { Exit::Done } else { Exit::Failed })
}

fn checked(report: &VerifyReport) -> String {
    let count = |number: usize, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
    format!(
        "Checked {}, {}, {} and {}.",
        count(report.records, "record", "records"),
        count(report.versions, "version of a secret", "versions of secrets"),
        count(report.shared_values, "sealed shared value", "sealed shared values"),
        count(report.audit_entries, "audit entry", "audit entries"),
    )
}

fn outcome(report: &VerifyReport, store: &str) -> String {
    match report.problems.len() {
        0 => "Everything is as it was written.".to_owned(),
        number => format!(
            "{number} {} with the store {store}: what is named is not used. Restore it from a backup.",
            if number == 1 { "problem" } else { "problems" }
        ),
    }
}

fn as_json(report: &VerifyReport) -> serde_json::Value {
    let problems: Vec<_> =
        report.problems.iter().map(|found| json!({"what": found.what, "problem": found.problem})).collect();
    json!({
        "ok": report.is_clean(),
        "records": report.records,
        "versions": report.versions,
        "sharedValues": report.shared_values,
        "auditEntries": report.audit_entries,
        "problems": problems,
    })
}
