//! Which steps of a project its tests have run.
//!
//! What counts are the steps that can run, of flows that are no tests, in the project's own files: neither what it
//! imports nor what the profile of a single test puts in place of something.

use std::collections::HashMap;
use std::sync::Arc;

use accord_value::{MaskedLine, Place, Redactor};
use accord_vm::StepSite;

use super::base::Base;
use super::find;

/// Which steps ran, file by file.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// The files, in the order in which they are read.
    pub files: Vec<FileCoverage>,
}

/// Which steps of a file ran.
#[derive(Clone, Debug)]
pub struct FileCoverage {
    /// Its path, for people.
    pub path: MaskedLine,
    /// Its flows, in order.
    pub flows: Vec<FlowCoverage>,
}

/// Which steps of a flow ran.
#[derive(Clone, Debug)]
pub struct FlowCoverage {
    /// Its name.
    pub name: MaskedLine,
    /// The line of its name.
    pub line: u32,
    /// Its steps, in order.
    pub steps: Vec<StepCoverage>,
}

/// How often a step ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepCoverage {
    /// The line of its key.
    pub line: u32,
    /// How often it ran.
    pub hits: u64,
    /// How often each of its ways was taken: of `if` both, of `switch` each label and what is left.
    pub branches: Vec<u64>,
}

/// A number of steps, and how many of them ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// All steps.
    pub steps: usize,
    /// Those that ran.
    pub hit: usize,
}

impl Ran {
    /// How many percent ran; of nothing, all.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "there are not 2^52 steps")]
    pub fn percent(self) -> f64 {
        if self.steps == 0 { 100.0 } else { self.hit as f64 * 100.0 / self.steps as f64 }
    }
}

impl std::iter::Sum for Ran {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |a, b| Self { steps: a.steps + b.steps, hit: a.hit + b.hit })
    }
}

impl Coverage {
    /// How many of all steps ran.
    #[must_use]
    pub fn ran(&self) -> Ran {
        self.files.iter().map(FileCoverage::ran).sum()
    }
}

impl FileCoverage {
    /// How many of its steps ran.
    #[must_use]
    pub fn ran(&self) -> Ran {
        self.flows.iter().map(FlowCoverage::ran).sum()
    }
}

impl FlowCoverage {
    /// How many of its steps ran.
    #[must_use]
    pub fn ran(&self) -> Ran {
        Ran { steps: self.steps.len(), hit: self.steps.iter().filter(|step| step.hits > 0).count() }
    }

    /// The lines of steps that did not run, as ranges: such steps that follow each other make one.
    #[must_use]
    pub fn missed(&self) -> Vec<(u32, u32)> {
        let runs = self.steps.chunk_by(|a, b| (a.hits == 0) == (b.hits == 0));
        let missed = runs.filter_map(|run| match run {
            [first, ..] if first.hits == 0 => Some((first.line, run.last()?.line)),
            _ => None,
        });
        missed.collect()
    }
}

/// Counts how often the steps of a project ran.
pub(super) struct Counter {
    files: Vec<CountedFile>,
    steps: HashMap<Place, u64>,
    branches: HashMap<(Place, u32), u64>,
}

struct CountedFile {
    path: Arc<str>,
    flows: Vec<(Arc<str>, u32, Vec<StepSite>)>,
}

impl Counter {
    /// Knows the steps that count.
    pub(super) fn new(base: &Base, profiles: &[String]) -> Self {
        let mut project = base.project.clone();
        project.activate(profiles.iter().map(String::as_str));
        let project = Arc::new(project);
        let program = accord_vm::compile(&project);
        let mut sites: HashMap<Arc<str>, Vec<StepSite>> = HashMap::new();
        for site in program.steps().filter(|site| !find::is_test(&site.flow)) {
            sites.entry(Arc::clone(&site.flow)).or_default().push(site);
        }
        let mut files: Vec<CountedFile> = Vec::new();
        for source in project.sources.iter().filter(|source| base.own_file(source.name())) {
            let flows = project.definition.flows.values().filter(|flow| flow.name.span.file == source.id());
            let mut flows: Vec<_> = flows
                .filter_map(|flow| {
                    let mut steps = sites.remove(&flow.name.value)?;
                    steps.sort_by_key(|site| (site.place.line, site.place.col));
                    Some((Arc::clone(&flow.name.value), source.line_col(flow.name.span.start).line, steps))
                })
                .collect();
            flows.sort_by_key(|(_, line, _)| *line);
            if !flows.is_empty() {
                files.push(CountedFile { path: Arc::clone(source.path()), flows });
            }
        }
        Self { files, steps: HashMap::new(), branches: HashMap::new() }
    }

    /// Adds what one test ran.
    pub(super) fn add(&mut self, steps: &HashMap<Place, u64>, branches: &HashMap<(Place, u32), u64>) {
        for (place, times) in steps {
            let found = self.steps.entry(place.clone()).or_default();
            *found = found.saturating_add(*times);
        }
        for (branch, times) in branches {
            let found = self.branches.entry(branch.clone()).or_default();
            *found = found.saturating_add(*times);
        }
    }

    /// What ran, names masked.
    pub(super) fn coverage(self, redactor: &Redactor) -> Coverage {
        let Self { files, steps, branches } = self;
        let step = |site: &StepSite| StepCoverage {
            line: site.place.line,
            hits: steps.get(&site.place).copied().unwrap_or(0),
            branches: (0..u32::try_from(site.branches).unwrap_or(u32::MAX))
                .map(|branch| branches.get(&(site.place.clone(), branch)).copied().unwrap_or(0))
                .collect(),
        };
        let flow = |(name, line, sites): &(Arc<str>, u32, Vec<StepSite>)| FlowCoverage {
            name: redactor.mask(name),
            line: *line,
            steps: sites.iter().map(step).collect(),
        };
        let file = |file: &CountedFile| FileCoverage {
            path: redactor.mask(&file.path),
            flows: file.flows.iter().map(flow).collect(),
        };
        Coverage { files: files.iter().map(file).collect() }
    }
}
