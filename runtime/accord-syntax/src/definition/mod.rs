//! The typed content of a project's files: what a `concord.yml` says, with the place of every part.
//!
//! Strings that may hold expressions stay text here: whoever evaluates them compiles them once.
//! Source: <https://concord.walmartlabs.com/docs/processes-v2/>.

mod configuration;
mod data;
mod form;
mod project_parts;
mod step;
mod trigger;

use std::sync::Arc;

use indexmap::IndexMap;

pub use configuration::{Configuration, Exclusive};
pub use data::{Data, DataKind, Spanned, Text};
pub use form::{Cardinality, FieldType, Form, FormField};
pub use project_parts::{DirImport, GitImport, Import, ImportSecret, MvnImport, Profile, Resources};
pub use step::{
    FormCall, FormCallFields, Loop, LoopMode, Options, Out, Retry, Step, StepKind, SwitchCase, WithItemsKey,
};
pub use trigger::Trigger;

use crate::source::Span;

/// What one file says, or, in a `Project`, what all files together say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Definition {
    /// The section `configuration`.
    pub configuration: Option<Configuration>,
    /// The section `flows`, by name in file order.
    pub flows: IndexMap<Arc<str>, Flow>,
    /// The section `publicFlows`; `None` where it is not written, which makes all flows public.
    pub public_flows: Option<Vec<Text>>,
    /// The section `forms`, by name in file order.
    pub forms: IndexMap<Arc<str>, Form>,
    /// The section `profiles`, by name in file order.
    pub profiles: IndexMap<Arc<str>, Profile>,
    /// The section `triggers`.
    pub triggers: Vec<Trigger>,
    /// The section `imports`.
    pub imports: Vec<Import>,
    /// The section `resources`.
    pub resources: Option<Resources>,
}

/// A named list of steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// The name, with the place of the key.
    pub name: Text,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// The place of the list.
    pub span: Span,
}
