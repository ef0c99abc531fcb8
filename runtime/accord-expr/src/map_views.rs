//! Changes of a map through its views: `m.keySet().remove('a')`, `m.values().clear()`.
//!
//! Elsewhere a view is a copy of what the map holds, so these few chains are done as one step.

use accord_syntax::expr::{Access, Suffix};
use accord_value::{MapKind, Value};

use crate::collection::items;
use crate::entry::Entry;
use crate::eval::Evaluator;
use crate::fail::{Fail, Outcome};

/// If `suffix` takes a view of the map `value` and the step after it changes the view: the result of both, and the steps
/// that are left.
pub(crate) fn change<'e>(
    evaluator: &mut Evaluator<'_>,
    value: &Value,
    suffix: &Suffix,
    after: &'e [Suffix],
) -> Outcome<Option<(Value, &'e [Suffix])>> {
    let Value::Map(map) = value else { return Ok(None) };
    let (Access::Name(view), Some([])) = (&suffix.access, suffix.arguments.as_deref()) else { return Ok(None) };
    let part: fn(&(Value, Value)) -> Value = match &**view {
        "keySet" => |(key, _)| key.clone(),
        "values" => |(_, value)| value.clone(),
        "entrySet" => |(key, value)| Value::object(Entry::new(key.clone(), value.clone())),
        _ => return Ok(None),
    };
    let Some((Suffix { access: Access::Name(method), arguments: Some(arguments), .. }, rest)) = after.split_first()
    else {
        return Ok(None);
    };
    let change: fn(&[Value], &Value) -> bool = match (&**method, arguments.len()) {
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
        return Err(Fail::java_bare("UnsupportedOperationException"));
    }
    let mut changed = false;
    for entry in map.entries() {
        if change(&wanted, &part(&entry)) {
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
