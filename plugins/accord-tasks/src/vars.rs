//! `vars`: variables by name or path, read with defaults, set and evaluated.

use accord_sdk::{Method, Parameter, ParameterType, Task, TaskContext, TaskError, TaskInfo};
use accord_value::{List, Value};

use crate::args;

/// The task `vars`.
pub(crate) struct Vars;

impl Task for Vars {
    fn describe(&self) -> TaskInfo {
        let list = |name: &'static str| Parameter::new(name, ParameterType::List(Box::new(ParameterType::Any)));
        let path = |name: &'static str| Parameter::string(name).required();
        TaskInfo::new("vars", "Variables by name or path, read with defaults, set and evaluated.")
            .method(Method::new("get", [path("path")]))
            .method(Method::new("get", [path("path"), Parameter::any("default")]))
            .method(Method::new("set", [Parameter::map("variables").required()]))
            .method(Method::new("set", [path("target"), path("source")]))
            .method(Method::new("set", [path("target"), path("source"), path("otherSource")]))
            .method(Method::new("eval", [Parameter::any("expression")]))
            .method(Method::new("concat", [list("first"), list("second")]))
            .dry_run_ready()
            .errors_without_mark()
            .results_mark_themselves()
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        match (method, args) {
            ("get", [_] | [_, _]) => {
                let found = lookup(args::text(args, 0).as_str(), cx)?;
                Ok(found.unwrap_or_else(|| args::value(args, 1)))
            }
            ("set", [_]) => {
                let variables = args::map(args, 0)?;
                for (key, value) in variables.iter().flat_map(|map| map.entries()) {
                    set(key.to_text().as_str(), value, cx)?;
                }
                Ok(Value::Null)
            }
            ("set", [_, _] | [_, _, _]) => {
                let mut value = lookup(args::text(args, 1).as_str(), cx)?;
                if value.is_none() && args.len() == 3 {
                    value = lookup(args::text(args, 2).as_str(), cx)?;
                }
                set(args::text(args, 0).as_str(), value.unwrap_or_default(), cx)?;
                Ok(Value::Null)
            }
            ("eval", [value]) => cx.eval(value),
            ("concat", [_, _]) => {
                let mut items = Vec::new();
                for index in 0..2 {
                    items.extend(args::list(args, index)?.map(|list| list.snapshot()).unwrap_or_default());
                }
                Ok(Value::List(List::new(items)))
            }
            _ => Err(cx.no_such_method(method, args)),
        }
    }
}

/// The variable at a path such as `a.b.c`, or the variable of that very name. None where nothing but null is there.
pub(crate) fn lookup(path: &str, cx: &TaskContext<'_>) -> Result<Option<Value>, TaskError> {
    if let Some(value) = cx.flow().variable(path)? {
        return Ok(Some(value).filter(|value| !value.is_null()));
    }
    let mut names = path.split('.');
    let Some(mut value) = names.next().map(|name| cx.flow().variable(name)).transpose()?.flatten() else {
        return Ok(None);
    };
    for name in names {
        match value.as_map().and_then(|map| map.get(name)) {
            Some(inner) if !inner.is_null() => value = inner,
            _ => return Ok(None),
        }
    }
    Ok(Some(value).filter(|value| !value.is_null()))
}

/// Sets a variable. With a path, the last name in an existing map is set, to null, whatever the value: so does the
/// reference, and flows may rely on it.
fn set(path: &str, value: Value, cx: &TaskContext<'_>) -> Result<(), TaskError> {
    let Some((parents, last)) = path.rsplit_once('.') else {
        return cx.flow().set_variable(path, value);
    };
    let mut names = parents.split('.');
    let root = names.next().unwrap_or_default();
    let Some(mut parent) = cx.flow().variable(root)? else { return Err(unresolved(root)) };
    for name in names {
        parent = parent.as_map().and_then(|map| map.get(name)).unwrap_or_default();
    }
    match parent {
        Value::Map(map) => {
            map.insert(last, Value::Null);
            Ok(())
        }
        _ => Err(unresolved(parents)),
    }
}

fn unresolved(name: &str) -> TaskError {
    TaskError::of(
        TaskError::PROPERTY_NOT_FOUND,
        format!("ELResolver cannot handle a null base Object with identifier '{name}'"),
    )
}
