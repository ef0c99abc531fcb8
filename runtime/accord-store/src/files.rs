//! Private files: a directory of mode 0700 and files of mode 0600 in it that belong to the user.
//!
//! What is wider is refused, as ssh refuses a key that others can read. New files are written
//! beside their place, brought to the disk and put there without replacing another one.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use crate::{Error, Result};

/// Makes sure that `dir` exists and is private (mode 0700, ours). A missing one is made.
///
/// # Errors
/// The directory cannot be made, is open to others, is somebody else's, or is not a directory.
pub fn private_dir(dir: &Path) -> Result<()> {
    match fs::metadata(dir) {
        Ok(found) if found.is_dir() => check(dir, &found, 0o700),
        Ok(_) => Err(Error::NotPrivate { path: dir.to_owned(), problem: "is not a directory".to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => create_dir(dir).map_err(|source| Error::File {
            action: "create the directory",
            path: dir.to_owned(),
            source,
        }),
        Err(source) => Err(Error::File { action: "read the directory", path: dir.to_owned(), source }),
    }
}

fn create_dir(dir: &Path) -> io::Result<()> {
    if let Some(parent) = dir.parent()
        && !parent.as_os_str().is_empty()
    {
        fs::create_dir_all(parent)?;
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(dir) {
        // Another process was faster; whoever comes next checks what it made.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

/// Makes sure that `file` exists (an empty one is made) and is private (mode 0600, ours).
///
/// # Errors
/// The file cannot be made, is open to others, is somebody else's, or is a link.
pub fn private_file(file: &Path) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let found = fs::symlink_metadata(file).map_err(|source| Error::File {
                action: "read",
                path: file.to_owned(),
                source,
            })?;
            check(file, &found, 0o600)
        }
        Err(source) => Err(Error::File { action: "create", path: file.to_owned(), source }),
    }
}

/// Reads a private file of at most `limit` bytes, `None` if there is none. Links are not followed,
/// and what is checked is what is read.
///
/// # Errors
/// The file cannot be read, is open to others, is somebody else's, is a link or is too long.
pub fn read_private(file: &Path, limit: u64) -> Result<Option<Vec<u8>>> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        (rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::CLOEXEC | rustix::fs::OFlags::NONBLOCK).bits() as i32,
    );
    let mut open = match options.open(file) {
        Ok(open) => open,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::File { action: "read", path: file.to_owned(), source }),
    };
    let failed = |source| Error::File { action: "read", path: file.to_owned(), source };
    let found = open.metadata().map_err(failed)?;
    check(file, &found, 0o600)?;
    if found.len() > limit {
        return Err(Error::NotPrivate {
            path: file.to_owned(),
            problem: format!("has {} bytes, at most {limit} were expected", found.len()),
        });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(found.len()).unwrap_or(0));
    std::io::Read::by_ref(&mut open).take(limit).read_to_end(&mut bytes).map_err(failed)?;
    Ok(Some(bytes))
}

/// Writes a new private file: beside its place, to the disk, renamed into place without replacing
/// another, the directory to the disk. Answers `false` if a file was already there.
///
/// # Errors
/// The file cannot be written; then there is none.
pub fn create_private(file: &Path, bytes: &[u8]) -> Result<bool> {
    let failed = |source| Error::File { action: "create", path: file.to_owned(), source };
    let dir = file.parent().ok_or_else(|| failed(io::Error::from(io::ErrorKind::InvalidInput)))?;
    let mut new = tempfile::Builder::new().prefix(".new-").tempfile_in(dir).map_err(failed)?;
    new.write_all(bytes).map_err(failed)?;
    new.as_file().sync_all().map_err(failed)?;
    match new.persist_noclobber(file) {
        Ok(_) => {}
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(failed(error.error)),
    }
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(failed)?;
    Ok(true)
}

#[cfg(unix)]
fn check(path: &Path, found: &Metadata, mode: u32) -> Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    if mode == 0o600 && !found.is_file() {
        let problem = "is not a plain file (links are not followed): put the file itself there".to_owned();
        return Err(Error::NotPrivate { path: path.to_owned(), problem });
    }
    let (us, them) = (rustix::process::geteuid().as_raw(), found.uid());
    if them != us && them != 0 {
        let problem = format!("belongs to user {them}, not to the user {us} who runs this: run chown {us}");
        return Err(Error::NotPrivate { path: path.to_owned(), problem });
    }
    if found.mode() & 0o077 != 0 {
        return Err(Error::TooOpen {
            path: path.to_owned(),
            found: format!("mode {:04o}", found.mode() & 0o7777),
            mode,
        });
    }
    Ok(())
}

#[cfg(not(unix))]
fn check(_: &Path, _: &Metadata, _: u32) -> Result<()> {
    Ok(())
}
