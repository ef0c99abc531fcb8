//! Both databases have the same tables, columns, keys and indexes.

use std::collections::BTreeSet;

use sqlx::Row as _;

use super::*;
use crate::database::Connection;

/// One line for each column, index and foreign key.
async fn sqlite() -> BTreeSet<String> {
    let home = home();
    let database = Database::open_sqlite(&home.path().join("store.db")).await.unwrap();
    let mut read = database.read().await.unwrap();
    let Some(Connection::Sqlite(c)) = &mut read.connection else { panic!() };
    let mut found = BTreeSet::new();
    let columns = "SELECT m.name, c.name, c.type, c.\"notnull\", c.pk, c.dflt_value FROM sqlite_master m, \
                   pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\'";
    for row in sqlx::query(columns).fetch_all(&mut *c).await.unwrap() {
        let (table, name, kind): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let (not_null, key, default): (bool, i64, Option<String>) = (row.get(3), row.get(4), row.get(5));
        found.insert(column(&table, &name, &kind, not_null, key, default));
    }
    let indexes = "SELECT m.name, i.name, i.\"unique\", i.origin, s.sql, \
                   (SELECT group_concat(x.name, ', ') FROM pragma_index_info(i.name) x) \
                   FROM sqlite_master m, pragma_index_list(m.name) i LEFT JOIN sqlite_master s ON s.name = i.name \
                   WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND i.origin <> 'pk'";
    for row in sqlx::query(indexes).fetch_all(&mut *c).await.unwrap() {
        let (table, unique, sql): (String, bool, Option<String>) = (row.get(0), row.get(2), row.get(4));
        let name = (row.get::<String, _>(3) == "c").then(|| row.get::<String, _>(1));
        let condition = sql.and_then(|sql| sql.split_once("WHERE ").map(|(_, condition)| condition.to_owned()));
        found.insert(index(&table, name, unique, row.get(5), condition));
    }
    let references = "SELECT m.name, f.\"from\", f.\"table\", f.\"to\" FROM sqlite_master m, \
                      pragma_foreign_key_list(m.name) f WHERE m.type = 'table'";
    for row in sqlx::query(references).fetch_all(c).await.unwrap() {
        found.insert(reference(row.get(0), row.get(1), row.get(2), row.get(3)));
    }
    read.finish().await.unwrap();
    found
}

async fn postgres() -> BTreeSet<String> {
    let database = Database::open_postgres(&support::new_postgres("").await).await.unwrap();
    let mut read = database.read().await.unwrap();
    let Some(Connection::Postgres(c)) = &mut read.connection else { panic!() };
    let mut found = BTreeSet::new();
    let columns = "SELECT t.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull, \
                   coalesce(array_position(i.indkey::int2[], a.attnum), -1)::int8 + 1, \
                   pg_get_expr(d.adbin, d.adrelid), l.collname::text \
                   FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped \
                   LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary \
                   LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum \
                   LEFT JOIN pg_collation l ON l.oid = a.attcollation \
                   WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace \
                   AND t.relname <> 'accord_migrations'";
    for row in sqlx::query(columns).fetch_all(&mut *c).await.unwrap() {
        let (table, name, kind): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let (not_null, key, default): (bool, i64, Option<String>) = (row.get(3), row.get(4), row.get(5));
        let kind = match kind.as_str() {
            "text" => {
                let collation: Option<String> = row.get(6);
                assert_eq!(collation.as_deref(), Some("C"), "{table}.{name} is not compared as SQLite does");
                "TEXT"
            }
            "bigint" => "BIGINT",
            "bytea" => "BLOB",
            other => other,
        };
        found.insert(column(&table, &name, kind, not_null, key, default));
    }
    let indexes = "SELECT t.relname::text, n.relname::text, i.indisunique, c.conname IS NULL, \
                   pg_get_expr(i.indpred, i.indrelid), \
                   (SELECT string_agg(a.attname::text, ', ' ORDER BY k.at) \
                    FROM unnest(i.indkey) WITH ORDINALITY AS k (number, at) \
                    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number) \
                   FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class n ON n.oid = i.indexrelid \
                   LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'u' \
                   WHERE t.relnamespace = 'public'::regnamespace AND NOT i.indisprimary";
    for row in sqlx::query(indexes).fetch_all(&mut *c).await.unwrap() {
        let (table, unique, condition): (String, bool, Option<String>) = (row.get(0), row.get(2), row.get(4));
        let name = row.get::<bool, _>(3).then(|| row.get::<String, _>(1));
        let condition = condition.map(|condition| condition.trim_matches(['(', ')']).to_owned());
        found.insert(index(&table, name, unique, row.get(5), condition));
    }
    let references = "SELECT c.conrelid::regclass::text, a.attname::text, c.confrelid::regclass::text, f.attname::text \
                      FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] \
                      JOIN pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = c.confkey[1] \
                      WHERE c.contype = 'f'";
    for row in sqlx::query(references).fetch_all(c).await.unwrap() {
        found.insert(reference(row.get(0), row.get(1), row.get(2), row.get(3)));
    }
    read.finish().await.unwrap();
    found
}

fn column(table: &str, name: &str, kind: &str, not_null: bool, key: i64, default: Option<String>) -> String {
    format!("{table}.{name} {kind}, NOT NULL {not_null}, key {key}, default {default:?}")
}

fn index(table: &str, name: Option<String>, unique: bool, columns: String, condition: Option<String>) -> String {
    let name = name.unwrap_or_else(|| "a constraint's".to_owned());
    format!("index on {table} ({columns}): {name}, unique {unique}, where {condition:?}")
}

fn reference(table: String, column: String, to: String, key: String) -> String {
    format!("{table}.{column} references {to}.{key}")
}

#[tokio::test]
async fn both_databases_have_the_same_schema() {
    if !on_postgres() {
        return;
    }
    let (sqlite, postgres) = (sqlite().await, postgres().await);
    let missing: Vec<_> = sqlite.difference(&postgres).collect();
    let more: Vec<_> = postgres.difference(&sqlite).collect();
    assert!(missing.is_empty() && more.is_empty(), "only on SQLite: {missing:#?}\nonly on PostgreSQL: {more:#?}");
    assert!(sqlite.iter().any(|line| line.starts_with("audit.mac BLOB")), "{sqlite:#?}");
}

/// What has been released is not changed any more: both directories have the same steps.
#[test]
fn both_directories_have_the_same_migrations() {
    let names = |kind: &str| {
        let dir = format!("{}/migrations/{kind}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_dir(dir).unwrap().map(|file| file.unwrap().file_name()).collect::<BTreeSet<_>>()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}
