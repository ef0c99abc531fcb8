//! The flags of a format specifier.

use super::failure;
use crate::Throwable;

/// A flag.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flag {
    /// `-`: the field is filled up on the right.
    Left,
    /// `#`: another form.
    Alternate,
    /// `+`: a sign always.
    Plus,
    /// ` `: a blank in the place of a plus sign.
    Space,
    /// `0`: filled up with zeros.
    Zero,
    /// `,`: groups of three digits.
    Group,
    /// `(`: negative numbers in parentheses.
    Parentheses,
    /// `<`: the argument of the specifier before.
    Previous,
}

/// In the order in which Java names them.
const ALL: [(Flag, char); 8] = [
    (Flag::Left, '-'),
    (Flag::Alternate, '#'),
    (Flag::Plus, '+'),
    (Flag::Space, ' '),
    (Flag::Zero, '0'),
    (Flag::Group, ','),
    (Flag::Parentheses, '('),
    (Flag::Previous, '<'),
];

/// A set of flags.
#[derive(Clone, Copy, Default)]
pub(super) struct Flags(u8);

impl Flags {
    pub(super) fn parse(text: &str) -> Result<Flags, Box<Throwable>> {
        let mut flags = Flags::default();
        for character in text.chars() {
            if let Some((flag, _)) = ALL.iter().find(|(_, letter)| *letter == character) {
                if flags.has(*flag) {
                    return Err(failure("DuplicateFormatFlagsException", format!("Flags = '{character}'")));
                }
                flags.0 |= 1 << *flag as u8;
            }
        }
        Ok(flags)
    }

    pub(super) fn has(self, flag: Flag) -> bool {
        self.0 & (1 << flag as u8) != 0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn text(self) -> String {
        ALL.iter().filter(|(flag, _)| self.has(*flag)).map(|(_, letter)| *letter).collect()
    }

    /// The error of flags that do not go together.
    pub(super) fn illegal(self) -> Box<Throwable> {
        failure("IllegalFormatFlagsException", format!("Flags = '{}'", self.text()))
    }

    /// The error of a flag that does not go with a conversion.
    pub(super) fn mismatch(self, flag: Flag, conversion: char) -> Box<Throwable> {
        let letter = ALL.iter().find(|(other, _)| *other == flag).map_or(' ', |(_, letter)| *letter);
        failure("FormatFlagsConversionMismatchException", format!("Conversion = {conversion}, Flags = {letter}"))
    }

    /// Refuses the first of `flags` that is set.
    pub(super) fn refuse(self, flags: &[Flag], conversion: char) -> Result<(), Box<Throwable>> {
        match flags.iter().find(|flag| self.has(**flag)) {
            Some(flag) => Err(self.mismatch(*flag, conversion)),
            None => Ok(()),
        }
    }
}
