//! What is wrong with expressions: those that cannot be parsed, and names in them that nothing has.

use std::collections::BTreeSet;
use std::sync::Arc;

use accord_expr::{function_names, is_java_class};
use accord_sdk::Registry;
use accord_syntax::expr::{Access, Expr, ExprKind, Suffix, TemplateKind, TextSpan};
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

impl Checks<'_, '_> {
    fn template(&mut self, found: &Use<'_>) {
        let (message, place) = match found.template.kind() {
            TemplateKind::Invalid(error) => {
                (format!("invalid expression: {}", plainly(&error.message)), Some(error.span))
            }
            TemplateKind::BothForms => ("'${…}' and '#{…}' cannot stand in one text".to_owned(), None),
            _ => {
                let mut parameters = BTreeSet::new();
                for expr in found.template.expressions() {
                    expr.visit(&mut |node| lambda_parameters(node, &mut parameters));
                }
                for expr in found.template.expressions() {
                    self.names(found, expr, &parameters);
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

    /// Looks at the names in an expression. The parameters of all its lambdas count as known everywhere in it: a
    /// lambda's body sees those of whoever calls it.
    fn names(&mut self, found: &Use<'_>, expr: &Expr, parameters: &BTreeSet<Arc<str>>) {
        match &expr.kind {
            ExprKind::Identifier(name) => self.variable(found, name, expr.span, parameters),
            ExprKind::Path(base, suffixes) => match &base.kind {
                ExprKind::Identifier(name) => self.base(found, name, base.span, suffixes, parameters),
                _ => self.names(found, base, parameters),
            },
            ExprKind::Call { prefix, name, arguments } => {
                let count = arguments.first().map_or(0, Vec::len);
                self.function(found, prefix.as_deref(), name, count, expr.span, parameters);
            }
            ExprKind::Assign(target, _) => {
                if let ExprKind::Identifier(name) = &target.kind
                    && !parameters.contains(name)
                    && !self.is_caught(found)
                {
                    let message = format!("an expression cannot set the variable '{name}'");
                    let hint = format!("Write a step 'set: {{{name}: …}}'.");
                    self.warn(found, "assignment", message, target.span, Some(hint));
                }
            }
            _ => {}
        }
        if let ExprKind::Path(base, suffixes) = &expr.kind {
            let _ = base;
            for suffix in suffixes {
                if let Access::Index(index) = &suffix.access {
                    self.names(found, index, parameters);
                }
                suffix.arguments.iter().flatten().for_each(|argument| self.names(found, argument, parameters));
            }
        } else if let ExprKind::Assign(target, value) = &expr.kind {
            if !matches!(target.kind, ExprKind::Identifier(_)) {
                self.names(found, target, parameters);
            }
            self.names(found, value, parameters);
        } else {
            expr.for_each_child(&mut |child| self.names(found, child, parameters));
        }
    }

    /// The name that a path begins with: a variable, a task, or a class.
    fn base(
        &mut self,
        found: &Use<'_>,
        name: &Arc<str>,
        span: TextSpan,
        suffixes: &[Suffix],
        parameters: &BTreeSet<Arc<str>>,
    ) {
        let is_variable = parameters.contains(name) || self.survey.knows(name);
        if is_variable || !self.registry.has(name) {
            if suffixes.first().is_some_and(|suffix| suffix.arguments.is_some()) && !is_variable {
                self.callee(found, name, span, parameters);
            } else {
                self.variable(found, name, span, parameters);
            }
            return;
        }
        let is_mocked = self.survey.mocked.iter().any(|mocked| tasks::mock_fits(mocked, name));
        let (Some(info), Some(suffix)) = (self.registry.info(name), suffixes.first()) else { return };
        if let (Access::Name(method), false) = (&suffix.access, is_mocked)
            && let Some((message, hint)) = tasks::method(info, name, method, suffix.arguments.as_ref().map(Vec::len))
            && !self.is_caught(found)
        {
            self.warn(found, "unknown-method", message, suffix.span, hint);
        }
    }

    /// A name that methods are called on, and that no variable in the project has: a task that is not there, most likely.
    fn callee(&mut self, found: &Use<'_>, name: &Arc<str>, span: TextSpan, parameters: &BTreeSet<Arc<str>>) {
        if let Some(hint) = self.registry.hint(name)
            && !is_known(name)
        {
            let message = format!("there is no task '{name}'");
            self.warn(found, "unknown-task", message, span, Some(capital(hint)));
            return;
        }
        let tasks: Vec<&str> = self.registry.names().collect();
        match nearest(name, &tasks) {
            Some(meant) if !is_known(name) && !self.is_caught(found) => {
                let message = format!("there is no variable or task '{name}'");
                self.warn(found, "undefined-variable", message, span, Some(format!("Did you mean '{meant}'?")));
            }
            _ => self.variable(found, name, span, parameters),
        }
    }

    fn variable(&mut self, found: &Use<'_>, name: &Arc<str>, span: TextSpan, parameters: &BTreeSet<Arc<str>>) {
        let known = is_known(name)
            || parameters.contains(name)
            || self.survey.given.contains(name)
            || self.registry.has(name)
            || self.is_visible(found, name);
        if known || self.survey.open || self.is_caught(found) {
            return;
        }
        let setters: BTreeSet<&str> =
            self.survey.units.iter().filter(|unit| unit.sets.contains(name)).map(|unit| unit.name).collect();
        let (message, hint) = if setters.is_empty() {
            let seen: Vec<&str> = match found.at.flow {
                Some(flow) => self.visible.names(flow).chain(self.given()).collect(),
                None => self.given().collect(),
            };
            let hint = match nearest(name, &seen) {
                Some(meant) => format!("Did you mean '{meant}'?"),
                None => {
                    format!("Give it a value in configuration.arguments, which '-e {name}=…' can change, or with 'set'.")
                }
            };
            (format!("nothing sets the variable '{name}'"), hint)
        } else {
            let flows: Vec<&str> = setters.into_iter().collect();
            let list = flows.iter().map(|flow| format!("'{flow}'")).collect::<Vec<_>>().join(", ");
            let what = if flows.len() == 1 { "the flow" } else { "the flows" };
            let hint = format!("What a flow sets ends with it: name the variable in 'out' of the step 'call: {}'.", flows.first().unwrap_or(&""));
            (format!("the variable '{name}' is not set here, only in {what} {list}"), hint)
        };
        self.warn(found, "undefined-variable", message, span, Some(hint));
    }

    fn given(&self) -> impl Iterator<Item = &str> {
        self.survey.given.iter().map(|name| &**name).chain(PROVIDED)
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

    fn function(
        &mut self,
        found: &Use<'_>,
        prefix: Option<&str>,
        name: &Arc<str>,
        count: usize,
        span: TextSpan,
        parameters: &BTreeSet<Arc<str>>,
    ) {
        if self.is_caught(found) || parameters.contains(name) || is_class_name(name) {
            return;
        }
        let end = span.start.saturating_add(u32::try_from(name.len()).unwrap_or(0)).min(span.end);
        let span = if prefix.is_none() { TextSpan::new(span.start, end) } else { span };
        if let Some(prefix) = prefix {
            let message = format!("there is no function '{prefix}:{name}'");
            let hint = "If a choice was meant, put its parts into parentheses: 'condition ? (a) : (b)'.".to_owned();
            self.warn(found, "unknown-function", message, span, Some(hint));
            return;
        }
        match function_names().find(|(known, _)| **known == **name) {
            Some((_, takes)) if takes != count => {
                let message = format!("'{name}' takes {}, and here it gets {count}", arguments(takes));
                self.warn(found, "function-arguments", message, span, None);
            }
            Some(_) => {}
            None if self.survey.knows(name) => {}
            None => {
                let known: Vec<&str> = function_names().map(|(known, _)| known).collect();
                let hint = nearest(name, &known).map(|meant| format!("Did you mean '{meant}'?"));
                let hint = hint.or_else(|| {
                    self.names.flows.contains(&**name).then(|| format!("A flow is run by a step: 'call: {name}'."))
                });
                self.warn(found, "unknown-function", format!("there is no function '{name}'"), span, hint);
            }
        }
    }

    fn warn(&mut self, found: &Use<'_>, code: &'static str, message: String, span: TextSpan, hint: Option<String>) {
        let place = part(self.project, found.span, span);
        let diagnostic = warning(code, message, place, &found.at);
        self.findings.push(match hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        });
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

fn lambda_parameters(node: &Expr, parameters: &mut BTreeSet<Arc<str>>) {
    if let ExprKind::Lambda(lambda) | ExprKind::Apply(lambda, _) = &node.kind {
        parameters.extend(lambda.parameters.iter().cloned());
    }
}

/// The parser's words on one line, without a place: the picture shows it.
fn plainly(message: &str) -> String {
    message.lines().collect::<Vec<_>>().join(" ")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
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
