use std::sync::Arc;

use accord_value::{Place, Throwable};

use super::joined;
use crate::{Failure, StackFrame};

fn failure(thread: u64, message: &str, line: Option<u32>, stack: Vec<StackFrame>) -> Failure {
    let place = line.map(|line| Place { file: "concord.yml".into(), line, col: 11 });
    Failure { error: Arc::new(Throwable::user(message)), place, stack, thread }
}

fn message(failures: &[Failure]) -> String {
    joined(failures).message.map(|text| text.as_str().to_owned()).unwrap_or_default()
}

#[test]
fn lines_of_messages_are_indented() {
    let text = message(&[failure(1, "one\ntwo\n\nthree\n", Some(5), vec![]), failure(2, "second", Some(8), vec![])]);
    assert_eq!(
        text,
        "Parallel execution errors: \n[1] (concord.yml): Error @ line: 5, col: 11, thread: 1\n  Error: one\n  two\n  \n  \
         three\n\n[2] (concord.yml): Error @ line: 8, col: 11, thread: 2\n  Error: second"
    );
}

#[test]
fn call_stacks_and_missing_places() {
    let call =
        StackFrame { place: Some(Place { file: "concord.yml".into(), line: 6, col: 7 }), thread: 3, flow: "b".into() };
    assert_eq!(
        message(&[failure(3, "x", None, vec![call])]),
        "Parallel execution errors: \n[1] thread: 3\n  Error: x\n  Call stack:\n    (concord.yml) @ line: 6, col: 7, \
         thread: 3, flow: b"
    );
}

#[test]
fn branches_stand_in_the_order_of_a_hash_table() {
    let failures: Vec<Failure> = [16, 17, 18].into_iter().map(|id| failure(id, "x", None, vec![])).collect();
    let order: Vec<&str> = message(&failures)
        .lines()
        .filter_map(|line| line.split("thread: ").nth(1).map(|n| n.to_owned().leak() as &str))
        .collect();
    assert_eq!(order, ["17", "18", "16"]);
    assert_eq!(joined(&failures).exceptions.len(), 3);
}

#[test]
fn the_text_of_very_many_errors_ends() {
    let failures: Vec<Failure> = (0..50_000).map(|id| failure(id, &"x".repeat(100), None, vec![])).collect();
    let text = message(&failures);
    assert!(text.len() < super::LONGEST + 1000, "{}", text.len());
    assert!(text.contains(" more"), "{:.300}", text);
    assert_eq!(joined(&failures).exceptions.len(), 50_000);
}
