//! `call`, and what flows and branches give back.

use std::sync::Arc;

use accord_expr::eval;
use accord_sdk::LogLevel;
use accord_value::{Text, Value};

use super::task::step_input;
use crate::errors::Raise;
use crate::machine::{Machine, Step, too_deep};
use crate::program::{BlockId, CallOp, Command, FlowOut, Op};
use crate::thread::{FrameKind, Thread};
use crate::values::{cast_text, check_storable, named};
use crate::view::View;

pub(super) fn execute<'a>(
    machine: &'a Machine<'a>,
    thread: &mut Thread,
    command: &'a Command,
    op: &CallOp,
) -> Result<Step, Raise> {
    let flow = {
        let view = View::new(machine, thread, Some(command));
        let name = if op.flow.is_constant() { None } else { Some(cast_text(eval(&op.flow, &view)?)?) };
        let name = match name {
            None => Text::plain(Arc::clone(op.flow.text())),
            Some(name) => name.unwrap_or_else(|| Text::plain("null")),
        };
        machine.program.flow_id(name.as_str()).ok_or_else(|| not_found(&name))?
    };
    if thread.calls >= machine.limits.calls {
        return Err(too_deep("Flows call each other", machine.limits.calls));
    }
    if op.input.is_none() && op.retry_input.is_none() {
        thread.enter(flow, BlockId::FLOW, FrameKind::Call);
        return Ok(Step::Next);
    }
    let input = step_input(&View::new(machine, thread, Some(command)), op.input.as_ref(), op.retry_input.as_ref())?;
    thread.enter(flow, BlockId::FLOW, FrameKind::Call);
    let variables = thread.variables.get_mut();
    for (name, value) in input {
        variables.set(&name, value);
    }
    Ok(Step::Next)
}

pub(crate) fn not_found(name: &Text) -> Raise {
    Raise::illegal_argument(Text::concat([&Text::plain("Flow not found: "), name]))
}

/// Ends a called flow: evaluates the step's `out` in the flow's own scope and sets the variables in the caller's.
pub(crate) fn complete<'a>(machine: &'a Machine<'a>, thread: &mut Thread) -> Result<(), Raise> {
    let command = thread.command_of_top(machine.program);
    let values = match command.map(|command| &command.op) {
        Some(Op::Call(op)) => flow_out(&View::new(machine, thread, command), &op.out)?,
        _ => Vec::new(),
    };
    thread.leave();
    let variables = thread.variables.get_mut();
    for (name, value) in values {
        variables.set(&name, value);
    }
    Ok(())
}

/// What `out` gives, evaluated in the innermost scope.
pub(super) fn flow_out(view: &View<'_>, out: &FlowOut) -> Result<Vec<(Arc<str>, Value)>, Raise> {
    match out {
        FlowOut::None => Ok(Vec::new()),
        FlowOut::Names(names) => Ok(own(view, names)),
        FlowOut::Map(entries) => {
            let values = accord_expr::eval_nested(entries, view)?;
            for (name, value) in &values {
                check_storable(name, value)?;
            }
            Ok(values)
        }
        FlowOut::Expression(expression) => match eval(expression, view)? {
            Value::Null => Ok(Vec::new()),
            Value::List(names) => {
                let names: Vec<Arc<str>> =
                    names.snapshot().iter().map(|name| Arc::clone(name.to_text().as_arc())).collect();
                Ok(own(view, &names))
            }
            Value::Map(values) => Ok(accord_expr::nest(named(&values), view)?),
            other => {
                let class = other.class_name();
                let text = format!("Unexpected out expr type: class {class}, expected list or map");
                view.notice(LogLevel::Warn, Text::plain(text));
                Ok(Vec::new())
            }
        },
    }
}

/// The variables of these names that the innermost scope itself has.
fn own(view: &View<'_>, names: &[Arc<str>]) -> Vec<(Arc<str>, Value)> {
    let variables = view.thread.variables.borrow();
    names.iter().filter_map(|name| Some((Arc::clone(name), variables.own(name)?.clone()))).collect()
}
