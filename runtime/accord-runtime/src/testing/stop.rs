//! Ends tests before they have ended themselves.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::cancel::CancelToken;
use crate::process::{Cleanup, Process};

/// Ends all tests of a run. A clone ends the same ones.
#[derive(Clone, Default)]
pub struct TestStop(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    stopped: bool,
    /// The processes that run, each under the index of its test.
    running: Vec<(usize, CancelToken, Cleanup)>,
}

impl TestStop {
    /// Cancels the tests that run and starts no more.
    pub fn stop(&self) {
        let mut state = self.0.lock();
        state.stopped = true;
        state.running.iter().for_each(|(_, token, _)| token.cancel());
    }

    /// Removes the exported files of all processes, for a program that is about to end without waiting for them.
    pub fn cleanup(&self) {
        self.0.lock().running.iter().for_each(|(_, _, cleanup)| cleanup.run());
    }

    /// Whether the tests are stopped.
    pub(super) fn is_stopped(&self) -> bool {
        self.0.lock().stopped
    }

    /// Knows a process from now on.
    pub(super) fn enter(&self, index: usize, process: &Process) {
        let mut state = self.0.lock();
        let token = process.cancel_token();
        if state.stopped {
            token.cancel();
        }
        state.running.push((index, token, process.cleanup()));
    }

    /// Forgets a process, which has ended.
    pub(super) fn leave(&self, index: usize) {
        self.0.lock().running.retain(|(found, _, _)| *found != index);
    }
}
