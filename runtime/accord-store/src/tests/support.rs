//! Databases for tests: SQLite's, or PostgreSQL's where `ACCORD_TEST_STORE=postgres` says so.
//!
//! One test (`everything_holds_on_postgresql`) runs all the others a second time, with a server.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use sqlx::{ConnectOptions as _, Connection as _};

use crate::address::Kind;
use crate::{Address, Database};

/// Where a test's database is; a file goes with it, a server goes as a whole.
pub(crate) struct Place {
    pub(crate) home: tempfile::TempDir,
    pub(crate) address: Address,
}

/// Whether this run is the one on PostgreSQL.
pub(crate) fn on_postgres() -> bool {
    std::env::var("ACCORD_TEST_STORE").is_ok_and(|store| store == "postgres")
}

impl Place {
    pub(crate) async fn new() -> Self {
        let home = home();
        let address = if on_postgres() {
            Address::postgres(&new_postgres("").await).unwrap()
        } else {
            Address::sqlite(&home.path().join("store.db"))
        };
        Self { home, address }
    }

    pub(crate) async fn open(&self) -> Database {
        Database::open(&self.address).await.unwrap()
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.home.path().join("store.db")
    }
}

pub(crate) fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    home
}

/// Address of the server, of a user who may do everything.
pub(crate) fn server() -> String {
    std::env::var("ACCORD_TEST_POSTGRES").expect("the address of a server: run tests/with-postgres")
}

/// Makes a database and answers its address.
pub(crate) async fn new_postgres(options: &str) -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("store_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
    administer(&format!("CREATE DATABASE {name} {options}")).await;
    with_database(&server(), &name)
}

pub(crate) fn with_database(url: &str, name: &str) -> String {
    format!("{}/{name}", url.rsplit_once('/').unwrap().0)
}

/// Runs a statement on the server.
pub(crate) async fn administer(sql: &str) {
    run_on(&server(), sql).await;
}

/// Runs statements on the database at an address, beside the store.
pub(crate) async fn run_on(url: &str, sql: &str) {
    let Kind::Postgres { options, .. } = Address::postgres(url).unwrap().kind else { panic!() };
    let mut connection = options.connect().await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
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
        .env("ACCORD_TEST_STORE", "postgres")
        .env("ACCORD_TEST_FSYNC", "off")
        .output()
        .unwrap();
    let output = format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "on PostgreSQL:\n{output}");
    println!("on PostgreSQL: {}", output.lines().filter(|line| line.starts_with("test result")).collect::<String>());
}
