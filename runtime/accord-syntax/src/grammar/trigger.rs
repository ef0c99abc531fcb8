//! The section `triggers`: cron, manual, oneops and generic ones. `github` has a module of its own.
//! Source: <https://concord.walmartlabs.com/docs/triggers/>.

use super::configuration::exclusive;
use super::context::{Context, Object};
use super::github;
use crate::definition::{Data, DataKind, Text, Trigger};
use crate::format::{GENERIC_TRIGGER, RUN_AS, Shape, TRIGGERS, find, names};

const SHAPE: &str = "Write a trigger as '- manual:', '- cron:', … with its options indented below the name.";

/// The time zones that Java knows, a line each.
const TIME_ZONES: &str = include_str!("timezones.txt");

pub(super) fn triggers(context: &mut Context<'_>, data: Data) -> Vec<Trigger> {
    let Some((items, _)) = context.full_list(data, "triggers") else { return Vec::new() };
    items.into_iter().filter_map(|item| trigger(context, item)).collect()
}

fn trigger(context: &mut Context<'_>, data: Data) -> Option<Trigger> {
    let Data { kind: DataKind::Map(entries), span } = data else {
        context.wrong_kind("trigger", "A trigger", "a map with its kind as the key", &data, Some(SHAPE));
        return None;
    };
    let mut entries = entries.into_iter();
    let Some((kind, value)) = entries.next() else {
        context.bad_value(span, "A trigger needs a kind", Some(SHAPE.to_owned()));
        return None;
    };
    context.enter(&kind);
    let trigger = options(context, &kind, value);
    context.leave();
    if let Some((other, _)) = entries.next()
        && trigger.is_some()
    {
        let message = format!("A trigger has one kind, and this one has '{}' besides '{}'", other.value, kind.value);
        context.bad_value(span, message, Some(SHAPE.to_owned()));
        return None;
    }
    trigger
}

fn options(context: &mut Context<'_>, kind: &Text, data: Data) -> Option<Trigger> {
    let options = data.clone();
    let span = data.span;
    let object = context.object(data)?;
    let known = match find(TRIGGERS, &kind.value).map(|trigger| trigger.shape) {
        Some(Shape::Object(known)) => known,
        _ => GENERIC_TRIGGER,
    };
    if find(known, "version").is_some() && !version(context, kind, &object) {
        return None;
    }
    context.require(&object, known);
    let mut it =
        Trigger { kind: kind.clone(), entry_point: None, active_profiles: Vec::new(), arguments: None, options, span };
    for (key, value) in object.entries {
        if find(known, &key.value).is_none() {
            context.unknown("option", &key, &value, &names(known));
            continue;
        }
        context.enter(&key);
        option(context, &mut it, &key, value);
        context.leave();
    }
    Some(it)
}

fn option(context: &mut Context<'_>, it: &mut Trigger, key: &Text, value: Data) {
    let is_github = &*it.kind.value == "github";
    match &*key.value {
        "entryPoint" => it.entry_point = context.text(value),
        "activeProfiles" => it.active_profiles = context.texts(value).unwrap_or_default(),
        "arguments" => it.arguments = context.map(value),
        "exclusive" if is_github => github::exclusive(context, value),
        "exclusive" => {
            exclusive(context, value);
        }
        "conditions" if is_github => github::conditions(context, value),
        "conditions" => {
            context.map(value);
        }
        "useInitiator" | "useEventCommitId" | "ignoreEmptyPush" => {
            context.boolean(&value);
        }
        "name" | "spec" => {
            context.text(value);
        }
        "timezone" => time_zone(context, value),
        "runAs" => run_as(context, value),
        // `version` was looked at first.
        _ => {}
    }
}

/// Only version 2 is supported, and it must be said.
fn version(context: &mut Context<'_>, kind: &Text, object: &Object) -> bool {
    match object.get("version") {
        Some(Data { kind: DataKind::Int(2), .. }) => true,
        Some(data @ Data { kind: DataKind::Int(_), span }) => {
            let found = super::context::describe(data);
            let message = format!("'{}' triggers are supported in version 2, and this is {found}", kind.value);
            context.bad_value(*span, message, Some("Write 'version: 2'.".to_owned()));
            false
        }
        Some(data) => {
            context.wrong_kind("wrong-type", "'version'", "the number 2", data, None);
            false
        }
        None => {
            let message =
                format!("The trigger '{}' lacks 'version: 2', the only version that is supported", kind.value);
            context.missing(object.span, message, Some("Add 'version: 2'.".into()));
            false
        }
    }
}

fn time_zone(context: &mut Context<'_>, data: Data) {
    let Data { kind: DataKind::Text(name), span } = data else {
        return context.wrong("the name of a time zone, e.g. 'America/Toronto'", &data);
    };
    if TIME_ZONES.lines().any(|known| known == &*name) || context.is_full() {
        return;
    }
    let known: Vec<&str> = TIME_ZONES.lines().collect();
    let nearest = super::suggest::nearest(&name, &known);
    let hint = nearest.map_or_else(
        || "Write its name, e.g. 'America/Toronto' or 'UTC'; offsets are not accepted.".to_owned(),
        |name| format!("Did you mean '{name}'?"),
    );
    context.bad_value(span, format!("'{name}' is no known time zone"), Some(hint));
}

fn run_as(context: &mut Context<'_>, data: Data) {
    let Some(object) = context.object(data) else { return };
    context.require(&object, RUN_AS);
    for (key, value) in object.entries {
        if &*key.value == "withSecret" {
            context.enter(&key);
            context.non_empty_text(value);
            context.leave();
        } else {
            context.unknown("option", &key, &value, &names(RUN_AS));
        }
    }
}
