//! Good examples: the recorded cases, and the tables of the evaluator's tests.

use std::path::{Path, PathBuf};

/// The repository's root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn contents(folder: &str, extension: &str) -> Vec<Vec<u8>> {
    let mut paths = Vec::new();
    files(&root().join(folder), &mut paths);
    // The order of folders is the machine's; a seed has to mean the same input on each.
    paths.sort();
    let texts = paths.iter().filter(|path| path.extension().is_some_and(|found| found == extension));
    let texts: Vec<Vec<u8>> =
        texts.filter_map(|path| std::fs::read(path).ok()).filter(|text| text.len() < 16 << 10).collect();
    assert!(!texts.is_empty(), "{folder} has no *.{extension}");
    texts
}

/// Flows: all recorded cases and the examples.
#[must_use]
pub fn flows() -> Vec<Vec<u8>> {
    [contents("tests/conformance", "yml"), contents("flows", "yml")].concat()
}

/// Texts with expressions in them, `${…}` included.
#[must_use]
pub fn expressions() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for table in contents("runtime/accord-expr/tests/cases", "txt") {
        let table = String::from_utf8_lossy(&table).into_owned();
        for expression in table.lines().filter_map(|line| line.split_once(" ==>")).map(|(expression, _)| expression) {
            let text = if expression.contains("${") { expression.to_owned() } else { format!("${{{expression}}}") };
            all.push(text.into_bytes());
        }
    }
    for flow in flows() {
        let flow = String::from_utf8_lossy(&flow).into_owned();
        // A line is enough of the text round an expression.
        all.extend(
            flow.lines()
                .filter_map(|line| line.find("${").and_then(|at| line.get(at..)))
                .map(|text| text.trim_end_matches(['"', '\'', ' ']).as_bytes().to_vec()),
        );
    }
    all
}
