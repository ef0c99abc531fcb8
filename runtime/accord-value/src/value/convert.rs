//! From Rust's types to values.

use std::sync::Arc;

use bigdecimal::BigDecimal;
use num_bigint::BigInt;

use super::Value;
use crate::{Bytes, List, Map, Object, Set, Text, Throwable};

/// One `From` per type and variant.
macro_rules! from {
    ($($type:ty => |$value:ident| $make:expr;)*) => {
        $(impl From<$type> for Value {
            fn from($value: $type) -> Value {
                $make
            }
        })*
    };
}

from! {
    bool => |value| Value::Bool(value);
    i32 => |value| Value::Int(value);
    i64 => |value| Value::Long(value);
    f32 => |value| Value::Float(value);
    f64 => |value| Value::Double(value);
    BigInt => |value| Value::BigInt(Arc::new(value));
    BigDecimal => |value| Value::BigDecimal(Arc::new(value));
    Text => |value| Value::Text(value);
    &Text => |value| Value::Text(value.clone());
    &str => |value| Value::Text(Text::plain(value));
    String => |value| Value::Text(Text::plain(value));
    &String => |value| Value::Text(Text::plain(value.as_str()));
    Arc<str> => |value| Value::Text(Text::plain(value));
    &Arc<str> => |value| Value::Text(Text::plain(value.clone()));
    Vec<u8> => |value| Value::Bytes(Bytes::plain(value));
    Bytes => |value| Value::Bytes(value);
    List => |value| Value::List(value);
    &List => |value| Value::List(value.clone());
    Map => |value| Value::Map(value);
    &Map => |value| Value::Map(value.clone());
    Set => |value| Value::Set(value);
    &Set => |value| Value::Set(value.clone());
    Throwable => |value| Value::Throwable(Arc::new(value));
    Arc<Throwable> => |value| Value::Throwable(value);
    Arc<dyn Object> => |value| Value::Object(value);
    &Value => |value| value.clone();
    Vec<Value> => |value| Value::List(List::new(value));
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

impl Value {
    /// An object as a value.
    pub fn object(object: impl Object) -> Value {
        Value::Object(Arc::new(object))
    }
}
