//! The value of a variable, a parameter or an expression.

use std::sync::Arc;

use bigdecimal::BigDecimal;
use num_bigint::BigInt;

use crate::{List, Map, Object, Set, Text, Throwable};

/// A value as the reference's flows see it: each variant is one Java type. Lists, maps and sets are shared, mutable
/// containers: a clone of the value is another reference to the same container.
#[derive(Clone)]
pub enum Value {
    /// `null`.
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
    /// `byte[]`, and whether it is marked as sensitive.
    Bytes(Arc<[u8]>, bool),
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
