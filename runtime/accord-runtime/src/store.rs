//! The secret store of a process, opened when something first asks for it.
//!
//! Owns the small async runtime that the store's calls run on: started with the store, so that a flow without secrets
//! pays for neither.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use accord_sdk::{Origin, ProjectInfo};
use accord_secrets::{Address, Caller, KeyProvider, Operation, Options, ProjectId, Store};
use parking_lot::Mutex;

use crate::error::Error;
use crate::home::Home;

/// Which store, and whose process asks it.
#[derive(Clone)]
pub struct StoreHandle(Arc<Inner>);

struct Inner {
    /// Where the root key is, and the database where `database` names no other.
    dir: PathBuf,
    database: Option<Address>,
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
    /// Whether somebody has been told what the store warns of.
    warned: AtomicBool,
}

impl StoreHandle {
    /// The store at `url`: `sqlite:PATH`, the database's file or its directory; `postgres://USER@HOST/DATABASE`, whose
    /// root key lies in `ACCORD_HOME`. Without it the one in `ACCORD_HOME`.
    ///
    /// # Errors
    /// Where the address is of another kind.
    pub fn new(home: &Home, url: Option<&str>) -> Result<Self, Error> {
        let (dir, database) = match url {
            None => (home.accord().to_path_buf(), None),
            Some(url) if is_postgres(url) => {
                let address = Address::postgres(url).map_err(|error| Error::configuration(error.to_string()))?;
                (home.accord().to_path_buf(), Some(address))
            }
            Some(url) => (directory(url)?, None),
        };
        Ok(Self(Arc::new(Inner { dir, database, named: url.is_some(), opened: Mutex::new(None) })))
    }

    /// Whether there is anything to ask: a store that is not there yet holds nothing.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.0.database.is_some() || self.0.dir.join("store.db").exists()
    }

    /// Whether the command line named it.
    pub(crate) fn is_named(&self) -> bool {
        self.0.named
    }

    /// Where its root key lies, and what else on this machine belongs to it.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.0.dir
    }

    /// Where its records lie: the database's file, or its address without the password.
    #[must_use]
    pub fn place(&self) -> String {
        match &self.0.database {
            Some(address) => address.to_string(),
            None => self.0.dir.join("store.db").display().to_string(),
        }
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
            let options = Options { database: self.0.database.clone(), ..Options::default() };
            let store = Store::open_with(&self.0.dir, KeyProvider::HomeFile, options).await?;
            let caller = Caller::new(store.local_actor().await?);
            Ok::<_, accord_secrets::Error>((store, caller))
        })?;
        Ok(Arc::clone(opened.insert(Arc::new(Opened {
            runtime,
            store,
            caller,
            told: AtomicBool::new(false),
            warned: AtomicBool::new(false),
        }))))
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
    pub fn just_made(&self) -> Option<&str> {
        (self.store.is_new() && !self.told.swap(true, Ordering::Relaxed)).then(|| self.store.place())
    }

    /// What the user should know about the store's database, if nobody has been told.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        if self.warned.swap(true, Ordering::Relaxed) { &[] } else { self.store.warnings() }
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

/// The address of a store as it may be written down: without a password.
pub(crate) fn without_password(url: &str) -> String {
    if !is_postgres(url) {
        return url.to_owned();
    }
    Address::postgres(url).map(|address| address.without_password().to_owned()).unwrap_or_default()
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

fn directory(url: &str) -> Result<PathBuf, Error> {
    let Some(path) = url.strip_prefix("sqlite:") else {
        let kind = url.split_once(':').map_or(url, |(kind, _)| kind);
        return Err(Error::configuration(format!(
            "cannot use the store `{kind}:…`: expected sqlite:PATH or postgres://USER@HOST/DATABASE"
        )));
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
        let message = directory("mysql://user:secret@host/db").unwrap_err().to_string();
        assert!(message.contains("mysql:…") && !message.contains("secret"), "{message}");
    }

    #[test]
    fn a_shared_database_has_its_key_at_home_and_its_password_nowhere() {
        let home = Home::at("/nowhere/home", None);
        let url = "postgres://user:secret@host/db?sslmode=require";
        let store = StoreHandle::new(&home, Some(url)).unwrap();
        assert_eq!((store.place().as_str(), store.dir()), ("postgres://user@host:5432/db", home.accord()));
        assert!(store.exists());
        assert_eq!(without_password(url), "postgres://user@host/db?sslmode=require");
        let error = StoreHandle::new(&home, Some("postgres://user:secret@host/db?sslmod=require")).err().unwrap();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
