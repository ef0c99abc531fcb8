//! Text forms: Java's `toString`.

use std::fmt::Write;
use std::sync::Arc;

use super::equality::identity_hash;
use super::{MAX_DEPTH, Value};
use crate::{Text, TextBuilder, nesting, number};

/// Size in bytes at which a text form is cut.
const LONGEST: usize = 64 << 20;

/// How many containers a text form shows before it is cut.
const MOST: usize = 1_000_000;

/// What stands where a text form is cut.
const CUT: &str = "...";

impl Value {
    /// Java's `String.valueOf`: the text form, with the marks of what is in it in their places. A container inside itself
    /// shows as `(this Map)` or `(this Collection)`; what is nested too deep or too long is cut.
    pub fn to_text(&self) -> Text {
        match self {
            Value::Text(text) => text.clone(),
            Value::Bool(true) => Text::plain("true"),
            Value::Bool(false) => Text::plain("false"),
            Value::Int(number) => Text::plain(number.to_string()),
            Value::Long(number) => Text::plain(number.to_string()),
            value => {
                let mut out = TextBuilder::new();
                Form::default().write(value, &mut out);
                out.finish()
            }
        }
    }

    /// Appends the text form to `out`.
    pub fn write_text(&self, out: &mut TextBuilder) {
        Form::default().write(self, out);
    }

    /// Java's `Arrays.toString` of an array (`[a, b]`), the text form of anything else.
    pub fn to_array_text(&self) -> Text {
        match self {
            Value::List(list) if list.kind().is_array() => {
                let mut out = TextBuilder::new();
                Form::default().items(&list.snapshot(), &mut out);
                out.finish()
            }
            value => value.to_text(),
        }
    }
}

/// How far the writing of one text form has come.
#[derive(Default)]
struct Form {
    /// The containers that are being written, from the outermost on.
    inside: Vec<usize>,
    steps: usize,
}

impl Form {
    fn write(&mut self, value: &Value, out: &mut TextBuilder) {
        match value {
            Value::Null => out.push_str("null"),
            Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Value::Byte(number) => push(out, format_args!("{number}")),
            Value::Short(number) => push(out, format_args!("{number}")),
            Value::Int(number) => push(out, format_args!("{number}")),
            Value::Long(number) => push(out, format_args!("{number}")),
            Value::Float(number) => out.push_str(&number::float_text(*number)),
            Value::Double(number) => out.push_str(&number::double_text(*number)),
            Value::BigInt(number) => push(out, format_args!("{number}")),
            Value::BigDecimal(number) => out.push_str(&number::decimal_text(number)),
            Value::Char(unit, sensitive) => {
                let character = char::from_u32(u32::from(*unit)).unwrap_or('?');
                out.push_marked(character.encode_utf8(&mut [0; 4]), *sensitive);
            }
            Value::Text(text) => out.push(text),
            Value::Bytes(bytes) => push_identity(out, value.class_name(), identity_hash(bytes.identity())),
            Value::List(list) if list.kind().is_array() => {
                push_identity(out, value.class_name(), identity_hash(list.identity()));
            }
            Value::List(list) => self.inside(list.identity(), "(this Collection)", out, |form, out| {
                form.items(&list.snapshot(), out);
            }),
            Value::Set(set) => self.inside(set.identity(), "(this Collection)", out, |form, out| {
                form.items(&set.items(), out);
            }),
            Value::Map(map) => self.inside(map.identity(), "(this Map)", out, |form, out| {
                out.push_char('{');
                for (index, (key, value)) in map.entries().iter().enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    form.write(key, out);
                    out.push_char('=');
                    form.write(value, out);
                }
                out.push_char('}');
            }),
            Value::Throwable(error) => out.push(&error.to_text()),
            Value::Object(object) => out.push(&nesting::inside(|| object.text(), || Text::plain(CUT))),
        }
    }

    fn items(&mut self, items: &[Value], out: &mut TextBuilder) {
        out.push_char('[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            self.write(item, out);
        }
        out.push_char(']');
    }

    fn inside(
        &mut self,
        identity: usize,
        this: &str,
        out: &mut TextBuilder,
        write: impl FnOnce(&mut Form, &mut TextBuilder),
    ) {
        self.steps += 1;
        if self.inside.contains(&identity) {
            out.push_str(this);
        } else if self.inside.len() >= MAX_DEPTH || self.steps > MOST || out.len() >= LONGEST {
            out.push_str(CUT);
        } else {
            self.inside.push(identity);
            write(self, out);
            self.inside.pop();
        }
    }
}

fn push(out: &mut TextBuilder, text: std::fmt::Arguments<'_>) {
    // Writing to memory cannot fail.
    let _ = out.write_fmt(text);
}

fn push_identity(out: &mut TextBuilder, class: &str, hash: i32) {
    push(out, format_args!("{class}@{hash:x}"));
}

impl crate::Throwable {
    /// Java's `Throwable.toString`: the class and the message. The reference shows errors that an author made by their
    /// message alone, and a wrapped error by what was added to its message and its own text.
    pub fn to_text(&self) -> Text {
        let mut out = TextBuilder::new();
        let mut error = self;
        while let (Self::WRAPPED, Some(message), Some(cause)) = (&*error.class, &error.message, &error.cause) {
            let inner = cause.message.as_ref().map_or("", Text::as_str);
            let added = message.as_str().strip_suffix(inner).map_or(0, str::len);
            if let Some(added) = message.slice(0..added) {
                out.push(&added);
            }
            error = cause;
        }
        match (&*error.class, &error.message) {
            (Self::USER_DEFINED | Self::PARALLEL, Some(message)) => out.push(message),
            (class, message) => {
                out.push_str(class);
                if let Some(message) = message {
                    out.push_str(": ");
                    out.push(message);
                }
            }
        }
        out.finish()
    }

    /// What is in it besides the message: payload, cause, exceptions.
    pub(crate) fn inner_values(&self) -> Vec<Value> {
        self.payload
            .iter()
            .cloned()
            .chain(self.cause.iter().map(|cause| Value::Throwable(Arc::clone(cause))))
            .chain(self.exceptions.iter().map(|exception| Value::Throwable(Arc::clone(exception))))
            .collect()
    }

    /// As [`crate::Throwable::inner_values`], of one that is given up.
    pub(crate) fn into_values(self) -> Vec<Value> {
        self.payload
            .into_iter()
            .chain(self.cause.map(Value::Throwable))
            .chain(self.exceptions.into_iter().map(Value::Throwable))
            .collect()
    }
}
