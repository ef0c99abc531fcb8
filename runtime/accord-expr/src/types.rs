//! Java's types as far as methods name them: which value is of which type, and which type is a part of which.

use accord_value::{ListKind, Value};

use crate::object::Kind;

/// A parameter's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ty {
    // Primitive types.
    PBool,
    PChar,
    PByte,
    PShort,
    PInt,
    PLong,
    PFloat,
    PDouble,
    // Their boxes, and numbers.
    Bool,
    Char,
    Byte,
    Short,
    Int,
    Long,
    Float,
    Double,
    BigInt,
    BigDecimal,
    Number,
    // Texts.
    Str,
    CharSequence,
    StringBuilder,
    // Containers.
    Collection,
    Iterable,
    List,
    Map,
    Set,
    // Arrays.
    CharArray,
    ByteArray,
    ObjectArray,
    // Others.
    Object,
    Comparable,
    Class,
    Lambda,
    Throwable,
    /// A type of which no flow has a value: functional interfaces, locales, character sets. Only null fits.
    Other,
}

impl Ty {
    /// The box of a primitive type, any other type itself.
    pub(crate) fn boxed(self) -> Ty {
        match self {
            Ty::PBool => Ty::Bool,
            Ty::PChar => Ty::Char,
            Ty::PByte => Ty::Byte,
            Ty::PShort => Ty::Short,
            Ty::PInt => Ty::Int,
            Ty::PLong => Ty::Long,
            Ty::PFloat => Ty::Float,
            Ty::PDouble => Ty::Double,
            other => other,
        }
    }

    /// Whether it is a primitive type.
    pub(crate) fn is_primitive(self) -> bool {
        self.boxed() != self
    }

    /// Whether it is a number's class, boxed.
    pub(crate) fn is_number(self) -> bool {
        use Ty::{BigDecimal, BigInt, Byte, Double, Float, Int, Long, Number, Short};
        matches!(self, Byte | Short | Int | Long | Float | Double | BigInt | BigDecimal | Number)
    }

    /// Whether every value of this type is one of `wider` too. Both boxed.
    pub(crate) fn is_part_of(self, wider: Ty) -> bool {
        if self == wider || wider == Ty::Object {
            return true;
        }
        match wider {
            Ty::Number => self.is_number(),
            Ty::CharSequence => matches!(self, Ty::Str | Ty::StringBuilder),
            Ty::Comparable => {
                matches!(self, Ty::Str | Ty::Bool | Ty::Char | Ty::StringBuilder)
                    || (self.is_number() && self != Ty::Number)
            }
            Ty::Collection => matches!(self, Ty::List | Ty::Set),
            Ty::Iterable => matches!(self, Ty::Collection | Ty::List | Ty::Set),
            _ => false,
        }
    }

    /// Java's name of the type, in full.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Ty::PBool => "boolean",
            Ty::PChar => "char",
            Ty::PByte => "byte",
            Ty::PShort => "short",
            Ty::PInt => "int",
            Ty::PLong => "long",
            Ty::PFloat => "float",
            Ty::PDouble => "double",
            Ty::Bool => "java.lang.Boolean",
            Ty::Char => "java.lang.Character",
            Ty::Byte => "java.lang.Byte",
            Ty::Short => "java.lang.Short",
            Ty::Int => "java.lang.Integer",
            Ty::Long => "java.lang.Long",
            Ty::Float => "java.lang.Float",
            Ty::Double => "java.lang.Double",
            Ty::BigInt => "java.math.BigInteger",
            Ty::BigDecimal => "java.math.BigDecimal",
            Ty::Number => "java.lang.Number",
            Ty::Str => "java.lang.String",
            Ty::CharSequence => "java.lang.CharSequence",
            Ty::StringBuilder => "java.lang.StringBuilder",
            Ty::Collection => "java.util.Collection",
            Ty::Iterable => "java.lang.Iterable",
            Ty::List => "java.util.List",
            Ty::Map => "java.util.Map",
            Ty::Set => "java.util.Set",
            Ty::CharArray => "char[]",
            Ty::ByteArray => "byte[]",
            Ty::ObjectArray => "java.lang.Object[]",
            Ty::Object => "java.lang.Object",
            Ty::Comparable => "java.lang.Comparable",
            Ty::Class => "java.lang.Class",
            Ty::Lambda => "javax.el.LambdaExpression",
            Ty::Throwable => "java.lang.Throwable",
            Ty::Other => "java.util.function.Function",
        }
    }

    /// The most exact of these types that the value has; none of null.
    pub(crate) fn of(value: &Value) -> Option<Ty> {
        Some(match value {
            Value::Null => return None,
            Value::Bool(_) => Ty::Bool,
            Value::Byte(_) => Ty::Byte,
            Value::Short(_) => Ty::Short,
            Value::Int(_) => Ty::Int,
            Value::Long(_) => Ty::Long,
            Value::Float(_) => Ty::Float,
            Value::Double(_) => Ty::Double,
            Value::BigInt(_) => Ty::BigInt,
            Value::BigDecimal(_) => Ty::BigDecimal,
            Value::Char(..) => Ty::Char,
            Value::Text(_) => Ty::Str,
            Value::Bytes(..) => Ty::ByteArray,
            Value::List(list) => match list.kind() {
                ListKind::CharArray => Ty::CharArray,
                ListKind::Values => Ty::Collection,
                kind if kind.is_array() => Ty::ObjectArray,
                _ => Ty::List,
            },
            Value::Map(_) => Ty::Map,
            Value::Set(_) => Ty::Set,
            Value::Throwable(_) => Ty::Throwable,
            Value::Object(object) => match Kind::of(object.as_ref()) {
                Kind::Lambda => Ty::Lambda,
                Kind::StringBuilder => Ty::StringBuilder,
                Kind::Class => Ty::Class,
                _ => Ty::Object,
            },
        })
    }

    /// Whether the value is of this type as it is. Null is of every type: it is made a value of primitive ones.
    pub(crate) fn takes(self, value: &Value) -> bool {
        Ty::of(value).is_none_or(|ty| ty.is_part_of(self.boxed()))
    }

    /// Whether this is exactly the value's class.
    pub(crate) fn is_exactly(self, value: &Value) -> bool {
        let concrete = (self.is_number() && self != Ty::Number)
            || matches!(self, Ty::Bool | Ty::Char | Ty::Str | Ty::StringBuilder | Ty::Lambda | Ty::Class);
        match value {
            Value::List(list) if list.kind() == ListKind::ObjectArray => self == Ty::ObjectArray,
            Value::List(list) if list.kind() == ListKind::CharArray => self == Ty::CharArray,
            Value::Bytes(..) => self == Ty::ByteArray,
            value => concrete && Ty::of(value) == Some(self),
        }
    }
}
