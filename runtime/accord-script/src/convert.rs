//! Values of flows as values of scripts, and back.
//!
//! Numbers: an `Integer` is a small integer of the engine and comes back as one; `Long` and `Double` are doubles, and so
//! is what is computed with them (`Long 21 + 1` is `22.0`, as in the reference). A `Long` that comes back unchanged is a
//! `Long`. Lists, maps and sets are not copied: a script works on the flow's own.

use std::sync::Arc;

use accord_value::number::{parse_big_int, to_double};
use accord_value::{List, Map, Set, SetKind, Value};
use rquickjs::object::Filter;
use rquickjs::{Array, Ctx, FromJs, Function, Object, Result, Value as Js};

use crate::failure::{range_error, type_error};
use crate::handle::{self, Kind};
use crate::shelf::Shelf;
use crate::world::World;
use crate::{proxies, text};

/// How deep a script's objects may be nested in one another where they are handed to the flow.
const DEPTH: usize = 500;
/// How many values one object of a script may hold, with all that is in it.
const VALUES: usize = 5_000_000;

/// What a script sees of `value`.
pub(crate) fn to_js<'js>(ctx: &Ctx<'js>, value: &Value) -> Result<Js<'js>> {
    match value {
        Value::Null => Ok(Js::new_null(ctx.clone())),
        Value::Bool(truth) => Ok(Js::new_bool(ctx.clone(), *truth)),
        Value::Byte(number) => Ok(Js::new_int(ctx.clone(), i32::from(*number))),
        Value::Short(number) => Ok(Js::new_int(ctx.clone(), i32::from(*number))),
        Value::Int(number) => Ok(Js::new_int(ctx.clone(), *number)),
        Value::Long(number) => Shelf::double(ctx, World::of(ctx)?.long_in(*number)),
        Value::Float(number) => Shelf::double(ctx, f64::from(*number)),
        Value::Double(number) => Shelf::double(ctx, *number),
        Value::Text(text) => {
            World::of(ctx)?.saw(text.is_sensitive());
            string(ctx, text.as_str())
        }
        Value::Char(unit, sensitive) => {
            World::of(ctx)?.saw(*sensitive);
            string(ctx, &String::from_utf16_lossy(&[*unit]))
        }
        Value::List(list) => Shelf::proxy(ctx, list.identity(), Kind::List(list.clone())),
        Value::Map(map) => Shelf::proxy(ctx, map.identity(), Kind::Map(map.clone())),
        Value::Set(set) => Shelf::proxy(ctx, set.identity(), Kind::Other(value.clone())),
        _ => Ok(proxies::make(ctx, Kind::Other(value.clone()))?.into_value()),
    }
}

/// `text` as a string of the script.
pub(crate) fn string<'js>(ctx: &Ctx<'js>, text: &str) -> Result<Js<'js>> {
    Ok(rquickjs::String::from_str(ctx.clone(), text)?.into_value())
}

/// A new array of the script.
pub(crate) fn array<'js>(ctx: &Ctx<'js>, items: &[Value]) -> Result<Js<'js>> {
    let array = Array::new(ctx.clone())?;
    for (index, item) in items.iter().enumerate() {
        array.set(index, to_js(ctx, item)?)?;
    }
    Ok(array.into_value())
}

/// The value that the flow gets of what a script hands out. Arrays and objects of the script are copied.
pub(crate) fn from_js<'js>(ctx: &Ctx<'js>, value: &Js<'js>) -> Result<Value> {
    let world = World::of(ctx)?;
    Reader { ctx, world: &world, left: VALUES, inside: Vec::new() }.value(value)
}

/// As [`from_js`], for each of the arguments of a call.
pub(crate) fn all_from_js<'js>(ctx: &Ctx<'js>, values: &[Js<'js>]) -> Result<Vec<Value>> {
    values.iter().map(|value| from_js(ctx, value)).collect()
}

/// The characters of a string of the script. Halves of surrogate pairs become `U+FFFD`.
pub(crate) fn characters<'js>(ctx: &Ctx<'js>, value: &Js<'js>) -> Result<Arc<str>> {
    if let Some(Ok(text)) = value.as_string().map(rquickjs::String::to_string) {
        return Ok(text.into());
    }
    Ok(Shelf::string(ctx, value)?.to_string()?.into())
}

struct Reader<'a, 'js> {
    ctx: &'a Ctx<'js>,
    world: &'a World,
    left: usize,
    /// The objects of the script that are being copied, from the outermost on.
    inside: Vec<Js<'js>>,
}

impl<'js> Reader<'_, 'js> {
    fn value(&mut self, value: &Js<'js>) -> Result<Value> {
        self.left = self.left.saturating_sub(1);
        if self.inside.len() > DEPTH || self.left == 0 {
            return Err(range_error(self.ctx, "The value holds too many others and cannot be handed to the flow"));
        }
        if let Some(number) = value.as_int() {
            return Ok(Value::Int(number));
        }
        if let Some(number) = value.as_float() {
            return Ok(self.world.number_out(number));
        }
        if let Some(truth) = value.as_bool() {
            return Ok(Value::Bool(truth));
        }
        if value.is_null() || value.is_undefined() {
            return Ok(Value::Null);
        }
        if value.is_string() {
            return Ok(Value::Text(self.world.text(characters(self.ctx, value)?)));
        }
        if value.is_big_int() {
            let digits = self.world.text(characters(self.ctx, value)?);
            return Ok(match digits.as_str().parse::<i64>() {
                Ok(number) => Value::Long(number),
                Err(_) => parse_big_int(digits.as_str()).map_or(Value::Null, Value::from),
            });
        }
        if let Some(kind) = handle::of(value) {
            return match handle::flow_value(&kind) {
                Some(value) => Ok(value),
                None => Err(type_error(self.ctx, &format!("{} cannot be kept by the flow", text::of_kind(&kind)))),
            };
        }
        if value.is_function() || value.is_symbol() {
            let what = if value.is_symbol() { "A symbol" } else { "A function" };
            return Err(type_error(self.ctx, &format!("{what} cannot be handed to the flow")));
        }
        match value.as_object() {
            Some(_) if self.inside.contains(value) => {
                Err(type_error(self.ctx, "The value holds itself and cannot be handed to the flow"))
            }
            Some(object) => {
                self.inside.push(value.clone());
                let copy = self.object(object);
                self.inside.pop();
                copy
            }
            None => Ok(Value::Null),
        }
    }

    fn object(&mut self, object: &Object<'js>) -> Result<Value> {
        if let Some(array) = object.as_array() {
            let list = List::new(Vec::with_capacity(array.len().min(4096)));
            for index in 0..array.len() {
                let item: Js<'js> = array.get(index)?;
                list.push(self.value(&item)?);
            }
            return Ok(Value::List(list));
        }
        if object.is_error() {
            return Ok(Value::Text(self.world.text(Shelf::string(self.ctx, object.as_value())?.to_string()?)));
        }
        match self.builtin(object)?.as_deref() {
            Some("Map") => return self.collection(object, true),
            Some("Set") => return self.collection(object, false),
            Some("Date") => {
                let to_json: Function<'js> = object.get("toJSON")?;
                let text: Js<'js> = to_json.call((rquickjs::function::This(object.clone()),))?;
                return self.value(&text);
            }
            Some("String" | "Number" | "Boolean") => {
                let value_of: Function<'js> = object.get("valueOf")?;
                let plain: Js<'js> = value_of.call((rquickjs::function::This(object.clone()),))?;
                return if plain.is_object() { Ok(Value::Null) } else { self.value(&plain) };
            }
            _ => {}
        }
        let map = Map::linked();
        for key in object.own_keys::<rquickjs::String<'js>>(Filter::new().string().enum_only()) {
            let key = key?;
            let value: Js<'js> = object.get(key.clone())?;
            let name = self.world.text(characters(self.ctx, key.as_value())?);
            map.insert(name, self.value(&value)?);
        }
        Ok(Value::Map(map))
    }

    /// Which of the language's own classes made the object, if one of those that become something else than a map.
    fn builtin(&self, object: &Object<'js>) -> Result<Option<String>> {
        for name in ["Map", "Set", "Date", "String", "Number", "Boolean"] {
            let class: Js<'js> = self.ctx.globals().get(name)?;
            if class.is_function() && object.is_instance_of(&class) {
                return Ok(Some(name.to_owned()));
            }
        }
        Ok(None)
    }

    fn collection(&mut self, object: &Object<'js>, is_map: bool) -> Result<Value> {
        let array_of: Function<'js> = self.ctx.eval("Array.from")?;
        let array: Js<'js> = array_of.call((rquickjs::function::This(self.ctx.globals()), object.clone()))?;
        let Value::List(items) = self.value(&array)? else { return Ok(Value::Null) };
        if !is_map {
            return Ok(Value::Set(Set::of_kind_from(SetKind::Linked, items.snapshot())));
        }
        let map = Map::linked();
        for entry in items.snapshot() {
            if let Value::List(pair) = entry {
                map.insert(pair.get(0).unwrap_or_default(), pair.get(1).unwrap_or_default());
            }
        }
        Ok(Value::Map(map))
    }
}

/// A whole number among the arguments of a call.
pub(crate) fn index(value: Option<&Js<'_>>) -> Option<i64> {
    let number = value?.as_number()?;
    // An index beyond any list is one that does not exist, whatever its digits.
    (number.fract() == 0.0).then_some(number as i64)
}

/// The number that arithmetic in a script uses for a big number of the flow.
pub(crate) fn approximate(value: &Value) -> Option<f64> {
    if value.is_number() { to_double(value).ok() } else { None }
}

/// The value of an argument, null where it is missing.
pub(crate) fn argument<'js>(ctx: &Ctx<'js>, args: &[Js<'js>], at: usize) -> Result<Value> {
    match args.get(at) {
        Some(value) => from_js(ctx, value),
        None => Ok(Value::Null),
    }
}

/// The text of an argument.
pub(crate) fn name<'js>(ctx: &Ctx<'js>, args: &[Js<'js>], at: usize) -> Result<Arc<str>> {
    match args.get(at) {
        Some(value) => characters(ctx, value),
        None => Err(type_error(ctx, "A name is missing among the arguments")),
    }
}

/// A JavaScript `undefined`.
pub(crate) fn undefined<'js>(ctx: &Ctx<'js>) -> Js<'js> {
    Js::new_undefined(ctx.clone())
}

/// Whether JavaScript would take `value` for a function.
pub(crate) fn callback<'js>(ctx: &Ctx<'js>, args: &[Js<'js>]) -> Result<Function<'js>> {
    match args.first().map(|value| Function::from_js(ctx, value.clone())) {
        Some(Ok(function)) => Ok(function),
        _ => Err(type_error(ctx, "A function is missing among the arguments")),
    }
}
