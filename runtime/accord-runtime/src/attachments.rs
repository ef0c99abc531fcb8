//! What a failed process leaves in its working directory: `_attachments/out.json` with the error, as Concord's CLI
//! writes it.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use accord_value::{Map, Throwable, Value, json};
use serde_json::{Map as Json, Value as JsonValue};

use crate::home::private_directory;
use crate::services::Masking;

/// Classes whose name is not written.
const UNNAMED: [&str; 2] = [Throwable::USER_DEFINED, Throwable::PARALLEL];

/// Writes the error and the out variables that hold no secret.
pub(crate) fn write_failure(work_dir: &Path, masking: &Masking, error: &Throwable, out: Option<Map>) -> io::Result<()> {
    let mut content = Json::new();
    for (name, value) in out.iter().flat_map(Map::entries) {
        if let Some(value) = plain_json(&value) {
            content.insert(name.to_text().as_str().to_owned(), value);
        }
    }
    content.insert("lastError".to_owned(), describe(masking, error, &mut 0));
    let dir = work_dir.join("_attachments");
    if std::fs::symlink_metadata(&dir).is_ok_and(|found| found.is_symlink()) {
        std::fs::remove_file(&dir)?;
    }
    private_directory(&dir)?;
    let path = dir.join("out.json");
    crate::load::remove(&path)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(JsonValue::from(content).to_string().as_bytes())
}

fn describe(masking: &Masking, error: &Throwable, ids: &mut u64) -> JsonValue {
    // What only wraps another error is not told of.
    let error = match &error.cause {
        Some(cause) if &*error.class == Throwable::WRAPPED => &**cause,
        _ => error,
    };
    let named = !UNNAMED.contains(&&*error.class);
    *ids += 1;
    let mut object = Json::new();
    object.insert("@id".to_owned(), (*ids).into());
    object.insert(
        "message".to_owned(),
        error.message.as_ref().map_or(JsonValue::Null, |text| masking.mask(text).as_str().into()),
    );
    let payload = error.payload.as_ref().filter(|_| !named).and_then(plain_json);
    if let Some(payload) = payload.filter(|payload| payload.as_object().is_none_or(|fields| !fields.is_empty())) {
        object.insert("payload".to_owned(), payload);
    }
    if !error.exceptions.is_empty() {
        let exceptions = error.exceptions.iter().map(|error| describe(masking, error, ids));
        object.insert("exceptions".to_owned(), exceptions.collect());
    }
    if named {
        object.insert("type".to_owned(), (&*error.class).into());
    }
    object.into()
}

/// The JSON form of a value that has one and holds no secret.
fn plain_json(value: &Value) -> Option<JsonValue> {
    if value.is_sensitive() {
        return None;
    }
    serde_json::from_str(json::to_text(value).ok()?.as_str()).ok()
}
