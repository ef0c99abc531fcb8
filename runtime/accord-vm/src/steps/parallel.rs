//! `parallel` and parallel loops: branches, and how they are joined.

use std::collections::VecDeque;
use std::sync::Arc;

use accord_value::{List, Value};

use super::call::flow_out;
use super::loops::{out_names, set_item};
use crate::errors::{Raise, joined};
use crate::machine::{Machine, Shared, Step, too_deep};
use crate::program::{BlockId, FlowOut, Op, ParallelOp, Program};
use crate::thread::{FrameKind, Items, JoinFrame, Thread, join_of};
use crate::variables::Variables;
use crate::view::View;

pub(super) fn execute(machine: &Machine<'_>, thread: &mut Thread, op: &ParallelOp) -> Result<Step, Raise> {
    let branches = u32::try_from(op.branches.len()).unwrap_or(u32::MAX);
    enter(machine, thread, None, branches, u32::MAX)
}

/// Runs the body of a loop once for each item, so many side by side.
pub(super) fn fork_loop(
    machine: &Machine<'_>,
    thread: &mut Thread,
    items: Items,
    parallelism: u32,
) -> Result<Step, Raise> {
    let branches = u32::try_from(items.0.len()).unwrap_or(u32::MAX);
    enter(machine, thread, Some(items), branches, parallelism)
}

fn enter(
    machine: &Machine<'_>,
    thread: &mut Thread,
    items: Option<Items>,
    branches: u32,
    parallelism: u32,
) -> Result<Step, Raise> {
    if thread.forks >= machine.limits.forks {
        return Err(too_deep("Parallel steps are inside one another", machine.limits.forks));
    }
    let frame = JoinFrame {
        items,
        stack: None,
        parallelism: parallelism.min(u32::try_from(machine.limits.threads).unwrap_or(u32::MAX)),
        branches,
        next: 0,
        running: Vec::new(),
        failures: Vec::new(),
        results: VecDeque::new(),
    };
    // The join has no commands of its own.
    thread.enter(thread.flow(), BlockId::FLOW, FrameKind::Join(Box::new(frame)));
    Ok(Step::Fork)
}

/// The branches of a waiting thread that may start now.
pub(crate) fn start_branches(program: &Program, shared: &Shared, parent: &mut Thread) -> Vec<Thread> {
    let mut started = Vec::new();
    while let Some(branch) = start_branch(program, shared, parent) {
        started.push(branch);
    }
    started
}

fn start_branch(program: &Program, shared: &Shared, parent: &mut Thread) -> Option<Thread> {
    let op = parent.command_of_top(program).map(|command| &command.op)?;
    let known_stack = join_of(parent)?.stack.clone();
    let stack = known_stack.unwrap_or_else(|| parent.stack(program).into());
    let join = join_of(parent)?;
    join.stack = Some(Arc::clone(&stack));
    let has_room = join.running.len() < join.parallelism as usize;
    if join.next >= join.branches || !has_room || !join.failures.is_empty() {
        return None;
    }
    let number = join.next;
    join.next += 1;
    let block = match op {
        Op::Parallel(op) => *op.branches.get(number as usize)?,
        Op::Loop(op) => op.body,
        _ => return None,
    };
    let id = shared.allot_thread();
    join.running.push(id);
    let item = |(items, all): &Items| (items.get(number as usize).cloned().unwrap_or_default(), all.clone());
    let item = join.items.as_ref().map(item);
    let mut variables = Variables::with_root(parent.variables.get_mut().visible());
    if let Some((item, all)) = item {
        // An iteration gives back what it set itself, so its variables are apart from those it started with.
        variables.push(true);
        set_item(&mut variables, &all, number, item);
    }
    let mut branch = Thread::new(id, parent.flow(), block, variables);
    branch.parent = Some((parent.id, number));
    branch.outer_stack = stack;
    branch.calls = parent.calls;
    branch.forks = parent.forks + 1;
    Some(branch)
}

/// What an ended branch gives back to its parent.
pub(crate) fn branch_results(program: &Program, parent: &Thread, branch: &mut Thread) -> Vec<(Arc<str>, Value)> {
    if branch.returned {
        return Vec::new();
    }
    let variables = branch.variables.get_mut();
    match parent.command_of_top(program).map(|command| &command.op) {
        Some(Op::Loop(op)) => {
            let own = |name: &Arc<str>| (Arc::clone(name), variables.own(name).cloned().unwrap_or_default());
            op.out.iter().map(own).collect()
        }
        Some(Op::Parallel(op)) => match &op.out {
            FlowOut::None => Vec::new(),
            FlowOut::Names(names) => {
                names.iter().filter_map(|name| Some((Arc::clone(name), variables.own(name)?.clone()))).collect()
            }
            FlowOut::Map(_) | FlowOut::Expression(_) => variables.own_variables(),
        },
        _ => Vec::new(),
    }
}

/// Ends a join: one error for all failed branches, or their results.
pub(crate) fn complete<'a>(machine: &'a Machine<'a>, thread: &mut Thread) -> Result<(), Raise> {
    let names = out_names(thread, machine.program);
    let command = thread.command_of_top(machine.program);
    let Some(frame) = thread.leave() else { return Ok(()) };
    let FrameKind::Join(join) = frame.kind else { return Ok(()) };
    if !join.failures.is_empty() {
        return Err(joined(&join.failures).into());
    }
    if join.items.is_some() {
        collect(thread, names, *join);
        return Ok(());
    }
    let Some(Op::Parallel(op)) = command.map(|command| &command.op) else { return Ok(()) };
    if matches!(op.out, FlowOut::None) {
        return Ok(());
    }
    // `out` is evaluated over the variables of all branches; of one that several have, the last branch's counts.
    let variables = thread.variables.get_mut();
    variables.push(true);
    for (_, results) in join.results {
        for (name, value) in results {
            variables.set_innermost(&name, value);
        }
    }
    let values = flow_out(&View::new(machine, thread, command), &op.out);
    thread.variables.get_mut().pop();
    for (name, value) in values? {
        // The reference sets them in the innermost scope, so they are lost after a `try` with an `error` block.
        thread.variables.get_mut().set_innermost(&name, value);
    }
    Ok(())
}

/// Sets each name of a loop's `out` to the list of what its iterations left, in the order of the items.
fn collect(thread: &mut Thread, names: &[Arc<str>], join: JoinFrame) {
    let mut results: Vec<_> = join.results.into();
    results.sort_by_key(|(number, _)| *number);
    for name in names {
        let of_name = |results: &Vec<(Arc<str>, Value)>| {
            results.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        };
        let values: Vec<Value> = results.iter().filter_map(|(_, results)| of_name(results)).collect();
        thread.variables.get_mut().set(name, Value::List(List::new(values)));
    }
}
