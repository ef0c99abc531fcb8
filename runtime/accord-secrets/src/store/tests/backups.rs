//! Backup of the whole store and a new store from it.

use super::*;
use crate::{Target, TeamRole, ValueChange};

const FROZEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/store.backup");

const PASSPHRASE: &str = "a long passphrase";

async fn back_up(fx: &Fixture) -> Vec<u8> {
    let permit = fx.permit(Operation::BackUp, Target::Installation).await;
    let mut bytes = Vec::new();
    let rows = fx.store.back_up(&permit, &PASSPHRASE.into(), &mut bytes).await.unwrap();
    assert!(rows > 10);
    bytes
}

async fn restore(home: &Path, bytes: &[u8], passphrase: &str) -> Result<Store> {
    let options = super::database::options(home, Options::default()).await;
    Store::restore(home, KeyProvider::HomeFile, options, &passphrase.into(), bytes).await
}

async fn sample() -> Fixture {
    let fx = Fixture::new().await;
    let project = fx.project("proj").await.id;
    fx.user("ann").await;
    let org = fx.store.org(&fx.admin, "Default").await.unwrap().id;
    let create = fx.permit(Operation::CreateTeam, org).await;
    let team = fx.store.create_team(&create, "crew", "").await.unwrap().id;
    fx.store.set_member(&fx.permit(Operation::OwnTeam, team).await, "ann", Some(TeamRole::Member)).await.unwrap();
    let id = fx.data("plain", "one").await;
    let permit = fx.permit(Operation::ChangeSecret, id).await;
    let change = ValueChange { value: Some(data("two")), ..ValueChange::default() };
    fx.store.change_value(&permit, change).await.unwrap();
    let mut new = NewSecret::new("Default", "guarded", data("hidden"));
    new.store_password = StorePassword::Given("Correct1horse".into());
    new.projects = vec!["proj".to_owned()];
    fx.create(new).await;
    fx.repository(project, "repo", Some("plain")).await.unwrap();
    fx
}

#[tokio::test]
async fn a_store_comes_back_whole_under_another_root_key() {
    let fx = sample().await;
    let bytes = back_up(&fx).await;
    let hidden = [&b"hidden"[..], b"Default", b"plain", PASSPHRASE.as_bytes()];
    assert!(!hidden.iter().any(|text| bytes.windows(text.len()).any(|w| w == *text)));
    let home = private_home();
    let store = restore(home.path(), &bytes, PASSPHRASE).await.unwrap();
    assert_eq!(store.installation_id(), fx.store.installation_id());
    let caller = Caller::new(store.local_actor().await.unwrap());
    assert_eq!(text(store.read_value(&caller, "Default", "plain", None).await).unwrap(), "two");
    let entry = store.secret(&caller, "Default", "guarded").await.unwrap();
    assert_eq!(entry.projects[0].name, "proj");
    let inside = caller.clone().in_process("p", Some(entry.projects[0].id));
    let password = SecretString::from("Correct1horse");
    let value = store.read_value(&inside, "Default", "guarded", Some(&password)).await;
    assert_eq!(text(value).unwrap(), "hidden");
    let report = store.verify().await.unwrap();
    assert!(report.is_clean(), "{report:?}");
    assert_ne!(std::fs::read(home.path().join("keys")).unwrap(), std::fs::read(fx.home.path().join("keys")).unwrap());
    // The two go their own ways.
    store.create_secret(&caller, NewSecret::new("Default", "only-here", data("x"))).await.unwrap();
    assert!(fx.read("only-here").await.is_err());
    fx.assert_clean().await;
}

/// The form is frozen: `tests/vectors/store.backup` opens for ever, here and in `decrypt.py`.
#[tokio::test]
async fn a_backup_of_long_ago_is_restored() {
    let home = private_home();
    let bytes = std::fs::read(FROZEN).unwrap();
    let store = restore(home.path(), &bytes, "correct horse battery").await.unwrap();
    let caller = Caller::new(store.local_actor().await.unwrap());
    assert_eq!(text(store.read_value(&caller, "Default", "plain", None).await).unwrap(), "a value");
    let password = SecretString::from("Correct1horse");
    let value = store.read_value(&caller, "Default", "guarded", Some(&password)).await;
    assert_eq!(text(value).unwrap(), "a guarded value");
    assert!(store.verify().await.unwrap().is_clean());
}

/// Made `store.backup`, once.
#[tokio::test]
#[ignore = "writes a file that is frozen"]
async fn make_the_backup_of_long_ago() {
    let fx = Fixture::new().await;
    fx.data("plain", "a value").await;
    let mut new = NewSecret::new("Default", "guarded", data("a guarded value"));
    new.store_password = StorePassword::Given("Correct1horse".into());
    fx.create(new).await;
    let permit = fx.permit(Operation::BackUp, Target::Installation).await;
    let file = std::fs::File::create_new(FROZEN).unwrap();
    fx.store.back_up(&permit, &"correct horse battery".into(), file).await.unwrap();
}

#[tokio::test]
async fn a_backup_is_restored_only_where_no_store_is() {
    let fx = sample().await;
    let bytes = back_up(&fx).await;
    let error = restore(fx.home.path(), &bytes, PASSPHRASE).await.unwrap_err().to_string();
    assert!(error.contains("a store in") && error.contains("already"), "{error}");
    assert_eq!(fx.read("plain").await.unwrap(), "two");
}

#[tokio::test]
async fn nothing_that_was_changed_in_a_backup_is_restored() {
    let fx = sample().await;
    let bytes = back_up(&fx).await;
    let refused = async |bytes: &[u8], passphrase: &str| {
        let home = private_home();
        let error = match restore(home.path(), bytes, passphrase).await {
            Ok(_) => panic!("restored"),
            Err(error) => error,
        };
        assert!(matches!(error, Error::Backup { .. }), "{error}");
        assert!(!home.path().join("keys").exists(), "nothing is left behind");
    };
    refused(&bytes, "another passphrase").await;
    refused(b"", PASSPHRASE).await;
    refused(b"not a backup at all, but long enough to look at", PASSPHRASE).await;
    let mut newer = bytes.clone();
    newer[13] = 2;
    refused(&newer, PASSPHRASE).await;
    refused(&bytes[..bytes.len() - 1], PASSPHRASE).await;
    let longer = [bytes.as_slice(), &[0]].concat();
    refused(&longer, PASSPHRASE).await;
    // Each derivation takes its time, so that only some bytes are tried: of each part at least one.
    for at in (0..bytes.len()).step_by(bytes.len() / 12) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        refused(&flipped, PASSPHRASE).await;
    }
    let permit = fx.permit(Operation::BackUp, Target::Installation).await;
    let error = fx.store.back_up(&permit, &"short".into(), Vec::new()).await.unwrap_err().to_string();
    assert!(error.contains("too short"), "{error}");
}
