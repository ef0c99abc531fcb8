//! Lists and arrays: shared, mutable, with identity.

use std::sync::Arc;

use parking_lot::RwLock;
use serde::{Deserialize, Serialize};

use crate::Value;

/// Which Java list it is: decides what may be changed and what `getClass()` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ListKind {
    /// `java.util.ArrayList`.
    Array,
    /// `java.util.Arrays$ArrayList`: fixed size.
    Fixed,
    /// `java.util.ImmutableCollections$ListN` and unmodifiable views.
    Immutable,
    /// The values of a map, a collection that is no list: without indexes, equal to itself only.
    Values,
    /// `Object[]`.
    ObjectArray,
    /// `String[]`.
    StringArray,
    /// `char[]`.
    CharArray,
}

impl ListKind {
    /// Whether it is a `java.util.List`.
    pub fn is_list(self) -> bool {
        !self.is_array() && self != ListKind::Values
    }

    /// Whether it is an array: equal to itself only, of fixed size, with an identity hash as text form.
    pub fn is_array(self) -> bool {
        matches!(self, ListKind::ObjectArray | ListKind::StringArray | ListKind::CharArray)
    }
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
        self.0.items.read_recursive().len()
    }

    /// Whether it has no items.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at `index`, if there is one.
    pub fn get(&self, index: usize) -> Option<Value> {
        self.0.items.read_recursive().get(index).cloned()
    }

    /// Replaces the item at `index` and gives the old one; none, and nothing done, where there is no such index.
    pub fn set(&self, index: usize, value: impl Into<Value>) -> Option<Value> {
        let value = value.into();
        self.with_mut(|items| items.get_mut(index).map(|item| std::mem::replace(item, value)))
    }

    /// Appends an item.
    pub fn push(&self, value: impl Into<Value>) {
        let value = value.into();
        self.with_mut(|items| items.push(value));
    }

    /// Inserts an item before `index`; whether there was such an index.
    pub fn insert(&self, index: usize, value: impl Into<Value>) -> bool {
        let value = value.into();
        self.with_mut(|items| {
            let fits = index <= items.len();
            if fits {
                items.insert(index, value);
            }
            fits
        })
    }

    /// Takes out the item at `index`, if there is one.
    pub fn remove(&self, index: usize) -> Option<Value> {
        self.with_mut(|items| (index < items.len()).then(|| items.remove(index)))
    }

    /// Removes all items.
    pub fn clear(&self) {
        let items = self.with_mut(std::mem::take);
        drop(items);
    }

    /// Index of the first item equal to `value` as Java's `equals` says.
    pub fn index_of(&self, value: &Value) -> Option<usize> {
        if value.is_scalar() {
            // A scalar is compared without looking into containers, so the lock is held for a moment only.
            return self.0.items.read_recursive().iter().position(|item| item == value);
        }
        self.snapshot().iter().position(|item| item == value)
    }

    /// Index of the last item equal to `value` as Java's `equals` says.
    pub fn last_index_of(&self, value: &Value) -> Option<usize> {
        self.snapshot().iter().rposition(|item| item == value)
    }

    /// Whether an item is equal to `value` as Java's `equals` says.
    pub fn contains(&self, value: &Value) -> bool {
        self.index_of(value).is_some()
    }

    /// A copy of the items as they are now. Nothing of a list is locked while its items are worked on.
    pub fn snapshot(&self) -> Vec<Value> {
        self.0.items.read_recursive().clone()
    }

    /// Runs `change` over the items. It must not touch this list through another reference.
    pub fn with_mut<R>(&self, change: impl FnOnce(&mut Vec<Value>) -> R) -> R {
        change(&mut self.0.items.write())
    }

    /// Runs `look` over the items while they are locked for reading. It must not change this list.
    pub(crate) fn with<R>(&self, look: impl FnOnce(&[Value]) -> R) -> R {
        look(&self.0.items.read_recursive())
    }

    /// Whether both are the same list.
    pub fn same(&self, other: &List) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// A number that no other living list, map or set has.
    pub fn identity(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// The items, when this is the last reference to the list: a step of [`crate::drop_deep`].
    pub(crate) fn into_last(self) -> Option<Vec<Value>> {
        Arc::into_inner(self.0).map(|mut inner| std::mem::take(inner.items.get_mut()))
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        crate::drop_deep(std::mem::take(self.items.get_mut()));
    }
}

impl<T: Into<Value>> FromIterator<T> for List {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> List {
        List::new(items.into_iter().map(Into::into).collect())
    }
}
