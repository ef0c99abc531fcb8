//! Rules about the tree itself: crate edges, one place for versions, files with one subject.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use accord_tests::binary::root;

/// Most lines of a source file: beyond it a file has more than one subject.
const LONGEST_FILE: usize = 700;

fn manifests() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for parent in ["runtime", "plugins", ".", "tests"] {
        let entries = std::fs::read_dir(root().join(parent)).expect("a folder of crates");
        for path in entries.flatten().map(|e| e.path().join("Cargo.toml")).filter(|p| p.exists()) {
            let text = std::fs::read_to_string(&path).expect("a manifest");
            let name = text.lines().find_map(|l| l.strip_prefix("name = ")).expect("a name").trim_matches('"');
            found.push((name.to_string(), text));
        }
    }
    found
}

/// Lines of a table of a manifest, without dev-dependencies' and others'.
fn table<'a>(manifest: &'a str, header: &str) -> Vec<&'a str> {
    let after = manifest.lines().skip_while(|l| l.trim() != header).skip(1);
    after.take_while(|l| !l.starts_with('[')).filter(|l| !l.trim().is_empty() && !l.starts_with('#')).collect()
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join("runtime"), root().join("plugins"), root().join("tests")];
    while let Some(folder) = open.pop() {
        for path in std::fs::read_dir(folder).expect("a folder").flatten().map(|e| e.path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    found
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

#[test]
fn crate_edges_are_the_architectures() {
    let text = std::fs::read_to_string(root().join("runtime/ARCHITECTURE.md")).expect("the architecture");
    let listed: BTreeMap<String, BTreeSet<String>> = text
        .lines()
        .skip_while(|l| *l != "```edges")
        .skip(1)
        .take_while(|l| *l != "```")
        .filter_map(|l| l.split_once("->"))
        .map(|(from, to)| (from.trim().to_string(), to.split_whitespace().map(str::to_string).collect()))
        .collect();
    let mut wrong = Vec::new();
    for (name, manifest) in manifests() {
        let Some(allowed) = listed.get(&name) else {
            wrong.push(format!("{name} is not in the list of runtime/ARCHITECTURE.md"));
            continue;
        };
        for line in table(&manifest, "[dependencies]") {
            let dependency = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if dependency.starts_with("accord-") && !allowed.contains(dependency) {
                wrong.push(format!("{name} -> {dependency} is not in the list of runtime/ARCHITECTURE.md"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn versions_and_lints_are_declared_once() {
    let mut wrong = Vec::new();
    for (name, manifest) in manifests() {
        for header in ["[dependencies]", "[dev-dependencies]", "[build-dependencies]"] {
            for line in table(&manifest, header).iter().filter(|l| l.contains('=') && !l.contains("workspace = true")) {
                wrong.push(format!("{name}: {line}"));
            }
        }
        if table(&manifest, "[lints]") != ["workspace = true"] {
            wrong.push(format!("{name} does not take the workspace's lints"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unsafe_code_is_forbidden() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    assert!(table(&manifest, "[workspace.lints.rust]").contains(&"unsafe_code = \"forbid\""));
}

#[test]
fn files_have_one_subject() {
    let mut wrong = Vec::new();
    for path in sources() {
        let text = std::fs::read_to_string(&path).expect("a source file");
        let lines = text.lines().count();
        if lines > LONGEST_FILE {
            wrong.push(format!("{} has {lines} lines, at most {LONGEST_FILE}", relative(&path)));
        }
        for left in ["todo!(", "unimplemented!(", "dbg!(", "FIXME"] {
            if text.contains(left) && !path.ends_with("tidy.rs") {
                wrong.push(format!("{} still has {left}", relative(&path)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
