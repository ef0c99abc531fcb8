//! The classes of errors in `java.lang`, whose objects a flow can make.

use accord_value::{Text, Throwable, Value};

use super::{Class, ERROR, no_field};
use crate::fail::Outcome;
use crate::method::{Call, function};
use crate::types::Ty::{Str, Throwable as AnyError};

fn make(class: &str, message: Option<Text>, cause: Option<&Value>) -> Outcome {
    let mut error = Throwable::new(class, "");
    error.message = message;
    error.cause = cause.and_then(Value::as_throwable).cloned();
    Ok(error.into())
}

fn message(c: &Call<'_, '_>) -> Option<Text> {
    c.argument(0).as_text().cloned()
}

/// The message of an error that is made of its cause alone.
fn of_cause(c: &Call<'_, '_>) -> Option<Text> {
    c.argument(0).as_throwable().map(|cause| cause.to_text())
}

macro_rules! classes {
    ($($simple:literal $($causes:ident)?,)*) => {
        /// All of them.
        pub(super) static CLASSES: &[Class] = &[$(Class {
            name: concat!("java.lang.", $simple),
            simple: $simple,
            tables: ERROR,
            constructors: classes!(@constructors concat!("java.lang.", $simple) $(, $causes)?),
            fields: no_field,
        }),*];
    };
    (@constructors $name:expr) => {
        &[
            function("<init>", &[], |_| make($name, None, None)).exact(),
            function("<init>", &[Str], |c| make($name, message(c), None)).exact(),
        ]
    };
    (@constructors $name:expr, causes) => {
        &[
            function("<init>", &[], |_| make($name, None, None)).exact(),
            function("<init>", &[Str], |c| make($name, message(c), None)).exact(),
            function("<init>", &[AnyError], |c| make($name, of_cause(c), Some(c.argument(0)))).exact(),
            function("<init>", &[Str, AnyError], |c| make($name, message(c), Some(c.argument(1)))).exact(),
        ]
    };
}

classes! {
    "Exception" causes,
    "RuntimeException" causes,
    "Throwable" causes,
    "Error" causes,
    "IllegalArgumentException" causes,
    "IllegalStateException" causes,
    "UnsupportedOperationException" causes,
    "SecurityException" causes,
    "ArithmeticException",
    "ArrayIndexOutOfBoundsException",
    "ClassCastException",
    "IndexOutOfBoundsException",
    "InterruptedException",
    "NullPointerException",
    "NumberFormatException",
    "StringIndexOutOfBoundsException",
}
