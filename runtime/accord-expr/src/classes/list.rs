//! `java.util.List` and arrays.

use accord_value::{List, ListKind, Value};

use crate::collection::{argument, array, check_index, no_such_element, unsupported};
use crate::fail::{Fail, Outcome};
use crate::iterator::{Iterator, ListSource};
use crate::method::{Call, Method, method};
use crate::operators::natural;
use crate::types::Ty::{Collection, Object, ObjectArray, Other, PInt};
use crate::utf16::to_int;

fn list<'c>(c: &'c Call<'_, '_>) -> Outcome<&'c List> {
    c.this.as_list().ok_or_else(crate::method::null_argument)
}

/// The list, if its length may change.
fn growing<'c>(c: &'c Call<'_, '_>) -> Outcome<&'c List> {
    let list = list(c)?;
    if list.kind() == ListKind::Array { Ok(list) } else { Err(unsupported()) }
}

/// The list, if its items may be replaced.
fn writable<'c>(c: &'c Call<'_, '_>) -> Outcome<&'c List> {
    let list = list(c)?;
    if list.kind() == ListKind::Immutable { Err(unsupported()) } else { Ok(list) }
}

fn flag(value: bool) -> Outcome {
    Ok(Value::Bool(value))
}

fn insert_index(index: i32, length: usize) -> Outcome<usize> {
    usize::try_from(index)
        .ok()
        .filter(|index| *index <= length)
        .ok_or_else(|| Fail::java("IndexOutOfBoundsException", format!("Index: {index}, Size: {length}")))
}

fn add_at(c: &mut Call<'_, '_>) -> Outcome {
    let list = growing(c)?;
    let index = insert_index(c.int(0), list.len())?;
    list.insert(index, c.argument(1).clone());
    Ok(Value::Null)
}

fn add_all_at(c: &mut Call<'_, '_>) -> Outcome {
    let list = growing(c)?;
    let index = insert_index(c.int(0), list.len())?;
    let items = argument(c.argument(1))?;
    let changed = !items.is_empty();
    list.with_mut(|all| {
        let index = index.min(all.len());
        all.splice(index..index, items);
    });
    flag(changed)
}

fn remove_at(c: &mut Call<'_, '_>) -> Outcome {
    let list = growing(c)?;
    let index = check_index(c.int(0), list.len())?;
    Ok(list.remove(index).unwrap_or_default())
}

fn remove_item(c: &mut Call<'_, '_>) -> Outcome {
    let list = growing(c)?;
    let found = list.index_of(c.argument(0));
    flag(found.and_then(|index| list.remove(index)).is_some())
}

/// Keeps the items of which `keep` holds.
fn retain(c: &Call<'_, '_>, keep: impl Fn(&Value) -> bool) -> Outcome {
    let list = growing(c)?;
    // Items are compared with nothing locked.
    let before = list.snapshot();
    let kept: Vec<Value> = before.iter().filter(|item| keep(item)).cloned().collect();
    let changed = kept.len() != before.len();
    list.with_mut(|items| *items = kept);
    flag(changed)
}

/// The items of the collection that is the argument; null is an error without a message.
fn some_items(c: &Call<'_, '_>) -> Outcome<Vec<Value>> {
    argument(c.not_null(0)?)
}

fn index_or(found: Option<usize>) -> Outcome {
    Ok(Value::Int(found.map_or(-1, to_int)))
}

fn set(c: &mut Call<'_, '_>) -> Outcome {
    let list = writable(c)?;
    let index = check_index(c.int(0), list.len())?;
    Ok(list.set(index, c.argument(1).clone()).unwrap_or_default())
}

fn sublist(c: &mut Call<'_, '_>) -> Outcome {
    let items = list(c)?.snapshot();
    let (from, to) = (c.int(0), c.int(1));
    let fail = |message: String| Err(Fail::java("IndexOutOfBoundsException", message));
    let Ok(start) = usize::try_from(from) else { return fail(format!("fromIndex = {from}")) };
    match usize::try_from(to) {
        Ok(end) if end > items.len() => fail(format!("toIndex = {to}")),
        Ok(end) if start <= end => Ok(Value::List(List::new(items.get(start..end).unwrap_or_default().to_vec()))),
        _ => Err(Fail::java("IllegalArgumentException", format!("fromIndex({from}) > toIndex({to})"))),
    }
}

fn sort(c: &mut Call<'_, '_>) -> Outcome {
    let list = writable(c)?;
    let mut items = list.snapshot();
    let mut failed = None;
    items.sort_by(|a, b| {
        natural(a, b).unwrap_or_else(|fail| {
            failed.get_or_insert(fail);
            std::cmp::Ordering::Equal
        })
    });
    if let Some(fail) = failed {
        return Err(fail);
    }
    list.with_mut(|all| *all = items);
    Ok(Value::Null)
}

fn first(c: &mut Call<'_, '_>) -> Outcome {
    list(c)?.get(0).ok_or_else(no_such_element)
}

fn last(c: &mut Call<'_, '_>) -> Outcome {
    let list = list(c)?;
    list.len().checked_sub(1).and_then(|last| list.get(last)).ok_or_else(no_such_element)
}

fn remove_last(c: &mut Call<'_, '_>) -> Outcome {
    growing(c)?.with_mut(Vec::pop).ok_or_else(no_such_element)
}

pub(crate) static METHODS: &[Method] = &[
    method("size", &[], |c| Ok(Value::Int(to_int(list(c)?.len())))).exact(),
    method("isEmpty", &[], |c| flag(list(c)?.is_empty())).exact(),
    method("get", &[PInt], |c| {
        let list = list(c)?;
        let index = check_index(c.int(0), list.len())?;
        Ok(list.get(index).unwrap_or_default())
    })
    .exact(),
    method("set", &[PInt, Object], set).exact(),
    method("add", &[Object], |c| {
        growing(c)?.push(c.argument(0).clone());
        flag(true)
    })
    .exact(),
    method("add", &[PInt, Object], add_at).exact(),
    method("addAll", &[Collection], |c| {
        let items = argument(c.argument(0))?;
        let changed = !items.is_empty();
        growing(c)?.with_mut(|all| all.extend(items));
        flag(changed)
    })
    .exact(),
    method("addAll", &[PInt, Collection], add_all_at).exact(),
    method("remove", &[PInt], remove_at).exact(),
    method("remove", &[Object], remove_item).exact(),
    method("removeAll", &[Collection], |c| {
        let items = some_items(c)?;
        retain(c, |item| !items.contains(item))
    })
    .exact(),
    method("retainAll", &[Collection], |c| {
        let items = some_items(c)?;
        retain(c, |item| items.contains(item))
    })
    .exact(),
    method("removeIf", &[Other], |_| Err(crate::method::null_argument())).exact(),
    method("replaceAll", &[Other], |_| Err(crate::method::null_argument())).exact(),
    method("forEach", &[Other], |_| Err(crate::method::null_argument())).exact(),
    method("clear", &[], |c| {
        growing(c)?.clear();
        Ok(Value::Null)
    })
    .exact(),
    method("contains", &[Object], |c| flag(list(c)?.contains(c.argument(0)))).exact(),
    method("containsAll", &[Collection], |c| {
        let items = argument(c.argument(0))?;
        let list = list(c)?;
        flag(items.iter().all(|item| list.contains(item)))
    })
    .exact(),
    method("indexOf", &[Object], |c| index_or(list(c)?.index_of(c.argument(0)))).exact(),
    method("lastIndexOf", &[Object], |c| index_or(list(c)?.last_index_of(c.argument(0)))).exact(),
    method("subList", &[PInt, PInt], sublist).exact(),
    method("sort", &[Other], sort).exact(),
    method("iterator", &[], |c| Ok(Iterator::over(ListSource::new(list(c)?.clone())))).exact(),
    method("listIterator", &[], |c| Ok(Iterator::over(ListSource::new(list(c)?.clone())))).exact(),
    method("toArray", &[], |c| Ok(array(list(c)?.snapshot()))).exact(),
    method("toArray", &[ObjectArray], |c| Ok(array(list(c)?.snapshot()))).exact(),
    method("toArray", &[Other], |_| Err(crate::method::null_argument())).exact(),
    method("getFirst", &[], first).exact(),
    method("getLast", &[], last).exact(),
    method("removeFirst", &[], |c| growing(c)?.remove(0).ok_or_else(no_such_element)).exact(),
    method("removeLast", &[], remove_last).exact(),
    method("addFirst", &[Object], |c| {
        growing(c)?.insert(0, c.argument(0).clone());
        Ok(Value::Null)
    })
    .exact(),
    method("addLast", &[Object], |c| {
        growing(c)?.push(c.argument(0).clone());
        Ok(Value::Null)
    })
    .exact(),
    method("reversed", &[], |c| {
        let mut items = list(c)?.snapshot();
        items.reverse();
        Ok(Value::List(List::new(items)))
    })
    .exact(),
    method("clone", &[], |c| Ok(Value::List(List::new(list(c)?.snapshot())))).exact(),
    method("ensureCapacity", &[PInt], |_| Ok(Value::Null)).exact(),
    method("trimToSize", &[], |_| Ok(Value::Null)).exact(),
    method("stream", &[], |c| Ok(crate::java_stream::JavaStream::of(list(c)?.snapshot()))).exact(),
    method("parallelStream", &[], |c| Ok(crate::java_stream::JavaStream::of(list(c)?.snapshot()))).exact(),
    method("equals", &[Object], |c| flag(c.this == c.argument(0))).exact(),
    method("hashCode", &[], |c| Ok(Value::Int(c.this.hash_code()))).exact(),
    method("toString", &[], |c| Ok(Value::Text(c.this.to_text()))).exact(),
];

/// What the values of a map have, a collection that cannot grow.
pub(crate) static VALUES: &[Method] = &[
    method("size", &[], |c| Ok(Value::Int(to_int(list(c)?.len())))).exact(),
    method("isEmpty", &[], |c| flag(list(c)?.is_empty())).exact(),
    method("contains", &[Object], |c| flag(list(c)?.contains(c.argument(0)))).exact(),
    method("containsAll", &[Collection], |c| {
        let items = argument(c.argument(0))?;
        let list = list(c)?;
        flag(items.iter().all(|item| list.contains(item)))
    })
    .exact(),
    method("add", &[Object], |_| Err(unsupported())).exact(),
    method("addAll", &[Collection], |_| Err(unsupported())).exact(),
    method("removeIf", &[Other], |_| Err(crate::method::null_argument())).exact(),
    method("forEach", &[Other], |_| Err(crate::method::null_argument())).exact(),
    method("iterator", &[], |c| Ok(Iterator::over(list(c)?.snapshot().into_iter()))).exact(),
    method("toArray", &[], |c| Ok(array(list(c)?.snapshot()))).exact(),
    method("toArray", &[ObjectArray], |c| Ok(array(list(c)?.snapshot()))).exact(),
    method("toArray", &[Other], |_| Err(crate::method::null_argument())).exact(),
    method("getFirst", &[], first).exact(),
    method("getLast", &[], last).exact(),
    method("reversed", &[], |c| {
        let mut items = list(c)?.snapshot();
        items.reverse();
        Ok(Value::List(List::of_kind(ListKind::Values, items)))
    })
    .exact(),
    method("stream", &[], |c| Ok(crate::java_stream::JavaStream::of(list(c)?.snapshot()))).exact(),
    method("parallelStream", &[], |c| Ok(crate::java_stream::JavaStream::of(list(c)?.snapshot()))).exact(),
];
