//! What a task is given beside its inputs.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use accord_value::{Map, Text, Value};

use crate::registry::Entry;
use crate::{
    Cancelled, FileService, FlowView, JsonStoreService, KvService, LockService, LogLevel, Origin, ProcessInfo,
    ProjectInfo, SecretService, Services, TaskError,
};

/// The world of one call of a task: the flow that calls it, and the services of the process.
pub struct TaskContext<'a> {
    task: &'a str,
    entry: Option<&'a Entry>,
    flow: &'a dyn FlowView,
    services: &'a dyn Services,
}

impl<'a> TaskContext<'a> {
    /// A context for a call of `task`.
    pub fn new(task: &'a str, flow: &'a dyn FlowView, services: &'a dyn Services) -> TaskContext<'a> {
        TaskContext { task, entry: None, flow, services }
    }

    /// A context for a call of `task`, which the registry knows.
    pub(crate) fn with_info(
        task: &'a str,
        entry: Option<&'a Entry>,
        flow: &'a dyn FlowView,
        services: &'a dyn Services,
    ) -> TaskContext<'a> {
        TaskContext { task, entry, flow, services }
    }

    /// The name by which the flow calls the task.
    pub fn task_name(&self) -> &'a str {
        self.task
    }

    /// The flow that calls the task: variables, evaluation, flows, place.
    pub fn flow(&self) -> &'a dyn FlowView {
        self.flow
    }

    /// Services of the process.
    pub fn services(&self) -> &'a dyn Services {
        self.services
    }

    /// Secrets, under the scope of the process.
    pub fn secrets(&self) -> &'a dyn SecretService {
        self.services.secrets()
    }

    /// Files below the working directory.
    pub fn files(&self) -> &'a dyn FileService {
        self.services.files()
    }

    /// Locks between processes.
    pub fn locks(&self) -> &'a dyn LockService {
        self.services.locks()
    }

    /// Values that processes of one project share.
    pub fn kv(&self) -> &'a dyn KvService {
        self.services.kv()
    }

    /// JSON documents of an organization.
    pub fn json_store(&self) -> &'a dyn JsonStoreService {
        self.services.json_store()
    }

    /// The process.
    pub fn process(&self) -> &'a ProcessInfo {
        self.services.process()
    }

    /// The project that the process runs in, if it runs in one.
    pub fn project(&self) -> Option<&'a ProjectInfo> {
        self.services.project()
    }

    /// The working directory, absolute.
    pub fn work_dir(&self) -> &'a Path {
        self.services.work_dir()
    }

    /// Whether the process runs dry: nothing outside of it is changed.
    pub fn dry_run(&self) -> bool {
        self.services.dry_run()
    }

    /// Whether `configuration.debug` is on.
    pub fn debug(&self) -> bool {
        self.services.debug()
    }

    /// The task's default variables (`defaultTaskVariables`), if there are any.
    pub fn default_variables(&self) -> Option<Map> {
        self.services.default_variables(self.task)
    }

    /// Whether the process was cancelled or ran out of its time. Long work asks from time to time.
    pub fn cancelled(&self) -> bool {
        self.services.cancelled()
    }

    /// Waits; ends within 100 ms of a cancellation.
    ///
    /// # Errors
    /// When the process was cancelled.
    pub fn sleep(&self, duration: Duration) -> Result<(), Cancelled> {
        self.services.sleep(duration)
    }

    /// When the process must end, in milliseconds since 1970.
    pub fn deadline(&self) -> Option<i64> {
        self.services.deadline()
    }

    /// Evaluates the expressions in every text of `value`.
    ///
    /// # Errors
    /// The failure of the first expression.
    pub fn eval(&self, value: &Value) -> Result<Value, TaskError> {
        self.flow.eval(value)
    }

    /// Runs a flow with `input` as its arguments and gives the variables that it leaves.
    ///
    /// # Errors
    /// Where there is no such flow, and where it fails.
    pub fn call_flow(&self, name: &str, input: Map) -> Result<Map, TaskError> {
        self.flow.call_flow(name, input)
    }

    /// Writes a log entry.
    pub fn log(&self, level: LogLevel, text: impl Into<Text>) {
        self.flow.log(level, &text.into());
    }

    /// Writes a log entry of the usual level.
    pub fn info(&self, text: impl Into<Text>) {
        self.log(LogLevel::Info, text);
    }

    /// Writes a warning.
    pub fn warn(&self, text: impl Into<Text>) {
        self.log(LogLevel::Warn, text);
    }

    /// Registers `text` as secret and gives it with its mark.
    pub fn sensitive(&self, text: &str) -> Text {
        self.services.sensitive(text)
    }

    /// Who asks, for the audit log.
    pub fn origin(&self) -> Origin {
        Origin { flow: self.flow.flow_name(), place: self.flow.place() }
    }

    /// A value of this process that the task remembers between calls; see [`Services::remembered`].
    pub fn remembered<T: std::any::Any + Send + Sync + Default>(&self, key: &'static str) -> Arc<T> {
        let made = || -> Arc<dyn std::any::Any + Send + Sync> { Arc::new(T::default()) };
        match self.services.remembered(key, &made).downcast::<T>() {
            Ok(value) => value,
            // Another type under the same key: two tasks of one name. Neither sees the other's.
            Err(_) => Arc::new(T::default()),
        }
    }

    /// The error of a call with a method that the task does not have.
    pub fn no_such_method(&self, method: &str, args: &[Value]) -> TaskError {
        crate::registry::no_such_method(self.task, self.entry.map(Entry::info), method, args)
    }
}
