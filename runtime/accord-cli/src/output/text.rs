//! The log for people: `HH:MM:SS.mmm [thread] message`, as Concord's CLI prints it.

use std::fmt::Write as _;
use std::sync::OnceLock;

use accord_runtime::{CallFrame, LocalClock, LogEntry, LogLevel, LogSink, Place};

use super::{line, note, warning};

/// Prints the log to stdout, and what is no log to stderr.
pub(crate) struct TextLog {
    clock: OnceLock<LocalClock>,
    steps: bool,
}

impl TextLog {
    /// A log that tells of each step too where `steps`.
    pub(crate) fn new(steps: bool) -> Self {
        Self { clock: OnceLock::new(), steps }
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
            LogEntry::Error { time, message, place, thread, stack, .. } => {
                self.entry(*time, *thread, &with_place(place.as_ref(), message.as_str()));
                if !stack.is_empty() {
                    self.entry(*time, *thread, &call_stack(stack));
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
