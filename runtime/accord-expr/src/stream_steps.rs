//! What the steps of a stream do with the items that come through them.
//!
//! Each is made as in the reference's streams, where it shows: `filter`, `peek` and `distinct` look for an item when they
//! are asked whether there is one and give the last that they found, `map` and `limit` ask the step before them.

use std::cmp::Ordering;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering as Atomic};

use accord_value::{Set, SetKind, Value};
use parking_lot::Mutex;

use crate::bounds::check_items;
use crate::coerce;
use crate::collection::no_such_element;
use crate::eval::Evaluator;
use crate::fail::{Fail, Outcome};
use crate::iterator::Source;
use crate::operators::{self, cannot_cast};
use crate::stream::Stream;
use crate::types::Ty;

/// A step of a stream.
#[derive(Clone)]
pub(crate) enum Step {
    Filter(Value),
    Map(Value),
    FlatMap(Value),
    Peek(Value),
    Distinct,
    /// Sorted by a lambda or by nature. What is sorted already is kept for whoever asks the same stream again.
    Sorted(Option<Value>, Arc<Mutex<Option<Vec<Value>>>>),
    Limit(i64),
    /// How many items are still to be left out.
    Skip(Arc<AtomicI64>),
}

impl Step {
    pub(crate) fn sorted(comparator: Option<Value>) -> Step {
        Step::Sorted(comparator, Arc::default())
    }

    /// The items that come out of this step, when `items` come in. Some steps begin to work at once.
    pub(crate) fn over(self, items: Box<dyn Source>, evaluator: &mut Evaluator<'_>) -> Outcome<Box<dyn Source>> {
        Ok(match self {
            Step::Filter(predicate) => Box::new(Looking::new(items, Look::Filter(predicate))),
            Step::Peek(function) => Box::new(Looking::new(items, Look::Peek(function))),
            Step::Distinct => Box::new(Looking::new(items, Look::Distinct(Set::of_kind(SetKind::Hash)))),
            Step::Map(function) => Box::new(Map { items, function }),
            Step::FlatMap(function) => Box::new(FlatMap { items, function, inner: None }),
            Step::Limit(left) => Box::new(Limit { items, left }),
            Step::Skip(left) => skipped(items, &left, evaluator)?,
            Step::Sorted(comparator, queue) => {
                let sorted = Sorted { comparator, queue };
                sorted.fill(items, evaluator)?;
                Box::new(sorted)
            }
        })
    }
}

/// A step that looks for the next item that it lets through.
struct Looking {
    items: Box<dyn Source>,
    look: Look,
    current: Value,
    found: bool,
}

enum Look {
    Filter(Value),
    Peek(Value),
    Distinct(Set),
}

impl Looking {
    fn new(items: Box<dyn Source>, look: Look) -> Looking {
        Looking { items, look, current: Value::Null, found: false }
    }
}

impl Source for Looking {
    fn has_next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome<bool> {
        while !self.found && self.items.has_next(evaluator)? {
            let item = self.items.next(evaluator)?;
            let through = match &self.look {
                Look::Filter(predicate) => holds(evaluator, predicate, &item)?,
                Look::Peek(function) => evaluator.invoke(function, std::slice::from_ref(&item)).map(|_| true)?,
                Look::Distinct(seen) => {
                    check_items(seen.len() + 1)?;
                    seen.insert(item.clone())
                }
            };
            if through {
                self.current = item;
                self.found = true;
            }
        }
        Ok(self.found)
    }

    fn next(&mut self, _: &mut Evaluator<'_>) -> Outcome {
        self.found = false;
        Ok(self.current.clone())
    }
}

/// The items of an array: it looks ahead too.
pub(crate) struct ArraySource {
    items: std::vec::IntoIter<Value>,
    current: Value,
    found: bool,
}

impl ArraySource {
    /// The items of an array.
    pub(crate) fn new(items: Vec<Value>) -> ArraySource {
        ArraySource { items: items.into_iter(), current: Value::Null, found: false }
    }
}

impl Source for ArraySource {
    fn has_next(&mut self, _: &mut Evaluator<'_>) -> Outcome<bool> {
        if !self.found
            && let Some(item) = std::iter::Iterator::next(&mut self.items)
        {
            self.current = item;
            self.found = true;
        }
        Ok(self.found)
    }

    fn next(&mut self, _: &mut Evaluator<'_>) -> Outcome {
        self.found = false;
        Ok(self.current.clone())
    }
}

struct Map {
    items: Box<dyn Source>,
    function: Value,
}

impl Source for Map {
    fn has_next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome<bool> {
        self.items.has_next(evaluator)
    }

    fn next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome {
        let item = self.items.next(evaluator)?;
        evaluator.invoke(&self.function, &[item])
    }
}

struct FlatMap {
    items: Box<dyn Source>,
    function: Value,
    inner: Option<Box<dyn Source>>,
}

impl Source for FlatMap {
    fn has_next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome<bool> {
        loop {
            if let Some(inner) = &mut self.inner {
                if inner.has_next(evaluator)? {
                    return Ok(true);
                }
                self.inner = None;
            }
            if !self.items.has_next(evaluator)? {
                return Ok(false);
            }
            let item = self.items.next(evaluator)?;
            let mapped = evaluator.invoke(&self.function, &[item])?;
            let Some(stream) = mapped.as_object::<Stream>() else {
                return Err(Fail::el("Expecting a Stream from flatMap's mapper function."));
            };
            self.inner = Some(stream.items(evaluator)?);
        }
    }

    fn next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome {
        self.inner.as_mut().map_or(Ok(Value::Null), |inner| inner.next(evaluator))
    }
}

struct Limit {
    items: Box<dyn Source>,
    left: i64,
}

impl Source for Limit {
    fn has_next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome<bool> {
        Ok(self.left > 0 && self.items.has_next(evaluator)?)
    }

    fn next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome {
        self.left = self.left.saturating_sub(1);
        self.items.next(evaluator)
    }
}

/// Leaves out the first items, at once.
fn skipped(mut items: Box<dyn Source>, left: &AtomicI64, evaluator: &mut Evaluator<'_>) -> Outcome<Box<dyn Source>> {
    while left.load(Atomic::Relaxed) > 0 && items.has_next(evaluator)? {
        items.next(evaluator)?;
        left.fetch_sub(1, Atomic::Relaxed);
    }
    Ok(items)
}

/// Sorted by Java's `PriorityQueue`: items that compare as equal come in the order in which that heap gives them.
struct Sorted {
    comparator: Option<Value>,
    queue: Arc<Mutex<Option<Vec<Value>>>>,
}

impl Source for Sorted {
    fn has_next(&mut self, _: &mut Evaluator<'_>) -> Outcome<bool> {
        Ok(self.queue.lock().as_ref().is_some_and(|queue| !queue.is_empty()))
    }

    fn next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome {
        // Not locked while a lambda compares: it may ask this stream.
        let mut queue = self.queue.lock().take().unwrap_or_default();
        let smallest = if queue.is_empty() { None } else { Some(queue.swap_remove(0)) };
        let settled = self.sift_down(evaluator, &mut queue);
        *self.queue.lock() = Some(queue);
        settled?;
        smallest.ok_or_else(no_such_element)
    }
}

impl Sorted {
    /// Takes all items, unless that was done before.
    fn fill(&self, mut items: Box<dyn Source>, evaluator: &mut Evaluator<'_>) -> Outcome<()> {
        if self.queue.lock().is_some() {
            return Ok(());
        }
        let mut queue = Vec::new();
        while items.has_next(evaluator)? {
            let item = items.next(evaluator)?;
            if item.is_null() {
                return Err(Fail::java_bare("NullPointerException"));
            }
            queue.push(item);
            check_items(queue.len())?;
            self.sift_up(evaluator, &mut queue)?;
        }
        *self.queue.lock() = Some(queue);
        Ok(())
    }

    fn compare(&self, evaluator: &mut Evaluator<'_>, a: &Value, b: &Value) -> Outcome<Ordering> {
        let Some(comparator) = &self.comparator else { return operators::natural(a, b) };
        let answer = evaluator.invoke(comparator, &[a.clone(), b.clone()])?;
        match coerce::to_type(&answer, Ty::Int)? {
            Value::Int(number) => Ok(number.cmp(&0)),
            _ => Err(crate::method::null_argument()),
        }
    }

    /// The last item moves up to where it belongs.
    fn sift_up(&self, evaluator: &mut Evaluator<'_>, queue: &mut [Value]) -> Outcome<()> {
        let mut at = queue.len().saturating_sub(1);
        while at > 0 {
            let parent = (at - 1) / 2;
            let (Some(item), Some(above)) = (queue.get(at), queue.get(parent)) else { break };
            if self.compare(evaluator, item, above)? != Ordering::Less {
                break;
            }
            queue.swap(at, parent);
            at = parent;
        }
        Ok(())
    }

    /// The first item moves down to where it belongs.
    fn sift_down(&self, evaluator: &mut Evaluator<'_>, queue: &mut [Value]) -> Outcome<()> {
        let mut at = 0;
        loop {
            let left = 2 * at + 1;
            let Some(mut smaller) = queue.get(left) else { break };
            let mut child = left;
            if let Some(right) = queue.get(left + 1)
                && self.compare(evaluator, smaller, right)? == Ordering::Greater
            {
                child = left + 1;
                smaller = right;
            }
            let Some(item) = queue.get(at) else { break };
            if self.compare(evaluator, item, smaller)? != Ordering::Greater {
                break;
            }
            queue.swap(at, child);
            at = child;
        }
        Ok(())
    }
}

/// Whether a predicate holds. It must give a real boolean.
pub(crate) fn holds(evaluator: &mut Evaluator<'_>, predicate: &Value, item: &Value) -> Outcome<bool> {
    match evaluator.invoke(predicate, std::slice::from_ref(item))? {
        Value::Bool(answer) => Ok(answer),
        Value::Null => Err(Fail::java(
            "NullPointerException",
            "Cannot invoke \"java.lang.Boolean.booleanValue()\" because the return value of \
             \"javax.el.LambdaExpression.invoke(Object[])\" is null",
        )),
        other => Err(cannot_cast(other.class_name(), "java.lang.Boolean")),
    }
}
