//! The compiled form of a project: commands in blocks, each with the place it was written at.
//!
//! A flow is compiled when it is first entered. Numbers of blocks depend on the flow's text alone, so that a state that
//! names them is good for every [`Program`] of the same sources.

use std::sync::{Arc, OnceLock};

use accord_expr::{Data, Entries};
use accord_syntax::Project;
use accord_syntax::definition::{Flow, Form, FormCall};
use accord_syntax::expr::Template;
use accord_value::Place;
use indexmap::IndexMap;

/// A compiled project. Cheap to make: see the module.
pub struct Program {
    project: Arc<Project>,
    flows: IndexMap<Arc<str>, OnceLock<Code>, foldhash::fast::RandomState>,
}

/// Compiles a project.
#[must_use]
pub fn compile(project: &Arc<Project>) -> Program {
    let flows = project.definition.flows.keys().map(|name| (Arc::clone(name), OnceLock::new())).collect();
    Program { project: Arc::clone(project), flows }
}

impl Program {
    /// The project that it was compiled from.
    #[must_use]
    pub const fn project(&self) -> &Arc<Project> {
        &self.project
    }

    /// Whether there is a flow `name`.
    #[must_use]
    pub fn has_flow(&self, name: &str) -> bool {
        self.flows.contains_key(name)
    }

    /// How many iterations of a parallel loop run side by side where the loop does not say it; none where the project
    /// does not say it either.
    #[must_use]
    pub fn loop_parallelism(&self) -> Option<usize> {
        let configured = self.project.definition.configuration.as_ref()?.parallel_loop_parallelism.as_ref()?;
        usize::try_from(configured.value).ok().filter(|n| *n > 0)
    }

    /// Every step that can run, flow by flow. Compiles all flows.
    pub fn steps(&self) -> impl Iterator<Item = StepSite> {
        self.flows.keys().enumerate().flat_map(|(index, flow)| {
            let code = u32::try_from(index).ok().and_then(|index| self.code(FlowId(index)));
            let commands = code.into_iter().flat_map(|code| code.0.iter().flatten());
            commands.filter_map(|command| {
                let branches = match &command.op {
                    Op::If(_) => 2,
                    Op::Switch(op) => op.cases.len() + 1,
                    _ => 0,
                };
                let (kind, place) = (command.kind?, self.place(command)?);
                Some(StepSite { flow: Arc::clone(flow), kind, place, branches })
            })
        })
    }

    pub(crate) fn flow_id(&self, name: &str) -> Option<FlowId> {
        let index = self.flows.get_index_of(name)?;
        Some(FlowId(u32::try_from(index).ok()?))
    }

    pub(crate) fn flow_name(&self, id: FlowId) -> Arc<str> {
        self.flows.get_index(id.0 as usize).map_or_else(|| "".into(), |(name, _)| Arc::clone(name))
    }

    pub(crate) fn form(&self, name: &str) -> Option<&Form> {
        self.project.definition.forms.get(name)
    }

    pub(crate) fn command(&self, flow: FlowId, block: BlockId, index: u32) -> Option<&Command> {
        self.code(flow)?.0.get(block.0 as usize)?.get(index as usize)
    }

    /// Where a command was written.
    pub(crate) fn place(&self, command: &Command) -> Option<Place> {
        let place = self.project.sources.place(command.span)?;
        Some(Place { file: place.file, line: place.line, col: place.col })
    }

    fn code(&self, flow: FlowId) -> Option<&Code> {
        let (name, code) = self.flows.get_index(flow.0 as usize)?;
        Some(code.get_or_init(|| self.source(name).map(crate::compile::flow).unwrap_or_default()))
    }

    fn source(&self, name: &str) -> Option<&Flow> {
        self.project.definition.flows.get(name)
    }
}

/// A step that can run.
#[derive(Clone, Debug)]
pub struct StepSite {
    /// Its flow.
    pub flow: Arc<str>,
    /// Its kind, as its key in a file.
    pub kind: &'static str,
    /// Where it stands, as [`crate::VmEvent::StepStarted`] tells it.
    pub place: Place,
    /// How many ways it has, those of `if` and `switch` that are not written included; 0 where it is neither.
    pub branches: usize,
}

/// Which flow: its index in the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FlowId(pub(crate) u32);

/// Which block of a flow; 0 is the flow's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockId(pub(crate) u32);

impl BlockId {
    /// The steps of the flow itself.
    pub(crate) const FLOW: Self = Self(0);
}

/// All blocks of a flow.
#[derive(Default)]
pub(crate) struct Code(pub(crate) Vec<Vec<Command>>);

/// One step, or one of the wrappers that its options make round it (`error`, `loop`, `withItems`, `retry`, from the
/// outside in).
pub(crate) struct Command {
    /// The step's own key.
    pub(crate) span: accord_syntax::Span,
    /// `task`, `call`, …: the step's key; none for wrappers, so that a step is told once.
    pub(crate) kind: Option<&'static str>,
    /// The step's `name` and `meta`, for those few steps that have them.
    pub(crate) label: Option<Box<Label>>,
    pub(crate) op: Op,
}

/// What describes a step and does not change what it does.
pub(crate) struct Label {
    pub(crate) name: Option<Template>,
    pub(crate) meta: Option<Data>,
}

/// What a command does.
pub(crate) enum Op {
    Task(Box<TaskOp>),
    Call(Box<CallOp>),
    Expr(Box<ExprOp>),
    Set(Box<SetOp>),
    If(Box<IfOp>),
    Switch(Box<SwitchOp>),
    /// Runs a block without a scope of its own.
    Block(BlockId),
    /// Runs a block; `handler` if it fails.
    Try {
        body: BlockId,
        handler: BlockId,
    },
    Loop(Box<LoopOp>),
    Retry(Box<RetryOp>),
    Parallel(Box<ParallelOp>),
    Script(Box<ScriptOp>),
    Return,
    Exit,
    Checkpoint(Box<Template>),
    Suspend(Arc<str>),
    Form(Box<FormOp>),
}

/// `task`, and what is short for one: `log`, `logYaml`, `throw`.
pub(crate) struct TaskOp {
    pub(crate) task: Arc<str>,
    pub(crate) input: Option<Data>,
    /// `retry.in`: added from the second attempt on.
    pub(crate) retry_input: Option<Data>,
    pub(crate) out: ResultOut,
    pub(crate) ignore_errors: bool,
}

pub(crate) struct CallOp {
    pub(crate) flow: Template,
    pub(crate) input: Option<Data>,
    pub(crate) retry_input: Option<Data>,
    pub(crate) out: FlowOut,
}

pub(crate) struct ExprOp {
    pub(crate) expression: Template,
    pub(crate) out: ResultOut,
}

pub(crate) struct SetOp {
    pub(crate) values: Entries,
}

pub(crate) struct IfOp {
    pub(crate) condition: Template,
    pub(crate) then: BlockId,
    pub(crate) otherwise: Option<BlockId>,
}

pub(crate) struct SwitchOp {
    pub(crate) subject: Template,
    pub(crate) cases: Vec<(Template, BlockId)>,
    pub(crate) default: Option<BlockId>,
}

pub(crate) struct LoopOp {
    pub(crate) items: Data,
    pub(crate) parallel: bool,
    pub(crate) parallelism: Option<Data>,
    pub(crate) body: BlockId,
    /// Names that become lists of what each iteration left under them.
    pub(crate) out: Vec<Arc<str>>,
    /// Whether it is `withItems`, whose failures are told by nobody.
    pub(crate) with_items: bool,
}

pub(crate) struct RetryOp {
    pub(crate) times: Option<Data>,
    pub(crate) delay: Option<Data>,
    pub(crate) body: BlockId,
}

pub(crate) struct ParallelOp {
    /// A block of one step for each branch.
    pub(crate) branches: Vec<BlockId>,
    pub(crate) out: FlowOut,
}

pub(crate) struct ScriptOp {
    pub(crate) language: Template,
    pub(crate) body: Option<Arc<str>>,
    pub(crate) input: Option<Data>,
    pub(crate) retry_input: Option<Data>,
    pub(crate) out: ResultOut,
}

pub(crate) struct FormOp {
    pub(crate) form: Template,
    pub(crate) values: Option<Data>,
    pub(crate) run_as: Option<Data>,
    pub(crate) options: Arc<FormCall>,
}

/// Where the one result of a task, an expression or a script goes.
pub(crate) enum ResultOut {
    None,
    Name(Arc<str>),
    /// Evaluated where `result` is visible.
    Map(Entries),
}

/// Which variables of a flow or of branches are given back.
pub(crate) enum FlowOut {
    None,
    Names(Vec<Arc<str>>),
    /// Evaluated over the flow's own variables.
    Map(Entries),
    /// An expression that gives names or a map.
    Expression(Box<Template>),
}
