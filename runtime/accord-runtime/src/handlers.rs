//! The flows `onFailure`, `onCancel` and `onTimeout`: run after a process that ended so, with what it started with and
//! the error.
//! Source: <https://concord.walmartlabs.com/docs/getting-started/processes.html>, `process-events.html`.

use std::sync::Arc;

use accord_syntax::Data;
use accord_value::Value;
use accord_vm::{Limits, Program, Start, State};

use crate::host::ProcessHost;
use crate::process::{ProcessState, ProcessStatus};

/// What the process started with.
pub(crate) struct Arguments {
    arguments: Option<Data>,
    variables: Vec<(Arc<str>, Value)>,
}

impl Arguments {
    pub(crate) fn of(start: &Start) -> Self {
        Self { arguments: start.arguments.clone(), variables: start.variables.clone() }
    }
}

/// Runs the handler of the state that the process ended in, if there is one. What becomes of it is in the log; the
/// process' own end stays as it is.
pub(crate) fn run(
    program: &Program,
    host: &ProcessHost,
    limits: &Limits,
    status: &ProcessStatus,
    arguments: Arguments,
) {
    let handler = match status.state {
        ProcessState::Failed => "onFailure",
        ProcessState::Cancelled => "onCancel",
        ProcessState::TimedOut => "onTimeout",
        ProcessState::Finished | ProcessState::Suspended => return,
    };
    if !program.has_flow(handler) {
        return;
    }
    host.services.cancel.renew();
    let start =
        Start { entry_point: Some(handler.into()), arguments: arguments.arguments, variables: arguments.variables };
    if let Ok(mut state) = State::start(program, start, host, limits) {
        let _ = state.run(program, host, limits);
    }
}
