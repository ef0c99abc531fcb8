//! What is SQLite's own: the file and what is left in it.

use std::path::PathBuf;

use super::*;
use crate::database::Connection;

async fn sqlite() -> (tempfile::TempDir, Database) {
    let home = home();
    let database = Database::open_sqlite(&home.path().join("store.db")).await.unwrap();
    (home, database)
}

async fn pragma(database: &Database, name: &str) -> String {
    let mut read = database.read().await.unwrap();
    let sql = sqlx::AssertSqlSafe(format!("PRAGMA {name}"));
    let Some(Connection::Sqlite(connection)) = &mut read.connection else { panic!() };
    let row = sqlx::query(sql).fetch_one(connection).await.unwrap();
    let value = sqlx::Row::try_get::<i64, _>(&row, 0).map(|n| n.to_string());
    let value = value.unwrap_or_else(|_| sqlx::Row::get::<String, _>(&row, 0));
    read.finish().await.unwrap();
    value
}

#[tokio::test]
async fn the_database_is_private_durable_and_wiped() {
    let (home, database) = sqlite().await;
    let newest = crate::database::testing::newest().to_string();
    for (name, value) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("secure_delete", "1"),
        ("foreign_keys", "1"),
        ("trusted_schema", "0"),
        ("temp_store", "2"),
        ("busy_timeout", "20000"),
        ("user_version", newest.as_str()),
    ] {
        assert_eq!(pragma(&database, name).await, value, "{name}");
    }
    for file in ["store.db", "store.db-wal", "store.db-shm"] {
        let mode = std::fs::metadata(home.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_in_words() {
    let home = home();
    let path = home.path().join("store.db");
    files::private_file(&path).unwrap();
    std::fs::write(&path, "this is a text that is no database, and it is long enough to be looked at".repeat(20))
        .unwrap();
    let error = Database::open_sqlite(&path).await.unwrap_err().to_string();
    assert!(error.contains("store.db'"), "{error}");
}

#[tokio::test]
async fn deleted_bytes_leave_the_file() {
    let (home, database) = sqlite().await;
    let marker = b"the-bytes-that-must-go".repeat(100);
    let mut tx = database.begin().await.unwrap();
    tx.insert_org(&org("o1")).await.unwrap();
    tx.insert_secret(&secret("s1", "o1", "one")).await.unwrap();
    let version = SecretVersionRow {
        secret_id: "s1".to_owned(),
        version: 1,
        kind: None,
        kek_id: "k".to_owned(),
        wrapped_key: Some(marker.clone()),
        payload: marker.clone(),
        digest: Vec::new(),
        created_at: 0,
        created_by: String::new(),
        mac: Vec::new(),
    };
    tx.insert_secret_version(&version).await.unwrap();
    tx.commit().await.unwrap();
    database.close().await.unwrap();
    let contains = |path: PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(22).any(|w| w == b"the-bytes-that-must-go")
    };
    assert!(contains(home.path().join("store.db")));
    let mut tx = database.begin().await.unwrap();
    tx.shred_secret_versions("s1").await.unwrap();
    tx.commit().await.unwrap();
    database.close().await.unwrap();
    for entry in std::fs::read_dir(home.path()).unwrap() {
        assert!(!contains(entry.unwrap().path()));
    }
}

/// A secret that was read a million times must open as fast as on its first day.
#[tokio::test]
async fn the_last_anchor_is_found_by_its_index() {
    let (_home, database) = sqlite().await;
    let mut read = database.read().await.unwrap();
    let sql = "EXPLAIN QUERY PLAN SELECT *, (SELECT b.mac FROM audit b WHERE b.seq = a.seq - 1) FROM audit a \
               WHERE target_id = $1 AND counter IS NOT NULL ORDER BY seq DESC LIMIT 1";
    let plan: Vec<(i64, i64, i64, String)> =
        crate::database::on!(read, c => sqlx::query_as(sql).bind("x").fetch_all(c).await).unwrap();
    read.finish().await.unwrap();
    let plan: Vec<String> = plan.into_iter().map(|row| row.3).collect();
    assert!(plan[0].contains("USING INDEX audit_anchors"), "{plan:?}");
    assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{plan:?}");
}
