//! All tables as plain cells, for a backup of the whole and its way back.
//!
//! The list of tables is in the order in which rows can be put back without naming one that is not
//! there yet. Must not know: what a cell means.

use sqlx::query::Query;
use sqlx::{ColumnIndex, Decode, Encode, Row, Type};

use crate::database::on;
use crate::{Result, Session, Tx};

/// A column's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// A whole number.
    Int,
    /// A text.
    Text,
    /// Bytes.
    Bytes,
}

/// One value of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// None.
    Null,
    /// A whole number.
    Int(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// A table: its columns, the first `keys` of which identify a row.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [(&'static str, CellKind)],
    keys: usize,
    /// Rows read at a time: few where a row may be large.
    page: usize,
}

use CellKind::{Bytes, Int, Text};

const fn table(name: &'static str, keys: usize, page: usize, columns: &'static [(&'static str, CellKind)]) -> Table {
    Table { name, columns, keys, page }
}

/// All tables.
#[rustfmt::skip]
pub const TABLES: [Table; 21] = [
    table("meta", 1, 500, &[("name", Text), ("value", Text)]),
    table("keks", 1, 500, &[("id", Text), ("state", Text), ("wraps", Int), ("sealed", Bytes), ("created_at", Int)]),
    table("users", 1, 500, &[("id", Text), ("name", Text), ("kind", Text), ("role", Text), ("disabled", Int), ("created_at", Int), ("counter", Int), ("kek_id", Text), ("mac", Bytes)]),
    table("orgs", 1, 500, &[("id", Text), ("name", Text), ("visibility", Text), ("owner_id", Text), ("created_at", Int), ("counter", Int), ("kek_id", Text), ("mac", Bytes)]),
    table("projects", 1, 500, &[("id", Text), ("org_id", Text), ("name", Text), ("visibility", Text), ("owner_id", Text), ("created_at", Int), ("counter", Int), ("kek_id", Text), ("mac", Bytes)]),
    table("scope_keys", 3, 500, &[("scope", Text), ("scope_id", Text), ("version", Int), ("kek_id", Text), ("sealed", Bytes), ("created_at", Int)]),
    table("teams", 1, 500, &[("id", Text), ("org_id", Text), ("name", Text), ("description", Text), ("created_at", Int), ("counter", Int), ("kek_id", Text), ("mac", Bytes)]),
    table("team_members", 2, 500, &[("team_id", Text), ("user_id", Text), ("role", Text)]),
    table("tokens", 1, 500, &[("id", Text), ("user_id", Text), ("name", Text), ("hash", Bytes), ("created_at", Int), ("expires_at", Int), ("counter", Int), ("kek_id", Text), ("mac", Bytes)]),
    table("secrets", 1, 500, &[("id", Text), ("org_id", Text), ("name", Text), ("kind", Text), ("protection", Text), ("visibility", Text), ("owner_id", Text), ("public_key", Text), ("current_version", Int), ("closed", Int), ("deleted", Int), ("expires_at", Int), ("created_at", Int), ("updated_at", Int), ("counter", Int), ("kek_id", Text), ("mac", Bytes)]),
    table("secret_projects", 2, 500, &[("secret_id", Text), ("project_id", Text)]),
    table("secret_access", 2, 500, &[("secret_id", Text), ("team_id", Text), ("level", Text)]),
    table("project_access", 2, 500, &[("project_id", Text), ("team_id", Text), ("level", Text)]),
    table("secret_versions", 2, 4, &[("secret_id", Text), ("version", Int), ("kind", Text), ("kek_id", Text), ("wrapped_key", Bytes), ("payload", Bytes), ("digest", Bytes), ("created_at", Int), ("created_by", Text), ("mac", Bytes)]),
    table("repositories", 1, 500, &[("id", Text), ("project_id", Text), ("name", Text), ("url", Text), ("branch", Text), ("commit_id", Text), ("path", Text), ("secret_id", Text), ("created_at", Int), ("counter", Int), ("kek_id", Text), ("mac", Bytes)]),
    table("audit_keys", 1, 500, &[("segment", Int), ("kek_id", Text), ("sealed", Bytes)]),
    table("audit", 1, 500, &[("seq", Int), ("at", Int), ("actor_id", Text), ("actor", Text), ("process_id", Text), ("place", Text), ("action", Text), ("object", Text), ("target_id", Text), ("outcome", Text), ("details", Text), ("counter", Int), ("row_mac", Bytes), ("mac", Bytes)]),
    table("kv", 2, 50, &[("scope_id", Text), ("kv_key", Text), ("text", Text), ("number", Int), ("sealed", Bytes), ("updated_at", Int)]),
    table("json_stores", 1, 500, &[("id", Text), ("org_id", Text), ("name", Text), ("created_at", Int)]),
    table("json_items", 2, 50, &[("store_id", Text), ("path", Text), ("data", Text), ("sealed", Bytes), ("updated_at", Int)]),
    table("json_queries", 2, 500, &[("store_id", Text), ("name", Text), ("text", Text), ("updated_at", Int)]),
];

impl Table {
    fn names(&self) -> Vec<&'static str> {
        self.columns.iter().map(|(name, _)| *name).collect()
    }

    fn select(&self, first: bool) -> String {
        let names = self.names();
        let keys: Vec<_> = names.iter().take(self.keys).copied().collect();
        let order = keys.join(", ");
        let after = if first {
            String::new()
        } else {
            let numbers: Vec<_> = (1..=self.keys).map(|n| format!("${n}")).collect();
            format!(" WHERE ({order}) > ({})", numbers.join(", "))
        };
        format!("SELECT {} FROM {}{after} ORDER BY {order} LIMIT {}", names.join(", "), self.name, self.page)
    }

    fn insert(&self) -> String {
        let numbers: Vec<_> = (1..=self.columns.len()).map(|n| format!("${n}")).collect();
        format!("INSERT INTO {} ({}) VALUES ({})", self.name, self.names().join(", "), numbers.join(", "))
    }
}

fn cells<'r, R: Row>(row: &'r R, table: &Table) -> std::result::Result<Vec<Cell>, sqlx::Error>
where
    usize: ColumnIndex<R>,
    Option<i64>: Decode<'r, R::Database> + Type<R::Database>,
    Option<String>: Decode<'r, R::Database> + Type<R::Database>,
    Option<Vec<u8>>: Decode<'r, R::Database> + Type<R::Database>,
{
    let cell = |(at, (_, kind)): (usize, &(&str, CellKind))| {
        Ok(match kind {
            Int => row.try_get::<Option<i64>, _>(at)?.map_or(Cell::Null, Cell::Int),
            Text => row.try_get::<Option<String>, _>(at)?.map_or(Cell::Null, Cell::Text),
            Bytes => row.try_get::<Option<Vec<u8>>, _>(at)?.map_or(Cell::Null, Cell::Bytes),
        })
    };
    table.columns.iter().enumerate().map(cell).collect()
}

/// Binds cells, a missing one as the kind of its column.
fn bind<'q, DB: sqlx::Database>(
    mut query: Query<'q, DB, DB::Arguments>,
    cells: &[Cell],
    columns: &[(&str, CellKind)],
) -> Query<'q, DB, DB::Arguments>
where
    Option<i64>: Encode<'q, DB> + Type<DB> + 'q,
    Option<String>: Encode<'q, DB> + Type<DB> + 'q,
    Option<Vec<u8>>: Encode<'q, DB> + Type<DB> + 'q,
{
    for (cell, (_, kind)) in cells.iter().zip(columns) {
        query = match (cell, kind) {
            (Cell::Int(number), _) => query.bind(Some(*number)),
            (Cell::Text(text), _) => query.bind(Some(text.clone())),
            (Cell::Bytes(bytes), _) => query.bind(Some(bytes.clone())),
            (Cell::Null, Int) => query.bind(None::<i64>),
            (Cell::Null, Text) => query.bind(None::<String>),
            (Cell::Null, Bytes) => query.bind(None::<Vec<u8>>),
        };
    }
    query
}

impl Session {
    /// The next rows of a table: those after the row `after`, or the first ones.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn dump(&mut self, table: &Table, after: Option<&[Cell]>) -> Result<Vec<Vec<Cell>>> {
        let sql = sqlx::AssertSqlSafe(table.select(after.is_none()));
        let keys = after.and_then(|row| row.get(..table.keys)).unwrap_or_default();
        Ok(on!(self, c => {
            let rows = bind(sqlx::query(sql), keys, table.columns).fetch_all(c).await;
            rows.and_then(|rows| rows.iter().map(|row| cells(row, table)).collect())
        })?)
    }
}

impl Tx {
    /// Puts a row back.
    ///
    /// # Errors
    /// The database cannot be written, has such a row, or the row does not fit.
    pub async fn load(&mut self, table: &Table, row: &[Cell]) -> Result<()> {
        let sql = sqlx::AssertSqlSafe(table.insert());
        on!(self, c => bind(sqlx::query(sql), row, table.columns).execute(c).await.map(drop))?;
        Ok(())
    }
}
