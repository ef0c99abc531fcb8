//! `if` and `switch`.

use accord_expr::eval;
use accord_value::Value;

use crate::errors::Raise;
use crate::machine::{Machine, Step};
use crate::program::{BlockId, Command, IfOp, SwitchOp};
use crate::thread::{FrameKind, Thread};
use crate::values::{cast_text, to_text};
use crate::view::View;

pub(super) fn execute_if<'a>(
    machine: &'a Machine<'a>,
    thread: &mut Thread,
    command: &'a Command,
    op: &IfOp,
) -> Result<Step, Raise> {
    let value = eval(&op.condition, &View::new(machine, thread, Some(command)))?;
    let holds = is_true(&value)?;
    machine.tell_branch(command, usize::from(!holds));
    if holds {
        enter(thread, op.then);
    } else if let Some(block) = op.otherwise {
        enter(thread, block);
    }
    Ok(Step::Next)
}

fn is_true(value: &Value) -> Result<bool, Raise> {
    match value {
        Value::Null => return Ok(false),
        Value::Bool(value) => return Ok(*value),
        Value::Text(text) if text.as_str().eq_ignore_ascii_case("true") => return Ok(true),
        Value::Text(text) if text.as_str().eq_ignore_ascii_case("false") => return Ok(false),
        _ => {}
    }
    let mut message = accord_value::TextBuilder::new();
    message.push_str("Expected boolean value or string 'true'/'false', got: '");
    message.push(&to_text(value));
    message.push_str("', type: class ");
    message.push_str(value.class_name());
    Err(Raise::illegal_argument(message.finish()))
}

pub(super) fn execute_switch<'a>(
    machine: &'a Machine<'a>,
    thread: &mut Thread,
    command: &'a Command,
    op: &SwitchOp,
) -> Result<Step, Raise> {
    let view = View::new(machine, thread, Some(command));
    let subject = cast_text(eval(&op.subject, &view)?)?;
    let (mut chosen, mut branch) = (op.default, op.cases.len());
    for (index, (label, block)) in op.cases.iter().enumerate() {
        // A label is compared only when none before it was equal: it may have effects.
        let label = cast_text(eval(label, &view)?)?;
        if label == subject {
            (chosen, branch) = (Some(*block), index);
            break;
        }
    }
    machine.tell_branch(command, branch);
    if let Some(block) = chosen {
        enter(thread, block);
    }
    Ok(Step::Next)
}

fn enter(thread: &mut Thread, block: BlockId) {
    thread.enter(thread.flow(), block, FrameKind::Block);
}
