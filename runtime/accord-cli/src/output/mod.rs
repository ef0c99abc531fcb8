//! What is printed: the log as text and as JSON, diagnostics, notices. Data goes to stdout, everything else to stderr.

pub(crate) mod diagnostics;
mod json;
mod text;
mod verbose;

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;

use accord_runtime::LogSink;

use crate::args::LogFormat;
use json::JsonLog;
pub(crate) use json::{end, finding, input, load_error, log_event, secret, summary, suspended};
pub(crate) use text::TextLog;
use verbose::Verbose;

/// Writes a line to stdout. A reader that went away is no error of ours.
pub(crate) fn line(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n"));
}

/// Writes a text to stdout as it is.
pub(crate) fn text(text: &str) {
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

/// Writes a line to stderr.
pub(crate) fn note(text: &str) {
    let mut out = io::stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n"));
}

/// Writes a question to stderr; the answer stands behind it.
pub(crate) fn prompt(text: &str) {
    let mut out = io::stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes `error: …` to stderr.
pub(crate) fn error(text: &str) {
    note(&format!("{}: {text}", paint("error", "1;31")));
}

/// Writes `warning: …` to stderr.
pub(crate) fn warning(text: &str) {
    note(&format!("{}: {text}", paint("warning", "1;33")));
}

/// Whether stderr may be coloured: a terminal, and nobody said `NO_COLOR`.
pub(crate) fn coloured() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn paint(text: &str, code: &str) -> String {
    if coloured() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// The sink of a process' log.
pub(crate) fn sink(format: LogFormat, verbose: u8) -> Arc<dyn LogSink> {
    match format {
        LogFormat::Text => Arc::new(TextLog::new(Verbose(verbose))),
        LogFormat::Json => Arc::new(JsonLog(Verbose(verbose))),
    }
}
