//! Streams of the expression language (EL 3.0, section 2.3): lazy pipelines over collections, and their `Optional`.

use std::cmp::Ordering;
use std::sync::Arc;

use accord_value::{List, Object, Set, SetKind, Text, Value, number};
use parking_lot::Mutex;

use crate::eval::Evaluator;
use crate::fail::{Fail, Outcome};
use crate::iterator::{Iterator, ListSource, Source};
use crate::method::{Call, Method, method};
use crate::operators::{self, cannot_cast};
use crate::types::Ty::{self, Lambda, Object as AnyObject, PLong};
use crate::{coerce, collection};

/// A stream: nothing runs before a terminal operation asks for items.
pub(crate) struct Stream(Arc<Pipe>);

/// A stage of a pipeline.
struct Pipe {
    stage: Stage,
    length: usize,
}

enum Stage {
    /// Where items come from. They are given once only.
    Source(Arc<Mutex<Box<dyn Source>>>),
    /// What is done with the items of another stage.
    Step(Arc<Pipe>, Step),
}

#[derive(Clone)]
enum Step {
    Filter(Value),
    Map(Value),
    FlatMap(Value),
    Peek(Value),
    Distinct,
    Sorted(Option<Value>),
    Limit(i64),
    Skip(i64),
}

/// How many steps one stream may have.
const MAX_STEPS: usize = 500;

const STREAM_CLASS: &str = "com.sun.el.stream.Stream";
const OPTIONAL_CLASS: &str = "com.sun.el.stream.Optional";

impl Stream {
    /// The stream of a list, set or array; none of anything else.
    pub(crate) fn over(value: &Value) -> Option<Value> {
        let source: Box<dyn Source> = match value {
            Value::List(list) => Box::new(ListSource::new(list.clone())),
            other => Box::new(collection::items(other)?.into_iter()),
        };
        let stage = Stage::Source(Arc::new(Mutex::new(source)));
        Some(Value::object(Stream(Arc::new(Pipe { stage, length: 0 }))))
    }

    fn items(&self) -> Box<dyn Source> {
        self.0.items()
    }
}

impl Pipe {
    /// The items of this stage, from now on.
    fn items(self: &Arc<Pipe>) -> Box<dyn Source> {
        let mut steps = Vec::with_capacity(self.length);
        let mut pipe = self;
        let mut items: Box<dyn Source> = loop {
            match &pipe.stage {
                Stage::Source(source) => break Box::new(Shared(source.clone())),
                Stage::Step(before, step) => {
                    steps.push(step.clone());
                    pipe = before;
                }
            }
        };
        while let Some(step) = steps.pop() {
            items = match step {
                Step::Filter(predicate) => Box::new(Filter { items, predicate }),
                Step::Map(function) => Box::new(Map { items, function }),
                Step::FlatMap(function) => Box::new(FlatMap { items, function, inner: None }),
                Step::Peek(function) => Box::new(Peek { items, function }),
                Step::Distinct => Box::new(Distinct { items, seen: Set::of_kind(SetKind::Hash) }),
                Step::Sorted(comparator) => Box::new(Sorted { items, comparator, queue: None }),
                Step::Limit(left) => Box::new(Limit { items, left }),
                Step::Skip(left) => Box::new(Skip { items, left }),
            };
        }
        items
    }
}

/// The one source of several pipelines.
struct Shared(Arc<Mutex<Box<dyn Source>>>);

impl Source for Shared {
    fn next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome<Option<Value>> {
        // Sources are plain collections: nothing in them can ask this one in its turn.
        self.0.lock().next(evaluator)
    }
}

struct Filter {
    items: Box<dyn Source>,
    predicate: Value,
}

impl Source for Filter {
    fn next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome<Option<Value>> {
        while let Some(item) = self.items.next(evaluator)? {
            if holds(evaluator, &self.predicate, &item)? {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
}

struct Map {
    items: Box<dyn Source>,
    function: Value,
}

impl Source for Map {
    fn next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome<Option<Value>> {
        match self.items.next(evaluator)? {
            Some(item) => evaluator.invoke(&self.function, &[item]).map(Some),
            None => Ok(None),
        }
    }
}

struct FlatMap {
    items: Box<dyn Source>,
    function: Value,
    inner: Option<Box<dyn Source>>,
}

impl Source for FlatMap {
    fn next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome<Option<Value>> {
        loop {
            if let Some(inner) = &mut self.inner {
                if let Some(item) = inner.next(evaluator)? {
                    return Ok(Some(item));
                }
                self.inner = None;
            }
            let Some(item) = self.items.next(evaluator)? else { return Ok(None) };
            let mapped = evaluator.invoke(&self.function, &[item])?;
            let Some(stream) = mapped.as_object::<Stream>() else {
                return Err(Fail::el("Expecting a Stream from flatMap's mapper function."));
            };
            self.inner = Some(stream.items());
        }
    }
}

struct Peek {
    items: Box<dyn Source>,
    function: Value,
}

impl Source for Peek {
    fn next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome<Option<Value>> {
        let item = self.items.next(evaluator)?;
        if let Some(item) = &item {
            evaluator.invoke(&self.function, std::slice::from_ref(item))?;
        }
        Ok(item)
    }
}

struct Distinct {
    items: Box<dyn Source>,
    seen: Set,
}

impl Source for Distinct {
    fn next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome<Option<Value>> {
        while let Some(item) = self.items.next(evaluator)? {
            if self.seen.insert(item.clone()) {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
}

struct Limit {
    items: Box<dyn Source>,
    left: i64,
}

impl Source for Limit {
    fn next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome<Option<Value>> {
        if self.left <= 0 {
            return Ok(None);
        }
        self.left -= 1;
        self.items.next(evaluator)
    }
}

struct Skip {
    items: Box<dyn Source>,
    left: i64,
}

impl Source for Skip {
    fn next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome<Option<Value>> {
        while self.left > 0 {
            self.left -= 1;
            if self.items.next(evaluator)?.is_none() {
                return Ok(None);
            }
        }
        self.items.next(evaluator)
    }
}

/// Sorted by Java's `PriorityQueue`: items that compare as equal come in the order in which that heap gives them.
struct Sorted {
    items: Box<dyn Source>,
    comparator: Option<Value>,
    queue: Option<Vec<Value>>,
}

impl Source for Sorted {
    fn next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome<Option<Value>> {
        let mut queue = match self.queue.take() {
            Some(queue) => queue,
            None => {
                let mut queue = Vec::new();
                while let Some(item) = self.items.next(evaluator)? {
                    if item.is_null() {
                        return Err(Fail::java_bare("NullPointerException"));
                    }
                    queue.push(item);
                    self.sift_up(evaluator, &mut queue)?;
                }
                queue
            }
        };
        let smallest = if queue.is_empty() { None } else { Some(queue.swap_remove(0)) };
        self.sift_down(evaluator, &mut queue)?;
        self.queue = Some(queue);
        Ok(smallest)
    }
}

impl Sorted {
    fn compare(&self, evaluator: &mut Evaluator<'_>, a: &Value, b: &Value) -> Outcome<Ordering> {
        match &self.comparator {
            None => operators::natural(a, b),
            Some(comparator) => compare_by(evaluator, comparator, a, b),
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

/// What a lambda says of two items: its result, made an `int`.
fn compare_by(evaluator: &mut Evaluator<'_>, comparator: &Value, a: &Value, b: &Value) -> Outcome<Ordering> {
    let answer = evaluator.invoke(comparator, &[a.clone(), b.clone()])?;
    match coerce::to_type(&answer, Ty::Int)? {
        Value::Int(number) => Ok(number.cmp(&0)),
        _ => Err(crate::method::null_argument()),
    }
}

/// Whether a predicate holds. It must give a real boolean.
fn holds(evaluator: &mut Evaluator<'_>, predicate: &Value, item: &Value) -> Outcome<bool> {
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

impl Object for Stream {
    fn class_name(&self) -> &str {
        STREAM_CLASS
    }

    fn text(&self) -> Text {
        crate::object::plain_text(STREAM_CLASS)
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn stream<'c>(c: &'c Call<'_, '_>) -> Outcome<&'c Stream> {
    c.this.as_object::<Stream>().ok_or_else(crate::method::null_argument)
}

fn step(c: &Call<'_, '_>, step: Step) -> Outcome {
    let before = stream(c)?.0.clone();
    let length = before.length + 1;
    if length > MAX_STEPS {
        return Err(Fail::java("StackOverflowError", format!("A stream has more than {MAX_STEPS} steps")));
    }
    Ok(Value::object(Stream(Arc::new(Pipe { stage: Stage::Step(before, step), length }))))
}

/// All items of the stream that a method is called on.
fn each(c: &mut Call<'_, '_>, mut visit: impl FnMut(&mut Evaluator<'_>, Value) -> Outcome<bool>) -> Outcome<()> {
    let mut items = stream(c)?.items();
    while let Some(item) = items.next(c.evaluator)? {
        if !visit(c.evaluator, item)? {
            break;
        }
    }
    Ok(())
}

fn collect(c: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let mut all = Vec::new();
    each(c, |_, item| {
        all.push(item);
        Ok(true)
    })?;
    Ok(all)
}

fn limit(length: i64) -> Outcome<Step> {
    if length < 0 {
        return Err(Fail::java("IllegalArgumentException", "limit must be non-negative"));
    }
    Ok(Step::Limit(length))
}

fn skip(length: i64) -> Outcome<Step> {
    if length < 0 {
        return Err(Fail::java("IllegalArgumentException", "substream index must be non-negative"));
    }
    Ok(Step::Skip(length))
}

fn substream(c: &mut Call<'_, '_>) -> Outcome {
    let (start, end) = (c.long(0), c.long(1));
    let skipped = step(c, skip(start)?)?;
    let limit = limit(end.wrapping_sub(start))?;
    step(&Call { evaluator: c.evaluator, this: &skipped, arguments: Vec::new() }, limit)
}

/// The smallest or largest item, by a lambda or as `<` compares.
fn extreme(c: &mut Call<'_, '_>, wanted: Ordering) -> Outcome {
    let comparator = c.arguments.first().cloned();
    let mut best: Option<Value> = None;
    each(c, |evaluator, item| {
        let better = match &best {
            // Nothing is worse than null.
            None | Some(Value::Null) => true,
            Some(best) => {
                let order = match &comparator {
                    Some(comparator) => compare_by(evaluator, comparator, best, &item)?,
                    None => operators::compare(best, &item)?,
                };
                order == wanted.reverse()
            }
        };
        if better {
            best = Some(item);
        }
        Ok(true)
    })?;
    best.filter(|best| !best.is_null()).map_or_else(|| Ok(ElOptional::empty()), ElOptional::of)
}

fn add(a: &Value, b: &Value) -> Outcome {
    operators::binary(accord_syntax::expr::BinaryOp::Add, a, b)
}

fn sum_and_count(c: &mut Call<'_, '_>) -> Outcome<(Value, i64)> {
    let (mut sum, mut count) = (Value::Long(0), 0);
    each(c, |_, item| {
        sum = add(&sum, &item)?;
        count += 1;
        Ok(true)
    })?;
    Ok((sum, count))
}

fn reduce(c: &mut Call<'_, '_>, start: Option<Value>, function: &Value) -> Outcome<Option<Value>> {
    let mut result = start;
    each(c, |evaluator, item| {
        result = Some(match result.take() {
            None => item,
            Some(before) => evaluator.invoke(function, &[before, item])?,
        });
        Ok(true)
    })?;
    Ok(result)
}

/// Whether some item makes the predicate answer `wanted`.
fn any(c: &mut Call<'_, '_>, wanted: bool) -> Outcome<bool> {
    let predicate = c.take(0);
    let mut found = false;
    each(c, |evaluator, item| {
        found = holds(evaluator, &predicate, &item)? == wanted;
        Ok(!found)
    })?;
    Ok(found)
}

pub(crate) static METHODS: &[Method] = &[
    method("filter", &[Lambda], |c| step(c, Step::Filter(c.argument(0).clone()))).exact(),
    method("map", &[Lambda], |c| step(c, Step::Map(c.argument(0).clone()))).exact(),
    method("flatMap", &[Lambda], |c| step(c, Step::FlatMap(c.argument(0).clone()))).exact(),
    method("peek", &[Lambda], |c| step(c, Step::Peek(c.argument(0).clone()))).exact(),
    method("distinct", &[], |c| step(c, Step::Distinct)).exact(),
    method("sorted", &[], |c| step(c, Step::Sorted(None))).exact(),
    method("sorted", &[Lambda], |c| step(c, Step::Sorted(Some(c.argument(0).clone())))).exact(),
    method("limit", &[PLong], |c| step(c, limit(c.long(0))?)).exact(),
    method("substream", &[PLong], |c| step(c, skip(c.long(0))?)).exact(),
    method("substream", &[PLong, PLong], substream).exact(),
    method("iterator", &[], |c| Ok(Iterator::over(stream(c)?.items()))).exact(),
    method("forEach", &[Lambda], |c| {
        let function = c.take(0);
        each(c, |evaluator, item| evaluator.invoke(&function, &[item]).map(|_| true))?;
        Ok(Value::Null)
    })
    .exact(),
    method("toList", &[], |c| Ok(Value::List(List::new(collect(c)?)))).exact(),
    method("toArray", &[], |c| Ok(collection::array(collect(c)?))).exact(),
    method("count", &[], count).exact(),
    method("sum", &[], |c| Ok(sum_and_count(c)?.0)).exact(),
    method("average", &[], |c| match sum_and_count(c)? {
        (_, 0) => Ok(ElOptional::empty()),
        (sum, count) => ElOptional::of(number::divide(&sum, &Value::Long(count))?),
    })
    .exact(),
    method("max", &[], |c| extreme(c, Ordering::Greater)).exact(),
    method("max", &[Lambda], |c| extreme(c, Ordering::Greater)).exact(),
    method("min", &[], |c| extreme(c, Ordering::Less)).exact(),
    method("min", &[Lambda], |c| extreme(c, Ordering::Less)).exact(),
    method("reduce", &[AnyObject, Lambda], |c| {
        let (start, function) = (c.take(0), c.take(1));
        Ok(reduce(c, Some(start), &function)?.unwrap_or_default())
    })
    .exact(),
    method("reduce", &[Lambda], |c| {
        let function = c.take(0);
        reduce(c, None, &function)?.map_or_else(|| Ok(ElOptional::empty()), ElOptional::of)
    })
    .exact(),
    method("anyMatch", &[Lambda], |c| any(c, true).map(Value::Bool)).exact(),
    method("allMatch", &[Lambda], |c| any(c, false).map(|found| Value::Bool(!found))).exact(),
    method("noneMatch", &[Lambda], |c| any(c, true).map(|found| Value::Bool(!found))).exact(),
    method("findFirst", &[], |c| match stream(c)?.items().next(c.evaluator)? {
        Some(first) => ElOptional::of(first),
        None => Ok(ElOptional::empty()),
    })
    .exact(),
];

fn count(c: &mut Call<'_, '_>) -> Outcome {
    let mut items = 0;
    each(c, |_, _| {
        items += 1;
        Ok(true)
    })?;
    Ok(Value::Long(items))
}

/// The `Optional` that streams give.
pub(crate) struct ElOptional(Option<Value>);

impl ElOptional {
    fn empty() -> Value {
        Value::object(ElOptional(None))
    }

    /// With a value, which must not be null.
    fn of(value: Value) -> Outcome {
        if value.is_null() {
            return Err(Fail::java_bare("NullPointerException"));
        }
        Ok(Value::object(ElOptional(Some(value))))
    }
}

impl Object for ElOptional {
    fn class_name(&self) -> &str {
        OPTIONAL_CLASS
    }

    fn text(&self) -> Text {
        crate::object::plain_text(OPTIONAL_CLASS)
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn is_sensitive(&self) -> bool {
        self.0.as_ref().is_some_and(Value::is_sensitive)
    }
}

fn held(c: &Call<'_, '_>) -> Option<Value> {
    c.this.as_object::<ElOptional>().and_then(|optional| optional.0.clone())
}

pub(crate) static OPTIONAL_METHODS: &[Method] = &[
    method("get", &[], |c| {
        held(c).ok_or_else(|| Fail::java("java.util.NoSuchElementException", "No value present"))
    })
    .exact(),
    method("isPresent", &[], |c| Ok(Value::Bool(held(c).is_some()))).exact(),
    method("orElse", &[AnyObject], |c| Ok(held(c).unwrap_or_else(|| c.argument(0).clone()))).exact(),
    method("orElseGet", &[Lambda], |c| match held(c) {
        Some(value) => Ok(value),
        None => {
            let function = c.take(0);
            c.evaluator.invoke(&function, &[])
        }
    })
    .exact(),
    method("ifPresent", &[Lambda], |c| {
        if let Some(value) = held(c) {
            let function = c.take(0);
            c.evaluator.invoke(&function, &[value])?;
        }
        Ok(Value::Null)
    })
    .exact(),
];
