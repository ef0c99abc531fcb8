//! Processes as a whole: starting, cancelling, limits, steps, checkpoints.

use std::sync::Arc;

use accord_sdk::Services;
use accord_value::{Map, Value};
use accord_vm::{Limits, Outcome, Program, Start, State, compile};
use parking_lot::Mutex;

mod host;

use host::TestHost;

fn started(flow: &str, host: &TestHost) -> (Program, State) {
    let program = compile(&host::project(flow));
    let state = State::start(&program, Start::default(), host, &Limits::default());
    (program, state.unwrap_or_else(|failure| panic!("{:?}", failure.error.message)))
}

#[test]
fn a_recursion_without_end_is_an_error_that_can_be_caught() {
    let host = TestHost::new();
    let flow = "flows:
  default:
    - set: {seen: 0}
    - call: down
      in: {n: 1}
      error:
        - log: \"caught ${seen}\"
  down:
    - if: ${seen == 0}
      then:
        - call: down
          in: {n: \"${n + 1}\"}
";
    let (program, mut state) = started(flow, &host);
    assert!(matches!(state.run(&program, &host, &Limits::default()), Outcome::Finished));
    let lines = host.take();
    let expected = "error 11:11 [0] Flows call each other more than 100000 levels deep. Look for a flow that calls \
                    itself without an end. < 11:11 [0] down";
    assert!(lines[0].starts_with(expected), "{:.300}", lines[0]);
    assert_eq!(lines[0].matches(" < ").count(), 1000);
    assert_eq!(lines[1..], ["log caught 0"]);
}

#[test]
fn threads_that_double_without_end_are_an_error_that_can_be_caught() {
    let host = TestHost::new();
    let flow = "flows:
  default:
    - call: fork
      error:
        - log: \"${lastError.message.contains('more than 50 flow threads at the same time')}\"
    - task: log
      in: {msg: \"${item}\"}
      loop: {items: [1, 2, 3, 4, 5, 6, 7, 8, 9], mode: parallel, parallelism: 1000000}
  fork:
    - parallel:
        - call: fork
        - call: fork
";
    let (program, mut state) = started(flow, &host);
    let limits = Limits { threads: 50, ..Limits::default() };
    assert!(matches!(state.run(&program, &host, &limits), Outcome::Finished));
    let lines = host.take();
    assert_eq!(lines.iter().filter(|line| *line == "log true").count(), 1, "{lines:?}");
    assert_eq!(lines.len() - lines.iter().position(|line| line == "log true").unwrap_or(0), 10, "{lines:?}");
}

#[test]
fn a_recursion_through_branches_ends_too() {
    let host = TestHost::new();
    let flow = "flows:
  default:
    - call: fork
      error:
        - log: \"${lastError.message.contains('more than 20 levels deep')}\"
  fork:
    - parallel:
        - call: fork
        - set: {x: 1}
";
    let (program, mut state) = started(flow, &host);
    let limits = Limits { forks: 20, ..Limits::default() };
    assert!(matches!(state.run(&program, &host, &limits), Outcome::Finished));
    assert_eq!(host.take().last().map(String::as_str), Some("log true"));
}

#[test]
fn tasks_that_run_flows_that_run_tasks_end() {
    let host = TestHost::new();
    let (program, mut state) = started("flows:\n  default:\n    - ${flows.run('default')}\n", &host);
    assert!(matches!(state.run(&program, &host, &Limits::default()), Outcome::Failed(_)));
    let lines = host.take();
    assert!(lines[0].contains("nested more than 32 levels deep"), "{:.300}", lines[0]);
}

#[test]
fn a_cancelled_process_stops_in_the_middle_and_runs_no_handler() {
    let host = TestHost::new();
    let flow = "flows:
  default:
    - try:
        - parallel:
            - block:
                - call: forever
            - block:
                - ${gate.pass('never')}
      error:
        - log: \"never\"
  forever:
    - block:
        - call: more
      loop: {items: [1, 2, 3]}
    - call: forever
  more:
    - set: {x: 1}
";
    let (program, mut state) = started(flow, &host);
    let outcome = std::thread::scope(|scope| {
        scope.spawn(|| host.services.cancel());
        state.run(&program, &host, &Limits::default())
    });
    assert!(matches!(outcome, Outcome::Cancelled));
    assert!(!host.take().iter().any(|line| line.contains("never\"")));
}

#[test]
fn arguments_see_each_other_and_what_the_process_has() {
    let host = TestHost::new();
    let project = host::project(
        "configuration:
  arguments:
    a: \"${b} of ${txId}\"
    b: \"x\"
    m.k: 1
    m.l: \"${m.k + 1}\"
  out: [a, m.k, nope]
flows:
  default:
    - log: \"${a} ${m} ${allVariables().keySet()}\"
",
    );
    let program = compile(&project);
    let arguments = project.definition.configuration.as_ref().and_then(|c| c.arguments.clone());
    let variables = vec![(Arc::from("txId"), Value::from("id"))];
    let start = Start { arguments, variables, ..Start::default() };
    let mut state = State::start(&program, start, &host, &Limits::default()).unwrap_or_else(|_| panic!("starts"));
    assert!(matches!(state.run(&program, &host, &Limits::default()), Outcome::Finished));
    assert_eq!(host.take(), ["log x of id {k=1, l=2} [a, b, m.k, m.l, txId, m]"]);
    assert_eq!(Value::Map(state.out(&program)).to_text().as_str(), "{a=x of id, m.k=1}");
}

#[test]
fn what_cannot_start_says_so() {
    let host = TestHost::new();
    let program = compile(&host::project("flows:\n  default:\n    - log: \"x\"\n"));
    let start = Start { entry_point: Some("nope".into()), ..Start::default() };
    let failure = State::start(&program, start, &host, &Limits::default()).err();
    assert!(failure.is_some());
    assert_eq!(host.take(), ["error - [0] Flow not found: nope"]);
}

#[test]
fn steps_are_told_when_asked_for() {
    let host = TestHost { steps: true, ..TestHost::new() };
    let flow = "flows:
  default:
    - call: sub
      error:
        - log: \"x\"
  sub:
    - name: \"named\"
      log: \"y\"
    - throw: \"z\"
";
    let (program, mut state) = started(flow, &host);
    state.run(&program, &host, &Limits::default());
    assert_eq!(
        host.take(),
        [
            "start call 3:7",
            "start log 8:7",
            "log <named> y",
            "end log 8:7",
            "start throw 9:7",
            "end throw 9:7 failed",
            "error 9:7 [0] z < 3:7 [0] sub",
            "end call 3:7 failed",
            "start log 5:11",
            "log x",
            "end log 5:11",
        ]
    );
}

#[test]
fn a_checkpoint_holds_all_threads_and_can_be_gone_on_with() {
    let host = TestHost { checkpoints: Some(Mutex::default()), ..TestHost::new() };
    let flow = "flows:
  default:
    - set: {l: []}
    - parallel:
        - block:
            - ${l.add('one')}
            - ${gate.open('one')}
        - block:
            - ${gate.pass('one')}
            - checkpoint: \"cp ${l.size()}\"
            - ${l.add('two')}
    - log: \"${l}\"
";
    let (program, mut state) = started(flow, &host);
    assert!(matches!(state.run(&program, &host, &Limits::default()), Outcome::Finished));
    assert_eq!(host.take(), ["checkpoint cp 1", "log [one, two]"]);
    let (name, stored) = host.checkpoints.as_ref().and_then(|kept| kept.lock().pop()).unwrap_or_else(|| panic!("kept"));
    assert_eq!(name, "cp 1");
    let mut again = State::from_stored(&program, stored, &|_, _| None).unwrap_or_else(|error| panic!("{error}"));
    assert!(matches!(again.run(&program, &host, &Limits::default()), Outcome::Finished));
    assert_eq!(host.take(), ["log [one, two]"]);
}

#[test]
fn from_every_checkpoint_the_rest_runs_the_same() {
    let host = TestHost { checkpoints: Some(Mutex::default()), ..TestHost::new() };
    let flow = "flows:
  default:
    - set: {shared: [], same: \"${shared}\"}
    - checkpoint: \"at the start\"
    - call: sub
      in: {n: \"${item.key}\"}
      out: r
      loop: {items: {a: 1, b: 2}}
    - log: \"${r} ${shared}\"
    - try:
        - checkpoint: \"in a try\"
        - throw: {why: [1]}
      error:
        - checkpoint: \"in a handler\"
        - log: \"${lastError.message} ${lastError.payload}\"
    - call: flaky
      retry: {times: 2, delay: 0}
      error:
        - log: \"${lastError.message}\"
    - block:
        - set: {v: \"${item * 2}\"}
        - checkpoint: \"parallel ${item}\"
        - log: \"${v}\"
      out: v
      loop: {items: [1, 2, 3], mode: parallel, parallelism: 1}
    - log: \"${v} ${shared}\"
  sub:
    - if: ${true}
      then:
        - checkpoint: \"sub ${n}\"
        - ${shared.add(n)}
    - set: {r: \"${n}!\"}
    - log: \"${r}\"
  flaky:
    - checkpoint: \"attempt ${__retry_attemptNo}\"
    - ${shared.add(__retry_attemptNo)}
    - throw: \"attempt ${__retry_attemptNo}\"
";
    let (program, mut state) = started(flow, &host);
    assert!(matches!(state.run(&program, &host, &Limits::default()), Outcome::Finished));
    let all = host.take();
    let kept = host.checkpoints.as_ref().map(|kept| std::mem::take(&mut *kept.lock())).unwrap_or_default();
    assert_eq!(kept.len(), 11);
    for (name, stored) in kept {
        let text = serde_json::to_string(&stored).unwrap_or_else(|error| panic!("{error}"));
        let stored = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
        let mut again = State::from_stored(&program, stored, &|_, _| None).unwrap_or_else(|error| panic!("{error}"));
        assert!(matches!(again.run(&program, &host, &Limits::default()), Outcome::Finished), "{name}");
        let rest = host.take();
        let from = all.iter().position(|line| *line == format!("checkpoint {name}")).map_or(0, |at| at + 1);
        assert_eq!(rest, all[from..], "{name}");
    }
}

#[test]
fn a_state_of_another_version_is_refused() {
    let host = TestHost::new();
    let (program, state) = started("flows:\n  default:\n    - log: \"x\"\n", &host);
    let stored = serde_json::to_value(state.to_stored(&program).unwrap_or_else(|error| panic!("{error}")));
    let mut stored = stored.unwrap_or_else(|error| panic!("{error}"));
    stored["version"] = 99.into();
    let stored = serde_json::from_value(stored).unwrap_or_else(|error| panic!("{error}"));
    let error = State::from_stored(&program, stored, &|_, _| None).err().map(|error| error.to_string());
    assert!(error.is_some_and(|error| error.contains("version 99")));
}

#[test]
fn what_waits_for_a_time_goes_on_when_it_has_come() {
    let host = TestHost::new();
    let now = host.services.now_millis();
    let flow = "flows:
  default:
    - parallel:
        - block:
            - task: nap
              in: {until: \"${now + 20}\"}
            - log: \"late\"
        - block:
            - task: nap
              in: {until: \"${now + 10}\"}
            - log: \"early\"
        - suspend: ev
    - log: \"end\"
";
    let program = compile(&host::project(flow));
    let start = Start { variables: vec![("now".into(), Value::Long(now))], ..Start::default() };
    let mut state = State::start(&program, start, &host, &Limits::default()).ok().unwrap();
    let run = |state: &mut State| state.run(&program, &host, &Limits::default());
    assert!(matches!(run(&mut state), Outcome::Suspended));
    host.take();
    assert_eq!(state.next_wake(), Some(now + 10));
    assert!(!state.wake(now + 9));
    // A stored state knows the times.
    let stored = state.to_stored(&program).unwrap();
    let mut state = State::from_stored(&program, stored, &|_, _| None).unwrap();
    assert!(state.wake(now + 15));
    assert!(matches!(run(&mut state), Outcome::Suspended));
    assert_eq!(host.take(), ["log early"]);
    assert_eq!(state.next_wake(), Some(now + 20));
    assert!(state.wake(now + 30) && !state.wake(now + 30));
    assert!(matches!(run(&mut state), Outcome::Suspended));
    assert_eq!((host.take(), state.next_wake()), (vec!["log late".to_owned()], None));
    assert!(state.resume("ev", &Map::linked()));
    assert!(matches!(run(&mut state), Outcome::Finished));
    assert_eq!(host.take(), ["log end"]);
}

#[test]
fn a_flow_that_a_task_runs_waits_where_it_is() {
    let host = TestHost::new();
    let now = host.services.now_millis();
    let flow = "flows:
  default:
    - log: \"${flows.run('inner').x}\"
  inner:
    - task: nap
      in: {until: \"${later}\"}
    - set: {x: 5}
";
    let program = compile(&host::project(flow));
    let start = Start { variables: vec![("later".into(), Value::Long(now + 5000))], ..Start::default() };
    let mut state = State::start(&program, start, &host, &Limits::default()).ok().unwrap();
    assert!(matches!(state.run(&program, &host, &Limits::default()), Outcome::Finished));
    assert_eq!(host.take().last().unwrap(), "log 5");
    assert_eq!(host.services.now_millis(), now + 5000);
}
