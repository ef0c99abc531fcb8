//! The stored form of a state: serde data, with a version in front.

use std::sync::Arc;

use accord_value::{Map, Object, Place, Restore, Snapshot, SnapshotReader, SnapshotWriter, Stored, Throwable, Value};
use serde::{Deserialize, Serialize};

use super::{State, StateError};
use crate::program::{BlockId, FlowId, Program};
use crate::thread::{
    FormWait, Frame, FrameKind, JoinFrame, LoopFrame, RetryFrame, Suspension, SuspensionKind, Thread, Waiting,
};
use crate::variables::{ScopeContent, Variables};
use crate::{Failure, StackFrame};

/// The version that is written, and the only one that is read.
const VERSION: u32 = 2;

/// A state as it can be written to a file. It holds the process' values in clear: seal it.
#[derive(Serialize, Deserialize)]
pub struct StoredState {
    version: u32,
    /// Names of the program's flows, so that frames can name them by number.
    flows: Vec<String>,
    next_thread: u64,
    threads: Vec<StoredThread>,
    values: Snapshot,
}

#[derive(Serialize, Deserialize)]
struct StoredThread {
    id: u64,
    parent: Option<(u64, u32)>,
    frames: Vec<StoredFrame>,
    scopes: Vec<StoredScope>,
    outer_stack: Vec<StoredCall>,
    calls: u32,
    forks: u32,
    waiting: StoredWaiting,
    returned: bool,
}

#[derive(Serialize, Deserialize)]
struct StoredScope {
    is_root: bool,
    variables: Vec<(String, Stored)>,
}

#[derive(Serialize, Deserialize)]
struct StoredFrame {
    flow: u32,
    block: u32,
    next: u32,
    kind: StoredKind,
}

#[derive(Serialize, Deserialize)]
enum StoredKind {
    Root,
    Block,
    Call,
    Try,
    Handler,
    Retry { times: i64, delay: u64, attempt: i64 },
    Loop { items: Vec<Stored>, all: Stored, index: u32, collected: Vec<Vec<Stored>> },
    Join(Box<StoredJoin>),
}

#[derive(Serialize, Deserialize)]
struct StoredJoin {
    items: Option<(Vec<Stored>, Stored)>,
    parallelism: u32,
    branches: u32,
    next: u32,
    running: Vec<u64>,
    failures: Vec<StoredFailure>,
    results: Vec<(u32, Vec<(String, Stored)>)>,
}

#[derive(Serialize, Deserialize)]
struct StoredFailure {
    error: Stored,
    place: Option<StoredPlace>,
    stack: Vec<StoredCall>,
    thread: u64,
}

#[derive(Serialize, Deserialize)]
struct StoredPlace(String, u32, u32);

#[derive(Serialize, Deserialize)]
struct StoredCall {
    place: Option<StoredPlace>,
    thread: u64,
    flow: String,
}

#[derive(Serialize, Deserialize)]
enum StoredWaiting {
    Nothing,
    For(StoredSuspension),
    Resumed(StoredSuspension, Stored),
}

#[derive(Serialize, Deserialize)]
struct StoredSuspension {
    event: String,
    kind: StoredSuspensionKind,
    until: Option<i64>,
}

#[derive(Serialize, Deserialize)]
enum StoredSuspensionKind {
    Plain,
    Task(Stored),
    Form { name: String, fields: Stored, values: Stored, run_as: Stored, step: (u32, u32, u32) },
}

/// Stores threads, the root first.
pub(crate) fn store(program: &Program, next_thread: u64, threads: &[&Thread]) -> Result<StoredState, StateError> {
    let mut writer = Writer(SnapshotWriter::new());
    let threads = threads.iter().map(|thread| writer.thread(thread)).collect::<Result<_, _>>()?;
    let flows = program.project().definition.flows.keys().map(ToString::to_string).collect();
    Ok(StoredState { version: VERSION, flows, next_thread, threads, values: writer.0.finish() })
}

impl State {
    /// The state that was stored. `restore` makes the objects in it from their classes and data; entries of maps, which
    /// loops have as items, are made without it.
    ///
    /// # Errors
    /// Where it was written by another version, is damaged, or belongs to another program.
    pub fn from_stored(program: &Program, stored: StoredState, restore: Restore<'_>) -> Result<Self, StateError> {
        if stored.version != VERSION {
            return Err(StateError::new(format!(
                "The stored state has version {}, but this program reads version {VERSION}. Resume it with the program \
                 that wrote it.",
                stored.version
            )));
        }
        let restore_all = |class: &str, data: Value| -> Option<Arc<dyn Object>> {
            match class {
                // What a loop over a map has as its items.
                accord_expr::ENTRY_CLASS => Some(Arc::new(accord_expr::Entry::restore(&data)?)),
                _ => restore(class, data),
            }
        };
        let values = SnapshotReader::new(stored.values, &restore_all)?;
        let flows = stored.flows.iter().map(|name| program.flow_id(name)).collect();
        let reader = Reader { values, flows };
        let threads = stored.threads.into_iter().map(|thread| reader.thread(thread)).collect::<Result<_, _>>()?;
        Ok(Self { threads, next_thread: stored.next_thread })
    }
}

struct Writer(SnapshotWriter);

impl Writer {
    fn value(&mut self, name: &str, value: &Value) -> Result<Stored, StateError> {
        Ok(self.0.store(name, value)?)
    }

    fn values(&mut self, name: &str, values: &[Value]) -> Result<Vec<Stored>, StateError> {
        values.iter().map(|value| self.value(name, value)).collect()
    }

    fn named(&mut self, variables: &[(Arc<str>, Value)]) -> Result<Vec<(String, Stored)>, StateError> {
        variables.iter().map(|(name, value)| Ok((name.to_string(), self.value(name, value)?))).collect()
    }

    fn thread(&mut self, thread: &Thread) -> Result<StoredThread, StateError> {
        let frames = thread.frames.iter().map(|frame| self.frame(frame)).collect::<Result<_, _>>()?;
        let mut scopes = Vec::new();
        for ScopeContent { is_root, variables } in thread.variables.borrow().scopes() {
            scopes.push(StoredScope { is_root, variables: self.named(&variables)? });
        }
        let waiting = match &thread.waiting {
            Waiting::Nothing => StoredWaiting::Nothing,
            Waiting::For(suspension) => StoredWaiting::For(self.suspension(suspension)?),
            Waiting::Resumed(suspension, values) => {
                let values = self.value(&suspension.event, &Value::Map(values.clone()))?;
                StoredWaiting::Resumed(self.suspension(suspension)?, values)
            }
        };
        Ok(StoredThread {
            id: thread.id,
            parent: thread.parent,
            frames,
            scopes,
            outer_stack: thread.outer_stack.iter().map(call).collect(),
            calls: thread.calls,
            forks: thread.forks,
            waiting,
            returned: thread.returned,
        })
    }

    fn frame(&mut self, frame: &Frame) -> Result<StoredFrame, StateError> {
        let kind = match &frame.kind {
            FrameKind::Root => StoredKind::Root,
            FrameKind::Block => StoredKind::Block,
            FrameKind::Call => StoredKind::Call,
            FrameKind::Try => StoredKind::Try,
            FrameKind::Handler => StoredKind::Handler,
            FrameKind::Retry(retry) => {
                StoredKind::Retry { times: retry.times, delay: retry.delay, attempt: retry.attempt }
            }
            FrameKind::Loop(state) => StoredKind::Loop {
                items: self.values("items", &state.items)?,
                all: self.value("items", &state.all)?,
                index: state.index,
                collected: state.collected.iter().map(|values| self.values("out", values)).collect::<Result<_, _>>()?,
            },
            FrameKind::Join(join) => StoredKind::Join(Box::new(self.join(join)?)),
        };
        Ok(StoredFrame { flow: frame.flow.0, block: frame.block.0, next: frame.next, kind })
    }

    fn join(&mut self, join: &JoinFrame) -> Result<StoredJoin, StateError> {
        let items = match &join.items {
            Some((items, all)) => Some((self.values("items", items)?, self.value("items", all)?)),
            None => None,
        };
        let mut failures = Vec::with_capacity(join.failures.len());
        for failure in &join.failures {
            failures.push(StoredFailure {
                error: self.value("lastError", &Value::Throwable(Arc::clone(&failure.error)))?,
                place: failure.place.as_ref().map(place),
                stack: failure.stack.iter().map(call).collect(),
                thread: failure.thread,
            });
        }
        let mut results = Vec::with_capacity(join.results.len());
        for (number, variables) in &join.results {
            results.push((*number, self.named(variables)?));
        }
        Ok(StoredJoin {
            items,
            parallelism: join.parallelism,
            branches: join.branches,
            next: join.next,
            running: join.running.clone(),
            failures,
            results,
        })
    }

    fn suspension(&mut self, suspension: &Suspension) -> Result<StoredSuspension, StateError> {
        let kind = match &suspension.kind {
            SuspensionKind::Plain => StoredSuspensionKind::Plain,
            SuspensionKind::Task(state) => StoredSuspensionKind::Task(self.value("state", state)?),
            SuspensionKind::Form(form) => StoredSuspensionKind::Form {
                name: form.name.to_string(),
                fields: self.value("fields", &form.fields)?,
                values: self.value("values", &form.values)?,
                run_as: self.value("runAs", &form.run_as)?,
                step: (form.step.0.0, form.step.1.0, form.step.2),
            },
        };
        Ok(StoredSuspension { event: suspension.event.to_string(), kind, until: suspension.until })
    }
}

fn place(place: &Place) -> StoredPlace {
    StoredPlace(place.file.to_string(), place.line, place.col)
}

fn call(frame: &StackFrame) -> StoredCall {
    StoredCall { place: frame.place.as_ref().map(place), thread: frame.thread, flow: frame.flow.to_string() }
}

struct Reader {
    values: SnapshotReader,
    /// The flows of the program by the numbers that the state gives them.
    flows: Vec<Option<FlowId>>,
}

impl Reader {
    fn value(&self, stored: &Stored) -> Result<Value, StateError> {
        Ok(self.values.value(stored)?)
    }

    fn all(&self, stored: &[Stored]) -> Result<Vec<Value>, StateError> {
        stored.iter().map(|stored| self.value(stored)).collect()
    }

    fn named(&self, stored: Vec<(String, Stored)>) -> Result<Vec<(Arc<str>, Value)>, StateError> {
        stored.into_iter().map(|(name, stored)| Ok((name.into(), self.value(&stored)?))).collect()
    }

    fn flow(&self, number: u32) -> Result<FlowId, StateError> {
        self.flows
            .get(number as usize)
            .copied()
            .flatten()
            .ok_or_else(|| StateError::new("The stored state names a flow that the project does not have."))
    }

    fn thread(&self, stored: StoredThread) -> Result<Thread, StateError> {
        let mut variables = Variables::default();
        for scope in stored.scopes {
            variables.push(scope.is_root);
            for (name, value) in self.named(scope.variables)? {
                variables.set_innermost(&name, value);
            }
        }
        let frames: Vec<Frame> = stored.frames.into_iter().map(|frame| self.frame(frame)).collect::<Result<_, _>>()?;
        let calls = frames.iter().filter(|frame| matches!(frame.kind, FrameKind::Call)).count();
        let waiting = match stored.waiting {
            StoredWaiting::Nothing => Waiting::Nothing,
            StoredWaiting::For(suspension) => Waiting::For(self.suspension(suspension)?),
            StoredWaiting::Resumed(suspension, values) => {
                let values = self.value(&values)?.as_map().cloned().unwrap_or_else(Map::linked);
                Waiting::Resumed(self.suspension(suspension)?, values)
            }
        };
        Ok(Thread {
            id: stored.id,
            parent: stored.parent,
            frames,
            variables: variables.into(),
            outer_stack: stored.outer_stack.into_iter().map(read_call).collect(),
            calls: stored.calls.max(u32::try_from(calls).unwrap_or(u32::MAX)),
            forks: stored.forks,
            waiting,
            returned: stored.returned,
            unchecked_steps: 0,
        })
    }

    fn frame(&self, stored: StoredFrame) -> Result<Frame, StateError> {
        let kind = match stored.kind {
            StoredKind::Root => FrameKind::Root,
            StoredKind::Block => FrameKind::Block,
            StoredKind::Call => FrameKind::Call,
            StoredKind::Try => FrameKind::Try,
            StoredKind::Handler => FrameKind::Handler,
            StoredKind::Retry { times, delay, attempt } => {
                FrameKind::Retry(Box::new(RetryFrame { times, delay, attempt }))
            }
            StoredKind::Loop { items, all, index, collected } => FrameKind::Loop(Box::new(LoopFrame {
                items: self.all(&items)?.into(),
                all: self.value(&all)?,
                index,
                collected: collected.iter().map(|values| self.all(values)).collect::<Result<_, _>>()?,
            })),
            StoredKind::Join(join) => FrameKind::Join(Box::new(self.join(*join)?)),
        };
        Ok(Frame { flow: self.flow(stored.flow)?, block: BlockId(stored.block), next: stored.next, kind })
    }

    fn join(&self, stored: StoredJoin) -> Result<JoinFrame, StateError> {
        let items = match stored.items {
            Some((items, all)) => Some((self.all(&items)?.into(), self.value(&all)?)),
            None => None,
        };
        let mut failures = Vec::with_capacity(stored.failures.len());
        for failure in stored.failures {
            failures.push(Failure {
                error: self.error(&failure.error)?,
                place: failure.place.map(read_place),
                stack: failure.stack.into_iter().map(read_call).collect(),
                thread: failure.thread,
            });
        }
        let results = stored.results.into_iter();
        Ok(JoinFrame {
            items,
            stack: None,
            parallelism: stored.parallelism,
            branches: stored.branches,
            next: stored.next,
            running: stored.running,
            failures,
            results: results
                .map(|(number, named)| Ok((number, self.named(named)?)))
                .collect::<Result<_, StateError>>()?,
        })
    }

    fn error(&self, stored: &Stored) -> Result<Arc<Throwable>, StateError> {
        let value = self.value(stored)?;
        value
            .as_throwable()
            .cloned()
            .ok_or_else(|| StateError::new("The stored state is damaged: an error is missing."))
    }

    fn suspension(&self, stored: StoredSuspension) -> Result<Suspension, StateError> {
        let kind = match stored.kind {
            StoredSuspensionKind::Plain => SuspensionKind::Plain,
            StoredSuspensionKind::Task(state) => SuspensionKind::Task(self.value(&state)?),
            StoredSuspensionKind::Form { name, fields, values, run_as, step: (flow, block, index) } => {
                SuspensionKind::Form(Box::new(FormWait {
                    name: name.into(),
                    fields: self.value(&fields)?,
                    values: self.value(&values)?,
                    run_as: self.value(&run_as)?,
                    step: (self.flow(flow)?, BlockId(block), index),
                }))
            }
        };
        Ok(Suspension { event: stored.event.into(), kind, until: stored.until })
    }
}

fn read_place(StoredPlace(file, line, col): StoredPlace) -> Place {
    Place { file: file.into(), line, col }
}

fn read_call(stored: StoredCall) -> StackFrame {
    StackFrame { place: stored.place.map(read_place), thread: stored.thread, flow: stored.flow.into() }
}
