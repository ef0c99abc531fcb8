//! How values look when a script prints them or joins them to a text.

use accord_value::{TextBuilder, Value};
use rquickjs::{Ctx, Result, Value as Js};

use crate::convert::characters;
use crate::handle::{self, Host, Kind, flow_value};
use crate::shelf::Shelf;
use crate::world::World;

/// The text of `value` as `print` writes it: Java's for things of the flow, JavaScript's for all else.
pub(crate) fn printed<'js>(ctx: &Ctx<'js>, value: &Js<'js>) -> Result<String> {
    if value.is_string() {
        return Ok(characters(ctx, value)?.as_ref().to_owned());
    }
    match handle::of(value) {
        Some(kind) => shown(ctx, &kind),
        None => Shelf::string(ctx, value)?.to_string(),
    }
}

/// The text of what stands behind a proxy, as `toString()` gives it. The script has seen it then.
pub(crate) fn shown(ctx: &Ctx<'_>, kind: &Kind) -> Result<String> {
    let Some(value) = flow_value(kind) else { return Ok(of_kind(kind)) };
    let text = value.to_text();
    World::of(ctx)?.saw(text.is_sensitive());
    Ok(text.as_str().to_owned())
}

/// What kind of thing it is, for texts and messages. Nothing of its content is in it.
pub(crate) fn of_kind(kind: &Kind) -> String {
    match kind {
        Kind::List(_) => "a list".to_owned(),
        Kind::Map(_) => "a map".to_owned(),
        Kind::Other(value) => value.class_name().to_owned(),
        Kind::Host(host) => owner(*host).to_owned(),
        Kind::Task(name) => format!("tasks.get('{name}')"),
        Kind::Package(name) => format!("[JavaPackage {name}]"),
        Kind::Class(name) => format!("[JavaClass {name}]"),
        Kind::ClassValue(name) => format!("class {name}"),
    }
}

/// How a script reaches an object of its surroundings.
pub(crate) fn owner(host: Host) -> &'static str {
    match host {
        Host::Execution => "execution",
        Host::Variables => "execution.variables()",
        Host::Tasks => "tasks",
        Host::Result => "result",
        Host::Log => "log",
        Host::Out => "java.lang.System.out",
    }
}

/// A log message with `{}` in the places of its arguments, as Java's loggers fill them in.
pub(crate) fn filled<'js>(ctx: &Ctx<'js>, args: &[Js<'js>]) -> Result<String> {
    let Some((format, rest)) = args.split_first() else { return Ok(String::new()) };
    let format = printed(ctx, format)?;
    let mut out = String::with_capacity(format.len());
    let mut values = rest.iter();
    let mut left = format.as_str();
    while let Some((before, after)) = left.split_once("{}") {
        let Some(value) = values.next() else { break };
        out.push_str(before);
        out.push_str(&printed(ctx, value)?);
        left = after;
    }
    out.push_str(left);
    Ok(out)
}

/// Java's text form of several values with `between` in between, marks kept.
pub(crate) fn joined(values: &[Value], between: &str) -> accord_value::Text {
    let mut out = TextBuilder::new();
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push_str(between);
        }
        value.write_text(&mut out);
    }
    out.finish()
}
