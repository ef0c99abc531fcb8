//! Every operation against every role, visibility and project scope, compared with an oracle that is
//! written down here from the rules in words, and shares no code with the check.

use std::collections::BTreeMap;

use super::*;
use crate::permissions::RULES;
use crate::{
    AccessLevel, Actor, Grant, OrgId, PlaceChange, ProjectId, Role, SecretId, Target, TeamId, TeamRole, UserId,
    UserType,
};

/// The answer of a check, in a word.
fn word<T>(answer: Result<T>) -> String {
    match answer {
        Ok(_) => "yes".to_owned(),
        Err(Error::NotAuthenticated) => "who are you".to_owned(),
        Err(Error::UserDisabled { .. }) => "disabled".to_owned(),
        Err(
            Error::SecretNotFound { .. }
            | Error::ProjectNotFound { .. }
            | Error::OrgNotFound { .. }
            | Error::TeamNotFound { .. }
            | Error::UserNotFound { .. },
        ) => "hidden".to_owned(),
        Err(Error::ProjectScoped { in_process: false, .. }) => "no process".to_owned(),
        Err(Error::ProjectScoped { in_process: true, .. }) => "other process".to_owned(),
        Err(Error::Closed { .. }) => "closed".to_owned(),
        Err(Error::CannotDecrypt) => "cannot decrypt".to_owned(),
        Err(Error::Refused { missing, .. }) => {
            missing.replace("access level ", "").replace("membership of the organization", "member")
        }
        Err(other) => panic!("{other}"),
    }
}

/// 0: none, 1: READER, 2: WRITER, 3: OWNER.
type Level = u8;
const LEVELS: [&str; 4] = ["", "READER", "WRITER", "OWNER"];

/// What the rules say of a role: its level on a PRIVATE secret and project of the organization, its
/// level on the (PRIVATE) organization itself, whether it is a member.
#[rustfmt::skip]
const ROLES: [(&str, Level, Level, bool); 16] = [
    // role                  thing  org  member
    ("administrator",        3,     3,   true),
    ("org owner",            3,     3,   true),
    ("OWNER in a team",      3,     3,   true),
    ("thing's owner",        3,     0,   false),
    ("team with OWNER",      3,     1,   true),
    ("team with WRITER",     2,     1,   true),
    ("team with READER",     1,     1,   true),
    ("team without level",   0,     1,   true),
    ("MAINTAINER",           0,     1,   true),
    ("foreign with OWNER",   1,     0,   false),
    ("foreign with READER",  1,     0,   false),
    ("foreign without",      0,     0,   false),
    ("system writer",        2,     2,   false),
    ("system reader",        1,     1,   false),
    ("outsider",             0,     0,   false),
    ("disabled OWNER",       3,     3,   true),
];

/// The rules for secrets: operation, level, membership, whether the value leaves.
#[rustfmt::skip]
const ON_SECRETS: [(Operation, Level, bool, bool); 9] = [
    (Operation::ReadMetadata,    1, false, false),
    (Operation::Export,          1, false, true),
    (Operation::UseInProject,    1, false, true),
    (Operation::UseInRepository, 1, true,  false),
    (Operation::ChangeSecret,    2, true,  false),
    (Operation::MoveSecret,      2, true,  false),
    (Operation::ReadAudit,       2, false, false),
    (Operation::LinkProjects,    3, true,  false),
    (Operation::OwnSecret,       3, false, false),
];

#[rustfmt::skip]
const ON_PROJECTS: [(Operation, Level, bool); 12] = [
    (Operation::ReadProject,        1, false),
    (Operation::StartProcess,       1, false),
    (Operation::EncryptString,      1, false),
    (Operation::ReadRepositories,   1, false),
    (Operation::ScopeToProject,     1, true),
    (Operation::ChangeProject,      2, true),
    (Operation::MoveProject,        2, true),
    (Operation::ChangeRepositories, 2, true),
    (Operation::ReadProjectAudit,   2, false),
    (Operation::OwnProject,         3, false),
    (Operation::DecryptString,      0, false),
    (Operation::RestoreCheckpoint,  2, false),
];

#[rustfmt::skip]
const ON_ORGS: [(Operation, Level, bool); 7] = [
    (Operation::ReadOrg,       1, false),
    (Operation::CreateSecret,  0, true),
    (Operation::CreateProject, 0, true),
    (Operation::CreateTeam,    3, false),
    (Operation::ChangeOrg,     3, false),
    (Operation::ReadOrgAudit,  3, false),
    (Operation::OwnOrg,        3, false),
];

const ON_TEAMS: [(Operation, Level, bool); 3] =
    [(Operation::ReadTeam, 1, false), (Operation::ChangeMembers, 2, true), (Operation::OwnTeam, 3, false)];

const ON_THE_INSTALLATION: [(Operation, Level); 6] = [
    (Operation::ListUsers, 1),
    (Operation::ManageUsers, 3),
    (Operation::CreateOrg, 3),
    (Operation::ManageKeys, 3),
    (Operation::BackUp, 3),
    (Operation::ReadAllAudit, 3),
];

const ON_USERS: [(Operation, Level); 2] = [(Operation::ReadUser, 1), (Operation::ManageTokens, 2)];

fn ordinary(level: Level, member: bool, needed: Level, membership: bool) -> String {
    if level < needed {
        LEVELS[usize::from(needed)].to_owned()
    } else if membership && !member {
        "member".to_owned()
    } else {
        "yes".to_owned()
    }
}

/// A team: its organization, its name, its members by role.
type TeamOf<'a> = (&'a str, &'a str, &'a [(&'a str, TeamRole)]);

/// What a store for the matrix holds.
struct World {
    callers: BTreeMap<&'static str, Caller>,
    /// By visibility: PRIVATE, PUBLIC.
    orgs: [OrgId; 2],
    team: TeamId,
    projects: [ProjectId; 2],
    other_project: ProjectId,
    /// By visibility, then: without project, of the project, closed.
    secrets: [[SecretId; 3]; 2],
    users: BTreeMap<&'static str, UserId>,
}

/// Makes users of each role, and things for them to be refused.
async fn world(store: &Store, admin: &Caller) -> World {
    let manage = store.permit(admin, Operation::ManageUsers, Target::Installation).await.unwrap();
    let mut callers = BTreeMap::new();
    let mut users = BTreeMap::new();
    for (number, (role, ..)) in ROLES.iter().enumerate() {
        let system = match *role {
            "administrator" => Role::Admin,
            "system writer" => Role::Writer,
            "system reader" => Role::Reader,
            _ => Role::User,
        };
        let name = format!("user-{number}");
        let user = store.create_user(&manage, &name, UserType::Local, system).await.unwrap();
        callers.insert(*role, Caller::new(store.actor(&name).await.unwrap()));
        users.insert(*role, user.id);
    }
    callers.insert("anonymous", Caller::new(Actor::anonymous()));
    let name = |role: &str| callers[role].actor().name().to_owned();

    let org = store.create_org(admin, "Acme").await.unwrap().id;
    let open = store.create_org(admin, "Open").await.unwrap().id;
    store.create_org(admin, "Foreign").await.unwrap();
    let own = store.permit(admin, Operation::OwnOrg, org).await.unwrap();
    store.give_org(&own, &name("org owner")).await.unwrap();
    let change = store.permit(admin, Operation::ChangeOrg, org).await.unwrap();
    let private = PlaceChange { visibility: Some(Visibility::Private), ..PlaceChange::default() };
    store.change_org(&change, private.clone()).await.unwrap();

    let mut team_ids = BTreeMap::new();
    let teams: [TeamOf<'_>; 7] = [
        ("Acme", "plain", &[("team without level", TeamRole::Member), ("MAINTAINER", TeamRole::Maintainer)]),
        ("Acme", "bosses", &[("OWNER in a team", TeamRole::Owner), ("disabled OWNER", TeamRole::Owner)]),
        ("Acme", "readers", &[("team with READER", TeamRole::Member)]),
        ("Acme", "writers", &[("team with WRITER", TeamRole::Member)]),
        ("Acme", "owners", &[("team with OWNER", TeamRole::Member)]),
        ("Foreign", "foreign-owners", &[("foreign with OWNER", TeamRole::Owner)]),
        (
            "Foreign",
            "foreign-readers",
            &[("foreign with READER", TeamRole::Member), ("foreign without", TeamRole::Member)],
        ),
    ];
    for (org, team, members) in teams {
        let place = store.org(admin, org).await.unwrap().id;
        let create = store.permit(admin, Operation::CreateTeam, place).await.unwrap();
        let id = store.create_team(&create, team, "").await.unwrap().id;
        let own = store.permit(admin, Operation::OwnTeam, id).await.unwrap();
        for (role, in_team) in members {
            store.set_member(&own, &name(role), Some(*in_team)).await.unwrap();
        }
        team_ids.insert(team, id);
    }
    // A foreign member whose team holds nothing.
    let own = store.permit(admin, Operation::OwnTeam, team_ids["foreign-readers"]).await.unwrap();
    store.set_member(&own, &name("foreign without"), None).await.unwrap();

    let grant = |org: Option<&str>, team: &str, level| Grant {
        org: org.map(str::to_owned),
        team: team.to_owned(),
        level: Some(level),
    };
    let grants = [
        grant(None, "readers", AccessLevel::Reader),
        grant(None, "writers", AccessLevel::Writer),
        grant(None, "owners", AccessLevel::Owner),
        grant(Some("Foreign"), "foreign-owners", AccessLevel::Owner),
        grant(Some("Foreign"), "foreign-readers", AccessLevel::Reader),
    ];
    let mut projects = Vec::new();
    for (project, visibility) in [("closed-shop", Visibility::Private), ("open-shop", Visibility::Public)] {
        let id = store.create_project_with(admin, "Acme", project, visibility).await.unwrap().id;
        projects.push(id);
    }
    let other_project = store.create_project(admin, "Acme", "elsewhere").await.unwrap().id;
    let mut secrets = Vec::new();
    for visibility in [Visibility::Private, Visibility::Public] {
        let mut ids = Vec::new();
        for scope in ["free", "scoped", "closed"] {
            let mut new = NewSecret::new("Acme", format!("{scope}-{visibility}"), data("x"));
            new.visibility = visibility;
            if scope != "free" {
                new.projects = vec!["closed-shop".to_owned()];
            }
            let id = store.create_secret(admin, new).await.unwrap().entry.id;
            if scope == "closed" {
                close(store, admin, id).await;
            }
            ids.push(id);
        }
        secrets.push(ids.try_into().unwrap());
    }
    for id in secrets.iter().flat_map(|ids: &[SecretId; 3]| ids) {
        let own = store.permit(admin, Operation::OwnSecret, *id).await.unwrap();
        store.set_secret_access(&own, &grants, true).await.unwrap();
        store.give_secret(&own, &name("thing's owner")).await.unwrap();
    }
    for id in &projects {
        let own = store.permit(admin, Operation::OwnProject, *id).await.unwrap();
        store.set_project_access(&own, &grants, true).await.unwrap();
        store.give_project(&own, &name("thing's owner")).await.unwrap();
    }
    let off = crate::UserChange { disabled: Some(true), ..Default::default() };
    store.change_user(&manage, users["disabled OWNER"], off).await.unwrap();
    World {
        orgs: [org, open],
        team: team_ids["plain"],
        projects: projects.try_into().unwrap(),
        other_project,
        secrets: secrets.try_into().unwrap(),
        callers,
        users,
    }
}

async fn close(store: &Store, admin: &Caller, id: SecretId) {
    let mut tx = store.begin().await.unwrap();
    let mut secret = store.load_secret(&mut tx, id).await.unwrap().secret;
    secret.row.closed = 1;
    secret.projects.clear();
    tx.set_secret_projects(&id.to_string(), &[]).await.unwrap();
    store.update_secret(&mut tx, &mut secret).await.unwrap();
    store.audit_secret(&mut tx, admin, "UPDATE", &secret, "Acme").await.unwrap();
    tx.commit().await.unwrap();
}

/// The matrix, on any store. Answers how many cells it compared.
pub(super) async fn matrix(store: &Store, admin: &Caller) -> usize {
    let world = world(store, admin).await;
    let mut cells = 0;
    let mut wrong = Vec::new();
    let mut read = store.read().await.unwrap();
    let mut seen = std::collections::HashSet::new();
    for (role, level, on_org, member) in ROLES.into_iter().chain([("anonymous", 0, 0, false)]) {
        let identity = match role {
            "anonymous" => Some("who are you"),
            "disabled OWNER" => Some("disabled"),
            _ => None,
        };
        let plain = &world.callers[role];
        let callers = [
            ("no process", plain.clone()),
            ("process", plain.clone().in_process("p", None)),
            ("process of the project", plain.clone().in_process("p", Some(world.projects[0]))),
            ("process of another", plain.clone().in_process("p", Some(world.other_project))),
        ];
        for (place, caller) in &callers {
            let mut compare = async |operation: Operation, target: Target, expected: String, what: String| {
                let found = word(store.check(&mut read, caller, operation, target).await);
                let expected = identity.map_or(expected, str::to_owned);
                seen.insert(operation);
                cells += 1;
                if found != expected {
                    wrong.push(format!("{operation:?} on {what}, {role}, {place}: found {found}, expected {expected}"));
                }
            };
            for (public, visibility) in [(0, "PRIVATE"), (1, "PUBLIC")] {
                let level = level.max(public);
                for (scope, id) in ["free", "scoped", "closed"].into_iter().zip(world.secrets[usize::from(public)]) {
                    for (operation, needed, membership, value) in ON_SECRETS {
                        let ordinary = ordinary(level, member, needed, membership);
                        let expected = match (level, ordinary.as_str(), value) {
                            (0, ..) => "hidden",
                            (_, "yes", true) if scope == "closed" => "closed",
                            (_, "yes", true) if scope == "scoped" => match *place {
                                "no process" => "no process",
                                "process of the project" if operation == Operation::UseInProject => "yes",
                                _ => "other process",
                            },
                            (_, other, _) => other,
                        }
                        .to_owned();
                        compare(operation, id.into(), expected, format!("a {scope} {visibility} secret")).await;
                    }
                }
                let id = world.projects[usize::from(public)];
                for (operation, needed, membership) in ON_PROJECTS {
                    let what = format!("a {visibility} project");
                    let expected = match operation {
                        Operation::DecryptString if *place == "process of the project" && public == 0 => {
                            "yes".to_owned()
                        }
                        Operation::DecryptString => "cannot decrypt".to_owned(),
                        Operation::RestoreCheckpoint => ordinary(level, member, needed, membership),
                        _ if level == 0 => "hidden".to_owned(),
                        _ => ordinary(level, member, needed, membership),
                    };
                    let initiator = Some(world.users["MAINTAINER"]);
                    let (target, expected) = match operation {
                        Operation::RestoreCheckpoint if role == "MAINTAINER" => {
                            (Target::Process { initiator, project: Some(id) }, "yes".to_owned())
                        }
                        Operation::RestoreCheckpoint => (Target::Process { initiator, project: Some(id) }, expected),
                        _ => (id.into(), expected),
                    };
                    compare(operation, target, expected, what).await;
                }
            }
            // A process without a project: its initiator and administrators.
            let expected = if role == "administrator" || role == "outsider" { "yes" } else { "WRITER" };
            let target = Target::Process { initiator: Some(world.users["outsider"]), project: None };
            compare(Operation::RestoreCheckpoint, target, expected.to_owned(), "a process".to_owned()).await;
            for (number, id) in world.orgs.into_iter().enumerate() {
                // Nobody of these belongs to the public one.
                let (level, member) = match (number, role) {
                    (0, _) => (on_org, member),
                    (_, "administrator") => (3, true),
                    (_, "system writer") => (2, false),
                    _ => (1, false),
                };
                for (operation, needed, membership) in ON_ORGS {
                    let known =
                        if level == 0 { "hidden".to_owned() } else { ordinary(level, member, needed, membership) };
                    compare(operation, id.into(), known, format!("organization {number}")).await;
                }
            }
            for (operation, needed, membership) in ON_TEAMS {
                let level = if role == "MAINTAINER" { 2 } else { on_org };
                let known = if level == 0 { "hidden".to_owned() } else { ordinary(level, member, needed, membership) };
                compare(operation, world.team.into(), known, "a team".to_owned()).await;
            }
            let system = match role {
                "administrator" => 3,
                "system writer" => 2,
                "system reader" => 1,
                _ => 0,
            };
            for (operation, needed) in ON_THE_INSTALLATION {
                compare(operation, Target::Installation, ordinary(system, true, needed, false), "the store".to_owned())
                    .await;
            }
            for (operation, needed) in ON_USERS {
                // Nobody but administrators changes others.
                let level = if system == 2 { 1 } else { system };
                let known = if level == 0 { "hidden".to_owned() } else { ordinary(level, true, needed, false) };
                compare(
                    operation,
                    world.users["thing's owner"].into(),
                    match role {
                        "thing's owner" => "yes".to_owned(),
                        _ => known,
                    },
                    "a user".to_owned(),
                )
                .await;
            }
        }
    }
    read.finish().await.unwrap();
    assert!(wrong.is_empty(), "{} of {cells} cells:\n{}", wrong.len(), wrong.join("\n"));
    let untried: Vec<_> = RULES.iter().map(|rule| rule.operation).filter(|o| !seen.contains(o)).collect();
    assert!(untried.is_empty(), "{untried:?}");
    cells
}

#[tokio::test]
async fn every_cell_of_the_permission_table() {
    let fx = Fixture::new().await;
    let cells = matrix(&fx.store, &fx.admin).await;
    assert!(cells > 6000, "{cells}");
    fx.assert_clean().await;
}
