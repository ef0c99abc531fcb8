//! YAML out, in the layout of the reference's YAML library (Jackson over SnakeYAML).
//!
//! Owns: block layout, which keys are quoted, escapes in quoted texts, where long texts are split. The texts written keep
//! the marks of the values in their places. Must not know: reading YAML (flows are read by `accord-syntax`), files.

use base64::Engine;

use crate::{MAX_DEPTH, Map, Text, TextBuilder, Throwable, Value};

mod scalar;
#[cfg(test)]
mod tests;

/// Size in bytes at which writing is given up.
const LONGEST: usize = 64 << 20;

/// The choices that the reference makes differently from place to place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct YamlLayout {
    /// Whether the document begins with `---`, as files do.
    pub start_marker: bool,
    /// Whether texts that reach beyond column 80 are split.
    pub split_lines: bool,
}

/// The value as a YAML document that ends with a line break.
///
/// # Errors
/// Where the value is nested more than 1,000 levels deep (such as one that holds itself), has a null key, or would give
/// more than 64 MiB.
pub fn to_text(value: &Value, layout: YamlLayout) -> Result<Text, Box<Throwable>> {
    let mut writer = Writer { out: TextBuilder::new(), column: 0, split: layout.split_lines, depth: 0 };
    // A document that would be empty says that it begins.
    let start_marker = layout.start_marker || matches!(value, Value::Text(text) if text.as_str().is_empty());
    if start_marker {
        writer.put("---");
    }
    match container(value) {
        Some(container) => {
            if start_marker {
                writer.new_line(0);
            }
            writer.container(&container, 0, false)?;
        }
        None => {
            if start_marker {
                writer.put(" ");
            }
            writer.scalar(value, 2);
        }
    }
    writer.put("\n");
    Ok(writer.out.finish())
}

/// A list or map with something in it, as it is now.
enum Container {
    List(Vec<Value>),
    Map(Vec<(Value, Value)>),
}

fn container(value: &Value) -> Option<Container> {
    match value {
        Value::List(list) if !list.is_empty() => Some(Container::List(list.snapshot())),
        Value::Set(set) if !set.is_empty() => Some(Container::List(set.items())),
        Value::Map(map) if !map.is_empty() => Some(Container::Map(map.entries())),
        Value::Throwable(error) => Some(Container::Map(
            Map::from_pairs([
                ("class", Value::from(&error.class)),
                ("message", Value::from(error.message.clone())),
                ("payload", Value::from(error.payload.clone())),
            ])
            .entries(),
        )),
        _ => None,
    }
}

fn failure(message: String) -> Box<Throwable> {
    Box::new(Throwable::new("com.fasterxml.jackson.databind.JsonMappingException", message))
}

struct Writer {
    out: TextBuilder,
    /// Characters in the line so far.
    column: usize,
    split: bool,
    depth: usize,
}

impl Writer {
    /// Appends characters without a mark.
    fn put(&mut self, text: &str) {
        self.put_marked(text, false);
    }

    fn put_marked(&mut self, text: &str, sensitive: bool) {
        self.out.push_more(text, sensitive);
        match text.rsplit_once('\n') {
            Some((_, last)) => self.column = last.chars().count(),
            None => self.column += text.chars().map(char::len_utf16).sum::<usize>(),
        }
    }

    fn new_line(&mut self, indent: usize) {
        self.out.push_char('\n');
        for _ in 0..indent {
            self.out.push_char(' ');
        }
        self.column = indent;
    }

    /// Writes a container whose lines begin at column `indent`. `inline`: the line it begins in is indented already.
    fn container(&mut self, container: &Container, indent: usize, inline: bool) -> Result<(), Box<Throwable>> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(failure(format!(
                "Document nesting depth ({}) exceeds the maximum allowed ({MAX_DEPTH}, from \
                 `StreamWriteConstraints.getMaxNestingDepth()`)",
                self.depth
            )));
        }
        if self.out.len() > LONGEST {
            return Err(failure("The value is too large to be written as YAML".to_owned()));
        }
        let mut first = inline || self.out.is_empty() || self.column == 0;
        let mut line = |writer: &mut Writer| {
            if !std::mem::take(&mut first) {
                writer.new_line(indent);
            }
        };
        match container {
            Container::List(items) => {
                for item in items {
                    line(self);
                    self.put("- ");
                    self.nested(item, indent, indent + 2)?;
                }
            }
            Container::Map(entries) => {
                for (key, value) in entries {
                    line(self);
                    if self.key(key, indent)? {
                        self.entry(value, indent)?;
                    } else {
                        self.put(" ");
                        self.nested(value, indent, indent + 2)?;
                    }
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// Writes what stands behind `- ` or `? `: a container begins in the same line.
    fn nested(&mut self, value: &Value, indent: usize, inner: usize) -> Result<(), Box<Throwable>> {
        match self::container(value) {
            Some(container) => self.container(&container, inner, true),
            None => {
                self.scalar(value, indent + 2);
                Ok(())
            }
        }
    }

    /// Writes what stands behind the colon of a key: lists are not indented.
    fn entry(&mut self, value: &Value, indent: usize) -> Result<(), Box<Throwable>> {
        match self::container(value) {
            Some(list @ Container::List(_)) => {
                self.new_line(indent);
                self.container(&list, indent, true)
            }
            Some(map @ Container::Map(_)) => {
                self.new_line(indent + 2);
                self.container(&map, indent + 2, true)
            }
            None => {
                self.put(" ");
                self.scalar(value, indent + 2);
                Ok(())
            }
        }
    }

    /// Writes a key and its colon. `false`: the colon has a line of its own, in which the value begins.
    fn key(&mut self, key: &Value, indent: usize) -> Result<bool, Box<Throwable>> {
        if key.is_null() {
            return Err(failure(
                "Null key for a Map not allowed in JSON (use a converting NullKeySerializer?)".to_owned(),
            ));
        }
        let text = key.to_text();
        let simple = scalar::is_simple_key(text.as_str());
        if !simple {
            self.put("? ");
        }
        match scalar::key_style(text.as_str()) {
            scalar::Style::Plain => self.segments(&text, str::to_owned),
            scalar::Style::Single => {
                self.put("'");
                self.segments(&text, |part| part.replace('\'', "''"));
                self.put("'");
            }
            scalar::Style::Double => self.quoted(&text, indent + 2, self.split && !simple),
        }
        if !simple {
            self.new_line(indent);
        }
        self.put(":");
        Ok(simple)
    }

    fn segments(&mut self, text: &Text, make: impl Fn(&str) -> String) {
        for (part, sensitive) in text.segments() {
            self.put_marked(&make(part), sensitive);
        }
    }

    /// Writes a value that is no container with something in it. `indent`: where its further lines begin.
    fn scalar(&mut self, value: &Value, indent: usize) {
        match value {
            Value::List(_) | Value::Set(_) => self.put("[]"),
            Value::Map(_) => self.put("{}"),
            Value::Bytes(bytes) => {
                self.put("!!binary |-");
                self.new_line(indent);
                let text = base64::engine::general_purpose::STANDARD.encode(bytes.as_slice());
                self.put_marked(&text, bytes.is_sensitive());
            }
            Value::Text(text) => self.quoted(text, indent, self.split),
            Value::Char(..) | Value::Object(_) => self.quoted(&value.to_text(), indent, self.split),
            Value::Double(number) if !number.is_finite() => self.put(special(*number)),
            Value::Float(number) if !number.is_finite() => self.put(special(f64::from(*number))),
            _ => {
                let text = value.to_text();
                self.put(text.as_str());
            }
        }
    }

    fn quoted(&mut self, text: &Text, indent: usize, split: bool) {
        self.put("\"");
        scalar::write_quoted(self, text, indent, split);
        self.put("\"");
    }
}

fn special(number: f64) -> &'static str {
    match number {
        n if n.is_nan() => ".nan",
        n if n > 0.0 => ".inf",
        _ => "-.inf",
    }
}
