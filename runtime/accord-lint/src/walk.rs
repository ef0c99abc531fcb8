//! What is wrong with steps, forms, triggers and the like, expressions apart.

use accord_sdk::Registry;
use accord_syntax::definition::{Configuration, Loop, Options, Trigger, WithItemsKey};
use accord_syntax::{Data, Diagnostic, Project, Step, StepKind, Text};

use crate::Defaults;
use crate::expressions::sentence;
use crate::names::{Names, is_plain};
use crate::report::{unknown, warning};
use crate::survey::Survey;
use crate::visit::{self, At, RUNTIME, Visitor};
use crate::{reach, tasks};

/// Looks at the tree of a project.
pub(crate) fn check(
    project: &Project,
    registry: &Registry,
    survey: &Survey<'_>,
    defaults: &Defaults,
) -> Vec<Diagnostic> {
    let mut walk = Walk { registry, survey, defaults, names: Names::of(project), findings: Vec::new() };
    let definition = &project.definition;
    if let Some(runtime) = definition.configuration.as_ref().and_then(|configuration| configuration.runtime.as_ref())
        && &*runtime.value != RUNTIME
    {
        let found = if &*runtime.value == RUNTIME_BEFORE {
            let message = format!("the runtime '{RUNTIME_BEFORE}' is not supported: the flows run as '{RUNTIME}'");
            Diagnostic::warning("deprecated", message, runtime.span)
        } else {
            let message = format!("the runtime '{}' is not supported", runtime.value);
            Diagnostic::error("unknown-runtime", message, runtime.span)
        };
        walk.findings.push(found.hint(format!("Write 'runtime: {RUNTIME}'.")));
    }
    let at = At::default();
    for name in definition.public_flows.iter().flatten() {
        walk.flow_name(name, &at);
    }
    visit::project(project, &mut walk);
    walk.findings
}

/// The runtime whose files have other rules.
const RUNTIME_BEFORE: &str = "concord-v1";

struct Walk<'p> {
    registry: &'p Registry,
    survey: &'p Survey<'p>,
    defaults: &'p Defaults,
    names: Names<'p>,
    findings: Vec<Diagnostic>,
}

impl<'a> Visitor<'a> for Walk<'_> {
    fn configuration(&mut self, configuration: &'a Configuration) {
        let at = At::default();
        if let Some(entry_point) = &configuration.entry_point {
            self.flow_name(entry_point, &at);
        }
        configuration.active_profiles.iter().flatten().for_each(|name| self.profile_name(name, &at));
    }

    fn trigger(&mut self, trigger: &'a Trigger) {
        let at = At { trail: vec![(&trigger.kind.value, trigger.kind.span)], ..At::default() };
        if let Some(entry_point) = &trigger.entry_point {
            self.flow_name(entry_point, &at);
        }
        trigger.active_profiles.iter().for_each(|name| self.profile_name(name, &at));
    }

    fn list(&mut self, steps: &'a [Step], at: &At<'a>) {
        // Each step of `parallel` is a branch of its own.
        if at.trail.last().is_some_and(|(label, _)| *label == "parallel") {
            return;
        }
        if let Some((step, end)) = reach::unreachable(steps) {
            let message = format!("nothing ever comes to this step: it stands behind '{}'", visit::label(&end.kind));
            let hint = "Remove it, or put what is before it under a condition.";
            self.findings.push(warning("unreachable", message, step.span, at).hint(hint));
        }
    }

    fn step(&mut self, step: &'a Step, at: &At<'a>) {
        let mut at = at.clone();
        at.trail.push((visit::label(&step.kind), step.span));
        if let Some(options) = visit::options(&step.kind) {
            self.loops(options, &step.kind, &at);
        }
        if let Some((key, _)) = segment_name(step) {
            let message = "'meta.segmentName' is deprecated".to_owned();
            self.findings.push(warning("deprecated", message, key.span, &at).hint("Write 'name: …' beside the step."));
        }
        match &step.kind {
            StepKind::Task { task, options, .. } => self.task(task, options, &at),
            StepKind::Call { flow, .. } => self.flow_name(flow, &at),
            StepKind::Expr { options, .. } if options.error.is_some() => {
                let span = first(options.error.as_deref()).map_or(step.span, |step| step.span);
                let message = "the 'error' of the step 'expr' never runs".to_owned();
                let hint = "Put the step into 'try:' and the handler into its 'error:'.";
                self.findings.push(warning("handler-ignored", message, span, &at).hint(hint));
            }
            StepKind::Form { form, options } if options.fields.is_none() => self.form_name(form, &at),
            StepKind::Set { values } => {
                for (name, _) in values {
                    if self.registry.is_shadowed_by(&name.value) {
                        let message = format!("the variable '{}' hides the task of that name", name.value);
                        let hint = "Give it another name.";
                        self.findings.push(warning("hides-task", message, name.span, &at).hint(hint));
                    }
                }
            }
            StepKind::Checkpoint { checkpoint } if is_plain(checkpoint) && !is_checkpoint_name(&checkpoint.value) => {
                let message = format!("a server refuses the checkpoint '{}'", checkpoint.value);
                let hint = "Use 2 to 128 letters, digits, blanks and '_@.-~', a letter or digit first.";
                self.findings.push(warning("checkpoint-name", message, checkpoint.span, &at).hint(hint));
            }
            _ => {}
        }
    }
}

impl Walk<'_> {
    /// A name of a flow, unless it is an expression.
    fn flow_name(&mut self, name: &Text, at: &At<'_>) {
        if is_plain(name) && !self.names.open && !self.names.flows.contains(&*name.value) {
            let known = self.names.flows.iter().copied();
            self.findings.push(unknown("unknown-flow", "flow", &name.value, name.span, at, known));
        }
    }

    fn form_name(&mut self, name: &Text, at: &At<'_>) {
        if is_plain(name) && !self.names.open && !self.names.forms.contains(&*name.value) {
            let known = self.names.forms.iter().copied();
            self.findings.push(unknown("unknown-form", "form", &name.value, name.span, at, known));
        }
    }

    fn profile_name(&mut self, name: &Text, at: &At<'_>) {
        if !self.names.open && !self.names.profiles.contains(&*name.value) {
            let known = self.names.profiles.iter().copied();
            self.findings.push(unknown("unknown-profile", "profile", &name.value, name.span, at, known));
        }
    }

    fn task(&mut self, task: &Text, options: &Options, at: &At<'_>) {
        if !is_plain(task) {
            let message = format!("there is no task '{}': names of tasks are not evaluated", task.value);
            self.findings.push(warning("unknown-task", message, task.span, at));
            return;
        }
        let Some(info) = self.registry.info(&task.value) else {
            let found = unknown("unknown-task", "task", &task.value, task.span, at, self.registry.names());
            self.findings.push(match self.registry.hint(&task.value) {
                Some(hint) => warning("unknown-task", found.message.into_owned(), task.span, at).hint(sentence(hint)),
                None => found,
            });
            return;
        };
        if self.survey.mocked.iter().any(|mocked| tasks::mock_fits(mocked, &task.value)) {
            return;
        }
        let retry = options.retry.as_ref().and_then(|retry| retry.input.as_ref());
        let given = self.defaults.get(&*task.value);
        self.findings.extend(tasks::input(info, task, options.input.as_ref(), retry, given, at));
    }

    fn loops(&mut self, options: &Options, kind: &StepKind, at: &At<'_>) {
        let Some((key, looped)) = &options.with_items else { return };
        let (written, instead) = match key {
            WithItemsKey::WithItems => ("withItems", "loop: {items: …}"),
            WithItemsKey::ParallelWithItems => ("parallelWithItems", "loop: {items: …, mode: parallel}"),
        };
        let Loop { span, .. } = looped;
        let message = format!("'{written}' is deprecated");
        self.findings.push(warning("deprecated", message, *span, at).hint(format!("Write '{instead}'.")));
        if matches!(kind, StepKind::Try { .. })
            && let Some(handler) = first(options.error.as_deref())
        {
            let message = format!("the 'error' of 'try' never runs beside '{written}'");
            self.findings.push(
                warning("handler-ignored", message, handler.span, at).hint(format!("Write '{instead}' instead.")),
            );
        }
    }
}

/// What named a step's part of the log before steps had names.
fn segment_name(step: &Step) -> Option<&(Text, Data)> {
    step.meta.as_ref()?.as_map()?.iter().find(|(key, _)| &*key.value == "segmentName")
}

fn first(steps: Option<&[Step]>) -> Option<&Step> {
    steps.and_then(<[Step]>::first)
}

/// What a server takes as the name of a checkpoint.
/// Source: <https://concord.walmartlabs.com/docs/processes-v2/flows.html#checkpoints>.
fn is_checkpoint_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '.' | '-' | '~' | ' ');
    name.len() >= 2
        && name.len() <= 129
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(fits)
}
