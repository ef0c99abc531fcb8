//! Locks between processes: files beside the store that stay locked as long as they are open, so that the operating
//! system frees them when their process ends, however it ends.
//!
//! A file says whose the lock was last. A process that is suspended keeps its locks that way: nobody takes a lock whose
//! last owner waits for an event. After the resume it takes them again.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use accord_sdk::{Cancelled, LockScope, LockService, LogLevel, TaskError};
use serde::{Deserialize, Serialize};

use super::Shared;
use super::shared::failure;
use crate::home::private_directory;
use crate::saved;

/// How often a waiting process looks whether a lock is free.
const POLL: Duration = Duration::from_millis(50);

/// Locks of processes without a project.
const WITHOUT_PROJECT: &str = "installation";

/// A lock that a process has.
pub(crate) struct Held {
    lock: HeldLock,
    file: File,
}

/// A lock by its name, as a suspended process keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct HeldLock {
    name: String,
    /// Whether it is one of the organization, else of the project.
    org: bool,
}

impl HeldLock {
    fn new(name: &str, scope: LockScope) -> Self {
        Self { name: name.to_owned(), org: matches!(scope, LockScope::Org) }
    }

    const fn scope(&self) -> LockScope {
        if self.org { LockScope::Org } else { LockScope::Project }
    }
}

impl Shared {
    /// The locks that the process has, for its state.
    pub(crate) fn held_locks(&self) -> Vec<HeldLock> {
        self.held.lock().values().map(|held| held.lock.clone()).collect()
    }

    /// Which locks the process had when it was suspended.
    pub(crate) fn expect_locks(&self, locks: Vec<HeldLock>) {
        *self.expected.lock() = locks;
    }

    /// Takes the locks again that the process had when it was suspended.
    ///
    /// # Errors
    /// As [`LockService::lock`].
    pub(crate) fn retake(&self) -> Result<(), TaskError> {
        let expected = std::mem::take(&mut *self.expected.lock());
        expected.iter().try_for_each(|lock| self.lock(&lock.name, lock.scope()))
    }

    /// Gives all locks back; a suspended process keeps them.
    pub(crate) fn release(&self, suspended: bool) {
        for (_, held) in self.held.lock().drain() {
            if !suspended {
                disown(&held.file);
            }
        }
    }

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
    fn try_lock(&self, path: &Path, lock: &HeldLock, file: &mut Option<File>) -> io::Result<bool> {
        let mut held = self.held.lock();
        if held.contains_key(path) {
            return Ok(true);
        }
        let Some(opened) = file else { return Ok(false) };
        match opened.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(false),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        if self.waits_elsewhere(opened)? {
            opened.unlock()?;
            return Ok(false);
        }
        opened.set_len(0)?;
        opened.rewind()?;
        write!(opened, "{}\n{}", self.process, self.work_dir.display())?;
        held.extend(file.take().map(|file| (path.to_path_buf(), Held { lock: lock.clone(), file })));
        Ok(true)
    }

    /// Whether the lock belongs to another process that is suspended.
    fn waits_elsewhere(&self, mut file: &File) -> io::Result<bool> {
        let mut text = String::new();
        file.rewind()?;
        // What is no text was written by nobody who waits.
        if file.take(1 << 16).read_to_string(&mut text).is_err() {
            return Ok(false);
        }
        let Some((process, work_dir)) = text.split_once('\n') else { return Ok(false) };
        Ok(*process != *self.process && saved::is_suspended(Path::new(work_dir), process))
    }
}

/// Says that the lock is nobody's. Where it cannot be said, it is one of a process that does not wait, which is free too.
fn disown(file: &File) {
    let _ = file.set_len(0);
}

impl LockService for Shared {
    fn lock(&self, name: &str, scope: LockScope) -> Result<(), TaskError> {
        let path = self.lock_file(name, scope)?;
        let refused = |error: io::Error| TaskError::of(TaskError::IO, format!("{}: {error}", path.display()));
        if let Some(dir) = path.parent() {
            private_directory(dir).map_err(refused)?;
        }
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
        let mut file = Some(file.map_err(refused)?);
        let lock = HeldLock::new(name, scope);
        let begun = Instant::now();
        let mut told = false;
        while !self.try_lock(&path, &lock, &mut file).map_err(refused)? {
            if !std::mem::replace(&mut told, true) {
                self.masking
                    .notice(LogLevel::Info, &format!("Waiting for the lock '{name}', which another process has"));
            }
            if self.wait_limit.is_some_and(|limit| begun.elapsed() > limit) {
                self.cancel.waited_too_long();
            }
            if !self.cancel.sleep(POLL) {
                return Err(Cancelled.into());
            }
        }
        Ok(())
    }

    fn unlock(&self, name: &str, scope: LockScope) -> Result<(), TaskError> {
        let path = self.lock_file(name, scope)?;
        if let Some(held) = self.held.lock().remove(&path) {
            disown(&held.file);
        }
        Ok(())
    }
}
