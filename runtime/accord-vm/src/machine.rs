//! One step of one thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use accord_value::{Text, Throwable};

use crate::errors::Raise;
use crate::program::{Command, Program};
use crate::thread::{FrameKind, Thread, Waiting};
use crate::view::View;
use crate::{Failure, Host, StepInfo, VmEvent, steps};

/// Bounds of a process.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How many flows may be in the middle of calling each other in one thread. One more is an error that a flow can
    /// catch.
    pub calls: u32,
    /// How many `parallel` steps and parallel loops may be inside one another.
    pub forks: u32,
    /// How many flow threads there may be at the same time, those that wait for others among them. A `parallel` step or
    /// loop that would begin beyond is an error that a flow can catch; one loop has no more iterations side by side.
    pub threads: usize,
    /// How many operating system threads flow threads share. A flow thread that waits for others or for an event needs
    /// none.
    pub workers: usize,
    /// How many flows may be run by tasks that are run by flows and so on; each takes room on the native stack.
    pub nested_runs: u32,
    /// How many iterations of a parallel loop run side by side, where neither the loop nor the project says it.
    pub loop_parallelism: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { calls: 100_000, forks: 200, threads: 20_000, workers: 64, nested_runs: 32, loop_parallelism: cores }
    }
}

/// What all flow threads of a process share while they run.
pub(crate) struct Shared {
    /// The number of the next flow thread.
    pub(crate) next_thread: AtomicU64,
    /// Whether an `exit` step was reached.
    pub(crate) exit: AtomicBool,
    /// Whether all threads are to stand still between two steps, for a checkpoint.
    pub(crate) pause: AtomicBool,
    /// Operating system threads that are at work.
    pub(crate) workers: AtomicUsize,
}

impl Shared {
    pub(crate) fn new(next_thread: u64) -> Self {
        Self {
            next_thread: AtomicU64::new(next_thread),
            exit: AtomicBool::new(false),
            pause: AtomicBool::new(false),
            workers: AtomicUsize::new(1),
        }
    }

    pub(crate) fn allot_thread(&self) -> u64 {
        self.next_thread.fetch_add(1, Ordering::Relaxed)
    }
}

/// Everything that a step needs beside its thread.
pub(crate) struct Machine<'a> {
    pub(crate) program: &'a Program,
    pub(crate) host: &'a dyn Host,
    pub(crate) limits: &'a Limits,
    pub(crate) shared: &'a Shared,
    pub(crate) wants_steps: bool,
    pub(crate) wants_checkpoints: bool,
    /// The thread at the root of this run: 0, or the one whose task runs a flow.
    pub(crate) root: u64,
    /// How many tasks are running flows round this run.
    pub(crate) nesting: u32,
}

/// What became of a step.
pub(crate) enum Step {
    /// The thread can go on at once.
    Next,
    /// The thread waits for branches that are yet to be started; its innermost frame is a join.
    Fork,
    /// The thread waits for an event.
    Suspended,
    /// The thread stands behind a `checkpoint` step that the host wants to keep.
    Checkpoint(Text),
    /// The thread has nothing more to do.
    Finished,
    /// Nobody caught an error.
    Failed(Box<Failure>),
    /// The process ends: an `exit` step, here or elsewhere.
    Exit,
    /// The process was cancelled.
    Cancelled,
    /// The thread stands between two steps because all threads are to stand still.
    Paused,
}

/// How many steps go by without asking whether the process was cancelled. Tasks ask by themselves.
const UNCHECKED_STEPS: u32 = 16;

impl<'a> Machine<'a> {
    /// Runs the next command of a thread.
    pub(crate) fn step(&self, thread: &mut Thread) -> Step {
        thread.unchecked_steps += 1;
        if thread.unchecked_steps >= UNCHECKED_STEPS {
            thread.unchecked_steps = 0;
            if self.host.services().cancelled() {
                return Step::Cancelled;
            }
            if self.shared.exit.load(Ordering::Relaxed) {
                return Step::Exit;
            }
        }
        if !matches!(thread.waiting, Waiting::Nothing) {
            return self.resume(thread);
        }
        let Some(frame) = thread.frames.last_mut() else { return Step::Finished };
        if matches!(frame.kind, FrameKind::Join(_)) {
            return self.settle(thread, Self::complete_join);
        }
        let Some(command) = self.program.command(frame.flow, frame.block, frame.next) else {
            if matches!(frame.kind, FrameKind::Root) {
                return Step::Finished;
            }
            return self.settle(thread, Self::complete);
        };
        frame.next += 1;
        if self.wants_steps {
            self.tell_started(thread, command);
        }
        let depth = thread.frames.len();
        let outcome = steps::execute(self, thread, command);
        if self.wants_steps && thread.frames.len() <= depth {
            self.tell_ended(thread, command, outcome.is_err());
        }
        match outcome {
            Ok(step) => step,
            Err(raise) => self.fail(thread, Some(command), raise),
        }
    }

    fn resume(&self, thread: &mut Thread) -> Step {
        let command = steps::suspend::suspended_command(self, thread);
        match std::mem::replace(&mut thread.waiting, Waiting::Nothing) {
            Waiting::Nothing => Step::Next,
            Waiting::For(suspension) => {
                thread.waiting = Waiting::For(suspension);
                Step::Suspended
            }
            Waiting::Resumed(suspension, event) => match steps::suspend::resume(self, thread, suspension, event) {
                Ok(step) => step,
                Err(raise) => self.fail(thread, command, raise),
            },
        }
    }

    /// Ends the innermost frame, whose block is done.
    fn settle(&self, thread: &mut Thread, end: fn(&Self, &mut Thread) -> Result<(), Raise>) -> Step {
        let command = thread.command_of_top(self.program);
        let depth = thread.frames.len();
        match end(self, thread) {
            Ok(()) => {
                if self.wants_steps
                    && thread.frames.len() < depth
                    && let Some(command) = command
                {
                    self.tell_ended(thread, command, false);
                }
                Step::Next
            }
            Err(raise) => self.fail(thread, command, raise),
        }
    }

    fn complete(&self, thread: &mut Thread) -> Result<(), Raise> {
        match thread.frames.last().map(|frame| &frame.kind) {
            Some(FrameKind::Call) => steps::call::complete(self, thread),
            Some(FrameKind::Loop(_)) => steps::loops::complete(thread, self.program),
            _ => {
                thread.leave();
                Ok(())
            }
        }
    }

    fn complete_join(&self, thread: &mut Thread) -> Result<(), Raise> {
        steps::parallel::complete(self, thread)
    }

    /// Passes an error to the innermost handler.
    pub(crate) fn fail(&self, thread: &mut Thread, command: Option<&Command>, raise: Raise) -> Step {
        if self.host.services().cancelled() {
            return Step::Cancelled;
        }
        if self.shared.exit.load(Ordering::Relaxed) {
            return Step::Exit;
        }
        let place = command.and_then(|command| self.program.place(command));
        let is_join = &*raise.error.class == Throwable::PARALLEL;
        let mut error = raise.error;
        if error.place.is_none() {
            error.place.clone_from(&place);
        }
        let stack = if is_join { Vec::new() } else { thread.stack(self.program) };
        let failure = Failure { error: Arc::from(error), place, stack, thread: thread.id };
        if !raise.quiet {
            self.tell_error(thread, &failure);
        }
        self.unwind(thread, failure)
    }

    fn unwind(&self, thread: &mut Thread, mut failure: Failure) -> Step {
        loop {
            let entered_by = thread.command_of_top(self.program);
            match thread.frames.last().map(|frame| &frame.kind) {
                // The thread's own variables stay: they are the last that is known of the process.
                None | Some(FrameKind::Root) => return Step::Failed(Box::new(failure)),
                Some(FrameKind::Try) => {
                    if steps::attempt::handle(thread, entered_by, &failure) {
                        return Step::Next;
                    }
                }
                Some(FrameKind::Retry(_)) => {
                    let view = View::new(self, thread, entered_by);
                    match steps::attempt::next_attempt(&view, &failure) {
                        Ok(true) => {
                            steps::attempt::restart(thread);
                            return Step::Next;
                        }
                        Ok(false) => failure.place = None,
                        Err(accord_sdk::Cancelled) => return Step::Cancelled,
                    }
                }
                Some(_) => {}
            }
            thread.leave();
            if self.wants_steps
                && let Some(command) = entered_by
            {
                self.tell_ended(thread, command, true);
            }
        }
    }

    fn tell_error(&self, thread: &Thread, failure: &Failure) {
        // The reference logs the call stack of a branch only where the branch may catch the error; elsewhere it stands
        // in the text of the error that the branches are joined to.
        let shows_stack = thread.id == self.root || thread.has_handler();
        self.host.emit(VmEvent::Error {
            error: Arc::clone(&failure.error),
            place: failure.place.clone(),
            thread: thread.id,
            flow: self.program.flow_name(thread.flow()),
            stack: if shows_stack { failure.stack.clone() } else { Vec::new() },
        });
    }

    fn tell_started(&self, thread: &Thread, command: &Command) {
        if let Some(step) = self.step_info(thread, command) {
            self.host.emit(VmEvent::StepStarted { step });
        }
    }

    fn tell_ended(&self, thread: &Thread, command: &Command, failed: bool) {
        if let Some(step) = self.step_info(thread, command) {
            self.host.emit(VmEvent::StepEnded { step, failed });
        }
    }

    /// Tells which branch of an `if` or `switch` step runs.
    pub(crate) fn tell_branch(&self, command: &Command, branch: usize) {
        if self.wants_steps {
            let branch = u32::try_from(branch).unwrap_or(u32::MAX);
            self.host.emit(VmEvent::BranchTaken { place: self.program.place(command), branch });
        }
    }

    fn step_info(&self, thread: &Thread, command: &Command) -> Option<StepInfo> {
        Some(StepInfo {
            kind: command.kind?,
            place: self.program.place(command),
            thread: thread.id,
            flow: self.program.flow_name(thread.flow()),
        })
    }
}

/// The error of a recursion that does not end: `what` more than `limit` levels deep.
pub(crate) fn too_deep(what: &str, limit: u32) -> Raise {
    let message = format!("{what} more than {limit} levels deep. Look for a flow that calls itself without an end.");
    Box::new(Throwable::new("java.lang.StackOverflowError", message)).into()
}
