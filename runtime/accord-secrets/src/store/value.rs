//! A secret's value on its way out: the check, the seal, the audit entry, and only then the value.

use accord_store::{OrgRow, SecretRow, SecretVersionHead, SecretVersionRow, Session};
use accord_value::SecretString;
use serde_json::json;
use zeroize::Zeroizing;

use super::Store;
use super::check::{Loaded, object};
use crate::access::{Caller, Permit};
use crate::audit::{Entry, Outcome};
use crate::mac::version_fields;
use crate::model::{Protection, Role, SecretData, SecretId, SecretKind, Target};
use crate::permissions::Operation;
use crate::seal::record::{Identity, open_record};
use crate::{Error, Result, value};

/// How often a value is read again when its records change meanwhile.
const ATTEMPTS: usize = 5;

/// A secret's records and the version in force, of one moment.
struct Snapshot {
    loaded: Loaded,
    version: Option<SecretVersionRow>,
}

fn not_about_a_secret() -> Error {
    Error::Invalid("the permit is not about a secret".to_owned())
}

impl Store {
    /// A secret's value by the names of organization and secret: finds it, checks that the caller
    /// may have it (as [`Operation::UseInProject`] in a process of a project, else as
    /// [`Operation::Export`]) and opens it. As [`Store::secret`], [`Store::permit`] and
    /// [`Store::open_secret`] together, with one look at the records.
    ///
    /// # Errors
    /// As those three.
    pub async fn read_value(
        &self,
        caller: &Caller,
        org: &str,
        name: &str,
        password: Option<&SecretString>,
    ) -> Result<SecretData> {
        let operation = caller.value_operation();
        for _ in 0..ATTEMPTS {
            let mut read = self.read_rows().await?;
            let asker = match self.asker(&mut read, caller).await {
                Ok(asker) => asker,
                Err(error) => {
                    read.finish().await?;
                    self.record_unknown(caller, name, &error).await;
                    return Err(error);
                }
            };
            let (org, row) = self.find(&mut read, org, name).await?;
            let Some(row) = row else {
                read.finish().await?;
                return Err(self.unknown(caller, &org.name, name).await);
            };
            let id: SecretId = row.id.parse()?;
            let org_name = org.name.clone();
            let loaded = match self.complete(&mut read, row, Some(org)).await {
                Ok(loaded) => self.require_secret(&asker, operation, id, &loaded).map(|()| loaded),
                Err(error) => Err(error),
            };
            let snapshot = self.with_version(&mut read, loaded).await;
            read.finish().await?;
            let opened = self.release(caller, operation, id, snapshot, password).await;
            if let Some(data) = opened.map_err(|error| self.by_names(error, &org_name, name))? {
                return Ok(data);
            }
        }
        Err(Error::Store(accord_store::Error::Busy))
    }

    /// Opens a secret's value. The audit entry is on the disk before the value leaves; a value that
    /// cannot be opened leaves an entry too. An empty password counts as none.
    ///
    /// # Errors
    /// The permit is for another operation or no more valid; a store password is needed, or was
    /// given where there is none; [`Error::CannotOpen`] for a wrong one as for damage; the audit
    /// entry cannot be written.
    pub async fn open_secret(&self, permit: &Permit, password: Option<&SecretString>) -> Result<SecretData> {
        self.expect_operation(permit, &[Operation::Export, Operation::UseInProject])?;
        let Target::Secret(id) = permit.target() else { return Err(not_about_a_secret()) };
        for _ in 0..ATTEMPTS {
            let mut read = self.read_rows().await?;
            let checked = self.check(&mut read, permit.caller(), permit.operation(), permit.target()).await;
            let loaded = checked.and_then(|loaded| loaded.ok_or_else(not_about_a_secret));
            let snapshot = self.with_version(&mut read, loaded).await;
            read.finish().await?;
            if let Some(data) = self.release(permit.caller(), permit.operation(), id, snapshot, password).await? {
                return Ok(data);
            }
        }
        Err(Error::Store(accord_store::Error::Busy))
    }

    async fn with_version(&self, session: &mut Session, loaded: Result<Loaded>) -> Result<Snapshot> {
        let loaded = loaded?;
        let row = &loaded.secret.row;
        let version = session.secret_version(&row.id, row.current_version).await?;
        if let Some(version) = &version {
            self.learn_kek(session, &version.kek_id).await?;
        }
        Ok(Snapshot { loaded, version })
    }

    /// Takes the value out of its seal, records that, and hands it out. `None` if the records have
    /// changed since they were checked.
    async fn release(
        &self,
        caller: &Caller,
        operation: Operation,
        id: SecretId,
        snapshot: Result<Snapshot>,
        password: Option<&SecretString>,
    ) -> Result<Option<SecretData>> {
        let Snapshot { loaded, version } = match snapshot {
            Ok(snapshot) => snapshot,
            Err(error) => {
                self.record_refusal(caller, operation, id.into(), &error).await;
                return Err(error);
            }
        };
        let password = password.filter(|password| !password.is_empty());
        let opened = self.unseal(&loaded, version, password).await;

        let row = &loaded.secret.row;
        let mut tx = self.begin_entries().await?;
        // The code covers all of the row, and no two changes of it have the same.
        let position = tx.audit_position(&row.id).await?;
        if position.as_ref().and_then(|position| position.secret_mac.as_ref()) != Some(&row.mac) {
            tx.rollback().await?;
            return Ok(None);
        }
        let mut details = json!({
            "orgId": row.org_id, "orgName": loaded.org.name, "name": row.name, "version": row.current_version,
            "operation": operation.rule().action,
        });
        if let (Err(error), Some(details)) = (&opened, details.as_object_mut()) {
            details.insert("reason".to_owned(), error.to_string().into());
        }
        let entry = Entry {
            action: "ACCESS",
            object: "SECRET",
            target_id: &row.id,
            outcome: if opened.is_ok() { Outcome::Ok } else { Outcome::Failed },
            details,
            anchor: None,
        };
        self.audit_at(&mut tx, caller, entry, position).await?;
        tx.commit().await?;
        opened.map(Some)
    }

    /// The records of a permit's secret, if the permit is for one of the operations and still holds.
    pub(super) async fn use_permit(
        &self,
        session: &mut Session,
        permit: &Permit,
        operations: &[Operation],
    ) -> Result<Loaded> {
        self.expect_operation(permit, operations)?;
        let checked = self.check(session, permit.caller(), permit.operation(), permit.target()).await?;
        checked.ok_or_else(not_about_a_secret)
    }

    /// The permit is for one of the operations.
    pub(super) fn expect_operation(&self, permit: &Permit, operations: &[Operation]) -> Result<()> {
        match operations {
            _ if operations.contains(&permit.operation()) => Ok(()),
            [needed, ..] => {
                Err(Error::WrongPermit { found: permit.operation().rule().action, needed: needed.rule().action })
            }
            [] => Ok(()),
        }
    }

    /// Id of a secret by its names. Whether the caller may know of it is for the check to say.
    pub(super) async fn find_secret(&self, caller: &Caller, org: &str, name: &str) -> Result<SecretId> {
        let mut read = self.read().await?;
        let (org, row) = self.find(&mut read, org, name).await?;
        read.finish().await?;
        match row {
            Some(row) => row.id.parse(),
            None => Err(self.unknown(caller, &org.name, name).await),
        }
    }

    async fn find(&self, session: &mut Session, org: &str, name: &str) -> Result<(OrgRow, Option<SecretRow>)> {
        let org = self.org_row(session, org).await?;
        let row = session.secret_by_name(&org.id, name).await?;
        Ok((org, row))
    }

    /// Whoever cannot know all secrets must not learn from the time it takes which exist: a hidden
    /// one costs an audit entry, so one that does not exist costs one too.
    async fn unknown(&self, caller: &Caller, org: &str, name: &str) -> Error {
        let error = self.no_secret(org, name, false);
        if caller.actor().role() != Role::Admin {
            self.record_unknown(caller, name, &error).await;
        }
        error
    }

    async fn record_unknown(&self, caller: &Caller, name: &str, error: &Error) {
        let details = json!({"reason": error.to_string()});
        let entry = Entry {
            action: "ACCESS",
            object: "SECRET",
            target_id: name,
            outcome: Outcome::Refused,
            details,
            anchor: None,
        };
        if let Ok(mut tx) = self.begin_entries().await
            && self.audit(&mut tx, caller, entry).await.is_ok()
        {
            let _unrecorded = tx.commit().await;
        }
    }

    pub(super) async fn unseal(
        &self,
        loaded: &Loaded,
        version: Option<SecretVersionRow>,
        password: Option<&SecretString>,
    ) -> Result<SecretData> {
        let row = &loaded.secret.row;
        let (org, name) = (loaded.org.name.clone(), row.name.clone());
        let kind: SecretKind = row.kind.parse()?;
        match (row.protection.parse()?, password) {
            (Protection::Password, None) => return Err(Error::PasswordNeeded { org, name }),
            (Protection::ServerKey, Some(_)) => return Err(Error::NoPassword { org, name }),
            _ => {}
        }
        let cannot = Error::CannotOpen { org, name };
        let Some(version) = version else { return Err(cannot) };
        let plain = match password {
            None => self.unseal_version(kind, &version, None),
            Some(password) => {
                let (store, password) = (self.clone(), password.clone_secret());
                self.slow(move || store.unseal_version(kind, &version, Some(&password))).await?
            }
        };
        plain.and_then(|plain| value::decode(kind, plain)).ok_or(cannot)
    }

    /// Opens a version; `None` for all that can be wrong with it.
    pub(super) fn unseal_version(
        &self,
        kind: SecretKind,
        version: &SecretVersionRow,
        password: Option<&SecretString>,
    ) -> Option<Zeroizing<Vec<u8>>> {
        let ring = self.ring();
        let kek = ring.kek(&version.kek_id).ok()?;
        let identity = Identity { secret_id: &version.secret_id, version: version.version, kind: kind.as_str() };
        let head = SecretVersionHead::from(version);
        let authentic = kek.verifies(&version_fields(&head), &version.mac);
        let opened = open_record(kek, identity, password, version.wrapped_key.as_deref()?, &version.payload);
        opened.ok().filter(|_| authentic)
    }

    /// Records that a key of a project was used, and makes it durable.
    pub(super) async fn record_use(&self, permit: &Permit, outcome: Outcome, action: &'static str) -> Result<()> {
        let id = match permit.target() {
            Target::Project(id) => id.to_string(),
            _ => self.installation_id().to_owned(),
        };
        let details = json!({"operation": permit.operation().rule().action});
        let target = object(permit.target());
        let entry = Entry { action, object: target, target_id: &id, outcome, details, anchor: None };
        let mut tx = self.begin_entries().await?;
        self.audit(&mut tx, permit.caller(), entry).await?;
        tx.commit().await
    }
}
