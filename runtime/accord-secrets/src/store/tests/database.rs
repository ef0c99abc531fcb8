//! The database of a test: SQLite's, or PostgreSQL's where `ACCORD_TEST_STORE=postgres` says so.
//!
//! One test runs all the others a second time, with a server.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::path::Path;

use sqlx::{Connection as _, PgConnection, SqliteConnection};

use crate::{Address, KeyProvider, Options, Result, Store};

/// Whether this run is the one on PostgreSQL.
pub(super) fn on_postgres() -> bool {
    std::env::var("ACCORD_TEST_STORE").is_ok_and(|store| store == "postgres")
}

/// Opens the store of a directory: `store.db` in it, or the server's database that belongs to it.
pub(super) async fn open(home: &Path, keys: KeyProvider) -> Result<Store> {
    open_with(home, keys, Options::default()).await
}

pub(super) async fn open_with(home: &Path, keys: KeyProvider, settings: Options) -> Result<Store> {
    Store::open_with(home, keys, options(home, settings).await).await
}

/// The settings, with the database of a directory.
pub(super) async fn options(home: &Path, mut settings: Options) -> Options {
    if on_postgres() {
        settings.database = Some(Address::postgres(&database(home).await).unwrap());
    }
    settings
}

fn server() -> String {
    std::env::var("ACCORD_TEST_POSTGRES").expect("the address of a server: run tests/with-postgres")
}

fn name(home: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    (std::process::id(), home).hash(&mut hasher);
    format!("store_{:016x}", hasher.finish())
}

/// Address of a directory's database, which is made where it is missing.
async fn database(home: &Path) -> String {
    let (name, server) = (name(home), server());
    let mut connection = PgConnection::connect(&server).await.unwrap();
    let made = sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await;
    connection.close().await.unwrap();
    let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
    if made.is_ok() {
        // As SQLite has it.
        let mut connection = PgConnection::connect(&url).await.unwrap();
        let zeros = "CREATE FUNCTION zeroblob(n int) RETURNS bytea LANGUAGE sql \
                     AS $$ SELECT decode(repeat('00', n), 'hex') $$";
        sqlx::raw_sql(zeros).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
    url
}

/// Removes a directory's database; its store is closed.
pub(super) async fn remove(home: &Path) {
    if on_postgres() {
        let mut connection = PgConnection::connect(&server()).await.unwrap();
        let sql = format!("DROP DATABASE {} WITH (FORCE)", name(home));
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    } else {
        for file in ["store.db", "store.db-wal", "store.db-shm"] {
            let _ = std::fs::remove_file(home.join(file));
        }
    }
}

/// A database in the hands of somebody who may write it, and whom no reference stops.
pub(super) enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Raw {
    pub(super) async fn open(home: &Path) -> Self {
        let mut raw = if on_postgres() {
            Self::Postgres(PgConnection::connect(&database(home).await).await.unwrap())
        } else {
            let path = home.join("store.db");
            Self::Sqlite(SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap())
        };
        let unbound = match raw {
            Self::Sqlite(_) => "PRAGMA foreign_keys = OFF",
            Self::Postgres(_) => "SET session_replication_role = replica",
        };
        raw.run(unbound).await;
        raw
    }

    pub(super) async fn run(&mut self, sql: &str) {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(connection) => sqlx::raw_sql(sql).execute(connection).await.map(drop).unwrap(),
            Self::Postgres(connection) => sqlx::raw_sql(sql).execute(connection).await.map(drop).unwrap(),
        }
    }

    /// Runs a statement with one parameter.
    pub(super) async fn put(&mut self, sql: &'static str, bytes: &[u8]) {
        match self {
            Self::Sqlite(connection) => sqlx::query(sql).bind(bytes).execute(connection).await.map(drop).unwrap(),
            Self::Postgres(connection) => sqlx::query(sql).bind(bytes).execute(connection).await.map(drop).unwrap(),
        }
    }

    pub(super) async fn close(self) {
        match self {
            Self::Sqlite(connection) => connection.close().await.unwrap(),
            Self::Postgres(connection) => connection.close().await.unwrap(),
        }
    }
}

/// The whole suite once more.
#[test]
fn everything_holds_on_postgresql() {
    if on_postgres() {
        return;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/with-postgres");
    let run = std::process::Command::new(script)
        .arg(std::env::current_exe().unwrap())
        .arg("store::")
        .env("ACCORD_TEST_STORE", "postgres")
        .env("ACCORD_TEST_FSYNC", "off")
        .output()
        .unwrap();
    let output = format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "on PostgreSQL:\n{output}");
    println!("on PostgreSQL: {}", output.lines().filter(|line| line.starts_with("test result")).collect::<String>());
}
