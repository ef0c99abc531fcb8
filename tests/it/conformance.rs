//! The recorded cases give the same outcome here, less the known failures, which are checked both ways.

use std::collections::{BTreeMap, BTreeSet};

use accord_tests::{binary, conformance};

/// `tests/conformance/known-failures.txt`: a case a line, then why it fails.
fn known_failures() -> BTreeSet<String> {
    let file = binary::root().join("tests/conformance/known-failures.txt");
    let text = std::fs::read_to_string(file).expect("the list of known failures");
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    lines.filter_map(|l| l.split_whitespace().next().map(str::to_string)).collect()
}

#[test]
fn recorded_cases_agree() {
    let known = known_failures();
    let results = conformance::score(&conformance::cases(&binary::root().join("tests/conformance")));
    let mut areas: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut surprises = Vec::new();
    for (name, why) in &results {
        let area = areas.entry(name.split('/').next().unwrap_or_default()).or_default();
        area.0 += usize::from(why.is_none());
        area.1 += 1;
        match why {
            Some(why) if !known.contains(name) => surprises.push(format!("FAIL {name}: {why}")),
            None if known.contains(name) => surprises.push(format!("PASSES, take it off the list: {name}")),
            _ => {}
        }
    }
    for (area, (passed, all)) in &areas {
        println!("{area}: {passed}/{all} = {:.1} %", 100.0 * *passed as f64 / *all as f64);
    }
    for name in known.iter().filter(|k| !results.iter().any(|(name, _)| name == *k)) {
        surprises.push(format!("listed, but there is no such case: {name}"));
    }
    assert!(surprises.is_empty(), "{} surprises\n{}", surprises.len(), surprises.join("\n"));
}
