//! How much an expression may make: items in a container, and time without a look at whether the process was cancelled.
//!
//! A flow that asks for more by mistake gets an error that it can read, and the machine that it runs on stays alive.

use accord_value::Value;

use crate::Scope;
use crate::eval::Evaluator;
use crate::fail::{Fail, Outcome};
use crate::method::Method;

/// The most items that an expression puts into one list, map or set.
pub(crate) const MAX_ITEMS: usize = 2_000_000;

/// How many items and calls go by without a question.
const UNCHECKED: u32 = 4096;

/// Methods that put items into what they are called on.
const GROWING: [&str; 9] =
    ["add", "addAll", "addFirst", "addLast", "put", "putAll", "putIfAbsent", "putFirst", "putLast"];

/// Methods that give an item for each character.
const SPREADING: [&str; 3] = ["toCharArray", "chars", "codePoints"];

/// The error of a container that would grow without bound.
pub(crate) fn check_items(items: usize) -> Outcome<()> {
    if items <= MAX_ITEMS {
        return Ok(());
    }
    Err(Fail::java("OutOfMemoryError", format!("There would be more than {MAX_ITEMS} items in one place")))
}

/// Looks, before a method runs, whether it would make too many items.
#[inline]
pub(crate) fn check_growth(method: &Method, this: &Value, arguments: &[Value]) -> Outcome<()> {
    let length = match this {
        Value::Text(text) => text.as_str().len(),
        container => length(container),
    };
    let longer = length.saturating_add(arguments.iter().map(self::length).fold(1, usize::saturating_add));
    if longer <= MAX_ITEMS {
        return Ok(());
    }
    let names: &[&str] = if matches!(this, Value::Text(_)) { &SPREADING } else { &GROWING };
    if names.contains(&method.name) { check_items(longer) } else { Ok(()) }
}

fn length(value: &Value) -> usize {
    match value {
        Value::List(list) => list.len(),
        Value::Map(map) => map.len(),
        Value::Set(set) => set.len(),
        Value::Bytes(bytes) => bytes.as_slice().len(),
        _ => 0,
    }
}

impl Evaluator<'_> {
    /// Counts an item or a call, and asks now and then whether the process was cancelled.
    #[inline]
    pub(crate) fn tick(&mut self) -> Outcome<()> {
        self.unchecked += 1;
        if self.unchecked < UNCHECKED {
            return Ok(());
        }
        self.unchecked = 0;
        check_cancelled(self.scope)
    }
}

/// Values from this size on are large: bytes of a text, items of a list.
const LARGE: (usize, usize) = (1 << 20, 50_000);

/// Refuses a large result where memory is short: many of them may be kept.
#[inline]
pub(crate) fn check_memory(result: &Value, scope: &dyn Scope) -> Outcome<()> {
    let is_large = match result {
        Value::Text(text) => text.as_str().len() > LARGE.0,
        Value::List(list) => list.len() > LARGE.1,
        _ => false,
    };
    if is_large && scope.is_short_of_memory() {
        return Err(Fail::java("OutOfMemoryError", "The process takes too much memory. Keep less in its variables"));
    }
    Ok(())
}

/// The error of an evaluation whose process was cancelled.
pub(crate) fn check_cancelled(scope: &dyn Scope) -> Outcome<()> {
    if scope.cancelled() {
        return Err(Fail::java("java.util.concurrent.CancellationException", "The process was cancelled"));
    }
    Ok(())
}
