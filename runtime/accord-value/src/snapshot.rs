//! Values as they are stored in a state: plain data that keeps identity, sharing, kinds and marks.
//!
//! Owns: the stored form ([`Snapshot`], [`Stored`]), writing and reading it. Containers stand side by side in one table
//! and are referred to by their index, so two references to one list stay references to one list, a list may hold
//! itself, and nothing is nested. Must not know: how a state is encoded, versioned and sealed.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ListKind, MapKind, SetKind, Throwable};

mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::{Restore, SnapshotReader};
pub use write::SnapshotWriter;

/// A stored value. Scalars stand here, everything with an identity in the [`Snapshot`]'s table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stored(Plain);

/// The scalars, and the reference to a node.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
enum Plain {
    Null,
    Bool(bool),
    Byte(i8),
    Short(i16),
    Int(i32),
    Long(i64),
    /// Bits of a `Float`, so that every value passes through every encoding.
    Float(u32),
    /// Bits of a `Double`.
    Double(u64),
    /// Decimal digits.
    BigInt(String),
    /// Decimal digits of the unscaled number, and the scale.
    BigDecimal(String, i64),
    /// A UTF-16 code unit and whether it is sensitive.
    Char(u16, bool),
    Text(StoredText),
    Node(u32),
}

/// A text with the byte ranges of its sensitive characters.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct StoredText {
    text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    marks: Vec<(usize, usize)>,
}

/// Something with an identity.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
enum Node {
    List {
        kind: ListKind,
        items: Vec<Stored>,
    },
    /// With the length of Java's hash table, which decides the order.
    Map {
        kind: MapKind,
        table: usize,
        entries: Vec<(Stored, Stored)>,
    },
    Set {
        kind: SetKind,
        table: usize,
        items: Vec<Stored>,
    },
    Bytes {
        /// In base64.
        bytes: String,
        sensitive: bool,
    },
    Throwable {
        class: String,
        message: Option<StoredText>,
        cause: Option<Stored>,
        payload: Option<Stored>,
        exceptions: Vec<Stored>,
        place: Option<(String, u32, u32)>,
    },
    Object {
        class: String,
        data: Stored,
    },
}

/// The table of all containers that the stored values of one state refer to.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    nodes: Vec<Node>,
}

/// Both hold secrets in clear: only their size is printed.
impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Snapshot({} nodes)", self.nodes.len())
    }
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Values by name, as frames hold them, in stored form.
pub type StoredVariables = BTreeMap<String, Stored>;

/// Why a value cannot be stored, or a stored one not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotError {
    message: String,
}

impl SnapshotError {
    fn new(message: impl Into<String>) -> SnapshotError {
        SnapshotError { message: message.into() }
    }

    fn damaged(what: &str) -> SnapshotError {
        SnapshotError::new(format!("The stored state is damaged: {what}"))
    }
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SnapshotError {}

impl From<SnapshotError> for Throwable {
    fn from(error: SnapshotError) -> Throwable {
        Throwable::new("java.io.NotSerializableException", error.message)
    }
}
