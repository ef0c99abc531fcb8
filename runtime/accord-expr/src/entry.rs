//! Entries of maps.

use accord_value::{Map, MapKind, Object, Text, Value, drop_nested};
use parking_lot::Mutex;

use crate::collection::unsupported;
use crate::fail::Outcome;
use crate::method::{Call, Method, method};
use crate::types::Ty::Object as AnyObject;

/// `java.util.Map.Entry`: a key with its value. A loop over a map has them as items.
pub struct Entry {
    key: Value,
    value: Mutex<Value>,
    /// The map that changes with it.
    map: Option<Map>,
}

/// The class under which entries are stored in a state.
pub const ENTRY_CLASS: &str = "java.util.LinkedHashMap$Entry";

impl Entry {
    /// An entry of its own: a change of it does not change the map that it came from.
    pub fn new(key: Value, value: Value) -> Entry {
        Entry { key, value: Mutex::new(value), map: None }
    }

    /// An entry of `map`: setting its value changes the map.
    pub(crate) fn of(map: &Map, key: Value, value: Value) -> Entry {
        Entry { key, value: Mutex::new(value), map: Some(map.clone()) }
    }

    fn set(&self, value: Value) -> Outcome {
        if let Some(map) = &self.map {
            if map.kind() == MapKind::Immutable {
                return Err(unsupported());
            }
            if map.contains_key(&self.key) {
                map.insert(self.key.clone(), value.clone());
            }
        }
        Ok(std::mem::replace(&mut *self.value.lock(), value))
    }

    /// The entry that [`Object::snapshot`] gave `stored` of; none where it is something else.
    pub fn restore(stored: &Value) -> Option<Entry> {
        let pair = stored.as_list()?;
        Some(Entry::new(pair.get(0)?, pair.get(1)?))
    }

    /// The key.
    pub fn key(&self) -> &Value {
        &self.key
    }

    /// The value.
    pub fn value(&self) -> Value {
        self.value.lock().clone()
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        drop_nested((std::mem::take(&mut self.key), std::mem::take(self.value.get_mut()), self.map.take()));
    }
}

impl Object for Entry {
    fn class_name(&self) -> &str {
        ENTRY_CLASS
    }

    fn text(&self) -> Text {
        Text::concat([&self.key.to_text(), &Text::plain("="), &self.value().to_text()])
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other
            .as_any()
            .downcast_ref::<Entry>()
            .is_some_and(|other| self.key == other.key && self.value() == other.value())
    }

    fn hash_code(&self) -> i32 {
        self.key.hash_code() ^ self.value().hash_code()
    }

    fn is_sensitive(&self) -> bool {
        self.key.is_sensitive() || self.value().is_sensitive()
    }

    fn snapshot(&self) -> Option<Value> {
        Some(Value::from(vec![self.key.clone(), self.value()]))
    }
}

fn entry<'c>(c: &'c Call<'_, '_>) -> Option<&'c Entry> {
    c.this.as_object::<Entry>()
}

pub(crate) static METHODS: &[Method] = &[
    method("getKey", &[], |c| Ok(entry(c).map_or(Value::Null, |entry| entry.key.clone()))).exact(),
    method("getValue", &[], |c| Ok(entry(c).map_or(Value::Null, Entry::value))).exact(),
    method("setValue", &[AnyObject], |c| {
        let value = c.argument(0).clone();
        entry(c).map_or(Ok(Value::Null), |entry| entry.set(value))
    })
    .exact(),
];
