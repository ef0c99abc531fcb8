//! Forms: lists of typed fields.
//! Source: <https://concord.walmartlabs.com/docs/getting-started/forms.html>.

use super::{Data, Spanned, Text};
use crate::source::Span;

/// A form.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// The name, with the place of the key.
    pub name: Text,
    /// The fields in order.
    pub fields: Vec<FormField>,
    /// The place of the list.
    pub span: Span,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq)]
pub struct FormField {
    /// The name, with the place of the key.
    pub name: Text,
    /// The type.
    pub field_type: Spanned<FieldType>,
    /// How many values it takes.
    pub cardinality: Cardinality,
    /// `label`.
    pub label: Option<Text>,
    /// `value`: the default.
    pub value: Option<Data>,
    /// `allow`: the only values that are accepted.
    pub allow: Option<Data>,
    /// What else is written, under the names of Concord's documentation: `pattern`, `inputType`, `min`, `max`,
    /// `readOnly`, `placeholder`, `search`, `popupPosition`.
    pub options: Vec<(Text, Data)>,
    /// The place of the field's options.
    pub span: Span,
}

/// A field's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// `string`.
    String,
    /// `int`.
    Int,
    /// `decimal`.
    Decimal,
    /// `boolean`.
    Boolean,
    /// `file`.
    File,
    /// `date`.
    Date,
    /// `dateTime`.
    DateTime,
}

impl FieldType {
    /// All types, in the order in which messages list them.
    pub const ALL: [Self; 7] =
        [Self::String, Self::Int, Self::Decimal, Self::Boolean, Self::File, Self::Date, Self::DateTime];

    /// The name in a file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Int => "int",
            Self::Decimal => "decimal",
            Self::Boolean => "boolean",
            Self::File => "file",
            Self::Date => "date",
            Self::DateTime => "dateTime",
        }
    }
}

/// How many values a field takes: the sign behind the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cardinality {
    /// No sign: exactly one.
    One,
    /// `?`: one or none.
    OneOrNone,
    /// `+`: one or more.
    AtLeastOne,
    /// `*`: any number.
    Any,
}

impl Cardinality {
    /// The sign behind the type in a file.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::One => "",
            Self::OneOrNone => "?",
            Self::AtLeastOne => "+",
            Self::Any => "*",
        }
    }
}
