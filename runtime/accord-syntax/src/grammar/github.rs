//! GitHub triggers.
//! Source: <https://concord.walmartlabs.com/docs/triggers/github.html>.

use super::context::Context;
use crate::definition::{Data, DataKind, Text};
use crate::format::{GITHUB_CONDITIONS, GITHUB_EXCLUSIVE, GITHUB_FILES, REPOSITORY_INFO, find, names};
use crate::regex;

pub(super) fn exclusive(context: &mut Context<'_>, data: Data) {
    let Some(object) = context.object(data) else { return };
    if !object.has("group") && !object.has("groupBy") {
        let message = "'exclusive' lacks 'group' or 'groupBy'".to_owned();
        context.missing(object.span, message, None);
    }
    for (key, value) in object.entries {
        let Some(known) = find(GITHUB_EXCLUSIVE, &key.value) else {
            context.unknown("option", &key, &value, &names(GITHUB_EXCLUSIVE));
            continue;
        };
        context.enter(&key);
        if known.name == "group" {
            context.non_empty_text(value);
        } else {
            context.one_of(value, known);
        }
        context.leave();
    }
}

pub(super) fn conditions(context: &mut Context<'_>, data: Data) {
    let Some(object) = context.object(data) else { return };
    context.require(&object, GITHUB_CONDITIONS);
    for (key, value) in object.entries {
        if find(GITHUB_CONDITIONS, &key.value).is_none() {
            context.unknown("condition", &key, &value, &names(GITHUB_CONDITIONS));
            continue;
        }
        context.enter(&key);
        match &*key.value {
            "type" => {
                context.text(value);
            }
            "payload" => {
                context.map(value);
            }
            "repositoryInfo" => repository_info(context, value),
            "files" => files(context, value),
            "githubOrg" | "githubRepo" => patterns(context, value),
            _ => pattern(context, value),
        }
        context.leave();
    }
}

fn repository_info(context: &mut Context<'_>, data: Data) {
    let Some((items, _)) = context.list(data, "maps") else { return };
    for item in items {
        let Some(object) = context.object(item) else { continue };
        for (key, value) in object.entries {
            if find(REPOSITORY_INFO, &key.value).is_none() {
                context.unknown("option", &key, &value, &names(REPOSITORY_INFO));
                continue;
            }
            context.enter(&key);
            match &*key.value {
                "enabled" => {
                    context.boolean(&value);
                }
                "branch" => pattern(context, value),
                _ => {
                    context.text(value);
                }
            }
            context.leave();
        }
    }
}

fn files(context: &mut Context<'_>, data: Data) {
    let Some(object) = context.object(data) else { return };
    for (key, value) in object.entries {
        if find(GITHUB_FILES, &key.value).is_some() {
            context.enter(&key);
            patterns(context, value);
            context.leave();
        } else {
            context.unknown("option", &key, &value, &names(GITHUB_FILES));
        }
    }
}

/// A pattern or a list of them.
fn patterns(context: &mut Context<'_>, data: Data) {
    match data.kind {
        DataKind::List(items) => items.into_iter().for_each(|item| pattern(context, item)),
        DataKind::Text(_) => pattern(context, data),
        _ => context.wrong("a pattern or a list of patterns", &data),
    }
}

fn pattern(context: &mut Context<'_>, data: Data) {
    let Data { kind: DataKind::Text(text), span } = data else {
        return context.wrong("a pattern", &data);
    };
    if let Err(error) = regex::translate(&text) {
        let text = Text::new(text, span);
        context.bad_value(text.span, format!("'{}' is no valid pattern: {error}", text.value), None);
    }
}
