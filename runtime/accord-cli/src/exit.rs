//! How the command ends: the exit codes of the contract.

/// The outcome of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Finished.
    Done = 0,
    /// The process failed.
    Failed = 1,
    /// Wrong usage.
    Usage = 2,
    /// The project does not load.
    Load = 3,
    /// Lint found errors.
    Findings = 10,
    /// The process is suspended.
    Suspended = 20,
    /// The process waits for input that was not given.
    InputRequired = 21,
    /// It would need a terminal.
    NoTerminal = 22,
    /// Cancelled by Ctrl-C or a signal.
    Cancelled = 130,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
