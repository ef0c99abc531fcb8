//! Changes of keys while the store is in use: a new key-encryption key under everything, batch by
//! batch, and a new root key.
//!
//! A rotation that was cut short goes on where it stood: the old key is `OLD` until nothing lies
//! under it, whatever happened in between. A key that only some values under a store password still
//! need (see `seal/record.rs`) is `KEPT`.

use std::sync::Arc;

use accord_store::CodedTable;
use serde::Serialize;
use serde_json::json;

use super::{Store, Writing, now};
use crate::access::{Caller, Permit};
use crate::audit::{Entry, Outcome};
use crate::keyring::{CURRENT, KeyRing, seal_kek};
use crate::mac::{Stamped, version_fields};
use crate::model::Target;
use crate::permissions::Operation;
use crate::provider::KeyProvider;
use crate::seal::record::{Identity, rewrap};
use crate::{Error, Result};

/// Opens what was sealed before, and is being replaced.
const OLD: &str = "OLD";
/// Opens what nothing but its store password can put under another key.
const KEPT: &str = "KEPT";

/// Records put under the new key in one transaction: others write in between.
const BATCH: u32 = 200;

/// What a rotation did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RotationReport {
    /// It went on with one that was cut short.
    pub resumed: bool,
    /// Records whose code was made anew.
    pub records: u64,
    /// Data keys, and keys of projects and of the audit chain, that were sealed anew.
    pub keys: u64,
    /// Old keys that nothing lies under any more: they are gone.
    pub dropped: u64,
    /// Values under a store password that stay under an old key until their password or value is
    /// changed.
    pub kept: u64,
    /// Records that are damaged or were changed outside of Accord: they stay as they are, under the
    /// old key. `verify` tells more.
    pub damaged: Vec<String>,
}

impl Store {
    /// Puts a new key-encryption key into force and everything under it. Values are neither opened nor
    /// written anew. Others may use the store meanwhile. After a crash, and after an error, the next
    /// call goes on with it.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ManageKeys`] is needed) or no more valid; the
    /// root key cannot be had; the database cannot be used.
    pub async fn rotate(&self, permit: &Permit) -> Result<RotationReport> {
        let mut report = RotationReport::default();
        let mut tx = self.begin().await?;
        let begun = self.begin_rotation(&mut tx, permit, &mut report).await;
        tx.end(begun).await?;
        let caller = permit.caller();
        for table in CodedTable::ALL {
            let mut after = String::new();
            loop {
                let mut tx = self.begin().await?;
                let done = self.rekey_rows(&mut tx, caller, table, &mut after, &mut report).await;
                if !tx.end(done).await? {
                    break;
                }
            }
        }
        let mut after = (String::new(), 0);
        loop {
            let mut tx = self.begin().await?;
            let done = self.rekey_versions(&mut tx, &mut after, &mut report).await;
            if !tx.end(done).await? {
                break;
            }
        }
        let mut tx = self.begin().await?;
        let ended = self.end_rotation(&mut tx, caller, &mut report).await;
        tx.end(ended).await?;
        Ok(report)
    }

    pub(super) async fn begin_rotation(
        &self,
        tx: &mut Writing,
        permit: &Permit,
        report: &mut RotationReport,
    ) -> Result<()> {
        self.permitted_installation(tx, permit, Operation::ManageKeys).await?;
        let rows = tx.keks().await?;
        report.resumed = rows.iter().any(|row| row.state == OLD);
        if report.resumed {
            return Ok(());
        }
        let root = self.root_key().await?;
        for row in rows.iter().filter(|row| row.state == CURRENT) {
            tx.update_kek(&row.id, OLD, &row.sealed).await?;
        }
        let kek = KeyRing::make_kek(&root, now())?;
        tx.insert_kek(&kek).await?;
        // From here on this transaction writes under the new key; should it fail, the next one looks
        // again.
        self.refresh(tx, |ring, current| ring.current_id() == current).await?;
        self.record_keys(tx, permit.caller(), json!({"begun": kek.id})).await
    }

    /// The next records of a table; whether there may be more.
    async fn rekey_rows(
        &self,
        tx: &mut Writing,
        caller: &Caller,
        table: CodedTable,
        after: &mut String,
        report: &mut RotationReport,
    ) -> Result<bool> {
        let current = self.ring().current_id().to_owned();
        let ids = tx.rows_under_other_keks(table, &current, after, BATCH).await?;
        let Some(last) = ids.last() else { return Ok(false) };
        last.clone_into(after);
        for id in ids {
            match self.rekey_row(tx, caller, table, &id).await {
                Ok(()) => report.records += 1,
                // To make a new code for it would be to believe it.
                Err(Error::Tampered { what, .. }) => report.damaged.push(what),
                Err(Error::UnknownKey { .. }) => report.damaged.push(format!("record {id}")),
                Err(other) => return Err(other),
            }
        }
        Ok(true)
    }

    async fn rekey_row(&self, tx: &mut Writing, caller: &Caller, table: CodedTable, id: &str) -> Result<()> {
        match table {
            CodedTable::Users => {
                let Some(mut row) = tx.user(id).await? else { return Ok(()) };
                self.check_row(tx, &row).await?;
                self.stamp(&mut row)?;
                tx.update_user(&row).await?;
                self.record_rekeyed(tx, caller, &row).await
            }
            CodedTable::Orgs => {
                let Some(mut row) = tx.org(id).await? else { return Ok(()) };
                self.check_row(tx, &row).await?;
                self.stamp(&mut row)?;
                tx.update_org(&row).await?;
                self.record_rekeyed(tx, caller, &row).await
            }
            CodedTable::Projects => {
                let Some(row) = tx.project(id).await? else { return Ok(()) };
                let mut project = self.complete_project(tx, row).await?;
                self.stamp(&mut project)?;
                tx.update_project(&project.row).await?;
                self.record_rekeyed(tx, caller, &project).await
            }
            CodedTable::Teams => {
                let Some(row) = tx.team(id).await? else { return Ok(()) };
                let mut team = self.complete_team(tx, row).await?;
                self.stamp(&mut team)?;
                tx.update_team(&team.row).await?;
                self.record_rekeyed(tx, caller, &team).await
            }
            CodedTable::Tokens => {
                let Some(mut row) = tx.token(id).await? else { return Ok(()) };
                self.check_row(tx, &row).await?;
                self.stamp(&mut row)?;
                tx.update_token(&row).await?;
                self.record_rekeyed(tx, caller, &row).await
            }
            CodedTable::Repositories => {
                let Some(mut row) = tx.repository(id).await? else { return Ok(()) };
                self.check_row(tx, &row).await?;
                self.stamp(&mut row)?;
                tx.update_repository(&row).await?;
                self.record_rekeyed(tx, caller, &row).await
            }
            CodedTable::Secrets => {
                let Some(row) = tx.secret(id).await? else { return Ok(()) };
                let mut secret = self.complete_deleted(tx, row).await?;
                self.stamp(&mut secret)?;
                tx.update_secret(&secret.row).await?;
                self.record_rekeyed(tx, caller, &secret).await
            }
        }
    }

    async fn record_rekeyed(&self, tx: &mut Writing, caller: &Caller, row: &impl Stamped) -> Result<()> {
        self.record(tx, caller, "ROTATE", row, json!({})).await
    }

    /// The next versions of secrets; whether there may be more.
    pub(super) async fn rekey_versions(
        &self,
        tx: &mut Writing,
        after: &mut (String, i64),
        report: &mut RotationReport,
    ) -> Result<bool> {
        let ring = self.ring();
        let current = ring.current()?;
        let heads = tx.versions_under_other_keks(&current.id, (&after.0, after.1), BATCH).await?;
        let Some(last) = heads.last() else { return Ok(false) };
        *after = (last.secret_id.clone(), last.version);
        let mut wraps = 0;
        for mut head in heads {
            let damaged = format!("version {} of secret {}", head.version, head.secret_id);
            let kind = match (&head.kind, tx.secret(&head.secret_id).await?) {
                (Some(kind), _) => kind.clone(),
                (None, Some(secret)) => secret.kind,
                (None, None) => String::new(),
            };
            let known = ring.kek(&head.kek_id).ok().filter(|kek| kek.verifies(&version_fields(&head), &head.mac));
            let Some(old) = known else {
                report.damaged.push(damaged);
                continue;
            };
            if let Some(wrapped) = &head.wrapped_key {
                let identity = Identity { secret_id: &head.secret_id, version: head.version, kind: &kind };
                match rewrap(old, current, identity, wrapped) {
                    Ok(Some(wrapped)) => head.wrapped_key = Some(wrapped),
                    Ok(None) => {
                        report.kept += 1;
                        continue;
                    }
                    Err(_) => {
                        report.damaged.push(damaged);
                        continue;
                    }
                }
                wraps += 1;
            }
            head.kek_id.clone_from(&current.id);
            head.mac = current.mac(&version_fields(&head));
            tx.update_secret_version_head(&head).await?;
            report.keys += 1;
        }
        tx.count_wraps(&current.id, wraps).await?;
        Ok(true)
    }

    /// The keys that are few; then the old keys go that nothing lies under.
    async fn end_rotation(&self, tx: &mut Writing, caller: &Caller, report: &mut RotationReport) -> Result<()> {
        let ring = self.ring();
        let current = ring.current()?;
        let mut wraps = 0;
        for mut row in tx.scope_keys().await? {
            if row.kek_id == current.id {
                continue;
            }
            let Ok(opened) = self.open_scope_key(&row) else {
                report.damaged.push(format!("key of {} {}", row.scope.to_lowercase(), row.scope_id));
                continue;
            };
            let ids = [row.scope.as_str(), &row.scope_id, &row.version.to_string()];
            row.sealed = current.wrap("scope-key", &ids, &opened.key)?;
            row.kek_id.clone_from(&current.id);
            tx.update_scope_key(&row).await?;
            wraps += 1;
        }
        for mut row in tx.audit_keys().await? {
            if row.kek_id == current.id {
                continue;
            }
            let segment = row.segment.to_string();
            let opened =
                ring.kek(&row.kek_id).ok().and_then(|kek| kek.unwrap("audit-key", &[&segment], &row.sealed).ok());
            let Some(key) = opened else {
                report.damaged.push(format!("key {segment} of the audit chain"));
                continue;
            };
            row.sealed = current.wrap("audit-key", &[&segment], &key)?;
            row.kek_id.clone_from(&current.id);
            tx.update_audit_key(&row).await?;
            wraps += 1;
        }
        tx.count_wraps(&current.id, wraps).await?;
        report.keys = report.keys.saturating_add_signed(wraps);
        for row in tx.keks().await? {
            if row.id == current.id {
                continue;
            }
            if tx.count_under_kek(&row.id).await? == 0 {
                tx.delete_kek(&row.id).await?;
                report.dropped += 1;
            } else if row.state == OLD {
                tx.update_kek(&row.id, KEPT, &row.sealed).await?;
            }
        }
        let details = json!({
            "ended": current.id, "records": report.records, "keys": report.keys, "dropped": report.dropped,
            "kept": report.kept, "damaged": report.damaged.len(),
        });
        self.record_keys(tx, caller, details).await
    }

    /// Puts all key-encryption keys under a new root key: a new one in the file that the source names
    /// (which replaces the one there once the database has changed), or the one that the source gives.
    /// From then on the store opens with this source only.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ManageKeys`] is needed) or no more valid; the
    /// new key cannot be had or written; the database cannot be used.
    pub async fn change_root_key(&self, permit: &Permit, to: KeyProvider) -> Result<()> {
        let to = Arc::new(to);
        let (keys, home) = (Arc::clone(&to), self.inner.home.clone());
        let root = self.slow(move || keys.prepare(&home)).await??;
        let mut tx = self.begin().await?;
        let changed = self.change_root_in(&mut tx, permit, &root, &to).await;
        tx.end(changed).await?;
        to.settle(&self.inner.home)?;
        *self.inner.keys.write() = to;
        Ok(())
    }

    pub(super) async fn change_root_in(
        &self,
        tx: &mut Writing,
        permit: &Permit,
        root: &crate::seal::Key,
        to: &KeyProvider,
    ) -> Result<()> {
        self.permitted_installation(tx, permit, Operation::ManageKeys).await?;
        let ring = self.ring();
        for row in tx.keks().await? {
            let sealed = seal_kek(root, &row.id, &ring.kek(&row.id)?.key)?;
            tx.update_kek(&row.id, &row.state, &sealed).await?;
        }
        self.record_keys(tx, permit.caller(), json!({"rootKey": to.describe(&self.inner.home)})).await
    }

    async fn record_keys(&self, tx: &mut Writing, caller: &Caller, details: serde_json::Value) -> Result<()> {
        let id = self.installation_id().to_owned();
        let object = super::check::object(Target::Installation);
        let entry = Entry { action: "ROTATE", object, target_id: &id, outcome: Outcome::Ok, details, anchor: None };
        self.audit(tx, caller, entry).await
    }
}
