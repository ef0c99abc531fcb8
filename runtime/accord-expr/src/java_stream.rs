//! Java's own streams, which some methods of texts give (`lines()`, `chars()`), and their optionals. Flows cannot give
//! them lambdas, so what is left are the operations without.

use accord_value::{List, ListKind, Object, Set, SetKind, Text, Value, drop_nested, number};
use parking_lot::Mutex;

use crate::collection;
use crate::fail::{Fail, Outcome};
use crate::iterator::Iterator;
use crate::method::{Call, Method, method};
use crate::operators::natural;
use crate::types::Ty::{Object as AnyObject, PLong};

/// A stream over items that are known; it can be used once.
pub(crate) struct JavaStream {
    items: Mutex<Option<Vec<Value>>>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Objects,
    Ints,
    Longs,
    Doubles,
}

impl JavaStream {
    /// A stream of objects.
    pub(crate) fn of(items: Vec<Value>) -> Value {
        Self::of_kind(items, Kind::Objects)
    }

    /// A stream of `int`s.
    pub(crate) fn of_ints(items: Vec<i32>) -> Value {
        Self::of_kind(items.into_iter().map(Value::Int).collect(), Kind::Ints)
    }

    fn of_kind(items: Vec<Value>, kind: Kind) -> Value {
        Value::object(JavaStream { items: Mutex::new(Some(items)), kind })
    }
}

impl Drop for JavaStream {
    fn drop(&mut self) {
        drop_nested(self.items.get_mut().take());
    }
}

impl Object for JavaStream {
    fn class_name(&self) -> &str {
        match self.kind {
            Kind::Objects => "java.util.stream.ReferencePipeline$Head",
            Kind::Ints => "java.util.stream.IntPipeline$Head",
            Kind::Longs => "java.util.stream.LongPipeline$Head",
            Kind::Doubles => "java.util.stream.DoublePipeline$Head",
        }
    }

    fn text(&self) -> Text {
        crate::object::plain_text(self.class_name())
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn is_sensitive(&self) -> bool {
        self.items.lock().as_ref().is_some_and(|items| items.iter().any(Value::is_sensitive))
    }
}

fn take(c: &Call<'_, '_>) -> Outcome<Vec<Value>> {
    let used = || Fail::java("IllegalStateException", "stream has already been operated upon or closed");
    c.this.as_object::<JavaStream>().and_then(|stream| stream.items.lock().take()).ok_or_else(used)
}

fn kind(c: &Call<'_, '_>) -> Kind {
    c.this.as_object::<JavaStream>().map_or(Kind::Objects, |stream| stream.kind)
}

fn again(c: &Call<'_, '_>, work: impl FnOnce(Vec<Value>) -> Outcome<Vec<Value>>) -> Outcome {
    Ok(JavaStream::of_kind(work(take(c)?)?, kind(c)))
}

fn sorted(mut items: Vec<Value>) -> Outcome<Vec<Value>> {
    let mut failed = None;
    items.sort_by(|a, b| {
        natural(a, b).unwrap_or_else(|fail| {
            failed.get_or_insert(fail);
            std::cmp::Ordering::Equal
        })
    });
    failed.map_or(Ok(items), Err)
}

fn count(number: i64) -> Outcome<usize> {
    usize::try_from(number).map_err(|_| Fail::java("IllegalArgumentException", number.to_string()))
}

fn converted(c: &Call<'_, '_>, kind: Kind, convert: fn(&Value) -> Outcome) -> Outcome {
    let items = take(c)?.iter().map(convert).collect::<Outcome<Vec<Value>>>()?;
    Ok(JavaStream::of_kind(items, kind))
}

fn add_all(items: &[Value], start: Value) -> Outcome {
    let mut sum = start;
    for item in items {
        sum = number::add(&sum, item)?;
    }
    Ok(sum)
}

/// `Stream`.
pub(crate) static METHODS: &[Method] = &[
    method("count", &[], |c| Ok(Value::Long(i64::try_from(take(c)?.len()).unwrap_or(i64::MAX)))),
    method("toArray", &[], |c| Ok(collection::array(take(c)?))).exact(),
    method("iterator", &[], |c| Ok(Iterator::over(take(c)?.into_iter()))).exact(),
    method("distinct", &[], |c| again(c, |items| Ok(Set::of_kind_from(SetKind::Linked, items).items()))).exact(),
    method("sorted", &[], |c| again(c, sorted)).exact(),
    method("limit", &[PLong], |c| {
        let most = count(c.long(0))?;
        again(c, |items| Ok(items.into_iter().take(most).collect()))
    })
    .exact(),
    method("skip", &[PLong], |c| {
        let first = count(c.long(0))?;
        again(c, |items| Ok(items.into_iter().skip(first).collect()))
    })
    .exact(),
    method("findFirst", &[], |c| Ok(JavaOptional::make(take(c)?.into_iter().next(), kind(c)))).exact(),
    method("findAny", &[], |c| Ok(JavaOptional::make(take(c)?.into_iter().next(), kind(c)))).exact(),
    method("parallel", &[], |c| again(c, Ok)).exact(),
    method("sequential", &[], |c| again(c, Ok)).exact(),
    method("unordered", &[], |c| again(c, Ok)).exact(),
    method("isParallel", &[], |_| Ok(Value::Bool(false))),
    method("close", &[], |_| Ok(Value::Null)),
];

/// What streams of objects have besides.
static OBJECT_METHODS: &[Method] =
    &[method("toList", &[], |c| Ok(Value::List(List::of_kind(ListKind::Immutable, take(c)?)))).exact()];

/// What `IntStream`, `LongStream` and `DoubleStream` have besides.
pub(crate) static NUMBER_METHODS: &[Method] = &[
    method("sum", &[], |c| {
        let kind = kind(c);
        let sum = add_all(&take(c)?, if kind == Kind::Doubles { Value::Double(0.0) } else { Value::Long(0) })?;
        Ok(if kind == Kind::Ints { Value::Int(number::to_int(&sum)?) } else { sum })
    }),
    method("average", &[], |c| {
        let items = take(c)?;
        if items.is_empty() {
            return Ok(JavaOptional::make(None, Kind::Doubles));
        }
        let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let sum = add_all(&items, Value::Long(0))?;
        Ok(JavaOptional::make(Some(number::divide(&sum, &Value::Long(count))?), Kind::Doubles))
    }),
    method("max", &[], |c| Ok(JavaOptional::make(sorted(take(c)?)?.pop(), kind(c)))),
    method("min", &[], |c| Ok(JavaOptional::make(sorted(take(c)?)?.into_iter().next(), kind(c)))),
    method("boxed", &[], |c| converted(c, Kind::Objects, |item| Ok(item.clone()))),
    method("asLongStream", &[], |c| converted(c, Kind::Longs, |item| Ok(Value::Long(number::to_long(item)?)))),
    method("asDoubleStream", &[], |c| converted(c, Kind::Doubles, |item| Ok(Value::Double(number::to_double(item)?)))),
];

static OBJECTS: &[&[Method]] = &[METHODS, OBJECT_METHODS, crate::classes::OBJECT];
static NUMBERS: &[&[Method]] = &[METHODS, NUMBER_METHODS, crate::classes::OBJECT];

impl JavaStream {
    /// The methods of this stream.
    pub(crate) fn tables(&self) -> &'static [&'static [Method]] {
        if self.kind == Kind::Objects { OBJECTS } else { NUMBERS }
    }
}

/// `java.util.Optional`.
pub(crate) struct JavaOptional {
    value: Option<Value>,
    kind: Kind,
}

impl JavaOptional {
    /// What a stream of such items gives: with a value or without.
    fn make(value: Option<Value>, kind: Kind) -> Value {
        Value::object(JavaOptional { value, kind })
    }
}

impl Drop for JavaOptional {
    fn drop(&mut self) {
        drop_nested(self.value.take());
    }
}

impl Object for JavaOptional {
    fn class_name(&self) -> &str {
        match self.kind {
            Kind::Objects => "java.util.Optional",
            Kind::Ints => "java.util.OptionalInt",
            Kind::Longs => "java.util.OptionalLong",
            Kind::Doubles => "java.util.OptionalDouble",
        }
    }

    fn text(&self) -> Text {
        let name = accord_value::simple_name(self.class_name());
        match &self.value {
            None => Text::plain(format!("{name}.empty")),
            Some(value) => Text::concat([&Text::plain(format!("{name}[")), &value.to_text(), &Text::plain("]")]),
        }
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other
            .as_any()
            .downcast_ref::<JavaOptional>()
            .is_some_and(|other| self.kind == other.kind && self.value == other.value)
    }

    fn hash_code(&self) -> i32 {
        self.value.as_ref().map_or(0, Value::hash_code)
    }

    fn is_sensitive(&self) -> bool {
        self.value.as_ref().is_some_and(Value::is_sensitive)
    }
}

fn held(c: &Call<'_, '_>) -> Option<Value> {
    c.this.as_object::<JavaOptional>().and_then(|optional| optional.value.clone())
}

fn get(c: &mut Call<'_, '_>) -> Outcome {
    held(c).ok_or_else(|| Fail::java("java.util.NoSuchElementException", "No value present"))
}

pub(crate) static OPTIONAL_METHODS: &[Method] = &[
    method("get", &[], get).exact(),
    method("getAsInt", &[], get).exact(),
    method("getAsLong", &[], get).exact(),
    method("getAsDouble", &[], get).exact(),
    method("orElseThrow", &[], get).exact(),
    method("isPresent", &[], |c| Ok(Value::Bool(held(c).is_some()))),
    method("isEmpty", &[], |c| Ok(Value::Bool(held(c).is_none()))),
    method("orElse", &[AnyObject], |c| Ok(held(c).unwrap_or_else(|| c.argument(0).clone()))).exact(),
    method("stream", &[], |c| Ok(JavaStream::of(held(c).into_iter().collect()))).exact(),
];
