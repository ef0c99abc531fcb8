//! Errors as flows see them: `lastError` and what it holds.

use std::sync::Arc;

use crate::{Text, Value};

/// A place in a file of the project; line and column count from 1.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file's name relative to the project.
    pub file: Arc<str>,
    /// Line.
    pub line: u32,
    /// Column in code points.
    pub col: u32,
}

/// A part of a text that was evaluated, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextPart {
    /// The whole text as it was written, `${` and `}` included.
    pub text: Arc<str>,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

/// An error as a value: what expressions and tasks raise, what `lastError` is.
#[derive(Clone)]
pub struct Throwable {
    /// Java's full class name that flows can see by `lastError.class.name`.
    pub class: Arc<str>,
    /// The message, marked when it quotes a secret; none is Java's null.
    pub message: Option<Text>,
    /// `lastError.cause`.
    pub cause: Option<Arc<Throwable>>,
    /// `lastError.payload`: what a flow threw.
    pub payload: Option<Value>,
    /// `lastError.exceptions` of a failed parallel block.
    pub exceptions: Vec<Arc<Throwable>>,
    /// Where it was raised, once that is known.
    pub place: Option<Place>,
    /// The part of an expression that raised it, for those who show it to people; not kept in states.
    pub part: Option<Box<TextPart>>,
}

impl Throwable {
    /// The class of errors that a flow's author made: wrong names, wrong types, `throw`.
    pub const USER_DEFINED: &'static str = "com.walmartlabs.concord.runtime.v2.sdk.UserDefinedException";
    /// The class that wraps an error of another kind.
    pub const WRAPPED: &'static str = "com.walmartlabs.concord.runtime.v2.runner.vm.WrappedException";
    /// The class of the one error that the errors of parallel branches become.
    pub const PARALLEL: &'static str = "com.walmartlabs.concord.runtime.v2.runner.vm.ParallelExecutionException";

    /// An error of `class` with `message` and nothing else.
    pub fn new(class: impl Into<Arc<str>>, message: impl Into<Text>) -> Throwable {
        Throwable {
            class: class.into(),
            message: Some(message.into()),
            cause: None,
            payload: None,
            exceptions: Vec::new(),
            place: None,
            part: None,
        }
    }

    /// An error that the flow's author can mend.
    pub fn user(message: impl Into<Text>) -> Throwable {
        Throwable::new(Throwable::USER_DEFINED, message)
    }
}

impl Throwable {
    /// The same error with a cause.
    #[must_use]
    pub fn with_cause(mut self, cause: impl Into<Arc<Throwable>>) -> Throwable {
        self.cause = Some(cause.into());
        self
    }

    /// The same error with a payload.
    #[must_use]
    pub fn with_payload(mut self, payload: impl Into<Value>) -> Throwable {
        self.payload = Some(payload.into());
        self
    }

    /// The same error, its message marked as sensitive: for errors that quote a sensitive input.
    #[must_use]
    pub fn marked(mut self) -> Throwable {
        self.message = self.message.map(|message| message.marked());
        self
    }
}

/// The class and the message, sensitive parts masked.
impl std::fmt::Display for Throwable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_text().masked())
    }
}

/// As `Display`: payload and cause may be large and hold secrets.
impl std::fmt::Debug for Throwable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl std::error::Error for Throwable {}
