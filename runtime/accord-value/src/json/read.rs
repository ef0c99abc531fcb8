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
    /// Column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n at [{}; line: {}, column: {}]", self.message, SOURCE, self.line, self.column)
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
        return Err(reader.error("No content to map due to end-of-input".to_owned()));
    }
    reader.value()
}

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
        (line, before.get(line_start..).unwrap_or_default().chars().count() + 1)
    }

    fn unexpected(&self, expected: &str) -> JsonError {
        match self.rest().chars().next() {
            Some(character) => self.error(format!("Unexpected character ({}): {expected}", describe(character))),
            None => self.error("Unexpected end-of-input".to_owned()),
        }
    }

    fn value(&mut self) -> Result<Value, JsonError> {
        match self.peek() {
            Some(b'{') => self.nested(Reader::object),
            Some(b'[') => self.nested(Reader::array),
            Some(b'"') => Ok(Value::Text(Text::plain(self.string("a string value")?))),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b']' | b'}' | b',' | b':') | None => Err(self.unexpected("expected a value")),
            Some(_) => self.word(),
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
        loop {
            self.skip_blanks();
            match self.peek() {
                Some(b'"') => {}
                None => return Err(self.unclosed("Object", start)),
                Some(b']') => return Err(self.wrong_close(']', '}', "Object", start)),
                Some(_) => return Err(self.unexpected("was expecting double-quote to start field name")),
            }
            let key = self.string("a field name")?;
            self.skip_blanks();
            match self.peek() {
                Some(b':') => self.at += 1,
                None => return Err(self.unclosed("Object", start)),
                Some(_) => return Err(self.unexpected("was expecting a colon to separate field name and value")),
            }
            self.skip_blanks();
            if self.peek().is_none() {
                return Err(self.unclosed("Object", start));
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
            if self.peek().is_none() {
                return Err(self.unclosed("Array", start));
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

    fn word(&mut self) -> Result<Value, JsonError> {
        let rest = self.rest();
        let end = rest
            .find(|character: char| !(character.is_alphanumeric() || character == '_' || character == '$'))
            .unwrap_or(rest.len());
        let (word, _) = rest.split_at(end);
        let value =
            match word {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                "null" => Value::Null,
                "" => return Err(self.unexpected(
                    "expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
                )),
                "NaN" | "Infinity" | "INF" => {
                    return Err(self.error(format!(
                        "Non-standard token '{word}': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow"
                    )));
                }
                _ => {
                    let shown: String = word.chars().take(256).collect();
                    return Err(self.error(format!(
                    "Unrecognized token '{shown}': was expecting (JSON String, Number, Array, Object or token 'null', \
                     'true' or 'false')"
                )));
                }
            };
        self.at += end;
        Ok(value)
    }

    fn number(&mut self) -> Result<Value, JsonError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let whole = self.digits();
        if whole == 0 {
            return Err(self.unexpected("Expected digit (0-9) to follow minus sign, for valid numeric value"));
        }
        if whole > 1 && self.text.as_bytes().get(self.at - whole) == Some(&b'0') {
            return Err(self.error_at(start, "Invalid numeric value: Leading zeroes not allowed".to_owned()));
        }
        let mut floating = false;
        if self.peek() == Some(b'.') {
            self.at += 1;
            floating = true;
            if self.digits() == 0 {
                return Err(self.unexpected("Decimal point not followed by a digit"));
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            floating = true;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(self.unexpected("Exponent indicator not followed by a digit"));
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
        // A number ends at a blank, a comma or a bracket.
        if !matches!(self.peek(), None | Some(b' ' | b'\t' | b'\n' | b'\r' | b',' | b']' | b'}')) {
            return Err(self.unexpected("Expected space separating root-level values"));
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

    fn string(&mut self, what: &str) -> Result<String, JsonError> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = self.rest();
            let plain = rest.find(|character: char| character == '"' || character == '\\' || character < ' ');
            let Some(plain) = plain else {
                self.at = self.text.len();
                return Err(self.error(format!("Unexpected end-of-input: was expecting closing quote for {what}")));
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
                         included in {what}",
                        byte.unwrap_or_default()
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
        let digits = self.text.get(self.at..self.at + 4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        match digits.map(|digits| u16::from_str_radix(digits, 16)) {
            Some(Ok(unit)) => {
                self.at += 4;
                Ok(unit)
            }
            _ => Err(self.unexpected("expected a hex-digit for character escape sequence")),
        }
    }
}

fn describe(character: char) -> String {
    let code = u32::from(character);
    if character.is_control() { format!("(CTRL-CHAR, code {code})") } else { format!("'{character}' (code {code})") }
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
