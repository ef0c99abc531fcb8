//! Steps that nothing ever comes to.

use accord_syntax::{Step, StepKind};

/// The first step of a list that cannot be reached, and the one that is in its way.
pub(crate) fn unreachable(steps: &[Step]) -> Option<(&Step, &Step)> {
    let at = steps.iter().position(ends)?;
    Some((steps.get(at + 1)?, steps.get(at)?))
}

/// Whether the steps behind this one never run, whatever happens. A handler round a part of it makes that unknown.
fn ends(step: &Step) -> bool {
    let any = |steps: &[Step]| steps.iter().any(ends);
    match &step.kind {
        StepKind::Return | StepKind::Exit | StepKind::Throw { .. } => true,
        StepKind::If { then, otherwise: Some(otherwise), .. } => any(then) && any(otherwise),
        StepKind::Switch { cases, default: Some(default), .. } => {
            any(default) && cases.iter().all(|case| any(&case.steps))
        }
        StepKind::Try { steps, options } | StepKind::Block { steps, options } => {
            let plain = options.error.is_none() && options.loop_.is_none() && options.with_items.is_none();
            plain && any(steps)
        }
        _ => false,
    }
}
