//! What processes share: locks, keys with values, JSON documents.
//!
//! Marked values are sealed before they are stored, and come back marked.

use accord_value::{Map, Text, Value};

use crate::TaskError;

/// How far a lock reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockScope {
    /// All processes of the project.
    Project,
    /// All processes of the organization.
    Org,
}

/// Locks between processes. They are gone when their process ends.
pub trait LockService {
    /// Waits until the lock is free and takes it. A process that has it gets it again.
    ///
    /// # Errors
    /// Where the process runs in no project, and where it was cancelled meanwhile.
    fn lock(&self, name: &str, scope: LockScope) -> Result<(), TaskError>;

    /// Gives the lock back; nothing happens where the process does not have it.
    ///
    /// # Errors
    /// Where the process runs in no project.
    fn unlock(&self, name: &str, scope: LockScope) -> Result<(), TaskError>;
}

/// Values under keys, shared by the processes of one project.
pub trait KvService {
    /// The text under `key`.
    ///
    /// # Errors
    /// Where the store cannot be used.
    fn get_string(&self, key: &str) -> Result<Option<Text>, TaskError>;

    /// Sets a text.
    ///
    /// # Errors
    /// Where the store cannot be used.
    fn put_string(&self, key: &str, value: &Text) -> Result<(), TaskError>;

    /// The number under `key`.
    ///
    /// # Errors
    /// Where the store cannot be used.
    fn get_long(&self, key: &str) -> Result<Option<i64>, TaskError>;

    /// Sets a number.
    ///
    /// # Errors
    /// Where the store cannot be used.
    fn put_long(&self, key: &str, value: i64) -> Result<(), TaskError>;

    /// Adds 1 to the number under `key` (0 where there is none) and gives the new one; atomic.
    ///
    /// # Errors
    /// Where a text stands there, and where the store cannot be used.
    fn increment(&self, key: &str) -> Result<i64, TaskError>;

    /// Removes whatever is under `key`.
    ///
    /// # Errors
    /// Where the store cannot be used.
    fn remove(&self, key: &str) -> Result<(), TaskError>;
}

/// Stores of JSON documents in an organization; without an organization: that of the process.
pub trait JsonStoreService {
    /// Whether there is such a store.
    ///
    /// # Errors
    /// Where the process runs in no organization and names none.
    fn store_exists(&self, org: Option<&str>, store: &str) -> Result<bool, TaskError>;

    /// Whether there is such a document.
    ///
    /// # Errors
    /// As [`JsonStoreService::store_exists`].
    fn exists(&self, org: Option<&str>, store: &str, path: &str) -> Result<bool, TaskError>;

    /// The document, if there is one.
    ///
    /// # Errors
    /// As [`JsonStoreService::store_exists`].
    fn get(&self, org: Option<&str>, store: &str, path: &str) -> Result<Option<Value>, TaskError>;

    /// Sets a document; with `create`, a missing store is made.
    ///
    /// # Errors
    /// Where the store does not exist, or may not be written.
    fn put(&self, org: Option<&str>, store: &str, path: &str, data: &Value, create: bool) -> Result<(), TaskError>;

    /// Removes a document; whether there was one.
    ///
    /// # Errors
    /// As [`JsonStoreService::put`].
    fn delete(&self, org: Option<&str>, store: &str, path: &str) -> Result<bool, TaskError>;

    /// Sets a named query.
    ///
    /// # Errors
    /// As [`JsonStoreService::put`].
    fn put_query(&self, org: Option<&str>, store: &str, name: &str, text: &str) -> Result<(), TaskError>;

    /// Runs a named query.
    ///
    /// # Errors
    /// Where there is no such query, and where it fails.
    fn execute_query(
        &self,
        org: Option<&str>,
        store: &str,
        name: &str,
        parameters: Option<&Map>,
    ) -> Result<Vec<Value>, TaskError>;
}
