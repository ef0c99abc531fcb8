//! Rotation of keys, change of the root key, and the sources that it may come from.

use super::*;
use crate::{Target, ValueChange};

async fn keks(fx: &Fixture) -> Vec<(String, String)> {
    let mut read = fx.store.read().await.unwrap();
    let rows = read.keks().await.unwrap();
    read.finish().await.unwrap();
    rows.into_iter().map(|row| (row.id, row.state)).collect()
}

async fn rotate(fx: &Fixture) -> RotationReport {
    let permit = fx.permit(Operation::ManageKeys, Target::Installation).await;
    fx.store.rotate(&permit).await.unwrap()
}

/// A bit of everything that lies under a key.
async fn sample() -> (Fixture, crate::ProjectId, String) {
    let fx = Fixture::new().await;
    let project = fx.project("proj").await.id;
    fx.data("plain", "value").await;
    let gone = fx.data("gone", "value").await;
    fx.store.delete(&fx.permit(Operation::OwnSecret, gone).await).await.unwrap();
    let mut new = NewSecret::new("Default", "guarded", data("hidden"));
    new.store_password = StorePassword::Given("Correct1horse".into());
    fx.create(new).await;
    let id = fx.data("changed", "one").await;
    let permit = fx.permit(Operation::ChangeSecret, id).await;
    for value in ["two", "three"] {
        let change = ValueChange { value: Some(data(value)), ..ValueChange::default() };
        fx.store.change_value(&permit, change).await.unwrap();
    }
    fx.store.destroy_version(&fx.permit(Operation::OwnSecret, id).await, 1).await.unwrap();
    fx.repository(project, "repo", Some("plain")).await.unwrap();
    let encrypt = fx.permit(Operation::EncryptString, project).await;
    let sealed = fx.store.encrypt_string(&encrypt, &"text".into()).await.unwrap();
    (fx, project, sealed)
}

async fn all_open(fx: &Fixture, project: crate::ProjectId, sealed: &str) {
    assert_eq!(fx.read("plain").await.unwrap(), "value");
    assert_eq!(fx.read("changed").await.unwrap(), "three");
    let password = SecretString::from("Correct1horse");
    let value = fx.store.read_value(&fx.admin, "Default", "guarded", Some(&password)).await;
    assert_eq!(text(value).unwrap(), "hidden");
    let inside = fx.admin.clone().in_process("p", Some(project));
    let decrypt = fx.store.permit(&inside, Operation::DecryptString, project).await.unwrap();
    assert_eq!(fx.store.decrypt_string(&decrypt, sealed).await.unwrap().expose(), "text");
    fx.assert_clean().await;
}

#[tokio::test]
async fn everything_comes_under_a_new_key_and_the_old_one_goes() {
    let (mut fx, project, sealed) = sample().await;
    let before = keks(&fx).await;
    let mut read = fx.store.read().await.unwrap();
    let id = fx.entry("plain").await.id.to_string();
    let old = read.secret_version(&id, 1).await.unwrap().unwrap();
    read.finish().await.unwrap();
    let report = rotate(&fx).await;
    assert!(!report.resumed && report.damaged.is_empty() && report.kept == 0 && report.dropped == 1, "{report:?}");
    let after = keks(&fx).await;
    assert_eq!((after.len(), after[0].1.as_str()), (1, "CURRENT"));
    assert_ne!(before[0].0, after[0].0);
    let mut read = fx.store.read().await.unwrap();
    let new = read.secret_version(&id, 1).await.unwrap().unwrap();
    read.finish().await.unwrap();
    assert_eq!(new.payload, old.payload, "values are not touched");
    assert_ne!(new.wrapped_key, old.wrapped_key);
    all_open(&fx, project, &sealed).await;
    fx.reopen().await;
    all_open(&fx, project, &sealed).await;
    rotate(&fx).await;
    fx.reopen().await;
    all_open(&fx, project, &sealed).await;
}

/// Other programs have the store open: they follow, and write under the new key.
#[tokio::test]
async fn others_go_on_while_keys_change() {
    let (fx, project, sealed) = sample().await;
    let other = fx.again().await.unwrap();
    rotate(&fx).await;
    assert_eq!(text(other.read_value(&fx.admin, "Default", "plain", None).await).unwrap(), "value");
    other.create_secret(&fx.admin, NewSecret::new("Default", "late", data("late"))).await.unwrap();
    rotate(&fx).await;
    other.create_secret(&fx.admin, NewSecret::new("Default", "later", data("later"))).await.unwrap();
    assert_eq!(fx.read("later").await.unwrap(), "later");
    assert_eq!(keks(&fx).await.len(), 1, "nothing was written under a key that had gone");
    all_open(&fx, project, &sealed).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn clients_write_while_keys_change() {
    let fx = std::sync::Arc::new(Fixture::new().await);
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..4 {
        let fx = std::sync::Arc::clone(&fx);
        clients.spawn(async move {
            for n in 0..12 {
                let name = format!("s-{client}-{n}");
                let id = fx.data(&name, &name).await;
                let permit = fx.permit(Operation::ChangeSecret, id).await;
                let change = ValueChange { value: Some(data("changed")), ..ValueChange::default() };
                fx.store.change_value(&permit, change).await.unwrap();
                assert_eq!(fx.read(&name).await.unwrap(), "changed");
            }
        });
    }
    for _ in 0..4 {
        assert!(rotate(&fx).await.damaged.is_empty());
    }
    while let Some(done) = clients.join_next().await {
        done.unwrap();
    }
    rotate(&fx).await;
    assert_eq!(keks(&fx).await.len(), 1);
    fx.assert_clean().await;
}

/// A rotation that was cut short after any of its transactions goes on with the same key.
#[tokio::test]
async fn a_rotation_that_was_cut_short_goes_on() {
    let (mut fx, project, sealed) = sample().await;
    let mut report = RotationReport::default();
    let permit = fx.permit(Operation::ManageKeys, Target::Installation).await;
    let mut tx = fx.store.begin().await.unwrap();
    fx.store.begin_rotation(&mut tx, &permit, &mut report).await.unwrap();
    tx.commit().await.unwrap();
    let begun = keks(&fx).await;
    assert_eq!(begun.len(), 2);
    fx.reopen().await;
    all_open(&fx, project, &sealed).await;
    // Half of it done.
    let mut tx = fx.store.begin().await.unwrap();
    let mut after = (String::new(), 0);
    fx.store.rekey_versions(&mut tx, &mut after, &mut report).await.unwrap();
    tx.commit().await.unwrap();
    fx.reopen().await;
    all_open(&fx, project, &sealed).await;
    let report = rotate(&fx).await;
    assert!(report.resumed && report.dropped == 1, "{report:?}");
    let after = keks(&fx).await;
    assert_eq!(after.len(), 1);
    assert!(begun.iter().any(|(id, _)| *id == after[0].0), "no third key was made");
    all_open(&fx, project, &sealed).await;
}

/// A value whose password's material and key were joined, as the first version of the format did.
#[tokio::test]
async fn a_value_that_only_its_password_moves_keeps_its_key() {
    let fx = Fixture::new().await;
    let id = fx.data("old-form", "x").await;
    let mut tx = fx.store.begin().await.unwrap();
    let row = tx.secret_version(&id.to_string(), 1).await.unwrap().unwrap();
    let mut head = accord_store::SecretVersionHead::from(&row);
    head.wrapped_key.as_mut().unwrap()[1] = 1;
    let wrapped = head.wrapped_key.as_mut().unwrap();
    wrapped.splice(2..2, [0; 28]);
    head.mac = fx.store.ring().current().unwrap().mac(&crate::mac::version_fields(&head));
    tx.update_secret_version_head(&head).await.unwrap();
    let mut secret = fx.store.load_secret(&mut tx, id).await.unwrap().secret;
    secret.row.protection = "PASSWORD".to_owned();
    fx.store.update_secret(&mut tx, &mut secret).await.unwrap();
    fx.store.audit_secret(&mut tx, &fx.admin, "UPDATE", &secret, "Default").await.unwrap();
    tx.commit().await.unwrap();
    let report = rotate(&fx).await;
    assert_eq!((report.kept, report.dropped, report.damaged.len()), (1, 0, 0));
    let states: Vec<_> = keks(&fx).await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["KEPT", "CURRENT"]);
    // The next rotation is a new one, and the kept key goes with the last value under it.
    let report = rotate(&fx).await;
    assert_eq!((report.resumed, report.kept, report.dropped), (false, 1, 1));
    fx.store.delete(&fx.permit(Operation::OwnSecret, id).await).await.unwrap();
    assert_eq!(rotate(&fx).await.dropped, 2);
    fx.assert_clean().await;
}

/// To make a new code for a record that was changed outside of Accord would be to believe it.
#[tokio::test]
async fn a_damaged_record_is_not_made_good_by_a_rotation() {
    let mut fx = Fixture::new().await;
    fx.data("one", "x").await;
    fx.data("two", "x").await;
    super::tamper::tamper(&mut fx, "UPDATE secrets SET visibility = 'PUBLIC' WHERE name = 'one'").await;
    let report = rotate(&fx).await;
    assert_eq!(report.damaged, ["secret 'one'"]);
    assert_eq!(report.dropped, 0);
    assert!(matches!(fx.read("one").await, Err(Error::Tampered { .. })));
    assert_eq!(fx.read("two").await.unwrap(), "x");
    super::tamper::tamper(&mut fx, "UPDATE secrets SET visibility = 'PRIVATE' WHERE name = 'one'").await;
    assert_eq!(fx.read("one").await.unwrap(), "x");
    assert_eq!(rotate(&fx).await.dropped, 2);
    fx.assert_clean().await;
}

async fn open_from(fx: &Fixture, keys: KeyProvider) -> Result<Store> {
    open(fx.home.path(), keys).await
}

fn passphrase(text: &str) -> KeyProvider {
    KeyProvider::Passphrase { file: None, passphrase: text.into() }
}

#[tokio::test]
async fn the_root_key_changes_and_moves_between_its_sources() {
    let fx = Fixture::new().await;
    fx.data("kept", "value").await;
    let permit = fx.permit(Operation::ManageKeys, Target::Installation).await;
    let file = fx.home.path().join("keys");
    let before = std::fs::read(&file).unwrap();
    // A new key in the same file.
    fx.store.change_root_key(&permit, KeyProvider::HomeFile).await.unwrap();
    assert_ne!(std::fs::read(&file).unwrap(), before);
    assert!(!fx.home.path().join("keys.next").exists());
    open_from(&fx, KeyProvider::HomeFile).await.unwrap();
    // Under a passphrase.
    let error = fx.store.change_root_key(&permit, passphrase("short")).await.unwrap_err().to_string();
    assert!(error.contains("too short"), "{error}");
    fx.store.change_root_key(&permit, passphrase("long enough")).await.unwrap();
    let error = open_from(&fx, KeyProvider::HomeFile).await.unwrap_err().to_string();
    assert!(error.contains("is under a passphrase"), "{error}");
    let error = open_from(&fx, passphrase("wrong passphrase")).await.unwrap_err().to_string();
    assert!(error.contains("is not opened by this passphrase") && !error.contains("wrong passphrase"), "{error}");
    let store = open_from(&fx, passphrase("long enough")).await.unwrap();
    assert_eq!(text(store.read_value(&fx.admin, "Default", "kept", None).await).unwrap(), "value");
    // To the embedding program, and on with a rotation, which needs the root key again.
    let given = || KeyProvider::Given(SecretBytes::new(vec![7; 32]));
    fx.store.change_root_key(&permit, given()).await.unwrap();
    assert!(matches!(open_from(&fx, passphrase("long enough")).await, Err(Error::WrongRootKey { .. })));
    rotate(&fx).await;
    let store = open_from(&fx, given()).await.unwrap();
    assert_eq!(text(store.read_value(&fx.admin, "Default", "kept", None).await).unwrap(), "value");
    fx.assert_clean().await;
}

/// Between the change in the database and that of the file.
#[tokio::test]
async fn a_root_change_that_was_cut_short_is_settled_by_the_next_start() {
    let fx = Fixture::new().await;
    fx.data("kept", "value").await;
    let permit = fx.permit(Operation::ManageKeys, Target::Installation).await;
    let to = KeyProvider::HomeFile;
    // The file was written and the database not: the old key opens.
    to.prepare(fx.home.path()).unwrap();
    open_from(&fx, KeyProvider::HomeFile).await.unwrap();
    // The database too: the new one does, and takes its place.
    let root = to.prepare(fx.home.path()).unwrap();
    let mut tx = fx.store.begin().await.unwrap();
    fx.store.change_root_in(&mut tx, &permit, &root, &to).await.unwrap();
    tx.commit().await.unwrap();
    assert!(fx.home.path().join("keys.next").exists());
    let store = open_from(&fx, KeyProvider::HomeFile).await.unwrap();
    assert!(!fx.home.path().join("keys.next").exists());
    assert_eq!(text(store.read_value(&fx.admin, "Default", "kept", None).await).unwrap(), "value");
    open_from(&fx, KeyProvider::HomeFile).await.unwrap();
}

#[tokio::test]
async fn a_command_and_a_descriptor_give_the_root_key() {
    let home = private_home();
    let key = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, [9; 32]);
    let script = home.path().join("give-key");
    std::fs::write(&script, format!("#!/bin/sh\necho accord-root-key-v1 {key}\n")).unwrap();
    std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let command = |line: &[&str]| KeyProvider::Command(line.iter().map(|s| (*s).to_owned()).collect());
    let path = script.to_str().unwrap();
    let store = open(home.path(), command(&["sh", path])).await.unwrap();
    store.close().await.unwrap();
    let plain = home.path().join("plain");
    std::fs::write(&plain, &key).unwrap();
    let file = std::fs::File::open(&plain).unwrap();
    let number = u32::try_from(std::os::fd::AsRawFd::as_raw_fd(&file)).unwrap();
    open(home.path(), KeyProvider::Descriptor(number)).await.unwrap();
    for (line, problem) in [
        (&["sh", "-c", "exit 3"][..], "failed"),
        (&["/no/such/program"], "cannot be run"),
        (&["echo", "too short"], "32 bytes in base64"),
        (&[], "is empty"),
    ] {
        let error = open(home.path(), command(line)).await.unwrap_err().to_string();
        assert!(error.contains(problem), "{line:?}: {error}");
    }
    let error = open(home.path(), KeyProvider::Descriptor(9999)).await.unwrap_err().to_string();
    assert!(error.contains("is not open"), "{error}");
}

#[test]
fn sources_are_named_in_words() {
    let parse = |text| KeyProvider::parse(text, || Ok("asked for".into()));
    assert!(matches!(parse("file:/a/b").unwrap(), KeyProvider::File(path) if path == Path::new("/a/b")));
    assert!(matches!(parse("env:KEY").unwrap(), KeyProvider::Environment(name) if name == "KEY"));
    assert!(matches!(parse("fd:3").unwrap(), KeyProvider::Descriptor(3)));
    assert!(matches!(parse("command:kms get  x").unwrap(), KeyProvider::Command(line) if line == ["kms", "get", "x"]));
    assert!(matches!(parse("passphrase").unwrap(), KeyProvider::Passphrase { file: None, .. }));
    assert!(matches!(parse("passphrase:/a").unwrap(), KeyProvider::Passphrase { file: Some(_), .. }));
    for bad in ["", "file:", "env:", "fd:x", "fd:-1", "command: ", "keys", "http://x"] {
        assert!(parse(bad).unwrap_err().to_string().contains("expected one of"), "{bad}");
    }
}
