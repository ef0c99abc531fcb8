//! What can keep a process from being loaded or run.

use accord_syntax::render::{self, Picture};
use accord_syntax::{Diagnostic, Sources};

/// Why a process cannot be loaded, or why its end could not be told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What was asked for, or the user's configuration, makes no sense.
    #[error("{0}")]
    Configuration(String),
    /// The project does not load.
    #[error("{}", first(.0))]
    Load(Box<LoadError>),
    /// The working directory is in use by another process.
    #[error("{0}")]
    Busy(String),
    /// A suspended process cannot be written or read.
    #[error("{0}")]
    State(String),
    /// Loading was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The file system refused something.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// Everything that is wrong with a project, with the texts that the places point into.
#[derive(Debug)]
pub struct LoadError {
    /// The findings, in the order of the files.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts.
    pub sources: Sources,
}

impl Error {
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::Configuration(message.into())
    }

    pub(crate) fn state(message: impl Into<String>) -> Self {
        Self::State(message.into())
    }

    /// A project that does not load for a reason that has no place in a file.
    pub(crate) fn load(code: &'static str, message: impl Into<String>) -> Self {
        let diagnostics = vec![Diagnostic::error(code, message.into(), None)];
        Self::Load(Box::new(LoadError { diagnostics, sources: Sources::new() }))
    }
}

impl Error {
    /// The same error at a place, unless it has one.
    pub(crate) fn at(mut self, span: accord_syntax::Span) -> Self {
        if let Self::Load(error) = &mut self {
            error.diagnostics.iter_mut().for_each(|found| found.span = found.span.or(Some(span)));
        }
        self
    }

    /// The same error with a way to mend it.
    pub(crate) fn hint(mut self, hint: impl Into<std::borrow::Cow<'static, str>>) -> Self {
        if let Self::Load(error) = &mut self {
            let hint = hint.into();
            error.diagnostics.iter_mut().for_each(|found| found.hints.push(hint.clone()));
        }
        self
    }

    /// The same error with the texts that its places point into, unless it has them.
    pub(crate) fn with_sources(mut self, sources: &Sources) -> Self {
        if let Self::Load(error) = &mut self
            && error.sources.iter().next().is_none()
        {
            error.sources = sources.clone();
        }
        self
    }
}

impl LoadError {
    /// Each finding as a picture, with terminal colours where `color`: its line with a mark under the place, and how to
    /// mend it. Literal passwords beside it are not shown.
    #[must_use]
    pub fn pictures(&self, color: bool) -> Vec<String> {
        let mut registry = accord_sdk::Registry::new();
        accord_tasks::register(&mut registry);
        let hidden: Vec<_> = self.sources.iter().flat_map(|source| accord_lint::hidden(source, &registry)).collect();
        let how = Picture { color, hidden: &hidden };
        self.diagnostics.iter().map(|found| render::picture(found, &self.sources, &how)).collect()
    }
}

fn first(error: &LoadError) -> String {
    let Some(first) = error.diagnostics.first() else { return "the project does not load".to_owned() };
    match first.span.and_then(|span| error.sources.place(span)) {
        Some(place) => format!("({}): Error @ line: {}, col: {}. {}", place.file, place.line, place.col, first.message),
        None => first.message.to_string(),
    }
}
