//! `execution`, `tasks`, `result` and `log`: what a script has around it.

use std::sync::Arc;

use accord_sdk::{LogLevel, TaskContext, TaskError};
use accord_value::Value;
use rquickjs::{Ctx, Function, Object, Result, Value as Js};

use crate::convert::{all_from_js, argument, from_js, name, string, to_js, undefined};
use crate::failure::{answered, throw, type_error};
use crate::handle::{Host, Kind};
use crate::shelf::Shelf;
use crate::world::World;
use crate::{java, proxies, text, variables};

/// Methods of `execution` and `context`.
const EXECUTION: &[&str] = &[
    "currentFlowName",
    "eval",
    "getVariable",
    "getVariableNames",
    "hasVariable",
    "interpolate",
    "processInstanceId",
    "setVariable",
    "toMap",
    "variables",
    "workingDirectory",
];
const TASKS: &[&str] = &["get", "has"];
const RESULT: &[&str] = &["get", "set"];
const LOG: &[&str] = &["debug", "error", "info", "trace", "warn"];
const OUT: &[&str] = &["print", "println"];

/// The object of the script for `host`: the same one each time.
pub(crate) fn object<'js>(ctx: &Ctx<'js>, host: Host) -> Result<Object<'js>> {
    let sort = match host {
        Host::Execution => "execution",
        Host::Variables => "variables",
        Host::Tasks => "tasks",
        Host::Result => "result",
        Host::Log => "log",
        Host::Out => "out",
    };
    // Kept where the handlers are: it is one for the whole script as well.
    Shelf::handler(ctx, sort, |ctx| proxies::make(ctx, Kind::Host(host)))
}

/// A property of one of these objects: a method.
pub(crate) fn property<'js>(ctx: &Ctx<'js>, host: Host, name: &str) -> Result<Js<'js>> {
    let (sort, methods): (_, &[&str]) = match host {
        Host::Execution => ("execution", EXECUTION),
        Host::Variables => ("variables", variables::METHODS),
        Host::Tasks => ("tasks", TASKS),
        Host::Result => ("result", RESULT),
        Host::Log => ("log", LOG),
        Host::Out => ("out", OUT),
    };
    if let Some(method) = methods.iter().find(|method| **method == name) {
        return match host {
            Host::Variables => Shelf::method(ctx, sort, method, variables::call),
            _ => Shelf::method(ctx, sort, method, call),
        };
    }
    World::of(ctx)?.miss(name, || format!("{} has: {}", text::owner(host), methods.join(", ")));
    Ok(undefined(ctx))
}

fn call<'js>(ctx: &Ctx<'js>, method: &'static str, kind: &Kind, args: Vec<Js<'js>>) -> Result<Js<'js>> {
    let Kind::Host(host) = kind else { return Err(type_error(ctx, &format!("{method} has lost its object"))) };
    match host {
        Host::Execution => execution(ctx, method, &args),
        Host::Variables => variables::call(ctx, method, kind, args),
        Host::Tasks => {
            let name = name(ctx, &args, 0)?;
            let known = has_task(ctx, &name)?;
            match method {
                "has" => Ok(Js::new_bool(ctx.clone(), known)),
                _ if known => Ok(proxies::make(ctx, Kind::Task(name))?.into_value()),
                _ => Ok(Js::new_null(ctx.clone())),
            }
        }
        Host::Result => result(ctx, method, &args),
        Host::Log => {
            let level = match method {
                "debug" | "trace" => LogLevel::Debug,
                "error" => LogLevel::Error,
                "warn" => LogLevel::Warn,
                _ => LogLevel::Info,
            };
            let line = text::filled(ctx, &args)?;
            log(ctx, level, &line)
        }
        Host::Out => print(ctx, &args),
    }
}

fn has_task(ctx: &Ctx<'_>, name: &Arc<str>) -> Result<bool> {
    let name = name.clone();
    let answer = World::of(ctx)?.ask(move |cx| Ok(Value::Bool(cx.flow().has_task_named(&name))));
    Ok(answered(ctx, answer)?.as_bool().unwrap_or(false))
}

fn execution<'js>(ctx: &Ctx<'js>, method: &'static str, args: &[Js<'js>]) -> Result<Js<'js>> {
    let world = World::of(ctx)?;
    match method {
        "variables" => Ok(object(ctx, Host::Variables)?.into_value()),
        "workingDirectory" => string(ctx, &world.facts.work_dir),
        "processInstanceId" => string(ctx, &world.facts.process_id),
        "currentFlowName" => string(ctx, &world.facts.flow),
        "eval" | "interpolate" => {
            if args.len() > 2 {
                return Err(type_error(
                    ctx,
                    "execution.eval takes a value and a class; set further variables before by execution.variables().set",
                ));
            }
            let value = argument(ctx, args, 0)?;
            let answer = world.ask(move |cx| cx.eval(&value));
            to_js(ctx, &answered(ctx, answer)?)
        }
        "getVariable" => variables::call(ctx, "get", &Kind::Host(Host::Variables), args.to_vec()),
        "setVariable" => variables::call(ctx, "set", &Kind::Host(Host::Variables), args.to_vec()),
        "hasVariable" => variables::call(ctx, "has", &Kind::Host(Host::Variables), args.to_vec()),
        "toMap" => variables::call(ctx, "toMap", &Kind::Host(Host::Variables), args.to_vec()),
        _ => {
            let answer = world.ask(|cx| Ok(Value::from(cx.flow().variables().keys())));
            to_js(ctx, &answered(ctx, answer)?)
        }
    }
}

fn result<'js>(ctx: &Ctx<'js>, method: &'static str, args: &[Js<'js>]) -> Result<Js<'js>> {
    let world = World::of(ctx)?;
    let key = name(ctx, args, 0)?;
    if method == "get" {
        return to_js(ctx, &world.result.get(&key).unwrap_or_default());
    }
    let value = argument(ctx, args, 1)?;
    world.result.insert(world.text(key), value);
    Ok(object(ctx, Host::Result)?.into_value())
}

/// `tasks.get('NAME').METHOD`: a function that calls the task.
pub(crate) fn task_method<'js>(ctx: &Ctx<'js>, task: Arc<str>, method: &str) -> Result<Js<'js>> {
    if matches!(method, "then" | "toJSON" | "prototype") {
        // The language itself asks for these.
        return Ok(undefined(ctx));
    }
    let method: Arc<str> = method.into();
    let answer = move |ctx: Ctx<'js>, args: rquickjs::function::Rest<Js<'js>>| -> Result<Js<'js>> {
        let args = all_from_js(&ctx, &args.0)?;
        let (task, method) = (task.clone(), method.clone());
        let question = move |cx: &TaskContext<'_>| cx.flow().call_task_method(&task, &method, &args);
        to_js(&ctx, &answered(&ctx, World::of(&ctx)?.ask(question))?)
    };
    Ok(Function::new(ctx.clone(), answer)?.into_value())
}

/// `print(…)`: the arguments with spaces in between.
pub(crate) fn print<'js>(ctx: &Ctx<'js>, args: &[Js<'js>]) -> Result<Js<'js>> {
    let parts = args.iter().map(|arg| text::printed(ctx, arg)).collect::<Result<Vec<_>>>()?;
    log(ctx, LogLevel::Info, &parts.join(" "))
}

/// Writes each line of `text` as an entry of the log.
pub(crate) fn log<'js>(ctx: &Ctx<'js>, level: LogLevel, text: &str) -> Result<Js<'js>> {
    let world = World::of(ctx)?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    for line in text.split('\n') {
        let line = world.text(line.strip_suffix('\r').unwrap_or(line));
        world.bridge.log(level, line).map_err(|failure| throw(ctx, failure))?;
    }
    Ok(undefined(ctx))
}

/// What the process says about itself: an environment variable or a system property.
pub(crate) fn looked_up<'js>(
    ctx: &Ctx<'js>,
    args: &[Js<'js>],
    look: impl FnOnce(&TaskContext<'_>, &str) -> Option<Arc<str>> + Send + 'static,
) -> Result<Js<'js>> {
    let name = name(ctx, args, 0)?;
    let answer = World::of(ctx)?.ask(move |cx| Ok(look(cx, &name).into()));
    let found = answered(ctx, answer)?;
    match args.get(1) {
        Some(default) if found.is_null() => Ok(default.clone()),
        _ => to_js(ctx, &found),
    }
}

/// Waits as the process waits: a cancellation ends it.
pub(crate) fn sleep<'js>(ctx: &Ctx<'js>, args: &[Js<'js>]) -> Result<Js<'js>> {
    let millis = args.first().and_then(Js::as_number).unwrap_or_default();
    let duration = std::time::Duration::from_millis(millis.max(0.0) as u64);
    let answer = World::of(ctx)?.ask(move |cx| cx.sleep(duration).map(|()| Value::Null).map_err(TaskError::from));
    to_js(ctx, &answered(ctx, answer)?)
}

/// `Java.from(list)`: an array of the script; `Java.to(array)`: a list of the flow.
pub(crate) fn java_object<'js>(ctx: &Ctx<'js>) -> Result<Js<'js>> {
    let out = Object::new(ctx.clone())?;
    out.set("type", Function::new(ctx.clone(), |ctx: Ctx<'js>, name: Js<'js>| java::class(&ctx, &name))?)?;
    out.set(
        "from",
        Function::new(ctx.clone(), |ctx: Ctx<'js>, value: Js<'js>| -> Result<Js<'js>> {
            crate::convert::array(&ctx, &crate::maps::items(&ctx, Some(&value))?)
        })?,
    )?;
    out.set(
        "to",
        Function::new(ctx.clone(), |ctx: Ctx<'js>, value: Js<'js>| -> Result<Js<'js>> {
            let value = from_js(&ctx, &value)?;
            to_js(&ctx, &value)
        })?,
    )?;
    Ok(out.into_value())
}
