//! The audit chain: each entry is authenticated together with the one before it, under a key that
//! is ratcheted forward every [`SEGMENT`] entries.
//!
//! Entries are written in the same transaction as what they are about, before a value leaves.
//! Must not know: who may do what.

use accord_store::{AuditKeyRow, AuditRow, Session, Tx};
use hmac::Mac as _;
use parking_lot::Mutex;

use crate::access::Caller;
use crate::canonical::Canonical;
use crate::keyring::{Kek, KeyRing, hmac};
use crate::mac::Metadata;
use crate::seal::{self, Key, derive_key};
use crate::{Error, Result};

/// Entries that share a key.
const SEGMENT: i64 = 1024;

/// No chain grows by more segments between two looks at it (100 million entries); a number beyond is
/// not one that this store wrote, and is not worth the work.
const MOST_SEGMENTS: i64 = 100_000;

/// What stands before the first entry.
const GENESIS: [u8; 32] = [0; 32];

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Ok,
    Refused,
    Failed,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Refused => "REFUSED",
            Self::Failed => "FAILED",
        }
    }
}

/// What an entry says.
pub(crate) struct Entry<'a> {
    pub(crate) action: &'static str,
    pub(crate) object: &'static str,
    pub(crate) target_id: &'a str,
    pub(crate) outcome: Outcome,
    /// A JSON object.
    pub(crate) details: serde_json::Value,
    /// The row that the operation changed, as it is now.
    pub(crate) anchor: Option<&'a dyn Metadata>,
}

/// The keys of the chain.
pub(crate) struct Chain {
    first: Key,
    latest: Mutex<(i64, Key)>,
}

impl Chain {
    /// Makes the key of a new chain, sealed under the KEK.
    pub(crate) fn make(kek: &Kek) -> Result<AuditKeyRow> {
        let key: Key = seal::random()?;
        seal_key(kek, 0, &key)
    }

    /// A chain that starts with that key.
    #[cfg(test)]
    pub(crate) fn with_first_key(first: Key) -> Self {
        Self { latest: Mutex::new((0, first.clone())), first }
    }

    /// Opens the keys of a chain, `None` if they do not open.
    pub(crate) fn open(ring: &KeyRing, rows: &[AuditKeyRow]) -> Result<Option<Self>> {
        let mut keys = Vec::with_capacity(rows.len());
        for row in rows {
            let segment = row.segment.to_string();
            let Ok(key) = ring.kek(&row.kek_id)?.unwrap("audit-key", &[&segment], &row.sealed) else { return Ok(None) };
            keys.push((row.segment, key));
        }
        let latest = keys.last().cloned();
        match (keys.into_iter().next(), latest) {
            (Some((0, first)), Some(latest)) => Ok(Some(Self { first, latest: Mutex::new(latest) })),
            _ => Ok(None),
        }
    }

    /// Appends an entry after the `head`: the last step of a transaction before its commit. Answers its
    /// number.
    pub(crate) async fn append(
        &self,
        tx: &mut Tx,
        kek: &Kek,
        head: Option<(i64, Vec<u8>)>,
        now: i64,
        caller: &Caller,
        entry: Entry<'_>,
    ) -> Result<i64> {
        let seq = head.as_ref().map_or(0, |head| head.0).saturating_add(1);
        let before = head.as_ref().map_or(&GENESIS[..], |head| &head.1);
        let segment = segment_of(seq);
        let key = self.key(segment)?;
        if segment > 0 && segment_of(seq - 1) != segment {
            tx.insert_audit_key(&seal_key(kek, segment, &key)?).await?;
        }
        let mut row = AuditRow {
            seq,
            at: now,
            actor_id: caller.actor().id_text(),
            actor: caller.actor().name().to_owned(),
            process_id: caller.process_id().map(str::to_owned),
            place: caller.place().map(str::to_owned),
            action: entry.action.to_owned(),
            object: entry.object.to_owned(),
            target_id: entry.target_id.to_owned(),
            outcome: entry.outcome.as_str().to_owned(),
            details: entry.details.to_string(),
            counter: entry.anchor.map(Metadata::counter),
            row_mac: entry.anchor.map(|row| row.mac().to_vec()),
            mac: Vec::new(),
        };
        row.mac = hmac(&key, &fields(&row, before)).finalize().into_bytes().to_vec();
        tx.insert_audit(&row).await?;
        Ok(seq)
    }

    /// The seed of the key that signs checkpoints.
    pub(crate) fn checkpoint_seed(&self) -> Result<Key> {
        derive_key(&self.first[..], "audit-checkpoint", &[])
    }

    /// Whether an entry is authentic, given the code of the one before it.
    pub(crate) fn verifies(&self, row: &AuditRow, before: Option<&[u8]>) -> Result<bool> {
        let before = match (row.seq, before) {
            (1, None) => &GENESIS[..],
            (2.., Some(before)) => before,
            _ => return Ok(false),
        };
        let key = self.key(segment_of(row.seq))?;
        Ok(hmac(&key, &fields(row, before)).verify_slice(&row.mac).is_ok())
    }

    /// Whether a metadata row is the one that the last entry about it anchors.
    pub(crate) async fn check_anchor(&self, session: &mut Session, row: &dyn Metadata) -> Result<()> {
        let tampered = |problem| Error::Tampered { what: row.describe(), problem };
        let anchor = session.last_anchor(row.id()).await?;
        let (anchor, before) = anchor.ok_or_else(|| tampered("it has no audit entry"))?;
        if !self.verifies(&anchor, before.as_deref())? {
            return Err(tampered("the audit entry about it is not authentic"));
        }
        if !anchors(&anchor, row) {
            return Err(tampered("it is not the last recorded one"));
        }
        Ok(())
    }

    fn key(&self, segment: i64) -> Result<Key> {
        let mut latest = self.latest.lock();
        if segment < 0 || segment.saturating_sub(latest.0) > MOST_SEGMENTS {
            return Err(Error::Tampered {
                what: "the audit chain".to_owned(),
                problem: "an entry has a number out of line",
            });
        }
        if segment < latest.0 {
            return ratchet(&self.first, 0, segment);
        }
        if segment > latest.0 {
            *latest = (segment, ratchet(&latest.1, latest.0, segment)?);
        }
        Ok(latest.1.clone())
    }
}

/// Whether an entry anchors the row as it is.
pub(crate) fn anchors(entry: &AuditRow, row: &dyn Metadata) -> bool {
    entry.counter == Some(row.counter()) && entry.row_mac.as_deref() == Some(row.mac())
}

fn segment_of(seq: i64) -> i64 {
    seq.saturating_sub(1).div_euclid(SEGMENT)
}

fn seal_key(kek: &Kek, segment: i64, key: &Key) -> Result<AuditKeyRow> {
    let sealed = kek.wrap("audit-key", &[&segment.to_string()], key)?;
    Ok(AuditKeyRow { segment, kek_id: kek.id.clone(), sealed })
}

/// The key of a later segment; no way leads back.
fn ratchet(key: &Key, from: i64, to: i64) -> Result<Key> {
    let mut key = key.clone();
    for _ in from..to {
        key = derive_key(&key[..], "audit-ratchet", &[])?;
    }
    Ok(key)
}

fn fields(row: &AuditRow, before: &[u8]) -> Canonical {
    Canonical::new("audit")
        .bytes(before)
        .int(row.seq)
        .int(row.at)
        .text(&row.actor_id)
        .text(&row.actor)
        .optional(row.process_id.as_deref(), Canonical::text)
        .optional(row.place.as_deref(), Canonical::text)
        .text(&row.action)
        .text(&row.object)
        .text(&row.target_id)
        .text(&row.outcome)
        .text(&row.details)
        .optional(row.counter, Canonical::int)
        .optional(row.row_mac.as_deref(), Canonical::bytes)
}
