//! Iterators: one item after the other, possibly through lambdas.
//!
//! They keep Java's two questions apart, since flows can ask them one by one: what asks for the next item without having
//! asked whether there is one gets what the reference's iterators give then.

use accord_value::{List, ListKind, Map, MapKind, Object, Set, Text, Value, drop_nested};
use parking_lot::Mutex;

use crate::collection::{no_such_element, unsupported};
use crate::eval::Evaluator;
use crate::fail::{Fail, Outcome};
use crate::method::{Call, Method, method};

/// What gives items, one by one.
pub(crate) trait Source: Send {
    /// Whether there is another item.
    fn has_next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome<bool>;

    /// The next item.
    fn next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome;

    /// Takes the last item that was given out of where it comes from.
    fn remove(&mut self) -> Outcome<()> {
        Err(unsupported())
    }
}

/// The items of a list, which must not change meanwhile.
pub(crate) struct ListSource {
    list: List,
    length: usize,
    at: usize,
    last: Option<usize>,
}

impl ListSource {
    /// The items of `list` from the first on.
    pub(crate) fn new(list: List) -> ListSource {
        let length = list.len();
        ListSource { list, length, at: 0, last: None }
    }

    fn check_unchanged(&self) -> Outcome<()> {
        if self.list.len() == self.length {
            return Ok(());
        }
        Err(changed())
    }
}

impl Source for ListSource {
    fn has_next(&mut self, _: &mut Evaluator<'_>) -> Outcome<bool> {
        Ok(self.at != self.list.len())
    }

    fn next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome {
        evaluator.tick()?;
        self.check_unchanged()?;
        let item = self.list.get(self.at).ok_or_else(no_such_element)?;
        self.last = Some(self.at);
        self.at += 1;
        Ok(item)
    }

    fn remove(&mut self) -> Outcome<()> {
        let last = self.last.take().ok_or_else(|| Fail::java_bare("IllegalStateException"))?;
        self.check_unchanged()?;
        if self.list.kind() != ListKind::Array {
            return Err(unsupported());
        }
        self.list.remove(last);
        self.at = last;
        self.length = self.list.len();
        Ok(())
    }
}

/// Items that are known already.
impl Source for std::vec::IntoIter<Value> {
    fn has_next(&mut self, _: &mut Evaluator<'_>) -> Outcome<bool> {
        Ok(!self.as_slice().is_empty())
    }

    fn next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome {
        evaluator.tick()?;
        std::iter::Iterator::next(self).ok_or_else(no_such_element)
    }
}

/// What an iterator says of a collection that was changed by another hand.
#[cold]
fn changed() -> Fail {
    Fail::java_bare("java.util.ConcurrentModificationException")
}

/// Keys, values or entries of a map.
pub(crate) struct MapSource {
    map: Map,
    length: usize,
    entries: std::vec::IntoIter<(Value, Value)>,
    part: Part,
    last: Option<Value>,
}

/// What an entry is seen as.
pub(crate) type Part = fn(&Map, &(Value, Value)) -> Value;

impl MapSource {
    /// What `part` makes of the entries of `map`.
    pub(crate) fn new(map: Map, part: Part) -> MapSource {
        let entries = map.entries();
        MapSource { length: entries.len(), entries: entries.into_iter(), map, part, last: None }
    }
}

impl Source for MapSource {
    fn has_next(&mut self, _: &mut Evaluator<'_>) -> Outcome<bool> {
        Ok(!self.entries.as_slice().is_empty())
    }

    fn next(&mut self, _: &mut Evaluator<'_>) -> Outcome {
        if self.map.len() != self.length {
            return Err(changed());
        }
        let entry = std::iter::Iterator::next(&mut self.entries).ok_or_else(no_such_element)?;
        let part = (self.part)(&self.map, &entry);
        self.last = Some(entry.0);
        Ok(part)
    }

    fn remove(&mut self) -> Outcome<()> {
        let last = self.last.take().ok_or_else(|| Fail::java_bare("IllegalStateException"))?;
        if self.map.kind() == MapKind::Immutable {
            return Err(unsupported());
        }
        self.map.remove_key(&last);
        self.length = self.map.len();
        Ok(())
    }
}

/// The items of a set.
pub(crate) struct SetSource {
    set: Set,
    length: usize,
    items: std::vec::IntoIter<Value>,
    last: Option<Value>,
}

impl SetSource {
    /// The items of `set` from the first on.
    pub(crate) fn new(set: Set) -> SetSource {
        let items = set.items();
        SetSource { length: items.len(), items: items.into_iter(), set, last: None }
    }
}

impl Source for SetSource {
    fn has_next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome<bool> {
        self.items.has_next(evaluator)
    }

    fn next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome {
        if self.set.len() != self.length {
            return Err(changed());
        }
        let item = Source::next(&mut self.items, evaluator)?;
        self.last = Some(item.clone());
        Ok(item)
    }

    fn remove(&mut self) -> Outcome<()> {
        let last = self.last.take().ok_or_else(|| Fail::java_bare("IllegalStateException"))?;
        self.set.remove(&last);
        self.length = self.set.len();
        Ok(())
    }
}

/// Java's `Iterator` as a value.
pub(crate) struct Iterator {
    /// None while it is asked: a lambda in it may ask this iterator again.
    source: Mutex<Option<Box<dyn Source>>>,
}

const CLASS: &str = "java.util.ArrayList$Itr";

impl Iterator {
    /// An iterator over a source.
    pub(crate) fn over(source: impl Source + 'static) -> Value {
        Iterator::over_boxed(Box::new(source))
    }

    /// An iterator over a source.
    pub(crate) fn over_boxed(source: Box<dyn Source>) -> Value {
        Value::object(Iterator { source: Mutex::new(Some(source)) })
    }
}

impl Drop for Iterator {
    fn drop(&mut self) {
        drop_nested(self.source.get_mut().take());
    }
}

impl Object for Iterator {
    fn class_name(&self) -> &str {
        CLASS
    }

    fn text(&self) -> Text {
        crate::object::plain_text(CLASS)
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

/// Asks the source of the iterator that a method is called on.
fn ask<T>(
    c: &mut Call<'_, '_>,
    question: impl FnOnce(&mut dyn Source, &mut Evaluator<'_>) -> Outcome<T>,
) -> Outcome<T> {
    let this = c.this.clone();
    let iterator = this.as_object::<Iterator>().ok_or_else(crate::method::null_argument)?;
    let taken = iterator.source.lock().take();
    let mut source = taken.ok_or_else(no_such_element)?;
    let answer = question(source.as_mut(), c.evaluator);
    *iterator.source.lock() = Some(source);
    answer
}

pub(crate) static METHODS: &[Method] = &[
    method("hasNext", &[], |c| ask(c, |source, evaluator| source.has_next(evaluator)).map(Value::Bool)).exact(),
    method("next", &[], |c| ask(c, |source, evaluator| source.next(evaluator))).exact(),
    method("remove", &[], |c| ask(c, |source, _| source.remove()).map(|()| Value::Null)).exact(),
    method("forEachRemaining", &[crate::types::Ty::Other], |_| Err(Fail::java_bare("NullPointerException"))).exact(),
];
