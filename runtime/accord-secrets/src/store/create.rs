//! The beginning and the end of a secret.

use accord_store::{ProjectRow, SecretRow, SecretVersionRow, Tx};
use accord_value::SecretString;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{Store, now};
use crate::access::{Caller, Permit};
use crate::audit::{Entry, Outcome};
use crate::keypair;
use crate::mac::{LinkedSecret, Metadata as _, version_fields};
use crate::model::{
    Created, NewSecret, NewValue, Protection, SecretEntry, SecretId, SecretKind, StorePassword, Target,
};
use crate::names::check_name;
use crate::permissions::Operation;
use crate::seal::password::Cost;
use crate::seal::record::{Identity, Record, seal_record};
use crate::{Error, Result, passwords, value};

/// A value that is ready to be sealed.
pub(super) struct Ready {
    pub(super) kind: SecretKind,
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(super) public_key: Option<String>,
}

impl Store {
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
        let kek = self.inner.ring.current()?;
        let id = SecretId::new().to_string();
        let row = SecretRow {
            id: id.clone(),
            org_id: org.id.clone(),
            name: new.name.clone(),
            kind: ready.kind.to_string(),
            protection: if password.is_some() { Protection::Password } else { Protection::ServerKey }.to_string(),
            visibility: new.visibility.to_string(),
            owner_id: caller.actor().id().map(|id| id.to_string()),
            public_key: ready.public_key,
            current_version: 1,
            closed: 0,
            deleted: 0,
            expires_at: None,
            created_at: now,
            updated_at: now,
            counter: 1,
            kek_id: kek.id.clone(),
            mac: Vec::new(),
        };
        let record = self.seal_version(&id, 1, ready.kind, password, ready.bytes).await?;
        let mut version = SecretVersionRow {
            secret_id: id,
            version: 1,
            kek_id: kek.id.clone(),
            wrapped_key: Some(record.wrapped_key),
            digest: Sha256::digest(&record.payload).to_vec(),
            payload: record.payload,
            created_at: now,
            created_by: caller.actor().id_text(),
            mac: Vec::new(),
        };
        version.mac = kek.mac(&version_fields(&version));
        let mut ids: Vec<String> = projects.into_iter().map(|project| project.id).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut secret = LinkedSecret { row, projects: ids };
        secret.row.mac = kek.mac(&secret.fields());

        let mut tx = self.inner.database.begin().await?;
        match tx.insert_secret(&secret.row).await {
            Err(accord_store::Error::Exists(_)) => {
                tx.rollback().await?;
                return Err(Error::AlreadyExists { what: "Secret", name: new.name });
            }
            other => other?,
        }
        tx.set_secret_projects(secret.id(), &secret.projects).await?;
        tx.insert_secret_version(&version).await?;
        tx.count_wrap(&kek.id).await?;
        self.audit_secret(&mut tx, caller, "CREATE", &secret, &org.name).await?;
        let entry = self.entry(&mut tx, &secret, &org.name).await?;
        tx.commit().await?;
        Ok(Created { entry, generated_password: generated })
    }

    /// Deletes a secret: the data keys of all its versions go first, and its name is free again.
    ///
    /// # Errors
    /// The permit is for another operation, or the secret has changed so that it allows no more.
    pub async fn delete(&self, permit: &Permit) -> Result<SecretEntry> {
        let caller = permit.caller();
        let mut tx = self.inner.database.begin().await?;
        let loaded = self.use_permit(&mut tx, permit, &[Operation::OwnSecret]).await?;
        let entry = self.entry(&mut tx, &loaded.secret, &loaded.org.name).await?;
        let mut secret = loaded.secret;
        tx.shred_secret_versions(secret.id()).await?;
        tx.set_secret_projects(secret.id(), &[]).await?;
        secret.projects.clear();
        secret.row.deleted = 1;
        secret.row.public_key = None;
        self.update_secret(&mut tx, &mut secret).await?;
        self.audit_secret(&mut tx, caller, "DELETE", &secret, &loaded.org.name).await?;
        tx.commit().await?;
        Ok(entry)
    }

    /// Writes a changed secret, with a new counter and code.
    pub(super) async fn update_secret(&self, tx: &mut Tx, secret: &mut LinkedSecret) -> Result<()> {
        let kek = self.inner.ring.current()?;
        let tampered = || Error::Tampered { what: "a secret".to_owned(), problem: "its counter is at its end" };
        secret.row.counter = secret.row.counter.checked_add(1).ok_or_else(tampered)?;
        secret.row.updated_at = now();
        secret.row.kek_id = kek.id.clone();
        secret.row.mac = kek.mac(&secret.fields());
        Ok(tx.update_secret(&secret.row).await?)
    }

    pub(super) async fn audit_secret(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        action: &'static str,
        secret: &LinkedSecret,
        org_name: &str,
    ) -> Result<()> {
        let row = &secret.row;
        let details = json!({
            "orgId": row.org_id, "orgName": org_name, "name": row.name, "type": row.kind,
            "visibility": row.visibility, "projects": secret.projects, "version": row.current_version,
        });
        let entry =
            Entry { action, object: "SECRET", target_id: &row.id, outcome: Outcome::Ok, details, anchor: Some(secret) };
        self.audit(tx, caller, entry).await
    }

    /// The organization and the projects of a new secret, if the caller may create it there.
    async fn check_create(
        &self,
        caller: &Caller,
        org: &str,
        projects: &[String],
    ) -> Result<(accord_store::OrgRow, Vec<ProjectRow>)> {
        let mut read = self.inner.database.read().await?;
        let org = self.org_row(&mut read, org).await?;
        let target = Target::Org(org.id.parse()?);
        let mut checked = self.require_org(caller, Operation::CreateSecret, &org).map_err(|error| (error, target));
        let mut rows = Vec::with_capacity(projects.len());
        if checked.is_ok() {
            for name in projects {
                let row = self.project_row(&mut read, &org, name).await?;
                let target = Target::Project(row.id.parse()?);
                checked = self
                    .require_project(caller, Operation::ScopeToProject, &row, &org)
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
            NewValue::Generate(key_type) => {
                let (public, private) = self.slow(move || keypair::generate(key_type)).await??;
                let bytes = value::key_pair(&public, &private)?;
                Ready { kind: SecretKind::KeyPair, bytes, public_key: Some(public) }
            }
        };
        let (size, limit) = (ready.bytes.len(), self.inner.options.max_value);
        if size > limit { Err(Error::TooLarge { size, limit }) } else { Ok(ready) }
    }

    pub(super) async fn seal_version(
        &self,
        id: &str,
        version: i64,
        kind: SecretKind,
        password: Option<SecretString>,
        bytes: Zeroizing<Vec<u8>>,
    ) -> Result<Record> {
        let identity = Identity { secret_id: id, version, kind: kind.as_str() };
        if password.is_none() {
            return seal_record(self.inner.ring.current()?, identity, None, &bytes);
        }
        let (store, id) = (self.clone(), id.to_owned());
        self.slow(move || {
            let identity = Identity { secret_id: &id, version, kind: kind.as_str() };
            let password = password.as_ref().map(|password| (password, Cost::NEW));
            seal_record(store.inner.ring.current()?, identity, password, &bytes)
        })
        .await?
    }
}
