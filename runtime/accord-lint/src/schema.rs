//! The JSON Schema (2020-12) of a Concord file, for editors and other programs that read files of the format.
//!
//! Made of the lists that the grammar itself reads files by, and of what tasks say about themselves. What it cannot say,
//! such as the order of a step's keys or whether an expression can be parsed, `lint` says.

use accord_sdk::{Parameter, ParameterType, Registry};
use accord_syntax::definition::{Cardinality, FieldType};
use accord_syntax::format::{
    FORM_FIELD, GENERIC_TRIGGER, GITHUB_EXCLUSIVE, IMPORTS, Key, SECTIONS, STEPS, Shape, StepFormat, TRIGGERS, WORDS,
    form_field_options,
};
use serde_json::{Map, Value, json};

/// One whole `${…}`.
const EXPRESSION: &str = r"^\$\{[\s\S]*\}$";

/// Durations as Java reads them: days, hours, minutes and seconds.
const DURATION: &str = r"^[-+]?[Pp](?=[-+0-9Tt])(?:[-+]?[0-9]+[Dd])?(?:[Tt](?=[-+0-9])(?:[-+]?[0-9]+[Hh])?(?:[-+]?[0-9]+[Mm])?(?:[-+]?[0-9]+(?:[.,][0-9]{0,9})?[Ss])?)?$";

/// The schema of a file; with the inputs of these tasks.
#[must_use]
pub fn schema(registry: &Registry) -> Value {
    let mut definitions = Map::new();
    let mut define = |name: &str, schema: Value| definitions.insert(name.to_owned(), schema);
    define("expression", json!({ "type": "string", "pattern": EXPRESSION, "description": "An expression: ${…}" }));
    define("value", value(false));
    define("anything", value(true));
    define("map", json!({ "type": "object", "additionalProperties": reference("value") }));
    define("texts", json!({ "type": "array", "items": { "type": "string" } }));
    define("steps", json!({ "type": "array", "items": reference("step"), "minItems": 1 }));
    define("step", step());
    for format in STEPS {
        define(format.kind.name, step_kind(format, registry));
    }
    define("formFields", json!({ "type": "array", "items": reference("formField"), "minItems": 1 }));
    define("formField", form_field());
    define("imports", one_key_maps(IMPORTS, false));
    define("triggers", one_key_maps(TRIGGERS, true));
    for task in registry.names() {
        if let Some(parameters) = registry.info(task).and_then(|info| info.input.as_deref()) {
            define(&task_definition(task), inputs(parameters));
        }
    }
    let mut schema = object(SECTIONS);
    let Value::Object(fields) = &mut schema else { return schema };
    let head = [
        ("$schema", "https://json-schema.org/draft/2020-12/schema"),
        ("title", "Concord file"),
        ("description", "A file of a Concord project, runtime concord-v2."),
    ];
    let mut whole: Map<String, Value> = head.into_iter().map(|(key, text)| (key.to_owned(), text.into())).collect();
    whole.append(fields);
    whole.insert("$defs".to_owned(), definitions.into());
    whole.into()
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// Any value; maps hold no nulls.
fn value(or_null: bool) -> Value {
    let mut types = vec!["boolean", "number", "string", "array", "object"];
    if or_null {
        types.push("null");
    }
    json!({ "type": types, "items": reference("anything"), "additionalProperties": reference("value") })
}

/// A map with these keys and no others.
fn object(keys: &[Key]) -> Value {
    let properties: Map<String, Value> = keys.iter().map(|key| (key.name.to_owned(), described(key))).collect();
    let required: Vec<&str> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if let (Some(schema), false) = (schema.as_object_mut(), required.is_empty()) {
        schema.insert("required".to_owned(), required.into());
    }
    schema
}

/// A key's shape, with what it is for.
fn described(key: &Key) -> Value {
    let mut schema = shape(&key.shape);
    if let Some(schema) = schema.as_object_mut() {
        let text = match key.replaced_by {
            Some(instead) => format!("{} Write '{instead}' instead.", key.summary),
            None => key.summary.to_owned(),
        };
        schema.insert("description".to_owned(), text.into());
        if key.replaced_by.is_some() {
            schema.insert("deprecated".to_owned(), true.into());
        }
    }
    schema
}

fn shape(shape: &Shape) -> Value {
    match shape {
        Shape::Any => reference("anything"),
        Shape::Value => reference("value"),
        Shape::Text => json!({ "type": "string" }),
        Shape::FullText => json!({ "type": "string", "pattern": r"\S" }),
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::Integer => json!({ "type": "integer", "minimum": i32::MIN, "maximum": i32::MAX }),
        Shape::Number => json!({ "type": "number" }),
        Shape::Exactly(number) => json!({ "const": number }),
        Shape::Expression => reference("expression"),
        Shape::IntegerOrExpression => any_of([self::shape(&Shape::Integer), reference("expression")]),
        Shape::Map => reference("map"),
        Shape::MapOrExpression => any_of([reference("map"), reference("expression")]),
        Shape::Texts => reference("texts"),
        Shape::Pattern => json!({ "type": "string" }),
        Shape::Patterns => any_of([json!({ "type": "string" }), reference("texts")]),
        Shape::Duration => json!({ "type": "string", "pattern": DURATION, "examples": ["PT1H"] }),
        Shape::OneOf(texts) => json!({ "enum": texts }),
        Shape::OneOfAnyCase(texts) => {
            let patterns: Vec<String> = texts.iter().map(|text| any_case(text)).collect();
            let pattern = format!("^(?:{})$", patterns.join("|"));
            any_of([json!({ "enum": texts }), json!({ "type": "string", "pattern": pattern })])
        }
        Shape::Out { names, map } => {
            let mut kinds = vec![json!({ "type": "string" })];
            kinds.extend(names.then(|| reference("texts")));
            kinds.extend(map.then(|| reference("map")));
            any_of(kinds)
        }
        Shape::Steps => reference("steps"),
        Shape::Fields => reference("formFields"),
        Shape::FieldsOrExpression => any_of([reference("formFields"), reference("expression")]),
        Shape::Imports => reference("imports"),
        Shape::Triggers => reference("triggers"),
        Shape::Object(keys) if std::ptr::eq(*keys, GITHUB_EXCLUSIVE) => {
            let mut schema = object(keys);
            if let Some(schema) = schema.as_object_mut() {
                let either = json!([{ "required": ["group"] }, { "required": ["groupBy"] }]);
                schema.insert("anyOf".to_owned(), either);
            }
            schema
        }
        Shape::Object(keys) => object(keys),
        Shape::Objects(keys) => json!({ "type": "array", "items": object(keys) }),
        Shape::Named(inner) => json!({ "type": "object", "additionalProperties": self::shape(inner) }),
    }
}

fn any_of(kinds: impl IntoIterator<Item = Value>) -> Value {
    json!({ "anyOf": kinds.into_iter().collect::<Vec<_>>() })
}

/// A pattern that a word matches in any case.
fn any_case(word: &str) -> String {
    let letter = |c: char| match (c.to_ascii_lowercase(), c.to_ascii_uppercase()) {
        (lower, upper) if lower != upper => format!("[{lower}{upper}]"),
        _ => c.to_string(),
    };
    word.chars().map(letter).collect()
}

/// A step: a word, an expression, or a map that one kind begins.
fn step() -> Value {
    let words: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
    let meaning: Vec<String> = WORDS.iter().map(|(word, summary)| format!("{word}: {summary}")).collect();
    let words = json!({ "enum": words, "description": meaning.join(" ") });
    let kinds = STEPS.iter().map(|format| reference(format.kind.name));
    any_of([words, reference("expression")].into_iter().chain(kinds))
}

fn step_kind(format: &StepFormat, registry: &Registry) -> Value {
    let mut schema = object(&[&[format.kind], format.options].concat());
    let Some(fields) = schema.as_object_mut() else { return schema };
    fields.insert("title".to_owned(), format.kind.name.into());
    if format.has_branches {
        fields.insert("additionalProperties".to_owned(), reference("steps"));
        fields.insert("minProperties".to_owned(), 2.into());
    }
    if format.kind.name == "task" {
        let names: Vec<&str> = registry.names().collect();
        if let Some(Value::Object(task)) = fields.get_mut("properties").and_then(|fields| fields.get_mut("task")) {
            task.remove("type");
            task.insert("anyOf".to_owned(), json!([{ "enum": names }, { "type": "string" }]));
        }
        let with_inputs = registry.names().filter(|name| registry.info(name).is_some_and(|info| info.input.is_some()));
        let rules: Vec<Value> = with_inputs
            .map(|name| {
                json!({
                    "if": { "properties": { "task": { "const": name } }, "required": ["task"] },
                    "then": { "properties": { "in": reference(&task_definition(name)) } },
                })
            })
            .collect();
        if !rules.is_empty() {
            fields.insert("allOf".to_owned(), rules.into());
        }
    }
    schema
}

fn task_definition(task: &str) -> String {
    format!("task.{task}")
}

/// The inputs of a task, described: any of them may be an expression, and what does not fit is lint's to say.
fn inputs(parameters: &[Parameter]) -> Value {
    let properties: Map<String, Value> =
        parameters.iter().map(|parameter| (parameter.name.to_string(), input(parameter))).collect();
    json!({ "properties": properties })
}

fn input(parameter: &Parameter) -> Value {
    let kind = kind_of(&parameter.kind);
    let needed = if parameter.required { "required" } else { "optional" };
    let mut text = format!("{kind}, {needed}");
    if !parameter.summary.is_empty() {
        text.push_str(": ");
        text.push_str(&parameter.summary);
    }
    let mut schema = json!({ "description": text });
    let Some(fields) = schema.as_object_mut() else { return schema };
    match &parameter.kind {
        ParameterType::OneOf(names) => {
            fields.insert("anyOf".to_owned(), json!([{ "enum": names }, {}]));
        }
        ParameterType::Boolean => {
            fields.insert("anyOf".to_owned(), json!([{ "enum": [true, false] }, {}]));
        }
        ParameterType::Object(inner) => {
            if let Value::Object(inner) = inputs(inner) {
                fields.extend(inner);
            }
        }
        _ => {}
    }
    schema
}

fn kind_of(kind: &ParameterType) -> String {
    match kind {
        ParameterType::Any => "any value".to_owned(),
        ParameterType::String => "text".to_owned(),
        ParameterType::OneOf(names) => format!("one of {}", names.join(", ")),
        ParameterType::Number => "number".to_owned(),
        ParameterType::Integer => "whole number".to_owned(),
        ParameterType::Boolean => "true or false".to_owned(),
        ParameterType::List(_) => "list".to_owned(),
        ParameterType::Map | ParameterType::Object(_) => "map".to_owned(),
        ParameterType::Either(kinds) => kinds.iter().map(kind_of).collect::<Vec<_>>().join(" or "),
    }
}

/// A map of the field's name and its options, whose names count in any case.
fn form_field() -> Value {
    let kinds = FieldType::ALL.map(|kind| {
        let keys = [FORM_FIELD, form_field_options(kind)].concat();
        let signs = [Cardinality::One, Cardinality::OneOrNone, Cardinality::AtLeastOne, Cardinality::Any];
        let types: Vec<String> = signs.iter().map(|sign| format!("{}{}", kind.name(), sign.sign())).collect();
        let shapes = |key: &Key| match key.name {
            "type" => json!({ "enum": types, "description": key.summary }),
            // What is in them may be null.
            "value" | "allow" => json!({ "description": key.summary }),
            _ => described(key),
        };
        let properties: Map<String, Value> = keys.iter().map(|key| (key.name.to_owned(), shapes(key))).collect();
        let any_case: Map<String, Value> =
            keys.iter().map(|key| (format!("^{}$", any_case(key.name)), shapes(key))).collect();
        json!({
            "type": "object",
            "title": kind.name(),
            "properties": properties,
            "patternProperties": any_case,
            "additionalProperties": false,
            "not": { "propertyNames": { "not": { "pattern": format!("^{}$", self::any_case("type")) } } },
        })
    });
    json!({ "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": any_of(kinds) })
}

/// A list of maps that have one of these keys each; with `others`, any other key is a generic trigger.
fn one_key_maps(keys: &[Key], others: bool) -> Value {
    let properties: Map<String, Value> = keys.iter().map(|key| (key.name.to_owned(), described(key))).collect();
    let rest = if others { object(GENERIC_TRIGGER) } else { false.into() };
    let item = json!({
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "properties": properties,
        "additionalProperties": rest,
    });
    json!({ "type": "array", "items": item, "minItems": 1 })
}

#[cfg(test)]
mod tests;
