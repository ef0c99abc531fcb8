//! One mock as the flow wrote it.

use accord_sdk::{TaskError, Variables};
use accord_value::{Map, Text, Value};

use super::matching;

/// A mock.
pub(super) struct Mock {
    map: Map,
    fields: Variables,
    task: Text,
    method: Option<Text>,
}

/// What a mock answers with.
pub(super) enum Answer {
    /// An error of the flow's author.
    Fail(Text),
    /// The variable `result` that a flow leaves.
    Flow(String),
    /// This value.
    Value(Value),
}

/// The mocks that a variable lists.
pub(super) fn all(variable: &Value) -> Result<Vec<Mock>, TaskError> {
    match variable {
        Value::Null => Ok(Vec::new()),
        Value::List(list) => list.snapshot().iter().map(Mock::new).collect(),
        other => Err(invalid(other, &Text::plain("The variable 'mocks' must be a list"))),
    }
}

fn invalid(value: &Value, why: &Text) -> TaskError {
    TaskError::illegal_argument(Text::concat([
        &Text::plain("Invalid mock definition: "),
        why,
        &Text::plain("\n"),
        &value.to_text(),
    ]))
}

impl Mock {
    fn new(value: &Value) -> Result<Mock, TaskError> {
        let Value::Map(map) = value else { return Err(invalid(value, &Text::plain("A mock must be a map"))) };
        let fields = Variables::from(map.clone());
        let explain = |error: TaskError| invalid(value, &error.message().cloned().unwrap_or_default());
        let task = fields.required_string("task").map_err(explain)?;
        let method = fields.string("method").map_err(explain)?;
        for name in ["in", "stepMeta"] {
            fields.map(name).map_err(explain)?;
        }
        fields.list("args").map_err(explain)?;
        Ok(Mock { map: map.clone(), fields, task, method })
    }

    pub(super) fn as_value(&self) -> Value {
        Value::Map(self.map.clone())
    }

    /// Whether it stands for this step.
    pub(super) fn matches_step(&self, task: &str, input: &Map, meta: impl Fn() -> Option<Map>) -> bool {
        // Outside of a server steps have no names that a mock could go by, as in the reference.
        if self.method.is_some() || self.fields.has("stepName") || !matching::text(self.task.as_str(), task) {
            return false;
        }
        self.matches_meta(meta)
            && match self.fields.get("in") {
                Value::Map(wanted) => matching::map(&wanted, input),
                _ => true,
            }
    }

    fn matches_meta(&self, meta: impl Fn() -> Option<Map>) -> bool {
        match self.fields.get("stepMeta") {
            Value::Map(wanted) => meta().is_some_and(|meta| matching::map(&wanted, &meta)),
            _ => true,
        }
    }

    /// Whether it stands for this call of a method. One without `args` stands for calls without arguments.
    pub(super) fn matches_method(
        &self,
        task: &str,
        method: &str,
        args: &[Value],
        meta: impl Fn() -> Option<Map>,
    ) -> bool {
        let Some(wanted) = &self.method else { return false };
        if self.fields.has("stepName")
            || !matching::text(self.task.as_str(), task)
            || !matching::text(wanted.as_str(), method)
        {
            return false;
        }
        let expected = match self.fields.get("args") {
            Value::List(list) => list.snapshot(),
            _ => Vec::new(),
        };
        expected.len() == args.len()
            && expected.iter().zip(args).all(|(e, a)| matching::value(e, a))
            && self.matches_meta(meta)
    }

    /// What it answers with.
    pub(super) fn answer(&self) -> Result<Answer, TaskError> {
        match self.fields.get("throwError") {
            Value::Null => {}
            message => return Ok(Answer::Fail(message.to_text())),
        }
        if let Some(flow) = self.fields.string("executeFlow")? {
            return Ok(Answer::Flow(flow.as_str().to_owned()));
        }
        Ok(Answer::Value(self.fields.get(if self.method.is_some() { "result" } else { "out" })))
    }
}
