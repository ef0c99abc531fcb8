//! Triggers: what starts a process on a server.
//! Source: <https://concord.walmartlabs.com/docs/triggers/>.

use super::{Data, Text};
use crate::source::Span;

/// One trigger, its options checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    /// `github`, `cron`, `manual`, `oneops` or the name of a generic one, with the place of the key.
    pub kind: Text,
    /// The option `entryPoint`.
    pub entry_point: Option<Text>,
    /// The option `activeProfiles`.
    pub active_profiles: Vec<Text>,
    /// The option `arguments`.
    pub arguments: Option<Data>,
    /// All options as written, a map.
    pub options: Data,
    /// The place of the options.
    pub span: Span,
}
