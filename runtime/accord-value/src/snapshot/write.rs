//! From values to their stored form.

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Node, Plain, Snapshot, SnapshotError, Stored, StoredText};
use crate::{Object, Text, Throwable, Value};

/// Stores the values of one state, one after the other, into one table.
#[derive(Default)]
pub struct SnapshotWriter {
    /// The nodes, filled when their turn comes.
    nodes: Vec<Option<Node>>,
    /// The index of what was met before, by its identity. The values are kept, so that no other gets their identity.
    known: HashMap<usize, u32>,
    origins: Vec<Origin>,
}

/// A value that became a node, and where it was met first.
struct Origin {
    value: Value,
    parent: Option<u32>,
    label: Label,
}

/// The step from a container to what is in it.
enum Label {
    Name(String),
    Index(usize),
    Key(Value),
    Part(&'static str),
}

impl SnapshotWriter {
    /// A writer with an empty table.
    pub fn new() -> SnapshotWriter {
        SnapshotWriter::default()
    }

    /// Stores a value with all that can be reached from it. `name` is the variable's, for errors.
    ///
    /// # Errors
    /// Where a stream, a lambda or something else that lives only in this process is in it; the error names its path.
    pub fn store(&mut self, name: &str, value: &Value) -> Result<Stored, SnapshotError> {
        let done = self.nodes.len();
        let stored = self.put(value, None, || Label::Name(name.to_owned()))?;
        // What is put while a node is filled goes to the end of the table, so this ends when all is filled.
        let mut next = done;
        while next < self.nodes.len() {
            let node = self.fill(next)?;
            if let Some(place) = self.nodes.get_mut(next) {
                *place = Some(node);
            }
            next += 1;
        }
        Ok(stored)
    }

    /// The table, once all values are stored.
    pub fn finish(self) -> Snapshot {
        Snapshot { nodes: self.nodes.into_iter().flatten().collect() }
    }

    fn put(
        &mut self,
        value: &Value,
        parent: Option<u32>,
        label: impl FnOnce() -> Label,
    ) -> Result<Stored, SnapshotError> {
        let identity = match value {
            Value::Null => return Ok(Stored(Plain::Null)),
            Value::Bool(value) => return Ok(Stored(Plain::Bool(*value))),
            Value::Byte(number) => return Ok(Stored(Plain::Byte(*number))),
            Value::Short(number) => return Ok(Stored(Plain::Short(*number))),
            Value::Int(number) => return Ok(Stored(Plain::Int(*number))),
            Value::Long(number) => return Ok(Stored(Plain::Long(*number))),
            Value::Float(number) => return Ok(Stored(Plain::Float(number.to_bits()))),
            Value::Double(number) => return Ok(Stored(Plain::Double(number.to_bits()))),
            Value::BigInt(number) => return Ok(Stored(Plain::BigInt(number.to_string()))),
            Value::BigDecimal(number) => {
                let (unscaled, scale) = number.as_bigint_and_exponent();
                return Ok(Stored(Plain::BigDecimal(unscaled.to_string(), scale)));
            }
            Value::Char(unit, sensitive) => return Ok(Stored(Plain::Char(*unit, *sensitive))),
            Value::Text(text) => return Ok(Stored(Plain::Text(stored_text(text)))),
            Value::Bytes(bytes) => bytes.identity(),
            Value::List(list) => list.identity(),
            Value::Map(map) => map.identity(),
            Value::Set(set) => set.identity(),
            Value::Throwable(error) => Arc::as_ptr(error).addr(),
            Value::Object(object) => Arc::as_ptr(object).cast::<()>().addr(),
        };
        if let Some(index) = self.known.get(&identity) {
            return Ok(Stored(Plain::Node(*index)));
        }
        let index = u32::try_from(self.nodes.len())
            .map_err(|_| SnapshotError::new("The state has too many values to store"))?;
        self.known.insert(identity, index);
        self.nodes.push(None);
        self.origins.push(Origin { value: value.clone(), parent, label: label() });
        Ok(Stored(Plain::Node(index)))
    }

    fn fill(&mut self, index: usize) -> Result<Node, SnapshotError> {
        let parent = u32::try_from(index).ok();
        let value = self.origins.get(index).map(|origin| origin.value.clone()).unwrap_or_default();
        Ok(match &value {
            Value::List(list) => Node::List { kind: list.kind(), items: self.items(&list.snapshot(), parent)? },
            Value::Set(set) => {
                Node::Set { kind: set.kind(), table: set.java_capacity(), items: self.items(&set.unordered(), parent)? }
            }
            Value::Map(map) => {
                let mut entries = Vec::with_capacity(map.len());
                for (key, value) in map.unordered() {
                    let stored_key = self.put(&key, parent, || Label::Part("key"))?;
                    entries.push((stored_key, self.put(&value, parent, || Label::Key(key))?));
                }
                Node::Map { kind: map.kind(), table: map.java_capacity(), entries }
            }
            Value::Bytes(bytes) => {
                Node::Bytes { bytes: STANDARD.encode(bytes.as_slice()), sensitive: bytes.is_sensitive() }
            }
            Value::Throwable(error) => self.throwable(error, parent)?,
            Value::Object(object) => match object.snapshot() {
                Some(data) => Node::Object {
                    class: object.class_name().to_owned(),
                    data: self.put(&data, parent, || Label::Part("data"))?,
                },
                None => return Err(self.refuse(index, object.as_ref())),
            },
            _ => return Err(SnapshotError::damaged("a scalar has no place in its table")),
        })
    }

    fn items(&mut self, items: &[Value], parent: Option<u32>) -> Result<Vec<Stored>, SnapshotError> {
        items.iter().enumerate().map(|(index, item)| self.put(item, parent, || Label::Index(index))).collect()
    }

    fn throwable(&mut self, error: &Throwable, parent: Option<u32>) -> Result<Node, SnapshotError> {
        let mut part = |value: Value, name: &'static str| self.put(&value, parent, || Label::Part(name));
        Ok(Node::Throwable {
            class: error.class.to_string(),
            message: error.message.as_ref().map(stored_text),
            cause: error.cause.clone().map(|cause| part(cause.into(), "cause")).transpose()?,
            payload: error.payload.clone().map(|payload| part(payload, "payload")).transpose()?,
            exceptions: error
                .exceptions
                .iter()
                .map(|exception| part(exception.clone().into(), "exceptions"))
                .collect::<Result<_, _>>()?,
            place: error.place.as_ref().map(|place| (place.file.to_string(), place.line, place.col)),
        })
    }

    fn refuse(&self, index: usize, object: &dyn Object) -> SnapshotError {
        let mut path = Vec::new();
        let mut at = Some(index);
        while let Some(origin) = at.and_then(|index| self.origins.get(index)) {
            path.push(match &origin.label {
                Label::Name(name) => name.clone(),
                Label::Index(index) => format!("[{index}]"),
                Label::Key(key) => format!(".{}", key.to_text().masked()),
                Label::Part(part) => format!(".{part}"),
            });
            at = origin.parent.and_then(|parent| usize::try_from(parent).ok());
        }
        path.reverse();
        SnapshotError::new(format!(
            "The variable '{}' cannot be stored: it holds a {}, which lives only while the process runs. Store what was \
             computed from it (such as a list), or set the variable to null before this step",
            path.concat(),
            object.class_name()
        ))
    }
}

fn stored_text(text: &Text) -> StoredText {
    StoredText {
        text: text.as_str().to_owned(),
        marks: text.sensitive_ranges().iter().map(|range| (range.start, range.end)).collect(),
    }
}
