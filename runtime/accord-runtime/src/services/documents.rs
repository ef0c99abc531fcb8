//! Stores of JSON documents, in the store. Source: Concord's documentation, *JSON Store Task* and *JSON Store*.
//!
//! A document that holds a secret is sealed as a whole; beside it lies a copy in which the secret is masked.

use std::sync::Arc;

use accord_sdk::{JsonStoreService, TaskError};
use accord_secrets::{SharedPlace, StateScope};
use accord_store::{JsonItemRow, JsonStoreRow, Session};
use accord_value::{Map, Throwable, Value, json};

use super::query::Query;
use super::shared::failure;
use super::{Shared, sealed};
use crate::clock;
use crate::store::Opened;

type StoreResult<T> = Result<T, accord_secrets::Error>;

/// A store that is there, in the open database.
struct Found {
    opened: Arc<Opened>,
    row: JsonStoreRow,
}

impl Shared {
    /// The JSON store of that name, if there is one.
    fn find(&self, org: Option<&str>, store: &str) -> Result<Option<Found>, TaskError> {
        let Some(opened) = self.open_if_any()? else { return Ok(None) };
        let found: StoreResult<_> = opened.wait(async {
            let org = opened.store().org(opened.caller(), self.org(org)).await?;
            let mut read = opened.store().database().read().await?;
            let row = read.json_store(&org.id.to_string(), store).await?;
            read.finish().await?;
            Ok(row)
        });
        let row = found.map_err(|error| failure(&error))?;
        Ok(row.map(|row| Found { opened, row }))
    }

    fn item(&self, org: Option<&str>, store: &str, path: &str) -> Result<Option<(Found, JsonItemRow)>, TaskError> {
        let Some(found) = self.find(org, store)? else { return Ok(None) };
        let item: StoreResult<_> = found.opened.wait(async {
            let mut read = found.opened.store().database().read().await?;
            let item = read.json_item(&found.row.id, path).await?;
            read.finish().await?;
            Ok(item)
        });
        Ok(item.map_err(|error| failure(&error))?.map(|item| (found, item)))
    }

    fn document(&self, opened: &Opened, item: &JsonItemRow) -> Result<Value, TaskError> {
        let place = SharedPlace::JsonItem { store_id: &item.store_id, path: &item.path };
        match &item.sealed {
            Some(bytes) => sealed::open(opened, &self.masking, StateScope::Installation, &place, bytes),
            None => Ok(json::parse(&item.data).map_err(Throwable::from)?),
        }
    }

    /// The store in a writing transaction; with `create`, a missing one is made.
    async fn writable(
        &self,
        opened: &Opened,
        org: Option<&str>,
        store: &str,
        create: bool,
    ) -> StoreResult<Result<(accord_store::Tx, JsonStoreRow), TaskError>> {
        let org = opened.store().org(opened.caller(), self.org(org)).await?;
        let mut tx = opened.store().database().begin().await?;
        if let Some(row) = tx.json_store(&org.id.to_string(), store).await? {
            return Ok(Ok((tx, row)));
        }
        if !create {
            tx.rollback().await?;
            return Ok(Err(TaskError::illegal_argument(format!(
                "JSON store '{store}' not found in the organization '{}': jsonStore.upsert makes it",
                org.name
            ))));
        }
        if let Err(error) = accord_secrets::check_name("JSON store", store) {
            tx.rollback().await?;
            return Err(error);
        }
        let id = uuid::Uuid::new_v4().to_string();
        let row = JsonStoreRow { id, org_id: org.id.to_string(), name: store.to_owned(), created_at: now() };
        tx.insert_json_store(&row).await?;
        Ok(Ok((tx, row)))
    }
}

fn now() -> i64 {
    clock::now_millis().saturating_mul(1000)
}

fn checked_path(path: &str) -> Result<&str, TaskError> {
    if path.trim().is_empty() {
        return Err(TaskError::illegal_argument("The path of a JSON store item cannot be empty or null"));
    }
    Ok(path)
}

async fn items(session: &mut Session, store: &str, query: &str) -> StoreResult<(Option<String>, Vec<JsonItemRow>)> {
    let text = session.json_query(store, query).await?;
    let items = if text.is_some() { session.json_items(store).await? } else { Vec::new() };
    Ok((text, items))
}

impl JsonStoreService for Shared {
    fn store_exists(&self, org: Option<&str>, store: &str) -> Result<bool, TaskError> {
        Ok(self.find(org, store)?.is_some())
    }

    fn exists(&self, org: Option<&str>, store: &str, path: &str) -> Result<bool, TaskError> {
        Ok(self.item(org, store, path)?.is_some())
    }

    fn get(&self, org: Option<&str>, store: &str, path: &str) -> Result<Option<Value>, TaskError> {
        let Some((found, item)) = self.item(org, store, path)? else { return Ok(None) };
        self.document(&found.opened, &item).map(Some)
    }

    fn put(&self, org: Option<&str>, store: &str, path: &str, data: &Value, create: bool) -> Result<(), TaskError> {
        checked_path(path)?;
        // Refuses what JSON cannot hold, and what is nested too deep for a walk.
        json::to_text(data)?;
        let value = sealed::as_json(data, &self.masking)?;
        let text = json::to_text(&value)?;
        let opened = self.open()?;
        let started = opened.wait(self.writable(&opened, org, store, create)).map_err(|error| failure(&error))?;
        let (mut tx, row) = started?;
        let place = SharedPlace::JsonItem { store_id: &row.id, path };
        let sealed = match value.is_sensitive() {
            true => Some(sealed::seal(&opened, StateScope::Installation, &place, &value)?),
            false => None,
        };
        let (data, path) = (text.masked().into_owned(), path.to_owned());
        let item = JsonItemRow { store_id: row.id, path, data, sealed, updated_at: now() };
        let written = opened.wait(async {
            tx.put_json_item(&item).await?;
            tx.commit().await
        });
        written.map_err(|error| failure(&error.into()))
    }

    fn delete(&self, org: Option<&str>, store: &str, path: &str) -> Result<bool, TaskError> {
        let Some(found) = self.find(org, store)? else { return Ok(false) };
        let deleted: StoreResult<_> = found.opened.wait(async {
            let mut tx = found.opened.store().database().begin().await?;
            let deleted = tx.delete_json_item(&found.row.id, path).await?;
            tx.commit().await?;
            Ok(deleted)
        });
        deleted.map_err(|error| failure(&error))
    }

    fn put_query(&self, org: Option<&str>, store: &str, name: &str, text: &str) -> Result<(), TaskError> {
        if name.trim().is_empty() {
            return Err(TaskError::illegal_argument("The name of a query cannot be empty or null"));
        }
        Query::parse(text).map_err(|problem| broken(name, &problem))?;
        let opened = self.open()?;
        let started = opened.wait(self.writable(&opened, org, store, false)).map_err(|error| failure(&error))?;
        let (mut tx, row) = started?;
        let written = opened.wait(async {
            tx.put_json_query(&row.id, name, text, now()).await?;
            tx.commit().await
        });
        written.map_err(|error| failure(&error.into()))
    }

    fn execute_query(
        &self,
        org: Option<&str>,
        store: &str,
        name: &str,
        parameters: Option<&Map>,
    ) -> Result<Vec<Value>, TaskError> {
        let Some(Found { opened, row }) = self.find(org, store)? else {
            return Err(TaskError::illegal_argument(format!(
                "JSON store '{store}' not found in the organization '{}'",
                self.org(org)
            )));
        };
        let read: StoreResult<_> = opened.wait(async {
            let mut read = opened.store().database().read().await?;
            let found = items(&mut read, &row.id, name).await?;
            read.finish().await?;
            Ok(found)
        });
        let (Some(text), items) = read.map_err(|error| failure(&error))? else {
            return Err(TaskError::illegal_argument(format!(
                "Query '{name}' not found in the JSON store '{store}': jsonStore.upsertQuery makes it"
            )));
        };
        let query = Query::parse(&text).map_err(|problem| broken(name, &problem))?;
        let mut documents = Vec::with_capacity(items.len());
        for item in items {
            let data = self.document(&opened, &item)?;
            documents.push((item.path, data));
        }
        // The parameters are taken as JSON, as they travel to Concord's server.
        let parameters = match parameters {
            Some(map) => sealed::as_json(&checked_json(map)?, &self.masking)?,
            None => Value::Null,
        };
        query.run(&row.id, documents, &parameters).map_err(|problem| broken(name, &problem))
    }
}

fn checked_json(map: &Map) -> Result<Value, TaskError> {
    let value = Value::Map(map.clone());
    json::to_text(&value)?;
    Ok(value)
}

fn broken(name: &str, problem: &str) -> TaskError {
    TaskError::illegal_argument(format!("The query '{name}' cannot be used: {problem}"))
}
