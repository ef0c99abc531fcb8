//! What all commands on the secret store share: opening it, names, answers.

use std::sync::Arc;

use accord_runtime::{Opened, Runtime};
use accord_secrets::Error;
use serde::Serialize;

use crate::args::{Format, StoreArgs};
use crate::exit::Exit;
use crate::output;

/// The organization of names that name none.
pub(crate) const DEFAULT_ORG: &str = "Default";

/// Opens the store; the first time it is made, and said so.
pub(crate) fn open(args: &StoreArgs) -> Result<Arc<Opened>, Exit> {
    let handle =
        Runtime::builder().build().and_then(|runtime| runtime.store(args.store.as_deref())).map_err(|error| {
            output::error(&error.to_string());
            Exit::Usage
        })?;
    let opened = handle.open().map_err(|error| refused(&error))?;
    if let Some(place) = opened.just_made() {
        output::note(&format!("Made a new secret store: {place}"));
    }
    for warning in opened.warnings() {
        output::note(warning);
    }
    Ok(opened)
}

/// Prints what the store refused.
pub(crate) fn refused(error: &Error) -> Exit {
    output::error(&error.to_string());
    Exit::Failed
}

/// `ORG/NAME`, or `NAME` in the organization Default.
pub(crate) fn split(name: &str) -> (&str, &str) {
    name.split_once('/').unwrap_or((DEFAULT_ORG, name))
}

/// Prints one thing: as JSON, or as the lines that `text` makes.
pub(crate) fn show<T: Serialize>(thing: &T, format: Format, text: impl FnOnce(&T) -> Vec<(&'static str, String)>) {
    match format {
        Format::Json => json(thing),
        Format::Text => {
            let lines = text(thing);
            let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
            for (name, value) in lines {
                output::line(&format!("{name:width$}  {value}"));
            }
        }
    }
}

/// Prints many things: as a JSON list, or as a table.
pub(crate) fn list<T: Serialize>(things: &[T], format: Format, row: impl Fn(&T) -> Vec<String>) {
    if format == Format::Json {
        json(&things);
        return;
    }
    let rows: Vec<Vec<String>> = things.iter().map(row).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in &rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        output::line(cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}

fn json<T: Serialize>(thing: &T) {
    match serde_json::to_string_pretty(thing) {
        Ok(text) => output::line(&text),
        Err(error) => output::error(&error.to_string()),
    }
}
