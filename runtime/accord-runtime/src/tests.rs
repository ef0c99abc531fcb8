//! Processes from their project to their end, in a home of their own.

mod ending;
mod suspension;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use crate::{Error, Home, LoadOptions, LogEntry, LogSink, ProcessState, ProcessStatus, Runtime, SecretSources};

/// Each entry as a line: the message, `E MESSAGE`, or `N MESSAGE`.
#[derive(Default)]
struct Lines(Mutex<Vec<String>>);

impl LogSink for Lines {
    fn take(&self, entry: &LogEntry) {
        self.0.lock().push(match entry {
            LogEntry::Log { message, .. } => message.to_string(),
            LogEntry::Error { message, .. } => format!("E {message}"),
            LogEntry::Notice { message, .. } => format!("N {message}"),
            LogEntry::Step { kind, .. } => format!("S {kind}"),
            LogEntry::Branch { branch, .. } => format!("B {branch}"),
            _ => return,
        });
    }
}

struct Place {
    dir: tempfile::TempDir,
    log: Arc<Lines>,
    runtime: Runtime,
}

impl Place {
    /// A place with the files given as `(path, text)`; the project is `p/`, Concord's folder `concord/`.
    fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let log = Arc::new(Lines::default());
        let home = Home::at(dir.path().join("home"), Some(dir.path().join("concord")));
        let runtime = Runtime::builder().home(home).log(log.clone()).build().unwrap();
        Self { dir, log, runtime }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn run(&self, options: &LoadOptions) -> ProcessStatus {
        self.runtime.load(self.path("p"), options).unwrap().run()
    }

    fn log(&self) -> Vec<String> {
        self.log.0.lock().iter().filter(|line| !line.starts_with("N Made a new secret store")).cloned().collect()
    }

    /// Everything below the place that holds the text, in a file's content or name.
    fn holding(&self, text: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut open = vec![self.dir.path().to_path_buf()];
        while let Some(dir) = open.pop() {
            for entry in fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path.clone());
                }
                let content = fs::read(&path).unwrap_or_default();
                if content.windows(text.len()).any(|window| window == text.as_bytes()) {
                    found.push(path);
                }
            }
        }
        found
    }
}

const SECRET: &str = "s3cr3t-v4lue";

fn flow(text: &str) -> String {
    let steps: String = text.lines().map(|line| format!("    {line}\n")).collect();
    format!("flows:\n  default:\n{steps}")
}

#[test]
fn a_process_has_its_variables_and_gives_back_what_it_names() {
    let text = format!(
        "configuration:\n  out: [x, a.b]\n  arguments: {{a: {{b: 1}}}}\n{}",
        flow("- set: {x: \"${a.b + 1}\"}\n- log: \"${v} ${workDir}\"")
    );
    let place = Place::new(&[("p/concord.yml", &text)]);
    let options = LoadOptions {
        variables: vec![("v".into(), "${a.b}".into()), ("a.b".into(), "7".into())],
        ..LoadOptions::default()
    };
    let status = place.run(&options);
    assert_eq!(status.state, ProcessState::Finished);
    assert_eq!(serde_json::Value::from(status.out).to_string(), "{\"x\":8,\"a.b\":\"7\"}");
    assert_eq!(place.log(), [format!("7 {}", place.path("p/target").display())]);
}

#[test]
fn secrets_of_a_plain_folder_are_masked_and_warned_of_once() {
    let text = flow(
        "- log: \"a ${crypto.exportAsString('org', 'name', null)} b\"\n- log: \"${crypto.exportAsString('org', 'name', null).toUpperCase()}\"",
    );
    let place = Place::new(&[("p/concord.yml", &text), ("concord/secrets/org/name", SECRET)]);
    assert_eq!(place.run(&LoadOptions::default()).state, ProcessState::Finished);
    let log = place.log();
    assert_eq!(log.len(), 3, "{log:?}");
    assert!(
        log[0].starts_with("N the secret org/name comes from") && log[0].contains("accord secret import"),
        "{}",
        log[0]
    );
    assert_eq!(log[1..], ["a ****** b", "******"]);
    assert_eq!(place.holding(SECRET), [place.path("concord/secrets/org/name")]);
}

#[test]
fn what_the_command_line_names_is_used_alone() {
    let text = flow("- log: \"${crypto.exportAsString('org', 'name', null).length()}\"");
    let files = [("p/concord.yml", text.as_str()), ("concord/secrets/org/name", SECRET), ("mine/org/other", "x")];
    let place = Place::new(&files);
    let secrets = SecretSources { secret_dir: Some(place.path("mine")), ..SecretSources::default() };
    let status = place.run(&LoadOptions { secrets, ..LoadOptions::default() });
    assert_eq!(status.state, ProcessState::Failed);
    let error = status.error.unwrap().to_string();
    assert!(error.contains("Secret not found: org/name") && error.contains("mine"), "{error}");
}

#[test]
fn out_variables_with_a_secret_are_refused() {
    let text = format!(
        "configuration:\n  out: [x, y]\n{}",
        flow("- set: {x: {k: [\"${crypto.exportAsString('org', 'name', null)}\"]}, y: 1}")
    );
    let place = Place::new(&[("p/concord.yml", &text), ("concord/secrets/org/name", SECRET)]);
    let status = place.run(&LoadOptions::default());
    assert_eq!(status.state, ProcessState::Failed);
    assert!(status.out.is_empty());
    assert!(status.error.unwrap().as_str().contains("configuration.out names x"));
}

#[test]
fn exported_files_are_there_for_the_flow_and_gone_afterwards() {
    let steps = "- set: {f: \"${crypto.exportAsFile('org', 'name', null)}\", g: \"${crypto.exportAsFile('my/dir', 'org', 'name', null)}\"}\n\
                 - log: \"${files.exists(f)} ${files.exists(g)}\"\n";
    for (last, state) in [("- exit", ProcessState::Finished), ("- throw: \"oops\"", ProcessState::Failed)] {
        let place =
            Place::new(&[("p/concord.yml", &flow(&format!("{steps}{last}"))), ("concord/secrets/org/name", SECRET)]);
        assert_eq!(place.run(&LoadOptions::default()).state, state);
        assert!(place.log().contains(&"true true".to_owned()), "{:?}", place.log());
        assert_eq!(place.holding(SECRET), [place.path("concord/secrets/org/name")]);
        assert_eq!(fs::read_dir(place.path("home/exports")).unwrap().count(), 0);
    }
}

#[test]
fn a_failed_process_runs_its_handler_and_leaves_its_error() {
    let text = format!(
        "{}  onFailure:\n    - log: \"handled\"\n",
        flow("- throw: \"with ${crypto.exportAsString('org', 'name', null)}\"")
    );
    let place = Place::new(&[("p/concord.yml", &text), ("concord/secrets/org/name", SECRET)]);
    let status = place.run(&LoadOptions::default());
    assert_eq!(status.error.unwrap().as_str(), "with ******");
    assert_eq!(place.log()[1..], ["E with ******", "handled"]);
    let left = fs::read_to_string(place.path("p/target/_attachments/out.json")).unwrap();
    assert_eq!(left, "{\"lastError\":{\"@id\":1,\"message\":\"with ******\"}}");
}

#[test]
fn a_process_can_be_cancelled_and_runs_out_of_time() {
    let place = Place::new(&[("p/concord.yml", &flow("- ${sleep.ms(3600000)}"))]);
    let process = place.runtime.load(place.path("p"), &LoadOptions::default()).unwrap();
    let token = process.cancel_token();
    let running = std::thread::spawn(move || process.run());
    token.cancel();
    assert_eq!(running.join().unwrap().state, ProcessState::Cancelled);

    let text = format!(
        "configuration:\n  processTimeout: PT0.01S\n{}  onTimeout:\n    - log: \"late\"\n",
        flow("- ${sleep.ms(3600000)}")
    );
    let place = Place::new(&[("p/concord.yml", &text)]);
    assert_eq!(place.run(&LoadOptions::default()).state, ProcessState::TimedOut);
    assert_eq!(place.log(), ["late"]);
}

#[test]
fn every_mistake_of_every_file_is_reported_the_root_first() {
    let place = Place::new(&[
        ("p/concord.yml", "flows:\n  default:\n    - lag: 1\n    - lug: 1\n"),
        ("p/concord/a.concord.yml", "flows:\n  a:\n    - log: 1\n  b: 5\n"),
    ]);
    let Err(Error::Load(error)) = place.runtime.load(place.path("p"), &LoadOptions::default()) else {
        panic!("it loads")
    };
    let place_of = |found: &accord_syntax::Diagnostic| {
        let place = error.sources.place(found.span.unwrap()).unwrap();
        format!("{}:{}", place.file, place.line)
    };
    let places: Vec<String> = error.diagnostics.iter().map(place_of).collect();
    assert_eq!(places, ["concord.yml:3", "concord.yml:4", "concord/a.concord.yml:4"]);
}

#[test]
fn a_project_that_is_none_is_said_so() {
    let place = Place::new(&[("p/readme.txt", "x"), ("q/concord.yml", "---\n~\n")]);
    for dir in ["p", "q"] {
        let error = place.runtime.load(place.path(dir), &LoadOptions::default()).err().unwrap();
        assert!(error.to_string().contains("no Concord file"), "{error}");
    }
    assert!(place.runtime.load(place.path("none"), &LoadOptions::default()).is_err());
    assert_eq!(place.runtime.lint(place.path("p"), &crate::LintOptions::default()).unwrap().diagnostics.len(), 1);
}

#[test]
fn imports_are_copied_and_may_replace_the_root() {
    let root = "imports:\n  - dir: {src: lib, dest: .}\nflows:\n  default:\n    - log: \"old\"\n";
    let place =
        Place::new(&[("p/concord.yml", root), ("p/lib/concord.yml", "flows:\n  default:\n    - log: \"new\"\n")]);
    assert_eq!(place.run(&LoadOptions::default()).state, ProcessState::Finished);
    assert_eq!(place.log(), ["new"]);
    for import in [
        "- dir: {src: /nonexistent}",
        "- dir: {src: lib, dest: ../../x}",
        "- git: {url: \"https://x\"}",
        "- dir: {src: .}",
    ] {
        let place =
            Place::new(&[("p/concord.yml", &format!("imports:\n  {import}\n{}", flow("- exit"))), ("p/lib/a", "")]);
        let error = place.runtime.load(place.path("p"), &LoadOptions::default()).err().unwrap();
        assert!(error.to_string().contains("cannot import"), "{import}: {error}");
    }
}

#[test]
fn a_single_file_is_reported_under_both_of_its_names() {
    let place = Place::new(&[("p/my.yml", "flows:\n  default:\n    - lag: 1\n")]);
    let Err(Error::Load(error)) = place.runtime.load(place.path("p/my.yml"), &LoadOptions::default()) else {
        panic!("it loads")
    };
    let source = error.sources.get(error.diagnostics[0].span.unwrap().file).unwrap();
    assert_eq!(&**source.name(), "concord.yml");
    assert!(Path::new(&**source.path()).ends_with("p/my.yml"));
}

const FORM: &str = "flows:\n  default:\n    - set: {s: \"${crypto.exportAsString('org', 'name', null)}\"}\n    - form: ask\n    - log: \
                    \"${ask.name} ${v} ${s}\"\n    - suspend: ev\n    - log: \"${x} s3cr3t-v4lue\"\nforms:\n  ask:\n    - name: {type: \
                    string}\n";

impl Place {
    fn suspended(&self) -> Result<crate::Suspended, Error> {
        self.runtime.suspended(self.path("p"), &SecretSources::default())
    }

    fn answer(&self, values: &[(&str, &str)]) -> ProcessStatus {
        let suspended = self.suspended().unwrap();
        let event = suspended.pending()[0].event.clone();
        let map = crate::Map::linked();
        values.iter().for_each(|(key, value)| crate::put_input(&map, key, value).unwrap());
        suspended.answer(&event, &map).map_err(|(_, refused)| refused).unwrap().run()
    }
}

#[test]
fn a_suspended_process_goes_on_as_it_was_started() {
    let place = Place::new(&[("p/concord.yml", FORM), ("concord/secrets/org/name", SECRET)]);
    let options = LoadOptions { variables: vec![("v".into(), "given".into())], ..LoadOptions::default() };
    let status = place.run(&options);
    assert_eq!(status.state, ProcessState::Suspended);
    assert_eq!(&*status.forms[0].0, "ask");
    assert_eq!(place.holding(SECRET).len(), 3, "the folder, and the flow that quotes it: {:?}", place.holding(SECRET));
    // What happens to the files meanwhile does not matter.
    fs::write(place.path("p/concord.yml"), "flows: {default: [exit]}").unwrap();
    fs::write(place.path("p/target/concord.yml"), "flows: {default: [exit]}").unwrap();

    let suspended = place.suspended().unwrap();
    assert!(matches!(suspended.fields("nope"), Err(crate::Refused::UnknownEvent)));
    let event = suspended.pending()[0].event.clone();
    assert_eq!(suspended.fields(&event).unwrap().unwrap()[0].type_name(), "string");
    let Err((suspended, refused)) = suspended.answer(&event, &crate::Map::linked()) else { panic!("it was taken") };
    assert!(matches!(refused, crate::Refused::Invalid(messages) if messages.len() == 1));
    drop(suspended);

    let status = place.answer(&[("ask.name", "Ann"), ("other", "1")]);
    assert_eq!((status.state, status.events.len()), (ProcessState::Suspended, 1));
    assert_eq!(place.answer(&[("x", "'1'")]).state, ProcessState::Finished);
    assert_eq!(place.log()[1..], ["Ann given ******", "1 ******"]);
    assert!(place.suspended().is_err());
    assert!(!place.path("p/target/_attachments").exists());
}

#[test]
fn a_new_run_drops_what_was_suspended() {
    let text = flow("- if: ${wait == 'yes'}\n  then:\n    - suspend: ev\n- exit");
    let place = Place::new(&[("p/concord.yml", &text)]);
    let with = |wait: &str| LoadOptions { variables: vec![("wait".into(), wait.into())], ..LoadOptions::default() };
    assert_eq!(place.run(&with("yes")).state, ProcessState::Suspended);
    assert_eq!(place.run(&with("no")).state, ProcessState::Finished);
    assert!(place.suspended().is_err());
}

#[test]
fn a_state_that_is_damaged_or_of_another_installation_is_refused() {
    let state = |place: &Place, name: &str| place.path("p/target/_attachments/_state").join(name);
    for name in ["instance", "_cliResume.json", "_suspend"] {
        let place = Place::new(&[("p/concord.yml", &flow("- suspend: ev"))]);
        place.run(&LoadOptions::default());
        fs::remove_file(state(&place, name)).unwrap();
        assert!(place.suspended().is_err(), "{name}");
    }
    let place = Place::new(&[("p/concord.yml", &flow("- suspend: ev"))]);
    place.run(&LoadOptions::default());
    let mut sealed = fs::read(state(&place, "instance")).unwrap();
    let middle = sealed.len() / 2;
    sealed[middle] ^= 1;
    fs::write(state(&place, "instance"), &sealed).unwrap();
    assert!(place.suspended().is_err());
    sealed[middle] ^= 1;
    fs::write(state(&place, "instance"), &sealed).unwrap();
    assert!(place.suspended().is_ok());
    fs::remove_dir_all(place.path("home")).unwrap();
    assert!(place.suspended().is_err());
}

#[test]
fn a_process_that_fails_after_a_resume_can_be_resumed_again() {
    let place = Place::new(&[("p/concord.yml", &flow("- suspend: ev\n- throw: \"boom\""))]);
    assert_eq!(place.run(&LoadOptions::default()).state, ProcessState::Suspended);
    for _ in 0..2 {
        assert_eq!(place.answer(&[]).state, ProcessState::Failed);
    }
    assert_eq!(place.log(), ["E boom", "E boom"]);
}

#[test]
fn a_process_runs_on_from_a_checkpoint() {
    let steps = "- set: {n: 1}\n- checkpoint: \"one-${n}\"\n- set: {n: 2}\n- log: \"${n} ${v}\"";
    let place = Place::new(&[("p/concord.yml", &flow(steps))]);
    let options = LoadOptions { variables: vec![("v".into(), "x".into())], ..LoadOptions::default() };
    assert_eq!(place.run(&options).state, ProcessState::Finished);
    fs::remove_file(place.path("p/target/concord.yml")).unwrap();
    let at = |name: &str| place.runtime.checkpoint(place.path("p"), name, &SecretSources::default());
    for _ in 0..2 {
        assert_eq!(at("one-1").unwrap().run().state, ProcessState::Finished);
    }
    assert!(at("two").is_err());
    assert_eq!(place.log(), ["2 x", "2 x", "2 x"]);

    let ignoring = LoadOptions { ignore_checkpoints: true, ..options };
    fs::write(place.path("p/concord.yml"), flow(steps)).unwrap();
    assert_eq!(place.run(&ignoring).state, ProcessState::Finished);
    assert!(at("one-1").is_err(), "a new run drops the checkpoints of the one before");
}
