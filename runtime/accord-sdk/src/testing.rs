//! Scripted services and flow view for the tests of task authors: everything in memory, nothing waits.
//!
//! ```ignore
//! let world = World::default();
//! world.services.secret("myOrg", "token", Content::Data("s3cr3t-v4lue"));
//! let answer = world.call(&registry, "crypto", "exportAsString", &["myOrg".into(), "token".into(), Value::Null])?;
//! ```

use accord_value::Value;

use crate::{Registry, TaskError, TaskResult, Variables};

mod files;
mod flow;
mod secrets;
mod services;
mod stores;

pub use files::TestFiles;
pub use flow::TestFlow;
pub use secrets::{Content, TestSecrets};
pub use services::TestServices;
pub use stores::{TestJsonStore, TestKv, TestLocks};

/// A flow and services to call tasks in.
#[derive(Default)]
pub struct World {
    /// The flow.
    pub flow: TestFlow,
    /// The services.
    pub services: TestServices,
}

impl World {
    /// Runs `task: NAME`.
    ///
    /// # Errors
    /// What [`Registry::execute`] answers.
    pub fn execute(&self, registry: &Registry, task: &str, input: Variables) -> Result<TaskResult, TaskError> {
        registry.execute(task, input, false, &self.flow, &self.services)
    }

    /// Calls `${NAME.method(args…)}`.
    ///
    /// # Errors
    /// What [`Registry::call`] answers.
    pub fn call(&self, registry: &Registry, task: &str, method: &str, args: &[Value]) -> Result<Value, TaskError> {
        registry.call(task, method, args, false, &self.flow, &self.services)
    }
}
