//! What can go wrong with the database, in words that name the file and a way out.

use std::path::PathBuf;
use std::sync::Arc;

/// Result of a database operation.
pub type Result<T> = std::result::Result<T, Error>;

/// An error of the database or of the files it lies in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An address is not one of a database.
    #[error("the address of the store cannot be used: {problem}")]
    Address {
        /// What is wrong with it; nothing of a password.
        problem: String,
    },
    /// The database cannot be opened.
    #[error("cannot open the store '{place}': {source}{}", open_hint(source))]
    Open {
        /// The database file, or the address without the password.
        place: String,
        /// What the database said.
        source: sqlx::Error,
    },
    /// The database is not one that a store can lie in.
    #[error("cannot keep a store in '{place}': {problem}")]
    Unfit {
        /// The address without the password.
        place: String,
        /// What is wrong and how to mend it.
        problem: String,
    },
    /// The schema cannot be brought up to date.
    #[error("cannot bring the store '{place}' up to date: {source}")]
    Migrate {
        /// The database file, or the address without the password.
        place: String,
        /// What the migration said.
        source: sqlx::migrate::MigrateError,
    },
    /// The schema is newer than this program.
    #[error(
        "the store '{place}' has schema version {found}, this program knows up to {known}: it was used by a newer \
             version of Accord; use that one"
    )]
    Newer {
        /// The database file, or the address without the password.
        place: String,
        /// Schema version of the file.
        found: i64,
        /// Newest schema version of this program.
        known: i64,
    },
    /// A file or directory cannot be read or made.
    #[error("cannot {action} '{}': {source}", path.display())]
    File {
        /// What was tried: "read", "create", …
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file or directory that must be private is not.
    #[error("'{}' is open to other users ({found}): run chmod {mode:o} '{}'", path.display(), path.display())]
    TooOpen {
        /// The file or directory.
        path: PathBuf,
        /// What was found.
        found: String,
        /// The mode it has to have at most.
        mode: u32,
    },
    /// A private file or directory belongs to somebody else, or is not what it should be.
    #[error("'{}' {problem}", path.display())]
    NotPrivate {
        /// The file or directory.
        path: PathBuf,
        /// What is wrong and how to mend it.
        problem: String,
    },
    /// A row with the same unique columns exists.
    #[error("the store already has such a row ({0})")]
    Exists(String),
    /// Another process holds the write lock for too long.
    #[error("the store is locked by another process for too long; try again when it has finished")]
    Busy,
    /// A commit that several writers shared did not succeed. None of them wrote anything.
    #[error("the store could not make the change durable, nothing was changed: {0}")]
    NotCommitted(Arc<str>),
    /// The connection broke while a change was being made durable, and the server cannot be asked
    /// what became of it.
    #[error(
        "the connection to the store was lost while the change was being made durable ({0}): it may have taken \
             place or not. Look before you repeat it"
    )]
    Unknown(Arc<str>),
    /// The connection broke. What was not acknowledged did not take place.
    #[error("the connection to the store was lost: {0}. What was asked was not done; try again")]
    Lost(sqlx::Error),
    /// Any other error of the database.
    #[error("the store failed: {0}")]
    Database(sqlx::Error),
}

/// SQLite's result codes for a lock that is not released in time; PostgreSQL's for that, for a
/// statement that takes too long, and for transactions that stand in each other's way.
const BUSY: [&str; 8] = ["5", "6", "261", "517", "55P03", "57014", "40001", "40P01"];

/// PostgreSQL's codes for a session that ends: shut down, crashed, not up yet, idle for too long in a
/// transaction.
const ENDED: [&str; 4] = ["57P01", "57P02", "57P03", "25P03"];

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if is_lost(&error) {
            return Self::Lost(error);
        }
        match &error {
            sqlx::Error::Database(inner) if inner.is_unique_violation() => Self::Exists(inner.message().to_owned()),
            sqlx::Error::Database(_) if has_code(&error, &BUSY) => Self::Busy,
            _ => Self::Database(error),
        }
    }
}

/// Whether the connection is gone, so that another one may do better.
pub(crate) fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(inner) => {
            inner.code().is_some_and(|code| ENDED.contains(&code.as_ref()) || code.len() == 5 && code.starts_with("08"))
        }
        _ => false,
    }
}

/// Whether a server may be there shortly: it is starting, or being replaced.
pub(crate) fn may_come_up(error: &sqlx::Error) -> bool {
    use std::io::ErrorKind::{ConnectionRefused, ConnectionReset, NotFound, UnexpectedEof};
    match error {
        sqlx::Error::Io(error) => {
            matches!(error.kind(), ConnectionRefused | ConnectionReset | NotFound | UnexpectedEof)
        }
        other => is_lost(other),
    }
}

fn has_code(error: &sqlx::Error, codes: &[&str]) -> bool {
    matches!(error, sqlx::Error::Database(inner) if inner.code().is_some_and(|code| codes.contains(&code.as_ref())))
}

/// What usually mends it.
fn open_hint(error: &sqlx::Error) -> &'static str {
    const TLS: &str = ". If its certificate is of an authority of your own, name that with sslrootcert=FILE; sslmode tells \
                       how much is checked";
    match error {
        sqlx::Error::Tls(_) => TLS,
        // What TLS has against a certificate comes as data that cannot be used.
        sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => TLS,
        sqlx::Error::Io(error) if error.kind() != std::io::ErrorKind::PermissionDenied => {
            ". Is the server there, and does it listen on that host and port?"
        }
        _ if has_code(error, &["3D000"]) => ". Make it with createdb: a store makes its tables, not its database",
        _ if has_code(error, &["28P01", "28000"]) => {
            ". A password is taken from PGPASSWORD or ~/.pgpass where the address has none"
        }
        _ => "",
    }
}
