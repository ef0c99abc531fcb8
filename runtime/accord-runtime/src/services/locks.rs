//! Locks between processes: files beside the store that stay locked as long as they are open, so that the operating
//! system frees them when their process ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::time::Duration;

use accord_sdk::{Cancelled, LockScope, LockService, LogLevel, TaskError};

use super::Shared;
use super::shared::failure;
use crate::home::private_directory;

/// How often a waiting process looks whether a lock is free.
const POLL: Duration = Duration::from_millis(50);

/// Locks of processes without a project.
const WITHOUT_PROJECT: &str = "installation";

impl Shared {
    /// The file of a lock. Its name is spelled so that any text is a file's name.
    fn lock_file(&self, name: &str, scope: LockScope) -> Result<PathBuf, TaskError> {
        let owner = match scope {
            LockScope::Project => self.project_id().unwrap_or(WITHOUT_PROJECT).to_owned(),
            LockScope::Org => {
                let opened = self.open()?;
                let org = opened.wait(opened.store().org(opened.caller(), self.org(None)));
                org.map_err(|error| failure(&error))?.id.to_string()
            }
        };
        let name: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
        if name.is_empty() || name.len() > 200 {
            return Err(TaskError::illegal_argument("The name of a lock has from 1 to 100 bytes"));
        }
        Ok(self.store.dir().join("locks").join(owner).join(name))
    }

    /// Takes the lock if it is free, or the process' own already.
    fn try_lock(&self, path: &PathBuf, file: &mut Option<File>) -> io::Result<bool> {
        let mut held = self.held.lock();
        if held.contains_key(path) {
            return Ok(true);
        }
        let Some(opened) = file else { return Ok(false) };
        match opened.try_lock() {
            Ok(()) => {
                held.extend(file.take().map(|file| (path.clone(), file)));
                Ok(true)
            }
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl LockService for Shared {
    fn lock(&self, name: &str, scope: LockScope) -> Result<(), TaskError> {
        let path = self.lock_file(name, scope)?;
        let refused = |error: io::Error| TaskError::of(TaskError::IO, format!("{}: {error}", path.display()));
        if let Some(dir) = path.parent() {
            private_directory(dir).map_err(refused)?;
        }
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
        let mut file = Some(file.map_err(refused)?);
        let mut told = false;
        while !self.try_lock(&path, &mut file).map_err(refused)? {
            if !std::mem::replace(&mut told, true) {
                self.masking
                    .notice(LogLevel::Info, &format!("Waiting for the lock '{name}', which another process has"));
            }
            if !self.cancel.sleep(POLL) {
                return Err(Cancelled.into());
            }
        }
        Ok(())
    }

    fn unlock(&self, name: &str, scope: LockScope) -> Result<(), TaskError> {
        let path = self.lock_file(name, scope)?;
        drop(self.held.lock().remove(&path));
        Ok(())
    }
}
