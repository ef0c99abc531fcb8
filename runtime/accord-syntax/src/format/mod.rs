//! What a Concord file may hold, as data: every section, kind of step and option with its shape.
//!
//! The grammar takes its names from here, and the JSON Schema of the format is made of it: one list serves both. What is
//! wrong with a file, and how a value is read, is the grammar's business.
//! Source: <https://concord.walmartlabs.com/docs/processes-v2/>.

mod forms;
mod project;
mod steps;
mod triggers;

pub use forms::{FORM_FIELD, form_field_options};
pub use project::{
    CONFIGURATION, DIR_IMPORT, EVENTS, EXCLUSIVE, GIT_IMPORT, IMPORT_SECRET, IMPORTS, MVN_IMPORT, PROFILE, RESOURCES,
    SECTIONS, TASK_CALLS, VALIDATION,
};
pub use steps::{LOOP, RETRY, STEPS, StepFormat, WORDS};
pub use triggers::{
    GENERIC_TRIGGER, GITHUB_CONDITIONS, GITHUB_EXCLUSIVE, GITHUB_FILES, REPOSITORY_INFO, RUN_AS, TRIGGERS,
};

/// A key that may stand in a map.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Whether it must be there.
    pub required: bool,
    /// What it is for, in one line.
    pub summary: &'static str,
    /// What to write instead, where it should not be written any more.
    pub replaced_by: Option<&'static str>,
}

/// What a key holds.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Anything.
    Any,
    /// Anything but null.
    Value,
    /// A text.
    Text,
    /// A text with something in it.
    FullText,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// This whole number and no other.
    Exactly(i32),
    /// One whole `${…}`.
    Expression,
    /// A whole number, or one whole `${…}`.
    IntegerOrExpression,
    /// A map.
    Map,
    /// A map, or one whole `${…}`.
    MapOrExpression,
    /// A list of texts.
    Texts,
    /// A pattern in Java's regex dialect.
    Pattern,
    /// A pattern, or a list of them.
    Patterns,
    /// A duration of ISO 8601, such as `PT1H`.
    Duration,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// One of these texts, whatever their case.
    OneOfAnyCase(&'static [&'static str]),
    /// A variable's name.
    Out {
        /// Or a list of names.
        names: bool,
        /// Or a map of names and values.
        map: bool,
    },
    /// At least one step.
    Steps,
    /// At least one form field.
    Fields,
    /// At least one form field, or one whole `${…}`.
    FieldsOrExpression,
    /// At least one import.
    Imports,
    /// At least one trigger.
    Triggers,
    /// A map with these keys and no others.
    Object(&'static [Key]),
    /// A list of maps with these keys and no others.
    Objects(&'static [Key]),
    /// A map of names, each with something of this shape.
    Named(&'static Shape),
}

impl Key {
    /// A key that may be left out.
    const fn new(name: &'static str, shape: Shape, summary: &'static str) -> Self {
        Self { name, shape, required: false, summary, replaced_by: None }
    }

    /// It must be there.
    const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// Something else should be written.
    const fn replaced_by(self, what: &'static str) -> Self {
        Self { replaced_by: Some(what), ..self }
    }
}

/// The key of this name.
#[must_use]
pub fn find(keys: &'static [Key], name: &str) -> Option<&'static Key> {
    keys.iter().find(|key| key.name == name)
}

/// The names of keys, in their order.
#[must_use]
pub fn names(keys: &[Key]) -> Vec<&'static str> {
    keys.iter().map(|key| key.name).collect()
}

/// The names of the keys that must be there.
pub(crate) fn required(keys: &[Key]) -> Vec<&'static str> {
    keys.iter().filter(|key| key.required).map(|key| key.name).collect()
}
