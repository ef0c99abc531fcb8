//! Runs Concord flows inside of any program.
//!
//! A [`Runtime`] loads the project in a folder and makes a [`Process`] of it; [`Process::run`] runs it to its end and
//! answers a [`ProcessStatus`]. What happens meanwhile goes to a [`LogSink`], masked. Nothing is global: any number of
//! runtimes and processes live beside each other. Nothing is printed, and no thread, database or clock is started
//! before a flow uses it.
//!
//! ```no_run
//! # fn main() -> Result<(), accord_runtime::Error> {
//! use accord_runtime::{LoadOptions, ProcessState, Runtime};
//!
//! let runtime = Runtime::builder().build()?;
//! let process = runtime.load("flows/hello", &LoadOptions::default())?;
//! let status = process.run();
//! assert_eq!(status.state, ProcessState::Finished);
//! # Ok(()) }
//! ```

mod attachments;
mod calls;
mod cancel;
mod cli_yaml;
mod clock;
mod defaults;
mod error;
mod exports;
mod failure;
mod forms;
mod handlers;
mod home;
mod host;
mod input;
mod keeper;
mod lint;
mod load;
mod log;
mod process;
mod runtime;
mod saved;
mod scripts;
mod secrets;
mod services;
mod store;
mod suspended;
mod testing;
#[cfg(test)]
mod tests;
mod timeouts;
mod waiting;

pub use accord_lint::Counts;
pub use accord_lint::secrets::{NamedSecret, SecretState};
pub use accord_sdk as sdk;
pub use accord_sdk::LogLevel;
pub use accord_syntax::{Diagnostic, Severity, Sources};
pub use accord_value::{Map, MaskedLine, Place, Value};
pub use accord_vm::Limits;
pub use cancel::CancelToken;
pub use clock::{LocalClock, now_millis, utc};
pub use error::{Error, LoadError};
pub use failure::FailureReport;
pub use forms::Field;
pub use home::Home;
pub use input::{put_input, read_input, wrap_input};
pub use lint::{LintOptions, LintReport};
pub use load::{DefaultConfiguration, LoadOptions};
pub use log::{CallFrame, LogEntry, LogSink, NoLog};
pub use process::{Cleanup, Process, ProcessState, ProcessStatus};
pub use runtime::{Runtime, RuntimeBuilder};
pub use secrets::SecretSources;
pub use store::{Opened, StoreHandle};
pub use suspended::{Pending, Refused, Suspended};
pub use testing::{
    Coverage, FileCoverage, FlowCoverage, Ran, StepCoverage, TestCase, TestOptions, TestOutcome, TestReport,
    TestResult, TestStop, Tests,
};
