//! The state of a process: its flow threads, as plain data, and what starts, runs and resumes them.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use accord_expr::{Data, Entries};
use accord_value::{Map, SnapshotError, Text, Throwable, Value};

use crate::driver::{self, End};
use crate::machine::{Machine, Shared};
use crate::program::{BlockId, Program};
use crate::thread::{Named, SuspensionKind, Thread, Waiting};
use crate::values::by_path;
use crate::variables::Variables;
use crate::view::View;
use crate::{Failure, FormRequest, Host, Limits, VmEvent};

mod stored;

pub use stored::StoredState;
pub(crate) use stored::store;

/// A process between two runs.
pub struct State {
    pub(crate) threads: Vec<Thread>,
    pub(crate) next_thread: u64,
}

/// What a process starts with.
#[derive(Default)]
pub struct Start {
    /// The flow to run; none: `default`.
    pub entry_point: Option<Arc<str>>,
    /// The process' arguments, a map: those of the project and of whoever starts it, merged. They may refer to each
    /// other and to `variables`.
    pub arguments: Option<accord_syntax::Data>,
    /// Variables besides the arguments that are set as they are (`txId`, `workDir`), in order. They come after the
    /// arguments and win over them.
    pub variables: Vec<(Arc<str>, Value)>,
}

/// How a run ended.
#[derive(Clone)]
pub enum Outcome {
    /// The entry point came to its end, or an `exit` step was reached.
    Finished,
    /// All flow threads wait for events: see [`State::events`].
    Suspended,
    /// Nobody caught an error.
    Failed(Failure),
    /// The process was cancelled.
    Cancelled,
}

/// An event that a process waits for.
pub struct WaitingEvent<'a> {
    /// Its name.
    pub name: &'a Arc<str>,
    /// The form whose answers it brings, if it is one's.
    pub form: Option<FormRequest<'a>>,
    /// The flow thread that waits for it.
    pub thread: u64,
    /// When it comes by itself, in milliseconds since 1970; none: somebody has to bring it.
    pub until: Option<i64>,
}

/// Why a state cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateError(String);

impl StateError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StateError {}

impl From<SnapshotError> for StateError {
    fn from(error: SnapshotError) -> Self {
        Self(error.to_string())
    }
}

impl From<StateError> for accord_sdk::TaskError {
    fn from(error: StateError) -> Self {
        Self::of("java.io.NotSerializableException", error.0)
    }
}

impl State {
    /// A process at the start of its entry point, its arguments evaluated.
    ///
    /// # Errors
    /// Where there is no such flow, or an argument cannot be evaluated. The host is told, too.
    pub fn start(program: &Program, start: Start, host: &dyn Host, limits: &Limits) -> Result<Self, Failure> {
        let entry_point = start.entry_point.as_deref().unwrap_or("default");
        let shared = Shared::new(1);
        let machine = machine(program, host, limits, &shared);
        let Some(flow) = program.flow_id(entry_point) else {
            return Err(failed(&machine, *crate::steps::call::not_found(&entry_point.into()).error));
        };
        let variables = Variables::with_root(start.variables.clone());
        let mut thread = Thread::new(0, flow, BlockId::FLOW, variables);
        let entries = start.arguments.as_ref().map(Data::entries).unwrap_or_default();
        let evaluated = accord_expr::eval_siblings(&entries, &View::new(&machine, &thread, None))
            .map_err(|error| failed(&machine, while_evaluating(*error)))?;
        thread.variables = Variables::with_root(initial(&entries, evaluated, start.variables)).into();
        Ok(Self { threads: vec![thread], next_thread: 1 })
    }

    /// Runs the process until it ends or all of its threads wait.
    pub fn run(&mut self, program: &Program, host: &dyn Host, limits: &Limits) -> Outcome {
        let shared = Shared::new(self.next_thread);
        let machine = machine(program, host, limits, &shared);
        let (end, threads) = driver::drive(&machine, std::mem::take(&mut self.threads));
        self.threads = threads;
        self.next_thread = shared.next_thread.load(std::sync::atomic::Ordering::Relaxed);
        match end {
            End::Finished | End::Exit => Outcome::Finished,
            End::Failed(failure) => Outcome::Failed(*failure),
            End::Suspended => match self.ambiguous(&machine) {
                None => Outcome::Suspended,
                Some((failure, flow)) => {
                    tell(&machine, &failure, flow);
                    Outcome::Failed(failure)
                }
            },
            End::Cancelled => Outcome::Cancelled,
        }
    }

    /// The failure of a process two of whose threads wait for one event: nobody could say which of them to resume.
    fn ambiguous(&self, machine: &Machine<'_>) -> Option<(Failure, Arc<str>)> {
        let mut seen = std::collections::BTreeSet::new();
        let (thread, event) = self.threads.iter().find_map(|thread| match &thread.waiting {
            Waiting::For(suspension) if !seen.insert(&suspension.event) => Some((thread, &suspension.event)),
            _ => None,
        })?;
        let message = format!(
            "The event '{event}' is waited for in two places at the same time, so it cannot be told which of them is to go \
             on. Give each its own event."
        );
        let command = crate::steps::suspend::suspended_command(machine, thread);
        let failure = Failure {
            error: Arc::new(Throwable::new("java.lang.IllegalStateException", message)),
            place: command.and_then(|command| machine.program.place(command)),
            stack: thread.stack(machine.program),
            thread: thread.id,
        };
        Some((failure, machine.program.flow_name(thread.flow())))
    }

    /// The events that the process waits for, by the number of the thread.
    pub fn events<'a>(&'a self, program: &'a Program) -> impl Iterator<Item = WaitingEvent<'a>> {
        self.threads.iter().filter_map(|thread| {
            let Waiting::For(suspension) = &thread.waiting else { return None };
            let form = match &suspension.kind {
                SuspensionKind::Form(form) => Some(FormRequest::new(program, form)),
                SuspensionKind::Plain | SuspensionKind::Task(_) => None,
            };
            Some(WaitingEvent { name: &suspension.event, form, thread: thread.id, until: suspension.until })
        })
    }

    /// Brings an event, with its values, to the threads that wait for it; they go on with the next run. Whether there
    /// was one.
    pub fn resume(&mut self, event: &str, values: &Map) -> bool {
        let mut found = false;
        for thread in &mut self.threads {
            if let Waiting::For(suspension) = &thread.waiting
                && &*suspension.event == event
            {
                thread.waiting = Waiting::Resumed(suspension.clone(), values.clone());
                found = true;
            }
        }
        found
    }

    /// Sets a variable of the outermost scope, in every flow thread.
    pub fn set_everywhere(&mut self, name: &str, value: &Value) {
        let name = Arc::from(name);
        self.threads.iter_mut().for_each(|thread| thread.variables.get_mut().set_outermost(&name, value.clone()));
    }

    /// Brings the events whose time has come; the threads that wait for them go on with the next run. Whether there was
    /// one.
    pub fn wake(&mut self, now: i64) -> bool {
        wake(&mut self.threads, now)
    }

    /// When the next event comes by itself, in milliseconds since 1970.
    #[must_use]
    pub fn next_wake(&self) -> Option<i64> {
        next_wake(&self.threads)
    }

    /// The variables of the entry point, as the run left them.
    #[must_use]
    pub fn variables(&self) -> Map {
        let root = self.threads.first().map(|thread| thread.variables.borrow().outermost_variables());
        Map::from_pairs(root.unwrap_or_default())
    }

    /// The values of `configuration.out`: those that are there, dotted names reaching into maps.
    #[must_use]
    pub fn out(&self, program: &Program) -> Map {
        let configuration = program.project().definition.configuration.as_ref();
        let names = configuration.and_then(|configuration| configuration.out.as_deref()).unwrap_or_default();
        let variables = self.variables();
        let value = |name: &str| by_path(name, |first| variables.get(first));
        Map::from_pairs(names.iter().filter_map(|name| Some((&name.value, value(&name.value)?))))
    }

    /// The state as it can be stored.
    ///
    /// # Errors
    /// Where a variable holds something that cannot be stored, such as a stream.
    pub fn to_stored(&self, program: &Program) -> Result<StoredState, StateError> {
        store(program, self.next_thread, &self.threads.iter().collect::<Vec<_>>())
    }
}

/// As [`State::wake`].
pub(crate) fn wake(threads: &mut [Thread], now: i64) -> bool {
    let mut found = false;
    for thread in threads {
        if let Waiting::For(suspension) = &thread.waiting
            && suspension.until.is_some_and(|until| until <= now)
        {
            thread.waiting = Waiting::Resumed(suspension.clone(), Map::linked());
            found = true;
        }
    }
    found
}

/// As [`State::next_wake`].
pub(crate) fn next_wake(threads: &[Thread]) -> Option<i64> {
    let times = threads.iter().filter_map(|thread| match &thread.waiting {
        Waiting::For(suspension) => suspension.until,
        Waiting::Nothing | Waiting::Resumed(..) => None,
    });
    times.min()
}

fn machine<'a>(program: &'a Program, host: &'a dyn Host, limits: &'a Limits, shared: &'a Shared) -> Machine<'a> {
    Machine {
        program,
        host,
        limits,
        shared,
        wants_steps: host.wants_steps(),
        wants_checkpoints: host.wants_checkpoints(),
        root: 0,
        nesting: 0,
    }
}

/// The variables at the start. An argument with a dotted name is a variable of that name, and reaches into a map as
/// well; maps that only such names make come last.
fn initial(entries: &Entries, evaluated: Named, variables: Named) -> Named {
    let given: HashSet<&str> = variables.iter().map(|(name, _)| &**name).collect();
    let known: HashMap<&str, &Value> = evaluated.iter().map(|(name, value)| (&**name, value)).collect();
    let find = |name: &str| known.get(name).map(|value| (*value).clone());
    let mut all: Named = entries
        .iter()
        .filter(|(name, _)| !given.contains(&**name))
        .filter_map(|(name, _)| Some((Arc::clone(name), find(name).or_else(|| by_path(name, find))?)))
        .collect();
    let mut taken: HashSet<Arc<str>> = all.iter().map(|(name, _)| Arc::clone(name)).collect();
    for (name, value) in variables.into_iter().chain(evaluated) {
        if taken.insert(Arc::clone(&name)) {
            all.push((name, value));
        }
    }
    all
}

/// A failure before the first step.
fn failed(machine: &Machine<'_>, error: Throwable) -> Failure {
    let failure = Failure { error: Arc::new(error), place: None, stack: Vec::new(), thread: 0 };
    tell(machine, &failure, "".into());
    failure
}

fn tell(machine: &Machine<'_>, failure: &Failure, flow: Arc<str>) {
    machine.host.emit(VmEvent::Error {
        error: Arc::clone(&failure.error),
        place: failure.place.clone(),
        thread: failure.thread,
        flow,
        stack: failure.stack.clone(),
    });
}

fn while_evaluating(mut error: Throwable) -> Throwable {
    let head = Text::plain("Error while evaluating process arguments: ");
    error.message = Some(match &error.message {
        Some(message) => Text::concat([&head, message]),
        None => head,
    });
    error
}
