//! `set`.

use accord_sdk::LogLevel;
use accord_value::Text;

use crate::errors::Raise;
use crate::machine::{Machine, Step};
use crate::program::{Command, SetOp};
use crate::thread::Thread;
use crate::values::check_storable;
use crate::view::View;

pub(super) fn execute<'a>(
    machine: &'a Machine<'a>,
    thread: &Thread,
    command: &'a Command,
    segment: Option<Text>,
    op: &SetOp,
) -> Result<Step, Raise> {
    let view = View { segment, ..View::new(machine, thread, Some(command)) };
    let values = accord_expr::eval_siblings(&op.values, &view)?;
    for (name, value) in &values {
        check_storable(name, value)?;
    }
    for (name, value) in values {
        if machine.host.registry().is_shadowed_by(&name) {
            view.notice(
                LogLevel::Warn,
                Text::plain(format!(
                    "Local variable '{name}' shadows a task. This may cause issues calling '{name}' task in expressions. \
                     Avoid using same names for tasks and variables."
                )),
            );
        }
        thread.variables.borrow_mut().set(&name, value);
    }
    Ok(Step::Next)
}
