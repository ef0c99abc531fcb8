//! Files that a project imports: directories are copied, repositories fetched by the program `git`; Maven artifacts are
//! refused in words.
//! Source: <https://concord.walmartlabs.com/docs/processes-v2/imports.html>.

mod access;
mod address;
mod cache;
mod failure;
mod fetch;
mod git;
mod program;
mod tree;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use accord_sdk::ProjectInfo;
use accord_syntax::Sources;
use accord_syntax::definition::{Import, MvnImport};
use accord_value::SecretString;

use super::LoadOptions;
use super::copy::{Copy, normalize, real_directory};
use crate::error::Error;
use crate::exports::Exports;
use crate::home::Home;
use crate::secrets::{self, Secrets};
use crate::services::{Files, Masking};

/// What imports need of the process that is being loaded.
pub(crate) struct Importer<'a> {
    pub(crate) home: &'a Home,
    pub(crate) options: &'a LoadOptions,
    pub(crate) sources: &'a secrets::Sources,
    pub(crate) masking: &'a Arc<Masking>,
    /// The process' id.
    pub(crate) process: &'a Arc<str>,
    pub(crate) work_dir: &'a Path,
    /// What a relative directory outside of the working directory is relative to.
    pub(crate) outside: &'a Path,
    /// Finds the project that the process runs in; asked only if a secret is.
    pub(crate) project: &'a dyn Fn() -> Result<Option<ProjectInfo>, Error>,
}

impl Importer<'_> {
    /// Where repositories are cached.
    fn cache(&self) -> PathBuf {
        let asked = self.options.repo_cache_dir.as_deref();
        let cache = asked.map_or_else(|| self.home.accord().join("cache/repositories"), Path::to_path_buf);
        std::path::absolute(&cache).unwrap_or(cache)
    }

    /// The secrets of the process, as its steps see them.
    fn secrets(&self) -> Result<Secrets, Error> {
        let project = (self.project)()?;
        let exports = Arc::new(Exports::new(self.home.clone(), self.work_dir.to_path_buf(), self.process.to_string()));
        Ok(Secrets {
            sources: self.sources.clone(),
            files: Arc::new(Files::new(self.work_dir.to_path_buf(), exports)),
            masking: Arc::clone(self.masking),
            process: Arc::clone(self.process),
            org: self.options.org.clone(),
            project,
        })
    }

    /// Masks a password from here on.
    #[expect(clippy::disallowed_methods, reason = "the redactor has to know the value before anything is said")]
    fn register(&self, user: &SecretString, password: &SecretString) {
        self.masking.credentials(user.expose(), password.expose());
    }
}

/// Brings all imports into the working directory, in order; a later one overwrites an earlier one's files.
///
/// # Errors
/// Where an import is of a kind that is not supported, its source cannot be had, or its destination lies outside.
pub(crate) fn bring_in(importer: &Importer<'_>, imports: &[Import], sources: &Sources) -> Result<(), Error> {
    for import in imports {
        match import {
            Import::Dir(import) => {
                let dest = import.dest.as_ref().map(|dest| &*dest.value);
                let copied = directory(importer, &import.src.value, dest);
                copied.map_err(|error| error.at(import.src.span))?;
            }
            Import::Git(import) => git::bring(importer, import, sources)?,
            Import::Mvn(import) => return Err(artifact(import)),
        }
    }
    Ok(())
}

/// Nothing here unpacks Java archives; their files are as well kept in a directory or a repository.
fn artifact(import: &MvnImport) -> Error {
    let message = format!("cannot import {}: Maven artifacts are not imported", import.url.value);
    Error::load("import", message)
        .hint(
            "Put the artifact's files into a git repository and import that by 'git: {url: …}', or unpack them beside \
               the flow and import the directory by 'dir: {src: …, dest: concord}'.",
        )
        .at(import.url.span)
}

/// A relative source is relative to the working directory, as in Concord's CLI.
fn directory(importer: &Importer<'_>, src: &str, dest: Option<&str>) -> Result<(), Error> {
    let Importer { work_dir, outside, .. } = *importer;
    let inside = normalize(&work_dir.join(src));
    let source = if inside.starts_with(work_dir) { inside } else { normalize(&outside.join(src)) };
    if !source.is_dir() {
        return Err(Error::load(
            "import",
            format!("cannot import '{src}': there is no directory {}", super::shown(&source)),
        )
        .hint("A relative 'src' is looked for in the working directory, where the project's files are copied to."));
    }
    let target = tree::destination(work_dir, dest.unwrap_or("")).map_err(|()| {
        Error::load(
            "import",
            format!("cannot import '{src}': its dest '{}' lies outside of the project", dest.unwrap_or("")),
        )
    })?;
    if work_dir.starts_with(&source) {
        return Err(Error::load("import", format!("cannot import '{src}': it holds the working directory itself")));
    }
    real_directory(work_dir, &target)?;
    Copy { source: &source, target: &target, gitignore: false }.run()?;
    Ok(())
}
