//! Runs all flow threads of a process until none can go on.
//!
//! One flow thread runs on the caller's operating system thread, with nothing started for it. When it forks, its
//! branches are shared out among a bounded number of workers, the caller being one. A flow thread that waits for its
//! branches, or for an event, is data that no worker holds; so whatever the nesting, somebody can go on.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::Ordering;
use std::thread::{Builder, Scope};

use accord_sdk::TaskError;
use accord_value::Text;
use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::Failure;
use crate::errors::Raise;
use crate::machine::{Machine, Step};
use crate::state::store;
use crate::steps::parallel::{branch_results, start_branches};
use crate::thread::{Thread, Waiting, join_of};

/// Native stack of a worker: as much as a main thread has, for deep expressions.
const WORKER_STACK: usize = 8 << 20;

/// How the threads of a process came to a stop.
pub(crate) enum End {
    /// The root has nothing more to do.
    Finished,
    /// Nobody caught an error of the root.
    Failed(Box<Failure>),
    /// All threads wait.
    Suspended,
    /// An `exit` step was reached.
    Exit,
    /// The process was cancelled.
    Cancelled,
}

/// Runs threads, the root first, and those that wait; how they ended, and what is left of them, the root first.
pub(crate) fn drive(machine: &Machine<'_>, mut threads: Vec<Thread>) -> (End, Vec<Thread>) {
    let (step, thread) = match threads.pop() {
        Some(mut only) if threads.is_empty() => {
            let step = alone(machine, &mut only);
            (Some(step), only)
        }
        Some(last) => (None, last),
        None => return (End::Finished, threads),
    };
    let end = match step {
        Some(Step::Finished) => End::Finished,
        Some(Step::Failed(failure)) => End::Failed(failure),
        Some(Step::Suspended) => End::Suspended,
        Some(Step::Exit) => End::Exit,
        Some(Step::Cancelled) => End::Cancelled,
        _ => {
            threads.push(thread);
            return together(machine, threads, step);
        }
    };
    (end, vec![thread])
}

/// Runs the only thread until it stops or forks.
fn alone(machine: &Machine<'_>, thread: &mut Thread) -> Step {
    loop {
        match machine.step(thread) {
            Step::Next => {}
            Step::Checkpoint(name) => {
                if let Some(stopped) = keep_checkpoint(machine, &name, thread, &[]) {
                    return stopped;
                }
            }
            stopped => return stopped,
        }
    }
}

/// Runs a thread until it stops, forks, or all are to stand still.
fn advance(machine: &Machine<'_>, thread: &mut Thread) -> Step {
    loop {
        match machine.step(thread) {
            Step::Next if machine.shared.pause.load(Ordering::Relaxed) => return Step::Paused,
            Step::Next => {}
            stopped => return stopped,
        }
    }
}

/// Hands the state to the host while nothing runs; what became of the thread where that failed it.
fn keep_checkpoint(machine: &Machine<'_>, name: &Text, thread: &mut Thread, others: &[&Thread]) -> Option<Step> {
    let next_thread = machine.shared.next_thread.load(Ordering::Relaxed);
    let mut threads = others.to_vec();
    threads.push(thread);
    threads.sort_by_key(|thread| thread.id);
    let state = store(machine.program, next_thread, &threads);
    let kept = state.map_err(TaskError::from).and_then(|state| machine.host.checkpoint(name, state));
    let error = kept.err()?;
    match machine.fail(thread, crate::steps::suspend::suspended_command(machine, thread), error.into()) {
        Step::Next => None,
        stopped => Some(stopped),
    }
}

/// Fails the step that was about to fork.
fn refuse(machine: &Machine<'_>, thread: &mut Thread) -> Step {
    let command = thread.command_of_top(machine.program);
    thread.leave();
    let message = format!(
        "There are more than {} flow threads at the same time. Look for a flow that calls itself in parallel, or lower \
         'parallelism'.",
        machine.limits.threads
    );
    machine.fail(thread, command, Raise::user(message))
}

/// Threads that several workers share.
struct Pool<'m, 'a> {
    machine: &'m Machine<'a>,
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    /// Threads that can go on.
    ready: VecDeque<Thread>,
    /// Threads that wait for their branches or for an event, by number.
    waiting: BTreeMap<u64, Thread>,
    /// A checkpoint that is taken when nothing runs any more: its name, and the thread that stands at it.
    checkpoint: Option<(Text, Thread)>,
    /// How many workers run a thread, and how many have nothing to do.
    running: usize,
    idle: usize,
    end: Option<End>,
    /// Whether there were too many threads.
    exhausted: bool,
    /// The root, once it has ended.
    root: Option<Thread>,
}

fn together(machine: &Machine<'_>, threads: Vec<Thread>, forked: Option<Step>) -> (End, Vec<Thread>) {
    let mut queue = Queue::default();
    for mut thread in threads {
        match forked {
            Some(Step::Fork) => queue.fork(machine, thread),
            _ if matches!(thread.waiting, Waiting::For(_)) => {
                queue.waiting.insert(thread.id, thread);
            }
            _ if join_of(&mut thread).is_some_and(|join| !join.is_complete()) => {
                queue.waiting.insert(thread.id, thread);
            }
            _ => queue.ready.push_back(thread),
        }
    }
    let pool = Pool { machine, queue: Mutex::new(queue), changed: Condvar::new() };
    std::thread::scope(|scope| {
        pool.hire(scope, &mut pool.queue.lock());
        pool.work(scope);
    });
    let queue = pool.queue.into_inner();
    let root = queue.root.into_iter();
    (queue.end.unwrap_or(End::Suspended), root.chain(queue.waiting.into_values()).chain(queue.ready).collect())
}

impl<'m> Pool<'m, '_> {
    /// Runs threads until all have come to a stop.
    fn work<'scope>(&'scope self, scope: &'scope Scope<'scope, 'm>) {
        let mut queue = self.queue.lock();
        while let Some(mut thread) = self.next(&mut queue) {
            queue.running += 1;
            let step = MutexGuard::unlocked(&mut queue, || {
                let stop = StopOnPanic(self);
                let step = advance(self.machine, &mut thread);
                std::mem::forget(stop);
                step
            });
            queue.running -= 1;
            queue.put(self.machine, thread, step);
            self.hire(scope, &mut queue);
            self.changed.notify_all();
        }
    }

    /// The next thread to run; waits for one. None when there will be none.
    fn next(&self, queue: &mut MutexGuard<'_, Queue>) -> Option<Thread> {
        loop {
            if queue.end.is_some() {
                return None;
            }
            if queue.running == 0 {
                queue.take_checkpoint(self.machine);
            }
            if queue.checkpoint.is_none() {
                if let Some(thread) = queue.ready.pop_front() {
                    return Some(thread);
                }
                if queue.running == 0 && !queue.give_up_suspended(self.machine) {
                    queue.end.get_or_insert(End::Suspended);
                    self.changed.notify_all();
                    return None;
                }
                if !queue.ready.is_empty() {
                    continue;
                }
            }
            queue.idle += 1;
            self.changed.wait(queue);
            queue.idle -= 1;
        }
    }

    /// Starts workers for threads that nobody is free to run.
    fn hire<'scope>(&'scope self, scope: &'scope Scope<'scope, 'm>, queue: &mut MutexGuard<'_, Queue>) {
        let workers = &self.machine.shared.workers;
        // The caller is about to look for work itself.
        let mut open = queue.ready.len().saturating_sub(queue.idle + 1);
        while open > 0 && queue.end.is_none() {
            let hired = workers.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| {
                (n < self.machine.limits.workers).then_some(n + 1)
            });
            if hired.is_err() {
                return;
            }
            let worker = Builder::new().name("flow".into()).stack_size(WORKER_STACK).spawn_scoped(scope, move || {
                self.work(scope);
                workers.fetch_sub(1, Ordering::Relaxed);
            });
            if worker.is_err() {
                // Fewer workers do the same work.
                workers.fetch_sub(1, Ordering::Relaxed);
                return;
            }
            open -= 1;
        }
    }
}

/// Lets the other workers go home when one panics, so that the panic can be passed on.
struct StopOnPanic<'p, 'm, 'a>(&'p Pool<'m, 'a>);

impl Drop for StopOnPanic<'_, '_, '_> {
    fn drop(&mut self) {
        self.0.machine.shared.exit.store(true, Ordering::Relaxed);
        self.0.queue.lock().end.get_or_insert(End::Cancelled);
        self.0.changed.notify_all();
    }
}

impl Queue {
    /// Takes back a thread that came to a stop.
    fn put(&mut self, machine: &Machine<'_>, mut thread: Thread, step: Step) {
        match step {
            Step::Next | Step::Paused => self.ready.push_back(thread),
            Step::Fork => self.fork(machine, thread),
            Step::Suspended => {
                self.waiting.insert(thread.id, thread);
            }
            Step::Checkpoint(name) if self.checkpoint.is_none() => {
                machine.shared.pause.store(true, Ordering::Relaxed);
                self.checkpoint = Some((name, thread));
            }
            Step::Checkpoint(_) => {
                // Another one is being taken: come to this step once more.
                if let Some(frame) = thread.frames.last_mut() {
                    frame.next = frame.next.saturating_sub(1);
                }
                self.ready.push_back(thread);
            }
            Step::Finished => self.ended(machine, thread, None),
            Step::Failed(failure) => self.ended(machine, thread, Some(failure)),
            Step::Exit => self.stop(machine, thread, End::Exit),
            Step::Cancelled => self.stop(machine, thread, End::Cancelled),
        }
    }

    fn fork(&mut self, machine: &Machine<'_>, mut thread: Thread) {
        if join_of(&mut thread).is_some_and(|join| join.next == 0) {
            // A recursion through branches that doubles would go on wherever a thread has ended: once there are too many,
            // none forks again before the root has the error.
            let others = self.ready.len() + self.waiting.len() + self.running;
            self.exhausted = others >= machine.limits.threads || (self.exhausted && thread.id != machine.root);
            if self.exhausted {
                let step = refuse(machine, &mut thread);
                return self.put(machine, thread, step);
            }
        }
        self.ready.extend(start_branches(machine.program, machine.shared, &mut thread));
        match join_of(&mut thread) {
            Some(join) if !join.is_complete() => {
                self.waiting.insert(thread.id, thread);
            }
            _ => self.ready.push_back(thread),
        }
    }

    fn stop(&mut self, machine: &Machine<'_>, thread: Thread, end: End) {
        if thread.id == machine.root {
            self.root = Some(thread);
        }
        self.end.get_or_insert(end);
    }

    fn ended(&mut self, machine: &Machine<'_>, mut thread: Thread, failure: Option<Box<Failure>>) {
        let Some((parent, number)) = thread.parent else {
            self.stop(machine, thread, failure.map_or(End::Finished, End::Failed));
            return;
        };
        let Some(mut parent) = self.waiting.remove(&parent) else { return };
        let results = match &failure {
            None => branch_results(machine.program, &parent, &mut thread),
            Some(_) => Vec::new(),
        };
        if let Some(join) = join_of(&mut parent) {
            join.running.retain(|id| *id != thread.id);
            match failure {
                None => join.results.push_back((number, results)),
                Some(failure) => join.failures.push(*failure),
            }
        }
        self.fork(machine, parent);
    }

    /// A thread some of whose branches failed and the rest of which is suspended fails: nobody could resume it.
    /// Whether there was one.
    fn give_up_suspended(&mut self, machine: &Machine<'_>) -> bool {
        // A branch has a higher number than the thread that waits for it, so the innermost come first.
        let failed = self.waiting.iter_mut().rev().find_map(|(id, thread)| {
            let join = join_of(thread)?;
            (!join.failures.is_empty()).then(|| (*id, std::mem::take(&mut join.running)))
        });
        let Some((id, mut given_up)) = failed else { return false };
        while let Some(branch) = given_up.pop() {
            if let Some(join) = self.waiting.remove(&branch).as_mut().and_then(join_of) {
                given_up.append(&mut join.running);
            }
        }
        if let Some(thread) = self.waiting.remove(&id) {
            self.fork(machine, thread);
        }
        true
    }

    fn take_checkpoint(&mut self, machine: &Machine<'_>) {
        let Some((name, mut thread)) = self.checkpoint.take() else { return };
        machine.shared.pause.store(false, Ordering::Relaxed);
        let others: Vec<&Thread> = self.waiting.values().chain(&self.ready).collect();
        match keep_checkpoint(machine, &name, &mut thread, &others) {
            None => self.ready.push_front(thread),
            Some(step) => self.put(machine, thread, step),
        }
    }
}
