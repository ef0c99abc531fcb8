//! A tree of data to a [`Definition`]: what each section may hold, with all mistakes at once.
//!
//! One module per section. Each mistake is reported where Concord reports it: a wrong value and an unknown option at
//! the value, a missing option at the enclosing object's key. What is wrong is left out of the definition, so that
//! the rest can still be looked at; a definition with errors is not to be run.
//! Source: <https://concord.walmartlabs.com/docs/processes-v2/>.

mod configuration;
mod context;
mod flow;
mod form;
mod github;
mod import;
mod profile;
mod step;
mod step_options;
mod suggest;
#[cfg(test)]
mod tests;
mod trigger;

use std::sync::Arc;

use context::Context;
pub use suggest::nearest;

use crate::definition::{Data, DataKind, Definition, Resources, Text};
use crate::diagnostic::Diagnostic;
use crate::format::{RESOURCES, SECTIONS, names};
use crate::source::Source;
use crate::yaml;

/// What became of one file.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// What it says, without its mistakes.
    pub definition: Definition,
    /// All mistakes; the first is the one that Concord reports.
    pub diagnostics: Vec<Diagnostic>,
    /// The file holds nothing but a null: Concord then looks for the next file.
    pub is_null: bool,
}

/// Parses one file.
#[must_use]
pub fn parse(source: &Source) -> Parsed {
    let document = yaml::read(source);
    let mut context = Context::new(source, document.cut);
    for problem in document.problems {
        context.problem(problem);
    }
    let mut is_null = false;
    let definition = match document.root {
        None => Definition::default(),
        Some(Data { kind: DataKind::Null, .. }) => {
            is_null = true;
            Definition::default()
        }
        Some(root) => sections(&mut context, root),
    };
    Parsed { definition, diagnostics: context.finish(), is_null }
}

fn sections(context: &mut Context<'_>, root: Data) -> Definition {
    let mut definition = Definition::default();
    let entries = match root {
        Data { kind: DataKind::Map(entries), .. } => entries,
        other => {
            let hint = "Begin with a section, e.g. 'flows:'.";
            context.wrong_kind("wrong-type", "A Concord file", "a map of sections", &other, Some(hint));
            return definition;
        }
    };
    for (key, value) in entries {
        context.enter(&key);
        match &*key.value {
            "configuration" => definition.configuration = configuration::configuration(context, value),
            "flows" => definition.flows = flow::flows(context, value),
            "forms" => definition.forms = form::forms(context, value),
            "imports" => definition.imports = import::imports(context, value),
            "profiles" => definition.profiles = profile::profiles(context, value),
            "publicFlows" => definition.public_flows = context.texts(value),
            "resources" => definition.resources = resources(context, value),
            "triggers" => definition.triggers = trigger::triggers(context, value),
            _ => {
                context.leave();
                context.unknown("section", &key, &value, &names(SECTIONS));
                continue;
            }
        }
        context.leave();
    }
    definition
}

fn resources(context: &mut Context<'_>, data: Data) -> Option<Resources> {
    let object = context.object(data)?;
    let mut concord = None;
    for (key, value) in object.entries {
        match &*key.value {
            "concord" => {
                context.enter(&key);
                concord = context.texts(value);
                context.leave();
            }
            _ => context.unknown("option", &key, &value, &names(RESOURCES)),
        }
    }
    concord.map(|concord| Resources { concord, span: object.span })
}

/// Named things by their names; the reader has refused duplicates.
fn named<T>(entries: Vec<(Text, T)>) -> indexmap::IndexMap<Arc<str>, T> {
    entries.into_iter().map(|(name, value)| (name.value, value)).collect()
}
