//! What a project holds besides its tree: every text with expressions, parsed once, and what each flow sets and calls.

use std::collections::BTreeSet;
use std::sync::Arc;

use accord_syntax::definition::{Configuration, Form, Loop, Options, Out, Profile, Trigger};
use accord_syntax::expr::{Access, Expr, ExprKind, Literal, Template};
use accord_syntax::{Data, Project, Span, Step, StepKind, Text};

use crate::visit::{self, At, Visitor};

/// A text that has `${` in it.
pub(crate) struct Use<'a> {
    pub(crate) template: Template,
    pub(crate) span: Span,
    pub(crate) at: At<'a>,
}

/// What is known of a flow.
pub(crate) struct Unit<'a> {
    pub(crate) name: &'a str,
    /// Variables that it sets somewhere.
    pub(crate) sets: BTreeSet<Arc<str>>,
    /// Flows that it calls, and whether what fails in them is caught.
    pub(crate) calls: Vec<(&'a str, bool)>,
    /// Calls of flows whose names are worked out when it runs, in the same way.
    pub(crate) calls_any: Vec<bool>,
}

/// Everything that was found on the way through a project.
#[derive(Default)]
pub(crate) struct Survey<'a> {
    pub(crate) uses: Vec<Use<'a>>,
    pub(crate) units: Vec<Unit<'a>>,
    /// Everything that any flow sets.
    sets: BTreeSet<Arc<str>>,
    /// Variables that do not come from a flow: arguments, and names that the project asks for or a script mentions.
    pub(crate) given: BTreeSet<Arc<str>>,
    /// Whether variables may be set that the files do not name.
    pub(crate) open: bool,
    /// Tasks that mocks stand for.
    pub(crate) mocked: BTreeSet<Arc<str>>,
}

impl<'a> Survey<'a> {
    pub(crate) fn of(project: &'a Project) -> Self {
        let mut survey = Self { open: !project.definition.imports.is_empty(), ..Self::default() };
        visit::project(project, &mut survey);
        survey
    }

    /// Whether any flow sets a variable of this name, or it comes from elsewhere.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.given.contains(name) || self.sets.contains(name)
    }

    fn set(&mut self, at: &At<'a>, name: &str) {
        let sets = match at.flow.and_then(|flow| self.units.get_mut(flow)) {
            Some(unit) => &mut unit.sets,
            None => &mut self.given,
        };
        // A dotted name reaches into a map, and some steps make a variable of the whole name.
        let first = name.split('.').next().unwrap_or(name);
        for name in [first, name] {
            if !sets.contains(name) {
                let name: Arc<str> = name.into();
                self.sets.insert(Arc::clone(&name));
                sets.insert(name);
            }
        }
    }

    fn keys(&mut self, at: &At<'a>, data: &Data) {
        for (key, _) in data.as_map().unwrap_or_default() {
            self.set(at, &key.value);
        }
    }

    fn looped(&mut self, at: &At<'a>, _: &Loop) {
        for name in ["item", "itemIndex", "items"] {
            self.set(at, name);
        }
    }

    fn options(&mut self, at: &At<'a>, options: &Options) {
        match &options.out {
            // Which names it gives is known when it runs.
            Some(Out::Name(name)) if name.value.contains("${") => self.open = true,
            Some(Out::Name(name)) => self.set(at, &name.value),
            Some(Out::Names(names)) => names.iter().for_each(|name| self.set(at, &name.value)),
            Some(Out::Map(entries)) => entries.iter().for_each(|(name, _)| self.set(at, &name.value)),
            None => {}
        }
        for looped in options.loop_.iter().chain(options.with_items.iter().map(|(_, looped)| looped)) {
            self.looped(at, looped);
        }
    }

    /// What is given to a flow, or to a script.
    fn input(&mut self, at: &At<'a>, options: &Options) {
        let inputs = options.input.iter().chain(options.retry.iter().filter_map(|retry| retry.input.as_ref()));
        for input in inputs {
            match input.as_map() {
                Some(_) => self.keys(at, input),
                None => self.open = true,
            }
        }
    }

    /// Names that expressions ask for, and variables that they set by calling tasks.
    fn asked(&mut self, at: &At<'a>, expr: &Expr) {
        expr.visit(&mut |node| match &node.kind {
            ExprKind::Call { prefix: None, name, arguments }
                if matches!(&**name, "hasVariable" | "hasNonNullVariable" | "orDefault") =>
            {
                if let Some(name) = arguments.first().and_then(|first| first.first()).and_then(literal) {
                    self.given.insert(name.split('.').next().unwrap_or(name).into());
                }
            }
            ExprKind::Path(base, suffixes) => {
                let ExprKind::Identifier(task) = &base.kind else { return };
                let Some(suffix) = suffixes.first() else { return };
                if let (Access::Name(method), Some(arguments)) = (&suffix.access, &suffix.arguments) {
                    self.task_call(at, task, method, arguments);
                }
            }
            ExprKind::Identifier(name) if matches!(&**name, "context" | "execution") => self.open = true,
            _ => {}
        });
    }

    fn task_call(&mut self, at: &At<'a>, task: &str, method: &str, arguments: &[Expr]) {
        match (task, method, arguments) {
            ("vars" | "asserts", "get" | "hasVariable", [name, ..]) => {
                if let Some(name) = literal(name) {
                    self.given.insert(name.split('.').next().unwrap_or(name).into());
                }
            }
            ("vars", "set", [name, ..]) => match (literal(name), &name.kind) {
                (Some(name), _) => self.set(at, name),
                (None, ExprKind::Braces(entries)) if entries.iter().all(|(key, _)| literal(key).is_some()) => {
                    for (key, _) in entries {
                        self.set(at, literal(key).unwrap_or_default());
                    }
                }
                _ => self.open = true,
            },
            ("context" | "execution", ..) => self.open = true,
            _ => {}
        }
    }

    /// Names in a script's text: any of them may be a variable that it sets.
    fn words(&mut self, body: &str) {
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        for word in body.split(|c: char| !is_word(c)).filter(|word| !word.is_empty()) {
            self.given.insert(word.into());
        }
    }

    fn mocks(&mut self, data: &Data) {
        for mock in data.as_list().unwrap_or_default() {
            if let Some(task) = mock.get("task").and_then(Data::as_text) {
                self.mocked.insert(Arc::clone(task));
            }
            // A flow that a mock runs gets the task's inputs as variables.
            self.open |= mock.get("executeFlow").is_some();
        }
    }
}

impl<'a> Visitor<'a> for Survey<'a> {
    fn flow(&mut self, name: &'a Text, _: Option<&'a Profile>) {
        self.units.push(Unit { name: &name.value, sets: BTreeSet::new(), calls: Vec::new(), calls_any: Vec::new() });
    }

    fn step(&mut self, step: &'a Step, at: &At<'a>) {
        if let Some(options) = visit::options(&step.kind) {
            self.options(at, options);
        }
        match &step.kind {
            StepKind::Set { values } => {
                for (name, value) in values {
                    self.set(at, &name.value);
                    if &*name.value == "mocks" {
                        self.mocks(value);
                    }
                }
            }
            StepKind::Call { flow, options } => {
                self.input(at, options);
                let guarded = at.guards > 0 || options.error.is_some();
                if let Some(unit) = at.flow.and_then(|flow| self.units.get_mut(flow)) {
                    if flow.value.contains("${") {
                        unit.calls_any.push(guarded);
                    } else {
                        unit.calls.push((&flow.value, guarded));
                    }
                }
            }
            StepKind::Form { form, .. } => {
                if form.value.contains("${") {
                    self.open = true;
                } else {
                    self.set(at, &form.value);
                }
            }
            StepKind::Script { body, options, .. } => {
                self.input(at, options);
                match body {
                    Some(body) => self.words(&body.value),
                    None => self.open = true,
                }
            }
            // Whoever resumes the process brings variables along.
            StepKind::Suspend { .. } => self.open = true,
            _ => {}
        }
    }

    fn text(&mut self, text: &'a Arc<str>, span: Span, at: &At<'a>) {
        if !text.contains("${") {
            return;
        }
        let template = Template::parse(Arc::clone(text));
        for expr in template.expressions() {
            self.asked(at, expr);
        }
        self.uses.push(Use { template, span, at: at.clone() });
    }

    fn form(&mut self, form: &'a Form) {
        self.given.insert(Arc::clone(&form.name.value));
    }

    fn trigger(&mut self, trigger: &'a Trigger) {
        self.given.insert("event".into());
        if let Some(arguments) = &trigger.arguments {
            self.keys(&At::default(), arguments);
        }
    }

    fn configuration(&mut self, configuration: &'a Configuration) {
        if let Some(arguments) = &configuration.arguments {
            self.keys(&At::default(), arguments);
            if let Some(mocks) = arguments.get("mocks") {
                self.mocks(mocks);
            }
        }
    }
}

/// The text that an expression is, where it is one.
pub(crate) fn literal(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Literal(Literal::Text(text)) => Some(text),
        _ => None,
    }
}
