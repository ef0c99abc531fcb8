//! `kv`: values under keys, shared by the processes of one project.

use accord_sdk::{Method, Parameter, Task, TaskContext, TaskError, TaskInfo};
use accord_value::{Text, Value};

use crate::args;

/// The task `kv`.
pub(crate) struct Kv;

impl Task for Kv {
    fn describe(&self) -> TaskInfo {
        let key = || Parameter::string("key").required();
        TaskInfo::new("kv", "Values under keys, shared by the processes of one project.")
            .method(Method::new("getString", [key()]))
            .method(Method::new("putString", [key(), Parameter::string("value")]).result_without_mark())
            .method(Method::new("getLong", [key()]))
            .method(Method::new("putLong", [key(), Parameter::number("value")]).result_without_mark())
            .method(Method::new("inc", [key()]))
            .method(Method::new("incLong", [key()]))
            .method(Method::new("remove", [key()]).result_without_mark())
            .dry_run_ready()
            .errors_without_mark()
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        let key = args::open_text(args, 0, "A key")?;
        match (method, args) {
            ("getString", [_]) => {
                let found = cx.kv().get_string(checked(&key)?)?;
                Ok(found.map_or(Value::Null, Value::Text))
            }
            ("putString", [_, value]) => {
                let name = checked(&key)?;
                if cx.dry_run() {
                    return Ok(skip(cx, "putString with", &key));
                }
                match value {
                    Value::Null => cx.kv().remove(name)?,
                    value => cx.kv().put_string(name, &value.to_text())?,
                }
                Ok(Value::Null)
            }
            ("getLong", [_]) => {
                let found = cx.kv().get_long(checked(&key)?)?;
                Ok(found.map_or(Value::Null, Value::Long))
            }
            ("putLong", [_, value]) => {
                let name = checked(&key)?;
                if cx.dry_run() {
                    return Ok(skip(cx, "putLong with", &key));
                }
                match value {
                    Value::Null => cx.kv().remove(name)?,
                    _ => cx.kv().put_long(name, args::long(args, 1)?)?,
                }
                Ok(Value::Null)
            }
            ("inc" | "incLong", [_]) => {
                let name = checked(&key)?;
                if cx.dry_run() {
                    skip(cx, "incrementing", &key);
                    // What it would be, so that the flow can go on with a number.
                    return Ok(Value::Long(cx.kv().get_long(name)?.unwrap_or(0).wrapping_add(1)));
                }
                cx.kv().increment(name).map(Value::Long)
            }
            ("remove", [_]) => {
                let name = checked(&key)?;
                if cx.dry_run() {
                    return Ok(skip(cx, "removing", &key));
                }
                cx.kv().remove(name)?;
                Ok(Value::Null)
            }
            _ => Err(cx.no_such_method(method, args)),
        }
    }
}

fn checked(key: &Text) -> Result<&str, TaskError> {
    if key.as_str().trim().is_empty() {
        return Err(TaskError::illegal_argument("Keys cannot be empty or null"));
    }
    Ok(key.as_str())
}

fn skip(cx: &TaskContext<'_>, what: &str, key: &Text) -> Value {
    cx.info(Text::concat([
        &Text::plain(format!("Running in dry-run mode: Skipping {what} key '")),
        key,
        &Text::plain("'"),
    ]));
    Value::Null
}
