//! Kinds of steps and their options.
//! Source: <https://concord.walmartlabs.com/docs/processes-v2/flows.html>.

use super::{Key, Shape};

/// One kind of step: its key, and the options that stand below it.
#[derive(Clone, Copy, Debug)]
pub struct StepFormat {
    /// The key that begins the step.
    pub kind: Key,
    /// The options.
    pub options: &'static [Key],
    /// Whether `name` may also stand before the kind.
    pub leading_name: bool,
    /// Whether any other key is allowed too, with steps below it: a branch.
    pub has_branches: bool,
}

/// Steps that are one word.
pub const WORDS: &[(&str, &str)] = &[("exit", "Ends the process."), ("return", "Leaves the flow.")];

/// The kinds of steps that are maps.
pub const STEPS: &[StepFormat] = &[
    group("block", "Runs steps as a group.", GROUP),
    step("call", Shape::Text, "Runs a flow: its name, or an expression.", CALL).named(),
    step("checkpoint", Shape::Text, "A point that the process can be restored to.", META_ONLY),
    step("expr", Shape::Expression, "Evaluates an expression.", EXPR).named(),
    step("form", Shape::Text, "Asks for input: a form's name, or an expression.", FORM),
    step("if", Shape::Expression, "Runs steps on a condition.", IF),
    step("log", Shape::Any, "Logs a text or a value.", LOG).named(),
    step("logYaml", Shape::Any, "Logs a value as YAML.", LOG).named(),
    group("parallel", "Runs each step in a flow thread of its own.", PARALLEL),
    step("script", Shape::Text, "Runs a script: its language, or the path of its file.", SCRIPT).named(),
    step("set", Shape::Map, "Sets variables; dotted names reach into maps.", META_ONLY),
    step("suspend", Shape::Text, "Waits for an event of this name.", META_ONLY),
    StepFormat {
        has_branches: true,
        ..step("switch", Shape::Expression, "Runs the branch whose label the value equals.", SWITCH)
    },
    step("task", Shape::Text, "Runs a task.", TASK).named(),
    step("throw", Shape::Any, "Fails with a text or with data.", LOG).named(),
    group("try", "Runs steps as a group whose errors can be handled.", GROUP),
];

const fn step(kind: &'static str, shape: Shape, summary: &'static str, options: &'static [Key]) -> StepFormat {
    let kind = Key::new(kind, shape, summary).required();
    StepFormat { kind, options, leading_name: false, has_branches: false }
}

const fn group(kind: &'static str, summary: &'static str, options: &'static [Key]) -> StepFormat {
    step(kind, Shape::Steps, summary, options)
}

impl StepFormat {
    const fn named(self) -> Self {
        Self { leading_name: true, ..self }
    }
}

const ERROR: Key = Key::new("error", Shape::Steps, "Steps that run when it fails; lastError holds the error.");
const IN: Key = Key::new("in", Shape::MapOrExpression, "Input parameters.");
const META: Key = Key::new("meta", Shape::Map, "Metadata of the step.");
const NAME: Key = Key::new("name", Shape::Text, "The step's name, which may hold expressions.");
const LOOP_OPTION: Key = Key::new("loop", Shape::Object(LOOP), "Runs the step once for each item.");
const RETRY_OPTION: Key = Key::new("retry", Shape::Object(RETRY), "Runs the step again when it fails.");
const WITH_ITEMS: Key = Key::new("withItems", Shape::Value, "Runs the step once for each item.").replaced_by("loop");
const PARALLEL_WITH_ITEMS: Key =
    Key::new("parallelWithItems", Shape::Value, "Runs the step for all items side by side.").replaced_by("loop");

const fn out(names: bool, map: bool) -> Key {
    Key::new("out", Shape::Out { names, map }, "The variables that get the result.")
}

const META_ONLY: &[Key] = &[META];
const LOG: &[Key] = &[META, NAME];
const EXPR: &[Key] = &[ERROR, META, NAME, out(false, true)];
const GROUP: &[Key] = &[ERROR, LOOP_OPTION, META, out(true, false), PARALLEL_WITH_ITEMS, WITH_ITEMS];
const PARALLEL: &[Key] = &[META, out(true, true)];
const CALL: &[Key] =
    &[ERROR, IN, LOOP_OPTION, META, NAME, out(true, true), PARALLEL_WITH_ITEMS, RETRY_OPTION, WITH_ITEMS];
const TASK: &[Key] = &[
    ERROR,
    Key::new("ignoreErrors", Shape::Boolean, "Logs an error instead of failing with it."),
    IN,
    LOOP_OPTION,
    META,
    NAME,
    out(false, true),
    PARALLEL_WITH_ITEMS,
    RETRY_OPTION,
    WITH_ITEMS,
];
const SCRIPT: &[Key] = &[
    Key::new("body", Shape::Text, "The script itself."),
    ERROR,
    IN,
    LOOP_OPTION,
    META,
    NAME,
    out(false, true),
    PARALLEL_WITH_ITEMS,
    RETRY_OPTION,
    WITH_ITEMS,
];
const IF: &[Key] = &[
    Key::new("else", Shape::Steps, "Steps that run where the condition does not hold."),
    META,
    Key::new("then", Shape::Steps, "Steps that run where the condition holds.").required(),
];
const SWITCH: &[Key] = &[Key::new("default", Shape::Steps, "Steps that run where no label fits."), META];
const FORM: &[Key] = &[
    Key::new("fields", Shape::FieldsOrExpression, "Fields that stand for those of the form's definition."),
    Key::new("runAs", Shape::MapOrExpression, "Who may answer."),
    Key::new("saveSubmittedBy", Shape::Boolean, "Keeps who answered, as submittedBy."),
    Key::new("values", Shape::MapOrExpression, "Further values that the form shows."),
    Key::new("yield", Shape::Boolean, "The last form of the process: what follows runs in the background."),
];

/// The option `loop`.
pub const LOOP: &[Key] = &[
    Key::new("items", Shape::Value, "A list, a map, or an expression that gives one.").required(),
    Key::new("mode", Shape::OneOfAnyCase(&["serial", "parallel"]), "One item after the other, or side by side."),
    Key::new("parallelism", Shape::IntegerOrExpression, "How many run side by side."),
];

/// The option `retry`.
pub const RETRY: &[Key] = &[
    Key::new("delay", Shape::IntegerOrExpression, "Seconds between two attempts, 5 unless given."),
    Key::new("in", Shape::Map, "Input parameters of the next attempt."),
    Key::new("times", Shape::IntegerOrExpression, "How often to try again, once unless given."),
];
