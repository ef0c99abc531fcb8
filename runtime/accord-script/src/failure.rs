//! Errors of scripts as errors of flows, and back.
//!
//! Owns: the messages, which are those of the reference where a flow can see them, and the picture of a syntax error.

use std::sync::Arc;

use accord_sdk::TaskError;
use accord_value::{Text, Value};
use rquickjs::object::Property;
use rquickjs::{CatchResultExt, CaughtError, Ctx, Error, Exception, Function, Object, Result, Value as Js};

use crate::convert::characters;
use crate::engine::Limits;
use crate::shelf::Shelf;
use crate::world::World;

/// Where an error object holds the number of the failure that it was made of.
const KEPT: &str = "\0failure";

/// Throws a `TypeError`.
pub(crate) fn type_error(ctx: &Ctx<'_>, message: &str) -> Error {
    named_error(ctx, "TypeError", message)
}

/// Throws a `RangeError`.
pub(crate) fn range_error(ctx: &Ctx<'_>, message: &str) -> Error {
    named_error(ctx, "RangeError", message)
}

fn named_error(ctx: &Ctx<'_>, class: &str, message: &str) -> Error {
    let thrown = || -> Result<Error> {
        let constructor: rquickjs::function::Constructor<'_> = ctx.globals().get(class)?;
        let error: Object<'_> = constructor.construct((message,))?;
        Ok(ctx.throw(error.into_value()))
    };
    thrown().unwrap_or_else(|error| error)
}

/// Throws a failure of the flow or of a task into the script. Uncaught, it leaves the script as it came.
pub(crate) fn throw(ctx: &Ctx<'_>, failure: TaskError) -> Error {
    match error_object(ctx, failure) {
        Ok(error) => ctx.throw(error.into_value()),
        Err(error) => error,
    }
}

/// An error object of the script that stands for `failure`.
pub(crate) fn error_object<'js>(ctx: &Ctx<'js>, failure: TaskError) -> Result<Object<'js>> {
    let world = World::of(ctx)?;
    let message = failure.message().cloned().unwrap_or_default();
    world.saw(message.is_sensitive());
    let class = failure.throwable().class.clone();
    let error = Exception::from_message(ctx.clone(), message.as_str())?.into_object();
    if &*class != accord_value::Throwable::USER_DEFINED {
        error.prop("name", Property::from(&*class).writable().configurable())?;
    }
    let text: Arc<str> = message.as_arc().clone();
    let get_message = Function::new(ctx.clone(), move || text.as_ref().to_owned())?;
    error.prop("getMessage", Property::from(get_message).writable().configurable())?;
    error.prop(KEPT, Property::from(world.keep(failure)))?;
    Ok(error)
}

/// The answer to a question, or the failure thrown into the script.
pub(crate) fn answered(ctx: &Ctx<'_>, answer: std::result::Result<Value, TaskError>) -> Result<Value> {
    answer.map_err(|failure| throw(ctx, failure))
}

/// What becomes of a script that ended with `error`.
pub(crate) fn of_script<'js>(ctx: &Ctx<'js>, error: Error, source: &str, limits: Limits) -> TaskError {
    let Ok(world) = World::of(ctx) else { return TaskError::new("The script engine broke down.") };
    let outcome: std::result::Result<(), CaughtError<'js>> = Err::<(), Error>(error).catch(ctx);
    match outcome {
        Ok(()) => TaskError::new("The script failed."),
        Err(CaughtError::Error(error)) => TaskError::user(world.text(format!("The script failed: {error}"))),
        Err(CaughtError::Exception(exception)) => {
            let object = exception.into_object();
            if let Some(failure) = object.get::<_, i32>(KEPT).ok().and_then(|number| world.kept(number)) {
                return failure;
            }
            TaskError::user(world.text(message_of(ctx, &world, &object, source, limits)))
        }
        Err(CaughtError::Value(value)) => TaskError::user(thrown_value(ctx, &world, &value)),
    }
}

/// The message of an error object: its name and message, in the reference's words where the engine has its own.
fn message_of<'js>(ctx: &Ctx<'js>, world: &World, error: &Object<'js>, source: &str, limits: Limits) -> String {
    let property = |name: &str| -> String {
        error
            .get::<_, Js<'js>>(name)
            .and_then(|value| if value.is_undefined() { Ok("".into()) } else { characters(ctx, &value) })
            .unwrap_or_else(|_| "".into())
            .as_ref()
            .to_owned()
    };
    let (name, message, stack) = (property("name"), property("message"), property("stack"));
    let at = position(&stack);
    match (name.as_str(), message.as_str()) {
        ("SyntaxError", _) if stack.trim_start().starts_with("at <eval>:") => {
            crate::syntax::picture(source, at.unwrap_or((1, 1)), &capitalized(&message))
        }
        ("TypeError", "not a function") => {
            let callee = at.and_then(|at| callee(source, at));
            let mut out = match callee {
                Some(callee) => format!("TypeError: {callee} is not a function"),
                None => "TypeError: not a function".to_owned(),
            };
            if let Some(missed) = world.missed()
                && callee.is_some_and(|callee| callee.rsplit(['.', ' ']).next() == Some(missed.name.as_str()))
            {
                out.push_str(". ");
                out.push_str(&missed.hint);
            }
            out
        }
        ("InternalError", "out of memory") => format!(
            "InternalError: out of memory. The script may use at most {} MiB; keep large data in the flow, or work on it piece by piece.",
            limits.memory >> 20
        ),
        ("", "") => "Error".to_owned(),
        ("", _) => message,
        (_, "") => name,
        ("TypeError" | "ReferenceError" | "RangeError" | "InternalError", _) => {
            format!("{name}: {}", reference_words(&message))
        }
        _ => format!("{name}: {message}"),
    }
}

/// The reference's words for a mistake that the engine words otherwise.
fn reference_words(message: &str) -> String {
    if message.starts_with("cannot read property") || message.starts_with("cannot set property") {
        return capitalized(message);
    }
    match message.strip_suffix("' is read-only").and_then(|rest| rest.strip_prefix('\'')) {
        Some(name) => format!("Assignment to constant \"{name}\""),
        None => message.to_owned(),
    }
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// Line and column (from 1) of the place in the script where an error arose; none where that was in a function of the
/// language itself.
fn position(stack: &str) -> Option<(usize, usize)> {
    let first = stack.lines().next()?;
    let (function, place) = first.split_once("<eval>:")?;
    let mut numbers = place.trim_end_matches(')').split(':');
    let (line, column): (usize, usize) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    // While a script runs, the engine counts the columns of its first line from 0.
    let shift = usize::from(line == 1 && function.ends_with('('));
    Some((line, column + shift))
}

/// The expression that is called at a place of the script, where it is a plain name or path.
fn callee(source: &str, (line, column): (usize, usize)) -> Option<&str> {
    let text = source.lines().nth(line.checked_sub(1)?)?;
    let at = text.char_indices().nth(column.saturating_sub(1)).map_or(text.len(), |(index, _)| index);
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.');
    let start = text.get(..at)?.char_indices().rev().take_while(|(_, c)| part(*c)).last().map_or(at, |(i, _)| i);
    let rest = text.get(start..)?;
    let end = rest.find(|c: char| !part(c)).unwrap_or(rest.len());
    let callee = rest.get(..end)?.trim_end_matches('.');
    let named = callee.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$'));
    named.then_some(callee)
}

/// The message of something thrown that is no error: `throw "x"`.
fn thrown_value<'js>(ctx: &Ctx<'js>, world: &World, value: &Js<'js>) -> Text {
    let text = match crate::handle::of(value) {
        Some(kind) => crate::text::shown(ctx, &kind).ok(),
        None if value.is_object() && !value.is_function() => {
            ctx.json_stringify(value.clone()).ok().flatten().and_then(|json| json.to_string().ok())
        }
        None => Shelf::string(ctx, value).ok().and_then(|text| text.to_string().ok()),
    };
    world.text(text.unwrap_or_else(|| "The script threw an object that has no text form".to_owned()))
}
