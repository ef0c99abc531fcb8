//! The audit chain's rows.

use sqlx::FromRow;

use crate::database::on;
use crate::{Result, Session, Tx};

/// One entry of the audit chain.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct AuditRow {
    /// Counts from 1, without gaps.
    pub seq: i64,
    /// Microseconds since 1970.
    pub at: i64,
    /// UUID of the user who acted; empty for the installation itself.
    pub actor_id: String,
    /// His name at that time.
    pub actor: String,
    /// The process he acted through.
    pub process_id: Option<String>,
    /// The place in the process' source, `FILE:LINE`.
    pub place: Option<String>,
    /// What was done: `CREATE`, `ACCESS`, …
    pub action: String,
    /// On what kind of thing: `SECRET`, `PROJECT`, …
    pub object: String,
    /// UUID of the thing; its name where it does not exist.
    pub target_id: String,
    /// `OK`, `REFUSED` or `FAILED`.
    pub outcome: String,
    /// More about it, a JSON object. Never a value.
    pub details: String,
    /// Counter of the target's row after this entry, where the entry changed it.
    pub counter: Option<i64>,
    /// `mac` of the target's row after this entry, where the entry changed it.
    pub row_mac: Option<Vec<u8>>,
    /// Authenticates this entry and the one before it.
    pub mac: Vec<u8>,
}

/// The end of the chain, and what matters to the next entry.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct AuditPosition {
    /// Number of the last entry.
    pub seq: i64,
    /// Its `mac`.
    pub mac: Vec<u8>,
    /// The key-encryption key that is in force.
    pub kek_id: Option<String>,
    /// `mac` of the secret's row as it is now; `None` if there is no such secret.
    pub secret_mac: Option<Vec<u8>>,
}

#[derive(FromRow)]
struct Anchor {
    #[sqlx(flatten)]
    entry: AuditRow,
    before_mac: Option<Vec<u8>>,
}

/// A `LIKE` pattern for "contains".
fn contains(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// Which entries to read; what is `None` does not limit.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Only those of this thing.
    pub target_id: Option<String>,
    /// Only those of this kind of thing.
    pub object: Option<String>,
    /// Only those of this action.
    pub action: Option<String>,
    /// Only those of this outcome.
    pub outcome: Option<String>,
    /// Only those of the user of this UUID.
    pub actor_id: Option<String>,
    /// Only those whose details contain this text.
    pub details_contain: Option<String>,
    /// Only those before this number.
    pub before: Option<i64>,
    /// Only those from this time on (microseconds since 1970).
    pub since: Option<i64>,
    /// Only those up to this time (microseconds since 1970).
    pub until: Option<i64>,
    /// At most so many.
    pub limit: Option<u32>,
}

macro_rules! columns {
    () => {
        "seq, at, actor_id, actor, process_id, place, action, object, target_id, outcome, details, counter, row_mac, mac"
    };
}

impl Session {
    /// Number and `mac` of the last entry.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn audit_head(&mut self) -> Result<Option<(i64, Vec<u8>)>> {
        let sql = "SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1";
        Ok(on!(self, c => sqlx::query_as(sql).fetch_optional(c).await)?)
    }

    /// What an entry about a secret comes after, in one look.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn audit_position(&mut self, secret_id: &str) -> Result<Option<AuditPosition>> {
        let sql = "SELECT seq, mac, (SELECT id FROM keks WHERE state = 'CURRENT') AS kek_id, \
                   (SELECT s.mac FROM secrets s WHERE s.id = $1) AS secret_mac FROM audit ORDER BY seq DESC LIMIT 1";
        Ok(on!(self, c => sqlx::query_as(sql).bind(secret_id).fetch_optional(c).await)?)
    }

    /// The last entry that changed the row of a thing, and the `mac` of the entry before it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn last_anchor(&mut self, target_id: &str) -> Result<Option<(AuditRow, Option<Vec<u8>>)>> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            ", (SELECT b.mac FROM audit b WHERE b.seq = a.seq - 1) AS before_mac \
             FROM audit a WHERE target_id = $1 AND counter IS NOT NULL ORDER BY seq DESC LIMIT 1"
        );
        let row: Option<Anchor> = on!(self, c => sqlx::query_as(sql).bind(target_id).fetch_optional(c).await)?;
        Ok(row.map(|row| (row.entry, row.before_mac)))
    }

    /// The last entry about a thing that has this action and the outcome `OK`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn last_audit(&mut self, target_id: &str, action: &str) -> Result<Option<AuditRow>> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            " FROM audit WHERE target_id = $1 AND action = $2 AND outcome = 'OK' ORDER BY seq DESC LIMIT 1"
        );
        Ok(on!(self, c => sqlx::query_as(sql).bind(target_id).bind(action).fetch_optional(c).await)?)
    }

    /// The `mac` of the entry of that number, if there is one.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn audit_mac(&mut self, seq: i64) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT mac FROM audit WHERE seq = $1";
        let row: Option<(Vec<u8>,)> = on!(self, c => sqlx::query_as(sql).bind(seq).fetch_optional(c).await)?;
        Ok(row.map(|row| row.0))
    }

    /// Up to `limit` entries after that number, in order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn audit_after(&mut self, seq: i64, limit: u32) -> Result<Vec<AuditRow>> {
        let sql = concat!("SELECT ", columns!(), " FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2");
        Ok(on!(self, c => sqlx::query_as(sql).bind(seq).bind(i64::from(limit)).fetch_all(c).await)?)
    }

    /// Entries that pass the filter, the newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn audit(&mut self, filter: &AuditFilter) -> Result<Vec<AuditRow>> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            " FROM audit WHERE ($1 IS NULL OR target_id = $1) AND ($2 IS NULL OR object = $2) \
             AND ($3 IS NULL OR action = $3) AND ($4 IS NULL OR seq < $4) AND ($5 IS NULL OR outcome = $5) \
             AND ($6 IS NULL OR actor_id = $6) AND ($7 IS NULL OR details LIKE $7 ESCAPE '\\') \
             AND ($8 IS NULL OR at >= $8) AND ($9 IS NULL OR at <= $9) ORDER BY seq DESC LIMIT $10"
        );
        Ok(on!(self, c => sqlx::query_as(sql)
            .bind(filter.target_id.as_deref())
            .bind(filter.object.as_deref())
            .bind(filter.action.as_deref())
            .bind(filter.before)
            .bind(filter.outcome.as_deref())
            .bind(filter.actor_id.as_deref())
            .bind(filter.details_contain.as_deref().map(contains))
            .bind(filter.since)
            .bind(filter.until)
            .bind(filter.limit.map_or(i64::MAX, i64::from))
            .fetch_all(c)
            .await)?)
    }
}

impl Tx {
    /// Appends an entry.
    ///
    /// # Errors
    /// The database cannot be written, or has an entry of this number.
    pub async fn insert_audit(&mut self, row: &AuditRow) -> Result<()> {
        let sql = concat!(
            "INSERT INTO audit (",
            columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        );
        on!(self, c => sqlx::query(sql)
            .bind(row.seq)
            .bind(row.at)
            .bind(&row.actor_id)
            .bind(&row.actor)
            .bind(&row.process_id)
            .bind(&row.place)
            .bind(&row.action)
            .bind(&row.object)
            .bind(&row.target_id)
            .bind(&row.outcome)
            .bind(&row.details)
            .bind(row.counter)
            .bind(&row.row_mac)
            .bind(&row.mac)
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(())
    }
}
