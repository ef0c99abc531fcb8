//! What can keep a process from being loaded or run.

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

fn first(error: &LoadError) -> String {
    let Some(first) = error.diagnostics.first() else { return "the project does not load".to_owned() };
    match first.span.and_then(|span| error.sources.place(span)) {
        Some(place) => format!("({}): Error @ line: {}, col: {}. {}", place.file, place.line, place.col, first.message),
        None => first.message.to_string(),
    }
}
