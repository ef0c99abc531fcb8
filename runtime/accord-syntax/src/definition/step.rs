//! Steps: every kind and every option, as written.
//! Source: <https://concord.walmartlabs.com/docs/processes-v2/flows.html>.

use super::{Data, FormField, Text};
use crate::source::Span;

/// One step of a flow.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// The place of the step's own key (`task`, `log`, …) or of a short step (`${…}`, `return`): the place that a
    /// failing step is reported at.
    pub span: Span,
    /// The option `name`, which may hold expressions.
    pub name: Option<Text>,
    /// The option `meta`.
    pub meta: Option<Data>,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    /// `task`: runs a task. Options: in, out, loop, withItems, retry, error.
    Task {
        /// The task's name; never evaluated.
        task: Text,
        /// The option `ignoreErrors`.
        ignore_errors: bool,
        /// The options.
        options: Box<Options>,
    },
    /// `call`: runs a flow. Options: in, out, loop, withItems, retry, error.
    Call {
        /// The flow's name, or an expression.
        flow: Text,
        /// The options.
        options: Box<Options>,
    },
    /// `expr`, or the short form `${…}`: evaluates an expression. Options: out, error (which never runs).
    Expr {
        /// The whole text, `${` and `}` included.
        expression: Text,
        /// Whether it is the short form.
        short: bool,
        /// The options.
        options: Box<Options>,
    },
    /// `log`.
    Log {
        /// What to log.
        message: Data,
    },
    /// `logYaml`.
    LogYaml {
        /// What to log.
        value: Data,
    },
    /// `set`.
    Set {
        /// Names (dotted ones reach into maps) and values.
        values: Vec<(Text, Data)>,
    },
    /// `if`.
    If {
        /// The condition, a whole `${…}`.
        condition: Text,
        /// The branch `then`.
        then: Vec<Step>,
        /// The branch `else`.
        otherwise: Option<Vec<Step>>,
    },
    /// `switch`.
    Switch {
        /// The value that is compared, a whole `${…}`.
        subject: Text,
        /// The branches in order, without `default`.
        cases: Vec<SwitchCase>,
        /// The branch `default`.
        default: Option<Vec<Step>>,
    },
    /// `try`. Options: out, loop, withItems, error.
    Try {
        /// The steps.
        steps: Vec<Step>,
        /// The options.
        options: Box<Options>,
    },
    /// `block`. Options: out, loop, withItems, error.
    Block {
        /// The steps.
        steps: Vec<Step>,
        /// The options.
        options: Box<Options>,
    },
    /// `parallel`. Option: out.
    Parallel {
        /// The branches, a step each.
        steps: Vec<Step>,
        /// The options.
        options: Box<Options>,
    },
    /// `script`. Options: in, out, loop, withItems, retry, error.
    Script {
        /// The language, or the path of the script, or an expression.
        language: Text,
        /// The option `body`.
        body: Option<Text>,
        /// The options.
        options: Box<Options>,
    },
    /// `throw`.
    Throw {
        /// The message or the payload.
        error: Data,
    },
    /// `return`.
    Return,
    /// `exit`.
    Exit,
    /// `checkpoint`.
    Checkpoint {
        /// The name, which may hold expressions.
        checkpoint: Text,
    },
    /// `suspend`.
    Suspend {
        /// The event's name; never evaluated.
        event: Text,
    },
    /// `form`: asks for input.
    Form {
        /// The form's name, or an expression.
        form: Text,
        /// The options.
        options: Box<FormCall>,
    },
}

/// The options that several kinds share. A kind has those that [`StepKind`] names for it; the rest are empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// `in`: a map, or a text that is one expression.
    pub input: Option<Data>,
    /// `out`.
    pub out: Option<Out>,
    /// `loop`.
    pub loop_: Option<Loop>,
    /// `withItems` or `parallelWithItems`. A step may have it besides `loop`, which then encloses it.
    pub with_items: Option<(WithItemsKey, Loop)>,
    /// `retry`.
    pub retry: Option<Retry>,
    /// `error`.
    pub error: Option<Vec<Step>>,
}

/// Which of the older loop options was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithItemsKey {
    /// `withItems`.
    WithItems,
    /// `parallelWithItems`.
    ParallelWithItems,
}

/// The option `out`.
#[derive(Clone, Debug, PartialEq)]
pub enum Out {
    /// One variable's name.
    Name(Text),
    /// Several variables' names.
    Names(Vec<Text>),
    /// Names and what to set them to, evaluated where the result is visible.
    Map(Vec<(Text, Data)>),
}

/// The options `loop`, `withItems` and `parallelWithItems`.
#[derive(Clone, Debug, PartialEq)]
pub struct Loop {
    /// What to walk over: a list, a map, or an expression.
    pub items: Data,
    /// One after the other, or side by side.
    pub mode: LoopMode,
    /// How many side by side: a whole number or an expression.
    pub parallelism: Option<Data>,
    /// The place of the option's key.
    pub span: Span,
}

/// How a loop runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoopMode {
    /// One after the other.
    #[default]
    Serial,
    /// Side by side.
    Parallel,
}

/// The option `retry`.
#[derive(Clone, Debug, PartialEq)]
pub struct Retry {
    /// How often: a whole number or an expression; 1 where it is not written.
    pub times: Option<Data>,
    /// Seconds between attempts: a whole number or an expression; 5 where it is not written.
    pub delay: Option<Data>,
    /// What the next attempt's `in` gets besides: a map.
    pub input: Option<Data>,
    /// The place of the option's key.
    pub span: Span,
}

/// One branch of a `switch`.
#[derive(Clone, Debug, PartialEq)]
pub struct SwitchCase {
    /// The label, or an expression.
    pub label: Text,
    /// The steps.
    pub steps: Vec<Step>,
}

/// The options of the step `form`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FormCall {
    /// `yield`.
    pub is_yield: bool,
    /// `saveSubmittedBy`.
    pub save_submitted_by: bool,
    /// `runAs`: a map or an expression.
    pub run_as: Option<Data>,
    /// `values`: a map or an expression.
    pub values: Option<Data>,
    /// `fields`: instead of those of the form's definition.
    pub fields: Option<FormCallFields>,
}

/// The option `fields` of the step `form`.
#[derive(Clone, Debug, PartialEq)]
pub enum FormCallFields {
    /// An expression that gives them.
    Expression(Text),
    /// The fields themselves.
    Fields(Vec<FormField>),
}
