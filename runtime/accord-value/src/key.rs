//! Values as keys of maps and items of sets.
//!
//! Owns: hashing and comparing of keys without ever locking a container while a map is locked. Scalars are compared in
//! place. Containers and objects are equal *here* only when they are the same one; [`crate::Map`] looks for an equal one
//! beforehand, with nothing locked, and then asks for that very one.

use std::hash::{Hash, Hasher};

use indexmap::Equivalent;

use crate::Value;

/// A key: the value, and Java's hash as it was when the key went in (where that takes more than a glance).
#[derive(Clone)]
pub(crate) struct Key {
    hash: i32,
    value: Value,
}

impl Key {
    pub(crate) fn new(value: Value) -> Key {
        let hash = if value.is_scalar() { 0 } else { value.hash_code() };
        Key { hash, value }
    }

    pub(crate) fn value(&self) -> &Value {
        &self.value
    }

    pub(crate) fn into_value(self) -> Value {
        self.value
    }

    /// Java's `hashCode` of the key.
    pub(crate) fn java_hash(&self) -> i32 {
        if self.value.is_scalar() { self.value.hash_code() } else { self.hash }
    }

    /// What finds stored containers and objects that may be equal to this one.
    pub(crate) fn alike(&self) -> Alike {
        Alike(self.hash)
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        if self.value.is_scalar() { self.value == other.value } else { self.value.is_same(&other.value) }
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.value {
            Value::Text(text) => text.as_str().hash(state),
            Value::Int(number) => (1u8, number).hash(state),
            Value::Long(number) => (2u8, number).hash(state),
            Value::Double(number) => (3u8, number.to_bits()).hash(state),
            value if value.is_scalar() => (4u8, value.hash_code()).hash(state),
            _ => self.alike().hash(state),
        }
    }
}

/// A text as a key, without the allocation of a [`Value`].
pub(crate) struct StrKey<'a>(pub(crate) &'a str);

impl Hash for StrKey<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl Equivalent<Key> for StrKey<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        matches!(&key.value, Value::Text(text) if text.as_str() == self.0)
    }
}

/// Any stored container or object with this Java hash.
pub(crate) struct Alike(i32);

impl Hash for Alike {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (5u8, self.0).hash(state);
    }
}

impl Equivalent<Key> for Alike {
    fn equivalent(&self, key: &Key) -> bool {
        !key.value.is_scalar() && key.hash == self.0
    }
}
