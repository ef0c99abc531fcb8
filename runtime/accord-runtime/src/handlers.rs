//! The flows `onFailure`, `onCancel` and `onTimeout`: run after a process that ended so, with what it started with and
//! the error.
//! Source: <https://concord.walmartlabs.com/docs/getting-started/processes.html>, `process-events.html`.

use accord_vm::{Limits, Program, State};

use crate::host::ProcessHost;
use crate::process::{Origin, ProcessState, ProcessStatus};

/// Runs the handler of the state that the process ended in, if there is one. What becomes of it is in the log; the
/// process' own end stays as it is.
pub(crate) fn run(program: &Program, host: &ProcessHost, limits: &Limits, status: &ProcessStatus, origin: &Origin) {
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
    if let Ok(mut state) = State::start(program, origin.start(Some(handler.into())), host, limits) {
        let _ = state.run(program, host, limits);
    }
}
