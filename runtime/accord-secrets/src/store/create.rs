//! The beginning and the end of a secret.

use std::sync::Arc;

use accord_store::{AccessTable, OrgRow, SecretRow, SecretVersionHead, SecretVersionRow};
use accord_value::{SecretBytes, SecretString};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::orgs::taken;
use super::{Store, Writing, now};
use crate::access::{Caller, Permit};
use crate::keypair;
use crate::mac::{LinkedProject, LinkedSecret, Metadata as _, version_fields};
use crate::model::{
    Created, NewSecret, NewValue, Protection, SecretEntry, SecretId, SecretKind, StorePassword, Target,
};
use crate::names::check_name;
use crate::permissions::Operation;
use crate::seal::password::Cost;
use crate::seal::record::{Identity, seal_record};
use crate::{Error, Result, passwords, value};

/// How often a change is tried again when the keys change meanwhile.
const ATTEMPTS: usize = 5;

/// A value that is ready to be sealed.
pub(super) struct Ready {
    pub(super) kind: SecretKind,
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(super) public_key: Option<String>,
}

impl Store {
    /// Reads a value to its end, and not a byte more than the store takes.
    ///
    /// # Errors
    /// It cannot be read, or is longer.
    pub fn read_data(&self, mut from: impl std::io::Read) -> Result<SecretBytes> {
        let limit = self.inner.options.max_value;
        // Of full length from the start: growing would leave copies behind.
        let mut bytes = Zeroizing::new(vec![0; limit.saturating_add(1)]);
        let mut size = 0;
        while let Some(rest) = bytes.get_mut(size..).filter(|rest| !rest.is_empty()) {
            match from.read(rest) {
                Ok(0) => break,
                Ok(read) => size += read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::Invalid(format!("the value cannot be read: {error}"))),
            }
        }
        if size > limit {
            return Err(Error::TooLarge { size, limit });
        }
        Ok(SecretBytes::new(bytes.get(..size).unwrap_or_default().to_vec()))
    }

    /// Creates a secret, owned by the caller.
    ///
    /// # Errors
    /// The name or the value is not acceptable, the value is too large, the name is taken; no such
    /// organization or project; the caller is no member of the organization, or may not use one of
    /// the projects.
    pub async fn create_secret(&self, caller: &Caller, new: NewSecret) -> Result<Created> {
        check_name("secret", &new.name)?;
        let (org, projects) = self.check_create(caller, &new.org, &new.projects).await?;
        let (password, generated) = match new.store_password {
            StorePassword::None => (None, None),
            StorePassword::Given(password) => {
                passwords::check(&password, caller.actor().name())?;
                (Some(password), None)
            }
            StorePassword::Generate => {
                let password = passwords::generate(caller.actor().name())?;
                (Some(password.clone_secret()), Some(password))
            }
        };
        let ready = self.ready(new.value).await?;
        let now = now();
        let row = SecretRow {
            id: SecretId::new().to_string(),
            org_id: org.id.clone(),
            name: new.name,
            kind: ready.kind.to_string(),
            protection: if password.is_some() { Protection::Password } else { Protection::ServerKey }.to_string(),
            visibility: new.visibility.to_string(),
            owner_id: caller.actor().id().map(|id| id.to_string()),
            public_key: ready.public_key.clone(),
            current_version: 1,
            closed: 0,
            deleted: 0,
            expires_at: new.expires_at,
            created_at: now,
            updated_at: now,
            counter: 0,
            kek_id: String::new(),
            mac: Vec::new(),
        };
        let mut ids: Vec<String> = projects.into_iter().map(|project| project.row.id).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut secret = LinkedSecret { row, projects: ids, access: Vec::new() };
        for _ in 0..ATTEMPTS {
            // Sealed beside the transaction, so that many can seal at a time; the key that is in force
            // may change meanwhile.
            let version = self.seal_version(&secret.row.id, 1, &ready, password.as_ref(), caller).await?;
            let mut tx = self.begin().await?;
            if version.kek_id != self.ring().current_id() {
                tx.rollback().await?;
                continue;
            }
            let made = self.create_in(&mut tx, caller, &org, &mut secret, &version).await;
            return Ok(Created { entry: tx.end(made).await?, generated_password: generated });
        }
        Err(Error::Store(accord_store::Error::Busy))
    }

    async fn create_in(
        &self,
        tx: &mut Writing,
        caller: &Caller,
        org: &OrgRow,
        secret: &mut LinkedSecret,
        version: &SecretVersionRow,
    ) -> Result<SecretEntry> {
        // What was checked before the value was sealed may have moved or gone since.
        let asker = self.asker(tx, caller).await?;
        let unchanged = tx.org(&org.id).await?.as_ref() == Some(org);
        let fresh = if unchanged { None } else { Some(self.load_org(tx, org.id.parse()?).await?) };
        let org = fresh.as_ref().unwrap_or(org);
        self.require_org(&asker, Operation::CreateSecret, org)?;
        for id in &secret.projects {
            let (project, place) = self.load_project(tx, id.parse()?).await?;
            if place.id != org.id {
                return Err(self.no_project(&org.name, &project.row.name));
            }
        }
        self.stamp(secret)?;
        taken(tx.insert_secret(&secret.row).await, "Secret", &secret.row.name)?;
        tx.add_secret_projects(&secret.row.id, &secret.projects).await?;
        tx.insert_secret_version(version).await?;
        tx.count_wrap(&version.kek_id).await?;
        self.audit_secret(tx, caller, "CREATE", secret, &org.name).await?;
        self.entry_of(tx, secret, org, caller).await
    }

    /// Deletes a secret: the data keys of all its versions go first, and its name is free again.
    ///
    /// # Errors
    /// The permit is for another operation, or the secret has changed so that it allows no more.
    pub async fn delete(&self, permit: &Permit) -> Result<SecretEntry> {
        let mut tx = self.begin().await?;
        let deleted = self.delete_in(&mut tx, permit).await;
        tx.end(deleted).await
    }

    async fn delete_in(&self, tx: &mut Writing, permit: &Permit) -> Result<SecretEntry> {
        let caller = permit.caller();
        let loaded = self.use_permit(tx, permit, &[Operation::OwnSecret]).await?;
        let entry = self.entry(tx, &loaded.secret, &loaded.org.name).await?;
        let mut secret = loaded.secret;
        for mut row in tx.repositories_using(&secret.row.id).await? {
            self.check_row(tx, &row).await?;
            self.unlink_repository(tx, caller, &mut row, "the secret was deleted").await?;
        }
        tx.shred_secret_versions(secret.id()).await?;
        tx.set_secret_projects(secret.id(), &[]).await?;
        tx.set_access(AccessTable::Secrets, secret.id(), &[]).await?;
        secret.projects.clear();
        secret.access.clear();
        secret.row.deleted = 1;
        secret.row.public_key = None;
        self.update_secret(tx, &mut secret).await?;
        self.audit_secret(tx, caller, "DELETE", &secret, &loaded.org.name).await?;
        Ok(entry)
    }

    /// The organization and the projects of a new secret, if the caller may create it there.
    async fn check_create(
        &self,
        caller: &Caller,
        org: &str,
        projects: &[String],
    ) -> Result<(OrgRow, Vec<LinkedProject>)> {
        let mut read = self.read_rows().await?;
        let asker = self.asker(&mut read, caller).await?;
        let org = self.org_row(&mut read, org).await?;
        let target = Target::Org(org.id.parse()?);
        let mut checked = self.require_org(&asker, Operation::CreateSecret, &org).map_err(|error| (error, target));
        let mut rows = Vec::with_capacity(projects.len());
        if checked.is_ok() {
            for name in projects {
                let row = self.project_row(&mut read, &org, name).await?;
                let target = Target::Project(row.row.id.parse()?);
                checked = self
                    .require_project(&asker, Operation::ScopeToProject, &row, &org)
                    .map_err(|error| (error, target));
                if checked.is_err() {
                    break;
                }
                rows.push(row);
            }
        }
        read.finish().await?;
        if let Err((error, target)) = checked {
            self.record_refusal(caller, Operation::CreateSecret, target, &error).await;
            return Err(error);
        }
        Ok((org, rows))
    }

    /// Checks a value and brings it into the form that is sealed.
    pub(super) async fn ready(&self, value: NewValue) -> Result<Ready> {
        let ready = match value {
            NewValue::Data(bytes) => {
                #[expect(clippy::disallowed_methods, reason = "the value is about to be sealed")]
                let bytes = Zeroizing::new(bytes.expose().clone());
                Ready { kind: SecretKind::Data, bytes, public_key: None }
            }
            NewValue::UsernamePassword { username, password } => {
                if username.is_empty() {
                    return Err(Error::Invalid("the user name is empty".to_owned()));
                }
                let bytes = value::credentials(&username, &password)?;
                Ready { kind: SecretKind::UsernamePassword, bytes, public_key: None }
            }
            NewValue::KeyPair { private, public } => {
                let public = keypair::public_key(&private, public.as_deref())?;
                let bytes = value::key_pair(&public, &private)?;
                Ready { kind: SecretKind::KeyPair, bytes, public_key: Some(public) }
            }
            NewValue::LockedKeyPair { private, passphrase, public } => {
                let opened = self.slow(move || keypair::unlock(&private, &passphrase, public.as_deref())).await??;
                let bytes = value::key_pair(&opened.0, &opened.1)?;
                Ready { kind: SecretKind::KeyPair, bytes, public_key: Some(opened.0) }
            }
            NewValue::Generate(key_type) => {
                let (public, private) = self.slow(move || keypair::generate(key_type)).await??;
                let bytes = value::key_pair(&public, &private)?;
                Ready { kind: SecretKind::KeyPair, bytes, public_key: Some(public) }
            }
        };
        let (size, limit) = (ready.bytes.len(), self.inner.options.max_value);
        if size > limit { Err(Error::TooLarge { size, limit }) } else { Ok(ready) }
    }

    /// Seals a value as a version of a secret, under the key that is in force.
    pub(super) async fn seal_version(
        &self,
        id: &str,
        number: i64,
        ready: &Ready,
        password: Option<&SecretString>,
        caller: &Caller,
    ) -> Result<SecretVersionRow> {
        let ring = self.ring();
        let kek = ring.current()?;
        let kind = ready.kind;
        let record = match password {
            None => {
                let identity = Identity { secret_id: id, version: number, kind: kind.as_str() };
                seal_record(kek, identity, None, &ready.bytes)?
            }
            Some(password) => {
                let (ring, id) = (Arc::clone(&ring), id.to_owned());
                let (password, bytes) = (password.clone_secret(), ready.bytes.clone());
                self.slow(move || {
                    let identity = Identity { secret_id: &id, version: number, kind: kind.as_str() };
                    seal_record(ring.current()?, identity, Some((&password, Cost::NEW)), &bytes)
                })
                .await??
            }
        };
        let mut version = SecretVersionRow {
            secret_id: id.to_owned(),
            version: number,
            kind: Some(kind.to_string()),
            kek_id: kek.id.clone(),
            wrapped_key: Some(record.wrapped_key),
            digest: Sha256::digest(&record.payload).to_vec(),
            payload: record.payload,
            created_at: now(),
            created_by: caller.actor().id_text(),
            mac: Vec::new(),
        };
        version.mac = kek.mac(&version_fields(&SecretVersionHead::from(&version)));
        Ok(version)
    }
}

#[cfg(feature = "bench")]
impl Store {
    /// Creates many small secrets at once, in few transactions.
    ///
    /// # Errors
    /// As [`Store::create_secret`].
    pub async fn bench_fill(&self, caller: &Caller, org: &str, count: usize) -> Result<()> {
        let (org, _) = self.check_create(caller, org, &[]).await?;
        for chunk in (0..count).collect::<Vec<_>>().chunks(1000) {
            let mut tx = self.begin().await?;
            for n in chunk {
                let value = SecretBytes::new(b"x".to_vec());
                let ready = self.ready(NewValue::Data(value)).await?;
                let row = SecretRow {
                    id: SecretId::new().to_string(),
                    org_id: org.id.clone(),
                    name: format!("secret-{n:06}"),
                    kind: SecretKind::Data.to_string(),
                    protection: Protection::ServerKey.to_string(),
                    visibility: crate::model::Visibility::Private.to_string(),
                    owner_id: caller.actor().id().map(|id| id.to_string()),
                    public_key: None,
                    current_version: 1,
                    closed: 0,
                    deleted: 0,
                    expires_at: None,
                    created_at: now(),
                    updated_at: now(),
                    counter: 0,
                    kek_id: String::new(),
                    mac: Vec::new(),
                };
                let mut secret = LinkedSecret { row, projects: Vec::new(), access: Vec::new() };
                let version = self.seal_version(&secret.row.id, 1, &ready, None, caller).await?;
                self.create_in(&mut tx, caller, &org, &mut secret, &version).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }
}
