//! The values of a process, and the guard of the secret ones.
//!
//! Owns: the value types with Java's semantics (identity, text forms, order, equality), the *sensitive* mark that texts
//! carry, JSON in and out, [`Secret`] and the [`Redactor`]. Must not know: expressions, tasks, cryptography.

mod bytes;
pub mod date;
mod format;
pub mod json;
mod key;
mod list;
mod map;
mod nesting;
pub mod number;
mod object;
mod redact;
mod secret;
mod set;
mod snapshot;
mod text;
mod throwable;
mod value;
pub mod yaml;

pub use bytes::Bytes;
pub use format::format;
pub use list::{List, ListKind};
pub use map::{Map, MapKind};
pub use nesting::drop_nested;
pub use object::Object;
pub use redact::{MaskedLine, Redactor, StreamMasker};
pub use secret::{MASK, Secret, SecretBytes, SecretString};
pub use set::{Set, SetKind};
pub use snapshot::{Restore, Snapshot, SnapshotError, SnapshotReader, SnapshotWriter, Stored, StoredVariables};
pub use text::{Text, TextBuilder, marks_about};
pub use throwable::{Place, TextPart, Throwable};
pub use value::{MAX_DEPTH, Value, compare_doubles, compare_texts, hash_text, simple_name};
pub use yaml::YamlLayout;

pub(crate) use value::drop_deep;
