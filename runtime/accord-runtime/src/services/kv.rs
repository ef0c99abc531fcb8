//! Values under keys, in the store. Source: Concord's documentation, *Key Value Task*.

use accord_sdk::{KvService, TaskError};
use accord_secrets::SharedPlace;
use accord_store::KvRow;
use accord_value::{Text, Value};

use super::shared::failure;
use super::{Shared, sealed};
use crate::clock;

/// What is set under a key.
enum New<'a> {
    Text(&'a Text),
    Number(i64),
}

impl Shared {
    fn read_key(&self, key: &str) -> Result<Option<KvRow>, TaskError> {
        let Some(opened) = self.open_if_any()? else { return Ok(None) };
        let (_, scope_id) = self.key_scope(&opened)?;
        let found = opened.wait(async {
            let mut read = opened.store().database().read().await?;
            let row = read.kv(&scope_id, key).await?;
            read.finish().await?;
            Ok(row)
        });
        found.map_err(|error: accord_store::Error| failure(&error.into()))
    }

    fn set_key(&self, key: &str, new: &New<'_>) -> Result<(), TaskError> {
        let opened = self.open()?;
        let (scope, scope_id) = self.key_scope(&opened)?;
        let mut row = row(scope_id, key);
        match new {
            New::Number(number) => row.number = Some(*number),
            New::Text(text) => match sealed::known(text, &self.masking) {
                text if text.is_sensitive() => {
                    let value = Value::Text(text);
                    row.sealed = Some(sealed::seal(&opened, scope, &SharedPlace::Kv { key }, &value)?);
                }
                text => row.text = Some(text.as_str().to_owned()),
            },
        }
        let written = opened.wait(async {
            let mut tx = opened.store().database().begin().await?;
            tx.put_kv(&row).await?;
            tx.commit().await
        });
        written.map_err(|error| failure(&error.into()))
    }
}

fn row(scope_id: String, key: &str) -> KvRow {
    let updated_at = clock::now_millis().saturating_mul(1000);
    KvRow { scope_id, key: key.to_owned(), text: None, number: None, sealed: None, updated_at }
}

impl KvService for Shared {
    fn get_string(&self, key: &str) -> Result<Option<Text>, TaskError> {
        let Some(row) = self.read_key(key)? else { return Ok(None) };
        let Some(bytes) = row.sealed else { return Ok(row.text.map(Text::plain)) };
        let opened = self.open()?;
        let (scope, _) = self.key_scope(&opened)?;
        let value = sealed::open(&opened, &self.masking, scope, &SharedPlace::Kv { key }, &bytes)?;
        Ok(Some(value.to_text()))
    }

    fn put_string(&self, key: &str, value: &Text) -> Result<(), TaskError> {
        self.set_key(key, &New::Text(value))
    }

    fn get_long(&self, key: &str) -> Result<Option<i64>, TaskError> {
        Ok(self.read_key(key)?.and_then(|row| row.number))
    }

    fn put_long(&self, key: &str, value: i64) -> Result<(), TaskError> {
        self.set_key(key, &New::Number(value))
    }

    fn increment(&self, key: &str) -> Result<i64, TaskError> {
        let opened = self.open()?;
        let (_, scope_id) = self.key_scope(&opened)?;
        let mut row = row(scope_id, key);
        let next = opened.wait(async {
            // One transaction, which no other writer comes into: each process gets a number of its own.
            let mut tx = opened.store().database().begin().await?;
            let next = match tx.kv(&row.scope_id, key).await? {
                None => Some(1),
                Some(found) => found.number.and_then(|number| number.checked_add(1)),
            };
            if next.is_none() {
                tx.rollback().await?;
                return Ok(None);
            }
            row.number = next;
            tx.put_kv(&row).await?;
            tx.commit().await?;
            Ok(next)
        });
        match next.map_err(|error: accord_store::Error| failure(&error.into()))? {
            Some(next) => Ok(next),
            None => Err(TaskError::illegal_argument(format!(
                "The value of '{key}' is no number that can be incremented: expected one set by putLong or inc, below {}",
                i64::MAX
            ))),
        }
    }

    fn remove(&self, key: &str) -> Result<(), TaskError> {
        let Some(opened) = self.open_if_any()? else { return Ok(()) };
        let (_, scope_id) = self.key_scope(&opened)?;
        let removed = opened.wait(async {
            let mut tx = opened.store().database().begin().await?;
            tx.delete_kv(&scope_id, key).await?;
            tx.commit().await
        });
        removed.map_err(|error| failure(&error.into()))
    }
}
