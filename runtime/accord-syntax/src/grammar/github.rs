//! GitHub triggers.
//! Source: <https://concord.walmartlabs.com/docs/triggers/github.html>.

use super::configuration::exclusive_mode;
use super::context::Context;
use crate::definition::{Data, DataKind, Text};
use crate::regex;

pub(super) const OPTIONS: [&str; 9] = [
    "activeProfiles",
    "arguments",
    "conditions",
    "entryPoint",
    "exclusive",
    "ignoreEmptyPush",
    "useEventCommitId",
    "useInitiator",
    "version",
];

const CONDITIONS: [&str; 10] = [
    "branch",
    "files",
    "githubHost",
    "githubOrg",
    "githubRepo",
    "payload",
    "repositoryInfo",
    "sender",
    "status",
    "type",
];

pub(super) fn exclusive(context: &mut Context<'_>, data: Data) {
    let Some(object) = context.object(data) else { return };
    if !object.has("group") && !object.has("groupBy") {
        let message = "'exclusive' lacks 'group' or 'groupBy'".to_owned();
        context.missing(object.span, message, None);
    }
    for (key, value) in object.entries {
        context.enter(&key);
        match &*key.value {
            "group" => {
                context.non_empty_text(value);
            }
            "groupBy" => {
                if let Some(text) = context.text(value)
                    && !matches!(&*text.value, "branch" | "event")
                {
                    context.not_one_of(&text, &["branch", "event"]);
                }
            }
            "mode" => {
                exclusive_mode(context, value);
            }
            _ => {
                context.leave();
                context.unknown("option", &key, &value, &["group", "groupBy", "mode"]);
                continue;
            }
        }
        context.leave();
    }
}

pub(super) fn conditions(context: &mut Context<'_>, data: Data) {
    let Some(object) = context.object(data) else { return };
    context.require(&object, &["type"]);
    for (key, value) in object.entries {
        if !CONDITIONS.contains(&&*key.value) {
            context.unknown("condition", &key, &value, &CONDITIONS);
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
    let known = ["branch", "enabled", "projectId", "repository", "repositoryId"];
    for item in items {
        let Some(object) = context.object(item) else { continue };
        for (key, value) in object.entries {
            if !known.contains(&&*key.value) {
                context.unknown("option", &key, &value, &known);
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
        if matches!(&*key.value, "added" | "any" | "modified" | "removed") {
            context.enter(&key);
            patterns(context, value);
            context.leave();
        } else {
            context.unknown("option", &key, &value, &["added", "any", "modified", "removed"]);
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
