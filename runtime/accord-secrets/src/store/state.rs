//! The state of a process, sealed under its project's key or the installation's; and those keys.

use accord_store::ScopeKeyRow;
use accord_value::SecretBytes;

use super::{Store, Writing, now};
use crate::model::ProjectId;
use crate::seal::scoped::{self, ScopeKey};
use crate::seal::{self, Key};
use crate::{Error, Result};

/// Scope of a project's key.
pub(super) const PROJECT: &str = "PROJECT";

/// Scope of the installation's key.
pub(super) const INSTALLATION: &str = "INSTALLATION";

/// Whose key seals a state, or a value that processes share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateScope {
    /// The installation's: for processes without a project, and for what belongs to an organization.
    Installation,
    /// The project's: for its processes.
    Project(ProjectId),
}

impl Store {
    /// Seals a process' state. The form of the state is its writer's matter.
    ///
    /// # Errors
    /// No such project; the database cannot be used.
    pub async fn seal_state(&self, scope: StateScope, state: &[u8]) -> Result<Vec<u8>> {
        let (kind, id) = self.scope_of(scope);
        let key = self.scope_key(kind, &id, None).await?.ok_or_else(|| self.no_project("", &id))?;
        scoped::seal_state(&key, state)
    }

    /// Opens a process' state.
    ///
    /// # Errors
    /// [`Error::CannotOpenState`] for one of another project or installation, an incomplete or
    /// damaged one; the database cannot be used.
    pub async fn open_state(&self, scope: StateScope, sealed: &[u8]) -> Result<SecretBytes> {
        let (kind, id) = self.scope_of(scope);
        let (version, sealed) = scoped::parse_state(sealed).map_err(|_| Error::CannotOpenState)?;
        let key = self.scope_key(kind, &id, Some(version)).await?.ok_or(Error::CannotOpenState)?;
        let mut plain = scoped::open_state(&key, sealed).map_err(|_| Error::CannotOpenState)?;
        Ok(SecretBytes::new(std::mem::take(&mut *plain)))
    }

    pub(super) fn scope_of(&self, scope: StateScope) -> (&'static str, String) {
        match scope {
            StateScope::Installation => (INSTALLATION, self.installation_id().to_owned()),
            StateScope::Project(id) => (PROJECT, id.to_string()),
        }
    }

    /// The key of a scope, of one version or the newest.
    pub(super) async fn scope_key(&self, scope: &str, id: &str, version: Option<i64>) -> Result<Option<ScopeKey>> {
        let mut read = self.read().await?;
        let row = read.scope_key(scope, id, version).await?;
        read.finish().await?;
        row.map(|row| self.open_scope_key(&row)).transpose()
    }

    /// Opens the key of a scope.
    pub(super) fn open_scope_key(&self, row: &ScopeKeyRow) -> Result<ScopeKey> {
        let ring = self.ring();
        let kek = ring.kek(&row.kek_id)?;
        let key = kek.unwrap("scope-key", &[&row.scope, &row.scope_id, &row.version.to_string()], &row.sealed);
        let tampered = |_| Error::Tampered {
            what: format!("the key of {} {}", row.scope.to_lowercase(), row.scope_id),
            problem: "it does not open",
        };
        Ok(ScopeKey { scope_id: row.scope_id.clone(), version: row.version, key: key.map_err(tampered)? })
    }

    /// Makes the first key of a scope.
    pub(super) async fn insert_scope_key(&self, tx: &mut Writing, scope: &str, id: &str) -> Result<()> {
        let ring = self.ring();
        let kek = ring.current()?;
        let key: Key = seal::random()?;
        let row = ScopeKeyRow {
            scope: scope.to_owned(),
            scope_id: id.to_owned(),
            version: 1,
            kek_id: kek.id.clone(),
            sealed: kek.wrap("scope-key", &[scope, id, "1"], &key)?,
            created_at: now(),
        };
        tx.insert_scope_key(&row).await?;
        Ok(tx.count_wrap(&kek.id).await?)
    }
}
