//! `java.util.Set`.

use accord_value::{Set, SetKind, Value};

use crate::collection::{argument, array, no_such_element, unsupported};
use crate::fail::Outcome;
use crate::iterator::{Iterator, SetSource};
use crate::method::{Call, Method, method};
use crate::types::Ty::{Collection, Object, ObjectArray, Other};
use crate::utf16::to_int;

fn set<'c>(c: &'c Call<'_, '_>) -> Outcome<&'c Set> {
    c.this.as_set().ok_or_else(crate::method::null_argument)
}

/// The set, if it may be changed.
fn writable<'c>(c: &'c Call<'_, '_>) -> Outcome<&'c Set> {
    let set = set(c)?;
    if set.kind() == SetKind::Immutable { Err(unsupported()) } else { Ok(set) }
}

fn flag(value: bool) -> Outcome {
    Ok(Value::Bool(value))
}

/// Removes the items of which `remove` holds.
fn remove_where(c: &Call<'_, '_>, remove: impl Fn(&Value) -> bool) -> Outcome {
    let set = writable(c)?;
    let mut changed = false;
    for item in set.items() {
        if remove(&item) {
            changed |= set.remove(&item);
        }
    }
    flag(changed)
}

fn end(c: &Call<'_, '_>, first: bool, remove: bool) -> Outcome {
    let items = set(c)?.items();
    let item = if first { items.first() } else { items.last() };
    let item = item.cloned().ok_or_else(no_such_element)?;
    if remove {
        writable(c)?.remove(&item);
    }
    Ok(item)
}

fn put_first(c: &mut Call<'_, '_>) -> Outcome {
    let set = writable(c)?;
    let items = set.items();
    set.clear();
    set.insert(c.argument(0).clone());
    for item in items {
        set.insert(item);
    }
    Ok(Value::Null)
}

fn put_last(c: &mut Call<'_, '_>) -> Outcome {
    let set = writable(c)?;
    set.remove(c.argument(0));
    set.insert(c.argument(0).clone());
    Ok(Value::Null)
}

pub(crate) static METHODS: &[Method] = &[
    method("size", &[], |c| Ok(Value::Int(to_int(set(c)?.len())))).exact(),
    method("isEmpty", &[], |c| flag(set(c)?.is_empty())).exact(),
    method("add", &[Object], |c| flag(writable(c)?.insert(c.argument(0).clone()))).exact(),
    method("addAll", &[Collection], |c| {
        let set = writable(c)?;
        let mut changed = false;
        for item in argument(c.argument(0))? {
            changed |= set.insert(item);
        }
        flag(changed)
    })
    .exact(),
    method("remove", &[Object], |c| flag(writable(c)?.remove(c.argument(0)))).exact(),
    method("removeAll", &[Collection], |c| {
        let items = argument(c.not_null(0)?)?;
        remove_where(c, |item| items.contains(item))
    })
    .exact(),
    method("retainAll", &[Collection], |c| {
        let items = argument(c.not_null(0)?)?;
        remove_where(c, |item| !items.contains(item))
    })
    .exact(),
    method("removeIf", &[Other], |_| Err(crate::method::null_argument())).exact(),
    method("forEach", &[Other], |_| Err(crate::method::null_argument())).exact(),
    method("clear", &[], |c| {
        writable(c)?.clear();
        Ok(Value::Null)
    })
    .exact(),
    method("contains", &[Object], |c| flag(set(c)?.contains(c.argument(0)))).exact(),
    method("containsAll", &[Collection], |c| {
        let set = set(c)?;
        flag(argument(c.argument(0))?.iter().all(|item| set.contains(item)))
    })
    .exact(),
    method("iterator", &[], |c| Ok(Iterator::over(SetSource::new(set(c)?.clone())))).exact(),
    method("toArray", &[], |c| Ok(array(set(c)?.items()))).exact(),
    method("toArray", &[ObjectArray], |c| Ok(array(set(c)?.items()))).exact(),
    method("toArray", &[Other], |_| Err(crate::method::null_argument())).exact(),
    method("stream", &[], |c| Ok(crate::java_stream::JavaStream::of(set(c)?.items()))).exact(),
    method("parallelStream", &[], |c| Ok(crate::java_stream::JavaStream::of(set(c)?.items()))).exact(),
    method("clone", &[], |c| {
        let items = set(c)?.items();
        let copy = Set::with_java_capacity(set(c)?.kind(), items.len().saturating_mul(4) / 3 + 1);
        for item in items {
            copy.insert(item);
        }
        Ok(Value::Set(copy))
    })
    .exact(),
    method("equals", &[Object], |c| flag(c.this == c.argument(0))).exact(),
    method("hashCode", &[], |c| Ok(Value::Int(c.this.hash_code()))).exact(),
    method("toString", &[], |c| Ok(Value::Text(c.this.to_text()))).exact(),
];

/// What sets with an order have besides.
pub(crate) static ORDERED: &[Method] = &[
    method("getFirst", &[], |c| end(c, true, false)).exact(),
    method("getLast", &[], |c| end(c, false, false)).exact(),
    method("removeFirst", &[], |c| end(c, true, true)).exact(),
    method("removeLast", &[], |c| end(c, false, true)).exact(),
    method("addFirst", &[Object], put_first).exact(),
    method("addLast", &[Object], put_last).exact(),
    method("reversed", &[], |c| {
        let mut items = set(c)?.items();
        items.reverse();
        Ok(Value::Set(Set::of_kind_from(SetKind::Linked, items)))
    })
    .exact(),
];
