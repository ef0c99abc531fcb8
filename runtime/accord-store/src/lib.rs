//! The database: connections, migrations, transactions and typed rows.
//!
//! Owns: how rows get in and out of SQLite and PostgreSQL, and the private files that a database lies
//! in. Must not know: who may do what, what a sealed column holds,
//! flows. Rows come and go as they are; whoever asks decides what they mean.

mod address;
mod database;
mod error;
pub mod files;
mod tables;
mod writer;

#[cfg(test)]
mod tests;

pub use address::Address;
pub use database::{Database, Read, Session};
pub use error::{Error, Result};
pub use tables::audit::{AuditFilter, AuditPosition, AuditRow};
pub use tables::dump::{Cell, CellKind, TABLES, Table};
pub use tables::json_stores::{JsonItemRow, JsonStoreRow};
pub use tables::keys::{AuditKeyRow, KekRow, ScopeKeyRow};
pub use tables::kv::KvRow;
pub use tables::listing::SecretFilter;
pub use tables::places::{OrgRow, ProjectRow, UserRow};
pub use tables::rekey::CodedTable;
pub use tables::repositories::RepositoryRow;
pub use tables::secrets::{SecretRow, SecretVersionHead, SecretVersionRow};
pub use tables::teams::{AccessTable, TeamRow};
pub use tables::tokens::TokenRow;
pub use writer::Tx;
