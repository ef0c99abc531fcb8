//! The objects through which a script sees things of the flow and of its surroundings.
//!
//! Owns: proxies and their traps. A list stands behind a proxy of an array, so that it is one for the language: `of`,
//! spreading, `JSON.stringify`, `push` and all other methods of arrays work on the flow's own list. A map stands behind a
//! proxy of an object. Java's methods come on top: `add`, `get`, `put`, `size`.

use accord_value::{List, ListKind, Map, Value};
use rquickjs::function::{Args, Rest};
use rquickjs::proxy::ProxyHandler;
use rquickjs::{Array, Ctx, Function, Object, Proxy, Result, Value as Js};

use crate::convert::{self, array, from_js, to_js};
use crate::failure::{range_error, type_error};
use crate::handle::{self, Kind};
use crate::shelf::Shelf;
use crate::world::World;
use crate::{host, java, lists, maps, text};

/// How far beyond its end a list may be set at once; what is in between becomes null.
const GAP: usize = 1_000_000;

/// A new proxy for `kind`.
pub(crate) fn make<'js>(ctx: &Ctx<'js>, kind: Kind) -> Result<Object<'js>> {
    let (target, handler) = match &kind {
        Kind::List(_) => (Array::new(ctx.clone())?.into_object(), Shelf::handler(ctx, "list", list_handler)?),
        Kind::Map(_) => (Object::new(ctx.clone())?, Shelf::handler(ctx, "map", map_handler)?),
        Kind::Class(_) => {
            let target = Function::new(ctx.clone(), || ())?.with_constructor(true);
            (target.into_inner(), Shelf::handler(ctx, "class", class_handler)?)
        }
        _ => (Object::new(ctx.clone())?, Shelf::handler(ctx, "other", other_handler)?),
    };
    handle::attach(ctx, &target, kind)?;
    Ok((*Proxy::new(ctx.clone(), target, ProxyHandler::from_object(handler)?)?).clone())
}

/// What a script asks a property by: an index, a name, or a symbol.
enum Property<'js> {
    Index(usize),
    Name(String),
    Symbol,
    /// A name that is no well-formed text.
    Other(Js<'js>),
}

impl<'js> Property<'js> {
    fn of(value: Js<'js>) -> Property<'js> {
        if value.is_symbol() {
            return Property::Symbol;
        }
        match value.as_string().map(rquickjs::String::to_string) {
            Some(Ok(name)) => match name.parse::<usize>() {
                Ok(index) if name == "0" || !name.starts_with(['0', '+']) => Property::Index(index),
                _ => Property::Name(name),
            },
            _ => Property::Other(value),
        }
    }
}

/// A handler with the traps that all kinds have in common: nothing can be frozen or get another prototype.
fn handler<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let handler = Object::new(ctx.clone())?;
    handler.set("preventExtensions", Function::new(ctx.clone(), || false)?)?;
    handler.set("setPrototypeOf", Function::new(ctx.clone(), || false)?)?;
    Ok(handler)
}

fn of_target<'js>(ctx: &Ctx<'js>, target: &Object<'js>) -> Result<Kind> {
    handle::of_target(target).ok_or_else(|| type_error(ctx, "The object is not what it was made as"))
}

/// The descriptor of a property that can be read, set and removed.
fn descriptor<'js>(ctx: &Ctx<'js>, value: Js<'js>, enumerable: bool, configurable: bool) -> Result<Js<'js>> {
    let out = Object::new(ctx.clone())?;
    out.set("value", value)?;
    out.set("writable", true)?;
    out.set("enumerable", enumerable)?;
    out.set("configurable", configurable)?;
    Ok(out.into_value())
}

// Lists.

fn list_handler<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let traps = handler(ctx)?;
    traps.set("get", Function::new(ctx.clone(), list_get)?)?;
    traps.set("set", Function::new(ctx.clone(), list_set)?)?;
    traps.set("has", Function::new(ctx.clone(), list_has)?)?;
    traps.set("deleteProperty", Function::new(ctx.clone(), list_delete)?)?;
    traps.set("ownKeys", Function::new(ctx.clone(), list_keys)?)?;
    traps.set("getOwnPropertyDescriptor", Function::new(ctx.clone(), list_descriptor)?)?;
    traps.set("defineProperty", Function::new(ctx.clone(), list_define)?)?;
    Ok(traps)
}

fn list_of<'js>(ctx: &Ctx<'js>, target: &Object<'js>) -> Result<List> {
    match of_target(ctx, target)? {
        Kind::List(list) => Ok(list),
        _ => Err(type_error(ctx, "The object is not a list")),
    }
}

fn length<'js>(ctx: &Ctx<'js>, list: &List) -> Js<'js> {
    Js::new_number(ctx.clone(), list.len() as f64)
}

fn list_get<'js>(ctx: Ctx<'js>, target: Object<'js>, property: Js<'js>) -> Result<Js<'js>> {
    let list = list_of(&ctx, &target)?;
    match Property::of(property.clone()) {
        Property::Index(index) => match list.get(index) {
            Some(item) => to_js(&ctx, &item),
            None => Ok(convert::undefined(&ctx)),
        },
        Property::Name(name) if name == "length" => Ok(length(&ctx, &list)),
        Property::Name(name) => match lists::METHODS.iter().find(|method| **method == name) {
            Some(method) => Shelf::method(&ctx, "list", method, lists::call),
            None => inherited(&ctx, &target, &name, "A list", lists::METHODS),
        },
        Property::Symbol | Property::Other(_) => target.get(property),
    }
}

/// What the language's own objects have under `name`; a note for the error message where it is nothing.
fn inherited<'js>(ctx: &Ctx<'js>, target: &Object<'js>, name: &str, owner: &str, methods: &[&str]) -> Result<Js<'js>> {
    let value: Js<'js> = if name.starts_with('\0') { convert::undefined(ctx) } else { target.get(name)? };
    if value.is_undefined() {
        World::of(ctx)?.miss(name, || format!("{owner} has: {}", methods.join(", ")));
    }
    Ok(value)
}

/// Refuses what Java refuses: changes of unmodifiable lists, other lengths of arrays.
pub(crate) fn check_list(ctx: &Ctx<'_>, list: &List, resizes: bool) -> Result<()> {
    let refused = match list.kind() {
        ListKind::Array => false,
        ListKind::Immutable => true,
        _ => resizes,
    };
    if refused { Err(unmodifiable(ctx, "list")) } else { Ok(()) }
}

pub(crate) fn unmodifiable(ctx: &Ctx<'_>, what: &str) -> rquickjs::Error {
    type_error(ctx, &format!("The {what} cannot be changed; work on a copy of it"))
}

fn put<'js>(ctx: &Ctx<'js>, list: &List, index: usize, value: Value) -> Result<()> {
    let len = list.len();
    check_list(ctx, list, index >= len)?;
    if index < len {
        list.set(index, value);
        return Ok(());
    }
    if index - len > GAP {
        return Err(range_error(
            ctx,
            &format!("The index {index} is far beyond the end of the list, which has {len} items"),
        ));
    }
    list.with_mut(|items| items.resize(index.max(items.len()), Value::Null));
    list.push(value);
    Ok(())
}

fn list_set<'js>(ctx: Ctx<'js>, target: Object<'js>, property: Js<'js>, value: Js<'js>) -> Result<bool> {
    let list = list_of(&ctx, &target)?;
    match Property::of(property) {
        Property::Index(index) => put(&ctx, &list, index, from_js(&ctx, &value)?)?,
        Property::Name(name) if name == "length" => {
            let wanted = convert::index(Some(&value)).and_then(|length| usize::try_from(length).ok());
            match wanted {
                Some(wanted) if wanted == list.len() => {}
                Some(wanted) if wanted < list.len() => {
                    check_list(&ctx, &list, true)?;
                    list.with_mut(|items| items.truncate(wanted));
                }
                Some(wanted) if wanted - list.len() <= GAP => {
                    check_list(&ctx, &list, true)?;
                    list.with_mut(|items| items.resize(wanted, Value::Null));
                }
                _ => return Err(range_error(&ctx, "A list cannot have this length")),
            }
        }
        _ => return Err(type_error(&ctx, "A list has items and no other properties")),
    }
    Ok(true)
}

fn list_has<'js>(ctx: Ctx<'js>, target: Object<'js>, property: Js<'js>) -> Result<bool> {
    match Property::of(property.clone()) {
        Property::Index(index) => Ok(index < list_of(&ctx, &target)?.len()),
        _ => target.contains_key(property),
    }
}

fn list_delete<'js>(ctx: Ctx<'js>, target: Object<'js>, property: Js<'js>) -> Result<bool> {
    if let Property::Index(index) = Property::of(property) {
        let list = list_of(&ctx, &target)?;
        check_list(&ctx, &list, false)?;
        list.set(index, Value::Null);
    }
    Ok(true)
}

fn list_keys<'js>(ctx: Ctx<'js>, target: Object<'js>) -> Result<Vec<String>> {
    let mut keys: Vec<String> = (0..list_of(&ctx, &target)?.len()).map(|index| index.to_string()).collect();
    keys.push("length".to_owned());
    Ok(keys)
}

fn list_descriptor<'js>(ctx: Ctx<'js>, target: Object<'js>, property: Js<'js>) -> Result<Js<'js>> {
    let list = list_of(&ctx, &target)?;
    match Property::of(property) {
        Property::Index(index) => match list.get(index) {
            Some(item) => descriptor(&ctx, to_js(&ctx, &item)?, true, true),
            None => Ok(convert::undefined(&ctx)),
        },
        Property::Name(name) if name == "length" => descriptor(&ctx, length(&ctx, &list), false, false),
        _ => Ok(convert::undefined(&ctx)),
    }
}

fn list_define<'js>(ctx: Ctx<'js>, target: Object<'js>, property: Js<'js>, what: Object<'js>) -> Result<bool> {
    let value: Js<'js> = what.get("value")?;
    list_set(ctx, target, property, value)
}

// Maps.

fn map_handler<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let traps = handler(ctx)?;
    traps.set("get", Function::new(ctx.clone(), map_get)?)?;
    traps.set("set", Function::new(ctx.clone(), map_set)?)?;
    traps.set("has", Function::new(ctx.clone(), map_has)?)?;
    traps.set("deleteProperty", Function::new(ctx.clone(), map_delete)?)?;
    traps.set("ownKeys", Function::new(ctx.clone(), map_keys)?)?;
    traps.set("getOwnPropertyDescriptor", Function::new(ctx.clone(), map_descriptor)?)?;
    traps.set("defineProperty", Function::new(ctx.clone(), map_define)?)?;
    Ok(traps)
}

fn map_of<'js>(ctx: &Ctx<'js>, target: &Object<'js>) -> Result<Map> {
    match of_target(ctx, target)? {
        Kind::Map(map) => Ok(map),
        _ => Err(type_error(ctx, "The object is not a map")),
    }
}

/// The key of the map that a script names by a property: a text, or a number where the map has such a key.
fn key_of<'js>(ctx: &Ctx<'js>, map: &Map, property: Js<'js>) -> Result<Option<Value>> {
    let name = match Property::of(property) {
        Property::Symbol => return Ok(None),
        Property::Name(name) => name,
        Property::Index(index) => {
            let name = index.to_string();
            if !map.contains(&name) {
                let numbers = [i32::try_from(index).ok().map(Value::Int), i64::try_from(index).ok().map(Value::Long)];
                if let Some(key) = numbers.into_iter().flatten().find(|key| map.contains_key(key)) {
                    return Ok(Some(key));
                }
            }
            name
        }
        Property::Other(value) => convert::characters(ctx, &value)?.as_ref().to_owned(),
    };
    Ok(Some(Value::Text(World::of(ctx)?.text(name))))
}

fn map_get<'js>(ctx: Ctx<'js>, target: Object<'js>, property: Js<'js>) -> Result<Js<'js>> {
    let map = map_of(&ctx, &target)?;
    let Some(key) = key_of(&ctx, &map, property.clone())? else {
        return maps::symbol(&ctx, &target, property);
    };
    if let Some(value) = map.get_key(&key) {
        return to_js(&ctx, &value);
    }
    let name = key.as_str().unwrap_or_default();
    match maps::METHODS.iter().find(|method| **method == name) {
        Some(method) => Shelf::method(&ctx, "map", method, maps::call),
        None => inherited(&ctx, &target, name, "A map", maps::METHODS),
    }
}

fn map_set<'js>(ctx: Ctx<'js>, target: Object<'js>, property: Js<'js>, value: Js<'js>) -> Result<bool> {
    let map = map_of(&ctx, &target)?;
    maps::check(&ctx, &map)?;
    let Some(key) = key_of(&ctx, &map, property)? else {
        return Err(type_error(&ctx, "A symbol cannot be a key of a map"));
    };
    map.insert(key, from_js(&ctx, &value)?);
    Ok(true)
}

fn map_has<'js>(ctx: Ctx<'js>, target: Object<'js>, property: Js<'js>) -> Result<bool> {
    let map = map_of(&ctx, &target)?;
    match key_of(&ctx, &map, property.clone())? {
        Some(key) if map.contains_key(&key) => Ok(true),
        Some(key) if key.as_str().is_some_and(|name| name.starts_with('\0')) => Ok(false),
        _ => target.contains_key(property),
    }
}

fn map_delete<'js>(ctx: Ctx<'js>, target: Object<'js>, property: Js<'js>) -> Result<bool> {
    let map = map_of(&ctx, &target)?;
    maps::check(&ctx, &map)?;
    if let Some(key) = key_of(&ctx, &map, property)? {
        map.remove_key(&key);
    }
    Ok(true)
}

fn map_keys<'js>(ctx: Ctx<'js>, target: Object<'js>) -> Result<Vec<String>> {
    let world = World::of(&ctx)?;
    let mut keys: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for key in map_of(&ctx, &target)?.keys() {
        let text = key.to_text();
        world.saw(text.is_sensitive());
        if seen.insert(text.as_arc().clone()) {
            keys.push(text.as_str().to_owned());
        }
    }
    Ok(keys)
}

fn map_descriptor<'js>(ctx: Ctx<'js>, target: Object<'js>, property: Js<'js>) -> Result<Js<'js>> {
    let map = map_of(&ctx, &target)?;
    match key_of(&ctx, &map, property)?.and_then(|key| map.get_key(&key)) {
        Some(value) => descriptor(&ctx, to_js(&ctx, &value)?, true, true),
        None => Ok(convert::undefined(&ctx)),
    }
}

fn map_define<'js>(ctx: Ctx<'js>, target: Object<'js>, property: Js<'js>, what: Object<'js>) -> Result<bool> {
    let value: Js<'js> = what.get("value")?;
    map_set(ctx, target, property, value)
}

// All else.

fn other_handler<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let traps = handler(ctx)?;
    traps.set("get", Function::new(ctx.clone(), other_get)?)?;
    traps.set("set", Function::new(ctx.clone(), other_set)?)?;
    traps.set("ownKeys", Function::new(ctx.clone(), |_: Rest<Js<'_>>| Vec::<String>::new())?)?;
    Ok(traps)
}

fn other_get<'js>(ctx: Ctx<'js>, target: Object<'js>, property: Js<'js>) -> Result<Js<'js>> {
    let kind = of_target(&ctx, &target)?;
    let name = match Property::of(property.clone()) {
        Property::Name(name) => name,
        Property::Index(index) => index.to_string(),
        Property::Symbol => return maps::symbol(&ctx, &target, property),
        Property::Other(_) => return Ok(convert::undefined(&ctx)),
    };
    if name == "toString" {
        return to_string(&ctx);
    }
    match &kind {
        Kind::Other(value) => maps::other_property(&ctx, &target, value, &name),
        Kind::Host(host) => host::property(&ctx, *host, &name),
        Kind::Package(package) => java::member(&ctx, package, &name),
        Kind::ClassValue(_) => java::class_property(&ctx, &name),
        Kind::Task(task) => host::task_method(&ctx, task.clone(), &name),
        _ => Ok(convert::undefined(&ctx)),
    }
}

fn other_set<'js>(ctx: Ctx<'js>, target: Object<'js>, _property: Js<'js>, _value: Js<'js>) -> Result<bool> {
    let kind = of_target(&ctx, &target)?;
    Err(type_error(&ctx, &format!("{} has no properties that could be set", text::of_kind(&kind))))
}

/// `toString` of things that are neither lists nor maps.
fn to_string<'js>(ctx: &Ctx<'js>) -> Result<Js<'js>> {
    Shelf::method(ctx, "other", "toString", |ctx, _, kind, _| {
        let shown = text::shown(ctx, kind)?;
        convert::string(ctx, &shown)
    })
}

// Classes.

fn class_handler<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let traps = handler(ctx)?;
    traps.set("get", Function::new(ctx.clone(), class_get)?)?;
    traps.set("set", Function::new(ctx.clone(), other_set)?)?;
    traps.set("apply", Function::new(ctx.clone(), class_apply)?)?;
    traps.set("construct", Function::new(ctx.clone(), class_construct)?)?;
    Ok(traps)
}

fn class_get<'js>(ctx: Ctx<'js>, target: Object<'js>, property: Js<'js>) -> Result<Js<'js>> {
    let name = match Property::of(property.clone()) {
        Property::Name(name) => name,
        // Joining a class to a text asks for a symbol first; there is none.
        _ => return Ok(convert::undefined(&ctx)),
    };
    if name == handle::KEY {
        return target.get(handle::KEY);
    }
    if name == "toString" {
        return to_string(&ctx);
    }
    match of_target(&ctx, &target)? {
        Kind::Class(class) => java::static_property(&ctx, class, &name),
        _ => Ok(convert::undefined(&ctx)),
    }
}

fn class_apply<'js>(ctx: Ctx<'js>, target: Object<'js>, _this: Js<'js>, _args: Js<'js>) -> Result<Js<'js>> {
    let what = text::of_kind(&of_target(&ctx, &target)?);
    Err(type_error(&ctx, &format!("{what} is not a function")))
}

fn class_construct<'js>(ctx: Ctx<'js>, target: Object<'js>, args: Array<'js>) -> Result<Js<'js>> {
    match of_target(&ctx, &target)? {
        Kind::Class(class) => java::construct(&ctx, class, args.iter::<Js<'js>>().collect::<Result<Vec<_>>>()?),
        kind => Err(type_error(&ctx, &format!("{} is not a class", text::of_kind(&kind)))),
    }
}

/// The iterator of a new array of `items`.
pub(crate) fn iterator<'js>(ctx: &Ctx<'js>, items: &[Value]) -> Result<Js<'js>> {
    let array = array(ctx, items)?;
    let Some(object) = array.as_object() else { return Ok(array) };
    let values: Function<'js> = object.get("values")?;
    let mut args = Args::new(ctx.clone(), 0);
    args.this(array.clone())?;
    values.call_arg(args)
}
