//! From the stored form to values.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bigdecimal::BigDecimal;
use num_bigint::BigInt;

use super::{Node, Plain, Snapshot, SnapshotError, Stored, StoredText};
use crate::{Bytes, List, MAX_DEPTH, Map, MapKind, Object, Place, Set, SetKind, Text, Throwable, Value};

/// Makes an object again from its class name and what its [`Object::snapshot`] gave; none where the class is unknown.
pub type Restore<'a> = &'a dyn Fn(&str, Value) -> Option<Arc<dyn Object>>;

/// The values of a table, made again. Containers have their identities: what was shared is shared.
pub struct SnapshotReader {
    values: Vec<Value>,
}

impl SnapshotReader {
    /// Makes all values of a table. `restore` makes the objects.
    ///
    /// # Errors
    /// Where the table does not fit together, or an object's class is unknown.
    pub fn new(snapshot: Snapshot, restore: Restore<'_>) -> Result<SnapshotReader, SnapshotError> {
        let values = snapshot.nodes.iter().map(empty).collect();
        let mut builder = Builder { begun: vec![false; snapshot.nodes.len()], nodes: &snapshot.nodes, values, restore };
        for index in 0..snapshot.nodes.len() {
            builder.node(index, 0)?;
        }
        let values = builder.values.into_iter().map(Option::unwrap_or_default).collect();
        Ok(SnapshotReader { values })
    }

    /// The value that was stored.
    ///
    /// # Errors
    /// Where it refers to something that the table does not have.
    pub fn value(&self, stored: &Stored) -> Result<Value, SnapshotError> {
        match &stored.0 {
            Plain::Node(index) => usize::try_from(*index)
                .ok()
                .and_then(|index| self.values.get(index))
                .cloned()
                .ok_or_else(|| SnapshotError::damaged("a value is missing")),
            plain => scalar(plain),
        }
    }
}

/// The value of a node before anything is in it; none of those that are made in one go.
fn empty(node: &Node) -> Option<Value> {
    match node {
        Node::List { kind, .. } => Some(Value::List(List::of_kind(*kind, Vec::new()))),
        Node::Map { kind, table, .. } => Some(Value::Map(Map::of_table(*kind, *table))),
        Node::Set { kind, table, .. } => Some(Value::Set(Set::of_table(*kind, *table))),
        Node::Bytes { .. } | Node::Throwable { .. } | Node::Object { .. } => None,
    }
}

fn scalar(plain: &Plain) -> Result<Value, SnapshotError> {
    let number = |digits: &str| {
        digits.parse::<BigInt>().map_err(|_| SnapshotError::damaged("a number has other characters than digits"))
    };
    Ok(match plain {
        Plain::Null => Value::Null,
        Plain::Bool(value) => Value::Bool(*value),
        Plain::Byte(number) => Value::Byte(*number),
        Plain::Short(number) => Value::Short(*number),
        Plain::Int(number) => Value::Int(*number),
        Plain::Long(number) => Value::Long(*number),
        Plain::Float(bits) => Value::Float(f32::from_bits(*bits)),
        Plain::Double(bits) => Value::Double(f64::from_bits(*bits)),
        Plain::BigInt(digits) => number(digits)?.into(),
        Plain::BigDecimal(digits, scale) => BigDecimal::new(number(digits)?, *scale).into(),
        Plain::Char(unit, sensitive) => Value::character(*unit, *sensitive),
        Plain::Text(text) => Value::Text(text_of(text)),
        Plain::Node(_) => return Err(SnapshotError::damaged("a reference stands in the place of a scalar")),
    })
}

fn text_of(stored: &StoredText) -> Text {
    Text::with_ranges(stored.text.as_str(), stored.marks.iter().map(|(start, end)| *start..*end).collect())
}

struct Builder<'a> {
    nodes: &'a [Node],
    values: Vec<Option<Value>>,
    /// Which nodes are filled, or being filled.
    begun: Vec<bool>,
    restore: Restore<'a>,
}

impl Builder<'_> {
    /// Fills a node and all that can be reached from it. `depth` counts errors and objects, which have to be complete
    /// before what holds them; containers inside one another need no stack.
    fn node(&mut self, index: usize, depth: usize) -> Result<(), SnapshotError> {
        if depth > MAX_DEPTH {
            return Err(SnapshotError::damaged("errors or objects are nested too deep"));
        }
        let mut todo = vec![index];
        while let Some(index) = todo.pop() {
            let nodes = self.nodes;
            let Some(node) = nodes.get(index) else {
                return Err(SnapshotError::damaged("a value is missing"));
            };
            match self.begun.get_mut(index) {
                Some(begun) if !*begun => *begun = true,
                _ => continue,
            }
            match (node, self.values.get(index).cloned().flatten()) {
                (Node::List { items, .. }, Some(Value::List(list))) => {
                    let items: Result<Vec<Value>, _> =
                        items.iter().map(|item| self.value(item, depth, &mut todo)).collect();
                    let items = items?;
                    list.with_mut(|all| *all = items);
                }
                (Node::Map { entries, .. }, Some(Value::Map(map))) => {
                    for (key, value) in entries {
                        let key = self.key(key, depth)?;
                        map.insert(key, self.value(value, depth, &mut todo)?);
                    }
                }
                (Node::Set { items, .. }, Some(Value::Set(set))) => {
                    for item in items {
                        set.insert(self.key(item, depth)?);
                    }
                }
                (node, _) => {
                    let value = self.opaque(node, depth)?;
                    if let Some(place) = self.values.get_mut(index) {
                        *place = Some(value);
                    }
                }
            }
        }
        Ok(())
    }

    /// The value of a reference; a container behind it is filled later, as `todo` says.
    fn value(&mut self, stored: &Stored, depth: usize, todo: &mut Vec<usize>) -> Result<Value, SnapshotError> {
        let Plain::Node(index) = &stored.0 else {
            return scalar(&stored.0);
        };
        let index = usize::try_from(*index).unwrap_or(usize::MAX);
        match self.values.get(index) {
            Some(Some(value)) => {
                todo.push(index);
                Ok(value.clone())
            }
            _ => {
                self.node(index, depth + 1)?;
                self.values
                    .get(index)
                    .cloned()
                    .flatten()
                    .ok_or_else(|| SnapshotError::damaged("an error or object holds itself"))
            }
        }
    }

    /// A value that is complete: the hash of a key depends on all that is in it.
    fn key(&mut self, stored: &Stored, depth: usize) -> Result<Value, SnapshotError> {
        let mut todo = Vec::new();
        let value = self.value(stored, depth, &mut todo)?;
        for index in todo {
            self.node(index, depth + 1)?;
        }
        Ok(value)
    }

    /// A value that is made in one go, from parts that are complete.
    fn opaque(&mut self, node: &Node, depth: usize) -> Result<Value, SnapshotError> {
        match node {
            Node::Bytes { bytes, sensitive } => {
                let bytes = STANDARD.decode(bytes).map_err(|_| SnapshotError::damaged("bytes are not base64"))?;
                Ok(Value::Bytes(Bytes::with_mark(bytes, *sensitive)))
            }
            Node::Object { class, data } => {
                let data = self.key(data, depth)?;
                (self.restore)(class, data).map(Value::Object).ok_or_else(|| {
                    SnapshotError::new(format!("The stored state holds a {class}, which this version cannot read"))
                })
            }
            Node::Throwable { class, message, cause, payload, exceptions, place } => {
                let mut inner = |stored: &Stored| match self.key(stored, depth)? {
                    Value::Throwable(error) => Ok(error),
                    _ => Err(SnapshotError::damaged("an error's cause is no error")),
                };
                let cause = cause.as_ref().map(&mut inner).transpose()?;
                let exceptions = exceptions.iter().map(&mut inner).collect::<Result<_, _>>()?;
                // The payload may hold the error itself: it is filled after it.
                let payload = match payload {
                    Some(payload) => Some(self.value(payload, depth, &mut Vec::new())?),
                    None => None,
                };
                Ok(Value::from(Throwable {
                    class: class.as_str().into(),
                    message: message.as_ref().map(text_of),
                    cause,
                    payload,
                    exceptions,
                    place: place.as_ref().map(|(file, line, col)| Place {
                        file: file.as_str().into(),
                        line: *line,
                        col: *col,
                    }),
                    part: None,
                }))
            }
            _ => Err(SnapshotError::damaged("a container is not where it should be")),
        }
    }
}

impl Map {
    /// An empty map whose hash table has `table` places (0: none yet).
    fn of_table(kind: MapKind, table: usize) -> Map {
        if table == 0 { Map::of_kind(kind) } else { Map::with_java_capacity(kind, table) }
    }
}

impl Set {
    /// An empty set whose hash table has `table` places (0: none yet).
    fn of_table(kind: SetKind, table: usize) -> Set {
        if table == 0 { Set::of_kind(kind) } else { Set::with_java_capacity(kind, table) }
    }
}
