//! A sealed version of a secret: the value under a data key of its own, and that data key under the
//! KEK and, if there is one, the store password.
//!
//! Wrapped key: `version (1) ‖ protection (1) ‖ [Argon2id cost and salt (28)] ‖ sealed message`. The
//! message holds the data key; under a store password it holds a second message, sealed under the
//! password's material, which holds the data key: so neither password nor KEK alone opens it, and a
//! change of KEK needs no password. (Protection 1, which was made first, seals once under both keys
//! joined: it is read for ever, written no more, and stays under its KEK until the value is written
//! anew.) The KEK's id is bound to the wrap only, so that a change of KEK leaves the value alone.

use accord_value::SecretString;
use zeroize::Zeroizing;

use super::password::{self, Cost, Derivation};
use super::{Binding, Key, OVERHEAD, Unsealable, VERSION, open, open_key, random, seal};
use crate::Result;
use crate::keyring::Kek;
use crate::model::Protection;

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
/// Under material and KEK joined: read only.
const BY_BOTH: u8 = 1;
/// Under the material, and that under the KEK.
const BY_PASSWORD: u8 = 2;

/// A wrapped key, taken apart.
struct Wrapped<'a> {
    flags: u8,
    /// Cost and salt, where there is a store password.
    header: &'a [u8],
    message: &'a [u8],
}

impl<'a> Wrapped<'a> {
    fn parse(bytes: &'a [u8]) -> Result<Self, Unsealable> {
        let [version, flags, rest @ ..] = bytes else { return Err(Unsealable) };
        if *version != VERSION {
            return Err(Unsealable);
        }
        let (header, message) = match *flags {
            BY_KEY => (&[][..], rest),
            BY_BOTH | BY_PASSWORD => rest.split_at_checked(password::STORED).ok_or(Unsealable)?,
            _ => return Err(Unsealable),
        };
        Ok(Self { flags: *flags, header, message })
    }

    fn material(&self, password: &SecretString) -> Result<Key, Unsealable> {
        let header = self.header.try_into().map_err(|_| Unsealable)?;
        Derivation::from_bytes(header)?.derive(password)
    }

    fn assemble(flags: u8, header: &[u8], message: &[u8]) -> Vec<u8> {
        let mut bytes = vec![VERSION, flags];
        bytes.extend_from_slice(header);
        bytes.extend_from_slice(message);
        bytes
    }
}

/// What a wrapped key says of its protection.
pub(crate) fn protection(wrapped_key: &[u8]) -> Protection {
    match wrapped_key.get(1) {
        Some(&BY_KEY) => Protection::ServerKey,
        _ => Protection::Password,
    }
}

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
    let wrapped_key = match password {
        None => {
            let message = with_wrap_binding(identity, flags, kek, &[], |b| seal(&kek.key[..], b, &data_key[..]))?;
            Wrapped::assemble(flags, &[], &message)
        }
        Some((password, cost)) => {
            let derivation = Derivation { cost, salt: *random::<16>()? };
            let material = derivation.derive(password).map_err(|_| crate::Error::TooLong)?;
            let header = derivation.to_bytes();
            let inner = with_inner_binding(identity, &header, |b| seal(&material[..], b, &data_key[..]))?;
            let outer = with_wrap_binding(identity, flags, kek, &header, |b| seal(&kek.key[..], b, &inner))?;
            Wrapped::assemble(flags, &header, &outer)
        }
    };
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
    let wrapped = Wrapped::parse(wrapped_key)?;
    let flags = wrapped.flags;
    let data_key = match (flags, password) {
        (BY_KEY, None) => with_wrap_binding(identity, flags, kek, &[], |b| open_key(&kek.key[..], b, wrapped.message))?,
        (BY_BOTH, Some(password)) => {
            let joined = joined(&wrapped.material(password)?, kek);
            with_wrap_binding(identity, flags, kek, wrapped.header, |b| open_key(&joined, b, wrapped.message))?
        }
        (BY_PASSWORD, Some(password)) => {
            let material = wrapped.material(password)?;
            let inner = open_outer(kek, identity, &wrapped)?;
            with_inner_binding(identity, wrapped.header, |b| open_key(&material[..], b, &inner))?
        }
        _ => return Err(Unsealable),
    };
    with_payload_binding(identity, flags, |binding| open(&data_key[..], binding, payload))
}

/// Puts a wrapped key under another KEK; no store password is needed. `None`: this one cannot, as its
/// password's material and its KEK are joined.
pub(crate) fn rewrap(
    from: &Kek,
    to: &Kek,
    identity: Identity<'_>,
    wrapped_key: &[u8],
) -> Result<Option<Vec<u8>>, Unsealable> {
    let wrapped = Wrapped::parse(wrapped_key)?;
    let flags = wrapped.flags;
    let inner = match flags {
        BY_KEY => with_wrap_binding(identity, flags, from, &[], |b| open(&from.key[..], b, wrapped.message))?,
        BY_PASSWORD => open_outer(from, identity, &wrapped)?,
        _ => return Ok(None),
    };
    let message = with_wrap_binding(identity, flags, to, wrapped.header, |b| seal(&to.key[..], b, &inner));
    Ok(Some(Wrapped::assemble(flags, wrapped.header, &message.map_err(|_| Unsealable)?)))
}

fn open_outer(kek: &Kek, identity: Identity<'_>, wrapped: &Wrapped<'_>) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
    if wrapped.message.len() != 2 * OVERHEAD + 32 {
        return Err(Unsealable);
    }
    let open = |binding: Binding<'_>| open(&kek.key[..], binding, wrapped.message);
    with_wrap_binding(identity, wrapped.flags, kek, wrapped.header, open)
}

/// The password's material and the KEK as one key.
fn joined(material: &Key, kek: &Kek) -> Zeroizing<Vec<u8>> {
    let mut key = Zeroizing::new(Vec::with_capacity(64));
    key.extend_from_slice(&material[..]);
    key.extend_from_slice(&kek.key[..]);
    key
}

fn with_inner_binding<T>(identity: Identity<'_>, header: &[u8], run: impl FnOnce(Binding<'_>) -> T) -> T {
    let facts: [&[u8]; 4] = [&identity.version.to_be_bytes(), identity.kind.as_bytes(), &[BY_PASSWORD], header];
    run(Binding { purpose: "password-data-key", ids: &[identity.secret_id], facts: &facts })
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
