//! The objects that expressions make and that are no data: which is which.

use std::any::TypeId;

use accord_value::{Object, Text};

use crate::class::JavaClass;
use crate::entry::Entry;
use crate::iterator::Iterator;
use crate::java_stream::{JavaOptional, JavaStream};
use crate::lambda::Lambda;
use crate::siblings::Lazy;
use crate::stream::{ElOptional, Stream};
use crate::string_builder::StringBuilder;
use crate::task::Task;

/// Which object it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Lambda,
    Task,
    Class,
    Package,
    Stream,
    ElOptional,
    JavaStream,
    JavaOptional,
    Iterator,
    Entry,
    StringBuilder,
    Lazy,
    /// One that other crates made.
    Foreign,
}

impl Kind {
    /// Which object `object` is.
    pub(crate) fn of(object: &dyn Object) -> Kind {
        let id = object.as_any().type_id();
        let kinds = [
            (TypeId::of::<Lambda>(), Kind::Lambda),
            (TypeId::of::<Task>(), Kind::Task),
            (TypeId::of::<JavaClass>(), Kind::Class),
            (TypeId::of::<crate::class::Package>(), Kind::Package),
            (TypeId::of::<Stream>(), Kind::Stream),
            (TypeId::of::<ElOptional>(), Kind::ElOptional),
            (TypeId::of::<JavaStream>(), Kind::JavaStream),
            (TypeId::of::<JavaOptional>(), Kind::JavaOptional),
            (TypeId::of::<Iterator>(), Kind::Iterator),
            (TypeId::of::<Entry>(), Kind::Entry),
            (TypeId::of::<StringBuilder>(), Kind::StringBuilder),
            (TypeId::of::<Lazy>(), Kind::Lazy),
        ];
        kinds.iter().find(|(of, _)| *of == id).map_or(Kind::Foreign, |(_, kind)| *kind)
    }
}

/// The text form of an object that has none of its own: its class and an identity, which is not stable here, so the
/// class alone stands for it.
pub(crate) fn plain_text(class: &str) -> Text {
    Text::plain(format!("{class}@0"))
}
