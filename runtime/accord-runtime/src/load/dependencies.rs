//! `configuration.dependencies`: addresses of Java packages. None is loaded, as tasks are built in or components; a
//! broken address is an error all the same, as it is in Concord.

use std::path::Path;

use accord_syntax::definition::Configuration;
use accord_syntax::{Diagnostic, Project, Text};

use crate::error::{Error, LoadError};

/// Packages whose tasks are built in.
const BUILT_IN: &str = "mvn://com.walmartlabs.concord.plugins.basic:";

/// Checks the dependencies of a project; answers what is to be said about them.
///
/// # Errors
/// Addresses that are none, and files that do not exist.
pub(crate) fn check(project: &Project) -> Result<Vec<String>, Error> {
    let mut diagnostics = Vec::new();
    let mut notices = Vec::new();
    if let Some(configuration) = &project.definition.configuration {
        for dependency in of(configuration) {
            match problem(&dependency.value) {
                Some(message) => diagnostics.push(Diagnostic::error("dependency", message, dependency.span)),
                None if dependency.value.starts_with(BUILT_IN) => {}
                None => notices.push(format!(
                    "the dependency {} is a Java package and not loaded: its tasks are there only if they are built in",
                    dependency.value
                )),
            }
        }
    }
    if diagnostics.is_empty() {
        Ok(notices)
    } else {
        Err(Error::Load(Box::new(LoadError { diagnostics, sources: project.sources.clone() })))
    }
}

fn of(configuration: &Configuration) -> impl Iterator<Item = &Text> {
    configuration.dependencies.iter().flatten()
}

fn problem(address: &str) -> Option<String> {
    if let Some(at) = address.find(|c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c)) {
        return Some(format!(
            "not an address of a dependency: `{address}` has a character that is not allowed at index {at}"
        ));
    }
    let Some((scheme, rest)) = address.split_once(':') else {
        return Some(format!(
            "not an address of a dependency: `{address}` has no scheme, expected mvn://, https:// or file://"
        ));
    };
    if scheme != "file" {
        return None;
    }
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if Path::new(path).exists() { None } else { Some(format!("the dependency {path} does not exist")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_addresses_are_named() {
        for (address, part) in [
            ("mvn://bad one", Some("index 9")),
            ("just-a-name", Some("no scheme")),
            ("file:///nonexistent/x.jar", Some("does not exist")),
            ("file:///", None),
            ("mvn://g:a:1", None),
            ("https://x/y.jar", None),
        ] {
            let found = problem(address);
            assert_eq!(found.is_some(), part.is_some(), "{address}");
            assert!(found.unwrap_or_default().contains(part.unwrap_or_default()), "{address}");
        }
    }
}
