//! Deep copies, as evaluating a list or map makes them.

use super::{MAX_DEPTH, Value};
use crate::{List, Map, Set, SetKind, Throwable};

/// How many containers a copy may have. Values that share their parts have far more once nothing is shared.
const MOST: usize = 500_000;

impl Value {
    /// A copy as `set` and `in` make it: lists become `ArrayList`s, maps `LinkedHashMap`s and sets `LinkedHashSet`s in
    /// the order in which they are shown; all other values, arrays among them, stay the same. Nothing is shared with the
    /// original, nor within the copy.
    ///
    /// # Errors
    /// Where the value is nested too deep (such as one that holds itself) or has too many parts.
    pub fn deep_copy(&self) -> Result<Value, Box<Throwable>> {
        copy(self, 0, &mut 0)
    }
}

fn copy(value: &Value, depth: usize, steps: &mut usize) -> Result<Value, Box<Throwable>> {
    if value.is_scalar() {
        return Ok(value.clone());
    }
    *steps += 1;
    let failure = |class: &str, message: String| Err(Box::new(Throwable::new(class, message)));
    if depth > MAX_DEPTH {
        let message = format!("Cannot copy a value that is nested more than {MAX_DEPTH} levels deep or holds itself");
        return failure("java.lang.StackOverflowError", message);
    }
    if *steps > MOST {
        let message = format!("Cannot copy a value that has more than {MOST} lists, maps and sets in it");
        return failure("java.lang.OutOfMemoryError", message);
    }
    Ok(match value {
        Value::List(list) if !list.kind().is_array() => {
            // A loop costs less of the stack for each level than an iterator does.
            let mut items = list.snapshot();
            for item in &mut items {
                *item = copy(item, depth + 1, steps)?;
            }
            Value::List(List::new(items))
        }
        Value::Map(map) => {
            let mut entries = map.entries();
            for (_, value) in &mut entries {
                *value = copy(value, depth + 1, steps)?;
            }
            let copied = Map::linked();
            copied.extend(entries);
            Value::Map(copied)
        }
        Value::Set(set) => {
            let copied = Set::of_kind(SetKind::Linked);
            for item in set.items() {
                copied.insert(copy(&item, depth + 1, steps)?);
            }
            Value::Set(copied)
        }
        other => other.clone(),
    })
}
