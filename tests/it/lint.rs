//! `accord lint` and `accord schema` over whole projects: what is right gives no finding.

use std::path::{Path, PathBuf};

use accord_tests::binary;
use serde_json::Value;

/// The findings of a project as `error code line:col: message`.
fn lint(project: &Path) -> Vec<String> {
    let home = tempfile::tempdir().expect("a folder");
    let mut command = binary::command(home.path());
    command.args(["lint", "--format", "json"]).arg(project);
    let defaults = project.join("defaults.json");
    if defaults.exists() {
        command.arg("--default-task-vars").arg(defaults);
    }
    let output = command.output().expect("it runs");
    let events = String::from_utf8_lossy(&output.stdout).into_owned();
    let events = events.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let text = |event: &Value, field: &str| event[field].as_str().unwrap_or_default().to_owned();
    let findings = events.filter(|event| event["type"] == "finding");
    findings
        .map(|found| {
            let place = format!("{}:{}", found["line"], found["col"]);
            format!("{} {} {place}: {}", text(&found, "severity"), text(&found, "code"), text(&found, "message"))
        })
        .collect()
}

fn folders(of: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(binary::root().join(of)).expect("a folder");
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

#[test]
fn examples_have_no_findings() {
    // One of them shows what lint finds.
    for project in folders("flows").into_iter().filter(|project| !project.ends_with("lint")) {
        let findings = lint(&project);
        assert!(findings.is_empty(), "{}: {findings:#?}", project.display());
    }
}

/// Whether the reference ran the case to its end, without an error that something caught.
fn runs_well(case: &Path) -> bool {
    let text = std::fs::read_to_string(case.join("expected.json")).expect("what the reference did");
    let expected: Value = serde_json::from_str(&text).expect("JSON");
    let has_options = case.join("case.json").exists();
    expected["exit"] == 0 && expected.get("errors").is_none() && expected.get("steps").is_none() && !has_options
}

/// What is said of recorded cases that run well, and is right: steps that are never reached, options that do nothing.
const RIGHT: [&str; 7] = [
    "deprecated",
    "unreachable",
    "unknown-parameter",
    "hides-task",
    "checkpoint-name",
    "handler-ignored",
    "invalid-expression",
];

#[test]
fn what_runs_well_is_not_called_wrong() {
    let (mut all, mut warned, mut wrong) = (0, 0, Vec::new());
    for case in
        ["tests/conformance/el", "tests/conformance/flow"].into_iter().flat_map(folders).filter(|c| runs_well(c))
    {
        let findings = lint(&case);
        all += 1;
        warned += usize::from(!findings.is_empty());
        let is_right = |found: &String| RIGHT.iter().any(|code| found.starts_with(&format!("warning {code} ")));
        wrong.extend(findings.into_iter().filter(|f| !is_right(f)).map(|found| format!("{}: {found}", case.display())));
    }
    assert!(all > 100, "only {all} cases");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(warned * 10 <= all, "{warned} of {all} cases have warnings");
}

#[test]
fn the_schema_is_printed() {
    let home = tempfile::tempdir().expect("a folder");
    let output = binary::command(home.path()).arg("schema").output().expect("it runs");
    let schema: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(schema["$defs"]["task.http"]["properties"]["url"].is_object());
    assert!(output.stderr.is_empty());
}
