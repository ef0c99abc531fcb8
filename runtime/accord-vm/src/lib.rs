//! The virtual machine of flows.
//!
//! Owns: the compiled form of a project ([`Program`]), the state of a process as plain data ([`State`]: flow threads,
//! frames, variables), and what moves it ([`State::run`]: one command of one thread at a time). Must not know: tokio,
//! files, HTTP; all else comes through [`Host`].

mod compile;
mod driver;
mod errors;
mod event;
mod form;
mod host;
mod machine;
mod nested;
mod program;
mod state;
mod steps;
mod thread;
mod values;
mod variables;
mod view;

pub use event::{StackFrame, StepInfo, VmEvent};
pub use form::FormRequest;
pub use host::{Host, Script};
pub use machine::Limits;
pub use program::{Program, StepSite, compile};
pub use state::{Outcome, Start, State, StateError, StoredState, WaitingEvent};
pub use thread::Failure;
