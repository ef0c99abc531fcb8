//! Shared values that hold a secret: found by their marks and by what the process knows to be secret, sealed before they
//! are stored, marked when they come back.

use accord_sdk::TaskError;
use accord_secrets::{SharedPlace, StateScope};
use accord_value::{List, Map, SecretBytes, Snapshot, SnapshotReader, SnapshotWriter, Stored, Text, Value, json};

use super::Masking;
use super::shared::failure;
use crate::store::Opened;

/// The value as JSON has it, with the marks of its texts; texts that the process knows to be secret are marked too.
/// Nesting is bounded by the writer of JSON, which has seen the value before.
pub(super) fn as_json(value: &Value, masking: &Masking) -> Result<Value, TaskError> {
    Ok(match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::Text(text) => Value::Text(known(text, masking)),
        Value::List(list) => items(&list.snapshot(), masking)?,
        Value::Set(set) => items(&set.items(), masking)?,
        Value::Map(map) => {
            let made = Map::linked();
            for (key, value) in map.entries() {
                made.insert(known(&key.to_text(), masking), as_json(&value, masking)?);
            }
            Value::Map(made)
        }
        other => {
            let text = json::to_text(other)?;
            let read = json::parse(text.as_str()).map_err(accord_value::Throwable::from)?;
            if text.is_sensitive() || masking.knows(text.as_str()) { read.marked() } else { read }
        }
    })
}

fn items(items: &[Value], masking: &Masking) -> Result<Value, TaskError> {
    let made: Result<Vec<Value>, TaskError> = items.iter().map(|item| as_json(item, masking)).collect();
    Ok(Value::List(List::new(made?)))
}

/// The text, marked as a whole where it holds a secret without a mark.
pub(super) fn known(text: &Text, masking: &Masking) -> Text {
    if !text.is_sensitive() && masking.knows(text.as_str()) { text.marked() } else { text.clone() }
}

/// Seals a value with its marks.
pub(super) fn seal(
    opened: &Opened,
    scope: StateScope,
    place: &SharedPlace<'_>,
    value: &Value,
) -> Result<Vec<u8>, TaskError> {
    let mut writer = SnapshotWriter::new();
    let stored = writer.store("value", value).map_err(accord_value::Throwable::from)?;
    let bytes = serde_json::to_vec(&(stored, writer.finish())).map(SecretBytes::new);
    let bytes = bytes.map_err(|_| TaskError::new("The value cannot be written"))?;
    opened.wait(opened.store().seal_shared(scope, place, &bytes)).map_err(|error| failure(&error))
}

/// Opens a sealed value; the process knows its secrets before it is handed out.
#[expect(clippy::disallowed_methods, reason = "the value goes into the flow, marked, once the redactor knows it")]
pub(super) fn open(
    opened: &Opened,
    masking: &Masking,
    scope: StateScope,
    place: &SharedPlace<'_>,
    sealed: &[u8],
) -> Result<Value, TaskError> {
    let bytes = opened.wait(opened.store().open_shared(scope, place, sealed)).map_err(|error| failure(&error))?;
    // The words of the reader may quote what was sealed.
    let strange = || TaskError::new(format!("{place} was stored by another version of this program: set it anew"));
    let (stored, snapshot): (Stored, Snapshot) = serde_json::from_slice(bytes.expose()).map_err(|_| strange())?;
    let reader = SnapshotReader::new(snapshot, &|_, _| None).map_err(|_| strange())?;
    let value = reader.value(&stored).map_err(|_| strange())?;
    register(&value, masking);
    Ok(value)
}

fn register(value: &Value, masking: &Masking) {
    match value {
        Value::Text(text) => text.sensitive_parts().into_iter().for_each(|part| masking.register(part)),
        Value::List(list) => list.snapshot().iter().for_each(|item| register(item, masking)),
        Value::Map(map) => map.entries().iter().for_each(|(key, value)| {
            register(key, masking);
            register(value, masking);
        }),
        _ => {}
    }
}
