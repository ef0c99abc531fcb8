//! The writing connection: one transaction after the other, commits shared by those who wait.
//!
//! A commit costs a wait for the disk, however much it holds. So each writer's transaction is a
//! savepoint of a physical one. A writer that is done while others wait leaves the physical one
//! open for them, queues up behind them and commits all of it when its turn comes: what came
//! between shares one wait. Nobody is told "done" before that commit. Alone, a writer commits at
//! once.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::database::{Session, Source, Step};
use crate::{Error, Result};

#[cfg(test)]
mod tests;

/// The writing connection of a database.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    slot: Arc<Mutex<Slot>>,
    source: Arc<Source>,
    /// Writers that wait for the slot.
    waiting: Arc<AtomicUsize>,
    #[cfg(test)]
    commits: Arc<AtomicUsize>,
}

#[derive(Debug)]
struct Slot {
    session: Session,
    source: Arc<Source>,
    /// The physical transaction that is open.
    group: Option<Arc<Group>>,
    /// A writer was dropped half-way: its savepoint is still open.
    abandoned: bool,
    /// A savepoint is open for the next writer.
    ready: bool,
    #[cfg(test)]
    commits: Arc<AtomicUsize>,
}

/// Writers that share a physical transaction.
#[derive(Debug, Default)]
struct Group {
    /// The database's number of the physical transaction, where it can be asked for.
    xid: Option<String>,
    /// Writers that are done and whose committers wait for the slot.
    done: AtomicUsize,
    /// How the commit ended; set once.
    outcome: OnceLock<std::result::Result<(), Ended>>,
}

/// How a shared commit failed.
#[derive(Clone, Debug)]
enum Ended {
    /// Nothing was written.
    NotCommitted(Arc<str>),
    /// It cannot be said.
    Unknown(Arc<str>),
}

impl From<Ended> for Error {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::NotCommitted(why) => Self::NotCommitted(why),
            Ended::Unknown(why) => Self::Unknown(why),
        }
    }
}

impl Slot {
    /// Brings the physical transaction to an end and tells those who wait for it.
    async fn commit(&mut self, step: Step) -> Result<()> {
        let Some(group) = self.group.take() else { return Ok(()) };
        self.ready = false;
        let mut committed = self.session.run(step).await;
        #[cfg(test)]
        self.commits.fetch_add(1, Ordering::SeqCst);
        if let (Err(Error::Lost(lost)), Some(xid)) = (&committed, &group.xid) {
            // It may be the answer alone that did not come.
            self.session.connection = None;
            let lost: Arc<str> = lost.to_string().into();
            committed = match self.source.became_of(xid).await {
                Some(true) => Ok(()),
                Some(false) => Err(Error::NotCommitted(lost)),
                None => Err(Error::Unknown(lost)),
            };
        }
        self.end(&group, &committed);
        committed
    }

    fn end(&mut self, group: &Group, committed: &Result<()>) {
        let outcome = match committed {
            Ok(()) => Ok(()),
            Err(error) => {
                // Closing the connection rolls back whatever state it is in.
                self.session.connection = None;
                Err(match error {
                    Error::NotCommitted(why) => Ended::NotCommitted(Arc::clone(why)),
                    Error::Unknown(why) => Ended::Unknown(Arc::clone(why)),
                    other => Ended::NotCommitted(other.to_string().into()),
                })
            }
        };
        let _set_before = group.outcome.set(outcome);
    }

    /// Undoes the writes of a writer that was dropped half-way, and only those.
    async fn clear(&mut self) {
        if std::mem::take(&mut self.abandoned)
            && let Err(error) = self.session.run(Step::Undo).await
        {
            self.fail(error);
        }
    }

    /// Gives up the connection, and with it all that is not committed.
    fn fail(&mut self, error: Error) {
        if let Some(group) = self.group.take() {
            self.end(&group, &Err(error));
        }
        self.ready = false;
        self.session.connection = None;
    }
}

impl Writer {
    pub(crate) fn new(session: Session, source: Arc<Source>) -> Self {
        #[cfg(test)]
        let commits = Arc::<AtomicUsize>::default();
        let slot = Slot {
            session,
            source: Arc::clone(&source),
            group: None,
            abandoned: false,
            ready: false,
            #[cfg(test)]
            commits: Arc::clone(&commits),
        };
        Self {
            slot: Arc::new(Mutex::new(slot)),
            source,
            waiting: Arc::default(),
            #[cfg(test)]
            commits,
        }
    }

    /// Begins a transaction.
    pub(crate) async fn begin(&self) -> Result<Tx> {
        let mut slot = self.turn().await;
        slot.clear().await;
        let known = slot.session.connection.is_some();
        if !known {
            slot.session = self.source.connect().await?;
        }
        // From here on dropping the transaction cleans up.
        let mut tx = Tx { slot, writer: self.clone(), ended: false };
        if tx.slot.group.is_some() {
            if !std::mem::take(&mut tx.slot.ready) {
                tx.slot.session.run(Step::Savepoint).await?;
            }
            return Ok(tx);
        }
        let xid = match tx.slot.session.begin_write().await {
            // A connection that broke while it was idle has nothing to lose.
            Err(Error::Lost(_)) if known => {
                tx.slot.session.connection = None;
                tx.slot.session = self.source.connect().await?;
                tx.slot.session.begin_write().await?
            }
            other => other?,
        };
        tx.slot.group = Some(Arc::new(Group { xid, ..Group::default() }));
        Ok(tx)
    }

    /// Waits for the slot, first come, first served.
    async fn turn(&self) -> OwnedMutexGuard<Slot> {
        let _waiting = Waiting::new(&self.waiting);
        Arc::clone(&self.slot).lock_owned().await
    }

    /// The connection, if nobody writes.
    pub(crate) fn idle(&self) -> Option<IdleWriter> {
        let slot = Arc::clone(&self.slot).try_lock_owned().ok()?;
        (slot.group.is_none() && !slot.abandoned).then_some(IdleWriter { slot, given_back: false })
    }

    /// Takes the connection away, once nobody writes.
    pub(crate) async fn take(&self) -> Session {
        let mut slot = self.turn().await;
        slot.clear().await;
        let _ended = slot.commit(Step::Commit).await;
        Session { connection: slot.session.connection.take() }
    }
}

/// Counts somebody as waiting, until he is served or gives up.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A writing transaction. Dropped without [`Tx::commit`], it leaves no trace.
#[derive(Debug)]
pub struct Tx {
    slot: OwnedMutexGuard<Slot>,
    writer: Writer,
    ended: bool,
}

impl Tx {
    /// Makes all writes durable: when this returns, they are on the disk.
    ///
    /// # Errors
    /// Nothing was written.
    pub async fn commit(mut self) -> Result<()> {
        let group = match &self.slot.group {
            Some(group) if self.writer.waiting.load(Ordering::SeqCst) > 0 => Arc::clone(group),
            _ => {
                // Ends the savepoint too.
                self.ended = true;
                return self.slot.commit(Step::CommitAlone).await;
            }
        };
        self.slot.session.run(Step::Next).await?;
        self.slot.ready = true;
        self.ended = true;
        // Others wait: they come first, and share the commit. It runs as a task of its own, so that
        // it takes place whatever becomes of this future.
        group.done.fetch_add(1, Ordering::SeqCst);
        let writer = self.writer.clone();
        let shared = Arc::clone(&group);
        let turn = tokio::spawn(async move {
            let mut slot = writer.turn().await;
            if shared.outcome.get().is_none() {
                slot.clear().await;
                let _outcome_is_set = slot.commit(Step::Commit).await;
            }
        });
        drop(self);
        let ended = turn.await;
        match group.outcome.get() {
            Some(Ok(())) => Ok(()),
            Some(Err(ended)) => Err(ended.clone().into()),
            None => Err(Error::NotCommitted(
                ended.err().map_or_else(|| Arc::from("it was ended"), |error| error.to_string().into()),
            )),
        }
    }

    /// Drops all writes and keeps the connection for the next transaction.
    ///
    /// # Errors
    /// The database cannot be reached; nothing was written either.
    pub async fn rollback(mut self) -> Result<()> {
        let alone = self.slot.group.as_ref().is_none_or(|group| group.done.load(Ordering::SeqCst) == 0);
        if alone {
            self.slot.session.run(Step::Rollback).await?;
            self.slot.group = None;
        } else {
            // Others' writes are in the same physical transaction; their committers wait.
            self.slot.session.run(Step::Undo).await?;
        }
        self.ended = true;
        Ok(())
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        let shared = self.slot.group.as_ref().is_some_and(|group| group.done.load(Ordering::SeqCst) > 0);
        if shared {
            // A committer waits for the slot and undoes this writer's part first.
            self.slot.abandoned = true;
        } else {
            self.slot.fail(Error::NotCommitted("the transaction was given up".into()));
        }
    }
}

impl Deref for Tx {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.slot.session
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Session {
        &mut self.slot.session
    }
}

/// The writing connection in the hands of a reader, while nobody writes.
#[derive(Debug)]
pub(crate) struct IdleWriter {
    slot: OwnedMutexGuard<Slot>,
    given_back: bool,
}

impl IdleWriter {
    /// The reader is done: no transaction is open.
    pub(crate) fn give_back(mut self) {
        self.given_back = true;
    }
}

impl Drop for IdleWriter {
    fn drop(&mut self) {
        if !self.given_back {
            self.slot.session.connection = None;
        }
    }
}

impl Deref for IdleWriter {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.slot.session
    }
}

impl DerefMut for IdleWriter {
    fn deref_mut(&mut self) -> &mut Session {
        &mut self.slot.session
    }
}
