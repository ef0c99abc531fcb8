//! What a task sees and answers.
//!
//! Owns: the [`Task`] trait and its description ([`TaskInfo`]), inputs ([`Variables`]), answers ([`TaskResult`],
//! [`TaskError`]), the [`Registry`] and the one place where its calls are checked and marked, and the traits through
//! which a task reaches the flow ([`FlowView`]) and the world ([`Services`]). Must not know: the virtual machine, the
//! store, the server, or how any service is made.

mod context;
mod error;
mod flow;
mod info;
mod marks;
mod observer;
mod registry;
mod result;
mod services;
mod task;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod validation;
mod variables;

pub use context::TaskContext;
pub use error::{Cancelled, TaskError};
pub use flow::{FlowView, LogLevel};
pub use info::{Method, Parameter, ParameterType, TaskInfo};
pub use observer::{Answer, Call, Ended, Observer};
pub use registry::{Interceptor, Registry};
pub use result::TaskResult;
pub use services::{
    Created, Credentials, FileError, FileService, JsonStoreService, KeyFiles, KvService, LockScope, LockService,
    NewSecret, NewSecretContent, Origin, ProcessInfo, ProjectInfo, ReadFile, SecretChange, SecretFailure, SecretRef,
    SecretService, SecretStatus, Services, TempFile, Visibility,
};
pub use task::Task;
pub use validation::Validation;
pub use variables::Variables;
