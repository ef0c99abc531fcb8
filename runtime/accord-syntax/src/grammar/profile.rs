//! The section `profiles`.

use std::sync::Arc;

use indexmap::IndexMap;

use super::context::Context;
use super::{configuration, flow, form, named};
use crate::definition::{Data, Profile};
use crate::format::{PROFILE, names};

pub(super) fn profiles(context: &mut Context<'_>, data: Data) -> IndexMap<Arc<str>, Profile> {
    let Some(object) = context.object(data) else { return IndexMap::new() };
    let mut profiles = Vec::with_capacity(object.entries.len());
    for (name, value) in object.entries {
        context.enter(&name);
        if let Some(object) = context.object(value) {
            let mut profile = Profile {
                name: name.clone(),
                configuration: None,
                flows: IndexMap::new(),
                forms: IndexMap::new(),
                span: object.span,
            };
            for (key, value) in object.entries {
                context.enter(&key);
                match &*key.value {
                    "configuration" => profile.configuration = configuration::configuration(context, value),
                    "flows" => profile.flows = flow::flows(context, value),
                    "forms" => profile.forms = form::forms(context, value),
                    _ => {
                        context.leave();
                        context.unknown("section", &key, &value, &names(PROFILE));
                        continue;
                    }
                }
                context.leave();
            }
            profiles.push((name, profile));
        }
        context.leave();
    }
    named(profiles)
}
