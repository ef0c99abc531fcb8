//! The commands of the README, the guides and `tests/cases/cli` print what stands below them. `UPDATE_EXPECT=1` writes
//! it anew.

use std::path::PathBuf;

use accord_tests::binary::root;
use accord_tests::{console, folder};

fn documents() -> Vec<PathBuf> {
    let mut found = vec![root().join("README.md"), root().join("flows/README.md")];
    let cases = std::fs::read_dir(root().join("tests/cases/cli")).expect("the cases");
    found.extend(cases.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "md")));
    found.sort();
    found
}

#[test]
fn commands_print_what_stands_below_them() {
    let mut wrong = Vec::new();
    for document in documents() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().canonicalize().expect("a path");
        folder::copy(&root().join("flows"), &place.join("flows")).expect("a copy");
        let files = document.with_extension("in");
        if files.is_dir() {
            folder::copy(&files, &place).expect("a copy");
        }
        let wanted = std::fs::read_to_string(&document).expect("a document");
        let got = console::run(&wanted, &place, &place.join("home")).expect("a shell");
        let (wanted, got) = (console::normal(&wanted, &place), console::normal(&got, &place));
        if wanted != got && std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&document, &got).expect("the document can be written");
        } else if wanted != got {
            let name = document.strip_prefix(root()).unwrap_or(&document).display();
            let line = wanted.lines().zip(got.lines()).position(|(w, g)| w != g).map_or(0, |l| l + 1);
            wrong.push(format!("{name} from line {line}:\n{got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
