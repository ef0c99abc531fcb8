//! `asserts`: conditions that must hold, for tests of flows.

use accord_sdk::{Method, Parameter, Task, TaskContext, TaskError, TaskInfo};
use accord_value::{Text, TextBuilder, Value, number};

use crate::{args, vars};

/// The task `asserts`.
pub(crate) struct Asserts;

impl Task for Asserts {
    fn describe(&self) -> TaskInfo {
        let message = || Parameter::string("message");
        let (expected, actual) = (|| Parameter::any("expected"), || Parameter::any("actual"));
        let condition = || Parameter::boolean("condition");
        TaskInfo::new("asserts", "Conditions that must hold, for tests of flows.")
            .method(Method::new("hasVariable", [Parameter::string("name").required()]))
            .method(Method::new("hasFile", [Parameter::string("path").required()]))
            .method(Method::new("assertEquals", [expected(), actual()]))
            .method(Method::new("assertEquals", [message(), expected(), actual()]))
            .method(Method::new("assertTrue", [condition()]))
            .method(Method::new("assertTrue", [message(), condition()]))
            .method(Method::new("dryRunMode", []))
            .dry_run_ready()
            .errors_without_mark()
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        let name = args::text(args, 0);
        let held = match (method, args) {
            ("hasVariable", [_]) => {
                (vars::lookup(name.as_str(), cx)?.is_some(), failure(&["Can't find a variable '", "'"], &[&name]))
            }
            ("hasFile", [_]) => (cx.files().exists(name.as_str())?, failure(&["Can't find a file '", "'"], &[&name])),
            ("assertEquals", [expected, actual]) => (equal(expected, actual, 0), unequal(None, expected, actual)),
            ("assertEquals", [_, expected, actual]) => {
                (equal(expected, actual, 0), unequal(Some(&name), expected, actual))
            }
            ("assertTrue", [_]) => (args::boolean(args, 0)?, Text::plain("Expected the condition to be true")),
            ("assertTrue", [_, _]) => (args::boolean(args, 1)?, name),
            ("dryRunMode", []) => (cx.dry_run(), Text::plain("The process must run in dry-run mode")),
            _ => return Err(cx.no_such_method(method, args)),
        };
        match held {
            (true, _) => Ok(Value::Null),
            (false, message) => Err(TaskError::user(message)),
        }
    }
}

/// `parts` with `values` between them.
fn failure(parts: &[&str], values: &[&Text]) -> Text {
    let mut out = TextBuilder::new();
    for (index, part) in parts.iter().enumerate() {
        out.push_str(part);
        if let Some(value) = values.get(index) {
            out.push(value);
        }
    }
    out.finish()
}

fn unequal(message: Option<&Text>, expected: &Value, actual: &Value) -> Text {
    let (expected, actual) = (expected.to_text(), actual.to_text());
    match message {
        None => failure(&["Expected: ", ", actual: ", ""], &[&expected, &actual]),
        Some(message) => failure(&["", ": expected: ", ", actual: ", ""], &[message, &expected, &actual]),
    }
}

/// Deep equality; numbers are equal when they are the same number, whatever their Java types.
fn equal(a: &Value, b: &Value, depth: usize) -> bool {
    if depth > accord_value::MAX_DEPTH {
        return false;
    }
    match (a, b) {
        (Value::List(a), Value::List(b)) => {
            let (a, b) = (a.snapshot(), b.snapshot());
            a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| equal(a, b, depth + 1))
        }
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len()
                && a.entries().iter().all(|(key, value)| {
                    b.contains_key(key) && equal(value, &b.get_key(key).unwrap_or_default(), depth + 1)
                })
        }
        (a, b) if a.is_number() && b.is_number() => {
            a == b || number::compare(a, b).is_ok_and(std::cmp::Ordering::is_eq)
        }
        (a, b) => a == b,
    }
}
