//! `java.lang.String`.

use accord_value::{List, ListKind, Text, Value};

use crate::bounds::{MAX_ITEMS, check_items};
use crate::collection;
use crate::fail::{Fail, Outcome};
use crate::java_stream::JavaStream;
use crate::method::{Call, Method, function, method};
use crate::operators::check_size;
use crate::patterns;
use crate::types::Ty::{
    ByteArray, CharArray, CharSequence, Iterable, Object, Other, PBool, PChar, PDouble, PFloat, PInt, PLong, Str,
    StringBuilder,
};
use crate::utf16::{self, text, to_int};

pub(crate) static METHODS: &[Method] = &[
    method("length", &[], |c| int(utf16::length(c.this()))),
    method("isEmpty", &[], |c| Ok(Value::Bool(c.this().is_empty()))),
    method("isBlank", &[], |c| Ok(Value::Bool(c.this().chars().all(utf16::is_java_whitespace)))),
    method("charAt", &[PInt], char_at),
    method("codePointAt", &[PInt], |c| utf16::point_at(c.this(), c.int(0))),
    method("codePointBefore", &[PInt], |c| utf16::point_before(c.this(), c.int(0))),
    method("codePointCount", &[PInt, PInt], |c| utf16::count_points(c.this(), c.int(0), c.int(1))),
    method("offsetByCodePoints", &[PInt, PInt], |c| utf16::offset_by_points(c.this(), c.int(0), c.int(1))),
    method("chars", &[], |c| Ok(JavaStream::of_ints(c.this().encode_utf16().map(i32::from).collect()))),
    method("codePoints", &[], |c| {
        Ok(JavaStream::of_ints(c.this().chars().map(|c| i32::try_from(u32::from(c)).unwrap_or(0)).collect()))
    }),
    method("lines", &[], |c| {
        // The items are in an object, which no rule but this one marks.
        let sensitive = c.this.is_sensitive();
        check_items(lines(c.this()).take(MAX_ITEMS + 1).count())?;
        Ok(JavaStream::of(lines(c.this()).map(|line| Text::with_mark(line, sensitive).into()).collect()))
    }),
    method("compareTo", &[Str], |c| Ok(Value::Int(accord_value::compare_texts(c.this(), c.str(0))))),
    method("compareTo", &[Object], super::compare_to),
    method("compareToIgnoreCase", &[Str], |c| {
        Ok(Value::Int(accord_value::compare_texts(&fold(c.this()), &fold(c.str(0)))))
    }),
    method("equals", &[Object], |c| Ok(Value::Bool(c.this == c.argument(0)))),
    method("equalsIgnoreCase", &[Str], |c| Ok(Value::Bool(fold(c.this()) == fold(c.str(0))))),
    method("contentEquals", &[CharSequence], |c| Ok(Value::Bool(c.this() == chars(c, 0)?.as_str()))),
    method("contains", &[CharSequence], |c| Ok(Value::Bool(c.this().contains(chars(c, 0)?.as_str())))),
    method("startsWith", &[Str], |c| Ok(Value::Bool(c.this().starts_with(c.str(0))))),
    method("startsWith", &[Str, PInt], |c| {
        let rest = usize::try_from(c.int(1)).ok().filter(|from| *from <= utf16::length(c.this()));
        let rest = rest.and_then(|from| c.this().get(utf16::byte_at(c.this(), from)..));
        Ok(Value::Bool(rest.is_some_and(|rest| rest.starts_with(c.str(0)))))
    }),
    method("endsWith", &[Str], |c| Ok(Value::Bool(c.this().ends_with(c.str(0))))),
    method("indexOf", &[PInt], |c| Ok(Value::Int(utf16::find(c.this(), &code_point(c.int(0)), 0)))),
    method("indexOf", &[Str], |c| Ok(Value::Int(utf16::find(c.this(), c.str(0), 0)))),
    method("indexOf", &[PInt, PInt], |c| Ok(Value::Int(utf16::find(c.this(), &code_point(c.int(0)), c.int(1))))),
    method("indexOf", &[Str, PInt], |c| Ok(Value::Int(utf16::find(c.this(), c.str(0), c.int(1))))),
    method("indexOf", &[PInt, PInt, PInt], |c| index_in_range(c, &code_point(c.int(0)))),
    method("indexOf", &[Str, PInt, PInt], |c| index_in_range(c, c.str(0))),
    method("lastIndexOf", &[PInt], |c| Ok(Value::Int(utf16::find_last(c.this(), &code_point(c.int(0)), i32::MAX)))),
    method("lastIndexOf", &[Str], |c| Ok(Value::Int(utf16::find_last(c.this(), c.str(0), i32::MAX)))),
    method("lastIndexOf", &[PInt, PInt], |c| {
        Ok(Value::Int(utf16::find_last(c.this(), &code_point(c.int(0)), c.int(1))))
    }),
    method("lastIndexOf", &[Str, PInt], |c| Ok(Value::Int(utf16::find_last(c.this(), c.str(0), c.int(1))))),
    method("regionMatches", &[PInt, Str, PInt, PInt], |c| region_matches(c, false, 0)),
    method("regionMatches", &[PBool, PInt, Str, PInt, PInt], |c| region_matches(c, c.bool(0), 1)),
    method("substring", &[PInt], |c| text(utf16::substring(c.this(), c.int(0), None)?)),
    method("substring", &[PInt, PInt], |c| text(utf16::substring(c.this(), c.int(0), Some(c.int(1)))?)),
    method("subSequence", &[PInt, PInt], |c| text(utf16::substring(c.this(), c.int(0), Some(c.int(1)))?)),
    method("concat", &[Str], |c| {
        check_size(c.this().len() + c.str(0).len())?;
        Ok(Value::Text(Text::concat([&c.this.to_text(), &c.argument(0).to_text()])))
    }),
    method("repeat", &[PInt], repeat),
    method("replace", &[PChar, PChar], |c| {
        let (from, to) = (utf16::unit_text(c.char(0)), utf16::unit_text(c.char(1)));
        text(c.this().replace(&from, &to))
    }),
    method("replace", &[CharSequence, CharSequence], |c| {
        let (from, to) = (chars(c, 0)?, chars(c, 1)?);
        let found = c.this().matches(from.as_str()).count();
        check_size(c.this().len().saturating_add(found.saturating_mul(to.as_str().len())))?;
        text(c.this().replace(from.as_str(), to.as_str()))
    }),
    method("replaceAll", &[Str, Str], |c| {
        text(patterns::replace(c.evaluator.scope, c.this(), c.str(0), c.str(1), false)?)
    }),
    method("replaceFirst", &[Str, Str], |c| {
        text(patterns::replace(c.evaluator.scope, c.this(), c.str(0), c.str(1), true)?)
    }),
    method("matches", &[Str], |c| Ok(Value::Bool(patterns::matches(c.this(), c.str(0))?))),
    method("split", &[Str], |c| strings(patterns::split(c.evaluator.scope, c.this(), c.str(0), 0, false)?)),
    method("split", &[Str, PInt], |c| {
        strings(patterns::split(c.evaluator.scope, c.this(), c.str(0), c.int(1), false)?)
    }),
    method("splitWithDelimiters", &[Str, PInt], |c| {
        strings(patterns::split(c.evaluator.scope, c.this(), c.str(0), c.int(1), true)?)
    }),
    method("toUpperCase", &[], |c| text(c.this().to_uppercase())),
    method("toUpperCase", &[Other], |_| Err(crate::method::null_argument())),
    method("toLowerCase", &[], |c| text(c.this().to_lowercase())),
    method("toLowerCase", &[Other], |_| Err(crate::method::null_argument())),
    method("trim", &[], |c| text(c.this().trim_matches(|c| c <= ' '))),
    method("strip", &[], |c| text(c.this().trim_matches(utf16::is_java_whitespace))),
    method("stripLeading", &[], |c| text(c.this().trim_start_matches(utf16::is_java_whitespace))),
    method("stripTrailing", &[], |c| text(c.this().trim_end_matches(utf16::is_java_whitespace))),
    method("stripIndent", &[], |c| text(strip_indent(c.this()))),
    method("indent", &[PInt], indent),
    method("translateEscapes", &[], |c| text(translate_escapes(c.this())?)),
    method("transform", &[Other], |_| Err(crate::method::null_argument())),
    method("toCharArray", &[], |c| {
        let sensitive = c.this.is_sensitive();
        let units = c.this().encode_utf16().map(|unit| Value::Char(unit, sensitive)).collect();
        Ok(Value::List(List::of_kind(ListKind::CharArray, units)))
    }),
    method("getBytes", &[], |c| Ok(Value::from(c.this().as_bytes().to_vec()))),
    method("getBytes", &[Str], get_bytes),
    method("getBytes", &[Other], |_| Err(crate::method::null_argument())),
    method("intern", &[], |c| Ok(c.this.clone())),
    method("toString", &[], |c| Ok(c.this.clone())).exact(),
    method("hashCode", &[], |c| Ok(Value::Int(c.this.hash_code()))),
    method("formatted", &[Object], |c| format(c.this, &c.arguments)).variable().exact(),
    function("format", &[Str, Object], |c| format(c.argument(0), c.arguments.get(1..).unwrap_or_default()))
        .variable()
        .exact(),
    function("format", &[Other, Str, Object], |c| format(c.argument(1), c.arguments.get(2..).unwrap_or_default()))
        .variable()
        .exact(),
    function("join", &[CharSequence, CharSequence], |c| join(c, c.arguments.get(1..).unwrap_or_default().to_vec()))
        .variable(),
    function("join", &[CharSequence, Iterable], |c| join(c, collection::items(c.not_null(1)?).unwrap_or_default())),
    function("valueOf", &[Object], |c| Ok(Value::Text(c.argument(0).to_text()))).exact(),
    function("valueOf", &[CharArray], |c| text(char_array(c, 0)?)),
    function("valueOf", &[PBool], |c| Ok(Value::Text(c.argument(0).to_text()))),
    function("valueOf", &[PChar], |c| Ok(Value::Text(c.argument(0).to_text()))).exact(),
    function("valueOf", &[PInt], |c| Ok(Value::Text(c.argument(0).to_text()))),
    function("valueOf", &[PLong], |c| Ok(Value::Text(c.argument(0).to_text()))),
    function("valueOf", &[PFloat], |c| Ok(Value::Text(c.argument(0).to_text()))),
    function("valueOf", &[PDouble], |c| Ok(Value::Text(c.argument(0).to_text()))),
    function("valueOf", &[CharArray, PInt, PInt], part_of_chars),
    function("copyValueOf", &[CharArray], |c| text(char_array(c, 0)?)),
    function("copyValueOf", &[CharArray, PInt, PInt], part_of_chars),
];

pub(crate) static CONSTRUCTORS: &[Method] = &[
    function("<init>", &[], |_| text("")),
    function("<init>", &[Str], |c| Ok(c.take(0))).exact(),
    function("<init>", &[CharArray], |c| text(char_array(c, 0)?)),
    function("<init>", &[ByteArray], |c| bytes_text(c, "UTF-8")),
    function("<init>", &[ByteArray, Str], |c| {
        let name = c.str(1).to_owned();
        bytes_text(c, &name)
    }),
    function("<init>", &[StringBuilder], |c| Ok(Value::Text(c.not_null(0)?.to_text()))).exact(),
];

impl Call<'_, '_> {
    /// The characters of the text that a method of texts is called on.
    pub(crate) fn this(&self) -> &str {
        self.this.as_str().unwrap_or("")
    }
}

fn int(length: usize) -> Outcome {
    Ok(Value::Int(to_int(length)))
}

/// A `CharSequence` argument as a text.
fn chars(c: &Call<'_, '_>, index: usize) -> Outcome<Text> {
    Ok(c.not_null(index)?.to_text())
}

fn strings(parts: Vec<String>) -> Outcome {
    Ok(Value::List(List::of_kind(ListKind::StringArray, parts.into_iter().map(Value::from).collect())))
}

fn code_point(number: i32) -> String {
    u32::try_from(number).ok().and_then(char::from_u32).map(String::from).unwrap_or_else(|| "\u{fffd}".to_owned())
}

fn char_at(c: &mut Call<'_, '_>) -> Outcome {
    let index = utf16::check_index(c.int(0), utf16::length(c.this()))?;
    Ok(Value::Char(utf16::unit_at(c.this(), index).unwrap_or(0), false))
}

/// Texts that differ in case only are alike, character by character.
fn fold(text: &str) -> String {
    text.chars()
        .map(|c| {
            let mut upper = c.to_uppercase();
            let single = match (upper.next(), upper.next()) {
                (Some(upper), None) => upper,
                _ => c,
            };
            let mut lower = single.to_lowercase();
            // Only the capital dotted I has more than one, and Java takes the first.
            lower.next().unwrap_or(single)
        })
        .collect()
}

fn index_in_range(c: &Call<'_, '_>, part: &str) -> Outcome {
    let range = utf16::substring(c.this(), c.int(1), Some(c.int(2)))?;
    let found = utf16::find(range, part, 0);
    Ok(Value::Int(if found < 0 { -1 } else { found + c.int(1) }))
}

fn region_matches(c: &Call<'_, '_>, ignore_case: bool, first: usize) -> Outcome {
    let part = |text: &str, from: i32, length: i32| -> Option<String> {
        utf16::substring(text, from, Some(from.checked_add(length)?)).ok().map(str::to_owned)
    };
    let length = c.int(first + 3);
    if length < 0 {
        return Ok(Value::Bool(c.int(first) >= 0 && c.int(first + 2) >= 0));
    }
    let (a, b) = (part(c.this(), c.int(first), length), part(c.str(first + 1), c.int(first + 2), length));
    Ok(Value::Bool(match (a, b) {
        (Some(a), Some(b)) => a == b || (ignore_case && fold(&a) == fold(&b)),
        _ => false,
    }))
}

fn repeat(c: &mut Call<'_, '_>) -> Outcome {
    let Ok(count) = usize::try_from(c.int(0)) else {
        return Err(Fail::java("IllegalArgumentException", format!("count is negative: {}", c.int(0))));
    };
    check_size(c.this().len().saturating_mul(count))?;
    text(c.this().repeat(count))
}

/// Lines without their ends, which are `\n`, `\r` or both.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let (line, after) = rest.split_at(end);
        rest = after.strip_prefix("\r\n").or_else(|| after.strip_prefix(['\n', '\r'])).unwrap_or(after);
        Some(line)
    })
}

fn indent(c: &mut Call<'_, '_>) -> Outcome {
    let n = c.int(0);
    let width = usize::try_from(n.unsigned_abs()).unwrap_or(0);
    let count = lines(c.this()).count();
    if n > 0 {
        check_size(c.this().len().saturating_add(count.saturating_mul(width)))?;
    }
    let mut out = String::new();
    for line in lines(c.this()) {
        if n > 0 {
            out.push_str(&" ".repeat(width));
            out.push_str(line);
        } else {
            let blank: usize =
                line.chars().take_while(|c| utf16::is_java_whitespace(*c)).take(width).map(char::len_utf8).sum();
            out.push_str(line.get(blank..).unwrap_or(""));
        }
        out.push('\n');
    }
    text(out)
}

fn strip_indent(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let ends_with_break = text.ends_with(['\n', '\r']);
    let blank = |line: &str| line.chars().take_while(|c| utf16::is_java_whitespace(*c)).count();
    let all: Vec<&str> = lines(text).collect();
    let last = all.len().saturating_sub(1);
    let least = all
        .iter()
        .enumerate()
        .filter(|(index, line)| !line.trim_matches(utf16::is_java_whitespace).is_empty() || *index == last)
        .map(|(_, line)| blank(line))
        .min()
        .unwrap_or(0);
    let least = if ends_with_break { 0 } else { least };
    let stripped: Vec<String> = all
        .iter()
        .map(|line| {
            let cut: usize = line.chars().take(least.min(blank(line))).map(char::len_utf8).sum();
            line.get(cut..).unwrap_or("").trim_end_matches(utf16::is_java_whitespace).to_owned()
        })
        .collect();
    stripped.join("\n") + if ends_with_break { "\n" } else { "" }
}

fn translate_escapes(text: &str) -> Outcome<String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let next = chars.next().unwrap_or('\0');
        match next {
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            's' => out.push(' '),
            't' => out.push('\t'),
            '\'' | '"' | '\\' => out.push(next),
            '0'..='7' => {
                let mut code = next.to_digit(8).unwrap_or(0);
                let most = if next <= '3' { 2 } else { 1 };
                for _ in 0..most {
                    let Some(digit) = chars.peek().and_then(|c| c.to_digit(8)) else { break };
                    code = code * 8 + digit;
                    chars.next();
                }
                out.push(char::from_u32(code).unwrap_or('?'));
            }
            '\n' => {}
            '\r' => {
                chars.next_if_eq(&'\n');
            }
            other => {
                let message = format!("Invalid escape sequence: \\{other} \\\\u{:04X}", u32::from(other));
                return Err(Fail::java("IllegalArgumentException", message));
            }
        }
    }
    Ok(out)
}

fn get_bytes(c: &mut Call<'_, '_>) -> Outcome {
    let bytes = match c.str(0).to_ascii_uppercase().as_str() {
        "UTF-8" | "UTF8" => c.this().as_bytes().to_vec(),
        "US-ASCII" | "ASCII" => c.this().chars().map(|c| if c.is_ascii() { c as u8 } else { b'?' }).collect(),
        "ISO-8859-1" | "LATIN1" => c.this().chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect(),
        "UTF-16" => [0xfe, 0xff].into_iter().chain(c.this().encode_utf16().flat_map(u16::to_be_bytes)).collect(),
        "UTF-16BE" => c.this().encode_utf16().flat_map(u16::to_be_bytes).collect(),
        "UTF-16LE" => c.this().encode_utf16().flat_map(u16::to_le_bytes).collect(),
        _ => return Err(Fail::java("java.io.UnsupportedEncodingException", c.argument(0).to_text())),
    };
    Ok(Value::from(bytes))
}

fn bytes_text(c: &Call<'_, '_>, charset: &str) -> Outcome {
    let Value::Bytes(bytes) = c.not_null(0)? else { return text("") };
    let bytes = bytes.as_slice();
    let units = |from: fn([u8; 2]) -> u16, bytes: &[u8]| -> Vec<u16> {
        bytes.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok()).map(from).collect()
    };
    text(match charset.to_ascii_uppercase().as_str() {
        "UTF-8" | "UTF8" => String::from_utf8_lossy(bytes).into_owned(),
        "US-ASCII" | "ASCII" => bytes.iter().map(|b| if b.is_ascii() { char::from(*b) } else { '\u{fffd}' }).collect(),
        "ISO-8859-1" | "LATIN1" => bytes.iter().map(|b| char::from(*b)).collect(),
        "UTF-16" | "UTF-16BE" => {
            utf16::text_of(&units(u16::from_be_bytes, bytes.strip_prefix(&[0xfe, 0xff]).unwrap_or(bytes)))
        }
        "UTF-16LE" => utf16::text_of(&units(u16::from_le_bytes, bytes)),
        _ => return Err(Fail::java("java.io.UnsupportedEncodingException", charset)),
    })
}

fn char_array(c: &Call<'_, '_>, index: usize) -> Outcome<String> {
    let items = collection::items(c.not_null(index)?).unwrap_or_default();
    let units: Vec<u16> = items
        .iter()
        .map(|item| match item {
            Value::Char(unit, _) => *unit,
            _ => 0,
        })
        .collect();
    Ok(utf16::text_of(&units))
}

fn part_of_chars(c: &mut Call<'_, '_>) -> Outcome {
    let all = char_array(c, 0)?;
    text(utf16::substring(&all, c.int(1), c.int(1).checked_add(c.int(2)).or(Some(i32::MAX)))?)
}

fn join(c: &Call<'_, '_>, parts: Vec<Value>) -> Outcome {
    let separator = chars(c, 0)?;
    let mut texts: Vec<Text> = Vec::with_capacity(parts.len() * 2);
    let mut size = 0;
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            texts.push(separator.clone());
        }
        if !crate::types::Ty::CharSequence.takes(part) {
            return Err(crate::operators::cannot_cast(part.class_name(), "java.lang.CharSequence"));
        }
        let part = part.to_text();
        size += part.as_str().len() + separator.as_str().len();
        check_size(size)?;
        texts.push(part);
    }
    Ok(Value::Text(Text::concat(&texts)))
}

fn format(pattern: &Value, arguments: &[Value]) -> Outcome {
    // A single array stands for its items.
    let spread;
    let arguments = match arguments {
        [Value::List(list)] if list.kind() == ListKind::ObjectArray => {
            spread = list.snapshot();
            &spread
        }
        other => other,
    };
    Ok(Value::Text(accord_value::format(&pattern.to_text(), arguments)?))
}
