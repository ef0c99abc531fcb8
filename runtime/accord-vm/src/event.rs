//! What the machine tells its host while a process runs.

use std::sync::Arc;

use accord_sdk::LogLevel;
use accord_value::{Place, Text, Throwable};

/// One line of a call stack: the `call` step that a flow was entered by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackFrame {
    /// The place of the `call` step; none where a task ran the flow.
    pub place: Option<Place>,
    /// The flow thread that made the call.
    pub thread: u64,
    /// The flow that was called.
    pub flow: Arc<str>,
}

/// Something that happened in a process, in the order in which it happened in its flow thread.
#[derive(Clone)]
pub enum VmEvent {
    /// A step begins. Only where [`crate::Host::wants_steps`].
    StepStarted {
        /// Which step, and where it runs.
        step: StepInfo,
    },
    /// A step ended: well, or with the error that an [`VmEvent::Error`] told before. Only where
    /// [`crate::Host::wants_steps`].
    StepEnded {
        /// Which step, and where it ran.
        step: StepInfo,
        /// Whether it failed.
        failed: bool,
    },
    /// An `if` or `switch` step has chosen. Only where [`crate::Host::wants_steps`].
    BranchTaken {
        /// The place of the step's key.
        place: Option<Place>,
        /// Which branch: 0 is `then`, or the first label; behind the last one comes what is left, written or not.
        branch: u32,
    },
    /// A log entry: of a task, of a script, or one of the machine's own notices.
    Log {
        /// Its level.
        level: LogLevel,
        /// Its text; what is marked in it must be masked before anyone sees it.
        text: Text,
        /// The place of the step that logs; none outside of steps.
        place: Option<Place>,
        /// The flow thread.
        thread: u64,
        /// The flow that runs.
        flow: Arc<str>,
        /// The step's `name`, evaluated, where it has one.
        segment: Option<Text>,
    },
    /// A step failed, whether a handler catches it or not. Each failure is told once, at the innermost step.
    Error {
        /// The error.
        error: Arc<Throwable>,
        /// The place of the step; none only where a failure belongs to no step (arguments, entry point).
        place: Option<Place>,
        /// The flow thread.
        thread: u64,
        /// The flow that runs.
        flow: Arc<str>,
        /// The call stack, innermost first, where the reference logs one (`Call stack:`); empty where it does not.
        stack: Vec<StackFrame>,
    },
    /// A `checkpoint` step was reached.
    Checkpoint {
        /// Its name, evaluated.
        name: Text,
        /// The place of the step.
        place: Option<Place>,
        /// The flow thread.
        thread: u64,
    },
    /// A flow thread waits for an event.
    Suspended {
        /// The event's name.
        event: Arc<str>,
        /// The name of the form, where it waits for one.
        form: Option<Arc<str>>,
        /// The flow thread.
        thread: u64,
    },
}

/// A step as [`VmEvent::StepStarted`] and [`VmEvent::StepEnded`] name it.
#[derive(Clone, Debug)]
pub struct StepInfo {
    /// The step's kind: `task`, `call`, `set`, `if`, … as in a file.
    pub kind: &'static str,
    /// The place of the step's key.
    pub place: Option<Place>,
    /// The flow thread.
    pub thread: u64,
    /// The flow that runs.
    pub flow: Arc<str>,
}
