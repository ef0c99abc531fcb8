//! What a caller's level on a thing rests on, and whether he is a member of an organization: from
//! the records, once they have been checked, to a [`Standing`]. Must not know: which operation needs
//! what.

use accord_store::OrgRow;

use crate::access::{Caller, Identity};
use crate::mac::{Levels, LinkedProject, LinkedSecret, LinkedTeam};
use crate::model::{ProjectId, Role, UserId, Visibility};
use crate::people::TeamRole;
use crate::permissions::AccessLevel;
use crate::permissions::AccessLevel::{Owner, Reader, Writer};

/// What a caller is to a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) level: Option<AccessLevel>,
    pub(crate) member: bool,
}

/// A team that the caller belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tie {
    pub(crate) team_id: String,
    pub(crate) org_id: String,
    pub(crate) role: TeamRole,
}

/// A caller and what he is at the moment of a check.
#[derive(Clone, Debug)]
pub(crate) struct Asker<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) role: Role,
    pub(crate) ties: Vec<Tie>,
}

impl Asker<'_> {
    /// The level of the role in the whole installation.
    pub(crate) fn system_level(&self) -> Option<AccessLevel> {
        match self.role {
            Role::Admin => Some(Owner),
            Role::Writer => Some(Writer),
            Role::Reader => Some(Reader),
            Role::User => None,
        }
    }

    pub(crate) fn installation(&self) -> Standing {
        let level = self.system_level();
        Standing { level, member: level.is_some() }
    }

    pub(crate) fn org(&self, org: &OrgRow) -> Standing {
        let member = self.member(org);
        let level =
            self.system_level().max(self.owns_org(org)).max(public(&org.visibility)).max(member.then_some(Reader));
        Standing { level, member }
    }

    pub(crate) fn project(&self, project: &LinkedProject, org: &OrgRow) -> Standing {
        let row = &project.row;
        self.of_place(row.owner_id.as_deref(), &row.visibility, &project.access, org)
    }

    pub(crate) fn secret(&self, secret: &LinkedSecret, org: &OrgRow) -> Standing {
        let row = &secret.row;
        self.of_place(row.owner_id.as_deref(), &row.visibility, &secret.access, org)
    }

    /// Secrets and projects follow one rule.
    fn of_place(&self, owner: Option<&str>, visibility: &str, access: &Levels, org: &OrgRow) -> Standing {
        let level = self
            .system_level()
            .max(self.is(owner).then_some(Owner))
            .max(self.owns_org(org))
            .max(self.of_teams(access, org))
            .max(public(visibility));
        Standing { level, member: self.member(org) }
    }

    /// The highest level of his teams; one of another organization counts for reading only.
    fn of_teams(&self, access: &Levels, org: &OrgRow) -> Option<AccessLevel> {
        let levels = access.iter().filter_map(|(team, level)| {
            let tie = self.ties.iter().find(|tie| tie.team_id == *team)?;
            let level: AccessLevel = level.parse().ok()?;
            Some(if tie.org_id == org.id { level } else { level.min(Reader) })
        });
        levels.max()
    }

    pub(crate) fn team(&self, team: &LinkedTeam, org: &OrgRow) -> Standing {
        let member = self.member(org);
        let role = self.ties.iter().find(|tie| tie.team_id == team.row.id).map(|tie| tie.role);
        let maintains = (role == Some(TeamRole::Maintainer)).then_some(Writer);
        let level = self.system_level().max(self.owns_org(org)).max(maintains).max(member.then_some(Reader));
        Standing { level, member }
    }

    /// Users are not things of an organization: a system writer changes none.
    pub(crate) fn user(&self, user_id: &str) -> Standing {
        let system = match self.role {
            Role::Admin => Some(Owner),
            Role::Writer | Role::Reader => Some(Reader),
            Role::User => None,
        };
        let level = system.max(self.is(Some(user_id)).then_some(Writer));
        Standing { level, member: level.is_some() }
    }

    /// Who started a process may do with it what he likes; others what they may do with its project.
    pub(crate) fn process(&self, initiator: Option<UserId>, project: Option<Standing>) -> Standing {
        let initiator = initiator.is_some() && self.caller.actor().id() == initiator;
        let admin = (self.role == Role::Admin).then_some(Owner);
        let level = initiator.then_some(Owner).max(admin).max(project.and_then(|standing| standing.level));
        Standing { level, member: project.is_some_and(|standing| standing.member) }
    }

    /// Whether the caller's process runs in the project.
    pub(crate) fn runs_in(&self, project_id: &str) -> bool {
        self.caller.process_project().map(|id: ProjectId| id.to_string()).is_some_and(|id| id == project_id)
    }

    fn is(&self, user: Option<&str>) -> bool {
        let id = self.caller.actor().id().map(|id| id.to_string());
        id.is_some() && user == id.as_deref()
    }

    fn owns_org(&self, org: &OrgRow) -> Option<AccessLevel> {
        let appointed = || self.ties.iter().any(|tie| tie.org_id == org.id && tie.role == TeamRole::Owner);
        (self.is(org.owner_id.as_deref()) || appointed()).then_some(Owner)
    }

    fn member(&self, org: &OrgRow) -> bool {
        self.role == Role::Admin || self.is(org.owner_id.as_deref()) || self.ties.iter().any(|tie| tie.org_id == org.id)
    }
}

/// Everybody with an identity reads what is public. (Somebody without one gets no [`Asker`].)
fn public(visibility: &str) -> Option<AccessLevel> {
    (visibility == Visibility::Public.as_str()).then_some(Reader)
}

/// Whether the caller has an identity at all.
pub(crate) fn has_identity(caller: &Caller) -> bool {
    caller.actor().identity() != Identity::None
}
