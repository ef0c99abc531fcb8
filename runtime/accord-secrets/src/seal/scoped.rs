//! What is sealed under the key of a project or of the installation: encrypted strings, the state
//! of processes, and values that processes share.
//!
//! A string is `accord:v1:KEYVERSION:BASE64URL`; a state is `"ACST" ‖ version (1) ‖ key version (8)
//! ‖ sealed message`, a shared value the same with `"ACVL"`. The scope's id and the key's version are
//! bound to the message, and to a shared value the place that it lies in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::{Binding, Key, OVERHEAD, Unsealable, VERSION, open, seal};
use crate::Result;

/// Starts every encrypted string.
const STRING_PREFIX: &str = "accord:v1:";

/// Starts every sealed state.
const STATE_MAGIC: &[u8; 4] = b"ACST";

/// Starts every sealed shared value.
const VALUE_MAGIC: &[u8; 4] = b"ACVL";

/// A version of the key of a scope.
pub(crate) struct ScopeKey {
    pub(crate) scope_id: String,
    pub(crate) version: i64,
    pub(crate) key: Key,
}

impl ScopeKey {
    fn bind<T>(&self, purpose: &str, run: impl FnOnce(Binding<'_>) -> T) -> T {
        self.bind_to(purpose, &[], run)
    }

    fn bind_to<T>(&self, purpose: &str, place: &[&str], run: impl FnOnce(Binding<'_>) -> T) -> T {
        let ids: Vec<&str> = std::iter::once(self.scope_id.as_str()).chain(place.iter().copied()).collect();
        run(Binding { purpose, ids: &ids, facts: &[&self.version.to_be_bytes()] })
    }
}

/// The key version that an encrypted string names, and what it holds.
pub(crate) fn parse_string(text: &str) -> Result<(i64, Vec<u8>), Unsealable> {
    let (version, body) = text.strip_prefix(STRING_PREFIX).and_then(|rest| rest.split_once(':')).ok_or(Unsealable)?;
    let number: i64 = version.parse().map_err(|_| Unsealable)?;
    // One spelling only: what was written is what is read.
    if number < 1 || number.to_string() != version {
        return Err(Unsealable);
    }
    let sealed = URL_SAFE_NO_PAD.decode(body).map_err(|_| Unsealable)?;
    if sealed.len() < OVERHEAD { Err(Unsealable) } else { Ok((number, sealed)) }
}

/// Encrypts a text. Two encryptions of one text differ.
pub(crate) fn seal_string(key: &ScopeKey, plain: &[u8]) -> Result<String> {
    let sealed = key.bind("string", |binding| seal(&key.key[..], binding, plain))?;
    Ok(format!("{STRING_PREFIX}{}:{}", key.version, URL_SAFE_NO_PAD.encode(sealed)))
}

/// Decrypts what [`parse_string`] found.
pub(crate) fn open_string(key: &ScopeKey, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
    key.bind("string", |binding| open(&key.key[..], binding, sealed))
}

/// Seals a process' state.
pub(crate) fn seal_state(key: &ScopeKey, plain: &[u8]) -> Result<Vec<u8>> {
    let sealed = key.bind("state", |binding| seal(&key.key[..], binding, plain))?;
    Ok(packed(STATE_MAGIC, key.version, &sealed))
}

/// The key version that a sealed state names, and what it holds.
pub(crate) fn parse_state(state: &[u8]) -> Result<(i64, &[u8]), Unsealable> {
    unpacked(STATE_MAGIC, state)
}

/// Opens what [`parse_state`] found.
pub(crate) fn open_state(key: &ScopeKey, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
    key.bind("state", |binding| open(&key.key[..], binding, sealed))
}

/// Seals a shared value that lies in `place`.
pub(crate) fn seal_value(key: &ScopeKey, place: &[&str], plain: &[u8]) -> Result<Vec<u8>> {
    let sealed = key.bind_to("shared-value", place, |binding| seal(&key.key[..], binding, plain))?;
    Ok(packed(VALUE_MAGIC, key.version, &sealed))
}

/// The key version that a sealed shared value names, and what it holds.
pub(crate) fn parse_value(value: &[u8]) -> Result<(i64, &[u8]), Unsealable> {
    unpacked(VALUE_MAGIC, value)
}

/// Opens what [`parse_value`] found.
pub(crate) fn open_value(key: &ScopeKey, place: &[&str], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
    key.bind_to("shared-value", place, |binding| open(&key.key[..], binding, sealed))
}

fn packed(magic: &[u8; 4], key_version: i64, sealed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(13 + sealed.len());
    bytes.extend_from_slice(magic);
    bytes.push(VERSION);
    bytes.extend_from_slice(&key_version.to_be_bytes());
    bytes.extend_from_slice(sealed);
    bytes
}

fn unpacked<'a>(magic: &[u8; 4], bytes: &'a [u8]) -> Result<(i64, &'a [u8]), Unsealable> {
    let rest = bytes.strip_prefix(magic).ok_or(Unsealable)?;
    let (version, rest) = rest.split_first().ok_or(Unsealable)?;
    let (number, sealed) = rest.split_first_chunk::<8>().ok_or(Unsealable)?;
    if *version != VERSION { Err(Unsealable) } else { Ok((i64::from_be_bytes(*number), sealed)) }
}
