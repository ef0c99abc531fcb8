//! Values under keys, shared by the processes of a project.

use sqlx::FromRow;

use crate::database::on;
use crate::{Result, Session, Tx};

/// A value under a key: one of `text`, `number` and `sealed` is there.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct KvRow {
    /// UUID of the project, or of the installation for processes without one.
    pub scope_id: String,
    /// The key.
    #[sqlx(rename = "kv_key")]
    pub key: String,
    /// A text.
    pub text: Option<String>,
    /// A number.
    pub number: Option<i64>,
    /// A sealed text.
    pub sealed: Option<Vec<u8>>,
    /// Microseconds since 1970.
    pub updated_at: i64,
}

impl Session {
    /// The value under a key.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn kv(&mut self, scope_id: &str, key: &str) -> Result<Option<KvRow>> {
        let sql = "SELECT scope_id, kv_key, text, number, sealed, updated_at FROM kv \
                   WHERE scope_id = $1 AND kv_key = $2";
        Ok(on!(self, c => sqlx::query_as(sql).bind(scope_id).bind(key).fetch_optional(c).await)?)
    }

    /// All sealed values, by scope and key: for a walk over everything.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn sealed_kv(&mut self) -> Result<Vec<KvRow>> {
        let sql = "SELECT scope_id, kv_key, text, number, sealed, updated_at FROM kv \
                   WHERE sealed IS NOT NULL ORDER BY scope_id, kv_key";
        Ok(on!(self, c => sqlx::query_as(sql).fetch_all(c).await)?)
    }
}

impl Tx {
    /// Sets the value under a key, whatever was there.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn put_kv(&mut self, row: &KvRow) -> Result<()> {
        let sql = "INSERT INTO kv (scope_id, kv_key, text, number, sealed, updated_at) VALUES ($1, $2, $3, $4, $5, $6) \
                   ON CONFLICT (scope_id, kv_key) DO UPDATE SET text = excluded.text, number = excluded.number, \
                   sealed = excluded.sealed, updated_at = excluded.updated_at";
        on!(self, c => sqlx::query(sql)
            .bind(&row.scope_id)
            .bind(&row.key)
            .bind(&row.text)
            .bind(row.number)
            .bind(&row.sealed)
            .bind(row.updated_at)
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Removes the value under a key; whether there was one.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn delete_kv(&mut self, scope_id: &str, key: &str) -> Result<bool> {
        let sql = "DELETE FROM kv WHERE scope_id = $1 AND kv_key = $2";
        let done = on!(self, c => sqlx::query(sql).bind(scope_id).bind(key).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(done > 0)
    }
}
