//! PostgreSQL: sessions whose commits are on the server's disk, and one writing transaction at a time.
//!
//! All writing transactions of all processes take one advisory lock before they look at anything, and
//! hold it until they are committed: as with SQLite's write lock, what a transaction has read cannot
//! change before it commits, so that the audit chain has one end and a permit that was checked inside
//! holds. At the level READ COMMITTED each statement sees all that earlier holders of the lock
//! committed; a level with one snapshot would take it before it waits for the lock, and could then only
//! fail. Readers need no lock: they see one moment (REPEATABLE READ).

use std::borrow::Cow;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};

use super::Step;
use crate::error::may_come_up;
use crate::{Error, Result};

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// What has been applied; the database may have other tables than the store's.
const APPLIED: &str = "accord_migrations";

/// How long a server may take to answer a new connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);

/// How long a server that was there may be away, as for a restart, before somebody is told.
const PATIENCE: Duration = Duration::from_secs(5);

/// PostgreSQL 13: the first that tells what became of a transaction by its full number.
const OLDEST: i64 = 130_000;

/// As SQLite's: 20 s for the lock. Who stops in the middle of a transaction loses it, and the lock with
/// it. Sessions that a server's settings let commit before the disk has it are told to wait for it.
const SETTINGS: &str = "SET lock_timeout = '20s'; SET statement_timeout = '60s'; \
    SET idle_in_transaction_session_timeout = '60s'; \
    SELECT set_config('synchronous_commit', 'on', false) \
    WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')";

/// The number is "accord", 1.
macro_rules! lock {
    () => {
        "SELECT pg_advisory_xact_lock(7017561974685040641)"
    };
}

pub(super) fn words(step: Step) -> &'static str {
    match step {
        Step::BeginRead => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        Step::BeginWrite => concat!(
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; ",
            lock!(),
            "; SELECT pg_current_xact_id()::text; SAVEPOINT writer"
        ),
        Step::Savepoint => "SAVEPOINT writer",
        Step::Next => "RELEASE writer; SAVEPOINT writer",
        Step::Undo => "ROLLBACK TO writer; RELEASE writer",
        Step::Commit | Step::EndRead => "COMMIT",
        // After a failed statement COMMIT alone would undo everything and call that a success.
        Step::CommitAlone => "RELEASE writer; COMMIT",
        Step::Rollback => "ROLLBACK",
    }
}

/// Begins a writing transaction, and answers its number.
pub(super) async fn begin_write(connection: &mut PgConnection) -> std::result::Result<Option<String>, sqlx::Error> {
    let rows = sqlx::raw_sql(words(Step::BeginWrite)).fetch_all(connection).await?;
    rows.last().map(|row| row.try_get(0)).transpose()
}

/// A new connection.
pub(super) async fn connect(options: &PgConnectOptions) -> std::result::Result<PgConnection, sqlx::Error> {
    let connecting = async {
        let mut connection = options.connect().await?;
        sqlx::raw_sql(SETTINGS).execute(&mut connection).await?;
        Ok(connection)
    };
    let late = |_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()));
    tokio::time::timeout(CONNECT_TIMEOUT, connecting).await.unwrap_or_else(late)
}

/// A new connection to a server that was there before and may just be restarting.
pub(super) async fn reconnect(options: &PgConnectOptions) -> std::result::Result<PgConnection, sqlx::Error> {
    let start = tokio::time::Instant::now();
    let mut pause = Duration::from_millis(10);
    loop {
        match connect(options).await {
            Err(error) if may_come_up(&error) && start.elapsed() < PATIENCE => {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_millis(500));
            }
            other => return other,
        }
    }
}

/// What became of a transaction whose commit was not answered: `true` if it took place.
///
/// `None`: it cannot be said.
pub(super) async fn became_of(options: &PgConnectOptions, xid: &str) -> Option<bool> {
    let mut connection = reconnect(options).await.ok()?;
    let mut pause = Duration::from_millis(10);
    // The server may not have noticed yet that nobody listens.
    for _ in 0..10 {
        let found: std::result::Result<(Option<String>,), _> =
            sqlx::query_as("SELECT pg_xact_status($1::text::xid8)").bind(xid).fetch_one(&mut connection).await;
        match found {
            Ok((Some(status),)) if status == "committed" => return Some(true),
            Ok((Some(status),)) if status == "aborted" => return Some(false),
            Ok((Some(_),)) => tokio::time::sleep(pause).await,
            // A number that is still to come: the server crashed and has forgotten that it gave it out.
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("22023") => return Some(false),
            _ => return None,
        }
        pause = (pause * 2).min(Duration::from_millis(500));
    }
    None
}

/// Looks whether a store can lie there; answers what its user should know.
pub(super) async fn check(place: &str, connection: &mut PgConnection) -> Result<Vec<String>> {
    let sql = "SELECT current_setting('server_version_num')::int8, current_setting('server_encoding'), \
               pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool, current_setting('fsync')";
    let opened = |source| Error::Open { place: place.to_owned(), source };
    let (version, encoding, read_only, fsync): (i64, String, bool, String) =
        sqlx::query_as(sql).fetch_one(connection).await.map_err(opened)?;
    let unfit = |problem: String| Err(Error::Unfit { place: place.to_owned(), problem });
    if version < OLDEST {
        return unfit(format!("it is of PostgreSQL {}, 13 or later is needed", version / 10_000));
    }
    if encoding != "UTF8" {
        return unfit(format!("its encoding is {encoding}: make the database with createdb --encoding=UTF8"));
    }
    if read_only {
        return unfit("it can only be read (a standby?): name the server that can be written".to_owned());
    }
    if fsync == "off" {
        return Ok(vec![format!(
            "The server of {place} runs with fsync = off: what it reports as written may be lost when its machine stops"
        )]);
    }
    Ok(Vec::new())
}

/// Applies what is missing. A database that is up to date costs two statements.
pub(super) async fn migrate(place: &str, connection: &mut PgConnection) -> Result<()> {
    let known = MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0);
    let opened = |source| Error::Open { place: place.to_owned(), source };
    let newer = |found| Err(Error::Newer { place: place.to_owned(), found, known });
    match version(connection).await.map_err(opened)? {
        found if found == known => return Ok(()),
        found if found > known => return newer(found),
        _ => {}
    }
    let mut tx = connection.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await.map_err(opened)?;
    // Under the writers' lock, so that of two programs that start together one migrates, and nobody
    // writes meanwhile.
    let lock = concat!("SET LOCAL statement_timeout = 0; ", lock!());
    sqlx::raw_sql(lock).execute(&mut *tx).await.map_err(opened)?;
    let found = version(&mut tx).await.map_err(opened)?;
    if found > known {
        return newer(found);
    }
    if found < known {
        let migrations = Migrator {
            migrations: Cow::Borrowed(&*MIGRATIONS.migrations),
            locking: false,
            table_name: Cow::Borrowed(APPLIED),
            ..Migrator::DEFAULT
        };
        migrations
            .run_direct(None, &mut *tx, false)
            .await
            .map_err(|source| Error::Migrate { place: place.to_owned(), source })?;
    }
    tx.commit().await.map_err(opened)
}

async fn version(connection: &mut PgConnection) -> std::result::Result<i64, sqlx::Error> {
    let sql = "SELECT to_regclass($1) IS NOT NULL";
    let (made,): (bool,) = sqlx::query_as(sql).bind(APPLIED).fetch_one(&mut *connection).await?;
    if !made {
        return Ok(0);
    }
    let sql = "SELECT coalesce(max(version), 0) FROM accord_migrations";
    let (found,): (i64,) = sqlx::query_as(sql).fetch_one(connection).await?;
    Ok(found)
}
