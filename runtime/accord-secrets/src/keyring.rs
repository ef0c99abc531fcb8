//! The keys of an open store: the key-encryption keys, unwrapped with the root key.
//!
//! The root key itself is dropped once they are open. Must not know: where the root key came from,
//! what the KEKs seal.

use std::collections::BTreeMap;
use std::sync::Arc;

use accord_store::KekRow;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::canonical::Canonical;
use crate::seal::{self, Binding, Key, Unsealable, derive_key};
use crate::{Error, Result};

/// Seals new data keys.
pub(crate) const CURRENT: &str = "CURRENT";

/// A version of the key-encryption key, and what is derived from it.
pub(crate) struct Kek {
    pub(crate) id: String,
    pub(crate) key: Key,
    metadata: Key,
}

impl Kek {
    fn new(id: String, key: Key) -> Result<Self> {
        let metadata = derive_key(&key[..], "metadata-mac", &[&id])?;
        Ok(Self { id, key, metadata })
    }

    /// Authenticates metadata.
    pub(crate) fn mac(&self, fields: &Canonical) -> Vec<u8> {
        hmac(&self.metadata, fields).finalize().into_bytes().to_vec()
    }

    /// Whether `mac` authenticates the metadata; compared in constant time.
    pub(crate) fn verifies(&self, fields: &Canonical, mac: &[u8]) -> bool {
        hmac(&self.metadata, fields).verify_slice(mac).is_ok()
    }

    /// Seals another key (of a scope, of the audit chain).
    pub(crate) fn wrap(&self, purpose: &str, ids: &[&str], key: &Key) -> Result<Vec<u8>> {
        seal::seal(&self.key[..], Binding { purpose, ids, facts: &[self.id.as_bytes()] }, &key[..])
    }

    /// Opens what [`Kek::wrap`] sealed.
    pub(crate) fn unwrap(&self, purpose: &str, ids: &[&str], sealed: &[u8]) -> Result<Key, Unsealable> {
        seal::open_key(&self.key[..], Binding { purpose, ids, facts: &[self.id.as_bytes()] }, sealed)
    }
}

/// HMAC-SHA256 over fields.
pub(crate) fn hmac(key: &Key, fields: &Canonical) -> Hmac<Sha256> {
    // HMAC pads a key to its block with zeros (RFC 2104).
    let mut block = Zeroizing::new([0; 64]);
    for (to, from) in block.iter_mut().zip(key.iter()) {
        *to = *from;
    }
    let mac = Hmac::<Sha256>::new((&*block).into());
    mac.chain_update(fields.as_bytes())
}

/// All key-encryption keys of a store.
pub(crate) struct KeyRing {
    keks: BTreeMap<String, Arc<Kek>>,
    current: String,
}

impl KeyRing {
    /// Makes a fresh KEK, sealed under the root key.
    pub(crate) fn make_kek(root: &Key, now: i64) -> Result<KekRow> {
        let id = uuid::Uuid::new_v4().to_string();
        let key: Key = seal::random()?;
        let sealed = seal_kek(root, &id, &key)?;
        Ok(KekRow { id, state: CURRENT.to_owned(), wraps: 0, sealed, created_at: now })
    }

    /// Opens the KEKs of a store. `None` if the root key is not theirs, or one is damaged.
    pub(crate) fn open(root: &Key, rows: &[KekRow]) -> Result<Option<Self>> {
        let mut keks = BTreeMap::new();
        let mut current = None;
        for row in rows {
            let Ok(key) = seal::open_key(&root[..], kek_binding(&[&row.id]), &row.sealed) else { return Ok(None) };
            keks.insert(row.id.clone(), Arc::new(Kek::new(row.id.clone(), key)?));
            if row.state == CURRENT {
                current = Some(row.id.clone());
            }
        }
        Ok(current.map(|current| Self { keks, current }))
    }

    /// The KEK that seals what is new.
    pub(crate) fn current(&self) -> Result<&Kek> {
        self.kek(&self.current)
    }

    /// The KEK of that id.
    pub(crate) fn kek(&self, id: &str) -> Result<&Kek> {
        self.keks.get(id).map(Arc::as_ref).ok_or_else(|| Error::UnknownKey { id: id.to_owned() })
    }

    /// Id of the KEK that seals what is new.
    pub(crate) fn current_id(&self) -> &str {
        &self.current
    }

    /// This ring and the KEKs of an earlier one.
    pub(crate) fn with(mut self, earlier: &Self) -> Self {
        for (id, kek) in &earlier.keks {
            self.keks.entry(id.clone()).or_insert_with(|| Arc::clone(kek));
        }
        self
    }
}

/// Seals a KEK under a root key.
pub(crate) fn seal_kek(root: &Key, id: &str, key: &Key) -> Result<Vec<u8>> {
    seal::seal(&root[..], kek_binding(&[id]), &key[..])
}

fn kek_binding<'a>(ids: &'a [&'a str]) -> Binding<'a> {
    Binding { purpose: "kek", ids, facts: &[] }
}
