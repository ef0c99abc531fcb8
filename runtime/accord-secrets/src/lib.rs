//! Organizations, projects and their sealed secrets: who may do what, how values are kept, and the
//! record of every use.
//!
//! Owns: the permission table, sealing, the key ring, the authentication of metadata, the audit
//! chain. Must not know: flows, tasks, HTTP. The rules are written down in `permissions.rs` (as
//! data) and in `seal.rs` (the format).
//!
//! ```no_run
//! # async fn example(home: &std::path::Path) -> accord_secrets::Result<()> {
//! use accord_secrets::{Caller, KeyProvider, Operation, Store};
//!
//! let store = Store::open(home, KeyProvider::HomeFile).await?;
//! let caller = Caller::new(store.local_actor().await?);
//! let entry = store.secret(&caller, "Default", "deploy-key").await?;
//! let permit = store.permit(&caller, Operation::Export, entry.id).await?;
//! let data = store.open_secret(&permit, None).await?;
//! # let _ = data; Ok(()) }
//! ```

mod access;
mod audit;
mod backup;
#[cfg(feature = "bench")]
pub mod bench;
mod canonical;
mod checkpoints;
mod error;
#[cfg(feature = "fuzz")]
pub mod fuzz;
mod keypair;
mod keyring;
mod levels;
mod mac;
mod model;
mod names;
mod passwords;
mod people;
mod permissions;
mod provider;
mod seal;
mod store;
mod value;

pub use access::{Actor, Caller, Permit};
pub use accord_store::Address;
pub use error::{Error, Result};
pub use keypair::{KeyType, generate as generate_key_pair};
pub use model::{
    Created, NewSecret, NewValue, Org, OrgId, PlaceChange, Project, ProjectId, ProjectRef, Protection, Role,
    SecretData, SecretEntry, SecretId, SecretKind, StorePassword, Target, UserId, UserRef, Visibility,
};
pub use names::check_name;
pub use passwords::generate as generate_password;
pub use people::{
    Grant, NewToken, Repository, RepositoryId, RepositorySettings, Team, TeamId, TeamLevel, TeamMember, TeamRole,
    Token, TokenId, User, UserType,
};
pub use permissions::{AccessLevel, Operation};
pub use provider::KeyProvider;
pub use store::change::ValueChange;
pub use store::filter::{Page, SecretFilter};
pub use store::shared::SharedPlace;
pub use store::state::StateScope;
pub use store::verify::{Problem, VerifyReport};
pub use store::{
    Arrival, AuditEntry, AuditQuery, LastUse, LinkChange, MoveConsequences, Options, OrgRef, RotationReport,
    SecretChange, Store, UnlinkedRepository, UnlinkedSecret, UserChange, Version,
};
