//! `java.lang.StringBuilder` (and `StringBuffer`): a text that grows.

use std::cmp::Ordering;

use accord_value::{Object, Text, Value};
use parking_lot::Mutex;

use crate::fail::{Fail, Outcome};
use crate::method::{Call, Method, function, method};
use crate::operators::check_size;
use crate::types::Ty::{
    CharArray, CharSequence, Object as AnyObject, PBool, PChar, PDouble, PFloat, PInt, PLong, Str,
    StringBuilder as Builder,
};
use crate::utf16::{self, to_int};

/// A text that can be changed.
pub(crate) struct StringBuilder {
    class: &'static str,
    text: Mutex<Text>,
}

const BUILDER: &str = "java.lang.StringBuilder";
const BUFFER: &str = "java.lang.StringBuffer";

impl StringBuilder {
    /// A builder or buffer that begins with `text`.
    fn make(class: &'static str, text: Text) -> Value {
        Value::object(StringBuilder { class, text: Mutex::new(text) })
    }
}

impl Object for StringBuilder {
    fn class_name(&self) -> &str {
        self.class
    }

    fn text(&self) -> Text {
        self.text.lock().clone()
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn compare(&self, other: &dyn Object) -> Option<Ordering> {
        let other = other.as_any().downcast_ref::<StringBuilder>().filter(|other| other.class == self.class)?;
        Value::Text(self.text()).natural_cmp(&Value::Text(other.text()))
    }

    fn is_sensitive(&self) -> bool {
        self.text.lock().is_sensitive()
    }
}

fn now(c: &Call<'_, '_>) -> Text {
    c.this.as_object::<StringBuilder>().map_or_else(Text::default, |builder| builder.text.lock().clone())
}

fn set(c: &Call<'_, '_>, text: Text) -> Outcome {
    check_size(text.as_str().len())?;
    if let Some(builder) = c.this.as_object::<StringBuilder>() {
        *builder.text.lock() = text;
    }
    Ok(c.this.clone())
}

fn append(c: &mut Call<'_, '_>) -> Outcome {
    let added = c.argument(0).to_text();
    set(c, Text::concat([&now(c), &added]))
}

fn append_part(c: &mut Call<'_, '_>) -> Outcome {
    let text = c.argument(0).to_text();
    let part = utf16::substring(text.as_str(), c.int(1), Some(c.int(2)))?;
    let part = Text::with_mark(part, text.is_sensitive());
    set(c, Text::concat([&now(c), &part]))
}

/// `text[..start] + middle + text[end..]`, by UTF-16 indexes that fit.
fn replace_range(c: &Call<'_, '_>, start: i32, end: i32, middle: &Text) -> Outcome {
    let text = now(c);
    let length = to_int(utf16::length(text.as_str()));
    if start < 0 || start > length || start > end {
        return Err(Fail::java(
            "StringIndexOutOfBoundsException",
            format!("Range [{start}, {}) out of bounds for length {length}", end.min(length)),
        ));
    }
    let at = |index: i32| utf16::byte_at(text.as_str(), usize::try_from(index).unwrap_or(0));
    let head = text.slice(0..at(start)).unwrap_or_default();
    let tail = text.slice(at(end.min(length))..text.as_str().len()).unwrap_or_default();
    set(c, Text::concat([&head, middle, &tail]))
}

fn insert(c: &mut Call<'_, '_>) -> Outcome {
    let offset = c.int(0);
    let length = utf16::length(now(c).as_str());
    if usize::try_from(offset).map_or(true, |offset| offset > length) {
        let message = format!("Range [{offset}, {length}) out of bounds for length {length}");
        return Err(Fail::java("StringIndexOutOfBoundsException", message));
    }
    replace_range(c, offset, offset, &c.argument(1).to_text())
}

fn reverse(c: &mut Call<'_, '_>) -> Outcome {
    let text = now(c);
    let reversed: String = text.as_str().chars().rev().collect();
    set(c, Text::with_mark(reversed, text.is_sensitive()))
}

fn repeat(c: &mut Call<'_, '_>) -> Outcome {
    let Ok(count) = usize::try_from(c.int(1)) else {
        return Err(Fail::java("IllegalArgumentException", format!("count is negative: {}", c.int(1))));
    };
    let added = c.not_null(0)?.to_text();
    check_size(added.as_str().len().saturating_mul(count))?;
    let parts = std::iter::once(now(c)).chain(std::iter::repeat_n(added, count));
    set(c, Text::concat(&parts.collect::<Vec<Text>>()))
}

/// A character, by its code point, some times.
fn repeat_point(c: &mut Call<'_, '_>) -> Outcome {
    let point = text_of_point(c.int(0))?;
    let arguments = vec![Value::Text(point), c.argument(1).clone()];
    repeat(&mut Call { evaluator: c.evaluator, this: c.this, arguments })
}

fn text_of_point(number: i32) -> Outcome<Text> {
    let point = u32::try_from(number).ok().and_then(char::from_u32).ok_or_else(|| {
        Fail::java("IllegalArgumentException", format!("Not a valid Unicode code point: 0x{number:X}"))
    })?;
    Ok(Text::plain(point.to_string()))
}

/// A part of a text, into the middle.
fn insert_part(c: &mut Call<'_, '_>) -> Outcome {
    let length = utf16::length(now(c).as_str());
    if usize::try_from(c.int(0)).map_or(true, |offset| offset > length) {
        return Err(Fail::java("IndexOutOfBoundsException", format!("dstOffset {}", c.int(0))));
    }
    let text = c.argument(1).to_text();
    let part = utf16::substring(text.as_str(), c.int(2), Some(c.int(3)))?;
    let part = Text::with_mark(part, text.is_sensitive());
    replace_range(c, c.int(0), c.int(0), &part)
}

fn set_length(c: &mut Call<'_, '_>) -> Outcome {
    let text = now(c);
    let length = utf16::length(text.as_str());
    let Ok(wanted) = usize::try_from(c.int(0)) else {
        return Err(Fail::java("StringIndexOutOfBoundsException", format!("String index out of range: {}", c.int(0))));
    };
    check_size(wanted)?;
    if wanted > length {
        set(c, Text::concat([&text, &Text::plain("\0".repeat(wanted - length))]))?;
    } else {
        set(c, text.slice(0..utf16::byte_at(text.as_str(), wanted)).unwrap_or_default())?;
    }
    Ok(Value::Null)
}

fn delete_char(c: &mut Call<'_, '_>) -> Outcome {
    utf16::check_index(c.int(0), utf16::length(now(c).as_str()))?;
    replace_range(c, c.int(0), c.int(0) + 1, &Text::default())
}

fn set_char(c: &mut Call<'_, '_>) -> Outcome {
    utf16::check_index(c.int(0), utf16::length(now(c).as_str()))?;
    replace_range(c, c.int(0), c.int(0) + 1, &c.argument(1).to_text())?;
    Ok(Value::Null)
}

/// Some overloads stand here twice: Java's class has them twice too (a bridge for each interface), and the reference
/// cannot tell the two apart.
pub(crate) static METHODS: &[Method] = &[
    method("append", &[AnyObject], append).exact(),
    method("append", &[Str], append).exact(),
    method("append", &[CharSequence], append).exact(),
    method("append", &[CharSequence], append).exact(),
    method("append", &[CharArray], |c| {
        let units = crate::collection::items(c.not_null(0)?).unwrap_or_default();
        let texts: Vec<Text> = units.iter().map(Value::to_text).collect();
        set(c, Text::concat(std::iter::once(&now(c)).chain(&texts)))
    })
    .exact(),
    method("append", &[PBool], append).exact(),
    method("append", &[PChar], append).exact(),
    method("append", &[PChar], append).exact(),
    method("append", &[PInt], append).exact(),
    method("append", &[PLong], append).exact(),
    method("append", &[PFloat], append).exact(),
    method("append", &[PDouble], append).exact(),
    method("append", &[CharSequence, PInt, PInt], append_part).exact(),
    method("append", &[CharSequence, PInt, PInt], append_part).exact(),
    method("appendCodePoint", &[PInt], |c| {
        let point = text_of_point(c.int(0))?;
        set(c, Text::concat([&now(c), &point]))
    })
    .exact(),
    method("insert", &[PInt, AnyObject], insert).exact(),
    method("insert", &[PInt, Str], insert).exact(),
    method("insert", &[PInt, CharSequence], insert).exact(),
    method("insert", &[PInt, PBool], insert).exact(),
    method("insert", &[PInt, PChar], insert).exact(),
    method("insert", &[PInt, PInt], insert).exact(),
    method("insert", &[PInt, PLong], insert).exact(),
    method("insert", &[PInt, PFloat], insert).exact(),
    method("insert", &[PInt, PDouble], insert).exact(),
    method("insert", &[PInt, CharSequence, PInt, PInt], insert_part).exact(),
    method("delete", &[PInt, PInt], |c| replace_range(c, c.int(0), c.int(1), &Text::default())).exact(),
    method("deleteCharAt", &[PInt], delete_char).exact(),
    method("replace", &[PInt, PInt, Str], |c| replace_range(c, c.int(0), c.int(1), &c.argument(2).to_text())).exact(),
    method("reverse", &[], reverse).exact(),
    method("length", &[], |c| Ok(Value::Int(to_int(utf16::length(now(c).as_str()))))),
    method("capacity", &[], |c| Ok(Value::Int(to_int(utf16::length(now(c).as_str()).max(16))))),
    method("isEmpty", &[], |c| Ok(Value::Bool(now(c).as_str().is_empty()))),
    method("charAt", &[PInt], |c| {
        let text = now(c);
        let at = utf16::check_index(c.int(0), utf16::length(text.as_str()))?;
        Ok(Value::Char(utf16::unit_at(text.as_str(), at).unwrap_or(0), false))
    }),
    method("setCharAt", &[PInt, PChar], set_char).exact(),
    method("setLength", &[PInt], set_length).exact(),
    method("indexOf", &[Str], |c| Ok(Value::Int(utf16::find(now(c).as_str(), c.str(0), 0)))),
    method("indexOf", &[Str, PInt], |c| Ok(Value::Int(utf16::find(now(c).as_str(), c.str(0), c.int(1))))),
    method("lastIndexOf", &[Str], |c| Ok(Value::Int(utf16::find_last(now(c).as_str(), c.str(0), i32::MAX)))),
    method("lastIndexOf", &[Str, PInt], |c| Ok(Value::Int(utf16::find_last(now(c).as_str(), c.str(0), c.int(1))))),
    method("substring", &[PInt], |c| utf16::text(utf16::substring(now(c).as_str(), c.int(0), None)?)),
    method("substring", &[PInt, PInt], |c| utf16::text(utf16::substring(now(c).as_str(), c.int(0), Some(c.int(1)))?)),
    method("subSequence", &[PInt, PInt], |c| utf16::text(utf16::substring(now(c).as_str(), c.int(0), Some(c.int(1)))?)),
    method("chars", &[], |c| {
        Ok(crate::java_stream::JavaStream::of_ints(now(c).as_str().encode_utf16().map(i32::from).collect()))
    }),
    method("codePoints", &[], |c| {
        let points = now(c).as_str().chars().map(|c| i32::try_from(u32::from(c)).unwrap_or(0)).collect();
        Ok(crate::java_stream::JavaStream::of_ints(points))
    }),
    method("codePointAt", &[PInt], |c| utf16::point_at(now(c).as_str(), c.int(0))),
    method("codePointBefore", &[PInt], |c| utf16::point_before(now(c).as_str(), c.int(0))),
    method("codePointCount", &[PInt, PInt], |c| utf16::count_points(now(c).as_str(), c.int(0), c.int(1))),
    method("offsetByCodePoints", &[PInt, PInt], |c| utf16::offset_by_points(now(c).as_str(), c.int(0), c.int(1))),
    method("repeat", &[CharSequence, PInt], repeat).exact(),
    method("repeat", &[PInt, PInt], repeat_point).exact(),
    method("compareTo", &[Builder], |c| {
        Ok(Value::Int(accord_value::compare_texts(now(c).as_str(), c.not_null(0)?.to_text().as_str())))
    }),
    method("compareTo", &[AnyObject], |c| {
        Err(crate::operators::cannot_cast(c.argument(0).class_name(), c.this.class_name()))
    }),
    method("toString", &[], |c| Ok(Value::Text(now(c)))).exact(),
    method("trimToSize", &[], |_| Ok(Value::Null)),
    method("ensureCapacity", &[PInt], |_| Ok(Value::Null)),
];

fn sized(c: &Call<'_, '_>, class: &'static str) -> Outcome {
    if c.int(0) < 0 {
        return Err(Fail::java("NegativeArraySizeException", c.int(0).to_string()));
    }
    Ok(StringBuilder::make(class, Text::default()))
}

pub(crate) static CONSTRUCTORS: &[Method] = &[
    function("<init>", &[], |_| Ok(StringBuilder::make(BUILDER, Text::default()))),
    function("<init>", &[Str], |c| Ok(StringBuilder::make(BUILDER, c.not_null(0)?.to_text()))).exact(),
    function("<init>", &[CharSequence], |c| Ok(StringBuilder::make(BUILDER, c.not_null(0)?.to_text()))).exact(),
    function("<init>", &[PInt], |c| sized(c, BUILDER)),
];

/// The constructors of `StringBuffer`.
pub(crate) static BUFFER_CONSTRUCTORS: &[Method] = &[
    function("<init>", &[], |_| Ok(StringBuilder::make(BUFFER, Text::default()))),
    function("<init>", &[Str], |c| Ok(StringBuilder::make(BUFFER, c.not_null(0)?.to_text()))).exact(),
    function("<init>", &[CharSequence], |c| Ok(StringBuilder::make(BUFFER, c.not_null(0)?.to_text()))).exact(),
    function("<init>", &[PInt], |c| sized(c, BUFFER)),
];
