//! The one place where results inherit the mark of sensitive values.
//!
//! Texts that come out of the secret store are marked, and what is derived from them is marked again. What only passes
//! values on (collections, lambdas, `+=`, a choice between two values) needs no rule: the values carry their marks.
//! Everything else that makes a value of others asks [`carried`] before and goes through [`settle`] after.

use accord_value::{Value, marks_about};

use crate::fail::Outcome;

/// Whether any of the values is sensitive or holds a sensitive one. Costs one load of a flag while the process has no
/// sensitive value.
pub(crate) fn carried<'v>(inputs: impl IntoIterator<Item = &'v Value>) -> bool {
    marks_about() && inputs.into_iter().any(Value::is_sensitive)
}

/// If what a value was asked for was sensitive, the message of an error is: it may quote it.
pub(crate) fn settle_error<T>(outcome: Outcome<T>, carried: bool) -> Outcome<T> {
    if carried { outcome.map_err(crate::fail::Fail::marked) } else { outcome }
}

/// If an input was sensitive, the texts in the result are, and so is the message of an error, which may quote it.
pub(crate) fn settle(outcome: Outcome, carried: bool) -> Outcome {
    if !carried {
        return outcome;
    }
    outcome.map(|value| value.marked()).map_err(crate::fail::Fail::marked)
}
