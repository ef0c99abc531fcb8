//! Data with expressions in it: the values of `set`, `in`, `out`, arguments and log steps, compiled once.

use std::sync::Arc;

use accord_syntax::DataKind;
use accord_syntax::expr::Template;
use accord_value::{List, Map, MapKind, Throwable, Value};

use crate::siblings::Siblings;
use crate::{EvalError, Scope, eval};

/// A value as written in a file, its texts parsed.
#[derive(Clone)]
pub enum Data {
    /// Null, a boolean or a number.
    Scalar(Value),
    /// A text, with expressions or without.
    Text(Arc<Template>),
    /// A list.
    List(Arc<[Data]>),
    /// A map, in the order of writing.
    Map(Entries),
}

/// Named data: the values of a `set` or `in`, or a map in them.
pub type Entries = Arc<[(Arc<str>, Data)]>;

/// How deep data may be nested in other data. Concord's YAML reader has the same limit.
const MAX_DEPTH: usize = 1000;

impl Data {
    /// Compiles the tree of a file.
    #[must_use]
    pub fn compile(data: &accord_syntax::Data) -> Data {
        match &data.kind {
            DataKind::Null => Data::Scalar(Value::Null),
            DataKind::Bool(value) => Data::Scalar(Value::Bool(*value)),
            DataKind::Int(value) => Data::Scalar(Value::Int(*value)),
            DataKind::Float(value) => Data::Scalar(Value::Double(*value)),
            DataKind::Text(text) => Data::text(text.clone()),
            DataKind::List(items) => Data::List(items.iter().map(Data::compile).collect()),
            DataKind::Map(_) => Data::Map(Data::entries(data)),
        }
    }

    /// A text.
    #[must_use]
    pub fn text(text: impl Into<Arc<str>>) -> Data {
        Data::Text(Arc::new(Template::parse(text)))
    }

    /// The entries of a map of a file; none of anything else.
    #[must_use]
    pub fn entries(data: &accord_syntax::Data) -> Entries {
        let entries = data.as_map().unwrap_or_default();
        entries.iter().map(|(key, value)| (key.value.clone(), Data::compile(value))).collect()
    }

    /// A value that came at run time as if it were written: its texts are parsed, its keys become texts.
    ///
    /// # Errors
    /// Where it is nested too deep, such as one that holds itself.
    pub fn from_value(value: &Value) -> Result<Data, EvalError> {
        from_value(value, 0, &mut 0)
    }

    /// Whether nothing in it is to be evaluated.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        match self {
            Data::Scalar(_) => true,
            Data::Text(template) => template.is_constant(),
            Data::List(items) => items.iter().all(Data::is_constant),
            Data::Map(entries) => entries.iter().all(|(_, value)| value.is_constant()),
        }
    }

    /// Evaluates it. Lists and maps are new ones each time.
    ///
    /// # Errors
    /// Of the first expression that fails, from left to right.
    pub fn eval(&self, scope: &dyn Scope) -> Result<Value, EvalError> {
        match self {
            Data::Scalar(value) => Ok(value.clone()),
            Data::Text(template) => eval(template, scope),
            Data::List(items) => {
                // A loop costs less of the stack for each level than an iterator does.
                let mut values = Vec::with_capacity(items.len());
                for item in items.iter() {
                    values.push(item.eval(scope)?);
                }
                Ok(Value::List(List::new(values)))
            }
            Data::Map(entries) => {
                let map = Map::linked();
                for (key, value) in entries.iter() {
                    map.insert(key, value.eval(scope)?);
                }
                Ok(Value::Map(map))
            }
        }
    }
}

/// The most lists and maps in such a value: one that shares its parts has far more than it seems.
const MOST: usize = 500_000;

fn from_value(value: &Value, depth: usize, steps: &mut usize) -> Result<Data, EvalError> {
    if depth > MAX_DEPTH {
        let message = format!("A value is nested more than {MAX_DEPTH} levels deep, or holds itself");
        return Err(Box::new(Throwable::new("java.lang.StackOverflowError", message)));
    }
    Ok(match value {
        // A sensitive text is no source of expressions: it would lose its mark.
        Value::Text(text) if !text.is_sensitive() => Data::text(text.as_arc().clone()),
        Value::List(list) if !list.kind().is_array() => {
            count(steps)?;
            let mut items = Vec::with_capacity(list.len());
            for item in list.snapshot() {
                items.push(from_value(&item, depth + 1, steps)?);
            }
            Data::List(items.into())
        }
        Value::Map(map) => {
            count(steps)?;
            Data::Map(entries_of(map, depth, steps)?)
        }
        other => Data::Scalar(other.clone()),
    })
}

fn count(steps: &mut usize) -> Result<(), EvalError> {
    *steps += 1;
    if *steps > MOST {
        let message = format!("A value has more than {MOST} lists and maps in it");
        return Err(Box::new(Throwable::new("java.lang.OutOfMemoryError", message)));
    }
    Ok(())
}

fn entries_of(map: &Map, depth: usize, steps: &mut usize) -> Result<Entries, EvalError> {
    let mut compiled = Vec::with_capacity(map.len());
    for (key, value) in map.entries() {
        compiled.push((key.to_text().as_arc().clone(), from_value(&value, depth + 1, steps)?));
    }
    Ok(compiled.into())
}

/// Whether the keys of some map are sensitive, which names are not. The value was found to be no deeper than allowed.
fn has_sensitive_key(value: &Value) -> bool {
    value.is_sensitive()
        && match value {
            Value::List(list) => list.snapshot().iter().any(has_sensitive_key),
            Value::Map(map) => map.entries().iter().any(|(key, value)| key.is_sensitive() || has_sensitive_key(value)),
            _ => false,
        }
}

/// Evaluates entries that see one another, later ones too (`set`, arguments): each when it is first asked for. An entry
/// that asks for itself sees the variable outside. Dotted keys are merged into the map variable of that name.
///
/// Gives the variables to set, in order.
///
/// # Errors
/// Of the first expression that fails; `Key 'x' already in evaluation` where parts of a map or list go in circles.
pub fn eval_siblings(entries: &[(Arc<str>, Data)], scope: &dyn Scope) -> Result<Vec<(Arc<str>, Value)>, EvalError> {
    if let [(key, value)] = entries
        && !key.contains('.')
        && !matches!(value, Data::List(_) | Data::Map(_))
    {
        // An only entry sees no sibling.
        return Ok(vec![(key.clone(), value.eval(scope)?)]);
    }
    Siblings::new(entries, scope)?.eval()
}

/// Evaluates entries that do not see one another (`in`). Dotted keys are merged into the map variable of that name.
///
/// # Errors
/// Of the first expression that fails.
pub fn eval_nested(entries: &[(Arc<str>, Data)], scope: &dyn Scope) -> Result<Vec<(Arc<str>, Value)>, EvalError> {
    let mut values = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        values.push((key.clone(), value.eval(scope)?));
    }
    nest(values, scope)
}

/// Puts values with dotted keys where they belong: into the map variables of their first part, as `scope` knows them, or
/// into new maps. Values without dots stay as they are.
///
/// # Errors
/// Where a lazy variable that is to be merged fails.
pub fn nest(values: Vec<(Arc<str>, Value)>, scope: &dyn Scope) -> Result<Vec<(Arc<str>, Value)>, EvalError> {
    if values.iter().all(|(key, _)| !key.contains('.')) {
        return Ok(values);
    }
    let entries: Vec<(Arc<str>, Data)> = values.into_iter().map(|(key, value)| (key, Data::Scalar(value))).collect();
    Siblings::new(&entries, scope)?.eval()
}

/// Concord's `evalAsMap`: evaluates the texts in a map that came at run time. Entries without a value are left out.
pub(crate) fn eval_as_map(value: &Value, scope: &dyn Scope) -> Result<Value, EvalError> {
    if value.is_null() {
        let message =
            "Cannot invoke \"java.util.Map.forEach(java.util.function.BiConsumer)\" because \"evalValue\" is null";
        return Err(Box::new(Throwable::new("java.lang.NullPointerException", message)));
    }
    let data = Data::from_value(value)?;
    let entries = match &data {
        Data::Map(entries) => entries.clone(),
        other => match other.eval(scope)?.deep_copy()? {
            Value::Map(map) => entries_of(&map, 0, &mut 0)?,
            other => {
                let message = format!("Cannot cast {} to java.util.Map", other.class_name());
                return Err(Box::new(Throwable::new("java.lang.ClassCastException", message)));
            }
        },
    };
    let values = Siblings::new(&entries, scope)?.eval()?;
    let values = values.into_iter().filter(|(_, value)| !value.is_null());
    let map = Value::Map(Map::of_kind_from(MapKind::Hash, values));
    Ok(if has_sensitive_key(value) { map.marked() } else { map })
}
