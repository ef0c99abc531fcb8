//! Values as JSON and YAML, as tasks print them.

use accord_sdk::TaskError;
use accord_value::yaml::{self, YamlLayout};
use accord_value::{Text, TextBuilder, Value, json};

/// JSON in one line.
pub(crate) fn json(value: &Value) -> Result<Text, TaskError> {
    Ok(json::to_text(value)?)
}

/// JSON in the layout of the reference's pretty printer.
pub(crate) fn pretty_json(value: &Value) -> Result<Text, TaskError> {
    Ok(json::to_pretty_text(value)?)
}

/// YAML as the log shows it: long texts stay in one line.
pub(crate) fn log_yaml(value: &Value) -> Result<Text, TaskError> {
    Ok(yaml::to_text(value, YamlLayout { start_marker: false, split_lines: false })?)
}

/// YAML for reading: long texts are split.
pub(crate) fn pretty_yaml(value: &Value) -> Result<Text, TaskError> {
    Ok(yaml::to_text(value, YamlLayout { start_marker: false, split_lines: true })?)
}

/// YAML as files have it.
pub(crate) fn file_yaml(value: &Value) -> Result<Text, TaskError> {
    Ok(yaml::to_text(value, YamlLayout { start_marker: true, split_lines: true })?)
}

/// The text on lines of its own, each with `indent` blanks before it.
pub(crate) fn indented(text: &Text, indent: usize) -> Text {
    let blanks = " ".repeat(indent);
    let mut out = TextBuilder::new();
    out.push_str("\n");
    out.push_str(&blanks);
    for (part, sensitive) in text.segments() {
        for (index, line) in part.split('\n').enumerate() {
            if index > 0 {
                out.push_str("\n");
                out.push_str(&blanks);
            }
            out.push_marked(line, sensitive);
        }
    }
    out.finish()
}
