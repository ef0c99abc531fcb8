//! The schema says what the grammar says: over the recorded cases, and for every key of the format.

use std::path::{Path, PathBuf};

use accord_sdk::Registry;
use accord_syntax::format::{CONFIGURATION, Key, SECTIONS, STEPS, Shape};
use accord_syntax::{Data, DataKind, Severity, Sources};
use serde_json::Value;

fn registry() -> Registry {
    let mut registry = Registry::new();
    accord_tasks::register(&mut registry);
    registry
}

fn json(data: &Data) -> Value {
    match &data.kind {
        DataKind::Null => Value::Null,
        DataKind::Bool(value) => (*value).into(),
        DataKind::Int(value) => (*value).into(),
        DataKind::Float(value) => (*value).into(),
        DataKind::Text(text) => (&**text).into(),
        DataKind::List(items) => items.iter().map(json).collect(),
        DataKind::Map(entries) => entries.iter().map(|(key, value)| (key.value.to_string(), json(value))).collect(),
    }
}

/// The Concord files below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            files(&path, found);
        } else if path.file_name().unwrap().to_string_lossy().ends_with("concord.yml") {
            found.push(path);
        }
    }
}

fn all_files(of: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(of), &mut found);
    found.sort();
    found
}

#[test]
fn the_schema_takes_what_the_grammar_takes() {
    let validator = jsonschema::draft202012::new(&super::schema(&registry())).unwrap();
    let (mut taken, mut refused, mut missed) = (0, 0, Vec::new());
    for path in ["tests/conformance", "flows"].into_iter().flat_map(all_files) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let source = Sources::new().add("concord.yml", text.as_str());
        let parsed = accord_syntax::parse(&source);
        let Ok(Some(data)) = accord_syntax::read_data(&source) else { continue };
        if data.kind == DataKind::Null {
            continue;
        }
        let errors: Vec<String> =
            validator.iter_errors(&json(&data)).map(|error| format!("{}: {error}", error.instance_path())).collect();
        if parsed.diagnostics.iter().all(|found| found.severity != Severity::Error) {
            assert!(errors.is_empty(), "{}: {}", path.display(), errors.join("\n"));
            taken += 1;
        } else if errors.is_empty() {
            missed.push(format!("{}: {}", path.display(), parsed.diagnostics[0].message));
        } else {
            refused += 1;
        }
    }
    assert!(taken > 500, "{taken}");
    assert!(refused > 150, "{refused} of the wrong files are refused, these are not:\n{}", missed.join("\n"));
}

/// All keys of the format, with those that they hold.
fn keys(of: &[Key], found: &mut Vec<&'static str>) {
    for key in of {
        found.push(key.name);
        match key.shape {
            Shape::Object(keys) | Shape::Objects(keys) => self::keys(keys, found),
            Shape::Named(Shape::Object(keys)) => self::keys(keys, found),
            _ => {}
        }
    }
}

#[test]
fn every_key_appears() {
    let text = super::schema(&registry()).to_string();
    let mut names = Vec::new();
    keys(SECTIONS, &mut names);
    for step in STEPS {
        keys(&[step.kind], &mut names);
        keys(step.options, &mut names);
    }
    assert!(names.len() > 120, "{}", names.len());
    for name in names {
        assert!(text.contains(&format!("\"{name}\":{{")), "{name}");
    }
    // What the documentation shows.
    for name in
        ["popupPosition", "githubRepo", "timezone", "withSecret", "yield", "saveSubmittedBy", "parallelWithItems"]
    {
        assert!(text.contains(&format!("\"{name}\":{{")), "{name}");
    }
    for task in ["http", "crypto", "log"] {
        assert!(text.contains(&format!("\"task.{task}\":")), "{task}");
    }
}

/// The grammar knows each key of the configuration: with a value of the wrong kind it complains about the value.
#[test]
fn every_option_is_read() {
    for key in CONFIGURATION {
        let source = Sources::new().add("concord.yml", format!("configuration:\n  {}: ~\n", key.name));
        let found = accord_syntax::parse(&source).diagnostics;
        assert_eq!(found.len(), 1, "{}: {found:?}", key.name);
        assert_ne!(found[0].code, "unknown-option", "{}", key.name);
    }
    for step in STEPS {
        for key in step.options {
            let text = format!("flows:\n  default:\n    - {}: x\n      {}: []\n", step.kind.name, key.name);
            let found = accord_syntax::parse(&Sources::new().add("concord.yml", text)).diagnostics;
            assert!(found.iter().all(|found| found.code != "unknown-option"), "{}: {found:?}", key.name);
        }
    }
}
