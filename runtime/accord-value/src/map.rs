//! Maps: shared, mutable, with identity and Java's order.

use std::sync::Arc;

use indexmap::IndexMap;
use parking_lot::RwLock;

use crate::Value;

/// Which Java map it is: decides the order in which entries are seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapKind {
    /// `java.util.LinkedHashMap`: insertion order.
    Linked,
    /// `java.util.HashMap`: order of the hash table.
    Hash,
    /// `java.util.TreeMap`: order of the keys.
    Tree,
    /// `java.util.ImmutableCollections$MapN` and unmodifiable views; insertion order.
    Immutable,
}

/// A map. A clone is another reference to the same map.
#[derive(Clone)]
pub struct Map(Arc<Inner>);

struct Inner {
    kind: MapKind,
    entries: RwLock<IndexMap<Value, Value>>,
}
