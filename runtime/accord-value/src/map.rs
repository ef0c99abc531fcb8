//! Maps: shared, mutable, with identity and Java's order.

use std::sync::Arc;

use indexmap::IndexMap;
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};

use crate::Value;
use crate::key::{Key, StrKey};

mod order;
#[cfg(test)]
mod tests;

type Entries = IndexMap<Key, Value, foldhash::fast::RandomState>;

/// Which Java map it is: decides the order in which entries are seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    table: RwLock<Table>,
}

/// The entries in the order of insertion, and the length that Java's hash table would have by now (0: none yet).
#[derive(Default)]
struct Table {
    entries: Entries,
    capacity: usize,
}

impl Map {
    /// A new, empty `LinkedHashMap`.
    pub fn linked() -> Map {
        Map::of_kind(MapKind::Linked)
    }

    /// A new, empty `HashMap`.
    pub fn hash() -> Map {
        Map::of_kind(MapKind::Hash)
    }

    /// A new, empty map of `kind`.
    pub fn of_kind(kind: MapKind) -> Map {
        Map(Arc::new(Inner { kind, table: RwLock::default() }))
    }

    /// A new, empty map of `kind`, with room for `len` entries before Java's table grows (`new HashMap(len)`).
    pub fn with_java_capacity(kind: MapKind, len: usize) -> Map {
        let map = Map::of_kind(kind);
        map.0.table.write().capacity = order::table_length(len);
        map
    }

    /// A new `LinkedHashMap` with these entries; of two equal keys the later value wins, at the earlier place.
    pub fn from_pairs<K: Into<Value>, V: Into<Value>>(pairs: impl IntoIterator<Item = (K, V)>) -> Map {
        Map::of_kind_from(MapKind::Linked, pairs)
    }

    /// A new map of `kind` with these entries, put in one by one.
    pub fn of_kind_from<K: Into<Value>, V: Into<Value>>(kind: MapKind, pairs: impl IntoIterator<Item = (K, V)>) -> Map {
        let map = Map::of_kind(kind);
        map.extend(pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect());
        map
    }

    /// A new map of `kind` with the entries of this one (`new HashMap(map)`): the table is as long as Java would make it.
    pub fn copy_as(&self, kind: MapKind) -> Map {
        let map = Map::of_kind(kind);
        map.put_all(self);
        map
    }

    /// Which Java map it is.
    pub fn kind(&self) -> MapKind {
        self.0.kind
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.0.table.read_recursive().entries.len()
    }

    /// Whether it has no entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a text key, whatever the key's mark.
    pub fn get(&self, key: &str) -> Option<Value> {
        self.0.table.read_recursive().entries.get(&StrKey(key)).cloned()
    }

    /// The value of a key that is equal to `key` as Java's `equals` says: `1` as an `Integer` does not find a `Long`.
    pub fn get_key(&self, key: &Value) -> Option<Value> {
        let key = self.stored(key)?;
        self.0.table.read_recursive().entries.get(&key).cloned()
    }

    /// Whether there is this text key.
    pub fn contains(&self, key: &str) -> bool {
        self.0.table.read_recursive().entries.contains_key(&StrKey(key))
    }

    /// Whether there is a key equal to `key`.
    pub fn contains_key(&self, key: &Value) -> bool {
        self.stored(key).is_some_and(|key| self.0.table.read_recursive().entries.contains_key(&key))
    }

    /// Sets the value of a key and gives the old one. A key that is there keeps its place and stays as it was.
    pub fn insert(&self, key: impl Into<Value>, value: impl Into<Value>) -> Option<Value> {
        let key = key.into();
        let key = if key.is_scalar() { Key::new(key) } else { self.stored(&key).unwrap_or_else(|| Key::new(key)) };
        let value = value.into();
        let mut table = self.0.table.write();
        let old = table.entries.insert(key, value);
        if old.is_none() {
            table.capacity = order::grown(table.capacity, table.entries.len());
        }
        old
    }

    /// Removes a text key and gives its value.
    pub fn remove(&self, key: &str) -> Option<Value> {
        self.0.table.write().entries.shift_remove(&StrKey(key))
    }

    /// Removes a key and gives its value.
    pub fn remove_key(&self, key: &Value) -> Option<Value> {
        let key = self.stored(key)?;
        self.0.table.write().entries.shift_remove(&key)
    }

    /// Puts all entries of `other` in, as Java's `putAll` does.
    pub fn put_all(&self, other: &Map) {
        let entries = other.entries();
        {
            let mut table = self.0.table.write();
            table.capacity = order::for_all(table.capacity, entries.len());
        }
        self.extend(entries);
    }

    /// Sets entries one by one, at the cost of one lock where that can be.
    pub(crate) fn extend(&self, entries: Vec<(Value, Value)>) {
        if !entries.iter().all(|(key, _)| key.is_scalar()) {
            for (key, value) in entries {
                self.insert(key, value);
            }
            return;
        }
        let mut replaced = Vec::new();
        {
            let mut table = self.0.table.write();
            table.entries.reserve(entries.len());
            for (key, value) in entries {
                replaced.extend(table.entries.insert(Key::new(key), value));
            }
            if !table.entries.is_empty() {
                table.capacity = order::grown(table.capacity, table.entries.len());
            }
        }
        // What was replaced is dropped with nothing locked.
        drop(replaced);
    }

    /// Removes all entries.
    pub fn clear(&self) {
        let entries = std::mem::take(&mut self.0.table.write().entries);
        drop(entries);
    }

    /// The keys, in the order in which Java shows them.
    pub fn keys(&self) -> Vec<Value> {
        self.in_order(|key, _| key.value().clone())
    }

    /// The values, in the order in which Java shows them.
    pub fn values(&self) -> Vec<Value> {
        self.in_order(|_, value| value.clone())
    }

    /// A copy of the entries as they are now, in the order in which Java shows them. Nothing of a map is locked while
    /// its entries are worked on.
    pub fn entries(&self) -> Vec<(Value, Value)> {
        self.in_order(|key, value| (key.value().clone(), value.clone()))
    }

    /// The entries in the order of insertion, which costs less than Java's where the order does not matter.
    pub(crate) fn unordered(&self) -> Vec<(Value, Value)> {
        let table = self.0.table.read_recursive();
        table.entries.iter().map(|(key, value)| (key.value().clone(), value.clone())).collect()
    }

    /// A new, empty map of this kind whose table is as long as this one's, so that the same entries come in the same
    /// order.
    pub(crate) fn empty_like(&self) -> Map {
        let map = Map::of_kind(self.kind());
        map.0.table.write().capacity = self.java_capacity();
        map
    }

    /// Length of the table that Java would have by now; 0 before the first entry.
    pub(crate) fn java_capacity(&self) -> usize {
        self.0.table.read_recursive().capacity
    }

    /// Whether both are the same map.
    pub fn same(&self, other: &Map) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// A number that no other living list, map or set has.
    pub fn identity(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// The key under which an entry equal to `key` is stored. A scalar stands for itself, whether stored or not; of a
    /// container or an object an equal one is looked for, with nothing locked while they are compared.
    fn stored(&self, key: &Value) -> Option<Key> {
        let key_of = Key::new(key.clone());
        if key.is_scalar() {
            return Some(key_of);
        }
        let alike = key_of.alike();
        let first = self.0.table.read_recursive().entries.get_key_value(&alike).map(|(stored, _)| stored.clone())?;
        if first.value() == key {
            return Some(first);
        }
        // Two containers with one hash: rare enough to look at all keys.
        let keys: Vec<Key> = self
            .0
            .table
            .read_recursive()
            .entries
            .keys()
            .filter(|stored| indexmap::Equivalent::equivalent(&alike, *stored))
            .cloned()
            .collect();
        keys.into_iter().find(|stored| stored.value() == key)
    }

    /// What `pick` makes of each entry, in Java's order; nothing but this map is locked meanwhile.
    fn in_order<T>(&self, pick: impl Fn(&Key, &Value) -> T) -> Vec<T> {
        let table = self.0.table.read_recursive();
        let order = match self.0.kind {
            MapKind::Linked | MapKind::Immutable => None,
            MapKind::Hash => Some(order::by_bucket(&table.entries, table.capacity)),
            MapKind::Tree => Some(order::by_key(&table.entries)),
        };
        match order {
            None => table.entries.iter().map(|(key, value)| pick(key, value)).collect(),
            Some(order) => order
                .into_iter()
                .filter_map(|index| table.entries.get_index(index))
                .map(|(key, value)| pick(key, value))
                .collect(),
        }
    }

    /// Keys and values, when this is the last reference to the map: a step of [`crate::drop_deep`].
    pub(crate) fn into_last(self) -> Option<Vec<Value>> {
        Arc::into_inner(self.0).map(|mut inner| inner.table.get_mut().take())
    }
}

impl Table {
    fn take(&mut self) -> Vec<Value> {
        let entries = std::mem::take(&mut self.entries);
        let mut out = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            if key.value().may_hold_values() {
                out.push(key.into_value());
            }
            if value.may_hold_values() {
                out.push(value);
            }
        }
        out
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        crate::drop_deep(self.table.get_mut().take());
    }
}

impl<K: Into<Value>, V: Into<Value>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Map {
        Map::from_pairs(pairs)
    }
}
