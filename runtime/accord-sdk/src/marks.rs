//! The mark on what a task answers.
//!
//! Owns: which marked texts went into a call, and how its result and its error get their marks. Must not know: which
//! task it is, where secrets come from.

use std::collections::HashSet;

use accord_value::{Text, Value, marks_about};

use crate::{TaskError, TaskResult};

/// The marked inputs of one call. Empty, and made without a search, where no secret is about.
pub(crate) struct Marks(Vec<Value>);

impl Marks {
    /// The marked ones among `inputs`.
    pub(crate) fn of<'a>(inputs: impl IntoIterator<Item = &'a Value>) -> Marks {
        if !marks_about() {
            return Marks(Vec::new());
        }
        Marks(inputs.into_iter().filter(|value| value.is_sensitive()).cloned().collect())
    }

    /// Whether nothing marked went in.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The error of the call with what it may quote of the inputs marked: all of the message where `whole` and the task
    /// marked nothing itself; the marked inputs that stand in it in any case.
    pub(crate) fn on_error(&self, error: TaskError, whole: bool) -> TaskError {
        if self.is_empty() {
            return error;
        }
        let mut throwable = error.into_throwable();
        if let Some(message) = throwable.message.take() {
            throwable.message =
                Some(if whole && !message.is_sensitive() { message.marked() } else { self.mark_quotes(&message) });
        }
        if let Some(payload) = throwable.payload.take() {
            throwable.payload = Some(if whole { marked(payload) } else { payload });
        }
        throwable.into()
    }

    /// `message`, its own marks kept, with every marked input that stands in it marked.
    fn mark_quotes(&self, message: &Text) -> Text {
        let mut ranges = message.sensitive_ranges().into_owned();
        for text in sensitive_texts(self.0.clone()) {
            for part in text.sensitive_parts() {
                ranges.extend(message.as_str().match_indices(part).map(|(at, found)| at..at + found.len()));
            }
        }
        Text::with_ranges(message.as_arc().clone(), ranges)
    }
}

/// The marked texts in `values`, however deep they lie.
fn sensitive_texts(mut values: Vec<Value>) -> Vec<Text> {
    let mut seen = HashSet::new();
    let mut texts = Vec::new();
    while let Some(value) = values.pop() {
        match value {
            Value::Text(text) if text.is_sensitive() => texts.push(text),
            Value::List(list) if seen.insert(list.identity()) => values.extend(list.snapshot()),
            Value::Set(set) if seen.insert(set.identity()) => values.extend(set.items()),
            Value::Map(map) if seen.insert(map.identity()) => {
                for (key, value) in map.entries() {
                    values.push(key);
                    values.push(value);
                }
            }
            Value::Throwable(error) => texts.extend(error.message.clone().filter(Text::is_sensitive)),
            _ => {}
        }
    }
    texts
}

/// `value` with every text in it marked.
pub(crate) fn marked(value: Value) -> Value {
    value.marked()
}

/// The result, everything in it marked.
pub(crate) fn mark_result(result: TaskResult) -> TaskResult {
    match result {
        TaskResult::Simple { ok, error, values } => TaskResult::Simple {
            ok,
            error: error.map(|text| text.marked()),
            values: values.into_iter().map(|(name, value)| (name, marked(value))).collect(),
        },
        TaskResult::Suspend { event, state, until } => TaskResult::Suspend { event, state: state.map(marked), until },
    }
}
