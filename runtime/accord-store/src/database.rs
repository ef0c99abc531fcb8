//! The database: opening it, its connections, reading.
//!
//! One connection writes (`writer.rs`); further connections read, each opened when it is first
//! needed. A program that asks for one secret needs the first one only.

use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::writer::{IdleWriter, Tx, Writer};
use crate::{Error, Result, files};

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// How long a statement waits for another process' write lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);

/// At most this many idle reading connections are kept.
const IDLE_READERS: usize = 16;

/// A database, shared by all who hold a clone of it.
#[derive(Clone, Debug)]
pub struct Database {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    options: SqliteConnectOptions,
    writer: Writer,
    readers: Mutex<Vec<Session>>,
}

/// One connection, on which rows can be read.
#[derive(Debug)]
pub struct Session {
    /// `None` once it was given up.
    pub(crate) connection: Option<Connection>,
}

/// The kinds of database. The statements are the same for all; [`on!`] runs one on either.
#[derive(Debug)]
pub(crate) enum Connection {
    Sqlite(SqliteConnection),
}

/// Runs an expression with the connection of a session, whatever database it belongs to.
macro_rules! on {
    ($session:expr, $connection:ident => $run:expr) => {
        match &mut $session.connection {
            Some($crate::database::Connection::Sqlite($connection)) => $run,
            None => Err(sqlx::Error::WorkerCrashed),
        }
    };
}
pub(crate) use on;

impl Database {
    /// Opens the SQLite database in `path`, making it (0600, in a directory of mode 0700) and
    /// bringing its schema up to date where needed.
    ///
    /// # Errors
    /// File or directory are open to others, the file is no database, is locked for too long, or
    /// was written by a newer program.
    pub async fn open_sqlite(path: &Path) -> Result<Self> {
        if let Some(dir) = path.parent() {
            files::private_dir(dir)?;
        }
        files::private_file(path)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("secure_delete", "ON")
            .pragma("trusted_schema", "OFF")
            .pragma("temp_store", "MEMORY")
            .disable_statement_logging();
        let mut connection = options.connect().await.map_err(|source| Error::Open { path: path.to_owned(), source })?;
        migrate(path, &mut connection).await?;
        let first = Session { connection: Some(Connection::Sqlite(connection)) };
        Ok(Self {
            shared: Arc::new(Shared {
                path: path.to_owned(),
                options,
                writer: Writer::new(first),
                readers: Mutex::new(Vec::new()),
            }),
        })
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// Begins a writing transaction. Writers wait for each other; those who wait while one writes
    /// share its commit.
    ///
    /// # Errors
    /// The database cannot be reached, or another process writes for too long.
    pub async fn begin(&self) -> Result<Tx> {
        self.shared.writer.begin(self).await
    }

    /// Begins reading: all that is read until [`Read::finish`] is of one moment.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn read(&self) -> Result<Read> {
        let idle = self.shared.readers.lock().pop();
        let on = match idle {
            Some(session) => On::Own(session, self.clone()),
            // While nobody writes, its connection serves, so that a short run opens one only.
            None => match self.shared.writer.idle() {
                Some(writer) => On::Writers(writer),
                None => On::Own(self.connect().await?, self.clone()),
            },
        };
        let mut read = Read { on };
        if read.connection.is_none() {
            *read = self.connect().await?;
        }
        read.run("BEGIN DEFERRED").await?;
        Ok(read)
    }

    /// Closes all connections and brings what they wrote into the database file. Not needed for
    /// durability: a commit is on the disk.
    ///
    /// # Errors
    /// The database says so.
    pub async fn close(&self) -> Result<()> {
        let writer = self.shared.writer.take().await;
        let readers = std::mem::take(&mut *self.shared.readers.lock());
        for session in readers.into_iter().chain([writer]) {
            match session.connection {
                Some(Connection::Sqlite(connection)) => connection.close().await?,
                None => {}
            }
        }
        Ok(())
    }

    #[cfg(test)]
    pub(crate) fn writer(&self) -> &Writer {
        &self.shared.writer
    }

    pub(crate) async fn connect(&self) -> Result<Session> {
        let connection = self
            .shared
            .options
            .connect()
            .await
            .map_err(|source| Error::Open { path: self.shared.path.clone(), source })?;
        Ok(Session { connection: Some(Connection::Sqlite(connection)) })
    }
}

/// Applies what is missing. A database that is up to date costs one statement.
async fn migrate(path: &Path, connection: &mut SqliteConnection) -> Result<()> {
    let known = MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0);
    let opened = |source| Error::Open { path: path.to_owned(), source };
    let version = |found: (i64,)| found.0;
    let found = sqlx::query_as("PRAGMA user_version").fetch_one(&mut *connection).await.map(version).map_err(opened)?;
    if found == known {
        return Ok(());
    }
    if found > known {
        return Err(Error::Newer { path: path.to_owned(), found, known });
    }
    // Under the write lock, so that of two programs that start together one migrates.
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await.map_err(opened)?;
    let found: i64 = sqlx::query_as("PRAGMA user_version").fetch_one(&mut *tx).await.map(version).map_err(opened)?;
    if found < known {
        MIGRATIONS
            .run_direct(None, &mut *tx, false)
            .await
            .map_err(|source| Error::Migrate { path: path.to_owned(), source })?;
        let set = sqlx::AssertSqlSafe(format!("PRAGMA user_version = {known}"));
        sqlx::raw_sql(set).execute(&mut *tx).await.map_err(opened)?;
    }
    tx.commit().await.map_err(opened)
}

impl Session {
    pub(crate) async fn run(&mut self, sql: &'static str) -> Result<()> {
        on!(self, c => sqlx::raw_sql(sql).execute(c).await.map(drop)).map_err(Error::from)
    }
}

/// A reading transaction: one moment of the database.
#[derive(Debug)]
pub struct Read {
    on: On,
}

#[derive(Debug)]
enum On {
    /// A connection of its own, which goes back to the database that it came from.
    Own(Session, Database),
    /// The writing connection.
    Writers(IdleWriter),
}

impl Read {
    /// Ends reading and keeps the connection for the next reader.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn finish(mut self) -> Result<()> {
        self.run("COMMIT").await?;
        match self.on {
            On::Own(session, database) => {
                let mut readers = database.shared.readers.lock();
                if readers.len() < IDLE_READERS {
                    readers.push(session);
                }
            }
            On::Writers(writer) => writer.give_back(),
        }
        Ok(())
    }
}

impl Deref for Read {
    type Target = Session;

    fn deref(&self) -> &Session {
        match &self.on {
            On::Own(session, _) => session,
            On::Writers(writer) => writer,
        }
    }
}

impl DerefMut for Read {
    fn deref_mut(&mut self) -> &mut Session {
        match &mut self.on {
            On::Own(session, _) => session,
            On::Writers(writer) => writer,
        }
    }
}

/// Makes a database as the first version of the schema was.
#[cfg(test)]
pub(crate) async fn make_first_version(path: &Path) {
    let mut connection = SqliteConnectOptions::new().filename(path).create_if_missing(true).connect().await.unwrap();
    let first = Migrator::with_migrations(MIGRATIONS.iter().take(1).cloned().collect());
    first.run_direct(None, &mut connection, false).await.unwrap();
    let sql = "PRAGMA user_version = 1; INSERT INTO meta (name, value) VALUES ('kept', 'yes')";
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}
