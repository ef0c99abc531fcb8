//! From steps to commands. Every text is parsed here, once.

use std::sync::Arc;

use accord_expr::Data;
use accord_syntax::Span;
use accord_syntax::definition::{Flow, Loop, LoopMode, Options, Out, Retry, Step, StepKind, Text};
use accord_syntax::expr::Template;

use crate::program::{
    BlockId, CallOp, Code, Command, ExprOp, FlowOut, FormOp, IfOp, Label, LoopOp, Op, ParallelOp, ResultOut, RetryOp,
    ScriptOp, SetOp, SwitchOp, TaskOp,
};

/// Compiles the steps of a flow. Its own block is the first.
pub(crate) fn flow(flow: &Flow) -> Code {
    let mut compiler = Compiler { blocks: Vec::new() };
    compiler.block(&flow.steps);
    Code(compiler.blocks)
}

struct Compiler {
    blocks: Vec<Vec<Command>>,
}

impl Compiler {
    fn block(&mut self, steps: &[Step]) -> BlockId {
        let id = self.reserve();
        let commands = steps.iter().map(|step| self.step(step)).collect();
        self.fill(id, commands)
    }

    /// A block of one command.
    fn wrap(&mut self, command: Command) -> BlockId {
        let id = self.reserve();
        self.fill(id, vec![command])
    }

    fn reserve(&mut self) -> BlockId {
        self.blocks.push(Vec::new());
        BlockId(u32::try_from(self.blocks.len() - 1).unwrap_or(u32::MAX))
    }

    fn fill(&mut self, id: BlockId, commands: Vec<Command>) -> BlockId {
        if let Some(block) = self.blocks.get_mut(id.0 as usize) {
            *block = commands;
        }
        id
    }

    fn step(&mut self, step: &Step) -> Command {
        let (kind, op, options) = self.plain(step);
        let label = (step.name.is_some() || step.meta.is_some()).then(|| {
            Box::new(Label {
                name: step.name.as_ref().map(|name| Template::parse(Arc::clone(&name.value))),
                meta: step.meta.as_ref().map(Data::compile),
            })
        });
        let command = Command { span: step.span, kind: Some(kind), label, op };
        match options {
            Some(options) => self.wrapped(step, command, options),
            None => command,
        }
    }

    /// The step without its options `error`, `loop`, `withItems` and `retry`; with these, where it may have them.
    fn plain<'s>(&mut self, step: &'s Step) -> (&'static str, Op, Option<&'s Options>) {
        match &step.kind {
            StepKind::Task { task, ignore_errors, options } => {
                let op = TaskOp {
                    task: Arc::clone(&task.value),
                    input: options.input.as_ref().map(Data::compile),
                    retry_input: retry_input(options),
                    out: result_out(options.out.as_ref()),
                    ignore_errors: *ignore_errors,
                };
                ("task", Op::Task(Box::new(op)), Some(&**options))
            }
            StepKind::Call { flow, options } => {
                let op = CallOp {
                    flow: template(flow),
                    input: options.input.as_ref().map(Data::compile),
                    retry_input: retry_input(options),
                    out: flow_out(options.out.as_ref()),
                };
                ("call", Op::Call(Box::new(op)), Some(&**options))
            }
            StepKind::Expr { expression, options, .. } => {
                let expression = template(expression);
                // Its `error` block is accepted by the reference and never run.
                ("expr", Op::Expr(Box::new(ExprOp { expression, out: result_out(options.out.as_ref()) })), None)
            }
            StepKind::Log { message } => ("log", builtin("log", [("msg", Data::compile(message))]), None),
            StepKind::LogYaml { value } => {
                let input = [("msg", Data::compile(value)), ("format", Data::text("yaml"))];
                ("logYaml", builtin("log", input), None)
            }
            StepKind::Throw { error } => ("throw", builtin("throw", [("exception", Data::compile(error))]), None),
            StepKind::Set { values } => {
                let values = entries(values);
                ("set", Op::Set(Box::new(SetOp { values: values.into() })), None)
            }
            StepKind::If { condition, then, otherwise } => {
                let op = IfOp {
                    condition: template(condition),
                    then: self.block(then),
                    otherwise: otherwise.as_ref().map(|steps| self.block(steps)),
                };
                ("if", Op::If(Box::new(op)), None)
            }
            StepKind::Switch { subject, cases, default } => {
                let op = SwitchOp {
                    subject: template(subject),
                    cases: cases.iter().map(|case| (template(&case.label), self.block(&case.steps))).collect(),
                    default: default.as_ref().map(|steps| self.block(steps)),
                };
                ("switch", Op::Switch(Box::new(op)), None)
            }
            StepKind::Try { steps, options } => ("try", Op::Block(self.block(steps)), Some(&**options)),
            StepKind::Block { steps, options } => ("block", Op::Block(self.block(steps)), Some(&**options)),
            StepKind::Parallel { steps, options } => {
                let branches = steps.iter().map(|step| self.branch(step)).collect();
                let op = ParallelOp { branches, out: flow_out(options.out.as_ref()) };
                ("parallel", Op::Parallel(Box::new(op)), None)
            }
            StepKind::Script { language, body, options } => {
                let op = ScriptOp {
                    language: template(language),
                    body: body.as_ref().map(|body| Arc::clone(&body.value)),
                    input: options.input.as_ref().map(Data::compile),
                    retry_input: retry_input(options),
                    out: result_out(options.out.as_ref()),
                };
                ("script", Op::Script(Box::new(op)), Some(&**options))
            }
            StepKind::Return => ("return", Op::Return, None),
            StepKind::Exit => ("exit", Op::Exit, None),
            StepKind::Checkpoint { checkpoint } => ("checkpoint", Op::Checkpoint(Box::new(template(checkpoint))), None),
            StepKind::Suspend { event } => ("suspend", Op::Suspend(Arc::clone(&event.value)), None),
            StepKind::Form { form, options } => {
                let op = FormOp {
                    form: template(form),
                    values: options.values.as_ref().map(Data::compile),
                    run_as: options.run_as.as_ref().map(Data::compile),
                    options: Arc::new((**options).clone()),
                };
                ("form", Op::Form(Box::new(op)), None)
            }
        }
    }

    fn branch(&mut self, step: &Step) -> BlockId {
        let command = self.step(step);
        self.wrap(command)
    }

    /// Puts the options round a command: `retry` innermost, then the loops, `error` outermost.
    fn wrapped(&mut self, step: &Step, mut command: Command, options: &Options) -> Command {
        let is_group = matches!(step.kind, StepKind::Try { .. } | StepKind::Block { .. });
        let span = step.span;
        if let Some(retry) = &options.retry {
            command = self.retry(span, command, retry);
        }
        // A group takes one of the two loops only, and with `withItems` its `error` is not used.
        let with_items = options.with_items.as_ref().map(|(_, items)| items);
        let loops = [with_items.map(|items| (items, true)), options.loop_.as_ref().map(|items| (items, false))];
        let taken = if is_group { 1 } else { 2 };
        for (items, is_with_items) in loops.into_iter().flatten().take(taken) {
            let body = self.wrap(command);
            let op = LoopOp { with_items: is_with_items, ..loop_op(step, items, options, body) };
            command = Command { span, kind: None, label: None, op: Op::Loop(Box::new(op)) };
        }
        match &options.error {
            Some(steps) if !(is_group && with_items.is_some()) => {
                let body = self.wrap(command);
                let handler = self.block(steps);
                Command { span, kind: None, label: None, op: Op::Try { body, handler } }
            }
            _ => command,
        }
    }

    fn retry(&mut self, span: Span, command: Command, retry: &Retry) -> Command {
        let op = RetryOp {
            times: retry.times.as_ref().map(Data::compile),
            delay: retry.delay.as_ref().map(Data::compile),
            body: self.wrap(command),
        };
        Command { span, kind: None, label: None, op: Op::Retry(Box::new(op)) }
    }
}

fn loop_op(step: &Step, items: &Loop, options: &Options, body: BlockId) -> LoopOp {
    // What a script gives back stays in its iteration.
    let out = match (&step.kind, &options.out) {
        (StepKind::Script { .. }, _) | (_, None) => Vec::new(),
        (_, Some(Out::Name(name))) if name.value.contains("${") => Vec::new(),
        (_, Some(Out::Name(name))) => vec![Arc::clone(&name.value)],
        (_, Some(Out::Names(names))) => names.iter().map(|name| Arc::clone(&name.value)).collect(),
        (_, Some(Out::Map(entries))) => entries.iter().map(|(name, _)| Arc::clone(&name.value)).collect(),
    };
    LoopOp {
        items: Data::compile(&items.items),
        parallel: items.mode == LoopMode::Parallel,
        parallelism: items.parallelism.as_ref().map(Data::compile),
        body,
        out,
        with_items: false,
    }
}

/// A step that is short for a task.
fn builtin<const N: usize>(task: &str, input: [(&str, Data); N]) -> Op {
    Op::Task(Box::new(TaskOp {
        task: task.into(),
        input: Some(Data::Map(input.into_iter().map(|(name, value)| (name.into(), value)).collect())),
        retry_input: None,
        out: ResultOut::None,
        ignore_errors: false,
    }))
}

fn template(text: &Text) -> Template {
    Template::parse(Arc::clone(&text.value))
}

fn entries(entries: &[(Text, accord_syntax::Data)]) -> Vec<(Arc<str>, Data)> {
    entries.iter().map(|(name, value)| (Arc::clone(&name.value), Data::compile(value))).collect()
}

fn retry_input(options: &Options) -> Option<Data> {
    options.retry.as_ref()?.input.as_ref().map(Data::compile)
}

fn result_out(out: Option<&Out>) -> ResultOut {
    match out {
        None => ResultOut::None,
        Some(Out::Name(name)) => ResultOut::Name(Arc::clone(&name.value)),
        Some(Out::Map(map)) => ResultOut::Map(entries(map).into()),
        // A list of names is for flows and branches. Here it can only mean its one name.
        Some(Out::Names(names)) => {
            names.first().map_or(ResultOut::None, |name| ResultOut::Name(Arc::clone(&name.value)))
        }
    }
}

fn flow_out(out: Option<&Out>) -> FlowOut {
    match out {
        None => FlowOut::None,
        Some(Out::Name(name)) if name.value.contains("${") => FlowOut::Expression(Box::new(template(name))),
        Some(Out::Name(name)) => FlowOut::Names(vec![Arc::clone(&name.value)]),
        Some(Out::Names(names)) => FlowOut::Names(names.iter().map(|name| Arc::clone(&name.value)).collect()),
        Some(Out::Map(map)) => FlowOut::Map(entries(map).into()),
    }
}
