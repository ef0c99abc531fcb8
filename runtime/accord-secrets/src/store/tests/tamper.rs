//! Somebody who may write the database: what he edits, swaps or rolls back is found.

use super::*;

/// Runs SQL on the closed store's file, then opens it again.
pub(super) async fn tamper(fx: &mut Fixture, sql: &str) {
    fx.store.close().await.unwrap();
    let mut raw = Raw::open(fx.home.path()).await;
    raw.run(sql).await;
    raw.close().await;
    fx.store = open(fx.home.path(), KeyProvider::HomeFile).await.unwrap();
}

async fn problems(fx: &Fixture) -> String {
    let report = fx.store.verify().await.unwrap();
    report.problems.iter().map(|p| format!("{}: {}", p.what, p.problem)).collect::<Vec<_>>().join("\n")
}

/// Two secrets of each protection, a project and another organization.
async fn sample() -> Fixture {
    let fx = Fixture::new().await;
    fx.store.create_org(&fx.admin, "Other").await.unwrap();
    fx.project("proj").await;
    fx.data("one", "first value").await;
    fx.data("two", "other value").await;
    let mut scoped = NewSecret::new("Default", "scoped", data("scoped value"));
    scoped.projects = vec!["proj".to_owned()];
    fx.create(scoped).await;
    fx
}

#[tokio::test]
async fn edited_metadata_is_found_on_use_and_by_verify() {
    let edits = [
        "UPDATE secrets SET name = 'one', org_id = (SELECT id FROM orgs WHERE name = 'Other') WHERE name = 'one'",
        "UPDATE secrets SET visibility = 'PUBLIC' WHERE name = 'one'",
        "UPDATE secrets SET owner_id = NULL WHERE name = 'one'",
        "UPDATE secrets SET kind = 'KEY_PAIR' WHERE name = 'one'",
        "UPDATE secrets SET protection = 'PASSWORD' WHERE name = 'one'",
        "UPDATE secrets SET public_key = 'ssh-ed25519 AAAA' WHERE name = 'one'",
        "UPDATE secrets SET current_version = 2 WHERE name = 'one'",
        "UPDATE secrets SET closed = 1 WHERE name = 'one'",
        "UPDATE secrets SET expires_at = 1 WHERE name = 'one'",
        "UPDATE secrets SET created_at = 1 WHERE name = 'one'",
        "UPDATE secrets SET updated_at = 1 WHERE name = 'one'",
        "UPDATE secrets SET counter = counter + 1 WHERE name = 'one'",
        "UPDATE secrets SET mac = zeroblob(32) WHERE name = 'one'",
        "UPDATE secrets SET mac = zeroblob(0) WHERE name = 'one'",
        "UPDATE secrets SET kek_id = 'other' WHERE name = 'one'",
        "INSERT INTO secret_projects SELECT s.id, p.id FROM secrets s, projects p WHERE s.name = 'one'",
        "UPDATE secrets SET name = 'x' WHERE name = 'one'; UPDATE secrets SET name = 'one' WHERE name = 'two'",
        "UPDATE orgs SET name = 'x' WHERE name = 'Other'; UPDATE orgs SET name = 'Other' WHERE name = 'Default'; \
         UPDATE orgs SET name = 'Default' WHERE name = 'x'",
        "UPDATE orgs SET owner_id = NULL WHERE name = 'Default'",
        "UPDATE orgs SET visibility = 'PRIVATE' WHERE name = 'Default'",
        "UPDATE users SET role = 'USER'",
    ];
    for sql in edits {
        let mut fx = sample().await;
        tamper(&mut fx, sql).await;
        let org = if sql.contains("SET name = 'one', org_id") { "Other" } else { "Default" };
        let actor = fx.store.local_actor().await;
        let used = match actor {
            Ok(_) => text(fx.store.read_value(&fx.admin, org, "one", None).await),
            Err(error) => Err(error),
        };
        let error = used.expect_err(sql);
        assert!(
            matches!(error, Error::Tampered { .. } | Error::UnknownKey { .. } | Error::SecretNotFound { .. }),
            "{sql}: {error}"
        );
        assert!(!problems(&fx).await.is_empty(), "{sql}");
    }
}

#[tokio::test]
async fn a_project_scope_cannot_be_edited_away() {
    for sql in [
        "DELETE FROM secret_projects",
        "UPDATE secret_projects SET project_id = (SELECT id FROM projects WHERE name = 'evil')",
        "UPDATE projects SET name = 'x' WHERE name = 'proj'; UPDATE projects SET name = 'proj' WHERE name = 'evil'",
    ] {
        let mut fx = sample().await;
        let evil = fx.project("evil").await.id;
        tamper(&mut fx, sql).await;
        for caller in [fx.admin.clone(), fx.admin.clone().in_process("p", Some(evil))] {
            assert!(fx.store.read_value(&caller, "Default", "scoped", None).await.is_err(), "{sql}");
        }
        assert!(!problems(&fx).await.is_empty(), "{sql}");
        assert!(
            fx.store.project(&fx.admin, "Default", "proj").await.is_err() || !sql.contains("UPDATE projects"),
            "{sql}"
        );
    }
}

#[tokio::test]
async fn each_byte_of_a_sealed_record_counts() {
    let fx = Fixture::new().await;
    let id = fx.data("one", "v").await.to_string();
    let mut read = fx.store.read().await.unwrap();
    let version = read.secret_version(&id, 1).await.unwrap().unwrap();
    let row = read.secret(&id).await.unwrap().unwrap();
    read.finish().await.unwrap();
    fx.store.close().await.unwrap();
    let mut raw = Raw::open(fx.home.path()).await;
    let columns = [
        ("UPDATE secret_versions SET wrapped_key = $1", version.wrapped_key.clone().unwrap()),
        ("UPDATE secret_versions SET payload = $1", version.payload.clone()),
        ("UPDATE secret_versions SET digest = $1", version.digest.clone()),
        ("UPDATE secret_versions SET mac = $1", version.mac.clone()),
        ("UPDATE secrets SET mac = $1", row.mac.clone()),
    ];
    let mut flips = 0;
    for (sql, good) in &columns {
        let cases = (0..good.len()).flat_map(|at| [0x01u8, 0x80].map(|bit| (at, bit)));
        let flipped = cases.map(|(at, bit)| {
            let mut bad = good.clone();
            bad[at] ^= bit;
            bad
        });
        let lengths = [good[..good.len() - 1].to_vec(), [good.as_slice(), &[0]].concat(), Vec::new()];
        for bad in flipped.chain(lengths) {
            raw.put(sql, &bad).await;
            assert!(fx.read("one").await.is_err(), "{sql} {bad:?}");
            flips += 1;
        }
        assert!(!problems(&fx).await.is_empty(), "{sql}");
        raw.put(sql, good).await;
        assert_eq!(fx.read("one").await.unwrap(), "v");
    }
    assert!(flips > 600, "{flips}");
    fx.assert_clean().await;
}

#[tokio::test]
async fn records_in_each_others_place_are_found() {
    for sql in [
        // The whole version, both ways.
        "UPDATE secret_versions SET secret_id = 'x' WHERE secret_id = (SELECT id FROM secrets WHERE name = 'one'); \
         UPDATE secret_versions SET secret_id = (SELECT id FROM secrets WHERE name = 'one') \
         WHERE secret_id = (SELECT id FROM secrets WHERE name = 'two'); \
         UPDATE secret_versions SET secret_id = (SELECT id FROM secrets WHERE name = 'two') WHERE secret_id = 'x'",
        // One over the other, the value alone, the key alone.
        "UPDATE secret_versions SET (wrapped_key, payload, digest, mac) = (SELECT wrapped_key, payload, digest, mac \
         FROM secret_versions WHERE secret_id = (SELECT id FROM secrets WHERE name = 'two')) \
         WHERE secret_id = (SELECT id FROM secrets WHERE name = 'one')",
        "UPDATE secret_versions SET payload = (SELECT payload FROM secret_versions \
         WHERE secret_id = (SELECT id FROM secrets WHERE name = 'two')) \
         WHERE secret_id = (SELECT id FROM secrets WHERE name = 'one')",
        "UPDATE secret_versions SET wrapped_key = (SELECT wrapped_key FROM secret_versions \
         WHERE secret_id = (SELECT id FROM secrets WHERE name = 'two')) \
         WHERE secret_id = (SELECT id FROM secrets WHERE name = 'one')",
        "UPDATE secret_versions SET wrapped_key = NULL WHERE secret_id = (SELECT id FROM secrets WHERE name = 'one')",
        "DELETE FROM secret_versions WHERE secret_id = (SELECT id FROM secrets WHERE name = 'one')",
    ] {
        let mut fx = sample().await;
        tamper(&mut fx, sql).await;
        let error = fx.read("one").await.expect_err(sql);
        assert!(matches!(error, Error::CannotOpen { .. }), "{sql}: {error}");
        assert!(problems(&fx).await.contains("secret 'one'"), "{sql}");
    }
}

#[tokio::test]
async fn a_rolled_back_row_is_found() {
    let mut fx = sample().await;
    let id = fx.store.secret(&fx.admin, "Default", "one").await.unwrap().id;
    tamper(
        &mut fx,
        "CREATE TABLE old AS SELECT * FROM secrets; CREATE TABLE old_versions AS SELECT * FROM secret_versions",
    )
    .await;
    let own = fx.store.permit(&fx.admin, Operation::OwnSecret, id).await.unwrap();
    fx.store.delete(&own).await.unwrap();
    let restore = "DELETE FROM secrets; INSERT INTO secrets SELECT * FROM old; DELETE FROM secret_versions; \
                   INSERT INTO secret_versions SELECT * FROM old_versions";
    tamper(&mut fx, restore).await;
    let error = fx.read("one").await.unwrap_err();
    assert!(matches!(error, Error::Tampered { .. }), "{error}");
    assert!(problems(&fx).await.contains("rolled back"));
    assert_eq!(fx.read("two").await.unwrap(), "other value");
}

#[tokio::test]
async fn lost_rows_are_found() {
    for sql in ["DELETE FROM secrets WHERE name = 'one'", "DELETE FROM users", "DELETE FROM projects"] {
        let mut fx = sample().await;
        tamper(&mut fx, sql).await;
        assert!(problems(&fx).await.contains("there is no such record"), "{sql}");
    }
}

#[tokio::test]
async fn a_broken_audit_chain_is_found_where_it_breaks() {
    let cases = [
        ("UPDATE audit SET at = at + 1 WHERE seq = 4", "audit entry 4: it, or the entry before it"),
        ("UPDATE audit SET actor = 'somebody' WHERE seq = 4", "audit entry 4: it, or"),
        ("UPDATE audit SET outcome = 'REFUSED' WHERE seq = 4", "audit entry 4: it, or"),
        ("UPDATE audit SET details = '{}' WHERE seq = 4", "audit entry 4: it, or"),
        ("UPDATE audit SET place = 'x:1' WHERE seq = 4", "audit entry 4: it, or"),
        ("UPDATE audit SET mac = zeroblob(32) WHERE seq = 4", "audit entry 4: it, or"),
        ("DELETE FROM audit WHERE seq = 4", "audit entry 5: entry 4 should come here"),
        ("DELETE FROM audit WHERE seq >= 4", "has no audit entry"),
        ("UPDATE audit SET seq = 99 WHERE seq = 4", "audit entry 5: entry 4 should come here"),
        (
            "UPDATE audit SET seq = -4 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 5; \
             UPDATE audit SET seq = 5 WHERE seq = -4",
            "audit entry 4: it, or",
        ),
        ("UPDATE audit SET seq = 9223372036854775807 WHERE seq = (SELECT max(seq) FROM audit)", "should come here"),
    ];
    for (sql, expected) in cases {
        let mut fx = sample().await;
        tamper(&mut fx, sql).await;
        let found = problems(&fx).await;
        assert!(found.contains(expected), "{sql}: {found}");
    }
}

#[tokio::test]
async fn keys_in_the_database_cannot_be_replaced() {
    for sql in [
        "UPDATE keks SET sealed = zeroblob(length(sealed))",
        "UPDATE keks SET id = 'other'",
        "UPDATE audit_keys SET sealed = zeroblob(length(sealed))",
        "DELETE FROM keks",
        "DELETE FROM audit_keys",
    ] {
        let fx = sample().await;
        fx.store.close().await.unwrap();
        let mut raw = Raw::open(fx.home.path()).await;
        raw.run(sql).await;
        raw.close().await;
        let error = open(fx.home.path(), KeyProvider::HomeFile).await.expect_err(sql);
        assert!(matches!(error, Error::WrongRootKey { .. } | Error::UnknownKey { .. }), "{sql}: {error}");
    }
    let mut fx = sample().await;
    tamper(&mut fx, "UPDATE scope_keys SET sealed = zeroblob(length(sealed))").await;
    assert!(fx.store.seal_state(StateScope::Installation, b"x").await.is_err());
    assert!(problems(&fx).await.contains("key of installation"));
}

#[tokio::test]
async fn the_chain_goes_on_over_its_segments() {
    let mut fx = Fixture::new().await;
    let project = fx.project("proj").await.id;
    // Entries of many kinds would do; these are the cheapest.
    let mut tx = fx.store.begin().await.unwrap();
    for _ in 0..2100 {
        let entry = crate::audit::Entry {
            action: "ENCRYPT",
            object: "PROJECT",
            target_id: &project.to_string(),
            outcome: crate::audit::Outcome::Ok,
            details: serde_json::json!({}),
            anchor: None,
        };
        fx.store.audit(&mut tx, &fx.admin, entry).await.unwrap();
    }
    tx.commit().await.unwrap();
    fx.data("late", "value").await;
    fx.reopen().await;
    assert_eq!(fx.read("late").await.unwrap(), "value");
    // An anchor of an early segment still holds.
    fx.store.project(&fx.admin, "Default", "proj").await.unwrap();
    let mut read = fx.store.read().await.unwrap();
    let kept: Vec<_> = read.audit_keys().await.unwrap().iter().map(|row| row.segment).collect();
    read.finish().await.unwrap();
    assert_eq!(kept, [0, 2], "the keys between are gone");
    fx.assert_clean().await;
    tamper(&mut fx, "UPDATE audit SET at = 0 WHERE seq = 1500").await;
    assert!(problems(&fx).await.starts_with("audit entry 1500: "));
}
