//! `expr`, and where the one result of an expression, a task or a script goes.

use accord_value::{Text, Value};

use crate::errors::Raise;
use crate::machine::{Machine, Step};
use crate::program::{Command, ExprOp, ResultOut};
use crate::thread::Thread;
use crate::values::check_storable;
use crate::view::View;

pub(super) fn execute<'a>(
    machine: &'a Machine<'a>,
    thread: &Thread,
    command: &'a Command,
    segment: Option<Text>,
    op: &ExprOp,
) -> Result<Step, Raise> {
    let view = View { segment, ..View::new(machine, thread, Some(command)) };
    let value = accord_expr::eval(&op.expression, &view)?;
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
            check_storable(name, result)?;
            variables.borrow_mut().set(name, result.clone());
        }
        ResultOut::Map(entries) => {
            let values = accord_expr::eval_nested(entries, &view.with_extra("result", result))?;
            for (name, value) in &values {
                check_storable(name, value)?;
            }
            let mut variables = variables.borrow_mut();
            for (name, value) in values {
                variables.set(&name, value);
            }
        }
    }
    Ok(())
}
