//! Sets: shared, mutable, with identity and Java's order.

use serde::{Deserialize, Serialize};

use crate::{Map, MapKind, Value};

/// Which Java set it is: decides the order in which items are seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SetKind {
    /// `java.util.LinkedHashSet`.
    Linked,
    /// `java.util.HashSet`.
    Hash,
    /// `java.util.TreeSet`.
    Tree,
    /// Immutable ones.
    Immutable,
}

/// A set. A clone is another reference to the same set.
#[derive(Clone)]
pub struct Set(Map);

impl Set {
    /// A new, empty `LinkedHashSet`.
    pub fn linked() -> Set {
        Set::of_kind(SetKind::Linked)
    }

    /// A new, empty `HashSet`.
    pub fn hash() -> Set {
        Set::of_kind(SetKind::Hash)
    }

    /// A new, empty set of `kind`.
    pub fn of_kind(kind: SetKind) -> Set {
        Set(Map::of_kind(map_kind(kind)))
    }

    /// A new, empty set of `kind`, with room for `len` items before Java's table grows.
    pub fn with_java_capacity(kind: SetKind, len: usize) -> Set {
        Set(Map::with_java_capacity(map_kind(kind), len))
    }

    /// A new set of `kind` with these items, put in one by one.
    pub fn of_kind_from<T: Into<Value>>(kind: SetKind, items: impl IntoIterator<Item = T>) -> Set {
        let set = Set::of_kind(kind);
        for item in items {
            set.insert(item);
        }
        set
    }

    /// A new set of `kind` with the items of a collection (`new HashSet(collection)`): the table is as long as Java
    /// would make it.
    pub fn of_collection(kind: SetKind, items: Vec<Value>) -> Set {
        let set = match kind {
            SetKind::Hash => Set::with_java_capacity(kind, (items.len().saturating_mul(4) / 3 + 1).max(16)),
            _ => Set::of_kind(kind),
        };
        for item in items {
            set.insert(item);
        }
        set
    }

    /// Which Java set it is.
    pub fn kind(&self) -> SetKind {
        match self.0.kind() {
            MapKind::Linked => SetKind::Linked,
            MapKind::Hash => SetKind::Hash,
            MapKind::Tree => SetKind::Tree,
            MapKind::Immutable => SetKind::Immutable,
        }
    }

    /// Number of items.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has no items.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds an item; whether it was not there yet.
    pub fn insert(&self, item: impl Into<Value>) -> bool {
        self.0.insert(item, Value::Null).is_none()
    }

    /// Whether an equal item is there.
    pub fn contains(&self, item: &Value) -> bool {
        self.0.contains_key(item)
    }

    /// Removes an item; whether it was there.
    pub fn remove(&self, item: &Value) -> bool {
        self.0.remove_key(item).is_some()
    }

    /// Removes all items.
    pub fn clear(&self) {
        self.0.clear();
    }

    /// A copy of the items as they are now, in the order in which Java shows them.
    pub fn items(&self) -> Vec<Value> {
        self.0.keys()
    }

    /// The items in the order of insertion.
    pub(crate) fn unordered(&self) -> Vec<Value> {
        self.0.unordered().into_iter().map(|(item, _)| item).collect()
    }

    /// A new, empty set of this kind whose table is as long as this one's.
    pub(crate) fn empty_like(&self) -> Set {
        Set(self.0.empty_like())
    }

    /// Length of the table that Java would have by now.
    pub(crate) fn java_capacity(&self) -> usize {
        self.0.java_capacity()
    }

    /// Whether both are the same set.
    pub fn same(&self, other: &Set) -> bool {
        self.0.same(&other.0)
    }

    /// A number that no other living list, map or set has.
    pub fn identity(&self) -> usize {
        self.0.identity()
    }

    /// The items, when this is the last reference to the set: a step of [`crate::drop_deep`].
    pub(crate) fn into_last(self) -> Option<Vec<Value>> {
        self.0.into_last()
    }
}

impl<T: Into<Value>> FromIterator<T> for Set {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Set {
        Set::of_kind_from(SetKind::Linked, items)
    }
}

/// The kind of the map that keeps the items as its keys.
fn map_kind(kind: SetKind) -> MapKind {
    match kind {
        SetKind::Linked => MapKind::Linked,
        SetKind::Hash => MapKind::Hash,
        SetKind::Tree => MapKind::Tree,
        SetKind::Immutable => MapKind::Immutable,
    }
}
