#![expect(clippy::disallowed_methods, reason = "the tests look at what was sealed")]

mod access;
mod backups;
mod chain;
mod crash;
mod database;
mod flips;
mod keys;
mod life;
mod matrix;
mod moves;
mod people_and_places;
mod shared;
mod tamper;

use accord_value::{SecretBytes, SecretString};
use database::{Raw, on_postgres, open, open_with, remove};

use super::*;
use crate::model::{NewSecret, NewValue, Project, SecretData, SecretKind, StorePassword, Visibility};
use crate::store::filter::{Page, SecretFilter};
use crate::{Caller, Error, KeyType, Operation, StateScope};

/// A store of its own, in a directory that goes with it.
struct Fixture {
    home: tempfile::TempDir,
    store: Store,
    admin: Caller,
}

impl Fixture {
    async fn new() -> Self {
        let home = private_home();
        let store = open(home.path(), KeyProvider::HomeFile).await.unwrap();
        let admin = Caller::new(store.local_actor().await.unwrap());
        Self { home, store, admin }
    }

    async fn reopen(&mut self) {
        self.store.close().await.unwrap();
        self.store = self.again().await.unwrap();
    }

    /// The same store once more, as another program opens it.
    async fn again(&self) -> Result<Store> {
        open(self.home.path(), KeyProvider::HomeFile).await
    }

    async fn permit(&self, operation: Operation, target: impl Into<crate::Target>) -> crate::Permit {
        self.store.permit(&self.admin, operation, target).await.unwrap()
    }

    async fn entry(&self, name: &str) -> crate::SecretEntry {
        self.store.secret(&self.admin, "Default", name).await.unwrap()
    }

    async fn repository(
        &self,
        project: crate::ProjectId,
        name: &str,
        secret: Option<&str>,
    ) -> Result<crate::Repository> {
        let permit = self.store.permit(&self.admin, Operation::ChangeRepositories, project).await?;
        let settings = crate::RepositorySettings {
            name: name.to_owned(),
            url: "git@example.com:a/b.git".to_owned(),
            secret: secret.map(str::to_owned),
            ..Default::default()
        };
        self.store.add_repository(&permit, settings).await
    }

    async fn data(&self, name: &str, value: &str) -> crate::SecretId {
        self.create(NewSecret::new("Default", name, data(value))).await
    }

    async fn create(&self, new: NewSecret) -> crate::SecretId {
        self.store.create_secret(&self.admin, new).await.unwrap().entry.id
    }

    async fn project(&self, name: &str) -> Project {
        self.store.create_project(&self.admin, "Default", name).await.unwrap()
    }

    async fn read(&self, name: &str) -> Result<String> {
        text(self.store.read_value(&self.admin, "Default", name, None).await)
    }

    /// A user without any role.
    async fn user(&self, name: &str) -> Caller {
        let mut tx = self.store.begin().await.unwrap();
        let row = self.store.insert_user(&mut tx, &self.admin, name, "LOCAL", crate::Role::User).await.unwrap();
        tx.commit().await.unwrap();
        Caller::new(people::actor(&row).unwrap())
    }

    async fn audit(&self) -> Vec<accord_store::AuditRow> {
        let mut read = self.store.read().await.unwrap();
        let rows = read.audit(&accord_store::AuditFilter::default()).await.unwrap();
        read.finish().await.unwrap();
        rows
    }

    async fn assert_clean(&self) {
        let report = self.store.verify().await.unwrap();
        assert!(report.is_clean(), "{report:?}");
    }
}

fn private_home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::set_permissions(home.path(), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    home
}

fn data(value: &str) -> NewValue {
    NewValue::Data(SecretBytes::new(value.as_bytes().to_vec()))
}

fn text(value: Result<SecretData>) -> Result<String> {
    match value? {
        SecretData::Data(bytes) => Ok(String::from_utf8(bytes.expose().clone()).unwrap()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_new_store_has_the_organization_default_and_a_private_home_in_the_file_system() {
    let parent = private_home();
    let home = parent.path().join("deep/accord");
    let store = open(&home, KeyProvider::HomeFile).await.unwrap();
    assert!(store.is_new());
    let caller = Caller::new(store.local_actor().await.unwrap());
    let orgs = store.list_orgs(&caller).await.unwrap();
    assert_eq!(orgs.iter().map(|o| o.name.as_str()).collect::<Vec<_>>(), ["Default"]);
    assert_eq!(orgs[0].owner.as_ref().unwrap().name, caller.actor().name());
    let files = [("", 0o700), ("keys", 0o600), ("store.db", 0o600), ("store.db-wal", 0o600)];
    for (file, mode) in files.into_iter().filter(|(file, _)| !on_postgres() || !file.starts_with("store")) {
        let found = std::fs::metadata(home.join(file)).unwrap();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o777, mode, "{file}");
    }
    drop(store);
    assert!(!open(&home, KeyProvider::HomeFile).await.unwrap().is_new());
}

#[tokio::test]
async fn every_kind_comes_back_as_it_was_given() {
    let mut fx = Fixture::new().await;
    fx.data("data", "grüße\n").await;
    let credentials = NewValue::UsernamePassword { username: "bob".to_owned(), password: "p w".into() };
    fx.create(NewSecret::new("Default", "credentials", credentials)).await;
    let made =
        fx.store.create_secret(&fx.admin, NewSecret::new("Default", "pair", NewValue::Generate(KeyType::Ed25519)));
    let entry = made.await.unwrap().entry;
    fx.reopen().await;
    assert_eq!(fx.read("data").await.unwrap(), "grüße\n");
    match fx.store.read_value(&fx.admin, "Default", "credentials", None).await.unwrap() {
        SecretData::UsernamePassword { username, password } => {
            assert_eq!((username.as_str(), password.expose().as_str()), ("bob", "p w"));
        }
        other => panic!("{other:?}"),
    }
    match fx.store.read_value(&fx.admin, "Default", "pair", None).await.unwrap() {
        SecretData::KeyPair { public, private } => {
            assert_eq!(Some(&public), entry.public_key.as_ref());
            assert!(public.starts_with("ssh-ed25519 ") && public.ends_with(" concord-server"), "{public}");
            assert!(private.expose().starts_with("-----BEGIN OPENSSH PRIVATE KEY-----\n"));
        }
        other => panic!("{other:?}"),
    }
    fx.assert_clean().await;
}

#[tokio::test]
async fn a_secret_is_shown_with_its_metadata_only() {
    let fx = Fixture::new().await;
    fx.project("proj").await;
    let mut new = NewSecret::new("Default", "scoped", data("hidden value"));
    new.projects = vec!["proj".to_owned()];
    new.visibility = Visibility::Public;
    fx.create(new).await;
    let entry = fx.store.secret(&fx.admin, "Default", "scoped").await.unwrap();
    let json = serde_json::to_value(&entry).unwrap();
    assert_eq!(json["name"], "scoped");
    assert_eq!(json["orgName"], "Default");
    assert_eq!(json["projects"][0]["name"], "proj");
    assert_eq!(json["type"], "DATA");
    assert_eq!(json["encryptedBy"], "SERVER_KEY");
    assert_eq!(json["visibility"], "PUBLIC");
    assert_eq!(json["closed"], false);
    assert_eq!(json["owner"]["username"], fx.admin.actor().name());
    assert!(!format!("{json} {entry:?}").contains("hidden value"));
}

#[tokio::test]
async fn lists_are_filtered_and_paged() {
    let fx = Fixture::new().await;
    fx.store.create_org(&fx.admin, "Other").await.unwrap();
    fx.project("proj").await;
    for name in ["ccc", "aaa", "bbb"] {
        fx.data(name, "x").await;
    }
    fx.create(NewSecret::new("Other", "aaa", data("x"))).await;
    let mut new = NewSecret::new("Default", "Deploy_Key", NewValue::Generate(KeyType::Ed25519));
    new.projects = vec!["proj".to_owned()];
    fx.create(new).await;
    let list = async |filter: SecretFilter| {
        let entries = fx.store.list_secrets(&fx.admin, &filter).await.unwrap();
        entries.into_iter().map(|e| format!("{}/{}", e.org_name, e.name)).collect::<Vec<_>>().join(" ")
    };
    let all = SecretFilter::default();
    let in_default = SecretFilter { org: Some("Default".to_owned()), ..all.clone() };
    assert_eq!(list(in_default.clone()).await, "Default/Deploy_Key Default/aaa Default/bbb Default/ccc");
    assert_eq!(fx.store.list_secrets(&fx.admin, &all).await.unwrap().len(), 5);
    let kind = Some(SecretKind::KeyPair);
    assert_eq!(list(SecretFilter { kind, ..all.clone() }).await, "Default/Deploy_Key");
    for (contains, found) in
        [("y_k", "Default/Deploy_Key"), ("Y_", "Default/Deploy_Key"), ("%", ""), ("b", "Default/bbb")]
    {
        assert_eq!(list(SecretFilter { name_contains: Some(contains.to_owned()), ..all.clone() }).await, found);
    }
    let of_project = SecretFilter { project: Some("proj".to_owned()), ..in_default.clone() };
    assert_eq!(list(of_project).await, "Default/Deploy_Key");
    let mut page = SecretFilter { limit: Some(3), ..in_default };
    assert_eq!(list(page.clone()).await, "Default/Deploy_Key Default/aaa Default/bbb");
    let last = fx.store.secret(&fx.admin, "Default", "bbb").await.unwrap();
    page.after = Some(Page::ending_with(&last));
    assert_eq!(list(page).await, "Default/ccc");
}

#[tokio::test]
async fn names_are_checked_and_unique() {
    let fx = Fixture::new().await;
    fx.data("taken", "1").await;
    let again = fx.store.create_secret(&fx.admin, NewSecret::new("Default", "taken", data("2"))).await;
    assert_eq!(again.unwrap_err().to_string(), "Secret already exists: taken");
    assert_eq!(fx.read("taken").await.unwrap(), "1");
    for bad in ["a/b", "ab", "", "_ab", "ä-secret"] {
        let error = fx.store.create_secret(&fx.admin, NewSecret::new("Default", bad, data("x"))).await.unwrap_err();
        assert!(matches!(error, Error::InvalidName { .. }), "{error}");
        assert!(fx.store.create_org(&fx.admin, bad).await.is_err());
        assert!(fx.store.create_project(&fx.admin, "Default", bad).await.is_err());
    }
    assert_eq!(
        fx.store.create_org(&fx.admin, "Default").await.unwrap_err().to_string(),
        "Organization already exists: Default"
    );
    fx.project("proj").await;
    let error = fx.store.create_project(&fx.admin, "Default", "proj").await.unwrap_err();
    assert_eq!(error.to_string(), "Project already exists: proj");
    let error = fx.store.create_secret(&fx.admin, NewSecret::new("Nowhere", "abc", data("x"))).await.unwrap_err();
    assert!(error.to_string().starts_with("Organization not found: Nowhere"), "{error}");
    let mut new = NewSecret::new("Default", "abc", data("x"));
    new.projects = vec!["nope".to_owned()];
    let error = fx.store.create_secret(&fx.admin, new).await.unwrap_err();
    assert!(error.to_string().starts_with("Project not found: nope"), "{error}");
    let error = fx.read("abc").await.unwrap_err().to_string();
    assert!(error.starts_with("Secret not found: abc (organization 'Default', store '"), "{error}");
    fx.assert_clean().await;
}

#[tokio::test]
async fn a_store_password_is_needed_and_no_other_opens() {
    let mut fx = Fixture::new().await;
    let mut new = NewSecret::new("Default", "guarded", data("value"));
    new.store_password = StorePassword::Given("Correct1horse".into());
    fx.create(new).await;
    fx.data("plain", "value").await;
    fx.reopen().await;
    let open = async |name: &str, password: Option<&str>| {
        let password = password.map(SecretString::from);
        text(fx.store.read_value(&fx.admin, "Default", name, password.as_ref()).await)
    };
    assert_eq!(open("guarded", Some("Correct1horse")).await.unwrap(), "value");
    assert!(matches!(open("guarded", None).await, Err(Error::PasswordNeeded { .. })));
    assert!(matches!(open("guarded", Some("")).await, Err(Error::PasswordNeeded { .. })));
    for wrong in ["correct1horse", "Correct1horse ", "Correct1hors", "\u{0}"] {
        let error = open("guarded", Some(wrong)).await.unwrap_err();
        assert!(matches!(error, Error::CannotOpen { .. }), "{error}");
        assert!(!error.to_string().contains(wrong) || wrong == "\u{0}", "{error}");
    }
    assert!(matches!(open("plain", Some("Correct1horse")).await, Err(Error::NoPassword { .. })));
    assert_eq!(open("plain", Some("")).await.unwrap(), "value");
    let mut new = NewSecret::new("Default", "weak", data("value"));
    new.store_password = StorePassword::Given("short".into());
    assert!(matches!(fx.store.create_secret(&fx.admin, new).await, Err(Error::WeakPassword { .. })));
    let mut new = NewSecret::new("Default", "generated", data("value"));
    new.store_password = StorePassword::Generate;
    let password = fx.store.create_secret(&fx.admin, new).await.unwrap().generated_password.unwrap();
    assert_eq!(open("generated", Some(password.expose())).await.unwrap(), "value");
    fx.assert_clean().await;
}

#[tokio::test]
async fn a_value_has_a_largest_size() {
    let home = private_home();
    let store =
        open_with(home.path(), KeyProvider::HomeFile, Options { max_value: 10, ..Options::default() }).await.unwrap();
    let caller = Caller::new(store.local_actor().await.unwrap());
    store.create_secret(&caller, NewSecret::new("Default", "fits", data("0123456789"))).await.unwrap();
    let error = store.create_secret(&caller, NewSecret::new("Default", "not", data("0123456789A"))).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { size: 11, limit: 10 }), "{error}");
    let options = Options { max_value: (64 << 20) + 1, ..Options::default() };
    assert!(open_with(home.path(), KeyProvider::HomeFile, options).await.is_err());
}

#[tokio::test]
async fn a_deleted_secret_is_gone_and_its_name_is_free() {
    let mut fx = Fixture::new().await;
    let id = fx.data("gone", "first").await;
    let export = fx.store.permit(&fx.admin, Operation::Export, id).await.unwrap();
    let error = fx.store.delete(&export).await.unwrap_err();
    assert!(matches!(error, Error::WrongPermit { .. }), "{error}");
    let own = fx.store.permit(&fx.admin, Operation::OwnSecret, id).await.unwrap();
    fx.store.delete(&own).await.unwrap();
    assert!(matches!(fx.read("gone").await, Err(Error::SecretNotFound { hidden: false, .. })));
    assert!(matches!(fx.store.open_secret(&export, None).await, Err(Error::SecretNotFound { .. })));
    assert!(matches!(fx.store.delete(&own).await, Err(Error::SecretNotFound { .. })));
    let mut read = fx.store.read().await.unwrap();
    assert!(read.secret_version(&id.to_string(), 1).await.unwrap().is_none());
    read.finish().await.unwrap();
    fx.assert_clean().await;
    fx.data("gone", "second").await;
    fx.reopen().await;
    assert_eq!(fx.read("gone").await.unwrap(), "second");
    fx.assert_clean().await;
}

#[tokio::test]
async fn encrypted_strings_are_their_projects_alone() {
    let mut fx = Fixture::new().await;
    let (one, two) = (fx.project("one").await.id, fx.project("two").await.id);
    let encrypt = fx.store.permit(&fx.admin, Operation::EncryptString, one).await.unwrap();
    let first = fx.store.encrypt_string(&encrypt, &"my value".into()).await.unwrap();
    let second = fx.store.encrypt_string(&encrypt, &"my value".into()).await.unwrap();
    let empty = fx.store.encrypt_string(&encrypt, &"".into()).await.unwrap();
    assert_ne!(first, second);
    assert!(first.starts_with("accord:v1:1:"), "{first}");
    fx.reopen().await;
    let inside = |project| fx.admin.clone().in_process("p", Some(project));
    let decrypt = async |project, text: &str| {
        let permit = fx.store.permit(&inside(project), Operation::DecryptString, project).await.unwrap();
        fx.store.decrypt_string(&permit, text).await.map(|t| t.expose().clone())
    };
    for text in [&first, &second] {
        assert_eq!(decrypt(one, text).await.unwrap(), "my value");
        assert!(matches!(decrypt(two, text).await, Err(Error::CannotDecrypt)));
    }
    assert_eq!(decrypt(one, &empty).await.unwrap(), "");
    let body = first.strip_prefix("accord:v1:1:").unwrap();
    let strange = [
        String::new(),
        "***".to_owned(),
        "4d1+ruCra6CLBboT7Wx5mw==".to_owned(),
        "accord:v1:1:".to_owned(),
        first[..first.len() - 1].to_owned(),
        format!("{first}="),
        format!("{first} "),
        format!("accord:v1:2:{body}"),
        format!("accord:v1:01:{body}"),
        format!("accord:v1:-1:{body}"),
        format!("accord:v2:1:{body}"),
    ];
    for text in strange {
        let error = decrypt(one, &text).await.unwrap_err();
        assert!(matches!(error, Error::CannotDecrypt), "{text}: {error}");
    }
    for caller in [fx.admin.clone(), fx.admin.clone().in_process("p", None), inside(two)] {
        assert!(matches!(fx.store.permit(&caller, Operation::DecryptString, one).await, Err(Error::CannotDecrypt)));
    }
    fx.assert_clean().await;
}

#[tokio::test]
async fn states_open_under_their_own_key_only() {
    let mut fx = Fixture::new().await;
    let (one, two) = (fx.project("one").await.id, fx.project("two").await.id);
    let scopes = [StateScope::Installation, StateScope::Project(one), StateScope::Project(two)];
    for scope in scopes {
        let sealed = fx.store.seal_state(scope, b"state").await.unwrap();
        assert!(!sealed.windows(5).any(|w| w == b"state"));
        fx.reopen().await;
        for other in scopes {
            let opened = fx.store.open_state(other, &sealed).await;
            assert_eq!(opened.is_ok(), other == scope);
        }
        assert_eq!(fx.store.open_state(scope, &sealed).await.unwrap().expose(), b"state");
        for length in 0..sealed.len() {
            assert!(matches!(fx.store.open_state(scope, &sealed[..length]).await, Err(Error::CannotOpenState)));
        }
        for at in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[at] ^= 1;
            assert!(matches!(fx.store.open_state(scope, &flipped).await, Err(Error::CannotOpenState)), "byte {at}");
        }
    }
    let unknown: crate::ProjectId = "00000000-0000-4000-8000-000000000000".parse().unwrap();
    assert!(fx.store.seal_state(StateScope::Project(unknown), b"x").await.is_err());
}

#[tokio::test]
async fn what_happens_is_recorded_and_values_are_not() {
    let fx = Fixture::new().await;
    let mut new = NewSecret::new("Default", "audited", data("the-hidden-value"));
    new.store_password = StorePassword::Given("Sesame123open".into());
    fx.create(new).await;
    let caller = fx.admin.clone().in_process("process-1", None).at("concord.yml:7");
    let read = async |password: &str| fx.store.read_value(&caller, "Default", "audited", Some(&password.into())).await;
    read("Wrong123password").await.unwrap_err();
    read("Sesame123open").await.unwrap();
    let rows = fx.audit().await;
    let lines: Vec<_> = rows.iter().map(|r| format!("{} {} {}", r.action, r.object, r.outcome)).collect();
    let expected = ["ACCESS SECRET OK", "ACCESS SECRET FAILED", "CREATE SECRET OK", "CREATE ORG OK", "CREATE USER OK"];
    assert_eq!(lines, expected);
    let row = &rows[0];
    assert_eq!((row.process_id.as_deref(), row.place.as_deref()), (Some("process-1"), Some("concord.yml:7")));
    assert_eq!(row.actor, fx.admin.actor().name());
    let all = format!("{rows:?}");
    for value in ["the-hidden-value", "Sesame123open", "Wrong123password"] {
        assert!(!all.contains(value));
    }
}

#[test]
fn futures_can_move_between_threads() {
    fn assert_send<T: Send>(_: T) {}
    fn check(store: &Store, caller: &Caller, new: NewSecret, filter: &SecretFilter) {
        assert_send(store.create_secret(caller, new));
        assert_send(store.read_value(caller, "", "", None));
        assert_send(store.list_secrets(caller, filter));
        assert_send(store.verify());
        assert_send(Store::open(Path::new(""), KeyProvider::HomeFile));
    }
    let _ = check;
}
