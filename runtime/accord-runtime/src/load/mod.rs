//! From a folder of files to a project that can run: working directory, imports, resources, profiles, arguments.
//!
//! Owns every read of a project's files. Must not know how a definition is parsed, merged or run.

mod arguments;
mod copy;
mod dependencies;
mod imports;
mod resources;
mod start;
mod workdir;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use accord_syntax::project::{ROOT_FILES, resource_patterns};
use accord_syntax::{Definition, Diagnostic, FileId, Parsed, Project, Severity, Sources, Span};
pub(crate) use arguments::{is_command_line, overlay, with_fixed};

pub(crate) use copy::{copy_file, named, normalize, remove};
pub(crate) use dependencies::{check as check_dependencies, findings as dependency_findings, missing_tasks};
pub(crate) use imports::Importer;
pub(crate) use start::{entry_point, ignored as ignored_start, profiles};
pub use workdir::DefaultConfiguration;
pub(crate) use workdir::WorkDir;

use crate::error::{Error, LoadError};

/// The code of the finding that there is nothing to load.
const NO_FILES: &str = "no-files";

/// How a project is loaded.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// The flow to start; none means `configuration.entryPoint`, and without one `default`.
    pub entry_point: Option<String>,
    /// The profiles to apply, in order; none means `configuration.activeProfiles`, and without them the profile
    /// `default` where there is one.
    pub profiles: Vec<String>,
    /// Does not look at `configuration.entryPoint`, `configuration.activeProfiles` and the profile `default`, as Concord's
    /// CLI does not, and says so.
    pub ignore_start_configuration: bool,
    /// Variables that replace arguments of their name; a dotted name reaches into a map. Expressions in their values
    /// are evaluated.
    pub variables: Vec<(String, String)>,
    /// The working directory; none means `target` in the project.
    pub target_dir: Option<PathBuf>,
    /// Empties the working directory first.
    pub clean: bool,
    /// Copies what `.gitignore` files name too.
    pub no_gitignore: bool,
    /// The file that counts as one of the project's.
    pub default_configuration: DefaultConfiguration,
    /// A JSON file with default variables of tasks.
    pub default_task_variables: Option<PathBuf>,
    /// Changes nothing outside of the process.
    pub dry_run: bool,
    /// Passes checkpoints by, as Concord's CLI does; else each keeps the process' state.
    pub ignore_checkpoints: bool,
    /// The organization of the process.
    pub org: Option<String>,
    /// The project of the process.
    pub project: Option<String>,
    /// Where secrets come from.
    pub secrets: crate::secrets::SecretSources,
    /// Where repositories are that imports name by `name`: an address that the name is put behind; none means
    /// `https://github.com`.
    pub imports_source: Option<String>,
    /// The branch, tag or commit of imports that name no `version`; none means `master`, and where a repository has no
    /// such branch its own default one.
    pub default_import_version: Option<String>,
    /// Where imported repositories are cached; none means `cache/repositories` in the installation's directory.
    pub repo_cache_dir: Option<PathBuf>,
    /// Cancels the loading while imports are fetched. The process that is loaded has a token of its own.
    pub cancel: crate::cancel::CancelToken,
}

/// Reads the project in `dir`. With an importer, the files that it imports are brought in first.
///
/// # Errors
/// Everything that keeps it from being loaded, at once where possible.
pub(crate) fn read_project(dir: &Path, origin: &Origin, importer: Option<&Importer<'_>>) -> Result<Project, Error> {
    let mut files = Files { dir, origin, sources: Sources::new(), parsed: Vec::new() };
    let mut root = match ROOT_FILES.iter().find(|name| dir.join(name).is_file()) {
        Some(name) => Some(files.read(Path::new(name))?),
        None => None,
    };
    if let Some(importer) = importer
        && let Some(file) = root
        && let Some(definition) = files.definition(file)
        && !definition.imports.is_empty()
    {
        if files.parsed.iter().any(has_errors) {
            return Err(files.failed(None));
        }
        if let Err(error) = imports::bring_in(importer, &definition.imports, &files.sources) {
            return Err(error.with_sources(&files.sources));
        }
        // What was imported may have replaced the root file itself.
        let name = files.sources.get(file).map(|source| PathBuf::from(&**source.name())).unwrap_or_default();
        files = Files { dir, origin, sources: Sources::new(), parsed: Vec::new() };
        root = Some(files.read(&name)?);
    }
    let resources = root.and_then(|file| files.definition(file)?.resources.as_ref());
    let patterns = match resource_patterns(resources) {
        Ok(patterns) => patterns,
        Err(diagnostic) => return Err(files.failed(Some(diagnostic))),
    };
    let roots = resources::starts(resources);
    let root_name = root.and_then(|file| files.sources.get(file)).map(|source| Arc::clone(source.name()));
    for path in resources::find(dir, &roots, |path| patterns.iter().any(|pattern| pattern.matches(path))) {
        if root_name.as_deref() != Some(&*path) {
            files.read(Path::new(&path))?;
        }
    }
    if files.parsed.iter().any(has_errors) {
        return Err(files.failed(None));
    }
    let Files { sources, parsed, .. } = files;
    let read = sources.iter().map(|source| source.id()).zip(parsed);
    let definitions: Vec<_> = read.filter(|(_, file)| !file.is_null).map(|(id, file)| (id, file.definition)).collect();
    if definitions.is_empty() {
        let place = match origin {
            Origin::Dir(dir) | Origin::File(dir) => shown(dir),
        };
        let message = format!("there is no Concord file in '{place}', or it is empty");
        let hint = "Expected concord.yml, or files in concord/ that end in .concord.yml.";
        let diagnostics = vec![Diagnostic::error(NO_FILES, message, None).hint(hint)];
        return Err(Error::Load(Box::new(LoadError { diagnostics, sources: Sources::new() })));
    }
    Ok(Project::merge(sources, definitions, root))
}

/// Reads a project where it lies, for those who only look at it; none where there is no Concord file.
///
/// # Errors
/// Everything that keeps it from being loaded.
pub(crate) fn read_for_lint(path: &Path) -> Result<Option<Project>, Error> {
    let found = std::fs::metadata(path)
        .map_err(|_| Error::configuration(format!("there is no file or directory '{}'", path.display())))?;
    if !found.is_dir() {
        let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let mut files =
            Files { dir, origin: &Origin::Dir(dir.to_path_buf()), sources: Sources::new(), parsed: Vec::new() };
        let file = files.read(Path::new(path.file_name().unwrap_or_default()))?;
        if files.parsed.iter().any(has_errors) {
            return Err(files.failed(None));
        }
        let Files { sources, mut parsed, .. } = files;
        return Ok(parsed.pop().map(|parsed| Project::merge(sources, vec![(file, parsed.definition)], Some(file))));
    }
    match read_project(path, &Origin::Dir(path.to_path_buf()), None) {
        Err(Error::Load(error)) if error.diagnostics.iter().any(|found| found.code == NO_FILES) => Ok(None),
        read => read.map(Some),
    }
}

/// Applies the profiles that were asked for; answers what is to be said of those that do not exist.
pub(crate) fn activate(project: &mut Project, profiles: &[String]) -> Vec<String> {
    let unknown = project.activate(profiles.iter().map(String::as_str));
    let known: Vec<&str> = project.profiles().map(|name| &**name).collect();
    let known = if known.is_empty() { "there are none".to_owned() } else { format!("there are: {}", known.join(", ")) };
    unknown.iter().map(|name| format!("the profile `{name}` is unknown and ignored; {known}")).collect()
}

fn has_errors(file: &Parsed) -> bool {
    file.diagnostics.iter().any(|found| found.severity == Severity::Error)
}

/// Where a project was before it was copied to a working directory: what people know its files by.
#[derive(Debug)]
pub(crate) enum Origin {
    /// In this directory.
    Dir(PathBuf),
    /// It is this single file: messages in Concord's form say `concord.yml`, pictures say this.
    File(PathBuf),
}

impl Origin {
    /// The path of a file of the project as people would type it.
    fn path(&self, dir: &Path, name: &str) -> String {
        match self {
            Self::File(file) if name == "concord.yml" => shown(file),
            Self::Dir(origin) if origin.join(name).is_file() => shown(&origin.join(name)),
            _ => shown(&dir.join(name)),
        }
    }
}

/// A path as people would type it: relative to the current directory where it is below that.
pub(crate) fn shown(path: &Path) -> String {
    let relative = std::path::absolute(path).ok().and_then(|path| {
        let current = std::env::current_dir().ok()?;
        Some(normalize(&path).strip_prefix(current).ok()?.to_path_buf())
    });
    match relative {
        Some(path) if path.as_os_str().is_empty() => ".".to_owned(),
        Some(path) => path.display().to_string(),
        None => path.display().to_string(),
    }
}

/// The most bytes that are read of one file of flows: more than may be parsed, so that parsing says that it is too large.
const MOST: u64 = 16 << 20;

/// The beginning of a file, which may be one without an end.
fn read_some(path: &Path) -> std::io::Result<Vec<u8>> {
    let file = std::fs::File::open(path)?;
    let mut bytes = Vec::with_capacity(usize::try_from(file.metadata()?.len().min(MOST)).unwrap_or(0));
    file.take(MOST).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == MOST
        && let Err(error) = std::str::from_utf8(&bytes)
        && error.error_len().is_none()
    {
        // The cut went through a character.
        bytes.truncate(error.valid_up_to());
    }
    Ok(bytes)
}

/// The files read so far; the index of a file is its [`FileId`].
struct Files<'a> {
    dir: &'a Path,
    origin: &'a Origin,
    sources: Sources,
    parsed: Vec<Parsed>,
}

impl Files<'_> {
    /// Reads and parses the file at `path`, which is relative to the project.
    fn read(&mut self, path: &Path) -> Result<FileId, Error> {
        let full = self.dir.join(path);
        let bytes = read_some(&full).map_err(|error| named(&full, &error))?;
        let name = path.to_string_lossy();
        let (text, broken) = match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                (String::from_utf8_lossy(error.as_bytes()).into_owned(), Some(at))
            }
        };
        let source = self.sources.add_with_path(&*name, self.origin.path(self.dir, &name), text);
        let parsed = match broken {
            None => accord_syntax::parse(&source),
            Some(at) => Parsed { diagnostics: vec![not_utf8(source.id(), source.text(), at)], ..Parsed::default() },
        };
        self.parsed.push(parsed);
        Ok(source.id())
    }

    fn definition(&self, file: FileId) -> Option<&Definition> {
        self.parsed.get(file.0 as usize).map(|parsed| &parsed.definition)
    }

    /// All that is wrong; the root file's first, as it was read first.
    fn failed(&mut self, more: Option<Diagnostic>) -> Error {
        let diagnostics = self.parsed.drain(..).flat_map(|parsed| parsed.diagnostics).chain(more).collect();
        Error::Load(Box::new(LoadError { diagnostics, sources: std::mem::take(&mut self.sources) }))
    }
}

/// The place is the file's start, where the reference reports it; the message tells the line.
fn not_utf8(file: FileId, text: &str, at: usize) -> Diagnostic {
    let line = text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
    let message = format!("the file is not UTF-8: line {line} holds bytes that are no characters");
    let at = u32::try_from(at).unwrap_or(0);
    Diagnostic::error("not-utf-8", message, Span::new(file, 0, 0))
        .focus(Span::new(file, at, at))
        .hint("Save the file as UTF-8.")
}
