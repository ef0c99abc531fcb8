//! Secrets and projects that move to another organization: what goes with them, and what falls away.
//!
//! Nothing of this needs a value. What falls away is told before (`preview_…`) and after, by the same
//! code.

use accord_store::{AccessTable, OrgRow, RepositoryRow, Session};
use serde::Serialize;
use serde_json::json;

use super::check::Loaded;
use super::projects::project;
use super::{Store, Writing};
use crate::access::{Caller, Permit};
use crate::mac::LinkedProject;
use crate::model::{OrgId, Project, ProjectRef, SecretEntry};
use crate::people::TeamLevel;
use crate::permissions::{AccessLevel, Operation};
use crate::{Error, Result};

/// An organization, by id or by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrgRef {
    /// By its id.
    Id(OrgId),
    /// By its name.
    Name(String),
}

impl From<&str> for OrgRef {
    /// A name, or an id where no organization can have such a name.
    fn from(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Name(text.to_owned()), Self::Id)
    }
}

/// How a secret that had links to projects arrives, where its OWNER moves it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Arrival {
    /// Closed: its value goes to nobody until an OWNER links a project or opens it. Whoever is not an
    /// OWNER has no other choice.
    #[default]
    Closed,
    /// Open to all of its readers in the new organization.
    Open,
}

/// What a move takes away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MoveConsequences {
    /// Name of the organization that it leaves.
    pub from: String,
    /// Name of the organization that it goes to.
    pub to: String,
    /// Of a secret: the projects that it is linked to no more.
    pub projects: Vec<ProjectRef>,
    /// Repositories that lose their secret.
    pub repositories: Vec<UnlinkedRepository>,
    /// Of a project: secrets that are linked to it no more.
    pub secrets: Vec<UnlinkedSecret>,
    /// Levels of teams that end.
    pub access: Vec<TeamLevel>,
    /// Of a secret: it arrives closed.
    pub closed: bool,
}

/// A repository that loses its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnlinkedRepository {
    /// Name of its project.
    pub project: String,
    /// Its name.
    pub repository: String,
    /// Name of the secret.
    pub secret: String,
}

/// A secret that loses its link to a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnlinkedSecret {
    /// Its name.
    pub name: String,
    /// It was its last link: the secret is closed.
    pub closed: bool,
}

/// A move of a secret, checked and not yet done.
struct SecretMove {
    loaded: Loaded,
    to: OrgRow,
    repositories: Vec<RepositoryRow>,
    consequences: MoveConsequences,
}

/// A move of a project, checked and not yet done.
struct ProjectMove {
    project: LinkedProject,
    to: OrgRow,
    repositories: Vec<RepositoryRow>,
    consequences: MoveConsequences,
}

impl Store {
    /// What [`Store::move_secret`] would take away. Changes nothing.
    ///
    /// # Errors
    /// As [`Store::move_secret`].
    pub async fn preview_secret_move(
        &self,
        permit: &Permit,
        to: &OrgRef,
        arrival: Arrival,
    ) -> Result<MoveConsequences> {
        let mut read = self.read().await?;
        let planned = self.plan_secret_move(&mut read, permit, to, arrival).await;
        read.finish().await?;
        Ok(planned?.consequences)
    }

    /// Moves a secret to another organization. Its links to projects, its use by repositories and the
    /// levels of teams end; its value, versions and owner stay.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::MoveSecret`] is needed) or no more valid;
    /// there is no such organization, it is the secret's own, the caller is no member of it, or it has
    /// a secret of this name.
    pub async fn move_secret(
        &self,
        permit: &Permit,
        to: &OrgRef,
        arrival: Arrival,
    ) -> Result<(SecretEntry, MoveConsequences)> {
        let mut tx = self.begin().await?;
        let moved = self.move_secret_in(&mut tx, permit, to, arrival).await;
        tx.end(moved).await
    }

    async fn plan_secret_move(
        &self,
        session: &mut Session,
        permit: &Permit,
        to: &OrgRef,
        arrival: Arrival,
    ) -> Result<SecretMove> {
        let loaded = self.use_permit(session, permit, &[Operation::MoveSecret]).await?;
        let to = self.destination(session, permit.caller(), Operation::CreateSecret, &loaded.org, to).await?;
        let (secret, org) = (&loaded.secret, &loaded.org);
        if session.secret_by_name(&to.id, &secret.row.name).await?.is_some() {
            return Err(Error::AlreadyExists { what: "Secret", name: secret.row.name.clone() });
        }
        let asker = self.asker(session, permit.caller()).await?;
        let owner = asker.secret(secret, org).level == Some(AccessLevel::Owner);
        let open = owner && arrival == Arrival::Open;
        let mut projects = Vec::new();
        for id in &secret.projects {
            let name = session.project(id).await?.map(|row| row.name).unwrap_or_default();
            projects.push(ProjectRef { id: id.parse()?, name });
        }
        projects.sort_by(|a, b| a.name.cmp(&b.name));
        let mut repositories = Vec::new();
        let mut unlinked = Vec::new();
        for row in session.repositories_using(&secret.row.id).await? {
            self.check_row(session, &row).await?;
            let project = session.project(&row.project_id).await?.map(|row| row.name).unwrap_or_default();
            let secret = secret.row.name.clone();
            unlinked.push(UnlinkedRepository { project, repository: row.name.clone(), secret });
            repositories.push(row);
        }
        unlinked.sort_by(|a, b| (&a.project, &a.repository).cmp(&(&b.project, &b.repository)));
        let closed = if open { false } else { secret.row.closed != 0 || !secret.projects.is_empty() };
        let consequences = MoveConsequences {
            from: org.name.clone(),
            to: to.name.clone(),
            projects,
            repositories: unlinked,
            secrets: Vec::new(),
            access: self.team_levels(session, &secret.access).await?,
            closed,
        };
        Ok(SecretMove { loaded, to, repositories, consequences })
    }

    async fn move_secret_in(
        &self,
        tx: &mut Writing,
        permit: &Permit,
        to: &OrgRef,
        arrival: Arrival,
    ) -> Result<(SecretEntry, MoveConsequences)> {
        let planned = self.plan_secret_move(tx, permit, to, arrival).await?;
        let SecretMove { loaded, to, repositories, consequences } = planned;
        for mut row in repositories {
            self.unlink_repository(tx, permit.caller(), &mut row, "the secret moved to another organization").await?;
        }
        let mut secret = loaded.secret;
        tx.set_secret_projects(&secret.row.id, &[]).await?;
        tx.set_access(AccessTable::Secrets, &secret.row.id, &[]).await?;
        secret.projects.clear();
        secret.access.clear();
        secret.row.org_id = to.id;
        secret.row.closed = i64::from(consequences.closed);
        self.update_secret(tx, &mut secret).await?;
        self.audit_secret(tx, permit.caller(), "MOVE", &secret, &to.name).await?;
        let entry = self.entry(tx, &secret, &to.name).await?;
        Ok((entry, consequences))
    }

    /// What [`Store::move_project`] would take away. Changes nothing.
    ///
    /// # Errors
    /// As [`Store::move_project`].
    pub async fn preview_project_move(&self, permit: &Permit, to: &OrgRef) -> Result<MoveConsequences> {
        let mut read = self.read().await?;
        let planned = self.plan_project_move(&mut read, permit, to).await;
        read.finish().await?;
        Ok(planned?.consequences)
    }

    /// Moves a project to another organization. Secrets of the old one are linked to it and used by
    /// its repositories no more, and those that had no other link are closed; the levels of teams end;
    /// its key, its repositories and its owner stay.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::MoveProject`] is needed) or no more valid;
    /// there is no such organization, it is the project's own, the caller is no member of it, or it has
    /// a project of this name.
    pub async fn move_project(&self, permit: &Permit, to: &OrgRef) -> Result<(Project, MoveConsequences)> {
        let mut tx = self.begin().await?;
        let moved = self.move_project_in(&mut tx, permit, to).await;
        tx.end(moved).await
    }

    async fn plan_project_move(&self, session: &mut Session, permit: &Permit, to: &OrgRef) -> Result<ProjectMove> {
        let (project, org) = self.permitted_project(session, permit, Operation::MoveProject).await?;
        let to = self.destination(session, permit.caller(), Operation::CreateProject, &org, to).await?;
        if session.project_by_name(&to.id, &project.row.name).await?.is_some() {
            return Err(Error::AlreadyExists { what: "Project", name: project.row.name });
        }
        let mut repositories = Vec::new();
        let mut unlinked = Vec::new();
        for row in session.repositories(Some(&project.row.id)).await? {
            self.check_row(session, &row).await?;
            let Some(secret) = &row.secret_id else { continue };
            let secret = session.secret(secret).await?.map(|row| row.name).unwrap_or_default();
            let (project, repository) = (project.row.name.clone(), row.name.clone());
            unlinked.push(UnlinkedRepository { project, repository, secret });
            repositories.push(row);
        }
        let mut secrets = Vec::new();
        for id in session.secrets_of_project(&project.row.id).await? {
            let loaded = self.load_secret(session, id.parse()?).await?;
            let closed = loaded.secret.projects.len() == 1;
            secrets.push(UnlinkedSecret { name: loaded.secret.row.name, closed });
        }
        secrets.sort_by(|a, b| a.name.cmp(&b.name));
        let consequences = MoveConsequences {
            from: org.name,
            to: to.name.clone(),
            projects: Vec::new(),
            repositories: unlinked,
            secrets,
            access: self.team_levels(session, &project.access).await?,
            closed: false,
        };
        Ok(ProjectMove { project, to, repositories, consequences })
    }

    async fn move_project_in(
        &self,
        tx: &mut Writing,
        permit: &Permit,
        to: &OrgRef,
    ) -> Result<(Project, MoveConsequences)> {
        let planned = self.plan_project_move(tx, permit, to).await?;
        let ProjectMove { project: mut moved, to, repositories, consequences } = planned;
        for mut row in repositories {
            self.unlink_repository(tx, permit.caller(), &mut row, "its project moved to another organization").await?;
        }
        self.unlink_secrets_of_project(tx, permit.caller(), &moved.row.id).await?;
        tx.set_access(AccessTable::Projects, &moved.row.id, &[]).await?;
        moved.access.clear();
        moved.row.org_id.clone_from(&to.id);
        let details = json!({"from": consequences.from});
        self.write_project(tx, permit.caller(), "MOVE", &mut moved, &to, details).await?;
        Ok((project(tx, &moved.row, &to.name).await?, consequences))
    }

    /// Takes the links to a project away from all secrets; those that had no other one are closed.
    pub(super) async fn unlink_secrets_of_project(
        &self,
        tx: &mut Writing,
        caller: &Caller,
        project_id: &str,
    ) -> Result<Vec<UnlinkedSecret>> {
        let mut unlinked = Vec::new();
        for id in tx.secrets_of_project(project_id).await? {
            let Loaded { mut secret, org } = self.load_secret(tx, id.parse()?).await?;
            secret.projects.retain(|project| project != project_id);
            if secret.projects.is_empty() {
                secret.row.closed = 1;
            }
            tx.set_secret_projects(&secret.row.id, &secret.projects).await?;
            self.update_secret(tx, &mut secret).await?;
            self.audit_secret(tx, caller, "UPDATE", &secret, &org.name).await?;
            unlinked.push(UnlinkedSecret { closed: secret.row.closed != 0, name: secret.row.name });
        }
        Ok(unlinked)
    }

    /// Another organization, which the caller is a member of.
    async fn destination(
        &self,
        session: &mut Session,
        caller: &Caller,
        operation: Operation,
        from: &OrgRow,
        to: &OrgRef,
    ) -> Result<OrgRow> {
        let asker = self.asker(session, caller).await?;
        let to = match to {
            OrgRef::Id(id) => self.load_org(session, *id).await?,
            OrgRef::Name(name) => self.org_row(session, name).await?,
        };
        self.require_org(&asker, operation, &to)?;
        if to.id == from.id {
            return Err(Error::Invalid(format!("it is in the organization '{}' already", to.name)));
        }
        Ok(to)
    }
}
