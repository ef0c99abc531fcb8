//! The forms of suspended processes: their fields, and what becomes of the answers.
//! Source: <https://concord.walmartlabs.com/docs/getting-started/forms.html>.

mod answers;
mod asking;
mod fields;
mod scope;
#[cfg(test)]
mod tests;

pub(crate) use answers::answers;
pub(crate) use asking::take;
pub use fields::Field;
pub(crate) use fields::{check, evaluated, secret};
pub(crate) use scope::VariablesScope;

/// Why a form or its answers cannot be used.
#[derive(Debug)]
pub(crate) enum FormProblem {
    /// Answers that do not fit: a sentence each.
    Fields(Vec<String>),
    /// The form itself.
    Form(String),
}
