//! A secret's value as bytes, before it is sealed and after: the forms in which Concord's API
//! exports them.
//!
//! `DATA`: the bytes. `KEY_PAIR`: length (4 bytes), public key, length (4), private key.
//! `USERNAME_PASSWORD`: length (2), user name, length (4), password. All big-endian, texts in UTF-8.

use accord_value::{SecretBytes, SecretString};
use zeroize::Zeroizing;

use crate::model::{SecretData, SecretKind};
use crate::{Error, Result};

/// Encodes a key pair.
pub(crate) fn key_pair(public: &str, private: &SecretString) -> Result<Zeroizing<Vec<u8>>> {
    #[expect(clippy::disallowed_methods, reason = "the private key is about to be sealed")]
    let private = private.expose().as_bytes();
    let mut bytes = Zeroizing::new(Vec::with_capacity(8 + public.len() + private.len()));
    for part in [public.as_bytes(), private] {
        bytes.extend_from_slice(&u32::try_from(part.len()).map_err(|_| Error::TooLong)?.to_be_bytes());
        bytes.extend_from_slice(part);
    }
    Ok(bytes)
}

/// Encodes credentials.
pub(crate) fn credentials(username: &str, password: &SecretString) -> Result<Zeroizing<Vec<u8>>> {
    #[expect(clippy::disallowed_methods, reason = "the password is about to be sealed")]
    let password = password.expose().as_bytes();
    let too_long = |_| Error::Invalid("the user name is longer than 65535 bytes".to_owned());
    let mut bytes = Zeroizing::new(Vec::with_capacity(6 + username.len() + password.len()));
    bytes.extend_from_slice(&u16::try_from(username.len()).map_err(too_long)?.to_be_bytes());
    bytes.extend_from_slice(username.as_bytes());
    bytes.extend_from_slice(&u32::try_from(password.len()).map_err(|_| Error::TooLong)?.to_be_bytes());
    bytes.extend_from_slice(password);
    Ok(bytes)
}

/// Encodes a value that was opened, to be sealed again.
pub(crate) fn encode(data: &SecretData) -> Result<Zeroizing<Vec<u8>>> {
    match data {
        #[expect(clippy::disallowed_methods, reason = "the value is about to be sealed")]
        SecretData::Data(bytes) => Ok(Zeroizing::new(bytes.expose().clone())),
        SecretData::KeyPair { public, private } => key_pair(public, private),
        SecretData::UsernamePassword { username, password } => credentials(username, password),
    }
}

/// Decodes what was sealed; `None` if it has not the form of its kind.
pub(crate) fn decode(kind: SecretKind, mut bytes: Zeroizing<Vec<u8>>) -> Option<SecretData> {
    match kind {
        SecretKind::Data => Some(SecretData::Data(SecretBytes::new(std::mem::take(&mut *bytes)))),
        SecretKind::KeyPair => {
            let (public, rest) = long(&bytes)?;
            let (private, rest) = long(rest)?;
            let (public, private) = (text(public)?, secret(private)?);
            rest.is_empty().then_some(SecretData::KeyPair { public, private })
        }
        SecretKind::UsernamePassword => {
            let (length, rest) = bytes.split_first_chunk::<2>()?;
            let (username, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
            let (password, rest) = long(rest)?;
            let (username, password) = (text(username)?, secret(password)?);
            rest.is_empty().then_some(SecretData::UsernamePassword { username, password })
        }
    }
}

fn long(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

fn text(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

fn secret(bytes: &[u8]) -> Option<SecretString> {
    text(bytes).map(SecretString::new)
}
