//! Starts scripts and watches over them.
//!
//! Owns: the thread of a script, its limits, and the thread of the step while the script runs. Must not know: what a
//! script sees.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel, sync_channel};
use std::thread::Builder;
use std::time::{Duration, Instant};

use accord_sdk::{Cancelled, TaskContext, TaskError};
use accord_value::{Map, MapKind, Text, Value};

use crate::bridge::{Answers, Bridge, LINES_UNDER_WAY, Message};
use crate::job::Job;
use crate::language::EsVersion;
use crate::world::{Facts, World};

/// What a script may use up.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Memory of the JavaScript heap, in bytes. Lists and maps of the flow are not in it.
    pub memory: usize,
    /// Stack of the script, in bytes: how deep its functions may call one another.
    pub stack: usize,
    /// How long a script may run, not counting the time in which it waits for tasks.
    pub time: Duration,
}

impl Default for Limits {
    /// 64 MiB of memory, 1 MiB of stack, 5 minutes.
    fn default() -> Limits {
        Limits { memory: 64 << 20, stack: 1 << 20, time: Duration::from_secs(300) }
    }
}

/// A script to run.
pub struct Script {
    /// Its text. A marked text makes all marked that comes out of the script.
    pub body: Text,
    /// The evaluated `in` of the step: names that the script sees before the flow's variables.
    pub input: Map,
    /// The version of the language that it is written in.
    pub version: EsVersion,
}

/// Runs scripts. Nothing is started before the first one runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScriptEngine {
    limits: Limits,
}

/// Stack for the functions that a script calls, on top of the script's own.
const HOST_STACK: usize = 4 << 20;
/// How often the thread of the step looks whether the process was cancelled.
const TICK: Duration = Duration::from_millis(20);
/// How long a script that was told to stop may take until it is left behind.
const GRACE: Duration = Duration::from_millis(60);

impl ScriptEngine {
    /// An engine whose scripts have these limits.
    pub fn new(limits: Limits) -> ScriptEngine {
        ScriptEngine { limits }
    }

    /// Runs a script in the flow of `cx` and gives what it put into `result`.
    ///
    /// # Errors
    /// What the script throws, as the reference words it (`Error: message`); syntax errors; a limit that was reached;
    /// the cancellation of the process.
    pub fn run(&self, script: Script, cx: &TaskContext<'_>) -> Result<Map, TaskError> {
        let (messages, inbox) = sync_channel(LINES_UNDER_WAY);
        let (answers, answered) = channel();
        let stop = Arc::new(AtomicBool::new(false));
        let result = Map::of_kind(MapKind::Hash);
        let services = cx.services();
        let facts = Facts {
            work_dir: services.work_dir().display().to_string().into(),
            process_id: services.process().id.clone(),
            flow: cx.flow().flow_name(),
            dry_run: services.dry_run(),
        };
        let bindings = bindings(&cx.flow().variables(), &script.input);
        let world = Start { bridge: Bridge::new(messages, answered), result: result.clone(), facts, bindings };
        let job = Job { body: script.body, version: script.version, limits: self.limits, stop: Arc::clone(&stop) };
        Builder::new()
            .name("script".to_owned())
            .stack_size(self.limits.stack.saturating_add(HOST_STACK))
            .spawn(move || {
                let world = World::new(world.bridge, world.result, world.facts, world.bindings);
                job.run(world);
            })
            .map_err(|error| TaskError::new(format!("The script could not be started: {error}")))?;
        Watch { inbox, answers, stop: &stop, limits: self.limits, spent: Duration::ZERO }.until_done(cx)?;
        Ok(result)
    }
}

/// What goes to the thread of a script.
struct Start {
    bridge: Bridge,
    result: Map,
    facts: Facts,
    bindings: Vec<(Arc<str>, Value)>,
}

/// The names that a script sees: those of `in` before the flow's variables.
fn bindings(variables: &Map, input: &Map) -> Vec<(Arc<str>, Value)> {
    let named = |(key, value): (Value, Value)| key.as_text().map(|name| (name.as_arc().clone(), value));
    let inputs = input.entries();
    let mut out: Vec<_> =
        variables.entries().into_iter().filter_map(named).filter(|(name, _)| !input.contains(name)).collect();
    out.extend(inputs.into_iter().filter_map(named));
    out
}

/// The thread of the step while the script runs.
struct Watch<'a> {
    inbox: Receiver<Message>,
    answers: Answers,
    stop: &'a AtomicBool,
    limits: Limits,
    /// How long the script has run, without the time in which it waited.
    spent: Duration,
}

impl Watch<'_> {
    fn until_done(mut self, cx: &TaskContext<'_>) -> Result<(), TaskError> {
        let mut since = Instant::now();
        loop {
            match self.inbox.recv_timeout(TICK) {
                Ok(Message::Ask(question)) => {
                    self.spent += since.elapsed();
                    // A send fails only where the script has ended meanwhile; its last message says how.
                    let _ = self.answers.send(question(cx));
                    since = Instant::now();
                }
                Ok(Message::Log(level, text)) => cx.log(level, text),
                Ok(Message::Done(outcome)) => return outcome,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(broken()),
            }
            if cx.cancelled() {
                return self.stop(Cancelled.into());
            }
            if self.spent + since.elapsed() > self.limits.time {
                let error = TaskError::user(format!(
                    "The script ran longer than its limit of {} seconds. Does it loop without an end?",
                    self.limits.time.as_secs_f64()
                ));
                return self.stop(error);
            }
        }
    }

    /// Tells the script to stop and gives it a moment to do so.
    fn stop(self, error: TaskError) -> Result<(), TaskError> {
        self.stop.store(true, Ordering::Relaxed);
        drop(self.answers);
        let until = Instant::now() + GRACE;
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            match self.inbox.recv_timeout(left) {
                Ok(Message::Done(_)) | Err(_) => break,
                // It waits for an answer that it does not get, and ends.
                Ok(Message::Ask(_) | Message::Log(..)) => {}
            }
        }
        Err(error)
    }
}

fn broken() -> TaskError {
    TaskError::new("The script engine broke down while it ran the script.")
}
