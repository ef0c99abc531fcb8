//! Tasks as expressions see them: a name on which methods are called.

use std::sync::Arc;

use accord_value::{Object, Text};

/// A task. What its methods do is known to the world outside.
pub(crate) struct Task {
    pub(crate) name: Arc<str>,
}

const CLASS: &str = "com.walmartlabs.concord.runtime.v2.sdk.Task";

impl Task {
    /// The task of this name.
    pub(crate) fn new(name: &str) -> Task {
        Task { name: name.into() }
    }
}

impl Object for Task {
    fn class_name(&self) -> &str {
        CLASS
    }

    fn text(&self) -> Text {
        Text::plain(&*self.name)
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Task>().is_some_and(|other| other.name == self.name)
    }

    fn hash_code(&self) -> i32 {
        accord_value::hash_text(&self.name)
    }
}
