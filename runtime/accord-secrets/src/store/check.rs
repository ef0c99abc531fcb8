//! The access check, and the checks of the records that it relies on.

use accord_store::{AccessTable, OrgRow, ProjectRow, SecretRow, Session, TeamRow};
use serde_json::json;

use super::{Store, now};
use crate::access::{Caller, Identity, Permit};
use crate::audit::{Entry, Outcome};
use crate::levels::{Asker, Standing, Tie, has_identity};
use crate::mac::{LinkedProject, LinkedSecret, LinkedTeam, Metadata};
use crate::model::{OrgId, ProjectId, Role, SecretId, Target};
use crate::people::TeamId;
use crate::permissions::{Operation, Rule, Scope, Subject};
use crate::{Error, Result};

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
        let mut read = self.read_rows().await?;
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

    /// The caller as the records of this moment have him.
    pub(super) async fn asker<'a>(&self, session: &mut Session, caller: &'a Caller) -> Result<Asker<'a>> {
        if !has_identity(caller) {
            return Err(Error::NotAuthenticated);
        }
        let actor = caller.actor();
        let (Identity::Record, Some(id)) = (actor.identity(), actor.id()) else {
            return Ok(Asker { caller, role: actor.role(), ties: Vec::new() });
        };
        let id = id.to_string();
        let row = session.user(&id).await?.ok_or(Error::NotAuthenticated)?;
        self.check_row(session, &row).await?;
        if row.disabled != 0 {
            return Err(Error::UserDisabled { name: row.name });
        }
        let role: Role = row.role.parse()?;
        let mut ties = Vec::new();
        if role != Role::Admin {
            for row in session.teams_of(&id).await? {
                let team = self.complete_team(session, row).await?;
                // Of the members that the code covers, not of the row that named the team.
                let Some((_, role)) = team.members.iter().find(|(user, _)| *user == id) else { continue };
                ties.push(Tie { role: role.parse()?, org_id: team.row.org_id.clone(), team_id: team.row.id });
            }
        }
        Ok(Asker { caller, role, ties })
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
        let asker = self.asker(session, caller).await?;
        match (rule.subject, target) {
            (Subject::Installation, Target::Installation) => {
                self.decide(&asker, &rule, asker.installation(), "the store".to_owned()).map(|()| None)
            }
            // Whoever asks by an id is told no more than the id, also where a name is hidden from him.
            (Subject::Org, Target::Org(id)) => {
                let row = self.load_org(session, id).await?;
                let checked = self.require_org(&asker, operation, &row);
                checked.map(|()| None).map_err(|error| match error {
                    Error::OrgNotFound { .. } => self.no_org(&id.to_string()),
                    other => other,
                })
            }
            (Subject::Project, Target::Project(id)) => {
                let (project, org) = self.load_project(session, id).await?;
                let checked = self.require_project(&asker, operation, &project, &org);
                checked.map(|()| None).map_err(|error| match error {
                    Error::ProjectNotFound { .. } => self.no_project("", &id.to_string()),
                    other => other,
                })
            }
            (Subject::Secret, Target::Secret(id)) => {
                let loaded = self.load_secret(session, id).await?;
                self.require_secret(&asker, operation, id, &loaded).map(|()| Some(loaded))
            }
            (Subject::Team, Target::Team(id)) => {
                let (team, org) = self.load_team(session, id).await?;
                let checked = self.require_team(&asker, operation, &team, &org);
                checked.map(|()| None).map_err(|error| match error {
                    Error::TeamNotFound { .. } => Error::TeamNotFound { name: id.to_string() },
                    other => other,
                })
            }
            (Subject::User, Target::User(id)) => {
                let standing = asker.user(&id.to_string());
                let unknown = || Error::UserNotFound { name: id.to_string() };
                if standing.level.is_none() {
                    return Err(unknown());
                }
                let row = session.user(&id.to_string()).await?.ok_or_else(unknown)?;
                self.check_row(session, &row).await?;
                self.decide(&asker, &rule, standing, row.describe()).map(|()| None)
            }
            (Subject::Process, Target::Process { initiator, project }) => {
                let project = match project {
                    Some(id) => {
                        let (project, org) = self.load_project(session, id).await?;
                        Some(asker.project(&project, &org))
                    }
                    None => None,
                };
                let standing = asker.process(initiator, project);
                self.decide(&asker, &rule, standing, "the process".to_owned()).map(|()| None)
            }
            _ => Err(Error::Invalid(format!("to {} takes another kind of thing", rule.action))),
        }
    }

    pub(super) fn require_org(&self, asker: &Asker<'_>, operation: Operation, row: &OrgRow) -> Result<()> {
        let standing = asker.org(row);
        if standing.level.is_none() {
            return Err(self.no_org(&row.name));
        }
        self.decide(asker, &operation.rule(), standing, row.describe())
    }

    pub(super) fn require_team(
        &self,
        asker: &Asker<'_>,
        operation: Operation,
        team: &LinkedTeam,
        org: &OrgRow,
    ) -> Result<()> {
        let standing = asker.team(team, org);
        if standing.level.is_none() {
            return Err(Error::TeamNotFound { name: team.row.name.clone() });
        }
        let what = format!("{} (organization '{}')", team.describe(), org.name);
        self.decide(asker, &operation.rule(), standing, what)
    }

    pub(super) fn require_project(
        &self,
        asker: &Asker<'_>,
        operation: Operation,
        project: &LinkedProject,
        org: &OrgRow,
    ) -> Result<()> {
        let rule = operation.rule();
        if rule.scope == Scope::ProcessOfProject {
            return if asker.runs_in(&project.row.id) { Ok(()) } else { Err(Error::CannotDecrypt) };
        }
        let standing = asker.project(project, org);
        if standing.level.is_none() {
            return Err(self.no_project(&org.name, &project.row.name));
        }
        let what = format!("{} (organization '{}')", project.describe(), org.name);
        self.decide(asker, &rule, standing, what)
    }

    pub(super) fn require_secret(
        &self,
        asker: &Asker<'_>,
        operation: Operation,
        id: SecretId,
        loaded: &Loaded,
    ) -> Result<()> {
        let (row, rule) = (&loaded.secret.row, operation.rule());
        let standing = asker.secret(&loaded.secret, &loaded.org);
        if standing.level.is_none() {
            return Err(self.no_secret("", &id.to_string(), true));
        }
        let what = format!("{} (organization '{}')", loaded.secret.describe(), loaded.org.name);
        self.decide(asker, &rule, standing, what)?;
        if rule.scope == Scope::Any {
            return Ok(());
        }
        if row.closed != 0 {
            return Err(Error::Closed { name: row.name.clone() });
        }
        let linked = |project: &String| rule.scope == Scope::InProject && asker.runs_in(project);
        if !loaded.secret.projects.is_empty() && !loaded.secret.projects.iter().any(linked) {
            let in_process = asker.caller.process_id().is_some();
            return Err(Error::ProjectScoped { name: row.name.clone(), in_process });
        }
        match row.expires_at {
            Some(at) if at <= now() => Err(Error::Expired { name: row.name.clone() }),
            _ => Ok(()),
        }
    }

    fn decide(&self, asker: &Asker<'_>, rule: &Rule, standing: Standing, what: String) -> Result<()> {
        let missing = match rule.level {
            Some(level) if standing.level < Some(level) => format!("access level {}", level.as_str()),
            _ if rule.member && !standing.member => "membership of the organization".to_owned(),
            _ => return Ok(()),
        };
        let actor = asker.caller.actor().name().to_owned();
        Err(Error::Refused { actor, action: rule.action, what, missing })
    }

    /// An organization's row by its id, checked.
    pub(super) async fn load_org(&self, session: &mut Session, id: OrgId) -> Result<OrgRow> {
        let id = id.to_string();
        let row = session.org(&id).await?.ok_or_else(|| self.no_org(&id))?;
        self.check_row(session, &row).await?;
        Ok(row)
    }

    /// A project's records and its organization's by its id, checked.
    pub(super) async fn load_project(&self, session: &mut Session, id: ProjectId) -> Result<(LinkedProject, OrgRow)> {
        let id = id.to_string();
        let row = session.project(&id).await?.ok_or_else(|| self.no_project("", &id))?;
        let project = self.complete_project(session, row).await?;
        let org = self.load_org(session, project.row.org_id.parse()?).await?;
        Ok((project, org))
    }

    /// The levels of teams on a project, checked with it.
    pub(super) async fn complete_project(&self, session: &mut Session, row: ProjectRow) -> Result<LinkedProject> {
        let access = session.access(AccessTable::Projects, &row.id).await?;
        let project = LinkedProject { row, access };
        self.check_row(session, &project).await?;
        Ok(project)
    }

    /// A team's records and its organization's by its id, checked.
    pub(super) async fn load_team(&self, session: &mut Session, id: TeamId) -> Result<(LinkedTeam, OrgRow)> {
        let id = id.to_string();
        let row = session.team(&id).await?.ok_or_else(|| Error::TeamNotFound { name: id })?;
        let team = self.complete_team(session, row).await?;
        let org = self.load_org(session, team.row.org_id.parse()?).await?;
        Ok((team, org))
    }

    /// The members of a team, checked with it.
    pub(super) async fn complete_team(&self, session: &mut Session, row: TeamRow) -> Result<LinkedTeam> {
        let members = session.team_members(&row.id).await?;
        let team = LinkedTeam { row, members };
        self.check_row(session, &team).await?;
        Ok(team)
    }

    /// A secret's records by its id, checked. A deleted secret does not exist.
    pub(super) async fn load_secret(&self, session: &mut Session, id: SecretId) -> Result<Loaded> {
        let id = id.to_string();
        let row = session.secret(&id).await?.ok_or_else(|| self.no_secret("", &id, false))?;
        self.complete(session, row, None).await
    }

    /// The other records of a secret, checked with it; its organization's may be at hand already.
    pub(super) async fn complete(&self, session: &mut Session, row: SecretRow, org: Option<OrgRow>) -> Result<Loaded> {
        let secret = self.complete_deleted(session, row).await?;
        if secret.row.deleted != 0 {
            return Err(self.no_secret("", &secret.row.id, false));
        }
        let org = match org.filter(|org| org.id == secret.row.org_id) {
            Some(org) => org,
            None => self.load_org(session, secret.row.org_id.parse()?).await?,
        };
        Ok(Loaded { secret, org })
    }

    /// A secret's links and levels, checked with its row, which may be a deleted secret's.
    pub(super) async fn complete_deleted(&self, session: &mut Session, row: SecretRow) -> Result<LinkedSecret> {
        let (projects, access) = session.secret_links(&row.id).await?;
        let secret = LinkedSecret { row, projects, access };
        self.check_row(session, &secret).await?;
        Ok(secret)
    }

    /// A metadata row is as it was written, and the last one that was.
    pub(super) async fn check_row(&self, session: &mut Session, row: &dyn Metadata) -> Result<()> {
        self.learn_kek(session, row.kek_id()).await?;
        self.check_mac(row)?;
        self.inner.chain.check_anchor(session, row).await
    }

    /// A metadata row is as it was written at some time.
    pub(super) fn check_mac(&self, row: &dyn Metadata) -> Result<()> {
        if self.ring().kek(row.kek_id())?.verifies(&row.fields(), row.mac()) {
            return Ok(());
        }
        Err(Error::Tampered { what: row.describe(), problem: "its authentication code does not fit" })
    }

    pub(super) fn no_secret(&self, org: &str, name: &str, hidden: bool) -> Error {
        Error::SecretNotFound { org: org.to_owned(), name: name.to_owned(), store: self.place().to_owned(), hidden }
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
            Target::Team(id) => id.to_string(),
            Target::User(id) => id.to_string(),
            Target::Process { initiator, .. } => initiator.map(|id| id.to_string()).unwrap_or_default(),
        };
        let outcome = match error {
            Error::Tampered { .. } | Error::Store(_) => Outcome::Failed,
            _ => Outcome::Refused,
        };
        let details = json!({"operation": operation.rule().action, "reason": error.to_string()});
        let entry = Entry { action: "ACCESS", object: object(target), target_id: &id, outcome, details, anchor: None };
        if let Ok(mut tx) = self.begin_entries().await
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
        Target::Team(_) => "TEAM",
        Target::User(_) => "USER",
        Target::Process { .. } => "PROCESS",
    }
}
