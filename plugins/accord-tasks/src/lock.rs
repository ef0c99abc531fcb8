//! `lock` and `unlock`: exclusive use of a name between processes.

use accord_sdk::{LockScope, Parameter, ParameterType, Task, TaskContext, TaskError, TaskInfo, TaskResult, Variables};
use accord_value::Text;

/// The task `lock`.
pub(crate) struct Lock;

/// The task `unlock`.
pub(crate) struct Unlock;

impl Task for Lock {
    fn describe(&self) -> TaskInfo {
        describe("lock", "Waits until a lock is free and takes it.")
    }

    fn execute(&self, input: Variables, cx: &mut TaskContext<'_>) -> Result<TaskResult, TaskError> {
        let (name, scope) = read(&input)?;
        if cx.dry_run() {
            cx.info(Text::concat([
                &Text::plain("Running in dry-run mode: Skipping locking '"),
                &name,
                &Text::plain("'"),
            ]));
        } else {
            cx.locks().lock(name.as_str(), scope)?;
        }
        Ok(TaskResult::success())
    }
}

impl Task for Unlock {
    fn describe(&self) -> TaskInfo {
        describe("unlock", "Gives a lock back.")
    }

    fn execute(&self, input: Variables, cx: &mut TaskContext<'_>) -> Result<TaskResult, TaskError> {
        let (name, scope) = read(&input)?;
        if !cx.dry_run() {
            cx.locks().unlock(name.as_str(), scope)?;
        }
        Ok(TaskResult::success())
    }
}

fn describe(name: &'static str, summary: &'static str) -> TaskInfo {
    let scopes = ["PROJECT", "ORG"].map(Into::into).to_vec();
    TaskInfo::new(name, summary)
        .input([
            Parameter::string("name").required(),
            Parameter::new("scope", ParameterType::OneOf(scopes)).summary("PROJECT unless given"),
        ])
        .dry_run_ready()
        .result_without_mark()
        .errors_without_mark()
}

fn read(input: &Variables) -> Result<(Text, LockScope), TaskError> {
    let name = input.required_string("name")?;
    if name.is_sensitive() {
        return Err(TaskError::illegal_argument("The name of a lock cannot be made of a secret: it is not encrypted"));
    }
    let scope = match input.string("scope")? {
        None => LockScope::Project,
        Some(scope) if scope.as_str().eq_ignore_ascii_case("PROJECT") => LockScope::Project,
        Some(scope) if scope.as_str().eq_ignore_ascii_case("ORG") => LockScope::Org,
        Some(scope) => {
            return Err(TaskError::illegal_argument(Text::concat([
                &Text::plain("Unknown scope '"),
                &scope,
                &Text::plain("'. Available scopes: PROJECT, ORG"),
            ])));
        }
    };
    Ok((name, scope))
}
