//! Sealed messages: the one format in which anything secret lies in the database or in a string.
//!
//! `version (1) ‖ salt (32) ‖ commitment (32) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`
//!
//! Each message has a key of its own: HKDF-SHA512(key, salt, info) gives 64 bytes, the AES-256-GCM
//! key and the key commitment. The commitment is compared in constant time before anything is
//! decrypted. One version, one algorithm: another version is an error. Must not know: what is
//! sealed, where keys come from.

pub(crate) mod password;
pub(crate) mod record;
pub(crate) mod scoped;

#[cfg(test)]
mod tests;

use aes_gcm::aead::AeadInOut as _;
use aes_gcm::{Aes256Gcm, KeyInit as _, Nonce, Tag};
use hkdf::Hkdf;
use sha2::Sha512;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::canonical::Canonical;
use crate::{Error, Result};

/// The only format version there is.
pub(crate) const VERSION: u8 = 1;

/// First field of all additional data.
const MAGIC: &str = "accord-sealed";

const SALT: usize = 32;
const COMMITMENT: usize = 32;
const NONCE: usize = 12;
const TAG: usize = 16;
const HEADER: usize = 1 + SALT + COMMITMENT + NONCE;

/// How much longer a sealed message is than what it holds.
pub(crate) const OVERHEAD: usize = HEADER + TAG;

/// A 256-bit key.
pub(crate) type Key = Zeroizing<[u8; 32]>;

/// A message cannot be opened. There is one answer for a wrong key, a wrong password and damage, so
/// that nobody learns which; who knows what was to be opened turns it into words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unsealable;

/// What a message is for and belongs to. A message opens only with the same.
#[derive(Clone, Copy)]
pub(crate) struct Binding<'a> {
    /// Goes into the key: the purpose.
    pub(crate) purpose: &'a str,
    /// Goes into the key: ids of what the message belongs to.
    pub(crate) ids: &'a [&'a str],
    /// Goes into the additional data, beside purpose and ids: all else that must not change.
    pub(crate) facts: &'a [&'a [u8]],
}

impl Binding<'_> {
    fn info(&self) -> Vec<u8> {
        let mut info = format!("accord/v1/{}", self.purpose).into_bytes();
        let ids = self.ids.iter().fold(Canonical::default(), |fields, id| fields.text(id));
        info.extend_from_slice(ids.as_bytes());
        info
    }

    fn additional_data(&self) -> Canonical {
        let fields = Canonical::new(MAGIC).bytes(&[VERSION]).text(self.purpose);
        let fields = self.ids.iter().fold(fields, |fields, id| fields.text(id));
        self.facts.iter().fold(fields, |fields, fact| fields.bytes(fact))
    }
}

/// Fills an array from the operating system's generator.
pub(crate) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(&mut bytes[..]).map_err(|_| Error::Randomness)?;
    Ok(bytes)
}

/// Seals `plain` under `key`.
pub(crate) fn seal(key: &[u8], binding: Binding<'_>, plain: &[u8]) -> Result<Vec<u8>> {
    let (salt, nonce) = (random()?, random()?);
    seal_with(key, binding, plain, &salt, &nonce)
}

/// Seals with a given salt and nonce, so that vectors can be frozen.
fn seal_with(
    key: &[u8],
    binding: Binding<'_>,
    plain: &[u8],
    salt: &[u8; SALT],
    nonce: &[u8; NONCE],
) -> Result<Vec<u8>> {
    let keys = derive(key, salt, binding).map_err(|_| Error::TooLong)?;
    let mut sealed = Vec::with_capacity(plain.len() + OVERHEAD);
    sealed.push(VERSION);
    sealed.extend_from_slice(salt);
    sealed.extend_from_slice(&keys.commitment);
    sealed.extend_from_slice(nonce);
    sealed.extend_from_slice(plain);
    let additional = binding.additional_data();
    let tag = keys
        .cipher
        .encrypt_inout_detached(&Nonce::from(*nonce), additional.as_bytes(), sealed.split_at_mut(HEADER).1.into())
        .map_err(|_| Error::TooLong)?;
    sealed.extend_from_slice(&tag);
    Ok(sealed)
}

/// Opens a sealed message.
pub(crate) fn open(key: &[u8], binding: Binding<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
    let (version, rest) = sealed.split_first().ok_or(Unsealable)?;
    if *version != VERSION {
        return Err(Unsealable);
    }
    let (salt, rest) = rest.split_first_chunk::<SALT>().ok_or(Unsealable)?;
    let (commitment, rest) = rest.split_first_chunk::<COMMITMENT>().ok_or(Unsealable)?;
    let (nonce, rest) = rest.split_first_chunk::<NONCE>().ok_or(Unsealable)?;
    let (ciphertext, tag) = rest.split_last_chunk::<TAG>().ok_or(Unsealable)?;
    let keys = derive(key, salt, binding)?;
    if !bool::from(keys.commitment.ct_eq(commitment)) {
        return Err(Unsealable);
    }
    let mut plain = Zeroizing::new(ciphertext.to_vec());
    let additional = binding.additional_data();
    keys.cipher
        .decrypt_inout_detached(
            &Nonce::from(*nonce),
            additional.as_bytes(),
            plain.as_mut_slice().into(),
            &Tag::from(*tag),
        )
        .map_err(|_| Unsealable)?;
    Ok(plain)
}

/// Opens a sealed key of exactly 32 bytes.
pub(crate) fn open_key(key: &[u8], binding: Binding<'_>, sealed: &[u8]) -> Result<Key, Unsealable> {
    if sealed.len() != OVERHEAD + 32 {
        return Err(Unsealable);
    }
    let plain = open(key, binding, sealed)?;
    let mut opened = Key::default();
    if plain.len() != opened.len() {
        return Err(Unsealable);
    }
    opened.copy_from_slice(&plain);
    Ok(opened)
}

struct MessageKeys {
    cipher: Aes256Gcm,
    commitment: [u8; COMMITMENT],
}

fn derive(key: &[u8], salt: &[u8; SALT], binding: Binding<'_>) -> Result<MessageKeys, Unsealable> {
    let mut both = Zeroizing::new([0; 64]);
    expand(key, salt, &binding.info(), &mut both[..])?;
    let (cipher, commitment) = both.split_at(32);
    let cipher = Aes256Gcm::new_from_slice(cipher).map_err(|_| Unsealable)?;
    let commitment = commitment.try_into().map_err(|_| Unsealable)?;
    Ok(MessageKeys { cipher, commitment })
}

/// A key derived from `key` for another use than a message: `accord/v1/PURPOSE` and the ids.
pub(crate) fn derive_key(key: &[u8], purpose: &str, ids: &[&str]) -> Result<Key> {
    let mut derived = Key::default();
    let info = Binding { purpose, ids, facts: &[] }.info();
    expand(key, &[], &info, &mut derived[..]).map_err(|_| Error::TooLong)?;
    Ok(derived)
}

fn expand(key: &[u8], salt: &[u8], info: &[u8], out: &mut [u8]) -> Result<(), Unsealable> {
    Hkdf::<Sha512>::new(Some(salt), key).expand(info, out).map_err(|_| Unsealable)
}
