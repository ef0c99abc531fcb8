//! The access check, and the checks of the records that it relies on.

use accord_store::{OrgRow, ProjectRow, SecretRow, Session};
use serde_json::json;

use super::Store;
use crate::access::{Caller, Permit};
use crate::audit::{Entry, Outcome};
use crate::mac::{LinkedSecret, Metadata};
use crate::model::{OrgId, ProjectId, Role, SecretId, Target, Visibility};
use crate::permissions::{AccessLevel, Operation, Rule, Scope, Subject};
use crate::{Error, Result};

/// What a caller is to a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) level: Option<AccessLevel>,
    pub(super) member: bool,
}

/// A secret's records, checked.
pub(super) struct Loaded {
    pub(super) secret: LinkedSecret,
    pub(super) org: OrgRow,
}

impl Store {
    /// Checks that the caller may do the operation, and records a refusal. The only maker of a
    /// [`Permit`].
    ///
    /// # Errors
    /// The thing does not exist or the caller may not know of it; his level is too low, or the
    /// project scope forbids it; a record was changed outside of Accord.
    pub async fn permit(&self, caller: &Caller, operation: Operation, target: impl Into<Target>) -> Result<Permit> {
        let target = target.into();
        let mut read = self.inner.database.read().await?;
        let checked = self.check(&mut read, caller, operation, target).await;
        read.finish().await?;
        match checked {
            Ok(_) => Ok(Permit::new(caller.clone(), operation, target)),
            Err(error) => {
                self.record_refusal(caller, operation, target, &error).await;
                Err(error)
            }
        }
    }

    /// The check itself, on the records of this moment. Answers a secret's records.
    pub(super) async fn check(
        &self,
        session: &mut Session,
        caller: &Caller,
        operation: Operation,
        target: Target,
    ) -> Result<Option<Loaded>> {
        let rule = operation.rule();
        match (rule.subject, target) {
            (Subject::Installation, Target::Installation) => {
                let level = system_level(caller);
                let standing = Standing { level, member: level.is_some() };
                self.decide(caller, &rule, standing, "the store".to_owned()).map(|()| None)
            }
            // Whoever asks by an id is told no more than the id, also where a name is hidden from him.
            (Subject::Org, Target::Org(id)) => {
                let row = self.load_org(session, id).await?;
                let checked = self.require_org(caller, operation, &row);
                checked.map(|()| None).map_err(|error| match error {
                    Error::OrgNotFound { .. } => self.no_org(&id.to_string()),
                    other => other,
                })
            }
            (Subject::Project, Target::Project(id)) => {
                let (row, org) = self.load_project(session, id).await?;
                let checked = self.require_project(caller, operation, &row, &org);
                checked.map(|()| None).map_err(|error| match error {
                    Error::ProjectNotFound { .. } => self.no_project("", &id.to_string()),
                    other => other,
                })
            }
            (Subject::Secret, Target::Secret(id)) => {
                let loaded = self.load_secret(session, id).await?;
                self.require_secret(caller, operation, id, &loaded).map(|()| Some(loaded))
            }
            _ => Err(Error::Invalid(format!("to {} takes another kind of thing", rule.action))),
        }
    }

    pub(super) fn require_org(&self, caller: &Caller, operation: Operation, row: &OrgRow) -> Result<()> {
        let standing = self.org_standing(caller, row);
        if standing.level.is_none() {
            return Err(self.no_org(&row.name));
        }
        self.decide(caller, &operation.rule(), standing, format!("organization '{}'", row.name))
    }

    pub(super) fn require_project(
        &self,
        caller: &Caller,
        operation: Operation,
        row: &ProjectRow,
        org: &OrgRow,
    ) -> Result<()> {
        let rule = operation.rule();
        let inside = caller.process_project().is_some_and(|id| id.to_string() == row.id);
        if rule.scope == Scope::ProcessOfProject {
            return if inside { Ok(()) } else { Err(Error::CannotDecrypt) };
        }
        let standing = self.project_standing(caller, row, org);
        if standing.level.is_none() {
            return Err(self.no_project(&org.name, &row.name));
        }
        self.decide(caller, &rule, standing, format!("project '{}' (organization '{}')", row.name, org.name))
    }

    pub(super) fn require_secret(
        &self,
        caller: &Caller,
        operation: Operation,
        id: SecretId,
        loaded: &Loaded,
    ) -> Result<()> {
        let (row, rule) = (&loaded.secret.row, operation.rule());
        let standing = self.secret_standing(caller, loaded);
        if standing.level.is_none() {
            return Err(self.no_secret("", &id.to_string(), true));
        }
        self.decide(caller, &rule, standing, format!("secret '{}' (organization '{}')", row.name, loaded.org.name))?;
        if rule.scope == Scope::Any {
            return Ok(());
        }
        if row.closed != 0 {
            return Err(Error::Closed { name: row.name.clone() });
        }
        let process = caller.process_project().map(|id| id.to_string());
        let linked = |project: &String| rule.scope == Scope::InProject && process.as_ref() == Some(project);
        if loaded.secret.projects.is_empty() || loaded.secret.projects.iter().any(linked) {
            return Ok(());
        }
        Err(Error::ProjectScoped { name: row.name.clone(), in_process: caller.process_id().is_some() })
    }

    fn decide(&self, caller: &Caller, rule: &Rule, standing: Standing, what: String) -> Result<()> {
        let missing = match rule.level {
            Some(level) if standing.level < Some(level) => format!("access level {}", level.as_str()),
            _ if rule.member && !standing.member => "membership of the organization".to_owned(),
            _ => return Ok(()),
        };
        Err(Error::Refused { actor: caller.actor().name().to_owned(), action: rule.action, what, missing })
    }

    pub(super) fn org_standing(&self, caller: &Caller, org: &OrgRow) -> Standing {
        let owner = owns(caller, org.owner_id.as_deref());
        let level = system_level(caller).max(owner).max(public(&org.visibility));
        Standing { level, member: member(caller, org) }
    }

    pub(super) fn project_standing(&self, caller: &Caller, project: &ProjectRow, org: &OrgRow) -> Standing {
        let owner = owns(caller, project.owner_id.as_deref()).max(owns(caller, org.owner_id.as_deref()));
        let level = system_level(caller).max(owner).max(public(&project.visibility));
        Standing { level, member: member(caller, org) }
    }

    pub(super) fn secret_standing(&self, caller: &Caller, loaded: &Loaded) -> Standing {
        let (row, org) = (&loaded.secret.row, &loaded.org);
        let owner = owns(caller, row.owner_id.as_deref()).max(owns(caller, org.owner_id.as_deref()));
        let level = system_level(caller).max(owner).max(public(&row.visibility));
        Standing { level, member: member(caller, org) }
    }

    /// An organization's row by its id, checked.
    pub(super) async fn load_org(&self, session: &mut Session, id: OrgId) -> Result<OrgRow> {
        let id = id.to_string();
        let row = session.org(&id).await?.ok_or_else(|| self.no_org(&id))?;
        self.check_row(session, &row).await?;
        Ok(row)
    }

    /// A project's row and its organization's by its id, checked.
    pub(super) async fn load_project(&self, session: &mut Session, id: ProjectId) -> Result<(ProjectRow, OrgRow)> {
        let id = id.to_string();
        let row = session.project(&id).await?.ok_or_else(|| self.no_project("", &id))?;
        self.check_row(session, &row).await?;
        let org = self.load_org(session, row.org_id.parse()?).await?;
        Ok((row, org))
    }

    /// A secret's records by its id, checked. A deleted secret does not exist.
    pub(super) async fn load_secret(&self, session: &mut Session, id: SecretId) -> Result<Loaded> {
        let id = id.to_string();
        let row = session.secret(&id).await?.ok_or_else(|| self.no_secret("", &id, false))?;
        self.complete(session, row, None).await
    }

    /// The other records of a secret, checked with it; its organization's may be at hand already.
    pub(super) async fn complete(&self, session: &mut Session, row: SecretRow, org: Option<OrgRow>) -> Result<Loaded> {
        let projects = session.secret_projects(&row.id).await?;
        let secret = LinkedSecret { row, projects };
        self.check_row(session, &secret).await?;
        if secret.row.deleted != 0 {
            return Err(self.no_secret("", &secret.row.id, false));
        }
        let org = match org.filter(|org| org.id == secret.row.org_id) {
            Some(org) => org,
            None => self.load_org(session, secret.row.org_id.parse()?).await?,
        };
        Ok(Loaded { secret, org })
    }

    /// A metadata row is as it was written, and the last one that was.
    pub(super) async fn check_row(&self, session: &mut Session, row: &dyn Metadata) -> Result<()> {
        self.check_mac(row)?;
        self.inner.chain.check_anchor(session, row).await
    }

    /// A metadata row is as it was written at some time.
    pub(super) fn check_mac(&self, row: &dyn Metadata) -> Result<()> {
        if self.inner.ring.kek(row.kek_id())?.verifies(&row.fields(), row.mac()) {
            return Ok(());
        }
        Err(Error::Tampered { what: row.describe(), problem: "its authentication code does not fit" })
    }

    pub(super) fn no_secret(&self, org: &str, name: &str, hidden: bool) -> Error {
        Error::SecretNotFound { org: org.to_owned(), name: name.to_owned(), store: self.store_path(), hidden }
    }

    /// The same error for somebody who asked by names.
    pub(super) fn by_names(&self, error: Error, org: &str, name: &str) -> Error {
        match error {
            Error::SecretNotFound { hidden, .. } => self.no_secret(org, name, hidden),
            other => other,
        }
    }

    /// Records that somebody was refused. A refusal that cannot be recorded is a refusal still.
    pub(super) async fn record_refusal(&self, caller: &Caller, operation: Operation, target: Target, error: &Error) {
        let id = match target {
            Target::Installation => self.installation_id().to_owned(),
            Target::Org(id) => id.to_string(),
            Target::Project(id) => id.to_string(),
            Target::Secret(id) => id.to_string(),
        };
        let outcome = match error {
            Error::Tampered { .. } | Error::Store(_) => Outcome::Failed,
            _ => Outcome::Refused,
        };
        let details = json!({"operation": operation.rule().action, "reason": error.to_string()});
        let entry = Entry { action: "ACCESS", object: object(target), target_id: &id, outcome, details, anchor: None };
        if let Ok(mut tx) = self.inner.database.begin().await
            && self.audit(&mut tx, caller, entry).await.is_ok()
        {
            let _unrecorded = tx.commit().await;
        }
    }
}

/// The kind of a thing, as audit entries name it.
pub(super) fn object(target: Target) -> &'static str {
    match target {
        Target::Installation => "SYSTEM",
        Target::Org(_) => "ORG",
        Target::Project(_) => "PROJECT",
        Target::Secret(_) => "SECRET",
    }
}

fn system_level(caller: &Caller) -> Option<AccessLevel> {
    match caller.actor().role() {
        Role::Admin => Some(AccessLevel::Owner),
        Role::Writer => Some(AccessLevel::Writer),
        Role::Reader => Some(AccessLevel::Reader),
        Role::User => None,
    }
}

fn owns(caller: &Caller, owner: Option<&str>) -> Option<AccessLevel> {
    let id = caller.actor().id()?.to_string();
    (owner == Some(id.as_str())).then_some(AccessLevel::Owner)
}

fn public(visibility: &str) -> Option<AccessLevel> {
    (visibility == Visibility::Public.as_str()).then_some(AccessLevel::Reader)
}

fn member(caller: &Caller, org: &OrgRow) -> bool {
    caller.actor().role() == Role::Admin || owns(caller, org.owner_id.as_deref()).is_some()
}
