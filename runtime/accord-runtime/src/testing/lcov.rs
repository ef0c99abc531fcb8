//! Coverage as LCOV's tracefile: lines of steps, flows as functions, ways of `if` and `switch` as branches.
//! Source: geninfo(1), "FILES".

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::coverage::{Coverage, FileCoverage, FlowCoverage};

/// The tracefile.
pub(super) fn report(coverage: &Coverage) -> String {
    let mut out = String::new();
    coverage.files.iter().for_each(|found| {
        // A text takes what is written to it.
        let _ = file(&mut out, found);
    });
    out
}

fn file(out: &mut String, file: &FileCoverage) -> std::fmt::Result {
    writeln!(out, "TN:\nSF:{}", one_line(file.path.as_str()))?;
    for flow in &file.flows {
        writeln!(out, "FN:{},{}", flow.line, one_line(flow.name.as_str()))?;
    }
    for flow in &file.flows {
        writeln!(out, "FNDA:{},{}", entered(flow), one_line(flow.name.as_str()))?;
    }
    let hit = file.flows.iter().filter(|flow| entered(flow) > 0).count();
    writeln!(out, "FNF:{}\nFNH:{hit}", file.flows.len())?;
    let steps = || file.flows.iter().flat_map(|flow| &flow.steps);
    let (mut all, mut taken) = (0_usize, 0_usize);
    for (block, step) in steps().filter(|step| !step.branches.is_empty()).enumerate() {
        for (branch, times) in step.branches.iter().enumerate() {
            all += 1;
            taken += usize::from(*times > 0);
            match step.hits {
                0 => writeln!(out, "BRDA:{},{block},{branch},-", step.line)?,
                _ => writeln!(out, "BRDA:{},{block},{branch},{times}", step.line)?,
            }
        }
    }
    writeln!(out, "BRF:{all}\nBRH:{taken}")?;
    let mut lines: BTreeMap<u32, u64> = BTreeMap::new();
    for step in steps() {
        let hits = lines.entry(step.line).or_default();
        *hits = step.hits.max(*hits);
    }
    for (line, hits) in &lines {
        writeln!(out, "DA:{line},{hits}")?;
    }
    writeln!(out, "LF:{}\nLH:{}\nend_of_record", lines.len(), lines.values().filter(|hits| **hits > 0).count())
}

/// How often a flow ran: as often as its first step, if that one has run.
fn entered(flow: &FlowCoverage) -> u64 {
    let first = flow.steps.first().map_or(0, |step| step.hits);
    if first > 0 { first } else { flow.steps.iter().map(|step| step.hits).max().unwrap_or(0) }
}

/// A record is a line.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}
