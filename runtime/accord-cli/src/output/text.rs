//! The log for people: `HH:MM:SS.mmm [thread] message`, as Concord's CLI prints it.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, OnceLock};

use accord_runtime::{CallFrame, LocalClock, LogEntry, LogLevel, LogSink, Place};

use super::{hint, line, note, warning};

/// Prints the log to stdout, and what is no log to stderr.
pub(crate) struct TextLog {
    clock: OnceLock<LocalClock>,
    steps: bool,
    /// The hints that were given: a failure in a loop needs one only.
    hinted: Mutex<HashSet<Arc<str>>>,
}

impl TextLog {
    /// A log that tells of each step too where `steps`.
    pub(crate) fn new(steps: bool) -> Self {
        Self { clock: OnceLock::new(), steps, hinted: Mutex::default() }
    }

    fn is_new(&self, hint: &Arc<str>) -> bool {
        self.hinted.lock().is_ok_and(|mut hinted| hinted.insert(Arc::clone(hint)))
    }

    fn entry(&self, time: i64, thread: u64, message: &str) {
        let time = self.clock.get_or_init(LocalClock::system).time_of_day(time);
        match thread {
            0 => line(&format!("{time} [main] {message}")),
            thread => line(&format!("{time} [thread-{thread}] {message}")),
        }
    }
}

impl LogSink for TextLog {
    fn take(&self, entry: &LogEntry) {
        match entry {
            LogEntry::Log { time, message, thread, .. } => self.entry(*time, *thread, message.as_str()),
            LogEntry::Error { time, message, place, thread, stack, hints, .. } => {
                self.entry(*time, *thread, &with_place(place.as_ref(), message.as_str()));
                if !stack.is_empty() {
                    self.entry(*time, *thread, &call_stack(stack));
                }
                for new in hints.iter().filter(|new| self.is_new(new.as_arc())) {
                    hint(new.as_str());
                }
            }
            LogEntry::Step { kind, place, .. } => {
                let place = place.as_ref().map(|place| format!(" @ {}:{}", place.file, place.line)).unwrap_or_default();
                note(&format!(">>> '{kind}'{place}"));
            }
            LogEntry::Notice { level: LogLevel::Warn | LogLevel::Error, message } => warning(message.as_str()),
            LogEntry::Notice { message, .. } => note(message.as_str()),
            _ => {}
        }
    }

    fn wants_steps(&self) -> bool {
        self.steps
    }
}

/// `(FILE): Error @ line: L, col: C. MESSAGE`
fn with_place(place: Option<&Place>, message: &str) -> String {
    match place {
        Some(place) => format!("({}): Error @ line: {}, col: {}. {message}", place.file, place.line, place.col),
        None => format!("Error: {message}"),
    }
}

fn call_stack(stack: &[CallFrame]) -> String {
    let mut text = String::from("Call stack:");
    for frame in stack {
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
