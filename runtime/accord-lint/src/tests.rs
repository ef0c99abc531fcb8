use accord_sdk::Registry;
use accord_syntax::{Diagnostic, Project, Severity, Sources};

use crate::secrets::{SecretLookup, SecretState, secrets};

fn registry() -> Registry {
    let mut registry = Registry::new();
    accord_tasks::register(&mut registry);
    registry
}

fn project(text: &str) -> Project {
    let mut sources = Sources::new();
    let source = sources.add("concord.yml", text);
    let parsed = accord_syntax::parse(&source);
    assert!(parsed.diagnostics.is_empty(), "{:?}\n{text}", parsed.diagnostics);
    Project::merge(sources, vec![(source.id(), parsed.definition)], Some(source.id()))
}

/// A finding as `E 3:7 code` or `W …`.
fn short(project: &Project, found: &Diagnostic) -> String {
    let place = project.sources.place(found.span.unwrap()).unwrap();
    let severity = if found.severity == Severity::Error { "E" } else { "W" };
    format!("{severity} {}:{} {}", place.line, place.col, found.code)
}

fn lint(text: &str) -> Vec<String> {
    let project = project(text);
    super::lint(&project, &registry()).iter().map(|found| short(&project, found)).collect()
}

/// Lints a flow; each finding as `LINE:COL code: message | hint`, lines counted in the flow.
fn flow(steps: &str) -> Vec<String> {
    let project = project(&format!("flows:\n  default:\n{steps}"));
    let findings = super::lint(&project, &registry());
    let text = |found: &Diagnostic| {
        let place = project.sources.place(found.span.unwrap()).unwrap();
        let hints: String = found.hints.iter().map(|hint| format!(" | {hint}")).collect();
        format!("{}:{} {}: {}{hints}", place.line - 2, place.col, found.code, found.message)
    };
    findings.iter().map(text).collect()
}

const V2: &str = "configuration:\n  runtime: concord-v2\n";

#[test]
fn what_concord_finds_is_an_error_at_the_step() {
    for step in ["- log: 'a ${a b}'", "- logYaml: {a: ['${a b}']}", "- throw: '${'", "- ${a b}", "- expr: ${a b}"] {
        let found = lint(&format!("{V2}flows:\n  default:\n    {step}\n"));
        assert_eq!(found, ["E 5:7 invalid-expression"], "{step}");
    }
    let task = format!("{V2}flows:\n  default:\n    - task: log\n      in: {{msg: '${{a b}}'}}\n");
    assert_eq!(lint(&task), ["E 5:7 invalid-expression"]);
}

#[test]
fn what_is_found_beyond_is_a_warning_at_the_expression() {
    assert_eq!(lint("flows:\n  default:\n    - log: 'a ${a b}'\n"), ["W 3:19 invalid-expression"]);
    let nested = format!("{V2}flows:\n  default:\n    - block:\n        - set: {{x: '${{1 +}}'}}\n");
    assert_eq!(lint(&nested).len(), 1);
    let places = format!(
        "{V2}flows:\n  default:\n    - name: '${{'\n      task: log\n      in: ${{a b}}\n      out: {{r: '${{'}}\n      \
         loop: {{items: '${{'}}\n      retry: {{in: {{x: '${{'}}}}\n      meta: {{m: '${{'}}\n      error:\n        - log: '${{'\n"
    );
    let found = lint(&places);
    assert_eq!(found.len(), 8, "{found:?}");
    assert!(found.iter().all(|found| found.starts_with('W')));
    let forms = "configuration: {arguments: {a: '${'}}\nforms:\n  f:\n    - a: {type: string, label: '${', value: '${'}\n\
                 profiles: {p: {flows: {x: [{log: '${'}]}}}\n";
    assert_eq!(lint(forms).len(), 4);
}

#[test]
fn names_that_nothing_has_are_warnings() {
    let text = "publicFlows: [nope]\nflows:\n  default:\n    - call: deflaut\n    - call: ${x}\n    - call: ofProfile\n    - form: f\n    \
                - task: nope\nprofiles:\n  p:\n    flows:\n      ofProfile:\n        - call: gone\ntriggers:\n  - manual: \
                {entryPoint: nope, activeProfiles: [p, q]}\n";
    let found = lint(text);
    let expected = [
        "W 1:15 unknown-flow",
        "W 4:13 unknown-flow",
        "W 5:15 undefined-variable",
        "W 7:13 unknown-form",
        "W 8:13 unknown-task",
        "W 13:17 unknown-flow",
        "W 15:26 unknown-flow",
        "W 15:52 unknown-profile",
    ];
    assert_eq!(found, expected);
    assert_eq!(
        flow("    - call: defalt\n"),
        ["1:13 unknown-flow: there is no flow 'defalt' | Did you mean 'default'?"]
    );
    assert_eq!(
        flow("    - task: slack\n"),
        ["1:13 unknown-task: there is no task 'slack' | Call the REST API or a webhook with the 'http' task."]
    );
}

#[test]
fn an_unknown_runtime_is_an_error() {
    assert_eq!(
        lint("configuration:\n  runtime: concord-v9\nflows:\n  default:\n    - exit\n"),
        ["E 2:12 unknown-runtime"]
    );
    assert_eq!(lint("configuration:\n  runtime: concord-v1\nflows:\n  default:\n    - exit\n"), ["W 2:12 deprecated"]);
}

#[test]
fn methods_and_functions_are_checked() {
    for (expression, expected) in [
        ("crypto.exportAsSting('o', 'n', null)", "the task 'crypto' has no method 'exportAsSting' | Did you mean"),
        ("crypto.exportAsString('n')", "'crypto.exportAsString' cannot be called with 1 argument | It can be"),
        ("lock.lock('x')", "the task 'lock' has no methods | Write it as a step: 'task: lock'."),
        ("crpyto.encryptString('x')", "there is no variable or task 'crpyto' | Did you mean 'crypto'?"),
        ("slack.send('x')", "there is no task 'slack' | Call the REST API or a webhook with the 'http' task."),
        ("hasVarable('x')", "there is no function 'hasVarable' | Did you mean 'hasVariable'?"),
        ("default()", "there is no function 'default' | A flow is run by a step: 'call: default'."),
        ("uuid(1)", "'uuid' takes no arguments, and here it gets 1"),
        ("true ? 1 : b:c(2)", "there is no function 'b:c' | If a choice was meant"),
        ("x = 5", "an expression cannot set the variable 'x' | Write a step: 'set: {x: …}'."),
    ] {
        let found = flow(&format!("    - try:\n        - \"${{{expression}}}\"\n      error:\n        - log: x\n"));
        assert_eq!(found.len(), 1, "{expression}: {found:?}");
        assert!(found[0].contains(expected), "{expression}: {found:?}");
    }
    for expression in [
        "crypto.exportAsString('o', 'n', null)",
        "datetime.current",
        "log.toString()",
        "uuid()",
        "Integer.parseInt('1')",
        "StringBuilder('x')",
        "[1].stream().map(x -> x + y).toList()",
        "(f -> f(1))(x -> x)",
        "orDefault('x', 1)",
        "hasVariable('y') ? y : 1",
    ] {
        let found = flow(&format!("    - set: {{y: 1}}\n    - \"${{{expression}}}\"\n"));
        assert!(found.is_empty(), "{expression}: {found:?}");
    }
}

#[test]
fn variables_that_cannot_be_seen() {
    let found = flow("    - set: {greeting: hi}\n    - log: ${greting} ${gone}\n");
    assert_eq!(
        found,
        [
            "2:14 undefined-variable: nothing sets the variable 'greting' | Did you mean 'greeting'?",
            "2:25 undefined-variable: nothing sets the variable 'gone' | Give it a value in configuration.arguments, which \
             '-e gone=…' can change, or with 'set'."
        ]
    );
    let found = flow("    - call: sub\n    - log: ${made}\n  sub:\n    - set: {made: 1}\n");
    assert_eq!(
        found,
        [
            "2:14 undefined-variable: the variable 'made' is not set here, only in the flow 'sub' | What a flow sets ends \
          with it: name the variable in 'out' of the step 'call: sub'."
        ]
    );
}

/// Nothing is said where a variable may come from elsewhere, or its absence is expected.
#[test]
fn variables_that_may_be_there() {
    for steps in [
        "    - call: sub\n      out: made\n    - log: ${made}\n  sub:\n    - set: {made: 1}\n",
        "    - set: {a: 1}\n    - call: sub\n  sub:\n    - call: deeper\n  deeper:\n    - log: ${a}\n",
        "    - call: sub\n      in: {a: 1}\n  sub:\n    - log: ${a}\n",
        "    - call: sub\n      in: '${x -> x}'\n  sub:\n    - log: ${a}\n",
        "    - call: sub\n      out: '${[]}'\n    - log: ${a}\n  sub:\n    - exit\n",
        "    - call: sub\n      out: {b: '${made}'}\n    - log: ${b}\n  sub:\n    - set: {made: 1}\n",
        "    - call: \"${'s' += 'ub'}\"\n      in: {a: 1}\n  sub:\n    - log: ${a}\n",
        "    - call: sub\n      loop: {items: [1]}\n  sub:\n    - log: '${item} ${itemIndex}'\n",
        "    - try:\n        - log: ${nope}\n      error:\n        - log: ${lastError}\n",
        "    - call: sub\n      error:\n        - exit\n  sub:\n    - log: ${nope}\n",
        "    - task: log\n      ignoreErrors: true\n      in: {msg: '${nope}'}\n",
        "    - task: http\n      in: {url: x}\n      out: {code: '${result.statusCode}'}\n    - log: ${code}\n",
        "    - if: ${hasVariable('a')}\n      then:\n        - log: ${a}\n",
        "    - set: {a.b: 1}\n    - log: ${a.b}\n",
        "    - script: js\n      body: \"execution.setVariable('made', 1);\"\n    - log: ${made}\n",
        "    - script: x.js\n    - log: ${made}\n",
        "    - suspend: ev\n    - log: ${brought}\n",
        "    - \"${vars.set({'a': 1})}\"\n    - log: ${a}\n",
        "    - ${context.variables().set('a', 1)}\n    - log: ${a}\n",
        "    - log: '${txId} ${workDir} ${projectInfo.orgName} ${initiator.username}'\n",
        "    - exit\n  onFailure:\n    - log: '${left} ${lastError}'\n",
        "    - log: '${false && nope} ${true ? 1 : nope}'\n",
        "    - set: {a: '${[1].stream().map(nope -> nope)}'}\n",
    ] {
        let found = flow(steps);
        assert!(found.iter().all(|found| !found.contains("undefined")), "{steps}{found:?}");
    }
}

#[test]
fn inputs_of_tasks() {
    for (step, expected) in [
        (
            "task: http\n      in: {ulr: x}",
            &[
                "missing-parameter: the task 'http' needs 'url'",
                "unknown-parameter: the task 'http' takes no 'ulr' | Did you mean 'url'?",
            ][..],
        ),
        ("task: http\n      in: {url: x, method: GTE}", &["wrong-parameter: 'method' must be one of 'GET', "]),
        ("task: http\n      in: {url: 5}", &["wrong-parameter: 'url' must be a text, and this is a whole number"]),
        (
            "task: http\n      in: {url: x, auth: {basic: {password: 5}}}",
            &["wrong-parameter: 'auth.basic.password' must be a text"],
        ),
        ("task: http\n      in: {url: x, auth: {}}", &["missing-parameter: 'auth' needs 'basic'"]),
        ("task: sleep\n      in: {duration: '5'}", &["wrong-parameter: 'duration' must be a number, and this is '5'"]),
        ("task: base64", &["task-without-step: the task 'base64' does nothing as a step"]),
        ("task: ${x}", &["unknown-task: there is no task '${x}': names of tasks are not evaluated"]),
        ("task: http\n      in: {url: '${u}', method: \"${'GET'}\", auth.basic.token: t}\n    - set: {u: 1}", &[]),
        ("task: http\n      in: ${u}\n    - set: {u: 1}", &[]),
        ("task: log\n      in: {msg: x, level: warn}", &[]),
    ] {
        let found = flow(&format!("    - {step}\n"));
        assert_eq!(found.len(), expected.len(), "{step}: {found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{step}: {found}");
        }
    }
}

/// No message tells the literal of a secret parameter.
#[test]
fn secret_literals_are_not_quoted() {
    let found = flow(
        "    - task: http\n      in: {url: x, keystorePassword: [hunter2], auth: {basic: {password: [hunter2]}}}\n",
    );
    assert_eq!(found.len(), 2);
    assert!(!found.join("").contains("hunter2"), "{found:?}");
}

#[test]
fn steps_that_do_nothing() {
    for (steps, expected) in [
        ("    - return\n    - log: x\n", Some("2:7 unreachable")),
        ("    - throw: x\n    - log: x\n", Some("2:7 unreachable")),
        (
            "    - if: ${1 > 2}\n      then:\n        - return\n      else:\n        - exit\n    - log: x\n",
            Some("6:7 unreachable"),
        ),
        ("    - if: ${1 > 2}\n      then:\n        - return\n    - log: x\n", None),
        ("    - try:\n        - return\n      error:\n        - log: x\n    - log: x\n", None),
        ("    - try:\n        - throw: a\n      error:\n        - throw: b\n    - log: x\n", Some("5:7 unreachable")),
        ("    - log: x\n      meta: {segmentName: y}\n", Some("2:14 deprecated")),
        ("    - block:\n        - return\n      loop: {items: [1]}\n    - log: x\n", None),
        ("    - parallel:\n        - exit\n        - log: x\n", None),
        ("    - expr: ${1}\n      error:\n        - log: x\n", Some("3:11 handler-ignored")),
        (
            "    - try:\n        - log: x\n      withItems: [1]\n      error:\n        - log: x\n",
            Some("3:7 deprecated"),
        ),
        ("    - call: default\n      parallelWithItems: [1]\n", Some("2:7 deprecated")),
        ("    - set: {log: x}\n", Some("1:13 hides-task")),
        ("    - checkpoint: x\n", Some("1:19 checkpoint-name")),
        ("    - checkpoint: 'step ${1}'\n", None),
    ] {
        let found = flow(steps);
        match expected {
            Some(expected) => {
                assert!(found.first().is_some_and(|found| found.starts_with(expected)), "{steps}{found:?}")
            }
            None => assert!(found.is_empty(), "{steps}{found:?}"),
        }
    }
}

struct Known;

impl SecretLookup for Known {
    fn look_up(&self, org: Option<&str>, name: &str) -> SecretState {
        match (org, name) {
            (Some("Default"), "token") => SecretState::Readable,
            (Some("Default"), "scoped") => SecretState::Refused("it is used in the project 'web' alone".to_owned()),
            _ => SecretState::Missing { similar: (name == "tokn").then(|| "token".to_owned()) },
        }
    }
}

#[test]
fn secrets_that_flows_name() {
    let text = "flows:\n  default:\n    - log: \"${crypto.exportAsString('Default', 'token', null)}\"\n    - log: \
                \"${crypto.exportAsFile('dir', 'Default', 'token', 'p')}\"\n    - set:\n        a: ${crypto.exportCredentials(null, 'tokn', \
                null)}\n        b: ${crypto.exportKeyAsFile('Default', 'scoped', null)}\n        c: ${crypto.exportAsString('Default', \
                txId, null)}\n        d: ${crypto.exportAsString('Default', 'made', null)}\n    - task: crypto\n      in: {action: create, \
                org: Default, secretName: made, data: f}\n    - task: concordSecrets\n      in: {action: GETASSTRING, org: Default, \
                name: other}\n";
    let project = project(text);
    let (named, findings) = secrets(&project, &registry(), &Known);
    let shown: Vec<_> = named
        .iter()
        .map(|secret| {
            format!(
                "{}/{} {} {}",
                secret.org.as_deref().unwrap_or("-"),
                secret.name,
                secret.places.len(),
                secret.is_literal
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "Default/token 2 true",
            "-/tokn 1 true",
            "Default/scoped 1 true",
            "Default/txId 1 false",
            "Default/made 2 true",
            "Default/other 1 true"
        ]
    );
    let findings: Vec<_> = findings.iter().map(|found| short(&project, found)).collect();
    assert_eq!(findings, ["W 6:45 secret-missing", "W 7:48 secret-refused", "W 13:53 secret-missing"]);
}
