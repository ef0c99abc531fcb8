//! The secret store of a process, opened when something first asks for it.
//!
//! Owns the small async runtime that the store's calls run on: started with the store, so that a flow without secrets
//! pays for neither.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use accord_sdk::{Origin, ProjectInfo};
use accord_secrets::{Caller, KeyProvider, Operation, ProjectId, Store};
use parking_lot::Mutex;

use crate::error::Error;
use crate::home::Home;

/// Which store, and whose process asks it.
#[derive(Clone)]
pub struct StoreHandle(Arc<Inner>);

struct Inner {
    dir: PathBuf,
    /// The store was named on purpose, so that it is made if it is not there.
    named: bool,
    opened: Mutex<Option<Arc<Opened>>>,
}

/// An open store with the runtime that its calls run on.
pub struct Opened {
    runtime: tokio::runtime::Runtime,
    store: Store,
    caller: Caller,
    /// Whether somebody has been told that the store was made.
    told: AtomicBool,
}

impl StoreHandle {
    /// The store at `url` (`sqlite:PATH`, the database's file or its directory), or the one in `ACCORD_HOME`.
    ///
    /// # Errors
    /// Where the address is of another kind.
    pub fn new(home: &Home, url: Option<&str>) -> Result<Self, Error> {
        let dir = match url {
            None => home.accord().to_path_buf(),
            Some(url) => directory(url)?,
        };
        Ok(Self(Arc::new(Inner { dir, named: url.is_some(), opened: Mutex::new(None) })))
    }

    /// Whether there is anything to ask: a store that is not there yet holds nothing.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.0.dir.join("store.db").exists()
    }

    /// Whether the command line named it.
    pub(crate) fn is_named(&self) -> bool {
        self.0.named
    }

    /// Where it lies.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.0.dir
    }

    /// The open store.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn open(&self) -> Result<Arc<Opened>, accord_secrets::Error> {
        let mut opened = self.0.opened.lock();
        if let Some(opened) = &*opened {
            return Ok(Arc::clone(opened));
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| accord_secrets::Error::Invalid(format!("cannot start the store's runtime: {error}")))?;
        let (store, caller) = runtime.block_on(async {
            let store = Store::open(&self.0.dir, KeyProvider::HomeFile).await?;
            let caller = Caller::new(store.local_actor().await?);
            Ok::<_, accord_secrets::Error>((store, caller))
        })?;
        Ok(Arc::clone(opened.insert(Arc::new(Opened { runtime, store, caller, told: AtomicBool::new(false) }))))
    }
}

impl Opened {
    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Where the store lies, if it was just made and nobody has been told.
    #[must_use]
    pub fn just_made(&self) -> Option<&Path> {
        (self.store.is_new() && !self.told.swap(true, Ordering::Relaxed)).then(|| self.store.path())
    }

    /// The user who runs this program.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Waits for an answer of the store.
    pub fn wait<T>(&self, answer: impl Future<Output = T>) -> T {
        self.runtime.block_on(answer)
    }

    /// The user as he acts through a process.
    pub(crate) fn process(&self, id: &str, project: Option<&ProjectInfo>, origin: &Origin) -> Caller {
        let project = project.and_then(|project| project.project_id.parse::<ProjectId>().ok());
        let caller = self.caller.clone().in_process(id, project);
        match &origin.place {
            Some(place) => caller.at(format!("{}:{}", place.file, place.line)),
            None => caller,
        }
    }

    /// The project that a process is to run in, if its user may start one there.
    ///
    /// # Errors
    /// Where there is no such project, or the user may not.
    pub(crate) fn project(&self, org: &str, name: &str) -> Result<ProjectInfo, accord_secrets::Error> {
        self.wait(async {
            let project = self.store.project(&self.caller, org, name).await?;
            self.store.permit(&self.caller, Operation::StartProcess, project.id).await?;
            Ok(ProjectInfo {
                org_id: project.org_id.to_string().into(),
                org_name: project.org_name.into(),
                project_id: project.id.to_string().into(),
                project_name: project.name.into(),
            })
        })
    }
}

/// The last user of a store leaves one whole database file behind, and not half of it in the write-ahead log.
impl Drop for Opened {
    fn drop(&mut self) {
        // Within an embedder's own async code nothing can be waited for; the log then stays, and is as durable.
        if tokio::runtime::Handle::try_current().is_err() {
            // What was committed is on the disk, whatever this answers.
            let _ = self.runtime.block_on(self.store.close());
        }
    }
}

fn directory(url: &str) -> Result<PathBuf, Error> {
    let Some(path) = url.strip_prefix("sqlite:") else {
        let kind = url.split_once(':').map_or(url, |(kind, _)| kind);
        return Err(Error::configuration(format!("cannot use the store `{kind}:…`: expected sqlite:PATH")));
    };
    let path = PathBuf::from(path.strip_prefix("//").unwrap_or(path));
    let named_file = path.file_name().is_some_and(|name| name == "store.db");
    match path.parent() {
        Some(parent) if named_file => {
            Ok(if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent.to_path_buf() })
        }
        _ => Ok(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_directories() {
        for (url, dir) in
            [("sqlite:/a/b", "/a/b"), ("sqlite:/a/store.db", "/a"), ("sqlite://x", "x"), ("sqlite:store.db", ".")]
        {
            assert_eq!(directory(url).unwrap(), Path::new(dir), "{url}");
        }
        let message = directory("postgres://user:secret@host/db").unwrap_err().to_string();
        assert!(message.contains("postgres:…") && !message.contains("secret"), "{message}");
    }
}
