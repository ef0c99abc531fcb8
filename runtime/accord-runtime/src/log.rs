//! What a process tells whoever runs it, while it runs. Every text has passed the redactor.

use std::sync::Arc;
use std::time::Duration;

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

    /// Whether it wants [`LogEntry::Call`] and [`LogEntry::Answer`]; asked once for each process.
    fn wants_calls(&self) -> bool {
        false
    }
}

/// Something that a process tells.
#[derive(Clone, Debug)]
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
    /// An `if` or `switch` step has chosen. Only where [`LogSink::wants_steps`].
    Branch {
        /// The step.
        place: Option<Place>,
        /// Which branch: 0 is `then`, or the first label; behind the last one comes what is left, written or not.
        branch: u32,
    },
    /// A task is called, by a step or an expression. Only where [`LogSink::wants_calls`].
    Call {
        /// The task; for an expression with the method: `crypto.exportAsString`.
        name: Arc<str>,
        /// The step that calls.
        place: Option<Place>,
        /// The flow thread; 0 is the root.
        thread: u64,
        /// The step's input, or the arguments.
        input: MaskedLine,
    },
    /// A called task has answered. Only where [`LogSink::wants_calls`].
    Answer {
        /// As in [`LogEntry::Call`].
        name: Arc<str>,
        /// The flow thread; 0 is the root.
        thread: u64,
        /// How long it took.
        duration: Duration,
        /// What it answered, or the message of its failure.
        outcome: Result<MaskedLine, MaskedLine>,
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

    fn wants_calls(&self) -> bool {
        (**self).wants_calls()
    }
}
