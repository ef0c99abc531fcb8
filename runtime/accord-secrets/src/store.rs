//! The store: opening it, and what all of its operations share.

mod audit_log;
mod backup;
pub(crate) mod change;
mod check;
mod create;
pub(crate) mod filter;
mod grants;
mod moving;
mod orgs;
mod people;
mod projects;
mod repositories;
mod rotate;
pub(crate) mod shared;
pub(crate) mod state;
mod strings;
mod teams;
mod tokens;
mod update;
mod value;
pub(crate) mod verify;
mod versions;
mod writing;

#[cfg(test)]
mod tests;

pub use audit_log::{AuditEntry, AuditQuery};
pub use moving::{Arrival, MoveConsequences, OrgRef, UnlinkedRepository, UnlinkedSecret};
pub use people::UserChange;
pub use rotate::RotationReport;
pub use update::{LinkChange, SecretChange};
pub use versions::{LastUse, Version};

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use accord_store::{Address, AuditPosition, Database, Read, Session, files};
use parking_lot::RwLock;
use tokio::sync::{OnceCell, Semaphore};

use crate::access::{Actor, Caller};
use crate::audit::{Chain, Entry};
use crate::checkpoints::Checkpoints;
use crate::keyring::KeyRing;
use crate::provider::KeyProvider;
use crate::seal::Key;
use crate::store::writing::Writing;
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
    /// The database, if it is not the file `store.db` in the store's directory.
    pub database: Option<Address>,
    /// The file of signed checkpoints of the audit chain, if it is not `audit.checkpoints` in the
    /// store's directory. Best it lies where whoever can write the database cannot.
    pub checkpoints: Option<PathBuf>,
}

impl Options {
    const MOST_VALUE: usize = 64 << 20;
}

impl Default for Options {
    fn default() -> Self {
        Self { max_value: 1 << 20, database: None, checkpoints: None }
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
    home: PathBuf,
    keys: RwLock<Arc<KeyProvider>>,
    ring: RwLock<Arc<KeyRing>>,
    chain: Chain,
    checkpoints: Checkpoints,
    installation_id: String,
    options: Options,
    new: bool,
    derivations: Arc<Semaphore>,
    local: OnceCell<Actor>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("place", &self.place()).finish_non_exhaustive()
    }
}

/// What an open store is made of, beside its keys.
struct Parts {
    database: Database,
    home: PathBuf,
    keys: Arc<KeyProvider>,
    options: Options,
    new: bool,
}

impl Parts {
    fn missing(&self) -> Error {
        Error::RootKeyMissing { provider: self.keys.describe(&self.home), store: self.database.place().to_owned() }
    }

    fn wrong(&self) -> Error {
        Error::WrongRootKey { provider: self.keys.describe(&self.home), store: self.database.place().to_owned() }
    }

    fn assemble(self, ring: KeyRing, chain: Chain, installation_id: String) -> Result<Store> {
        let path = self.options.checkpoints.clone().unwrap_or_else(|| self.home.join("audit.checkpoints"));
        let inner = Inner {
            database: self.database,
            home: self.home,
            keys: RwLock::new(self.keys),
            ring: RwLock::new(Arc::new(ring)),
            checkpoints: Checkpoints::new(path, &chain, installation_id.clone())?,
            chain,
            installation_id,
            options: self.options,
            new: self.new,
            derivations: Arc::new(Semaphore::new(DERIVATIONS)),
            local: OnceCell::new(),
        };
        Ok(Store { inner: Arc::new(inner) })
    }
}

impl Store {
    /// Opens the store in the directory `home` (`store.db`, made on first use with the organization
    /// `Default`), with the default settings. With another database ([`Options::database`]) the root key
    /// still lies in `home`.
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
        Self::open_shared_keys(home, Arc::new(keys), options).await
    }

    async fn open_shared_keys(home: &Path, keys: Arc<KeyProvider>, options: Options) -> Result<Self> {
        if options.max_value > Options::MOST_VALUE {
            return Err(Error::Invalid("the largest value can be set to 64 MiB at most".to_owned()));
        }
        files::private_dir(home)?;
        // The key is looked at first: a store without its key must not look like a new one.
        let root = load_root(&keys, home).await?;
        let database = open_database(home, &options).await?;
        let mut read = database.read().await?;
        let (keks, audit_keys, installation) =
            (read.keks().await?, read.audit_keys().await?, read.meta("installation").await?);
        read.finish().await?;
        let parts = Parts { database, home: home.to_owned(), keys, options, new: false };
        if let Some(installation_id) = installation {
            // Looked at again: another program may just have made both.
            let root = match root {
                Some(root) => root,
                None => load_root(&parts.keys, home).await?.ok_or_else(|| parts.missing())?,
            };
            let ring = parts.keys.open_ring(home, &root, &keks)?.ok_or_else(|| parts.wrong())?;
            let chain = Chain::open(&ring, &audit_keys)?.ok_or_else(|| parts.wrong())?;
            let store = parts.assemble(ring, chain, installation_id)?;
            store.begin_checkpoints().await?;
            return Ok(store);
        }
        let root = match root {
            Some(root) => root,
            None => parts.keys.load_or_create(home)?,
        };
        Self::found(parts, &root).await
    }

    /// Makes what a new store starts with, in one transaction.
    async fn found(mut parts: Parts, root: &Key) -> Result<Self> {
        parts.new = true;
        let mut tx = parts.database.begin().await?;
        if tx.meta("installation").await?.is_some() {
            // Another process was faster.
            tx.rollback().await?;
            return Box::pin(Self::open_shared_keys(&parts.home, parts.keys, parts.options)).await;
        }
        let now = now();
        let kek = KeyRing::make_kek(root, now)?;
        let ring = KeyRing::open(root, std::slice::from_ref(&kek))?.ok_or_else(|| parts.wrong())?;
        let audit_key = Chain::make(ring.current()?)?;
        let chain = Chain::open(&ring, std::slice::from_ref(&audit_key))?.ok_or_else(|| parts.wrong())?;
        let installation_id = uuid::Uuid::new_v4().to_string();
        tx.insert_kek(&kek).await?;
        tx.insert_audit_key(&audit_key).await?;
        tx.set_meta("installation", &installation_id).await?;
        let store = parts.assemble(ring, chain, installation_id)?;
        let mut tx = Writing::of(tx, store.clone());
        let caller = Caller::new(Actor::installation());
        let owner = store.insert_local_user(&mut tx, &caller, &people::os_user()).await?;
        store.insert_org(&mut tx, &caller, DEFAULT_ORG, owner.id()).await?;
        store.insert_scope_key(&mut tx, state::INSTALLATION, store.installation_id()).await?;
        tx.commit().await?;
        Ok(store)
    }

    /// Where the database is: its file, or its address without the password.
    pub fn place(&self) -> &str {
        self.inner.database.place()
    }

    /// What its user should know about the database: a connection that others can listen to, a server
    /// that does not wait for its disk.
    pub fn warnings(&self) -> &[String] {
        self.inner.database.warnings()
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

    /// The keys as they are now.
    fn ring(&self) -> Arc<KeyRing> {
        Arc::clone(&self.inner.ring.read())
    }

    /// Begins reading, with the keys that what is read may lie under.
    async fn read(&self) -> Result<Read> {
        let mut read = self.inner.database.read().await?;
        self.refresh(&mut read, |ring, current| ring.kek(current).is_ok()).await?;
        Ok(read)
    }

    /// Begins reading what is checked row by row: a key that is not known is looked up where it is met.
    async fn read_rows(&self) -> Result<Read> {
        Ok(self.inner.database.read().await?)
    }

    /// Begins writing audit entries and nothing else: they need no key-encryption key, or get it when
    /// they are appended.
    async fn begin_entries(&self) -> Result<Writing> {
        Ok(Writing::of(self.inner.database.begin().await?, self.clone()))
    }

    /// Makes sure that a key is known, if it is one of this store's.
    async fn learn_kek(&self, session: &mut Session, id: &str) -> Result<()> {
        if self.ring().kek(id).is_ok() {
            return Ok(());
        }
        self.refresh(session, |ring, current| ring.kek(current).is_ok()).await
    }

    /// Begins writing. What is written from here on lies under the key that is in force: another
    /// program may have changed it, and nobody can until this ends.
    async fn begin(&self) -> Result<Writing> {
        let mut tx = self.inner.database.begin().await?;
        self.refresh(&mut tx, |ring, current| ring.current_id() == current).await?;
        Ok(Writing::of(tx, self.clone()))
    }

    /// Takes over the keys that another program put into force, if those at hand are not `enough`: to
    /// write, the current one must be the one in force; to read, it must be known, as a reader may see
    /// a moment that has passed. Keys that are known stay known: what was read before may lie under
    /// them.
    async fn refresh(&self, session: &mut Session, enough: impl Fn(&KeyRing, &str) -> bool) -> Result<()> {
        let current = session.current_kek().await?;
        let before = self.ring();
        if current.is_some_and(|current| enough(&before, &current)) {
            return Ok(());
        }
        let root = self.root_key().await?;
        let keys = Arc::clone(&self.inner.keys.read());
        let home = &self.inner.home;
        let wrong = || Error::WrongRootKey { provider: keys.describe(home), store: self.place().to_owned() };
        let fresh = keys.open_ring(home, &root, &session.keks().await?)?.ok_or_else(wrong)?;
        *self.inner.ring.write() = Arc::new(fresh.with(&before));
        Ok(())
    }

    /// The root key, from where it came when the store was opened.
    async fn root_key(&self) -> Result<Key> {
        let keys = Arc::clone(&self.inner.keys.read());
        let home = &self.inner.home;
        let missing = || Error::RootKeyMissing { provider: keys.describe(home), store: self.place().to_owned() };
        load_root(&keys, home).await?.ok_or_else(missing)
    }

    /// Appends an audit entry: the last step of a transaction before its commit.
    async fn audit(&self, tx: &mut Writing, caller: &Caller, entry: Entry<'_>) -> Result<()> {
        let position = tx.audit_position("").await?;
        self.audit_at(tx, caller, entry, position).await
    }

    /// The same, where it is known what it comes after.
    async fn audit_at(
        &self,
        tx: &mut Writing,
        caller: &Caller,
        entry: Entry<'_>,
        position: Option<AuditPosition>,
    ) -> Result<()> {
        if let Some(AuditPosition { kek_id: Some(kek), .. }) = &position
            && self.ring().current_id() != kek
        {
            self.refresh(tx, |ring, current| ring.current_id() == current).await?;
        }
        let ring = self.ring();
        let head = position.map(|position| (position.seq, position.mac));
        let seq = self.inner.chain.append(tx, ring.current()?, head, now(), caller, entry).await?;
        tx.appended(seq);
        Ok(())
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

async fn open_database(home: &Path, options: &Options) -> Result<Database> {
    Ok(match &options.database {
        Some(address) => Database::open(address).await?,
        None => Database::open_sqlite(&home.join("store.db")).await?,
    })
}

/// The root key; where that takes its time (a passphrase, a command), beside the async threads.
async fn load_root(keys: &Arc<KeyProvider>, home: &Path) -> Result<Option<Key>> {
    if !keys.is_slow() {
        return keys.load(home);
    }
    let (keys, home) = (Arc::clone(keys), home.to_owned());
    tokio::task::spawn_blocking(move || keys.load(&home)).await.map_err(|_| Error::Ended)?
}

/// Microseconds since 1970 (UTC).
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
