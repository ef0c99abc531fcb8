//! Locks, keys with values and documents in memory.

use std::collections::BTreeMap;

use accord_value::{Map, Text, Value};
use parking_lot::Mutex;

use crate::{JsonStoreService, KvService, LockScope, LockService, TaskError};

/// Locks that are always free; what was asked for is kept.
#[derive(Default)]
pub struct TestLocks {
    calls: Mutex<Vec<String>>,
}

impl TestLocks {
    /// The calls, in order.
    pub fn calls(&self) -> Vec<String> {
        self.calls.lock().clone()
    }
}

impl LockService for TestLocks {
    fn lock(&self, name: &str, scope: LockScope) -> Result<(), TaskError> {
        self.calls.lock().push(format!("lock {name} {scope:?}"));
        Ok(())
    }

    fn unlock(&self, name: &str, scope: LockScope) -> Result<(), TaskError> {
        self.calls.lock().push(format!("unlock {name} {scope:?}"));
        Ok(())
    }
}

/// Keys with values.
#[derive(Default)]
pub struct TestKv {
    values: Mutex<BTreeMap<String, Value>>,
}

impl KvService for TestKv {
    fn get_string(&self, key: &str) -> Result<Option<Text>, TaskError> {
        Ok(match self.values.lock().get(key) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        })
    }

    fn put_string(&self, key: &str, value: &Text) -> Result<(), TaskError> {
        self.values.lock().insert(key.to_owned(), Value::Text(value.clone()));
        Ok(())
    }

    fn get_long(&self, key: &str) -> Result<Option<i64>, TaskError> {
        Ok(match self.values.lock().get(key) {
            Some(Value::Long(number)) => Some(*number),
            _ => None,
        })
    }

    fn put_long(&self, key: &str, value: i64) -> Result<(), TaskError> {
        self.values.lock().insert(key.to_owned(), Value::Long(value));
        Ok(())
    }

    fn increment(&self, key: &str) -> Result<i64, TaskError> {
        let mut values = self.values.lock();
        let next = match values.get(key) {
            Some(Value::Long(number)) => number.wrapping_add(1),
            Some(_) => return Err(TaskError::illegal_argument(format!("The value of '{key}' is not a number."))),
            None => 1,
        };
        values.insert(key.to_owned(), Value::Long(next));
        Ok(next)
    }

    fn remove(&self, key: &str) -> Result<(), TaskError> {
        self.values.lock().remove(key);
        Ok(())
    }
}

/// Documents by organization, store and path. Queries answer with their name and parameters.
#[derive(Default)]
pub struct TestJsonStore {
    documents: Mutex<BTreeMap<(String, String, String), Value>>,
    queries: Mutex<BTreeMap<(String, String), String>>,
}

fn org_of(org: Option<&str>) -> String {
    org.unwrap_or("Default").to_owned()
}

impl JsonStoreService for TestJsonStore {
    fn store_exists(&self, org: Option<&str>, store: &str) -> Result<bool, TaskError> {
        let org = org_of(org);
        Ok(self.documents.lock().keys().any(|(o, s, _)| *o == org && s == store))
    }

    fn exists(&self, org: Option<&str>, store: &str, path: &str) -> Result<bool, TaskError> {
        Ok(self.get(org, store, path)?.is_some())
    }

    fn get(&self, org: Option<&str>, store: &str, path: &str) -> Result<Option<Value>, TaskError> {
        Ok(self.documents.lock().get(&(org_of(org), store.to_owned(), path.to_owned())).cloned())
    }

    fn put(&self, org: Option<&str>, store: &str, path: &str, data: &Value, create: bool) -> Result<(), TaskError> {
        if !create && !self.store_exists(org, store)? {
            return Err(TaskError::illegal_argument(format!("JSON store '{store}' not found")));
        }
        self.documents.lock().insert((org_of(org), store.to_owned(), path.to_owned()), data.clone());
        Ok(())
    }

    fn delete(&self, org: Option<&str>, store: &str, path: &str) -> Result<bool, TaskError> {
        Ok(self.documents.lock().remove(&(org_of(org), store.to_owned(), path.to_owned())).is_some())
    }

    fn put_query(&self, _org: Option<&str>, store: &str, name: &str, text: &str) -> Result<(), TaskError> {
        self.queries.lock().insert((store.to_owned(), name.to_owned()), text.to_owned());
        Ok(())
    }

    fn execute_query(
        &self,
        _org: Option<&str>,
        store: &str,
        name: &str,
        parameters: Option<&Map>,
    ) -> Result<Vec<Value>, TaskError> {
        match self.queries.lock().get(&(store.to_owned(), name.to_owned())) {
            Some(text) => {
                let row = Map::linked();
                row.insert("query", text.as_str());
                row.insert("params", parameters.cloned().map_or(Value::Null, Value::Map));
                Ok([Value::Map(row)].into())
            }
            None => Err(TaskError::illegal_argument(format!("Query '{name}' not found"))),
        }
    }
}
