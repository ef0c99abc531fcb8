//! Data as YAML, in a form that Concord's reader and every other reader take for the same data: texts are quoted.

use crate::definition::{Data, DataKind};

/// A longer key is written with a question mark before it, as the reference does: readers look for the colon of one
/// without only so far.
const SIMPLE_KEY: usize = 128;

/// Prints a value as a document.
pub(crate) fn yaml(data: &Data) -> String {
    let mut out = String::new();
    node(&mut out, data, 0, true);
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

/// Prints a value behind what stands on its line already; `is_start`: nothing stands there.
fn node(out: &mut String, data: &Data, indent: usize, is_start: bool) {
    let space = if is_start { "" } else { " " };
    match &data.kind {
        DataKind::List(items) if items.is_empty() => out.push_str(&format!("{space}[]\n")),
        DataKind::Map(entries) if entries.is_empty() => out.push_str(&format!("{space}{{}}\n")),
        DataKind::List(items) => {
            if !is_start {
                out.push('\n');
            }
            for item in items {
                pad(out, indent);
                out.push('-');
                let nested = matches!(&item.kind, DataKind::Map(entries) if !entries.is_empty());
                if nested {
                    out.push(' ');
                    entries_of(out, item, indent + 2, true);
                } else {
                    node(out, item, indent + 2, false);
                }
            }
        }
        DataKind::Map(_) => {
            if !is_start {
                out.push('\n');
            }
            entries_of(out, data, indent, false);
        }
        scalar => {
            out.push_str(space);
            push_scalar(out, scalar);
            out.push('\n');
        }
    }
}

/// The entries of a map; `inline`: the first stands on the line that is begun.
fn entries_of(out: &mut String, data: &Data, indent: usize, inline: bool) {
    for (at, (key, value)) in data.as_map().unwrap_or_default().iter().enumerate() {
        if at > 0 || !inline {
            pad(out, indent);
        }
        let is_long = key.value.len() > SIMPLE_KEY;
        if is_long {
            out.push_str("? ");
        }
        push_key(out, &key.value);
        if is_long {
            out.push('\n');
            pad(out, indent);
        }
        out.push(':');
        // A list stands at its key's own indentation, as Concord prints it.
        let deeper = if value.as_list().is_some() { indent } else { indent + 2 };
        node(out, value, deeper, false);
    }
}

fn pad(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}

fn push_scalar(out: &mut String, scalar: &DataKind) {
    match scalar {
        DataKind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        DataKind::Int(value) => out.push_str(&value.to_string()),
        DataKind::Float(value) if value.is_infinite() => out.push_str(if *value > 0.0 { "1e400" } else { "-1e400" }),
        DataKind::Float(value) => out.push_str(&format!("{value:?}")),
        DataKind::Text(text) => quoted(out, text),
        _ => out.push_str("null"),
    }
}

/// Keys that no reader could take for anything but a text stand bare.
fn push_key(out: &mut String, key: &str) {
    let is_plain = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
        && !matches!(
            key.to_ascii_lowercase().as_str(),
            "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null"
        );
    if is_plain {
        out.push_str(key);
    } else {
        quoted(out, key);
    }
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') => {
                out.push_str(&format!("\\u{:04x}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
