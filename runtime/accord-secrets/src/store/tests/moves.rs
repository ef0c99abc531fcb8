//! Moving secrets and projects to another organization.

use super::*;
use crate::{AccessLevel, Grant, OrgRef, RepositorySettings, TeamRole};

/// `Default` with project `proj`, `Other`, and ann: a member of both with WRITER through her team.
struct Moving {
    fx: Fixture,
    ann: Caller,
    project: crate::ProjectId,
}

async fn moving() -> Moving {
    let fx = Fixture::new().await;
    let project = fx.project("proj").await.id;
    let ann = fx.user("ann").await;
    for org in ["Default", "Other"] {
        if org == "Other" {
            fx.store.create_org(&fx.admin, org).await.unwrap();
        }
        let id = fx.store.org(&fx.admin, org).await.unwrap().id;
        let create = fx.permit(Operation::CreateTeam, id).await;
        let team = fx.store.create_team(&create, "crew", "").await.unwrap();
        let own = fx.permit(Operation::OwnTeam, team.id).await;
        fx.store.set_member(&own, "ann", Some(TeamRole::Member)).await.unwrap();
    }
    Moving { fx, ann, project }
}

async fn grant(fx: &Fixture, id: crate::SecretId, level: AccessLevel) {
    let own = fx.permit(Operation::OwnSecret, id).await;
    let grant = Grant { org: None, team: "crew".to_owned(), level: Some(level) };
    fx.store.set_secret_access(&own, &[grant], true).await.unwrap();
}

fn other() -> OrgRef {
    "Other".into()
}

#[tokio::test]
async fn a_writer_moves_a_scoped_secret_and_it_arrives_closed() {
    let Moving { mut fx, ann, project } = moving().await;
    let mut new = NewSecret::new("Default", "deploy-key", NewValue::Generate(KeyType::Ed25519));
    new.projects = vec!["proj".to_owned()];
    let id = fx.create(new).await;
    fx.repository(project, "b-repo", Some("deploy-key")).await.unwrap();
    fx.repository(project, "a-repo", Some("deploy-key")).await.unwrap();
    grant(&fx, id, AccessLevel::Writer).await;
    let permit = fx.store.permit(&ann, Operation::MoveSecret, id).await.unwrap();
    // What it takes away is told before, changes nothing, and is told after.
    let rows = fx.audit().await.len();
    let before = fx.store.preview_secret_move(&permit, &other(), Arrival::Open).await.unwrap();
    assert_eq!(fx.audit().await.len(), rows);
    let names = |c: &MoveConsequences| {
        let projects: Vec<_> = c.projects.iter().map(|p| p.name.as_str()).collect();
        let repositories: Vec<_> = c.repositories.iter().map(|r| format!("{}/{}", r.project, r.repository)).collect();
        let access: Vec<_> = c.access.iter().map(|l| format!("{}/{} {}", l.org_name, l.team_name, l.level)).collect();
        format!("{} -> {}: {projects:?} {repositories:?} {access:?} closed {}", c.from, c.to, c.closed)
    };
    assert_eq!(
        names(&before),
        "Default -> Other: [\"proj\"] [\"proj/a-repo\", \"proj/b-repo\"] [\"Default/crew WRITER\"] closed true"
    );
    let (entry, after) = fx.store.move_secret(&permit, &other(), Arrival::Open).await.unwrap();
    assert_eq!(before, after);
    assert_eq!((entry.org_name.as_str(), entry.closed, entry.projects.len()), ("Other", true, 0));
    fx.assert_clean().await;
    fx.reopen().await;
    assert!(matches!(fx.read("deploy-key").await, Err(Error::SecretNotFound { .. })));
    for caller in [fx.admin.clone(), ann.clone(), fx.admin.clone().in_process("p", Some(project))] {
        let read = fx.store.read_value(&caller, "Other", "deploy-key", None).await;
        assert!(matches!(read, Err(Error::Closed { .. } | Error::SecretNotFound { .. })), "{read:?}");
    }
    let repositories = fx.permit(Operation::ReadRepositories, project).await;
    assert!(fx.store.list_repositories(&repositories).await.unwrap().iter().all(|r| r.secret_name.is_none()));
    // An OWNER opens it.
    let link = fx.permit(Operation::LinkProjects, id).await;
    fx.store.link_projects(&link, LinkChange::Set(Vec::new())).await.unwrap();
    fx.store.read_value(&fx.admin, "Other", "deploy-key", None).await.unwrap();
    // A permit of the place that it left is worth nothing.
    assert!(fx.store.move_secret(&permit, &other(), Arrival::Closed).await.is_err());
    fx.assert_clean().await;
}

#[tokio::test]
async fn an_owner_chooses_how_it_arrives() {
    let Moving { fx, .. } = moving().await;
    for (name, arrival, closed) in [("one", Arrival::Open, false), ("two", Arrival::Closed, true)] {
        let mut new = NewSecret::new("Default", name, data("value"));
        new.projects = vec!["proj".to_owned()];
        let id = fx.create(new).await;
        let permit = fx.permit(Operation::MoveSecret, id).await;
        let (entry, told) = fx.store.move_secret(&permit, &other(), arrival).await.unwrap();
        assert_eq!((entry.closed, told.closed), (closed, closed), "{name}");
    }
    // Without links there is nothing to close, whoever moves it; what is closed stays so.
    let id = fx.data("free", "value").await;
    let permit = fx.permit(Operation::MoveSecret, id).await;
    let org = fx.store.org(&fx.admin, "Other").await.unwrap().id;
    let (entry, _) = fx.store.move_secret(&permit, &OrgRef::Id(org), Arrival::Closed).await.unwrap();
    assert!(!entry.closed);
    assert_eq!(text(fx.store.read_value(&fx.admin, "Other", "free", None).await).unwrap(), "value");
    fx.assert_clean().await;
}

#[tokio::test]
async fn a_move_that_cannot_be_changes_nothing() {
    let Moving { fx, ann, .. } = moving().await;
    let id = fx.data("taken", "mine").await;
    fx.create(NewSecret::new("Other", "taken", data("theirs"))).await;
    let permit = fx.permit(Operation::MoveSecret, id).await;
    let rows = fx.audit().await.len();
    for (to, found) in [
        ("Other", "already exists: taken"),
        ("Default", "in the organization 'Default' already"),
        ("None", "not found"),
    ] {
        let preview = fx.store.preview_secret_move(&permit, &to.into(), Arrival::Closed).await.unwrap_err().to_string();
        let done = fx.store.move_secret(&permit, &to.into(), Arrival::Closed).await.unwrap_err().to_string();
        assert!(preview.contains(found) && done == preview, "{to}: {preview} / {done}");
    }
    assert_eq!(fx.audit().await.len(), rows);
    // Not a member there.
    fx.store.create_org(&fx.admin, "Third").await.unwrap();
    grant(&fx, id, AccessLevel::Owner).await;
    let hers = fx.store.permit(&ann, Operation::MoveSecret, id).await.unwrap();
    let error = fx.store.move_secret(&hers, &"Third".into(), Arrival::Closed).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error}");
    // READER is not enough to begin with.
    grant(&fx, id, AccessLevel::Reader).await;
    assert!(matches!(fx.store.permit(&ann, Operation::MoveSecret, id).await, Err(Error::Refused { .. })));
    assert_eq!(fx.read("taken").await.unwrap(), "mine");
    fx.assert_clean().await;
}

#[tokio::test]
async fn levels_do_not_move_along() {
    let Moving { fx, ann, .. } = moving().await;
    let id = fx.data("guarded", "value").await;
    // Her team of the other organization would own it once it is there.
    let own = fx.permit(Operation::OwnSecret, id).await;
    let grants = [
        Grant { org: Some("Other".to_owned()), team: "crew".to_owned(), level: Some(AccessLevel::Owner) },
        Grant { org: None, team: "crew".to_owned(), level: Some(AccessLevel::Writer) },
    ];
    fx.store.set_secret_access(&own, &grants, true).await.unwrap();
    let permit = fx.store.permit(&ann, Operation::MoveSecret, id).await.unwrap();
    let (_, told) = fx.store.move_secret(&permit, &other(), Arrival::Closed).await.unwrap();
    assert_eq!(told.access.len(), 2);
    assert!(fx.store.permit(&ann, Operation::ReadMetadata, id).await.is_err());
    fx.assert_clean().await;
}

#[tokio::test]
async fn a_project_moves_and_leaves_the_secrets_behind() {
    let Moving { mut fx, ann, project } = moving().await;
    fx.project("second").await;
    for (name, projects) in [("only", &["proj"][..]), ("both", &["proj", "second"]), ("free", &[])] {
        let mut new = NewSecret::new("Default", name, data("value"));
        new.projects = projects.iter().map(|p| (*p).to_owned()).collect();
        fx.create(new).await;
    }
    fx.repository(project, "repo", Some("free")).await.unwrap();
    let encrypt = fx.permit(Operation::EncryptString, project).await;
    let sealed = fx.store.encrypt_string(&encrypt, &"text".into()).await.unwrap();
    let own = fx.permit(Operation::OwnProject, project).await;
    let level = Grant { org: None, team: "crew".to_owned(), level: Some(AccessLevel::Writer) };
    fx.store.set_project_access(&own, &[level], true).await.unwrap();
    let permit = fx.store.permit(&ann, Operation::MoveProject, project).await.unwrap();
    let before = fx.store.preview_project_move(&permit, &other()).await.unwrap();
    let secrets: Vec<_> = before.secrets.iter().map(|s| (s.name.as_str(), s.closed)).collect();
    assert_eq!(secrets, [("both", false), ("only", true)]);
    assert_eq!((before.repositories[0].repository.as_str(), before.repositories[0].secret.as_str()), ("repo", "free"));
    assert_eq!(before.access.len(), 1);
    let (moved, after) = fx.store.move_project(&permit, &other()).await.unwrap();
    assert_eq!((before, moved.org_name.as_str()), (after, "Other"));
    fx.reopen().await;
    assert!(fx.entry("only").await.closed);
    let both = fx.entry("both").await;
    assert!(!both.closed && both.projects.len() == 1 && both.projects[0].name == "second");
    let inside = fx.admin.clone().in_process("p", Some(project));
    assert!(fx.store.read_value(&inside, "Default", "only", None).await.is_err());
    assert!(fx.store.read_value(&inside, "Default", "both", None).await.is_err());
    // Its key goes with it.
    let decrypt = fx.store.permit(&inside, Operation::DecryptString, project).await.unwrap();
    assert_eq!(fx.store.decrypt_string(&decrypt, &sealed).await.unwrap().expose(), "text");
    let see = fx.permit(Operation::ReadRepositories, project).await;
    assert_eq!(fx.store.list_repositories(&see).await.unwrap()[0].secret_name, None);
    assert!(matches!(fx.store.project(&fx.admin, "Default", "proj").await, Err(Error::ProjectNotFound { .. })));
    // Secrets of the old organization are no more to be had by its repositories.
    let change = fx.permit(Operation::ChangeRepositories, project).await;
    let settings = RepositorySettings {
        name: "repo".to_owned(),
        url: "x".to_owned(),
        secret: Some("free".to_owned()),
        ..Default::default()
    };
    assert!(matches!(fx.store.change_repository(&change, "repo", settings).await, Err(Error::SecretNotFound { .. })));
    fx.store.create_project(&fx.admin, "Default", "proj").await.unwrap();
    let back = fx.permit(Operation::MoveProject, project).await;
    assert!(matches!(fx.store.move_project(&back, &"Default".into()).await, Err(Error::AlreadyExists { .. })));
    fx.assert_clean().await;
}
