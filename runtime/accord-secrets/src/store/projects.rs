//! Projects.

use std::collections::HashMap;

use accord_store::{OrgRow, ProjectRow, Session};
use serde_json::json;

use super::orgs::taken;
use super::people::owner;
use super::{Store, Writing, now};
use crate::access::{Caller, Permit};
use crate::mac::{Gone, LinkedProject};
use crate::model::{PlaceChange, Project, ProjectId, Target, Visibility};
use crate::names::check_name;
use crate::permissions::Operation;
use crate::{Error, Result};

impl Store {
    /// Creates a public project in an organization, with a key of its own, owned by the caller.
    ///
    /// # Errors
    /// The name is invalid or taken; no such organization; the caller is no member of it.
    pub async fn create_project(&self, caller: &Caller, org: &str, name: &str) -> Result<Project> {
        self.create_project_with(caller, org, name, Visibility::Public).await
    }

    /// As [`Store::create_project`], of this visibility.
    ///
    /// # Errors
    /// As [`Store::create_project`].
    pub async fn create_project_with(
        &self,
        caller: &Caller,
        org: &str,
        name: &str,
        visibility: Visibility,
    ) -> Result<Project> {
        check_name("project", name)?;
        let target = self.find_org(org).await?;
        self.permit(caller, Operation::CreateProject, target).await?;
        let mut tx = self.begin().await?;
        let made = self.create_project_in(&mut tx, caller, org, name, visibility).await;
        tx.end(made).await
    }

    async fn create_project_in(
        &self,
        tx: &mut Writing,
        caller: &Caller,
        org: &str,
        name: &str,
        visibility: Visibility,
    ) -> Result<Project> {
        let org = self.org_row(tx, org).await?;
        let row = ProjectRow {
            id: ProjectId::new().to_string(),
            org_id: org.id.clone(),
            name: name.to_owned(),
            visibility: visibility.to_string(),
            owner_id: caller.actor().id().map(|id| id.to_string()),
            created_at: now(),
            counter: 0,
            kek_id: String::new(),
            mac: Vec::new(),
        };
        let mut made = LinkedProject { row, access: Vec::new() };
        self.stamp(&mut made)?;
        taken(tx.insert_project(&made.row).await, "Project", name)?;
        self.insert_scope_key(tx, super::state::PROJECT, &made.row.id).await?;
        let details = json!({"orgId": org.id, "orgName": org.name, "name": name, "visibility": visibility});
        self.record(tx, caller, "CREATE", &made, details).await?;
        project(tx, &made.row, &org.name).await
    }

    /// The projects (of one organization) that the caller may know of, by name.
    ///
    /// # Errors
    /// [`Error::OrgNotFound`]; the database cannot be used, or was changed outside of Accord.
    pub async fn list_projects(&self, caller: &Caller, org: Option<&str>) -> Result<Vec<Project>> {
        let mut read = self.read().await?;
        let asker = self.asker(&mut read, caller).await?;
        let only = match org {
            Some(name) => {
                let row = self.org_row(&mut read, name).await?;
                self.require_org(&asker, Operation::ReadOrg, &row)?;
                Some(row.id)
            }
            None => None,
        };
        let mut orgs = HashMap::new();
        for row in read.orgs().await? {
            self.check_mac(&row)?;
            orgs.insert(row.id.clone(), row);
        }
        let mut access: HashMap<String, Vec<(String, String)>> = HashMap::new();
        for (project, team, level) in read.all_access(accord_store::AccessTable::Projects).await? {
            access.entry(project).or_default().push((team, level));
        }
        let mut projects = Vec::new();
        for row in read.projects(only.as_deref()).await? {
            let access = access.remove(&row.id).unwrap_or_default();
            let found = LinkedProject { row, access };
            self.check_mac(&found)?;
            let Some(org) = orgs.get(&found.row.org_id) else { continue };
            if asker.project(&found, org).level.is_some() {
                projects.push(project(&mut read, &found.row, &org.name).await?);
            }
        }
        read.finish().await?;
        Ok(projects)
    }

    /// The project of that name in an organization.
    ///
    /// # Errors
    /// [`Error::OrgNotFound`], [`Error::ProjectNotFound`] if there is none or the caller may not
    /// know of it.
    pub async fn project(&self, caller: &Caller, org: &str, name: &str) -> Result<Project> {
        let mut read = self.read().await?;
        let asker = self.asker(&mut read, caller).await?;
        let org = self.org_row(&mut read, org).await?;
        let found = self.project_row(&mut read, &org, name).await?;
        self.require_project(&asker, Operation::ReadProject, &found, &org)?;
        let project = project(&mut read, &found.row, &org.name).await?;
        read.finish().await?;
        Ok(project)
    }

    /// Renames a project or changes its visibility.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ChangeProject`] is needed) or no more valid;
    /// the name is invalid or taken.
    pub async fn change_project(&self, permit: &Permit, change: PlaceChange) -> Result<Project> {
        change.check("project")?;
        let mut tx = self.begin().await?;
        let changed = self.change_project_in(&mut tx, permit, change).await;
        tx.end(changed).await
    }

    async fn change_project_in(&self, tx: &mut Writing, permit: &Permit, change: PlaceChange) -> Result<Project> {
        let (mut found, org) = self.permitted_project(tx, permit, Operation::ChangeProject).await?;
        let before = json!({"name": found.row.name, "visibility": found.row.visibility});
        change.apply(&mut found.row.name, &mut found.row.visibility);
        self.write_project(tx, permit.caller(), "UPDATE", &mut found, &org, json!({"before": before})).await?;
        project(tx, &found.row, &org.name).await
    }

    /// Gives a project to another user.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::OwnProject`] is needed) or no more valid;
    /// there is no such user.
    pub async fn give_project(&self, permit: &Permit, user: &str) -> Result<Project> {
        let mut tx = self.begin().await?;
        let given = self.give_project_in(&mut tx, permit, user).await;
        tx.end(given).await
    }

    async fn give_project_in(&self, tx: &mut Writing, permit: &Permit, user: &str) -> Result<Project> {
        let (mut found, org) = self.permitted_project(tx, permit, Operation::OwnProject).await?;
        let user = self.user_row(tx, user).await?;
        found.row.owner_id = Some(user.id);
        self.write_project(tx, permit.caller(), "UPDATE", &mut found, &org, json!({"owner": user.name})).await?;
        project(tx, &found.row, &org.name).await
    }

    /// Deletes a project with its repositories, its key and all that was encrypted with it. Secrets
    /// that were linked to no other project are closed.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::OwnProject`] is needed) or no more valid.
    pub async fn delete_project(&self, permit: &Permit) -> Result<()> {
        let mut tx = self.begin().await?;
        let deleted = self.delete_project_in(&mut tx, permit).await;
        tx.end(deleted).await
    }

    async fn delete_project_in(&self, tx: &mut Writing, permit: &Permit) -> Result<()> {
        let (mut found, org) = self.permitted_project(tx, permit, Operation::OwnProject).await?;
        let (caller, id) = (permit.caller(), found.row.id.clone());
        let secrets = self.unlink_secrets_of_project(tx, caller, &id).await?;
        for row in tx.repositories(Some(&id)).await? {
            self.check_row(tx, &row).await?;
            tx.delete_repository(&row.id).await?;
            self.record(tx, caller, "DELETE", &Gone(&row), json!({"projectId": id, "name": row.name})).await?;
        }
        tx.set_access(accord_store::AccessTable::Projects, &id, &[]).await?;
        found.access.clear();
        tx.delete_scope_keys(super::state::PROJECT, &id).await?;
        tx.delete_project(&id).await?;
        let closed: Vec<_> = secrets.iter().filter(|secret| secret.closed).map(|secret| &secret.name).collect();
        let details = json!({"orgId": org.id, "orgName": org.name, "name": found.row.name, "closedSecrets": closed});
        self.record(tx, caller, "DELETE", &Gone(&found), details).await
    }

    /// The project's records by its name, checked.
    pub(super) async fn project_row(&self, session: &mut Session, org: &OrgRow, name: &str) -> Result<LinkedProject> {
        let found = session.project_by_name(&org.id, name).await?;
        let row = found.ok_or_else(|| self.no_project(&org.name, name))?;
        self.complete_project(session, row).await
    }

    pub(super) fn no_project(&self, org: &str, name: &str) -> Error {
        Error::ProjectNotFound { org: org.to_owned(), name: name.to_owned(), store: self.place().to_owned() }
    }

    pub(super) async fn permitted_project(
        &self,
        session: &mut Session,
        permit: &Permit,
        operation: Operation,
    ) -> Result<(LinkedProject, OrgRow)> {
        self.expect_operation(permit, &[operation])?;
        let Target::Project(id) = permit.target() else {
            return Err(Error::Invalid("the permit is not about a project".to_owned()));
        };
        self.check(session, permit.caller(), operation, permit.target()).await?;
        self.load_project(session, id).await
    }

    /// Writes a changed project, and records it.
    pub(super) async fn write_project(
        &self,
        tx: &mut Writing,
        caller: &Caller,
        action: &'static str,
        project: &mut LinkedProject,
        org: &OrgRow,
        mut details: serde_json::Value,
    ) -> Result<()> {
        self.stamp(project)?;
        taken(tx.update_project(&project.row).await, "Project", &project.row.name)?;
        if let Some(details) = details.as_object_mut() {
            details.insert("orgId".to_owned(), org.id.clone().into());
            details.insert("orgName".to_owned(), org.name.clone().into());
            details.insert("name".to_owned(), project.row.name.clone().into());
            details.insert("visibility".to_owned(), project.row.visibility.clone().into());
        }
        self.record(tx, caller, action, project, details).await
    }
}

pub(super) async fn project(session: &mut Session, row: &ProjectRow, org_name: &str) -> Result<Project> {
    Ok(Project {
        id: row.id.parse()?,
        name: row.name.clone(),
        org_id: row.org_id.parse()?,
        org_name: org_name.to_owned(),
        visibility: row.visibility.parse()?,
        owner: owner(session, row.owner_id.as_deref()).await?,
        created_at: row.created_at,
    })
}
