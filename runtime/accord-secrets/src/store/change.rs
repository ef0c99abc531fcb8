//! A new value or a new store password for a secret that exists.
//!
//! Both make a new version; the earlier ones stay. Whoever changes a secret under a store password
//! must give it: the value in force is opened first.

use accord_store::SecretVersionRow;
use accord_value::SecretString;

use super::check::Loaded;
use super::create::Ready;
use super::{Store, Writing};
use crate::access::Permit;
use crate::mac::{LinkedSecret, version_fields};
use crate::model::{NewValue, Protection, SecretEntry};
use crate::permissions::Operation;
use crate::{Error, Result, passwords, value};

/// How often a change is tried again when the records change meanwhile.
const ATTEMPTS: usize = 5;

/// What becomes of a secret's value.
#[derive(Debug, Default)]
pub struct ValueChange {
    /// The store password in force, if there is one.
    pub password: Option<SecretString>,
    /// The new value, of any kind; none leaves it as it is.
    pub value: Option<NewValue>,
    /// A new store password; none leaves it as it is.
    pub new_password: Option<SecretString>,
}

impl Store {
    /// Gives a secret a new value, a new store password, or both.
    ///
    /// # Errors
    /// The permit is for another operation or no more valid; the store password in force is missing
    /// or wrong ([`Error::CannotOpen`]); the new one is too weak; the new value is larger
    /// than the store takes; there is nothing to change.
    pub async fn change_value(&self, permit: &Permit, change: ValueChange) -> Result<SecretEntry> {
        let ValueChange { password, value, new_password } = change;
        let (password, new_password) = (filled(password), filled(new_password));
        self.expect_operation(permit, &[Operation::ChangeSecret])?;
        let id = Self::secret_of(permit)?.to_string();
        let given = value.is_some();
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
        for _ in 0..ATTEMPTS {
            let mut read = self.read().await?;
            let loaded = self.use_permit(&mut read, permit, &[Operation::ChangeSecret]).await;
            let version = match &loaded {
                Ok(loaded) => read.secret_version(&id, loaded.secret.row.current_version).await?,
                Err(_) => None,
            };
            read.finish().await?;
            let loaded = loaded?;
            let opened = match self.unseal(&loaded, version, password.as_ref()).await {
                Ok(opened) => opened,
                Err(error) => {
                    self.record_failed_change(permit, &loaded, &error).await?;
                    return Err(error);
                }
            };
            let next = match ready.take() {
                Some(ready) => ready,
                None => Ready {
                    kind: loaded.secret.row.kind.parse()?,
                    bytes: value::encode(&opened)?,
                    public_key: loaded.secret.row.public_key.clone(),
                },
            };
            let seal_with = new_password.as_ref().or(password.as_ref());
            if let Some(entry) = self.write_version(permit, &loaded, &next, seal_with).await? {
                return Ok(entry);
            }
            ready = given.then_some(next);
        }
        Err(Error::Store(accord_store::Error::Busy))
    }

    /// Gives a secret under a store password another one.
    ///
    /// # Errors
    /// As [`Store::change_value`]; the secret has no store password ([`Error::NoPassword`]).
    pub async fn change_store_password(
        &self,
        permit: &Permit,
        current: SecretString,
        new: SecretString,
    ) -> Result<SecretEntry> {
        if current.is_empty() || new.is_empty() {
            return Err(Error::Invalid("a store password is empty: give both, the current and the new one".to_owned()));
        }
        let change = ValueChange { password: Some(current), value: None, new_password: Some(new) };
        self.change_value(permit, change).await
    }

    /// Writes the next version; `None` if the records or the keys have changed since they were read.
    async fn write_version(
        &self,
        permit: &Permit,
        before: &Loaded,
        next: &Ready,
        password: Option<&SecretString>,
    ) -> Result<Option<SecretEntry>> {
        let before = &before.secret;
        let mut read = self.read().await?;
        let numbers = read.secret_version_numbers(&before.row.id).await?;
        read.finish().await?;
        // A number is never used twice, also where the last version is not the one in force.
        let last = numbers.into_iter().max().unwrap_or(0).max(before.row.current_version);
        let tampered = || Error::Tampered { what: "a secret".to_owned(), problem: "its version is at its end" };
        let number = last.checked_add(1).ok_or_else(tampered)?;
        let version = self.seal_version(&before.row.id, number, next, password, permit.caller()).await?;
        let mut tx = self.begin().await?;
        let written = self.write_version_in(&mut tx, permit, before, next, &version, password.is_some()).await;
        match written {
            Ok(None) => {
                tx.rollback().await?;
                Ok(None)
            }
            other => tx.end(other).await,
        }
    }

    async fn write_version_in(
        &self,
        tx: &mut Writing,
        permit: &Permit,
        before: &LinkedSecret,
        next: &Ready,
        version: &SecretVersionRow,
        protected: bool,
    ) -> Result<Option<SecretEntry>> {
        let current = self.use_permit(tx, permit, &[Operation::ChangeSecret]).await?;
        if current.secret != *before || version.kek_id != self.ring().current_id() {
            return Ok(None);
        }
        let Loaded { mut secret, org } = current;
        let kind = next.kind.to_string();
        if secret.row.kind != kind {
            self.fix_kinds(tx, &secret).await?;
        }
        tx.insert_secret_version(version).await?;
        tx.count_wrap(&version.kek_id).await?;
        secret.row.kind = kind;
        secret.row.current_version = version.version;
        secret.row.protection = if protected { Protection::Password } else { Protection::ServerKey }.to_string();
        secret.row.public_key.clone_from(&next.public_key);
        self.update_secret(tx, &mut secret).await?;
        self.audit_secret(tx, permit.caller(), "UPDATE", &secret, &org.name).await?;
        Ok(Some(self.entry(tx, &secret, &org.name).await?))
    }

    /// Versions that were made before kinds could change say of what kind they are only through their
    /// secret, which is about to be of another.
    async fn fix_kinds(&self, tx: &mut Writing, secret: &LinkedSecret) -> Result<()> {
        let ring = self.ring();
        for mut head in tx.secret_version_heads(&secret.row.id).await? {
            let kek = ring.kek(&head.kek_id)?;
            if head.kind.is_some() || !kek.verifies(&version_fields(&head), &head.mac) {
                continue;
            }
            head.kind = Some(secret.row.kind.clone());
            head.mac = kek.mac(&version_fields(&head));
            tx.update_secret_version_head(&head).await?;
        }
        Ok(())
    }
}

fn filled(password: Option<SecretString>) -> Option<SecretString> {
    password.filter(|password| !password.is_empty())
}
