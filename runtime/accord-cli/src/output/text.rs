//! The log for people: `HH:MM:SS.mmm [thread] message`, as Concord's CLI prints it.

use std::fmt::Write as _;
use std::sync::OnceLock;

use accord_runtime::{CallFrame, LocalClock, LogEntry, LogLevel, LogSink, Place};

use super::{Verbose, line, note, warning};

/// Prints the log to stdout, and what is no log to stderr.
pub(crate) struct TextLog {
    clock: OnceLock<LocalClock>,
    verbose: Verbose,
}

impl TextLog {
    /// A log that tells as much more as was asked for.
    pub(crate) fn new(verbose: Verbose) -> Self {
        Self { clock: OnceLock::new(), verbose }
    }

    /// A log that tells no more than what every log does.
    pub(crate) fn plain() -> Self {
        Self::new(Verbose(0))
    }

    /// An entry as text, one that is no part of the log included; none for steps.
    pub(crate) fn shown(&self, entry: &LogEntry) -> Option<String> {
        Some(match entry {
            LogEntry::Log { time, message, thread, .. } => self.entry(*time, *thread, message.as_str()),
            LogEntry::Error { time, message, place, thread, stack, .. } => {
                let mut text = self.entry(*time, *thread, &with_place(place.as_ref(), message.as_str()));
                if !stack.is_empty() {
                    text.push('\n');
                    text.push_str(&self.entry(*time, *thread, &call_stack(stack)));
                }
                text
            }
            LogEntry::Notice { level: LogLevel::Warn | LogLevel::Error, message } => format!("warning: {message}"),
            LogEntry::Notice { message, .. } => message.to_string(),
            _ => return None,
        })
    }

    fn entry(&self, time: i64, thread: u64, message: &str) -> String {
        let time = self.clock.get_or_init(LocalClock::system).time_of_day(time);
        match thread {
            0 => format!("{time} [main] {message}"),
            thread => format!("{time} [thread-{thread}] {message}"),
        }
    }
}

impl LogSink for TextLog {
    fn take(&self, entry: &LogEntry) {
        match entry {
            LogEntry::Log { .. } | LogEntry::Error { .. } => {
                if let Some(text) = self.shown(entry) {
                    line(&text);
                }
            }
            LogEntry::Notice { level: LogLevel::Warn | LogLevel::Error, message } => warning(message.as_str()),
            LogEntry::Notice { message, .. } => note(message.as_str()),
            other => self.verbose.take(other),
        }
    }

    fn wants_steps(&self) -> bool {
        self.verbose.wants_steps()
    }

    fn wants_calls(&self) -> bool {
        self.verbose.wants_calls()
    }
}

/// `(FILE): Error @ line: L, col: C. MESSAGE`
fn with_place(place: Option<&Place>, message: &str) -> String {
    match place {
        Some(place) => format!("({}): Error @ line: {}, col: {}. {message}", place.file, place.line, place.col),
        None => format!("Error: {message}"),
    }
}

/// How many calls are printed; of a longer stack the first and the last ones.
const LONGEST_STACK: usize = 40;

fn call_stack(stack: &[CallFrame]) -> String {
    let mut text = String::from("Call stack:");
    for (index, frame) in stack.iter().enumerate() {
        if stack.len() > LONGEST_STACK && (LONGEST_STACK / 2..stack.len() - LONGEST_STACK / 2).contains(&index) {
            if index == LONGEST_STACK / 2 {
                let _ = write!(text, "\n… {} more calls …", stack.len() - LONGEST_STACK);
            }
            continue;
        }
        let (thread, flow) = (frame.thread, frame.flow.as_str());
        let _ = match &frame.place {
            Some(Place { file, line, col }) => {
                write!(text, "\n({file}) @ line: {line}, col: {col}, thread: {thread}, flow: {flow}")
            }
            None => write!(text, "\nthread: {thread}, flow: {flow}"),
        };
    }
    text
}
