//! Fields of forms.
//! Source: <https://concord.walmartlabs.com/docs/getting-started/forms.html>.

use super::{Key, Shape};
use crate::definition::FieldType;

/// The options of every field. The names of a field's options count in any case.
pub const FORM_FIELD: &[Key] = &[
    Key::new("label", Shape::Text, "What people read beside the field."),
    Key::new("value", Shape::Any, "The value that it begins with."),
    Key::new("allow", Shape::Any, "The only values that are accepted."),
    Key::new("type", Shape::Text, "The type, with one of '?', '+' and '*' behind it or none.").required(),
];

const PATTERN: Key = Key::new("pattern", Shape::Text, "A pattern that the text must match.");
const INPUT_TYPE: Key = Key::new("inputType", Shape::Text, "The kind of text, e.g. email or password.");
const READ_ONLY: Key = Key::new("readOnly", Shape::Boolean, "Whether it can only be looked at.");
const PLACEHOLDER: Key = Key::new("placeholder", Shape::Text, "What the empty field shows.");
const SEARCH: Key = Key::new("search", Shape::Boolean, "Whether the allowed values can be searched.");
const POPUP: Key = Key::new("popupPosition", Shape::Text, "Where the calendar opens.");

const fn bound(name: &'static str, shape: Shape) -> Key {
    Key::new(name, shape, "A bound of the number.")
}

/// The options of a field of this type, besides those of every field.
#[must_use]
pub const fn form_field_options(kind: FieldType) -> &'static [Key] {
    match kind {
        FieldType::String => const { &[PATTERN, INPUT_TYPE, READ_ONLY, PLACEHOLDER, SEARCH] },
        FieldType::Int => {
            const { &[bound("min", Shape::Integer), bound("max", Shape::Integer), READ_ONLY, PLACEHOLDER] }
        }
        FieldType::Decimal => {
            const { &[bound("min", Shape::Number), bound("max", Shape::Number), READ_ONLY, PLACEHOLDER] }
        }
        FieldType::Boolean => const { &[READ_ONLY] },
        FieldType::File => &[],
        // Concord lists `readOnly` for dates, and refuses it.
        FieldType::Date | FieldType::DateTime => const { &[POPUP] },
    }
}
