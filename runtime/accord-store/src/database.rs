//! The database: opening it, its connections, reading.
//!
//! One connection writes (`writer.rs`); further connections read, each opened when it is first
//! needed. A program that asks for one secret needs the first one only. SQLite and PostgreSQL take the
//! same statements ([`on!`]); what begins and ends a transaction is each one's own ([`Step`]).

mod postgres;
mod sqlite;

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::address::{Address, Kind};
use crate::error::is_lost;
use crate::writer::{IdleWriter, Tx, Writer};
use crate::{Error, Result};

/// At most this many idle reading connections are kept. A PostgreSQL server has so many of them at most.
const READERS: usize = 16;

/// How long a reader waits for one of PostgreSQL's connections.
const READER_TIMEOUT: Duration = Duration::from_secs(20);

/// After a server could not be reached for a while, the next ones who need it try once, for so long.
const DISTRUST: Duration = Duration::from_secs(5);

/// A database, shared by all who hold a clone of it.
#[derive(Clone, Debug)]
pub struct Database {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    source: Arc<Source>,
    warnings: Vec<String>,
    writer: Writer,
    readers: Mutex<Vec<Session>>,
    /// Of PostgreSQL's connections for readers.
    places: Option<Arc<Semaphore>>,
}

/// Where connections come from.
pub(crate) struct Source {
    place: String,
    kind: SourceKind,
    /// When the server could last not be reached.
    failed: Mutex<Option<Instant>>,
}

enum SourceKind {
    Sqlite(Box<SqliteConnectOptions>),
    Postgres(Box<PgConnectOptions>),
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
    Postgres(PgConnection),
}

/// Runs an expression with the connection of a session, whatever database it belongs to.
///
/// The compiler types it once for each. Code that is generic over the drivers would say the same, but
/// with a bound for each type of each column and parameter, in each function. What a
/// statement answers that answers no rows is each driver's own type: take `rows_affected()` of it inside.
macro_rules! on {
    ($session:expr, $connection:ident => $run:expr) => {
        match &mut $session.connection {
            Some($crate::database::Connection::Sqlite($connection)) => $run,
            Some($crate::database::Connection::Postgres($connection)) => $run,
            None => Err(sqlx::Error::WorkerCrashed),
        }
    };
}
pub(crate) use on;

/// What begins and ends transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// All that is read from here on is of one moment.
    BeginRead,
    EndRead,
    /// The only writer from here on, with a savepoint.
    BeginWrite,
    Savepoint,
    /// Ends the savepoint and sets one for the next writer: one way to the server instead of two.
    Next,
    /// Back to the savepoint, which ends.
    Undo,
    /// After writers that have ended their savepoints.
    Commit,
    /// With the writer's savepoint open.
    CommitAlone,
    Rollback,
}

impl Database {
    /// Opens the SQLite database in `path`, making it (0600, in a directory of mode 0700) and
    /// bringing its schema up to date where needed.
    ///
    /// # Errors
    /// File or directory are open to others, the file is no database, is locked for too long, or
    /// was written by a newer program.
    pub async fn open_sqlite(path: &Path) -> Result<Self> {
        Self::open(&Address::sqlite(path)).await
    }

    /// Opens the PostgreSQL database at a `postgres://` address ([`Address::postgres`]) and brings its
    /// schema up to date where needed. The database itself must be there.
    ///
    /// # Errors
    /// The address is malformed; the server cannot be reached, refuses the user or cannot be written;
    /// the schema was written by a newer program.
    pub async fn open_postgres(url: &str) -> Result<Self> {
        Self::open(&Address::postgres(url)?).await
    }

    /// Opens the database at an address.
    ///
    /// # Errors
    /// As [`Database::open_sqlite`] and [`Database::open_postgres`].
    pub async fn open(address: &Address) -> Result<Self> {
        let place = address.to_string();
        let opened = |source| Error::Open { place: place.clone(), source };
        let (kind, connection, warnings) = match &address.kind {
            Kind::Sqlite(path) => {
                let options = sqlite::options(path)?;
                let mut connection = options.connect().await.map_err(opened)?;
                sqlite::migrate(&place, &mut connection).await?;
                (SourceKind::Sqlite(Box::new(options)), Connection::Sqlite(connection), Vec::new())
            }
            Kind::Postgres { options, warning } => {
                let mut connection = postgres::connect(options).await.map_err(opened)?;
                let mut warnings = postgres::check(&place, &mut connection).await?;
                warnings.extend(warning.clone());
                postgres::migrate(&place, &mut connection).await?;
                (SourceKind::Postgres(options.clone()), Connection::Postgres(connection), warnings)
            }
        };
        let places = matches!(kind, SourceKind::Postgres(_)).then(|| Arc::new(Semaphore::new(READERS)));
        let source = Arc::new(Source { place, kind, failed: Mutex::new(None) });
        let first = Session { connection: Some(connection) };
        let writer = Writer::new(first, Arc::clone(&source));
        Ok(Self { shared: Arc::new(Shared { source, warnings, writer, readers: Mutex::new(Vec::new()), places }) })
    }

    /// Where it is: the database file, or the address without the password.
    pub fn place(&self) -> &str {
        &self.shared.source.place
    }

    /// What the user should know: that others may listen to the connection, or that the server does not
    /// wait for its disk.
    pub fn warnings(&self) -> &[String] {
        &self.shared.warnings
    }

    /// Begins a writing transaction. Writers wait for each other, also those of other processes; those
    /// who wait while one writes share its commit. After an error only [`Tx::rollback`] is left.
    ///
    /// # Errors
    /// The database cannot be reached, or another process writes for too long.
    pub async fn begin(&self) -> Result<Tx> {
        self.shared.writer.begin().await
    }

    /// Begins reading: all that is read until [`Read::finish`] is of one moment.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn read(&self) -> Result<Read> {
        let idle = self.shared.readers.lock().pop();
        let on = match idle {
            Some(session) => On::Own(session, self.place_for_reader().await?, self.clone()),
            // While nobody writes, its connection serves, so that a short run opens one only.
            None => match self.shared.writer.idle() {
                Some(writer) => On::Writers(writer),
                None => {
                    let place = self.place_for_reader().await?;
                    On::Own(self.shared.source.connect().await?, place, self.clone())
                }
            },
        };
        let mut read = Read { on };
        // A connection that broke while it was idle has nothing to lose.
        if read.connection.is_some() {
            match read.run(Step::BeginRead).await {
                Err(Error::Lost(_)) => {}
                begun => return begun.map(|()| read),
            }
        }
        *read = self.shared.source.connect().await?;
        read.run(Step::BeginRead).await?;
        Ok(read)
    }

    async fn place_for_reader(&self) -> Result<Option<OwnedSemaphorePermit>> {
        let Some(places) = &self.shared.places else { return Ok(None) };
        match tokio::time::timeout(READER_TIMEOUT, Arc::clone(places).acquire_owned()).await {
            Ok(Ok(place)) => Ok(Some(place)),
            _ => Err(Error::Busy),
        }
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
                // A server that is gone already has closed it.
                Some(Connection::Postgres(connection)) => match connection.close().await {
                    Err(error) if is_lost(&error) => {}
                    other => other?,
                },
                None => {}
            }
        }
        Ok(())
    }

    #[cfg(test)]
    pub(crate) fn writer(&self) -> &Writer {
        &self.shared.writer
    }
}

impl Source {
    /// A further connection. A server that is away for a moment is waited for.
    pub(crate) async fn connect(&self) -> Result<Session> {
        let opened = |source| Error::Open { place: self.place.clone(), source };
        let connection = match &self.kind {
            SourceKind::Sqlite(options) => Connection::Sqlite(options.connect().await.map_err(opened)?),
            SourceKind::Postgres(options) => {
                let distrusted = self.failed.lock().is_some_and(|at| at.elapsed() < DISTRUST);
                let connected =
                    if distrusted { postgres::connect(options).await } else { postgres::reconnect(options).await };
                *self.failed.lock() = connected.is_err().then(Instant::now);
                Connection::Postgres(connected.map_err(opened)?)
            }
        };
        Ok(Session { connection: Some(connection) })
    }

    /// What became of a transaction whose commit was not answered; `None` if that cannot be said.
    pub(crate) async fn became_of(&self, xid: &str) -> Option<bool> {
        match &self.kind {
            SourceKind::Sqlite(_) => None,
            SourceKind::Postgres(options) => postgres::became_of(options, xid).await,
        }
    }
}

/// Shows no password.
impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.place)
    }
}

impl Session {
    pub(crate) async fn run(&mut self, step: Step) -> Result<()> {
        let words = match &self.connection {
            Some(Connection::Postgres(_)) => postgres::words(step),
            _ => sqlite::words(step),
        };
        on!(self, c => sqlx::raw_sql(words).execute(c).await.map(drop)).map_err(Error::from)
    }

    /// Begins a writing transaction; answers its number, where it may be needed.
    pub(crate) async fn begin_write(&mut self) -> Result<Option<String>> {
        match &mut self.connection {
            Some(Connection::Postgres(connection)) => Ok(postgres::begin_write(connection).await?),
            _ => self.run(Step::BeginWrite).await.map(|()| None),
        }
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
    Own(Session, Option<OwnedSemaphorePermit>, Database),
    /// The writing connection.
    Writers(IdleWriter),
}

impl Read {
    /// Ends reading and keeps the connection for the next reader.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn finish(mut self) -> Result<()> {
        self.run(Step::EndRead).await?;
        match self.on {
            On::Own(session, _place, database) => {
                let mut readers = database.shared.readers.lock();
                if readers.len() < READERS {
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
            On::Own(session, ..) => session,
            On::Writers(writer) => writer,
        }
    }
}

impl DerefMut for Read {
    fn deref_mut(&mut self) -> &mut Session {
        match &mut self.on {
            On::Own(session, ..) => session,
            On::Writers(writer) => writer,
        }
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! Databases as earlier programs left them.

    use super::*;

    /// Makes a database as the first version of the schema was.
    pub(crate) async fn make_first_version(address: &Address) {
        let put = "INSERT INTO meta (name, value) VALUES ('kept', 'yes')";
        match &address.kind {
            Kind::Sqlite(path) => {
                let mut connection =
                    SqliteConnectOptions::new().filename(path).create_if_missing(true).connect().await.unwrap();
                let migrations = sqlite::MIGRATIONS.iter().take(1).cloned().collect();
                let first = sqlx::migrate::Migrator::with_migrations(migrations);
                first.run_direct(None, &mut connection, false).await.unwrap();
                sqlx::raw_sql("PRAGMA user_version = 1").execute(&mut connection).await.unwrap();
                sqlx::raw_sql(put).execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
            }
            Kind::Postgres { options, .. } => {
                let mut connection = options.connect().await.unwrap();
                let migrations = postgres::MIGRATIONS.iter().take(1).cloned().collect();
                let mut first = sqlx::migrate::Migrator::with_migrations(migrations);
                first.dangerous_set_table_name("accord_migrations");
                first.run_direct(None, &mut connection, false).await.unwrap();
                sqlx::raw_sql(put).execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
            }
        }
    }

    /// The newest version of the schema.
    pub(crate) fn newest() -> i64 {
        postgres::MIGRATIONS.iter().map(|m| m.version).max().unwrap()
    }
}
