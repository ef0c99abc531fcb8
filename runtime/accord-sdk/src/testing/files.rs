//! Files in memory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use crate::{FileError, FileService, ReadFile, TempFile};

/// The working directory of scripted processes.
pub(super) const WORK_DIR: &str = "/work";

/// Files by their path relative to the working directory. Directories are there as soon as a file is in them.
#[derive(Default)]
pub struct TestFiles {
    files: Mutex<BTreeMap<String, (Vec<u8>, bool)>>,
}

impl TestFiles {
    /// Adds a file.
    pub fn add(&self, path: &str, content: impl AsRef<[u8]>, sensitive: bool) {
        self.files.lock().insert(path.to_owned(), (content.as_ref().to_vec(), sensitive));
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<String> {
        self.files.lock().get(path).map(|(bytes, _)| String::from_utf8_lossy(bytes).into_owned())
    }

    fn inside(path: &str) -> Result<String, FileError> {
        let relative = match path.strip_prefix(WORK_DIR) {
            Some(rest) => rest.trim_start_matches('/'),
            None if path.starts_with('/') => return Err(FileError::Outside(path.into())),
            None => path,
        };
        let mut parts: Vec<&str> = Vec::new();
        for part in relative.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    if parts.pop().is_none() {
                        return Err(FileError::Outside(path.into()));
                    }
                }
                part => parts.push(part),
            }
        }
        Ok(parts.join("/"))
    }
}

impl FileService for TestFiles {
    fn resolve(&self, path: &str) -> Result<PathBuf, FileError> {
        Ok(Path::new(WORK_DIR).join(TestFiles::inside(path)?))
    }

    fn relative(&self, path: &Path) -> Option<Arc<str>> {
        path.strip_prefix(WORK_DIR).ok().and_then(Path::to_str).map(Arc::from)
    }

    fn read(&self, path: &str) -> Result<ReadFile, FileError> {
        let inside = TestFiles::inside(path)?;
        match self.files.lock().get(&inside) {
            Some((bytes, sensitive)) => Ok(ReadFile { bytes: bytes.clone(), sensitive: *sensitive }),
            None => Err(FileError::NotFound(Path::new(WORK_DIR).join(inside))),
        }
    }

    fn write(&self, path: &str, bytes: &[u8], sensitive: bool) -> Result<(), FileError> {
        self.files.lock().insert(TestFiles::inside(path)?, (bytes.to_vec(), sensitive));
        Ok(())
    }

    fn temp_file(&self, prefix: &str, suffix: &str) -> Result<TempFile, FileError> {
        let mut files = self.files.lock();
        let relative = format!(".concord_tmp/{prefix}{}{suffix}", files.len());
        files.insert(relative.clone(), (Vec::new(), false));
        Ok(TempFile { path: Path::new(WORK_DIR).join(&relative), relative: relative.into() })
    }

    fn move_into(&self, path: &str, dir: &str) -> Result<Arc<str>, FileError> {
        let from = TestFiles::inside(path)?;
        let name = from.rsplit('/').next().unwrap_or(&from);
        let dir = TestFiles::inside(dir)?;
        let to = if dir.is_empty() { name.to_owned() } else { format!("{dir}/{name}") };
        let mut files = self.files.lock();
        match files.remove(&from) {
            Some(file) => {
                files.insert(to.clone(), file);
                Ok(to.into())
            }
            None => Err(FileError::NotFound(Path::new(WORK_DIR).join(from))),
        }
    }

    fn exists(&self, path: &str) -> Result<bool, FileError> {
        let inside = TestFiles::inside(path)?;
        let below = format!("{inside}/");
        Ok(self.files.lock().keys().any(|known| *known == inside || known.starts_with(&below)))
    }
}
