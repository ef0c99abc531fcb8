//! Repositories of projects, and the secrets that give access to them.

use accord_store::{OrgRow, RepositoryRow, Session};
use serde_json::json;

use super::check::Loaded;
use super::orgs::taken;
use super::{Store, Writing, now};
use crate::access::{Caller, Permit};
use crate::mac::{Gone, LinkedProject};
use crate::names::check_name;
use crate::people::{Repository, RepositoryId, RepositorySettings};
use crate::permissions::Operation;
use crate::{Error, Result};

impl Store {
    /// The repositories of a project, by name.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ReadRepositories`] is needed) or no more
    /// valid; a record was changed outside of Accord.
    pub async fn list_repositories(&self, permit: &Permit) -> Result<Vec<Repository>> {
        let mut read = self.read().await?;
        let (project, _) = self.permitted_project(&mut read, permit, Operation::ReadRepositories).await?;
        let mut found = Vec::new();
        for row in read.repositories(Some(&project.row.id)).await? {
            self.check_row(&mut read, &row).await?;
            found.push(repository(&mut read, &row).await?);
        }
        read.finish().await?;
        Ok(found)
    }

    /// Adds a repository to a project.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ChangeRepositories`] is needed) or no more
    /// valid; the name is invalid or taken, the address is empty; there is no such secret in the
    /// project's organization, or the caller may not use it here.
    pub async fn add_repository(&self, permit: &Permit, settings: RepositorySettings) -> Result<Repository> {
        let mut tx = self.begin().await?;
        let added = self.put_repository(&mut tx, permit, None, settings).await;
        tx.end(added).await
    }

    /// Makes a repository what the settings say.
    ///
    /// # Errors
    /// As [`Store::add_repository`]; [`Error::RepositoryNotFound`].
    pub async fn change_repository(
        &self,
        permit: &Permit,
        name: &str,
        settings: RepositorySettings,
    ) -> Result<Repository> {
        let mut tx = self.begin().await?;
        let changed = self.put_repository(&mut tx, permit, Some(name), settings).await;
        tx.end(changed).await
    }

    async fn put_repository(
        &self,
        tx: &mut Writing,
        permit: &Permit,
        existing: Option<&str>,
        settings: RepositorySettings,
    ) -> Result<Repository> {
        check_name("repository", &settings.name)?;
        let (project, org) = self.permitted_project(tx, permit, Operation::ChangeRepositories).await?;
        let before = match existing {
            Some(name) => Some(self.repository_row(tx, &project, name).await?),
            None => None,
        };
        if settings.url.trim().is_empty() {
            return Err(Error::Invalid("the repository has no address: give its URL".to_owned()));
        }
        let secret = match &settings.secret {
            Some(name) => Some(self.repository_secret(tx, permit.caller(), &project, &org, name).await?),
            None => None,
        };
        let details = json!({
            "orgName": org.name, "projectId": project.row.id, "projectName": project.row.name, "name": settings.name,
            "url": settings.url, "secret": settings.secret,
        });
        let mut row = RepositoryRow {
            id: before.as_ref().map_or_else(|| RepositoryId::new().to_string(), |before| before.id.clone()),
            project_id: project.row.id,
            name: settings.name,
            url: settings.url,
            branch: settings.branch,
            commit_id: settings.commit_id,
            path: settings.path,
            secret_id: secret,
            created_at: before.as_ref().map_or_else(now, |before| before.created_at),
            counter: before.as_ref().map_or(0, |before| before.counter),
            kek_id: String::new(),
            mac: Vec::new(),
        };
        self.stamp(&mut row)?;
        let (done, action) = match before {
            Some(_) => (tx.update_repository(&row).await, "UPDATE"),
            None => (tx.insert_repository(&row).await, "CREATE"),
        };
        taken(done, "Repository", &row.name)?;
        self.record(tx, permit.caller(), action, &row, details).await?;
        repository(tx, &row).await
    }

    /// Removes a repository from its project.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ChangeRepositories`] is needed) or no more
    /// valid; [`Error::RepositoryNotFound`].
    pub async fn remove_repository(&self, permit: &Permit, name: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        let removed = self.remove_repository_in(&mut tx, permit, name).await;
        tx.end(removed).await
    }

    async fn remove_repository_in(&self, tx: &mut Writing, permit: &Permit, name: &str) -> Result<()> {
        let (project, _) = self.permitted_project(tx, permit, Operation::ChangeRepositories).await?;
        let row = self.repository_row(tx, &project, name).await?;
        tx.delete_repository(&row.id).await?;
        let details = json!({"projectId": project.row.id, "name": name});
        self.record(tx, permit.caller(), "DELETE", &Gone(&row), details).await
    }

    /// The secret that a repository is to use, if the caller may use it here.
    async fn repository_secret(
        &self,
        tx: &mut Writing,
        caller: &Caller,
        project: &LinkedProject,
        org: &OrgRow,
        name: &str,
    ) -> Result<String> {
        let asker = self.asker(tx, caller).await?;
        let row = tx.secret_by_name(&org.id, name).await?;
        let row = row.ok_or_else(|| self.no_secret(&org.name, name, false))?;
        let loaded: Loaded = self.complete(tx, row, Some(org.clone())).await?;
        let id = loaded.secret.row.id.clone();
        let checked = self.require_secret(&asker, Operation::UseInRepository, id.parse()?, &loaded);
        checked.map_err(|error| self.by_names(error, &org.name, name))?;
        let projects = &loaded.secret.projects;
        if loaded.secret.row.closed != 0 {
            return Err(Error::Closed { name: name.to_owned() });
        }
        if !projects.is_empty() && !projects.contains(&project.row.id) {
            return Err(Error::ProjectScoped { name: name.to_owned(), in_process: true });
        }
        Ok(id)
    }

    async fn repository_row(&self, tx: &mut Writing, project: &LinkedProject, name: &str) -> Result<RepositoryRow> {
        let found = tx.repositories(Some(&project.row.id)).await?.into_iter().find(|row| row.name == name);
        let row = found.ok_or_else(|| Error::RepositoryNotFound { name: name.to_owned() })?;
        self.check_row(tx, &row).await?;
        Ok(row)
    }

    /// Takes the secret away from a repository, and records it.
    pub(super) async fn unlink_repository(
        &self,
        tx: &mut Writing,
        caller: &Caller,
        row: &mut RepositoryRow,
        reason: &str,
    ) -> Result<()> {
        row.secret_id = None;
        self.stamp(row)?;
        tx.update_repository(row).await?;
        let details = json!({"projectId": row.project_id, "name": row.name, "secret": null, "reason": reason});
        self.record(tx, caller, "UPDATE", row, details).await
    }
}

async fn repository(session: &mut Session, row: &RepositoryRow) -> Result<Repository> {
    let secret_name = match &row.secret_id {
        Some(id) => session.secret(id).await?.map(|secret| secret.name),
        None => None,
    };
    Ok(Repository {
        id: row.id.parse()?,
        project_id: row.project_id.parse()?,
        name: row.name.clone(),
        url: row.url.clone(),
        branch: row.branch.clone(),
        commit_id: row.commit_id.clone(),
        path: row.path.clone(),
        secret_name,
    })
}
