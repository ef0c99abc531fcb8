//! Values that processes share, and changed values.

use super::*;
use crate::{SharedPlace, ValueChange};

fn kv(key: &str) -> SharedPlace<'_> {
    SharedPlace::Kv { key }
}

#[tokio::test]
async fn a_sealed_shared_value_opens_in_its_place_alone() {
    let mut fx = Fixture::new().await;
    let (one, two) = (fx.project("one").await.id, fx.project("two").await.id);
    let value = SecretBytes::new(b"a value that nobody shall read".to_vec());
    let own = StateScope::Project(one);
    let sealed = fx.store.seal_shared(own, &kv("a"), &value).await.unwrap();
    assert!(!sealed.windows(5).any(|part| part == b"value"));
    fx.reopen().await;
    assert_eq!(fx.store.open_shared(own, &kv("a"), &sealed).await.unwrap().expose(), value.expose());
    let item = SharedPlace::JsonItem { store_id: "a", path: "" };
    for (scope, place) in [
        (own, kv("b")),
        (own, kv("")),
        (own, item),
        (StateScope::Project(two), kv("a")),
        (StateScope::Installation, kv("a")),
    ] {
        let error = fx.store.open_shared(scope, &place, &sealed).await.unwrap_err();
        assert!(matches!(error, Error::CannotOpenShared { .. }), "{place}: {error}");
    }
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(fx.store.open_shared(own, &kv("a"), &changed).await.is_err(), "byte {at}");
        assert!(fx.store.open_shared(own, &kv("a"), &sealed[..at]).await.is_err(), "first {at} bytes");
    }
    let large = SecretBytes::new(vec![0; (1 << 20) + 1]);
    assert!(matches!(fx.store.seal_shared(own, &kv("a"), &large).await, Err(Error::TooLarge { .. })));
}

#[tokio::test]
async fn verify_walks_over_sealed_shared_values() {
    let fx = Fixture::new().await;
    let value = SecretBytes::new(b"shared".to_vec());
    let sealed = fx.store.seal_shared(StateScope::Installation, &kv("a"), &value).await.unwrap();
    let mut row = accord_store::KvRow {
        scope_id: fx.store.installation_id().to_owned(),
        key: "a".to_owned(),
        text: None,
        number: None,
        sealed: Some(sealed),
        updated_at: 1,
    };
    let mut tx = fx.store.database().begin().await.unwrap();
    tx.put_kv(&row).await.unwrap();
    tx.commit().await.unwrap();
    let report = fx.store.verify().await.unwrap();
    assert!(report.is_clean() && report.shared_values == 1, "{report:?}");
    row.key = "b".to_owned();
    let mut tx = fx.store.database().begin().await.unwrap();
    tx.put_kv(&row).await.unwrap();
    tx.commit().await.unwrap();
    let report = fx.store.verify().await.unwrap();
    assert_eq!(report.problems.len(), 1, "{report:?}");
    assert_eq!(report.problems[0].what, "the value of the key 'b'");
}

impl Fixture {
    async fn change(&self, id: crate::SecretId, change: ValueChange) -> Result<i64> {
        let permit = self.store.permit(&self.admin, Operation::ChangeSecret, id).await.unwrap();
        self.store.change_value(&permit, change).await.map(|entry| entry.version)
    }

    async fn open(&self, name: &str, password: Option<&str>) -> Result<String> {
        let password = password.map(SecretString::from);
        text(self.store.read_value(&self.admin, "Default", name, password.as_ref()).await)
    }
}

#[tokio::test]
async fn a_changed_value_is_a_new_version() {
    let mut fx = Fixture::new().await;
    let id = fx.data("token", "first").await;
    let set = |value: &str| ValueChange { value: Some(data(value)), ..ValueChange::default() };
    assert_eq!(fx.change(id, set("second")).await.unwrap(), 2);
    fx.reopen().await;
    assert_eq!(fx.open("token", None).await.unwrap(), "second");
    fx.assert_clean().await;
    let error = fx.change(id, ValueChange::default()).await.unwrap_err().to_string();
    assert!(error.contains("nothing to change"), "{error}");
    let pair = ValueChange { value: Some(NewValue::Generate(KeyType::Ed25519)), ..ValueChange::default() };
    assert_eq!(fx.change(id, pair).await.unwrap(), 3);
    assert_eq!(fx.store.secret(&fx.admin, "Default", "token").await.unwrap().kind, SecretKind::KeyPair);
    let export = fx.store.permit(&fx.admin, Operation::Export, id).await.unwrap();
    assert!(matches!(fx.store.change_value(&export, set("x")).await, Err(Error::WrongPermit { .. })));
    assert_eq!(fx.change(id, set("third")).await.unwrap(), 4);
    assert_eq!(fx.open("token", None).await.unwrap(), "third");
    fx.assert_clean().await;
}

#[tokio::test]
async fn a_store_password_is_changed_by_who_knows_it() {
    let fx = Fixture::new().await;
    let mut new = NewSecret::new("Default", "guarded", data("value"));
    new.store_password = StorePassword::Given("Correct1horse".into());
    let id = fx.create(new).await;
    let change = |password: &str, new: &str| ValueChange {
        password: Some(password.into()),
        value: None,
        new_password: Some(new.into()),
    };
    assert!(matches!(fx.change(id, change("Wrong1horse", "Better2horse")).await, Err(Error::CannotOpen { .. })));
    assert!(matches!(fx.change(id, change("", "Better2horse")).await, Err(Error::PasswordNeeded { .. })));
    assert!(matches!(fx.change(id, change("Correct1horse", "weak")).await, Err(Error::WeakPassword { .. })));
    fx.change(id, change("Correct1horse", "Better2horse")).await.unwrap();
    assert_eq!(fx.open("guarded", Some("Better2horse")).await.unwrap(), "value");
    assert!(matches!(fx.open("guarded", Some("Correct1horse")).await, Err(Error::CannotOpen { .. })));
    // A new value keeps the password; a password can be given to a secret that had none.
    let value = ValueChange { password: Some("Better2horse".into()), value: Some(data("other")), new_password: None };
    fx.change(id, value).await.unwrap();
    assert_eq!(fx.open("guarded", Some("Better2horse")).await.unwrap(), "other");
    let plain = fx.data("plain", "value").await;
    let lock = ValueChange { password: None, value: None, new_password: Some("Better2horse".into()) };
    fx.change(plain, lock).await.unwrap();
    assert_eq!(fx.open("plain", Some("Better2horse")).await.unwrap(), "value");
    let failed = fx.audit().await.into_iter().filter(|row| row.action == "UPDATE" && row.outcome == "FAILED").count();
    assert_eq!(failed, 2);
    fx.assert_clean().await;
}
