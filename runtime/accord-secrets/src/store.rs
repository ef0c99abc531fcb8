//! The store: opening it, and what all of its operations share.

pub(crate) mod change;
mod check;
mod create;
pub(crate) mod filter;
mod places;
pub(crate) mod shared;
pub(crate) mod state;
mod strings;
mod value;
pub(crate) mod verify;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use accord_store::{Database, Tx, files};
use tokio::sync::{OnceCell, Semaphore};

use crate::access::{Actor, Caller};
use crate::audit::{Chain, Entry};
use crate::keyring::KeyRing;
use crate::provider::KeyProvider;
use crate::seal::Key;
use crate::{Error, Result};

/// Name of the organization that every store starts with.
pub(crate) const DEFAULT_ORG: &str = "Default";

/// Slow derivations (64 MiB each) that run at the same time.
const DERIVATIONS: usize = 2;

/// Settings of a store.
#[derive(Clone, Debug)]
pub struct Options {
    /// Largest value, in bytes: 1 MiB, at most 64 MiB.
    pub max_value: usize,
}

impl Options {
    const MOST_VALUE: usize = 64 << 20;
}

impl Default for Options {
    fn default() -> Self {
        Self { max_value: 1 << 20 }
    }
}

/// An open secret store. Clones share it.
///
/// Its methods run on tokio. Opening takes a few milliseconds and starts one thread (the
/// database's).
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    database: Database,
    ring: KeyRing,
    chain: Chain,
    installation_id: String,
    options: Options,
    new: bool,
    derivations: Arc<Semaphore>,
    local: OnceCell<Actor>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("path", &self.path()).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store in the directory `home` (`store.db`, made on first use with the organization
    /// `Default`), with the default settings.
    ///
    /// # Errors
    /// The directory or a file in it is open to other users; the root key is missing, malformed or
    /// not this store's; the database cannot be used.
    pub async fn open(home: &Path, keys: KeyProvider) -> Result<Self> {
        Self::open_with(home, keys, Options::default()).await
    }

    /// As [`Store::open`], with settings.
    ///
    /// # Errors
    /// As [`Store::open`]; settings out of their bounds.
    pub async fn open_with(home: &Path, keys: KeyProvider, options: Options) -> Result<Self> {
        if options.max_value > Options::MOST_VALUE {
            return Err(Error::Invalid("the largest value can be set to 64 MiB at most".to_owned()));
        }
        files::private_dir(home)?;
        let path = home.join("store.db");
        // The key is looked at first: a store without its key must not look like a new one.
        let root = keys.load(home)?;
        let database = Database::open_sqlite(&path).await?;
        let mut read = database.read().await?;
        let (keks, audit_keys, installation) =
            (read.keks().await?, read.audit_keys().await?, read.meta("installation").await?);
        read.finish().await?;
        if let Some(installation_id) = installation {
            let missing = || Error::RootKeyMissing { provider: keys.describe(home), store: path.clone() };
            let wrong = || Error::WrongRootKey { provider: keys.describe(home), store: path.clone() };
            // Looked at again: another program may just have made both.
            let root = match root {
                Some(root) => root,
                None => keys.load(home)?.ok_or_else(missing)?,
            };
            let ring = KeyRing::open(&root, &keks)?.ok_or_else(wrong)?;
            let chain = Chain::open(&ring, &audit_keys)?.ok_or_else(wrong)?;
            return Ok(Self::assemble(database, ring, chain, installation_id, options, false));
        }
        let root = match root {
            Some(root) => root,
            None => keys.load_or_create(home)?,
        };
        Self::found(database, &root, &keys, home, options).await
    }

    fn assemble(database: Database, ring: KeyRing, chain: Chain, id: String, options: Options, new: bool) -> Self {
        let inner = Inner {
            database,
            ring,
            chain,
            installation_id: id,
            options,
            new,
            derivations: Arc::new(Semaphore::new(DERIVATIONS)),
            local: OnceCell::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Makes what a new store starts with, in one transaction.
    async fn found(database: Database, root: &Key, keys: &KeyProvider, home: &Path, options: Options) -> Result<Self> {
        let mut tx = database.begin().await?;
        if tx.meta("installation").await?.is_some() {
            // Another process was faster.
            tx.rollback().await?;
            return Box::pin(Self::open_with(home, keys.again(), options)).await;
        }
        let now = now();
        let kek = KeyRing::make_kek(root, now)?;
        let damaged = || Error::WrongRootKey { provider: keys.describe(home), store: database.path().to_owned() };
        let ring = KeyRing::open(root, std::slice::from_ref(&kek))?.ok_or_else(damaged)?;
        let audit_key = Chain::make(ring.current()?)?;
        let chain = Chain::open(&ring, std::slice::from_ref(&audit_key))?.ok_or_else(damaged)?;
        let installation_id = uuid::Uuid::new_v4().to_string();
        tx.insert_kek(&kek).await?;
        tx.insert_audit_key(&audit_key).await?;
        tx.set_meta("installation", &installation_id).await?;
        let store = Self::assemble(database.clone(), ring, chain, installation_id, options, true);
        let caller = Caller::new(Actor::installation());
        let owner = store.insert_local_user(&mut tx, &caller, &places::os_user()).await?;
        store.insert_org(&mut tx, &caller, DEFAULT_ORG, owner.id()).await?;
        store.insert_scope_key(&mut tx, state::INSTALLATION, store.installation_id()).await?;
        tx.commit().await?;
        Ok(store)
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        self.inner.database.path()
    }

    /// The database, for tables that need no access check: what processes share.
    pub fn database(&self) -> &Database {
        &self.inner.database
    }

    /// Whether this call of [`Store::open`] made the store.
    pub fn is_new(&self) -> bool {
        self.inner.new
    }

    /// Id of the installation.
    pub fn installation_id(&self) -> &str {
        &self.inner.installation_id
    }

    /// Closes the database. Not needed for durability.
    ///
    /// # Errors
    /// The database says so.
    pub async fn close(&self) -> Result<()> {
        Ok(self.inner.database.close().await?)
    }

    fn store_path(&self) -> PathBuf {
        self.path().to_owned()
    }

    /// Appends an audit entry: the last step of a transaction before its commit.
    async fn audit(&self, tx: &mut Tx, caller: &Caller, entry: Entry<'_>) -> Result<()> {
        self.inner.chain.append(tx, self.inner.ring.current()?, now(), caller, entry).await
    }

    /// Runs slow work (key derivation, key generation) beside the async threads, a few at a time.
    async fn slow<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let slot = Arc::clone(&self.inner.derivations).acquire_owned().await.map_err(|_| Error::Ended)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(slot);
            done
        });
        done.await.map_err(|_| Error::Ended)
    }
}

/// Microseconds since 1970 (UTC).
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
