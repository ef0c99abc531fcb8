//! What lies under which key-encryption key, so that it can be put under another one, batch by batch.

use crate::database::on;
use crate::tables::keys::{AuditKeyRow, ScopeKeyRow};
use crate::tables::secrets::SecretVersionHead;
use crate::{Result, Session, Tx};

/// A table whose rows carry an authentication code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodedTable {
    /// Users.
    Users,
    /// Organizations.
    Orgs,
    /// Projects.
    Projects,
    /// Teams.
    Teams,
    /// API tokens.
    Tokens,
    /// Repositories.
    Repositories,
    /// Secrets, deleted ones too.
    Secrets,
}

impl CodedTable {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Users, Self::Orgs, Self::Projects, Self::Teams, Self::Tokens, Self::Repositories, Self::Secrets];
}

macro_rules! per_table {
    ($table:expr, $before:literal, $after:literal) => {
        match $table {
            CodedTable::Users => concat!($before, "users", $after),
            CodedTable::Orgs => concat!($before, "orgs", $after),
            CodedTable::Projects => concat!($before, "projects", $after),
            CodedTable::Teams => concat!($before, "teams", $after),
            CodedTable::Tokens => concat!($before, "tokens", $after),
            CodedTable::Repositories => concat!($before, "repositories", $after),
            CodedTable::Secrets => concat!($before, "secrets", $after),
        }
    };
}

impl Session {
    /// Id of the key-encryption key that seals what is new.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn current_kek(&mut self) -> Result<Option<String>> {
        let sql = "SELECT id FROM keks WHERE state = 'CURRENT'";
        let row: Option<(String,)> = on!(self, c => sqlx::query_as(sql).fetch_optional(c).await)?;
        Ok(row.map(|row| row.0))
    }

    /// UUIDs of rows whose code is under another KEK than this one, after `after`, in order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn rows_under_other_keks(
        &mut self,
        table: CodedTable,
        kek_id: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<String>> {
        let sql = per_table!(table, "SELECT id FROM ", " WHERE kek_id <> $1 AND id > $2 ORDER BY id LIMIT $3");
        let rows: Vec<(String,)> =
            on!(self, c => sqlx::query_as(sql).bind(kek_id).bind(after).bind(i64::from(limit)).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// Versions of secrets under another KEK than this one, after `after`, in order; without payloads.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn versions_under_other_keks(
        &mut self,
        kek_id: &str,
        after: (&str, i64),
        limit: u32,
    ) -> Result<Vec<SecretVersionHead>> {
        let sql = "SELECT secret_id, version, kind, kek_id, wrapped_key, digest, created_at, created_by, mac \
                   FROM secret_versions WHERE kek_id <> $1 AND (secret_id > $2 OR (secret_id = $2 AND version > $3)) \
                   ORDER BY secret_id, version LIMIT $4";
        Ok(on!(self, c => sqlx::query_as(sql)
            .bind(kek_id)
            .bind(after.0)
            .bind(after.1)
            .bind(i64::from(limit))
            .fetch_all(c)
            .await)?)
    }

    /// All versions of a secret, without payloads, in order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn secret_version_heads(&mut self, secret_id: &str) -> Result<Vec<SecretVersionHead>> {
        let sql = "SELECT secret_id, version, kind, kek_id, wrapped_key, digest, created_at, created_by, mac \
                   FROM secret_versions WHERE secret_id = $1 ORDER BY version";
        Ok(on!(self, c => sqlx::query_as(sql).bind(secret_id).fetch_all(c).await)?)
    }

    /// How many things lie under a KEK: rows with a code, versions, keys of scopes, keys of the audit
    /// chain.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn count_under_kek(&mut self, kek_id: &str) -> Result<i64> {
        let mut count = 0_i64;
        for table in CodedTable::ALL {
            let sql = per_table!(table, "SELECT COUNT(*) FROM ", " WHERE kek_id = $1");
            let row: (i64,) = on!(self, c => sqlx::query_as(sql).bind(kek_id).fetch_one(c).await)?;
            count = count.saturating_add(row.0);
        }
        for sql in [
            "SELECT COUNT(*) FROM secret_versions WHERE kek_id = $1",
            "SELECT COUNT(*) FROM scope_keys WHERE kek_id = $1",
            "SELECT COUNT(*) FROM audit_keys WHERE kek_id = $1",
        ] {
            let row: (i64,) = on!(self, c => sqlx::query_as(sql).bind(kek_id).fetch_one(c).await)?;
            count = count.saturating_add(row.0);
        }
        Ok(count)
    }

    /// UUIDs of the secrets that a user owns, deleted ones too.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn secrets_owned_by(&mut self, user_id: &str) -> Result<Vec<String>> {
        let sql = "SELECT id FROM secrets WHERE owner_id = $1 ORDER BY id";
        let rows: Vec<(String,)> = on!(self, c => sqlx::query_as(sql).bind(user_id).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// UUIDs of an organization's deleted secrets.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn deleted_secrets(&mut self, org_id: &str) -> Result<Vec<String>> {
        let sql = "SELECT id FROM secrets WHERE org_id = $1 AND deleted = 1 ORDER BY id";
        let rows: Vec<(String,)> = on!(self, c => sqlx::query_as(sql).bind(org_id).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// UUIDs of the secrets that are linked to a project.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn secrets_of_project(&mut self, project_id: &str) -> Result<Vec<String>> {
        let sql = "SELECT secret_id FROM secret_projects WHERE project_id = $1 ORDER BY secret_id";
        let rows: Vec<(String,)> = on!(self, c => sqlx::query_as(sql).bind(project_id).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }
}

impl Tx {
    /// Replaces state and sealed form of a key-encryption key.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn update_kek(&mut self, id: &str, state: &str, sealed: &[u8]) -> Result<()> {
        let sql = "UPDATE keks SET state = $2, sealed = $3 WHERE id = $1";
        on!(self, c => sqlx::query(sql).bind(id).bind(state).bind(sealed).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Removes a key-encryption key.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn delete_kek(&mut self, id: &str) -> Result<()> {
        on!(self, c => sqlx::query("DELETE FROM keks WHERE id = $1").bind(id).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Counts data keys sealed with a KEK.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn count_wraps(&mut self, kek_id: &str, wraps: i64) -> Result<()> {
        let sql = "UPDATE keks SET wraps = wraps + $2 WHERE id = $1";
        on!(self, c => sqlx::query(sql).bind(kek_id).bind(wraps).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Replaces the KEK and the sealed form of a scope's key.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn update_scope_key(&mut self, row: &ScopeKeyRow) -> Result<()> {
        let sql = "UPDATE scope_keys SET kek_id = $4, sealed = $5 WHERE scope = $1 AND scope_id = $2 AND version = $3";
        on!(self, c => sqlx::query(sql)
            .bind(&row.scope)
            .bind(&row.scope_id)
            .bind(row.version)
            .bind(&row.kek_id)
            .bind(&row.sealed)
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Removes the keys of a scope: what they sealed is lost.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn delete_scope_keys(&mut self, scope: &str, scope_id: &str) -> Result<()> {
        let sql = "DELETE FROM scope_keys WHERE scope = $1 AND scope_id = $2";
        on!(self, c => sqlx::query(sql).bind(scope).bind(scope_id).execute(c).await.map(|done| done.rows_affected()))?;
        let sql = "DELETE FROM kv WHERE scope_id = $1";
        on!(self, c => sqlx::query(sql).bind(scope_id).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Replaces the KEK and the sealed form of a key of the audit chain.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn update_audit_key(&mut self, row: &AuditKeyRow) -> Result<()> {
        let sql = "UPDATE audit_keys SET kek_id = $2, sealed = $3 WHERE segment = $1";
        on!(self, c => sqlx::query(sql).bind(row.segment).bind(&row.kek_id).bind(&row.sealed).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(())
    }
}
