//! Data as written: the tree of a YAML value, typed as Concord's reader types it, with places.

use std::sync::Arc;

use crate::source::Span;

/// Something with the place it was written at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Spanned<T> {
    /// The thing.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Puts a place to a thing.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// A text with its place. The span is the whole scalar, quotes and block indicator included; the place of a part of
/// it is `Source::offset_in_scalar`.
pub type Text = Spanned<Arc<str>>;

/// A value as written. Texts may hold expressions.
#[derive(Clone, Debug, PartialEq)]
pub struct Data {
    /// The value.
    pub kind: DataKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of values that a file can hold.
#[derive(Clone, Debug, PartialEq)]
pub enum DataKind {
    /// `~`, `null` or nothing.
    Null,
    /// `true`, `yes`, `on` and their opposites.
    Bool(bool),
    /// A 32-bit integer; wider ones do not load.
    Int(i32),
    /// A number with a dot or an exponent.
    Float(f64),
    /// A text.
    Text(Arc<str>),
    /// A list.
    List(Vec<Data>),
    /// A map in the order of writing; keys are unique.
    Map(Vec<(Text, Data)>),
}

impl Data {
    /// Puts a place to a value.
    #[must_use]
    pub const fn new(kind: DataKind, span: Span) -> Self {
        Self { kind, span }
    }

    /// The text, if it is one.
    #[must_use]
    pub const fn as_text(&self) -> Option<&Arc<str>> {
        match &self.kind {
            DataKind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The entries, if it is a map.
    #[must_use]
    pub fn as_map(&self) -> Option<&[(Text, Self)]> {
        match &self.kind {
            DataKind::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The items, if it is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match &self.kind {
            DataKind::List(items) => Some(items),
            _ => None,
        }
    }

    /// The value under a key, if it is a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_map()?.iter().find(|(name, _)| &*name.value == key).map(|(_, value)| value)
    }
}
