//! Installation-wide facts and sealed keys.

use sqlx::FromRow;

use crate::database::on;
use crate::{Result, Session, Tx};

/// A key-encryption key, sealed under the root key.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct KekRow {
    /// UUID.
    pub id: String,
    /// `CURRENT` (seals new data keys) or `OLD` (opens what was sealed before).
    pub state: String,
    /// Number of data keys sealed with it.
    pub wraps: i64,
    /// The sealed key.
    pub sealed: Vec<u8>,
    /// Microseconds since 1970.
    pub created_at: i64,
}

/// A key of a project or of the installation, sealed under a KEK.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct ScopeKeyRow {
    /// `PROJECT` or `INSTALLATION`.
    pub scope: String,
    /// The project's UUID, or the installation's.
    pub scope_id: String,
    /// Counts from 1.
    pub version: i64,
    /// The KEK that it is sealed under.
    pub kek_id: String,
    /// The sealed key.
    pub sealed: Vec<u8>,
    /// Microseconds since 1970.
    pub created_at: i64,
}

/// A key of a segment of the audit chain, sealed under a KEK.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct AuditKeyRow {
    /// Number of the segment.
    pub segment: i64,
    /// The KEK that it is sealed under.
    pub kek_id: String,
    /// The sealed key.
    pub sealed: Vec<u8>,
}

impl Session {
    /// An installation-wide fact.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn meta(&mut self, name: &str) -> Result<Option<String>> {
        let sql = "SELECT value FROM meta WHERE name = $1";
        let row: Option<(String,)> = on!(self, c => sqlx::query_as(sql).bind(name).fetch_optional(c).await)?;
        Ok(row.map(|row| row.0))
    }

    /// All key-encryption keys.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn keks(&mut self) -> Result<Vec<KekRow>> {
        let sql = "SELECT id, state, wraps, sealed, created_at FROM keks ORDER BY created_at, id";
        Ok(on!(self, c => sqlx::query_as(sql).fetch_all(c).await)?)
    }

    /// A scope's key of the given version, or its newest one.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn scope_key(
        &mut self,
        scope: &str,
        scope_id: &str,
        version: Option<i64>,
    ) -> Result<Option<ScopeKeyRow>> {
        let sql = "SELECT scope, scope_id, version, kek_id, sealed, created_at FROM scope_keys \
                   WHERE scope = $1 AND scope_id = $2 AND ($3 IS NULL OR version = $3) ORDER BY version DESC LIMIT 1";
        Ok(on!(self, c => sqlx::query_as(sql).bind(scope).bind(scope_id).bind(version).fetch_optional(c).await)?)
    }

    /// All keys of all scopes.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn scope_keys(&mut self) -> Result<Vec<ScopeKeyRow>> {
        let sql = "SELECT scope, scope_id, version, kek_id, sealed, created_at FROM scope_keys \
                   ORDER BY scope, scope_id, version";
        Ok(on!(self, c => sqlx::query_as(sql).fetch_all(c).await)?)
    }

    /// The kept keys of the audit chain, the first segment first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn audit_keys(&mut self) -> Result<Vec<AuditKeyRow>> {
        let sql = "SELECT segment, kek_id, sealed FROM audit_keys ORDER BY segment";
        Ok(on!(self, c => sqlx::query_as(sql).fetch_all(c).await)?)
    }
}

impl Tx {
    /// Sets an installation-wide fact.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn set_meta(&mut self, name: &str, value: &str) -> Result<()> {
        let sql =
            "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        on!(self, c => sqlx::query(sql).bind(name).bind(value).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Adds a key-encryption key.
    ///
    /// # Errors
    /// The database cannot be written, or has a key of this id.
    pub async fn insert_kek(&mut self, row: &KekRow) -> Result<()> {
        let sql = "INSERT INTO keks (id, state, wraps, sealed, created_at) VALUES ($1, $2, $3, $4, $5)";
        on!(self, c => sqlx::query(sql)
            .bind(&row.id)
            .bind(&row.state)
            .bind(row.wraps)
            .bind(&row.sealed)
            .bind(row.created_at)
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Counts one more key sealed under a KEK.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn count_wrap(&mut self, kek_id: &str) -> Result<()> {
        on!(self, c => sqlx::query("UPDATE keks SET wraps = wraps + 1 WHERE id = $1").bind(kek_id).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Adds a key of a scope.
    ///
    /// # Errors
    /// The database cannot be written, or has that version.
    pub async fn insert_scope_key(&mut self, row: &ScopeKeyRow) -> Result<()> {
        let sql = "INSERT INTO scope_keys (scope, scope_id, version, kek_id, sealed, created_at) \
                   VALUES ($1, $2, $3, $4, $5, $6)";
        on!(self, c => sqlx::query(sql)
            .bind(&row.scope)
            .bind(&row.scope_id)
            .bind(row.version)
            .bind(&row.kek_id)
            .bind(&row.sealed)
            .bind(row.created_at)
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Adds a key of the audit chain and drops all between the first and it.
    ///
    /// # Errors
    /// The database cannot be written, or has that segment.
    pub async fn insert_audit_key(&mut self, row: &AuditKeyRow) -> Result<()> {
        let sql = "INSERT INTO audit_keys (segment, kek_id, sealed) VALUES ($1, $2, $3)";
        on!(self, c => sqlx::query(sql).bind(row.segment).bind(&row.kek_id).bind(&row.sealed).execute(c).await.map(|done| done.rows_affected()))?;
        let sql = "DELETE FROM audit_keys WHERE segment > 0 AND segment < $1";
        on!(self, c => sqlx::query(sql).bind(row.segment).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(())
    }
}
