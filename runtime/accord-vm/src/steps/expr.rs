//! `expr`, and where the one result of an expression, a task or a script goes.

use std::sync::Arc;

use accord_value::{Text, Value};

use crate::errors::Raise;
use crate::machine::{Machine, Step};
use crate::program::{Command, ExprOp, ResultOut};
use crate::thread::Thread;
use crate::values::by_first_name;
use crate::view::View;

pub(super) fn execute<'a>(
    machine: &'a Machine<'a>,
    thread: &Thread,
    command: &'a Command,
    segment: Option<Text>,
    op: &ExprOp,
) -> Result<Step, Raise> {
    let view = View { segment, ..View::new(machine, thread, Some(command)) };
    let value = crate::shim::eval(&op.expression, &view)?;
    if !matches!(op.out, ResultOut::None) {
        give_out(&view, &op.out, &value)?;
    }
    Ok(Step::Next)
}

/// Sets the variables of a step's `out`.
pub(super) fn give_out(view: &View<'_>, out: &ResultOut, result: &Value) -> Result<(), Raise> {
    let variables = &view.thread.variables;
    match out {
        ResultOut::None => {}
        ResultOut::Name(name) => {
            crate::values::check_storable(name, result)?;
            variables.borrow_mut().set(name, result.clone());
        }
        ResultOut::Map(entries) => {
            let view = view.with_extra("result", result);
            let mut values = Vec::with_capacity(entries.len());
            for (name, data) in entries {
                let value = data.eval(&view)?;
                crate::values::check_storable(name, &value)?;
                values.push((Arc::clone(name), value));
            }
            let values = by_first_name(values, |name| variables.borrow().get(name).cloned());
            let mut variables = variables.borrow_mut();
            for (name, value) in values {
                variables.set(&name, value);
            }
        }
    }
    Ok(())
}
