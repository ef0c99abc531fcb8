//! Flows with what happens when they run, written behind each flow. See `cases/README.md`.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::fmt::Write as _;
use std::path::Path;

use accord_value::Map;
use accord_vm::{Limits, Outcome, Start, State, compile};

mod host;

/// What a run did, as the lines behind a flow say it.
fn run(flow: &str) -> String {
    let project = host::project(flow);
    let program = compile(&project);
    let host = host::TestHost::new();
    let limits = Limits::default();
    let arguments = project.definition.configuration.as_ref().and_then(|configuration| configuration.arguments.clone());
    let start = Start { arguments, ..Start::default() };
    let mut state = match State::start(&program, start, &host, &limits) {
        Ok(state) => state,
        Err(_) => return told(&host, "not started"),
    };
    let mut all = String::new();
    loop {
        let outcome = state.run(&program, &host, &limits);
        let ended = match outcome {
            Outcome::Finished => "finished".to_owned(),
            Outcome::Failed(_) => "failed".to_owned(),
            Outcome::Cancelled => "cancelled".to_owned(),
            Outcome::Suspended => "suspended".to_owned(),
        };
        all += &told(&host, &ended);
        let Outcome::Suspended = outcome else { return all };
        // What is suspended goes through its stored form before it goes on.
        let stored = serde_json::to_string(&state.to_stored(&program).expect("can be stored")).expect("is JSON");
        let stored = serde_json::from_str(&stored).expect("is the same data");
        state = State::from_stored(&program, stored, &|_, _| None).expect("can be read");
        let event = state.events(&program).next().map(|event| event.name.to_string()).expect("waits for something");
        assert!(state.resume(&event, &Map::from_pairs([("answer", event.as_str())])));
    }
}

fn told(host: &host::TestHost, end: &str) -> String {
    let mut text = String::new();
    for line in host.take() {
        writeln!(text, "# {line}").expect("is memory");
    }
    writeln!(text, "# {end}").expect("is memory");
    text
}

fn lines(text: &str, any_order: bool) -> Vec<&str> {
    let mut lines: Vec<&str> = text.trim_end().lines().collect();
    if any_order {
        lines.sort_unstable();
    }
    lines
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut failed = Vec::new();
    let mut count = 0;
    for file in std::fs::read_dir(folder).expect("is there") {
        let path = file.expect("can be listed").path();
        if path.extension().is_none_or(|extension| extension != "yml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("can be read");
        for case in text.split("\n---\n") {
            count += 1;
            let (flow, expected) = case.split_once("# >>\n").unwrap_or((case, ""));
            let got = run(flow);
            let any_order = flow.lines().next().is_some_and(|line| line.ends_with("(in any order)"));
            if lines(&got, any_order) != lines(expected, any_order) {
                failed.push(format!("{}:\n{flow}expected:\n{expected}\ngot:\n{got}", path.display()));
            }
        }
    }
    assert!(count > 0, "no cases");
    assert!(failed.is_empty(), "{} of {count} failed\n\n{}", failed.len(), failed.join("\n\n"));
}
