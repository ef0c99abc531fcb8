//! Typed rows: one module for each group of tables. Reading is on [`crate::Session`], so that it
//! works inside and outside a transaction; writing is on [`crate::Tx`] alone.

pub(crate) mod audit;
pub(crate) mod dump;
pub(crate) mod json_stores;
pub(crate) mod keys;
pub(crate) mod kv;
pub(crate) mod listing;
pub(crate) mod places;
pub(crate) mod rekey;
pub(crate) mod repositories;
pub(crate) mod secrets;
pub(crate) mod teams;
pub(crate) mod tokens;
