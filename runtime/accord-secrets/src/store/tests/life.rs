//! A secret's life: kinds, names, expiry, versions, links, last use.

use super::*;
use crate::{ProjectId, SecretEntry, ValueChange};

fn change(value: &str) -> ValueChange {
    ValueChange { value: Some(data(value)), ..ValueChange::default() }
}

async fn rename(fx: &Fixture, id: crate::SecretId, name: &str) -> Result<SecretEntry> {
    let permit = fx.permit(Operation::ChangeSecret, id).await;
    fx.store.update_secret_metadata(&permit, SecretChange { name: Some(name.to_owned()), ..Default::default() }).await
}

#[tokio::test]
async fn metadata_changes_leave_the_value_alone() {
    let mut fx = Fixture::new().await;
    let mut new = NewSecret::new("Default", "old-name", data("value"));
    new.store_password = StorePassword::Given("Correct1horse".into());
    let id = fx.create(new).await;
    fx.data("taken", "x").await;
    assert_eq!(rename(&fx, id, "new-name").await.unwrap().name, "new-name");
    assert!(matches!(rename(&fx, id, "taken").await, Err(Error::AlreadyExists { .. })));
    assert!(matches!(rename(&fx, id, "a/b").await, Err(Error::InvalidName { .. })));
    let permit = fx.permit(Operation::ChangeSecret, id).await;
    let public = SecretChange { visibility: Some(Visibility::Public), ..Default::default() };
    let entry = fx.store.update_secret_metadata(&permit, public).await.unwrap();
    assert_eq!((entry.visibility, entry.name.as_str(), entry.version), (Visibility::Public, "new-name", 1));
    fx.user("ann").await;
    let own = fx.permit(Operation::OwnSecret, id).await;
    let given = fx.store.give_secret(&own, "ann").await.unwrap();
    assert_eq!(given.owner.unwrap().name, "ann");
    assert!(matches!(fx.store.give_secret(&own, "nobody").await, Err(Error::UserNotFound { .. })));
    fx.reopen().await;
    let password = SecretString::from("Correct1horse");
    let value = fx.store.read_value(&fx.admin, "Default", "new-name", Some(&password)).await;
    assert_eq!(text(value).unwrap(), "value");
    assert!(matches!(fx.read("old-name").await, Err(Error::SecretNotFound { .. })));
    fx.data("old-name", "again").await;
    fx.assert_clean().await;
}

#[tokio::test]
async fn an_expired_secret_is_shown_and_not_opened() {
    let fx = Fixture::new().await;
    let mut new = NewSecret::new("Default", "brief", data("value"));
    new.expires_at = Some(1);
    let id = fx.create(new).await;
    assert!(matches!(fx.read("brief").await, Err(Error::Expired { .. })));
    assert_eq!(fx.entry("brief").await.expires_at, Some(1));
    let permit = fx.permit(Operation::ChangeSecret, id).await;
    let later = |at| SecretChange { expires_at: Some(at), ..Default::default() };
    fx.store.update_secret_metadata(&permit, later(Some(i64::MAX))).await.unwrap();
    assert_eq!(fx.read("brief").await.unwrap(), "value");
    fx.store.update_secret_metadata(&permit, later(Some(1))).await.unwrap();
    let export = fx.store.permit(&fx.admin, Operation::Export, id).await;
    assert!(matches!(export, Err(Error::Expired { .. })));
    fx.store.update_secret_metadata(&permit, later(None)).await.unwrap();
    assert_eq!(fx.read("brief").await.unwrap(), "value");
}

#[tokio::test]
async fn versions_come_back_and_are_destroyed() {
    let mut fx = Fixture::new().await;
    let id = fx.data("token", "first").await;
    let permit = fx.permit(Operation::ChangeSecret, id).await;
    fx.store.change_value(&permit, change("second")).await.unwrap();
    let pair = ValueChange { value: Some(NewValue::Generate(KeyType::Ed25519)), ..ValueChange::default() };
    let entry = fx.store.change_value(&permit, pair).await.unwrap();
    assert_eq!((entry.version, entry.kind), (3, SecretKind::KeyPair));
    let public = entry.public_key.unwrap();
    let lock = ValueChange { new_password: Some("Correct1horse".into()), ..ValueChange::default() };
    fx.store.change_value(&permit, lock).await.unwrap();
    fx.reopen().await;
    let permit = fx.permit(Operation::ChangeSecret, id).await;
    let back = fx.store.roll_back(&permit, 1).await.unwrap();
    assert_eq!((back.version, back.kind, back.public_key), (1, SecretKind::Data, None));
    assert_eq!(back.protection, crate::Protection::ServerKey);
    assert_eq!(fx.read("token").await.unwrap(), "first");
    let back = fx.store.roll_back(&permit, 3).await.unwrap();
    assert_eq!(back.public_key, Some(public));
    let back = fx.store.roll_back(&permit, 4).await.unwrap();
    assert_eq!(back.protection, crate::Protection::Password);
    assert!(matches!(fx.read("token").await, Err(Error::PasswordNeeded { .. })));
    fx.store.roll_back(&permit, 2).await.unwrap();
    // A number is used once: what follows version 2 in force is version 5.
    assert_eq!(fx.store.change_value(&permit, change("fifth")).await.unwrap().version, 5);
    assert!(matches!(fx.store.roll_back(&permit, 6).await, Err(Error::NoVersion { destroyed: false, .. })));
    let own = fx.permit(Operation::OwnSecret, id).await;
    assert!(fx.store.destroy_version(&own, 5).await.is_err(), "it is in force");
    fx.store.destroy_version(&own, 1).await.unwrap();
    assert!(matches!(fx.store.destroy_version(&own, 1).await, Err(Error::NoVersion { destroyed: true, .. })));
    assert!(matches!(fx.store.roll_back(&permit, 1).await, Err(Error::NoVersion { destroyed: true, .. })));
    let see = fx.permit(Operation::ReadMetadata, id).await;
    let versions = fx.store.versions(&see).await.unwrap();
    let shown: Vec<_> = versions.iter().map(|v| (v.version, v.kind, v.protection.is_some(), v.current)).collect();
    assert_eq!(
        shown,
        [
            (1, SecretKind::Data, false, false),
            (2, SecretKind::Data, true, false),
            (3, SecretKind::KeyPair, true, false),
            (4, SecretKind::KeyPair, true, false),
            (5, SecretKind::Data, true, true),
        ]
    );
    assert_eq!(versions[0].created_by, fx.admin.actor().name());
    fx.assert_clean().await;
}

#[tokio::test]
async fn links_are_set_added_and_removed() {
    let fx = Fixture::new().await;
    for name in ["one", "two", "three"] {
        fx.project(name).await;
    }
    let id = fx.data("linked", "x").await;
    let permit = fx.permit(Operation::LinkProjects, id).await;
    let names = |entry: SecretEntry| entry.projects.into_iter().map(|p| p.name).collect::<Vec<_>>().join(" ");
    let list = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    let link = async |change| fx.store.link_projects(&permit, change).await;
    assert_eq!(names(link(LinkChange::Set(list(&["two", "one", "two"]))).await.unwrap()), "one two");
    assert_eq!(names(link(LinkChange::Add(list(&["three", "one"]))).await.unwrap()), "one three two");
    assert_eq!(names(link(LinkChange::Remove(list(&["one", "two"]))).await.unwrap()), "three");
    assert!(matches!(link(LinkChange::Set(list(&["four"]))).await, Err(Error::ProjectNotFound { .. })));
    assert!(matches!(fx.read("linked").await, Err(Error::ProjectScoped { .. })));
    // An OWNER's word opens it.
    assert_eq!(names(link(LinkChange::Remove(list(&["three"]))).await.unwrap()), "");
    assert_eq!(fx.read("linked").await.unwrap(), "x");
    fx.assert_clean().await;
}

#[tokio::test]
async fn the_last_use_is_known() {
    let fx = Fixture::new().await;
    let id = fx.data("used", "x").await;
    let see = fx.permit(Operation::ReadMetadata, id).await;
    assert_eq!(fx.store.last_use(&see).await.unwrap(), None);
    let caller = fx.admin.clone().in_process("process-7", None::<ProjectId>).at("concord.yml:3");
    fx.store.read_value(&caller, "Default", "used", None).await.unwrap();
    // A refusal is no use.
    let stranger = fx.user("stranger").await;
    fx.store.read_value(&stranger, "Default", "used", None).await.unwrap_err();
    let last = fx.store.last_use(&see).await.unwrap().unwrap();
    assert_eq!((last.process_id.as_deref(), last.place.as_deref()), (Some("process-7"), Some("concord.yml:3")));
    assert_eq!(last.user, fx.admin.actor().name());
}

#[tokio::test]
async fn key_pairs_under_a_passphrase_are_opened_and_checked() {
    let fx = Fixture::new().await;
    let samples = [
        (
            "openssh-locked",
            include_str!("../../keypair/samples/openssh-locked"),
            include_str!("../../keypair/samples/openssh-locked.pub"),
        ),
        ("pkcs8-locked", include_str!("../../keypair/samples/pkcs8-locked"), ""),
    ];
    for (name, private, public) in samples {
        let given = |passphrase: &str, public: Option<&str>| NewValue::LockedKeyPair {
            private: private.into(),
            passphrase: passphrase.into(),
            public: public.map(str::to_owned),
        };
        let create = async |value| fx.store.create_secret(&fx.admin, NewSecret::new("Default", name, value)).await;
        let error = create(given("wrong", None)).await.unwrap_err().to_string();
        assert!(error.contains("passphrase does not open"), "{name}: {error}");
        let other = include_str!("../../keypair/samples/openssh-rsa.pub");
        let error = create(given("passphrase", Some(other))).await.unwrap_err().to_string();
        assert!(error.contains("does not belong"), "{name}: {error}");
        let entry = create(given("passphrase", None)).await.unwrap().entry;
        let derived = entry.public_key.unwrap();
        assert!(public.is_empty() || public.split(' ').nth(1) == derived.split(' ').nth(1), "{name}");
        match fx.store.read_value(&fx.admin, "Default", name, None).await.unwrap() {
            SecretData::KeyPair { private, public } => {
                assert_eq!(public, derived);
                let reread = ssh_key::PrivateKey::from_openssh(private.expose()).unwrap();
                assert!(!reread.is_encrypted());
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn values_are_read_as_a_stream_up_to_the_limit() {
    let home = private_home();
    let options = Options { max_value: 10, ..Options::default() };
    let store = open_with(home.path(), KeyProvider::HomeFile, options).await.unwrap();
    assert_eq!(store.read_data(&b"0123456789"[..]).unwrap().expose(), b"0123456789");
    assert_eq!(store.read_data(&b""[..]).unwrap().len(), 0);
    assert!(matches!(store.read_data(&b"0123456789A"[..]), Err(Error::TooLarge { .. })));
    assert!(matches!(store.read_data(std::io::repeat(7)), Err(Error::TooLarge { .. })));
}
