//! Streams of the expression language (EL 3.0, section 2.3): lazy pipelines over collections, and their `Optional`.

use std::cmp::Ordering;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, LazyLock};

use accord_value::{List, Object, Text, Value, drop_nested, number};
use parking_lot::Mutex;

use crate::bounds::check_items;
use crate::collection;
use crate::eval::Evaluator;
use crate::fail::{Fail, Outcome};
use crate::iterator::{Iterator, ListSource, SetSource, Source};
use crate::marks;
use crate::method::{Call, Method, method};
use crate::operators;
use crate::stream_steps::{ArraySource, Step, holds};
use crate::types::Ty::{Lambda, Object as AnyObject, PLong};

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

/// How many steps one stream may have.
const MAX_STEPS: usize = 500;

const STREAM_CLASS: &str = "com.sun.el.stream.Stream";
const OPTIONAL_CLASS: &str = "com.sun.el.stream.Optional";

impl Stream {
    /// The stream of a list, set or array; none of anything else.
    pub(crate) fn over(value: &Value) -> Option<Value> {
        let source: Box<dyn Source> = match value {
            Value::List(list) if !list.kind().is_array() => Box::new(ListSource::new(list.clone())),
            Value::Set(set) => Box::new(SetSource::new(set.clone())),
            other => Box::new(ArraySource::new(collection::items(other)?)),
        };
        Some(Stream::of_boxed(source))
    }

    /// The stream of what a source gives.
    pub(crate) fn of(source: impl Source + 'static) -> Value {
        Stream::of_boxed(Box::new(source))
    }

    fn of_boxed(source: Box<dyn Source>) -> Value {
        let stage = Stage::Source(Arc::new(Mutex::new(source)));
        Value::object(Stream(Arc::new(Pipe { stage, length: 0 })))
    }

    /// Its items, from now on.
    pub(crate) fn items(&self, evaluator: &mut Evaluator<'_>) -> Outcome<Box<dyn Source>> {
        let mut steps = Vec::with_capacity(self.0.length);
        let mut pipe = &self.0;
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
            items = step.over(items, evaluator)?;
        }
        Ok(items)
    }
}

/// The one source of several pipelines. It is a plain collection: nothing in it can ask it in its turn.
struct Shared(Arc<Mutex<Box<dyn Source>>>);

impl Source for Shared {
    fn has_next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome<bool> {
        self.0.lock().has_next(evaluator)
    }

    fn next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome {
        self.0.lock().next(evaluator)
    }

    fn remove(&mut self) -> Outcome<()> {
        self.0.lock().remove()
    }
}

/// What is left of a stream that is dropped.
static NOTHING: LazyLock<Arc<Pipe>> = LazyLock::new(|| {
    let source: Box<dyn Source> = Box::new(Vec::new().into_iter());
    Arc::new(Pipe { stage: Stage::Source(Arc::new(Mutex::new(source))), length: 0 })
});

impl Drop for Stream {
    fn drop(&mut self) {
        drop_nested(std::mem::replace(&mut self.0, NOTHING.clone()));
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
    let this = c.this.clone();
    let stream = this.as_object::<Stream>().ok_or_else(crate::method::null_argument)?;
    let mut items = stream.items(c.evaluator)?;
    while items.has_next(c.evaluator)? {
        let item = items.next(c.evaluator)?;
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
        check_items(all.len())?;
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
    Ok(Step::Skip(Arc::new(AtomicI64::new(length))))
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
    let mut best = Value::Null;
    each(c, |evaluator, item| {
        // Nothing is worse than null.
        let better = best.is_null()
            || match &comparator {
                None => operators::compare(&best, &item)? == wanted.reverse(),
                Some(comparator) => {
                    let pair = if wanted == Ordering::Less {
                        [item.clone(), best.clone()]
                    } else {
                        [best.clone(), item.clone()]
                    };
                    let answer = evaluator.invoke(comparator, &pair)?;
                    operators::compare(&answer, &Value::Long(0))? == Ordering::Less
                }
            };
        if better {
            best = item;
        }
        Ok(true)
    })?;
    if best.is_null() { Ok(ElOptional::empty()) } else { ElOptional::of(best) }
}

fn add(a: &Value, b: &Value) -> Outcome {
    let sum = operators::binary(accord_syntax::expr::BinaryOp::Add, a, b);
    marks::settle_error(sum, marks::carried([a, b]))
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
    method("sorted", &[], |c| step(c, Step::sorted(None))).exact(),
    method("sorted", &[Lambda], |c| step(c, Step::sorted(Some(c.argument(0).clone())))).exact(),
    method("limit", &[PLong], |c| step(c, limit(c.long(0))?)).exact(),
    method("substream", &[PLong], |c| step(c, skip(c.long(0))?)).exact(),
    method("substream", &[PLong, PLong], substream).exact(),
    method("iterator", &[], |c| {
        let this = c.this.clone();
        let stream = this.as_object::<Stream>().ok_or_else(crate::method::null_argument)?;
        Ok(Iterator::over_boxed(stream.items(c.evaluator)?))
    })
    .exact(),
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
    method("findFirst", &[], |c| {
        let mut first = None;
        each(c, |_, item| {
            first = Some(item);
            Ok(false)
        })?;
        first.map_or_else(|| Ok(ElOptional::empty()), ElOptional::of)
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

impl Drop for ElOptional {
    fn drop(&mut self) {
        drop_nested(self.0.take());
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
    method("get", &[], |c| held(c).ok_or_else(|| Fail::java("java.util.NoSuchElementException", "No value present")))
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
