//! Repositories of projects, and the secrets that they use.

use sqlx::FromRow;

use crate::database::on;
use crate::{Result, Session, Tx};

/// A repository of a project.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct RepositoryRow {
    /// UUID.
    pub id: String,
    /// UUID of its project.
    pub project_id: String,
    /// Name, unique in the project.
    pub name: String,
    /// Where it lies.
    pub url: String,
    /// The branch (or tag) to use.
    pub branch: Option<String>,
    /// The commit to use.
    pub commit_id: Option<String>,
    /// The folder in it.
    pub path: Option<String>,
    /// UUID of the secret that gives access to it.
    pub secret_id: Option<String>,
    /// Microseconds since 1970.
    pub created_at: i64,
    /// Counts the changes of the row.
    pub counter: i64,
    /// The KEK that `mac` is made under.
    pub kek_id: String,
    /// Authenticates the row.
    pub mac: Vec<u8>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, project_id, name, url, branch, commit_id, path, secret_id, created_at, counter, kek_id, mac \
             FROM repositories ",
            $rest
        )
    };
}

impl Session {
    /// The repository of that id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn repository(&mut self, id: &str) -> Result<Option<RepositoryRow>> {
        Ok(on!(self, c => sqlx::query_as(select!("WHERE id = $1")).bind(id).fetch_optional(c).await)?)
    }

    /// All repositories (of one project), by name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn repositories(&mut self, project_id: Option<&str>) -> Result<Vec<RepositoryRow>> {
        let sql = select!("WHERE $1 IS NULL OR project_id = $1 ORDER BY name, id");
        Ok(on!(self, c => sqlx::query_as(sql).bind(project_id).fetch_all(c).await)?)
    }

    /// The repositories that use a secret, by name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn repositories_using(&mut self, secret_id: &str) -> Result<Vec<RepositoryRow>> {
        let sql = select!("WHERE secret_id = $1 ORDER BY name, id");
        Ok(on!(self, c => sqlx::query_as(sql).bind(secret_id).fetch_all(c).await)?)
    }
}

impl Tx {
    /// Adds a repository.
    ///
    /// # Errors
    /// The database cannot be written, or the project has a repository of this name.
    pub async fn insert_repository(&mut self, row: &RepositoryRow) -> Result<()> {
        let sql = "INSERT INTO repositories (id, project_id, name, url, branch, commit_id, path, secret_id, \
                   created_at, counter, kek_id, mac) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        self.put_repository(sql, row).await
    }

    /// Replaces all columns of a repository.
    ///
    /// # Errors
    /// The database cannot be written, or the name is taken.
    pub async fn update_repository(&mut self, row: &RepositoryRow) -> Result<()> {
        let sql = "UPDATE repositories SET project_id = $2, name = $3, url = $4, branch = $5, commit_id = $6, \
                   path = $7, secret_id = $8, created_at = $9, counter = $10, kek_id = $11, mac = $12 WHERE id = $1";
        self.put_repository(sql, row).await
    }

    async fn put_repository(&mut self, sql: &'static str, row: &RepositoryRow) -> Result<()> {
        on!(self, c => sqlx::query(sql)
            .bind(&row.id)
            .bind(&row.project_id)
            .bind(&row.name)
            .bind(&row.url)
            .bind(&row.branch)
            .bind(&row.commit_id)
            .bind(&row.path)
            .bind(&row.secret_id)
            .bind(row.created_at)
            .bind(row.counter)
            .bind(&row.kek_id)
            .bind(&row.mac)
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(())
    }

    /// Removes a repository.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn delete_repository(&mut self, id: &str) -> Result<()> {
        on!(self, c => sqlx::query("DELETE FROM repositories WHERE id = $1").bind(id).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(())
    }
}
