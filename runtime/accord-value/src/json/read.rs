//! Reading of JSON.

use std::fmt;
use std::sync::Arc;

use num_bigint::BigInt;
use num_traits::Num;

use crate::{List, MAX_DEPTH, Map, Text, Throwable, Value};

/// How many characters a number may have, as in the reference's library.
const LONGEST_NUMBER: usize = 1000;

/// Why a text is no JSON, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// What is wrong, in the wording of the reference's library. May quote a few characters of the text.
    pub message: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1; 0 where the reference's library names none.
    pub column: usize,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n at [{}; line: {}", self.message, SOURCE, self.line)?;
        if self.column > 0 {
            write!(f, ", column: {}", self.column)?;
        }
        f.write_str("]")
    }
}

impl std::error::Error for JsonError {}

impl From<JsonError> for Throwable {
    fn from(error: JsonError) -> Throwable {
        Throwable::new("com.fasterxml.jackson.core.JsonParseException", error.to_string())
    }
}

/// How the reference's library names a text that it does not show.
const SOURCE: &str = "Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)";

/// Reads the first JSON value of a text; what follows it is not looked at. Whole numbers become `Integer`, `Long` or
/// `BigInteger`, whatever fits first, others `Double`; objects become `LinkedHashMap`s, of two equal keys the later value
/// wins.
///
/// # Errors
/// Where the text is no JSON, is nested more than 1,000 levels deep or holds a number of more than 1,000 characters.
pub fn parse(text: &str) -> Result<Value, JsonError> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    reader.skip_blanks();
    if reader.peek().is_none() {
        return Err(JsonError { message: "No content to map due to end-of-input".to_owned(), line: 1, column: 0 });
    }
    reader.value()
}

/// What may stand where a value is wanted.
const VALID: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn error(&self, message: String) -> JsonError {
        self.error_at(self.at, message)
    }

    fn error_at(&self, at: usize, message: String) -> JsonError {
        let (line, column) = self.place(at);
        JsonError { message, line, column }
    }

    fn place(&self, at: usize) -> (usize, usize) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        // Columns are those of Java's characters.
        (line, before.get(line_start..).unwrap_or_default().encode_utf16().count() + 1)
    }

    /// What stands here is something else than expected.
    fn unexpected(&self, expected: &str) -> JsonError {
        match self.rest().chars().next() {
            Some('/') if !expected.contains("escape") => self.error(
                "Unexpected character ('/' (code 47)): maybe a (non-standard) comment? (not recognized as one since \
                 Feature 'ALLOW_COMMENTS' not enabled for parser)"
                    .to_owned(),
            ),
            Some(control) if control < ' ' && !expected.contains("escape") => self.error_at(
                self.at + 1,
                format!(
                    "Illegal character ({}): only regular white space (\\r, \\n, \\t) is allowed between tokens",
                    describe(control)
                ),
            ),
            Some(character) => self.error(format!("Unexpected character ({}): {expected}", describe(character))),
            None => self.error("Unexpected end-of-input".to_owned()),
        }
    }

    fn invalid_value(&self) -> JsonError {
        self.unexpected(&format!("expected a valid value {VALID}"))
    }

    fn value(&mut self) -> Result<Value, JsonError> {
        match self.peek() {
            Some(b'{') => self.nested(Reader::object),
            Some(b'[') => self.nested(Reader::array),
            Some(b'"') => Ok(Value::Text(Text::plain(self.string(false)?))),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'+') => Err(self.plus()),
            Some(close @ (b']' | b'}')) if self.depth == 0 => {
                let what = if close == b']' { "Array" } else { "Object" };
                Err(self.error(format!("Unexpected close marker '{}': no open {what} to close", char::from(close))))
            }
            _ => self.word(),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, JsonError>) -> Result<Value, JsonError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error(format!(
                "Document nesting depth ({}) exceeds the maximum allowed ({MAX_DEPTH}, from \
                 `StreamReadConstraints.getMaxNestingDepth()`)",
                self.depth
            )));
        }
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn unclosed(&self, what: &str, start: usize) -> JsonError {
        let (line, column) = self.place(start);
        self.error(format!(
            "Unexpected end-of-input: expected close marker for {what} (start marker at [{SOURCE}; line: {line}, \
             column: {column}])"
        ))
    }

    fn cut_off(&self, what: &str) -> JsonError {
        self.error(format!("Unexpected end-of-input within/between {what} entries"))
    }

    fn wrong_close(&self, found: char, wanted: char, what: &str, start: usize) -> JsonError {
        let (line, column) = self.place(start);
        self.error(format!(
            "Unexpected close marker '{found}': expected '{wanted}' (for {what} starting at [{SOURCE}; line: {line}, \
             column: {column}])"
        ))
    }

    fn object(&mut self) -> Result<Value, JsonError> {
        let start = self.at;
        let map = Map::linked();
        self.at += 1;
        self.skip_blanks();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Map(map));
        }
        let mut first = true;
        loop {
            self.skip_blanks();
            match self.peek() {
                Some(b'"') => {}
                None if first => return Err(self.unclosed("Object", start)),
                None => return Err(self.cut_off("Object")),
                Some(b']') if first => return Err(self.wrong_close(']', '}', "Object", start)),
                Some(_) => return Err(self.unexpected("was expecting double-quote to start field name")),
            }
            first = false;
            let key = self.string(true)?;
            self.skip_blanks();
            match self.peek() {
                Some(b':') => self.at += 1,
                None => return Err(self.cut_off("Object")),
                Some(_) => return Err(self.unexpected("was expecting a colon to separate field name and value")),
            }
            self.skip_blanks();
            if self.peek().is_none() {
                return Err(self.cut_off("Object"));
            }
            let value = self.value()?;
            map.insert(key, value);
            self.skip_blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Value::Map(map));
                }
                None => return Err(self.unclosed("Object", start)),
                Some(b']') => return Err(self.wrong_close(']', '}', "Object", start)),
                Some(_) => return Err(self.unexpected("was expecting comma to separate Object entries")),
            }
        }
    }

    fn array(&mut self) -> Result<Value, JsonError> {
        let start = self.at;
        let mut items = Vec::new();
        self.at += 1;
        self.skip_blanks();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::List(List::new(items)));
        }
        loop {
            self.skip_blanks();
            match self.peek() {
                None if items.is_empty() => return Err(self.unclosed("Array", start)),
                None => return Err(self.cut_off("Array")),
                Some(b'}') if items.is_empty() => return Err(self.wrong_close('}', ']', "Array", start)),
                Some(b'}') => return Err(self.unexpected("expected a value")),
                Some(_) => {}
            }
            items.push(self.value()?);
            self.skip_blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::List(List::new(items)));
                }
                None => return Err(self.unclosed("Array", start)),
                Some(b'}') => return Err(self.wrong_close('}', ']', "Array", start)),
                Some(_) => return Err(self.unexpected("was expecting comma to separate Array entries")),
            }
        }
    }

    /// The letters, digits, `_` and `$` from here on.
    fn word_length(&self) -> usize {
        let rest = self.rest();
        rest.find(|character: char| !is_word_part(character)).unwrap_or(rest.len())
    }

    fn word(&mut self) -> Result<Value, JsonError> {
        let end = self.word_length();
        let (word, _) = self.rest().split_at(end);
        let value = match word {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            "" => return Err(self.invalid_value()),
            "NaN" | "Infinity" => return Err(self.non_standard(word)),
            _ => return Err(self.unrecognized(word)),
        };
        self.at += end;
        Ok(value)
    }

    /// The word, which begins here, is a number that JSON does not have.
    fn non_standard(&self, word: &str) -> JsonError {
        let message =
            format!("Non-standard token '{word}': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow");
        self.error_at(self.at + word.len(), message)
    }

    fn unrecognized(&self, word: &str) -> JsonError {
        let shown: String = word.chars().take(256).collect();
        self.error(format!("Unrecognized token '{shown}': was expecting {VALID}"))
    }

    /// `Infinity` and `INF` behind a sign, which is next; none where something else stands there.
    fn signed_infinity(&self) -> Option<JsonError> {
        let behind = self.rest().get(1..)?;
        if !behind.starts_with('I') {
            return None;
        }
        let end = behind.find(|character: char| !is_word_part(character)).unwrap_or(behind.len());
        let word = self.rest().get(..=end)?;
        Some(match word.get(1..) {
            Some("Infinity" | "INF") => self.non_standard(word),
            Some("I") => self.error_at(self.at + 2, "Unexpected end-of-input in a Number value".to_owned()),
            _ => self.unrecognized(word),
        })
    }

    /// A number cannot begin with a plus.
    fn plus(&self) -> JsonError {
        if let Some(error) = self.signed_infinity() {
            return error;
        }
        let message = if self.rest().len() == 1 {
            "Unexpected end-of-input in a Number value".to_owned()
        } else {
            "Unexpected character ('+' (code 43)) in numeric value: JSON spec does not allow numbers to have plus \
             signs: enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow"
                .to_owned()
        };
        self.error_at(self.at + 1, message)
    }

    /// What stands here is no part of a number; the mistake is reported at `at`.
    fn wrong_digit(&self, at: usize, why: &str) -> JsonError {
        let found = self.rest().chars().next().map_or_else(String::new, describe);
        self.error_at(at, format!("Unexpected character ({found}) in numeric value: {why}"))
    }

    fn number(&mut self) -> Result<Value, JsonError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            if let Some(error) = self.signed_infinity() {
                return Err(error);
            }
            self.at += 1;
        }
        let first = self.at;
        let whole = self.digits();
        if whole == 0 {
            return Err(match self.peek() {
                None => self.error("Unexpected end-of-inputNo digit following sign".to_owned()),
                Some(b'.') => self.invalid_value(),
                Some(_) => {
                    self.wrong_digit(self.at, "expected digit (0-9) to follow minus sign, for valid numeric value")
                }
            });
        }
        if whole > 1 && self.text.as_bytes().get(first) == Some(&b'0') {
            return Err(self.error_at(first + 1, "Invalid numeric value: Leading zeroes not allowed".to_owned()));
        }
        // Where the library has read to when it looks at what follows the whole part.
        let behind = self.at;
        let mut floating = false;
        if self.peek() == Some(b'.') {
            self.at += 1;
            floating = true;
            if self.digits() == 0 {
                if self.peek().is_none() {
                    self.at = behind;
                }
                return Err(self.wrong_digit(behind, "Decimal point not followed by a digit"));
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            floating = true;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(match self.peek() {
                    None => self.error("Unexpected end-of-inputexpected a digit for number exponent".to_owned()),
                    Some(_) => self.wrong_digit(behind, "Exponent indicator not followed by a digit"),
                });
            }
        }
        let digits = self.text.get(start..self.at).unwrap_or_default();
        if digits.len() > LONGEST_NUMBER {
            return Err(self.error_at(
                start,
                format!(
                    "Number value length ({}) exceeds the maximum allowed ({LONGEST_NUMBER}, from \
                     `StreamReadConstraints.getMaxNumberLength()`)",
                    digits.len()
                ),
            ));
        }
        // A number that stands alone ends at a blank.
        if self.depth == 0 && !matches!(self.peek(), None | Some(b' ' | b'\t' | b'\n' | b'\r')) {
            let found = self.rest().chars().next().map_or_else(String::new, describe);
            return Err(
                self.error(format!("Unexpected character ({found}): Expected space separating root-level values"))
            );
        }
        Ok(number(digits, floating))
    }

    /// Skips digits and says how many.
    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    /// A text in quotes, the first of which is next; `is_name`: it is the name of a field.
    fn string(&mut self, is_name: bool) -> Result<String, JsonError> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = self.rest();
            let plain = rest.find(|character: char| character == '"' || character == '\\' || character < ' ');
            let Some(plain) = plain else {
                self.at = self.text.len();
                let message = if is_name {
                    "Unexpected end-of-input in field name"
                } else {
                    "Unexpected end-of-input: was expecting closing quote for a string value"
                };
                return Err(self.error(message.to_owned()));
            };
            let (text, _) = rest.split_at(plain);
            out.push_str(text);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => self.escape(&mut out)?,
                byte => {
                    return Err(self.error(format!(
                        "Illegal unquoted character ((CTRL-CHAR, code {})): has to be escaped using backslash to be \
                         included in {}",
                        byte.unwrap_or_default(),
                        if is_name { "name" } else { "string value" }
                    )));
                }
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Result<(), JsonError> {
        self.at += 1;
        let Some(character) = self.rest().chars().next() else {
            return Err(self.error("Unexpected end-of-input in character escape sequence".to_owned()));
        };
        let plain = match character {
            '"' | '\\' | '/' => character,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let unit = self.unit()?;
                let character = match unit {
                    // The second half of a character beyond 16 bits has to follow; half a character is none.
                    0xd800..=0xdbff if self.rest().starts_with("\\u") => {
                        let back = self.at;
                        self.at += 1;
                        let low = self.unit()?;
                        char::decode_utf16([unit, low]).next().and_then(Result::ok).unwrap_or_else(|| {
                            self.at = back;
                            char::REPLACEMENT_CHARACTER
                        })
                    }
                    _ => char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER),
                };
                out.push(character);
                return Ok(());
            }
            _ => {
                return Err(self.error(format!("Unrecognized character escape {}", describe(character))));
            }
        };
        self.at += character.len_utf8();
        out.push(plain);
        Ok(())
    }

    /// The four hexadecimal digits behind the `u` that is next.
    fn unit(&mut self) -> Result<u16, JsonError> {
        self.at += 1;
        let mut unit = 0;
        for _ in 0..4 {
            let Some(character) = self.rest().chars().next() else {
                return Err(self.error("Unexpected end-of-input in character escape sequence".to_owned()));
            };
            let Some(digit) = character.to_digit(16) else {
                return Err(self.error(format!(
                    "Unexpected character ({}): expected a hex-digit for character escape sequence",
                    describe(character)
                )));
            };
            unit = unit * 16 + digit;
            self.at += 1;
        }
        Ok(u16::try_from(unit).unwrap_or_default())
    }
}

/// What the reference's library takes for a part of a word, which is what Java allows in names.
fn is_word_part(character: char) -> bool {
    let is_currency = matches!(character, '$' | '\u{a2}'..='\u{a5}' | '\u{20a0}'..='\u{20c0}');
    character.is_alphanumeric() || character == '_' || is_currency
}

/// A character as messages show it; one beyond 16 bits by its first half.
fn describe(character: char) -> String {
    let code = u32::from(character);
    if character.is_control() {
        return format!("(CTRL-CHAR, code {code})");
    }
    let mut units = [0; 2];
    match character.encode_utf16(&mut units) {
        [unit] if *unit <= 0xff => format!("'{character}' (code {unit})"),
        [unit] => format!("'{character}' (code {unit} / 0x{unit:x})"),
        [unit, ..] => format!("'?' (code {unit} / 0x{unit:x})"),
        [] => String::new(),
    }
}

fn number(digits: &str, floating: bool) -> Value {
    if !floating {
        if let Ok(number) = digits.parse::<i64>() {
            return i32::try_from(number).map_or(Value::Long(number), Value::Int);
        }
        if let Ok(number) = BigInt::from_str_radix(digits, 10) {
            return Value::BigInt(Arc::new(number));
        }
    }
    Value::Double(digits.parse().unwrap_or(f64::NAN))
}
