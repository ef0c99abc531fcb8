//! Processes that are suspended: for a time, for a form, with locks, longer than they may.

use super::*;

impl Place {
    /// The sealed state on disk.
    fn instance(&self) -> PathBuf {
        self.path("p/target/_attachments/_state/instance")
    }

    /// Another project beside the first.
    fn run_at(&self, dir: &str) -> ProcessStatus {
        self.runtime.load(self.path(dir), &LoadOptions::default()).unwrap().run()
    }
}

#[test]
fn a_process_that_sleeps_is_kept_and_goes_on_by_itself() {
    let steps = "- set: {x: 1}\n- task: sleep\n  in: {suspend: true, duration: 1}\n- log: \"on ${x} ${files.exists('_attachments/_state/instance')}\"";
    let place = Place::new(&[("p/concord.yml", &flow(steps))]);
    assert_eq!(place.run(&LoadOptions::default()).state, ProcessState::Finished);
    let log = place.log();
    assert_eq!((log[0].as_str(), log[2].as_str()), ("Sleeping for 1000ms", "on 1 true"), "{log:?}");
    assert!(log[1].starts_with("N The process sleeps until 2") && log[1].ends_with('Z'), "{log:?}");
    assert!(!place.path("p/target/_attachments").exists());
}

#[test]
fn sleeping_branches_wake_one_after_the_other() {
    let steps = "- parallel:\n    - block:\n        - task: sleep\n          in: {suspend: true, duration: 2}\n        - log: \"two\"\n    \
                 - block:\n        - task: sleep\n          in: {suspend: true, duration: 1}\n        - log: \"one\"\n- log: \"end\"";
    let place = Place::new(&[("p/concord.yml", &flow(steps))]);
    assert_eq!(place.run(&LoadOptions::default()).state, ProcessState::Finished);
    let log: Vec<String> = place.log().into_iter().filter(|line| !line.contains("leep")).collect();
    assert_eq!(log, ["one", "two", "end"]);
}

#[test]
fn a_process_killed_in_its_sleep_is_resumed_and_sleeps_on() {
    let text = flow("- task: sleep\n  in: {suspend: true, until: \"2999-01-01T00:00:00Z\"}\n- log: \"on\"");
    let place = Place::new(&[("p/concord.yml", &text)]);
    let kept = place.path("kept");
    let sleep = |process: crate::Process, keep: bool| {
        let token = process.cancel_token();
        std::thread::scope(|scope| {
            let running = scope.spawn(move || process.run());
            while !place.log().iter().any(|line| line.starts_with("N The process sleeps until 2999-01-01T00:00:00")) {
                std::thread::yield_now();
            }
            if keep {
                fs::create_dir(&kept).unwrap();
                for entry in fs::read_dir(place.instance().parent().unwrap()).unwrap().flatten() {
                    fs::copy(entry.path(), kept.join(entry.file_name())).unwrap();
                }
            }
            token.cancel();
            running.join().unwrap()
        })
    };
    let process = place.runtime.load(place.path("p"), &LoadOptions::default()).unwrap();
    assert_eq!(sleep(process, true).state, ProcessState::Cancelled);
    assert!(place.suspended().is_err(), "it was cancelled");
    // As if it had been killed instead.
    let state = place.instance().parent().unwrap().to_path_buf();
    fs::create_dir_all(state.parent().unwrap()).unwrap();
    fs::rename(&kept, &state).unwrap();
    place.log.0.lock().clear();
    let suspended = place.suspended().unwrap();
    let event = suspended.pending()[0].event.clone();
    let process = suspended.answer(&event, &crate::Map::linked()).map_err(|(_, refused)| refused).unwrap();
    assert_eq!(sleep(process, false).state, ProcessState::Cancelled);
    assert!(!place.log().contains(&"on".to_owned()));
}

#[test]
fn a_form_beside_a_sleep_is_answered_first() {
    let steps = "- parallel:\n    - block:\n        - task: sleep\n          in: {suspend: true, duration: 1}\n        - log: \"slept\"\n    \
                 - block:\n        - form: ask\n          fields: [{name: {type: string}}]\n        - log: \"hello ${ask.name}\"";
    let place = Place::new(&[("p/concord.yml", &flow(steps))]);
    let status = place.run(&LoadOptions::default());
    assert_eq!((status.state, status.events.len(), status.forms.len()), (ProcessState::Suspended, 0, 1));
    assert_eq!(place.suspended().unwrap().pending().len(), 1);
    assert_eq!(place.answer(&[("name", "Ada")]).state, ProcessState::Finished);
    assert!(place.log().contains(&"hello Ada".to_owned()) && place.log().contains(&"slept".to_owned()));
}

#[test]
fn a_process_that_waits_too_long_times_out_whatever_it_is_answered() {
    let text = format!(
        "{}  onTimeout:\n    - log: \"late ${{x}}\"\nconfiguration:\n  suspendTimeout: \"PT0S\"\n",
        flow("- set: {x: 1}\n- suspend: ev\n- log: \"never\"")
    );
    let place = Place::new(&[("p/concord.yml", &text)]);
    assert_eq!(place.run(&LoadOptions::default()).state, ProcessState::Suspended);
    while !place.suspended().unwrap().is_overdue() {
        std::thread::yield_now();
    }
    let status = place.answer(&[]);
    assert_eq!(status.state, ProcessState::TimedOut);
    assert_eq!(status.error.unwrap().as_str(), "The process timed out: it waited longer than its suspendTimeout, PT0S");
    assert_eq!(place.log(), ["late 1"]);
    assert!(place.suspended().is_err(), "it is over");
}

#[test]
fn sleeping_is_no_running_but_waiting() {
    let with = |limit: &str| {
        let text = format!(
            "configuration:\n  {limit}\n{}",
            flow("- task: sleep\n  in: {suspend: true, duration: 1}\n- log: \"on\"")
        );
        let place = Place::new(&[("p/concord.yml", &text)]);
        place.run(&LoadOptions::default())
    };
    assert_eq!(with("processTimeout: PT0.7S").state, ProcessState::Finished);
    let status = with("suspendTimeout: PT0.1S");
    assert_eq!(status.state, ProcessState::TimedOut);
    assert!(status.error.unwrap().as_str().contains("suspendTimeout, PT0.1S"));
}

#[test]
fn a_suspended_process_keeps_its_locks() {
    let place = Place::new(&[
        (
            "p/concord.yml",
            &flow(
                "- task: lock\n  in: {name: l}\n- suspend: ev\n- log: \"first\"\n- task: unlock\n  in: {name: l}\n- suspend: ev2",
            ),
        ),
        (
            "q/concord.yml",
            &format!(
                "configuration:\n  suspendTimeout: PT0.2S\n{}",
                flow("- task: lock\n  in: {name: l}\n- log: \"second\"")
            ),
        ),
    ]);
    assert_eq!(place.run(&LoadOptions::default()).state, ProcessState::Suspended);
    let status = place.run_at("q");
    assert_eq!(status.state, ProcessState::TimedOut, "the lock is not free");
    assert!(status.error.unwrap().as_str().contains("suspendTimeout, PT0.2S"));
    assert_eq!(place.answer(&[]).state, ProcessState::Suspended);
    assert_eq!(place.run_at("q").state, ProcessState::Finished);
    // The resumed process has taken it again: what it gave back is free, though it waits once more.
    let log: Vec<String> = place.log().into_iter().filter(|line| !line.starts_with('N')).collect();
    assert_eq!(log, ["first", "second"]);
}

#[test]
fn a_lock_of_a_process_that_was_started_anew_is_free() {
    let steps = "- if: ${wait == 'yes'}\n  then:\n    - task: lock\n      in: {name: l}\n    - suspend: ev";
    let place =
        Place::new(&[("p/concord.yml", &flow(steps)), ("q/concord.yml", &flow("- task: lock\n  in: {name: l}"))]);
    let with = |wait: &str| LoadOptions { variables: vec![("wait".into(), wait.into())], ..LoadOptions::default() };
    assert_eq!(place.run(&with("yes")).state, ProcessState::Suspended);
    assert_eq!(place.run(&with("no")).state, ProcessState::Finished);
    assert_eq!(place.run_at("q").state, ProcessState::Finished);
}

const FORM: &str = "  ask:\n    - who: {type: string, value: \"${mine}\", label: Who}\n    - language: {type: \"string?\", allow: \
                    \"${locale.languages()}\"}\n    - pin: {type: string, inputType: password, pattern: \"[0-9]{4,}\"}\n";

#[test]
fn fields_are_evaluated_where_the_form_is_called() {
    let text = format!(
        "{}  inner:\n    - form: ask\n    - log: \"${{ask.who}} ${{ask.language}}\"\nforms:\n{FORM}",
        flow("- call: inner\n  in: {mine: \"of the call\"}")
    );
    let place = Place::new(&[("p/concord.yml", &text)]);
    assert_eq!(place.run(&LoadOptions::default()).state, ProcessState::Suspended);
    let suspended = place.suspended().unwrap();
    let event = suspended.pending()[0].event.clone();
    let refused = |values: &[(&str, &str)]| {
        let map = crate::Map::linked();
        values.iter().for_each(|(key, value)| crate::put_input(&map, key, value).unwrap());
        match place.suspended().unwrap().answer(&event, &map) {
            Err((_, crate::Refused::Invalid(messages))) => messages.join("; "),
            _ => panic!("it was taken"),
        }
    };
    drop(suspended);
    let message = refused(&[("language", "english"), ("pin", "'1234'")]);
    assert!(message.starts_with("language: value 'english' is not allowed, valid values: [aa, ab,"), "{message}");
    assert_eq!(refused(&[("pin", "1234")]), "pin: expected a text: put it in quotes, found ******");
    assert_eq!(refused(&[("pin", "s3cr3t")]), "pin: value '******' doesn't match pattern '[0-9]{4,}'");
    assert_eq!(place.answer(&[("language", "en"), ("pin", "'1234'")]).state, ProcessState::Finished);
    assert_eq!(place.log(), ["of the call en"]);
}

#[test]
fn a_forms_author_words_what_is_wrong_with_an_answer() {
    let fields = "[{a: {type: string, label: A}}, {b: {type: string}}, {n: {type: \"int?\", max: 5}}]";
    let place = Place::new(&[
        ("p/concord.yml", &flow(&format!("- form: f\n  fields: {fields}"))),
        (
            "p/forms/f/locale.properties",
            "invalidCardinality=Required field\na.invalidCardinality=Say who\nintegerRangeError=Less, please\n",
        ),
    ]);
    assert_eq!(place.run(&LoadOptions::default()).state, ProcessState::Suspended);
    let suspended = place.suspended().unwrap();
    let event = suspended.pending()[0].event.clone();
    let map = crate::Map::linked();
    crate::put_input(&map, "n", "7").unwrap();
    let Err((_, crate::Refused::Invalid(messages))) = suspended.answer(&event, &map) else { panic!("it was taken") };
    assert_eq!(messages, ["A: Say who", "b: Required field", "n: Less, please"]);
}

#[test]
fn a_form_that_makes_no_sense_is_an_error_of_its_step() {
    let steps = "- try:\n    - form: f\n      fields: \"${[{'x': {'type': 'text'}}]}\"\n  error:\n    - log: \"caught ${lastError.message}\"\n\
                 - form: f\n  fields: [{a: {type: string, value: \"${nope}\"}}]";
    let place = Place::new(&[("p/concord.yml", &flow(steps))]);
    assert_eq!(place.run(&LoadOptions::default()).state, ProcessState::Failed);
    let log = place.log();
    assert_eq!(log[1], "caught Invalid 'x' definition");
    assert!(log[2].contains("Can't find a variable 'nope'"), "{log:?}");
}

#[test]
fn a_password_is_a_secret_from_the_answer_on() {
    let text = format!(
        "configuration:\n  out: [copy]\n{}forms:\n  f:\n    - pin: {{type: string, inputType: password}}\n    - old: {{type: \"string+\", inputType: PASSWORD}}\n",
        flow(
            "- form: f\n- set: {copy: \"${f.pin}\"}\n- log: \"${f.pin.toUpperCase()} ${f.old} hunter2222\"\n- suspend: ev\n- log: \"${copy} hunter2222\""
        )
    );
    let place = Place::new(&[("p/concord.yml", &text)]);
    assert_eq!(place.run(&LoadOptions::default()).state, ProcessState::Suspended);
    assert_eq!(place.answer(&[("pin", "hunter2222"), ("old", "[rosebud1]")]).state, ProcessState::Suspended);
    assert!(place.holding("rosebud1").is_empty(), "{:?}", place.holding("rosebud1"));
    let status = place.answer(&[]);
    assert_eq!(place.log(), ["****** [******] ******", "****** ******"]);
    assert_eq!(status.state, ProcessState::Failed, "configuration.out names it");
}

#[test]
fn mocks_dates_and_entries_live_through_a_suspension() {
    let steps = "- set:\n    mocks:\n      - task: http\n        method: asString\n        args: [\"${mock.any()}\"]\n        result: \"mocked\"\n    \
                 when: \"${datetime.parse('2024-01-02', 'yyyy-MM-dd')}\"\n- call: each\n  loop: {items: {a: 1}}\n";
    let text = format!(
        "{}  each:\n    - suspend: ev\n    - log: \"${{http.asString('x')}} ${{datetime.format(when, 'yyyy')}} ${{item.key}}=${{item.value}}\"\n",
        flow(steps)
    );
    let place = Place::new(&[("p/concord.yml", &text)]);
    assert_eq!(place.run(&LoadOptions::default()).state, ProcessState::Suspended, "{:?}", place.log());
    assert_eq!(place.answer(&[]).state, ProcessState::Finished);
    assert_eq!(place.log().last().unwrap(), "mocked 2024 a=1");
}

#[test]
fn what_cannot_be_kept_is_said() {
    for value in ["[1].stream()", "x -> x", "verify.task('log', 1)"] {
        // Not in a variable, but in what a loop goes through.
        let steps = format!("- call: each\n  loop: {{items: \"${{[{value}]}}\"}}\n");
        let text = format!("{}  each:\n    - suspend: ev\n", flow(&steps));
        let place = Place::new(&[("p/concord.yml", &text)]);
        let status = place.run(&LoadOptions::default());
        assert_eq!(status.state, ProcessState::Failed, "{value}");
        let error = status.error.unwrap().to_string();
        assert!(error.contains("cannot be suspended") || error.contains("Can't"), "{value}: {error}");
    }
}

#[test]
fn a_checkpoint_restores_the_variables_of_its_moment_and_tells_its_name() {
    let steps = "- set: {n: 1, name: \"one\"}\n- checkpoint: \"${name}\"\n- log: \"${n} ${hasVariable('resumeEventName') ? resumeEventName : '-'}\"\n\
                 - set: {n: 2}\n- parallel:\n    - checkpoint: \"inside\"\n    - set: {m: 1}\n- log: \"after ${n}\"\n- throw: \"x\"";
    let place = Place::new(&[("p/concord.yml", &flow(steps))]);
    assert_eq!(place.run(&LoadOptions::default()).state, ProcessState::Failed);
    place.log.0.lock().clear();
    let at = |name: &str| place.runtime.checkpoint(place.path("p"), name, &SecretSources::default());
    assert_eq!(at("one").unwrap().run().state, ProcessState::Failed);
    assert_eq!(place.log(), ["1 one", "after 2", "E x"]);
    place.log.0.lock().clear();
    assert_eq!(at("inside").unwrap().run().state, ProcessState::Failed);
    assert_eq!(place.log(), ["after 2", "E x"]);
    let error = at("two").err().unwrap().to_string();
    assert!(error.contains("'two'") && error.contains("inside, one"), "{error}");
    let file = place.path("p/target/_attachments/_checkpoints/one/instance");
    let mut sealed = fs::read(&file).unwrap();
    let last = sealed.len() - 1;
    sealed[last] ^= 1;
    fs::write(&file, sealed).unwrap();
    assert!(at("one").is_err());
    // One checkpoint is not another.
    fs::copy(place.path("p/target/_attachments/_checkpoints/inside/instance"), &file).unwrap();
    assert!(at("one").err().unwrap().to_string().contains("put there from elsewhere"));
}

#[test]
fn names_of_checkpoints_are_those_that_concord_takes() {
    for (name, taken) in [("a1", true), ("1 _@.-~Z", true), ("x", false), (".a", false), ("a/b", false), ("!no", false)]
    {
        let place = Place::new(&[("p/concord.yml", &flow(&format!("- checkpoint: \"{name}\"")))]);
        let state = if taken { ProcessState::Finished } else { ProcessState::Failed };
        assert_eq!(place.run(&LoadOptions::default()).state, state, "{name}");
    }
}

#[test]
fn exported_files_are_gone_while_a_process_is_suspended() {
    let steps = "- set: {f: \"${crypto.exportAsFile('org', 'name', null)}\"}\n- log: \"${files.exists(f)}\"\n- checkpoint: \"cp\"\n- suspend: ev\n\
                 - log: \"${files.exists(f)}\"\n- log: \"${files.exists(crypto.exportAsFile('org', 'name', null))}\"";
    let place = Place::new(&[("p/concord.yml", &flow(steps)), ("concord/secrets/org/name", SECRET)]);
    assert_eq!(place.run(&LoadOptions::default()).state, ProcessState::Suspended);
    assert_eq!(place.holding(SECRET), [place.path("concord/secrets/org/name")]);
    assert_eq!(place.answer(&[]).state, ProcessState::Finished);
    let log: Vec<String> = place.log().into_iter().filter(|line| !line.starts_with('N')).collect();
    assert_eq!(log, ["true", "false", "true"]);
    assert_eq!(place.holding(SECRET), [place.path("concord/secrets/org/name")]);
}
