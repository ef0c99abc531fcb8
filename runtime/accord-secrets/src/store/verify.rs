//! A walk over all records and the whole audit chain.

use std::collections::HashMap;

use accord_store::{AccessTable, AuditRow, SecretVersionHead, Session};
use sha2::{Digest as _, Sha256};

use super::Store;
use crate::Result;
use crate::audit::anchors;
use crate::checkpoints::{EVERY, Line};
use crate::mac::{Levels, LinkedProject, LinkedSecret, LinkedTeam, Metadata, version_fields};
use crate::model::{Protection, SecretKind};
use crate::seal::record::protection;

/// Audit entries read at a time.
const BATCH: u32 = 1000;

/// What the walk found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Users, organizations, projects, teams, tokens, repositories and secrets.
    pub records: usize,
    /// Sealed versions of secrets.
    pub versions: usize,
    /// Sealed values that processes share: under keys of `kv`, and in JSON stores.
    pub shared_values: usize,
    /// Entries of the audit chain.
    pub audit_entries: usize,
    /// Signed checkpoints of it.
    pub checkpoints: usize,
    /// All that is not as it should be, in the order in which it was found.
    pub problems: Vec<Problem>,
}

impl VerifyReport {
    /// Whether everything is as it was written.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    fn add(&mut self, what: String, problem: impl Into<String>) {
        self.problems.push(Problem { what, problem: problem.into() });
    }
}

/// A record that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The record.
    pub what: String,
    /// What is wrong with it.
    pub problem: String,
}

/// The last anchor of each thing.
type Anchors = HashMap<String, AuditRow>;

impl Store {
    /// Checks all records and the audit chain. Values under a store password are checked without
    /// being opened.
    ///
    /// # Errors
    /// The database cannot be read. What is wrong with records is in the report.
    pub async fn verify(&self) -> Result<VerifyReport> {
        let mut report = VerifyReport::default();
        // What is due is signed first, so that a checkpoint that is not there is missing.
        if let Err(error) = self.checkpoint().await {
            report.add("checkpoints of the audit chain".to_owned(), error.to_string());
        }
        let mut read = self.read().await?;
        let mut last = self.verify_audit(&mut read, &mut report).await?;
        for row in read.users().await? {
            self.verify_row(&row, &mut last, &mut report);
        }
        for row in read.orgs().await? {
            self.verify_row(&row, &mut last, &mut report);
        }
        let mut levels: HashMap<String, Levels> = HashMap::new();
        for (project, team, level) in read.all_access(AccessTable::Projects).await? {
            levels.entry(project).or_default().push((team, level));
        }
        for row in read.projects(None).await? {
            let access = levels.remove(&row.id).unwrap_or_default();
            self.verify_row(&LinkedProject { row, access }, &mut last, &mut report);
        }
        for row in read.teams(None).await? {
            let members = read.team_members(&row.id).await?;
            self.verify_row(&LinkedTeam { row, members }, &mut last, &mut report);
        }
        for row in read.tokens(None).await? {
            self.verify_row(&row, &mut last, &mut report);
        }
        for row in read.repositories(None).await? {
            self.verify_row(&row, &mut last, &mut report);
        }
        for row in read.scope_keys().await? {
            if let Err(error) = self.open_scope_key(&row) {
                report.add(format!("key of {} {}", row.scope.to_lowercase(), row.scope_id), error.to_string());
            }
        }
        let mut levels: HashMap<String, Levels> = HashMap::new();
        for (secret, team, level) in read.all_access(AccessTable::Secrets).await? {
            levels.entry(secret).or_default().push((team, level));
        }
        for row in read.all_secrets().await? {
            let projects = read.secret_projects(&row.id).await?;
            let access = levels.remove(&row.id).unwrap_or_default();
            let secret = LinkedSecret { row, projects, access };
            self.verify_row(&secret, &mut last, &mut report);
            self.verify_versions(&mut read, &secret, &mut report).await?;
        }
        let shared = self.sealed_values(&mut read).await?;
        read.finish().await?;
        for (scope, place, sealed) in &shared {
            report.shared_values += 1;
            let (scope, place) = (*scope, place.as_place());
            if self.open_shared(scope, &place, sealed).await.is_err() {
                report.add(
                    place.to_string(),
                    "its sealed value cannot be opened: it was changed, or put here from elsewhere",
                );
            }
        }
        // What was deleted is rightly not there.
        let mut lost: Vec<_> = last.into_values().filter(|entry| entry.row_mac.as_deref() != Some(&[])).collect();
        lost.sort_by_key(|entry| entry.seq);
        for entry in lost {
            let what = format!("{} {}", entry.object.to_lowercase(), entry.target_id);
            report.add(what, format!("is recorded by audit entry {}, but there is no such record", entry.seq));
        }
        Ok(report)
    }

    /// Entries against the signed checkpoints of them.
    async fn verify_checkpoints(&self, report: &mut VerifyReport, codes: &HashMap<i64, Vec<u8>>, head: i64) {
        let what = "checkpoints of the audit chain".to_owned();
        let lines = match self.inner.checkpoints.read() {
            Ok(Some(lines)) => lines,
            Ok(None) if head < EVERY => return,
            Ok(None) => {
                return report.add(what, format!("the file '{}' is missing", self.checkpoints_file().display()));
            }
            Err(error) => return report.add(what, error.to_string()),
        };
        let mut expected: Option<i64> = None;
        for line in lines {
            let Line::Signed(seq, mac) = line else {
                report.add(what.clone(), "a line of the file is not one that this store signed");
                continue;
            };
            report.checkpoints += 1;
            if let Some(expected) = expected
                && seq != expected
            {
                report.add(what.clone(), format!("the one of entry {expected} is missing"));
            }
            expected = Some(seq.saturating_add(EVERY));
            match codes.get(&seq) {
                Some(code) if *code == mac => {}
                Some(_) => report
                    .add(format!("audit entry {seq}"), "is not the one that was signed: the chain was computed anew"),
                None if seq > head => report.add(
                    format!("audit entry {seq}"),
                    format!("was signed, but the chain ends with entry {head}: its end was cut off"),
                ),
                None => report.add(format!("audit entry {seq}"), "was signed, but is not there"),
            }
        }
        if let Some(expected) = expected
            && expected <= head - head % EVERY
        {
            report.add(what, format!("the one of entry {expected} is missing"));
        }
    }

    async fn verify_audit(&self, read: &mut Session, report: &mut VerifyReport) -> Result<Anchors> {
        let mut anchors = Anchors::new();
        let mut codes = HashMap::new();
        let mut before: Option<AuditRow> = None;
        loop {
            let rows = read.audit_after(before.as_ref().map_or(0, |row| row.seq), BATCH).await?;
            if rows.is_empty() {
                let head = before.as_ref().map_or(0, |row| row.seq);
                self.verify_checkpoints(report, &codes, head).await;
                return Ok(anchors);
            }
            for row in rows {
                report.audit_entries += 1;
                let expected = before.as_ref().map_or(0, |b| b.seq).saturating_add(1);
                if row.seq != expected {
                    report.add(format!("audit entry {}", row.seq), format!("entry {expected} should come here"));
                } else if !self.inner.chain.verifies(&row, before.as_ref().map(|b| b.mac.as_slice())).unwrap_or(false) {
                    report.add(format!("audit entry {}", row.seq), "it, or the entry before it, is not authentic");
                }
                if row.seq % EVERY == 0 {
                    codes.insert(row.seq, row.mac.clone());
                }
                if row.counter.is_some() {
                    anchors.insert(row.target_id.clone(), row.clone());
                }
                before = Some(row);
            }
        }
    }

    fn verify_row(&self, row: &dyn Metadata, last: &mut Anchors, report: &mut VerifyReport) {
        report.records += 1;
        if let Err(error) = self.check_mac(row) {
            report.add(row.describe(), error.to_string());
        }
        match last.remove(row.id()) {
            Some(entry) if anchors(&entry, row) => {}
            Some(entry) => report.add(
                row.describe(),
                format!(
                    "is not the record that audit entry {} recorded last: it was changed or rolled back",
                    entry.seq
                ),
            ),
            None => {
                report.add(row.describe(), "has no audit entry: the entry is lost, or the record comes from elsewhere")
            }
        }
    }

    async fn verify_versions(
        &self,
        read: &mut Session,
        secret: &LinkedSecret,
        report: &mut VerifyReport,
    ) -> Result<()> {
        let row = &secret.row;
        let numbers = read.secret_version_numbers(&row.id).await?;
        if row.deleted != 0 {
            if !numbers.is_empty() {
                report.add(secret.describe(), "is deleted, but sealed values of it are still there");
            }
            return Ok(());
        }
        if !numbers.contains(&row.current_version) {
            report.add(secret.describe(), format!("its version {} is not there", row.current_version));
        }
        for (number, expected) in numbers.iter().zip(1..) {
            if *number != expected {
                report.add(secret.describe(), format!("its version {expected} is not there"));
                break;
            }
        }
        for number in numbers {
            let Some(version) = read.secret_version(&row.id, number).await? else { continue };
            report.versions += 1;
            let what = format!("version {number} of {}", secret.describe());
            let ring = self.ring();
            let Ok(kek) = ring.kek(&version.kek_id) else {
                report.add(what, "is sealed with a key that this store does not have");
                continue;
            };
            let destroyed = self.is_destroyed(read, &row.id, number).await?;
            if !kek.verifies(&version_fields(&SecretVersionHead::from(&version)), &version.mac) {
                report.add(what, "its authentication code does not fit");
            } else if Sha256::digest(&version.payload)[..] != version.digest[..] {
                report.add(what, "its sealed value was changed");
            } else if destroyed != version.wrapped_key.is_none() {
                let problem = if destroyed { "was destroyed, but is there again" } else { "its data key is gone" };
                report.add(what, problem);
            } else if version.wrapped_key.as_deref().map(protection) == Some(Protection::ServerKey) {
                let kind: Result<SecretKind> = version.kind.as_deref().unwrap_or(&row.kind).parse();
                let opened = kind.ok().and_then(|kind| {
                    let plain = self.unseal_version(kind, &version, None)?;
                    crate::value::decode(kind, plain)
                });
                if opened.is_none() {
                    report.add(what, "it cannot be opened");
                }
            }
        }
        Ok(())
    }
}
