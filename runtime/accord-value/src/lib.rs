//! The values of a process, and the guard of the secret ones.
//!
//! Owns: the value types with Java's semantics (identity, text forms, order, equality), the *sensitive* mark that texts
//! carry, JSON in and out, [`Secret`] and the [`Redactor`]. Must not know: expressions, tasks, cryptography.

mod list;
mod map;
mod object;
mod secret;
mod set;
mod text;
mod throwable;
mod value;

pub use list::{List, ListKind};
pub use map::{Map, MapKind};
pub use object::Object;
pub use secret::*;
pub use set::{Set, SetKind};
pub use text::Text;
pub use throwable::{Place, Throwable};
pub use value::Value;
