//! Pages of secrets that pass a filter, and the links and levels of a page.
//!
//! The statement is put together from fixed parts, so that the database can use its indexes.

use crate::database::{Connection, on};
use crate::tables::secrets::SecretRow;
use crate::{Result, Session};

/// Which secrets to list; what is `None` does not limit. Deleted ones are never listed.
#[derive(Clone, Debug, Default)]
pub struct SecretFilter {
    /// Only those of this organization.
    pub org_id: Option<String>,
    /// Only those linked to this project.
    pub project_id: Option<String>,
    /// Only those of this kind.
    pub kind: Option<String>,
    /// Only those whose name contains this text, in any case.
    pub name_contains: Option<String>,
    /// Only those whose (name, id) comes after this one: the next page.
    pub after: Option<(String, String)>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// Ids asked for at a time.
const CHUNK: usize = 50;

impl SecretFilter {
    /// The parameters are numbered in any case, so that they can always be bound.
    /// `contains` compares a name with a pattern, in any case: names are of ASCII's letters.
    fn sql(&self, contains: &str) -> String {
        let mut sql = "SELECT s.id, s.org_id, s.name, s.kind, s.protection, s.visibility, s.owner_id, s.public_key, \
                       s.current_version, s.closed, s.deleted, s.expires_at, s.created_at, s.updated_at, s.counter, \
                       s.kek_id, s.mac FROM secrets s WHERE s.deleted = 0"
            .to_owned();
        let parts = [
            (self.org_id.is_some(), " AND s.org_id = $1", " AND $1 IS NULL"),
            (self.kind.is_some(), " AND s.kind = $2", " AND $2 IS NULL"),
            (
                self.project_id.is_some(),
                " AND EXISTS (SELECT 1 FROM secret_projects p WHERE p.secret_id = s.id AND p.project_id = $3)",
                " AND $3 IS NULL",
            ),
            (self.name_contains.is_some(), contains, " AND $4 IS NULL"),
            (
                self.after.is_some(),
                " AND (s.name > $5 OR (s.name = $5 AND s.id > $6))",
                " AND $5 IS NULL AND $6 IS NULL",
            ),
        ];
        for (limits, part, none) in parts {
            sql.push_str(if limits { part } else { none });
        }
        sql.push_str(" ORDER BY s.name, s.id LIMIT $7");
        sql
    }
}

impl Session {
    /// Secrets that pass the filter, by name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn secrets(&mut self, filter: &SecretFilter) -> Result<Vec<SecretRow>> {
        let after = filter.after.as_ref();
        // SQLite's LIKE does not look at case, PostgreSQL's does.
        let contains = match &self.connection {
            Some(Connection::Postgres(_)) => " AND s.name ILIKE $4 ESCAPE '\\'",
            _ => " AND s.name LIKE $4 ESCAPE '\\'",
        };
        let sql = sqlx::AssertSqlSafe(filter.sql(contains));
        Ok(on!(self, c => sqlx::query_as(sql)
            .bind(filter.org_id.as_deref())
            .bind(filter.kind.as_deref())
            .bind(filter.project_id.as_deref())
            .bind(filter.name_contains.as_deref().map(like))
            .bind(after.map(|a| a.0.as_str()))
            .bind(after.map(|a| a.1.as_str()))
            .bind(filter.limit.map_or(i64::MAX, i64::from))
            .fetch_all(c)
            .await)?)
    }

    /// The (secret, project) links of these secrets, in order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn links_of_secrets(&mut self, ids: &[&str]) -> Result<Vec<(String, String)>> {
        let mut found = Vec::new();
        for ids in ids.chunks(CHUNK) {
            let sql = format!(
                "SELECT secret_id, project_id FROM secret_projects WHERE secret_id IN ({}) ORDER BY secret_id, project_id",
                numbers()
            );
            let sql = sqlx::AssertSqlSafe(sql);
            let rows: Vec<(String, String)> = on!(self, c => {
                let query = filled(ids).fold(sqlx::query_as(sql), |query, id| query.bind(id));
                query.fetch_all(c).await
            })?;
            found.extend(rows);
        }
        Ok(found)
    }

    /// The levels of teams on these secrets: UUID of the secret, of the team, and level, in order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn access_of_secrets(&mut self, ids: &[&str]) -> Result<Vec<(String, String, String)>> {
        let mut found = Vec::new();
        for ids in ids.chunks(CHUNK) {
            let sql = format!(
                "SELECT secret_id, team_id, level FROM secret_access WHERE secret_id IN ({}) ORDER BY secret_id, team_id",
                numbers()
            );
            let sql = sqlx::AssertSqlSafe(sql);
            let rows: Vec<(String, String, String)> = on!(self, c => {
                let query = filled(ids).fold(sqlx::query_as(sql), |query, id| query.bind(id));
                query.fetch_all(c).await
            })?;
            found.extend(rows);
        }
        Ok(found)
    }
}

/// `$1, $2, …`: always as many, so that one prepared statement serves all pages.
fn numbers() -> String {
    let numbers: Vec<_> = (1..=CHUNK).map(|n| format!("${n}")).collect();
    numbers.join(", ")
}

/// The ids, the last one repeated up to the full number.
fn filled<'a>(ids: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    let last = ids.last().copied().unwrap_or_default();
    ids.iter().copied().chain(std::iter::repeat(last)).take(CHUNK)
}

/// A `LIKE` pattern for "contains, in any case".
fn like(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.extend(c.to_lowercase());
    }
    pattern.push('%');
    pattern
}
