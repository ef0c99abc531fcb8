//! `concordSecrets` over the store and over a plain folder, from a flow to the file.

use std::sync::Arc;

use parking_lot::Mutex;

use super::SecretSources;
use crate::{Home, LoadOptions, LogEntry, LogSink, ProcessState, Runtime};

/// The log, errors left out.
#[derive(Default)]
struct Lines(Mutex<Vec<String>>);

impl LogSink for Lines {
    fn take(&self, entry: &LogEntry) {
        if let LogEntry::Log { message, .. } = entry {
            self.0.lock().push(message.to_string());
        }
    }
}

const FLOW: &str = r#"
flows:
  default:
    - task: concordSecrets
      in: {action: CREATE, name: token, data: "first-value-1", storePassword: "Dingo1234"}
      out: r
    - log: "create ${r.status}"
    - task: concordSecrets
      in: {action: CREATE, name: token, data: "x", ignoreErrors: true}
      out: r
    - log: "again ${r.ok} ${r.status}"
    - task: concordSecrets
      in: {name: token, storePassword: "Wrong1234", ignoreErrors: true}
      out: r
    - log: "wrong password ${r.status}"
    - task: concordSecrets
      in: {name: token, storePassword: "Dingo1234"}
      out: r
    - log: "get ${r.ok} ${r.data} ${r.data == 'first-value-1'}"
    - task: concordSecrets
      in: {action: UPDATE, name: token, storePassword: "Dingo1234", newStorePassword: "Tapir1234", data: "second-value-2"}
    - log: "update ${crypto.exportAsString(null, 'token', 'Tapir1234') == 'second-value-2'}"
    - task: concordSecrets
      in: {action: VALIDATE, name: token}
      out: r
    - log: "validate ${r.ok} ${r.status}"
    - task: concordSecrets
      in: {action: DELETE, name: token}
      out: r
    - log: "delete ${r.status}"
    - task: concordSecrets
      in: {action: DELETE, name: token, ignoreErrors: true}
      out: r
    - log: "again ${r.status}"
"#;

fn run(flow: &str, options: impl FnOnce(&std::path::Path) -> LoadOptions) -> (ProcessState, Vec<String>) {
    let dir = tempfile::tempdir().unwrap();
    let project = dir.path().join("p");
    std::fs::create_dir(&project).unwrap();
    std::fs::write(project.join("concord.yml"), flow).unwrap();
    let log = Arc::new(Lines::default());
    let home = Home::at(dir.path().join("home"), None);
    let runtime = Runtime::builder().home(home).log(log.clone()).build().unwrap();
    let status = runtime.load(&project, &options(dir.path())).unwrap().run();
    let lines = log.0.lock().clone();
    (status.state, lines)
}

#[test]
fn secrets_of_the_store_are_made_changed_and_deleted() {
    let (state, log) = run(FLOW, |_| LoadOptions::default());
    assert_eq!(
        log,
        [
            "create OK",
            "again false INVALID_REQUEST",
            "wrong password INVALID_REQUEST",
            "get true ****** true",
            "update true",
            "validate false INVALID_REQUEST",
            "delete OK",
            "again NOT_FOUND"
        ]
    );
    assert_eq!(state, ProcessState::Finished);
}

#[test]
fn nothing_happens_in_a_dry_run() {
    let flow = "
flows:
  default:
    - task: concordSecrets
      in: {action: CREATE, name: token, data: some-value-1}
      out: r
    - task: concordSecrets
      in: {action: VALIDATE, name: token}
      out: v
    - log: '${r.status} ${v.status}'
";
    let (state, log) = run(flow, |_| LoadOptions { dry_run: true, ..LoadOptions::default() });
    assert_eq!(log, ["Running in dry-run mode: Skipping creating secret 'token'", "OK NOT_FOUND"]);
    assert_eq!(state, ProcessState::Finished);
}

#[test]
fn a_plain_folder_is_changed_too() {
    let flow = "
flows:
  default:
    - task: concordSecrets
      in: {action: UPDATE, name: token, data: second-value}
    - log: \"${crypto.exportAsString(null, 'token', null) == 'second-value'}\"
    - task: concordSecrets
      in: {action: DELETE, name: token}
    - task: concordSecrets
      in: {action: VALIDATE, name: token}
      out: r
    - log: ${r.status}
";
    let (state, log) = run(flow, |place| {
        let folder = place.join("secrets");
        std::fs::create_dir_all(folder.join("Default")).unwrap();
        std::fs::write(folder.join("Default/token"), "first-value").unwrap();
        let secrets = SecretSources { secret_dir: Some(folder), ..SecretSources::default() };
        LoadOptions { secrets, ..LoadOptions::default() }
    });
    assert_eq!(log, ["true", "NOT_FOUND"]);
    assert_eq!(state, ProcessState::Finished);
}
