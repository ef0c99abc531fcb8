//! Who asks, and the proof that he may.
//!
//! A [`Permit`] has no other maker than [`crate::Store::permit`], so that a value cannot be opened
//! nor a secret changed without the check.

use crate::model::{ProjectId, Role, Target, UserId};
use crate::permissions::Operation;

/// Somebody who acts: a user, or the installation itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    id: Option<UserId>,
    name: String,
    role: Role,
    identity: Identity,
    token: Option<String>,
}

/// What an actor's identity rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Identity {
    /// The root key: whoever can read it is an administrator.
    Key,
    /// A user's record, whose role at the moment of each check counts.
    Record,
    /// Nothing.
    None,
}

impl Actor {
    pub(crate) fn user(id: UserId, name: String, role: Role) -> Self {
        Self { id: Some(id), name, role, identity: Identity::Record, token: None }
    }

    /// Who can read the root key.
    pub(crate) fn key_holder(id: UserId, name: String) -> Self {
        Self { id: Some(id), name, role: Role::Admin, identity: Identity::Key, token: None }
    }

    /// The installation itself, which makes what a new store starts with.
    pub(crate) fn installation() -> Self {
        let name = "installation".to_owned();
        Self { id: None, name, role: Role::Admin, identity: Identity::Key, token: None }
    }

    /// Somebody without an identity: he may do nothing, and is told so before anything else.
    #[must_use]
    pub fn anonymous() -> Self {
        let name = "anonymous".to_owned();
        Self { id: None, name, role: Role::User, identity: Identity::None, token: None }
    }

    /// The same, through an API token.
    #[must_use]
    pub(crate) fn through_token(mut self, token_id: String) -> Self {
        self.token = Some(token_id);
        self
    }

    pub(crate) fn identity(&self) -> Identity {
        self.identity
    }

    /// Id of the API token that he acts through.
    pub fn token_id(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The user's id; the installation has none.
    pub fn id(&self) -> Option<UserId> {
        self.id
    }

    /// The user's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The role in the whole installation, when the actor was looked up.
    pub fn role(&self) -> Role {
        self.role
    }

    pub(crate) fn id_text(&self) -> String {
        self.id.map(|id| id.to_string()).unwrap_or_default()
    }
}

/// An actor and where he acts: directly, or through a process, which may run in a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    actor: Actor,
    process_id: Option<String>,
    process_project: Option<ProjectId>,
    place: Option<String>,
}

impl Caller {
    /// An actor who uses the command line, the library or the API himself.
    pub fn new(actor: Actor) -> Self {
        Self { actor, process_id: None, process_project: None, place: None }
    }

    /// The same actor as the current user of a process, which runs in a project or in none. Only
    /// the runtime, which knows the process, may say so.
    #[must_use]
    pub fn in_process(mut self, process_id: impl Into<String>, project: Option<ProjectId>) -> Self {
        self.process_id = Some(process_id.into());
        self.process_project = project;
        self
    }

    /// The same with the place in the process' source, `FILE:LINE`, for the audit entries.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The process he acts through.
    pub fn process_id(&self) -> Option<&str> {
        self.process_id.as_deref()
    }

    /// The project of that process.
    pub fn process_project(&self) -> Option<ProjectId> {
        self.process_project
    }

    /// The place in the process' source.
    pub fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }

    /// The operation that getting a secret's value is for this caller.
    pub fn value_operation(&self) -> Operation {
        if self.process_project.is_some() { Operation::UseInProject } else { Operation::Export }
    }
}

/// Proof that a caller may do one operation on one thing. The check is made again when the permit
/// is used, against the records of that moment.
#[derive(Debug)]
pub struct Permit {
    caller: Caller,
    operation: Operation,
    target: Target,
}

impl Permit {
    pub(crate) fn new(caller: Caller, operation: Operation, target: Target) -> Self {
        Self { caller, operation, target }
    }

    /// Who may.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// What he may do.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// On what.
    pub fn target(&self) -> Target {
        self.target
    }
}
