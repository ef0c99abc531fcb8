//! What stands behind the objects that a script is given.

use std::sync::Arc;

use accord_value::{List, Map, Value};
use rquickjs::class::{JsClass, Readable, Trace, Tracer};
use rquickjs::function::Constructor;
use rquickjs::{Class, Ctx, JsLifetime, Object, Result, Value as Js};

/// A thing of the flow or of the host, as the target of a proxy holds it.
#[derive(Clone)]
pub(crate) enum Kind {
    /// A list or an array of the flow.
    List(List),
    /// A map of the flow.
    Map(Map),
    /// A set, an error, bytes, a big number or another object of the flow.
    Other(Value),
    /// An object of the script's surroundings.
    Host(Host),
    /// A task.
    Task(Arc<str>),
    /// A package of Java's, such as `java.util`.
    Package(Arc<str>),
    /// A class of Java's that there is something like here: its constructor and static methods.
    Class(&'static str),
    /// `X.class`: a class as a value.
    ClassValue(Arc<str>),
}

/// Objects of the script's surroundings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// `execution` and `context`.
    Execution,
    /// `execution.variables()`.
    Variables,
    /// `tasks`.
    Tasks,
    /// `result`.
    Result,
    /// `log`.
    Log,
    /// `java.lang.System.out`.
    Out,
}

/// The part of a proxy's target that holds its [`Kind`].
#[derive(JsLifetime)]
pub(crate) struct Handle(Kind);

impl<'js> Trace<'js> for Handle {
    fn trace<'a>(&self, _tracer: Tracer<'a, 'js>) {}
}

impl<'js> JsClass<'js> for Handle {
    const NAME: &'static str = "Handle";
    type Mutable = Readable;

    fn constructor(_ctx: &Ctx<'js>) -> Result<Option<Constructor<'js>>> {
        Ok(None)
    }
}

/// The name under which a target holds its handle. Scripts never see a target, only its proxy, which hides it.
pub(crate) const KEY: &str = "\0handle";

/// Lets `target` stand for `kind`.
pub(crate) fn attach<'js>(ctx: &Ctx<'js>, target: &Object<'js>, kind: Kind) -> Result<()> {
    target.set(KEY, Class::instance(ctx.clone(), Handle(kind))?)
}

/// What a proxy's target stands for.
pub(crate) fn of_target(target: &Object<'_>) -> Option<Kind> {
    let held: Js<'_> = target.get(KEY).ok()?;
    let class = Class::<Handle>::from_value(&held).ok()?;
    Some(class.borrow().0.clone())
}

/// What a value of the script stands for, if it is one of our proxies.
pub(crate) fn of<'js>(value: &Js<'js>) -> Option<Kind> {
    if !value.is_proxy() {
        return None;
    }
    match value.as_proxy() {
        Some(proxy) => {
            let target = proxy.target().ok()?;
            if target.as_value().is_proxy() { None } else { of_target(&target) }
        }
        // A proxy that can be called is a function to the engine. Those of ours answer for their target.
        None => of_target(value.as_object()?),
    }
}

/// The value of the flow that a value of the script stands for.
pub(crate) fn flow_value(kind: &Kind) -> Option<Value> {
    match kind {
        Kind::List(list) => Some(Value::List(list.clone())),
        Kind::Map(map) => Some(Value::Map(map.clone())),
        Kind::Other(value) => Some(value.clone()),
        _ => None,
    }
}
