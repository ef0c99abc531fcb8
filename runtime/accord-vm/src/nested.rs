//! Flows that are run by a task, in the middle of a step.

use std::time::Duration;

use accord_sdk::{FlowView, TaskError};
use accord_value::Map;

use crate::StackFrame;
use crate::driver::{self, End};
use crate::machine::Machine;
use crate::program::BlockId;
use crate::state::{next_wake, wake};
use crate::thread::Thread;
use crate::variables::Variables;
use crate::view::View;

/// Runs a flow with `input` over the variables of the step; the variables that it leaves, `input` among them.
pub(crate) fn call_flow(view: &View<'_>, name: &str, input: &Map) -> Result<Map, TaskError> {
    let outer = view.machine;
    let limit = outer.limits.nested_runs;
    if outer.nesting >= limit {
        return Err(TaskError::new(format!(
            "Tasks that run flows are nested more than {limit} levels deep. Look for a flow that runs itself through a \
             task without an end."
        )));
    }
    let Some(flow) = outer.program.flow_id(name) else {
        return Err(crate::steps::call::not_found(&name.into()).error.into());
    };
    let mut variables = Variables::with_root(view.thread.variables.borrow().visible());
    variables.push(true);
    for (name, value) in input.entries() {
        variables.set(name.to_text().as_arc(), value);
    }
    let mut thread = Thread::new(view.thread.id, flow, BlockId::FLOW, variables);
    let call = StackFrame { place: view.place(), thread: thread.id, flow: outer.program.flow_name(flow) };
    (thread.calls, thread.forks) = (view.thread.calls, view.thread.forks);
    thread.outer_stack = std::iter::once(call).chain(view.thread.stack(outer.program)).collect();
    let machine = Machine { root: thread.id, nesting: outer.nesting + 1, wants_checkpoints: false, ..*outer };
    let (mut end, mut threads) = driver::drive(&machine, vec![thread]);
    while let (End::Suspended, Some(time)) = (&end, next_wake(&threads)) {
        // The step that runs the flow cannot be suspended, so it waits.
        let services = outer.host.services();
        let millis = u64::try_from(time.saturating_sub(services.now_millis())).unwrap_or_default();
        services.sleep(Duration::from_millis(millis))?;
        wake(&mut threads, services.now_millis());
        (end, threads) = driver::drive(&machine, threads);
    }
    match end {
        End::Finished => {
            let own = threads.first().map(|thread| thread.variables.borrow().own_variables()).unwrap_or_default();
            Ok(Map::from_pairs(own))
        }
        End::Failed(failure) => Err((*failure.error).clone().into()),
        End::Suspended => Err(TaskError::of(
            TaskError::UNSUPPORTED,
            format!("The flow '{name}' is run by a task and cannot wait for events."),
        )),
        End::Exit | End::Cancelled => Err(TaskError::from(accord_sdk::Cancelled)),
    }
}
