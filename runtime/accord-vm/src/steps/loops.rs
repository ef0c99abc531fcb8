//! Serial loops, and what both kinds of loops have in common.

use std::sync::Arc;

use accord_expr::Entry;
use accord_value::{List, Value};

use crate::errors::Raise;
use crate::machine::{Machine, Step};
use crate::program::{Command, LoopOp, Op, Program};
use crate::thread::{FrameKind, LoopFrame, Thread};
use crate::values::cast_whole_number;
use crate::variables::Variables;
use crate::view::View;

pub(super) fn execute<'a>(
    machine: &'a Machine<'a>,
    thread: &mut Thread,
    command: &'a Command,
    op: &LoopOp,
) -> Result<Step, Raise> {
    let view = View::new(machine, thread, Some(command));
    let items = op.items.eval(&view)?;
    let items: Arc<[Value]> = match iterate(&items) {
        Some(items) => items.into(),
        None if op.with_items => return Err(not_iterable("withItems", &items).quiet()),
        None => return Err(not_iterable("loop", &items)),
    };
    let parallelism = if op.parallel { Some(parallelism(&view, op)?) } else { None };
    if items.is_empty() {
        return Ok(Step::Next);
    }
    let all = Value::List(List::new(items.to_vec()));
    if let Some(parallelism) = parallelism {
        return super::parallel::fork_loop(machine, thread, (items, all), parallelism);
    }
    let collected = op.out.iter().map(|_| Vec::with_capacity(items.len())).collect();
    let frame = LoopFrame { items, all, index: 0, collected };
    thread.enter(thread.flow(), op.body, FrameKind::Loop(Box::new(frame)));
    start_iteration(thread);
    Ok(Step::Next)
}

fn not_iterable(option: &str, value: &Value) -> Raise {
    let class = value.class_name();
    Raise::illegal_argument(format!(
        "'{option}' accepts only Lists of items, Java Maps or arrays of values. Got: class {class}"
    ))
}

/// The items of what a loop can walk over.
fn iterate(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Null => Some(Vec::new()),
        Value::List(list) => Some(list.snapshot()),
        Value::Set(set) => Some(set.items()),
        Value::Map(map) => {
            let entries = map.entries().into_iter();
            Some(entries.map(|(key, value)| Value::object(Entry::new(key, value))).collect())
        }
        _ => None,
    }
}

fn parallelism(view: &View<'_>, op: &LoopOp) -> Result<u32, Raise> {
    let written = match &op.parallelism {
        Some(data) => cast_whole_number(&data.eval(view)?)?,
        None => None,
    };
    match written {
        Some(number) if number <= 0 => {
            Err(Raise::illegal_argument(format!("Loop parallelism must be greater than zero: {number}")))
        }
        Some(number) => Ok(u32::try_from(number).unwrap_or(u32::MAX)),
        None => {
            let default = view.machine.program.loop_parallelism().unwrap_or(view.machine.limits.loop_parallelism);
            Ok(u32::try_from(default).unwrap_or(u32::MAX).max(1))
        }
    }
}

/// Sets the variables of an iteration in the innermost scope.
pub(super) fn set_item(variables: &mut Variables, all: &Value, index: u32, item: Value) {
    NAMES.with(|[items, item_index, item_name]| {
        variables.set_innermost(items, all.clone());
        variables.set_innermost(item_index, Value::Int(i32::try_from(index).unwrap_or(i32::MAX)));
        variables.set_innermost(item_name, item);
    });
}

thread_local! {
    /// The names of an iteration's variables, made once for each worker and not once for each iteration.
    static NAMES: [Arc<str>; 3] = ["items".into(), "itemIndex".into(), "item".into()];
}

fn start_iteration(thread: &mut Thread) {
    let Some(frame) = thread.frames.last_mut() else { return };
    frame.next = 0;
    let FrameKind::Loop(state) = &frame.kind else { return };
    let item = state.items.get(state.index as usize).cloned().unwrap_or_default();
    let variables = thread.variables.get_mut();
    variables.reset();
    set_item(variables, &state.all, state.index, item);
}

/// Ends an iteration: keeps what it left, and starts the next or ends the loop.
pub(crate) fn complete(thread: &mut Thread, program: &Program) -> Result<(), Raise> {
    let names = out_names(thread, program);
    if let Some(frame) = thread.frames.last_mut()
        && let FrameKind::Loop(state) = &mut frame.kind
    {
        let variables = thread.variables.get_mut();
        for (name, collected) in names.iter().zip(&mut state.collected) {
            collected.push(variables.own(name).cloned().unwrap_or_default());
        }
        state.index += 1;
        if (state.index as usize) < state.items.len() {
            start_iteration(thread);
            return Ok(());
        }
    }
    if let Some(frame) = thread.leave()
        && let FrameKind::Loop(state) = frame.kind
    {
        let variables = thread.variables.get_mut();
        for (name, collected) in names.iter().zip(state.collected) {
            variables.set(name, Value::List(List::new(collected)));
        }
    }
    Ok(())
}

/// The names of the loop's `out` by which the innermost frame was entered.
pub(super) fn out_names<'p>(thread: &Thread, program: &'p Program) -> &'p [Arc<str>] {
    match thread.command_of_top(program).map(|command| &command.op) {
        Some(Op::Loop(op)) => &op.out,
        _ => &[],
    }
}
