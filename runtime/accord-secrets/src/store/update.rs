//! Changes of a secret's metadata: they need no value, so that they take as long for ten megabytes
//! as for one byte.

use serde_json::json;

use super::check::Loaded;
use super::orgs::taken;
use super::{Store, Writing};
use crate::Result;
use crate::access::{Caller, Permit};
use crate::audit::{Entry, Outcome};
use crate::mac::LinkedSecret;
use crate::model::{SecretEntry, Visibility};
use crate::names::check_name;
use crate::permissions::Operation;

/// What becomes of a secret's metadata; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct SecretChange {
    /// A new name.
    pub name: Option<String>,
    /// Who may know of it.
    pub visibility: Option<Visibility>,
    /// From then on its value goes to nobody: microseconds since 1970 (UTC), or never.
    pub expires_at: Option<Option<i64>>,
}

/// What becomes of a secret's links to projects of its organization, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkChange {
    /// These and no others; none opens the secret to all of its readers.
    Set(Vec<String>),
    /// These too.
    Add(Vec<String>),
    /// These no more; with the last one the secret is open to all of its readers.
    Remove(Vec<String>),
}

impl Store {
    /// Renames a secret, changes its visibility or its expiry.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ChangeSecret`] is needed) or no more valid;
    /// the name is invalid or taken.
    pub async fn update_secret_metadata(&self, permit: &Permit, change: SecretChange) -> Result<SecretEntry> {
        change.name.as_deref().map_or(Ok(()), |name| check_name("secret", name))?;
        let mut tx = self.begin().await?;
        let changed = self.change_metadata_in(&mut tx, permit, change).await;
        tx.end(changed).await
    }

    async fn change_metadata_in(&self, tx: &mut Writing, permit: &Permit, change: SecretChange) -> Result<SecretEntry> {
        let Loaded { mut secret, org } = self.use_permit(tx, permit, &[Operation::ChangeSecret]).await?;
        let row = &mut secret.row;
        if let Some(name) = change.name {
            row.name = name;
        }
        if let Some(visibility) = change.visibility {
            row.visibility = visibility.to_string();
        }
        if let Some(expires_at) = change.expires_at {
            row.expires_at = expires_at;
        }
        self.update_secret(tx, &mut secret).await?;
        self.audit_secret(tx, permit.caller(), "UPDATE", &secret, &org.name).await?;
        self.entry(tx, &secret, &org.name).await
    }

    /// Gives a secret to another user.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::OwnSecret`] is needed) or no more valid;
    /// there is no such user.
    pub async fn give_secret(&self, permit: &Permit, user: &str) -> Result<SecretEntry> {
        let mut tx = self.begin().await?;
        let given = self.give_secret_in(&mut tx, permit, user).await;
        tx.end(given).await
    }

    async fn give_secret_in(&self, tx: &mut Writing, permit: &Permit, user: &str) -> Result<SecretEntry> {
        let Loaded { mut secret, org } = self.use_permit(tx, permit, &[Operation::OwnSecret]).await?;
        secret.row.owner_id = Some(self.user_row(tx, user).await?.id);
        self.update_secret(tx, &mut secret).await?;
        self.audit_secret(tx, permit.caller(), "UPDATE", &secret, &org.name).await?;
        self.entry(tx, &secret, &org.name).await
    }

    /// Changes a secret's links to projects. A closed secret is closed no more.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::LinkProjects`] is needed) or no more valid;
    /// there is no such project in the secret's organization, or the caller may not use it.
    pub async fn link_projects(&self, permit: &Permit, change: LinkChange) -> Result<SecretEntry> {
        let mut tx = self.begin().await?;
        let linked = self.link_projects_in(&mut tx, permit, change).await;
        tx.end(linked).await
    }

    async fn link_projects_in(&self, tx: &mut Writing, permit: &Permit, change: LinkChange) -> Result<SecretEntry> {
        let Loaded { mut secret, org } = self.use_permit(tx, permit, &[Operation::LinkProjects]).await?;
        let asker = self.asker(tx, permit.caller()).await?;
        let (LinkChange::Set(names) | LinkChange::Add(names) | LinkChange::Remove(names)) = &change;
        let mut ids = Vec::with_capacity(names.len());
        for name in names {
            let project = self.project_row(tx, &org, name).await?;
            let kept = secret.projects.contains(&project.row.id);
            if !kept && !matches!(change, LinkChange::Remove(_)) {
                self.require_project(&asker, Operation::ScopeToProject, &project, &org)?;
            }
            ids.push(project.row.id);
        }
        match change {
            LinkChange::Set(_) => secret.projects = ids,
            LinkChange::Add(_) => secret.projects.extend(ids),
            LinkChange::Remove(_) => secret.projects.retain(|id| !ids.contains(id)),
        }
        secret.projects.sort_unstable();
        secret.projects.dedup();
        secret.row.closed = 0;
        tx.set_secret_projects(&secret.row.id, &secret.projects).await?;
        self.update_secret(tx, &mut secret).await?;
        self.audit_secret(tx, permit.caller(), "UPDATE", &secret, &org.name).await?;
        self.entry(tx, &secret, &org.name).await
    }

    /// Writes a changed secret, with a new counter and code.
    pub(super) async fn update_secret(&self, tx: &mut Writing, secret: &mut LinkedSecret) -> Result<()> {
        secret.row.updated_at = super::now();
        self.stamp(secret)?;
        taken(tx.update_secret(&secret.row).await, "Secret", &secret.row.name)
    }

    pub(super) async fn audit_secret(
        &self,
        tx: &mut Writing,
        caller: &Caller,
        action: &'static str,
        secret: &LinkedSecret,
        org_name: &str,
    ) -> Result<()> {
        let row = &secret.row;
        let mut details = json!({
            "orgId": row.org_id, "orgName": org_name, "name": row.name, "type": row.kind,
            "visibility": row.visibility, "projects": secret.projects, "version": row.current_version,
        });
        if let Some(details) = details.as_object_mut() {
            if row.closed != 0 {
                details.insert("closed".to_owned(), true.into());
            }
            if !secret.access.is_empty() {
                details.insert("access".to_owned(), json!(secret.access));
            }
        }
        let entry =
            Entry { action, object: "SECRET", target_id: &row.id, outcome: Outcome::Ok, details, anchor: Some(secret) };
        self.audit(tx, caller, entry).await
    }
}
