use super::*;
use crate::definition::{Loop, LoopMode, Out, StepKind, WithItemsKey};
use crate::source::FileId;

fn parsed(text: &str) -> (Source, Parsed) {
    let source = Source::new(FileId(0), "f.yml", text);
    let parsed = parse(&source);
    (source, parsed)
}

/// All mistakes: line, column, message with hints.
fn mistakes(text: &str) -> Vec<(u32, u32, String)> {
    let (source, parsed) = parsed(text);
    let show = |diagnostic: &Diagnostic| {
        let place = source.line_col(diagnostic.span.expect("a place").start);
        (place.line, place.col, format!("{}. {}", diagnostic.message, diagnostic.hints.join(" ")))
    };
    parsed.diagnostics.iter().map(show).collect()
}

fn steps(yaml: &str) -> Vec<crate::Step> {
    let (_, parsed) = parsed(&format!("flows:\n  default:\n{yaml}"));
    assert!(parsed.diagnostics.is_empty(), "{yaml}: {:?}", parsed.diagnostics);
    parsed.definition.flows.into_iter().next().expect("a flow").1.steps
}

#[test]
fn all_mistakes_of_a_file_are_found() {
    let text = "\
flows:
  default:
    - lag: hi
    - log: a
      foo: 1
    - task: log
      in: [1]
      retry: {times: x, del: 1}
    - if: ${true}
      else:
        - log: b
  empty: []
fows: 2
configuration:
  debug: x
  arguments: {a: ~, a: 1}
";
    let places: Vec<(u32, u32)> = mistakes(text).into_iter().map(|(line, col, _)| (line, col)).collect();
    let expected =
        [(3, 7), (5, 12), (7, 11), (8, 22), (8, 30), (9, 7), (12, 10), (13, 7), (15, 10), (16, 22), (16, 18)];
    let sorted = |places: &[(u32, u32)]| {
        let mut places = places.to_vec();
        places.sort_unstable();
        places
    };
    assert_eq!(sorted(&places), sorted(&expected));
    assert_eq!(places.first(), Some(&(3, 7)));
}

#[test]
fn messages_name_the_key_and_how_to_mend_it() {
    for (step, words) in [
        ("- lag: x", &["'lag'", "Did you mean 'log'?"][..]),
        ("- in: {a: 1}\n      task: t", &["'in' stands before 'task'", "Move 'task'"]),
        ("- name: n\n      set: {a: 1}", &["'name' is not allowed on 'set'"]),
        ("- task: a\n      call: b", &["has 'call' besides 'task'", "- call:"]),
        ("- log \"hi\"", &["the ':' is missing"]),
        ("- Exit", &["Write 'exit'"]),
        ("- exit: true", &["'exit' takes nothing"]),
        ("- {}", &["must not be empty"]),
        ("- block: []", &["'block' must not be empty"]),
        ("- task: t\n      inn: {}", &["'inn' is no option of 'task'", "Did you mean 'in'?"]),
        ("- task: t\n      ignoreErrors: \"yes\"", &["true or false", "without quotes"]),
        ("- task: t\n      loop: [1]", &["'items'"]),
        ("- expr: 1 + 1", &["expression '${…}'"]),
        ("- set:\n        a: ~", &["'a' has no value", "${null}"]),
        ("- switch: ${x}", &["'switch' has no branch"]),
        ("- log: a: b", &["':'", "quotes"]),
        ("- log: {{ a }}", &["${…}"]),
        ("- log: \"C:\\dir\"", &["'\\d'", "single quotes"]),
        ("- call:", &["'call' must be a text", "nothing"]),
        ("- task: 5", &["the number 5", "Put quotes"]),
    ] {
        let text = format!("flows:\n  default:\n    {step}\n");
        let found = mistakes(&text);
        let (_, _, message) = found.first().unwrap_or_else(|| panic!("{step} has no mistake"));
        for word in words {
            assert!(message.contains(word), "{step}: {message}");
        }
    }
}

#[test]
fn what_broken_yaml_cuts_off_is_not_called_missing() {
    for text in [
        "flows:\n  default:\n    - if: ${x}\n      else:\n        - log: \"a\" \"b\"\n",
        "flows:\n  default:\n    - task: t\n      loop: {mode: serial, x\n",
        "triggers:\n  - cron: {entryPoint: a, x: y\n",
    ] {
        let found = mistakes(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
    }
}

#[test]
fn mistakes_before_broken_yaml_come_first() {
    let found = mistakes("flows:\n  default:\n    - lag: 1\n    - log: a\n    - log: `x`\n");
    let places: Vec<_> = found.iter().map(|(line, col, _)| (*line, *col)).collect();
    assert_eq!(places, [(3, 7), (5, 10)]);
}

#[test]
fn steps_and_their_options() {
    let all = steps(
        "
    - name: n
      task: t
      in: {a: 1}
      out: r
      loop: {items: [1], mode: parallel, parallelism: 2}
      withItems: ${x}
      retry: {times: 2, delay: \"${d}\", in: {a: 2}}
      error: [return]
      ignoreErrors: true
      meta: {m: 1}
    - call: f
      out: [a, b]
    - ${x.y()}
    - exit
    - switch: ${x}
      a: [exit]
      default: [return]
",
    );
    assert_eq!(all.len(), 5);
    assert_eq!(all[0].name.as_ref().map(|name| &*name.value), Some("n"));
    assert!(all[0].meta.is_some());
    let StepKind::Task { task, ignore_errors: true, options } = &all[0].kind else { panic!("{:?}", all[0]) };
    assert_eq!(&*task.value, "t");
    assert!(matches!(&options.out, Some(Out::Name(name)) if &*name.value == "r"));
    assert!(matches!(&options.loop_, Some(Loop { mode: LoopMode::Parallel, parallelism: Some(_), .. })));
    assert!(matches!(&options.with_items, Some((WithItemsKey::WithItems, _))));
    assert!(options.retry.as_ref().is_some_and(|retry| retry.input.is_some()));
    assert_eq!(options.error.as_ref().map(Vec::len), Some(1));
    assert!(matches!(&all[1].kind, StepKind::Call { options, .. } if matches!(options.out, Some(Out::Names(_)))));
    assert!(matches!(&all[2].kind, StepKind::Expr { short: true, .. }));
    assert!(matches!(&all[3].kind, StepKind::Exit));
    assert!(matches!(&all[4].kind, StepKind::Switch { cases, default: Some(_), .. } if cases.len() == 1));
}

#[test]
fn a_steps_place_is_its_own_key() {
    let text = "flows:\n  default:\n    - name: n\n      task: t\n    - ${x}\n";
    let (source, parsed) = parsed(text);
    let steps = &parsed.definition.flows["default"].steps;
    let places: Vec<_> = steps.iter().map(|step| source.line_col(step.span.start)).map(|p| (p.line, p.col)).collect();
    assert_eq!(places, [(4, 7), (5, 7)]);
}

#[test]
fn a_null_file_is_told_from_an_empty_one() {
    assert!(parsed("---\n~\n").1.is_null);
    assert!(!parsed("flows: {}").1.is_null);
    assert_eq!(parsed("").1.diagnostics.len(), 1);
}
