//! Reading of format strings: `%[argument$][flags][width][.precision]conversion`.

use super::{Flag, Flags, WIDEST, failure};
use crate::Throwable;

/// A piece of a format string.
pub(super) enum Part<'a> {
    Text(&'a str),
    Spec(Spec),
}

/// Which argument a specifier shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Argument {
    /// The next one that was not asked for yet.
    Next,
    /// The one of the specifier before.
    Same,
    /// The one at this place, from 1.
    Number(usize),
}

/// A format specifier that passed Java's checks.
pub(super) struct Spec {
    pub(super) argument: Argument,
    pub(super) flags: Flags,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
    /// Whether it is `%t` with the letter in `conversion`.
    pub(super) date: bool,
    /// Whether the text is shown in capitals.
    pub(super) upper: bool,
    pub(super) conversion: char,
}

/// Cuts a format string into its pieces.
pub(super) fn parse(format: &str) -> Result<Vec<Part<'_>>, Box<Throwable>> {
    let mut parts = Vec::new();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        let (text, spec) = rest.split_at(at);
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        let (spec, behind) = parse_spec(spec.get(1..).unwrap_or_default())?;
        parts.push(Part::Spec(spec));
        rest = behind;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    Ok(parts)
}

/// The number at the start of a text, if there is one, and what follows it.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

fn unknown(conversion: &str) -> Box<Throwable> {
    failure("UnknownFormatConversionException", format!("Conversion = '{conversion}'"))
}

/// Reads what follows a `%`; gives the specifier and what follows it.
fn parse_spec(text: &str) -> Result<(Spec, &str), Box<Throwable>> {
    // What is no specifier at all is named by its first character.
    let first: String = text.chars().next().map_or_else(|| "%".to_owned(), String::from);
    let (number, behind) = digits(text);
    let (argument, text) = match behind.strip_prefix('$') {
        Some(behind) if !number.is_empty() => (Some(number), behind),
        _ => (None, text),
    };
    let end = text.find(|character: char| !"-#+ 0,(<".contains(character)).unwrap_or(text.len());
    let (flag_text, text) = text.split_at(end);
    let (width, text) = digits(text);
    let (precision, text) = match text.strip_prefix('.') {
        Some(behind) => {
            let (precision, behind) = digits(behind);
            if precision.is_empty() {
                return Err(unknown(&first));
            }
            (Some(precision), behind)
        }
        None => (None, text),
    };
    let (date, text) = match text.strip_prefix(['t', 'T']) {
        Some(behind) if behind.starts_with(|character: char| character.is_ascii_alphabetic()) => {
            (text.chars().next(), behind)
        }
        _ => (None, text),
    };
    let conversion = text
        .chars()
        .next()
        .filter(|character| character.is_ascii_alphabetic() || *character == '%')
        .ok_or_else(|| unknown(&first))?;
    let argument = argument.map(argument_number).transpose()?;
    let flags = Flags::parse(flag_text)?;
    let spec = Spec {
        argument: match argument {
            _ if flags.has(Flag::Previous) => Argument::Same,
            Some(number) => Argument::Number(number),
            None => Argument::Next,
        },
        flags,
        width: number_of(width, "IllegalFormatWidthException")?,
        precision: number_of(precision.unwrap_or_default(), "IllegalFormatPrecisionException")?,
        date: date.is_some(),
        upper: date.unwrap_or(conversion).is_ascii_uppercase(),
        conversion,
    };
    spec.check()?;
    Ok((spec, text.get(conversion.len_utf8()..).unwrap_or_default()))
}

fn argument_number(number: &str) -> Result<usize, Box<Throwable>> {
    let failed = |message: &str| failure("IllegalFormatArgumentIndexException", message.to_owned());
    match number.parse::<i32>().ok().and_then(|number| usize::try_from(number).ok()) {
        None => Err(failed("Format argument index: (not representable as int)")),
        Some(0) => Err(failed("Illegal format argument index = 0")),
        Some(number) => Ok(number),
    }
}

fn number_of(digits: &str, class: &str) -> Result<Option<usize>, Box<Throwable>> {
    if digits.is_empty() {
        return Ok(None);
    }
    match digits.parse::<i32>() {
        Ok(number) => match usize::try_from(number) {
            Ok(number) if number <= WIDEST => Ok(Some(number)),
            _ => Err(failure(class, number.to_string())),
        },
        Err(_) => Err(failure(class, i32::MIN.to_string())),
    }
}

impl Spec {
    /// The specifier as Java names it in errors.
    pub(super) fn text(&self) -> String {
        let argument = match self.argument {
            Argument::Number(number) => format!("{number}$"),
            _ => String::new(),
        };
        let width = self.width.map(|width| width.to_string()).unwrap_or_default();
        let precision = self.precision.map(|precision| format!(".{precision}")).unwrap_or_default();
        let date = match (self.date, self.upper) {
            (false, _) => "",
            (true, false) => "t",
            (true, true) => "T",
        };
        format!("%{}{argument}{width}{precision}{date}{}", self.flags.text(), self.conversion)
    }

    fn check(&self) -> Result<(), Box<Throwable>> {
        use Flag::{Alternate, Group, Left, Parentheses, Plus, Space, Zero};
        let flags = self.flags;
        let conversion = self.conversion;
        if self.date {
            self.no_precision()?;
            if !crate::date::is_letter(conversion) {
                return Err(unknown(&format!("t{conversion}")));
            }
            flags.refuse(&[Alternate, Plus, Space, Zero, Group, Parentheses], conversion)?;
            return self.width_for(&[Left]);
        }
        match conversion {
            'b' | 'B' | 'h' | 'H' | 's' | 'S' => {
                if !matches!(conversion, 's' | 'S') {
                    flags.refuse(&[Alternate], conversion)?;
                }
                self.width_for(&[Left])?;
                flags.refuse(&[Plus, Space, Zero, Group, Parentheses], conversion)
            }
            'c' | 'C' => {
                self.no_precision()?;
                flags.refuse(&[Alternate, Plus, Space, Zero, Group, Parentheses], conversion)?;
                self.width_for(&[Left])
            }
            'd' | 'o' | 'x' | 'X' => {
                self.check_number()?;
                self.no_precision()?;
                flags.refuse(if conversion == 'd' { &[Alternate] } else { &[Group] }, conversion)
            }
            'e' | 'E' | 'f' | 'g' | 'G' | 'a' | 'A' => {
                self.check_number()?;
                match conversion {
                    'e' | 'E' => flags.refuse(&[Group], conversion),
                    'g' | 'G' => flags.refuse(&[Alternate], conversion),
                    'a' | 'A' => flags.refuse(&[Parentheses, Group], conversion),
                    _ => Ok(()),
                }
            }
            '%' => {
                self.no_precision()?;
                if [Alternate, Plus, Space, Zero, Group, Parentheses].into_iter().any(|flag| flags.has(flag)) {
                    return Err(flags.illegal());
                }
                self.width_for(&[Left])
            }
            'n' => {
                self.no_precision()?;
                match self.width {
                    Some(width) => Err(failure("IllegalFormatWidthException", width.to_string())),
                    None if flags.is_empty() => Ok(()),
                    None => Err(flags.illegal()),
                }
            }
            other => Err(unknown(&other.to_string())),
        }
    }

    fn check_number(&self) -> Result<(), Box<Throwable>> {
        let flags = self.flags;
        self.width_for(&[Flag::Left, Flag::Zero])?;
        let clash = |a, b| flags.has(a) && flags.has(b);
        if clash(Flag::Plus, Flag::Space) || clash(Flag::Left, Flag::Zero) { Err(flags.illegal()) } else { Ok(()) }
    }

    /// These flags need a width.
    fn width_for(&self, flags: &[Flag]) -> Result<(), Box<Throwable>> {
        if self.width.is_none() && flags.iter().any(|flag| self.flags.has(*flag)) {
            return Err(failure("MissingFormatWidthException", self.text()));
        }
        Ok(())
    }

    fn no_precision(&self) -> Result<(), Box<Throwable>> {
        match self.precision {
            Some(precision) => Err(failure("IllegalFormatPrecisionException", precision.to_string())),
            None => Ok(()),
        }
    }
}
