//! Earlier versions of a secret: listing them, going back to one, destroying one; and when the
//! secret was used last.

use accord_store::{SecretVersionHead, Session};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::check::Loaded;
use super::{Store, Writing};
use crate::access::Permit;
use crate::audit::{Entry, Outcome};
use crate::canonical::Canonical;
use crate::mac::{Gone, Metadata, version_fields};
use crate::model::{Protection, SecretEntry, SecretKind, Target};
use crate::permissions::Operation;
use crate::seal::record::protection;
use crate::{Error, Result};

/// A version of a secret's value, without the value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// Its number, from 1.
    pub version: i64,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: SecretKind,
    /// What it is sealed with; `None` if it was destroyed.
    #[serde(rename = "encryptedBy")]
    pub protection: Option<Protection>,
    /// Microseconds since 1970 (UTC).
    pub created_at: i64,
    /// Name of the user who made it; his id, where he is no more.
    pub created_by: String,
    /// It is the one in force.
    pub current: bool,
}

/// When a secret's value was given out last, and to whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LastUse {
    /// Microseconds since 1970 (UTC).
    pub at: i64,
    /// Name of the user.
    pub user: String,
    /// The process that he used it in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process_id: Option<String>,
    /// The place in the process' source, `FILE:LINE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// A version as audit entries name it.
struct Destroyed {
    id: String,
    what: String,
}

impl Metadata for Destroyed {
    fn fields(&self) -> Canonical {
        Canonical::new("destroyed")
    }
    fn id(&self) -> &str {
        &self.id
    }
    fn counter(&self) -> i64 {
        0
    }
    fn kek_id(&self) -> &str {
        ""
    }
    fn mac(&self) -> &[u8] {
        &[]
    }
    fn describe(&self) -> String {
        self.what.clone()
    }
    fn object(&self) -> &'static str {
        "SECRET_VERSION"
    }
}

impl Store {
    /// All versions of a secret, the first one first.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ReadMetadata`] is needed) or no more valid; a
    /// record was changed outside of Accord.
    pub async fn versions(&self, permit: &Permit) -> Result<Vec<Version>> {
        let mut read = self.read().await?;
        let loaded = self.use_permit(&mut read, permit, &[Operation::ReadMetadata]).await?;
        let row = &loaded.secret.row;
        let mut versions = Vec::new();
        for head in read.secret_version_heads(&row.id).await? {
            self.check_version(&loaded, &head)?;
            let by = match read.user(&head.created_by).await? {
                Some(user) => user.name,
                None => head.created_by.clone(),
            };
            versions.push(Version {
                version: head.version,
                kind: head.kind.as_deref().unwrap_or(&row.kind).parse()?,
                protection: head.wrapped_key.as_deref().map(protection),
                created_at: head.created_at,
                created_by: by,
                current: head.version == row.current_version,
            });
        }
        read.finish().await?;
        Ok(versions)
    }

    /// When a secret's value was given out last; `None`: never.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ReadMetadata`] is needed) or no more valid.
    pub async fn last_use(&self, permit: &Permit) -> Result<Option<LastUse>> {
        let mut read = self.read().await?;
        let loaded = self.use_permit(&mut read, permit, &[Operation::ReadMetadata]).await?;
        let entry = read.last_audit(&loaded.secret.row.id, "ACCESS").await?;
        read.finish().await?;
        Ok(entry.map(|row| LastUse { at: row.at, user: row.actor, process_id: row.process_id, place: row.place }))
    }

    /// Puts an earlier version in force again. Its value is not opened, and later versions stay.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ChangeSecret`] is needed) or no more valid;
    /// there is no such version, or it was destroyed.
    pub async fn roll_back(&self, permit: &Permit, version: i64) -> Result<SecretEntry> {
        let mut tx = self.begin().await?;
        let done = self.roll_back_in(&mut tx, permit, version).await;
        tx.end(done).await
    }

    async fn roll_back_in(&self, tx: &mut Writing, permit: &Permit, version: i64) -> Result<SecretEntry> {
        let mut loaded = self.use_permit(tx, permit, &[Operation::ChangeSecret]).await?;
        let head = self.version_head(tx, &loaded, version).await?;
        let row = &mut loaded.secret.row;
        row.protection = protection(head.wrapped_key.as_deref().unwrap_or_default()).to_string();
        if let Some(kind) = head.kind {
            row.kind = kind;
        }
        row.current_version = version;
        // Which public key belongs to it only its value tells.
        loaded.secret.row.public_key = self.public_key_of(tx, &loaded, version).await?;
        let Loaded { mut secret, org } = loaded;
        self.update_secret(tx, &mut secret).await?;
        self.audit_secret(tx, permit.caller(), "ROLLBACK", &secret, &org.name).await?;
        self.entry(tx, &secret, &org.name).await
    }

    /// The public key of a version, where it can be opened without a store password.
    async fn public_key_of(&self, tx: &mut Writing, loaded: &Loaded, version: i64) -> Result<Option<String>> {
        let row = &loaded.secret.row;
        if row.kind != SecretKind::KeyPair.as_str() || row.protection != Protection::ServerKey.as_str() {
            return Ok(None);
        }
        let Some(stored) = tx.secret_version(&row.id, version).await? else { return Ok(None) };
        let opened = self.unseal_version(SecretKind::KeyPair, &stored, None);
        Ok(match opened.and_then(|plain| crate::value::decode(SecretKind::KeyPair, plain)) {
            Some(crate::SecretData::KeyPair { public, .. }) => Some(public),
            _ => None,
        })
    }

    /// Destroys a version for good: its data key goes first, then what it sealed. The version in
    /// force cannot be destroyed.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::OwnSecret`] is needed) or no more valid;
    /// there is no such version, it was destroyed, or it is in force.
    pub async fn destroy_version(&self, permit: &Permit, version: i64) -> Result<()> {
        let mut tx = self.begin().await?;
        let done = self.destroy_version_in(&mut tx, permit, version).await;
        tx.end(done).await
    }

    async fn destroy_version_in(&self, tx: &mut Writing, permit: &Permit, version: i64) -> Result<()> {
        let loaded = self.use_permit(tx, permit, &[Operation::OwnSecret]).await?;
        let row = &loaded.secret.row;
        if version == row.current_version {
            return Err(Error::Invalid(format!(
                "version {version} of the secret '{}' is in force: give it a new value or go back to another version \
                 first",
                row.name
            )));
        }
        let mut head = self.version_head(tx, &loaded, version).await?;
        tx.shred_secret_version(&row.id, version).await?;
        let ring = self.ring();
        let kek = ring.current()?;
        head.wrapped_key = None;
        head.digest = Sha256::digest(b"").to_vec();
        head.kek_id.clone_from(&kek.id);
        head.mac = kek.mac(&version_fields(&head));
        tx.update_secret_version_head(&head).await?;
        let what = format!("version {version} of secret '{}'", row.name);
        let destroyed = Destroyed { id: version_id(&row.id, version), what };
        let details = json!({"orgName": loaded.org.name, "name": row.name, "version": version});
        self.record(tx, permit.caller(), "DELETE", &Gone(&destroyed), details).await
    }

    /// A version that is there and not destroyed, checked.
    async fn version_head(&self, tx: &mut Writing, loaded: &Loaded, version: i64) -> Result<SecretVersionHead> {
        let row = &loaded.secret.row;
        let none = |destroyed| Error::NoVersion { name: row.name.clone(), version, destroyed };
        let heads = tx.secret_version_heads(&row.id).await?;
        let head = heads.into_iter().find(|head| head.version == version).ok_or_else(|| none(false))?;
        self.check_version(loaded, &head)?;
        if head.wrapped_key.is_none() {
            return Err(none(true));
        }
        // A destroyed version that somebody put back is as good as destroyed.
        if self.is_destroyed(tx, &row.id, version).await? {
            return Err(Error::Tampered {
                what: format!("version {version} of secret '{}'", row.name),
                problem: "it was destroyed",
            });
        }
        Ok(head)
    }

    /// Whether the audit chain says that a version was destroyed.
    pub(super) async fn is_destroyed(&self, session: &mut Session, secret_id: &str, version: i64) -> Result<bool> {
        Ok(session.last_anchor(&version_id(secret_id, version)).await?.is_some())
    }

    fn check_version(&self, loaded: &Loaded, head: &SecretVersionHead) -> Result<()> {
        if self.ring().kek(&head.kek_id)?.verifies(&version_fields(head), &head.mac) {
            return Ok(());
        }
        let what = format!("version {} of secret '{}'", head.version, loaded.secret.row.name);
        Err(Error::Tampered { what, problem: "its authentication code does not fit" })
    }

    /// Records that a change of a secret did not come about because its value could not be opened.
    pub(super) async fn record_failed_change(&self, permit: &Permit, loaded: &Loaded, error: &Error) -> Result<()> {
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
        let mut tx = self.begin().await?;
        self.audit(&mut tx, permit.caller(), entry).await?;
        tx.commit().await
    }

    /// The permit's secret.
    pub(super) fn secret_of(permit: &Permit) -> Result<crate::SecretId> {
        match permit.target() {
            Target::Secret(id) => Ok(id),
            _ => Err(Error::Invalid("the permit is not about a secret".to_owned())),
        }
    }
}

/// How audit entries name a version.
pub(super) fn version_id(secret_id: &str, version: i64) -> String {
    format!("{secret_id}/{version}")
}
