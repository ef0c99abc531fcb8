//! The files that a process exports secrets to, and their end.
//!
//! Owns the process' directory for exported and temporary files: on memory where there is one, mode 0700, linked into
//! the working directory as `.concord_tmp`. A journal of what there is to remove is on disk, synced, before the first
//! file is written. [`Exports`] removes all of it when it is dropped; [`sweep`] removes what a killed process left.
//! Must not know what is in the files.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, symlink};
use std::path::{Path, PathBuf};

use parking_lot::Mutex;

use crate::home::{Home, private_directory};

#[cfg(test)]
mod tests;

/// The name below the working directory under which flows see the directory, as in Concord.
pub(crate) const LINK: &str = ".concord_tmp";

/// What the name of a directory on memory begins with; nothing else is ever removed there.
const PREFIX: &str = "accord-";

/// Kinds of journal entries: a directory that goes with all its files, and a link that goes alone.
const DIRECTORY: u8 = b'D';
const LINKED: u8 = b'L';

/// The exported files of one process.
pub(crate) struct Exports {
    home: Home,
    work_dir: PathBuf,
    id: String,
    open: Mutex<Option<Open>>,
}

/// What exists once there is a file.
struct Open {
    journal: Journal,
    directory: PathBuf,
}

/// The list of what has to be removed. It is locked while its process lives.
struct Journal {
    path: PathBuf,
    file: File,
    entries: Vec<(u8, PathBuf)>,
}

impl Exports {
    /// The exports of the process `id`; nothing is made until the first file.
    pub(crate) fn new(home: Home, work_dir: PathBuf, id: String) -> Self {
        Self { home, work_dir, id, open: Mutex::new(None) }
    }

    /// Makes an empty file, mode 0600, in the process' directory.
    /// Answers its path relative to the working directory, and the file.
    ///
    /// # Errors
    /// Where no directory or file can be made.
    pub(crate) fn create(&self, prefix: &str, suffix: &str) -> io::Result<(PathBuf, File)> {
        let mut open = self.open.lock();
        let (name, file) = self.opened(&mut open)?.create(prefix, suffix)?;
        Ok((Path::new(LINK).join(name), file))
    }

    /// The same below a directory of the flow's choice, which has to lie in the working directory: the file itself
    /// stays in the process' directory, a link stands for it.
    ///
    /// # Errors
    /// Where no directory, link or file can be made.
    pub(crate) fn create_in(&self, dir: &Path, suffix: &str) -> io::Result<(PathBuf, File)> {
        let mut open = self.open.lock();
        let open = self.opened(&mut open)?;
        private_directory(&self.work_dir.join(dir))?;
        let (name, file) = open.create("", suffix)?;
        let link = dir.join(&name);
        open.journal.add(&[(LINKED, &self.work_dir.join(&link))])?;
        symlink(open.directory.join(&name), self.work_dir.join(&link))?;
        Ok((link, file))
    }

    /// Makes an empty directory in the process' directory; answers its path relative to the working directory.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub(crate) fn create_directory(&self) -> io::Result<PathBuf> {
        let mut open = self.open.lock();
        let name = unique("", "");
        DirBuilder::new().mode(0o700).create(self.opened(&mut open)?.directory.join(&name))?;
        Ok(Path::new(LINK).join(name))
    }

    /// The real place of the process' directory, once there is one: the one link that paths of flows may follow out
    /// of the working directory.
    pub(crate) fn directory(&self) -> Option<PathBuf> {
        self.open.lock().as_ref().map(|open| open.directory.clone())
    }

    /// Removes every file, the directory, the links and the journal.
    pub(crate) fn clear(&self) {
        if let Some(open) = self.open.lock().take() {
            open.journal.remove();
        }
    }

    fn opened<'a>(&self, open: &'a mut Option<Open>) -> io::Result<&'a mut Open> {
        match open {
            Some(open) => Ok(open),
            None => Ok(open.insert(self.start()?)),
        }
    }

    /// The journal names the directory and the link before they exist, so that a process killed between any two of
    /// these lines leaves nothing that the sweep does not find.
    fn start(&self) -> io::Result<Open> {
        let link = self.work_dir.join(LINK);
        self.home.create()?;
        for memory in self.home.memory() {
            let directory = memory.join(format!("{PREFIX}{}", self.id));
            let journal = Journal::create(&self.home, &self.id, &[(DIRECTORY, &directory), (LINKED, &link)])?;
            if DirBuilder::new().mode(0o700).create(&directory).is_ok() {
                crate::load::remove(&link)?;
                symlink(&directory, &link)?;
                return Ok(Open { journal, directory });
            }
            journal.remove();
        }
        let journal = Journal::create(&self.home, &self.id, &[(DIRECTORY, &link)])?;
        crate::load::remove(&link)?;
        DirBuilder::new().mode(0o700).create(&link)?;
        Ok(Open { journal, directory: link })
    }
}

impl Drop for Exports {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Open {
    fn create(&self, prefix: &str, suffix: &str) -> io::Result<(String, File)> {
        let name = unique(prefix, suffix);
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create_new(true).mode(0o600).open(self.directory.join(&name))?;
        Ok((name, file))
    }
}

/// A name that nobody can guess.
fn unique(prefix: &str, suffix: &str) -> String {
    format!("{prefix}{}{suffix}", uuid::Uuid::new_v4().simple())
}

impl Journal {
    /// A new journal, locked, synced together with the directory that it lies in.
    fn create(home: &Home, id: &str, entries: &[(u8, &Path)]) -> io::Result<Self> {
        let dir = home.exports();
        private_directory(&dir)?;
        let path = dir.join(id);
        // Not seen by a sweep before it is locked: it gets its name last.
        let hidden = tempfile::Builder::new().prefix(".new-").tempfile_in(&dir)?;
        hidden.as_file().lock()?;
        let mut file = hidden.persist(&path).map_err(|error| error.error)?;
        write_entries(&mut file, entries)?;
        File::open(&dir)?.sync_all()?;
        let entries = entries.iter().map(|(kind, path)| (*kind, path.to_path_buf())).collect();
        Ok(Self { path, file, entries })
    }

    fn add(&mut self, entries: &[(u8, &Path)]) -> io::Result<()> {
        write_entries(&mut self.file, entries)?;
        self.entries.extend(entries.iter().map(|(kind, path)| (*kind, path.to_path_buf())));
        Ok(())
    }

    /// Removes what it lists, then itself. It stays, for the next sweep, if something could not be removed.
    fn remove(self) {
        if self.entries.iter().rev().all(|(kind, path)| remove_entry(*kind, path)) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn write_entries(file: &mut File, entries: &[(u8, &Path)]) -> io::Result<()> {
    let mut text = Vec::new();
    for (kind, path) in entries {
        text.push(*kind);
        text.extend_from_slice(path.as_os_str().as_bytes());
        text.push(0);
    }
    file.write_all(&text)?;
    file.sync_data()
}

fn remove_entry(kind: u8, path: &Path) -> bool {
    let Ok(found) = fs::symlink_metadata(path) else { return true };
    let ours = path.file_name().is_some_and(|name| name == LINK || name.as_bytes().starts_with(PREFIX.as_bytes()));
    match kind {
        DIRECTORY if found.is_dir() && ours => fs::remove_dir_all(path).is_ok(),
        LINKED if found.is_symlink() => fs::remove_file(path).is_ok(),
        _ => true,
    }
}

/// Removes what processes left that did not live to remove it themselves. Journals of living ones are locked and
/// stay. Answers how many there were.
pub(crate) fn sweep(home: &Home) -> usize {
    let Ok(entries) = fs::read_dir(home.exports()) else { return 0 };
    let mut swept = 0;
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        if is_hidden(&path) && is_young(&path) {
            continue;
        }
        let Ok(file) = OpenOptions::new().read(true).open(&path) else { continue };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => continue,
        }
        let Ok(text) = fs::read(&path) else { continue };
        let gone = text
            .split(|byte| *byte == 0)
            .filter_map(|entry| entry.split_first())
            .all(|(kind, path)| remove_entry(*kind, Path::new(OsStr::from_bytes(path))));
        if gone && fs::remove_file(&path).is_ok() && !is_hidden(&path) {
            swept += 1;
        }
    }
    swept
}

/// Whether its maker may still be between making and locking it.
fn is_young(path: &Path) -> bool {
    let age = fs::metadata(path).and_then(|found| found.modified()).map(|at| at.elapsed());
    !matches!(age, Ok(Ok(age)) if age > std::time::Duration::from_secs(60))
}

/// A journal that never got its name lists nothing yet.
fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_os_string().into_vec().starts_with(b".new-"))
}
