//! Recorded cases: what loads, what does not, and where the first mistake is.

use crate::load::{cases, load};

/// Why a case does not agree; `None` where it does.
fn disagrees(folder: &std::path::Path, expected: &serde_json::Value) -> Option<String> {
    let want = expected.get("load");
    match (want, load(folder)) {
        (None, Ok(_)) => None,
        (Some(_), Ok(_)) => Some("loads".to_owned()),
        (None, Err((_, mistakes))) => Some(format!("does not load: {}", mistakes[0].message)),
        (Some(want), Err((sources, mistakes))) => {
            let place =
                mistakes[0].span.and_then(|span| sources.place(span)).map(|p| (p.file.to_string(), p.line, p.col));
            let number = |field: &str| want[field].as_u64().map(|n| n as u32);
            let (Some(line), Some(col)) = (number("line"), number("col")) else { return None };
            let want = Some((want["file"].as_str().unwrap_or("").to_owned(), line, col));
            (place != want).then(|| format!("{place:?}, expected {want:?}: {}", mistakes[0].message))
        }
    }
}

#[test]
fn the_first_mistake_is_where_the_reference_reports_it() {
    let all = cases("parse-errors");
    assert!(all.len() >= 228, "{} cases", all.len());
    let wrong: Vec<String> = all
        .iter()
        .filter_map(|(name, folder, _, expected)| Some(format!("{name}: {}", disagrees(folder, expected)?)))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
}

/// Cases of other areas whose record is not that of a load, though the reference does not load them, or whose
/// folder is not the project.
const APART: [&str; 9] = [
    "el/yaml-expression-unquoted-brace",
    "el/yaml-infinity-nan",
    "project/missing-root",
    "project/null-document",
    "project/single-file-error-name",
    "project/import-dir",
    "project/import-dir-no-dest",
    "project/import-dir-overwrites",
    "project/two-sources",
];

#[test]
fn all_other_cases_load_or_not_as_in_the_reference() {
    let mut wrong = Vec::new();
    for area in ["el", "flow", "forms", "lint", "project"] {
        for (name, folder, _, expected) in cases(area) {
            if APART.contains(&name.as_str()) {
                continue;
            }
            wrong.extend(disagrees(&folder, &expected).map(|why| format!("{name}: {why}")));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
