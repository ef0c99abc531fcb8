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
}

impl Actor {
    pub(crate) fn user(id: UserId, name: String, role: Role) -> Self {
        Self { id: Some(id), name, role }
    }

    /// The installation itself, which makes what a new store starts with.
    pub(crate) fn installation() -> Self {
        Self { id: None, name: "installation".to_owned(), role: Role::Admin }
    }

    /// The user's id; the installation has none.
    pub fn id(&self) -> Option<UserId> {
        self.id
    }

    /// The user's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The role in the whole installation.
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
