//! The section `imports`.
//! Source: <https://concord.walmartlabs.com/docs/processes-v2/imports.html>.

use super::context::Context;
use crate::definition::{Data, DataKind, DirImport, GitImport, Import, ImportSecret, MvnImport, Text};
use crate::format::{DIR_IMPORT, GIT_IMPORT, IMPORT_SECRET, IMPORTS, Key, MVN_IMPORT, find, names};
use crate::source::Span;

const SHAPE: &str = "Write an import as '- git:', '- mvn:' or '- dir:' with its options below it.";

pub(super) fn imports(context: &mut Context<'_>, data: Data) -> Vec<Import> {
    let Some((items, _)) = context.full_list(data, "imports") else { return Vec::new() };
    items.into_iter().filter_map(|item| import(context, item)).collect()
}

fn import(context: &mut Context<'_>, data: Data) -> Option<Import> {
    let Data { kind: DataKind::Map(mut entries), span } = data else {
        context.wrong_kind("import", "An import", "a map with its kind as the key", &data, Some(SHAPE));
        return None;
    };
    let (key, value) = match (entries.pop(), entries.is_empty()) {
        (Some(entry), true) => entry,
        _ => {
            context.bad_value(span, "An import has exactly one kind", Some(SHAPE.to_owned()));
            return None;
        }
    };
    if find(IMPORTS, &key.value).is_none() {
        context.unknown_at("kind", &key, key.span, &names(IMPORTS));
        return None;
    }
    context.enter(&key);
    let import = match &*key.value {
        "git" => git(context, value, key.span).map(|git| Import::Git(Box::new(git))),
        "mvn" => mvn(context, value, key.span).map(Import::Mvn),
        _ => dir(context, value, key.span).map(Import::Dir),
    };
    context.leave();
    import
}

fn git(context: &mut Context<'_>, data: Data, span: Span) -> Option<GitImport> {
    let object = context.object(data)?;
    let mut it = GitImport {
        name: None,
        url: None,
        version: None,
        path: None,
        dest: None,
        exclude: Vec::new(),
        secret: None,
        span,
    };
    for (key, value) in object.entries {
        context.enter(&key);
        match &*key.value {
            "name" => it.name = context.text(value),
            "url" => it.url = context.text(value),
            "version" => it.version = context.text(value),
            "path" => it.path = context.text(value),
            "dest" => it.dest = context.text(value),
            "exclude" => it.exclude = context.texts(value).unwrap_or_default(),
            "secret" => it.secret = secret(context, value),
            _ => {
                context.leave();
                context.unknown("option", &key, &value, &names(GIT_IMPORT));
                continue;
            }
        }
        context.leave();
    }
    Some(it)
}

fn secret(context: &mut Context<'_>, data: Data) -> Option<ImportSecret> {
    let object = context.object(data)?;
    context.require(&object, IMPORT_SECRET);
    let (mut org, mut name, mut password) = (None, None, None);
    for (key, value) in object.entries {
        context.enter(&key);
        match &*key.value {
            "org" => org = context.text(value),
            "name" => name = context.text(value),
            "password" => password = context.secret_text(value),
            _ => {
                context.leave();
                context.unknown("option", &key, &value, &names(IMPORT_SECRET));
                continue;
            }
        }
        context.leave();
    }
    Some(ImportSecret { org, name: name?, password })
}

fn mvn(context: &mut Context<'_>, data: Data, span: Span) -> Option<MvnImport> {
    let (url, dest) = source_and_dest(context, data, MVN_IMPORT, "url")?;
    Some(MvnImport { url, dest, span })
}

fn dir(context: &mut Context<'_>, data: Data, span: Span) -> Option<DirImport> {
    let (src, dest) = source_and_dest(context, data, DIR_IMPORT, "src")?;
    Some(DirImport { src, dest, span })
}

fn source_and_dest(
    context: &mut Context<'_>,
    data: Data,
    keys: &'static [Key],
    source: &str,
) -> Option<(Text, Option<Text>)> {
    let object = context.object(data)?;
    context.require(&object, keys);
    let (mut from, mut dest) = (None, None);
    for (key, value) in object.entries {
        context.enter(&key);
        if &*key.value == source {
            from = context.text(value);
        } else if &*key.value == "dest" {
            dest = context.text(value);
        } else {
            context.leave();
            context.unknown("option", &key, &value, &names(keys));
            continue;
        }
        context.leave();
    }
    Some((from?, dest))
}
