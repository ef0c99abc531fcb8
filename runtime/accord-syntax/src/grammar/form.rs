//! The section `forms`, and the fields that a step `form` brings along.

use std::sync::Arc;

use indexmap::IndexMap;

use super::context::{Context, Object};
use super::named;
use crate::definition::{Cardinality, Data, DataKind, FieldType, Form, FormField, Spanned, Text};
use crate::format::{FORM_FIELD, Shape, form_field_options, names};
use crate::source::Span;

pub(super) fn forms(context: &mut Context<'_>, data: Data) -> IndexMap<Arc<str>, Form> {
    let Some(object) = context.object(data) else { return IndexMap::new() };
    let mut forms = Vec::with_capacity(object.entries.len());
    for (name, value) in object.entries {
        context.enter(&name);
        if let Some((items, span)) = context.full_list(value, "form fields") {
            let fields = fields(context, items);
            forms.push((name.clone(), Form { name, fields, span }));
        }
        context.leave();
    }
    named(forms)
}

pub(super) fn fields(context: &mut Context<'_>, items: Vec<Data>) -> Vec<FormField> {
    items.into_iter().filter_map(|item| field(context, item)).collect()
}

const SHAPE: &str = "Write a field as '- name: { type: string }'.";

fn field(context: &mut Context<'_>, data: Data) -> Option<FormField> {
    let Data { kind: DataKind::Map(mut entries), span } = data else {
        context.wrong_kind("form-field", "A form field", "a map with its name as the key", &data, Some(SHAPE));
        return None;
    };
    let Some((name, options)) = entries.pop() else {
        context.bad_value(span, "A form field needs a name", Some(SHAPE.to_owned()));
        return None;
    };
    if !entries.is_empty() {
        let names: Vec<&str> = entries.iter().map(|(name, _)| &*name.value).chain([&*name.value]).collect();
        let message =
            format!("Each form field is a list item of its own, and this one has {}", super::context::list(&names));
        context.bad_value(span, message, Some(SHAPE.to_owned()));
        return None;
    }
    let Data { kind: DataKind::Map(entries), span } = options else {
        let subject = format!("The form field '{}'", name.value);
        context.wrong_kind("form-field", &subject, "a map with its type", &options, Some(SHAPE));
        return None;
    };
    context.enter(&name);
    let field = options_of(context, name, Object { entries, span });
    context.leave();
    field
}

fn options_of(context: &mut Context<'_>, name: Text, object: Object) -> Option<FormField> {
    let is = |key: &Text, known: &str| key.value.eq_ignore_ascii_case(known);
    let Some((_, written)) = object.entries.iter().find(|(key, _)| is(key, "type")) else {
        let message = format!("The form field '{}' lacks 'type'", name.value);
        context.missing(object.span, message, Some("Add e.g. 'type: string'.".into()));
        return None;
    };
    let field_type = field_type(context, written.clone());
    let special = field_type.as_ref().map_or(&[][..], |(kind, _)| form_field_options(kind.value));
    let (mut label, mut value, mut allow, mut rest) = (None, None, None, Vec::new());
    for (key, data) in object.entries {
        if is(&key, "type") {
        } else if is(&key, "label") {
            label = option_text(context, &key, data);
        } else if is(&key, "value") {
            value = Some(data);
        } else if is(&key, "allow") {
            allow = Some(data);
        } else if let Some(known) = special.iter().find(|known| is(&key, known.name)) {
            if let Some(data) = option(context, &key, known.shape, data) {
                // Of one that is written in capitals and in small letters the last counts.
                rest.retain(|(name, _): &(Text, Data)| &*name.value != known.name);
                rest.push((Text::new(known.name.into(), key.span), data));
            }
        } else if field_type.is_some() {
            let all = names(&[FORM_FIELD, special].concat());
            context.unknown_at("option", &key, Span { end: object.span.start, ..object.span }, &all);
        }
    }
    let (field_type, cardinality) = field_type?;
    Some(FormField { name, field_type, cardinality, label, value, allow, options: rest, span: object.span })
}

/// Mistakes in a field's options are reported with the field, not the option, as the innermost key.
fn option_text(context: &mut Context<'_>, key: &Text, data: Data) -> Option<Text> {
    if let Data { kind: DataKind::Text(text), span } = data {
        return Some(Text::new(text, span));
    }
    context.wrong_kind("wrong-type", &format!("'{}'", key.value), "a text", &data, None);
    None
}

fn option(context: &mut Context<'_>, key: &Text, shape: Shape, data: Data) -> Option<Data> {
    let (expected, good) = match shape {
        Shape::Number => ("a number", matches!(data.kind, DataKind::Int(_) | DataKind::Float(_))),
        Shape::Integer => ("a whole number", matches!(data.kind, DataKind::Int(_))),
        Shape::Boolean => ("true or false", matches!(data.kind, DataKind::Bool(_))),
        _ => ("a text", matches!(data.kind, DataKind::Text(_))),
    };
    if !good {
        context.wrong_kind("wrong-type", &format!("'{}'", key.value), expected, &data, None);
        return None;
    }
    Some(data)
}

fn field_type(context: &mut Context<'_>, data: Data) -> Option<(Spanned<FieldType>, Cardinality)> {
    let Data { kind: DataKind::Text(text), span } = data else {
        context.wrong_kind("wrong-type", "'type'", "a text", &data, None);
        return None;
    };
    let (name, cardinality) = match text.strip_suffix(['?', '+', '*']) {
        Some(name) if text.ends_with('?') => (name, Cardinality::OneOrNone),
        Some(name) if text.ends_with('+') => (name, Cardinality::AtLeastOne),
        Some(name) => (name, Cardinality::Any),
        None => (&*text, Cardinality::One),
    };
    if let Some(kind) = FieldType::ALL.into_iter().find(|kind| kind.name() == name) {
        return Some((Spanned::new(kind, span), cardinality));
    }
    if context.is_full() {
        return None;
    }
    let names = FieldType::ALL.map(FieldType::name);
    let message = format!("'{text}' is no type of a form field");
    let nearest = super::suggest::nearest(name.trim_end_matches(['?', '+', '*']), &names);
    let mut hint = nearest.map_or_else(String::new, |name| format!("Did you mean '{name}'? "));
    hint.push_str("Possible: ");
    hint.push_str(&super::context::list(&names));
    hint.push_str(", each with one of '?', '+' and '*' behind it or none.");
    context.bad_value(span, message, Some(hint));
    None
}
