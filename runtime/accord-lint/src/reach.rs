//! Steps that nothing ever comes to.

use accord_syntax::{Step, StepKind};

/// The first step of a list that cannot be reached, and the one that is in its way.
pub(crate) fn unreachable(steps: &[Step]) -> Option<(&Step, &Step)> {
    let at = steps.iter().position(ends)?;
    Some((steps.get(at + 1)?, steps.get(at)?))
}

/// Whether the steps behind this one never run, whatever happens.
fn ends(step: &Step) -> bool {
    let any = |steps: &[Step]| steps.iter().any(ends);
    match &step.kind {
        StepKind::Return | StepKind::Exit | StepKind::Throw { .. } => true,
        StepKind::If { then, otherwise: Some(otherwise), .. } => any(then) && any(otherwise),
        StepKind::Switch { cases, default: Some(default), .. } => {
            any(default) && cases.iter().all(|case| any(&case.steps))
        }
        StepKind::Try { steps, options } | StepKind::Block { steps, options } => {
            // A loop may have nothing to go through, and a handler goes on behind the step.
            let once = options.loop_.is_none() && options.with_items.is_none();
            once && any(steps) && options.error.as_deref().is_none_or(any)
        }
        _ => false,
    }
}
