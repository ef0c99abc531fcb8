//! `execution.variables()`: the variables of the flow, read and written while the script runs.

use accord_sdk::{TaskError, Variables};
use accord_value::Value;
use rquickjs::{Ctx, Result, Value as Js};

use crate::convert::{argument, name, to_js, undefined};
use crate::failure::{answered, throw};
use crate::handle::Kind;
use crate::world::World;

/// The methods, as Concord's `Variables` has them.
pub(crate) const METHODS: &[&str] = &[
    "assertBoolean",
    "assertCollection",
    "assertInt",
    "assertList",
    "assertLong",
    "assertMap",
    "assertNumber",
    "assertString",
    "assertVariable",
    "get",
    "getBoolean",
    "getCollection",
    "getInt",
    "getList",
    "getLong",
    "getMap",
    "getNumber",
    "getString",
    "has",
    "set",
    "toMap",
];

/// Answers a call.
pub(crate) fn call<'js>(ctx: &Ctx<'js>, method: &'static str, _: &Kind, args: Vec<Js<'js>>) -> Result<Js<'js>> {
    let world = World::of(ctx)?;
    if method == "toMap" {
        let answer = world.ask(|cx| Ok(Value::Map(cx.flow().variables())));
        return to_js(ctx, &answered(ctx, answer)?);
    }
    let key = name(ctx, &args, 0)?;
    match method {
        "set" => {
            let value = argument(ctx, &args, 1)?;
            let answer = world.ask(move |cx| cx.flow().set_variable(&key, value).map(|()| Value::Null));
            answered(ctx, answer)?;
            return Ok(undefined(ctx));
        }
        "has" => {
            let answer = world.ask(move |cx| Ok(Value::Bool(cx.flow().has_variable(&key))));
            return to_js(ctx, &answered(ctx, answer)?);
        }
        _ => {}
    }
    let asked = key.clone();
    let answer = world.ask(move |cx| Ok(cx.flow().variable(&asked)?.unwrap_or_default()));
    let value = answered(ctx, answer)?;
    if value.is_null() && !method.starts_with("assert") {
        return Ok(args.get(1).cloned().unwrap_or_else(|| Js::new_null(ctx.clone())));
    }
    let checked = checked(method, &key, value).map_err(|failure| throw(ctx, failure))?;
    to_js(ctx, &checked)
}

/// The value, if it is what the method's name says.
fn checked(method: &str, key: &str, value: Value) -> std::result::Result<Value, TaskError> {
    let mut variables = Variables::new();
    variables.insert(key, value.clone());
    if method.starts_with("assert") {
        variables.required(key)?;
    }
    let what = method.trim_start_matches("assert").trim_start_matches("get");
    match what {
        "String" => variables.string(key).map(|_| value),
        "Boolean" => variables.boolean(key, false).map(|_| value),
        "Int" => Ok(Value::Int(i32::try_from(variables.integer(key, 0)?).unwrap_or(i32::MAX))),
        "Long" => Ok(Value::Long(variables.integer(key, 0)?)),
        "Number" => variables.number(key).map(|_| value),
        "Map" => variables.map(key).map(|_| value),
        "List" => variables.list(key).map(|_| value),
        _ => Ok(value),
    }
}
