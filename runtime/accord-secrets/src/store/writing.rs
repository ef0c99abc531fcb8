//! A writing transaction of the store: rows are stamped, entries appended, checkpoints of the audit
//! chain follow the commit.

use std::ops::{Deref, DerefMut};

use accord_store::Tx;
use serde_json::Value;

use super::Store;
use crate::access::Caller;
use crate::audit::{Entry, Outcome};
use crate::checkpoints::EVERY;
use crate::mac::{Metadata, Stamped};
use crate::{Error, Result};

/// A transaction, and the audit entries that it appended.
pub(super) struct Writing {
    tx: Tx,
    store: Store,
    entries: Option<(i64, i64)>,
}

impl Writing {
    pub(super) fn of(tx: Tx, store: Store) -> Self {
        Self { tx, store, entries: None }
    }

    /// An entry of this number was appended.
    pub(super) fn appended(&mut self, seq: i64) {
        let first = self.entries.map_or(seq, |(first, _)| first);
        self.entries = Some((first, seq));
    }

    /// Makes all durable; then signs what is due of the audit chain.
    pub(super) async fn commit(self) -> Result<()> {
        let Self { tx, store, entries } = self;
        tx.commit().await?;
        let due = entries.is_some_and(|(first, last)| last / EVERY > first.saturating_sub(1) / EVERY);
        if due {
            // The change took place, whatever becomes of this; the next time makes up for it, and
            // `verify` says so if it cannot.
            let _made_up_for_later = store.checkpoint().await;
        }
        Ok(())
    }

    /// Commits what was done, or drops all writes if it failed.
    pub(super) async fn end<T>(self, done: Result<T>) -> Result<T> {
        match done {
            Ok(answer) => self.commit().await.map(|()| answer),
            Err(error) => {
                self.rollback().await?;
                Err(error)
            }
        }
    }

    /// Drops all writes.
    pub(super) async fn rollback(self) -> Result<()> {
        Ok(self.tx.rollback().await?)
    }
}

impl Deref for Writing {
    type Target = Tx;

    fn deref(&self) -> &Tx {
        &self.tx
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut Tx {
        &mut self.tx
    }
}

impl Store {
    /// Gives a changed row, or a new one (of counter 0), its next counter and its code.
    pub(super) fn stamp(&self, row: &mut impl Stamped) -> Result<()> {
        let ring = self.ring();
        let kek = ring.current()?;
        let tampered = || Error::Tampered { what: "a record".to_owned(), problem: "its counter is at its end" };
        let stamp = row.stamp();
        *stamp.counter = stamp.counter.checked_add(1).ok_or_else(tampered)?;
        kek.id.clone_into(stamp.kek_id);
        let mac = kek.mac(&row.fields());
        *row.stamp().mac = mac;
        Ok(())
    }

    /// Records a change of a row, as it is now (or [`crate::mac::Gone`]).
    pub(super) async fn record(
        &self,
        tx: &mut Writing,
        caller: &Caller,
        action: &'static str,
        row: &dyn Metadata,
        details: Value,
    ) -> Result<()> {
        let entry = Entry {
            action,
            object: row.object(),
            target_id: row.id(),
            outcome: Outcome::Ok,
            details,
            anchor: Some(row),
        };
        self.audit(tx, caller, entry).await
    }
}
