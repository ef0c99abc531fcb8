//! Who may do what: every operation against what the caller is and what the secret is.

use super::*;
use crate::AccessLevel;
use crate::permissions::RULES;

#[test]
fn each_operation_has_exactly_one_row() {
    for rule in RULES {
        assert_eq!(RULES.iter().filter(|other| other.operation == rule.operation).count(), 1, "{:?}", rule.operation);
        assert_eq!(rule.operation.rule().action, rule.action);
    }
}

#[test]
fn levels_are_ordered() {
    assert!(AccessLevel::Reader < AccessLevel::Writer && AccessLevel::Writer < AccessLevel::Owner);
    assert!(None < Some(AccessLevel::Reader));
}

/// The answer of a check, in a word.
async fn answer(fx: &Fixture, caller: &Caller, operation: Operation, target: impl Into<crate::Target>) -> &'static str {
    match fx.store.permit(caller, operation, target).await {
        Ok(_) => "yes",
        Err(Error::SecretNotFound { hidden: true, .. }) => "hidden",
        Err(Error::ProjectScoped { in_process: false, .. }) => "outside",
        Err(Error::ProjectScoped { in_process: true, .. }) => "other",
        Err(Error::Refused { missing, .. }) if missing.contains("READER") => "READER",
        Err(Error::Refused { missing, .. }) if missing.contains("WRITER") => "WRITER",
        Err(Error::Refused { missing, .. }) if missing.contains("OWNER") => "OWNER",
        Err(Error::Refused { missing, .. }) if missing.contains("member") => "member",
        Err(other) => panic!("{operation:?}: {other}"),
    }
}

#[tokio::test]
async fn secrets_by_role_and_visibility() {
    let fx = Fixture::new().await;
    let owner = fx.user("the-owner").await;
    let stranger = fx.user("stranger").await;
    let system = async |name: &str, role| {
        let mut tx = fx.store.begin().await.unwrap();
        let row = fx.store.insert_user(&mut tx, &fx.admin, name, "LOCAL", role).await.unwrap();
        tx.commit().await.unwrap();
        Caller::new(people::actor(&row).unwrap())
    };
    let reader = system("sys-reader", crate::Role::Reader).await;
    let writer = system("sys-writer", crate::Role::Writer).await;
    // The owner owns the organization, as nobody else is a member so far.
    let mut tx = fx.store.begin().await.unwrap();
    fx.store.insert_org(&mut tx, &fx.admin, "Theirs", owner.actor().id()).await.unwrap();
    tx.commit().await.unwrap();
    let mut ids = Vec::new();
    for (name, visibility) in [("private-one", Visibility::Private), ("public-one", Visibility::Public)] {
        let mut new = NewSecret::new("Theirs", name, data("x"));
        new.visibility = visibility;
        ids.push(fx.store.create_secret(&owner, new).await.unwrap().entry.id);
    }
    let (private, public) = (ids[0], ids[1]);
    use Operation as Op;
    //                             operation         admin  owner  writer    reader    stranger  stranger on PUBLIC
    let table: [(Operation, [&str; 6]); 8] = [
        (Op::ReadMetadata, ["yes", "yes", "yes", "yes", "hidden", "yes"]),
        (Op::Export, ["yes", "yes", "yes", "yes", "hidden", "yes"]),
        (Op::UseInProject, ["yes", "yes", "yes", "yes", "hidden", "yes"]),
        (Op::ReadAudit, ["yes", "yes", "yes", "WRITER", "hidden", "WRITER"]),
        (Op::ChangeSecret, ["yes", "yes", "member", "WRITER", "hidden", "WRITER"]),
        (Op::MoveSecret, ["yes", "yes", "member", "WRITER", "hidden", "WRITER"]),
        (Op::LinkProjects, ["yes", "yes", "OWNER", "OWNER", "hidden", "OWNER"]),
        (Op::OwnSecret, ["yes", "yes", "OWNER", "OWNER", "hidden", "OWNER"]),
    ];
    for (operation, expected) in table {
        let found = [
            answer(&fx, &fx.admin, operation, private).await,
            answer(&fx, &owner, operation, private).await,
            answer(&fx, &writer, operation, private).await,
            answer(&fx, &reader, operation, private).await,
            answer(&fx, &stranger, operation, private).await,
            answer(&fx, &stranger, operation, public).await,
        ];
        assert_eq!(found, expected, "{operation:?}");
    }
    // What the caller may not know of reads as what does not exist, and is not listed.
    let hidden = fx.store.secret(&stranger, "Theirs", "private-one").await.unwrap_err().to_string();
    let unknown = fx.store.secret(&stranger, "Theirs", "private-two").await.unwrap_err().to_string();
    assert_eq!(hidden.replace("private-one", "private-two"), unknown);
    let hidden = fx.store.read_value(&stranger, "Theirs", "private-one", None).await.unwrap_err().to_string();
    let unknown = fx.store.read_value(&stranger, "Theirs", "private-two", None).await.unwrap_err().to_string();
    assert_eq!(hidden.replace("private-one", "private-two"), unknown);
    let nothing: crate::SecretId = "00000000-0000-4000-8000-000000000000".parse().unwrap();
    let hidden = fx.store.permit(&stranger, Op::Export, private).await.unwrap_err().to_string();
    let unknown = fx.store.permit(&stranger, Op::Export, nothing).await.unwrap_err().to_string();
    assert_eq!(hidden.replace(&private.to_string(), &nothing.to_string()), unknown);
    let names = async |caller: &Caller| {
        let found =
            fx.store.list_secrets(caller, &SecretFilter { limit: Some(10), ..Default::default() }).await.unwrap();
        found.into_iter().map(|e| e.name).collect::<Vec<_>>()
    };
    assert_eq!(names(&stranger).await, ["public-one"]);
    assert_eq!(names(&reader).await, ["private-one", "public-one"]);
    // Refusals are rows.
    let refused = fx.audit().await.iter().filter(|row| row.outcome == "REFUSED").count();
    assert_eq!(refused, 4 + 5 + 8 + 5 + 6, "of the table, column by column, and of the six look-ups");
    fx.assert_clean().await;
}

#[tokio::test]
async fn places_by_role() {
    let fx = Fixture::new().await;
    let stranger = fx.user("stranger").await;
    let org = fx.store.org(&fx.admin, "Default").await.unwrap().id;
    let project = fx.project("proj").await.id;
    let install = crate::Target::Installation;
    assert_eq!(answer(&fx, &stranger, Operation::CreateOrg, install).await, "OWNER");
    assert_eq!(answer(&fx, &stranger, Operation::CreateProject, org).await, "member");
    assert_eq!(answer(&fx, &stranger, Operation::CreateSecret, org).await, "member");
    assert_eq!(answer(&fx, &stranger, Operation::ScopeToProject, project).await, "member");
    assert_eq!(answer(&fx, &stranger, Operation::MoveProject, project).await, "WRITER");
    for operation in [Operation::EncryptString, Operation::StartProcess, Operation::ReadProject] {
        assert_eq!(answer(&fx, &stranger, operation, project).await, "yes");
    }
    assert!(fx.store.create_org(&stranger, "Mine").await.is_err());
    assert!(fx.store.create_project(&stranger, "Default", "mine").await.is_err());
    assert!(fx.store.create_secret(&stranger, NewSecret::new("Default", "mine", data("x"))).await.is_err());
    // A permit is about the kind of thing that its operation is about.
    assert!(fx.store.permit(&fx.admin, Operation::Export, project).await.is_err());
}

#[tokio::test]
async fn project_scope() {
    let fx = Fixture::new().await;
    let (one, two) = (fx.project("one").await.id, fx.project("two").await.id);
    let three = fx.project("three").await.id;
    let free = fx.data("free", "x").await;
    let mut new = NewSecret::new("Default", "scoped", data("x"));
    new.projects = vec!["one".to_owned(), "two".to_owned(), "one".to_owned()];
    let scoped = fx.create(new).await;
    let outside = fx.admin.clone();
    let in_none = fx.admin.clone().in_process("p", None);
    let inside = |project| fx.admin.clone().in_process("p", Some(project));
    let cases = [
        (outside.clone(), Operation::Export, "yes", "outside"),
        (in_none.clone(), Operation::Export, "yes", "other"),
        (inside(one), Operation::UseInProject, "yes", "yes"),
        (inside(two), Operation::UseInProject, "yes", "yes"),
        (inside(three), Operation::UseInProject, "yes", "other"),
        // Asking for the wrong row of the table opens nothing.
        (inside(one), Operation::Export, "yes", "other"),
        (outside, Operation::UseInProject, "yes", "outside"),
        (in_none, Operation::UseInProject, "yes", "other"),
    ];
    for (caller, operation, on_free, on_scoped) in cases {
        assert_eq!(answer(&fx, &caller, operation, free).await, on_free, "{caller:?} {operation:?}");
        assert_eq!(answer(&fx, &caller, operation, scoped).await, on_scoped, "{caller:?} {operation:?}");
        let value = fx.store.read_value(&caller, "Default", "scoped", None).await;
        assert_eq!(value.is_ok(), caller.process_project().is_some_and(|p| p == one || p == two));
    }
    let message = async |caller| fx.store.read_value(&caller, "Default", "scoped", None).await.unwrap_err().to_string();
    assert_eq!(
        message(fx.admin.clone()).await,
        "Project-scoped secrets can only be accessed within a running process. Secret: scoped"
    );
    assert_eq!(
        message(inside(three)).await,
        "Project-scoped secrets can only be accessed within the project they belong to. Secret: scoped"
    );
    // A permit of one project's process is of no use once the secret is another's.
    let permit = fx.store.permit(&inside(one), Operation::UseInProject, scoped).await.unwrap();
    fx.store.open_secret(&permit, None).await.unwrap();
    let own = fx.store.permit(&fx.admin, Operation::OwnSecret, scoped).await.unwrap();
    fx.store.delete(&own).await.unwrap();
    assert!(fx.store.open_secret(&permit, None).await.is_err());
}

/// A secret that lost its projects is shown, and opens for nobody.
#[tokio::test]
async fn a_closed_secret_opens_for_nobody() {
    let fx = Fixture::new().await;
    let project = fx.project("proj").await.id;
    let id = fx.data("closed", "x").await;
    let mut tx = fx.store.begin().await.unwrap();
    let mut secret = fx.store.load_secret(&mut tx, id).await.unwrap().secret;
    secret.row.closed = 1;
    fx.store.update_secret(&mut tx, &mut secret).await.unwrap();
    fx.store.audit_secret(&mut tx, &fx.admin, "UPDATE", &secret, "Default").await.unwrap();
    tx.commit().await.unwrap();
    assert!(fx.store.secret(&fx.admin, "Default", "closed").await.unwrap().closed);
    for caller in
        [fx.admin.clone(), fx.admin.clone().in_process("p", None), fx.admin.clone().in_process("p", Some(project))]
    {
        for operation in [Operation::Export, Operation::UseInProject] {
            assert!(matches!(fx.store.permit(&caller, operation, id).await, Err(Error::Closed { .. })));
        }
        assert!(matches!(fx.store.read_value(&caller, "Default", "closed", None).await, Err(Error::Closed { .. })));
    }
    let permit = fx.store.permit(&fx.admin, Operation::OwnSecret, id).await.unwrap();
    fx.store.delete(&permit).await.unwrap();
    fx.assert_clean().await;
}

/// A permit is checked again when it is used, and so is what it was given for.
#[tokio::test]
async fn a_permit_is_for_what_it_says() {
    let fx = Fixture::new().await;
    let project = fx.project("proj").await.id;
    let id = fx.data("one", "x").await;
    let see = fx.store.permit(&fx.admin, Operation::ReadMetadata, id).await.unwrap();
    assert!(matches!(fx.store.open_secret(&see, None).await, Err(Error::WrongPermit { .. })));
    assert!(matches!(fx.store.delete(&see).await, Err(Error::WrongPermit { .. })));
    let start = fx.store.permit(&fx.admin, Operation::StartProcess, project).await.unwrap();
    assert!(matches!(fx.store.encrypt_string(&start, &"x".into()).await, Err(Error::WrongPermit { .. })));
    assert!(matches!(fx.store.decrypt_string(&start, "x").await, Err(Error::WrongPermit { .. })));
}
