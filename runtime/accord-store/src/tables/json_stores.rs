//! Stores of JSON documents and their named queries.

use sqlx::FromRow;

use crate::database::on;
use crate::{Result, Session, Tx};

/// A store of JSON documents.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct JsonStoreRow {
    /// UUID.
    pub id: String,
    /// UUID of its organization.
    pub org_id: String,
    /// Its name, unique in the organization.
    pub name: String,
    /// Microseconds since 1970.
    pub created_at: i64,
}

/// A document.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct JsonItemRow {
    /// UUID of its store.
    pub store_id: String,
    /// Its path, unique in the store.
    pub path: String,
    /// The document as JSON; what is secret in it is masked.
    pub data: String,
    /// The whole document, sealed, where anything in it is secret.
    pub sealed: Option<Vec<u8>>,
    /// Microseconds since 1970.
    pub updated_at: i64,
}

impl Session {
    /// The store of that name in an organization.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn json_store(&mut self, org_id: &str, name: &str) -> Result<Option<JsonStoreRow>> {
        let sql = "SELECT id, org_id, name, created_at FROM json_stores WHERE org_id = $1 AND name = $2";
        Ok(on!(self, c => sqlx::query_as(sql).bind(org_id).bind(name).fetch_optional(c).await)?)
    }

    /// A document.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn json_item(&mut self, store_id: &str, path: &str) -> Result<Option<JsonItemRow>> {
        let sql = "SELECT store_id, path, data, sealed, updated_at FROM json_items WHERE store_id = $1 AND path = $2";
        Ok(on!(self, c => sqlx::query_as(sql).bind(store_id).bind(path).fetch_optional(c).await)?)
    }

    /// All documents of a store, by path.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn json_items(&mut self, store_id: &str) -> Result<Vec<JsonItemRow>> {
        let sql = "SELECT store_id, path, data, sealed, updated_at FROM json_items WHERE store_id = $1 ORDER BY path";
        Ok(on!(self, c => sqlx::query_as(sql).bind(store_id).fetch_all(c).await)?)
    }

    /// All sealed documents of all stores: for a walk over everything.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn sealed_json_items(&mut self) -> Result<Vec<JsonItemRow>> {
        let sql = "SELECT store_id, path, data, sealed, updated_at FROM json_items \
                   WHERE sealed IS NOT NULL ORDER BY store_id, path";
        Ok(on!(self, c => sqlx::query_as(sql).fetch_all(c).await)?)
    }

    /// The text of a named query.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn json_query(&mut self, store_id: &str, name: &str) -> Result<Option<String>> {
        let sql = "SELECT text FROM json_queries WHERE store_id = $1 AND name = $2";
        let row: Option<(String,)> =
            on!(self, c => sqlx::query_as(sql).bind(store_id).bind(name).fetch_optional(c).await)?;
        Ok(row.map(|row| row.0))
    }
}

impl Tx {
    /// Adds a store.
    ///
    /// # Errors
    /// The database cannot be written, or the organization has a store of this name.
    pub async fn insert_json_store(&mut self, row: &JsonStoreRow) -> Result<()> {
        let sql = "INSERT INTO json_stores (id, org_id, name, created_at) VALUES ($1, $2, $3, $4)";
        on!(self, c => sqlx::query(sql)
            .bind(&row.id)
            .bind(&row.org_id)
            .bind(&row.name)
            .bind(row.created_at)
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Sets a document, whatever was at its path.
    ///
    /// # Errors
    /// The database cannot be written, or has no such store.
    pub async fn put_json_item(&mut self, row: &JsonItemRow) -> Result<()> {
        let sql = "INSERT INTO json_items (store_id, path, data, sealed, updated_at) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (store_id, path) DO UPDATE SET data = excluded.data, sealed = excluded.sealed, \
                   updated_at = excluded.updated_at";
        on!(self, c => sqlx::query(sql)
            .bind(&row.store_id)
            .bind(&row.path)
            .bind(&row.data)
            .bind(&row.sealed)
            .bind(row.updated_at)
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Removes a document; whether there was one.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn delete_json_item(&mut self, store_id: &str, path: &str) -> Result<bool> {
        let sql = "DELETE FROM json_items WHERE store_id = $1 AND path = $2";
        let done = on!(self, c => sqlx::query(sql).bind(store_id).bind(path).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(done > 0)
    }

    /// Sets a named query, whatever was under its name.
    ///
    /// # Errors
    /// The database cannot be written, or has no such store.
    pub async fn put_json_query(&mut self, store_id: &str, name: &str, text: &str, now: i64) -> Result<()> {
        let sql = "INSERT INTO json_queries (store_id, name, text, updated_at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (store_id, name) DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at";
        on!(self, c => sqlx::query(sql).bind(store_id).bind(name).bind(text).bind(now).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(())
    }
}
