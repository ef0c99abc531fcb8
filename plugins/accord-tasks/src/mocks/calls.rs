//! The calls of a process, and what `verify` expects of them.

use std::any::Any;
use std::sync::Arc;

use accord_value::{Map, MapKind, Object, Text, Throwable, Value};
use parking_lot::Mutex;

use super::matching;

/// A call of a task.
pub(super) struct Call {
    task: Box<str>,
    /// None: `task: NAME`.
    method: Option<Box<str>>,
    args: Vec<Value>,
}

impl Call {
    pub(super) fn step(task: &str, input: &Map) -> Call {
        // A copy: the task may change its inputs.
        Call { task: task.into(), method: None, args: [Value::Map(input.copy_as(MapKind::Linked))].into() }
    }

    pub(super) fn method(task: &str, method: &str, args: &[Value]) -> Call {
        Call { task: task.into(), method: Some(method.into()), args: args.to_vec() }
    }
}

/// All calls of a process.
#[derive(Default)]
pub(super) struct Calls(Mutex<Vec<Call>>);

impl Calls {
    pub(super) fn add(&self, call: Call) {
        self.0.lock().push(call);
    }

    fn count(&self, fits: impl Fn(&Call) -> bool) -> usize {
        self.0.lock().iter().filter(|call| fits(call)).count()
    }
}

/// `verify.task(NAME, TIMES)`: whatever method is called on it is looked for among the calls.
pub(super) struct Expected {
    task: Box<str>,
    times: i64,
    calls: Arc<Calls>,
}

impl Expected {
    pub(super) fn new(task: &str, times: i64, calls: Arc<Calls>) -> Expected {
        Expected { task: task.into(), times, calls }
    }

    fn fits(&self, call: &Call, method: &str, args: &[Value]) -> bool {
        if call.task != self.task {
            return false;
        }
        match &call.method {
            Some(called) => {
                **called == *method
                    && call.args.len() == args.len()
                    && args.iter().zip(&call.args).all(|(expected, actual)| matching::value(expected, actual))
            }
            None if method != "execute" => false,
            None => match (args, call.args.as_slice()) {
                ([], [Value::Map(input)]) => input.is_empty(),
                ([expected], [input]) => matching::value(expected, input),
                _ => false,
            },
        }
    }
}

impl Object for Expected {
    fn class_name(&self) -> &str {
        "verify.task"
    }

    fn text(&self) -> Text {
        Text::plain(format!("verify.task({}, {})", self.task, self.times))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn call(&self, method: &str, args: &[Value]) -> Option<Result<Value, Box<Throwable>>> {
        let found = self.calls.count(|call| self.fits(call, method, args));
        if i64::try_from(found) == Ok(self.times) {
            return Some(Ok(Value::Null));
        }
        let shown: Vec<Text> = args.iter().map(Value::to_text).collect();
        let mut message = accord_value::TextBuilder::new();
        message.push_str(&format!("Expected {} calls of '{}.{method}(", self.times, self.task));
        for (index, text) in shown.iter().enumerate() {
            if index > 0 {
                message.push_str(", ");
            }
            message.push(text);
        }
        message.push_str(&format!(")', found {found}"));
        Some(Err(Box::new(Throwable::user(message.finish()))))
    }
}
