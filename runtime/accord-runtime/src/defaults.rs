//! Default variables of tasks: a JSON file with a map for each task.

use std::collections::HashMap;
use std::path::Path;

use accord_value::{Map, Value, json};

use crate::services::Masking;

/// Reads the file. One that is missing or broken is reported and does not count, as in Concord's CLI.
pub(crate) fn read(file: Option<&Path>, masking: &Masking) -> HashMap<String, Map> {
    let Some(file) = file else { return HashMap::new() };
    let found = std::fs::read_to_string(file)
        .map_err(|error| error.to_string())
        .and_then(|text| json::parse(&text).map_err(|error| error.to_string()));
    match found {
        Ok(Value::Map(tasks)) => tasks
            .entries()
            .into_iter()
            .filter_map(|(task, variables)| match (task, variables) {
                (Value::Text(task), Value::Map(variables)) => Some((task.as_str().to_owned(), variables)),
                _ => None,
            })
            .collect(),
        Ok(_) => {
            masking.warn(&format!("the default task variables {} are ignored: expected a JSON object", file.display()));
            HashMap::new()
        }
        Err(error) => {
            masking.warn(&format!("the default task variables {} are ignored: {error}", file.display()));
            HashMap::new()
        }
    }
}
