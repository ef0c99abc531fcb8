//! `collections`: ranges and reversed lists.

use accord_sdk::{Method, Parameter, ParameterType, Task, TaskContext, TaskError, TaskInfo};
use accord_value::{List, Value};

use crate::args;

/// More numbers than this are a mistake, and would fill the memory.
const MAX_RANGE: i64 = 10_000_000;

/// The task `collections`.
pub(crate) struct Collections;

impl Task for Collections {
    fn describe(&self) -> TaskInfo {
        TaskInfo::new("collections", "Ranges and reversed lists.")
            .method(Method::new("range", [Parameter::number("end").summary("numbers from 0, without it")]))
            .method(Method::new("range", [Parameter::number("start"), Parameter::number("end")]))
            .method(Method::new("reverse", [Parameter::new("list", ParameterType::List(Box::new(ParameterType::Any)))]))
            .dry_run_ready()
            .results_mark_themselves()
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        match (method, args) {
            ("range", [_]) => range(0, args::int(args, 0)?),
            ("range", [_, _]) => range(args::int(args, 0)?, args::int(args, 1)?),
            ("reverse", [_]) => {
                let mut items = args::list(args, 0)?.map(|list| list.snapshot()).unwrap_or_default();
                items.reverse();
                Ok(Value::List(List::new(items)))
            }
            _ => Err(cx.no_such_method(method, args)),
        }
    }
}

fn range(start: i32, end: i32) -> Result<Value, TaskError> {
    let count = i64::from(end) - i64::from(start);
    if count > MAX_RANGE {
        return Err(TaskError::illegal_argument(format!(
            "A range of {count} numbers is too long: the limit is {MAX_RANGE}"
        )));
    }
    Ok(Value::List(List::new((start..end).map(Value::Int).collect())))
}
