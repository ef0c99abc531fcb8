//! When an outcome agrees with the recorded one.

use std::path::PathBuf;
use std::sync::LazyLock;

use fancy_regex::Regex;
use serde_json::Value;

#[expect(clippy::expect_used, reason = "the patterns are constants of this file")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a valid pattern")
}

static UUID: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"));
/// Text that only a JVM would print; it is not compared.
static JVM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"\b(?:java|javax|sun|com|org|io|jdk)\.[a-z]\w*\.[\w.$]+|Encountered "|ELResolver|Ljava|@[0-9a-f]{6,8}\b"#)
});
/// Lines that the reference's command prints outside its log.
static CHATTER: LazyLock<Regex> = LazyLock::new(|| pattern(r"^Checkpoint '.*' ignored$"));

/// What a call of the command showed.
pub(super) struct Seen {
    pub(super) exit: i32,
    pub(super) stdout: String,
    pub(super) stderr: String,
    /// Paths of this run and the words that stand for them.
    pub(super) places: [(String, &'static str); 3],
    pub(super) raw: bool,
    pub(super) with_secrets: bool,
    pub(super) target: PathBuf,
}

impl Seen {
    fn normal(&self, text: &str) -> String {
        let text = self.places.iter().fold(text.to_string(), |t, (path, word)| t.replace(path, word));
        UUID.replace_all(&text, "<uuid>").into_owned()
    }

    fn events(&self) -> impl Iterator<Item = Value> {
        self.stdout
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|e| e["type"].is_string())
    }

    pub(super) fn of_type(&self, kind: &str) -> Vec<Value> {
        self.events().filter(|e| e["type"] == kind).collect()
    }
}

/// `Ok` when the call agrees with `want`, else why not. `strict`: the log and the errors are compared too.
pub(super) fn compare(want: &Value, seen: &Seen, effective_yaml: bool, strict: bool) -> Result<(), String> {
    let (wanted, got) = (outcome(want["exit"].as_i64().unwrap_or(-1)), outcome(i64::from(seen.exit)));
    if wanted != got {
        let stderr: String = seen.stderr.trim().chars().take(200).collect();
        return Err(format!("ended {got} ({}), expected {wanted}; stderr: {stderr}", seen.exit));
    }
    if !strict {
        return Ok(());
    }
    if effective_yaml {
        return compare_yaml(want, seen);
    }
    let errors: Vec<Place> = seen.of_type("error").iter().map(|e| Place::of(e, seen)).collect();
    if let Some(load) = want.get("load") {
        let wanted = Place::recorded(load);
        let got = errors.first().cloned().unwrap_or_default();
        return if wanted.line.is_none() || wanted == got {
            Ok(())
        } else {
            Err(format!("load error at {got}, expected {wanted} ({})", load["text"]))
        };
    }
    if !seen.raw {
        compare_log(want, seen)?;
    }
    for (i, wanted) in list(&want["errors"]).iter().enumerate() {
        let got = errors.get(i).cloned().unwrap_or_default();
        if Place::recorded(wanted) != got {
            let wanted_at = Place::recorded(wanted);
            return Err(format!("error {i} at {got}, expected {wanted_at} ({})", wanted["message"]));
        }
    }
    for (name, text) in want["files"].as_object().into_iter().flatten() {
        let got = std::fs::read_to_string(seen.target.join(name)).ok().map(|t| seen.normal(&t));
        if got.as_deref() != text.as_str() {
            return Err(format!("file {name}: got {got:?}, expected {text}"));
        }
    }
    Ok(())
}

fn compare_log(want: &Value, seen: &Seen) -> Result<(), String> {
    let is_stack = |entry: &String| entry.starts_with("Call stack:");
    // The reference's own start-up errors are no log of the flow.
    let wanted: Vec<String> = list(&want["log"])
        .iter()
        .filter_map(Value::as_str)
        .filter(|l| !l.starts_with("Error while "))
        .map(without_chatter)
        .collect();
    let got: Vec<String> =
        seen.of_type("log").iter().map(|e| seen.normal(e["message"].as_str().unwrap_or_default())).collect();
    let mut stacks: Vec<Vec<String>> = seen
        .of_type("error")
        .iter()
        .filter_map(|e| e["stack"].as_array())
        .map(|s| s.iter().map(frame).collect())
        .collect();
    stacks.extend(got.iter().filter(|e| is_stack(e)).map(|e| stack_lines(e)));
    for stack in wanted.iter().filter(|e| is_stack(e)).map(|e| stack_lines(e)) {
        if !stacks.contains(&stack) {
            return Err(format!("call stack missing: {stack:?}, got {:?}", stacks.iter().take(3).collect::<Vec<_>>()));
        }
    }
    let wanted: Vec<&String> = wanted.iter().filter(|e| !is_stack(e)).collect();
    let got: Vec<&String> = got.iter().filter(|e| !is_stack(e)).collect();
    if wanted.len() != got.len() {
        return Err(format!("{} log entries, expected {}: got {got:?}, expected {wanted:?}", got.len(), wanted.len()));
    }
    for (i, (wanted, got)) in wanted.iter().zip(&got).enumerate() {
        let free = JVM.is_match(wanted).unwrap_or(false);
        if wanted != got && !free && !(seen.with_secrets && masked(wanted, got)) {
            return Err(format!("log[{i}]: got {got:?}, expected {wanted:?}"));
        }
    }
    Ok(())
}

/// Lint finds at least what the reference finds, at the same places, and calls the same projects valid.
pub(super) fn compare_lint(want: &Value, seen: &Seen) -> Result<(), String> {
    if (want["exit"].as_i64() == Some(0)) != (seen.exit == 0) {
        let text: String = seen.stdout.chars().chain(seen.stderr.chars()).take(160).collect();
        return Err(format!("lint exit {}, expected {}: {text}", seen.exit, want["exit"]));
    }
    let got: Vec<Place> =
        seen.events().filter(|e| e["type"] == "finding" || e["type"] == "error").map(|e| Place::recorded(&e)).collect();
    let mut wanted: Vec<Place> = list(&want["findings"]).iter().map(Place::recorded).collect();
    wanted.push(Place::recorded(&want["load"]));
    match wanted.iter().filter(|w| w.line.is_some()).find(|w| !got.contains(w)) {
        Some(missing) => Err(format!("no finding at {missing}, got {:?}", got.iter().take(4).collect::<Vec<_>>())),
        None => Ok(()),
    }
}

fn compare_yaml(want: &Value, seen: &Seen) -> Result<(), String> {
    let wanted: Vec<&str> = list(&want["stdout"]).iter().filter_map(Value::as_str).collect();
    let data = |text: &str| {
        let text = pattern(r"(parallelLoopParallelism:) .*").replace_all(text, "$1 0").into_owned();
        serde_yaml::from_str::<serde_yaml::Value>(&text).map(unordered).map_err(|e| format!("no YAML: {e}"))
    };
    let (wanted, got) = (data(&wanted.join("\n"))?, data(&seen.normal(&seen.stdout))?);
    if wanted == got { Ok(()) } else { Err("effective YAML differs".into()) }
}

/// Lists of plain strings sorted: the reference prints its sets in no fixed order.
fn unordered(value: serde_yaml::Value) -> serde_yaml::Value {
    use serde_yaml::Value as Yaml;
    match value {
        Yaml::Sequence(mut items) if items.iter().all(Yaml::is_string) => {
            items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            Yaml::Sequence(items)
        }
        Yaml::Sequence(items) => Yaml::Sequence(items.into_iter().map(unordered).collect()),
        Yaml::Mapping(map) => Yaml::Mapping(map.into_iter().map(|(k, v)| (k, unordered(v))).collect()),
        other => other,
    }
}

/// The reference logs secrets in clear; a masked entry is right where it agrees around the masks.
fn masked(wanted: &str, got: &str) -> bool {
    let parts: Vec<String> = got.split("******").map(|part| fancy_regex::escape(part).into_owned()).collect();
    parts.len() > 1 && pattern(&format!("(?s)^{}$", parts.join(".+"))).is_match(wanted).unwrap_or(false)
}

fn outcome(code: i64) -> &'static str {
    match code {
        0 => "finished",
        20 => "suspended",
        _ => "failed",
    }
}

fn frame(frame: &Value) -> String {
    let text = |key: &str| frame[key].as_str().map_or_else(|| frame[key].to_string(), str::to_string);
    let [file, line, col, thread, flow] = ["file", "line", "col", "thread", "flow"].map(text);
    format!("({file}) @ line: {line}, col: {col}, thread: {thread}, flow: {flow}")
}

fn stack_lines(entry: &str) -> Vec<String> {
    entry.split('\n').skip(1).map(str::trim).filter(|l| !l.is_empty()).map(str::to_string).collect()
}

fn without_chatter(entry: &str) -> String {
    let entry = entry.split("\nProcess suspended.").next().unwrap_or_default();
    let kept: Vec<&str> = entry.split('\n').filter(|line| !CHATTER.is_match(line).unwrap_or(false)).collect();
    kept.join("\n")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A place of an error; equal when file, line and column are.
#[derive(Clone, Debug, Default, PartialEq)]
struct Place {
    file: Option<String>,
    line: Option<i64>,
    col: Option<i64>,
}

impl Place {
    fn recorded(event: &Value) -> Place {
        let file = event["file"].as_str().map(str::to_string);
        Place { file, line: event["line"].as_i64(), col: event["col"].as_i64() }
    }

    fn of(event: &Value, seen: &Seen) -> Place {
        let place = Place::recorded(event);
        Place { file: place.file.map(|f| seen.normal(&f)), ..place }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{:?}:{:?}", self.file.as_deref().unwrap_or("-"), self.line, self.col)
    }
}
