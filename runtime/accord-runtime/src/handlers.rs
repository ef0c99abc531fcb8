//! The flows `onFailure`, `onCancel` and `onTimeout`: run after a process that ended so, with the last variables of its
//! entry point and, where it failed, its error as `lastError`.
//! Source: <https://concord.walmartlabs.com/docs/processes-v2/flows.html#error-handling>.
//!
//! Concord runs them as a process of their own. Here they are the last thing that the process itself does, in the same
//! working directory; `parentInstanceId` names it all the same.

use std::sync::Arc;

use accord_value::{Map, Throwable, Value};
use accord_vm::{Limits, Outcome, Program, Start, State};

use crate::host::ProcessHost;
use crate::process::{Origin, ProcessState};
use crate::timeouts::Timeouts;
use crate::waiting;

/// How often a handler that fails is tried again.
const RETRIES: u32 = 3;

/// What a handler is told of the process.
pub(crate) struct Last {
    /// The variables of its entry point, as it left them; none where it did not begin.
    pub(crate) variables: Option<Map>,
    /// Whether its arguments can be evaluated; asked where there are no variables.
    pub(crate) has_arguments: bool,
    /// The error that nothing caught.
    pub(crate) error: Option<Arc<Throwable>>,
}

/// Runs handlers of one process.
pub(crate) struct Handlers<'a> {
    pub(crate) program: &'a Program,
    pub(crate) host: &'a ProcessHost,
    pub(crate) limits: &'a Limits,
    pub(crate) origin: &'a Origin,
    pub(crate) timeouts: &'a Timeouts,
}

impl Handlers<'_> {
    /// Runs the handler of the state that the process ended in, if there is one. What becomes of it is in the log; the
    /// process' own end stays as it is.
    pub(crate) fn run(&self, state: ProcessState, last: &Last) {
        let handler = match state {
            ProcessState::Failed => "onFailure",
            ProcessState::Cancelled => "onCancel",
            ProcessState::TimedOut => "onTimeout",
            ProcessState::Finished | ProcessState::Suspended => return,
        };
        if !self.program.has_flow(handler) {
            return;
        }
        for attempt in 1..=RETRIES + 1 {
            let cancel = &self.host.services.cancel;
            cancel.renew();
            if let Some(timeout) = &self.timeouts.running {
                cancel.limit(timeout.duration);
            }
            if self.attempt(handler, last) {
                return;
            }
            let masking = &self.host.services.masking;
            if attempt <= RETRIES {
                masking.warn(&format!("the flow '{handler}' failed and is run again, attempt {attempt} of {RETRIES}"));
            } else {
                masking.warn(&format!("the flow '{handler}' failed each time"));
            }
        }
    }

    /// Runs a handler once; whether it is done with.
    fn attempt(&self, handler: &str, last: &Last) -> bool {
        let Ok(mut state) = State::start(self.program, self.start(handler, last), self.host, self.limits) else {
            return false;
        };
        loop {
            match state.run(self.program, self.host, self.limits) {
                Outcome::Finished | Outcome::Cancelled => return true,
                Outcome::Failed(_) => return false,
                Outcome::Suspended if waiting::is_for_time(&state, self.program) => {
                    if !waiting::wait(&mut state, &self.host.services, None) {
                        return true;
                    }
                }
                Outcome::Suspended => {
                    let message =
                        format!("the flow '{handler}' waits for an event that nobody can bring, and ends here");
                    self.host.services.masking.warn(&message);
                    return true;
                }
            }
        }
    }

    fn start(&self, handler: &str, last: &Last) -> Start {
        let mut variables = self.origin.variables.clone();
        let id = &*self.host.services.process.id;
        variables.push(("parentInstanceId".into(), Value::from(id)));
        if let Some(error) = &last.error {
            variables.push(("lastError".into(), Value::Throwable(Arc::clone(error))));
        }
        let arguments = match &last.variables {
            None => self.origin.arguments.clone().filter(|_| last.has_arguments),
            Some(left) => {
                let known: Vec<Arc<str>> = variables.iter().map(|(name, _)| Arc::clone(name)).collect();
                let left = left.entries().into_iter().map(|(name, value)| (Arc::clone(name.to_text().as_arc()), value));
                variables.extend(left.filter(|(name, _)| !known.contains(name)));
                None
            }
        };
        Start { entry_point: Some(handler.into()), arguments, variables }
    }
}
