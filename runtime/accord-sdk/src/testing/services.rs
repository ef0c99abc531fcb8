//! The scripted services together.

use std::any::Any;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use accord_value::Map;
use parking_lot::Mutex;

use super::files::WORK_DIR;
use super::{TestFiles, TestJsonStore, TestKv, TestLocks, TestSecrets};
use crate::{
    Cancelled, FileService, JsonStoreService, KvService, LockService, ProcessInfo, ProjectInfo, SecretService, Services,
};

/// Services whose answers a test sets. The clock stands still but for sleeping, which moves it at once.
pub struct TestServices {
    /// Secrets.
    pub secrets: TestSecrets,
    /// Files.
    pub files: TestFiles,
    /// Locks.
    pub locks: TestLocks,
    /// Keys with values.
    pub kv: TestKv,
    /// Documents.
    pub json_store: TestJsonStore,
    /// The process.
    pub process: ProcessInfo,
    /// Its project.
    pub project: Option<ProjectInfo>,
    /// Whether it runs dry.
    pub dry_run: bool,
    /// Whether `configuration.debug` is on.
    pub debug: bool,
    /// Default variables by task.
    pub defaults: BTreeMap<String, Map>,
    /// Environment variables.
    pub env: BTreeMap<String, String>,
    now: AtomicI64,
    uuids: AtomicU64,
    cancelled: AtomicBool,
    remembered: Mutex<BTreeMap<&'static str, Arc<dyn Any + Send + Sync>>>,
}

impl Default for TestServices {
    fn default() -> TestServices {
        TestServices {
            secrets: TestSecrets::default(),
            files: TestFiles::default(),
            locks: TestLocks::default(),
            kv: TestKv::default(),
            json_store: TestJsonStore::default(),
            process: ProcessInfo { id: "00000000-0000-0000-0000-000000000000".into(), active_profiles: Vec::new() },
            project: None,
            dry_run: false,
            debug: false,
            defaults: BTreeMap::new(),
            env: BTreeMap::new(),
            now: AtomicI64::new(1_700_000_000_000),
            uuids: AtomicU64::new(0),
            cancelled: AtomicBool::new(false),
            remembered: Mutex::default(),
        }
    }
}

impl TestServices {
    /// Cancels the process.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Adds a secret.
    pub fn secret(&self, org: &str, name: &str, content: super::Content) {
        self.secrets.add(org, name, content);
    }
}

impl Services for TestServices {
    fn secrets(&self) -> &dyn SecretService {
        &self.secrets
    }

    fn files(&self) -> &dyn FileService {
        &self.files
    }

    fn locks(&self) -> &dyn LockService {
        &self.locks
    }

    fn kv(&self) -> &dyn KvService {
        &self.kv
    }

    fn json_store(&self) -> &dyn JsonStoreService {
        &self.json_store
    }

    fn process(&self) -> &ProcessInfo {
        &self.process
    }

    fn project(&self) -> Option<&ProjectInfo> {
        self.project.as_ref()
    }

    fn work_dir(&self) -> &Path {
        Path::new(WORK_DIR)
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
        self.cancelled.load(Ordering::Relaxed)
    }

    fn sleep(&self, duration: Duration) -> Result<(), Cancelled> {
        if self.cancelled() {
            return Err(Cancelled);
        }
        self.now.fetch_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX), Ordering::Relaxed);
        Ok(())
    }

    fn deadline(&self) -> Option<i64> {
        None
    }

    fn now_millis(&self) -> i64 {
        self.now.load(Ordering::Relaxed)
    }

    fn random_uuid(&self) -> Arc<str> {
        format!("00000000-0000-0000-0000-{:012}", self.uuids.fetch_add(1, Ordering::Relaxed)).into()
    }

    fn env(&self, name: &str) -> Option<Arc<str>> {
        self.env.get(name).map(|value| value.as_str().into())
    }

    fn system_property(&self, _name: &str) -> Option<Arc<str>> {
        None
    }

    fn register_sensitive(&self, text: &str) {
        self.secrets.register(text);
    }

    fn remembered(
        &self,
        key: &'static str,
        make: &dyn Fn() -> Arc<dyn Any + Send + Sync>,
    ) -> Arc<dyn Any + Send + Sync> {
        self.remembered.lock().entry(key).or_insert_with(make).clone()
    }
}
