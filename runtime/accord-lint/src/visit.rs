//! The way through a project: every step and every text that may hold expressions, with what encloses it.
//!
//! What is looked for on the way is the business of those that walk along ([`Visitor`]).

use accord_syntax::definition::{Configuration, Form, FormCallFields, FormField, Loop, Options, Out, Profile, Trigger};
use accord_syntax::{Data, DataKind, Project, Span, Step, StepKind, Text};

/// The runtime whose rules the files follow.
pub(crate) const RUNTIME: &str = "concord-v2";

/// Goes along, and is told of everything on the way.
pub(crate) trait Visitor<'a> {
    /// A flow begins, of a profile or of the project itself.
    fn flow(&mut self, _name: &'a Text, _profile: Option<&'a Profile>) {}

    /// A list of steps that run one after the other.
    fn list(&mut self, _steps: &'a [Step], _at: &At<'a>) {}

    /// A step, before everything in it.
    fn step(&mut self, _step: &'a Step, _at: &At<'a>) {}

    /// A text that may hold expressions.
    fn text(&mut self, _text: &'a std::sync::Arc<str>, _span: Span, _at: &At<'a>) {}

    /// A form, before its fields.
    fn form(&mut self, _form: &'a Form) {}

    /// A trigger, before its arguments.
    fn trigger(&mut self, _trigger: &'a Trigger) {}

    /// A configuration, of a profile or of the project itself, before its arguments.
    fn configuration(&mut self, _configuration: &'a Configuration) {}
}

/// Where the way is.
#[derive(Clone, Debug, Default)]
pub(crate) struct At<'a> {
    /// What encloses it, from the outside in: keys with their places.
    pub(crate) trail: Vec<(&'a str, Span)>,
    /// Which flow of the way it is in, counted from 0.
    pub(crate) flow: Option<usize>,
    /// How many handlers catch what fails here.
    pub(crate) guards: u32,
    /// What kind of text it is.
    pub(crate) role: Role,
    /// The step whose texts Concord's lint looks at too.
    pub(crate) checked: Option<Span>,
    /// It stands directly in a flow.
    pub(crate) top: bool,
}

/// What kind of text is being looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Role {
    /// A text of a step.
    #[default]
    Step,
    /// Of an `out` map: it sees what the step has made.
    Out,
    /// Of `configuration.arguments`.
    Argument,
    /// Of a form, or of a trigger.
    Elsewhere,
}

/// Goes through a project.
pub(crate) fn project<'a>(project: &'a Project, visitor: &mut dyn Visitor<'a>) {
    let definition = &project.definition;
    let runtime = definition.configuration.as_ref().and_then(|configuration| configuration.runtime.as_ref());
    // Without a runtime Concord's lint reads a file by other rules, and so finds nothing in it.
    let is_checked = runtime.is_some_and(|runtime| &*runtime.value == RUNTIME);
    let mut way = Way { visitor, at: At::default(), flows: 0, is_checked };
    if let Some(configuration) = &definition.configuration {
        way.configuration(configuration);
    }
    for flow in definition.flows.values() {
        way.flow(&flow.name, &flow.steps, None);
    }
    definition.forms.values().for_each(|form| way.form(form));
    for profile in definition.profiles.values() {
        if let Some(configuration) = &profile.configuration {
            way.configuration(configuration);
        }
        for flow in profile.flows.values() {
            way.flow(&flow.name, &flow.steps, Some(profile));
        }
        profile.forms.values().for_each(|form| way.form(form));
    }
    for trigger in &definition.triggers {
        way.visitor.trigger(trigger);
        if let Some(arguments) = &trigger.arguments {
            way.role(Role::Elsewhere, |way| way.data(arguments));
        }
    }
}

struct Way<'a, 'v> {
    visitor: &'v mut dyn Visitor<'a>,
    at: At<'a>,
    flows: usize,
    /// Concord's lint looks at the project.
    is_checked: bool,
}

impl<'a> Way<'a, '_> {
    fn configuration(&mut self, configuration: &'a Configuration) {
        self.visitor.configuration(configuration);
        if let Some(arguments) = &configuration.arguments {
            self.role(Role::Argument, |way| way.data(arguments));
        }
    }

    fn flow(&mut self, name: &'a Text, steps: &'a [Step], profile: Option<&'a Profile>) {
        self.visitor.flow(name, profile);
        self.at.flow = Some(self.flows);
        self.flows += 1;
        self.at.trail.push((&name.value, name.span));
        // Concord's lint looks at the steps of the project's own flows, and not into them.
        self.at.top = profile.is_none() && self.is_checked;
        self.steps(steps);
        self.at.top = false;
        self.at.trail.pop();
        self.at.flow = None;
    }

    fn form(&mut self, form: &'a Form) {
        self.visitor.form(form);
        self.at.trail.push((&form.name.value, form.name.span));
        self.role(Role::Elsewhere, |way| way.fields(&form.fields));
        self.at.trail.pop();
    }

    fn fields(&mut self, fields: &'a [FormField]) {
        for field in fields {
            if let Some(label) = &field.label {
                self.text(label);
            }
            for value in field.value.iter().chain(&field.allow).chain(field.options.iter().map(|(_, value)| value)) {
                self.data(value);
            }
        }
    }

    fn role(&mut self, role: Role, go: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.at.role, role);
        go(self);
        self.at.role = before;
    }

    fn text(&mut self, text: &'a Text) {
        self.visitor.text(&text.value, text.span, &self.at);
    }

    /// Every text of a value; keys are not evaluated.
    fn data(&mut self, value: &'a Data) {
        match &value.kind {
            DataKind::Text(text) => self.visitor.text(text, value.span, &self.at),
            DataKind::List(items) => items.iter().for_each(|item| self.data(item)),
            DataKind::Map(entries) => entries.iter().for_each(|(_, value)| self.data(value)),
            DataKind::Null | DataKind::Bool(_) | DataKind::Int(_) | DataKind::Float(_) => {}
        }
    }

    fn steps(&mut self, steps: &'a [Step]) {
        self.visitor.list(steps, &self.at);
        steps.iter().for_each(|step| self.step(step));
    }

    /// Steps below a step.
    fn below(&mut self, steps: &'a [Step]) {
        let top = std::mem::replace(&mut self.at.top, false);
        let checked = self.at.checked.take();
        self.steps(steps);
        self.at.top = top;
        self.at.checked = checked;
    }

    /// Texts that Concord's lint looks at where it looks at the step.
    fn checked(&mut self, step: &Step, go: impl FnOnce(&mut Self)) {
        self.at.checked = self.at.top.then_some(step.span);
        go(self);
        self.at.checked = None;
    }

    fn step(&mut self, step: &'a Step) {
        self.visitor.step(step, &self.at);
        self.at.trail.push((label(&step.kind), step.span));
        let guarded = is_guarded(&step.kind);
        self.at.guards += u32::from(guarded);
        if let Some(name) = &step.name {
            self.text(name);
        }
        if let Some(meta) = &step.meta {
            self.data(meta);
        }
        self.kind(step);
        self.at.guards -= u32::from(guarded);
        if let Some(options) = options(&step.kind) {
            self.below(options.error.as_deref().unwrap_or_default());
        }
        self.at.trail.pop();
    }

    fn kind(&mut self, step: &'a Step) {
        match &step.kind {
            StepKind::Task { options, .. } => {
                if let Some(input) = options.input.as_ref().filter(|input| matches!(input.kind, DataKind::Map(_))) {
                    self.checked(step, |way| way.data(input));
                    self.options(options, false);
                } else {
                    self.options(options, true);
                }
            }
            StepKind::Call { flow, options } => {
                self.text(flow);
                self.options(options, true);
            }
            StepKind::Expr { expression, options, .. } => {
                self.checked(step, |way| way.text(expression));
                self.options(options, true);
            }
            StepKind::Log { message: value } | StepKind::LogYaml { value } | StepKind::Throw { error: value } => {
                self.checked(step, |way| way.data(value));
            }
            StepKind::Set { values } => values.iter().for_each(|(_, value)| self.data(value)),
            StepKind::If { condition, then, otherwise } => {
                self.text(condition);
                self.below(then);
                self.below(otherwise.as_deref().unwrap_or_default());
            }
            StepKind::Switch { subject, cases, default } => {
                self.text(subject);
                for case in cases {
                    self.text(&case.label);
                    self.below(&case.steps);
                }
                self.below(default.as_deref().unwrap_or_default());
            }
            StepKind::Try { steps, options }
            | StepKind::Block { steps, options }
            | StepKind::Parallel { steps, options } => {
                self.below(steps);
                self.options(options, true);
            }
            StepKind::Script { language, options, .. } => {
                self.text(language);
                self.options(options, true);
            }
            StepKind::Checkpoint { checkpoint } => self.text(checkpoint),
            StepKind::Form { form, options } => {
                self.text(form);
                options.run_as.iter().chain(&options.values).for_each(|value| self.data(value));
                match &options.fields {
                    Some(FormCallFields::Expression(fields)) => self.text(fields),
                    Some(FormCallFields::Fields(fields)) => self.fields(fields),
                    None => {}
                }
            }
            StepKind::Return | StepKind::Exit | StepKind::Suspend { .. } => {}
        }
    }

    fn options(&mut self, options: &'a Options, with_input: bool) {
        if let Some(input) = options.input.as_ref().filter(|_| with_input) {
            self.data(input);
        }
        if let Some(Out::Map(values)) = &options.out {
            self.role(Role::Out, |way| values.iter().for_each(|(_, value)| way.data(value)));
        }
        if let Some(looped) = &options.loop_ {
            self.looped(looped);
        }
        if let Some((_, looped)) = &options.with_items {
            self.looped(looped);
        }
        if let Some(retry) = &options.retry {
            retry.times.iter().chain(&retry.delay).chain(&retry.input).for_each(|value| self.data(value));
        }
    }

    fn looped(&mut self, looped: &'a Loop) {
        self.data(&looped.items);
        if let Some(parallelism) = &looped.parallelism {
            self.data(parallelism);
        }
    }
}

/// A step's key.
pub(crate) const fn label(kind: &StepKind) -> &'static str {
    match kind {
        StepKind::Task { .. } => "task",
        StepKind::Call { .. } => "call",
        StepKind::Expr { .. } => "expr",
        StepKind::Log { .. } => "log",
        StepKind::LogYaml { .. } => "logYaml",
        StepKind::Set { .. } => "set",
        StepKind::If { .. } => "if",
        StepKind::Switch { .. } => "switch",
        StepKind::Try { .. } => "try",
        StepKind::Block { .. } => "block",
        StepKind::Parallel { .. } => "parallel",
        StepKind::Script { .. } => "script",
        StepKind::Throw { .. } => "throw",
        StepKind::Return => "return",
        StepKind::Exit => "exit",
        StepKind::Checkpoint { .. } => "checkpoint",
        StepKind::Suspend { .. } => "suspend",
        StepKind::Form { .. } => "form",
    }
}

/// The options that a step shares with others, if its kind has any.
pub(crate) const fn options(kind: &StepKind) -> Option<&Options> {
    match kind {
        StepKind::Task { options, .. }
        | StepKind::Call { options, .. }
        | StepKind::Expr { options, .. }
        | StepKind::Try { options, .. }
        | StepKind::Block { options, .. }
        | StepKind::Parallel { options, .. }
        | StepKind::Script { options, .. } => Some(options),
        _ => None,
    }
}

/// Whether what fails in a step is caught by the step itself.
pub(crate) fn is_guarded(kind: &StepKind) -> bool {
    matches!(kind, StepKind::Task { ignore_errors: true, .. })
        || options(kind).is_some_and(|options| options.error.is_some())
}
