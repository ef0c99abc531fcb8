//! The database: connections, migrations, transactions and typed rows.
//!
//! Owns: how rows get in and out of SQLite (PostgreSQL joins behind the same code), and the private
//! files that the database lies in. Must not know: who may do what, what a sealed column holds,
//! flows. Rows come and go as they are; whoever asks decides what they mean.

mod database;
mod error;
pub mod files;
mod tables;
mod writer;

#[cfg(test)]
mod tests;

pub use database::{Database, Read, Session};
pub use error::{Error, Result};
pub use tables::audit::{AuditFilter, AuditRow};
pub use tables::json_stores::{JsonItemRow, JsonStoreRow};
pub use tables::keys::{AuditKeyRow, KekRow, ScopeKeyRow};
pub use tables::kv::KvRow;
pub use tables::places::{OrgRow, ProjectRow, UserRow};
pub use tables::secrets::{SecretFilter, SecretRow, SecretVersionRow};
pub use writer::Tx;
