//! Lists and arrays: shared, mutable, with identity.

use std::sync::Arc;

use parking_lot::RwLock;

use crate::Value;

/// Which Java list it is: decides what may be changed and what `getClass()` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// `java.util.ArrayList`.
    Array,
    /// `java.util.Arrays$ArrayList`: fixed size.
    Fixed,
    /// `java.util.ImmutableCollections$ListN` and unmodifiable views.
    Immutable,
    /// `Object[]`.
    ObjectArray,
    /// `String[]`.
    StringArray,
}

/// A list. A clone is another reference to the same list.
#[derive(Clone)]
pub struct List(Arc<Inner>);

struct Inner {
    kind: ListKind,
    items: RwLock<Vec<Value>>,
}

impl List {
    /// A new `ArrayList` with `items`.
    pub fn new(items: Vec<Value>) -> List {
        List::of_kind(ListKind::Array, items)
    }

    /// A new list of `kind` with `items`.
    pub fn of_kind(kind: ListKind, items: Vec<Value>) -> List {
        List(Arc::new(Inner { kind, items: RwLock::new(items) }))
    }

    /// Which Java list it is.
    pub fn kind(&self) -> ListKind {
        self.0.kind
    }

    /// Number of items.
    pub fn len(&self) -> usize {
        self.0.items.read().len()
    }

    /// Whether it has no items.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at `index`, if there is one.
    pub fn get(&self, index: usize) -> Option<Value> {
        self.0.items.read().get(index).cloned()
    }

    /// A copy of the items as they are now. Nothing of a list is locked while its items are worked on.
    pub fn snapshot(&self) -> Vec<Value> {
        self.0.items.read().clone()
    }

    /// Runs `change` over the items. It must not touch this list through another reference.
    pub fn with_mut<R>(&self, change: impl FnOnce(&mut Vec<Value>) -> R) -> R {
        change(&mut self.0.items.write())
    }

    /// Whether both are the same list.
    pub fn same(&self, other: &List) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
