//! The mark of sensitive values: whether it is somewhere inside, and setting it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::Value;
use crate::text::note_mark;
use crate::{List, Map, Set, Throwable, marks_about};

impl Value {
    /// Whether a sensitive text, character or byte is in it, however deep. Costs one load of a flag while the process
    /// has made no sensitive value.
    pub fn is_sensitive(&self) -> bool {
        marks_about() && holds_mark(self)
    }

    /// The same with all texts, characters and bytes marked, map keys included. Containers with anything to mark in
    /// them are new ones of the same kind; numbers, booleans and objects stay as they are.
    pub fn marked(&self) -> Value {
        note_mark();
        Marking::default().value(self, 0)
    }
}

fn holds_mark(value: &Value) -> bool {
    let mut seen = HashSet::new();
    let mut todo = vec![value.clone()];
    while let Some(value) = todo.pop() {
        match value {
            Value::Text(text) if text.is_sensitive() => return true,
            Value::Char(_, true) => return true,
            Value::Bytes(bytes) if bytes.is_sensitive() => return true,
            Value::List(list) if seen.insert(list.identity()) => {
                list.with(|items| todo.extend(items.iter().filter(|item| may_be_marked(item)).cloned()));
            }
            Value::Map(map) if seen.insert(map.identity()) => {
                for (key, value) in map.unordered() {
                    todo.push(key);
                    todo.push(value);
                }
            }
            Value::Set(set) if seen.insert(set.identity()) => todo.extend(set.unordered()),
            Value::Throwable(error) if seen.insert(Arc::as_ptr(&error).addr()) => {
                todo.extend(error.message.clone().map(Value::Text));
                todo.extend(error.inner_values());
            }
            Value::Object(object) if object.is_sensitive() => return true,
            _ => {}
        }
    }
    false
}

fn may_be_marked(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.is_sensitive(),
        Value::Bytes(bytes) => bytes.is_sensitive(),
        value => value.may_hold_values() || matches!(value, Value::Char(_, true)),
    }
}

/// Copies that were made, by the identity of their originals, so that a container that holds itself ends.
#[derive(Default)]
struct Marking {
    lists: HashMap<usize, List>,
    maps: HashMap<usize, Map>,
    sets: HashMap<usize, Set>,
}

impl Marking {
    fn value(&mut self, value: &Value, depth: usize) -> Value {
        if depth > super::MAX_DEPTH {
            // Deeper than any text form, comparison or JSON reaches.
            return Value::Null;
        }
        match value {
            Value::Text(text) => Value::Text(text.marked()),
            Value::Char(unit, _) => Value::Char(*unit, true),
            Value::Bytes(bytes) => Value::Bytes(bytes.marked()),
            Value::List(list) => {
                if let Some(done) = self.lists.get(&list.identity()) {
                    return Value::List(done.clone());
                }
                let copy = List::of_kind(list.kind(), Vec::new());
                self.lists.insert(list.identity(), copy.clone());
                for item in list.snapshot() {
                    copy.push(self.value(&item, depth + 1));
                }
                Value::List(copy)
            }
            Value::Map(map) => {
                if let Some(done) = self.maps.get(&map.identity()) {
                    return Value::Map(done.clone());
                }
                let copy = map.empty_like();
                self.maps.insert(map.identity(), copy.clone());
                for (key, value) in map.unordered() {
                    copy.insert(self.value(&key, depth + 1), self.value(&value, depth + 1));
                }
                Value::Map(copy)
            }
            Value::Set(set) => {
                if let Some(done) = self.sets.get(&set.identity()) {
                    return Value::Set(done.clone());
                }
                let copy = set.empty_like();
                self.sets.insert(set.identity(), copy.clone());
                for item in set.unordered() {
                    copy.insert(self.value(&item, depth + 1));
                }
                Value::Set(copy)
            }
            Value::Throwable(error) => Value::Throwable(Arc::new(self.throwable(error, depth + 1))),
            other => other.clone(),
        }
    }

    fn throwable(&mut self, error: &Throwable, depth: usize) -> Throwable {
        if depth > super::MAX_DEPTH {
            return Throwable { cause: None, payload: None, exceptions: Vec::new(), ..error.clone() };
        }
        Throwable {
            class: error.class.clone(),
            message: error.message.as_ref().map(crate::Text::marked),
            cause: error.cause.as_ref().map(|cause| Arc::new(self.throwable(cause, depth + 1))),
            payload: error.payload.as_ref().map(|payload| self.value(payload, depth + 1)),
            exceptions: error
                .exceptions
                .iter()
                .map(|exception| Arc::new(self.throwable(exception, depth + 1)))
                .collect(),
            place: error.place.clone(),
        }
    }
}
