//! `files`: files below the working directory.

use std::path::{Component, Path, PathBuf};

use accord_sdk::{Method, Parameter, Task, TaskContext, TaskError, TaskInfo};
use accord_value::Value;

use crate::args;

/// The task `files`.
pub(crate) struct Files;

impl Task for Files {
    fn describe(&self) -> TaskInfo {
        let path = |name: &'static str| Parameter::string(name).required();
        TaskInfo::new("files", "Files below the working directory.")
            .method(Method::new("exists", [path("path")]).result_without_mark())
            .method(Method::new("notExists", [path("path")]).result_without_mark())
            .method(Method::new("move", [path("src"), path("dstDir")]))
            .method(Method::new("moveFile", [path("src"), path("dstDir")]))
            .method(Method::new("relativize", [path("pathA"), path("pathB")]))
            .dry_run_ready()
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        let first = args::text(args, 0);
        let second = args::text(args, 1);
        match (method, args) {
            ("exists", [_]) => Ok(Value::Bool(cx.files().exists(first.as_str())?)),
            ("notExists", [_]) => Ok(Value::Bool(!cx.files().exists(first.as_str())?)),
            ("move" | "moveFile", [_, _]) => {
                Ok(Value::Text(cx.files().move_into(first.as_str(), second.as_str())?.into()))
            }
            ("relativize", [_, _]) => {
                let from = cx.files().resolve(first.as_str())?;
                let to = cx.files().resolve(second.as_str())?;
                Ok(Value::from(relativize(&from, &to).to_string_lossy().into_owned()))
            }
            _ => Err(cx.no_such_method(method, args)),
        }
    }
}

/// The way from `from`, taken as a directory, to `to`; both absolute and without `..`.
fn relativize(from: &Path, to: &Path) -> PathBuf {
    let common = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(common).map(|_| Component::ParentDir);
    up.chain(to.components().skip(common)).collect()
}
