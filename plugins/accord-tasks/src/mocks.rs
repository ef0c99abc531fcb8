//! Mocks for tests of flows: the tasks `mock` and `verify`, and what stands before every call where they are used.
//!
//! A flow lists its mocks in the variable `mocks`. Calls are counted from the start of the process, mocked or not.

use std::any::Any;

use accord_sdk::{
    FlowView, Interceptor, Method, Parameter, Task, TaskContext, TaskError, TaskInfo, TaskResult, Variables,
};
use accord_value::{Map, Object, Text, Value};

use self::definition::{Answer, Mock};
use crate::args;

mod calls;
mod definition;
mod matching;
#[cfg(test)]
mod tests;

use self::calls::{Call, Calls, Expected};

/// Under which name the calls of a process are remembered.
const CALLS: &str = "mocks.calls";

/// The variable that lists the mocks.
const VARIABLE: &str = "mocks";

/// What stands before every call of a task.
pub(crate) struct Mocks;

impl Interceptor for Mocks {
    fn execute(&self, input: &Variables, cx: &mut TaskContext<'_>) -> Result<Option<TaskResult>, TaskError> {
        let task = cx.task_name();
        record(cx, Call::step(task, input.as_map()));
        let meta = || cx.flow().step_meta();
        let Some(mock) = find(cx, |mock| mock.matches_step(task, input.as_map(), meta))? else { return Ok(None) };
        cx.info("The actual task is not being executed; this is a mock");
        match mock.answer()? {
            Answer::Fail(message) => Err(TaskError::user(message)),
            Answer::Flow(name) => {
                let result = run(&name, input.as_map().clone(), cx)?;
                Ok(Some(as_result(result)))
            }
            Answer::Value(value) => Ok(Some(as_result(value))),
        }
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Option<Value>, TaskError> {
        let task = cx.task_name();
        if matches!(task, "mock" | "verify") {
            return Ok(None);
        }
        record(cx, Call::method(task, method, args));
        let Some(mock) = find(cx, |mock| mock.matches_method(task, method, args, || cx.flow().step_meta()))? else {
            return Ok(None);
        };
        cx.info(format!("The actual '{task}.{method}()' is not being executed; this is a mock"));
        match mock.answer()? {
            Answer::Fail(message) => Err(TaskError::user(message)),
            Answer::Flow(name) => {
                let input = Map::linked();
                input.insert("args", Value::List(args.iter().cloned().collect()));
                run(&name, input, cx).map(Some)
            }
            Answer::Value(value) => Ok(Some(value)),
        }
    }
}

fn record(cx: &TaskContext<'_>, call: Call) {
    cx.remembered::<Calls>(CALLS).add(call);
}

/// The one mock that `fits`.
fn find(cx: &TaskContext<'_>, fits: impl Fn(&Mock) -> bool) -> Result<Option<Mock>, TaskError> {
    let flow: &dyn FlowView = cx.flow();
    if !flow.has_variable(VARIABLE) {
        return Ok(None);
    }
    let value = flow.variable(VARIABLE)?.unwrap_or_default();
    let mut found: Vec<Mock> = Vec::new();
    for mock in definition::all(&value)? {
        if fits(&mock) {
            found.push(mock);
        }
    }
    if found.len() > 1 {
        let shown = Value::List(found.iter().map(Mock::as_value).collect()).to_text();
        return Err(TaskError::user(Text::concat([&Text::plain("Too many mocks: "), &shown])));
    }
    Ok(found.pop())
}

/// Runs a flow of the process for its variable `result`.
fn run(name: &str, input: Map, cx: &TaskContext<'_>) -> Result<Value, TaskError> {
    cx.info(format!("Executing flow '{name}' to get mock results"));
    Ok(cx.call_flow(name, input)?.get("result").unwrap_or_default())
}

/// The values of a map as the result of a step; anything else under the name `result`.
fn as_result(value: Value) -> TaskResult {
    match value {
        Value::Null => TaskResult::success(),
        Value::Map(map) => map
            .entries()
            .into_iter()
            .fold(TaskResult::success(), |result, (key, value)| result.value(key.to_text().as_arc().clone(), value)),
        other => TaskResult::success().value("result", other),
    }
}

/// The task `mock`.
pub(crate) struct MockTask;

impl Task for MockTask {
    fn describe(&self) -> TaskInfo {
        TaskInfo::new("mock", "What stands for any argument in mocks and in 'verify'.")
            .method(Method::new("any", []))
            .dry_run_ready()
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        match (method, args) {
            ("any", []) => Ok(Value::object(Anything)),
            _ => Err(cx.no_such_method(method, args)),
        }
    }
}

/// The task `verify`.
pub(crate) struct Verify;

impl Task for Verify {
    fn describe(&self) -> TaskInfo {
        TaskInfo::new("verify", "Checks how often a task was called.")
            .method(Method::new("task", [Parameter::string("name").required(), Parameter::number("times").required()]))
            .dry_run_ready()
            .errors_without_mark()
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        match (method, args) {
            ("task", [_, _]) => Ok(Value::object(Expected::new(
                args::open_text(args, 0, "The name of a task")?.as_str(),
                args::long(args, 1)?,
                cx.remembered::<Calls>(CALLS),
            ))),
            _ => Err(cx.no_such_method(method, args)),
        }
    }
}

/// `mock.any()`: whatever it is compared with, it matches.
pub(crate) struct Anything;

/// What a stored [`Anything`] is read back from.
pub(crate) const ANYTHING: &str = "mock.any";

impl Object for Anything {
    fn class_name(&self) -> &str {
        ANYTHING
    }

    fn text(&self) -> Text {
        Text::plain("mock.any()")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().is::<Anything>()
    }

    /// Mocks stand in variables, so they are stored with them.
    fn snapshot(&self) -> Option<Value> {
        Some(Value::Null)
    }
}
