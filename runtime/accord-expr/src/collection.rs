//! Lists, sets and arrays as one thing: something with items.

use accord_value::{List, ListKind, Value};

use crate::fail::{Fail, Outcome};

/// The items of a list, set or array, in order; none of anything else.
pub(crate) fn items(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::List(list) => Some(list.snapshot()),
        Value::Set(set) => Some(set.items()),
        Value::Bytes(bytes) => Some(bytes.as_slice().iter().map(|byte| Value::Byte(byte.cast_signed())).collect()),
        _ => None,
    }
}

/// The items of a collection that is an argument, which must not be null.
pub(crate) fn argument(value: &Value) -> Outcome<Vec<Value>> {
    items(value).ok_or_else(|| {
        Fail::java("NullPointerException", "Cannot invoke \"java.util.Collection.toArray()\" because \"c\" is null")
    })
}

/// The error of changing what cannot be changed.
#[cold]
pub(crate) fn unsupported() -> Fail {
    Fail::java_bare("UnsupportedOperationException")
}

/// The error of asking an empty collection for an item.
#[cold]
pub(crate) fn no_such_element() -> Fail {
    Fail::java_bare("java.util.NoSuchElementException")
}

/// Java's complaint about an index.
pub(crate) fn check_index(index: i32, length: usize) -> Outcome<usize> {
    usize::try_from(index).ok().filter(|index| *index < length).ok_or_else(|| {
        Fail::java("IndexOutOfBoundsException", format!("Index {index} out of bounds for length {length}"))
    })
}

/// An `Object[]`.
pub(crate) fn array(items: Vec<Value>) -> Value {
    Value::List(List::of_kind(ListKind::ObjectArray, items))
}

/// An unmodifiable list.
pub(crate) fn fixed(items: Vec<Value>) -> Value {
    Value::List(List::of_kind(ListKind::Immutable, items))
}
