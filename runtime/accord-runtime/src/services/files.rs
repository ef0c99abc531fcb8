//! The files of a process: paths resolved below its working directory, and which of them hold secrets.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use accord_sdk::{FileError, FileService, ReadFile, TempFile};
use parking_lot::Mutex;

use crate::exports::{Exports, LINK};
use crate::home::private_directory;
use crate::load::normalize;

#[cfg(test)]
mod tests;

/// The largest file that a flow may read at once.
const READ_LIMIT: u64 = 64 * 1024 * 1024;

/// The files of one process.
pub(crate) struct Files {
    work_dir: PathBuf,
    /// The working directory with all links of its own path followed.
    real_work_dir: PathBuf,
    exports: Arc<Exports>,
    /// Files whose content is secret, with all links followed.
    sensitive: Mutex<HashSet<PathBuf>>,
}

impl Files {
    /// The files below `work_dir`, which exists and is absolute.
    pub(crate) fn new(work_dir: PathBuf, exports: Arc<Exports>) -> Self {
        let real_work_dir = fs::canonicalize(&work_dir).unwrap_or_else(|_| work_dir.clone());
        Self { work_dir, real_work_dir, exports, sensitive: Mutex::new(HashSet::new()) }
    }

    /// Writes a secret to a new file of the process; answers its path relative to the working directory.
    pub(crate) fn export(&self, dir: Option<&str>, content: &[u8]) -> Result<Arc<str>, FileError> {
        let (relative, mut file) = match dir {
            None => self.exports.create("", ".bin"),
            Some(dir) => {
                let dir = self.relative_path(&self.resolve(dir)?, dir)?;
                self.exports.create_in(&dir, ".bin")
            }
        }
        .map_err(|error| FileError::Io(self.work_dir.join(LINK), error.to_string()))?;
        self.fill(&relative, &mut file, content)
    }

    /// Writes a key pair to a directory of its own; answers both paths, the private one first.
    pub(crate) fn export_pair(&self, private: &[u8], public: &[u8]) -> Result<(Arc<str>, Arc<str>), FileError> {
        let io = |error: io::Error| FileError::Io(self.work_dir.join(LINK), error.to_string());
        let dir = self.exports.create_directory().map_err(io)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let (private_path, public_path) = (dir.join("private.key"), dir.join("public.key"));
        let mut file = options.open(self.work_dir.join(&private_path)).map_err(io)?;
        let private = self.fill(&private_path, &mut file, private)?;
        let mut file = options.open(self.work_dir.join(&public_path)).map_err(io)?;
        file.write_all(public).map_err(io)?;
        Ok((private, public_path.to_string_lossy().into()))
    }

    fn fill(&self, relative: &Path, file: &mut File, content: &[u8]) -> Result<Arc<str>, FileError> {
        let path = self.work_dir.join(relative);
        self.mark(&path);
        file.write_all(content).map_err(|error| FileError::Io(path, error.to_string()))?;
        Ok(relative.to_string_lossy().into())
    }

    fn mark(&self, path: &Path) {
        if let Ok(real) = fs::canonicalize(path) {
            self.sensitive.lock().insert(real);
        }
    }

    fn is_sensitive(&self, path: &Path) -> bool {
        let sensitive = self.sensitive.lock();
        !sensitive.is_empty() && fs::canonicalize(path).is_ok_and(|real| sensitive.contains(&real))
    }

    fn relative_path(&self, path: &Path, asked: &str) -> Result<PathBuf, FileError> {
        path.strip_prefix(&self.work_dir).map(Path::to_path_buf).map_err(|_| FileError::Outside(asked.into()))
    }

    /// Whether a real path lies in the working directory, or in the directory that the runtime linked into it.
    fn is_inside(&self, real: &Path) -> bool {
        real.starts_with(&self.real_work_dir)
            || self.exports.directory().is_some_and(|dir| fs::canonicalize(dir).is_ok_and(|dir| real.starts_with(dir)))
    }
}

impl FileService for Files {
    fn resolve(&self, path: &str) -> Result<PathBuf, FileError> {
        let outside = || FileError::Outside(path.into());
        if path.contains('\0') {
            return Err(outside());
        }
        let mut joined = normalize(&self.work_dir.join(path));
        if let Ok(inner) = joined.strip_prefix(&self.real_work_dir) {
            joined = self.work_dir.join(inner);
        }
        if !joined.starts_with(&self.work_dir) {
            return Err(outside());
        }
        // What exists of the path, links followed, has to lie inside; what is to be made comes below that.
        let mut existing = joined.as_path();
        loop {
            match fs::canonicalize(existing) {
                Ok(real) if self.is_inside(&real) => return Ok(joined),
                Ok(_) => return Err(outside()),
                // A link to nothing: writing through it would make a file at a place nobody has looked at.
                Err(_) if fs::symlink_metadata(existing).is_ok() => return Err(outside()),
                Err(_) => existing = existing.parent().ok_or_else(outside)?,
            }
        }
    }

    fn relative(&self, path: &Path) -> Option<Arc<str>> {
        let relative = path.strip_prefix(&self.work_dir).or_else(|_| path.strip_prefix(&self.real_work_dir)).ok()?;
        Some(relative.to_string_lossy().into())
    }

    fn read(&self, path: &str) -> Result<ReadFile, FileError> {
        let resolved = self.resolve(path)?;
        let io = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => FileError::NotFound(resolved.clone()),
            _ => FileError::Io(resolved.clone(), error.to_string()),
        };
        let mut bytes = Vec::new();
        File::open(&resolved).map_err(io)?.take(READ_LIMIT + 1).read_to_end(&mut bytes).map_err(io)?;
        if bytes.len() as u64 > READ_LIMIT {
            return Err(FileError::TooLarge(resolved, READ_LIMIT));
        }
        Ok(ReadFile { bytes, sensitive: self.is_sensitive(&resolved) })
    }

    fn write(&self, path: &str, bytes: &[u8], sensitive: bool) -> Result<(), FileError> {
        let resolved = self.resolve(path)?;
        let io = |error: io::Error| FileError::Io(resolved.clone(), error.to_string());
        if let Some(parent) = resolved.parent() {
            private_directory(parent).map_err(io)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).mode(0o600);
        if sensitive {
            // A new file, as an old one may be open to others.
            crate::load::remove(&resolved).map_err(io)?;
            options.create_new(true);
        } else {
            options.create(true).truncate(true);
        }
        let mut file = options.open(&resolved).map_err(io)?;
        if sensitive {
            self.mark(&resolved);
        } else if let Ok(real) = fs::canonicalize(&resolved) {
            self.sensitive.lock().remove(&real);
        }
        file.write_all(bytes).map_err(io)
    }

    fn append(&self, path: &str, bytes: &[u8]) -> Result<(), FileError> {
        let resolved = self.resolve(path)?;
        let io = |error: io::Error| FileError::Io(resolved.clone(), error.to_string());
        let mut file = OpenOptions::new().append(true).open(&resolved).map_err(io)?;
        file.write_all(bytes).map_err(io)
    }

    fn temp_file(&self, prefix: &str, suffix: &str) -> Result<TempFile, FileError> {
        // Both are for people, so nothing that has a meaning in a path is taken along.
        let clean = |text: &str| -> String {
            text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).collect()
        };
        let created = self.exports.create(&clean(prefix), &clean(suffix));
        let (relative, _) = created.map_err(|error| FileError::Io(self.work_dir.join(LINK), error.to_string()))?;
        Ok(TempFile { path: self.work_dir.join(&relative), relative: relative.to_string_lossy().into() })
    }

    fn move_into(&self, path: &str, dir: &str) -> Result<Arc<str>, FileError> {
        let (from, to) = (self.resolve(path)?, self.resolve(dir)?);
        let Some(name) = from.file_name() else { return Err(FileError::NotFound(from)) };
        if !from.exists() {
            return Err(FileError::NotFound(from));
        }
        let target = to.join(name);
        let io = |error: io::Error| FileError::Io(from.clone(), error.to_string());
        let sensitive = self.is_sensitive(&from);
        private_directory(&to).map_err(io)?;
        crate::load::remove(&target).map_err(io)?;
        if fs::rename(&from, &target).is_err() {
            // Another file system: the directory of the process may lie on memory.
            crate::load::copy_file(&from, &target).map_err(io)?;
            fs::remove_file(&from).map_err(io)?;
        }
        if sensitive {
            self.mark(&target);
        }
        Ok(self.relative_path(&target, dir)?.to_string_lossy().into())
    }

    fn exists(&self, path: &str) -> Result<bool, FileError> {
        Ok(self.resolve(path)?.exists())
    }
}
