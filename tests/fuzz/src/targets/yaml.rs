//! Bytes → definition → merged project → effective YAML → findings → program.

use std::sync::{Arc, LazyLock};

use accord_sdk::Registry;
use accord_syntax::project::{effective_yaml, resource_patterns};
use accord_syntax::render::{self, Picture};
use accord_syntax::{Project, Source, Sources, parse, read_data};
use fastrand::Rng;

use crate::mutate::Material;
use crate::seeds;

pub(crate) const WORDS: &[&str] = &[
    "flows:",
    "configuration:",
    "forms:",
    "triggers:",
    "imports:",
    "profiles:",
    "publicFlows:",
    "resources:",
    "default:",
    "- task: log",
    "- call: default",
    "- log: ",
    "- set:",
    "- if: ",
    "then:",
    "else:",
    "- switch: ",
    "- block:",
    "- try:",
    "- parallel:",
    "- script: js",
    "- throw: ",
    "- return",
    "- exit",
    "- checkpoint: ",
    "- suspend: ",
    "- form: ",
    "- expr: ",
    "- ${",
    "in:",
    "out:",
    "loop:",
    "withItems:",
    "retry:",
    "error:",
    "meta:",
    "name:",
    "items:",
    "mode: parallel",
    "parallelism: ",
    "times: ",
    "delay: ",
    "arguments:",
    "dependencies:",
    "entryPoint:",
    "processTimeout: PT1H",
    "body:",
    "fields:",
    "type: string?",
    "type: [\"a\"]",
    "- github:",
    "- cron:",
    "- git:",
    "- dir:",
    "- mvn:",
    "version: ",
    "conditions:",
    "- ",
    "? ",
    ": ",
    ", ",
    "{",
    "}",
    "[",
    "]",
    "|",
    ">",
    "|2-",
    ">+",
    "&a",
    "*a",
    "!!int",
    "!a",
    "%YAML 1.1\n",
    "---",
    "...",
    "<<: *a",
    "#",
    "~",
    "null",
    "yes",
    "0x1f",
    "0b1",
    "1:30",
    ".inf",
    ".nan",
    "1_000",
    "2001-12-14",
    "@",
    "`",
    "${",
    "}",
    "#{",
    "\n",
    "\n  ",
    "\n    ",
    "\n      ",
    "'",
    "\"",
    "\\x41",
    "\\u0041",
    "\\U0010ffff",
    "\\ud800",
];

static MATERIAL: LazyLock<Material> = LazyLock::new(|| Material::new(seeds::flows(), WORDS));

/// Flows, changed.
pub fn make(rng: &mut Rng) -> Vec<u8> {
    MATERIAL.make(rng)
}

/// Reads a file and does all that can be done with it but run it.
///
/// # Panics
/// Where a place is not in the text, a message is empty, or what is printed as effective YAML is not read again.
pub fn yaml(input: &[u8]) {
    let mut sources = Sources::new();
    let source = sources.push(Source::from_bytes(sources.next_id(), "concord.yml", input));
    let parsed = parse(&source);
    let length = source.text().len();
    for diagnostic in parsed.diagnostics.iter().take(20) {
        for span in diagnostic.span.into_iter().chain(diagnostic.focus) {
            assert!(span.start as usize <= length && span.end as usize <= length, "{span:?}");
        }
        assert!(!render::concord(diagnostic, &sources).is_empty());
        assert!(!render::picture(diagnostic, &sources, &Picture::default()).is_empty());
        assert!(render::json(diagnostic, &sources).is_object());
    }
    let is_sound = parsed.diagnostics.is_empty();
    let _ = resource_patterns(parsed.definition.resources.as_ref());
    let mut project = Project::merge(sources, vec![(source.id(), parsed.definition)], Some(source.id()));
    let profiles: Vec<Arc<str>> = project.profiles().cloned().collect();
    project.activate(profiles.iter().map(|name| &**name));
    let _ = accord_lint::lint(&project, &Registry::new());
    let effective = effective_yaml(&project, None, 2);
    if is_sound && let Err(problems) = read_data(&Source::new(source.id(), "concord.yml", effective.as_str())) {
        panic!("{problems:?}\n{effective}");
    }
    let _ = accord_vm::compile(&Arc::new(project));
}
