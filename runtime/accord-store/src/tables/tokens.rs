//! API tokens, by their hashes.

use sqlx::FromRow;

use crate::database::on;
use crate::{Result, Session, Tx};

/// An API token. The token itself never lies in the database.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct TokenRow {
    /// UUID.
    pub id: String,
    /// UUID of its user.
    pub user_id: String,
    /// Name, unique among the user's.
    pub name: String,
    /// SHA-256 of the token.
    pub hash: Vec<u8>,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// Microseconds since 1970; `None`: never.
    pub expires_at: Option<i64>,
    /// Counts the changes of the row.
    pub counter: i64,
    /// The KEK that `mac` is made under.
    pub kek_id: String,
    /// Authenticates the row.
    pub mac: Vec<u8>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, user_id, name, hash, created_at, expires_at, counter, kek_id, mac FROM tokens ", $rest)
    };
}

impl Session {
    /// The token of that id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn token(&mut self, id: &str) -> Result<Option<TokenRow>> {
        Ok(on!(self, c => sqlx::query_as(select!("WHERE id = $1")).bind(id).fetch_optional(c).await)?)
    }

    /// The token of that hash.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn token_by_hash(&mut self, hash: &[u8]) -> Result<Option<TokenRow>> {
        Ok(on!(self, c => sqlx::query_as(select!("WHERE hash = $1")).bind(hash).fetch_optional(c).await)?)
    }

    /// All tokens (of one user), by name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn tokens(&mut self, user_id: Option<&str>) -> Result<Vec<TokenRow>> {
        let sql = select!("WHERE $1 IS NULL OR user_id = $1 ORDER BY name, id");
        Ok(on!(self, c => sqlx::query_as(sql).bind(user_id).fetch_all(c).await)?)
    }
}

impl Tx {
    /// Adds a token.
    ///
    /// # Errors
    /// The database cannot be written, or the user has a token of this name.
    pub async fn insert_token(&mut self, row: &TokenRow) -> Result<()> {
        let sql = "INSERT INTO tokens (id, user_id, name, hash, created_at, expires_at, counter, kek_id, mac) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        self.put_token(sql, row).await
    }

    /// Replaces all columns of a token.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn update_token(&mut self, row: &TokenRow) -> Result<()> {
        let sql = "UPDATE tokens SET user_id = $2, name = $3, hash = $4, created_at = $5, expires_at = $6, \
                   counter = $7, kek_id = $8, mac = $9 WHERE id = $1";
        self.put_token(sql, row).await
    }

    async fn put_token(&mut self, sql: &'static str, row: &TokenRow) -> Result<()> {
        on!(self, c => sqlx::query(sql)
            .bind(&row.id)
            .bind(&row.user_id)
            .bind(&row.name)
            .bind(&row.hash)
            .bind(row.created_at)
            .bind(row.expires_at)
            .bind(row.counter)
            .bind(&row.kek_id)
            .bind(&row.mac)
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Removes a token.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn delete_token(&mut self, id: &str) -> Result<()> {
        on!(self, c => sqlx::query("DELETE FROM tokens WHERE id = $1").bind(id).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(())
    }
}
