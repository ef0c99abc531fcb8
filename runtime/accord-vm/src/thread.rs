//! A flow thread: its frames and variables, as plain data.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

use accord_sdk::TaskResult;
use accord_value::{Map, Throwable, Value};

use crate::StackFrame;
use crate::program::{BlockId, Command, FlowId, Program};
use crate::variables::Variables;

/// One flow thread of a process.
pub(crate) struct Thread {
    pub(crate) id: u64,
    /// The thread that waits for this one at a `parallel` step or a parallel loop, and which of its branches this is.
    pub(crate) parent: Option<(u64, u32)>,
    pub(crate) frames: Vec<Frame>,
    /// Changed in the middle of a step, by tasks that set variables.
    pub(crate) variables: RefCell<Variables>,
    /// The calls that led to the step that made this thread, innermost first.
    pub(crate) outer_stack: Arc<[StackFrame]>,
    /// How many flows are in the middle of calling each other, those that led to this thread among them.
    pub(crate) calls: u32,
    /// How many threads wait for one another for this one.
    pub(crate) forks: u32,
    pub(crate) waiting: Waiting,
    /// Whether it ended by a `return` of its own block, which drops what a branch gives back.
    pub(crate) returned: bool,
    /// Steps since the process was last asked whether it was cancelled.
    pub(crate) unchecked_steps: u32,
}

/// What a flow thread is in the middle of.
pub(crate) struct Frame {
    pub(crate) flow: FlowId,
    pub(crate) block: BlockId,
    /// The command that comes next.
    pub(crate) next: u32,
    pub(crate) kind: FrameKind,
}

/// Why a frame was entered. The command that did is the last one of the frame below.
pub(crate) enum FrameKind {
    /// The thread's own block. A scope that `set` writes to.
    Root,
    /// A block of `if`, `switch`, `block` or `try`. No scope.
    Block,
    /// A called flow. A scope that `set` writes to.
    Call,
    /// The guarded part of a step with `error`. A scope of its own that `set` does not write to.
    Try,
    /// The part `error`. A scope with `lastError`.
    Handler,
    /// A step that is tried again. A scope with the number of the attempt.
    Retry(Box<RetryFrame>),
    /// A serial loop. A scope that `set` writes to, empty at the start of each iteration.
    Loop(Box<LoopFrame>),
    /// Waits for other threads. No scope.
    Join(Box<JoinFrame>),
}

/// A step with `retry`.
pub(crate) struct RetryFrame {
    /// How many more attempts may follow the first.
    pub(crate) times: i64,
    /// Milliseconds between attempts.
    pub(crate) delay: u64,
    /// The number of the attempt, from 0.
    pub(crate) attempt: i64,
}

/// A serial loop.
pub(crate) struct LoopFrame {
    pub(crate) items: Arc<[Value]>,
    /// What flows see as `items`.
    pub(crate) all: Value,
    /// The iteration, from 0.
    pub(crate) index: u32,
    /// For each name of the step's `out`, what the iterations left.
    pub(crate) collected: Vec<Vec<Value>>,
}

/// A `parallel` step or a parallel loop.
pub(crate) struct JoinFrame {
    /// The items of a loop, in order; none for `parallel`.
    pub(crate) items: Option<Items>,
    /// The calls that lead here, for the branches; made when the first one starts.
    pub(crate) stack: Option<Arc<[StackFrame]>>,
    /// How many branches may run side by side.
    pub(crate) parallelism: u32,
    /// How many branches there are.
    pub(crate) branches: u32,
    /// The branch that starts next.
    pub(crate) next: u32,
    /// Branches that have started and not ended, by the numbers of their threads.
    pub(crate) running: Vec<u64>,
    /// Failed branches in the order of failing.
    pub(crate) failures: Vec<Failure>,
    /// What branches gave back, in the order of ending, each with the number of its branch.
    pub(crate) results: VecDeque<(u32, Named)>,
}

/// The items of a loop, and what flows see as `items`.
pub(crate) type Items = (Arc<[Value]>, Value);

/// Values by name.
pub(crate) type Named = Vec<(Arc<str>, Value)>;

impl JoinFrame {
    /// Whether nothing is left to wait for.
    pub(crate) fn is_complete(&self) -> bool {
        self.running.is_empty() && (self.next >= self.branches || !self.failures.is_empty())
    }
}

/// The join that a thread waits at, if it does.
pub(crate) fn join_of(thread: &mut Thread) -> Option<&mut JoinFrame> {
    match thread.frames.last_mut().map(|frame| &mut frame.kind) {
        Some(FrameKind::Join(join)) => Some(join),
        _ => None,
    }
}

/// An error on its way out of a thread.
#[derive(Clone)]
pub struct Failure {
    /// The error.
    pub error: Arc<Throwable>,
    /// The place of the step that failed; none where it belongs to no step, or where all attempts of a `retry` failed.
    pub place: Option<accord_value::Place>,
    /// The calls in which it failed, innermost first.
    pub stack: Vec<StackFrame>,
    /// The flow thread.
    pub thread: u64,
}

/// Whether a thread waits for an event.
#[derive(Clone)]
pub(crate) enum Waiting {
    /// It does not.
    Nothing,
    /// It does.
    For(Suspension),
    /// The event came, with these values; the thread goes on with its next step.
    Resumed(Suspension, Map),
}

/// What a suspended thread waits for.
#[derive(Clone)]
pub(crate) struct Suspension {
    pub(crate) event: Arc<str>,
    pub(crate) kind: SuspensionKind,
    /// When it comes by itself, in milliseconds since 1970.
    pub(crate) until: Option<i64>,
}

/// What happens when the event comes.
#[derive(Clone)]
pub(crate) enum SuspensionKind {
    /// The flow goes on.
    Plain,
    /// The task goes on with the state that it gave.
    Task(Value),
    /// The form's answers become a variable under its name.
    Form(Box<FormWait>),
}

/// A form that a thread waits for.
#[derive(Clone)]
pub(crate) struct FormWait {
    pub(crate) name: Arc<str>,
    /// The fields, their expressions evaluated: a list of maps, each of a name and its options.
    pub(crate) fields: Value,
    pub(crate) values: Value,
    pub(crate) run_as: Value,
    /// The `form` step, for the rest of its options.
    pub(crate) step: (FlowId, BlockId, u32),
}

impl Thread {
    /// A thread at the start of a block, with these variables.
    pub(crate) fn new(id: u64, flow: FlowId, block: BlockId, variables: Variables) -> Self {
        Self {
            id,
            parent: None,
            frames: vec![Frame { flow, block, next: 0, kind: FrameKind::Root }],
            variables: RefCell::new(variables),
            outer_stack: Arc::new([]),
            calls: 0,
            forks: 0,
            waiting: Waiting::Nothing,
            returned: false,
            unchecked_steps: 0,
        }
    }

    /// The flow that runs.
    pub(crate) fn flow(&self) -> FlowId {
        self.frames.last().map_or(FlowId(u32::MAX), |frame| frame.flow)
    }

    /// Enters a block.
    pub(crate) fn enter(&mut self, flow: FlowId, block: BlockId, kind: FrameKind) {
        let scope = match &kind {
            FrameKind::Root | FrameKind::Call | FrameKind::Loop(_) => Some(true),
            FrameKind::Try | FrameKind::Handler | FrameKind::Retry(_) => Some(false),
            FrameKind::Block | FrameKind::Join(_) => None,
        };
        if let Some(is_root) = scope {
            self.variables.get_mut().push(is_root);
        }
        self.calls += u32::from(matches!(kind, FrameKind::Call));
        self.frames.push(Frame { flow, block, next: 0, kind });
    }

    /// Leaves the innermost block.
    pub(crate) fn leave(&mut self) -> Option<Frame> {
        let frame = self.frames.pop()?;
        if !matches!(frame.kind, FrameKind::Block | FrameKind::Join(_)) {
            self.variables.get_mut().pop();
        }
        self.calls -= u32::from(matches!(frame.kind, FrameKind::Call));
        Some(frame)
    }

    /// The command that entered the frame at `index`: the last one of the frame below.
    pub(crate) fn command_of<'p>(&self, program: &'p Program, index: usize) -> Option<&'p Command> {
        let below = self.frames.get(index.checked_sub(1)?)?;
        program.command(below.flow, below.block, below.next.checked_sub(1)?)
    }

    /// The command that entered the innermost frame.
    pub(crate) fn command_of_top<'p>(&self, program: &'p Program) -> Option<&'p Command> {
        self.command_of(program, self.frames.len().checked_sub(1)?)
    }

    /// The calls that lead here, innermost first.
    pub(crate) fn stack(&self, program: &Program) -> Vec<StackFrame> {
        let calls = self.frames.iter().enumerate().rev().filter(|(_, frame)| matches!(frame.kind, FrameKind::Call));
        let own = calls.map(|(index, frame)| StackFrame {
            place: self.command_of(program, index).and_then(|command| program.place(command)),
            thread: self.id,
            flow: program.flow_name(frame.flow),
        });
        own.chain(self.outer_stack.iter().cloned()).take(MAX_STACK).collect()
    }

    /// Whether some frame of the thread may catch an error.
    pub(crate) fn has_handler(&self) -> bool {
        self.frames.iter().any(|frame| matches!(frame.kind, FrameKind::Try | FrameKind::Retry(_)))
    }
}

/// How many calls a call stack shows: enough for a person, and a bound for runaway recursions.
const MAX_STACK: usize = 1000;

/// A result of a task as data: Concord's `TaskResult`, which flows see as a map.
pub(crate) fn result_map(result: &TaskResult, thread: u64) -> Value {
    let map = Map::hash();
    map.insert("threadId", i64::try_from(thread).unwrap_or(i64::MAX));
    for (name, value) in result.entries() {
        map.insert(name, value);
    }
    Value::Map(map)
}
