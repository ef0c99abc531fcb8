//! The value of a variable, a parameter or an expression.

use std::sync::Arc;

use bigdecimal::BigDecimal;
use num_bigint::BigInt;

use crate::{Bytes, List, Map, Object, Set, Text, Throwable};

mod class;
mod convert;
mod copy;
mod equality;
mod mark;
#[cfg(test)]
mod tests;
mod text_form;

pub use class::simple_name;
pub use equality::{compare_doubles, compare_texts, hash_text};

/// How deep values may be nested in one another where a walk over them needs the stack: text forms, comparisons,
/// copies, JSON. Jackson has the same limit.
pub const MAX_DEPTH: usize = 1000;

/// How many containers one walk looks into before it gives up. It bounds values that share their parts so often that their
/// text form would be astronomical.
pub(crate) const MAX_STEPS: usize = 4_000_000;

/// A value as the reference's flows see it: each variant is one Java type. Lists, maps and sets are shared, mutable
/// containers: a clone of the value is another reference to the same container.
///
/// `==` is Java's `equals`: an `Integer` is never equal to a `Long`, marks do not count, arrays are equal to themselves
/// only.
#[derive(Clone, Default)]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `java.lang.Boolean`.
    Bool(bool),
    /// `java.lang.Byte`.
    Byte(i8),
    /// `java.lang.Short`.
    Short(i16),
    /// `java.lang.Integer`: whole numbers of YAML.
    Int(i32),
    /// `java.lang.Long`: whole numbers of expressions.
    Long(i64),
    /// `java.lang.Float`.
    Float(f32),
    /// `java.lang.Double`.
    Double(f64),
    /// `java.math.BigInteger`.
    BigInt(Arc<BigInt>),
    /// `java.math.BigDecimal`.
    BigDecimal(Arc<BigDecimal>),
    /// `java.lang.Character`, one UTF-16 code unit, and whether it is marked as sensitive.
    Char(u16, bool),
    /// `java.lang.String`.
    Text(Text),
    /// `byte[]`.
    Bytes(Bytes),
    /// A `java.util.List` or an array.
    List(List),
    /// A `java.util.Map`.
    Map(Map),
    /// A `java.util.Set`.
    Set(Set),
    /// A `java.lang.Throwable`, such as `lastError`.
    Throwable(Arc<Throwable>),
    /// Anything else: streams, optionals, lambdas, classes, tasks, dates. Such a value is not stored in a checkpoint
    /// unless its [`Object::snapshot`] says how.
    Object(Arc<dyn Object>),
}

impl Value {
    /// A character, a UTF-16 code unit, marked when `sensitive` says so.
    pub fn character(unit: u16, sensitive: bool) -> Value {
        if sensitive {
            crate::text::note_mark();
        }
        Value::Char(unit, sensitive)
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Whether it is null, a boolean, a number, a character, a text or bytes: something that holds no other value and
    /// runs no code of its own when it is compared.
    pub fn is_scalar(&self) -> bool {
        !self.may_hold_values()
    }

    /// Whether other values may be inside.
    pub(crate) fn may_hold_values(&self) -> bool {
        matches!(self, Value::List(_) | Value::Map(_) | Value::Set(_) | Value::Throwable(_) | Value::Object(_))
    }

    /// Whether it is a `java.lang.Number`.
    pub fn is_number(&self) -> bool {
        matches!(
            self,
            Value::Byte(_)
                | Value::Short(_)
                | Value::Int(_)
                | Value::Long(_)
                | Value::Float(_)
                | Value::Double(_)
                | Value::BigInt(_)
                | Value::BigDecimal(_)
        )
    }

    /// The characters, if it is a text. The mark is lost: not for showing.
    pub fn as_str(&self) -> Option<&str> {
        self.as_text().map(Text::as_str)
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&Text> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if it is a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number, if it is a whole one of at most 64 bits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Byte(number) => Some(i64::from(*number)),
            Value::Short(number) => Some(i64::from(*number)),
            Value::Int(number) => Some(i64::from(*number)),
            Value::Long(number) => Some(*number),
            _ => None,
        }
    }

    /// The list, if it is a list or an array.
    pub fn as_list(&self) -> Option<&List> {
        match self {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// The map, if it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The set, if it is one.
    pub fn as_set(&self) -> Option<&Set> {
        match self {
            Value::Set(set) => Some(set),
            _ => None,
        }
    }

    /// The error, if it is one.
    pub fn as_throwable(&self) -> Option<&Arc<Throwable>> {
        match self {
            Value::Throwable(error) => Some(error),
            _ => None,
        }
    }

    /// The object, if it is one and of this Rust type.
    pub fn as_object<T: Object>(&self) -> Option<&T> {
        match self {
            Value::Object(object) => object.as_any().downcast_ref(),
            _ => None,
        }
    }
}

/// Drops values without recursion, however deep they are nested.
pub(crate) fn drop_deep(values: Vec<Value>) {
    if !values.iter().any(Value::may_hold_values) {
        return;
    }
    let mut todo = values;
    while let Some(value) = todo.pop() {
        let inside = match value {
            Value::List(list) => list.into_last(),
            Value::Map(map) => map.into_last(),
            Value::Set(set) => set.into_last(),
            Value::Throwable(error) => Arc::into_inner(error).map(Throwable::into_values),
            _ => None,
        };
        todo.extend(inside.into_iter().flatten());
    }
}

/// For tests and panics: the text form with its sensitive parts masked, texts in quotes.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Text(text) => write!(f, "{text:?}"),
            value => write!(f, "{}({})", value.simple_name(), value.to_text().masked()),
        }
    }
}
