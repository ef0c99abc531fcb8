//! Java's methods of maps and sets, and what scripts see of other objects of the flow.

use accord_value::{Map, MapKind, Set, SetKind, Value};
use rquickjs::function::Rest;
use rquickjs::{Ctx, Function, Object, Result, Value as Js};

use crate::convert::{self, all_from_js, argument, callback, from_js, to_js, undefined};
use crate::failure::{answered, type_error};
use crate::handle::{self, Kind};
use crate::proxies::{iterator, unmodifiable};
use crate::shelf::Shelf;
use crate::world::World;
use crate::{java, text};

/// The methods of maps.
pub(crate) const METHODS: &[&str] = &[
    "clear",
    "containsKey",
    "containsValue",
    "entrySet",
    "equals",
    "forEach",
    "get",
    "getClass",
    "getKey",
    "getOrDefault",
    "getValue",
    "hashCode",
    "isEmpty",
    "keySet",
    "put",
    "putAll",
    "putIfAbsent",
    "remove",
    "size",
    "toString",
    "values",
];

/// The methods of sets.
const SET_METHODS: &[&str] = &[
    "add",
    "addAll",
    "clear",
    "contains",
    "containsAll",
    "equals",
    "forEach",
    "getClass",
    "isEmpty",
    "iterator",
    "remove",
    "removeAll",
    "size",
    "toArray",
    "toString",
];

/// Refuses to change a map that Java does not change.
pub(crate) fn check(ctx: &Ctx<'_>, map: &Map) -> Result<()> {
    if map.kind() == MapKind::Immutable { Err(unmodifiable(ctx, "map")) } else { Ok(()) }
}

/// Answers a call of a method of a map.
pub(crate) fn call<'js>(ctx: &Ctx<'js>, name: &'static str, kind: &Kind, args: Vec<Js<'js>>) -> Result<Js<'js>> {
    let Kind::Map(map) = kind else { return Err(type_error(ctx, &format!("{name} needs a map"))) };
    let truth = |truth: bool| Ok(Js::new_bool(ctx.clone(), truth));
    let or_null = |value: Option<Value>| to_js(ctx, &value.unwrap_or_default());
    match name {
        "clear" => {
            check(ctx, map)?;
            map.clear();
            Ok(undefined(ctx))
        }
        "containsKey" => truth(map.contains_key(&argument(ctx, &args, 0)?)),
        "containsValue" => {
            let wanted = argument(ctx, &args, 0)?;
            truth(map.values().contains(&wanted))
        }
        "entrySet" => convert::array(ctx, &entries(map)),
        "equals" => truth(argument(ctx, &args, 0)? == Value::Map(map.clone())),
        "forEach" => {
            let callback = callback(ctx, &args)?;
            for (key, value) in map.entries() {
                let _: Js<'js> = callback.call((to_js(ctx, &key)?, to_js(ctx, &value)?))?;
            }
            Ok(undefined(ctx))
        }
        "get" => or_null(map.get_key(&argument(ctx, &args, 0)?)),
        "getClass" => java::class_value(ctx, Value::Map(map.clone()).class_name()),
        // An entry of `entrySet()` is a map of its key and its value.
        "getKey" => or_null(map.get("key")),
        "getValue" => or_null(map.get("value")),
        "getOrDefault" => match map.get_key(&argument(ctx, &args, 0)?) {
            Some(value) => to_js(ctx, &value),
            None => Ok(args.get(1).cloned().unwrap_or_else(|| undefined(ctx))),
        },
        "hashCode" => Ok(Js::new_int(ctx.clone(), Value::Map(map.clone()).hash_code())),
        "isEmpty" => truth(map.is_empty()),
        "keySet" => to_js(ctx, &Value::Set(Set::of_kind_from(SetKind::Linked, map.keys()))),
        "put" => {
            check(ctx, map)?;
            or_null(map.insert(argument(ctx, &args, 0)?, argument(ctx, &args, 1)?))
        }
        "putAll" => {
            check(ctx, map)?;
            match argument(ctx, &args, 0)? {
                Value::Map(other) => map.put_all(&other),
                _ => return Err(type_error(ctx, "putAll needs a map or an object")),
            }
            Ok(undefined(ctx))
        }
        "putIfAbsent" => {
            check(ctx, map)?;
            let key = argument(ctx, &args, 0)?;
            match map.get_key(&key) {
                Some(Value::Null) | None => {
                    map.insert(key, argument(ctx, &args, 1)?);
                    or_null(None)
                }
                found => or_null(found),
            }
        }
        "remove" => {
            check(ctx, map)?;
            or_null(map.remove_key(&argument(ctx, &args, 0)?))
        }
        "size" => Ok(Js::new_number(ctx.clone(), map.len() as f64)),
        "values" => to_js(ctx, &Value::from(map.values())),
        _ => {
            let shown = text::shown(ctx, kind)?;
            convert::string(ctx, &shown)
        }
    }
}

/// The entries of a map as pairs.
fn entries(map: &Map) -> Vec<Value> {
    map.entries()
        .into_iter()
        .map(|(key, value)| {
            let entry = Map::linked();
            entry.insert("key", key);
            entry.insert("value", value);
            Value::Map(entry)
        })
        .collect()
}

/// What a map or a set has under a symbol: an iterator.
pub(crate) fn symbol<'js>(ctx: &Ctx<'js>, target: &Object<'js>, symbol: Js<'js>) -> Result<Js<'js>> {
    let is_iterator = rquickjs::Symbol::iterator(ctx.clone()).into_value() == symbol;
    let Some(kind) = handle::of_target(target).filter(|_| is_iterator) else { return Ok(undefined(ctx)) };
    let items = match kind {
        Kind::Map(map) => {
            map.entries().into_iter().map(|(key, value)| Value::from(vec![key, value])).collect::<Vec<_>>()
        }
        Kind::Other(Value::Set(set)) => set.items(),
        _ => return Ok(undefined(ctx)),
    };
    Ok(Function::new(ctx.clone(), move |ctx: Ctx<'js>| iterator(&ctx, &items))?.into_value())
}

/// The items of a list, a set, an array: what `addAll` and constructors take.
pub(crate) fn items<'js>(ctx: &Ctx<'js>, value: Option<&Js<'js>>) -> Result<Vec<Value>> {
    match value.map(|value| from_js(ctx, value)).transpose()? {
        Some(Value::List(list)) => Ok(list.snapshot()),
        Some(Value::Set(set)) => Ok(set.items()),
        _ => Err(type_error(ctx, "A list or an array is expected as the argument")),
    }
}

/// A property of an object of the flow that is neither a list nor a map.
pub(crate) fn other_property<'js>(ctx: &Ctx<'js>, target: &Object<'js>, value: &Value, name: &str) -> Result<Js<'js>> {
    match (value, name) {
        (_, "getClass") => Shelf::method(ctx, "other", "getClass", |ctx, _, kind, _| {
            java::class_value(ctx, handle::flow_value(kind).unwrap_or_default().class_name())
        }),
        (Value::Set(_), _) => match SET_METHODS.iter().find(|method| **method == name) {
            Some(method) => Shelf::method(ctx, "set", method, set_call),
            None => Ok(undefined(ctx)),
        },
        (Value::Throwable(error), "message" | "getMessage" | "getLocalizedMessage") => {
            let message = Value::from(error.message.clone());
            getter(ctx, name, message)
        }
        (Value::Throwable(error), "cause" | "getCause") => getter(ctx, name, error.cause.clone().into()),
        (Value::Throwable(error), "payload" | "getPayload") => getter(ctx, name, error.payload.clone().into()),
        (Value::Bytes(bytes), "length") => Ok(Js::new_number(ctx.clone(), bytes.as_slice().len() as f64)),
        (Value::Bytes(bytes), _) => match name.parse::<usize>().ok().and_then(|at| bytes.as_slice().get(at)) {
            Some(byte) => Ok(Js::new_int(ctx.clone(), i32::from(byte.cast_signed()))),
            None => Ok(undefined(ctx)),
        },
        (value, "valueOf") if value.is_number() => Shelf::method(ctx, "other", "valueOf", |ctx, _, kind, _| {
            let number = handle::flow_value(kind).and_then(|value| convert::approximate(&value));
            Ok(Js::new_float(ctx.clone(), number.unwrap_or(f64::NAN)))
        }),
        (Value::Object(object), "key" | "value") if object.class_name().ends_with("$Entry") => {
            let getter = if name == "key" { "getKey" } else { "getValue" };
            flow_method(ctx, value, getter, Vec::new())
        }
        // What the language itself asks of objects.
        (Value::Object(_), "then" | "toJSON" | "valueOf" | "constructor" | "prototype" | "length") => target.get(name),
        (Value::Object(_), _) if !name.starts_with('\0') => {
            let (value, name) = (value.clone(), name.to_owned());
            let answer = move |ctx: Ctx<'js>, args: Rest<Js<'js>>| {
                let args = all_from_js(&ctx, &args.0)?;
                flow_method(&ctx, &value, &name, args)
            };
            Ok(Function::new(ctx.clone(), answer)?.into_value())
        }
        _ => target.get(name),
    }
}

/// Calls a method that expressions know.
fn flow_method<'js>(ctx: &Ctx<'js>, value: &Value, method: &str, args: Vec<Value>) -> Result<Js<'js>> {
    let (value, method) = (value.clone(), method.to_owned());
    let answer = World::of(ctx)?.ask(move |cx| cx.flow().call_value_method(&value, &method, &args));
    to_js(ctx, &answered(ctx, answer)?)
}

/// The value itself for `message`, a function for `getMessage`.
fn getter<'js>(ctx: &Ctx<'js>, name: &str, value: Value) -> Result<Js<'js>> {
    if !name.starts_with("get") {
        return to_js(ctx, &value);
    }
    let answer = move |ctx: Ctx<'js>, _: Rest<Js<'js>>| to_js(&ctx, &value);
    Ok(Function::new(ctx.clone(), answer)?.into_value())
}

fn set_call<'js>(ctx: &Ctx<'js>, name: &'static str, kind: &Kind, args: Vec<Js<'js>>) -> Result<Js<'js>> {
    let Kind::Other(Value::Set(set)) = kind else { return Err(type_error(ctx, &format!("{name} needs a set"))) };
    let truth = |truth: bool| Ok(Js::new_bool(ctx.clone(), truth));
    let changes = matches!(name, "add" | "addAll" | "clear" | "remove" | "removeAll");
    if changes && set.kind() == SetKind::Immutable {
        return Err(unmodifiable(ctx, "set"));
    }
    match name {
        "add" => truth(set.insert(argument(ctx, &args, 0)?)),
        "addAll" => {
            let mut grew = false;
            for item in items(ctx, args.first())? {
                grew |= set.insert(item);
            }
            truth(grew)
        }
        "clear" => {
            set.clear();
            Ok(undefined(ctx))
        }
        "contains" => truth(set.contains(&argument(ctx, &args, 0)?)),
        "containsAll" => truth(items(ctx, args.first())?.iter().all(|item| set.contains(item))),
        "equals" => truth(argument(ctx, &args, 0)? == Value::Set(set.clone())),
        "forEach" => {
            let callback = callback(ctx, &args)?;
            for item in set.items() {
                let _: Js<'js> = callback.call((to_js(ctx, &item)?,))?;
            }
            Ok(undefined(ctx))
        }
        "isEmpty" => truth(set.is_empty()),
        "iterator" => iterator(ctx, &set.items()),
        "remove" => truth(set.remove(&argument(ctx, &args, 0)?)),
        "removeAll" => {
            let mut shrank = false;
            for item in items(ctx, args.first())? {
                shrank |= set.remove(&item);
            }
            truth(shrank)
        }
        "size" => Ok(Js::new_number(ctx.clone(), set.len() as f64)),
        "toArray" => convert::array(ctx, &set.items()),
        _ => {
            let shown = text::shown(ctx, kind)?;
            convert::string(ctx, &shown)
        }
    }
}

/// A new list of the arguments.
pub(crate) fn list_of<'js>(ctx: &Ctx<'js>, args: &[Js<'js>]) -> Result<Value> {
    Ok(Value::from(all_from_js(ctx, args)?))
}
