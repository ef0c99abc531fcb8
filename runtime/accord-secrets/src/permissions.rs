//! Who may do what: the whole table, as data. Command line, library and every server ask it through
//! [`crate::Store::permit`], which is the only way to a [`crate::Permit`].
//!
//! What a level rests on is in `levels.rs`. Being a member of the organization is asked for beside
//! the level where the table says so.

use serde::Serialize;

use crate::{Error, Result};

/// What somebody may do with a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum AccessLevel {
    /// See and use.
    Reader,
    /// Change.
    Writer,
    /// Give away and delete.
    Owner,
}

impl AccessLevel {
    /// The word, as Concord spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "READER",
            Self::Writer => "WRITER",
            Self::Owner => "OWNER",
        }
    }
}

impl std::fmt::Display for AccessLevel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for AccessLevel {
    type Err = Error;

    /// Reads the word in any case.
    fn from_str(text: &str) -> Result<Self> {
        let found =
            [Self::Reader, Self::Writer, Self::Owner].into_iter().find(|l| text.eq_ignore_ascii_case(l.as_str()));
        found.ok_or_else(|| Error::Invalid(format!("'{text}' is unknown, expected one of: READER, WRITER, OWNER")))
    }
}

/// An operation that is checked: one for each row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// See a secret's metadata and public key.
    ReadMetadata,
    /// Export a secret's value, or use it in a process without a project.
    Export,
    /// Use a secret's value in a process of a project.
    UseInProject,
    /// Create a secret in an organization.
    CreateSecret,
    /// Create a secret that is scoped to this project.
    ScopeToProject,
    /// Rename a secret, change its data, visibility, store password or expiry, roll it back.
    ChangeSecret,
    /// Add, set or remove a secret's links to projects.
    LinkProjects,
    /// Move a secret to another organization.
    MoveSecret,
    /// Move a project to another organization.
    MoveProject,
    /// Change a secret's owner or access rules, delete it.
    OwnSecret,
    /// Read a secret's audit entries.
    ReadAudit,
    /// Encrypt a string with a project's key.
    EncryptString,
    /// Decrypt a string that was encrypted with a project's key.
    DecryptString,
    /// Start a process in a project.
    StartProcess,
    /// See a project.
    ReadProject,
    /// See an organization.
    ReadOrg,
    /// Create a project in an organization.
    CreateProject,
    /// Create an organization.
    CreateOrg,
    /// Rename an organization or change its visibility.
    ChangeOrg,
    /// Change an organization's owner, or delete it.
    OwnOrg,
    /// Read the audit entries of an organization.
    ReadOrgAudit,
    /// Create a team in an organization.
    CreateTeam,
    /// See a team and its members.
    ReadTeam,
    /// Add members (other than owners) to a team, or remove them.
    ChangeMembers,
    /// Rename or delete a team, change who is an owner in it.
    OwnTeam,
    /// List all users.
    ListUsers,
    /// Create a user, change his role, disable or delete him.
    ManageUsers,
    /// See a user.
    ReadUser,
    /// Make, list or revoke a user's API tokens.
    ManageTokens,
    /// Rename a project or change its visibility.
    ChangeProject,
    /// Change a project's owner or access rules, or delete it.
    OwnProject,
    /// Read the audit entries of a project.
    ReadProjectAudit,
    /// See a project's repositories.
    ReadRepositories,
    /// Add, change or remove a project's repositories.
    ChangeRepositories,
    /// Name a secret as the one that gives access to a repository.
    UseInRepository,
    /// Restore a process from a checkpoint.
    RestoreCheckpoint,
    /// Change the store's keys.
    ManageKeys,
    /// Make a backup of the whole store.
    BackUp,
    /// Read all audit entries.
    ReadAllAudit,
}

/// The kind of thing that an operation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Installation,
    Org,
    Project,
    Secret,
    Team,
    User,
    Process,
}

/// What the project scope of a secret, or the project of the caller's process, has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// No matter.
    Any,
    /// The secret has no project, and is not closed.
    Unscoped,
    /// The secret has no project or the caller's process runs in one of them, and it is not closed.
    InProject,
    /// The caller's process runs in the project.
    ProcessOfProject,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    pub(crate) operation: Operation,
    pub(crate) subject: Subject,
    pub(crate) level: Option<AccessLevel>,
    pub(crate) member: bool,
    pub(crate) scope: Scope,
    /// Completes "may not …" and "this permit allows to …".
    pub(crate) action: &'static str,
}

const fn rule(
    operation: Operation,
    subject: Subject,
    level: Option<AccessLevel>,
    member: bool,
    scope: Scope,
    action: &'static str,
) -> Rule {
    Rule { operation, subject, level, member, scope, action }
}

use AccessLevel::{Owner, Reader, Writer};

/// The table.
#[rustfmt::skip]
pub(crate) const RULES: [Rule; 39] = [
    //   operation                   on                     level         member scope
    rule(Operation::ReadMetadata,   Subject::Secret,       Some(Reader), false, Scope::Any,              "see"),
    rule(Operation::Export,         Subject::Secret,       Some(Reader), false, Scope::Unscoped,         "export the value of"),
    rule(Operation::UseInProject,   Subject::Secret,       Some(Reader), false, Scope::InProject,        "use the value of"),
    rule(Operation::CreateSecret,   Subject::Org,          None,         true,  Scope::Any,              "create a secret in"),
    rule(Operation::ScopeToProject, Subject::Project,      Some(Reader), true,  Scope::Any,              "scope a secret to"),
    rule(Operation::ChangeSecret,   Subject::Secret,       Some(Writer), true,  Scope::Any,              "change"),
    rule(Operation::LinkProjects,   Subject::Secret,       Some(Owner),  true,  Scope::Any,              "change the projects of"),
    rule(Operation::MoveSecret,     Subject::Secret,       Some(Writer), true,  Scope::Any,              "move"),
    rule(Operation::MoveProject,    Subject::Project,      Some(Writer), true,  Scope::Any,              "move"),
    rule(Operation::OwnSecret,      Subject::Secret,       Some(Owner),  false, Scope::Any,              "give away or delete"),
    rule(Operation::ReadAudit,      Subject::Secret,       Some(Writer), false, Scope::Any,              "read the audit entries of"),
    rule(Operation::EncryptString,  Subject::Project,      Some(Reader), false, Scope::Any,              "encrypt a string for"),
    rule(Operation::DecryptString,  Subject::Project,      None,         false, Scope::ProcessOfProject, "decrypt a string of"),
    rule(Operation::StartProcess,   Subject::Project,      Some(Reader), false, Scope::Any,              "start a process in"),
    rule(Operation::ReadProject,    Subject::Project,      Some(Reader), false, Scope::Any,              "see"),
    rule(Operation::ReadOrg,        Subject::Org,          Some(Reader), false, Scope::Any,              "see"),
    rule(Operation::CreateProject,  Subject::Org,          None,         true,  Scope::Any,              "create a project in"),
    rule(Operation::CreateOrg,      Subject::Installation, Some(Owner),  false, Scope::Any,              "create an organization in"),
    rule(Operation::ChangeOrg,      Subject::Org,          Some(Owner),  false, Scope::Any,              "change"),
    rule(Operation::OwnOrg,         Subject::Org,          Some(Owner),  false, Scope::Any,              "give away or delete"),
    rule(Operation::ReadOrgAudit,   Subject::Org,          Some(Owner),  false, Scope::Any,              "read the audit entries of"),
    rule(Operation::CreateTeam,     Subject::Org,          Some(Owner),  false, Scope::Any,              "create a team in"),
    rule(Operation::ReadTeam,       Subject::Team,         Some(Reader), false, Scope::Any,              "see"),
    rule(Operation::ChangeMembers,  Subject::Team,         Some(Writer), true,  Scope::Any,              "change the members of"),
    rule(Operation::OwnTeam,        Subject::Team,         Some(Owner),  false, Scope::Any,              "change, delete or appoint owners in"),
    rule(Operation::ListUsers,      Subject::Installation, Some(Reader), false, Scope::Any,              "list the users of"),
    rule(Operation::ManageUsers,    Subject::Installation, Some(Owner),  false, Scope::Any,              "manage the users of"),
    rule(Operation::ReadUser,       Subject::User,         Some(Reader), false, Scope::Any,              "see"),
    rule(Operation::ManageTokens,   Subject::User,         Some(Writer), false, Scope::Any,              "manage the API tokens of"),
    rule(Operation::ChangeProject,  Subject::Project,      Some(Writer), true,  Scope::Any,              "change"),
    rule(Operation::OwnProject,     Subject::Project,      Some(Owner),  false, Scope::Any,              "give away or delete"),
    rule(Operation::ReadProjectAudit, Subject::Project,    Some(Writer), false, Scope::Any,              "read the audit entries of"),
    rule(Operation::ReadRepositories, Subject::Project,    Some(Reader), false, Scope::Any,              "see the repositories of"),
    rule(Operation::ChangeRepositories, Subject::Project,  Some(Writer), true,  Scope::Any,              "change the repositories of"),
    rule(Operation::UseInRepository, Subject::Secret,      Some(Reader), true,  Scope::Any,              "use in a repository"),
    rule(Operation::RestoreCheckpoint, Subject::Process,   Some(Writer), false, Scope::Any,              "restore a checkpoint of"),
    rule(Operation::ManageKeys,     Subject::Installation, Some(Owner),  false, Scope::Any,              "change the keys of"),
    rule(Operation::BackUp,         Subject::Installation, Some(Owner),  false, Scope::Any,              "back up"),
    rule(Operation::ReadAllAudit,   Subject::Installation, Some(Owner),  false, Scope::Any,              "read all audit entries of"),
];

impl Operation {
    /// The row of the table.
    pub(crate) fn rule(self) -> Rule {
        // The test below shows that each operation has exactly one row; the last one asks for most.
        let [.., strictest] = RULES;
        RULES.into_iter().find(|rule| rule.operation == self).unwrap_or(strictest)
    }
}
