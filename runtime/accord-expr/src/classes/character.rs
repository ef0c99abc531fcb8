//! `java.lang.Character`.

use accord_value::Value;

use crate::coerce::char_of;
use crate::fail::{Fail, Outcome};
use crate::method::{Call, Method, function, method};
use crate::operators::natural;
use crate::types::Ty::{Char, CharArray, CharSequence, Object, PChar, PInt};
use crate::utf16::{self, is_java_whitespace, text, unit_text};

fn of_unit(unit: u16) -> char {
    char::from_u32(u32::from(unit)).unwrap_or('\u{fffd}')
}

/// The argument, a `char` or a code point, as a character.
fn point(c: &Call<'_, '_>) -> char {
    match c.argument(0) {
        Value::Char(unit, _) => of_unit(*unit),
        _ => u32::try_from(c.int(0)).ok().and_then(char::from_u32).unwrap_or('\u{fffd}'),
    }
}

fn test(c: &Call<'_, '_>, test: fn(char) -> bool) -> Outcome {
    Ok(Value::Bool(test(point(c))))
}

/// A character of the argument's type.
fn same_type(c: &Call<'_, '_>, mapped: impl Iterator<Item = char>) -> Outcome {
    if let Value::Int(number) = c.argument(0)
        && u32::try_from(*number).ok().and_then(char::from_u32).is_none()
    {
        return Ok(c.argument(0).clone());
    }
    // Java maps to a single character, or not at all.
    let mut mapped = mapped;
    let single = match (mapped.next(), mapped.next()) {
        (Some(single), None) => single,
        _ => point(c),
    };
    Ok(match c.argument(0) {
        Value::Char(..) => Value::Char(single.encode_utf16(&mut [0; 2]).first().copied().unwrap_or(0), false),
        _ => Value::Int(i32::try_from(u32::from(single)).unwrap_or(0)),
    })
}

fn numeric(c: &Call<'_, '_>) -> Outcome {
    Ok(Value::Int(point(c).to_digit(36).and_then(|digit| i32::try_from(digit).ok()).unwrap_or(-1)))
}

fn digit(c: &Call<'_, '_>) -> Outcome {
    let radix = u32::try_from(c.int(1)).ok().filter(|radix| (2..=36).contains(radix));
    let digit = radix.and_then(|radix| point(c).to_digit(radix));
    Ok(Value::Int(digit.and_then(|digit| i32::try_from(digit).ok()).unwrap_or(-1)))
}

/// A code point that the reference would refuse.
fn check_point(number: i32) -> Outcome<char> {
    u32::try_from(number).ok().filter(|point| *point < 0x11_0000).map_or_else(
        || Err(Fail::java("IllegalArgumentException", format!("Not a valid Unicode code point: 0x{number:X}"))),
        |point| Ok(char::from_u32(point).unwrap_or('?')),
    )
}

/// Characters that may stand in Java's names without counting.
fn is_ignorable(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{e}'..='\u{1b}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{200b}'..='\u{200f}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

fn is_java_part(c: char) -> bool {
    is_identifier_start(c) || is_digit(c) || is_ignorable(c)
}

fn is_unicode_start(c: char) -> bool {
    c.is_alphabetic()
}

fn is_unicode_part(c: char) -> bool {
    c == '_' || c.is_alphabetic() || is_digit(c) || is_ignorable(c)
}

/// The two halves of a character beyond the basic plane, also of numbers that are none, as Java computes them.
fn surrogate(number: i32, high: bool) -> Value {
    let unit = if high { (number >> 10).wrapping_add(0xd800 - (0x1_0000 >> 10)) } else { (number & 0x3ff) + 0xdc00 };
    Value::Char(char_of(unit), false)
}

fn text_argument(c: &Call<'_, '_>) -> Outcome<String> {
    Ok(c.not_null(0)?.to_text().as_str().to_owned())
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || (!c.is_ascii() && c.is_numeric() && !c.is_alphabetic())
}

fn is_identifier_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == '$'
}

pub(crate) static METHODS: &[Method] = &[
    method("charValue", &[], |c| Ok(c.this.clone())).exact(),
    method("compareTo", &[Char], |c| match (c.this, c.not_null(0)?) {
        (Value::Char(a, _), Value::Char(b, _)) => Ok(Value::Int(i32::from(*a) - i32::from(*b))),
        (a, b) => super::order(natural(a, b)?),
    }),
    method("compareTo", &[Object], super::compare_to),
    method("equals", &[Object], |c| Ok(Value::Bool(c.this == c.argument(0)))),
    method("toString", &[], |c| Ok(Value::Text(c.this.to_text()))).exact(),
    method("hashCode", &[], |c| Ok(Value::Int(c.this.hash_code()))),
    function("valueOf", &[PChar], |c| Ok(c.take(0))).exact(),
    function("toString", &[PChar], |c| text(unit_text(c.char(0)))),
    function("toString", &[PInt], |c| text(check_point(c.int(0))?.to_string())),
    function("isDigit", &[PChar], |c| test(c, is_digit)),
    function("isDigit", &[PInt], |c| test(c, is_digit)),
    function("isLetter", &[PChar], |c| test(c, char::is_alphabetic)),
    function("isLetter", &[PInt], |c| test(c, char::is_alphabetic)),
    function("isLetterOrDigit", &[PChar], |c| test(c, |c| c.is_alphabetic() || is_digit(c))),
    function("isLetterOrDigit", &[PInt], |c| test(c, |c| c.is_alphabetic() || is_digit(c))),
    function("isAlphabetic", &[PInt], |c| test(c, char::is_alphabetic)),
    function("isUpperCase", &[PChar], |c| test(c, char::is_uppercase)),
    function("isUpperCase", &[PInt], |c| test(c, char::is_uppercase)),
    function("isLowerCase", &[PChar], |c| test(c, char::is_lowercase)),
    function("isLowerCase", &[PInt], |c| test(c, char::is_lowercase)),
    function("isWhitespace", &[PChar], |c| test(c, is_java_whitespace)),
    function("isWhitespace", &[PInt], |c| test(c, is_java_whitespace)),
    function("isSpaceChar", &[PChar], |c| test(c, |c| c.is_whitespace() && !c.is_control())),
    function("isSpaceChar", &[PInt], |c| test(c, |c| c.is_whitespace() && !c.is_control())),
    function("isISOControl", &[PChar], |c| test(c, |c| matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'))),
    function("isISOControl", &[PInt], |c| test(c, |c| matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'))),
    function("isJavaIdentifierStart", &[PChar], |c| test(c, is_identifier_start)),
    function("isJavaIdentifierStart", &[PInt], |c| test(c, is_identifier_start)),
    function("isJavaIdentifierPart", &[PChar], |c| test(c, is_java_part)),
    function("isJavaIdentifierPart", &[PInt], |c| test(c, is_java_part)),
    function("toUpperCase", &[PChar], |c| same_type(c, point(c).to_uppercase())),
    function("toUpperCase", &[PInt], |c| same_type(c, point(c).to_uppercase())),
    function("toLowerCase", &[PChar], |c| same_type(c, point(c).to_lowercase())),
    function("toLowerCase", &[PInt], |c| same_type(c, point(c).to_lowercase())),
    function("getNumericValue", &[PChar], |c| numeric(c)),
    function("getNumericValue", &[PInt], |c| numeric(c)),
    function("digit", &[PChar, PInt], |c| digit(c)),
    function("digit", &[PInt, PInt], |c| digit(c)),
    function("forDigit", &[PInt, PInt], |c| {
        let radix = u32::try_from(c.int(1)).ok().filter(|radix| (2..=36).contains(radix));
        let digit = u32::try_from(c.int(0)).ok();
        let digit = radix.zip(digit).and_then(|(radix, digit)| char::from_digit(digit, radix));
        Ok(Value::Char(digit.map_or(0, |digit| char_of(i32::try_from(u32::from(digit)).unwrap_or(0))), false))
    }),
    function("compare", &[PChar, PChar], |c| Ok(Value::Int(i32::from(c.char(0)) - i32::from(c.char(1))))),
    function("isHighSurrogate", &[PChar], |c| Ok(Value::Bool((0xd800..0xdc00).contains(&c.char(0))))),
    function("isLowSurrogate", &[PChar], |c| Ok(Value::Bool((0xdc00..0xe000).contains(&c.char(0))))),
    function("isSurrogate", &[PChar], |c| Ok(Value::Bool((0xd800..0xe000).contains(&c.char(0))))),
    function("isSurrogatePair", &[PChar, PChar], |c| {
        Ok(Value::Bool((0xd800..0xdc00).contains(&c.char(0)) && (0xdc00..0xe000).contains(&c.char(1))))
    }),
    function("isValidCodePoint", &[PInt], |c| Ok(Value::Bool((0..0x11_0000).contains(&c.int(0))))),
    function("isBmpCodePoint", &[PInt], |c| Ok(Value::Bool((0..0x1_0000).contains(&c.int(0))))),
    function("isSupplementaryCodePoint", &[PInt], |c| Ok(Value::Bool((0x1_0000..0x11_0000).contains(&c.int(0))))),
    function("isTitleCase", &[PChar], |c| test(c, is_title)),
    function("isTitleCase", &[PInt], |c| test(c, is_title)),
    function("toTitleCase", &[PChar], |c| same_type(c, point(c).to_uppercase())),
    function("toTitleCase", &[PInt], |c| same_type(c, point(c).to_uppercase())),
    function("isSpace", &[PChar], |c| test(c, |c| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}'))),
    function("toChars", &[PInt], |c| {
        let units = check_point(c.int(0))?.to_string().encode_utf16().map(|unit| Value::Char(unit, false)).collect();
        Ok(Value::List(accord_value::List::of_kind(accord_value::ListKind::CharArray, units)))
    }),
    function("isIdentifierIgnorable", &[PChar], |c| test(c, is_ignorable)),
    function("isIdentifierIgnorable", &[PInt], |c| test(c, is_ignorable)),
    function("isUnicodeIdentifierStart", &[PChar], |c| test(c, is_unicode_start)),
    function("isUnicodeIdentifierStart", &[PInt], |c| test(c, is_unicode_start)),
    function("isUnicodeIdentifierPart", &[PChar], |c| test(c, is_unicode_part)),
    function("isUnicodeIdentifierPart", &[PInt], |c| test(c, is_unicode_part)),
    function("isJavaLetter", &[PChar], |c| test(c, is_identifier_start)),
    function("isJavaLetterOrDigit", &[PChar], |c| test(c, is_java_part)),
    function("highSurrogate", &[PInt], |c| Ok(surrogate(c.int(0), true))),
    function("lowSurrogate", &[PInt], |c| Ok(surrogate(c.int(0), false))),
    function("toCodePoint", &[PChar, PChar], |c| {
        let (high, low) = (i32::from(c.char(0)), i32::from(c.char(1)));
        Ok(Value::Int((high << 10) + low + (0x1_0000 - (0xd800 << 10) - 0xdc00)))
    }),
    function("codePointAt", &[CharArray, PInt], |_| Err(crate::method::null_argument())),
    function("codePointAt", &[CharSequence, PInt], |c| utf16::point_at(&text_argument(c)?, c.int(1))),
    function("codePointBefore", &[CharArray, PInt], |_| Err(crate::method::null_argument())),
    function("codePointBefore", &[CharSequence, PInt], |c| utf16::point_before(&text_argument(c)?, c.int(1))),
    function("codePointCount", &[CharSequence, PInt, PInt], |c| {
        utf16::count_points(&text_argument(c)?, c.int(1), c.int(2))
    }),
    function("offsetByCodePoints", &[CharSequence, PInt, PInt], |c| {
        utf16::offset_by_points(&text_argument(c)?, c.int(1), c.int(2))
    }),
    function("charCount", &[PInt], |c| Ok(Value::Int(if c.int(0) >= 0x1_0000 { 2 } else { 1 }))),
    function("reverseBytes", &[PChar], |c| Ok(Value::Char(c.char(0).swap_bytes(), false))),
    function("hashCode", &[PChar], |c| Ok(Value::Int(i32::from(c.char(0))))),
];

pub(crate) static CONSTRUCTORS: &[Method] = &[function("<init>", &[PChar], |c| Ok(c.take(0))).exact()];

/// The few letters that are made of a large and a small one.
fn is_title(c: char) -> bool {
    matches!(c, '\u{1c5}' | '\u{1c8}' | '\u{1cb}' | '\u{1f2}' | '\u{1f88}'..='\u{1f8f}' | '\u{1f98}'..='\u{1f9f}')
        || matches!(c, '\u{1fa8}'..='\u{1faf}' | '\u{1fbc}' | '\u{1fcc}' | '\u{1ffc}')
}

/// Constants of `Character`.
pub(crate) fn field(name: &str) -> Option<Value> {
    Some(match name {
        "MIN_VALUE" => Value::Char(0, false),
        "MAX_VALUE" => Value::Char(u16::MAX, false),
        "MIN_RADIX" => Value::Int(2),
        "MAX_RADIX" => Value::Int(36),
        "SIZE" => Value::Int(16),
        "BYTES" => Value::Int(2),
        _ => return None,
    })
}
