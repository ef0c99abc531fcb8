//! Classes of Java's that scripts may name: collections, boxed numbers, a few of `java.lang` and `java.util`.
//!
//! There is no JVM behind a script. What stands here is what scripts of flows use most; every other class is refused
//! with a message that says what to write instead.

use std::sync::Arc;

use accord_sdk::TaskError;
use accord_value::number::{parse_double, parse_int, parse_long};
use accord_value::{Map, MapKind, Set, SetKind, Value, simple_name};
use rquickjs::function::{Rest, This};
use rquickjs::object::Property;
use rquickjs::{Ctx, Function, Object, Result, Value as Js};

use crate::convert::{all_from_js, argument, characters, name, string, to_js, undefined};
use crate::failure::{error_object, throw, type_error};
use crate::handle::{Host, Kind};
use crate::shelf::Shelf;
use crate::world::World;
use crate::{host, maps, proxies, text};

/// The classes with a constructor or static methods here.
const CLASSES: &[&str] = &[
    "java.lang.Boolean",
    "java.lang.Double",
    "java.lang.Exception",
    "java.lang.IllegalArgumentException",
    "java.lang.IllegalStateException",
    "java.lang.Integer",
    "java.lang.Long",
    "java.lang.Math",
    "java.lang.Object",
    "java.lang.RuntimeException",
    "java.lang.String",
    "java.lang.System",
    "java.lang.Thread",
    "java.util.ArrayList",
    "java.util.Arrays",
    "java.util.Collections",
    "java.util.HashMap",
    "java.util.HashSet",
    "java.util.LinkedHashMap",
    "java.util.LinkedHashSet",
    "java.util.LinkedList",
    "java.util.List",
    "java.util.Map",
    "java.util.Set",
    "java.util.TreeMap",
    "java.util.TreeSet",
    "java.util.UUID",
    "java.util.concurrent.ConcurrentHashMap",
];

/// `Java.type('NAME')`.
pub(crate) fn class<'js>(ctx: &Ctx<'js>, name: &Js<'js>) -> Result<Js<'js>> {
    let name = characters(ctx, name)?;
    match CLASSES.iter().find(|class| **class == &*name) {
        Some(class) => Ok(proxies::make(ctx, Kind::Class(class))?.into_value()),
        None => Err(missing(ctx, &name)),
    }
}

fn missing(ctx: &Ctx<'_>, name: &str) -> rquickjs::Error {
    type_error(
        ctx,
        &format!(
            "Access to host class {name} is not allowed or does not exist. Scripts run without a JVM: write it in \
             JavaScript, or call a task by tasks.get('NAME'). The classes that there are: {}",
            CLASSES.join(", ")
        ),
    )
}

/// What a package has under `name`: a class, or another package.
pub(crate) fn member<'js>(ctx: &Ctx<'js>, package: &str, name: &str) -> Result<Js<'js>> {
    let full: Arc<str> = if package.is_empty() { name.into() } else { format!("{package}.{name}").into() };
    if let Some(class) = CLASSES.iter().find(|class| **class == &*full) {
        return Ok(proxies::make(ctx, Kind::Class(class))?.into_value());
    }
    if name.starts_with(char::is_uppercase) {
        return Err(missing(ctx, &full));
    }
    Ok(proxies::make(ctx, Kind::Package(full))?.into_value())
}

/// `X.class`, or what `getClass()` gives.
pub(crate) fn class_value<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Js<'js>> {
    Ok(proxies::make(ctx, Kind::ClassValue(name.into()))?.into_value())
}

/// A property of `X.class`.
pub(crate) fn class_property<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Js<'js>> {
    match ["getName", "getSimpleName"].iter().find(|method| **method == name) {
        Some(method) => Shelf::method(ctx, "class", method, |ctx, method, kind, _| {
            let Kind::ClassValue(class) = kind else { return Ok(undefined(ctx)) };
            string(ctx, if method == "getName" { class } else { simple_name(class) })
        }),
        None => Ok(undefined(ctx)),
    }
}

/// A static property of a class.
pub(crate) fn static_property<'js>(ctx: &Ctx<'js>, class: &'static str, name: &str) -> Result<Js<'js>> {
    match (class, name) {
        (_, "class") => return class_value(ctx, class),
        ("java.lang.System", "out" | "err") => return Ok(host::object(ctx, Host::Out)?.into_value()),
        ("java.lang.Integer", "MAX_VALUE") => return Ok(Js::new_int(ctx.clone(), i32::MAX)),
        ("java.lang.Integer", "MIN_VALUE") => return Ok(Js::new_int(ctx.clone(), i32::MIN)),
        ("java.lang.Math", _) => {
            let math: Object<'js> = ctx.globals().get("Math")?;
            return math.get(name);
        }
        _ => {}
    }
    let methods = statics(class);
    match methods.iter().find(|method| **method == name) {
        Some(method) => Shelf::method(ctx, class, method, |ctx, method, kind, args| {
            let Kind::Class(class) = kind else { return Ok(undefined(ctx)) };
            call(ctx, class, method, &args)
        }),
        None => {
            World::of(ctx)?.miss(name, || match methods {
                [] => format!("{class} has no static methods here; write it in JavaScript"),
                methods => format!("{class} has here: {}", methods.join(", ")),
            });
            Ok(undefined(ctx))
        }
    }
}

fn statics(class: &str) -> &'static [&'static str] {
    match class {
        "java.lang.Boolean" => &["parseBoolean", "valueOf"],
        "java.lang.Double" => &["parseDouble", "valueOf"],
        "java.lang.Integer" => &["parseInt", "valueOf"],
        "java.lang.Long" => &["parseLong", "valueOf"],
        "java.lang.String" => &["join", "valueOf"],
        "java.lang.System" => &["currentTimeMillis", "getProperty", "getenv", "lineSeparator"],
        "java.lang.Thread" => &["sleep"],
        "java.util.Arrays" => &["asList"],
        "java.util.Collections" => &["emptyList", "emptyMap", "emptySet", "singletonList"],
        "java.util.List" | "java.util.Set" | "java.util.Map" => &["of"],
        "java.util.UUID" => &["randomUUID"],
        _ => &[],
    }
}

fn call<'js>(ctx: &Ctx<'js>, class: &'static str, method: &'static str, args: &[Js<'js>]) -> Result<Js<'js>> {
    let value = match (class, method) {
        ("java.lang.System", "currentTimeMillis") => {
            let answer = World::of(ctx)?.ask(|cx| Ok(Value::Long(cx.services().now_millis())));
            crate::failure::answered(ctx, answer)?
        }
        ("java.lang.System", "getProperty") => {
            return host::looked_up(ctx, args, |cx, name| cx.services().system_property(name));
        }
        ("java.lang.System", "getenv") => return host::looked_up(ctx, args, |cx, name| cx.services().env(name)),
        ("java.lang.System", _) => Value::from("\n"),
        ("java.lang.Thread", _) => return host::sleep(ctx, args),
        ("java.util.UUID", _) => {
            let answer = World::of(ctx)?.ask(|cx| Ok(cx.services().random_uuid().into()));
            crate::failure::answered(ctx, answer)?
        }
        ("java.util.Arrays", _) => match args {
            [one] if one.is_array() => argument(ctx, args, 0)?,
            _ => maps::list_of(ctx, args)?,
        },
        ("java.util.List", _) => maps::list_of(ctx, args)?,
        ("java.util.Set", _) => Value::Set(Set::of_kind_from(SetKind::Linked, all_from_js(ctx, args)?)),
        ("java.util.Map", _) => {
            let map = Map::linked();
            for pair in all_from_js(ctx, args)?.chunks(2) {
                if let [key, value] = pair {
                    map.insert(key, value);
                }
            }
            Value::Map(map)
        }
        ("java.util.Collections", "emptyMap") => Value::Map(Map::linked()),
        ("java.util.Collections", "emptySet") => Value::Set(Set::linked()),
        ("java.util.Collections", _) => maps::list_of(ctx, args)?,
        ("java.lang.String", "join") => {
            let between = name(ctx, args, 0)?;
            let items = match args.get(1) {
                Some(list) if args.len() == 2 && list.is_object() => maps::items(ctx, Some(list))?,
                _ => all_from_js(ctx, args.get(1..).unwrap_or_default())?,
            };
            Value::Text(text::joined(&items, &between))
        }
        _ => return construct(ctx, class, args.to_vec()),
    };
    to_js(ctx, &value)
}

/// `new CLASS(args…)`.
pub(crate) fn construct<'js>(ctx: &Ctx<'js>, class: &'static str, args: Vec<Js<'js>>) -> Result<Js<'js>> {
    // A number is the capacity of a collection and means nothing here.
    let source = args.first().filter(|first| first.is_object());
    let kinds = match class {
        "java.util.HashMap" | "java.util.concurrent.ConcurrentHashMap" => Some((MapKind::Hash, SetKind::Hash)),
        "java.util.LinkedHashMap" => Some((MapKind::Linked, SetKind::Linked)),
        "java.util.TreeMap" => Some((MapKind::Tree, SetKind::Tree)),
        _ => None,
    };
    let value = match class {
        _ if let Some((kind, _)) = kinds => match source {
            Some(_) => match argument(ctx, &args, 0)? {
                Value::Map(map) => Value::Map(map.copy_as(kind)),
                _ => return Err(type_error(ctx, &format!("{class} can be made of a map or of nothing"))),
            },
            None => Value::Map(Map::of_kind(kind)),
        },
        "java.util.ArrayList" | "java.util.LinkedList" => match source {
            Some(source) => Value::from(maps::items(ctx, Some(source))?),
            None => Value::from(Vec::<Value>::new()),
        },
        "java.util.HashSet" | "java.util.LinkedHashSet" | "java.util.TreeSet" => {
            let kind = match class {
                "java.util.HashSet" => SetKind::Hash,
                "java.util.TreeSet" => SetKind::Tree,
                _ => SetKind::Linked,
            };
            let items = source.map(|source| maps::items(ctx, Some(source))).transpose()?.unwrap_or_default();
            Value::Set(Set::of_collection(kind, items))
        }
        "java.lang.Exception"
        | "java.lang.RuntimeException"
        | "java.lang.IllegalArgumentException"
        | "java.lang.IllegalStateException" => {
            let message = match args.first() {
                Some(message) => World::of(ctx)?.text(text::printed(ctx, message)?),
                None => "".into(),
            };
            return Ok(error_object(ctx, TaskError::of(class, message))?.into_value());
        }
        "java.lang.Integer" => {
            number(ctx, &args, |text| parse_int(text, 10).map(Value::Int), |n| Value::Int(n as i32))?
        }
        "java.lang.Long" => {
            number(ctx, &args, |text| parse_long(text, 10).map(Value::Long), |n| Value::Long(n as i64))?
        }
        "java.lang.Double" => number(ctx, &args, |text| parse_double(text).map(Value::Double), Value::Double)?,
        "java.lang.Boolean" => {
            let value = argument(ctx, &args, 0)?;
            Value::Bool(value.as_bool().unwrap_or_else(|| value.to_text().as_str().eq_ignore_ascii_case("true")))
        }
        "java.lang.String" => match args.first() {
            Some(value) => Value::Text(World::of(ctx)?.text(text::printed(ctx, value)?)),
            None => Value::from(""),
        },
        _ => return Err(type_error(ctx, &format!("{class} cannot be made with new"))),
    };
    to_js(ctx, &value)
}

fn number<'js>(
    ctx: &Ctx<'js>,
    args: &[Js<'js>],
    parse: impl FnOnce(&str) -> std::result::Result<Value, Box<accord_value::Throwable>>,
    convert: impl FnOnce(f64) -> Value,
) -> Result<Value> {
    let first = args.first();
    if let Some(number) = first.and_then(Js::as_number) {
        return Ok(convert(number));
    }
    let text = name(ctx, args, 0)?;
    parse(&text).map_err(|failure| throw(ctx, failure.into()))
}

/// Java's methods of texts that JavaScript's strings lack, put on their prototype.
pub(crate) fn extend_strings(ctx: &Ctx<'_>) -> Result<()> {
    let string: Object<'_> = ctx.globals().get("String")?;
    let prototype: Object<'_> = string.get("prototype")?;
    for method in STRING_METHODS {
        let function = string_method(ctx, method)?.with_name(method)?;
        prototype.prop(*method, Property::from(function).writable().configurable())?;
    }
    Ok(())
}

/// Methods of Java's texts.
const STRING_METHODS: &[&str] = &["compareTo", "contains", "equals", "equalsIgnoreCase", "hashCode", "isEmpty"];

fn string_method<'js>(ctx: &Ctx<'js>, method: &'static str) -> Result<Function<'js>> {
    Function::new(ctx.clone(), move |ctx: Ctx<'js>, this: This<Js<'js>>, args: Rest<Js<'js>>| -> Result<Js<'js>> {
        let this = characters(&ctx, &this.0)?;
        let other = match args.0.first() {
            Some(other) => characters(&ctx, other)?,
            None => "".into(),
        };
        let is_text = args.0.first().is_some_and(Js::is_string);
        let truth = |truth: bool| Js::new_bool(ctx.clone(), truth);
        Ok(match method {
            "compareTo" => Js::new_int(ctx.clone(), accord_value::compare_texts(&this, &other)),
            "contains" => truth(this.contains(&*other)),
            "equals" => truth(is_text && this == other),
            "equalsIgnoreCase" => truth(is_text && this.to_lowercase() == other.to_lowercase()),
            "hashCode" => Js::new_int(ctx.clone(), accord_value::hash_text(&this)),
            _ => truth(this.is_empty()),
        })
    })
}
