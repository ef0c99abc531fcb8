//! What is done with a map through its views: `m.keySet().remove('a')`, `m.values().clear()`, `m.entrySet().stream()`.
//!
//! Elsewhere a view is a copy of what the map holds, so these few chains are done as one step.

use accord_syntax::expr::{Access, Suffix};
use accord_value::{MapKind, Value};

use crate::collection::{items, unsupported};
use crate::entry::Entry;
use crate::eval::Evaluator;
use crate::fail::Outcome;
use crate::iterator::{Iterator, MapSource, Part};
use crate::stream::Stream;

/// If `suffix` takes a view of the map `value` and the step after it changes the view or goes through it: the result of
/// both, and the steps that are left.
pub(crate) fn change<'e>(
    evaluator: &mut Evaluator<'_>,
    value: &Value,
    suffix: &Suffix,
    after: &'e [Suffix],
) -> Outcome<Option<(Value, &'e [Suffix])>> {
    let Value::Map(map) = value else { return Ok(None) };
    let (Access::Name(view), Some([])) = (&suffix.access, suffix.arguments.as_deref()) else { return Ok(None) };
    let part: Part = match &**view {
        "keySet" => |_, (key, _)| key.clone(),
        "values" => |_, (_, value)| value.clone(),
        "entrySet" => |map, (key, value)| Value::object(Entry::of(map, key.clone(), value.clone())),
        _ => return Ok(None),
    };
    let Some((Suffix { access: Access::Name(method), arguments: Some(arguments), .. }, rest)) = after.split_first()
    else {
        return Ok(None);
    };
    let source = || MapSource::new(map.clone(), part);
    let change: fn(&[Value], &Value) -> bool = match (&**method, arguments.len()) {
        ("stream", 0) => return Ok(Some((Stream::of(source()), rest))),
        ("iterator", 0) => return Ok(Some((Iterator::over(source()), rest))),
        ("add" | "addAll", 1) => {
            evaluator.values(arguments)?;
            return Err(unsupported());
        }
        ("clear", 0) => |_, _| true,
        ("remove", 1) => |wanted, part| wanted.first() == Some(part),
        ("removeAll", 1) => |wanted, part| wanted.contains(part),
        ("retainAll", 1) => |wanted, part| !wanted.contains(part),
        _ => return Ok(None),
    };
    let arguments = evaluator.values(arguments)?;
    let wanted = match (&**method, arguments.as_slice()) {
        ("removeAll" | "retainAll", [collection]) => items(collection).ok_or_else(crate::method::null_argument)?,
        _ => arguments,
    };
    if map.kind() == MapKind::Immutable {
        return Err(unsupported());
    }
    let mut changed = false;
    for entry in map.entries() {
        if change(&wanted, &part(map, &entry)) {
            map.remove_key(&entry.0);
            changed = true;
            if &**method == "remove" {
                break;
            }
        }
    }
    let result = if &**method == "clear" { Value::Null } else { Value::Bool(changed) };
    Ok(Some((result, rest)))
}
