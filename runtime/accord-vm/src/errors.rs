//! Errors on their way: how a step fails, and how the errors of branches become one.

use std::sync::Arc;

use accord_sdk::TaskError;
use accord_value::{Text, TextBuilder, Throwable};

use crate::{Failure, StackFrame};

#[cfg(test)]
mod tests;

/// Size in bytes at which the joined text of many errors ends.
const LONGEST: usize = 256 << 10;

const CLASS_CAST: &str = "java.lang.ClassCastException";
const ILLEGAL_ARGUMENT: &str = "java.lang.IllegalArgumentException";

/// The failure of a step.
pub(crate) struct Raise {
    pub(crate) error: Box<Throwable>,
    /// Whether nobody is told.
    pub(crate) quiet: bool,
}

impl Raise {
    /// A mistake of the flow's author.
    pub(crate) fn user(message: impl Into<Text>) -> Self {
        Box::new(Throwable::user(message)).into()
    }

    /// A value that cannot be used.
    pub(crate) fn illegal_argument(message: impl Into<Text>) -> Self {
        Box::new(Throwable::new(ILLEGAL_ARGUMENT, message)).into()
    }

    /// A value of the wrong type.
    pub(crate) fn cast(from: &str, to: &str) -> Self {
        Box::new(Throwable::new(CLASS_CAST, format!("Cannot cast {from} to {to}"))).into()
    }

    /// The same, told nobody.
    pub(crate) fn quiet(self) -> Self {
        Self { quiet: true, ..self }
    }
}

impl From<Box<Throwable>> for Raise {
    fn from(error: Box<Throwable>) -> Self {
        Self { error, quiet: false }
    }
}

impl From<TaskError> for Raise {
    fn from(error: TaskError) -> Self {
        error.into_throwable().into()
    }
}

/// The one error of a `parallel` step or a parallel loop whose branches failed.
pub(crate) fn joined(failures: &[Failure]) -> Box<Throwable> {
    let mut failures: Vec<&Failure> = failures.iter().collect();
    failures.sort_by_key(|failure| failure.thread);
    let capacity = table_length(failures.len());
    failures.sort_by_key(|failure| bucket(failure.thread, capacity));
    let mut text = TextBuilder::new();
    text.push_str("Parallel execution errors: \n");
    for (index, failure) in failures.iter().enumerate() {
        if index > 0 {
            text.push_str("\n\n");
        }
        if text.len() > LONGEST {
            text.push_str(&format!("… and {} more", failures.len() - index));
            break;
        }
        push_branch(&mut text, index + 1, failure);
    }
    let mut error = Throwable::new(Throwable::PARALLEL, text.finish());
    error.exceptions = failures.iter().map(|failure| Arc::clone(&failure.error)).collect();
    Box::new(error)
}

fn push_branch(text: &mut TextBuilder, number: usize, failure: &Failure) {
    text.push_str(&format!("[{number}] "));
    if let Some(place) = &failure.place {
        text.push_str(&format!("({}): Error @ line: {}, col: {}, ", place.file, place.line, place.col));
    }
    text.push_str(&format!("thread: {}\n  Error: ", failure.thread));
    if let Some(message) = &failure.error.message {
        push_indented(text, message);
    }
    if !failure.stack.is_empty() {
        text.push_str("\n  Call stack:");
        for frame in &failure.stack {
            text.push_str("\n    ");
            text.push_str(&stack_line(frame));
        }
    }
}

/// `message` with its further lines indented by two; empty lines at its end go.
fn push_indented(text: &mut TextBuilder, message: &Text) {
    let characters = message.as_str();
    let end = characters.trim_end_matches('\n').len();
    let mut start = 0;
    for line in characters.get(..end).unwrap_or_default().split('\n') {
        if start > 0 {
            text.push_str("\n  ");
        }
        if let Some(line) = message.slice(start..start + line.len()) {
            text.push(&line);
        }
        start += line.len() + 1;
    }
}

/// A line of a call stack as the reference prints it.
fn stack_line(frame: &StackFrame) -> String {
    let (thread, flow) = (frame.thread, &frame.flow);
    match &frame.place {
        Some(place) => {
            format!("({}) @ line: {}, col: {}, thread: {thread}, flow: {flow}", place.file, place.line, place.col)
        }
        None => format!("thread: {thread}, flow: {flow}"),
    }
}

/// Branches stand in the order of the hash table that the reference collects them in.
fn bucket(thread: u64, capacity: u64) -> u64 {
    thread.wrapping_add(31) & (capacity - 1)
}

/// Length of Java's hash table for so many entries.
fn table_length(entries: usize) -> u64 {
    let mut capacity: u64 = 16;
    while entries as u64 * 4 > capacity * 3 {
        capacity *= 2;
    }
    capacity
}
