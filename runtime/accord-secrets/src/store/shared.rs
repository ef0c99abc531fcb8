//! Values that processes share, where they hold a secret: sealed under their project's key or the
//! installation's, and bound to the place that they lie in.
//!
//! Must not know: what a sealed value looks like inside, how the plain ones are kept.

use std::fmt;

use accord_store::Session;
use accord_value::SecretBytes;

use super::Store;
use super::state::StateScope;
use crate::seal::scoped;
use crate::{Error, Result};

/// Where a shared value lies. A sealed value opens in its own place only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharedPlace<'a> {
    /// Under a key of `kv`.
    Kv {
        /// The key.
        key: &'a str,
    },
    /// A document of a JSON store.
    JsonItem {
        /// Id of the store.
        store_id: &'a str,
        /// Its path.
        path: &'a str,
    },
}

impl SharedPlace<'_> {
    fn parts(&self) -> [&str; 3] {
        match self {
            Self::Kv { key } => ["kv", key, ""],
            Self::JsonItem { store_id, path } => ["json", store_id, path],
        }
    }
}

impl fmt::Display for SharedPlace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kv { key } => write!(f, "the value of the key '{key}'"),
            Self::JsonItem { path, .. } => write!(f, "the JSON store item '{path}'"),
        }
    }
}

/// A place whose names are kept.
pub(super) enum OwnedPlace {
    Kv(String),
    JsonItem { store_id: String, path: String },
}

impl OwnedPlace {
    pub(super) fn as_place(&self) -> SharedPlace<'_> {
        match self {
            Self::Kv(key) => SharedPlace::Kv { key },
            Self::JsonItem { store_id, path } => SharedPlace::JsonItem { store_id, path },
        }
    }
}

impl Store {
    /// Seals a shared value. The form of the value is its writer's matter.
    ///
    /// # Errors
    /// The value is larger than the store takes; no such project; the database cannot be used.
    pub async fn seal_shared(
        &self,
        scope: StateScope,
        place: &SharedPlace<'_>,
        value: &SecretBytes,
    ) -> Result<Vec<u8>> {
        let (size, limit) = (value.len(), self.inner.options.max_value);
        if size > limit {
            return Err(Error::TooLarge { size, limit });
        }
        let (kind, id) = self.scope_of(scope);
        let key = self.scope_key(kind, &id, None).await?.ok_or_else(|| self.no_project("", &id))?;
        #[expect(clippy::disallowed_methods, reason = "the value is being sealed")]
        scoped::seal_value(&key, &place.parts(), value.expose())
    }

    /// Opens a shared value.
    ///
    /// # Errors
    /// [`Error::CannotOpenShared`] for one of another place or installation, an incomplete or damaged
    /// one; the database cannot be used.
    pub async fn open_shared(&self, scope: StateScope, place: &SharedPlace<'_>, sealed: &[u8]) -> Result<SecretBytes> {
        let cannot = || Error::CannotOpenShared { what: place.to_string() };
        let (kind, id) = self.scope_of(scope);
        let (version, sealed) = scoped::parse_value(sealed).map_err(|_| cannot())?;
        let key = self.scope_key(kind, &id, Some(version)).await?.ok_or_else(cannot)?;
        let mut plain = scoped::open_value(&key, &place.parts(), sealed).map_err(|_| cannot())?;
        Ok(SecretBytes::new(std::mem::take(&mut *plain)))
    }

    /// All sealed shared values, with the scopes and places that they belong to.
    pub(super) async fn sealed_values(&self, read: &mut Session) -> Result<Vec<(StateScope, OwnedPlace, Vec<u8>)>> {
        let mut found = Vec::new();
        for row in read.sealed_kv().await? {
            let scope = match row.scope_id.parse() {
                Ok(project) if row.scope_id != self.installation_id() => StateScope::Project(project),
                _ => StateScope::Installation,
            };
            found.push((scope, OwnedPlace::Kv(row.key), row.sealed.unwrap_or_default()));
        }
        for row in read.sealed_json_items().await? {
            let place = OwnedPlace::JsonItem { store_id: row.store_id, path: row.path };
            found.push((StateScope::Installation, place, row.sealed.unwrap_or_default()));
        }
        Ok(found)
    }
}
