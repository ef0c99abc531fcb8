//! Typed rows: one module for each group of tables. Reading is on [`crate::Session`], so that it
//! works inside and outside a transaction; writing is on [`crate::Tx`] alone.

pub(crate) mod audit;
pub(crate) mod json_stores;
pub(crate) mod keys;
pub(crate) mod kv;
pub(crate) mod places;
pub(crate) mod secrets;
