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

/// The same as findings, each at its address: all of them warnings, as a lint of Concord does not look at them.
pub(crate) fn findings(project: &Project, tasks: &Registry) -> Vec<Diagnostic> {
    let found = |dependency: &Text| {
        let message = problem(&dependency.value).or_else(|| notice(&dependency.value, tasks))?;
        Some(Diagnostic::warning("dependency", message, dependency.span))
    };
    project.definition.configuration.iter().flat_map(of).filter_map(found).collect()
}

/// What is to be said about a package: whether the task that it brings is built in, or what serves instead.
fn notice(address: &str, tasks: &Registry) -> Option<String> {
    let package = package_name(address);
    let task = package.as_ref().and_then(|package| {
        let mut known = tasks.names().chain(tasks.missing_names());
        let named_after = known.find(|task| task.eq_ignore_ascii_case(package));
        named_after.or_else(|| Some(OTHER_NAMES.iter().find(|(name, _)| name == package)?.1))
    });
    let shown = without_user(address);
    if let Some(task) = task {
        let hint = tasks.hint(task).unwrap_or("it is not built in");
        let said = format!("the dependency {shown} is a Java package and not loaded. Its task '{task}': {hint}");
        return (!tasks.has(task)).then_some(said);
    }
    if let Some((_, language)) = package.and_then(|package| LANGUAGES.iter().find(|(name, _)| *name == package)) {
        let said = format!(
            "the dependency {shown} is a Java package and not loaded. Scripts in {language} are not supported: write them \
             in JavaScript, 'script: js'"
        );
        return (*language != JAVASCRIPT).then_some(said);
    }
    let said = format!(
        "the dependency {shown} is a Java package and not loaded: its tasks are there only if they are built in"
    );
    (!address.starts_with(BUILT_IN)).then_some(said)
}

/// One line for each task that steps name and that is not there: what serves instead. Nothing where tasks are mocked.
pub(crate) fn missing_tasks(project: &Project, tasks: &Registry) -> Vec<String> {
    if project.sources.iter().any(|source| accord_tasks::names_mocks(source.text())) {
        return Vec::new();
    }
    let line = |(task, hint): (&Text, &str)| {
        let place = project.sources.place(task.span).map(|place| format!("{}:{}: ", place.file, place.line));
        format!("{}the task '{}' is not built in: {hint}", place.unwrap_or_default(), task.value)
    };
    accord_lint::missing_tasks(project, tasks).into_iter().map(line).collect()
}

/// An address without the user and the password in it.
fn without_user(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

const JAVASCRIPT: &str = "JavaScript";

/// Packages that bring a language for scripts.
const LANGUAGES: [(&str, &str); 9] = [
    ("graalsdk", JAVASCRIPT),
    ("groovy", "Groovy"),
    ("groovyall", "Groovy"),
    ("groovyjsr223", "Groovy"),
    ("jrubycomplete", "Ruby"),
    ("js", JAVASCRIPT),
    ("jsscriptengine", JAVASCRIPT),
    ("jythonstandalone", "Python"),
    ("nashorncore", JAVASCRIPT),
];

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
            "not an address of a dependency: `{}` has a character that is not allowed at index {at}",
            without_user(address)
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
            ("mvn://org.codehaus.groovy:groovy-all:pom:2.5.2", Some("Groovy are not supported")),
            ("mvn://org.python:jython-standalone:2.7.2", Some("'script: js'")),
            ("mvn://org.graalvm.js:js:22.0.0?scope=compile", None),
            ("https://me:pw@example.com/own.jar", Some("https://example.com/own.jar is")),
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
    fn tasks_that_are_not_there_are_named_before_the_start() {
        let missing = |text: &str| {
            let mut sources = accord_syntax::Sources::new();
            let source = sources.add("concord.yml", text);
            let definition = accord_syntax::parse(&source).definition;
            let project = Project::merge(sources, vec![(source.id(), definition)], Some(source.id()));
            let mut tasks = Registry::new();
            accord_tasks::register(&mut tasks);
            missing_tasks(&project, &tasks)
        };
        let text = "flows:\n  default:\n    - task: http\n    - try:\n        - task: slack\n        - task: slack\n      error:\n        - task: own\n";
        let found = missing(text);
        assert!(matches!(&*found, [line] if line.starts_with("concord.yml:5: the task 'slack' is not")), "{found:?}");
        assert!(missing("flows:\n  default:\n    - task: mocks\n    - task: slack\n").is_empty());
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
