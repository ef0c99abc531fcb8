//! Teams, their members, and the levels that they hold on secrets and projects.

use sqlx::FromRow;

use crate::database::on;
use crate::{Result, Session, Tx};

/// A team.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct TeamRow {
    /// UUID.
    pub id: String,
    /// UUID of its organization.
    pub org_id: String,
    /// Name, unique in the organization.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// Counts the changes of the row and of its members.
    pub counter: i64,
    /// The KEK that `mac` is made under.
    pub kek_id: String,
    /// Authenticates the row and its members.
    pub mac: Vec<u8>,
}

/// What a team holds a level on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessTable {
    /// Secrets.
    Secrets,
    /// Projects.
    Projects,
}

macro_rules! select_team {
    ($rest:literal) => {
        concat!("SELECT id, org_id, name, description, created_at, counter, kek_id, mac FROM teams ", $rest)
    };
}

impl Session {
    /// The team of that id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn team(&mut self, id: &str) -> Result<Option<TeamRow>> {
        Ok(on!(self, c => sqlx::query_as(select_team!("WHERE id = $1")).bind(id).fetch_optional(c).await)?)
    }

    /// The team of that name in an organization.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn team_by_name(&mut self, org_id: &str, name: &str) -> Result<Option<TeamRow>> {
        let sql = select_team!("WHERE org_id = $1 AND name = $2");
        Ok(on!(self, c => sqlx::query_as(sql).bind(org_id).bind(name).fetch_optional(c).await)?)
    }

    /// All teams (of one organization), by name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn teams(&mut self, org_id: Option<&str>) -> Result<Vec<TeamRow>> {
        let sql = select_team!("WHERE $1 IS NULL OR org_id = $1 ORDER BY name, id");
        Ok(on!(self, c => sqlx::query_as(sql).bind(org_id).fetch_all(c).await)?)
    }

    /// The teams that a user is a member of.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn teams_of(&mut self, user_id: &str) -> Result<Vec<TeamRow>> {
        let sql = select_team!("WHERE id IN (SELECT team_id FROM team_members WHERE user_id = $1) ORDER BY id");
        Ok(on!(self, c => sqlx::query_as(sql).bind(user_id).fetch_all(c).await)?)
    }

    /// The members of a team: UUID of the user and role, in order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn team_members(&mut self, team_id: &str) -> Result<Vec<(String, String)>> {
        let sql = "SELECT user_id, role FROM team_members WHERE team_id = $1 ORDER BY user_id";
        Ok(on!(self, c => sqlx::query_as(sql).bind(team_id).fetch_all(c).await)?)
    }

    /// The levels of teams on a thing: UUID of the team and level, in order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn access(&mut self, table: AccessTable, id: &str) -> Result<Vec<(String, String)>> {
        let sql = match table {
            AccessTable::Secrets => "SELECT team_id, level FROM secret_access WHERE secret_id = $1 ORDER BY team_id",
            AccessTable::Projects => "SELECT team_id, level FROM project_access WHERE project_id = $1 ORDER BY team_id",
        };
        Ok(on!(self, c => sqlx::query_as(sql).bind(id).fetch_all(c).await)?)
    }

    /// UUIDs of the things that a team holds a level on, in order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn access_of_team(&mut self, table: AccessTable, team_id: &str) -> Result<Vec<String>> {
        let sql = match table {
            AccessTable::Secrets => "SELECT secret_id FROM secret_access WHERE team_id = $1 ORDER BY secret_id",
            AccessTable::Projects => "SELECT project_id FROM project_access WHERE team_id = $1 ORDER BY project_id",
        };
        let rows: Vec<(String,)> = on!(self, c => sqlx::query_as(sql).bind(team_id).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// All levels of teams on things of a kind: UUID of the thing, of the team, and level, in order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn all_access(&mut self, table: AccessTable) -> Result<Vec<(String, String, String)>> {
        let sql = match table {
            AccessTable::Secrets => "SELECT secret_id, team_id, level FROM secret_access ORDER BY secret_id, team_id",
            AccessTable::Projects => {
                "SELECT project_id, team_id, level FROM project_access ORDER BY project_id, team_id"
            }
        };
        Ok(on!(self, c => sqlx::query_as(sql).fetch_all(c).await)?)
    }
}

impl Tx {
    /// Adds a team, without members.
    ///
    /// # Errors
    /// The database cannot be written, or the organization has a team of this name.
    pub async fn insert_team(&mut self, row: &TeamRow) -> Result<()> {
        let sql = "INSERT INTO teams (id, org_id, name, description, created_at, counter, kek_id, mac) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        self.put_team(sql, row).await
    }

    /// Replaces all columns of a team.
    ///
    /// # Errors
    /// The database cannot be written, or the name is taken.
    pub async fn update_team(&mut self, row: &TeamRow) -> Result<()> {
        let sql = "UPDATE teams SET org_id = $2, name = $3, description = $4, created_at = $5, counter = $6, \
                   kek_id = $7, mac = $8 WHERE id = $1";
        self.put_team(sql, row).await
    }

    async fn put_team(&mut self, sql: &'static str, row: &TeamRow) -> Result<()> {
        on!(self, c => sqlx::query(sql)
            .bind(&row.id)
            .bind(&row.org_id)
            .bind(&row.name)
            .bind(&row.description)
            .bind(row.created_at)
            .bind(row.counter)
            .bind(&row.kek_id)
            .bind(&row.mac)
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Removes a team and its members.
    ///
    /// # Errors
    /// The database cannot be written, or the team still holds a level.
    pub async fn delete_team(&mut self, id: &str) -> Result<()> {
        on!(self, c => sqlx::query("DELETE FROM team_members WHERE team_id = $1").bind(id).execute(c).await.map(|done| done.rows_affected()))?;
        on!(self, c => sqlx::query("DELETE FROM teams WHERE id = $1").bind(id).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Makes `members` the members of a team.
    ///
    /// # Errors
    /// The database cannot be written, or has no such user.
    pub async fn set_team_members(&mut self, team_id: &str, members: &[(String, String)]) -> Result<()> {
        on!(self, c => sqlx::query("DELETE FROM team_members WHERE team_id = $1").bind(team_id).execute(c).await.map(|done| done.rows_affected()))?;
        for (user, role) in members {
            let sql = "INSERT INTO team_members (team_id, user_id, role) VALUES ($1, $2, $3)";
            on!(self, c => sqlx::query(sql).bind(team_id).bind(user).bind(role).execute(c).await.map(|done| done.rows_affected()))?;
        }
        Ok(())
    }

    /// Makes `access` the levels of teams on a thing.
    ///
    /// # Errors
    /// The database cannot be written, or has no such team.
    pub async fn set_access(&mut self, table: AccessTable, id: &str, access: &[(String, String)]) -> Result<()> {
        let (delete, insert) = match table {
            AccessTable::Secrets => (
                "DELETE FROM secret_access WHERE secret_id = $1",
                "INSERT INTO secret_access (secret_id, team_id, level) VALUES ($1, $2, $3)",
            ),
            AccessTable::Projects => (
                "DELETE FROM project_access WHERE project_id = $1",
                "INSERT INTO project_access (project_id, team_id, level) VALUES ($1, $2, $3)",
            ),
        };
        on!(self, c => sqlx::query(delete).bind(id).execute(c).await.map(|done| done.rows_affected()))?;
        for (team, level) in access {
            on!(self, c => sqlx::query(insert).bind(id).bind(team).bind(level).execute(c).await.map(|done| done.rows_affected()))?;
        }
        Ok(())
    }
}
