//! Reading the audit chain, and signing checkpoints of it.

use accord_store::{AuditFilter, AuditRow};
use serde::Serialize;

use super::Store;
use crate::access::{Actor, Caller, Permit};
use crate::audit::{Entry, Outcome};
use crate::checkpoints::EVERY;
use crate::model::Target;
use crate::permissions::Operation;
use crate::{Error, Result};

/// Which entries to read; what is `None` does not limit. The permit limits too: to one thing, to an
/// organization, or not at all.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// Only those about this kind of thing: `SECRET`, `PROJECT`, `ORG`, `TEAM`, `USER`, `TOKEN`, …
    pub object: Option<String>,
    /// Only those of this action: `CREATE`, `ACCESS`, `UPDATE`, `MOVE`, `DELETE`, …
    pub action: Option<String>,
    /// Only those of this outcome: `OK`, `REFUSED`, `FAILED`.
    pub outcome: Option<String>,
    /// Only those of this user, by name.
    pub user: Option<String>,
    /// Only those from this time on; microseconds since 1970 (UTC).
    pub since: Option<i64>,
    /// Only those up to this time; microseconds since 1970 (UTC).
    pub until: Option<i64>,
    /// Only those before this number: the next page.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// An entry of the audit chain. It never holds a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// Its number, from 1, without gaps.
    pub seq: i64,
    /// Microseconds since 1970 (UTC).
    pub at: i64,
    /// Name of the user who acted, at that time.
    pub user: String,
    /// His id; none for the installation itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The process he acted through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process_id: Option<String>,
    /// The place in the process' source, `FILE:LINE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// What was done.
    pub action: String,
    /// On what kind of thing.
    pub object: String,
    /// Id of the thing; its name where it does not exist.
    pub target_id: String,
    /// How it ended.
    pub outcome: String,
    /// More about it.
    pub details: serde_json::Value,
}

impl From<AuditRow> for AuditEntry {
    fn from(row: AuditRow) -> Self {
        Self {
            seq: row.seq,
            at: row.at,
            user: row.actor,
            user_id: Some(row.actor_id).filter(|id| !id.is_empty()),
            process_id: row.process_id,
            place: row.place,
            action: row.action,
            object: row.object,
            target_id: row.target_id,
            outcome: row.outcome,
            details: serde_json::from_str(&row.details).unwrap_or(serde_json::Value::String(row.details)),
        }
    }
}

impl Store {
    /// Entries of the audit chain, the newest first: of a secret ([`Operation::ReadAudit`]), of a
    /// project ([`Operation::ReadProjectAudit`]), of all that happened in an organization
    /// ([`Operation::ReadOrgAudit`]), or all ([`Operation::ReadAllAudit`]).
    ///
    /// # Errors
    /// The permit is for another operation or no more valid; there is no such user.
    pub async fn audit_entries(&self, permit: &Permit, query: &AuditQuery) -> Result<Vec<AuditEntry>> {
        self.expect_operation(
            permit,
            &[Operation::ReadAllAudit, Operation::ReadAudit, Operation::ReadProjectAudit, Operation::ReadOrgAudit],
        )?;
        let mut read = self.read().await?;
        self.check(&mut read, permit.caller(), permit.operation(), permit.target()).await?;
        let actor_id = match &query.user {
            Some(name) => Some(self.user_row(&mut read, name).await?.id),
            None => None,
        };
        let (target_id, details_contain) = match permit.target() {
            Target::Installation => (None, None),
            Target::Org(id) => (None, Some(format!("\"orgId\":\"{id}\""))),
            Target::Project(id) => (Some(id.to_string()), None),
            Target::Secret(id) => (Some(id.to_string()), None),
            _ => return Err(Error::Invalid("the permit is not about audit entries".to_owned())),
        };
        let filter = AuditFilter {
            target_id,
            details_contain,
            actor_id,
            object: query.object.clone(),
            action: query.action.clone(),
            outcome: query.outcome.clone(),
            before: query.before,
            since: query.since,
            until: query.until,
            limit: query.limit,
        };
        let rows = read.audit(&filter).await?;
        read.finish().await?;
        Ok(rows.into_iter().map(AuditEntry::from).collect())
    }

    /// The file of signed checkpoints of the audit chain.
    pub fn checkpoints_file(&self) -> &std::path::Path {
        self.inner.checkpoints.path()
    }

    /// Signs what is due of the audit chain.
    pub(super) async fn checkpoint(&self) -> Result<()> {
        let _turn = self.inner.checkpoints.turn().await;
        let last = self.inner.checkpoints.last()?;
        let mut read = self.inner.database.read().await?;
        let head = read.audit_head().await?.map_or(0, |(seq, _)| seq);
        let due = head - head % EVERY;
        // A new file begins here: what lies before was signed elsewhere, or by nobody.
        let mut next = last.filter(|last| *last > 0).map_or(due.max(EVERY), |last| last.saturating_add(EVERY));
        let mut signed = Vec::new();
        while next <= due {
            if let Some(mac) = read.audit_mac(next).await? {
                signed.push((next, mac));
            }
            next = next.saturating_add(EVERY);
        }
        read.finish().await?;
        if signed.is_empty() { Ok(()) } else { self.inner.checkpoints.append(&signed) }
    }

    /// Signs what a program that was killed left unsigned. That a store of some age has no checkpoints
    /// (its file was removed, or it is used from another machine) is a matter of record.
    pub(super) async fn begin_checkpoints(&self) -> Result<()> {
        let before = self.inner.checkpoints.last()?;
        self.checkpoint().await?;
        let (None, Some(first)) = (before, self.inner.checkpoints.last()?) else { return Ok(()) };
        if first <= EVERY {
            return Ok(());
        }
        let id = self.installation_id().to_owned();
        let details = serde_json::json!({"from": first});
        let entry = Entry {
            action: "CHECKPOINTS",
            object: "SYSTEM",
            target_id: &id,
            outcome: Outcome::Ok,
            details,
            anchor: None,
        };
        let caller = Caller::new(Actor::installation());
        let mut tx = self.begin().await?;
        self.audit(&mut tx, &caller, entry).await?;
        tx.commit().await
    }
}
