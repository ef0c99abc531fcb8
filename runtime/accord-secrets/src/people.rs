//! People and what they belong to, as the store's users see them: users, teams, tokens,
//! repositories.

use accord_value::SecretString;
use serde::Serialize;

use crate::model::{ProjectId, Role, UserId, UserRef, ids, words};
use crate::permissions::AccessLevel;

ids!(
    /// Identifies a team.
    TeamId,
    /// Identifies an API token.
    TokenId,
    /// Identifies a repository.
    RepositoryId
);

words! {
    /// What a user is in a team.
    TeamRole {
        /// Has what the team has.
        Member = "MEMBER",
        /// Manages the team's users too.
        Maintainer = "MAINTAINER",
        /// Manages the team's organization too: an owner of it.
        Owner = "OWNER"
    }
    /// Where a user comes from.
    UserType {
        /// A user of the store.
        Local = "LOCAL",
        /// A user of a directory service.
        Ldap = "LDAP",
        /// A user of a single sign-on service.
        Sso = "SSO"
    }
}

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// His id, for ever.
    pub id: UserId,
    /// His name, unique.
    #[serde(rename = "username")]
    pub name: String,
    /// Where he comes from.
    #[serde(rename = "type")]
    pub kind: UserType,
    /// His role in the whole installation.
    pub role: Role,
    /// He may do nothing.
    pub disabled: bool,
    /// Microseconds since 1970 (UTC).
    pub created_at: i64,
}

/// A team of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Team {
    /// Its id, for ever.
    pub id: TeamId,
    /// Its name, unique in its organization.
    pub name: String,
    /// Its organization.
    pub org_name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// Its members, by name.
    pub members: Vec<TeamMember>,
    /// Microseconds since 1970 (UTC).
    pub created_at: i64,
}

/// A member of a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamMember {
    /// The user.
    #[serde(flatten)]
    pub user: UserRef,
    /// What he is in the team.
    pub role: TeamRole,
}

/// The level that a team holds on a secret or a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamLevel {
    /// The team's id.
    pub team_id: TeamId,
    /// The team's name.
    pub team_name: String,
    /// Name of the team's organization. A level of a team of another organization than the thing's
    /// counts for reading only.
    pub org_name: String,
    /// The level.
    pub level: AccessLevel,
}

/// A level to give to a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Name of the team's organization; `None`: that of the thing.
    pub org: Option<String>,
    /// The team's name.
    pub team: String,
    /// The level; `None` takes it away.
    pub level: Option<AccessLevel>,
}

/// An API token, without the token itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// Its user.
    pub user: UserRef,
    /// Its name, unique among the user's.
    pub name: String,
    /// Microseconds since 1970 (UTC).
    pub created_at: i64,
    /// It is of no use from then on; microseconds since 1970 (UTC).
    pub expires_at: Option<i64>,
}

/// Answer to the making of a token.
#[derive(Debug)]
pub struct NewToken {
    /// Its metadata.
    pub entry: Token,
    /// The token: it is shown now or never.
    pub token: SecretString,
}

/// A repository of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Repository {
    /// Its id, for ever.
    pub id: RepositoryId,
    /// Its project.
    pub project_id: ProjectId,
    /// Its name, unique in its project.
    pub name: String,
    /// Where it lies.
    pub url: String,
    /// The branch (or tag) to use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The commit to use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit_id: Option<String>,
    /// The folder in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Name of the secret that gives access to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_name: Option<String>,
}

/// A repository to add, or what one becomes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepositorySettings {
    /// Its name, unique in its project.
    pub name: String,
    /// Where it lies.
    pub url: String,
    /// The branch (or tag) to use.
    pub branch: Option<String>,
    /// The commit to use.
    pub commit_id: Option<String>,
    /// The folder in it.
    pub path: Option<String>,
    /// Name of the secret of the project's organization that gives access to it.
    pub secret: Option<String>,
}
