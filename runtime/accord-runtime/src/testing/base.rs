//! The project as it is loaded once for all tests, and the working directory of each.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use accord_sdk::LogLevel;
use accord_syntax::Project;

use super::TestOptions;
use crate::error::Error;
use crate::load::{self, DefaultConfiguration, LoadOptions, Origin, WorkDir, normalize};
use crate::runtime::{Prepared, Runtime};
use crate::services::Masking;

/// Where tests run, in the project.
const DIRECTORY: &str = "target/tests";
/// The copy of the project that the tests' own are made from; no test's directory begins with a dot.
const COPY: &str = ".project";
/// Longest name of a test's directory, in characters.
const LONGEST_NAME: usize = 100;

/// The loaded project, imports brought in, no profile applied.
pub(super) struct Base {
    pub(super) name: String,
    pub(super) project: Project,
    /// What warned of the project, for what else is to be said of it as a whole.
    pub(super) masking: Arc<Masking>,
    /// Locked, so that no others run these tests meanwhile.
    copy: WorkDir,
    directory: PathBuf,
}

impl Base {
    /// Loads the project into a copy of its own.
    ///
    /// # Errors
    /// Everything that keeps it from being loaded.
    pub(super) fn load(runtime: &Runtime, path: &Path, options: &TestOptions) -> Result<Self, Error> {
        let full = normalize(&std::path::absolute(path)?);
        let around = if full.is_file() { full.parent().unwrap_or(&full) } else { &full };
        let directory = around.join(DIRECTORY);
        let asked = LoadOptions {
            profiles: Vec::new(),
            variables: Vec::new(),
            target_dir: Some(directory.join(COPY)),
            clean: true,
            ..options.load.clone()
        };
        let Prepared { work_dir: copy, project, masking, .. } = runtime.prepare(path, &asked)?;
        let notices = load::check_dependencies(&project, runtime.registry())?;
        notices.iter().for_each(|notice| masking.notice(LogLevel::Info, notice));
        for entry in fs::read_dir(&directory)?.flatten().filter(|entry| entry.file_name() != OsStr::new(COPY)) {
            load::remove(&entry.path())?;
        }
        let name = if full.is_file() { full.file_stem() } else { full.file_name() };
        let name = name.unwrap_or(OsStr::new("project")).to_string_lossy().into_owned();
        Ok(Self { name, project, masking, copy, directory })
    }

    /// The working directory of a test: the project as it was loaded. `index` tells tests apart whose names make the
    /// same name of a file.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub(super) fn work_dir(&self, index: usize, name: &str) -> Result<WorkDir, Error> {
        let options = LoadOptions {
            target_dir: Some(self.directory.join(file_name(index, name))),
            clean: true,
            no_gitignore: true,
            default_configuration: DefaultConfiguration::None,
            ..LoadOptions::default()
        };
        WorkDir::prepare(&self.copy.path, None, &options)
    }

    /// Whether a file is one of the project itself, and not imported or generated.
    pub(super) fn own_file(&self, name: &str) -> bool {
        match &self.copy.origin {
            Origin::Dir(dir) => dir.join(name).is_file(),
            Origin::File(_) => name == "concord.yml",
        }
    }

    /// The path of a file, for people.
    pub(super) fn path(&self, file: &str) -> Option<Arc<str>> {
        let source = self.project.sources.iter().find(|source| &**source.name() == file)?;
        Some(Arc::clone(source.path()))
    }
}

/// Takes away the copy; with it the directory, where no test's is left.
impl Drop for Base {
    fn drop(&mut self) {
        let _ = load::remove(&self.copy.path);
        if fs::remove_dir(&self.directory).is_ok() {
            let _ = self.directory.parent().map(fs::remove_dir);
        }
    }
}

/// A test's name as the name of a directory.
fn file_name(index: usize, name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let made: String = name.chars().take(LONGEST_NAME).map(|c| if plain(c) { c } else { '_' }).collect();
    if made == name && !name.starts_with('.') && name.len() <= LONGEST_NAME {
        made
    } else {
        let short: String = made.trim_start_matches('.').chars().take(LONGEST_NAME / 4).collect();
        format!("{short}-{index}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_makes_a_directory_of_its_own() {
        assert_eq!(file_name(1, "orderTest"), "orderTest");
        assert_eq!(file_name(2, "a/../bTest"), "a_.._bTest-2");
        assert_eq!(file_name(3, ".projectTest"), "projectTest-3");
        assert_eq!(file_name(4, "..Test"), "Test-4");
        assert!(file_name(5, &"ä".repeat(5000)).len() < 255);
        assert_ne!(file_name(6, "a bTest"), file_name(7, "a/bTest"));
    }
}
