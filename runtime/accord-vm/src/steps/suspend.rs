//! `checkpoint`, `suspend` and `form`: where a process can stop and go on later.

use std::sync::Arc;

use accord_expr::eval;
use accord_sdk::FlowView;
use accord_syntax::definition::FormCallFields;
use accord_syntax::expr::Template;
use accord_value::{Map, Text, Value};

use crate::VmEvent;
use crate::errors::Raise;
use crate::machine::{Machine, Step};
use crate::program::{Command, FormOp, Op};
use crate::thread::{FormWait, Suspension, SuspensionKind, Thread, Waiting};
use crate::values::cast_text;
use crate::view::View;

pub(super) fn checkpoint<'a>(
    machine: &'a Machine<'a>,
    thread: &Thread,
    command: &'a Command,
    name: &Template,
) -> Result<Step, Raise> {
    let view = View::new(machine, thread, Some(command));
    let name = cast_text(eval(name, &view)?)?.unwrap_or_else(|| Text::plain("null"));
    machine.host.emit(VmEvent::Checkpoint { name: name.clone(), place: view.place(), thread: thread.id });
    Ok(if machine.wants_checkpoints { Step::Checkpoint(name) } else { Step::Next })
}

pub(super) fn suspend(machine: &Machine<'_>, thread: &mut Thread, event: &Arc<str>) -> Step {
    wait(machine, thread, Suspension { event: Arc::clone(event), kind: SuspensionKind::Plain, until: None })
}

/// Makes a thread wait for an event.
pub(super) fn wait(machine: &Machine<'_>, thread: &mut Thread, suspension: Suspension) -> Step {
    let form = match &suspension.kind {
        SuspensionKind::Form(form) => Some(Arc::clone(&form.name)),
        SuspensionKind::Plain | SuspensionKind::Task(_) => None,
    };
    machine.host.emit(VmEvent::Suspended { event: Arc::clone(&suspension.event), form, thread: thread.id });
    thread.waiting = Waiting::For(suspension);
    Step::Suspended
}

pub(super) fn form<'a>(
    machine: &'a Machine<'a>,
    thread: &mut Thread,
    command: &'a Command,
    op: &FormOp,
) -> Result<Step, Raise> {
    let suspension = {
        let view = View::new(machine, thread, Some(command));
        let name = cast_text(eval(&op.form, &view)?)?.unwrap_or_else(|| Text::plain("null"));
        check_name(&name)?;
        let fields = match (&op.options.fields, machine.program.form(name.as_str())) {
            (Some(FormCallFields::Expression(fields)), _) => eval(&Template::parse(Arc::clone(&fields.value)), &view)?,
            (Some(FormCallFields::Fields(fields)), _) => crate::form::evaluate(fields, &view)?,
            (None, Some(form)) => crate::form::evaluate(&form.fields, &view)?,
            (None, None) => {
                return Err(Raise::illegal_argument(Text::concat([&Text::plain("Form not found: "), &name])));
            }
        };
        machine.host.check_form(&fields)?;
        let value = |data: Option<&accord_expr::Data>| data.map_or(Ok(Value::Null), |data| data.eval(&view));
        let wait = FormWait {
            name: Arc::clone(name.as_arc()),
            fields,
            values: value(op.values.as_ref())?,
            run_as: value(op.run_as.as_ref())?,
            step: current(thread),
        };
        let event = machine.host.services().random_uuid();
        Suspension { event, kind: SuspensionKind::Form(Box::new(wait)), until: None }
    };
    Ok(wait(machine, thread, suspension))
}

fn current(thread: &Thread) -> (crate::program::FlowId, crate::program::BlockId, u32) {
    thread.frames.last().map_or_else(
        || (thread.flow(), crate::program::BlockId::FLOW, 0),
        |frame| (frame.flow, frame.block, frame.next.saturating_sub(1)),
    )
}

/// Names of forms become names of variables and files, which everybody sees.
fn check_name(name: &Text) -> Result<(), Raise> {
    if name.is_sensitive() {
        return Err(Raise::illegal_argument(Text::plain(
            "A form cannot be named by a sensitive value. Name it otherwise.",
        )));
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ' ' | '$');
    if !name.as_str().is_empty() && name.as_str().chars().all(allowed) {
        return Ok(());
    }
    Err(Raise::illegal_argument(Text::concat([
        &Text::plain("Invalid value: "),
        name,
        &Text::plain(r#", expected: [name matching regex "^[A-Za-z0-9_ $]+$"]"#),
    ])))
}

/// Goes on with a thread whose event came.
pub(crate) fn resume<'a>(
    machine: &'a Machine<'a>,
    thread: &mut Thread,
    suspension: Suspension,
    event: Map,
) -> Result<Step, Raise> {
    match suspension.kind {
        SuspensionKind::Plain => {
            let variables = thread.variables.get_mut();
            for (name, value) in event.entries() {
                variables.set(name.to_text().as_arc(), value);
            }
            Ok(Step::Next)
        }
        SuspensionKind::Form(form) => {
            thread.variables.get_mut().set(&form.name, Value::Map(event));
            Ok(Step::Next)
        }
        SuspensionKind::Task(state) => match suspended_command(machine, thread) {
            Some(command) => match &command.op {
                Op::Task(op) => super::task::resume(machine, thread, command, op, state, Value::Map(event)),
                _ => Ok(Step::Next),
            },
            None => Ok(Step::Next),
        },
    }
}

/// The command that a thread stands behind.
pub(crate) fn suspended_command<'a>(machine: &'a Machine<'a>, thread: &Thread) -> Option<&'a Command> {
    let frame = thread.frames.last()?;
    machine.program.command(frame.flow, frame.block, frame.next.checked_sub(1)?)
}
