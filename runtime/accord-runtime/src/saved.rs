//! A suspended process on disk: `_attachments/_state` in its working directory.
//!
//! Owns the files: `instance`, everything that is needed to go on, sealed under the key of the process' project or of
//! the installation; `_cliResume.json`, which says by which store; `_suspend`, the names of the events. Files are
//! written new, synced and renamed. The state holds its project's texts, so that files changed meanwhile do not matter.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use accord_secrets::{ProjectId, StateScope};
use accord_syntax::project::ROOT_FILES;
use accord_syntax::{FileId, Project, Sources};
use accord_value::{Secret, SecretString};
use accord_vm::StoredState;
use serde::{Deserialize, Serialize};

use crate::clock;
use crate::error::Error;
use crate::home::private_directory;
use crate::load::{self, LoadOptions};
use crate::secrets::SecretSources;
use crate::services::HeldLock;
use crate::store::{Opened, StoreHandle, without_password};

/// The version that is written, and the only one that is read.
const VERSION: u32 = 2;

/// Where the files of a suspended process lie in its working directory.
const DIRECTORY: &str = "_attachments/_state";

/// Where each checkpoint has a directory with the same files.
const CHECKPOINTS: &str = "_attachments/_checkpoints";

const INSTANCE: &str = "instance";
const ABOUT: &str = "_cliResume.json";
const MARKER: &str = "_suspend";

/// What a process was started with and still needs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SavedOptions {
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) profiles: Vec<String>,
    pub(crate) default_task_variables: Option<PathBuf>,
    pub(crate) dry_run: bool,
    pub(crate) ignore_checkpoints: bool,
    pub(crate) org: Option<String>,
    pub(crate) project: Option<String>,
    pub(crate) context: Option<String>,
    pub(crate) secret_dir: Option<PathBuf>,
    pub(crate) vault_dir: Option<PathBuf>,
    pub(crate) vault_id: Option<String>,
    pub(crate) store: Option<String>,
}

impl SavedOptions {
    /// What of the options of a start has to be known again; paths are made absolute, as a resume may be called
    /// elsewhere.
    pub(crate) fn of(options: &LoadOptions) -> Self {
        let absolute = |path: &Option<PathBuf>| path.as_ref().and_then(|path| std::path::absolute(path).ok());
        Self {
            variables: options.variables.clone(),
            profiles: options.profiles.clone(),
            default_task_variables: absolute(&options.default_task_variables),
            dry_run: options.dry_run,
            ignore_checkpoints: options.ignore_checkpoints,
            org: options.org.clone(),
            project: options.project.clone(),
            context: options.secrets.context.clone(),
            secret_dir: absolute(&options.secrets.secret_dir),
            vault_dir: absolute(&options.secrets.vault_dir),
            vault_id: options.secrets.vault_id.clone(),
            store: options.secrets.store.as_deref().map(without_password),
        }
    }

    /// The options of the start once more.
    pub(crate) fn load_options(&self) -> LoadOptions {
        LoadOptions {
            variables: self.variables.clone(),
            profiles: self.profiles.clone(),
            default_task_variables: self.default_task_variables.clone(),
            dry_run: self.dry_run,
            ignore_checkpoints: self.ignore_checkpoints,
            org: self.org.clone(),
            project: self.project.clone(),
            secrets: SecretSources {
                context: self.context.clone(),
                secret_dir: self.secret_dir.clone(),
                vault_dir: self.vault_dir.clone(),
                vault_id: self.vault_id.clone(),
                store: self.store.clone(),
            },
            ..LoadOptions::default()
        }
    }

    /// Other sources of secrets, where some are named.
    pub(crate) fn override_sources(&mut self, sources: &SecretSources) {
        let put = |place: &mut Option<PathBuf>, path: &Option<PathBuf>| {
            if path.is_some() {
                place.clone_from(path);
            }
        };
        put(&mut self.secret_dir, &sources.secret_dir);
        put(&mut self.vault_dir, &sources.vault_dir);
        for (place, name) in [
            (&mut self.context, &sources.context),
            (&mut self.vault_id, &sources.vault_id),
            (&mut self.store, &sources.store),
        ] {
            if name.is_some() {
                place.clone_from(name);
            }
        }
    }
}

/// A suspended process.
#[derive(Serialize, Deserialize)]
pub(crate) struct Saved {
    version: u32,
    pub(crate) id: String,
    /// The checkpoint that it stands at; none: it is suspended.
    pub(crate) checkpoint: Option<String>,
    /// When it was written, in milliseconds since 1970.
    pub(crate) since: i64,
    /// The locks that it held.
    pub(crate) locks: Vec<HeldLock>,
    /// Name, path and text of each of the project's files, in the order of their numbers.
    sources: Vec<(String, String, String)>,
    pub(crate) options: SavedOptions,
    /// What the redactor has to know.
    pub(crate) sensitive: Vec<Plain>,
    pub(crate) state: StoredState,
}

/// A secret inside of a sealed state, the one place where it is written out.
pub(crate) struct Plain(pub(crate) SecretString);

impl Serialize for Plain {
    #[expect(clippy::disallowed_methods, reason = "the state that it becomes a part of is sealed as a whole")]
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        SecretString::deserialize(deserializer).map(Self)
    }
}

/// What is said in clear beside the sealed state.
#[derive(Serialize, Deserialize)]
struct About {
    version: u32,
    /// The process, whose locks nobody else is to take meanwhile.
    #[serde(default)]
    process: String,
    /// The store whose keys seal it; none is the embedded one.
    store: Option<String>,
    /// The project whose key seals it; none is the installation's.
    project_id: Option<String>,
}

impl Saved {
    pub(crate) fn new(
        id: &str,
        project: &Project,
        options: SavedOptions,
        sensitive: Vec<SecretString>,
        locks: Vec<HeldLock>,
        checkpoint: Option<String>,
        state: StoredState,
    ) -> Self {
        let sources = project.sources.iter().filter(|source| !load::is_command_line(source));
        let texts =
            sources.map(|source| (source.name().to_string(), source.path().to_string(), source.text().to_string()));
        Self {
            version: VERSION,
            id: id.to_owned(),
            checkpoint,
            since: clock::now_millis(),
            locks,
            sources: texts.collect(),
            options,
            sensitive: sensitive.into_iter().map(Plain).collect(),
            state,
        }
    }

    /// The project as it was.
    pub(crate) fn project(&self) -> Project {
        let mut sources = Sources::new();
        for (name, path, text) in &self.sources {
            sources.add_with_path(name.as_str(), path.as_str(), text.as_str());
        }
        let parsed: Vec<_> = sources.iter().map(|source| (source.id(), accord_syntax::parse(source))).collect();
        let definitions = parsed.into_iter().filter(|(_, file)| !file.is_null).map(|(id, file)| (id, file.definition));
        // The root file is read first, if there is one.
        let root = self.sources.first().filter(|(name, ..)| ROOT_FILES.contains(&name.as_str())).map(|_| FileId(0));
        let definitions = definitions.collect();
        Project::merge(sources, definitions, root)
    }
}

/// Where the files of a checkpoint lie.
///
/// # Errors
/// Where its name is none that Concord takes.
pub(crate) fn checkpoint_dir(work_dir: &Path, name: &str) -> Result<PathBuf, Error> {
    let mut bytes = name.bytes();
    let begins = bytes.next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_@.-~ ".contains(&byte);
    if !begins || !(2..=129).contains(&name.len()) || !bytes.all(fits) {
        return Err(Error::state(format!(
            "'{name}' is no name of a checkpoint: expected 2 to 129 letters, digits, spaces and any of _ @ . - ~, the first \
             of them a letter or a digit"
        )));
    }
    Ok(work_dir.join(CHECKPOINTS).join(name))
}

/// The names of the checkpoints that are kept in a working directory, sorted.
pub(crate) fn checkpoints(work_dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(work_dir.join(CHECKPOINTS)).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

/// Where the files of a suspended process lie.
pub(crate) fn state_dir(work_dir: &Path) -> PathBuf {
    work_dir.join(DIRECTORY)
}

/// Writes a process into a directory; what is there is replaced.
///
/// # Errors
/// Where the store cannot seal it, or it cannot be written.
pub(crate) fn write(
    dir: &Path,
    saved: &Saved,
    events: &[Arc<str>],
    opened: &Opened,
    project: Option<ProjectId>,
) -> Result<(), Error> {
    let text =
        serde_json::to_vec(saved).map_err(|error| Error::state(format!("the state cannot be written: {error}")))?;
    let text = Secret::new(text);
    let scope = project.map_or(StateScope::Installation, StateScope::Project);
    #[expect(clippy::disallowed_methods, reason = "the state is being sealed")]
    let sealed = opened.wait(opened.store().seal_state(scope, text.expose()));
    let sealed = sealed.map_err(|error| Error::state(error.to_string()))?;
    let about = About {
        version: VERSION,
        process: saved.id.clone(),
        store: saved.options.store.clone(),
        project_id: project.map(|id| id.to_string()),
    };
    let about = serde_json::to_vec(&about).map_err(|error| Error::state(error.to_string()))?;
    let names: String = events.iter().map(|event| format!("{event}\n")).collect();
    load::remove(dir)?;
    private_directory(dir)?;
    for (name, content) in [(INSTANCE, &*sealed), (ABOUT, &*about), (MARKER, names.as_bytes())] {
        replace(dir, name, content)?;
    }
    Ok(())
}

fn replace(dir: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(dir)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(dir.join(name)).map_err(|error| error.error)?;
    File::open(dir)?.sync_all()
}

/// Removes what a suspended process left, if there is anything.
pub(crate) fn remove(work_dir: &Path) -> io::Result<()> {
    let attachments = work_dir.join("_attachments");
    if fs::symlink_metadata(&attachments).is_ok_and(|found| found.is_symlink()) {
        return fs::remove_file(attachments);
    }
    load::remove(&state_dir(work_dir))?;
    // Of no use when it is empty.
    let _ = fs::remove_dir(attachments);
    Ok(())
}

/// Removes the checkpoints of an earlier process.
pub(crate) fn remove_checkpoints(work_dir: &Path) -> io::Result<()> {
    load::remove(&work_dir.join(CHECKPOINTS))
}

/// The working directory of a process that kept checkpoints: `dir` itself or `target` in it.
///
/// # Errors
/// Where there are none.
pub(crate) fn find_checkpoints(dir: &Path) -> Result<PathBuf, Error> {
    find_with(dir, Path::new(CHECKPOINTS))
        .ok_or_else(|| Error::state(format!("no checkpoints are kept in {}: run with --checkpoints", dir.display())))
}

fn find_with(dir: &Path, part: &Path) -> Option<PathBuf> {
    let dir = load::normalize(&std::path::absolute(dir).ok()?);
    [dir.clone(), dir.join("target")].into_iter().find(|dir| dir.join(part).exists())
}

/// The working directory of a suspended process: `dir` itself or `target` in it.
///
/// # Errors
/// Where nothing is suspended there.
pub(crate) fn find(dir: &Path) -> Result<PathBuf, Error> {
    find_with(dir, &Path::new(DIRECTORY).join(ABOUT))
        .ok_or_else(|| Error::state(format!("no process is suspended in {}", dir.display())))
}

/// Whether the process of this id is suspended in a working directory.
pub(crate) fn is_suspended(work_dir: &Path, process: &str) -> bool {
    let about = fs::read(state_dir(work_dir).join(ABOUT)).ok();
    let about = about.and_then(|text| serde_json::from_slice::<About>(&text).ok());
    about.is_some_and(|about| about.process == process)
}

/// Reads what [`write`] wrote.
///
/// # Errors
/// Where a part is missing or damaged, or was sealed by another installation or project.
pub(crate) fn read(dir: &Path, open: impl FnOnce(Option<&str>) -> Result<StoreHandle, Error>) -> Result<Saved, Error> {
    let part = |name: &str| {
        fs::read(dir.join(name)).map_err(|error| {
            Error::state(format!("the state of the process is not complete: {}: {error}", dir.join(name).display()))
        })
    };
    let damaged =
        |what: &str| Error::state(format!("the state of the process is damaged: {}", dir.join(what).display()));
    let about: About = serde_json::from_slice(&part(ABOUT)?).map_err(|_| damaged(ABOUT))?;
    part(MARKER)?;
    let sealed = part(INSTANCE)?;
    if about.version != VERSION {
        return Err(Error::state(format!(
            "the state has version {}, this program reads version {VERSION}",
            about.version
        )));
    }
    let scope = match &about.project_id {
        None => StateScope::Installation,
        Some(id) => StateScope::Project(id.parse().map_err(|_| damaged(ABOUT))?),
    };
    let opened = open(about.store.as_deref())?.open().map_err(|error| Error::state(error.to_string()))?;
    let text =
        opened.wait(opened.store().open_state(scope, &sealed)).map_err(|error| Error::state(error.to_string()))?;
    #[expect(clippy::disallowed_methods, reason = "the state is read into guarded fields")]
    let saved: Saved = serde_json::from_slice(text.expose()).map_err(|_| damaged(INSTANCE))?;
    if saved.version == VERSION { Ok(saved) } else { Err(damaged(INSTANCE)) }
}
