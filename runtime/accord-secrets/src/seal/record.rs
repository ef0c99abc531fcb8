//! A sealed version of a secret: the value under a data key of its own, and that data key under the
//! KEK and, if there is one, the store password.
//!
//! Wrapped key: `version (1) ‖ protection (1) ‖ [Argon2id cost and salt (28)] ‖ sealed message`.
//! The KEK's id is bound to the wrap only, so that a change of KEK leaves the value alone.

use accord_value::SecretString;
use zeroize::Zeroizing;

use super::password::{self, Cost, Derivation};
use super::{Binding, Key, Unsealable, VERSION, open, open_key, random, seal};
use crate::Result;
use crate::keyring::Kek;

/// What a record belongs to: nothing of it ever changes, whatever becomes of names and places.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity<'a> {
    pub(crate) secret_id: &'a str,
    pub(crate) version: i64,
    pub(crate) kind: &'a str,
}

/// A sealed version.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) wrapped_key: Vec<u8>,
    pub(crate) payload: Vec<u8>,
}

/// How the data key is protected; the byte is the flags of the record.
const BY_KEY: u8 = 0;
const BY_PASSWORD: u8 = 1;

/// Seals a value under a fresh data key. With a password this takes the time that its cost asks for.
pub(crate) fn seal_record(
    kek: &Kek,
    identity: Identity<'_>,
    password: Option<(&SecretString, Cost)>,
    value: &[u8],
) -> Result<Record> {
    let data_key: Key = random()?;
    let flags = if password.is_some() { BY_PASSWORD } else { BY_KEY };
    let payload = with_payload_binding(identity, flags, |binding| seal(&data_key[..], binding, value))?;
    let (material, derivation) = match password {
        None => (None, None),
        Some((password, cost)) => {
            let derivation = Derivation { cost, salt: *random::<16>()? };
            let material = derivation.derive(password).map_err(|_| crate::Error::TooLong)?;
            (Some(material), Some(derivation.to_bytes()))
        }
    };
    let header = derivation.as_ref().map_or(&[][..], |d| &d[..]);
    let key = wrapping_key(material.as_ref(), kek);
    let wrap = with_wrap_binding(identity, flags, kek, header, |binding| seal(&key, binding, &data_key[..]))?;
    let mut wrapped_key = vec![VERSION, flags];
    wrapped_key.extend_from_slice(header);
    wrapped_key.extend_from_slice(&wrap);
    Ok(Record { wrapped_key, payload })
}

/// Opens a sealed version. One answer for all that can be wrong; with a password-protected record
/// the same work is done whether the password is right or not.
pub(crate) fn open_record(
    kek: &Kek,
    identity: Identity<'_>,
    password: Option<&SecretString>,
    wrapped_key: &[u8],
    payload: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
    let [version, flags, rest @ ..] = wrapped_key else { return Err(Unsealable) };
    if *version != VERSION {
        return Err(Unsealable);
    }
    let (material, header, wrap) = match (*flags, password) {
        (BY_KEY, None) => (None, &[][..], rest),
        (BY_PASSWORD, Some(password)) => {
            let (header, wrap) = rest.split_first_chunk::<{ password::STORED }>().ok_or(Unsealable)?;
            (Some(Derivation::from_bytes(header)?.derive(password)?), &header[..], wrap)
        }
        _ => return Err(Unsealable),
    };
    let key = wrapping_key(material.as_ref(), kek);
    let data_key = with_wrap_binding(identity, *flags, kek, header, |binding| open_key(&key, binding, wrap))?;
    with_payload_binding(identity, *flags, |binding| open(&data_key[..], binding, payload))
}

/// Both the password's material and the KEK, so that neither alone opens the record.
fn wrapping_key(material: Option<&Key>, kek: &Kek) -> Zeroizing<Vec<u8>> {
    let mut key = Zeroizing::new(Vec::with_capacity(64));
    if let Some(material) = material {
        key.extend_from_slice(&material[..]);
    }
    key.extend_from_slice(&kek.key[..]);
    key
}

fn with_payload_binding<T>(identity: Identity<'_>, flags: u8, run: impl FnOnce(Binding<'_>) -> T) -> T {
    let facts: [&[u8]; 3] = [&identity.version.to_be_bytes(), identity.kind.as_bytes(), &[flags]];
    run(Binding { purpose: "payload", ids: &[identity.secret_id], facts: &facts })
}

fn with_wrap_binding<T>(
    identity: Identity<'_>,
    flags: u8,
    kek: &Kek,
    header: &[u8],
    run: impl FnOnce(Binding<'_>) -> T,
) -> T {
    let facts: [&[u8]; 5] =
        [&identity.version.to_be_bytes(), identity.kind.as_bytes(), &[flags], kek.id.as_bytes(), header];
    run(Binding { purpose: "data-key", ids: &[identity.secret_id], facts: &facts })
}
