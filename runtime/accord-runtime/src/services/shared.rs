//! What processes share, kept in the store: values under keys (`kv.rs`), JSON documents (`documents.rs`), locks
//! (`locks.rs`).
//!
//! Owns: which scope a process shares in, and opening the store when something is first asked. Processes of a project
//! share its keys; processes without one share those of the installation. Must not know: what a value means.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use accord_sdk::{LogLevel, ProjectInfo, TaskError};
use accord_secrets::StateScope;
use parking_lot::Mutex;

use super::Masking;
use super::locks::{Held, HeldLock};
use crate::cancel::CancelToken;
use crate::secrets::DEFAULT_ORG;
use crate::store::{Opened, StoreHandle};

/// A process that shares.
#[derive(Default)]
pub(crate) struct Sharer {
    /// Its id.
    pub(crate) process: Arc<str>,
    /// Where it works.
    pub(crate) work_dir: PathBuf,
    /// Its project.
    pub(crate) project: Option<ProjectInfo>,
    /// Its organization, where it has no project.
    pub(crate) org: Option<String>,
    /// How long it may wait for a lock.
    pub(crate) wait_limit: Option<Duration>,
}

/// What one process shares with others.
pub(crate) struct Shared {
    pub(super) store: StoreHandle,
    pub(super) masking: Arc<Masking>,
    pub(super) cancel: CancelToken,
    project: Option<ProjectInfo>,
    org: Option<String>,
    /// The process, and where it works.
    pub(super) process: Arc<str>,
    pub(super) work_dir: PathBuf,
    /// The locks that the process has: files that stay locked as long as they are open.
    pub(super) held: Mutex<HashMap<PathBuf, Held>>,
    /// Locks that it had when it was suspended.
    pub(super) expected: Mutex<Vec<HeldLock>>,
    /// How long it may wait for a lock.
    pub(super) wait_limit: Option<Duration>,
    /// It was said that the store is new.
    told: AtomicBool,
}

impl Shared {
    /// What the process `of` shares in `store`.
    pub(crate) fn new(store: StoreHandle, masking: Arc<Masking>, cancel: CancelToken, of: Sharer) -> Self {
        let Sharer { process, work_dir, project, org, wait_limit } = of;
        let (held, expected) = (Mutex::default(), Mutex::default());
        Self {
            store,
            masking,
            cancel,
            process,
            work_dir,
            project,
            org,
            held,
            expected,
            wait_limit,
            told: AtomicBool::new(false),
        }
    }

    /// The open store, made where it is not there yet.
    pub(super) fn open(&self) -> Result<Arc<Opened>, TaskError> {
        let opened = self.store.open().map_err(|error| failure(&error))?;
        if opened.store().is_new() && !self.told.swap(true, Ordering::Relaxed) {
            let path = opened.store().place();
            self.masking.notice(LogLevel::Info, &format!("Made a new store: {path}"));
        }
        Ok(opened)
    }

    /// The open store; none where there is none, which has nothing to be read.
    pub(super) fn open_if_any(&self) -> Result<Option<Arc<Opened>>, TaskError> {
        if self.store.exists() { self.open().map(Some) } else { Ok(None) }
    }

    /// Whose keys the process shares: those of its project or of the installation; and the id that they are kept under.
    pub(super) fn key_scope(&self, opened: &Opened) -> Result<(StateScope, String), TaskError> {
        match &self.project {
            None => Ok((StateScope::Installation, opened.store().installation_id().to_owned())),
            Some(project) => match project.project_id.parse() {
                Ok(id) => Ok((StateScope::Project(id), project.project_id.to_string())),
                Err(error) => Err(failure(&error)),
            },
        }
    }

    /// The id of the process' project.
    pub(super) fn project_id(&self) -> Option<&str> {
        self.project.as_ref().map(|project| &*project.project_id)
    }

    /// The organization that was asked for, else that of the process.
    pub(super) fn org<'a>(&'a self, asked: Option<&'a str>) -> &'a str {
        let own = self.project.as_ref().map(|project| &*project.org_name).or(self.org.as_deref());
        asked.filter(|org| !org.is_empty()).or(own).unwrap_or(DEFAULT_ORG)
    }
}

/// The store's words are made for people, and quote no value.
pub(super) fn failure(error: &accord_secrets::Error) -> TaskError {
    TaskError::new(error.to_string())
}
