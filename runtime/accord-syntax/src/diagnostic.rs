//! What is wrong with a text, where, and how to mend it. How it is printed is `render`'s business.

use std::borrow::Cow;

use crate::source::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The project does not load, or the process failed.
    Error,
    /// It runs, though probably not as meant.
    Warning,
}

/// One finding with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable short name of the kind of finding, e.g. `unknown-option`.
    pub code: &'static str,
    /// What was found and what was expected, without place, hints or line break.
    pub message: Cow<'static, str>,
    /// The place that is reported; `None` where no source is to blame.
    pub span: Option<Span>,
    /// The place to show, where it is not the reported one: Concord reports broken YAML at the last part it read.
    pub focus: Option<Span>,
    /// What encloses the place, innermost first.
    pub trace: Vec<TracePoint>,
    /// What else is worth knowing, such as the calls that led to the place.
    pub notes: Vec<Cow<'static, str>>,
    /// How to mend it, a sentence each.
    pub hints: Vec<Cow<'static, str>>,
}

/// One enclosing element of a [`Diagnostic`]: `'task' @ line: 4, col: 7`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracePoint {
    /// The key, e.g. `task` or a flow's name.
    pub label: Cow<'static, str>,
    /// Where the key stands.
    pub span: Span,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: &'static str, message: impl Into<Cow<'static, str>>, span: impl Into<Option<Span>>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            span: span.into(),
            focus: None,
            trace: Vec::new(),
            notes: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// A warning at a place.
    pub fn warning(code: &'static str, message: impl Into<Cow<'static, str>>, span: impl Into<Option<Span>>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message, span) }
    }

    /// Sets the place to show.
    #[must_use]
    pub fn focus(mut self, span: Span) -> Self {
        self.focus = Some(span);
        self
    }

    /// Adds something worth knowing.
    #[must_use]
    pub fn note(mut self, note: impl Into<Cow<'static, str>>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds a sentence that says how to mend it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds what encloses the place; call it from the inside out.
    #[must_use]
    pub fn within(mut self, label: impl Into<Cow<'static, str>>, span: Span) -> Self {
        self.trace.push(TracePoint { label: label.into(), span });
        self
    }
}
