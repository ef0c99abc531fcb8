//! `error` and `retry`: what happens when a guarded step fails.

use std::time::Duration;

use accord_sdk::{Cancelled, FlowView, LogLevel};
use accord_value::{Text, Value};

use crate::Failure;
use crate::errors::Raise;
use crate::machine::{Machine, Step};
use crate::program::{Command, Op, RetryOp};
use crate::thread::{FrameKind, RetryFrame, Thread};
use crate::values::{cast_whole_number, to_text};
use crate::view::View;

/// Attempts after the first, where the step does not say it.
const TIMES: i64 = 1;
/// Seconds between attempts, where the step does not say it.
const DELAY: i64 = 5;

/// Turns the innermost frame, a guarded block that failed, into its handler's. Whether it was one.
pub(crate) fn handle(thread: &mut Thread, command: Option<&Command>, failure: &Failure) -> bool {
    let (Some(Op::Try { handler, .. }), Some(frame)) = (command.map(|command| &command.op), thread.frames.last_mut())
    else {
        return false;
    };
    frame.block = *handler;
    frame.next = 0;
    frame.kind = FrameKind::Handler;
    let variables = thread.variables.get_mut();
    variables.reset();
    variables.set_innermost(&"lastError".into(), Value::Throwable(failure.error.clone()));
    true
}

pub(super) fn execute<'a>(
    machine: &'a Machine<'a>,
    thread: &mut Thread,
    command: &'a Command,
    op: &RetryOp,
) -> Result<Step, Raise> {
    let view = View::new(machine, thread, Some(command));
    let number = |data: Option<&accord_expr::Data>, default: i64| -> Result<i64, Raise> {
        let Some(data) = data else { return Ok(default) };
        Ok(cast_whole_number(&data.eval(&view)?)?.unwrap_or(default))
    };
    let times = number(op.times.as_ref(), TIMES)?;
    let delay = number(op.delay.as_ref(), DELAY)?;
    let delay = u64::try_from(delay).unwrap_or(0).saturating_mul(1000);
    thread.enter(thread.flow(), op.body, FrameKind::Retry(Box::new(RetryFrame { times, delay, attempt: 0 })));
    tell_attempt(thread, 0);
    Ok(Step::Next)
}

/// Waits for the next attempt of the innermost frame; whether there is one.
pub(crate) fn next_attempt(view: &View<'_>, failure: &Failure) -> Result<bool, Cancelled> {
    let Some(FrameKind::Retry(retry)) = view.thread.frames.last().map(|frame| &frame.kind) else { return Ok(false) };
    if retry.attempt >= retry.times {
        return Ok(false);
    }
    let text = Text::concat([
        &Text::plain("Last error: "),
        &to_text(&Value::Throwable(failure.error.clone())),
        &Text::plain(format!(". Waiting for {}ms before retry (attempt #{})", retry.delay, retry.attempt)),
    ]);
    view.log(LogLevel::Warn, &text);
    if retry.delay > 0 {
        view.machine.host.services().sleep(Duration::from_millis(retry.delay))?;
    }
    Ok(true)
}

/// Starts the next attempt of the innermost frame.
pub(crate) fn restart(thread: &mut Thread) {
    let Some(frame) = thread.frames.last_mut() else { return };
    frame.next = 0;
    let FrameKind::Retry(retry) = &mut frame.kind else { return };
    retry.attempt += 1;
    let attempt = retry.attempt;
    thread.variables.get_mut().reset();
    tell_attempt(thread, attempt);
}

fn tell_attempt(thread: &mut Thread, attempt: i64) {
    let attempt = Value::Int(i32::try_from(attempt).unwrap_or(i32::MAX));
    thread.variables.get_mut().set_innermost(&"__retry_attemptNo".into(), attempt);
}
