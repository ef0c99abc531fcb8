//! What a process tells whoever runs it, while it runs. Every text has passed the redactor.

use std::sync::Arc;

use accord_sdk::LogLevel;
use accord_value::{MaskedLine, Place};

/// Takes what a process tells. Called from all flow threads, in the order of each; it should be quick.
pub trait LogSink: Send + Sync {
    /// Takes one entry.
    fn take(&self, entry: &LogEntry);

    /// Whether it wants [`LogEntry::Step`]; asked once for each run.
    fn wants_steps(&self) -> bool {
        false
    }
}

/// Something that a process tells.
#[derive(Debug)]
#[non_exhaustive]
pub enum LogEntry {
    /// An entry of the process' log.
    Log {
        /// When, in milliseconds since 1970.
        time: i64,
        /// How much it matters.
        level: LogLevel,
        /// What was logged.
        message: MaskedLine,
        /// The step that logs; none outside of steps.
        place: Option<Place>,
        /// The flow thread; 0 is the root.
        thread: u64,
        /// The flow.
        flow: MaskedLine,
        /// The step's `name`, where it has one.
        segment: Option<MaskedLine>,
    },
    /// A step failed, whether handled or not.
    Error {
        /// When, in milliseconds since 1970.
        time: i64,
        /// What went wrong.
        message: MaskedLine,
        /// The step.
        place: Option<Place>,
        /// The flow thread; 0 is the root.
        thread: u64,
        /// The flow.
        flow: MaskedLine,
        /// The calls that led there, innermost first, where the reference logs them.
        stack: Vec<CallFrame>,
        /// What to write instead, or what was meant; no part of the log.
        hints: Vec<MaskedLine>,
    },
    /// A step begins. Only where [`LogSink::wants_steps`].
    Step {
        /// The step's kind, as its key in a file.
        kind: &'static str,
        /// Where it stands.
        place: Option<Place>,
        /// The flow thread; 0 is the root.
        thread: u64,
        /// The flow.
        flow: MaskedLine,
    },
    /// Something that is no part of the process' log, such as a warning about the project's files.
    Notice {
        /// How much it matters.
        level: LogLevel,
        /// What it is.
        message: MaskedLine,
    },
}

/// A call on the way to a failing step.
#[derive(Clone, Debug)]
pub struct CallFrame {
    /// The `call` step.
    pub place: Option<Place>,
    /// The flow thread.
    pub thread: u64,
    /// The flow that was called.
    pub flow: MaskedLine,
}

/// Forgets everything: for those who want nothing but the outcome.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLog;

impl LogSink for NoLog {
    fn take(&self, _: &LogEntry) {}
}

/// Whoever shares a sink can hand it on.
impl<T: LogSink + ?Sized> LogSink for Arc<T> {
    fn take(&self, entry: &LogEntry) {
        (**self).take(entry);
    }

    fn wants_steps(&self) -> bool {
        (**self).wants_steps()
    }
}
