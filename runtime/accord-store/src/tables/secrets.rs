//! Secrets: metadata, links to projects, sealed versions.

use sqlx::FromRow;

use crate::database::on;
use crate::{Result, Session, Tx};

/// Metadata of a secret.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct SecretRow {
    /// UUID.
    pub id: String,
    /// UUID of its organization.
    pub org_id: String,
    /// Name, unique in the organization.
    pub name: String,
    /// `KEY_PAIR`, `USERNAME_PASSWORD` or `DATA`.
    pub kind: String,
    /// `SERVER_KEY` or `PASSWORD`.
    pub protection: String,
    /// `PUBLIC` or `PRIVATE`.
    pub visibility: String,
    /// The owner's UUID.
    pub owner_id: Option<String>,
    /// The public half of a key pair.
    pub public_key: Option<String>,
    /// The version that is in force.
    pub current_version: i64,
    /// 1: its value goes to nobody.
    pub closed: i64,
    /// 1: deleted.
    pub deleted: i64,
    /// Microseconds since 1970.
    pub expires_at: Option<i64>,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// Microseconds since 1970.
    pub updated_at: i64,
    /// Counts the changes of the row and its links.
    pub counter: i64,
    /// The KEK that `mac` is made under.
    pub kek_id: String,
    /// Authenticates the row and its links.
    pub mac: Vec<u8>,
}

/// A sealed version of a secret's value.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct SecretVersionRow {
    /// UUID of the secret.
    pub secret_id: String,
    /// Counts from 1.
    pub version: i64,
    /// What it holds; `None`: what the secret says (versions made before kinds could change).
    pub kind: Option<String>,
    /// The KEK that the data key is sealed under.
    pub kek_id: String,
    /// The sealed data key; `None` once shredded.
    pub wrapped_key: Option<Vec<u8>>,
    /// The sealed value.
    pub payload: Vec<u8>,
    /// SHA-256 of `payload`.
    pub digest: Vec<u8>,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// UUID of the user who made it.
    pub created_by: String,
    /// Authenticates the row (with `digest` in the place of `payload`), under the KEK `kek_id`.
    pub mac: Vec<u8>,
}

/// A version without what it sealed, however large that is.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct SecretVersionHead {
    /// UUID of the secret.
    pub secret_id: String,
    /// Counts from 1.
    pub version: i64,
    /// As in [`SecretVersionRow`].
    pub kind: Option<String>,
    /// As in [`SecretVersionRow`].
    pub kek_id: String,
    /// As in [`SecretVersionRow`].
    pub wrapped_key: Option<Vec<u8>>,
    /// As in [`SecretVersionRow`].
    pub digest: Vec<u8>,
    /// As in [`SecretVersionRow`].
    pub created_at: i64,
    /// As in [`SecretVersionRow`].
    pub created_by: String,
    /// As in [`SecretVersionRow`].
    pub mac: Vec<u8>,
}

impl From<&SecretVersionRow> for SecretVersionHead {
    fn from(row: &SecretVersionRow) -> Self {
        Self {
            secret_id: row.secret_id.clone(),
            version: row.version,
            kind: row.kind.clone(),
            kek_id: row.kek_id.clone(),
            wrapped_key: row.wrapped_key.clone(),
            digest: row.digest.clone(),
            created_at: row.created_at,
            created_by: row.created_by.clone(),
            mac: row.mac.clone(),
        }
    }
}

macro_rules! columns {
    () => {
        "s.id, s.org_id, s.name, s.kind, s.protection, s.visibility, s.owner_id, s.public_key, s.current_version, \
         s.closed, s.deleted, s.expires_at, s.created_at, s.updated_at, s.counter, s.kek_id, s.mac"
    };
}

impl Session {
    /// The secret of that id, deleted ones too.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn secret(&mut self, id: &str) -> Result<Option<SecretRow>> {
        let sql = concat!("SELECT ", columns!(), " FROM secrets s WHERE s.id = $1");
        Ok(on!(self, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
    }

    /// The secret of that name in an organization.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn secret_by_name(&mut self, org_id: &str, name: &str) -> Result<Option<SecretRow>> {
        let sql =
            concat!("SELECT ", columns!(), " FROM secrets s WHERE s.org_id = $1 AND s.name = $2 AND s.deleted = 0");
        Ok(on!(self, c => sqlx::query_as(sql).bind(org_id).bind(name).fetch_optional(c).await)?)
    }

    /// All secrets, deleted ones too, by id: for a walk over everything.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn all_secrets(&mut self) -> Result<Vec<SecretRow>> {
        let sql = concat!("SELECT ", columns!(), " FROM secrets s ORDER BY s.id");
        Ok(on!(self, c => sqlx::query_as(sql).fetch_all(c).await)?)
    }

    /// UUIDs of the projects that a secret is linked to, in order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn secret_projects(&mut self, secret_id: &str) -> Result<Vec<String>> {
        let sql = "SELECT project_id FROM secret_projects WHERE secret_id = $1 ORDER BY project_id";
        let rows: Vec<(String,)> = on!(self, c => sqlx::query_as(sql).bind(secret_id).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// UUIDs of the projects that a secret is linked to, and the levels of teams on it (UUID of the
    /// team and level), both in order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn secret_links(&mut self, secret_id: &str) -> Result<(Vec<String>, Vec<(String, String)>)> {
        let sql = "SELECT project_id, NULL FROM secret_projects WHERE secret_id = $1 \
                   UNION ALL SELECT team_id, level FROM secret_access WHERE secret_id = $1 ORDER BY 1";
        let rows: Vec<(String, Option<String>)> =
            on!(self, c => sqlx::query_as(sql).bind(secret_id).fetch_all(c).await)?;
        let (mut projects, mut access) = (Vec::new(), Vec::new());
        for (id, level) in rows {
            match level {
                None => projects.push(id),
                Some(level) => access.push((id, level)),
            }
        }
        Ok((projects, access))
    }

    /// One version of a secret.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn secret_version(&mut self, secret_id: &str, version: i64) -> Result<Option<SecretVersionRow>> {
        let sql = "SELECT secret_id, version, kind, kek_id, wrapped_key, payload, digest, created_at, created_by, \
                   mac FROM secret_versions WHERE secret_id = $1 AND version = $2";
        Ok(on!(self, c => sqlx::query_as(sql).bind(secret_id).bind(version).fetch_optional(c).await)?)
    }

    /// The numbers of all versions of a secret.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn secret_version_numbers(&mut self, secret_id: &str) -> Result<Vec<i64>> {
        let sql = "SELECT version FROM secret_versions WHERE secret_id = $1 ORDER BY version";
        let rows: Vec<(i64,)> = on!(self, c => sqlx::query_as(sql).bind(secret_id).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }
}

impl Tx {
    /// Adds a secret.
    ///
    /// # Errors
    /// The database cannot be written, or the organization has a secret of this name.
    pub async fn insert_secret(&mut self, row: &SecretRow) -> Result<()> {
        let sql = "INSERT INTO secrets (id, org_id, name, kind, protection, visibility, owner_id, public_key, \
                   current_version, closed, deleted, expires_at, created_at, updated_at, counter, kek_id, mac) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
        self.put_secret(sql, row).await
    }

    /// Replaces all columns of a secret.
    ///
    /// # Errors
    /// The database cannot be written, or the name is taken.
    pub async fn update_secret(&mut self, row: &SecretRow) -> Result<()> {
        let sql = "UPDATE secrets SET org_id = $2, name = $3, kind = $4, protection = $5, visibility = $6, \
                   owner_id = $7, public_key = $8, current_version = $9, closed = $10, deleted = $11, \
                   expires_at = $12, created_at = $13, updated_at = $14, counter = $15, kek_id = $16, mac = $17 \
                   WHERE id = $1";
        self.put_secret(sql, row).await
    }

    async fn put_secret(&mut self, sql: &'static str, row: &SecretRow) -> Result<()> {
        on!(self, c => sqlx::query(sql)
            .bind(&row.id)
            .bind(&row.org_id)
            .bind(&row.name)
            .bind(&row.kind)
            .bind(&row.protection)
            .bind(&row.visibility)
            .bind(&row.owner_id)
            .bind(&row.public_key)
            .bind(row.current_version)
            .bind(row.closed)
            .bind(row.deleted)
            .bind(row.expires_at)
            .bind(row.created_at)
            .bind(row.updated_at)
            .bind(row.counter)
            .bind(&row.kek_id)
            .bind(&row.mac)
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Makes `projects` the projects that a secret is linked to.
    ///
    /// # Errors
    /// The database cannot be written, or has no such project.
    pub async fn set_secret_projects(&mut self, secret_id: &str, projects: &[String]) -> Result<()> {
        let sql = "DELETE FROM secret_projects WHERE secret_id = $1";
        on!(self, c => sqlx::query(sql).bind(secret_id).execute(c).await.map(|done| done.rows_affected()))?;
        self.add_secret_projects(secret_id, projects).await
    }

    /// Links a secret to more projects.
    ///
    /// # Errors
    /// The database cannot be written, has no such project or such a link.
    pub async fn add_secret_projects(&mut self, secret_id: &str, projects: &[String]) -> Result<()> {
        for project in projects {
            let sql = "INSERT INTO secret_projects (secret_id, project_id) VALUES ($1, $2)";
            on!(self, c => sqlx::query(sql).bind(secret_id).bind(project).execute(c).await.map(|done| done.rows_affected()))?;
        }
        Ok(())
    }

    /// Adds a version.
    ///
    /// # Errors
    /// The database cannot be written, or has that version.
    pub async fn insert_secret_version(&mut self, row: &SecretVersionRow) -> Result<()> {
        let sql = "INSERT INTO secret_versions (secret_id, version, kind, kek_id, wrapped_key, payload, digest, \
                   created_at, created_by, mac) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        on!(self, c => sqlx::query(sql)
            .bind(&row.secret_id)
            .bind(row.version)
            .bind(&row.kind)
            .bind(&row.kek_id)
            .bind(&row.wrapped_key)
            .bind(&row.payload)
            .bind(&row.digest)
            .bind(row.created_at)
            .bind(&row.created_by)
            .bind(&row.mac)
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Replaces what a change of keys or the end of a version replaces: kind, key, sealed data key
    /// and code; never the payload.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn update_secret_version_head(&mut self, head: &SecretVersionHead) -> Result<()> {
        let sql = "UPDATE secret_versions SET kind = $3, kek_id = $4, wrapped_key = $5, digest = $6, mac = $7 \
                   WHERE secret_id = $1 AND version = $2";
        on!(self, c => sqlx::query(sql)
            .bind(&head.secret_id)
            .bind(head.version)
            .bind(&head.kind)
            .bind(&head.kek_id)
            .bind(&head.wrapped_key)
            .bind(&head.digest)
            .bind(&head.mac)
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Removes the data key of one version, then what it sealed; the version's other columns stay.
    /// The bytes that held them are overwritten (`secure_delete`).
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn shred_secret_version(&mut self, secret_id: &str, version: i64) -> Result<()> {
        let sql = "UPDATE secret_versions SET wrapped_key = NULL WHERE secret_id = $1 AND version = $2";
        on!(self, c => sqlx::query(sql).bind(secret_id).bind(version).execute(c).await.map(|done| done.rows_affected()))?;
        let sql = "UPDATE secret_versions SET payload = $3 WHERE secret_id = $1 AND version = $2";
        on!(self, c => sqlx::query(sql).bind(secret_id).bind(version).bind(&b""[..]).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Removes the row of a deleted secret for good.
    ///
    /// # Errors
    /// The database cannot be written, or a row still names it.
    pub async fn forget_secret(&mut self, id: &str) -> Result<()> {
        on!(self, c => sqlx::query("DELETE FROM secrets WHERE id = $1 AND deleted = 1").bind(id).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Removes the data keys of all versions of a secret, then what they sealed. SQLite overwrites the
    /// pages that held them (`secure_delete`); PostgreSQL keeps the sealed bytes in dead rows and in its
    /// log until it uses the space again.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn shred_secret_versions(&mut self, secret_id: &str) -> Result<()> {
        let sql = "UPDATE secret_versions SET wrapped_key = NULL WHERE secret_id = $1";
        on!(self, c => sqlx::query(sql).bind(secret_id).execute(c).await.map(|done| done.rows_affected()))?;
        let sql = "DELETE FROM secret_versions WHERE secret_id = $1";
        on!(self, c => sqlx::query(sql).bind(secret_id).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(())
    }
}
