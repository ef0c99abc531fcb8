//! The global names of a script.
//!
//! Owns: which names there are, and that what stands behind one is made when it is first read: a script that does not
//! look at a secret variable is not marked by it.

use rquickjs::function::{Args, Rest};
use rquickjs::object::{Accessor, Filter, Property};
use rquickjs::{Atom, Ctx, Function, Object, Result, Value as Js};

use crate::convert::to_js;
use crate::handle::{Host, Kind};
use crate::shelf::Shelf;
use crate::world::World;
use crate::{host, java, proxies};

/// Defines all of them.
pub(crate) fn define(ctx: &Ctx<'_>) -> Result<()> {
    Shelf::keep_language(ctx)?;
    let world = World::of(ctx)?;
    for (name, value) in &world.bindings {
        let value = value.clone();
        // A name that the language keeps for itself (`undefined`, `NaN`) cannot be defined; the variable is then
        // reached by `execution.variables()`.
        if lazy(ctx, name, move |ctx| to_js(ctx, &value)).is_err() {
            ctx.catch();
        }
    }
    for (name, host) in [
        ("execution", Host::Execution),
        ("context", Host::Execution),
        ("tasks", Host::Tasks),
        ("result", Host::Result),
        ("log", Host::Log),
    ] {
        lazy(ctx, name, move |ctx| Ok(host::object(ctx, host)?.into_value()))?;
    }
    lazy(ctx, "console", console)?;
    lazy(ctx, "Java", host::java_object)?;
    for (name, package) in [("Packages", ""), ("java", "java"), ("javax", "javax"), ("com", "com"), ("org", "org")] {
        if !world.bindings.iter().any(|(known, _)| &**known == name) {
            lazy(ctx, name, move |ctx| Ok(proxies::make(ctx, Kind::Package(package.into()))?.into_value()))?;
        }
    }
    let globals = ctx.globals();
    globals.prop("isDryRun", Property::from(world.facts.dry_run).writable().configurable())?;
    let print = Function::new(ctx.clone(), print)?.with_name("print")?;
    globals.prop("print", Property::from(print).writable().configurable())?;
    java::extend_strings(ctx)?;
    whole_numbers_of_json(ctx)
}

fn print<'js>(ctx: Ctx<'js>, args: Rest<Js<'js>>) -> Result<Js<'js>> {
    host::print(&ctx, &args.0)
}

/// A global that is made when it is first read, and that a script may replace.
fn lazy<'js>(ctx: &Ctx<'js>, name: &str, make: impl Fn(&Ctx<'js>) -> Result<Js<'js>> + 'js) -> Result<()> {
    let key = name.to_owned();
    let kept = key.clone();
    let get = move |ctx: Ctx<'js>| -> Result<Js<'js>> {
        let value = make(&ctx)?;
        keep(&ctx, &kept, value.clone())?;
        Ok(value)
    };
    let set = move |ctx: Ctx<'js>, value: Js<'js>| keep(&ctx, &key, value);
    ctx.globals().prop(name, Accessor::new(get, set).enumerable().configurable())
}

fn keep<'js>(ctx: &Ctx<'js>, name: &str, value: Js<'js>) -> Result<()> {
    ctx.globals().prop(name, Property::from(value).writable().enumerable().configurable())
}

/// `console`, as browsers and Node have it.
fn console<'js>(ctx: &Ctx<'js>) -> Result<Js<'js>> {
    let out = Object::new(ctx.clone())?;
    for name in ["log", "info", "warn", "error", "debug"] {
        let level = match name {
            "warn" => accord_sdk::LogLevel::Warn,
            "error" => accord_sdk::LogLevel::Error,
            "debug" => accord_sdk::LogLevel::Debug,
            _ => accord_sdk::LogLevel::Info,
        };
        let write = move |ctx: Ctx<'js>, args: Rest<Js<'js>>| -> Result<()> {
            let parts = args.0.iter().map(|arg| crate::text::printed(&ctx, arg)).collect::<Result<Vec<_>>>()?;
            host::log(&ctx, level, &parts.join(" ")).map(|_| ())
        };
        out.set(name, Function::new(ctx.clone(), write)?)?;
    }
    Ok(out.into_value())
}

/// The engine reads each number of a JSON text as a double. The reference reads whole ones as integers, which flows can
/// tell apart.
fn whole_numbers_of_json(ctx: &Ctx<'_>) -> Result<()> {
    let json: Object<'_> = ctx.globals().get("JSON")?;
    let parse = Function::new(ctx.clone(), json_parse)?.with_name("parse")?;
    json.prop("parse", Property::from(parse).writable().configurable())
}

fn json_parse<'js>(ctx: Ctx<'js>, args: Rest<Js<'js>>) -> Result<Js<'js>> {
    let mut call = Args::new(ctx.clone(), args.0.len());
    call.push_args(args.0)?;
    let value: Js<'js> = call.apply(&Shelf::json_parse(&ctx)?)?;
    Ok(whole(&ctx, &value, 0)?.unwrap_or(value))
}

/// The small integer for a double that is one, and the same for all that is in `value`; none where nothing changes.
fn whole<'js>(ctx: &Ctx<'js>, value: &Js<'js>, depth: usize) -> Result<Option<Js<'js>>> {
    if let Some(number) = value.as_float() {
        let is_whole = number.fract() == 0.0 && number.abs() < 2_147_483_648.0 && number.is_sign_positive()
            || number.fract() == 0.0 && (-2_147_483_648.0..0.0).contains(&number);
        return Ok(is_whole.then(|| Js::new_int(ctx.clone(), number as i32)));
    }
    let Some(object) = value.as_object().filter(|_| depth < accord_value::MAX_DEPTH) else { return Ok(None) };
    if let Some(array) = object.as_array() {
        for index in 0..array.len() {
            if let Some(item) = whole(ctx, &array.get(index)?, depth + 1)? {
                array.set(index, item)?;
            }
        }
        return Ok(None);
    }
    for entry in object.own_props::<Atom<'js>, Js<'js>>(Filter::new().string().enum_only()) {
        let (key, item) = entry?;
        if let Some(item) = whole(ctx, &item, depth + 1)? {
            object.prop(key, Property::from(item).writable().enumerable().configurable())?;
        }
    }
    Ok(None)
}
