//! `java.util.Map`.

use accord_value::{List, ListKind, Map, MapKind, Set, SetKind, Value};

use crate::collection::{no_such_element, unsupported};
use crate::entry::Entry;
use crate::fail::{Fail, Outcome};
use crate::method::{Call, Method, method};
use crate::types::Ty::{Map as AnyMap, Object, Other};
use crate::utf16::to_int;

fn map<'c>(c: &'c Call<'_, '_>) -> Outcome<&'c Map> {
    c.this.as_map().ok_or_else(crate::method::null_argument)
}

/// The map, if it may be changed.
fn writable<'c>(c: &'c Call<'_, '_>) -> Outcome<&'c Map> {
    let map = map(c)?;
    if map.kind() == MapKind::Immutable { Err(unsupported()) } else { Ok(map) }
}

fn flag(value: bool) -> Outcome {
    Ok(Value::Bool(value))
}

fn put_all(c: &mut Call<'_, '_>) -> Outcome {
    let Value::Map(other) = c.argument(0) else {
        let message = "Cannot invoke \"java.util.Map.size()\" because \"m\" is null";
        return Err(Fail::java("NullPointerException", message));
    };
    writable(c)?.put_all(other);
    Ok(Value::Null)
}

fn put_if_absent(c: &mut Call<'_, '_>) -> Outcome {
    let map = writable(c)?;
    let known = map.get_key(c.argument(0)).unwrap_or_default();
    if known.is_null() {
        map.insert(c.argument(0).clone(), c.argument(1).clone());
    }
    Ok(known)
}

fn remove_pair(c: &mut Call<'_, '_>) -> Outcome {
    let map = writable(c)?;
    let fits = map.get_key(c.argument(0)).is_some_and(|value| value == *c.argument(1));
    if fits {
        map.remove_key(c.argument(0));
    }
    flag(fits)
}

fn replace(c: &mut Call<'_, '_>) -> Outcome {
    let map = writable(c)?;
    if !map.contains_key(c.argument(0)) {
        return Ok(Value::Null);
    }
    Ok(map.insert(c.argument(0).clone(), c.argument(1).clone()).unwrap_or_default())
}

fn replace_pair(c: &mut Call<'_, '_>) -> Outcome {
    let map = writable(c)?;
    let fits = map.get_key(c.argument(0)).is_some_and(|value| value == *c.argument(1));
    if fits {
        map.insert(c.argument(0).clone(), c.argument(2).clone());
    }
    flag(fits)
}

fn entry((key, value): (Value, Value)) -> Value {
    Value::object(Entry::new(key, value))
}

fn entries(c: &Call<'_, '_>) -> Outcome<Vec<Value>> {
    let map = map(c)?;
    Ok(map.entries().into_iter().map(|(key, value)| Value::object(Entry::of(map, key, value))).collect())
}

fn linked(items: Vec<Value>) -> Outcome {
    Ok(Value::Set(Set::of_kind_from(SetKind::Linked, items)))
}

fn end_entry(c: &Call<'_, '_>, first: bool, remove: bool) -> Outcome {
    let entries = map(c)?.entries();
    let found = if first { entries.into_iter().next() } else { entries.into_iter().next_back() };
    let Some((key, value)) = found else { return Ok(Value::Null) };
    if remove {
        writable(c)?.remove_key(&key);
    }
    Ok(entry((key, value)))
}

fn put_at_end(c: &mut Call<'_, '_>, first: bool) -> Outcome {
    let map = writable(c)?;
    let old = map.remove_key(c.argument(0)).unwrap_or_default();
    let entries = if first { map.entries() } else { Vec::new() };
    if first {
        map.clear();
    }
    map.insert(c.argument(0).clone(), c.argument(1).clone());
    for (key, value) in entries {
        map.insert(key, value);
    }
    Ok(old)
}

pub(crate) static METHODS: &[Method] = &[
    method("size", &[], |c| Ok(Value::Int(to_int(map(c)?.len())))).exact(),
    method("isEmpty", &[], |c| flag(map(c)?.is_empty())).exact(),
    method("get", &[Object], |c| Ok(map(c)?.get_key(c.argument(0)).unwrap_or_default())).exact(),
    method("getOrDefault", &[Object, Object], |c| {
        Ok(map(c)?.get_key(c.argument(0)).unwrap_or_else(|| c.argument(1).clone()))
    })
    .exact(),
    method("put", &[Object, Object], |c| {
        Ok(writable(c)?.insert(c.argument(0).clone(), c.argument(1).clone()).unwrap_or_default())
    })
    .exact(),
    method("putAll", &[AnyMap], put_all).exact(),
    method("putIfAbsent", &[Object, Object], put_if_absent).exact(),
    method("remove", &[Object], |c| Ok(writable(c)?.remove_key(c.argument(0)).unwrap_or_default())).exact(),
    method("remove", &[Object, Object], remove_pair).exact(),
    method("replace", &[Object, Object], replace).exact(),
    method("replace", &[Object, Object, Object], replace_pair).exact(),
    method("clear", &[], |c| {
        writable(c)?.clear();
        Ok(Value::Null)
    })
    .exact(),
    method("containsKey", &[Object], |c| flag(map(c)?.contains_key(c.argument(0)))).exact(),
    method("containsValue", &[Object], |c| flag(map(c)?.values().contains(c.argument(0)))).exact(),
    method("keySet", &[], |c| linked(map(c)?.keys())).exact(),
    method("values", &[], |c| Ok(Value::List(List::of_kind(ListKind::Values, map(c)?.values())))).exact(),
    method("entrySet", &[], |c| linked(entries(c)?)).exact(),
    method("clone", &[], |c| Ok(Value::Map(map(c)?.copy_as(map(c)?.kind())))).exact(),
    method("forEach", &[Other], |_| Err(crate::method::null_argument())).exact(),
    method("replaceAll", &[Other], |_| Err(crate::method::null_argument())).exact(),
    method("computeIfAbsent", &[Object, Other], |_| Err(crate::method::null_argument())).exact(),
    method("computeIfPresent", &[Object, Other], |_| Err(crate::method::null_argument())).exact(),
    method("compute", &[Object, Other], |_| Err(crate::method::null_argument())).exact(),
    method("merge", &[Object, Object, Other], |_| Err(crate::method::null_argument())).exact(),
    method("equals", &[Object], |c| flag(c.this == c.argument(0))).exact(),
    method("hashCode", &[], |c| Ok(Value::Int(c.this.hash_code()))).exact(),
    method("toString", &[], |c| Ok(Value::Text(c.this.to_text()))).exact(),
];

/// What maps with an order have besides.
pub(crate) static ORDERED: &[Method] = &[
    method("firstEntry", &[], |c| end_entry(c, true, false)).exact(),
    method("lastEntry", &[], |c| end_entry(c, false, false)).exact(),
    method("pollFirstEntry", &[], |c| end_entry(c, true, true)).exact(),
    method("pollLastEntry", &[], |c| end_entry(c, false, true)).exact(),
    method("putFirst", &[Object, Object], |c| put_at_end(c, true)).exact(),
    method("putLast", &[Object, Object], |c| put_at_end(c, false)).exact(),
    method("sequencedKeySet", &[], |c| linked(map(c)?.keys())).exact(),
    method("sequencedValues", &[], |c| Ok(Value::List(List::of_kind(ListKind::Values, map(c)?.values())))).exact(),
    method("sequencedEntrySet", &[], |c| linked(entries(c)?)).exact(),
    method("reversed", &[], |c| {
        let mut entries = map(c)?.entries();
        entries.reverse();
        Ok(Value::Map(Map::from_pairs(entries)))
    })
    .exact(),
];

/// What a `TreeMap` has besides.
pub(crate) static TREE: &[Method] = &[
    method("firstKey", &[], |c| map(c)?.keys().into_iter().next().ok_or_else(no_such_element)).exact(),
    method("lastKey", &[], |c| map(c)?.keys().into_iter().next_back().ok_or_else(no_such_element)).exact(),
];
