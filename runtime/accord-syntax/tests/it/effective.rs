//! `--effective-yaml` gives the data that the reference prints.

use std::path::Path;

use accord_syntax::project::effective_yaml;
use accord_syntax::{Data, DataKind, FileId, Source, Span, Text, read_data};
use serde_json::{Value, json};

use crate::load::{cases, load};

fn text(text: &str) -> Data {
    Data::new(DataKind::Text(text.into()), Span::default())
}

/// Data without places; lists of texts sorted, as the reference prints its sets in no fixed order.
fn plain(data: &Data) -> Value {
    match &data.kind {
        DataKind::Null => Value::Null,
        DataKind::Bool(value) => json!(value),
        DataKind::Int(value) => json!(value),
        DataKind::Float(value) => json!(value),
        DataKind::Text(value) => json!(&**value),
        DataKind::List(items) => {
            let mut items: Vec<Value> = items.iter().map(plain).collect();
            if items.iter().all(Value::is_string) {
                items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            }
            items.into()
        }
        DataKind::Map(entries) => {
            Value::Object(entries.iter().map(|(key, value)| (key.value.to_string(), plain(value))).collect())
        }
    }
}

fn read(yaml: &str) -> Value {
    let source = Source::new(FileId(0), "out.yml", yaml);
    plain(&read_data(&source).unwrap_or_else(|e| panic!("{yaml}\n{e:?}")).expect("a document"))
}

fn effective(folder: &Path, args: &[&str]) -> String {
    let mut project = load(folder).map_err(|(_, mistakes)| mistakes).expect("loads");
    let profiles = args.windows(2).filter(|pair| pair[0] == "-p").map(|pair| pair[1]);
    project.activate(profiles);
    let key = |name: &str| Text::new(name.into(), Span::default());
    let given = vec![(key("txId"), text("<uuid>")), (key("workDir"), text("<workDir>"))];
    effective_yaml(&project, Some(Data::new(DataKind::Map(given), Span::default())), 0)
}

#[test]
fn effective_yaml_is_the_same_data() {
    let mut seen = 0;
    for (name, folder, case, expected) in cases("project") {
        let args: Vec<&str> = case["args"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let Some(stdout) = expected["stdout"].as_array().filter(|_| args.contains(&"--effective-yaml")) else {
            continue;
        };
        let stdout: Vec<&str> = stdout.iter().filter_map(Value::as_str).collect();
        let want = stdout.join("\n").replace("<cpus>", "0");
        assert_eq!(read(&effective(&folder, &args)), read(&want), "{name}");
        seen += 1;
    }
    assert!(seen >= 8, "{seen} cases");
}
