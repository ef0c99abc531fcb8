//! Users, teams, tokens, projects, repositories and access rules, from making to deletion.

use super::*;
use crate::{AccessLevel, Actor, Grant, PlaceChange, RepositorySettings, Role, Target, TeamRole, UserType};

async fn user(fx: &Fixture, name: &str) -> Caller {
    let manage = fx.permit(Operation::ManageUsers, Target::Installation).await;
    fx.store.create_user(&manage, name, UserType::Local, Role::User).await.unwrap();
    Caller::new(fx.store.actor(name).await.unwrap())
}

async fn team(fx: &Fixture, name: &str) -> crate::Team {
    let org = fx.store.org(&fx.admin, "Default").await.unwrap().id;
    let create = fx.permit(Operation::CreateTeam, org).await;
    fx.store.create_team(&create, name, "for tests").await.unwrap()
}

#[tokio::test]
async fn teams_have_members_and_maintainers_who_manage_them() {
    let fx = Fixture::new().await;
    let (ann, bob, eve) = (user(&fx, "ann").await, user(&fx, "bob").await, user(&fx, "eve").await);
    let team = team(&fx, "crew").await;
    let own = fx.permit(Operation::OwnTeam, team.id).await;
    fx.store.set_member(&own, "ann", Some(TeamRole::Maintainer)).await.unwrap();
    // A maintainer brings members, and no owners.
    let change = fx.store.permit(&ann, Operation::ChangeMembers, team.id).await.unwrap();
    fx.store.set_member(&change, "bob", Some(TeamRole::Member)).await.unwrap();
    let error = fx.store.set_member(&change, "bob", Some(TeamRole::Owner)).await.unwrap_err();
    assert!(matches!(error, Error::WrongPermit { .. }), "{error}");
    assert!(fx.store.permit(&ann, Operation::OwnTeam, team.id).await.is_err());
    assert!(fx.store.permit(&bob, Operation::ChangeMembers, team.id).await.is_err());
    // An owner in a team owns the organization, and cannot be removed by a maintainer.
    fx.store.set_member(&own, "eve", Some(TeamRole::Owner)).await.unwrap();
    let secret = fx.data("any", "x").await;
    fx.store.permit(&eve, Operation::OwnSecret, secret).await.unwrap();
    assert!(matches!(fx.store.set_member(&change, "eve", None).await, Err(Error::WrongPermit { .. })));
    let shown = fx.store.team(&bob, "Default", "crew").await.unwrap();
    let members: Vec<_> = shown.members.iter().map(|m| format!("{} {}", m.user.name, m.role)).collect();
    assert_eq!(members, ["ann MAINTAINER", "bob MEMBER", "eve OWNER"]);
    // A permit is worth nothing once its holder is no more what he was.
    fx.store.set_member(&own, "ann", None).await.unwrap();
    assert!(fx.store.set_member(&change, "bob", None).await.is_err());
    assert_eq!(fx.store.list_teams(&fx.admin, "Default").await.unwrap().len(), 1);
    fx.store.change_team(&own, Some("crew-two"), Some("renamed")).await.unwrap();
    fx.store.delete_team(&own).await.unwrap();
    assert!(fx.store.permit(&eve, Operation::ReadMetadata, secret).await.is_err());
    fx.assert_clean().await;
}

#[tokio::test]
async fn levels_of_teams_open_what_they_say_and_no_more() {
    let fx = Fixture::new().await;
    let ann = user(&fx, "ann").await;
    let made = team(&fx, "crew").await;
    let own = fx.permit(Operation::OwnTeam, made.id).await;
    fx.store.set_member(&own, "ann", Some(TeamRole::Member)).await.unwrap();
    let id = fx.data("guarded", "value").await;
    let read = async || text(fx.store.read_value(&ann, "Default", "guarded", None).await);
    assert!(matches!(read().await, Err(Error::SecretNotFound { hidden: true, .. })));
    let own = fx.permit(Operation::OwnSecret, id).await;
    let grant = |level| Grant { org: None, team: "crew".to_owned(), level };
    fx.store.set_secret_access(&own, &[grant(Some(AccessLevel::Reader))], false).await.unwrap();
    assert_eq!(read().await.unwrap(), "value");
    assert!(fx.store.permit(&ann, Operation::ChangeSecret, id).await.is_err());
    let levels = fx.store.set_secret_access(&own, &[grant(Some(AccessLevel::Writer))], false).await.unwrap();
    assert_eq!((levels.len(), levels[0].level), (1, AccessLevel::Writer));
    fx.store.permit(&ann, Operation::ChangeSecret, id).await.unwrap();
    assert_eq!(fx.store.list_secrets(&ann, &SecretFilter::default()).await.unwrap().len(), 1);
    fx.store.set_secret_access(&own, &[], true).await.unwrap();
    assert!(read().await.is_err());
    assert!(fx.store.list_secrets(&ann, &SecretFilter::default()).await.unwrap().is_empty());
    let unknown = Grant { org: None, team: "nobody".to_owned(), level: Some(AccessLevel::Reader) };
    assert!(matches!(fx.store.set_secret_access(&own, &[unknown], false).await, Err(Error::TeamNotFound { .. })));
    // A deleted team takes its levels with it.
    let project = fx.project("proj").await.id;
    let own_project = fx.permit(Operation::OwnProject, project).await;
    fx.store.set_secret_access(&own, &[grant(Some(AccessLevel::Owner))], true).await.unwrap();
    fx.store.set_project_access(&own_project, &[grant(Some(AccessLevel::Owner))], true).await.unwrap();
    let own_team = fx.permit(Operation::OwnTeam, made.id).await;
    fx.store.delete_team(&own_team).await.unwrap();
    let see = fx.permit(Operation::ReadMetadata, id).await;
    assert!(fx.store.secret_access(&see).await.unwrap().is_empty());
    let see = fx.permit(Operation::ReadProject, project).await;
    assert!(fx.store.project_access(&see).await.unwrap().is_empty());
    fx.assert_clean().await;
}

#[tokio::test]
async fn tokens_are_shown_once_and_end() {
    let mut fx = Fixture::new().await;
    let ann = user(&fx, "ann").await;
    let id = ann.actor().id().unwrap();
    let manage = fx.store.permit(&ann, Operation::ManageTokens, id).await.unwrap();
    let made = fx.store.create_token(&manage, "laptop", None).await.unwrap();
    assert!(made.token.expose().starts_with("accord_") && made.token.len() == 50);
    let again = fx.store.create_token(&manage, "laptop", None).await.unwrap_err();
    assert!(matches!(again, Error::AlreadyExists { .. }), "{again}");
    assert!(fx.store.create_token(&manage, "late", Some(1)).await.is_err());
    let soon = super::now() + 60_000_000;
    let brief = fx.store.create_token(&manage, "brief", Some(soon)).await.unwrap();
    fx.reopen().await;
    let actor = fx.store.authenticate(&made.token).await.unwrap();
    assert_eq!((actor.name(), actor.id()), ("ann", Some(id)));
    assert_eq!(actor.token_id(), Some(made.entry.id.to_string().as_str()));
    for wrong in ["", "accord_", "accord_AAAA", &format!("{}x", made.token.expose())] {
        assert!(matches!(fx.store.authenticate(&wrong.into()).await, Err(Error::NotAuthenticated)), "{wrong}");
    }
    assert!(!format!("{:?}", fx.audit().await).contains(made.token.expose().as_str()));
    // Nobody makes tokens of others but administrators.
    let bob = user(&fx, "bob").await;
    assert!(fx.store.permit(&bob, Operation::ManageTokens, id).await.is_err());
    fx.permit(Operation::ManageTokens, id).await;
    assert_eq!(fx.store.list_tokens(&manage).await.unwrap().len(), 2);
    fx.store.revoke_token(&manage, "laptop").await.unwrap();
    assert!(matches!(fx.store.authenticate(&made.token).await, Err(Error::NotAuthenticated)));
    fx.store.authenticate(&brief.token).await.unwrap();
    // A disabled user's tokens are of no use, and neither are actors that were looked up before.
    let manage = fx.permit(Operation::ManageUsers, Target::Installation).await;
    let off = |disabled| UserChange { disabled: Some(disabled), ..Default::default() };
    fx.store.change_user(&manage, id, off(true)).await.unwrap();
    assert!(matches!(fx.store.authenticate(&brief.token).await, Err(Error::NotAuthenticated)));
    assert!(matches!(fx.store.list_orgs(&ann).await, Err(Error::UserDisabled { .. })));
    fx.store.change_user(&manage, id, off(false)).await.unwrap();
    fx.store.authenticate(&brief.token).await.unwrap();
    assert!(matches!(fx.store.list_orgs(&Caller::new(Actor::anonymous())).await, Err(Error::NotAuthenticated)));
    fx.assert_clean().await;
}

/// An expired token, made so by turning the clock in its record.
#[tokio::test]
async fn an_expired_token_is_none() {
    let fx = Fixture::new().await;
    let ann = user(&fx, "ann").await;
    let manage = fx.store.permit(&ann, Operation::ManageTokens, ann.actor().id().unwrap()).await.unwrap();
    let made = fx.store.create_token(&manage, "laptop", None).await.unwrap();
    let mut tx = fx.store.begin().await.unwrap();
    let mut row = tx.token(&made.entry.id.to_string()).await.unwrap().unwrap();
    row.expires_at = Some(1);
    fx.store.stamp(&mut row).unwrap();
    tx.update_token(&row).await.unwrap();
    fx.store.record(&mut tx, &fx.admin, "UPDATE", &row, serde_json::json!({})).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(fx.store.authenticate(&made.token).await, Err(Error::NotAuthenticated)));
}

#[tokio::test]
async fn roles_of_the_whole_installation_change_at_once() {
    let fx = Fixture::new().await;
    let ann = user(&fx, "ann").await;
    let id = fx.data("guarded", "value").await;
    let manage = fx.permit(Operation::ManageUsers, Target::Installation).await;
    let read = async || fx.store.permit(&ann, Operation::Export, id).await.map(drop);
    assert!(read().await.is_err());
    let become_ = async |role| {
        let change = UserChange { role: Some(role), ..Default::default() };
        fx.store.change_user(&manage, ann.actor().id().unwrap(), change).await.unwrap();
    };
    become_(Role::Reader).await;
    read().await.unwrap();
    become_(Role::Admin).await;
    fx.store.permit(&ann, Operation::OwnSecret, id).await.unwrap();
    become_(Role::User).await;
    assert!(read().await.is_err());
    let list = fx.permit(Operation::ListUsers, Target::Installation).await;
    assert_eq!(fx.store.list_users(&list).await.unwrap().len(), 2);
    assert_eq!(fx.store.user(&ann, "ann").await.unwrap().role, Role::User);
    assert!(matches!(fx.store.user(&ann, fx.admin.actor().name()).await, Err(Error::UserNotFound { .. })));
    for name in ["", "a b", "a\n", &"x".repeat(129)] {
        assert!(fx.store.create_user(&manage, name, UserType::Local, Role::User).await.is_err(), "{name:?}");
    }
    assert!(matches!(
        fx.store.create_user(&manage, "ann", UserType::Local, Role::User).await,
        Err(Error::AlreadyExists { .. })
    ));
}

#[tokio::test]
async fn a_deleted_user_leaves_what_he_owned_to_the_owners_of_its_place() {
    let mut fx = Fixture::new().await;
    let ann = user(&fx, "ann").await;
    let made = team(&fx, "crew").await;
    let own = fx.permit(Operation::OwnTeam, made.id).await;
    fx.store.set_member(&own, "ann", Some(TeamRole::Member)).await.unwrap();
    let id = fx.store.create_secret(&ann, NewSecret::new("Default", "hers", data("x"))).await.unwrap().entry.id;
    fx.store.create_project(&ann, "Default", "her-project").await.unwrap();
    let tokens = fx.store.permit(&ann, Operation::ManageTokens, ann.actor().id().unwrap()).await.unwrap();
    let token = fx.store.create_token(&tokens, "laptop", None).await.unwrap().token;
    let gone = fx.store.create_secret(&ann, NewSecret::new("Default", "gone", data("x"))).await.unwrap().entry.id;
    fx.store.delete(&fx.permit(Operation::OwnSecret, gone).await).await.unwrap();
    let manage = fx.permit(Operation::ManageUsers, Target::Installation).await;
    fx.store.delete_user(&manage, ann.actor().id().unwrap()).await.unwrap();
    assert!(matches!(fx.store.authenticate(&token).await, Err(Error::NotAuthenticated)));
    assert!(matches!(fx.store.list_orgs(&ann).await, Err(Error::NotAuthenticated)));
    assert!(fx.entry("hers").await.owner.is_none());
    fx.permit(Operation::OwnSecret, id).await;
    fx.assert_clean().await;
    // The name is free, and who takes it inherits nothing.
    let other = user(&fx, "ann").await;
    assert!(fx.store.permit(&other, Operation::ReadMetadata, id).await.is_err());
    fx.reopen().await;
    fx.assert_clean().await;
}

#[tokio::test]
async fn organizations_and_projects_change_and_go() {
    let fx = Fixture::new().await;
    let ann = user(&fx, "ann").await;
    let org = fx.store.create_org(&fx.admin, "Acme").await.unwrap().id;
    let own = fx.permit(Operation::OwnOrg, org).await;
    fx.store.give_org(&own, "ann").await.unwrap();
    let change = fx.store.permit(&ann, Operation::ChangeOrg, org).await.unwrap();
    let renamed = PlaceChange { name: Some("Acme-Two".to_owned()), visibility: Some(Visibility::Private) };
    fx.store.change_org(&change, renamed).await.unwrap();
    let taken = PlaceChange { name: Some("Default".to_owned()), ..Default::default() };
    assert!(matches!(fx.store.change_org(&change, taken).await, Err(Error::AlreadyExists { .. })));
    let bob = user(&fx, "bob").await;
    assert!(matches!(fx.store.org(&bob, "Acme-Two").await, Err(Error::OrgNotFound { .. })));
    let project = fx.store.create_project(&ann, "Acme-Two", "proj").await.unwrap();
    let error = fx.store.delete_org(&own).await.unwrap_err().to_string();
    assert!(error.contains("1 projects"), "{error}");
    let change = fx.permit(Operation::ChangeProject, project.id).await;
    let renamed = PlaceChange { name: Some("renamed".to_owned()), visibility: Some(Visibility::Private) };
    assert_eq!(fx.store.change_project(&change, renamed).await.unwrap().name, "renamed");
    // Its key goes with a project, and with it all that was encrypted for it.
    let encrypt = fx.permit(Operation::EncryptString, project.id).await;
    let sealed = fx.store.encrypt_string(&encrypt, &"x".into()).await.unwrap();
    fx.store
        .create_secret(
            &fx.admin,
            NewSecret { projects: vec!["renamed".to_owned()], ..NewSecret::new("Acme-Two", "scoped", data("x")) },
        )
        .await
        .unwrap();
    let inside = fx.admin.clone().in_process("p", Some(project.id));
    let decrypt = fx.store.permit(&inside, Operation::DecryptString, project.id).await.unwrap();
    fx.store.decrypt_string(&decrypt, &sealed).await.unwrap();
    fx.repository(project.id, "repo", None).await.unwrap();
    let own_project = fx.permit(Operation::OwnProject, project.id).await;
    fx.store.delete_project(&own_project).await.unwrap();
    assert!(fx.store.decrypt_string(&decrypt, &sealed).await.is_err());
    let scoped = fx.store.secret(&fx.admin, "Acme-Two", "scoped").await.unwrap();
    assert!(scoped.closed && scoped.projects.is_empty(), "nobody said that it opens");
    let own_secret = fx.permit(Operation::OwnSecret, scoped.id).await;
    fx.store.delete(&own_secret).await.unwrap();
    fx.assert_clean().await;
    fx.store.delete_org(&own).await.unwrap();
    assert!(matches!(fx.store.org(&fx.admin, "Acme-Two").await, Err(Error::OrgNotFound { .. })));
    fx.assert_clean().await;
}

#[tokio::test]
async fn repositories_name_secrets_that_they_may_use() {
    let fx = Fixture::new().await;
    let (one, two) = (fx.project("one").await.id, fx.project("two").await.id);
    fx.create(NewSecret::new("Default", "deploy-key", NewValue::Generate(KeyType::Ed25519))).await;
    let mut new = NewSecret::new("Default", "scoped-key", NewValue::Generate(KeyType::Ed25519));
    new.projects = vec!["one".to_owned()];
    fx.create(new).await;
    let made = fx.repository(one, "main-repo", Some("deploy-key")).await.unwrap();
    assert_eq!(made.secret_name.as_deref(), Some("deploy-key"));
    fx.repository(one, "scoped-repo", Some("scoped-key")).await.unwrap();
    assert!(matches!(fx.repository(two, "scoped-repo", Some("scoped-key")).await, Err(Error::ProjectScoped { .. })));
    assert!(matches!(fx.repository(two, "x-repo", Some("unknown")).await, Err(Error::SecretNotFound { .. })));
    assert!(matches!(fx.repository(one, "main-repo", None).await, Err(Error::AlreadyExists { .. })));
    let change = fx.permit(Operation::ChangeRepositories, one).await;
    let settings = RepositorySettings {
        name: "main-repo".to_owned(),
        url: "https://example.com/a.git".to_owned(),
        branch: Some("main".to_owned()),
        path: Some("flows".to_owned()),
        ..Default::default()
    };
    let changed = fx.store.change_repository(&change, "main-repo", settings.clone()).await.unwrap();
    assert_eq!((changed.id, changed.secret_name, changed.branch.as_deref()), (made.id, None, Some("main")));
    assert!(fx.store.change_repository(&change, "none", settings).await.is_err());
    fx.store.remove_repository(&change, "main-repo").await.unwrap();
    let read = fx.permit(Operation::ReadRepositories, one).await;
    assert_eq!(fx.store.list_repositories(&read).await.unwrap().len(), 1);
    // A deleted secret is no repository's any more.
    let id = fx.entry("scoped-key").await.id;
    fx.store.delete(&fx.permit(Operation::OwnSecret, id).await).await.unwrap();
    assert_eq!(fx.store.list_repositories(&read).await.unwrap()[0].secret_name, None);
    fx.assert_clean().await;
}
