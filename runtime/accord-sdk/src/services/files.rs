//! Files below the working directory.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::TaskError;

/// Why a file could not be used. Each task words it as the reference's does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileError {
    /// The path leads out of the working directory, by itself or by a link.
    Outside(Arc<str>),
    /// There is no such file; the path is absolute.
    NotFound(PathBuf),
    /// Reading or writing failed: the absolute path and the system's reason.
    Io(PathBuf, String),
    /// The content is larger than the process may hold: path and limit in bytes.
    TooLarge(PathBuf, u64),
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileError::Outside(path) => write!(f, "The path must be within the working directory: {path}"),
            FileError::NotFound(path) => write!(f, "{}", path.display()),
            FileError::Io(path, reason) => write!(f, "{}: {reason}", path.display()),
            FileError::TooLarge(path, limit) => {
                write!(f, "{}: the file is larger than {limit} bytes, which is the limit", path.display())
            }
        }
    }
}

impl std::error::Error for FileError {}

impl From<FileError> for TaskError {
    fn from(error: FileError) -> TaskError {
        let class = match error {
            FileError::Outside(_) => TaskError::ILLEGAL_ARGUMENT,
            FileError::NotFound(_) => "java.nio.file.NoSuchFileException",
            FileError::Io(..) | FileError::TooLarge(..) => TaskError::IO,
        };
        TaskError::of(class, error.to_string())
    }
}

/// What was read from a file.
#[derive(Clone)]
pub struct ReadFile {
    /// Its content.
    pub bytes: Vec<u8>,
    /// Whether it is an exported secret, or was written from a marked value: texts made of it are marked.
    pub sensitive: bool,
}

/// A new empty file of the process.
#[derive(Clone, Debug)]
pub struct TempFile {
    /// Path relative to the working directory: what flows see.
    pub relative: Arc<str>,
    /// Absolute path.
    pub path: PathBuf,
}

/// The files of a process. Paths that flows give are resolved below the working directory; neither `..` nor links lead
/// out of it, but for the links that the runtime itself made for exported secrets.
pub trait FileService {
    /// The absolute path of `path`, which need not exist.
    ///
    /// # Errors
    /// [`FileError::Outside`].
    fn resolve(&self, path: &str) -> Result<PathBuf, FileError>;

    /// `path`, as far as it is below the working directory, relative to it.
    fn relative(&self, path: &std::path::Path) -> Option<Arc<str>>;

    /// The content of a file.
    ///
    /// # Errors
    /// Any [`FileError`].
    fn read(&self, path: &str) -> Result<ReadFile, FileError>;

    /// Writes a file, 0600 where `sensitive`; missing directories are made. What is read back is marked where
    /// `sensitive` was said.
    ///
    /// # Errors
    /// Any [`FileError`].
    fn write(&self, path: &str, bytes: &[u8], sensitive: bool) -> Result<(), FileError>;

    /// Adds bytes at the end of a file that [`FileService::write`] made.
    ///
    /// # Errors
    /// Any [`FileError`].
    fn append(&self, path: &str, bytes: &[u8]) -> Result<(), FileError> {
        let mut file = self.read(path)?;
        file.bytes.extend_from_slice(bytes);
        self.write(path, &file.bytes, file.sensitive)
    }

    /// A new file in the process' directory for temporary files (`.concord_tmp`), gone when the process ends.
    ///
    /// # Errors
    /// [`FileError::Io`].
    fn temp_file(&self, prefix: &str, suffix: &str) -> Result<TempFile, FileError>;

    /// Moves a file into a directory, which is made where it is missing.
    ///
    /// # Errors
    /// Any [`FileError`].
    fn move_into(&self, path: &str, dir: &str) -> Result<Arc<str>, FileError>;

    /// Whether there is a file or directory.
    ///
    /// # Errors
    /// [`FileError::Outside`].
    fn exists(&self, path: &str) -> Result<bool, FileError>;
}
