//! The classes of Java that flows meet: which methods a value has, and which classes of `java.lang` a flow can name.
//!
//! Methods are tables, a module for each class. The tables name all overloads that Java has and flows could reach, also
//! those that need a lambda in Java and so cannot be called: the choice between overloads depends on all of them.

mod big;
mod character;
mod errors;
mod floats;
mod list;
mod map;
mod math;
mod numbers;
mod set;
mod string;
mod system;
#[cfg(test)]
mod tests;
mod throwable;
mod whole_math;

use std::cmp::Ordering;

use accord_value::{ListKind, MapKind, SetKind, Text, Throwable, Value};

use crate::class::{self, JavaClass};
use crate::fail::{Fail, Outcome};
use crate::java_stream::{self, JavaStream};
use crate::method::{Call, Method, method};
use crate::object::Kind;
use crate::operators::natural;
use crate::types::Ty::Object;
use crate::{entry, iterator, stream, string_builder};

/// What every object has.
pub(crate) static OBJECT: &[Method] = &[
    method("getClass", &[], |c| Ok(JavaClass::of(c.this))).exact(),
    method("toString", &[], |c| Ok(Value::Text(c.this.to_text()))).exact(),
    method("equals", &[Object], |c| Ok(Value::Bool(c.this == c.argument(0)))),
    method("hashCode", &[], |c| Ok(Value::Int(c.this.hash_code()))),
];

/// Only the class; for values whose other methods are in their own tables.
static CLASS_ONLY: &[Method] = &[method("getClass", &[], |c| Ok(JavaClass::of(c.this))).exact()];

/// Of classes of which no flow makes an object.
static NONE: &[Method] = &[];

/// A class of `java.lang` that flows can name.
pub(crate) struct Class {
    /// The full name.
    pub(crate) name: &'static str,
    simple: &'static str,
    /// All methods, those of objects too.
    pub(crate) tables: &'static [&'static [Method]],
    /// Called by the class's name.
    pub(crate) constructors: &'static [Method],
    fields: fn(&str) -> Option<Value>,
}

fn no_field(_: &str) -> Option<Value> {
    None
}

static CLASSES: &[Class] = &[
    Class {
        name: "java.lang.String",
        simple: "String",
        tables: STRING,
        constructors: string::CONSTRUCTORS,
        fields: no_field,
    },
    Class {
        name: "java.lang.Integer",
        simple: "Integer",
        tables: INTEGER,
        constructors: numbers::NEW_INTEGER,
        fields: numbers::integer_field,
    },
    Class {
        name: "java.lang.Long",
        simple: "Long",
        tables: LONG,
        constructors: numbers::NEW_LONG,
        fields: numbers::long_field,
    },
    Class {
        name: "java.lang.Short",
        simple: "Short",
        tables: SHORT,
        constructors: numbers::NEW_SHORT,
        fields: numbers::short_field,
    },
    Class {
        name: "java.lang.Byte",
        simple: "Byte",
        tables: BYTE,
        constructors: numbers::NEW_BYTE,
        fields: numbers::byte_field,
    },
    Class {
        name: "java.lang.Double",
        simple: "Double",
        tables: DOUBLE,
        constructors: floats::NEW_DOUBLE,
        fields: floats::double_field,
    },
    Class {
        name: "java.lang.Float",
        simple: "Float",
        tables: FLOAT,
        constructors: floats::NEW_FLOAT,
        fields: floats::float_field,
    },
    Class {
        name: "java.lang.Boolean",
        simple: "Boolean",
        tables: BOOLEAN,
        constructors: numbers::NEW_BOOLEAN,
        fields: numbers::boolean_field,
    },
    Class {
        name: "java.lang.Character",
        simple: "Character",
        tables: CHARACTER,
        constructors: character::CONSTRUCTORS,
        fields: character::field,
    },
    Class {
        name: "java.lang.Math",
        simple: "Math",
        tables: &[math::METHODS, whole_math::METHODS],
        constructors: NONE,
        fields: math::field,
    },
    Class {
        name: "java.lang.StrictMath",
        simple: "StrictMath",
        tables: &[math::METHODS, whole_math::METHODS],
        constructors: NONE,
        fields: math::field,
    },
    Class {
        name: "java.lang.System",
        simple: "System",
        tables: &[system::METHODS],
        constructors: NONE,
        fields: no_field,
    },
    Class {
        name: "java.lang.StringBuilder",
        simple: "StringBuilder",
        tables: BUILDER,
        constructors: string_builder::CONSTRUCTORS,
        fields: no_field,
    },
    Class {
        name: "java.lang.StringBuffer",
        simple: "StringBuffer",
        tables: BUILDER,
        constructors: string_builder::BUFFER_CONSTRUCTORS,
        fields: no_field,
    },
];

static STRING: &[&[Method]] = &[string::METHODS, CLASS_ONLY];
static INTEGER: &[&[Method]] = &[numbers::NUMBER, numbers::INTEGER, CLASS_ONLY];
static LONG: &[&[Method]] = &[numbers::NUMBER, numbers::LONG, CLASS_ONLY];
static SHORT: &[&[Method]] = &[numbers::NUMBER, numbers::SHORT, CLASS_ONLY];
static BYTE: &[&[Method]] = &[numbers::NUMBER, numbers::BYTE, CLASS_ONLY];
static DOUBLE: &[&[Method]] = &[numbers::NUMBER, floats::DOUBLE, CLASS_ONLY];
static FLOAT: &[&[Method]] = &[numbers::NUMBER, floats::FLOAT, CLASS_ONLY];
static BIG_INTEGER: &[&[Method]] = &[numbers::NUMBER, big::INTEGER, CLASS_ONLY];
static BIG_DECIMAL: &[&[Method]] = &[numbers::NUMBER, big::DECIMAL, CLASS_ONLY];
static BOOLEAN: &[&[Method]] = &[numbers::BOOLEAN, CLASS_ONLY];
static CHARACTER: &[&[Method]] = &[character::METHODS, CLASS_ONLY];
static BUILDER: &[&[Method]] = &[string_builder::METHODS, OBJECT];
static LIST: &[&[Method]] = &[list::METHODS, CLASS_ONLY];
static VALUES: &[&[Method]] = &[list::VALUES, OBJECT];
static SET: &[&[Method]] = &[set::METHODS, CLASS_ONLY];
static ORDERED_SET: &[&[Method]] = &[set::METHODS, set::ORDERED, CLASS_ONLY];
static MAP: &[&[Method]] = &[map::METHODS, CLASS_ONLY];
static ORDERED_MAP: &[&[Method]] = &[map::METHODS, map::ORDERED, CLASS_ONLY];
static TREE_MAP: &[&[Method]] = &[map::METHODS, map::ORDERED, map::TREE, CLASS_ONLY];
static ERROR: &[&[Method]] = &[throwable::METHODS, OBJECT];
static USER_ERROR: &[&[Method]] = &[throwable::METHODS, throwable::USER, OBJECT];
static PARALLEL_ERROR: &[&[Method]] = &[throwable::METHODS, throwable::PARALLEL, OBJECT];
static CLASS_TABLE: &[&[Method]] = &[class::METHODS, OBJECT];
static PACKAGE_TABLE: &[&[Method]] = &[class::PACKAGE_METHODS, OBJECT];
static STREAM_TABLE: &[&[Method]] = &[stream::METHODS, OBJECT];
static EL_OPTIONAL: &[&[Method]] = &[stream::OPTIONAL_METHODS, OBJECT];
static JAVA_OPTIONAL: &[&[Method]] = &[java_stream::OPTIONAL_METHODS, OBJECT];
static ITERATOR: &[&[Method]] = &[iterator::METHODS, OBJECT];
static ENTRY: &[&[Method]] = &[entry::METHODS, OBJECT];
static PLAIN: &[&[Method]] = &[OBJECT];

/// Whether `simple` names a class of `java.lang` that flows can use.
pub fn is_java_class(simple: &str) -> bool {
    class(simple).is_some()
}

/// The class of `java.lang` with this simple name, if flows can name it.
pub(crate) fn class(simple: &str) -> Option<&'static Class> {
    if !simple.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    CLASSES.iter().chain(errors::CLASSES).find(|class| class.simple == simple)
}

/// The classes that flows can name, by their simple names.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, &'static Class)> {
    CLASSES.iter().chain(errors::CLASSES).map(|class| (class.simple, class))
}

impl Class {
    /// The value of a constant.
    pub(crate) fn field(&self, name: &str) -> Outcome {
        (self.fields)(name).ok_or_else(|| {
            Fail::no_property(Some(Text::plain(format!(
                "Either '{name}' is not a public static field of the class '{}' or field is inaccessible",
                self.name
            ))))
        })
    }
}

/// The methods of a value.
pub(crate) fn tables(value: &Value) -> &'static [&'static [Method]] {
    match value {
        Value::Null => &[],
        Value::Bool(_) => BOOLEAN,
        Value::Byte(_) => BYTE,
        Value::Short(_) => SHORT,
        Value::Int(_) => INTEGER,
        Value::Long(_) => LONG,
        Value::Float(_) => FLOAT,
        Value::Double(_) => DOUBLE,
        Value::BigInt(_) => BIG_INTEGER,
        Value::BigDecimal(_) => BIG_DECIMAL,
        Value::Char(..) => CHARACTER,
        Value::Text(_) => STRING,
        Value::Bytes(..) => PLAIN,
        Value::List(list) => match list.kind() {
            ListKind::Array | ListKind::Fixed | ListKind::Immutable => LIST,
            ListKind::Values => VALUES,
            ListKind::ObjectArray | ListKind::StringArray | ListKind::CharArray => PLAIN,
        },
        Value::Map(map) => match map.kind() {
            MapKind::Linked | MapKind::Immutable => ORDERED_MAP,
            MapKind::Hash => MAP,
            MapKind::Tree => TREE_MAP,
        },
        Value::Set(set) => match set.kind() {
            SetKind::Linked | SetKind::Tree => ORDERED_SET,
            SetKind::Hash | SetKind::Immutable => SET,
        },
        Value::Throwable(error) if &*error.class == Throwable::USER_DEFINED || error.payload.is_some() => USER_ERROR,
        Value::Throwable(error) if !error.exceptions.is_empty() => PARALLEL_ERROR,
        Value::Throwable(_) => ERROR,
        Value::Object(object) => match Kind::of(object.as_ref()) {
            Kind::Class => CLASS_TABLE,
            Kind::Package => PACKAGE_TABLE,
            Kind::Stream => STREAM_TABLE,
            Kind::ElOptional => EL_OPTIONAL,
            Kind::JavaStream => object.as_any().downcast_ref::<JavaStream>().map_or(PLAIN, JavaStream::tables),
            Kind::JavaOptional => JAVA_OPTIONAL,
            Kind::Iterator => ITERATOR,
            Kind::Entry => ENTRY,
            Kind::StringBuilder => BUILDER,
            Kind::Lambda | Kind::Task | Kind::Lazy | Kind::Foreign => PLAIN,
        },
    }
}

/// An order as Java's `compare` gives it.
fn order(ordering: Ordering) -> Outcome {
    Ok(Value::Int(match ordering {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }))
}

/// `compareTo(Object)`, which is chosen where the argument is of another class: it complains about that.
fn compare_to(c: &mut Call<'_, '_>) -> Outcome {
    match (c.this, c.argument(0)) {
        (Value::Text(a), Value::Text(b)) => Ok(Value::Int(accord_value::compare_texts(a.as_str(), b.as_str()))),
        (a, b) => order(natural(a, b)?),
    }
}

fn by_zero() -> Fail {
    Fail::java("ArithmeticException", "/ by zero")
}
