//! Goes through all parts of a project.

use accord_sdk::Registry;
use accord_syntax::definition::{Configuration, Form, FormCallFields, FormField, Loop, Options, Out, Trigger};
use accord_syntax::{Data, DataKind, Diagnostic, Project, Step, StepKind, Text};

use crate::expressions::{self, Report};
use crate::names::{Names, unknown};

/// The runtime whose rules the files follow.
const RUNTIME: &str = "concord-v2";

struct Walk<'a> {
    project: &'a Project,
    registry: &'a Registry,
    names: Names<'a>,
    findings: &'a mut Vec<Diagnostic>,
}

pub(crate) fn project(project: &Project, registry: &Registry, findings: &mut Vec<Diagnostic>) {
    let mut walk = Walk { project, registry, names: Names::of(project), findings };
    let definition = &project.definition;
    let runtime = definition.configuration.as_ref().and_then(|configuration| configuration.runtime.as_ref());
    if let Some(runtime) = runtime.filter(|runtime| &*runtime.value != RUNTIME && &*runtime.value != "concord-v1") {
        let message = format!("the runtime `{}` is not supported, expected `{RUNTIME}`", runtime.value);
        walk.findings.push(Diagnostic::error("unknown-runtime", message, runtime.span));
    }
    // Without a runtime Concord's lint reads a file by other rules, and so finds nothing in it.
    let checked = runtime.is_some_and(|runtime| &*runtime.value == RUNTIME);
    if let Some(configuration) = &definition.configuration {
        walk.configuration(configuration);
    }
    for flow in definition.flows.values() {
        for step in &flow.steps {
            walk.step(step, checked);
        }
    }
    for name in definition.public_flows.iter().flatten() {
        walk.flow_name(name);
    }
    definition.forms.values().for_each(|form| walk.form(form));
    for profile in definition.profiles.values() {
        if let Some(configuration) = &profile.configuration {
            walk.configuration(configuration);
        }
        profile.flows.values().for_each(|flow| walk.steps(&flow.steps));
        profile.forms.values().for_each(|form| walk.form(form));
    }
    definition.triggers.iter().for_each(|trigger| walk.trigger(trigger));
}

impl Walk<'_> {
    fn text(&mut self, text: &Text) {
        expressions::text(self.project, text, Report::Warning, self.findings);
    }

    fn data(&mut self, data: &Data) {
        expressions::data(self.project, data, Report::Warning, self.findings);
    }

    fn configuration(&mut self, configuration: &Configuration) {
        if let Some(entry_point) = &configuration.entry_point {
            self.flow_name(entry_point);
        }
        if let Some(arguments) = &configuration.arguments {
            self.data(arguments);
        }
    }

    fn trigger(&mut self, trigger: &Trigger) {
        if let Some(entry_point) = &trigger.entry_point {
            self.flow_name(entry_point);
        }
        if let Some(arguments) = &trigger.arguments {
            self.data(arguments);
        }
    }

    fn form(&mut self, form: &Form) {
        self.fields(&form.fields);
    }

    fn fields(&mut self, fields: &[FormField]) {
        for field in fields {
            if let Some(label) = &field.label {
                self.text(label);
            }
            for value in field.value.iter().chain(&field.allow).chain(field.options.iter().map(|(_, value)| value)) {
                self.data(value);
            }
        }
    }

    /// A name of a flow, unless it is an expression.
    fn flow_name(&mut self, name: &Text) {
        if is_plain(name) && !self.names.flows.contains(&*name.value) {
            self.findings.push(unknown(
                "unknown-flow",
                "flow",
                &name.value,
                name.span,
                self.names.flows.iter().copied(),
            ));
        }
    }

    fn form_name(&mut self, name: &Text) {
        if is_plain(name) && !self.names.forms.contains(&*name.value) {
            self.findings.push(unknown(
                "unknown-form",
                "form",
                &name.value,
                name.span,
                self.names.forms.iter().copied(),
            ));
        }
    }

    fn task_name(&mut self, name: &Text) {
        if self.registry.has(&name.value) {
            return;
        }
        let found = unknown("unknown-task", "task", &name.value, name.span, self.registry.names());
        self.findings.push(match self.registry.hint(&name.value) {
            Some(hint) => found.hint(hint.to_owned()),
            None => found,
        });
    }

    fn steps(&mut self, steps: &[Step]) {
        steps.iter().for_each(|step| self.step(step, false));
    }

    /// One step; `checked` says that Concord's lint looks at it.
    fn step(&mut self, step: &Step, checked: bool) {
        if let Some(name) = &step.name {
            self.text(name);
        }
        if let Some(meta) = &step.meta {
            self.data(meta);
        }
        let report = if checked { Report::Error(step.span) } else { Report::Warning };
        match &step.kind {
            StepKind::Task { task, options, .. } => {
                self.task_name(task);
                match &options.input {
                    Some(input) if matches!(input.kind, DataKind::Map(_)) => {
                        expressions::data(self.project, input, report, self.findings);
                        self.options_without_input(options);
                    }
                    _ => self.options(options),
                }
            }
            StepKind::Call { flow, options } => {
                self.text(flow);
                self.flow_name(flow);
                self.options(options);
            }
            StepKind::Expr { expression, options, .. } => {
                expressions::text(self.project, expression, report, self.findings);
                self.options(options);
            }
            StepKind::Log { message: value } | StepKind::LogYaml { value } | StepKind::Throw { error: value } => {
                expressions::data(self.project, value, report, self.findings);
            }
            StepKind::Set { values } => values.iter().for_each(|(_, value)| self.data(value)),
            StepKind::If { condition, then, otherwise } => {
                self.text(condition);
                self.steps(then);
                self.steps(otherwise.as_deref().unwrap_or_default());
            }
            StepKind::Switch { subject, cases, default } => {
                self.text(subject);
                for case in cases {
                    self.text(&case.label);
                    self.steps(&case.steps);
                }
                self.steps(default.as_deref().unwrap_or_default());
            }
            StepKind::Try { steps, options }
            | StepKind::Block { steps, options }
            | StepKind::Parallel { steps, options } => {
                self.steps(steps);
                self.options(options);
            }
            StepKind::Script { language, options, .. } => {
                self.text(language);
                self.options(options);
            }
            StepKind::Checkpoint { checkpoint } => self.text(checkpoint),
            StepKind::Form { form, options } => {
                self.text(form);
                for value in options.run_as.iter().chain(&options.values) {
                    self.data(value);
                }
                match &options.fields {
                    Some(FormCallFields::Expression(fields)) => self.text(fields),
                    Some(FormCallFields::Fields(fields)) => self.fields(fields),
                    None => self.form_name(form),
                }
            }
            StepKind::Return | StepKind::Exit | StepKind::Suspend { .. } => {}
        }
    }

    fn options(&mut self, options: &Options) {
        if let Some(input) = &options.input {
            self.data(input);
        }
        self.options_without_input(options);
    }

    fn options_without_input(&mut self, options: &Options) {
        if let Some(Out::Map(values)) = &options.out {
            values.iter().for_each(|(_, value)| self.data(value));
        }
        if let Some(looped) = &options.loop_ {
            self.looped(looped);
        }
        if let Some((_, looped)) = &options.with_items {
            self.looped(looped);
        }
        if let Some(retry) = &options.retry {
            for value in retry.times.iter().chain(&retry.delay).chain(&retry.input) {
                self.data(value);
            }
        }
        self.steps(options.error.as_deref().unwrap_or_default());
    }

    fn looped(&mut self, looped: &Loop) {
        self.data(&looped.items);
        if let Some(parallelism) = &looped.parallelism {
            self.data(parallelism);
        }
    }
}

/// Whether a name is known as it stands, without evaluating anything.
fn is_plain(name: &Text) -> bool {
    !name.value.contains("${")
}
