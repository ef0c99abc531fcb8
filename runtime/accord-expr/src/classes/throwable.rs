//! `java.lang.Throwable`: `lastError` and what is in it.

use std::sync::Arc;

use accord_value::{Map, Throwable, Value};

use crate::collection::{array, fixed};
use crate::fail::Outcome;
use crate::method::{Call, Method, method};

fn error<'c>(c: &'c Call<'_, '_>) -> Outcome<&'c Arc<Throwable>> {
    c.this.as_throwable().ok_or_else(crate::method::null_argument)
}

fn message(c: &mut Call<'_, '_>) -> Outcome {
    Ok(error(c)?.message.as_ref().map_or(Value::Null, Value::from))
}

pub(crate) static METHODS: &[Method] = &[
    method("getMessage", &[], message).exact(),
    method("getLocalizedMessage", &[], message).exact(),
    method("getCause", &[], |c| Ok(error(c)?.cause.clone().map_or(Value::Null, Value::Throwable))).exact(),
    method("getStackTrace", &[], |_| Ok(array(Vec::new()))).exact(),
    method("getSuppressed", &[], |_| Ok(array(Vec::new()))).exact(),
    method("printStackTrace", &[], |_| Ok(Value::Null)).exact(),
    method("toString", &[], |c| Ok(Value::Text(c.this.to_text()))).exact(),
];

/// What an error of a flow's author has besides.
pub(crate) static USER: &[Method] =
    &[method("getPayload", &[], |c| Ok(error(c)?.payload.clone().unwrap_or_else(|| Value::Map(Map::linked()))))
        .exact()];

/// What the error of a parallel block has besides.
pub(crate) static PARALLEL: &[Method] = &[method("getExceptions", &[], |c| {
    Ok(fixed(error(c)?.exceptions.iter().cloned().map(Value::Throwable).collect()))
})
.exact()];
