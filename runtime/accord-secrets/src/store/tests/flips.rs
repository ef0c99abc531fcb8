//! Every byte of every column of a sample store that is sealed or authenticated, changed one at a
//! time; rows in each other's place; single rows rolled back. Each is found. (In SQLite's file: what
//! is authenticated does not depend on the database.)

use accord_store::{CellKind, TABLES, Table};
use sqlx::{Connection as _, Row as _, SqliteConnection};

use super::*;
use crate::{AccessLevel, Grant, PlaceChange, SharedPlace, Target, TeamRole, UserChange, UserType, ValueChange};

/// Columns that say nothing about access and are no part of a value, and so may change unseen. All
/// others are covered.
const FREE: [(&str, &str); 11] = [
    ("meta", "value"),
    ("keks", "wraps"),
    ("keks", "created_at"),
    ("scope_keys", "created_at"),
    ("kv", "text"),
    ("kv", "number"),
    ("kv", "updated_at"),
    ("json_items", "data"),
    ("json_items", "updated_at"),
    ("json_stores", ""),
    ("json_queries", ""),
];

/// A store with a row or two in each table.
async fn sample() -> Fixture {
    let fx = Fixture::new().await;
    let project = fx.project("proj").await.id;
    let manage = fx.permit(Operation::ManageUsers, Target::Installation).await;
    let ann = fx.store.create_user(&manage, "ann", UserType::Local, crate::Role::User).await.unwrap();
    fx.store.create_user(&manage, "bob", UserType::Local, crate::Role::Reader).await.unwrap();
    let org = fx.store.create_org(&fx.admin, "Acme").await.unwrap().id;
    let create = fx.permit(Operation::CreateTeam, org).await;
    fx.store.create_team(&create, "others", "").await.unwrap();
    let org = fx.store.org(&fx.admin, "Default").await.unwrap().id;
    let create = fx.permit(Operation::CreateTeam, org).await;
    let team = fx.store.create_team(&create, "crew", "text").await.unwrap().id;
    let own = fx.permit(Operation::OwnTeam, team).await;
    fx.store.set_member(&own, "ann", Some(TeamRole::Member)).await.unwrap();
    fx.store.set_member(&own, "bob", Some(TeamRole::Maintainer)).await.unwrap();
    let tokens = fx.permit(Operation::ManageTokens, ann.id).await;
    fx.store.create_token(&tokens, "one-token", None).await.unwrap();
    fx.store.create_token(&tokens, "two-token", Some(i64::MAX)).await.unwrap();
    let id = fx.data("one", "first").await;
    fx.data("two", "other").await;
    let mut new = NewSecret::new("Default", "guarded", data("hidden"));
    new.store_password = StorePassword::Given("Correct1horse".into());
    new.projects = vec!["proj".to_owned()];
    fx.create(new).await;
    let grant = Grant { org: None, team: "crew".to_owned(), level: Some(AccessLevel::Reader) };
    let own = fx.permit(Operation::OwnSecret, id).await;
    fx.store.set_secret_access(&own, std::slice::from_ref(&grant), false).await.unwrap();
    let own_project = fx.permit(Operation::OwnProject, project).await;
    fx.store.set_project_access(&own_project, &[grant], false).await.unwrap();
    let permit = fx.permit(Operation::ChangeSecret, id).await;
    for value in ["second", "third"] {
        let change = ValueChange { value: Some(data(value)), ..ValueChange::default() };
        fx.store.change_value(&permit, change).await.unwrap();
    }
    fx.store.destroy_version(&own, 1).await.unwrap();
    fx.repository(project, "a-repo", Some("one")).await.unwrap();
    fx.repository(project, "b-repo", None).await.unwrap();
    let place = SharedPlace::Kv { key: "a key" };
    let scope = StateScope::Project(project);
    let sealed = fx.store.seal_shared(scope, &place, &SecretBytes::new(b"shared".to_vec())).await.unwrap();
    let row = accord_store::KvRow {
        scope_id: project.to_string(),
        key: "a key".to_owned(),
        text: None,
        number: None,
        sealed: Some(sealed),
        updated_at: 0,
    };
    let mut tx = fx.store.begin().await.unwrap();
    tx.put_kv(&row).await.unwrap();
    tx.commit().await.unwrap();
    fx.assert_clean().await;
    fx
}

async fn raw(fx: &Fixture) -> SqliteConnection {
    let path = fx.home.path().join("store.db");
    let mut raw = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    sqlx::raw_sql("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF").execute(&mut raw).await.unwrap();
    raw
}

/// Whether the store, as it lies there now, is refused or its walk finds something.
async fn is_found(fx: &Fixture, reopen: bool) -> bool {
    if !reopen {
        return !fx.store.verify().await.is_ok_and(|report| report.is_clean());
    }
    match fx.again().await {
        Ok(store) => !store.verify().await.is_ok_and(|report| report.is_clean()),
        Err(_) => true,
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Value {
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// The cell with each of its bytes changed; a number by each of its bytes too.
fn changed(value: &Value) -> Vec<Value> {
    match value {
        Value::Int(number) => (0..8).map(|byte| Value::Int(number ^ (1 << (8 * byte)))).collect(),
        Value::Text(text) => (0..text.len())
            .filter_map(|at| {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1;
                String::from_utf8(bytes).ok().map(Value::Text)
            })
            .collect(),
        Value::Bytes(bytes) => (0..bytes.len())
            .map(|at| {
                let mut bytes = bytes.clone();
                bytes[at] ^= 1 << (at % 8);
                Value::Bytes(bytes)
            })
            .collect(),
    }
}

async fn write(raw: &mut SqliteConnection, table: &Table, column: &str, rowid: i64, value: &Value) -> bool {
    let sql = sqlx::AssertSqlSafe(format!("UPDATE {} SET {column} = $1 WHERE rowid = $2", table.name));
    let query = sqlx::query(sql);
    let query = match value {
        Value::Int(number) => query.bind(*number),
        Value::Text(text) => query.bind(text.clone()),
        Value::Bytes(bytes) => query.bind(bytes.clone()),
    };
    // A row that is there already is found by the database itself.
    query.bind(rowid).execute(raw).await.is_ok()
}

async fn cells(raw: &mut SqliteConnection, table: &Table) -> Vec<(i64, &'static str, Value)> {
    let names: Vec<_> = table.columns.iter().map(|(name, _)| *name).collect();
    let sql = sqlx::AssertSqlSafe(format!("SELECT rowid, {} FROM {} ORDER BY rowid", names.join(", "), table.name));
    let rows = sqlx::query(sql).fetch_all(raw).await.unwrap();
    let mut cells = Vec::new();
    for row in &rows {
        for (at, (name, kind)) in table.columns.iter().enumerate() {
            let value = match kind {
                CellKind::Int => row.get::<Option<i64>, _>(at + 1).map(Value::Int),
                CellKind::Text => row.get::<Option<String>, _>(at + 1).map(Value::Text),
                CellKind::Bytes => row.get::<Option<Vec<u8>>, _>(at + 1).map(Value::Bytes),
            };
            if let Some(value) = value {
                cells.push((row.get(0), *name, value));
            }
        }
    }
    cells
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_byte_counts() {
    if on_postgres() {
        return;
    }
    let fx = sample().await;
    let mut raw = raw(&fx).await;
    let mut tried = std::collections::BTreeMap::new();
    for table in &TABLES {
        // The keys are read when the store is opened.
        let reopen = matches!(table.name, "keks" | "audit_keys" | "meta");
        for (rowid, column, value) in cells(&mut raw, table).await {
            if FREE.iter().any(|(t, c)| *t == table.name && (c.is_empty() || *c == column)) {
                continue;
            }
            for other in changed(&value) {
                if write(&mut raw, table, column, rowid, &other).await {
                    assert!(is_found(&fx, reopen).await, "{}.{column} of row {rowid}: {other:?}", table.name);
                }
                *tried.entry(table.name).or_insert(0) += 1;
            }
            assert!(write(&mut raw, table, column, rowid, &value).await);
        }
    }
    fx.assert_clean().await;
    println!("bytes changed: {tried:?}");
    for table in [
        "keks",
        "users",
        "orgs",
        "projects",
        "scope_keys",
        "teams",
        "team_members",
        "tokens",
        "secrets",
        "secret_projects",
        "secret_access",
        "project_access",
        "secret_versions",
        "repositories",
        "audit_keys",
        "audit",
        "kv",
    ] {
        assert!(tried.get(table).is_some_and(|n| *n > 20), "{table}");
    }
}

/// Rows of a table whose ids stay and whose other columns are the other's.
#[tokio::test]
async fn flips_of_rows_with_each_other_are_found() {
    if on_postgres() {
        return;
    }
    let fx = sample().await;
    let mut raw = raw(&fx).await;
    for table in
        TABLES.iter().filter(|table| !["meta", "kv", "json_stores", "json_items", "json_queries"].contains(&table.name))
    {
        let all = cells(&mut raw, table).await;
        let mut rows: Vec<i64> = all.iter().map(|(rowid, ..)| *rowid).collect();
        rows.dedup();
        let rest: Vec<_> = table
            .columns
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| {
                ![
                    "id",
                    "seq",
                    "secret_id",
                    "version",
                    "segment",
                    "scope_id",
                    "team_id",
                    "user_id",
                    "project_id",
                    "name",
                    "hash",
                ]
                .contains(name)
                    || table.name == "repositories" && *name == "project_id"
            })
            .collect();
        if rest.is_empty()
            || ["secret_projects", "team_members", "secret_access", "project_access"].contains(&table.name)
        {
            continue;
        }
        for pair in rows.windows(2) {
            let set: Vec<_> =
                rest.iter().map(|c| format!("{c} = (SELECT {c} FROM {} o WHERE o.rowid = $1)", table.name)).collect();
            let sql = format!("UPDATE {} SET {} WHERE rowid = $2", table.name, set.join(", "));
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(pair[0]).bind(pair[1]).execute(&mut raw).await.unwrap();
            let reopen = matches!(table.name, "keks" | "audit_keys");
            assert!(is_found(&fx, reopen).await, "row {} over row {} of {}", pair[0], pair[1], table.name);
            for (rowid, column, value) in all.iter().filter(|(rowid, ..)| *rowid == pair[1]) {
                write(&mut raw, table, column, *rowid, value).await;
            }
            // Where a column had no value it has none again.
            for column in &rest {
                if !all.iter().any(|(rowid, name, _)| *rowid == pair[1] && name == column) {
                    let sql = format!("UPDATE {} SET {column} = NULL WHERE rowid = $1", table.name);
                    sqlx::query(sqlx::AssertSqlSafe(sql)).bind(pair[1]).execute(&mut raw).await.unwrap();
                }
            }
        }
    }
    fx.assert_clean().await;
}

/// Each kind of record is changed, and then put back as it was, alone.
#[tokio::test]
async fn single_rows_put_back_are_found_flips() {
    if on_postgres() {
        return;
    }
    let fx = sample().await;
    let (store, admin) = (&fx.store, &fx.admin);
    let mut raw = raw(&fx).await;
    for table in &TABLES {
        let sql = format!("CREATE TABLE old_{0} AS SELECT * FROM {0}", table.name);
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut raw).await.unwrap();
    }
    // Changes and deletions of all kinds.
    let manage = fx.permit(Operation::ManageUsers, Target::Installation).await;
    let ann = store.user(admin, "ann").await.unwrap().id;
    let role = UserChange { role: Some(crate::Role::Writer), ..Default::default() };
    store.change_user(&manage, ann, role).await.unwrap();
    let org = store.org(admin, "Acme").await.unwrap().id;
    let private = PlaceChange { visibility: Some(Visibility::Private), ..Default::default() };
    store.change_org(&fx.permit(Operation::ChangeOrg, org).await, private.clone()).await.unwrap();
    let project = store.project(admin, "Default", "proj").await.unwrap().id;
    store.change_project(&fx.permit(Operation::ChangeProject, project).await, private).await.unwrap();
    let team = store.team(admin, "Default", "crew").await.unwrap().id;
    store.set_member(&fx.permit(Operation::OwnTeam, team).await, "bob", None).await.unwrap();
    store.revoke_token(&fx.permit(Operation::ManageTokens, ann).await, "one-token").await.unwrap();
    let repositories = fx.permit(Operation::ChangeRepositories, project).await;
    store.remove_repository(&repositories, "b-repo").await.unwrap();
    let one = fx.entry("one").await.id;
    store.set_secret_access(&fx.permit(Operation::OwnSecret, one).await, &[], true).await.unwrap();
    store.destroy_version(&fx.permit(Operation::OwnSecret, one).await, 2).await.unwrap();
    let two = fx.entry("two").await.id;
    store.delete(&fx.permit(Operation::OwnSecret, two).await).await.unwrap();
    fx.assert_clean().await;
    for table in &TABLES {
        let sql = format!("CREATE TABLE now_{0} AS SELECT * FROM {0}", table.name);
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut raw).await.unwrap();
    }
    let mut found = Vec::new();
    for table in TABLES.iter().filter(|table| !["meta", "audit", "keks"].contains(&table.name)) {
        let old: Vec<(i64,)> = sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT rowid FROM old_{}", table.name)))
            .fetch_all(&mut raw)
            .await
            .unwrap();
        for (rowid,) in old {
            let names: Vec<_> = table.columns.iter().map(|(name, _)| *name).collect();
            let names = names.join(", ");
            let sql = format!(
                "SELECT COUNT(*) FROM {0} n JOIN old_{0} o ON o.rowid = $1 WHERE {1}",
                table.name,
                table.columns.iter().map(|(name, _)| format!("n.{name} IS o.{name}")).collect::<Vec<_>>().join(" AND ")
            );
            let same: (i64,) = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(rowid).fetch_one(&mut raw).await.unwrap();
            if same.0 > 0 {
                continue;
            }
            let sql = format!(
                "INSERT OR REPLACE INTO {0} ({names}) SELECT {names} FROM old_{0} WHERE rowid = $1",
                table.name
            );
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(rowid).execute(&mut raw).await.unwrap();
            assert!(is_found(&fx, false).await, "old row {rowid} of {}", table.name);
            found.push(table.name);
            let sql = format!("DELETE FROM {0}; INSERT INTO {0} SELECT * FROM now_{0}", table.name);
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut raw).await.unwrap();
        }
    }
    found.dedup();
    assert_eq!(
        found,
        [
            "users",
            "orgs",
            "projects",
            "teams",
            "team_members",
            "tokens",
            "secrets",
            "secret_access",
            "secret_versions",
            "repositories"
        ]
    );
    fx.assert_clean().await;
}
