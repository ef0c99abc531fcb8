//! The secrets that a project can name, and what is said of those that are not there.
//!
//! Where secrets are kept is the business of whoever answers ([`SecretLookup`]); values are never asked for.

use std::sync::Arc;

use accord_sdk::{Registry, TaskInfo};
use accord_syntax::definition::{Import, Profile, Trigger};
use accord_syntax::expr::{Access, Expr, ExprKind, Literal, Template};
use accord_syntax::{Data, Diagnostic, Project, Span, Step, StepKind, Text};

use crate::expressions::part;
use crate::report::warning;
use crate::visit::{self, At, Visitor};

/// Answers what is known of a secret, without its value.
pub trait SecretLookup {
    /// The secret `name` of an organization; none means that of the process.
    fn look_up(&self, org: Option<&str>, name: &str) -> SecretState;
}

/// What is known of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretState {
    /// It exists, and a process may read it.
    Readable,
    /// It does not exist; a name that was probably meant.
    Missing {
        /// An existing secret of nearly that name.
        similar: Option<String>,
    },
    /// It exists, and may not be read, for this reason.
    Refused(String),
    /// It cannot be known, for this reason.
    Unknown(String),
}

/// A secret as flows name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedSecret {
    /// The organization; none means that of the process.
    pub org: Option<Arc<str>>,
    /// The name; where it is worked out at run time, the expression that does so.
    pub name: Arc<str>,
    /// Whether organization and name are known as they are written.
    pub is_literal: bool,
    /// Whether a step creates it.
    pub is_created: bool,
    /// Where it is named.
    pub places: Vec<Span>,
    /// What is known of it; none where it is not literal.
    pub state: Option<SecretState>,
}

/// All secrets that a project can name, in the order of its files, and warnings about those that no process can read.
#[must_use]
pub fn secrets(
    project: &Project,
    registry: &Registry,
    lookup: &dyn SecretLookup,
) -> (Vec<NamedSecret>, Vec<Diagnostic>) {
    let mut search = Search { project, registry, found: Vec::new() };
    for import in &project.definition.imports {
        if let Import::Git(git) = import
            && let Some(secret) = &git.secret
        {
            search.add(
                secret.org.as_ref().map(|org| Arc::clone(&org.value)),
                plain(&secret.name),
                secret.name.span,
                &At::default(),
            );
        }
    }
    visit::project(project, &mut search);
    let mut findings = Vec::new();
    let mut named: Vec<NamedSecret> = Vec::new();
    for found in &search.found {
        let (name, is_literal) = match &found.name {
            Name::Literal(name) => (name, true),
            Name::Dynamic(text) => (text, false),
        };
        let known = named
            .iter_mut()
            .find(|known| known.org == found.org && known.name == *name && known.is_literal == is_literal);
        match known {
            Some(known) => {
                known.places.push(found.span);
                known.is_created |= found.creates;
            }
            None => named.push(NamedSecret {
                state: is_literal.then(|| lookup.look_up(found.org.as_deref(), name)),
                org: found.org.clone(),
                name: Arc::clone(name),
                is_literal,
                is_created: found.creates,
                places: vec![found.span],
            }),
        }
    }
    for secret in named.iter().filter(|secret| secret.is_literal) {
        let uses = search.found.iter().filter(|found| !found.creates && found.is(secret));
        for found in uses {
            findings.extend(secret.state.as_ref().and_then(|state| complaint(secret, state, found)));
        }
    }
    findings.sort_by_key(|found| found.span.map(|span| (span.file, span.start)));
    (named, findings)
}

fn complaint(secret: &NamedSecret, state: &SecretState, found: &Found<'_>) -> Option<Diagnostic> {
    let shown = match &secret.org {
        Some(org) => format!("{org}/{}", secret.name),
        None => secret.name.to_string(),
    };
    match state {
        SecretState::Missing { .. } if secret.is_created => None,
        SecretState::Missing { similar } => {
            let found = warning("secret-missing", format!("there is no secret '{shown}'"), found.span, &found.at);
            Some(match similar {
                Some(similar) => found.hint(format!("Did you mean '{similar}'?")),
                None => found.hint(format!("Create it with 'accord secret create {shown}'.")),
            })
        }
        SecretState::Refused(reason) => {
            let message = format!("the secret '{shown}' cannot be read: {}", reason.trim_end_matches('.'));
            let hint = "Name the project that the process runs in: '--project NAME'.";
            let refused = warning("secret-refused", message, found.span, &found.at);
            Some(if reason.contains("roject") { refused.hint(hint) } else { refused })
        }
        SecretState::Readable | SecretState::Unknown(_) => None,
    }
}

enum Name {
    Literal(Arc<str>),
    Dynamic(Arc<str>),
}

struct Found<'a> {
    org: Option<Arc<str>>,
    name: Name,
    creates: bool,
    span: Span,
    at: At<'a>,
}

impl Found<'_> {
    fn is(&self, secret: &NamedSecret) -> bool {
        matches!(&self.name, Name::Literal(name) if *name == secret.name) && self.org == secret.org
    }
}

struct Search<'a> {
    project: &'a Project,
    registry: &'a Registry,
    found: Vec<Found<'a>>,
}

impl<'a> Search<'a> {
    fn add(&mut self, org: Option<Arc<str>>, name: Name, span: Span, at: &At<'a>) {
        self.found.push(Found { org, name, creates: false, span, at: at.clone() });
    }

    /// A call of a task's method that takes a secret's name.
    fn call(&mut self, template: &Template, scalar: Span, at: &At<'a>, task: &str, method: &str, arguments: &[Expr]) {
        let Some(info) = self.registry.info(task) else { return };
        let Some((org, name)) = positions(info, method, arguments.len()) else { return };
        let Some(argument) = arguments.get(name) else { return };
        let text =
            |expr: &Expr| template.text().get(expr.span.start as usize..expr.span.end as usize).unwrap_or("").into();
        let org = org.and_then(|org| arguments.get(org)).map(|org| (literal(org), text(org)));
        let span = part(self.project, scalar, argument.span);
        let (org, name) = match (org, literal(argument)) {
            (None | Some((Known::Null, _)), Known::Text(name)) => (None, Name::Literal(name)),
            (Some((Known::Text(org), _)), Known::Text(name)) => (Some(org), Name::Literal(name)),
            (Some((Known::Text(org), _)), _) => (Some(org), Name::Dynamic(text(argument))),
            (Some((Known::Nothing, org)), Known::Text(_)) => (Some(org), Name::Dynamic(text(argument))),
            _ => (None, Name::Dynamic(text(argument))),
        };
        self.add(org, name, span, at);
    }
}

impl<'a> Visitor<'a> for Search<'a> {
    fn flow(&mut self, _: &'a Text, _: Option<&'a Profile>) {}

    fn trigger(&mut self, trigger: &'a Trigger) {
        let secret = trigger.options.get("runAs").and_then(|run_as| run_as.get("withSecret"));
        if let Some(secret) = secret
            && let Some(name) = secret.as_text()
        {
            let at = At { trail: vec![(&trigger.kind.value, trigger.kind.span)], ..At::default() };
            self.add(None, Name::Literal(Arc::clone(name)), secret.span, &at);
        }
    }

    fn step(&mut self, step: &'a Step, at: &At<'a>) {
        let StepKind::Task { task, options, .. } = &step.kind else { return };
        let Some(input) = &options.input else { return };
        let Some(info) = self.registry.info(&task.value) else { return };
        let parameter = if &*task.value == CONCORD_SECRETS { "name" } else { SECRET_NAME };
        let Some(name) = info.find_input(parameter).and_then(|_| input.get(parameter)) else { return };
        let Some(text) = name.as_text() else { return };
        let mut at = at.clone();
        at.trail.push(("task", step.span));
        let org = ["org", "orgName"].into_iter().find_map(|key| input.get(key)?.as_text().cloned());
        let is_plain = !text.contains("${") && org.as_ref().is_none_or(|org| !org.contains("${"));
        let found = if is_plain { Name::Literal(Arc::clone(text)) } else { Name::Dynamic(Arc::clone(text)) };
        self.add(org, found, name.span, &at);
        let creates =
            input.get("action").and_then(Data::as_text).is_some_and(|action| action.eq_ignore_ascii_case("create"));
        if let Some(found) = self.found.last_mut() {
            found.creates = creates;
        }
    }

    fn text(&mut self, text: &'a Arc<str>, span: Span, at: &At<'a>) {
        if !text.contains("${") {
            return;
        }
        let template = Template::parse(Arc::clone(text));
        for expr in template.expressions() {
            expr.visit(&mut |node| {
                if let ExprKind::Path(base, suffixes) = &node.kind
                    && let ExprKind::Identifier(task) = &base.kind
                    && let Some(suffix) = suffixes.first()
                    && let (Access::Name(method), Some(arguments)) = (&suffix.access, &suffix.arguments)
                {
                    self.call(&template, span, at, task, method, arguments);
                }
            });
        }
    }
}

/// The parameter of tasks and methods that names a secret, and the one that names its organization.
const SECRET_NAME: &str = "secretName";
const ORG_NAME: &str = "orgName";

/// The task whose parameter `name` is a secret's.
const CONCORD_SECRETS: &str = "concordSecrets";

/// Which arguments of a method name an organization and a secret.
fn positions(info: &TaskInfo, method: &str, count: usize) -> Option<(Option<usize>, usize)> {
    let parameters = &info.find_method(method, count)?.parameters;
    let position = |name: &str| parameters.iter().position(|parameter| parameter.name == name);
    Some((position(ORG_NAME), position(SECRET_NAME)?))
}

enum Known {
    Text(Arc<str>),
    Null,
    Nothing,
}

fn literal(expr: &Expr) -> Known {
    match &expr.kind {
        ExprKind::Literal(Literal::Text(text)) => Known::Text(Arc::clone(text)),
        ExprKind::Literal(Literal::Null) => Known::Null,
        _ => Known::Nothing,
    }
}

fn plain(name: &Text) -> Name {
    if name.value.contains("${") {
        Name::Dynamic(Arc::clone(&name.value))
    } else {
        Name::Literal(Arc::clone(&name.value))
    }
}
