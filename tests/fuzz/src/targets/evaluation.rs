//! Evaluation over a scripted world, and what becomes of the result.

use std::sync::LazyLock;

use accord_expr::{Data, Entries, eval, eval_siblings};
use accord_syntax::expr::Template;
use accord_value::{Redactor, SnapshotReader, SnapshotWriter, Value, YamlLayout, json, yaml};
use fastrand::Rng;

use super::text;
use crate::mutate::Material;
use crate::world::{SECRET, World, shows_secret};
use crate::{generate, seeds};

const WORDS: &[&str] = &[
    ".stream()",
    ".map(x -> ",
    ".filter(x -> ",
    ".flatMap(x -> ",
    ".reduce((a, b) -> ",
    ".sorted()",
    ".distinct()",
    ".limit(",
    ".skip(",
    ".substream(",
    ".toList()",
    ".toArray()",
    ".iterator()",
    ".count()",
    ".sum()",
    ".average()",
    ".min()",
    ".max()",
    ".findFirst()",
    ".anyMatch(x -> ",
    ".forEach(x -> ",
    ".peek(x -> ",
    ".get(",
    ".get()",
    ".put(",
    ".add(",
    ".addAll(",
    ".remove(",
    ".size()",
    ".keySet()",
    ".entrySet()",
    ".values()",
    ".subList(",
    ".contains(",
    ".indexOf(",
    ".toUpperCase()",
    ".toLowerCase()",
    ".substring(",
    ".replace(",
    ".replaceAll(",
    ".split(",
    ".matches(",
    ".repeat(",
    ".concat(",
    ".trim()",
    ".strip()",
    ".lines()",
    ".chars()",
    ".charAt(",
    ".toCharArray()",
    ".getBytes()",
    ".format(",
    ".formatted(",
    ".length()",
    ".class",
    ".getClass()",
    ".name",
    ".toString()",
    ".hashCode()",
    ".equals(",
    ".compareTo(",
    "String.format(",
    "String.valueOf(",
    "String.join(",
    "Integer.parseInt(",
    "Integer.valueOf(",
    "Integer.toString(",
    "Long.parseLong(",
    "Double.parseDouble(",
    "Math.pow(",
    "Math.abs(",
    "Math.floor(",
    "Math.round(",
    "Math.max(",
    "Boolean.parseBoolean(",
    "Character.isDigit(",
    "System.getenv(",
    "System.getProperty(",
    "hasVariable(",
    "hasNonNullVariable(",
    "orDefault(",
    "allVariables()",
    "currentFlowName()",
    "evalAsMap(",
    "isDebug()",
    "isDryRun()",
    "uuid()",
    "throw(",
    "sensitive(",
    "hasFlow(",
    "secret",
    "parts",
    "itself",
    "(x -> x)(",
    ".payload",
    ".message",
    ".cause",
    ".setLength(",
    ".append(",
    ".insert(",
    ".reverse()",
    ".delete(",
    "Collections",
    ".intValue()",
    ".doubleValue()",
];

static MATERIAL: LazyLock<Material> = LazyLock::new(|| {
    let words: Vec<&str> = WORDS.iter().chain(super::expression::WORDS).copied().collect();
    Material::new(seeds::expressions(), &words)
});

/// Expressions: examples, changed, or ones that make sense.
pub fn make(rng: &mut Rng) -> Vec<u8> {
    if rng.u8(..3) == 0 {
        let made = generate::expression(rng);
        return if rng.u8(..4) == 0 { format!("- ${{{made}}} -") } else { format!("${{{made}}}") }.into_bytes();
    }
    let mut input = MATERIAL.make(rng);
    // What is done with secrets is what matters most.
    if rng.bool() {
        for _ in 0..=rng.usize(..2) {
            let word: &[u8] = if rng.u8(..8) == 0 { b"parts" } else { b"secret" };
            MATERIAL.exchange(rng, &mut input, word);
        }
    }
    // Mostly whole: a text that does not parse is soon done with.
    match rng.u8(..4) {
        0 => input,
        _ => [b"${".as_slice(), trimmed(&input), b"}"].concat(),
    }
}

fn trimmed(input: &[u8]) -> &[u8] {
    let input = input.strip_prefix(b"${").unwrap_or(input);
    input.strip_suffix(b"}").unwrap_or(input)
}

/// Evaluates a text, then writes the result in all forms.
///
/// # Panics
/// Where the secret is shown, or a value is another one after it was stored.
pub fn evaluation(input: &[u8]) {
    let text = text(input);
    if text.contains(SECRET) || shows_secret(&text) {
        return;
    }
    let world = World::new();
    let template = Template::parse(&*text);
    match eval(&template, &world) {
        Ok(value) => use_value(&value),
        Err(error) => assert!(!shows_secret(&error.to_string()), "{error}"),
    }
    // `l` and `m` are lazy here: their parts are evaluated when they are asked for.
    let lazy = Data::List([Data::text("${secret}"), Data::text(&*text), Data::text("c")].into());
    let map: Entries = [("a".into(), Data::text(&*text)), ("b".into(), Data::text("${l[0]}"))].into();
    let entries = [
        ("a".into(), Data::text(&*text)),
        ("b.c".into(), Data::text("${a}")),
        ("a.d".into(), Data::text("1")),
        ("l".into(), lazy),
        ("m".into(), Data::Map(map)),
    ];
    match eval_siblings(&entries, &world) {
        Ok(values) => values.iter().for_each(|(_, value)| use_value(value)),
        Err(error) => assert!(!shows_secret(&error.to_string()), "{error}"),
    }
}

fn use_value(value: &Value) {
    let shown = value.to_text();
    let redactor = Redactor::new();
    let line = redactor.mask_text(&shown);
    assert!(!shows_secret(line.as_str()), "{line}");
    let _ = value.hash_code();
    let _ = value.is_sensitive();
    let _ = *value == value.clone();
    for written in [json::to_text(value), json::to_pretty_text(value), yaml::to_text(value, YamlLayout::default())] {
        match written {
            Ok(text) => assert!(!shows_secret(redactor.mask_text(&text).as_str()), "{text:?}"),
            Err(error) => assert!(!shows_secret(&error.to_string()), "{error}"),
        }
    }
    let mut writer = SnapshotWriter::new();
    let Ok(stored) = writer.store("value", value) else { return };
    let reader = SnapshotReader::new(writer.finish(), &|_, _| None);
    let Ok(again) = reader.and_then(|reader| reader.value(&stored)) else { return };
    // The text of an array is its identity, which is another one.
    if !shown.as_str().contains('@') {
        assert_eq!(again.to_text().masked(), shown.masked());
    }
}
