//! SQLite: a private file, opened so that a commit is on the disk and what is deleted is overwritten.

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use super::Step;
use crate::{Error, Result, files};

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// How long a statement waits for another process' write lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);

/// How each connection is opened; the file is there, and private.
pub(super) fn options(path: &Path) -> Result<SqliteConnectOptions> {
    if let Some(dir) = path.parent() {
        files::private_dir(dir)?;
    }
    files::private_file(path)?;
    Ok(SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("secure_delete", "ON")
        .pragma("trusted_schema", "OFF")
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging())
}

pub(super) fn words(step: Step) -> &'static str {
    match step {
        Step::BeginRead => "BEGIN DEFERRED",
        // Takes the database's one write lock.
        Step::BeginWrite => "BEGIN IMMEDIATE; SAVEPOINT writer",
        Step::Savepoint => "SAVEPOINT writer",
        Step::Next => "RELEASE writer; SAVEPOINT writer",
        Step::Undo => "ROLLBACK TO writer; RELEASE writer",
        Step::Commit | Step::CommitAlone | Step::EndRead => "COMMIT",
        Step::Rollback => "ROLLBACK",
    }
}

/// Applies what is missing. A database that is up to date costs one statement.
pub(super) async fn migrate(place: &str, connection: &mut SqliteConnection) -> Result<()> {
    let known = MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0);
    let opened = |source| Error::Open { place: place.to_owned(), source };
    let version = |found: (i64,)| found.0;
    let found = sqlx::query_as("PRAGMA user_version").fetch_one(&mut *connection).await.map(version).map_err(opened)?;
    if found == known {
        return Ok(());
    }
    if found > known {
        return Err(Error::Newer { place: place.to_owned(), found, known });
    }
    // Under the write lock, so that of two programs that start together one migrates.
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await.map_err(opened)?;
    let found: i64 = sqlx::query_as("PRAGMA user_version").fetch_one(&mut *tx).await.map(version).map_err(opened)?;
    if found > known {
        return Err(Error::Newer { place: place.to_owned(), found, known });
    }
    if found < known {
        MIGRATIONS
            .run_direct(None, &mut *tx, false)
            .await
            .map_err(|source| Error::Migrate { place: place.to_owned(), source })?;
        let set = sqlx::AssertSqlSafe(format!("PRAGMA user_version = {known}"));
        sqlx::raw_sql(set).execute(&mut *tx).await.map_err(opened)?;
    }
    tx.commit().await.map_err(opened)
}
