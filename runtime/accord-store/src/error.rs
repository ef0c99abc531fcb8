//! What can go wrong with the database, in words that name the file and a way out.

use std::path::PathBuf;
use std::sync::Arc;

/// Result of a database operation.
pub type Result<T> = std::result::Result<T, Error>;

/// An error of the database or of the files it lies in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database cannot be opened.
    #[error("cannot open the store '{}': {source}", path.display())]
    Open {
        /// The database file.
        path: PathBuf,
        /// What the database said.
        source: sqlx::Error,
    },
    /// The schema cannot be brought up to date.
    #[error("cannot bring the store '{}' up to date: {source}", path.display())]
    Migrate {
        /// The database file.
        path: PathBuf,
        /// What the migration said.
        source: sqlx::migrate::MigrateError,
    },
    /// The schema is newer than this program.
    #[error("the store '{}' has schema version {found}, this program knows up to {known}: it was used by a newer \
             version of Accord; use that one", path.display())]
    Newer {
        /// The database file.
        path: PathBuf,
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
    /// Any other error of the database.
    #[error("the store failed: {0}")]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        /// SQLite's primary result codes for a lock that is not released in time.
        const BUSY: [&str; 4] = ["5", "6", "261", "517"];
        match &error {
            sqlx::Error::Database(inner) if inner.is_unique_violation() => Self::Exists(inner.message().to_owned()),
            sqlx::Error::Database(inner) if inner.code().is_some_and(|code| BUSY.contains(&code.as_ref())) => {
                Self::Busy
            }
            _ => Self::Database(error),
        }
    }
}
