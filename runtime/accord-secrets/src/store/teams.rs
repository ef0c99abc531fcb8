//! Teams and their members.

use accord_store::{AccessTable, OrgRow, Session, TeamRow};
use serde_json::{Value, json};

use super::orgs::taken;
use super::{Store, Writing, now};
use crate::access::{Caller, Permit};
use crate::mac::{Gone, LinkedTeam};
use crate::model::{Target, UserRef};
use crate::names::check_name;
use crate::people::{Team, TeamId, TeamMember, TeamRole};
use crate::permissions::Operation;
use crate::{Error, Result};

impl Store {
    /// Creates a team in an organization, without members.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::CreateTeam`] is needed) or no more valid; the
    /// name is invalid or taken.
    pub async fn create_team(&self, permit: &Permit, name: &str, description: &str) -> Result<Team> {
        check_name("team", name)?;
        let mut tx = self.begin().await?;
        let made = self.create_team_in(&mut tx, permit, name, description).await;
        tx.end(made).await
    }

    async fn create_team_in(&self, tx: &mut Writing, permit: &Permit, name: &str, text: &str) -> Result<Team> {
        let org = self.permitted_org(tx, permit, Operation::CreateTeam).await?;
        let row = TeamRow {
            id: TeamId::new().to_string(),
            org_id: org.id.clone(),
            name: name.to_owned(),
            description: text.to_owned(),
            created_at: now(),
            counter: 0,
            kek_id: String::new(),
            mac: Vec::new(),
        };
        let mut made = LinkedTeam { row, members: Vec::new() };
        self.stamp(&mut made)?;
        taken(tx.insert_team(&made.row).await, "Team", name)?;
        let details = json!({"orgId": org.id, "orgName": org.name, "name": name});
        self.record(tx, permit.caller(), "CREATE", &made, details).await?;
        team(tx, &made, &org.name).await
    }

    /// The teams of an organization that the caller may know of, by name.
    ///
    /// # Errors
    /// [`Error::OrgNotFound`]; the database cannot be used, or was changed outside of Accord.
    pub async fn list_teams(&self, caller: &Caller, org: &str) -> Result<Vec<Team>> {
        let mut read = self.read().await?;
        let asker = self.asker(&mut read, caller).await?;
        let org = self.org_row(&mut read, org).await?;
        self.require_org(&asker, Operation::ReadOrg, &org)?;
        let mut teams = Vec::new();
        for row in read.teams(Some(&org.id)).await? {
            let members = read.team_members(&row.id).await?;
            let found = LinkedTeam { row, members };
            self.check_mac(&found)?;
            if asker.team(&found, &org).level.is_some() {
                teams.push(team(&mut read, &found, &org.name).await?);
            }
        }
        read.finish().await?;
        Ok(teams)
    }

    /// The team of that name in an organization.
    ///
    /// # Errors
    /// [`Error::OrgNotFound`], [`Error::TeamNotFound`] if there is none or the caller may not know of
    /// it.
    pub async fn team(&self, caller: &Caller, org: &str, name: &str) -> Result<Team> {
        let mut read = self.read().await?;
        let asker = self.asker(&mut read, caller).await?;
        let org = self.org_row(&mut read, org).await?;
        let found = self.team_row(&mut read, &org, name).await?;
        self.require_team(&asker, Operation::ReadTeam, &found, &org)?;
        let team = team(&mut read, &found, &org.name).await?;
        read.finish().await?;
        Ok(team)
    }

    /// Renames a team or describes it anew.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::OwnTeam`] is needed) or no more valid; the
    /// name is invalid or taken.
    pub async fn change_team(&self, permit: &Permit, name: Option<&str>, description: Option<&str>) -> Result<Team> {
        name.map_or(Ok(()), |name| check_name("team", name))?;
        let mut tx = self.begin().await?;
        let changed = self.change_team_in(&mut tx, permit, name, description).await;
        tx.end(changed).await
    }

    async fn change_team_in(
        &self,
        tx: &mut Writing,
        permit: &Permit,
        name: Option<&str>,
        description: Option<&str>,
    ) -> Result<Team> {
        let (mut found, org) = self.permitted_team(tx, permit, &[Operation::OwnTeam]).await?;
        if let Some(name) = name {
            name.clone_into(&mut found.row.name);
        }
        if let Some(description) = description {
            description.clone_into(&mut found.row.description);
        }
        let details = json!({"orgId": org.id, "orgName": org.name});
        self.write_team(tx, permit.caller(), "UPDATE", &mut found, details).await?;
        team(tx, &found, &org.name).await
    }

    /// Makes a user a member of a team with this role, changes his role, or removes him (`None`). The
    /// role OWNER is given and taken with [`Operation::OwnTeam`] only.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ChangeMembers`] or [`Operation::OwnTeam`] is
    /// needed) or no more valid; there is no such user.
    pub async fn set_member(&self, permit: &Permit, user: &str, role: Option<TeamRole>) -> Result<Team> {
        let mut tx = self.begin().await?;
        let set = self.set_member_in(&mut tx, permit, user, role).await;
        tx.end(set).await
    }

    async fn set_member_in(
        &self,
        tx: &mut Writing,
        permit: &Permit,
        user: &str,
        role: Option<TeamRole>,
    ) -> Result<Team> {
        let (mut found, org) = self.permitted_team(tx, permit, &[Operation::ChangeMembers, Operation::OwnTeam]).await?;
        let user = self.user_row(tx, user).await?;
        let before = found.members.iter().find(|(id, _)| *id == user.id).map(|(_, role)| role.clone());
        let owner = TeamRole::Owner.as_str();
        if before.as_deref() == Some(owner) || role == Some(TeamRole::Owner) {
            self.expect_operation(permit, &[Operation::OwnTeam])?;
        }
        found.members.retain(|(id, _)| *id != user.id);
        if let Some(role) = role {
            found.members.push((user.id.clone(), role.to_string()));
            found.members.sort_unstable();
        }
        let details = json!({
            "orgId": org.id, "orgName": org.name, "user": user.name, "role": role, "before": before,
        });
        self.write_team(tx, permit.caller(), "UPDATE", &mut found, details).await?;
        team(tx, &found, &org.name).await
    }

    /// Deletes a team, and with it the levels that it holds.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::OwnTeam`] is needed) or no more valid.
    pub async fn delete_team(&self, permit: &Permit) -> Result<()> {
        let mut tx = self.begin().await?;
        let deleted = self.delete_team_in(&mut tx, permit).await;
        tx.end(deleted).await
    }

    async fn delete_team_in(&self, tx: &mut Writing, permit: &Permit) -> Result<()> {
        let (found, org) = self.permitted_team(tx, permit, &[Operation::OwnTeam]).await?;
        let (caller, id) = (permit.caller(), found.row.id.clone());
        for secret in tx.access_of_team(AccessTable::Secrets, &id).await? {
            let loaded = self.load_secret(tx, secret.parse()?).await?;
            let mut secret = loaded.secret;
            secret.access.retain(|(team, _)| *team != id);
            tx.set_access(AccessTable::Secrets, &secret.row.id, &secret.access).await?;
            self.update_secret(tx, &mut secret).await?;
            self.audit_secret(tx, caller, "UPDATE", &secret, &loaded.org.name).await?;
        }
        for project in tx.access_of_team(AccessTable::Projects, &id).await? {
            let (mut project, org) = self.load_project(tx, project.parse()?).await?;
            project.access.retain(|(team, _)| *team != id);
            tx.set_access(AccessTable::Projects, &project.row.id, &project.access).await?;
            let details = json!({"deletedTeam": found.row.name});
            self.write_project(tx, caller, "UPDATE", &mut project, &org, details).await?;
        }
        tx.delete_team(&id).await?;
        let details = json!({"orgId": org.id, "orgName": org.name, "name": found.row.name});
        self.record(tx, caller, "DELETE", &Gone(&found), details).await
    }

    /// The team's records by its name, checked.
    pub(super) async fn team_row(&self, session: &mut Session, org: &OrgRow, name: &str) -> Result<LinkedTeam> {
        let found = session.team_by_name(&org.id, name).await?;
        let row = found.ok_or_else(|| Error::TeamNotFound { name: name.to_owned() })?;
        self.complete_team(session, row).await
    }

    async fn permitted_team(
        &self,
        session: &mut Session,
        permit: &Permit,
        operations: &[Operation],
    ) -> Result<(LinkedTeam, OrgRow)> {
        self.expect_operation(permit, operations)?;
        let Target::Team(id) = permit.target() else {
            return Err(Error::Invalid("the permit is not about a team".to_owned()));
        };
        self.check(session, permit.caller(), permit.operation(), permit.target()).await?;
        self.load_team(session, id).await
    }

    /// Writes a changed team and its members, and records it.
    pub(super) async fn write_team(
        &self,
        tx: &mut Writing,
        caller: &Caller,
        action: &'static str,
        team: &mut LinkedTeam,
        mut details: Value,
    ) -> Result<()> {
        self.stamp(team)?;
        taken(tx.update_team(&team.row).await, "Team", &team.row.name)?;
        tx.set_team_members(&team.row.id, &team.members).await?;
        if let Some(details) = details.as_object_mut() {
            details.insert("name".to_owned(), team.row.name.clone().into());
            details.insert("members".to_owned(), team.members.len().into());
        }
        self.record(tx, caller, action, team, details).await
    }
}

async fn team(session: &mut Session, found: &LinkedTeam, org_name: &str) -> Result<Team> {
    let mut members = Vec::with_capacity(found.members.len());
    for (id, role) in &found.members {
        let Some(row) = session.user(id).await? else { continue };
        members.push(TeamMember { user: UserRef { id: row.id.parse()?, name: row.name }, role: role.parse()? });
    }
    members.sort_by(|a, b| a.user.name.cmp(&b.user.name));
    Ok(Team {
        id: found.row.id.parse()?,
        name: found.row.name.clone(),
        org_name: org_name.to_owned(),
        description: found.row.description.clone(),
        members,
        created_at: found.row.created_at,
    })
}
