//! The audit chain: reading it, and the signed checkpoints that tell when its end was cut off or it
//! was computed anew.

use super::*;
use crate::checkpoints::EVERY;
use crate::{AuditQuery, Target};

/// Makes the chain this long, so many entries at a time that none of the checkpoints is passed over.
async fn fill(fx: &Fixture, length: i64) {
    let mut head = fx.audit().await[0].seq;
    while head < length {
        let next = (head - head % EVERY + EVERY).min(length);
        fill_at_once(fx, head, next).await;
        head = next;
    }
}

async fn fill_at_once(fx: &Fixture, head: i64, length: i64) {
    let mut tx = fx.store.begin().await.unwrap();
    for _ in head..length {
        let entry = crate::audit::Entry {
            action: "ENCRYPT",
            object: "PROJECT",
            target_id: "x",
            outcome: crate::audit::Outcome::Ok,
            details: serde_json::json!({}),
            anchor: None,
        };
        fx.store.audit(&mut tx, &fx.admin, entry).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn problems(fx: &Fixture) -> String {
    let report = fx.store.verify().await.unwrap();
    report.problems.iter().map(|p| format!("{}: {}", p.what, p.problem)).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn entries_are_listed_by_who_may_and_filtered() {
    let fx = Fixture::new().await;
    let ann = fx.user("ann").await;
    let one = fx.data("one", "x").await;
    fx.data("two", "x").await;
    fx.read("one").await.unwrap();
    fx.store.read_value(&ann, "Default", "one", None).await.unwrap_err();
    let all = fx.permit(Operation::ReadAllAudit, Target::Installation).await;
    let list = async |query: AuditQuery| fx.store.audit_entries(&all, &query).await.unwrap();
    let everything = list(AuditQuery::default()).await;
    assert_eq!(everything.len(), fx.audit().await.len());
    assert!(everything.windows(2).all(|pair| pair[0].seq == pair[1].seq + 1));
    let of = |action: &str| AuditQuery { action: Some(action.to_owned()), ..Default::default() };
    assert_eq!(list(of("CREATE")).await.len(), 5);
    let refused = AuditQuery { outcome: Some("REFUSED".to_owned()), ..Default::default() };
    assert_eq!(list(refused).await.len(), 1);
    let hers = AuditQuery { user: Some("ann".to_owned()), ..Default::default() };
    assert_eq!(list(hers).await.len(), 1);
    let page = AuditQuery { before: Some(everything[1].seq), limit: Some(2), ..Default::default() };
    assert_eq!(list(page).await, everything[2..4]);
    let span = AuditQuery { since: Some(everything[3].at), until: Some(everything[1].at), ..Default::default() };
    assert!(list(span).await.len() >= 3);
    assert!(list(AuditQuery { since: Some(i64::MAX), ..Default::default() }).await.is_empty());
    let object = AuditQuery { object: Some("USER".to_owned()), ..Default::default() };
    assert_eq!(list(object).await.len(), 2);
    // Of one secret, and of an organization.
    let permit = fx.permit(Operation::ReadAudit, one).await;
    let its = fx.store.audit_entries(&permit, &AuditQuery::default()).await.unwrap();
    let shown: Vec<_> = its.iter().map(|e| format!("{} {}", e.action, e.outcome)).collect();
    assert_eq!(shown, ["ACCESS REFUSED", "ACCESS OK", "CREATE OK"]);
    let org = fx.store.org(&fx.admin, "Default").await.unwrap().id;
    let permit = fx.permit(Operation::ReadOrgAudit, org).await;
    let its = fx.store.audit_entries(&permit, &AuditQuery::default()).await.unwrap();
    assert_eq!(its.len(), 4, "{its:?}");
    let json = serde_json::to_value(&everything[0]).unwrap();
    assert_eq!(json["object"], "SECRET");
    assert!(json["details"].is_object());
    let see = fx.permit(Operation::ReadMetadata, one).await;
    assert!(fx.store.audit_entries(&see, &AuditQuery::default()).await.is_err());
}

#[tokio::test]
async fn checkpoints_are_signed_as_the_chain_grows() {
    let mut fx = Fixture::new().await;
    let file = fx.store.checkpoints_file().to_owned();
    fill(&fx, EVERY - 1).await;
    assert!(!file.exists());
    fill(&fx, EVERY).await;
    let first = std::fs::read_to_string(&file).unwrap();
    assert_eq!(first.lines().count(), 2);
    assert!(first.starts_with(&format!("accord-audit-checkpoints-v1 {} ", fx.store.installation_id())));
    let mode = std::fs::metadata(&file).unwrap().permissions();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o600);
    fill(&fx, 3 * EVERY + 10).await;
    fx.reopen().await;
    let later = std::fs::read_to_string(&file).unwrap();
    assert!(later.starts_with(&first));
    let report = fx.store.verify().await.unwrap();
    assert_eq!((report.checkpoints, report.is_clean()), (3, true), "{report:?}");
}

/// A program that was killed between the commit and the checkpoint, or within the line.
#[tokio::test]
async fn what_a_killed_program_left_unsigned_is_signed_by_the_next_start() {
    let mut fx = Fixture::new().await;
    let file = fx.store.checkpoints_file().to_owned();
    fill(&fx, 2 * EVERY).await;
    let whole = std::fs::read_to_string(&file).unwrap();
    for cut in [whole.len() - 1, whole.len() - 40, whole.rfind(&format!("\n{}", 2 * EVERY)).unwrap() + 1] {
        std::fs::write(&file, &whole[..cut]).unwrap();
        fx.reopen().await;
        assert_eq!(std::fs::read_to_string(&file).unwrap(), whole, "Ed25519 signs the same the same way");
        fx.assert_clean().await;
    }
}

#[tokio::test]
async fn a_missing_or_foreign_checkpoint_is_named() {
    let mut fx = Fixture::new().await;
    let file = fx.store.checkpoints_file().to_owned();
    fill(&fx, 4 * EVERY).await;
    let whole = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let without = |at: usize| {
        let kept: Vec<&str> = lines.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, line)| *line).collect();
        format!("{}\n", kept.join("\n"))
    };
    let cases = [
        (without(2), format!("the one of entry {} is missing", 2 * EVERY)),
        (without(0), "a line of the file is not one that this store signed".to_owned()),
        (
            whole.replacen(&format!("\n{} ", 3 * EVERY), &format!("\n{} ", 3 * EVERY + 1), 1),
            "not one that this store signed".to_owned(),
        ),
    ];
    for (text, problem) in cases {
        std::fs::write(&file, text).unwrap();
        let found = problems(&fx).await;
        assert!(found.contains(&problem), "{problem}: {found}");
    }
    // A file that is gone is begun anew, and that is a matter of record.
    std::fs::remove_file(&file).unwrap();
    fx.reopen().await;
    fx.assert_clean().await;
    assert_eq!(fx.audit().await[0].action, "CHECKPOINTS");
    assert_eq!(std::fs::read_to_string(&file).unwrap().lines().count(), 2);
}

/// The whole end of the chain gone, with all that it was about: nothing in the database tells.
#[tokio::test]
async fn a_cut_tail_is_found_in_the_file() {
    let mut fx = Fixture::new().await;
    fill(&fx, 2 * EVERY + 5).await;
    super::tamper::tamper(&mut fx, &format!("DELETE FROM audit WHERE seq > {}", EVERY + 7)).await;
    let found = problems(&fx).await;
    assert_eq!(
        found,
        format!(
            "audit entry {}: was signed, but the chain ends with entry {}: its end was cut off",
            2 * EVERY,
            EVERY + 7
        )
    );
}

/// Somebody with all keys computes the chain anew from some entry on: within the database all fits.
#[tokio::test]
async fn a_chain_that_was_computed_anew_is_found_in_the_file() {
    let mut fx = Fixture::new().await;
    fill(&fx, EVERY + 20).await;
    super::tamper::tamper(&mut fx, &format!("DELETE FROM audit WHERE seq > {}", EVERY - 10)).await;
    fill(&fx, EVERY + 20).await;
    let found = problems(&fx).await;
    assert_eq!(found, format!("audit entry {EVERY}: is not the one that was signed: the chain was computed anew"));
}
