//! What is sealed under the key of a project or of the installation: encrypted strings and the
//! state of processes.
//!
//! A string is `accord:v1:KEYVERSION:BASE64URL`; a state is `"ACST" ‖ version (1) ‖ key version (8)
//! ‖ sealed message`. The scope's id and the key's version are bound to the message.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::{Binding, Key, OVERHEAD, Unsealable, VERSION, open, seal};
use crate::Result;

/// Starts every encrypted string.
const STRING_PREFIX: &str = "accord:v1:";

/// Starts every sealed state.
const STATE_MAGIC: &[u8; 4] = b"ACST";

/// A version of the key of a scope.
pub(crate) struct ScopeKey {
    pub(crate) scope_id: String,
    pub(crate) version: i64,
    pub(crate) key: Key,
}

impl ScopeKey {
    fn bind<T>(&self, purpose: &str, run: impl FnOnce(Binding<'_>) -> T) -> T {
        run(Binding { purpose, ids: &[&self.scope_id], facts: &[&self.version.to_be_bytes()] })
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
    let mut state = STATE_MAGIC.to_vec();
    state.push(VERSION);
    state.extend_from_slice(&key.version.to_be_bytes());
    state.extend_from_slice(&key.bind("state", |binding| seal(&key.key[..], binding, plain))?);
    Ok(state)
}

/// The key version that a sealed state names, and what it holds.
pub(crate) fn parse_state(state: &[u8]) -> Result<(i64, &[u8]), Unsealable> {
    let rest = state.strip_prefix(STATE_MAGIC).ok_or(Unsealable)?;
    let (version, rest) = rest.split_first().ok_or(Unsealable)?;
    let (number, sealed) = rest.split_first_chunk::<8>().ok_or(Unsealable)?;
    if *version != VERSION { Err(Unsealable) } else { Ok((i64::from_be_bytes(*number), sealed)) }
}

/// Opens what [`parse_state`] found.
pub(crate) fn open_state(key: &ScopeKey, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
    key.bind("state", |binding| open(&key.key[..], binding, sealed))
}
