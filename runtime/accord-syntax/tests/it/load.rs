//! Loads a case's folder as a runtime would, with nothing but this crate.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use accord_syntax::project::{ROOT_FILES, resource_patterns};
use accord_syntax::{Diagnostic, FileId, Project, Source, Sources, parse};
use serde_json::Value;

pub(crate) fn conformance() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance")
}

/// The cases of an area that have a file to load: name, folder, `case.json`, `expected.json`.
pub(crate) fn cases(area: &str) -> Vec<(String, PathBuf, Value, Value)> {
    let json = |path: PathBuf| {
        std::fs::read(path).map_or(Value::Null, |text| serde_json::from_slice(&text).expect("the case's JSON"))
    };
    let mut cases: Vec<_> = std::fs::read_dir(conformance().join(area))
        .expect("the folder of recorded cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.join("expected.json").exists())
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (format!("{area}/{name}"), path.clone(), json(path.join("case.json")), json(path.join("expected.json")))
        })
        .collect();
    cases.sort_by(|a, b| a.0.cmp(&b.0));
    cases
}

fn files_below(folder: &Path, base: &Path, found: &mut Vec<String>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() && !path.is_symlink() {
            files_below(&path, base, found);
        } else {
            found.push(path.strip_prefix(base).expect("below").to_string_lossy().into_owned());
        }
    }
}

/// The project in a folder, or all its mistakes, those of the root file first.
pub(crate) fn load(folder: &Path) -> Result<Project, (Sources, Vec<Diagnostic>)> {
    let mut sources = Sources::new();
    let mut definitions = Vec::new();
    let mut mistakes = Vec::new();
    let read = |sources: &mut Sources, name: &str| -> Arc<Source> {
        let bytes = std::fs::read(folder.join(name)).expect("a readable file");
        sources.push(Source::from_bytes(FileId(0), name, &bytes))
    };
    let mut resources = None;
    let root = ROOT_FILES.iter().find(|name| folder.join(name).exists()).map(|name| {
        let source = read(&mut sources, name);
        let parsed = parse(&source);
        mistakes.extend(parsed.diagnostics);
        resources = parsed.definition.resources.clone();
        definitions.push((source.id(), parsed.definition));
        source.id()
    });
    match resource_patterns(resources.as_ref()) {
        Err(diagnostic) => mistakes.push(diagnostic),
        Ok(patterns) => {
            let mut files = Vec::new();
            files_below(folder, folder, &mut files);
            for name in files {
                if !ROOT_FILES.contains(&name.as_str()) && patterns.iter().any(|pattern| pattern.matches(&name)) {
                    let source = read(&mut sources, &name);
                    let parsed = parse(&source);
                    mistakes.extend(parsed.diagnostics);
                    definitions.push((source.id(), parsed.definition));
                }
            }
        }
    }
    if mistakes.is_empty() { Ok(Project::merge(sources, definitions, root)) } else { Err((sources, mistakes)) }
}
