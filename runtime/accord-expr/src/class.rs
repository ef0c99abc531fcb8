//! `java.lang.Class` and packages, as far as flows look at them.

use std::sync::Arc;

use accord_value::{Object, Text, Value, hash_text, simple_name};

use crate::method::{Call, Method, method};
use crate::types::Ty::Object as AnyObject;
use crate::utf16::text;

/// A class.
pub(crate) struct JavaClass {
    name: Arc<str>,
}

/// A package of classes.
pub(crate) struct Package {
    name: Arc<str>,
}

impl JavaClass {
    /// The class of a value.
    pub(crate) fn of(value: &Value) -> Value {
        Value::object(JavaClass { name: value.class_name().into() })
    }
}

fn package_of(class: &str) -> &str {
    class.rsplit_once('.').map_or("", |(package, _)| package).trim_start_matches(['[', 'L'])
}

impl Object for JavaClass {
    fn class_name(&self) -> &str {
        "java.lang.Class"
    }

    fn text(&self) -> Text {
        Text::plain(format!("class {}", self.name))
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<JavaClass>().is_some_and(|other| other.name == self.name)
    }

    fn hash_code(&self) -> i32 {
        hash_text(&self.name)
    }
}

impl Object for Package {
    fn class_name(&self) -> &str {
        "java.lang.Package"
    }

    fn text(&self) -> Text {
        Text::plain(format!("package {}", self.name))
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Package>().is_some_and(|other| other.name == self.name)
    }

    fn hash_code(&self) -> i32 {
        hash_text(&self.name)
    }
}

fn name<'c>(c: &'c Call<'_, '_>) -> &'c str {
    c.this.as_object::<JavaClass>().map_or("", |class| &class.name)
}

pub(crate) static METHODS: &[Method] = &[
    method("getName", &[], |c| text(name(c))),
    method("getSimpleName", &[], |c| text(simple_name(name(c)))),
    method("getTypeName", &[], |c| {
        let name = name(c);
        text(if name.starts_with('[') { name.trim_start_matches("[L").replace(';', "[]") } else { name.to_owned() })
    }),
    method("getCanonicalName", &[], |c| text(name(c).replace('$', "."))),
    method("getPackageName", &[], |c| text(package_of(name(c)))),
    method("getPackage", &[], |c| Ok(Value::object(Package { name: package_of(name(c)).into() }))),
    method("isArray", &[], |c| Ok(Value::Bool(name(c).starts_with('[')))),
    method("isInterface", &[], |_| Ok(Value::Bool(false))),
    method("isEnum", &[], |_| Ok(Value::Bool(false))),
    method("isPrimitive", &[], |_| Ok(Value::Bool(false))),
    method("isInstance", &[AnyObject], |c| Ok(Value::Bool(c.argument(0).class_name() == name(c)))),
];

pub(crate) static PACKAGE_METHODS: &[Method] =
    &[method("getName", &[], |c| text(c.this.as_object::<Package>().map_or("", |package| &package.name)))];
