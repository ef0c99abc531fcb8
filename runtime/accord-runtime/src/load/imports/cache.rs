//! The cache of repositories: a bare one for each address, fetched into again and again.
//!
//! Owns the layout of the cache and its locks. A repository that was opened by a secret is kept apart from the same one
//! without, so that nothing is read from the cache that the server would have refused.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::address::Address;
use super::program::{Failure, Git};
use crate::cancel::CancelToken;
use crate::home::private_directory;

/// The place of one repository in the cache, locked.
pub(super) struct Entry {
    dir: PathBuf,
    _lock: File,
}

/// Why there is no place.
#[derive(Debug)]
pub(super) enum NoEntry {
    Io(io::Error),
    Cancelled,
}

impl Entry {
    /// Locks the place of a repository; waits while another run uses it, and says so by `waiting`.
    ///
    /// # Errors
    /// Where it cannot be made, or the start is cancelled.
    pub(super) fn lock(
        cache: &Path,
        address: &Address,
        secret: Option<&str>,
        cancel: &CancelToken,
        waiting: &dyn Fn(),
    ) -> Result<Self, NoEntry> {
        let dir = cache.join(format!("{}-{}", address.name(), digest(&[&address.url, secret.unwrap_or_default()])));
        private_directory(&dir).map_err(NoEntry::Io)?;
        let mut options = OpenOptions::new();
        let lock = options.write(true).create(true).truncate(false).mode(0o600).open(dir.join("lock"));
        let lock = lock.map_err(NoEntry::Io)?;
        let mut told = false;
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) => {
                    if !std::mem::replace(&mut told, true) {
                        waiting();
                    }
                    if !cancel.sleep(Duration::from_millis(20)) {
                        return Err(NoEntry::Cancelled);
                    }
                }
                // Some network file systems have no locks.
                Err(TryLockError::Error(_)) => break,
            }
        }
        Ok(Self { dir, _lock: lock })
    }

    /// The repository.
    pub(super) fn repository(&self) -> PathBuf {
        self.dir.join("repository.git")
    }

    /// A new repository that is to take the place of a broken one.
    pub(super) fn replacement(&self) -> PathBuf {
        self.dir.join("new.git")
    }

    /// Puts the replacement in the repository's place.
    pub(super) fn replace(&self) -> io::Result<()> {
        crate::load::remove(&self.repository())?;
        fs::rename(self.replacement(), self.repository())
    }
}

/// Makes an empty repository, without hooks.
pub(super) fn create(git: &Git<'_>, dir: &Path) -> Result<(), Failure> {
    crate::load::remove(dir).map_err(Failure::NoGit)?;
    let args: Vec<OsString> = vec!["init".into(), "--quiet".into(), "--bare".into(), "--template=".into(), dir.into()];
    git.output(git.local(dir), &args)?;
    Ok(())
}

/// The first half of the SHA-256 of texts, in hexadecimal.
fn digest(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_one_user_at_a_time() {
        let cache = tempfile::tempdir().unwrap();
        let address = Address::parse("https://h/org/flows.git").unwrap();
        let cancel = CancelToken::default();
        let lock = |secret| Entry::lock(cache.path(), &address, secret, &cancel, &|| cancel.cancel());
        let first = lock(None).unwrap();
        assert!(first.repository().starts_with(cache.path()));
        let other = lock(Some("Default/key")).unwrap();
        assert_ne!(first.repository(), other.repository(), "a secret's repository is its own");
        assert!(matches!(lock(None), Err(NoEntry::Cancelled)));
        drop(first);
        assert!(lock(None).is_ok());
    }
}
