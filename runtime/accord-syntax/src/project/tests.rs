use super::*;
use crate::definition::DataKind;
use crate::parse;

/// A project of files (name, text), the last of which is the root if it is called so.
fn project(files: &[(&str, &str)]) -> Project {
    let mut sources = Sources::new();
    let mut definitions = Vec::new();
    let mut root = None;
    for (name, text) in files {
        let source = sources.add(*name, *text);
        let parsed = parse(&source);
        assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
        if ROOT_FILES.contains(name) {
            root = Some(source.id());
        }
        definitions.push((source.id(), parsed.definition));
    }
    Project::merge(sources, definitions, root)
}

fn argument(project: &Project, name: &str) -> Option<DataKind> {
    let configuration = project.definition.configuration.as_ref()?;
    Some(configuration.arguments.as_ref()?.get(name)?.kind.clone())
}

#[test]
fn files_are_merged_in_the_order_of_their_names_and_the_root_last() {
    let project = project(&[
        ("concord.yml", "configuration: {debug: true, arguments: {a: root}}\nflows: {f: [exit]}"),
        ("concord/a/b.concord.yml", "configuration: {arguments: {m: {y: 2}, b: 2}}\nflows: {g: [return, exit]}"),
        (
            "concord/a.concord.yml",
            "configuration: {entryPoint: x, arguments: {a: 1, m: {x: 1}}}\nflows: {f: [return], g: [exit]}\npublicFlows: [g]",
        ),
    ]);
    let definition = &project.definition;
    assert_eq!(argument(&project, "a"), Some(DataKind::Text("root".into())));
    assert_eq!(argument(&project, "b"), Some(DataKind::Int(2)));
    assert!(matches!(argument(&project, "m"), Some(DataKind::Map(m)) if m.len() == 2));
    assert_eq!(definition.flows["f"].steps[0].kind, crate::StepKind::Exit);
    assert_eq!(definition.flows["g"].steps.len(), 2, "a/b comes after a.");
    assert_eq!(definition.public_flows, None, "only the root's count");
    let configuration = definition.configuration.as_ref().expect("one");
    assert!(configuration.entry_point.is_none() && configuration.debug.is_some());
}

#[test]
fn profiles_are_applied_in_order_and_unknown_ones_are_named() {
    let mut project = project(&[(
        "concord.yml",
        "configuration: {arguments: {v: 0, n: {x: 1}}}
flows: {f: [exit]}
profiles:
  a: {configuration: {arguments: {v: 1, n: {y: 2}}}, flows: {f: [return]}}
  b: {configuration: {arguments: {v: 2}}}",
    )]);
    assert_eq!(project.activate(["b", "nope", "a"]), ["nope"]);
    assert_eq!(argument(&project, "v"), Some(DataKind::Int(1)));
    assert!(matches!(argument(&project, "n"), Some(DataKind::Map(n)) if n.len() == 2));
    assert_eq!(project.definition.flows["f"].steps[0].kind, crate::StepKind::Return);
    assert_eq!(project.active_profiles.iter().map(|name| &**name).collect::<Vec<_>>(), ["b", "a"]);
}

#[test]
fn bad_resource_patterns_are_reported_at_their_place() {
    let project = project(&[("concord.yml", "resources: {concord: [\"glob:a/*.yml\", \"regex:a/(b\"]}")]);
    let diagnostic = resource_patterns(project.definition.resources.as_ref()).expect_err("a bad pattern");
    assert_eq!(diagnostic.span.map(|span| span.start), Some(38));
    assert!(diagnostic.message.contains("Unclosed group"), "{}", diagnostic.message);
    assert!(resource_patterns(None).expect("the default")[0].matches("concord/a.concord.yml"));
}

/// A text in which a key stands twice would not be read again.
#[test]
fn effective_yaml_has_an_option_of_a_field_once() {
    let project = project(&[("concord.yml", "forms: {f: [{a: {type: string, pattern: x, PATTERN: y}}]}")]);
    let printed = effective_yaml(&project, None, 1);
    assert_eq!(printed.matches("pattern: \"y\"").count(), 1, "{printed}");
    assert_eq!(printed.to_lowercase().matches("pattern").count(), 1, "{printed}");
}

/// A text in which a key stands twice would not be read again.
#[test]
fn effective_yaml_names_a_segment_once() {
    let project = project(&[(
        "concord.yml",
        "flows: {f: [{name: a, task: t, meta: {segmentName: b, other: 1}}, {task: t, meta: {segmentName: c}}]}",
    )]);
    let printed = effective_yaml(&project, None, 1);
    assert_eq!(printed.matches("segmentName: \"a\"").count(), 1, "{printed}");
    assert_eq!(printed.matches("segmentName").count(), 2, "{printed}");
    assert!(printed.contains("other: 1"), "{printed}");
}
