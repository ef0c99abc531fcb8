//! Levels of teams on secrets and projects.

use accord_store::{AccessTable, OrgRow, Session};
use serde_json::json;

use super::{Store, Writing};
use crate::Result;
use crate::access::Permit;
use crate::mac::Levels;
use crate::people::{Grant, TeamLevel};
use crate::permissions::Operation;

impl Store {
    /// The levels of teams on a secret.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ReadMetadata`] is needed) or no more valid.
    pub async fn secret_access(&self, permit: &Permit) -> Result<Vec<TeamLevel>> {
        let mut read = self.read().await?;
        let loaded = self.use_permit(&mut read, permit, &[Operation::ReadMetadata]).await?;
        let levels = self.team_levels(&mut read, &loaded.secret.access).await?;
        read.finish().await?;
        Ok(levels)
    }

    /// The levels of teams on a project.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ReadProject`] is needed) or no more valid.
    pub async fn project_access(&self, permit: &Permit) -> Result<Vec<TeamLevel>> {
        let mut read = self.read().await?;
        let (project, _) = self.permitted_project(&mut read, permit, Operation::ReadProject).await?;
        let levels = self.team_levels(&mut read, &project.access).await?;
        read.finish().await?;
        Ok(levels)
    }

    /// Gives levels on a secret to teams and takes them away; with `replace` those that are not named
    /// lose theirs.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::OwnSecret`] is needed) or no more valid;
    /// there is no such team.
    pub async fn set_secret_access(&self, permit: &Permit, grants: &[Grant], replace: bool) -> Result<Vec<TeamLevel>> {
        let mut tx = self.begin().await?;
        let set = self.set_secret_access_in(&mut tx, permit, grants, replace).await;
        tx.end(set).await
    }

    async fn set_secret_access_in(
        &self,
        tx: &mut Writing,
        permit: &Permit,
        grants: &[Grant],
        replace: bool,
    ) -> Result<Vec<TeamLevel>> {
        let loaded = self.use_permit(tx, permit, &[Operation::OwnSecret]).await?;
        let (mut secret, org) = (loaded.secret, loaded.org);
        self.apply(tx, permit, &mut secret.access, &org, grants, replace).await?;
        tx.set_access(AccessTable::Secrets, &secret.row.id, &secret.access).await?;
        self.update_secret(tx, &mut secret).await?;
        self.audit_secret(tx, permit.caller(), "UPDATE", &secret, &org.name).await?;
        self.team_levels(tx, &secret.access).await
    }

    /// Gives levels on a project to teams and takes them away; with `replace` those that are not named
    /// lose theirs.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::OwnProject`] is needed) or no more valid;
    /// there is no such team.
    pub async fn set_project_access(&self, permit: &Permit, grants: &[Grant], replace: bool) -> Result<Vec<TeamLevel>> {
        let mut tx = self.begin().await?;
        let set = self.set_project_access_in(&mut tx, permit, grants, replace).await;
        tx.end(set).await
    }

    async fn set_project_access_in(
        &self,
        tx: &mut Writing,
        permit: &Permit,
        grants: &[Grant],
        replace: bool,
    ) -> Result<Vec<TeamLevel>> {
        let (mut project, org) = self.permitted_project(tx, permit, Operation::OwnProject).await?;
        self.apply(tx, permit, &mut project.access, &org, grants, replace).await?;
        tx.set_access(AccessTable::Projects, &project.row.id, &project.access).await?;
        let details = json!({"access": project.access});
        self.write_project(tx, permit.caller(), "UPDATE", &mut project, &org, details).await?;
        self.team_levels(tx, &project.access).await
    }

    async fn apply(
        &self,
        tx: &mut Writing,
        permit: &Permit,
        access: &mut Levels,
        place: &OrgRow,
        grants: &[Grant],
        replace: bool,
    ) -> Result<()> {
        if replace {
            access.clear();
        }
        let asker = self.asker(tx, permit.caller()).await?;
        for grant in grants {
            let org = match &grant.org {
                Some(name) if *name != place.name => self.org_row(tx, name).await?,
                _ => place.clone(),
            };
            let team = self.team_row(tx, &org, &grant.team).await?;
            // Whoever may not know of a team gives it nothing; taking away is always possible.
            if org.id == place.id || grant.level.is_some() {
                self.require_org(&asker, Operation::ReadOrg, &org)?;
            }
            access.retain(|(id, _)| *id != team.row.id);
            if let Some(level) = grant.level {
                access.push((team.row.id, level.to_string()));
            }
        }
        access.sort_unstable();
        Ok(())
    }

    /// Levels as they are shown, by name of the team.
    pub(super) async fn team_levels(&self, session: &mut Session, access: &Levels) -> Result<Vec<TeamLevel>> {
        let mut levels = Vec::with_capacity(access.len());
        for (id, level) in access {
            let (team, org) = self.load_team(session, id.parse()?).await?;
            levels.push(TeamLevel {
                team_id: team.row.id.parse()?,
                team_name: team.row.name,
                org_name: org.name,
                level: level.parse()?,
            });
        }
        levels.sort_by(|a, b| (&a.org_name, &a.team_name).cmp(&(&b.org_name, &b.team_name)));
        Ok(levels)
    }
}
