//! The recorded cases of `tests/conformance` and the rules by which an outcome agrees with the reference's.
//!
//! One case is a folder: its flow, `case.json` (how it is called, how the folder is laid out), `expected.json` (what the
//! reference did). The rules are those of `README.md` beside the cases.

mod case;
mod rules;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

pub use case::why_not;

/// A case's name below `tests/conformance` (`area/name`) and its folder.
pub type Named = (String, PathBuf);

/// All cases below `root` in the order of their names; the ones that need a terminal's dialogue are left out.
pub fn cases(root: &Path) -> Vec<Named> {
    let mut found = Vec::new();
    for area in folders(root) {
        for folder in folders(&area) {
            let interactive =
                std::fs::read_to_string(folder.join("case.json")).is_ok_and(|t| t.contains("\"interactive\""));
            if folder.join("expected.json").exists() && !interactive {
                let name = folder.strip_prefix(root).unwrap_or(&folder).to_string_lossy().into_owned();
                found.push((name, folder));
            }
        }
    }
    found.sort();
    found
}

fn folders(of: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(of)
        .map(|entries| entries.flatten().map(|e| e.path()).filter(|p| p.is_dir()).collect())
        .unwrap_or_default()
}

/// Runs the cases on as many threads as there are cores. Gives each case's name with none when it passes, else why not.
pub fn score(cases: &[Named]) -> Vec<(String, Option<String>)> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((name, folder)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let why = why_not(folder);
                    if let Ok(mut results) = results.lock() {
                        results.push((name.clone(), why));
                    }
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_default();
    results.sort();
    results
}
