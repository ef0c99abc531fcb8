//! `task`, and the steps that are short for one: `log`, `logYaml`, `throw`.

use accord_expr::Data;
use accord_sdk::{LogLevel, TaskError, TaskResult, Variables};
use accord_value::{Map, Text, Throwable, Value};

use super::expr::give_out;
use crate::errors::Raise;
use crate::machine::{Machine, Step};
use crate::program::{Command, ResultOut, TaskOp};
use crate::thread::{FrameKind, Named, Suspension, SuspensionKind, Thread, result_map};
use crate::values::{cast_map, merged, named};
use crate::view::View;

pub(super) fn execute<'a>(
    machine: &'a Machine<'a>,
    thread: &mut Thread,
    command: &'a Command,
    segment: Option<Text>,
    op: &TaskOp,
) -> Result<Step, Raise> {
    let view = View { segment, ..View::new(machine, thread, Some(command)) };
    if !machine.host.registry().has(&op.task) {
        return Err(Raise::user(format!("Task not found: '{}'", op.task)));
    }
    let input = step_input(&view, op.input.as_ref(), op.retry_input.as_ref())?;
    let result = view.call_task_step(&op.task, Variables::from(Map::from_pairs(input)));
    let waits = settle(&view, &op.out, op.ignore_errors, result)?;
    Ok(suspend(machine, thread, waits))
}

/// Goes on with a task that waited for an event.
pub(crate) fn resume<'a>(
    machine: &'a Machine<'a>,
    thread: &mut Thread,
    command: &'a Command,
    op: &TaskOp,
    state: Value,
    event: Value,
) -> Result<Step, Raise> {
    let view = View::new(machine, thread, Some(command));
    let host = machine.host;
    let result = host.registry().resume(&op.task, state, event, &view, host.services());
    let waits = settle(&view, &op.out, op.ignore_errors, result)?;
    Ok(suspend(machine, thread, waits))
}

fn suspend(machine: &Machine<'_>, thread: &mut Thread, waits: Option<Suspension>) -> Step {
    match waits {
        None => Step::Next,
        Some(suspension) => super::suspend::wait(machine, thread, suspension),
    }
}

/// Evaluates `in`, with what `retry.in` adds from the second attempt on. A dotted name reaches into the variable that the
/// flow has under its first part.
pub(super) fn step_input(view: &View<'_>, input: Option<&Data>, retry: Option<&Data>) -> Result<Named, Raise> {
    let map = |data: &Data| -> Result<Option<Map>, Raise> { cast_map(data.eval(view)?) };
    let added = match retry {
        Some(retry) if is_repeated(view.thread) => map(retry)?,
        _ => None,
    };
    let input = match (input, added) {
        (None, None) => return Ok(Named::new()),
        (Some(Data::Map(entries)), None) => return Ok(accord_expr::eval_nested(entries, view)?),
        (Some(input), None) => map(input)?,
        (None, Some(added)) => Some(added),
        (Some(input), Some(added)) => match map(input)? {
            Some(input) => Some(merged(&input, &added, 0)),
            None => Some(added),
        },
    };
    Ok(accord_expr::nest(input.as_ref().map(named).unwrap_or_default(), view)?)
}

fn is_repeated(thread: &Thread) -> bool {
    matches!(thread.frames.last().map(|frame| &frame.kind), Some(FrameKind::Retry(retry)) if retry.attempt > 0)
}

/// Does what the step says to do with a result; what the thread waits for, if the task suspended it.
pub(super) fn settle(
    view: &View<'_>,
    out: &ResultOut,
    ignore_errors: bool,
    result: Result<TaskResult, TaskError>,
) -> Result<Option<Suspension>, Raise> {
    let thread = view.thread.id;
    match result {
        Ok(TaskResult::Suspend { event, state, until }) => {
            let kind = state.map_or(SuspensionKind::Plain, SuspensionKind::Task);
            Ok(Some(Suspension { event, kind, until }))
        }
        Ok(result) => {
            if !matches!(out, ResultOut::None) {
                give_out(view, out, &result_map(&result, thread))?;
            }
            Ok(None)
        }
        Err(error) => {
            if !matches!(out, ResultOut::None) {
                let message = error.message().cloned();
                let failed = TaskResult::fail(message.unwrap_or_default());
                give_out(view, out, &result_map(&failed, thread))?;
            }
            if !ignore_errors {
                return Err(error.into());
            }
            view.notice(LogLevel::Error, ignored(error.throwable()));
            Ok(None)
        }
    }
}

/// The notice of an ignored error. The reference prints the message of an error that an author made; of others it
/// prints what only a JVM has.
fn ignored(error: &Throwable) -> Text {
    let head = Text::plain("Error ignored:");
    match &error.message {
        Some(message) if &*error.class == Throwable::USER_DEFINED => Text::concat([&head, &Text::plain("\n"), message]),
        _ => head,
    }
}
