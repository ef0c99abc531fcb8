//! What tasks see of the world: the services of one process.

mod documents;
mod environment;
mod files;
mod kv;
mod locks;
mod masking;
mod memory;
mod query;
mod sealed;
mod shared;
#[cfg(test)]
mod tests;

use std::any::Any;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use accord_sdk::{
    Cancelled, FileService, JsonStoreService, KvService, LockService, ProcessInfo, ProjectInfo, SecretService, Services,
};
use accord_value::Map;
use parking_lot::Mutex;

pub(crate) use files::Files;
pub(crate) use locks::HeldLock;
pub(crate) use masking::Masking;
pub(crate) use shared::{Shared, Sharer};

use crate::cancel::CancelToken;
use crate::clock;
use crate::secrets::Secrets;

/// The services of one process.
pub(crate) struct ProcessServices {
    pub(crate) process: ProcessInfo,
    pub(crate) project: Option<ProjectInfo>,
    pub(crate) work_dir: PathBuf,
    pub(crate) dry_run: bool,
    pub(crate) debug: bool,
    /// Default variables of tasks, a map for each task.
    pub(crate) defaults: HashMap<String, Map>,
    pub(crate) cancel: CancelToken,
    pub(crate) masking: Arc<Masking>,
    pub(crate) files: Arc<Files>,
    pub(crate) secrets: Secrets,
    pub(crate) shared: Shared,
    pub(crate) remembered: Mutex<HashMap<&'static str, Arc<dyn Any + Send + Sync>>>,
}

impl Services for ProcessServices {
    fn secrets(&self) -> &dyn SecretService {
        &self.secrets
    }

    fn files(&self) -> &dyn FileService {
        &*self.files
    }

    fn locks(&self) -> &dyn LockService {
        &self.shared
    }

    fn kv(&self) -> &dyn KvService {
        &self.shared
    }

    fn json_store(&self) -> &dyn JsonStoreService {
        &self.shared
    }

    fn process(&self) -> &ProcessInfo {
        &self.process
    }

    fn project(&self) -> Option<&ProjectInfo> {
        self.project.as_ref()
    }

    fn work_dir(&self) -> &Path {
        &self.work_dir
    }

    fn dry_run(&self) -> bool {
        self.dry_run
    }

    fn debug(&self) -> bool {
        self.debug
    }

    fn default_variables(&self, task: &str) -> Option<Map> {
        self.defaults.get(task).cloned()
    }

    fn cancelled(&self) -> bool {
        self.cancel.check().is_some()
    }

    fn is_short_of_memory(&self) -> bool {
        memory::is_short()
    }

    fn sleep(&self, duration: Duration) -> Result<(), Cancelled> {
        if self.cancel.sleep(duration) { Ok(()) } else { Err(Cancelled) }
    }

    fn deadline(&self) -> Option<i64> {
        let left = i64::try_from(self.cancel.left()?.as_millis()).ok()?;
        clock::now_millis().checked_add(left)
    }

    fn now_millis(&self) -> i64 {
        clock::now_millis()
    }

    fn random_uuid(&self) -> Arc<str> {
        uuid::Uuid::new_v4().to_string().into()
    }

    fn env(&self, name: &str) -> Option<Arc<str>> {
        environment::variable(name)
    }

    fn system_property(&self, name: &str) -> Option<Arc<str>> {
        environment::property(name)
    }

    fn register_sensitive(&self, text: &str) {
        self.masking.register(text);
    }

    fn remembered(
        &self,
        key: &'static str,
        make: &dyn Fn() -> Arc<dyn Any + Send + Sync>,
    ) -> Arc<dyn Any + Send + Sync> {
        Arc::clone(self.remembered.lock().entry(key).or_insert_with(make))
    }
}
