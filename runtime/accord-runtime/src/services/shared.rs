//! What processes share: locks on this machine, and the store's keys and documents.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::time::Duration;

use accord_sdk::{Cancelled, JsonStoreService, KvService, LockScope, LockService, ProjectInfo, TaskError};
use accord_value::{Map, Text, Value};
use parking_lot::Mutex;

use crate::cancel::CancelToken;
use crate::home::{Home, private_directory};

/// How often a waiting process looks whether a lock is free.
const POLL: Duration = Duration::from_millis(50);

/// What one process shares with others.
pub(crate) struct Shared {
    home: Home,
    project: Option<ProjectInfo>,
    cancel: CancelToken,
    /// The locks that the process has: files that stay locked as long as they are open.
    held: Mutex<HashMap<PathBuf, File>>,
}

impl Shared {
    pub(crate) fn new(home: Home, project: Option<ProjectInfo>, cancel: CancelToken) -> Self {
        Self { home, project, cancel, held: Mutex::new(HashMap::new()) }
    }

    fn project(&self, what: &str) -> Result<&ProjectInfo, TaskError> {
        self.project.as_ref().ok_or_else(|| {
            TaskError::of(
                TaskError::ILLEGAL_STATE,
                format!("The process must run in a project in order to use {what}: start it with --project"),
            )
        })
    }

    /// The file of a lock. Its name is spelled so that any text is a file's name.
    fn lock_file(&self, name: &str, scope: LockScope) -> Result<PathBuf, TaskError> {
        let project = self.project("locks")?;
        let owner = match scope {
            LockScope::Project => &project.project_id,
            LockScope::Org => &project.org_id,
        };
        let name: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
        if name.len() > 200 {
            return Err(TaskError::illegal_argument("The name of a lock has at most 100 bytes"));
        }
        Ok(self.home.accord().join("locks").join(&**owner).join(name))
    }
}

impl LockService for Shared {
    fn lock(&self, name: &str, scope: LockScope) -> Result<(), TaskError> {
        let path = self.lock_file(name, scope)?;
        let refused = |error: std::io::Error| TaskError::of(TaskError::IO, format!("{}: {error}", path.display()));
        if self.held.lock().contains_key(&path) {
            return Ok(());
        }
        self.home.create().map_err(refused)?;
        private_directory(path.parent().unwrap_or(&path)).map_err(refused)?;
        let file =
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path).map_err(refused)?;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if self.cancel.sleep(POLL) => {}
                Err(TryLockError::WouldBlock) => return Err(Cancelled.into()),
                Err(TryLockError::Error(error)) => return Err(refused(error)),
            }
        }
        self.held.lock().insert(path, file);
        Ok(())
    }

    fn unlock(&self, name: &str, scope: LockScope) -> Result<(), TaskError> {
        let path = self.lock_file(name, scope)?;
        drop(self.held.lock().remove(&path));
        Ok(())
    }
}

fn not_kept(what: &str) -> TaskError {
    TaskError::of(TaskError::UNSUPPORTED, format!("{what} needs a server, and this process runs without one"))
}

impl KvService for Shared {
    fn get_string(&self, _: &str) -> Result<Option<Text>, TaskError> {
        Err(not_kept("kv"))
    }

    fn put_string(&self, _: &str, _: &Text) -> Result<(), TaskError> {
        Err(not_kept("kv"))
    }

    fn get_long(&self, _: &str) -> Result<Option<i64>, TaskError> {
        Err(not_kept("kv"))
    }

    fn put_long(&self, _: &str, _: i64) -> Result<(), TaskError> {
        Err(not_kept("kv"))
    }

    fn increment(&self, _: &str) -> Result<i64, TaskError> {
        Err(not_kept("kv"))
    }

    fn remove(&self, _: &str) -> Result<(), TaskError> {
        Err(not_kept("kv"))
    }
}

impl JsonStoreService for Shared {
    fn store_exists(&self, _: Option<&str>, _: &str) -> Result<bool, TaskError> {
        Err(not_kept("jsonStore"))
    }

    fn exists(&self, _: Option<&str>, _: &str, _: &str) -> Result<bool, TaskError> {
        Err(not_kept("jsonStore"))
    }

    fn get(&self, _: Option<&str>, _: &str, _: &str) -> Result<Option<Value>, TaskError> {
        Err(not_kept("jsonStore"))
    }

    fn put(&self, _: Option<&str>, _: &str, _: &str, _: &Value, _: bool) -> Result<(), TaskError> {
        Err(not_kept("jsonStore"))
    }

    fn delete(&self, _: Option<&str>, _: &str, _: &str) -> Result<bool, TaskError> {
        Err(not_kept("jsonStore"))
    }

    fn put_query(&self, _: Option<&str>, _: &str, _: &str, _: &str) -> Result<(), TaskError> {
        Err(not_kept("jsonStore"))
    }

    fn execute_query(&self, _: Option<&str>, _: &str, _: &str, _: Option<&Map>) -> Result<Vec<Value>, TaskError> {
        Err(not_kept("jsonStore"))
    }
}
