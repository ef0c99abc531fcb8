//! Writing of JSON.

use base64::Engine;

use crate::number::{decimal_text, double_text, float_text};
use crate::{List, MAX_DEPTH, Map, Text, TextBuilder, Throwable, Value};

/// Size in bytes at which writing is given up.
const LONGEST: usize = 64 << 20;

/// The value as JSON in one line, as the reference writes it: `{"a":1,"b":[true,null]}`.
///
/// # Errors
/// Where the value is nested more than 1,000 levels deep (such as one that holds itself), has a null key, or would give
/// more than 64 MiB.
pub fn to_text(value: &Value) -> Result<Text, Box<Throwable>> {
    write(value, false)
}

/// The value as JSON in the layout of the reference's pretty printer: an entry per line, ` : ` between key and value,
/// lists in one line.
///
/// # Errors
/// As [`to_text`].
pub fn to_pretty_text(value: &Value) -> Result<Text, Box<Throwable>> {
    write(value, true)
}

fn write(value: &Value, pretty: bool) -> Result<Text, Box<Throwable>> {
    let mut writer = Writer { out: TextBuilder::new(), pretty, depth: 0, indent: 0 };
    writer.value(value)?;
    Ok(writer.out.finish())
}

fn failure(message: String) -> Box<Throwable> {
    Box::new(Throwable::new("com.fasterxml.jackson.databind.JsonMappingException", message))
}

struct Writer {
    out: TextBuilder,
    pretty: bool,
    /// Containers that are open.
    depth: usize,
    /// Objects that are open: lists do not indent.
    indent: usize,
}

impl Writer {
    fn value(&mut self, value: &Value) -> Result<(), Box<Throwable>> {
        match value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(_) | Value::Byte(_) | Value::Short(_) | Value::Int(_) | Value::Long(_) | Value::BigInt(_) => {
                value.write_text(&mut self.out);
            }
            Value::Float(number) if number.is_finite() => self.out.push_str(&float_text(*number)),
            Value::Double(number) if number.is_finite() => self.out.push_str(&double_text(*number)),
            Value::BigDecimal(number) => self.out.push_str(&decimal_text(number)),
            Value::Bytes(bytes) => {
                self.out.push_char('"');
                let text = base64::engine::general_purpose::STANDARD.encode(bytes.as_slice());
                self.out.push_marked(&text, bytes.is_sensitive());
                self.out.push_char('"');
            }
            Value::List(list) => self.list(list)?,
            Value::Set(set) => self.list(&List::new(set.items()))?,
            Value::Map(map) => self.map(map)?,
            Value::Throwable(error) => {
                let fields = [
                    ("class", Value::from(&error.class)),
                    ("message", Value::from(error.message.clone())),
                    ("payload", Value::from(error.payload.clone())),
                ];
                self.map(&Map::from_pairs(fields))?;
            }
            Value::Text(_) | Value::Char(..) | Value::Float(_) | Value::Double(_) | Value::Object(_) => {
                self.quoted(&value.to_text());
            }
        }
        if self.out.len() > LONGEST {
            Err(failure("The value is too large to be written as JSON".to_owned()))
        } else {
            Ok(())
        }
    }

    fn open(&mut self) -> Result<(), Box<Throwable>> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(failure(format!(
                "Document nesting depth ({}) exceeds the maximum allowed ({MAX_DEPTH}, from \
                 `StreamWriteConstraints.getMaxNestingDepth()`)",
                self.depth
            )));
        }
        Ok(())
    }

    fn list(&mut self, list: &List) -> Result<(), Box<Throwable>> {
        self.open()?;
        self.out.push_char('[');
        for (index, item) in list.snapshot().iter().enumerate() {
            self.out.push_str(match (self.pretty, index) {
                (true, 0) => " ",
                (true, _) => ", ",
                (false, 0) => "",
                (false, _) => ",",
            });
            self.value(item)?;
        }
        self.out.push_str(if self.pretty { " ]" } else { "]" });
        self.depth -= 1;
        Ok(())
    }

    fn map(&mut self, map: &Map) -> Result<(), Box<Throwable>> {
        self.open()?;
        self.indent += 1;
        self.out.push_char('{');
        let entries = map.entries();
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 {
                self.out.push_char(',');
            }
            if self.pretty {
                self.new_line();
            }
            if key.is_null() {
                return Err(failure(
                    "Null key for a Map not allowed in JSON (use a converting NullKeySerializer?)".to_owned(),
                ));
            }
            self.quoted(&key.to_text());
            self.out.push_str(if self.pretty { " : " } else { ":" });
            self.value(value)?;
        }
        self.indent -= 1;
        match (self.pretty, entries.is_empty()) {
            (true, true) => self.out.push_char(' '),
            (true, false) => self.new_line(),
            _ => {}
        }
        self.out.push_char('}');
        self.depth -= 1;
        Ok(())
    }

    fn new_line(&mut self) {
        self.out.push_char('\n');
        for _ in 0..self.indent {
            self.out.push_str("  ");
        }
    }

    fn quoted(&mut self, text: &Text) {
        self.out.push_char('"');
        for (part, sensitive) in text.segments() {
            if part.bytes().any(|byte| byte == b'"' || byte == b'\\' || byte < b' ') {
                self.out.push_marked(&escape(part), sensitive);
            } else {
                self.out.push_marked(part, sensitive);
            }
        }
        self.out.push_char('"');
    }
}

/// The characters as they stand inside the quotes of a JSON string, as the reference's library escapes them.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => out.push_str(&format!("\\u{:04X}", u32::from(control))),
            other => out.push(other),
        }
    }
    out
}
