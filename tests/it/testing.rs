//! `accord test` and the files that it writes for other programs: JUnit XML and LCOV, read back here.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use accord_tests::{binary, folder};
use serde_json::Value;

/// A project in a folder with a home of its own.
struct Place(tempfile::TempDir);

impl Place {
    /// The project of the examples in `tests/cases/cli/testing.md`, as `shop`.
    fn shop() -> Place {
        let place = Place(tempfile::tempdir().expect("a folder"));
        folder::copy(&binary::root().join("tests/cases/cli/testing.in"), place.0.path()).expect("a copy");
        place
    }

    fn of(flows: &str) -> Place {
        let place = Place(tempfile::tempdir().expect("a folder"));
        fs::create_dir(place.path("shop")).expect("a folder");
        fs::write(place.path("shop/concord.yml"), flows).expect("a file");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn accord(&self, args: &[&str]) -> Output {
        let mut command = binary::command(&self.path("home"));
        command.args(args).current_dir(self.0.path()).output().expect("it runs")
    }

    /// Makes the secret `Default/token`.
    fn keep(&self, value: &str) {
        fs::write(self.path("value"), value).expect("a file");
        let output = self.accord(&["secret", "create", "token", "--file", "value"]);
        assert!(output.status.success(), "{output:?}");
        fs::remove_file(self.path("value")).expect("a file");
    }
}

fn shown(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The events that were printed.
fn events(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect()
}

/// Everything below a folder, with the text of its files.
fn files(dir: &Path) -> BTreeMap<PathBuf, String> {
    let (mut found, mut open) = (BTreeMap::new(), vec![dir.to_path_buf()]);
    while let Some(dir) = open.pop() {
        for path in fs::read_dir(dir).expect("a folder").flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                open.push(path);
            } else {
                let text = String::from_utf8_lossy(&fs::read(&path).expect("a file")).into_owned();
                found.insert(path, text);
            }
        }
    }
    found
}

#[test]
fn junit_tells_what_became_of_each_test() {
    let place = Place::shop();
    let args = ["test", "shop", "--timeout", "3s", "--junit", "out/report.xml", "--format", "json", "--jobs", "4"];
    let output = place.accord(&args);
    assert_eq!(output.status.code(), Some(1), "{}", shown(&output));
    let text = place.text("out/report.xml");
    let document = roxmltree::Document::parse(&text).expect("XML");
    let (root, suite) = (document.root_element(), document.root_element().first_element_child().expect("a suite"));
    assert_eq!((root.tag_name().name(), suite.tag_name().name()), ("testsuites", "testsuite"));
    for element in [root, suite] {
        let counts = ["name", "tests", "failures", "errors", "skipped"].map(|name| element.attribute(name));
        assert_eq!(counts, [Some("shop"), Some("11"), Some("2"), Some("6"), Some("0")]);
    }
    let mut found = Vec::new();
    for case in suite.children().filter(roxmltree::Node::is_element) {
        assert_eq!(case.tag_name().name(), "testcase");
        assert_eq!(
            (case.attribute("classname"), case.attribute("file")),
            (Some("shop.concord"), Some("shop/concord.yml"))
        );
        assert!(case.attribute("time").is_some_and(|time| time.parse::<f64>().is_ok()), "{case:?}");
        let ends: Vec<&str> =
            case.children().filter(roxmltree::Node::is_element).map(|n| n.tag_name().name()).collect();
        found.push(format!("{} {}", case.attribute("name").expect("a name"), ends.join(" ")));
    }
    let expected = [
        "passTest system-out",
        "failTest failure system-out",
        "verifyTest failure system-out",
        "brokenTest error system-out",
        "slowTest error system-out",
        "limitTest error system-out",
        "eventTest error",
        "formTest error",
        "placeTest ",
        "secretTest error system-out",
        "onlyHereTest system-out",
    ];
    assert_eq!(found, expected);
    let failure = document.descendants().find(|node| node.has_tag_name("failure")).expect("a failure");
    assert_eq!(failure.attribute("message"), Some("price of <two> cups: expected: 7, actual: 6"));
    assert!(failure.text().expect("a picture").contains("--> shop/concord.yml:33:16"), "{failure:?}");

    // The same in JSON.
    let events = events(&output);
    let names: Vec<&str> = events.iter().filter_map(|event| event["name"].as_str()).collect();
    let expected: Vec<&str> = expected.iter().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(names, expected);
    let summary = events.last().expect("a summary");
    let counts = ["tests", "passed", "failed", "error", "timed-out", "suspended"].map(|name| summary[name].as_u64());
    assert_eq!(counts, [11, 3, 2, 2, 2, 2].map(Some));
}

#[test]
fn junit_is_xml_whatever_is_logged() {
    let place = Place::of(
        "flows:\n  aTest:\n    - log: \"]]> <b> & \\\" \\x1b[1m \\0 \\ufffe \\U0001F375\"\n    - throw: \"<x attribute='\\x07'>\"\n",
    );
    let output = place.accord(&["test", "shop", "--junit", "report.xml"]);
    assert_eq!(output.status.code(), Some(1), "{}", shown(&output));
    let text = place.text("report.xml");
    let document = roxmltree::Document::parse(&text).expect("XML");
    let of = |tag: &str| document.descendants().find(|node| node.has_tag_name(tag)).expect("an element");
    let log = of("system-out").text().expect("a log");
    assert!(log.contains("]]> <b> & \" \u{fffd}[1m \u{fffd} \u{fffd} \u{1F375}"), "{log}");
    assert_eq!(of("failure").attribute("message"), Some("<x attribute='\u{fffd}'>"));
}

const BRANCHES: &str = "flows:
  main:
    - task: log
      in: {msg: \"${item}\"}
      loop: {items: [1, 2, 3]}
    - if: ${way == 'a'}
      then: [{log: one}, {log: two}]
      else:
        - log: b
    - switch: ${way}
      a:
        - log: a
      b:
        - log: b
  'never, used':
    - log: unused
  aTest:
    - call: main
      in: {way: a}
  cTest:
    - call: main
      in: {way: a}
";

/// The records of a tracefile: those of its one file.
fn records(text: &str) -> Vec<(&str, &str)> {
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.last(), Some(&"end_of_record"), "{text}");
    let records = lines.iter().filter(|line| **line != "end_of_record");
    records.map(|line| line.split_once(':').unwrap_or_else(|| panic!("no record: {line}"))).collect()
}

#[test]
fn lcov_counts_lines_flows_and_branches() {
    let place = Place::of(BRANCHES);
    let output = place.accord(&["test", "shop", "--lcov", "out/lcov.info", "--coverage", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let text = place.text("out/lcov.info");
    let records = records(&text);
    let all = |tag: &str| -> Vec<&str> { records.iter().filter(|(found, _)| *found == tag).map(|(_, v)| *v).collect() };
    assert_eq!(all("SF"), ["shop/concord.yml"]);
    assert_eq!(all("DA"), ["3,6", "6,2", "7,2", "9,0", "10,2", "12,2", "14,0", "16,0"]);
    assert_eq!((all("LF"), all("LH")), (vec!["8"], vec!["5"]));
    assert_eq!(all("FN"), ["2,main", "15,never, used"]);
    assert_eq!((all("FNDA"), all("FNH")), (vec!["6,main", "0,never, used"], vec!["1"]));
    assert_eq!(all("BRDA"), ["6,0,0,2", "6,0,1,0", "10,1,0,2", "10,1,1,0", "10,1,2,0"]);
    assert_eq!((all("BRF"), all("BRH")), (vec!["5"], vec!["2"]));
    // One line has two steps.
    let events = events(&output);
    let coverage = &events.last().expect("a summary")["coverage"];
    assert_eq!((coverage["steps"].as_u64(), coverage["hit"].as_u64()), (Some(9), Some(6)));
    assert_eq!(coverage["files"][0]["flows"][0]["missed"], serde_json::json!([[9, 9], [14, 14]]));
}

#[test]
fn a_secret_is_masked_in_all_that_is_written() {
    const SECRET: &str = "hunter2secret";
    // Names of flows are no secrets, but a secret may be one.
    let flows = format!(
        "flows:
  {SECRET}:
    - log: \"found\"
  leakTest:
    - expr: ${{crypto.exportAsString('Default', 'token', null)}}
      out: token
      meta: {{dryRunReady: true}}
    - call: ${{token}}
    - log: \"the token: ${{token}}\"
    - log: \"upper: ${{token.toUpperCase()}}\"
    - ${{asserts.assertEquals('expected', token)}}
  {SECRET}Test:
    - throw: \"{SECRET} is known to another test\"
"
    );
    let place = Place::of(&flows);
    place.keep(SECRET);
    let text = ["test", "shop", "--junit", "report.xml", "--lcov", "lcov.info", "--coverage", "-v", "--filter", "leak"];
    let printed = shown(&place.accord(&text));
    let json = ["test", "shop", "--format", "json", "-v", "--coverage", "--filter", "leak"];
    let events = shown(&place.accord(&json));
    place.accord(&["test", "shop", "--junit", "all.xml", "--lcov", "all.info"]);
    let written = ["report.xml", "lcov.info", "all.xml", "all.info"].map(|name| place.text(name));
    for (what, text) in [("text", &printed), ("JSON", &events)].into_iter().chain(written.iter().map(|w| ("file", w))) {
        assert!(text.contains("******"), "{what}: {text}");
        assert!(!text.to_lowercase().contains(SECRET), "{what}: {text}");
    }
    assert!(printed.contains("the token: ******") && printed.contains("upper: ******"), "{printed}");
    assert!(written[0].contains("actual: ******"), "{}", written[0]);
}

#[test]
fn tests_touch_nothing_but_their_directories() {
    let place = Place::of(
        "flows:
  writeTest:
    - set: {path: \"${resource.writeAsString('written')}\"}
    - log: ${resource.asString(path)}
    - ${asserts.hasFile('concord.yml')}
  readTest:
    - ${asserts.assertTrue(not resource.asString('concord.yml').isEmpty())}
  onFailure:
    - log: never
",
    );
    fs::create_dir(place.path("shop/target")).expect("a folder");
    fs::write(place.path("shop/target/kept"), "of another process").expect("a file");
    let before = files(&place.path("shop"));
    let output = place.accord(&["test", "shop"]);
    assert!(output.status.success(), "{}", shown(&output));
    assert_eq!(files(&place.path("shop")), before);
    assert!(files(&place.path("home")).is_empty(), "{:?}", files(&place.path("home")));
}
