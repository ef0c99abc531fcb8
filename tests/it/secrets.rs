//! The store through the command: what is wrong is refused in words, and never answered with wrong data.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use accord_tests::binary;

const VALUE: &str = "the only right answer";

struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Home {
        let home = Home(tempfile::tempdir().expect("a folder"));
        home.done(&["secret", "create", "value", "--file", "-"], VALUE);
        home
    }

    fn store(&self) -> PathBuf {
        self.0.path().join(".local/share/accord")
    }

    fn accord(&self, args: &[&str], input: &str) -> Output {
        let mut command = binary::command(self.0.path());
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command starts");
        child.stdin.take().expect("its input").write_all(input.as_bytes()).expect("its input is read");
        child.wait_with_output().expect("the command ends")
    }

    fn done(&self, args: &[&str], input: &str) {
        let output = self.accord(args, input);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// That a command leaves nothing in the write-ahead log: it would be written over a change made to the file.
    fn settled(&self) {
        let log = fs::metadata(self.store().join("store.db-wal"));
        assert!(log.is_err(), "commands write the log into the database as they end");
    }

    /// The right value, or an error in words: never anything else. Tells whether it was the value.
    fn value_or_error(&self, what: &str) -> bool {
        let output = self.accord(&["secret", "export", "value"], "");
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        if output.status.success() {
            assert_eq!(stdout.trim_end(), VALUE, "{what}");
            return true;
        }
        assert_eq!(stdout, "", "{what}");
        assert!(stderr.starts_with("error: ") && !stderr.contains("panicked"), "{what}: {stderr}");
        assert!(!stderr.contains(VALUE), "{what}: {stderr}");
        false
    }
}

fn database_files(store: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(store).expect("the store").flatten().map(|e| e.path());
    files.filter(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with("store.db"))).collect()
}

/// A byte in every part of the database file, each flipped alone.
#[test]
fn a_damaged_database_never_gives_wrong_data() {
    let home = Home::new();
    assert!(home.value_or_error("untouched"));
    home.settled();
    let intact: Vec<(PathBuf, Vec<u8>)> =
        database_files(&home.store()).into_iter().map(|p| (p.clone(), fs::read(&p).expect("the database"))).collect();
    let database = home.store().join("store.db");
    let bytes = fs::read(&database).expect("the database");
    let mut refused = 0;
    // an odd stride meets every page, and every kind of row, at another offset
    for at in (0..bytes.len()).step_by(bytes.len() / 150 + 1) {
        for path in database_files(&home.store()) {
            fs::remove_file(path).expect("the old database");
        }
        for (path, bytes) in &intact {
            fs::write(path, bytes).expect("the database");
        }
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        fs::write(&database, damaged).expect("the database");
        refused += usize::from(!home.value_or_error(&format!("byte {at} of {}", bytes.len())));
    }
    assert!(refused > 0, "no flipped byte was noticed");
}

#[test]
fn another_root_key_opens_nothing() {
    let (home, other) = (Home::new(), Home::new());
    fs::copy(other.store().join("keys"), home.store().join("keys")).expect("the other key");
    assert!(!home.value_or_error("another key"));
    fs::remove_file(home.store().join("keys")).expect("the key");
    assert!(!home.value_or_error("no key"));
}

#[test]
fn keys_that_others_may_read_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    fs::set_permissions(home.store().join("keys"), fs::Permissions::from_mode(0o644)).expect("the key");
    assert!(!home.value_or_error("a key that all may read"));
    fs::set_permissions(home.store().join("keys"), fs::Permissions::from_mode(0o600)).expect("the key");
    assert!(home.value_or_error("private again"));
}

#[test]
fn a_wrong_store_password_gives_nothing() {
    let home = Home::new();
    let [right, wrong] = ["Str0ngEnough", "Str0ngEnougj"].map(|text| {
        let file = home.0.path().join(text);
        fs::write(&file, text).expect("a file");
        file.display().to_string()
    });
    home.done(&["secret", "create", "locked", "--file", "-", "--password-file", &right], VALUE);
    let export = |file: &str| home.accord(&["secret", "export", "locked", "--password-file", file], "");
    assert_eq!(export(&right).stdout, VALUE.as_bytes());
    let refused = export(&wrong);
    assert_eq!((refused.status.code(), refused.stdout.as_slice()), (Some(1), &b""[..]));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("store password"));
}

#[test]
fn verify_tells_what_was_checked_and_every_problem() {
    let home = Home::new();
    let clean = home.accord(&["secret", "verify"], "");
    assert_eq!(clean.status.code(), Some(0));
    let text = String::from_utf8_lossy(&clean.stdout).into_owned();
    assert!(text.starts_with("Checked ") && text.ends_with("Everything is as it was written.\n"), "{text}");

    home.settled();

    // Somebody who may write the file makes the secret another's to read.
    let file = home.store().join("store.db");
    let mut bytes = fs::read(&file).expect("the database");
    let rows: Vec<usize> = bytes.windows(7).enumerate().filter(|(_, w)| *w == b"PRIVATE").map(|(at, _)| at).collect();
    for at in rows {
        bytes[at..at + 7].copy_from_slice(b"private");
    }
    fs::write(&file, bytes).expect("the database can be written");
    let damaged = home.accord(&["secret", "verify", "--format", "json"], "");
    assert_eq!(damaged.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&damaged.stdout).expect("JSON");
    assert_eq!(report["ok"], false);
    assert!(report["versions"] == 1 && report["records"].as_u64() >= Some(3), "{report}");
    let found = report["problems"].to_string();
    assert!(found.contains("secret 'value'") && found.contains("changed outside"), "{found}");
}
