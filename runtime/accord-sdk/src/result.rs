//! What a task answers.

use std::sync::Arc;

use accord_value::{Text, Value};

/// The answer of `task: NAME`.
#[derive(Clone)]
pub enum TaskResult {
    /// The task is done. The flow sees a map of `ok`, `error` where there is one, and the values.
    Simple {
        /// Whether it worked. A result that is not ok does not fail the step: an error does.
        ok: bool,
        /// What went wrong.
        error: Option<Text>,
        /// Further values, in order.
        values: Vec<(Arc<str>, Value)>,
    },
    /// The process waits for an event.
    Suspend {
        /// The event's name.
        event: Arc<str>,
        /// What [`crate::Task::resume`] gets when the event comes; none: the flow goes on after the step.
        state: Option<Value>,
        /// When the event comes by itself, in milliseconds since 1970; none: somebody has to bring it.
        until: Option<i64>,
    },
}

impl TaskResult {
    /// Done and well.
    pub fn success() -> TaskResult {
        TaskResult::Simple { ok: true, error: None, values: Vec::new() }
    }

    /// Done, but not well: `ok` is false and `error` says why.
    pub fn fail(error: impl Into<Text>) -> TaskResult {
        TaskResult::Simple { ok: false, error: Some(error.into()), values: Vec::new() }
    }

    /// Wait for `event` and go on after the step.
    pub fn suspend(event: impl Into<Arc<str>>) -> TaskResult {
        TaskResult::Suspend { event: event.into(), state: None, until: None }
    }

    /// Wait for `event` and go on in [`crate::Task::resume`] with `state`.
    pub fn reentrant(event: impl Into<Arc<str>>, state: Value) -> TaskResult {
        TaskResult::Suspend { event: event.into(), state: Some(state), until: None }
    }

    /// Wait until a time, in milliseconds since 1970, and go on after the step. Whoever runs the process brings `event`
    /// then; its name only has to be one that nothing else waits for.
    pub fn sleep_until(event: impl Into<Arc<str>>, time: i64) -> TaskResult {
        TaskResult::Suspend { event: event.into(), state: None, until: Some(time) }
    }

    /// Adds a value; nothing happens to a suspension.
    #[must_use]
    pub fn value(mut self, name: impl Into<Arc<str>>, value: impl Into<Value>) -> TaskResult {
        if let TaskResult::Simple { values, .. } = &mut self {
            values.push((name.into(), value.into()));
        }
        self
    }

    /// The entries of the map that the flow sees, without `threadId`, which the virtual machine adds: `ok`, `error`
    /// where there is one, then the values. A value named `ok` or `error` wins.
    pub fn entries(&self) -> Vec<(Arc<str>, Value)> {
        let TaskResult::Simple { ok, error, values } = self else { return Vec::new() };
        let mut entries: Vec<(Arc<str>, Value)> = vec![("ok".into(), Value::Bool(*ok))];
        if let Some(error) = error {
            entries.push(("error".into(), Value::Text(error.clone())));
        }
        for (name, value) in values {
            match entries.iter_mut().find(|(known, _)| known == name) {
                Some(entry) => entry.1 = value.clone(),
                None => entries.push((name.clone(), value.clone())),
            }
        }
        entries
    }
}
