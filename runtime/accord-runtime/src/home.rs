//! Where an installation keeps its things: the directory `ACCORD_HOME`, and the user's folder of Concord's own CLI.
//!
//! Owns the layout of both. Creates nothing until something has to be kept.

use std::ffi::OsString;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The directories of an installation.
#[derive(Clone, Debug)]
pub struct Home {
    accord: PathBuf,
    concord: Option<PathBuf>,
    memory: Vec<PathBuf>,
}

impl Home {
    /// The directories that the environment names: `ACCORD_HOME`, else `accord` in the platform's data directory;
    /// Concord's folder is `~/.concord`.
    ///
    /// # Errors
    /// Where neither `ACCORD_HOME` nor `HOME` is set.
    pub fn locate(env: impl Fn(&str) -> Option<OsString>) -> io::Result<Self> {
        let set = |name: &str| env(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let user = set("HOME");
        let accord = set("ACCORD_HOME").or_else(|| data_directory(set("XDG_DATA_HOME"), user.as_deref()));
        let Some(accord) = accord else {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                "no place to keep anything: neither ACCORD_HOME nor HOME is set",
            ));
        };
        let memory = set("XDG_RUNTIME_DIR").into_iter().chain([PathBuf::from("/dev/shm")]).collect();
        Ok(Self { accord, concord: user.map(|home| home.join(".concord")), memory })
    }

    /// An installation below `accord`, with Concord's folder at `concord`; for embedding and tests.
    #[must_use]
    pub fn at(accord: impl Into<PathBuf>, concord: Option<PathBuf>) -> Self {
        Self { accord: accord.into(), concord, memory: Vec::new() }
    }

    /// `ACCORD_HOME`.
    #[must_use]
    pub fn accord(&self) -> &Path {
        &self.accord
    }

    /// The folder of Concord's own CLI, `~/.concord`; none where there is no home directory.
    #[must_use]
    pub fn concord(&self) -> Option<&Path> {
        self.concord.as_deref()
    }

    /// The embedded store's database.
    #[must_use]
    pub fn store(&self) -> PathBuf {
        self.accord.join("store.db")
    }

    /// The file of the root key.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        self.accord.join("keys")
    }

    /// The journals of the files that processes have exported.
    #[must_use]
    pub fn exports(&self) -> PathBuf {
        self.accord.join("exports")
    }

    /// Directories on memory, the best first: for the files of processes.
    pub(crate) fn memory(&self) -> impl Iterator<Item = &Path> {
        self.memory.iter().map(PathBuf::as_path).filter(|dir| dir.is_dir())
    }

    /// Makes `ACCORD_HOME`, mode 0700, if there is none yet; says whether it did.
    ///
    /// # Errors
    /// Where it cannot be made, or others may enter the one that is there.
    pub fn create(&self) -> io::Result<bool> {
        if let Ok(found) = self.accord.metadata() {
            if found.permissions().mode() & 0o077 != 0 {
                return Err(io::Error::new(
                    io::ErrorKind::PermissionDenied,
                    format!(
                        "{} holds keys and others may enter it: run `chmod 700 {}`",
                        self.accord.display(),
                        self.accord.display()
                    ),
                ));
            }
            return Ok(false);
        }
        private_directory(&self.accord)?;
        Ok(true)
    }
}

#[cfg(target_os = "macos")]
fn data_directory(_xdg: Option<PathBuf>, user: Option<&Path>) -> Option<PathBuf> {
    user.map(|home| home.join("Library/Application Support/accord"))
}

#[cfg(not(target_os = "macos"))]
fn data_directory(xdg: Option<PathBuf>, user: Option<&Path>) -> Option<PathBuf> {
    xdg.filter(|dir| dir.is_absolute())
        .or_else(|| user.map(|home| home.join(".local/share")))
        .map(|dir| dir.join("accord"))
}

/// Makes a directory, mode 0700, and what is above it.
pub(crate) fn private_directory(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locate(vars: &[(&str, &str)]) -> io::Result<Home> {
        Home::locate(|name| vars.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value)))
    }

    #[test]
    fn the_environment_names_the_directories() {
        let home = locate(&[("HOME", "/u"), ("ACCORD_HOME", "/x")]).unwrap();
        assert_eq!(home.accord(), Path::new("/x"));
        assert_eq!(home.concord(), Some(Path::new("/u/.concord")));
        assert!(locate(&[]).is_err());
        assert!(locate(&[("HOME", "")]).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_data_directory_follows_xdg() {
        assert_eq!(locate(&[("HOME", "/u")]).unwrap().accord(), Path::new("/u/.local/share/accord"));
        let home = locate(&[("HOME", "/u"), ("XDG_DATA_HOME", "/d")]).unwrap();
        assert_eq!(home.accord(), Path::new("/d/accord"));
        let home = locate(&[("HOME", "/u"), ("XDG_DATA_HOME", "relative")]).unwrap();
        assert_eq!(home.accord(), Path::new("/u/.local/share/accord"));
    }

    #[test]
    fn a_home_that_others_may_enter_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path().join("a"), None);
        assert!(home.create().unwrap());
        assert_eq!(home.accord().metadata().unwrap().permissions().mode() & 0o777, 0o700);
        assert!(!home.create().unwrap());
        std::fs::set_permissions(home.accord(), std::fs::Permissions::from_mode(0o750)).unwrap();
        assert!(home.create().unwrap_err().to_string().contains("chmod 700"));
    }
}
