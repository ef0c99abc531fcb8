//! One call of `run` or `resume`: a process runs, asks for its forms where somebody is there to answer, and ends or
//! stays suspended.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use accord_runtime::{Pending, Process, ProcessState, ProcessStatus, Runtime, SecretSources, Suspended};

use crate::args::LogFormat;
use crate::dialogue::{self, NotFilled};
use crate::exit::Exit;
use crate::output::{self, diagnostics};
use crate::signals;

/// What a process runs with.
pub(crate) struct Session<'a> {
    pub(crate) runtime: &'a Runtime,
    pub(crate) sources: &'a SecretSources,
    pub(crate) format: LogFormat,
    /// Where the out variables go.
    pub(crate) out: Option<&'a Path>,
    /// The directory that `resume` has to be given.
    pub(crate) dir: Option<PathBuf>,
    /// Somebody is there to fill forms in.
    pub(crate) can_ask: bool,
    /// Asks first whether a form shall be filled in.
    pub(crate) offers: bool,
}

impl Session<'_> {
    /// Runs a process as far as it goes.
    pub(crate) fn run(&self, mut process: Process) -> Exit {
        let mut offers = self.offers;
        let work_dir = process.work_dir().to_path_buf();
        loop {
            let status = watched(process);
            let pending = status.pending();
            let Some((pending, form)) = self.asked(&status, &pending) else { return self.ended(&status) };
            if offers {
                match dialogue::is_wanted(form) {
                    Ok(true) => offers = false,
                    Ok(false) | Err(NotFilled::Left) => return self.ended(&status),
                    Err(NotFilled::Failed(exit)) => return exit,
                }
            }
            let suspended = match self.runtime.suspended(&work_dir, self.sources) {
                Ok(suspended) => suspended,
                Err(error) => {
                    output::error(&error.to_string());
                    return Exit::Failed;
                }
            };
            process = match dialogue::fill(suspended, pending, form) {
                Ok(process) => process,
                Err(NotFilled::Left) => return self.ended(&status),
                Err(NotFilled::Failed(exit)) => return exit,
            };
        }
    }

    /// Fills in the form that a suspended process waits for, and runs it on.
    pub(crate) fn fill(&self, suspended: Suspended, pending: &Pending, form: &str) -> Exit {
        let all = suspended.pending();
        match dialogue::fill(suspended, pending, form) {
            Ok(process) => self.run(process),
            Err(NotFilled::Left) => {
                if self.format == LogFormat::Text {
                    output::note("The process is still suspended.");
                    self.waiting(&all);
                }
                Exit::Suspended
            }
            Err(NotFilled::Failed(exit)) => exit,
        }
    }

    /// The form that is to be filled in next.
    fn asked<'p>(&self, status: &ProcessStatus, pending: &'p [Pending]) -> Option<(&'p Pending, &'p str)> {
        let asks = self.can_ask && status.state == ProcessState::Suspended;
        pending.iter().filter(|_| asks).find_map(|pending| Some((pending, pending.form.as_deref()?)))
    }

    /// Prints how a process ended.
    fn ended(&self, status: &ProcessStatus) -> Exit {
        if let Some(path) = self.out
            && let Err(error) = write_out(path, status)
        {
            output::error(&format!("cannot write {}: {error}", path.display()));
            return Exit::Failed;
        }
        if self.format == LogFormat::Json {
            if status.state == ProcessState::Suspended {
                output::suspended(&status.events, &status.forms);
            }
            if let (Some(error), Some(false)) = (&status.error, status.report.as_ref().map(|report| report.is_logged()))
            {
                output::error(error.as_str());
            }
            output::end(status.state.name(), status.out.clone());
        } else if let Some(report) = &status.report {
            diagnostics::failure(report);
        } else if status.state == ProcessState::Suspended {
            output::note("The process is suspended.");
            self.waiting(&status.pending());
        }
        match status.state {
            ProcessState::Finished => Exit::Done,
            ProcessState::Failed | ProcessState::TimedOut => Exit::Failed,
            ProcessState::Suspended => Exit::Suspended,
            ProcessState::Cancelled => Exit::Cancelled,
        }
    }

    /// Says how to go on, in commands as they have to be typed.
    pub(crate) fn waiting(&self, pending: &[Pending]) {
        let dir = self.dir.as_deref().map(|dir| format!(" {}", quoted(&as_argument(dir)))).unwrap_or_default();
        for pending in pending {
            let command = format!("  accord resume{dir} --event {}", quoted(&pending.event));
            match &pending.form {
                Some(form) => {
                    output::note(&format!("The form '{form}' waits for answers:"));
                    output::note(&format!("{command}                    # asks for them, on a terminal"));
                    output::note(&format!("{command} --describe-input   # shows what is expected"));
                    output::note(&format!("{command} --input-file FILE  # brings them"));
                }
                None => output::note(&format!("The event '{}' is waited for:\n{command}", pending.event)),
            }
        }
    }
}

/// Runs a process that Ctrl-C and the signals that end programs cancel.
fn watched(process: Process) -> ProcessStatus {
    let watch = signals::Watch::start(process.cancel_token(), process.cleanup());
    let status = process.run();
    watch.end();
    status
}

fn write_out(path: &Path, status: &ProcessStatus) -> std::io::Result<()> {
    let text = serde_json::to_string_pretty(&status.out)?;
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")
}

/// A path that is not taken for an option.
fn as_argument(path: &Path) -> String {
    let text = path.display().to_string();
    if text.starts_with('-') { format!("./{text}") } else { text }
}

/// A text as a shell takes it for one word.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_shells() {
        for (text, word) in [
            ("flows/hello", "flows/hello"),
            ("my flows", "'my flows'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
            ("$HOME", "'$HOME'"),
        ] {
            assert_eq!(quoted(text), word);
        }
        assert_eq!(as_argument(Path::new("-x")), "./-x");
    }
}
