//! `env`: environment variables that flows may see.

use accord_sdk::{Method, Parameter, Task, TaskContext, TaskError, TaskInfo};
use accord_value::Value;

use crate::args;

/// The task `env`.
pub(crate) struct Env;

impl Task for Env {
    fn describe(&self) -> TaskInfo {
        TaskInfo::new("env", "Environment variables that flows may see.")
            .method(Method::new("get", [Parameter::string("name").required()]))
            .method(Method::new("getOrDefault", [Parameter::string("name").required(), Parameter::string("default")]))
            .dry_run_ready()
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        let found = |cx: &TaskContext<'_>| cx.services().env(args::text(args, 0).as_str());
        match (method, args) {
            ("get", [_]) => Ok(found(cx).map_or(Value::Null, |value| Value::Text(value.into()))),
            ("getOrDefault", [_, _]) => Ok(Value::Text(match found(cx) {
                Some(value) => value.into(),
                None => args::text(args, 1),
            })),
            _ => Err(cx.no_such_method(method, args)),
        }
    }
}
