//! `lint` over a project where it lies: its findings, and what is known of the secrets that it names.
//!
//! Owns: asking the sources of secrets, never for a value. Must not know: what a finding is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use accord_lint::Defaults;
use accord_lint::secrets::{NamedSecret, SecretLookup, SecretState, secrets};
use accord_sdk::{Origin, ProjectInfo, Registry};
use accord_secrets::{Caller, Error as StoreError, SecretFilter, Store};
use accord_syntax::{Diagnostic, Project, Span, nearest};

use crate::error::Error;
use crate::load::{self, LoadOptions};
use crate::runtime::{Runtime, project_info};
use crate::secrets::{DEFAULT_ORG, SecretSources, Sources};
use crate::store::{Opened, StoreHandle};

/// What lint looks at besides the files.
#[derive(Clone, Debug, Default)]
pub struct LintOptions {
    /// Where secrets come from; none: nobody asks for secrets.
    pub secrets: Option<SecretSources>,
    /// The organization of the process.
    pub org: Option<String>,
    /// The project of the process.
    pub project: Option<String>,
    /// A JSON file with default variables of tasks, whose steps need not have them.
    pub default_task_variables: Option<PathBuf>,
}

/// What lint says about a project.
#[derive(Debug)]
pub struct LintReport {
    /// All findings, those that keep it from being loaded among them.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that the places point into.
    pub sources: accord_syntax::Sources,
    /// What there is in it; nothing where it does not load.
    pub counts: accord_lint::Counts,
    /// The secrets that its flows can name, where they were asked for.
    pub secrets: Vec<NamedSecret>,
    /// Parts of the texts that nobody may see, such as literal passwords.
    pub hidden: Vec<Span>,
}

impl Runtime {
    /// Checks the project at `path`, a directory or a single file, where it lies.
    ///
    /// # Errors
    /// Where there is nothing to check, or the sources of secrets make no sense.
    pub fn lint(&self, path: impl AsRef<Path>, options: &LintOptions) -> Result<LintReport, Error> {
        match load::read_for_lint(path.as_ref()) {
            Ok(Some(project)) => self.checked(path.as_ref(), project, options),
            Ok(None) => {
                let message = format!("there is no Concord file in '{}'", load::shown(path.as_ref()));
                let hint = "Expected concord.yml, or files in concord/ that end in .concord.yml.";
                let found = Diagnostic::warning("no-files", message, None).hint(hint);
                Ok(report(vec![found], accord_syntax::Sources::new(), self.registry()))
            }
            Err(Error::Load(error)) => Ok(report(error.diagnostics, error.sources, self.registry())),
            Err(error) => Err(error),
        }
    }

    /// The JSON Schema of the flow format, with the inputs of the tasks that are there.
    #[must_use]
    pub fn schema(&self) -> serde_json::Value {
        accord_lint::schema::schema(self.registry())
    }

    fn checked(&self, path: &Path, mut project: Project, options: &LintOptions) -> Result<LintReport, Error> {
        let defaults = match &options.default_task_variables {
            Some(path) => defaults(path)?,
            None => Defaults::default(),
        };
        let mut diagnostics = accord_lint::lint_with_defaults(&project, self.registry(), &defaults);
        diagnostics.extend(load::dependency_findings(&project, self.registry()));
        diagnostics.extend(not_loaded(path, &mut project));
        let mut named = Vec::new();
        if let Some(asked) = &options.secrets {
            let sources = Sources::new(self.home(), asked)?;
            let process =
                LoadOptions { org: options.org.clone(), project: options.project.clone(), ..LoadOptions::default() };
            let info = project_info(&sources, &process)?;
            let lookup = Lookup { sources, org: options.org.clone(), project: info };
            let (found, findings) = secrets(&project, self.registry(), &lookup);
            named = found;
            diagnostics.extend(findings);
        }
        diagnostics.sort_by_key(|found| found.span.map(|span| (span.file, span.start)));
        let counts = accord_lint::count(&project);
        Ok(LintReport { counts, secrets: named, ..report(diagnostics, project.sources, self.registry()) })
    }
}

/// Files in `concord/` that hold flows and are not loaded, as the runtime before this one named them in another way.
/// Source: <https://concord.walmartlabs.com/docs/processes-v2/migration.html#new-directory-structure>.
fn not_loaded(project_dir: &Path, project: &mut Project) -> Vec<Diagnostic> {
    let dir = project_dir.join("concord");
    let Ok(entries) = std::fs::read_dir(&dir) else { return Vec::new() };
    if project.definition.resources.is_some() {
        return Vec::new();
    }
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| is_yaml(name))
        .collect();
    names.sort();
    let mut findings = Vec::new();
    for name in names {
        let path = format!("concord/{name}");
        let is_loaded = project.sources.iter().any(|source| **source.name() == *path);
        let Some(text) = (!is_loaded).then(|| std::fs::read_to_string(dir.join(&name)).ok()).flatten() else {
            continue;
        };
        let shown = load::shown(&dir.join(&name)).to_string();
        let source = project.sources.add_with_path(path.as_str(), shown.as_str(), text.as_str());
        let definition = accord_syntax::parse(&source).definition;
        if definition.flows.is_empty() && definition.forms.is_empty() && definition.profiles.is_empty() {
            continue;
        }
        let message = format!("the flows of '{path}' are not loaded: its name does not end in '.concord.yml'");
        let stem = name.rsplit_once('.').map_or(&*name, |(stem, _)| stem);
        let hint = format!("Rename it to 'concord/{stem}.concord.yml', or name it in 'resources'.");
        findings.push(Diagnostic::warning("not-loaded", message, Span::new(source.id(), 0, 0)).hint(hint));
    }
    findings
}

fn is_yaml(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == "yml" || ending == "yaml")
}

/// The names of the default variables of each task.
fn defaults(path: &Path) -> Result<Defaults, Error> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Error::configuration(format!("the default variables of tasks cannot be read: {}", load::named(path, &error)))
    })?;
    let tasks: BTreeMap<String, BTreeMap<String, serde_json::Value>> = serde_json::from_str(&text).map_err(|_| {
        Error::configuration(format!("'{}' is no JSON object with an object for each task", path.display()))
    })?;
    Ok(tasks.into_iter().map(|(task, variables)| (task, variables.into_keys().collect())).collect())
}

fn report(diagnostics: Vec<Diagnostic>, sources: accord_syntax::Sources, registry: &Registry) -> LintReport {
    let hidden = if diagnostics.is_empty() {
        Vec::new()
    } else {
        sources.iter().flat_map(|source| accord_lint::hidden(source, registry)).collect()
    };
    LintReport { diagnostics, sources, counts: accord_lint::Counts::default(), secrets: Vec::new(), hidden }
}

/// The sources of a process' secrets, asked what they have.
struct Lookup {
    sources: Sources,
    org: Option<String>,
    project: Option<ProjectInfo>,
}

impl SecretLookup for Lookup {
    fn look_up(&self, org: Option<&str>, name: &str) -> SecretState {
        let own = self.project.as_ref().map(|project| &*project.org_name).or(self.org.as_deref());
        let org = org.filter(|org| !org.is_empty()).or(own).unwrap_or(DEFAULT_ORG);
        let mut similar = None;
        if let Some(store) = self.sources.store().filter(|store| store.is_named() || store.exists()) {
            match self.in_store(store, org, name) {
                Ok(()) => return SecretState::Readable,
                Err(StoreError::SecretNotFound { .. }) => similar = self.similar(store, org, name),
                Err(StoreError::OrgNotFound { .. }) => {}
                Err(
                    error @ (StoreError::Refused { .. } | StoreError::ProjectScoped { .. } | StoreError::Closed { .. }),
                ) => return SecretState::Refused(error.to_string()),
                Err(error) => return SecretState::Unknown(error.to_string()),
            }
        }
        if self.sources.folder().is_some_and(|folder| folder.has(org, name)) {
            return SecretState::Readable;
        }
        SecretState::Missing { similar }
    }
}

impl Lookup {
    fn in_store(&self, store: &StoreHandle, org: &str, name: &str) -> Result<(), StoreError> {
        let opened = store.open()?;
        let caller = self.caller(&opened);
        opened.wait(readable(opened.store(), &caller, org, name))
    }

    fn caller(&self, opened: &Arc<Opened>) -> Caller {
        opened.process("lint", self.project.as_ref(), &Origin::default())
    }

    fn similar(&self, store: &StoreHandle, org: &str, name: &str) -> Option<String> {
        let opened = store.open().ok()?;
        let filter = SecretFilter { org: Some(org.to_owned()), ..SecretFilter::default() };
        let all = opened.wait(opened.store().list_secrets(&self.caller(&opened), &filter)).ok()?;
        let names: Vec<&str> = all.iter().map(|secret| secret.name.as_str()).collect();
        nearest(name, &names).map(ToOwned::to_owned)
    }
}

/// Whether a process may have a secret's value.
async fn readable(store: &Store, caller: &Caller, org: &str, name: &str) -> Result<(), StoreError> {
    let secret = store.secret(caller, org, name).await?;
    store.permit(caller, caller.value_operation(), secret.id).await.map(|_| ())
}
