//! The mark of sensitive values: whether it is somewhere inside, and setting it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{MAX_DEPTH, Value};
use crate::text::note_mark;
use crate::{List, Throwable, marks_about, nesting};

impl Value {
    /// Whether a sensitive text, character or byte is in it, however deep. Costs one load of a flag while the process
    /// has made no sensitive value.
    pub fn is_sensitive(&self) -> bool {
        marks_about()
            && match self {
                Value::Text(text) => text.is_sensitive(),
                Value::Char(_, sensitive) => *sensitive,
                Value::Bytes(bytes) => bytes.is_sensitive(),
                value => value.may_hold_values() && holds_mark(value),
            }
    }

    /// The same with all texts, characters and bytes marked, map keys included. Containers are new ones of the same kind;
    /// numbers, booleans and objects stay as they are.
    pub fn marked(&self) -> Value {
        note_mark();
        Marking::default().whole(self)
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
            // What cannot be looked into may hide one.
            Value::Object(object) if nesting::inside(|| object.is_sensitive(), || true) => return true,
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

/// The copies made so far, by the identity of their originals: each container is copied once, so one that holds itself
/// ends, and what was shared is shared.
#[derive(Default)]
struct Marking {
    copies: HashMap<usize, Value>,
    /// Copies of lists and maps that are not filled yet, with their originals.
    todo: Vec<(Value, Value)>,
    /// Errors and keys that are being marked inside one another.
    depth: usize,
}

impl Marking {
    /// The marked copy of a value with all that is in it.
    fn whole(&mut self, value: &Value) -> Value {
        let copy = self.value(value);
        while let Some((original, copy)) = self.todo.pop() {
            match (original, copy) {
                (Value::List(list), Value::List(copy)) => {
                    let items = list.snapshot().iter().map(|item| self.value(item)).collect();
                    copy.with_mut(|all| *all = items);
                }
                (Value::Map(map), Value::Map(copy)) => {
                    for (key, value) in map.unordered() {
                        copy.insert(self.complete(&key), self.value(&value));
                    }
                }
                (Value::Set(set), Value::Set(copy)) => {
                    for item in set.unordered() {
                        copy.insert(self.complete(&item));
                    }
                }
                _ => {}
            }
        }
        copy
    }

    /// A copy that is filled already: the hash of a key depends on what is in it.
    fn complete(&mut self, key: &Value) -> Value {
        if key.is_scalar() {
            return self.value(key);
        }
        if self.depth >= MAX_DEPTH {
            // Keys inside keys, deeper than any text form or comparison reaches.
            return Value::Null;
        }
        self.depth += 1;
        let outer = std::mem::take(&mut self.todo);
        let copy = self.whole(key);
        self.todo = outer;
        self.depth -= 1;
        copy
    }

    fn value(&mut self, value: &Value) -> Value {
        let (identity, copy) = match value {
            Value::Text(text) => return Value::Text(text.marked()),
            Value::Char(unit, _) => return Value::Char(*unit, true),
            Value::Bytes(bytes) => return Value::Bytes(bytes.marked()),
            Value::Throwable(error) => return Value::Throwable(Arc::new(self.throwable(error))),
            Value::List(list) => (list.identity(), Value::List(List::of_kind(list.kind(), Vec::new()))),
            Value::Map(map) => (map.identity(), Value::Map(map.empty_like())),
            Value::Set(set) => (set.identity(), Value::Set(set.empty_like())),
            other => return other.clone(),
        };
        if let Some(done) = self.copies.get(&identity) {
            return done.clone();
        }
        self.copies.insert(identity, copy.clone());
        self.todo.push((value.clone(), copy.clone()));
        copy
    }

    fn throwable(&mut self, error: &Throwable) -> Throwable {
        let marked = Throwable {
            class: error.class.clone(),
            message: error.message.as_ref().map(crate::Text::marked),
            cause: None,
            payload: None,
            exceptions: Vec::new(),
            place: error.place.clone(),
            part: error.part.clone(),
        };
        if self.depth >= MAX_DEPTH {
            return marked;
        }
        self.depth += 1;
        let marked = Throwable {
            cause: error.cause.as_ref().map(|cause| Arc::new(self.throwable(cause))),
            payload: error.payload.as_ref().map(|payload| self.value(payload)),
            exceptions: error.exceptions.iter().map(|exception| Arc::new(self.throwable(exception))).collect(),
            ..marked
        };
        self.depth -= 1;
        marked
    }
}
