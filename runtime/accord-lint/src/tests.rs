use accord_sdk::{Registry, Task, TaskInfo};
use accord_syntax::{Project, Severity, Sources};

struct Known;

impl Task for Known {
    fn describe(&self) -> TaskInfo {
        TaskInfo::new("known", "for tests")
    }
}

/// Each finding as `E 3:7 code` or `W …`.
fn lint(text: &str) -> Vec<String> {
    let mut sources = Sources::new();
    let source = sources.add("concord.yml", text);
    let parsed = accord_syntax::parse(&source);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let project = Project::merge(sources, vec![(source.id(), parsed.definition)], Some(source.id()));
    let mut registry = Registry::new();
    registry.register("known", Known);
    registry.register("log", Known);
    let found = super::lint(&project, &registry);
    let describe = |found: &accord_syntax::Diagnostic| {
        let place = project.sources.place(found.span.unwrap()).unwrap();
        let severity = if found.severity == Severity::Error { "E" } else { "W" };
        format!("{severity} {}:{} {}", place.line, place.col, found.code)
    };
    found.iter().map(describe).collect()
}

const V2: &str = "configuration:\n  runtime: concord-v2\n";

#[test]
fn what_concord_finds_is_an_error_at_the_step() {
    for step in ["- log: 'a ${a b}'", "- logYaml: {a: ['${a b}']}", "- throw: '${'", "- ${a b}", "- expr: ${a b}"] {
        let found = lint(&format!("{V2}flows:\n  default:\n    {step}\n"));
        assert_eq!(found, ["E 5:7 invalid-expression"], "{step}");
    }
    let task = format!("{V2}flows:\n  default:\n    - task: known\n      in: {{a: '${{a b}}'}}\n");
    assert_eq!(lint(&task), ["E 5:7 invalid-expression"]);
}

#[test]
fn what_is_found_beyond_is_a_warning_at_the_expression() {
    assert_eq!(lint("flows:\n  default:\n    - log: 'a ${a b}'\n"), ["W 3:19 invalid-expression"]);
    let nested = format!("{V2}flows:\n  default:\n    - block:\n        - set: {{x: '${{1 +}}'}}\n");
    assert_eq!(lint(&nested).len(), 1);
    let places = format!(
        "{V2}flows:\n  default:\n    - name: '${{'\n      task: known\n      in: ${{a b}}\n      out: {{r: '${{'}}\n      \
         loop: {{items: '${{'}}\n      retry: {{times: '${{a b}}'}}\n      meta: {{m: '${{'}}\n      error:\n        - log: '${{'\n"
    );
    let found = lint(&places);
    assert_eq!(found.len(), 7, "{found:?}");
    assert!(found.iter().all(|found| found.starts_with('W')));
}

#[test]
fn names_that_nothing_has_are_warnings() {
    let text = "publicFlows: [nope]\nflows:\n  default:\n    - call: deflaut\n    - call: ${x}\n    - call: ofProfile\n    - form: f\n    \
                - task: nope\nprofiles:\n  p:\n    flows:\n      ofProfile:\n        - call: gone\ntriggers:\n  - manual: \
                {entryPoint: nope}\n";
    let found = lint(text);
    let expected = [
        "W 4:13 unknown-flow",
        "W 7:13 unknown-form",
        "W 8:13 unknown-task",
        "W 1:15 unknown-flow",
        "W 13:17 unknown-flow",
        "W 15:26 unknown-flow",
    ];
    assert_eq!(found, expected);
}

#[test]
fn an_unknown_runtime_is_an_error() {
    assert_eq!(
        lint("configuration:\n  runtime: concord-v9\nflows:\n  default:\n    - exit\n"),
        ["E 2:12 unknown-runtime"]
    );
}
