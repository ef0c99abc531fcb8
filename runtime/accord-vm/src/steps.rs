//! What the commands do: one module for each family.

pub(crate) mod attempt;
mod branch;
pub(crate) mod call;
mod expr;
pub(crate) mod loops;
pub(crate) mod parallel;
mod script;
mod set;
pub(crate) mod suspend;
pub(crate) mod task;

use std::sync::atomic::Ordering;

use accord_value::Text;

use crate::errors::Raise;
use crate::machine::{Machine, Step};
use crate::program::{Command, Op};
use crate::thread::{FrameKind, Thread};
use crate::values::to_text;
use crate::view::View;

/// Runs one command.
pub(crate) fn execute<'a>(machine: &'a Machine<'a>, thread: &mut Thread, command: &'a Command) -> Result<Step, Raise> {
    let segment = match &command.label {
        Some(label) => evaluate_name(machine, thread, command, label.name.as_ref())?,
        None => None,
    };
    match &command.op {
        Op::Task(op) => task::execute(machine, thread, command, segment, op),
        Op::Call(op) => call::execute(machine, thread, command, op),
        Op::Expr(op) => expr::execute(machine, thread, command, segment, op),
        Op::Set(op) => set::execute(machine, thread, command, segment, op),
        Op::If(op) => branch::execute_if(machine, thread, command, op),
        Op::Switch(op) => branch::execute_switch(machine, thread, command, op),
        Op::Block(block) => {
            thread.enter(thread.flow(), *block, FrameKind::Block);
            Ok(Step::Next)
        }
        Op::Try { body, .. } => {
            thread.enter(thread.flow(), *body, FrameKind::Try);
            Ok(Step::Next)
        }
        Op::Loop(op) => loops::execute(machine, thread, command, op),
        Op::Retry(op) => attempt::execute(machine, thread, command, op),
        Op::Parallel(op) => parallel::execute(machine, thread, op),
        Op::Script(op) => script::execute(machine, thread, command, segment, op),
        Op::Return => {
            leave_by_return(thread);
            Ok(Step::Next)
        }
        Op::Exit => {
            machine.shared.exit.store(true, Ordering::Relaxed);
            Ok(Step::Exit)
        }
        Op::Checkpoint(name) => suspend::checkpoint(machine, thread, command, name),
        Op::Suspend(event) => Ok(suspend::suspend(machine, thread, event)),
        Op::Form(op) => suspend::form(machine, thread, command, op),
    }
}

fn evaluate_name<'a>(
    machine: &'a Machine<'a>,
    thread: &Thread,
    command: &'a Command,
    name: Option<&accord_syntax::expr::Template>,
) -> Result<Option<Text>, Raise> {
    let Some(name) = name else { return Ok(None) };
    let value = accord_expr::eval(name, &View::new(machine, thread, Some(command)))?;
    Ok(Some(to_text(&value)))
}

/// `return`: ends the innermost frame that is more than a block. In a `try` with an `error` block that is only the
/// `try`; in a loop it is the iteration.
fn leave_by_return(thread: &mut Thread) {
    while matches!(thread.frames.last(), Some(frame) if matches!(frame.kind, FrameKind::Block)) {
        thread.leave();
    }
    if let Some(frame) = thread.frames.last_mut() {
        frame.next = u32::MAX;
        thread.returned = matches!(frame.kind, FrameKind::Root);
    }
}
