//! `configuration.dependencies`: addresses of Java packages. None is loaded, as tasks are built in or components; a
//! broken address is an error all the same, as it is in Concord.

use std::path::Path;

use accord_sdk::Registry;
use accord_syntax::definition::Configuration;
use accord_syntax::{Diagnostic, Project, Text};

use crate::error::{Error, LoadError};

/// Packages whose tasks are built in.
const BUILT_IN: &str = "mvn://com.walmartlabs.concord.plugins.basic:";

/// Checks the dependencies of a project; answers what is to be said about them, a line each.
///
/// # Errors
/// Addresses that are none, and files that do not exist.
pub(crate) fn check(project: &Project, tasks: &Registry) -> Result<Vec<String>, Error> {
    let mut diagnostics = Vec::new();
    let mut notices = Vec::new();
    if let Some(configuration) = &project.definition.configuration {
        for dependency in of(configuration) {
            match problem(&dependency.value) {
                Some(message) => diagnostics.push(Diagnostic::error("dependency", message, dependency.span)),
                None => notices.extend(notice(&dependency.value, tasks)),
            }
        }
    }
    if diagnostics.is_empty() {
        Ok(notices)
    } else {
        Err(Error::Load(Box::new(LoadError { diagnostics, sources: project.sources.clone() })))
    }
}

/// What is to be said about a package: whether the task that it brings is built in, or what serves instead.
fn notice(address: &str, tasks: &Registry) -> Option<String> {
    let task = package_name(address).and_then(|package| {
        let mut known = tasks.names().chain(tasks.missing_names());
        let named_after = known.find(|task| task.eq_ignore_ascii_case(&package));
        named_after.or_else(|| Some(OTHER_NAMES.iter().find(|(name, _)| *name == package)?.1))
    });
    match task {
        Some(task) if tasks.has(task) => None,
        Some(task) => {
            let hint = tasks.hint(task).unwrap_or("it is not built in");
            Some(format!("the dependency {address} is a Java package and not loaded. Its task '{task}': {hint}"))
        }
        None if address.starts_with(BUILT_IN) => None,
        None => Some(format!(
            "the dependency {address} is a Java package and not loaded: its tasks are there only if they are built in"
        )),
    }
}

/// Packages that are not named after their task.
const OTHER_NAMES: [(&str, &str); 5] = [
    ("helm3", "helm"),
    ("noderoster", "nodeRoster"),
    ("puppetdb", "puppet"),
    ("variables", "vars"),
    ("xml", "xmlUtils"),
];

/// The name of a package without its ending: `slack` of `mvn://com.walmartlabs.concord.plugins.basic:slack-tasks:2.1`.
fn package_name(address: &str) -> Option<String> {
    let artifact = address.strip_prefix("mvn://")?.split(':').nth(1)?;
    let name = artifact.strip_suffix("-tasks").or_else(|| artifact.strip_suffix("-task")).unwrap_or(artifact);
    Some(name.replace('-', "").to_lowercase())
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
    fn a_package_is_known_by_its_task() {
        let mut tasks = Registry::new();
        accord_tasks::register(&mut tasks);
        for (address, part) in [
            ("mvn://com.walmartlabs.concord.plugins.basic:http-tasks:2.1.0", None),
            ("mvn://com.walmartlabs.concord.plugins.basic:kv-tasks:2.1.0", None),
            ("mvn://com.walmartlabs.concord.plugins.basic:unheard-of:2.1.0", None),
            ("mvn://com.walmartlabs.concord.plugins.basic:slack-tasks:2.1.0", Some("'slack': call the REST API")),
            ("mvn://com.walmartlabs.concord.plugins:git:2.1.0", Some("'git': sources come through 'imports'")),
            ("mvn://com.walmartlabs.concord.plugins:jira-task:2.1.0", Some("'jira': call the server's REST API")),
            ("mvn://com.walmartlabs.concord.plugins:msteams-task:2.1.0", Some("'msteams'")),
            ("mvn://com.example:own-tasks:1", Some("only if they are built in")),
            ("https://example.com/own.jar", Some("only if they are built in")),
            ("mvn://", Some("only if they are built in")),
        ] {
            let found = notice(address, &tasks);
            assert_eq!(found.is_some(), part.is_some(), "{address}: {found:?}");
            assert!(found.unwrap_or_default().contains(part.unwrap_or_default()), "{address}");
        }
    }

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
