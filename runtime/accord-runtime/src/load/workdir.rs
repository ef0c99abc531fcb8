//! The working directory of a process: what is copied there, and the lock that keeps two processes out of one.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::copy::{Copy, copy_file, named, normalize, remove};
use super::{LoadOptions, Origin};
use crate::error::Error;
use crate::home::private_directory;

/// Where the default configuration is copied to, as one of the project's files.
const DEFAULT_CONFIGURATION: &str = "concord/_defaultCfg.concord.yml";

/// Which file counts as one of the project's, without being written there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DefaultConfiguration {
    /// `defaultCfg.yml` in Concord's folder, where there is one.
    #[default]
    User,
    /// None.
    None,
    /// This one.
    File(PathBuf),
}

/// A working directory, locked as long as this lives.
#[derive(Debug)]
pub(crate) struct WorkDir {
    pub(crate) path: PathBuf,
    /// What paths that lead out of it are relative to: itself, and where it lies in the usual one, that.
    pub(crate) outside: PathBuf,
    /// The single file that the run was started with.
    single: Option<PathBuf>,
    /// Where the project was, as it was named.
    pub(crate) origin: Origin,
    pub(crate) notices: Vec<String>,
    _lock: Option<File>,
}

impl WorkDir {
    /// Makes, locks and fills the working directory of the project at `source`, a directory or a file.
    ///
    /// # Errors
    /// Where there is no such project, the directory is in use, or a file cannot be copied.
    pub(crate) fn prepare(named_as: &Path, concord: Option<&Path>, options: &LoadOptions) -> Result<Self, Error> {
        let source = normalize(&std::path::absolute(named_as)?);
        let kind = fs::metadata(&source).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                Error::configuration(format!("there is no file or directory '{}'", named_as.display()))
            }
            _ => Error::Io(named(&source, &error)),
        })?;
        let single = if kind.is_dir() { None } else { Some(source.clone()) };
        let base = match &single {
            Some(file) => file.parent().unwrap_or(file).to_path_buf(),
            None => source.clone(),
        };
        let path = match &options.target_dir {
            Some(dir) => normalize(&std::path::absolute(dir)?),
            None => base.join("target"),
        };
        if single.is_none() && source.starts_with(&path) {
            return Err(Error::configuration(format!(
                "the working directory cannot be a parent of the project or the project itself: {}",
                path.display()
            )));
        }
        private_directory(&path).map_err(|error| named(&path, &error))?;
        let lock = lock(&path)?;
        let origin = if kind.is_dir() { Origin::Dir } else { Origin::File };
        let origin = origin(named_as.to_path_buf());
        let usual = base.join("target");
        let outside = if path.starts_with(&usual) { usual } else { path.clone() };
        let mut prepared = Self { path, outside, single, origin, notices: Vec::new(), _lock: lock };
        prepared.fill(&source, concord, options)?;
        Ok(prepared)
    }

    /// Locks the working directory of a suspended process, as it is.
    ///
    /// # Errors
    /// Where it is in use.
    pub(crate) fn reopen(path: PathBuf) -> Result<Self, Error> {
        let lock = lock(&path)?;
        Ok(Self {
            origin: Origin::Dir(path.clone()),
            outside: path.clone(),
            path,
            single: None,
            notices: Vec::new(),
            _lock: lock,
        })
    }

    fn fill(&mut self, source: &Path, concord: Option<&Path>, options: &LoadOptions) -> Result<(), Error> {
        if options.clean {
            for entry in fs::read_dir(&self.path).map_err(|error| named(&self.path, &error))? {
                remove(&entry?.path())?;
            }
        }
        match &self.single {
            Some(file) => {
                let copy = self.path.join("concord.yml");
                if *file != copy {
                    copy_file(file, &copy)?;
                }
            }
            None => Copy { source, target: &self.path, gitignore: !options.no_gitignore }.run()?,
        }
        let default = match &options.default_configuration {
            DefaultConfiguration::None => None,
            DefaultConfiguration::User => concord.map(|dir| dir.join("defaultCfg.yml")).filter(|path| path.exists()),
            DefaultConfiguration::File(path) => Some(path.clone()),
        };
        match default {
            Some(path) if path.is_file() => copy_file(&path, &self.path.join(DEFAULT_CONFIGURATION))?,
            Some(path) => {
                self.notices.push(format!("the default configuration {} is no file and ignored", path.display()))
            }
            None => {}
        }
        Ok(())
    }
}

/// Locks the directory itself, so that no file of ours lies among the flow's.
fn lock(path: &Path) -> Result<Option<File>, Error> {
    let Ok(dir) = File::open(path) else { return Ok(None) };
    match dir.try_lock() {
        Ok(()) => Ok(Some(dir)),
        Err(TryLockError::WouldBlock) => Err(Error::Busy(format!(
            "another process runs in {}: wait for its end, or choose another directory with --target-dir",
            path.display()
        ))),
        // Some network file systems have no locks.
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepare(source: &Path, options: &LoadOptions) -> Result<WorkDir, String> {
        WorkDir::prepare(source, None, options).map_err(|error| error.to_string())
    }

    #[test]
    fn one_process_for_each_directory() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("concord.yml"), "x").unwrap();
        let first = prepare(dir.path(), &LoadOptions::default()).unwrap();
        let message = prepare(dir.path(), &LoadOptions::default()).unwrap_err();
        assert!(message.contains("another process runs"), "{message}");
        drop(first);
        prepare(dir.path(), &LoadOptions::default()).unwrap();
    }

    #[test]
    fn the_directory_is_cleaned_when_asked() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("concord.yml"), "x").unwrap();
        fs::create_dir_all(dir.path().join("target/concord")).unwrap();
        fs::write(dir.path().join("target/concord/stale"), "x").unwrap();
        prepare(dir.path(), &LoadOptions::default()).unwrap();
        assert!(dir.path().join("target/concord/stale").exists());
        prepare(dir.path(), &LoadOptions { clean: true, ..LoadOptions::default() }).unwrap();
        assert!(!dir.path().join("target/concord").exists());
        assert!(dir.path().join("target/concord.yml").exists());
    }

    #[test]
    fn a_single_file_is_alone() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("flow.txt"), "text").unwrap();
        fs::write(dir.path().join("other"), "x").unwrap();
        let prepared = prepare(&dir.path().join("flow.txt"), &LoadOptions::default()).unwrap();
        assert_eq!(fs::read_to_string(prepared.path.join("concord.yml")).unwrap(), "text");
        assert!(!prepared.path.join("other").exists());
    }

    #[test]
    fn the_directory_is_not_around_the_project() {
        let dir = tempfile::tempdir().unwrap();
        let project = dir.path().join("sub");
        fs::create_dir(&project).unwrap();
        for target in [dir.path(), project.as_path()] {
            let options = LoadOptions { target_dir: Some(target.to_path_buf()), ..LoadOptions::default() };
            assert!(prepare(&project, &options).unwrap_err().contains("parent"));
        }
        assert!(prepare(&dir.path().join("none"), &LoadOptions::default()).unwrap_err().contains("no file"));
    }

    #[test]
    fn the_default_configuration_is_a_file_of_the_project() {
        let dir = tempfile::tempdir().unwrap();
        let concord = dir.path().join("user");
        let project = dir.path().join("project");
        fs::create_dir(&concord).unwrap();
        fs::create_dir(&project).unwrap();
        let prepared = |options: &LoadOptions| WorkDir::prepare(&project, Some(&concord), options).unwrap();
        let copy = project.join("target").join(DEFAULT_CONFIGURATION);
        drop(prepared(&LoadOptions::default()));
        assert!(!copy.exists());
        fs::write(concord.join("defaultCfg.yml"), "x").unwrap();
        let none = LoadOptions { default_configuration: DefaultConfiguration::None, ..LoadOptions::default() };
        drop(prepared(&none));
        assert!(!copy.exists());
        drop(prepared(&LoadOptions::default()));
        assert!(copy.exists());
        let options =
            LoadOptions { default_configuration: DefaultConfiguration::File(concord), ..LoadOptions::default() };
        assert_eq!(WorkDir::prepare(&project, None, &options).unwrap().notices.len(), 1);
    }
}
