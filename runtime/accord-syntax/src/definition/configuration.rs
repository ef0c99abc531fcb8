//! The section `configuration`.
//! Source: <https://concord.walmartlabs.com/docs/processes-v2/configuration.html>.

use super::{Data, Spanned, Text};
use crate::source::Span;

/// The section `configuration`, of a file, a profile or a project.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Configuration {
    /// `runtime`.
    pub runtime: Option<Text>,
    /// `entryPoint`.
    pub entry_point: Option<Text>,
    /// `debug`.
    pub debug: Option<Spanned<bool>>,
    /// `activeProfiles`.
    pub active_profiles: Option<Vec<Text>>,
    /// `arguments`: a map.
    pub arguments: Option<Data>,
    /// `dependencies`.
    pub dependencies: Option<Vec<Text>>,
    /// `extraDependencies`.
    pub extra_dependencies: Option<Vec<Text>>,
    /// `out`: names of the variables that a process gives back.
    pub out: Option<Vec<Text>>,
    /// `meta`: a map.
    pub meta: Option<Data>,
    /// `requirements`: a map.
    pub requirements: Option<Data>,
    /// `template`.
    pub template: Option<Text>,
    /// `parallelLoopParallelism`: how many iterations of a parallel loop run side by side.
    pub parallel_loop_parallelism: Option<Spanned<i32>>,
    /// `processTimeout`: an ISO 8601 duration, checked.
    pub process_timeout: Option<Text>,
    /// `suspendTimeout`: an ISO 8601 duration, checked.
    pub suspend_timeout: Option<Text>,
    /// `exclusive`.
    pub exclusive: Option<Exclusive>,
    /// `events`: what a server records, a map, checked.
    pub events: Option<Data>,
    /// `validation`: a map, checked.
    pub validation: Option<Data>,
    /// The place of the section's content.
    pub span: Span,
}

/// `exclusive`: which other processes of its group a process excludes.
#[derive(Clone, Debug, PartialEq)]
pub struct Exclusive {
    /// `group`.
    pub group: Text,
    /// `mode`: `cancel`, `cancelOld` or `wait`.
    pub mode: Option<Text>,
}
