//! Java's `String.format`.
//!
//! Owns: the syntax of format strings (`java.util.Formatter`), its checks and the wording of its errors, in the locale
//! en_US. What sensitive arguments give is marked in its place. Must not know: expressions, clocks.

use crate::{Text, TextBuilder, Throwable, Value};

mod flags;
mod number;
mod spec;
#[cfg(test)]
mod tests;

use flags::{Flag, Flags};
use spec::{Argument, Part, Spec};

/// The widest field, and the most digits behind the point, that is made.
const WIDEST: usize = 1_000_000;

/// Size in bytes at which formatting is given up.
const LONGEST: usize = 64 << 20;

/// What `String.format(format, args)` gives in Java. Marks of the arguments are kept in their places; a sensitive format
/// string gives a sensitive text.
///
/// # Errors
/// Java's exceptions of `java.util`, with their messages: a format string that is no such, arguments that are missing or
/// of the wrong class; fields wider than a million characters.
pub fn format(format: &Text, args: &[Value]) -> Result<Text, Box<Throwable>> {
    let parts = spec::parse(format.as_str())?;
    let mut out = TextBuilder::new();
    let (mut ordinary, mut last) = (0, None);
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Spec(spec) => {
                if matches!(spec.conversion, '%' | 'n') {
                    spec.fixed(&mut out);
                    continue;
                }
                let index = match spec.argument {
                    Argument::Same => last,
                    Argument::Number(number) => number.checked_sub(1),
                    Argument::Next => {
                        ordinary += 1;
                        Some(ordinary - 1)
                    }
                };
                last = index;
                let argument = index.and_then(|index| args.get(index)).ok_or_else(|| {
                    failure("MissingFormatArgumentException", format!("Format specifier '{}'", spec.text()))
                })?;
                spec.write(argument, &mut out)?;
            }
        }
        if out.len() > LONGEST {
            return Err(failure("IllegalFormatException", "The formatted text is too long".to_owned()));
        }
    }
    let text = out.finish();
    Ok(if format.is_sensitive() { text.marked() } else { text })
}

fn failure(class: &str, message: String) -> Box<Throwable> {
    Box::new(Throwable::new(format!("java.util.{class}"), message))
}

fn wrong_class(conversion: char, value: &Value) -> Box<Throwable> {
    failure("IllegalFormatConversionException", format!("{conversion} != {}", value.class_name()))
}

impl Spec {
    /// Writes `%%` or `%n`.
    fn fixed(&self, out: &mut TextBuilder) {
        let text = if self.conversion == '%' { "%" } else { "\n" };
        self.justified(&Text::plain(text), out);
    }

    fn write(&self, value: &Value, out: &mut TextBuilder) -> Result<(), Box<Throwable>> {
        if self.date {
            return self.date(value, out);
        }
        let text = match self.conversion.to_ascii_lowercase() {
            'b' => {
                let truth = match value {
                    Value::Null => false,
                    Value::Bool(truth) => *truth,
                    _ => true,
                };
                self.cut(&Text::plain(if truth { "true" } else { "false" }))
            }
            'h' if value.is_null() => self.cut(&Text::plain("null")),
            'h' => self.cut(&Text::with_mark(format!("{:x}", value.hash_code()), value.is_sensitive())),
            's' if self.flags.has(Flag::Alternate) => return Err(self.flags.mismatch(Flag::Alternate, 's')),
            's' => self.cut(&value.to_text()),
            _ if value.is_null() => Text::plain("null"),
            'c' => self.character(value)?,
            'd' | 'o' | 'x' => return self.number(number::whole(self, value)?, out),
            _ => return self.number(number::floating(self, value)?, out),
        };
        self.justified(&self.cased(&text), out);
        Ok(())
    }

    /// `%c` of a character, or of a number that is a code point.
    fn character(&self, value: &Value) -> Result<Text, Box<Throwable>> {
        let code = match value {
            Value::Char(..) => return Ok(value.to_text()),
            Value::Byte(number) => i32::from(*number),
            Value::Short(number) => i32::from(*number),
            Value::Int(number) => *number,
            _ => return Err(wrong_class(self.conversion, value)),
        };
        match u32::try_from(code) {
            Ok(point) if point <= 0x10_ffff => Ok(Text::plain(char::from_u32(point).unwrap_or('?').to_string())),
            _ => Err(failure("IllegalFormatCodePointException", format!("Code point = 0x{code:x}"))),
        }
    }

    /// `%t` with Java's letters: of a `Long` (milliseconds since 1970) or a date.
    fn date(&self, value: &Value, out: &mut TextBuilder) -> Result<(), Box<Throwable>> {
        if value.is_null() {
            self.justified(&self.cased(&Text::plain("null")), out);
            return Ok(());
        }
        let time = crate::date::time_of(value).ok_or_else(|| wrong_class(self.conversion, value))?;
        let text = crate::date::format_letter(self.conversion, &time);
        self.justified(&self.cased(&Text::plain(text)), out);
        Ok(())
    }

    /// The precision of a text is the most characters that are shown of it.
    fn cut(&self, text: &Text) -> Text {
        let Some(most) = self.precision else {
            return text.clone();
        };
        match text.as_str().char_indices().nth(most) {
            Some((end, _)) => text.slice(0..end).unwrap_or_default(),
            None => text.clone(),
        }
    }

    /// In capitals where the conversion is one.
    fn cased(&self, text: &Text) -> Text {
        if !self.upper {
            return text.clone();
        }
        let mut out = TextBuilder::new();
        for (part, sensitive) in text.segments() {
            out.push_marked(&part.to_uppercase(), sensitive);
        }
        out.finish()
    }

    /// Writes a text, filled up with blanks to the width.
    fn justified(&self, text: &Text, out: &mut TextBuilder) {
        let missing = self.width.unwrap_or(0).saturating_sub(text.as_str().encode_utf16().count());
        if !self.flags.has(Flag::Left) {
            out.push_str(&" ".repeat(missing));
        }
        out.push(text);
        if self.flags.has(Flag::Left) {
            out.push_str(&" ".repeat(missing));
        }
    }

    /// Writes a number, filled up with zeros behind its sign where the flag says so.
    fn number(&self, number: number::Shown, out: &mut TextBuilder) -> Result<(), Box<Throwable>> {
        let number::Shown { prefix, digits, suffix, may_pad } = number;
        let len = prefix.chars().count() + digits.chars().count() + suffix.chars().count();
        let zeros = match self.width {
            Some(width) if may_pad && self.flags.has(Flag::Zero) => width.saturating_sub(len),
            _ => 0,
        };
        let text = format!("{prefix}{}{digits}{suffix}", "0".repeat(zeros));
        self.justified(&self.cased(&Text::plain(text)), out);
        Ok(())
    }
}
