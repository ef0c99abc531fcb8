//! Users, organizations and projects.

use std::collections::HashMap;

use accord_store::{OrgRow, ProjectRow, Session, Tx, UserRow};
use serde_json::json;

use super::{Store, now};
use crate::access::{Actor, Caller};
use crate::audit::{Entry, Outcome};
use crate::mac::Metadata as _;
use crate::model::{Org, OrgId, Project, ProjectId, Role, Target, UserId, UserRef, Visibility};
use crate::names::check_name;
use crate::permissions::Operation;
use crate::{Error, Result};

impl Store {
    /// The user of the operating system who runs this program. Whoever can read the root key is an
    /// administrator of the installation.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn local_actor(&self) -> Result<Actor> {
        let found = self.inner.local.get_or_try_init(|| async {
            let name = os_user();
            let mut read = self.inner.database.read().await?;
            let row = read.user_by_name(&name).await?;
            if let Some(row) = row {
                self.check_row(&mut read, &row).await?;
                read.finish().await?;
                return actor(&row, Role::Admin);
            }
            read.finish().await?;
            let caller = Caller::new(Actor::installation());
            let mut tx = self.inner.database.begin().await?;
            if let Some(row) = tx.user_by_name(&name).await? {
                tx.rollback().await?;
                return actor(&row, Role::Admin);
            }
            let made = self.insert_local_user(&mut tx, &caller, &name).await?;
            tx.commit().await?;
            Ok(made)
        });
        found.await.cloned()
    }

    /// A user of the store, with the role that he has there.
    ///
    /// # Errors
    /// [`Error::UserNotFound`]; the database cannot be used.
    pub async fn actor(&self, name: &str) -> Result<Actor> {
        let mut read = self.inner.database.read().await?;
        let row = read.user_by_name(name).await?.ok_or_else(|| Error::UserNotFound { name: name.to_owned() })?;
        self.check_row(&mut read, &row).await?;
        read.finish().await?;
        actor(&row, row.role.parse()?)
    }

    /// Creates an organization, owned by the caller.
    ///
    /// # Errors
    /// The name is invalid or taken; the caller is no administrator.
    pub async fn create_org(&self, caller: &Caller, name: &str) -> Result<Org> {
        check_name("organization", name)?;
        self.permit(caller, Operation::CreateOrg, Target::Installation).await?;
        let mut tx = self.inner.database.begin().await?;
        let row = match self.insert_org(&mut tx, caller, name, caller.actor().id()).await {
            Err(Error::Store(accord_store::Error::Exists(_))) => {
                tx.rollback().await?;
                return Err(Error::AlreadyExists { what: "Organization", name: name.to_owned() });
            }
            other => other?,
        };
        let org = org(&mut tx, &row).await?;
        tx.commit().await?;
        Ok(org)
    }

    /// The organizations that the caller may know of, by name.
    ///
    /// # Errors
    /// The database cannot be used, or was changed outside of Accord.
    pub async fn list_orgs(&self, caller: &Caller) -> Result<Vec<Org>> {
        let mut read = self.inner.database.read().await?;
        let mut orgs = Vec::new();
        for row in read.orgs().await? {
            self.check_mac(&row)?;
            if self.org_standing(caller, &row).level.is_some() {
                orgs.push(org(&mut read, &row).await?);
            }
        }
        read.finish().await?;
        Ok(orgs)
    }

    /// The organization of that name.
    ///
    /// # Errors
    /// [`Error::OrgNotFound`] if there is none or the caller may not know of it.
    pub async fn org(&self, caller: &Caller, name: &str) -> Result<Org> {
        let mut read = self.inner.database.read().await?;
        let row = self.org_row(&mut read, name).await?;
        self.require_org(caller, Operation::ReadOrg, &row)?;
        let org = org(&mut read, &row).await?;
        read.finish().await?;
        Ok(org)
    }

    /// Creates a project in an organization, with a key of its own, owned by the caller.
    ///
    /// # Errors
    /// The name is invalid or taken; no such organization; the caller is no member of it.
    pub async fn create_project(&self, caller: &Caller, org: &str, name: &str) -> Result<Project> {
        check_name("project", name)?;
        let target = self.find_org(org).await?;
        self.permit(caller, Operation::CreateProject, target).await?;
        let mut tx = self.inner.database.begin().await?;
        let org = self.org_row(&mut tx, org).await?;
        let kek = self.inner.ring.current()?;
        let mut row = ProjectRow {
            id: ProjectId::new().to_string(),
            org_id: org.id.clone(),
            name: name.to_owned(),
            visibility: Visibility::Public.to_string(),
            owner_id: caller.actor().id().map(|id| id.to_string()),
            created_at: now(),
            counter: 1,
            kek_id: kek.id.clone(),
            mac: Vec::new(),
        };
        row.mac = kek.mac(&row.fields());
        match tx.insert_project(&row).await {
            Err(accord_store::Error::Exists(_)) => {
                tx.rollback().await?;
                return Err(Error::AlreadyExists { what: "Project", name: name.to_owned() });
            }
            other => other?,
        }
        self.insert_scope_key(&mut tx, super::state::PROJECT, &row.id).await?;
        let details = json!({"orgId": org.id, "orgName": org.name, "name": name});
        let entry = Entry {
            action: "CREATE",
            object: "PROJECT",
            target_id: &row.id,
            outcome: Outcome::Ok,
            details,
            anchor: Some(&row),
        };
        self.audit(&mut tx, caller, entry).await?;
        let project = project(&mut tx, &row, &org.name).await?;
        tx.commit().await?;
        Ok(project)
    }

    /// The projects (of one organization) that the caller may know of, by name.
    ///
    /// # Errors
    /// [`Error::OrgNotFound`]; the database cannot be used, or was changed outside of Accord.
    pub async fn list_projects(&self, caller: &Caller, org: Option<&str>) -> Result<Vec<Project>> {
        let mut read = self.inner.database.read().await?;
        let only = match org {
            Some(name) => {
                let row = self.org_row(&mut read, name).await?;
                self.require_org(caller, Operation::ReadOrg, &row)?;
                Some(row.id)
            }
            None => None,
        };
        let mut orgs = HashMap::new();
        for row in read.orgs().await? {
            self.check_mac(&row)?;
            orgs.insert(row.id.clone(), row);
        }
        let mut projects = Vec::new();
        for row in read.projects(only.as_deref()).await? {
            self.check_mac(&row)?;
            let Some(org) = orgs.get(&row.org_id) else { continue };
            if self.project_standing(caller, &row, org).level.is_some() {
                projects.push(project(&mut read, &row, &org.name).await?);
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
        let mut read = self.inner.database.read().await?;
        let org = self.org_row(&mut read, org).await?;
        let row = self.project_row(&mut read, &org, name).await?;
        self.require_project(caller, Operation::ReadProject, &row, &org)?;
        let project = project(&mut read, &row, &org.name).await?;
        read.finish().await?;
        Ok(project)
    }

    /// The organization's row by its name, checked.
    pub(super) async fn org_row(&self, session: &mut Session, name: &str) -> Result<OrgRow> {
        let row = session.org_by_name(name).await?.ok_or_else(|| self.no_org(name))?;
        self.check_row(session, &row).await?;
        Ok(row)
    }

    /// The project's row by its name, checked.
    pub(super) async fn project_row(&self, session: &mut Session, org: &OrgRow, name: &str) -> Result<ProjectRow> {
        let found = session.project_by_name(&org.id, name).await?;
        let row = found.ok_or_else(|| self.no_project(&org.name, name))?;
        self.check_row(session, &row).await?;
        Ok(row)
    }

    async fn find_org(&self, name: &str) -> Result<OrgId> {
        let mut read = self.inner.database.read().await?;
        let row = self.org_row(&mut read, name).await?;
        read.finish().await?;
        row.id.parse()
    }

    pub(super) fn no_org(&self, name: &str) -> Error {
        Error::OrgNotFound { name: name.to_owned(), store: self.store_path() }
    }

    pub(super) fn no_project(&self, org: &str, name: &str) -> Error {
        Error::ProjectNotFound { org: org.to_owned(), name: name.to_owned(), store: self.store_path() }
    }

    pub(super) async fn insert_local_user(&self, tx: &mut Tx, caller: &Caller, name: &str) -> Result<Actor> {
        self.insert_user(tx, caller, name, "LOCAL", Role::Admin).await
    }

    pub(super) async fn insert_user(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        name: &str,
        kind: &str,
        role: Role,
    ) -> Result<Actor> {
        let kek = self.inner.ring.current()?;
        let mut row = UserRow {
            id: UserId::new().to_string(),
            name: name.to_owned(),
            kind: kind.to_owned(),
            role: role.to_string(),
            created_at: now(),
            counter: 1,
            kek_id: kek.id.clone(),
            mac: Vec::new(),
        };
        row.mac = kek.mac(&row.fields());
        tx.insert_user(&row).await?;
        let entry = Entry {
            action: "CREATE",
            object: "USER",
            target_id: &row.id,
            outcome: Outcome::Ok,
            details: json!({"name": name, "role": role.as_str()}),
            anchor: Some(&row),
        };
        self.audit(tx, caller, entry).await?;
        actor(&row, role)
    }

    pub(super) async fn insert_org(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        name: &str,
        owner: Option<UserId>,
    ) -> Result<OrgRow> {
        let kek = self.inner.ring.current()?;
        let mut row = OrgRow {
            id: OrgId::new().to_string(),
            name: name.to_owned(),
            visibility: Visibility::Public.to_string(),
            owner_id: owner.map(|id| id.to_string()),
            created_at: now(),
            counter: 1,
            kek_id: kek.id.clone(),
            mac: Vec::new(),
        };
        row.mac = kek.mac(&row.fields());
        tx.insert_org(&row).await?;
        let entry = Entry {
            action: "CREATE",
            object: "ORG",
            target_id: &row.id,
            outcome: Outcome::Ok,
            details: json!({"name": name}),
            anchor: Some(&row),
        };
        self.audit(tx, caller, entry).await?;
        Ok(row)
    }
}

/// The owner of a thing, as it is shown.
pub(super) async fn owner(session: &mut Session, id: Option<&str>) -> Result<Option<UserRef>> {
    let Some(id) = id else { return Ok(None) };
    let Some(row) = session.user(id).await? else { return Ok(None) };
    Ok(Some(UserRef { id: row.id.parse()?, name: row.name }))
}

async fn org(session: &mut Session, row: &OrgRow) -> Result<Org> {
    Ok(Org {
        id: row.id.parse()?,
        name: row.name.clone(),
        visibility: row.visibility.parse()?,
        owner: owner(session, row.owner_id.as_deref()).await?,
        created_at: row.created_at,
    })
}

async fn project(session: &mut Session, row: &ProjectRow, org_name: &str) -> Result<Project> {
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

fn actor(row: &UserRow, role: Role) -> Result<Actor> {
    Ok(Actor::user(row.id.parse()?, row.name.clone(), role))
}

/// Name of the operating system's user who runs this program: that of the effective user id, or
/// what the environment says, or the number.
pub(super) fn os_user() -> String {
    #[cfg(unix)]
    let id = rustix::process::geteuid().as_raw().to_string();
    #[cfg(not(unix))]
    let id = "unknown".to_owned();
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let listed = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == id && !name.is_empty()).then(|| name.to_owned())
    });
    let named =
        || ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|n| std::env::var(n).ok().filter(|v| !v.is_empty()));
    listed.or_else(named).unwrap_or_else(|| format!("uid-{id}"))
}
