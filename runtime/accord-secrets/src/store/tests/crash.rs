//! Keys that are lost, wrong, open to others or half written; programs that start together.

use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::*;

#[tokio::test]
async fn a_store_without_its_key_is_not_a_new_store() {
    let mut fx = Fixture::new().await;
    fx.data("kept", "value").await;
    fx.store.close().await.unwrap();
    let keys = fx.home.path().join("keys");
    let aside = fx.home.path().join("keys.aside");
    std::fs::rename(&keys, &aside).unwrap();
    let error = open(fx.home.path(), KeyProvider::HomeFile).await.unwrap_err();
    assert!(matches!(error, Error::RootKeyMissing { .. }), "{error}");
    assert!(!keys.exists(), "no new key is made for an old store");
    // Another store's key.
    let other = Fixture::new().await;
    std::fs::copy(other.home.path().join("keys"), &keys).unwrap();
    let error = open(fx.home.path(), KeyProvider::HomeFile).await.unwrap_err();
    assert!(matches!(error, Error::WrongRootKey { .. }), "{error}");
    std::fs::rename(&aside, &keys).unwrap();
    fx.store = open(fx.home.path(), KeyProvider::HomeFile).await.unwrap();
    assert_eq!(fx.read("kept").await.unwrap(), "value");
}

#[tokio::test]
async fn a_key_without_a_store_is_used_for_the_new_one() {
    let fx = Fixture::new().await;
    fx.store.close().await.unwrap();
    let before = std::fs::read(fx.home.path().join("keys")).unwrap();
    remove(fx.home.path()).await;
    // As after a crash between the making of the key and of the store.
    let store = open(fx.home.path(), KeyProvider::HomeFile).await.unwrap();
    assert!(store.is_new());
    assert_eq!(std::fs::read(fx.home.path().join("keys")).unwrap(), before);
}

#[tokio::test]
async fn what_others_can_read_is_refused() {
    let fx = Fixture::new().await;
    fx.store.close().await.unwrap();
    let files = [
        ("keys", 0o640, 0o600),
        ("keys", 0o604, 0o600),
        ("store.db", 0o644, 0o600),
        ("", 0o755, 0o700),
        ("", 0o710, 0o700),
    ];
    for (file, bad, good) in files.into_iter().filter(|(file, ..)| !on_postgres() || *file != "store.db") {
        let path = if file.is_empty() { fx.home.path().to_owned() } else { fx.home.path().join(file) };
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(bad)).unwrap();
        let error = open(fx.home.path(), KeyProvider::HomeFile).await.unwrap_err().to_string();
        assert!(error.contains(&format!("chmod {good:o} '{}'", path.display())), "{error}");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(good)).unwrap();
        open(fx.home.path(), KeyProvider::HomeFile).await.unwrap().close().await.unwrap();
    }
    // A link is not followed, wherever it leads.
    let keys = fx.home.path().join("keys");
    let aside = fx.home.path().join("aside");
    std::fs::rename(&keys, &aside).unwrap();
    symlink(&aside, &keys).unwrap();
    assert!(open(fx.home.path(), KeyProvider::HomeFile).await.is_err());
}

#[tokio::test]
async fn a_damaged_key_file_is_refused_in_words() {
    let fx = Fixture::new().await;
    fx.store.close().await.unwrap();
    let path = fx.home.path().join("keys");
    let good = std::fs::read_to_string(&path).unwrap();
    let line = good.lines().last().unwrap();
    let cases = [
        (String::new(), "holds no key"),
        ("# nothing\n".to_owned(), "holds no key"),
        (good[..good.len() - 4].to_owned(), "32 bytes in base64"),
        (format!("{good}{line}\n"), "more than one key"),
        (good.replace("-v1 ", "-v2 "), "accord-root-key-v1 KEY"),
        ("accord-root-key-v1 AAAA\n".to_owned(), "32 bytes in base64"),
    ];
    for (text, problem) in cases {
        std::fs::write(&path, &text).unwrap();
        let error = open(fx.home.path(), KeyProvider::HomeFile).await.unwrap_err().to_string();
        assert!(error.contains(problem) && error.contains("keys'"), "{error}");
        let key = line.split(' ').next_back().unwrap();
        assert!(!error.contains(key), "{error}");
    }
    // Comments and line ends of another system do no harm.
    std::fs::write(&path, good.replace('\n', "\r\n")).unwrap();
    open(fx.home.path(), KeyProvider::HomeFile).await.unwrap();
}

#[tokio::test]
async fn the_root_key_may_come_from_the_embedding_program() {
    let home = private_home();
    let given = |byte| KeyProvider::Given(SecretBytes::new(vec![byte; 32]));
    let store = open(home.path(), given(1)).await.unwrap();
    store.close().await.unwrap();
    assert!(!home.path().join("keys").exists());
    open(home.path(), given(1)).await.unwrap().close().await.unwrap();
    assert!(matches!(open(home.path(), given(2)).await, Err(Error::WrongRootKey { .. })));
    let short = KeyProvider::Given(SecretBytes::new(vec![1; 31]));
    assert!(matches!(open(home.path(), short).await, Err(Error::RootKey { .. })));
    let unset = KeyProvider::Environment("ACCORD_TEST_NO_SUCH_KEY".to_owned());
    let error = open(home.path(), unset).await.unwrap_err().to_string();
    assert_eq!(error, "the environment variable ACCORD_TEST_NO_SUCH_KEY is not set");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn programs_that_start_together_share_one_store() {
    let parent = private_home();
    let home = parent.path().join("home");
    let mut starts = Vec::new();
    for n in 0..8 {
        let home = home.clone();
        starts.push(tokio::spawn(async move {
            let store = open(&home, KeyProvider::HomeFile).await.unwrap();
            let caller = Caller::new(store.local_actor().await.unwrap());
            store.create_secret(&caller, NewSecret::new("Default", format!("from-{n}"), data("x"))).await.unwrap();
            store.is_new()
        }));
    }
    let mut new = 0;
    for start in starts {
        new += usize::from(start.await.unwrap());
    }
    assert_eq!(new, 1, "one of them makes it");
    let store = open(&home, KeyProvider::HomeFile).await.unwrap();
    let caller = Caller::new(store.local_actor().await.unwrap());
    assert_eq!(store.list_secrets(&caller, &SecretFilter::default()).await.unwrap().len(), 8);
    assert!(store.verify().await.unwrap().is_clean());
}

#[tokio::test]
async fn a_dropped_transaction_leaves_no_trace() {
    let fx = Fixture::new().await;
    let before = fx.audit().await.len();
    {
        let mut tx = fx.store.begin().await.unwrap();
        fx.store.insert_org(&mut tx, &fx.admin, "Half", None).await.unwrap();
    }
    fx.data("after", "x").await;
    assert!(fx.store.org(&fx.admin, "Half").await.is_err());
    assert_eq!(fx.audit().await.len(), before + 1);
    fx.assert_clean().await;
}
