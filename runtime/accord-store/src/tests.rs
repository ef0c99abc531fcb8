mod postgres;
mod schema;
mod sqlite;
pub(crate) mod support;

use std::os::unix::fs::PermissionsExt as _;

use super::*;
use support::{Place, home, on_postgres};

async fn database() -> (Place, Database) {
    let place = Place::new().await;
    let database = place.open().await;
    (place, database)
}

fn user(id: &str) -> UserRow {
    UserRow {
        id: id.to_owned(),
        name: format!("name of {id}"),
        kind: "LOCAL".to_owned(),
        role: "USER".to_owned(),
        disabled: 0,
        created_at: i64::MAX,
        counter: 1,
        kek_id: "kek".to_owned(),
        mac: vec![0, 255],
    }
}

fn org(id: &str) -> OrgRow {
    OrgRow {
        id: id.to_owned(),
        name: format!("name of {id}"),
        visibility: "PUBLIC".to_owned(),
        owner_id: None,
        created_at: -1,
        counter: 1,
        kek_id: "kek".to_owned(),
        mac: vec![1],
    }
}

fn secret(id: &str, org_id: &str, name: &str) -> SecretRow {
    SecretRow {
        id: id.to_owned(),
        org_id: org_id.to_owned(),
        name: name.to_owned(),
        kind: "DATA".to_owned(),
        protection: "SERVER_KEY".to_owned(),
        visibility: "PRIVATE".to_owned(),
        owner_id: None,
        public_key: None,
        current_version: 1,
        closed: 0,
        deleted: 0,
        expires_at: None,
        created_at: 1,
        updated_at: 2,
        counter: 1,
        kek_id: "kek".to_owned(),
        mac: vec![2],
    }
}

#[tokio::test]
async fn rows_come_back_as_they_were_put() {
    let (_home, database) = database().await;
    let mut tx = database.begin().await.unwrap();
    tx.insert_user(&user("u1")).await.unwrap();
    tx.insert_org(&org("o1")).await.unwrap();
    let project = ProjectRow {
        id: "p1".to_owned(),
        org_id: "o1".to_owned(),
        name: "proj".to_owned(),
        visibility: "PUBLIC".to_owned(),
        owner_id: Some("u1".to_owned()),
        created_at: 5,
        counter: 1,
        kek_id: "kek".to_owned(),
        mac: Vec::new(),
    };
    tx.insert_project(&project).await.unwrap();
    let kek = KekRow { id: "k".to_owned(), state: "CURRENT".to_owned(), wraps: 0, sealed: vec![1; 125], created_at: 9 };
    tx.insert_kek(&kek).await.unwrap();
    tx.count_wrap("k").await.unwrap();
    let version = SecretVersionRow {
        secret_id: "s1".to_owned(),
        version: 1,
        kind: None,
        kek_id: "k".to_owned(),
        wrapped_key: Some(vec![3; 10]),
        payload: vec![4; 100_000],
        digest: vec![5; 32],
        created_at: 6,
        created_by: "u1".to_owned(),
        mac: vec![7; 32],
    };
    tx.insert_secret(&secret("s1", "o1", "one")).await.unwrap();
    tx.insert_secret_version(&version).await.unwrap();
    tx.set_secret_projects("s1", &["p1".to_owned()]).await.unwrap();
    tx.set_meta("a", "1").await.unwrap();
    tx.set_meta("a", "2").await.unwrap();
    tx.commit().await.unwrap();

    let mut read = database.read().await.unwrap();
    assert_eq!(read.user("u1").await.unwrap(), Some(user("u1")));
    assert_eq!(read.user_by_name("name of u1").await.unwrap(), Some(user("u1")));
    assert_eq!(read.org_by_name("name of o1").await.unwrap(), Some(org("o1")));
    assert_eq!(read.org("o2").await.unwrap(), None);
    assert_eq!(read.project("p1").await.unwrap(), Some(project.clone()));
    assert_eq!(read.projects(Some("o1")).await.unwrap(), [project]);
    assert_eq!(read.projects(Some("o2")).await.unwrap(), []);
    assert_eq!(read.keks().await.unwrap(), [KekRow { wraps: 1, ..kek }]);
    assert_eq!(read.secret("s1").await.unwrap(), Some(secret("s1", "o1", "one")));
    assert_eq!(read.secret_projects("s1").await.unwrap(), ["p1"]);
    assert_eq!(read.secret_version("s1", 1).await.unwrap(), Some(version));
    assert_eq!(read.secret_version("s1", 2).await.unwrap(), None);
    assert_eq!(read.meta("a").await.unwrap().as_deref(), Some("2"));
    read.finish().await.unwrap();

    let mut tx = database.begin().await.unwrap();
    tx.shred_secret_versions("s1").await.unwrap();
    let mut row = secret("s1", "o1", "one");
    row.deleted = 1;
    tx.update_secret(&row).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = database.read().await.unwrap();
    assert_eq!(read.secret_version_numbers("s1").await.unwrap(), [0i64; 0]);
    assert_eq!(read.secret_by_name("o1", "one").await.unwrap(), None);
    assert_eq!(read.secret("s1").await.unwrap().unwrap().deleted, 1);
    read.finish().await.unwrap();
}

#[tokio::test]
async fn shared_rows_come_back_and_are_replaced() {
    let (_home, database) = database().await;
    let kv = KvRow {
        scope_id: "p1".to_owned(),
        key: "k".to_owned(),
        text: Some("t".to_owned()),
        number: None,
        sealed: None,
        updated_at: 1,
    };
    let number = KvRow { text: None, number: Some(i64::MIN), updated_at: 2, ..kv.clone() };
    let sealed = KvRow { key: "s".to_owned(), text: None, sealed: Some(vec![0, 255]), ..kv.clone() };
    let store = JsonStoreRow { id: "j1".to_owned(), org_id: "o1".to_owned(), name: "docs".to_owned(), created_at: 3 };
    let item = JsonItemRow {
        store_id: "j1".to_owned(),
        path: "b".to_owned(),
        data: "{}".to_owned(),
        sealed: None,
        updated_at: 4,
    };
    let other = JsonItemRow { path: "a/ä".to_owned(), sealed: Some(vec![1]), ..item.clone() };
    let mut tx = database.begin().await.unwrap();
    tx.insert_org(&org("o1")).await.unwrap();
    for row in [&kv, &number, &sealed] {
        tx.put_kv(row).await.unwrap();
    }
    tx.insert_json_store(&store).await.unwrap();
    for row in [&item, &JsonItemRow { data: "[1]".to_owned(), ..item.clone() }, &other] {
        tx.put_json_item(row).await.unwrap();
    }
    tx.put_json_query("j1", "q", "first", 1).await.unwrap();
    tx.put_json_query("j1", "q", "second", 2).await.unwrap();
    tx.commit().await.unwrap();

    let mut read = database.read().await.unwrap();
    assert_eq!(read.kv("p1", "k").await.unwrap(), Some(number));
    assert_eq!(read.kv("p2", "k").await.unwrap(), None);
    assert_eq!(read.sealed_kv().await.unwrap(), [sealed]);
    assert_eq!(read.json_store("o1", "docs").await.unwrap(), Some(store.clone()));
    assert_eq!(read.json_store("o2", "docs").await.unwrap(), None);
    let item = JsonItemRow { data: "[1]".to_owned(), ..item };
    assert_eq!(read.json_items("j1").await.unwrap(), [other.clone(), item.clone()]);
    assert_eq!(read.json_item("j1", "b").await.unwrap(), Some(item.clone()));
    assert_eq!(read.sealed_json_items().await.unwrap(), [other]);
    assert_eq!(read.json_query("j1", "q").await.unwrap().as_deref(), Some("second"));
    assert_eq!(read.json_query("j1", "r").await.unwrap(), None);
    read.finish().await.unwrap();

    let mut tx = database.begin().await.unwrap();
    assert!(matches!(tx.insert_json_store(&store).await, Err(Error::Exists(_))));
    tx.rollback().await.unwrap();
    let mut tx = database.begin().await.unwrap();
    assert!(tx.put_json_item(&JsonItemRow { store_id: "j2".to_owned(), ..item.clone() }).await.is_err());
    tx.rollback().await.unwrap();

    let mut tx = database.begin().await.unwrap();
    assert!(tx.delete_kv("p1", "k").await.unwrap() && !tx.delete_kv("p1", "k").await.unwrap());
    assert!(tx.delete_json_item("j1", "b").await.unwrap() && !tx.delete_json_item("j1", "b").await.unwrap());
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn names_are_unique_where_they_should_be() {
    let (_home, database) = database().await;
    let mut tx = database.begin().await.unwrap();
    tx.insert_org(&org("o1")).await.unwrap();
    tx.insert_org(&org("o2")).await.unwrap();
    tx.insert_secret(&secret("s1", "o1", "one")).await.unwrap();
    tx.insert_secret(&secret("s2", "o2", "one")).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = database.begin().await.unwrap();
    assert!(matches!(tx.insert_secret(&secret("s3", "o1", "one")).await, Err(Error::Exists(_))));
    tx.rollback().await.unwrap();
    let mut tx = database.begin().await.unwrap();
    let mut gone = secret("s1", "o1", "one");
    gone.deleted = 1;
    tx.update_secret(&gone).await.unwrap();
    tx.insert_secret(&secret("s3", "o1", "one")).await.unwrap();
    tx.commit().await.unwrap();
    // A row that names what is not there.
    let mut tx = database.begin().await.unwrap();
    assert!(matches!(tx.insert_secret(&secret("s4", "o9", "one")).await, Err(Error::Database(_))));
    tx.rollback().await.unwrap();
}

#[tokio::test]
async fn a_transaction_is_all_or_nothing() {
    let (_home, database) = database().await;
    let count = async || {
        let mut read = database.read().await.unwrap();
        let count = read.users().await.unwrap().len();
        read.finish().await.unwrap();
        count
    };
    let mut tx = database.begin().await.unwrap();
    tx.insert_user(&user("u1")).await.unwrap();
    assert_eq!(count().await, 0, "nobody else sees it before the commit");
    drop(tx);
    assert_eq!(count().await, 0);
    let mut tx = database.begin().await.unwrap();
    tx.insert_user(&user("u1")).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(count().await, 0);
    let mut tx = database.begin().await.unwrap();
    tx.insert_user(&user("u1")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(count().await, 1);
}

#[tokio::test]
async fn a_reader_sees_one_moment() {
    let (_home, database) = database().await;
    // The writing connection serves the first reader; this takes it away.
    let tx = database.begin().await.unwrap();
    let mut read = database.read().await.unwrap();
    assert_eq!(read.users().await.unwrap().len(), 0);
    tx.commit().await.unwrap();
    let mut tx = database.begin().await.unwrap();
    tx.insert_user(&user("u1")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(read.users().await.unwrap().len(), 0);
    read.finish().await.unwrap();
    let mut read = database.read().await.unwrap();
    assert_eq!(read.users().await.unwrap().len(), 1);
    read.finish().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_of_several_programs_wait_for_each_other() {
    let (place, first) = database().await;
    let second = place.open().await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..40 {
        let database = if n % 2 == 0 { first.clone() } else { second.clone() };
        tasks.spawn(async move {
            let mut tx = database.begin().await.unwrap();
            let count = tx.meta("count").await.unwrap().unwrap_or_default().parse().unwrap_or(0);
            tx.set_meta("count", &format!("{}", count + 1)).await.unwrap();
            tx.commit().await.unwrap();
        });
    }
    tasks.join_all().await;
    let mut read = first.read().await.unwrap();
    assert_eq!(read.meta("count").await.unwrap().as_deref(), Some("40"));
}

#[test]
fn private_files_are_made_whole_and_never_replaced() {
    let home = home();
    let path = home.path().join("keys");
    assert!(files::read_private(&path, 100).unwrap().is_none());
    assert!(files::create_private(&path, b"first").unwrap());
    assert!(!files::create_private(&path, b"second").unwrap());
    assert_eq!(files::read_private(&path, 100).unwrap().unwrap(), b"first");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(files::read_private(&path, 4).is_err());
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 1, "nothing is left beside it");
    // A directory and a pipe are no files, and a pipe does not stop the program.
    std::fs::create_dir(home.path().join("dir")).unwrap();
    assert!(files::read_private(&home.path().join("dir"), 100).is_err());
    assert!(files::private_dir(&path).is_err());
    assert!(files::private_file(&home.path().join("dir")).is_err());
}

/// A database that an earlier program made gets what is new, and keeps what it has.
#[tokio::test]
async fn an_older_database_is_brought_up_to_date() {
    let place = Place::new().await;
    if !on_postgres() {
        files::private_file(&place.file()).unwrap();
    }
    crate::database::testing::make_first_version(&place.address).await;
    let database = place.open().await;
    let mut read = database.read().await.unwrap();
    assert_eq!(read.meta("kept").await.unwrap().as_deref(), Some("yes"));
    assert_eq!(read.kv("p", "k").await.unwrap(), None);
    read.finish().await.unwrap();
}

#[tokio::test]
async fn a_newer_database_is_refused_in_words() {
    let (place, database) = database().await;
    let mut tx = database.begin().await.unwrap();
    let sql = match on_postgres() {
        true => "UPDATE accord_migrations SET version = 99 WHERE version = 1",
        false => "PRAGMA user_version = 99",
    };
    crate::database::on!(tx, c => sqlx::raw_sql(sql).execute(c).await.map(drop)).unwrap();
    tx.commit().await.unwrap();
    database.close().await.unwrap();
    let error = Database::open(&place.address).await.unwrap_err().to_string();
    assert!(error.contains("schema version 99") && error.contains("newer version of Accord"), "{error}");
}
