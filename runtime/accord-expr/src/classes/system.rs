//! The harmless part of `java.lang.System`, and `java.lang.Object`.

use accord_value::Value;

use crate::fail::{Fail, Outcome};
use crate::method::{Call, Method, function};
use crate::types::Ty::{Object, Str};
use crate::utf16::text;

fn key<'c>(c: &'c Call<'_, '_>) -> Outcome<&'c str> {
    match c.str(0) {
        "" => Err(Fail::java("IllegalArgumentException", "key can't be empty")),
        key => Ok(key),
    }
}

pub(crate) static METHODS: &[Method] = &[
    function("getProperty", &[Str], |c| Ok(c.evaluator.scope.system_property(key(c)?).into())),
    function("getProperty", &[Str, Str], |c| {
        let found = c.evaluator.scope.system_property(key(c)?);
        Ok(found.map_or_else(|| c.argument(1).clone(), Value::from))
    })
    .exact(),
    function("getenv", &[Str], |c| Ok(c.evaluator.scope.env(c.str(0)).into())),
    function("lineSeparator", &[], |_| text("\n")),
    function("currentTimeMillis", &[], |c| Ok(Value::Long(c.evaluator.scope.now_millis()))),
    function("nanoTime", &[], |c| Ok(Value::Long(c.evaluator.scope.now_millis().wrapping_mul(1_000_000)))),
    function("identityHashCode", &[Object], |c| Ok(Value::Int(c.argument(0).hash_code()))),
];
