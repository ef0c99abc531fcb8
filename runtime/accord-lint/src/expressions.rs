//! What is wrong with expressions: those that cannot be parsed, and names in them that nothing has.

use std::collections::BTreeSet;
use std::sync::Arc;

use accord_expr::{function_names, is_java_class};
use accord_sdk::Registry;
use accord_syntax::expr::{Access, BinaryOp, Expr, ExprKind, Suffix, TemplateKind, TextSpan, without_place};
use accord_syntax::{Diagnostic, Project, Span, nearest};

use crate::names::Names;
use crate::report::{warning, within};
use crate::survey::{Survey, Use};
use crate::tasks;
use crate::variables::{PROVIDED, Visible};
use crate::visit::Role;

/// Looks at all expressions of a project.
pub(crate) fn check(project: &Project, registry: &Registry, survey: &Survey<'_>, findings: &mut Vec<Diagnostic>) {
    let visible = Visible::of(survey);
    let names = Names::of(project);
    let mut checks = Checks { project, registry, survey, visible, names, findings };
    for found in &survey.uses {
        checks.template(found);
    }
}

struct Checks<'p, 'f> {
    project: &'p Project,
    registry: &'p Registry,
    survey: &'p Survey<'p>,
    visible: Visible,
    names: Names<'p>,
    findings: &'f mut Vec<Diagnostic>,
}

/// The text that is looked at.
struct Here<'u> {
    found: &'u Use<'u>,
    /// The parameters of all its lambdas. They count as known everywhere in it: a lambda's body sees those of whoever
    /// calls it.
    parameters: BTreeSet<Arc<str>>,
    /// Names that it tries to give a value to.
    assigned: BTreeSet<Arc<str>>,
}

impl Checks<'_, '_> {
    fn template(&mut self, found: &Use<'_>) {
        let (message, place) = match found.template.kind() {
            TemplateKind::Invalid(error) => {
                (format!("invalid expression: {}", without_place(&error.message)), Some(error.span))
            }
            TemplateKind::BothForms => ("'${…}' and '#{…}' cannot stand in one text".to_owned(), None),
            _ => {
                let mut here = Here { found, parameters: BTreeSet::new(), assigned: BTreeSet::new() };
                for expr in found.template.expressions() {
                    expr.visit(&mut |node| here.learn(node));
                }
                for expr in found.template.expressions() {
                    self.names(&here, expr, true);
                }
                return;
            }
        };
        let place = place.map_or(found.span, |place| part(self.project, found.span, place));
        let diagnostic = match found.at.checked {
            Some(step) => Diagnostic::error("invalid-expression", message, step).focus(place),
            None => Diagnostic::warning("invalid-expression", message, place),
        };
        self.findings.push(within(diagnostic, &found.at));
    }

    /// Looks at the names in an expression; `sure` says that it is evaluated whatever the values are.
    fn names(&mut self, here: &Here<'_>, expr: &Expr, sure: bool) {
        match &expr.kind {
            ExprKind::Identifier(name) => self.variable(here, name, expr.span, sure),
            ExprKind::Path(base, suffixes) => {
                match &base.kind {
                    ExprKind::Identifier(name) => self.base(here, name, base.span, suffixes, sure),
                    _ => self.names(here, base, sure),
                }
                for suffix in suffixes {
                    if let Access::Index(index) = &suffix.access {
                        self.names(here, index, sure);
                    }
                    suffix.arguments.iter().flatten().for_each(|argument| self.names(here, argument, sure));
                }
            }
            ExprKind::Binary(first, rest) => {
                self.names(here, first, sure);
                let mut sure = sure;
                for (op, side) in rest {
                    sure &= !matches!(op, BinaryOp::And | BinaryOp::Or);
                    self.names(here, side, sure);
                }
            }
            ExprKind::Choice(condition, yes, no) => {
                self.names(here, condition, sure);
                self.names(here, yes, false);
                self.names(here, no, false);
            }
            ExprKind::Assign(target, value) => {
                match &target.kind {
                    ExprKind::Identifier(name) => self.assignment(here, name, target.span),
                    _ => self.names(here, target, sure),
                }
                self.names(here, value, sure);
            }
            ExprKind::Call { prefix, name, arguments } => {
                let count = arguments.first().map_or(0, Vec::len);
                self.function(here, prefix.as_deref(), name, count, expr.span);
                expr.for_each_child(&mut |child| self.names(here, child, sure));
            }
            // A lambda may never be called.
            ExprKind::Lambda(lambda) => self.names(here, &lambda.body, false),
            _ => expr.for_each_child(&mut |child| self.names(here, child, sure)),
        }
    }

    /// The name that a path begins with: a variable, a task, or a class.
    fn base(&mut self, here: &Here<'_>, name: &Arc<str>, span: TextSpan, suffixes: &[Suffix], sure: bool) {
        let is_call = suffixes.first().is_some_and(|suffix| suffix.arguments.is_some());
        if here.binds(name) || self.survey.knows(name) {
            return self.variable(here, name, span, sure);
        }
        let (Some(info), Some(suffix)) = (self.registry.info(name), suffixes.first()) else {
            return if is_call { self.callee(here, name, span, sure) } else { self.variable(here, name, span, sure) };
        };
        let is_mocked = self.survey.mocked.iter().any(|mocked| tasks::mock_fits(mocked, name));
        if let (Access::Name(method), false) = (&suffix.access, is_mocked)
            && let Some((message, hint)) = tasks::method(info, name, method, suffix.arguments.as_ref().map(Vec::len))
        {
            self.warn(here, "unknown-method", message, suffix.span, hint);
        }
    }

    /// A name that methods are called on, and that no variable in the project has: a task that is not there, most likely.
    fn callee(&mut self, here: &Here<'_>, name: &Arc<str>, span: TextSpan, sure: bool) {
        if is_known(name) {
            return;
        }
        if let Some(hint) = self.registry.hint(name) {
            let message = format!("there is no task '{name}'");
            return self.warn(here, "unknown-task", message, span, Some(sentence(hint)));
        }
        let tasks: Vec<&str> = self.registry.names().collect();
        match nearest(name, &tasks) {
            Some(meant) => {
                let message = format!("there is no variable or task '{name}'");
                self.warn(here, "unknown-task", message, span, Some(format!("Did you mean '{meant}'?")));
            }
            None => self.variable(here, name, span, sure),
        }
    }

    fn variable(&mut self, here: &Here<'_>, name: &Arc<str>, span: TextSpan, sure: bool) {
        let known = is_known(name)
            || here.binds(name)
            || self.survey.given.contains(name)
            || self.registry.has(name)
            || self.is_visible(here.found, name);
        if known || self.survey.open || self.is_caught(here.found) {
            return;
        }
        let setters: BTreeSet<&str> =
            self.survey.units.iter().filter(|unit| unit.sets.contains(name)).map(|unit| unit.name).collect();
        let meant = self.similar(here.found, name);
        let (message, hint) = match (setters.first(), meant) {
            (Some(flow), _) => (
                format!("the variable '{name}' is not set here, only in {}", flows(&setters)),
                format!("What a flow sets ends with it: name the variable in 'out' of the step 'call: {flow}'."),
            ),
            (None, Some(meant)) => (format!("nothing sets the variable '{name}'"), format!("Did you mean '{meant}'?")),
            (None, None) if sure => (
                format!("nothing sets the variable '{name}'"),
                format!("Give it a value in configuration.arguments, which '-e {name}=…' can change, or with 'set'."),
            ),
            (None, None) => return,
        };
        self.warn(here, "undefined-variable", message, span, Some(hint));
    }

    /// A variable that can be seen and has nearly that name.
    fn similar(&self, found: &Use<'_>, name: &str) -> Option<String> {
        let own = found.at.flow.into_iter().flat_map(|flow| self.visible.names(flow));
        let mut seen: Vec<&str> = own.chain(self.survey.given.iter().map(|name| &**name)).chain(PROVIDED).collect();
        seen.sort_unstable();
        // Short names are all alike.
        if name.chars().count() < 3 { None } else { nearest(name, &seen).map(ToOwned::to_owned) }
    }

    fn is_visible(&self, found: &Use<'_>, name: &Arc<str>) -> bool {
        match (found.at.role, found.at.flow) {
            (Role::Step, Some(flow)) => self.visible.sees(flow, name),
            // It may see what the step's flow or task has made.
            (Role::Out, _) => &**name == "result" || self.survey.knows(name),
            (Role::Argument, _) => false,
            _ => self.survey.knows(name),
        }
    }

    fn is_caught(&self, found: &Use<'_>) -> bool {
        found.at.guards > 0 || found.at.flow.is_some_and(|flow| self.visible.is_caught(flow))
    }

    fn assignment(&mut self, here: &Here<'_>, name: &Arc<str>, span: TextSpan) {
        if !here.parameters.contains(name) {
            let message = format!("an expression cannot set the variable '{name}'");
            let hint = format!("Write a step: 'set: {{{name}: …}}'.");
            self.warn(here, "assignment", message, span, Some(hint));
        }
    }

    fn function(&mut self, here: &Here<'_>, prefix: Option<&str>, name: &Arc<str>, count: usize, span: TextSpan) {
        if let Some(prefix) = prefix {
            let message = format!("there is no function '{prefix}:{name}'");
            let hint = "If a choice was meant, put its parts into parentheses: 'condition ? (a) : (b)'.".to_owned();
            return self.warn(here, "unknown-function", message, span, Some(hint));
        }
        let end = span.start.saturating_add(u32::try_from(name.len()).unwrap_or(0)).min(span.end);
        let span = TextSpan::new(span.start, end);
        if let Some((_, takes)) = function_names().find(|(known, _)| **known == **name) {
            if takes != count && !here.parameters.contains(name) {
                let message = format!("'{name}' takes {}, and here it gets {count}", arguments(takes));
                self.warn(here, "function-arguments", message, span, None);
            }
        } else if !here.binds(name) && !is_class_name(name) && !self.survey.knows(name) {
            let known: Vec<&str> = function_names().map(|(known, _)| known).collect();
            let hint = if self.names.flows.contains(&**name) {
                Some(format!("A flow is run by a step: 'call: {name}'."))
            } else {
                nearest(name, &known).map(|meant| format!("Did you mean '{meant}'?"))
            };
            self.warn(here, "unknown-function", format!("there is no function '{name}'"), span, hint);
        }
    }

    fn warn(&mut self, here: &Here<'_>, code: &'static str, message: String, span: TextSpan, hint: Option<String>) {
        let place = part(self.project, here.found.span, span);
        let diagnostic = warning(code, message, place, &here.found.at);
        self.findings.push(match hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        });
    }
}

impl Here<'_> {
    fn learn(&mut self, node: &Expr) {
        match &node.kind {
            ExprKind::Lambda(lambda) | ExprKind::Apply(lambda, _) => {
                self.parameters.extend(lambda.parameters.iter().cloned());
            }
            ExprKind::Assign(target, _) => {
                if let ExprKind::Identifier(name) = &target.kind {
                    self.assigned.insert(Arc::clone(name));
                }
            }
            _ => {}
        }
    }

    /// Whether a name means something in this text alone.
    fn binds(&self, name: &Arc<str>) -> bool {
        self.parameters.contains(name) || self.assigned.contains(name)
    }
}

/// Names that mean something in every process.
fn is_known(name: &str) -> bool {
    PROVIDED.contains(&name) || is_class_name(name) || name.starts_with("__")
}

/// A name that Java has a class of, or could have.
fn is_class_name(name: &str) -> bool {
    is_java_class(name) || name.starts_with(|c: char| c.is_ascii_uppercase())
}

/// A hint of the registry as a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", chars.as_str())
}

fn flows(names: &BTreeSet<&str>) -> String {
    let list: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    format!("the flow{} {}", if list.len() == 1 { "" } else { "s" }, list.join(", "))
}

fn arguments(n: usize) -> String {
    match n {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        n => format!("{n} arguments"),
    }
}

/// The place of a part of a scalar in its file.
pub(crate) fn part(project: &Project, scalar: Span, place: TextSpan) -> Span {
    let Some(source) = project.sources.get(scalar.file) else { return scalar };
    let start = source.offset_in_scalar(scalar, place.start as usize);
    let end = source.offset_in_scalar(scalar, place.end as usize);
    Span::new(scalar.file, start, end.max(start))
}
