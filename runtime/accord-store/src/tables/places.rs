//! Users, organizations and projects: their rows as they are.

use sqlx::FromRow;

use crate::database::on;
use crate::{Result, Session, Tx};

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct UserRow {
    /// UUID.
    pub id: String,
    /// Unique name.
    pub name: String,
    /// `LOCAL` (a user of the operating system).
    pub kind: String,
    /// `ADMIN`, `READER`, `WRITER` (of the whole installation) or `USER`.
    pub role: String,
    /// 1: may do nothing.
    pub disabled: i64,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// Counts the changes of the row.
    pub counter: i64,
    /// The KEK that `mac` is made under.
    pub kek_id: String,
    /// Authenticates the row.
    pub mac: Vec<u8>,
}

/// An organization.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct OrgRow {
    /// UUID.
    pub id: String,
    /// Unique name.
    pub name: String,
    /// `PUBLIC` or `PRIVATE`.
    pub visibility: String,
    /// The owner's UUID.
    pub owner_id: Option<String>,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// Counts the changes of the row.
    pub counter: i64,
    /// The KEK that `mac` is made under.
    pub kek_id: String,
    /// Authenticates the row.
    pub mac: Vec<u8>,
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct ProjectRow {
    /// UUID.
    pub id: String,
    /// UUID of its organization.
    pub org_id: String,
    /// Name, unique in the organization.
    pub name: String,
    /// `PUBLIC` or `PRIVATE`.
    pub visibility: String,
    /// The owner's UUID.
    pub owner_id: Option<String>,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// Counts the changes of the row.
    pub counter: i64,
    /// The KEK that `mac` is made under.
    pub kek_id: String,
    /// Authenticates the row.
    pub mac: Vec<u8>,
}

impl Session {
    /// The user of that id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn user(&mut self, id: &str) -> Result<Option<UserRow>> {
        let sql = "SELECT id, name, kind, role, disabled, created_at, counter, kek_id, mac FROM users WHERE id = $1";
        Ok(on!(self, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
    }

    /// The user of that name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn user_by_name(&mut self, name: &str) -> Result<Option<UserRow>> {
        let sql = "SELECT id, name, kind, role, disabled, created_at, counter, kek_id, mac FROM users WHERE name = $1";
        Ok(on!(self, c => sqlx::query_as(sql).bind(name).fetch_optional(c).await)?)
    }

    /// All users, by name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn users(&mut self) -> Result<Vec<UserRow>> {
        let sql = "SELECT id, name, kind, role, disabled, created_at, counter, kek_id, mac FROM users ORDER BY name";
        Ok(on!(self, c => sqlx::query_as(sql).fetch_all(c).await)?)
    }

    /// The organization of that id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn org(&mut self, id: &str) -> Result<Option<OrgRow>> {
        let sql = "SELECT id, name, visibility, owner_id, created_at, counter, kek_id, mac FROM orgs WHERE id = $1";
        Ok(on!(self, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
    }

    /// The organization of that name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn org_by_name(&mut self, name: &str) -> Result<Option<OrgRow>> {
        let sql = "SELECT id, name, visibility, owner_id, created_at, counter, kek_id, mac FROM orgs WHERE name = $1";
        Ok(on!(self, c => sqlx::query_as(sql).bind(name).fetch_optional(c).await)?)
    }

    /// All organizations, by name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn orgs(&mut self) -> Result<Vec<OrgRow>> {
        let sql = "SELECT id, name, visibility, owner_id, created_at, counter, kek_id, mac FROM orgs ORDER BY name";
        Ok(on!(self, c => sqlx::query_as(sql).fetch_all(c).await)?)
    }

    /// The project of that id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn project(&mut self, id: &str) -> Result<Option<ProjectRow>> {
        let sql = "SELECT id, org_id, name, visibility, owner_id, created_at, counter, kek_id, mac FROM projects \
                   WHERE id = $1";
        Ok(on!(self, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
    }

    /// The project of that name in an organization.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn project_by_name(&mut self, org_id: &str, name: &str) -> Result<Option<ProjectRow>> {
        let sql = "SELECT id, org_id, name, visibility, owner_id, created_at, counter, kek_id, mac FROM projects \
                   WHERE org_id = $1 AND name = $2";
        Ok(on!(self, c => sqlx::query_as(sql).bind(org_id).bind(name).fetch_optional(c).await)?)
    }

    /// UUIDs of the organizations and of the projects that a user owns.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn places_owned_by(&mut self, user_id: &str) -> Result<(Vec<String>, Vec<String>)> {
        let sql = "SELECT id FROM orgs WHERE owner_id = $1 ORDER BY id";
        let orgs: Vec<(String,)> = on!(self, c => sqlx::query_as(sql).bind(user_id).fetch_all(c).await)?;
        let sql = "SELECT id FROM projects WHERE owner_id = $1 ORDER BY id";
        let projects: Vec<(String,)> = on!(self, c => sqlx::query_as(sql).bind(user_id).fetch_all(c).await)?;
        let ids = |rows: Vec<(String,)>| rows.into_iter().map(|row| row.0).collect();
        Ok((ids(orgs), ids(projects)))
    }

    /// How many projects, secrets (deleted ones apart), teams and JSON stores an organization has.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn org_contents(&mut self, org_id: &str) -> Result<[i64; 4]> {
        let sql = "SELECT (SELECT COUNT(*) FROM projects WHERE org_id = $1), \
                   (SELECT COUNT(*) FROM secrets WHERE org_id = $1 AND deleted = 0), \
                   (SELECT COUNT(*) FROM teams WHERE org_id = $1), (SELECT COUNT(*) FROM json_stores WHERE org_id = $1)";
        let row: (i64, i64, i64, i64) = on!(self, c => sqlx::query_as(sql).bind(org_id).fetch_one(c).await)?;
        Ok([row.0, row.1, row.2, row.3])
    }

    /// All projects (of one organization), by name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn projects(&mut self, org_id: Option<&str>) -> Result<Vec<ProjectRow>> {
        let sql = "SELECT id, org_id, name, visibility, owner_id, created_at, counter, kek_id, mac FROM projects \
                   WHERE $1 IS NULL OR org_id = $1 ORDER BY name, id";
        Ok(on!(self, c => sqlx::query_as(sql).bind(org_id).fetch_all(c).await)?)
    }
}

impl Tx {
    /// Adds a user.
    ///
    /// # Errors
    /// The database cannot be written, or has a user of this name.
    pub async fn insert_user(&mut self, row: &UserRow) -> Result<()> {
        let sql = "INSERT INTO users (id, name, kind, role, disabled, created_at, counter, kek_id, mac) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        self.put_user(sql, row).await
    }

    /// Replaces all columns of a user.
    ///
    /// # Errors
    /// The database cannot be written, or the name is taken.
    pub async fn update_user(&mut self, row: &UserRow) -> Result<()> {
        let sql = "UPDATE users SET name = $2, kind = $3, role = $4, disabled = $5, created_at = $6, counter = $7, \
                   kek_id = $8, mac = $9 WHERE id = $1";
        self.put_user(sql, row).await
    }

    async fn put_user(&mut self, sql: &'static str, row: &UserRow) -> Result<()> {
        on!(self, c => sqlx::query(sql)
            .bind(&row.id)
            .bind(&row.name)
            .bind(&row.kind)
            .bind(&row.role)
            .bind(row.disabled)
            .bind(row.created_at)
            .bind(row.counter)
            .bind(&row.kek_id)
            .bind(&row.mac)
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Removes a user.
    ///
    /// # Errors
    /// The database cannot be written, or a row still names him.
    pub async fn delete_user(&mut self, id: &str) -> Result<()> {
        on!(self, c => sqlx::query("DELETE FROM users WHERE id = $1").bind(id).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Adds an organization.
    ///
    /// # Errors
    /// The database cannot be written, or has an organization of this name.
    pub async fn insert_org(&mut self, row: &OrgRow) -> Result<()> {
        let sql = "INSERT INTO orgs (id, name, visibility, owner_id, created_at, counter, kek_id, mac) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        self.put_org(sql, row).await
    }

    /// Replaces all columns of an organization.
    ///
    /// # Errors
    /// The database cannot be written, or the name is taken.
    pub async fn update_org(&mut self, row: &OrgRow) -> Result<()> {
        let sql = "UPDATE orgs SET name = $2, visibility = $3, owner_id = $4, created_at = $5, counter = $6, \
                   kek_id = $7, mac = $8 WHERE id = $1";
        self.put_org(sql, row).await
    }

    /// Removes an organization.
    ///
    /// # Errors
    /// The database cannot be written, or a row still names it.
    pub async fn delete_org(&mut self, id: &str) -> Result<()> {
        on!(self, c => sqlx::query("DELETE FROM orgs WHERE id = $1").bind(id).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(())
    }

    async fn put_org(&mut self, sql: &'static str, row: &OrgRow) -> Result<()> {
        on!(self, c => sqlx::query(sql)
            .bind(&row.id)
            .bind(&row.name)
            .bind(&row.visibility)
            .bind(&row.owner_id)
            .bind(row.created_at)
            .bind(row.counter)
            .bind(&row.kek_id)
            .bind(&row.mac)
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Adds a project.
    ///
    /// # Errors
    /// The database cannot be written, or its organization has a project of this name.
    pub async fn insert_project(&mut self, row: &ProjectRow) -> Result<()> {
        let sql = "INSERT INTO projects (id, org_id, name, visibility, owner_id, created_at, counter, kek_id, mac) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        self.put_project(sql, row).await
    }

    /// Replaces all columns of a project.
    ///
    /// # Errors
    /// The database cannot be written, or the name is taken.
    pub async fn update_project(&mut self, row: &ProjectRow) -> Result<()> {
        let sql = "UPDATE projects SET org_id = $2, name = $3, visibility = $4, owner_id = $5, created_at = $6, \
                   counter = $7, kek_id = $8, mac = $9 WHERE id = $1";
        self.put_project(sql, row).await
    }

    /// Removes a project.
    ///
    /// # Errors
    /// The database cannot be written, or a row still names it.
    pub async fn delete_project(&mut self, id: &str) -> Result<()> {
        on!(self, c => sqlx::query("DELETE FROM projects WHERE id = $1").bind(id).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(())
    }

    async fn put_project(&mut self, sql: &'static str, row: &ProjectRow) -> Result<()> {
        on!(self, c => sqlx::query(sql)
            .bind(&row.id)
            .bind(&row.org_id)
            .bind(&row.name)
            .bind(&row.visibility)
            .bind(&row.owner_id)
            .bind(row.created_at)
            .bind(row.counter)
            .bind(&row.kek_id)
            .bind(&row.mac)
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(())
    }
}
