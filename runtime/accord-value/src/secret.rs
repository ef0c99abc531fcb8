//! The guard round a plain secret value.
//!
//! Owns: [`Secret`], the only type that carries a secret's plain value between crates. It has no
//! `Display`, `Serialize`, `PartialEq` or `Hash`, so that a value cannot be printed, stored or
//! compared by accident; `Debug` prints [`MASK`] and the memory is overwritten when it is dropped.
//! Must not know: where secrets come from, cryptography, how logs are masked.

use std::fmt;

use serde::{Deserialize, Deserializer};
use zeroize::Zeroize;

#[cfg(test)]
mod tests;

/// What stands in the place of a secret value, whatever its length.
pub const MASK: &str = "******";

/// A plain value under guard: printed as `******`, overwritten with zeros on drop, cloned only by
/// name ([`Secret::clone_secret`]) and read only through [`Secret::expose`].
pub struct Secret<T: Zeroize> {
    value: T,
}

/// A secret text.
pub type SecretString = Secret<String>;

/// Secret bytes.
pub type SecretBytes = Secret<Vec<u8>>;

impl<T: Zeroize> Secret<T> {
    /// Puts a value under guard. The caller keeps no copy.
    pub fn new(value: T) -> Self {
        Self { value }
    }

    /// The plain value. A disallowed method: each use says why the value has to leave its guard.
    pub fn expose(&self) -> &T {
        &self.value
    }

    /// A second guarded copy, for the few places that have to keep one.
    pub fn clone_secret(&self) -> Self
    where
        T: Clone,
    {
        Self { value: self.value.clone() }
    }

    /// Derives another guarded value (a length-checked part, another encoding) without an
    /// unguarded one in between. `derive` must not let its argument out.
    pub fn map<U: Zeroize>(&self, derive: impl FnOnce(&T) -> U) -> Secret<U> {
        Secret { value: derive(&self.value) }
    }

    /// As [`Secret::map`], for a derivation that can fail.
    ///
    /// # Errors
    /// Whatever `derive` answers; it must not quote the value.
    pub fn try_map<U: Zeroize, E>(&self, derive: impl FnOnce(&T) -> Result<U, E>) -> Result<Secret<U>, E> {
        derive(&self.value).map(|value| Secret { value })
    }
}

impl Secret<Vec<u8>> {
    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.value.len()
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.value.is_empty()
    }

    /// The same memory as text.
    ///
    /// # Errors
    /// The bytes, still under guard, if they are not UTF-8.
    pub fn into_text(mut self) -> Result<SecretString, SecretBytes> {
        match String::from_utf8(std::mem::take(&mut self.value)) {
            Ok(text) => Ok(Secret::new(text)),
            Err(error) => Err(Secret::new(error.into_bytes())),
        }
    }
}

impl Secret<String> {
    /// Number of bytes of the text in UTF-8.
    pub fn len(&self) -> usize {
        self.value.len()
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.value.is_empty()
    }

    /// The same memory as bytes.
    pub fn into_bytes(mut self) -> SecretBytes {
        Secret::new(std::mem::take(&mut self.value).into_bytes())
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl<T: Zeroize> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl From<&str> for Secret<String> {
    fn from(value: &str) -> Self {
        Self::new(value.to_owned())
    }
}

/// A field of a request or a file becomes a guarded text at once.
impl<'de> Deserialize<'de> for Secret<String> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// Names what is wanted and never quotes what was found: serde's own message would.
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = SecretString;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E>(self, text: &str) -> Result<SecretString, E> {
                Ok(Secret::new(text.to_owned()))
            }

            fn visit_string<E>(self, text: String) -> Result<SecretString, E> {
                Ok(Secret::new(text))
            }

            fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<SecretString, E> {
                Err(number())
            }

            fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<SecretString, E> {
                Err(number())
            }

            fn visit_i128<E: serde::de::Error>(self, _: i128) -> Result<SecretString, E> {
                Err(number())
            }

            fn visit_u128<E: serde::de::Error>(self, _: u128) -> Result<SecretString, E> {
                Err(number())
            }

            fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<SecretString, E> {
                Err(number())
            }
        }
        fn number<E: serde::de::Error>() -> E {
            E::custom("expected a text, found a number: put it in quotes")
        }
        // `deserialize_any`, as the readers' own type errors would quote a number.
        deserializer.deserialize_any(Text)
    }
}
