//! How a task fails: an error that becomes the flow's `lastError`.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use accord_value::{Text, Throwable, Value};

/// The failure of a task, as the flow will see it in `lastError`: class, message, cause and payload.
///
/// A message that quotes a secret carries the mark ([`Text::sensitive`]); whoever shows it masks it.
#[derive(Clone)]
pub struct TaskError(Box<Throwable>);

impl TaskError {
    /// Java's class of a failure that has no better name.
    pub const RUNTIME: &'static str = "java.lang.RuntimeException";
    /// Java's class for parameters that cannot be used.
    pub const ILLEGAL_ARGUMENT: &'static str = "java.lang.IllegalArgumentException";
    /// Java's class for a call that cannot be answered now.
    pub const ILLEGAL_STATE: &'static str = "java.lang.IllegalStateException";
    /// Java's class for something that the task cannot do.
    pub const UNSUPPORTED: &'static str = "java.lang.UnsupportedOperationException";
    /// Java's class for files that are missing or cannot be read.
    pub const IO: &'static str = "java.io.IOException";
    /// The class of errors that name a thing which cannot be found in an expression; shown without a prefix.
    pub const PROPERTY_NOT_FOUND: &'static str = "jakarta.el.PropertyNotFoundException";
    /// The class of a wait that ended because the process was cancelled.
    pub const CANCELLED: &'static str = "java.lang.InterruptedException";

    /// A failure without a better class.
    pub fn new(message: impl Into<Text>) -> TaskError {
        TaskError::of(TaskError::RUNTIME, message)
    }

    /// A failure of Java's class `class`.
    pub fn of(class: impl Into<Arc<str>>, message: impl Into<Text>) -> TaskError {
        TaskError(Box::new(Throwable::new(class, message)))
    }

    /// A mistake of the flow's author, shown as written: no prefix names the expression it came from.
    pub fn user(message: impl Into<Text>) -> TaskError {
        TaskError(Box::new(Throwable::user(message)))
    }

    /// A parameter that is missing or cannot be used.
    pub fn illegal_argument(message: impl Into<Text>) -> TaskError {
        TaskError::of(TaskError::ILLEGAL_ARGUMENT, message)
    }

    /// Adds what was thrown: `lastError.payload`.
    #[must_use]
    pub fn with_payload(mut self, payload: Value) -> TaskError {
        self.0.payload = Some(payload);
        self
    }

    /// Adds what led to it: `lastError.cause`.
    #[must_use]
    pub fn with_cause(mut self, cause: TaskError) -> TaskError {
        self.0.cause = Some(Arc::new(*cause.0));
        self
    }

    /// The message, if there is one.
    pub fn message(&self) -> Option<&Text> {
        self.0.message.as_ref()
    }

    /// The message as it may be shown to anyone: `******` in the place of what is marked.
    pub fn masked_message(&self) -> Cow<'_, str> {
        self.0.message.as_ref().map(Text::masked).unwrap_or_default()
    }

    /// The error as a value.
    pub fn throwable(&self) -> &Throwable {
        &self.0
    }

    /// The error as a value, to be raised.
    pub fn into_throwable(self) -> Box<Throwable> {
        self.0
    }
}

impl fmt::Debug for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.class, self.masked_message())
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked_message())
    }
}

impl std::error::Error for TaskError {}

impl From<Box<Throwable>> for TaskError {
    fn from(throwable: Box<Throwable>) -> TaskError {
        TaskError(throwable)
    }
}

impl From<Throwable> for TaskError {
    fn from(throwable: Throwable) -> TaskError {
        TaskError(Box::new(throwable))
    }
}

impl From<TaskError> for Box<Throwable> {
    fn from(error: TaskError) -> Box<Throwable> {
        error.0
    }
}

/// A wait ended because the process was cancelled or ran out of its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the process was cancelled")
    }
}

impl std::error::Error for Cancelled {}

impl From<Cancelled> for TaskError {
    fn from(_: Cancelled) -> TaskError {
        TaskError::of(TaskError::CANCELLED, "The process was cancelled.")
    }
}
