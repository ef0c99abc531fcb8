//! A project: what all its files together say, profiles applied, and the texts it came from.

use std::sync::Arc;

use crate::definition::Definition;
use crate::source::Sources;

/// A merged project: what is compiled, run and linted.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The merged definition, active profiles applied.
    pub definition: Definition,
    /// All texts that were read; every [`crate::Span`] of the definition points into them.
    pub sources: Sources,
    /// The profiles that were applied, in order.
    pub active_profiles: Vec<Arc<str>>,
}
