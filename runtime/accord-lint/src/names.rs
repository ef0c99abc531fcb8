//! Names that nothing has, and the name that was probably meant.

use std::collections::BTreeSet;

use accord_syntax::{Diagnostic, Project, Span};

/// The names that a project defines, those of profiles included: any of them may be active when it runs.
pub(crate) struct Names<'a> {
    pub(crate) flows: BTreeSet<&'a str>,
    pub(crate) forms: BTreeSet<&'a str>,
}

impl<'a> Names<'a> {
    pub(crate) fn of(project: &'a Project) -> Self {
        let definition = &project.definition;
        let profiles = || definition.profiles.values();
        let flows = definition.flows.keys().chain(profiles().flat_map(|profile| profile.flows.keys()));
        let forms = definition.forms.keys().chain(profiles().flat_map(|profile| profile.forms.keys()));
        Self { flows: flows.map(|name| &**name).collect(), forms: forms.map(|name| &**name).collect() }
    }
}

/// A warning about a name that nothing has.
pub(crate) fn unknown<'a>(
    code: &'static str,
    what: &str,
    name: &str,
    span: Span,
    known: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let found = Diagnostic::warning(code, format!("there is no {what} named `{name}`"), span);
    match similar(name, known) {
        Some(meant) => found.hint(format!("Did you mean `{meant}`?")),
        None => found,
    }
}

/// The known name that is nearest, if it is near: at most a third of its letters differ.
fn similar<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = name.chars().count().div_ceil(3);
    known.map(|other| (distance(name, other), other)).filter(|(far, _)| *far <= limit).min().map(|(_, other)| other)
}

/// How many letters have to be put in, taken out or replaced.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.to_lowercase().chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, y) in row.iter_mut().skip(1).zip(&b) {
            let above = *cell;
            left = (above + 1).min(left + 1).min(diagonal + usize::from(x != *y));
            *cell = left;
            diagonal = above;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_suggested() {
        let known = ["default", "deploy", "rollback"];
        assert_eq!(similar("deplyo", known.into_iter()), Some("deploy"));
        assert_eq!(similar("Deploy", known.into_iter()), Some("deploy"));
        assert_eq!(similar("nothing", known.into_iter()), None);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
