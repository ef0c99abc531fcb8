//! What a task sees of the world outside the flow. Implemented by the runtime, scripted in tests.
//!
//! Every accessor is cheap: what stands behind a service is made when it is first used.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use accord_value::{Map, Text};

use crate::Cancelled;

mod files;
mod secrets;
mod stores;

pub use files::{FileError, FileService, ReadFile, TempFile};
pub use secrets::{
    Created, Credentials, KeyFiles, NewSecret, NewSecretContent, Origin, SecretChange, SecretFailure, SecretRef,
    SecretService, SecretStatus, Visibility,
};
pub use stores::{JsonStoreService, KvService, LockScope, LockService};

/// The process that runs, as far as a task may know it.
#[derive(Clone, Debug, Default)]
pub struct ProcessInfo {
    /// The process' id (`txId`), a UUID.
    pub id: Arc<str>,
    /// Active profiles, in order.
    pub active_profiles: Vec<Arc<str>>,
}

/// The project that the process runs in.
#[derive(Clone, Debug, Default)]
pub struct ProjectInfo {
    /// The organization's id.
    pub org_id: Arc<str>,
    /// The organization's name.
    pub org_name: Arc<str>,
    /// The project's id.
    pub project_id: Arc<str>,
    /// The project's name.
    pub project_name: Arc<str>,
}

/// Services of one process.
pub trait Services: Send + Sync {
    /// Secrets, under the scope of the process.
    fn secrets(&self) -> &dyn SecretService;

    /// Files below the working directory.
    fn files(&self) -> &dyn FileService;

    /// Locks between processes.
    fn locks(&self) -> &dyn LockService;

    /// Values that processes of one project share.
    fn kv(&self) -> &dyn KvService;

    /// JSON documents of an organization.
    fn json_store(&self) -> &dyn JsonStoreService;

    /// The process.
    fn process(&self) -> &ProcessInfo;

    /// The project that the process runs in, if it runs in one.
    fn project(&self) -> Option<&ProjectInfo>;

    /// The working directory, absolute.
    fn work_dir(&self) -> &Path;

    /// Whether the process runs dry: nothing outside of it is changed.
    fn dry_run(&self) -> bool;

    /// Whether `configuration.debug` is on.
    fn debug(&self) -> bool;

    /// The default variables of a task (`defaultTaskVariables`), if there are any.
    fn default_variables(&self, task: &str) -> Option<Map>;

    /// Whether the process was cancelled or ran out of its time. Long work asks from time to time.
    fn cancelled(&self) -> bool;

    /// Whether the program takes so much memory that nothing large should be made any more. By default it never does.
    fn is_short_of_memory(&self) -> bool {
        false
    }

    /// Waits; ends within 100 ms of a cancellation.
    ///
    /// # Errors
    /// When the process was cancelled.
    fn sleep(&self, duration: Duration) -> Result<(), Cancelled>;

    /// When the process must end, in milliseconds since 1970.
    fn deadline(&self) -> Option<i64>;

    /// Milliseconds since 1970.
    fn now_millis(&self) -> i64;

    /// A new random UUID.
    fn random_uuid(&self) -> Arc<str>;

    /// An environment variable that flows may see.
    fn env(&self, name: &str) -> Option<Arc<str>>;

    /// A Java system property that flows may see.
    fn system_property(&self, name: &str) -> Option<Arc<str>>;

    /// Registers a text as secret: it is masked in all that the process writes from now on.
    fn register_sensitive(&self, text: &str);

    /// Registers `text` as secret and gives it with its mark. The way every secret enters a flow.
    fn sensitive(&self, text: &str) -> Text {
        self.register_sensitive(text);
        Text::sensitive(text)
    }

    /// Keeps or gives back a value of this process between calls of tasks, made on first use: what a task may
    /// remember (such as the calls that `verify` counts). It is not stored in a checkpoint.
    fn remembered(
        &self,
        key: &'static str,
        make: &dyn Fn() -> Arc<dyn std::any::Any + Send + Sync>,
    ) -> Arc<dyn std::any::Any + Send + Sync>;
}
