//! Which variables a flow can see: what it sets itself, what those that call it have, and what every process has.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use accord_syntax::project::DEFAULT_ENTRY_POINT;

use crate::survey::{Survey, Unit};

/// Variables that processes have by themselves, here or on a server.
/// Source: <https://concord.walmartlabs.com/docs/processes-v2/index.html#provided-variables>.
pub(crate) const PROVIDED: [&str; 16] = [
    "attemptNo",
    "context",
    "currentUser",
    "event",
    "execution",
    "initiator",
    "lastError",
    "mocks",
    "parentInstanceId",
    "processInfo",
    "projectInfo",
    "requestInfo",
    "resumeEventName",
    "tasks",
    "txId",
    "workDir",
];

/// Flows that run after the process, with what it left.
const HANDLERS: [&str; 3] = ["onCancel", "onFailure", "onTimeout"];

/// What each flow of a project can see.
pub(crate) struct Visible {
    /// The number of each variable that a flow sets.
    numbers: HashMap<Arc<str>, usize>,
    /// For each flow the variables that it sets and those that callers of it set; none: it may see anything.
    flows: Vec<Option<Bits>>,
    /// Whether everything that fails in a flow is caught by those that call it.
    caught: Vec<bool>,
}

/// A set of small numbers.
#[derive(Clone, Default)]
struct Bits(Vec<u64>);

impl Visible {
    pub(crate) fn of(survey: &Survey<'_>) -> Self {
        let units = &survey.units;
        let mut numbers = HashMap::new();
        for name in units.iter().flat_map(|unit| &unit.sets) {
            let next = numbers.len();
            numbers.entry(Arc::clone(name)).or_insert(next);
        }
        let own = |unit: &Unit<'_>| {
            let mut bits = Bits::default();
            unit.sets.iter().filter_map(|name| numbers.get(name)).for_each(|number| bits.insert(*number));
            (!HANDLERS.contains(&unit.name)).then_some(bits)
        };
        let mut flows: Vec<_> = units.iter().map(own).collect();
        let targets = targets(units);
        // What a flow sees that changed, those that it calls have to be told of.
        let mut changed: Vec<usize> = (0..units.len()).collect();
        while let Some(caller) = changed.pop() {
            for target in targets.get(caller).into_iter().flatten() {
                if *target != caller && pass_on(&mut flows, caller, *target) {
                    changed.push(*target);
                }
            }
        }
        Self { caught: caught(units, &targets), flows, numbers }
    }

    /// Whether a flow may see a variable of this name.
    pub(crate) fn sees(&self, flow: usize, name: &str) -> bool {
        let Some(Some(seen)) = self.flows.get(flow) else { return true };
        self.numbers.get(name).is_some_and(|number| seen.has(*number))
    }

    /// Whether what fails in a flow is always caught.
    pub(crate) fn is_caught(&self, flow: usize) -> bool {
        self.caught.get(flow).copied().unwrap_or(false)
    }

    /// The names that a flow can see.
    pub(crate) fn names(&self, flow: usize) -> Vec<&str> {
        let Some(Some(seen)) = self.flows.get(flow) else { return Vec::new() };
        self.numbers.iter().filter(|(_, number)| seen.has(**number)).map(|(name, _)| &**name).collect()
    }
}

impl Bits {
    fn insert(&mut self, number: usize) {
        let word = number / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << (number % 64);
        }
    }

    fn has(&self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    /// Adds all of another set. Says whether that was news.
    fn add(&mut self, other: &Self) -> bool {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        let mut news = false;
        for (own, new) in self.0.iter_mut().zip(&other.0) {
            news |= *own | *new != *own;
            *own |= *new;
        }
        news
    }
}

/// For each flow those that it calls; all of them where it works the name out.
fn targets(units: &[Unit<'_>]) -> Vec<Vec<usize>> {
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, unit) in units.iter().enumerate() {
        by_name.entry(unit.name).or_default().push(index);
    }
    let called = |unit: &Unit<'_>| {
        if !unit.calls_any.is_empty() {
            return (0..units.len()).collect();
        }
        let names: BTreeSet<&str> = unit.calls.iter().map(|(name, _)| *name).collect();
        names.into_iter().filter_map(|name| by_name.get(name)).flatten().copied().collect()
    };
    units.iter().map(called).collect()
}

/// What the caller sees, the called flow sees too. Says whether that was news.
fn pass_on(flows: &mut [Option<Bits>], caller: usize, target: usize) -> bool {
    let Some(seen) = flows.get(caller).cloned() else { return false };
    let Some(known) = flows.get_mut(target) else { return false };
    match (known.as_mut(), seen) {
        (None, _) => false,
        (Some(_), None) => {
            *known = None;
            true
        }
        (Some(known), Some(seen)) => known.add(&seen),
    }
}

/// Whether each flow is called, and only where what fails in it is caught.
fn caught(units: &[Unit<'_>], targets: &[Vec<usize>]) -> Vec<bool> {
    let mut callers: Vec<Vec<usize>> = vec![Vec::new(); units.len()];
    for (caller, targets) in targets.iter().enumerate() {
        for target in targets {
            if let Some(callers) = callers.get_mut(*target) {
                callers.push(caller);
            }
        }
    }
    let guarded = |caller: usize, name: &str| {
        units.get(caller).is_some_and(|caller| {
            let named = caller.calls.iter().filter(|(target, _)| *target == name).map(|(_, guarded)| guarded);
            named.chain(&caller.calls_any).all(|guarded| *guarded)
        })
    };
    let mut caught: Vec<bool> = units.iter().map(|unit| unit.name != DEFAULT_ENTRY_POINT).collect();
    loop {
        let next: Vec<bool> = units
            .iter()
            .zip(&callers)
            .map(|(unit, callers)| {
                let safe =
                    |caller: &usize| caught.get(*caller).copied().unwrap_or(false) || guarded(*caller, unit.name);
                unit.name != DEFAULT_ENTRY_POINT && !callers.is_empty() && callers.iter().all(safe)
            })
            .collect();
        if next == caught {
            return caught;
        }
        caught = next;
    }
}
