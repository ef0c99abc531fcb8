//! Inputs of a task, with getters that fail in the reference's words.

use accord_value::{List, Map, Text, Value};

use crate::TaskError;

/// Named values: the inputs of `task: NAME`. Made of the map that the flow evaluated, which nobody else holds.
#[derive(Clone)]
pub struct Variables(Map);

impl Variables {
    /// No values.
    pub fn new() -> Variables {
        Variables(Map::linked())
    }

    /// Sets a value.
    pub fn insert(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name, value);
    }

    /// The value `name`; null where there is none.
    pub fn get(&self, name: &str) -> Value {
        self.0.get(name).unwrap_or(Value::Null)
    }

    /// Whether there is a value `name` that is not null.
    pub fn has(&self, name: &str) -> bool {
        !matches!(self.get(name), Value::Null)
    }

    /// The values as a map: the same one, not a copy.
    pub fn as_map(&self) -> &Map {
        &self.0
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether anything marked is among the values.
    pub fn is_sensitive(&self) -> bool {
        Value::Map(self.0.clone()).is_sensitive()
    }

    /// These values over `defaults`: a value that is missing here is taken from there.
    #[must_use]
    pub fn over(self, defaults: Option<&Map>) -> Variables {
        let Some(defaults) = defaults else { return self };
        let merged = defaults.copy_as(accord_value::MapKind::Linked);
        merged.put_all(&self.0);
        Variables(merged)
    }

    /// The value `name`, which must be there and not be null.
    ///
    /// # Errors
    /// `Mandatory variable 'NAME' is required`.
    pub fn required(&self, name: &str) -> Result<Value, TaskError> {
        match self.get(name) {
            Value::Null => Err(missing(name)),
            value => Ok(value),
        }
    }

    /// The text `name`, if it is there.
    ///
    /// # Errors
    /// Where it is something else.
    pub fn string(&self, name: &str) -> Result<Option<Text>, TaskError> {
        match self.get(name) {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            other => Err(wrong_type(name, "class java.lang.String", &other)),
        }
    }

    /// The text `name`, which must be there.
    ///
    /// # Errors
    /// Where it is missing or something else.
    pub fn required_string(&self, name: &str) -> Result<Text, TaskError> {
        self.string(name)?.ok_or_else(|| missing(name))
    }

    /// The boolean `name`, or `default`.
    ///
    /// # Errors
    /// Where it is something else.
    pub fn boolean(&self, name: &str, default: bool) -> Result<bool, TaskError> {
        match self.get(name) {
            Value::Null => Ok(default),
            Value::Bool(value) => Ok(value),
            other => Err(wrong_type(name, "class java.lang.Boolean", &other)),
        }
    }

    /// The number `name`, if it is there.
    ///
    /// # Errors
    /// Where it is something else.
    pub fn number(&self, name: &str) -> Result<Option<Value>, TaskError> {
        match self.get(name) {
            Value::Null => Ok(None),
            number if number.is_number() => Ok(Some(number)),
            other => Err(wrong_type(name, "class java.lang.Number", &other)),
        }
    }

    /// The whole number `name`, or `default`; fractions are cut off, as Java's `intValue` does.
    ///
    /// # Errors
    /// Where it is no number.
    pub fn integer(&self, name: &str, default: i64) -> Result<i64, TaskError> {
        Ok(self.number(name)?.map_or(default, |number| whole(&number)))
    }

    /// The map `name`, if it is there.
    ///
    /// # Errors
    /// Where it is something else.
    pub fn map(&self, name: &str) -> Result<Option<Map>, TaskError> {
        match self.get(name) {
            Value::Null => Ok(None),
            Value::Map(map) => Ok(Some(map)),
            other => Err(wrong_type(name, "interface java.util.Map", &other)),
        }
    }

    /// The map `name`, which must be there.
    ///
    /// # Errors
    /// Where it is missing or something else.
    pub fn required_map(&self, name: &str) -> Result<Map, TaskError> {
        self.map(name)?.ok_or_else(|| missing(name))
    }

    /// The list `name`, if it is there.
    ///
    /// # Errors
    /// Where it is something else.
    pub fn list(&self, name: &str) -> Result<Option<List>, TaskError> {
        match self.get(name) {
            Value::Null => Ok(None),
            Value::List(list) => Ok(Some(list)),
            other => Err(wrong_type(name, "interface java.util.Collection", &other)),
        }
    }
}

impl Default for Variables {
    fn default() -> Variables {
        Variables::new()
    }
}

impl From<Map> for Variables {
    fn from(map: Map) -> Variables {
        Variables(map)
    }
}

impl<K: Into<Value>, V: Into<Value>> FromIterator<(K, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(items: I) -> Variables {
        Variables(items.into_iter().collect())
    }
}

/// Names only: values may be secret.
impl std::fmt::Debug for Variables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Java's `longValue()` of a number.
fn whole(number: &Value) -> i64 {
    match number {
        Value::Byte(n) => i64::from(*n),
        Value::Short(n) => i64::from(*n),
        Value::Int(n) => i64::from(*n),
        Value::Long(n) => *n,
        #[expect(clippy::cast_possible_truncation, reason = "Java's longValue() cuts off and saturates, as `as` does")]
        Value::Float(n) => *n as i64,
        #[expect(clippy::cast_possible_truncation, reason = "Java's longValue() cuts off and saturates, as `as` does")]
        Value::Double(n) => *n as i64,
        _ => 0,
    }
}

fn missing(name: &str) -> TaskError {
    TaskError::illegal_argument(format!("Mandatory variable '{name}' is required"))
}

fn wrong_type(name: &str, expected: &str, got: &Value) -> TaskError {
    TaskError::illegal_argument(format!(
        "Invalid variable '{name}' type, expected: {expected}, got: class {}",
        got.class_name()
    ))
}
