//! How processes end: handlers, limits in time, cancelling whatever a process waits for.

use std::net::TcpListener;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use super::*;

/// A project of the flow `default` and whatever else is written.
fn project(default: &str, rest: &str) -> String {
    format!("{}{rest}", flow(default))
}

#[test]
fn handlers_see_the_last_variables_and_the_error() {
    let text = project(
        "- set: {n: 2, own: \"kept\"}\n- call: inner\n",
        "  inner:\n    - set: {n: 3, lost: \"x\"}\n    - throw: {why: \"rain\"}\n  onFailure:\n    - log: \"${n} ${own} ${a} \
         ${hasVariable('lost')} ${lastError.message} ${lastError.cause.payload.why} ${parentInstanceId == txId}\"\n\
         configuration:\n  arguments: {n: 1, a: \"arg\"}\n",
    );
    let place = Place::new(&[("p/concord.yml", &text)]);
    assert_eq!(place.run(&LoadOptions::default()).state, ProcessState::Failed);
    assert_eq!(place.log()[1..], ["2 kept arg false Process Error rain true"]);
}

#[test]
fn handlers_of_what_never_began_see_what_there_is() {
    for (text, seen) in [
        ("configuration:\n  arguments: {a: 1}\nflows:\n  other:\n    - exit\n", "true"),
        ("configuration:\n  arguments: {a: \"${nope}\"}\nflows:\n  default:\n    - exit\n", "false"),
    ] {
        let text =
            format!("{text}  onFailure:\n    - log: \"${{hasVariable('a')}} ${{lastError.message.length() > 5}}\"\n");
        let place = Place::new(&[("p/concord.yml", &text)]);
        assert_eq!(place.run(&LoadOptions::default()).state, ProcessState::Failed);
        assert_eq!(place.log().last().unwrap(), &format!("{seen} true"), "{text}");
    }
}

#[test]
fn a_handler_that_fails_is_run_again_three_times() {
    let text = project("- throw: \"first\"", "  onFailure:\n    - throw: \"again ${lastError.message}\"\n");
    let place = Place::new(&[("p/concord.yml", &text)]);
    let status = place.run(&LoadOptions::default());
    assert_eq!(status.error.unwrap().as_str(), "first");
    let failed = place.log().iter().filter(|line| *line == "E again first").count();
    assert_eq!(failed, 4, "{:?}", place.log());
    assert_eq!(place.log().last().unwrap(), "N the flow 'onFailure' failed each time");
}

#[test]
fn a_handler_waits_for_a_time_but_for_nobody() {
    let wait = "  onFailure:\n    - task: sleep\n      in: {suspend: true, duration: 1}\n    - log: \"slept\"\n    - suspend: ev\n";
    let place = Place::new(&[("p/concord.yml", &project("- throw: \"x\"", wait))]);
    assert_eq!(place.run(&LoadOptions::default()).state, ProcessState::Failed);
    let log = place.log();
    assert_eq!(log[log.len() - 2], "slept");
    assert!(log[log.len() - 1].contains("an event that nobody can bring"), "{log:?}");
    assert!(place.suspended().is_err());
}

#[test]
fn a_process_that_runs_too_long_says_which_limit_it_had() {
    let text = project(
        "- set: {x: 1}\n- ${sleep.ms(3600000)}\n",
        "  onTimeout:\n    - log: \"late ${x} ${hasVariable('lastError')}\"\nconfiguration:\n  processTimeout: \"PT0.05S\"\n",
    );
    let place = Place::new(&[("p/concord.yml", &text)]);
    let status = place.run(&LoadOptions::default());
    assert_eq!(status.state, ProcessState::TimedOut);
    assert_eq!(status.error.unwrap().as_str(), "The process timed out: it ran longer than its processTimeout, PT0.05S");
    assert!(status.report.unwrap().picture(false).as_str().contains("PT0.05S"));
    assert_eq!(place.log(), ["late 1 false"]);
}

/// How long a wait may go on after the process was cancelled.
const AT_MOST: Duration = Duration::from_millis(100);

/// Runs a flow that waits without an end, cancels it as soon as it waits, and sees how long that took. A machine that is
/// busy with something else gets a few chances.
fn ends_in_time(what: &str, text: &str, mut waits: impl FnMut(&Place)) {
    let mut fastest = Duration::MAX;
    for _ in 0..5 {
        fastest = fastest.min(cancelled_after(what, text, &mut waits));
        if fastest < AT_MOST {
            return;
        }
    }
    panic!("{what}: {fastest:?}");
}

fn cancelled_after(what: &str, text: &str, waits: impl FnOnce(&Place)) -> Duration {
    let place = Place::new(&[("p/concord.yml", text)]);
    let process = place.runtime.load(place.path("p"), &LoadOptions::default()).unwrap();
    let token = process.cancel_token();
    let (done, ended) = channel();
    std::thread::scope(|scope| {
        scope.spawn(move || done.send((process.run().state, Instant::now())).unwrap());
        waits(&place);
        let begun = Instant::now();
        token.cancel();
        let (state, at) = ended.recv_timeout(Duration::from_secs(20)).expect("the process ends");
        assert_eq!(state, ProcessState::Cancelled, "{what}: {:?}", place.log());
        at.duration_since(begun)
    })
}

/// Waits for a line of the log, which a flow writes right before it waits.
fn until_logged(place: &Place, line: &str) {
    while !place.log().iter().any(|found| found.contains(line)) {
        std::thread::yield_now();
    }
}

#[test]
fn every_wait_ends_within_a_tenth_of_a_second_of_a_cancellation() {
    let begins = "- log: \"begins\"\n";
    let sleep = format!("{begins}- ${{sleep.ms(3600000)}}\n");
    let branch = sleep.replace('\n', "\n        ");
    let many = vec!["1"; 500].join(", ");
    let sum = "l.stream().map(y -> l.stream().map(z -> x + y + z).sum()).sum()";
    for (what, steps) in [
        ("sleep", sleep.clone()),
        ("task sleep", format!("{begins}- task: sleep\n  in: {{duration: 3600}}\n")),
        ("sleeps until", "- task: sleep\n  in: {suspend: true, duration: 3600}\n".to_owned()),
        ("retry", "- task: throw\n  in: {exception: \"begins\"}\n  retry: {times: 1, delay: 3600}\n".to_owned()),
        ("script", format!("{begins}- script: js\n  body: |\n    while (true) {{}}\n")),
        ("script in a task", format!("{begins}- script: js\n  body: |\n    tasks.get('sleep').ms(3600000)\n")),
        ("steps", format!("{begins}- call: endless\n")),
        ("parallel", format!("- parallel:\n    - ${{sleep.ms(3600000)}}\n    - block:\n        {branch}")),
        ("parallel loop", format!("{begins}- task: sleep\n  in: {{duration: 3600}}\n  parallelWithItems: [1, 2, 3]\n")),
        (
            "expression",
            format!("{begins}- set: {{l: [{many}]}}\n- log: \"${{l.stream().map(x -> {sum}).toList()}}\"\n"),
        ),
    ] {
        let endless = "  endless:\n    - call: step\n      loop: {items: [1, 2, 3]}\n    - call: endless\n  step:\n    - set: {x: 1}\n";
        let line = if what == "sleeps until" { what } else { "begins" };
        ends_in_time(what, &project(steps.trim_end(), endless), |place| until_logged(place, line));
    }
}

#[test]
fn a_wait_for_a_server_ends_so_too() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/a.js", server.local_addr().unwrap());
    for (what, step) in [
        ("http", format!("- task: http\n  in: {{url: \"{url}\"}}")),
        ("script from an address", format!("- script: \"{url}\"")),
    ] {
        let mut held = Vec::new();
        ends_in_time(what, &project(&step, ""), |_| held.push(server.accept().unwrap()));
    }
}

#[test]
fn a_wait_for_a_lock_ends_with_its_process_too() {
    let place = Place::new(&[
        ("p/concord.yml", &flow("- task: lock\n  in: {name: l}\n- log: \"mine\"\n- ${sleep.ms(3600000)}")),
        ("q/concord.yml", &flow("- task: lock\n  in: {name: l}")),
    ]);
    let first = place.runtime.load(place.path("p"), &LoadOptions::default()).unwrap();
    let second = place.runtime.load(place.path("q"), &LoadOptions::default()).unwrap();
    let (one, two) = (first.cancel_token(), second.cancel_token());
    std::thread::scope(|scope| {
        scope.spawn(move || first.run());
        until_logged(&place, "mine");
        let waiter = scope.spawn(move || (second.run().state, Instant::now()));
        until_logged(&place, "Waiting for the lock 'l'");
        let begun = Instant::now();
        two.cancel();
        let (state, at) = waiter.join().unwrap();
        assert_eq!(state, ProcessState::Cancelled);
        let took = at.duration_since(begun);
        one.cancel();
        assert!(took < AT_MOST * 3, "{took:?}");
    });
}
