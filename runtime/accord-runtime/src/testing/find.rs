//! Which flows are tests, and which of them are asked for.

use std::collections::HashMap;
use std::sync::Arc;

use accord_syntax::definition::Flow;
use accord_syntax::glob::Glob;
use accord_syntax::{Place, Project};
use accord_value as value;

use super::base::Base;
use super::{SUFFIX, TestCase};
use crate::error::Error;
use crate::load;

/// Whether a flow of this name is a test.
pub(super) fn is_test(name: &str) -> bool {
    name.ends_with(SUFFIX)
}

/// The tests, in the order of the files and their lines; also those that only the profile of their own name has.
pub(super) fn cases(base: &Base, profiles: &[String]) -> Vec<TestCase> {
    let project = with_profiles(base, profiles);
    let own_profile = |name: &str| {
        let (name, _) = project.definition.profiles.get_key_value(name)?;
        (!profiles.iter().any(|active| **active == **name)).then(|| Arc::clone(name))
    };
    let mut flows: HashMap<&Arc<str>, &Flow> = project.definition.flows.iter().collect();
    let profiles = project.definition.profiles.iter().filter(|(name, _)| own_profile(name).is_some());
    flows.extend(profiles.filter_map(|(name, profile)| profile.flows.get_key_value(name)));
    let mut tests: Vec<(&Arc<str>, &Flow)> = flows.into_iter().filter(|(name, _)| is_test(name)).collect();
    tests.sort_by_key(|(name, flow)| (flow.name.span.file.0, flow.name.span.start, Arc::clone(name)));
    let case = |(name, flow): (&Arc<str>, &Flow)| {
        let source = project.sources.get(flow.name.span.file);
        TestCase {
            name: Arc::clone(name),
            profile: own_profile(name),
            place: project.sources.place(flow.name.span).map(|Place { file, line, col }| value::Place {
                file,
                line,
                col,
            }),
            path: source.map_or_else(|| "".into(), |source| Arc::clone(source.path())),
        }
    };
    tests.into_iter().map(case).collect()
}

/// The project with the profiles that hold for all tests; says which of them do not exist.
pub(super) fn with_profiles(base: &Base, profiles: &[String]) -> Project {
    let mut project = base.project.clone();
    load::activate(&mut project, profiles).iter().for_each(|notice| base.masking.warn(notice));
    project
}

/// Which tests are asked for.
pub(super) struct Filters(Vec<Filter>);

enum Filter {
    Part(String),
    Glob(Glob),
}

impl Filters {
    /// Reads them: what holds `*`, `?`, `[` or `{` is a glob.
    ///
    /// # Errors
    /// A glob that is none.
    pub(super) fn new(filters: &[String]) -> Result<Self, Error> {
        let read = |text: &String| {
            if !text.contains(['*', '?', '[', '{']) {
                return Ok(Filter::Part(text.clone()));
            }
            let glob = Glob::parse(text);
            glob.map(Filter::Glob).map_err(|error| Error::configuration(format!("`{text}` is no valid glob: {error}")))
        };
        filters.iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a test is asked for.
    pub(super) fn fit(&self, name: &str) -> bool {
        let fits = |filter: &Filter| match filter {
            Filter::Part(part) => name.contains(&**part),
            Filter::Glob(glob) => glob.matches(name),
        };
        self.0.is_empty() || self.0.iter().any(fits)
    }
}
