//! Inputs and results of tasks checked against their descriptions, as `configuration.validation.taskCalls` asks for.
//!
//! Owns: what fits a parameter, and the reference's wording of what does not. Must not know: where the mode comes from.

use accord_value::{Map, Value};

use crate::{Parameter, ParameterType, TaskError, TaskInfo, TaskResult, Variables};

/// What is done about inputs or results that do not fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validation {
    /// Nothing: the task sees for itself.
    #[default]
    Disabled,
    /// A warning is logged.
    Warn,
    /// The step fails.
    Fail,
}

impl Validation {
    /// The mode of this name, whatever its case.
    pub fn parse(name: &str) -> Option<Validation> {
        [("disabled", Validation::Disabled), ("warn", Validation::Warn), ("fail", Validation::Fail)]
            .into_iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, mode)| mode)
    }
}

/// What of the inputs does not fit, in words that quote no value; none where all does.
pub(crate) fn complaint(info: &TaskInfo, input: &Variables) -> Option<String> {
    found(&info.name, "in", info.input.as_deref()?, input.as_map())
}

/// What of a result does not fit, as [`complaint`].
pub(crate) fn result_complaint(info: &TaskInfo, result: &TaskResult) -> Option<String> {
    let expected = info.output.as_deref()?;
    found(&info.name, "out", expected, &Map::from_pairs(result.entries()))
}

fn found(name: &str, direction: &str, expected: &[Parameter], map: &Map) -> Option<String> {
    let mut found = Vec::new();
    fields(expected, map, "$", &mut found);
    let lines: String = found.iter().map(|line| format!("\n  - {line}")).collect();
    let head = format!("Task '{name}' {direction} validation failed (schema: {name}.schema.json):");
    (!found.is_empty()).then(|| head + &lines)
}

/// As [`complaint`], as the failure of a step.
pub(crate) fn failure(complaint: String) -> TaskError {
    TaskError::user(complaint)
}

fn fields(parameters: &[Parameter], map: &Map, path: &str, found: &mut Vec<String>) {
    for parameter in parameters {
        match map.get(&parameter.name) {
            None if parameter.required => {
                found.push(format!("{path}: required property '{}' not found", parameter.name));
            }
            None => {}
            Some(value) => check(&parameter.kind, &value, &format!("{path}.{}", parameter.name), found),
        }
    }
}

fn check(kind: &ParameterType, value: &Value, path: &str, found: &mut Vec<String>) {
    match (kind, value) {
        (ParameterType::Object(parameters), Value::Map(map)) => fields(parameters, map, path, found),
        (ParameterType::List(inner), Value::List(list)) => {
            for (index, item) in list.snapshot().iter().enumerate() {
                check(inner, item, &format!("{path}[{index}]"), found);
            }
        }
        (ParameterType::OneOf(names), Value::Text(text)) => {
            if !names.iter().any(|name| name.eq_ignore_ascii_case(text.as_str())) {
                let known: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
                found.push(format!("{path}: does not have a value in the enumeration [{}]", known.join(", ")));
            }
        }
        (ParameterType::Either(kinds), value) => {
            let fits = |kind: &ParameterType| {
                let mut problems = Vec::new();
                check(kind, value, path, &mut problems);
                problems.is_empty()
            };
            if !kinds.iter().any(fits) {
                let names: Vec<&str> = kinds.iter().map(type_name).collect();
                found.push(format!("{path}: {} found, {} expected", value_name(value), names.join(" or ")));
            }
        }
        (ParameterType::Any, _) => {}
        (kind, value) => {
            let (wanted, got) = (type_name(kind), value_name(value));
            if wanted != got && !(wanted == "number" && got == "integer") {
                found.push(format!("{path}: {got} found, {wanted} expected"));
            }
        }
    }
}

fn type_name(kind: &ParameterType) -> &'static str {
    match kind {
        ParameterType::Any => "any",
        ParameterType::String | ParameterType::OneOf(_) => "string",
        ParameterType::Number => "number",
        ParameterType::Integer => "integer",
        ParameterType::Boolean => "boolean",
        ParameterType::List(_) => "array",
        ParameterType::Map | ParameterType::Object(_) => "object",
        ParameterType::Either(_) => "one of several",
    }
}

fn value_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Byte(_) | Value::Short(_) | Value::Int(_) | Value::Long(_) | Value::BigInt(_) => "integer",
        value if value.is_number() => "number",
        Value::List(_) | Value::Set(_) => "array",
        Value::Map(_) => "object",
        _ => "string",
    }
}
