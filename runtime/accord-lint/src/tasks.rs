//! Calls of tasks against what the tasks say about themselves.

use std::collections::BTreeSet;

use accord_sdk::{Method, Parameter, ParameterType, TaskInfo};
use accord_syntax::{Data, DataKind, Diagnostic, Span, Text, nearest};

use crate::report::{listed, warning};
use crate::visit::At;

/// The code of a parameter whose value does not fit.
const WRONG: &str = "wrong-parameter";

/// What every object of Java has.
const OF_EVERY_OBJECT: [&str; 5] = ["class", "equals", "getClass", "hashCode", "toString"];

/// What is wrong with a call of a method, and how to mend it; without `arguments`, it is named like a property.
pub(crate) fn method(
    info: &TaskInfo,
    task: &str,
    method: &str,
    arguments: Option<usize>,
) -> Option<(String, Option<String>)> {
    if OF_EVERY_OBJECT.contains(&method) || info.find_method(method, arguments.unwrap_or(0)).is_some() {
        return None;
    }
    if info.methods.is_empty() {
        let hint = format!("Write it as a step: 'task: {task}'.");
        return Some((format!("the task '{task}' has no methods"), Some(hint)));
    }
    let overloads: Vec<String> = info.methods.iter().filter(|m| m.name == method).map(signature).collect();
    if !overloads.is_empty() {
        let count = match arguments {
            None | Some(0) => "no arguments".to_owned(),
            Some(1) => "1 argument".to_owned(),
            Some(n) => format!("{n} arguments"),
        };
        let hint = format!("It can be called as {}.", overloads.join(", "));
        return Some((format!("'{task}.{method}' cannot be called with {count}"), Some(hint)));
    }
    let mut names: Vec<&str> = info.methods.iter().map(|m| &*m.name).collect();
    names.dedup();
    let hint = match nearest(method, &names) {
        Some(meant) => {
            let signatures: Vec<String> = info.methods.iter().filter(|m| m.name == meant).map(signature).collect();
            format!("Did you mean {}?", signatures.join(", "))
        }
        None => format!("There {}.", listed(&names)),
    };
    Some((format!("the task '{task}' has no method '{method}'"), Some(hint)))
}

fn signature(method: &Method) -> String {
    let names: Vec<&str> = method.parameters.iter().map(|p| p.name.as_ref()).collect();
    format!("{}({}{})", method.name, names.join(", "), if method.variadic { "…" } else { "" })
}

/// Whether a mock's task, which may be a pattern, may stand for this one.
pub(crate) fn mock_fits(mocked: &str, task: &str) -> bool {
    mocked == task || mocked.contains(|c: char| !c.is_alphanumeric() && c != '_')
}

/// Looks at the inputs of the step `task: NAME`.
pub(crate) fn input(
    info: &TaskInfo,
    task: &Text,
    input: Option<&Data>,
    retry: Option<&Data>,
    given: Option<&BTreeSet<String>>,
    at: &At<'_>,
) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let Some(parameters) = info.input.as_deref() else {
        let methods: Vec<String> = info.methods.iter().take(3).map(signature).collect();
        let message = format!("the task '{}' does nothing as a step: expressions call its methods", task.value);
        let found = warning("task-without-step", message, task.span, at);
        findings.push(match methods.first() {
            Some(first) => found.hint(format!("Write e.g. '${{{}.{first}}}'.", task.value)),
            None => found,
        });
        return findings;
    };
    if parameters.is_empty() {
        return findings;
    }
    let mut check = Check { task: &task.value, given, at, findings: &mut findings };
    for inputs in input.into_iter().chain(retry) {
        check.entries(parameters, inputs, "");
    }
    // What an expression gives may hold anything; and what is wrong may decide what is needed.
    let is_right = !check.findings.iter().any(|found| found.code == WRONG);
    if is_right && input.is_none_or(|input| input.as_map().is_some()) {
        check.required(parameters, input, task.span, "");
    }
    findings
}

struct Check<'c, 'a> {
    task: &'c str,
    /// Parameters that the task gets from elsewhere.
    given: Option<&'c BTreeSet<String>>,
    at: &'c At<'a>,
    findings: &'c mut Vec<Diagnostic>,
}

impl Check<'_, '_> {
    fn entries(&mut self, parameters: &[Parameter], inputs: &Data, path: &str) {
        let case = |name: &str| parameters.iter().find(|parameter| parameter.name == name);
        for (key, value) in inputs.as_map().unwrap_or_default() {
            let first = key.value.split('.').next().unwrap_or(&key.value);
            match case(first) {
                Some(parameter) if first.len() == key.value.len() => {
                    self.value(parameter, value, &join(path, &parameter.name));
                }
                Some(_) => {}
                None => self.unknown(parameters, key, path),
            }
        }
    }

    fn unknown(&mut self, parameters: &[Parameter], key: &Text, path: &str) {
        let names: Vec<&str> = parameters.iter().map(|parameter| &*parameter.name).collect();
        let owner = if path.is_empty() { format!("the task '{}'", self.task) } else { format!("'{path}'") };
        let message = format!("{owner} takes no '{}'", key.value);
        let hint = match nearest(&key.value, &names) {
            Some(meant) => format!("Did you mean '{meant}'?"),
            None => format!("Possible {}.", listed(&names)),
        };
        self.findings.push(warning("unknown-parameter", message, key.span, self.at).hint(hint));
    }

    fn required(&mut self, parameters: &[Parameter], inputs: Option<&Data>, place: Span, path: &str) {
        let has = |name: &str| {
            if path.is_empty() && self.given.is_some_and(|given| given.contains(name)) {
                return true;
            }
            let reaches = |key: &Text| key.value.split('.').next() == Some(name);
            inputs.and_then(Data::as_map).is_some_and(|entries| entries.iter().any(|(key, _)| reaches(key)))
        };
        let missing: Vec<&str> =
            parameters.iter().filter(|p| p.required && !has(&p.name)).map(|p| p.name.as_ref()).collect();
        if missing.is_empty() {
            return;
        }
        let names: Vec<String> = missing.iter().map(|name| format!("'{name}'")).collect();
        let owner = if path.is_empty() { format!("the task '{}'", self.task) } else { format!("'{path}'") };
        let message = format!("{owner} needs {}", names.join(" and "));
        let hint = if path.is_empty() {
            "Add it to 'in:', unless it comes from --default-task-vars.".to_owned()
        } else {
            format!("Add it below '{path}'.")
        };
        self.findings.push(warning("missing-parameter", message, place, self.at).hint(hint));
    }

    fn value(&mut self, parameter: &Parameter, value: &Data, path: &str) {
        if let Some(problem) = self.problem(&parameter.kind, value, path) {
            let found = match value.as_text() {
                Some(text) if !parameter.secret && text.chars().count() <= 40 => format!("'{text}'"),
                _ => described(value).to_owned(),
            };
            let message = format!("'{path}' must be {problem}, and this is {found}");
            self.findings.push(warning(WRONG, message, value.span, self.at));
        }
    }

    /// What a value should be instead; what is deeper in it is reported by itself. An expression may give anything.
    fn problem(&mut self, kind: &ParameterType, value: &Data, path: &str) -> Option<String> {
        if value.as_text().is_some_and(|text| text.contains("${")) {
            return None;
        }
        match (kind, &value.kind) {
            (ParameterType::Any, _) | (_, DataKind::Null) => None,
            (ParameterType::Object(fields), DataKind::Map(_)) => {
                self.entries(fields, value, path);
                self.required(fields, Some(value), value.span, path);
                None
            }
            (ParameterType::List(inner), DataKind::List(items)) => items
                .iter()
                .find_map(|item| self.problem(inner, item, path))
                .map(|problem| format!("a list with {problem} as each item")),
            (ParameterType::OneOf(names), DataKind::Text(text)) => {
                let fits = names.iter().any(|name| name.eq_ignore_ascii_case(text));
                let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
                (!fits).then(|| format!("one of {}", quoted(&names)))
            }
            (ParameterType::Either(kinds), _) => {
                let fits = kinds.iter().any(|kind| accepts(kind, value));
                let names: Vec<&str> = kinds.iter().map(noun).collect();
                (!fits).then(|| names.join(" or "))
            }
            _ => (!accepts(kind, value)).then(|| noun(kind).to_owned()),
        }
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// Whether a value is of a kind, as it is written.
fn accepts(kind: &ParameterType, value: &Data) -> bool {
    match (kind, &value.kind) {
        (ParameterType::Any, _)
        | (_, DataKind::Null)
        | (ParameterType::String | ParameterType::OneOf(_), DataKind::Text(_))
        | (ParameterType::Number, DataKind::Int(_) | DataKind::Float(_))
        | (ParameterType::Integer, DataKind::Int(_))
        | (ParameterType::Boolean, DataKind::Bool(_))
        | (ParameterType::List(_), DataKind::List(_))
        | (ParameterType::Map | ParameterType::Object(_), DataKind::Map(_)) => true,
        (ParameterType::Either(kinds), _) => kinds.iter().any(|kind| accepts(kind, value)),
        _ => false,
    }
}

const fn noun(kind: &ParameterType) -> &'static str {
    match kind {
        ParameterType::Any => "anything",
        ParameterType::String | ParameterType::OneOf(_) => "a text",
        ParameterType::Number => "a number",
        ParameterType::Integer => "a whole number",
        ParameterType::Boolean => "true or false",
        ParameterType::List(_) => "a list",
        ParameterType::Map | ParameterType::Object(_) => "a map",
        ParameterType::Either(_) => "one of several kinds",
    }
}

/// What a value is. No value is quoted: it may be a password.
const fn described(value: &Data) -> &'static str {
    match &value.kind {
        DataKind::Null => "nothing",
        DataKind::Bool(_) => "a boolean",
        DataKind::Int(_) => "a whole number",
        DataKind::Float(_) => "a number",
        DataKind::Text(_) => "a text",
        DataKind::List(_) => "a list",
        DataKind::Map(_) => "a map",
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ")
}
