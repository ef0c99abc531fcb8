//! The section `flows`.

use std::sync::Arc;

use indexmap::IndexMap;

use super::context::Context;
use super::{named, step};
use crate::definition::{Data, Flow};

pub(super) fn flows(context: &mut Context<'_>, data: Data) -> IndexMap<Arc<str>, Flow> {
    let Some(object) = context.object(data) else { return IndexMap::new() };
    let mut flows = Vec::with_capacity(object.entries.len());
    for (name, value) in object.entries {
        context.enter(&name);
        if let Some((items, span)) = context.full_list(value, "steps") {
            let steps = step::steps(context, items);
            flows.push((name.clone(), Flow { name, steps, span }));
        }
        context.leave();
    }
    named(flows)
}
