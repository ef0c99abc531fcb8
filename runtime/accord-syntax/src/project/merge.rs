//! How files and profiles are laid over each other.

use crate::definition::{Configuration, Data, DataKind, Definition, Profile, Text};

/// Lays the next file over what the files before it said.
pub(super) fn file(base: &mut Definition, next: Definition) {
    base.flows.extend(next.flows);
    base.forms.extend(next.forms);
    base.profiles.extend(next.profiles);
    base.triggers.extend(next.triggers);
    base.public_flows = next.public_flows;
    base.imports = next.imports;
    base.resources = next.resources;
    let before = base.configuration.take().unwrap_or_default();
    let mut configuration = next.configuration.unwrap_or_default();
    configuration.arguments = maps(before.arguments, configuration.arguments);
    configuration.dependencies = joined(before.dependencies, configuration.dependencies);
    base.configuration = Some(configuration);
}

/// Applies a profile.
pub(super) fn profile(base: &mut Definition, profile: Profile) {
    base.flows.extend(profile.flows);
    base.forms.extend(profile.forms);
    if let Some(over) = profile.configuration {
        let below = base.configuration.take().unwrap_or_default();
        base.configuration = Some(configuration(below, over));
    }
}

fn configuration(base: Configuration, over: Configuration) -> Configuration {
    let is_listed = over.dependencies.as_ref().is_some_and(|list| !list.is_empty());
    let dependencies = if is_listed { over.dependencies } else { base.dependencies };
    Configuration {
        runtime: over.runtime.or(base.runtime),
        entry_point: over.entry_point.or(base.entry_point),
        debug: over.debug.or(base.debug),
        active_profiles: over.active_profiles.or(base.active_profiles),
        arguments: maps(base.arguments, over.arguments),
        // A profile's extra dependencies join the dependencies; the project's own stay extra.
        dependencies: joined(dependencies, over.extra_dependencies),
        extra_dependencies: base.extra_dependencies,
        out: over.out.or(base.out),
        meta: maps(base.meta, over.meta),
        requirements: maps(base.requirements, over.requirements),
        template: over.template.or(base.template),
        parallel_loop_parallelism: over.parallel_loop_parallelism.or(base.parallel_loop_parallelism),
        process_timeout: over.process_timeout.or(base.process_timeout),
        suspend_timeout: over.suspend_timeout.or(base.suspend_timeout),
        exclusive: over.exclusive.or(base.exclusive),
        events: maps(base.events, over.events),
        validation: maps(base.validation, over.validation),
        span: if base.span == crate::Span::default() { over.span } else { base.span },
    }
}

fn maps(base: Option<Data>, over: Option<Data>) -> Option<Data> {
    match (base, over) {
        (Some(mut base), Some(over)) => {
            base.merge(over);
            Some(base)
        }
        (base, over) => over.or(base),
    }
}

fn joined(base: Option<Vec<Text>>, more: Option<Vec<Text>>) -> Option<Vec<Text>> {
    let (Some(mut all), Some(more)) = (base.clone(), more.clone()) else { return base.or(more) };
    for text in more {
        if !all.iter().any(|known| known.value == text.value) {
            all.push(text);
        }
    }
    Some(all)
}

impl Data {
    /// Lays another value over this one: maps are merged deep and keep the order of their keys, all else is replaced.
    pub fn merge(&mut self, over: Self) {
        let (DataKind::Map(base), DataKind::Map(over)) = (&mut self.kind, over.kind.clone()) else {
            *self = over;
            return;
        };
        for (key, value) in over {
            match base.iter_mut().find(|(known, _)| known.value == key.value) {
                Some((_, known)) => known.merge(value),
                None => base.push((key, value)),
            }
        }
    }
}
