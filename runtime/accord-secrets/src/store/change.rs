//! A new value or a new store password for a secret that exists.
//!
//! Both make a new version; the earlier ones stay. Whoever changes a secret under a store password
//! must give it: the value in force is opened first.

use accord_store::SecretVersionRow;
use accord_value::SecretString;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::check::Loaded;
use super::{Store, now};
use crate::access::Permit;
use crate::audit::{Entry, Outcome};
use crate::mac::version_fields;
use crate::model::{NewValue, Protection, SecretEntry, SecretKind, Target};
use crate::permissions::Operation;
use crate::{Error, Result, passwords, value};

/// How often a change is tried again when the records change meanwhile.
const ATTEMPTS: usize = 5;

/// What becomes of a secret's value.
#[derive(Debug, Default)]
pub struct ValueChange {
    /// The store password in force, if there is one.
    pub password: Option<SecretString>,
    /// The new value, of the kind that the secret has; none leaves it as it is.
    pub value: Option<NewValue>,
    /// A new store password; none leaves it as it is.
    pub new_password: Option<SecretString>,
}

/// What the next version holds.
struct Next {
    bytes: Zeroizing<Vec<u8>>,
    public_key: Option<String>,
}

impl Store {
    /// Gives a secret a new value, a new store password, or both.
    ///
    /// # Errors
    /// The permit is for another operation or no more valid; the store password in force is missing
    /// or wrong ([`Error::CannotOpen`]); the new one is too weak; the new value is of another kind or
    /// larger than the store takes; there is nothing to change.
    pub async fn change_value(&self, permit: &Permit, change: ValueChange) -> Result<SecretEntry> {
        let ValueChange { password, value, new_password } = change;
        let (password, new_password) = (filled(password), filled(new_password));
        self.expect_operation(permit, &[Operation::ChangeSecret])?;
        let Target::Secret(id) = permit.target() else {
            return Err(Error::Invalid("the permit is not about a secret".to_owned()));
        };
        if value.is_none() && new_password.is_none() {
            return Err(Error::Invalid(
                "there is nothing to change: give a new value or a new store password".to_owned(),
            ));
        }
        if let Some(password) = &new_password {
            passwords::check(password, permit.caller().actor().name())?;
        }
        let mut ready = match value {
            Some(value) => Some(self.ready(value).await?),
            None => None,
        };
        let id = id.to_string();
        for _ in 0..ATTEMPTS {
            let mut read = self.inner.database.read().await?;
            let loaded = self.use_permit(&mut read, permit, &[Operation::ChangeSecret]).await;
            let version = match &loaded {
                Ok(loaded) => read.secret_version(&id, loaded.secret.row.current_version).await?,
                Err(_) => None,
            };
            read.finish().await?;
            let loaded = loaded?;
            let kind: SecretKind = loaded.secret.row.kind.parse()?;
            let opened = match self.unseal(&loaded, version, password.as_ref()).await {
                Ok(opened) => opened,
                Err(error) => {
                    self.record_failed_change(permit, &loaded, &error).await?;
                    return Err(error);
                }
            };
            if let Some(ready) = ready.as_ref().filter(|ready| ready.kind != kind) {
                let name = &loaded.secret.row.name;
                return Err(Error::Invalid(format!(
                    "the secret '{name}' is of the kind {kind}, the new value of the kind {}",
                    ready.kind
                )));
            }
            let next = match &mut ready {
                Some(ready) => Next { bytes: ready.bytes.clone(), public_key: ready.public_key.clone() },
                None => Next { bytes: value::encode(&opened)?, public_key: loaded.secret.row.public_key.clone() },
            };
            let seal_with = new_password.as_ref().or(password.as_ref()).map(SecretString::clone_secret);
            if let Some(entry) = self.write_version(permit, loaded, kind, next, seal_with).await? {
                return Ok(entry);
            }
        }
        Err(Error::Store(accord_store::Error::Busy))
    }

    /// Writes the next version; `None` if the records have changed since they were read.
    async fn write_version(
        &self,
        permit: &Permit,
        loaded: Loaded,
        kind: SecretKind,
        next: Next,
        password: Option<SecretString>,
    ) -> Result<Option<SecretEntry>> {
        let before = &loaded.secret.row;
        let tampered = || Error::Tampered { what: "a secret".to_owned(), problem: "its version is at its end" };
        let number = before.current_version.checked_add(1).ok_or_else(tampered)?;
        let protection = if password.is_some() { Protection::Password } else { Protection::ServerKey };
        let kek = self.inner.ring.current()?;
        let record = self.seal_version(&before.id, number, kind, password, next.bytes).await?;
        let mut version = SecretVersionRow {
            secret_id: before.id.clone(),
            version: number,
            kek_id: kek.id.clone(),
            wrapped_key: Some(record.wrapped_key),
            digest: Sha256::digest(&record.payload).to_vec(),
            payload: record.payload,
            created_at: now(),
            created_by: permit.caller().actor().id_text(),
            mac: Vec::new(),
        };
        version.mac = kek.mac(&version_fields(&version));

        let mut tx = self.inner.database.begin().await?;
        let current = self.use_permit(&mut tx, permit, &[Operation::ChangeSecret]).await?;
        if current.secret.row != *before {
            tx.rollback().await?;
            return Ok(None);
        }
        let Loaded { mut secret, org } = current;
        tx.insert_secret_version(&version).await?;
        tx.count_wrap(&kek.id).await?;
        secret.row.current_version = number;
        secret.row.protection = protection.to_string();
        secret.row.public_key = next.public_key;
        self.update_secret(&mut tx, &mut secret).await?;
        self.audit_secret(&mut tx, permit.caller(), "UPDATE", &secret, &org.name).await?;
        let entry = self.entry(&mut tx, &secret, &org.name).await?;
        tx.commit().await?;
        Ok(Some(entry))
    }

    async fn record_failed_change(&self, permit: &Permit, loaded: &Loaded, error: &Error) -> Result<()> {
        let row = &loaded.secret.row;
        let details = json!({
            "orgId": row.org_id, "orgName": loaded.org.name, "name": row.name, "version": row.current_version,
            "operation": permit.operation().rule().action, "reason": error.to_string(),
        });
        let entry = Entry {
            action: "UPDATE",
            object: "SECRET",
            target_id: &row.id,
            outcome: Outcome::Failed,
            details,
            anchor: None,
        };
        let mut tx = self.inner.database.begin().await?;
        self.audit(&mut tx, permit.caller(), entry).await?;
        Ok(tx.commit().await?)
    }
}

fn filled(password: Option<SecretString>) -> Option<SecretString> {
    password.filter(|password| !password.is_empty())
}
