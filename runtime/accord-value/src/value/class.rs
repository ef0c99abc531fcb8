//! Java's names of the classes of values.

use super::Value;
use crate::{ListKind, MapKind, SetKind};

impl Value {
    /// Java's full class name (`getClass().getName()`); `null` where there is no value.
    pub fn class_name(&self) -> &str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "java.lang.Boolean",
            Value::Byte(_) => "java.lang.Byte",
            Value::Short(_) => "java.lang.Short",
            Value::Int(_) => "java.lang.Integer",
            Value::Long(_) => "java.lang.Long",
            Value::Float(_) => "java.lang.Float",
            Value::Double(_) => "java.lang.Double",
            Value::BigInt(_) => "java.math.BigInteger",
            Value::BigDecimal(_) => "java.math.BigDecimal",
            Value::Char(..) => "java.lang.Character",
            Value::Text(_) => "java.lang.String",
            Value::Bytes(_) => "[B",
            Value::List(list) => match list.kind() {
                ListKind::Array => "java.util.ArrayList",
                ListKind::Fixed => "java.util.Arrays$ArrayList",
                ListKind::Immutable => "java.util.ImmutableCollections$ListN",
                ListKind::Values => "java.util.LinkedHashMap$LinkedValues",
                ListKind::ObjectArray => "[Ljava.lang.Object;",
                ListKind::StringArray => "[Ljava.lang.String;",
                ListKind::CharArray => "[C",
            },
            Value::Map(map) => match map.kind() {
                MapKind::Linked => "java.util.LinkedHashMap",
                MapKind::Hash => "java.util.HashMap",
                MapKind::Tree => "java.util.TreeMap",
                MapKind::Immutable => "java.util.ImmutableCollections$MapN",
            },
            Value::Set(set) => match set.kind() {
                SetKind::Linked => "java.util.LinkedHashSet",
                SetKind::Hash => "java.util.HashSet",
                SetKind::Tree => "java.util.TreeSet",
                SetKind::Immutable => "java.util.ImmutableCollections$SetN",
            },
            Value::Throwable(error) => &error.class,
            Value::Object(object) => object.class_name(),
        }
    }

    /// Java's simple class name (`getClass().getSimpleName()`).
    pub fn simple_name(&self) -> &str {
        simple_name(self.class_name())
    }
}

/// The simple name of a class that Java calls `class` in full: the part after the last `.` and `$`; `String[]` of
/// `[Ljava.lang.String;`.
pub fn simple_name(class: &str) -> &str {
    match class {
        "[B" => "byte[]",
        "[C" => "char[]",
        "[Ljava.lang.Object;" => "Object[]",
        "[Ljava.lang.String;" => "String[]",
        _ => class.rsplit(['.', '$']).next().unwrap_or(class),
    }
}
