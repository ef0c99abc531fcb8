//! Whole flows: read, compiled and run, with tasks and services in memory.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use accord_sdk::testing::TestServices;
use accord_sdk::{Registry, Services};
use accord_syntax::{Project, Source, Sources, parse};
use accord_value::{Text, Value};
use accord_vm::{Host, Limits, Outcome, Program, Start, State, VmEvent};
use fastrand::Rng;

use crate::mutate::Material;
use crate::seeds;
use crate::world::{SECRET, shows_secret};

/// Words of expressions that make loops, errors and secrets.
const WORDS: &[&str] = &[
    "${secret}",
    "${lastError}",
    "${lastError.message}",
    "${item}",
    "${itemIndex}",
    "${items}",
    "${allVariables()}",
    "${[1,2,3]}",
    "${result}",
    "${currentFlowName()}",
    "${resource.asString('a')}",
    "${misc.throwBpmnError('x')}",
    "${x.add(x)}",
    "${hasVariable('a.b')}",
    "- exit",
    "- throw: \"${secret}\"",
    "- log: \"${secret.substring(1)} ${secret.toUpperCase()}\"",
    "- suspend: ev",
    "- form: ${secret}\n  fields: [a: {type: string}]",
    "- checkpoint: ${secret}",
    "- checkpoint: c",
    "- logYaml: ${allVariables()}",
];

static MATERIAL: LazyLock<Material> = LazyLock::new(|| {
    let words: Vec<&str> = WORDS.iter().chain(super::yaml::WORDS).copied().collect();
    let mut seeds = seeds::flows();
    // Names that everybody sees are where a secret should not come.
    seeds.extend(NAMES.map(|flow| flow.as_bytes().to_vec()));
    Material::new(seeds, &words)
});

/// Flows with expressions in the place of names.
const NAMES: [&str; 2] = [
    "flows:\n  default:\n    - form: ${'ask'}\n      fields:\n        - name: {type: string, label: ${'label'}}\n    \
     - checkpoint: ${'point'}\n    - suspend: ${'event'}\n",
    "flows:\n  default:\n    - call: ${'other'}\n      name: ${'segment'}\n      out: x\n    - task: ${'log'}\n      \
     in: {msg: 'x', level: ${'INFO'}}\n    - throw: ${'error'}\n  other:\n    - return\n",
];

/// Flows, changed.
pub fn make(rng: &mut Rng) -> Vec<u8> {
    let mut input = MATERIAL.make(rng);
    // What is done with secrets is what matters most.
    if rng.bool() {
        for _ in 0..=rng.usize(..3) {
            let word: &[u8] = if rng.bool() { b"${secret}" } else { b"secret" };
            MATERIAL.exchange(rng, &mut input, word);
        }
    }
    input
}

/// Tasks that reach nothing outside.
const TASKS: &[&str] = &[
    "asserts",
    "base64",
    "collections",
    "crypto",
    "datetime",
    "env",
    "files",
    "json",
    "jsonStore",
    "kv",
    "locale",
    "lock",
    "log",
    "logYaml",
    "misc",
    "mock",
    "resource",
    "sleep",
    "throw",
    "unlock",
    "vars",
    "verify",
];

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    let (mut all, mut some) = (Registry::new(), Registry::new());
    accord_tasks::register(&mut all);
    for name in TASKS {
        if let Some(task) = all.get(name) {
            some.register_arc(*name, Arc::clone(task));
        }
    }
    some
});

/// How many events a process may tell before it is cancelled.
const EVENTS: u32 = 2000;

/// How long it may run.
const LONGEST: Duration = Duration::from_millis(300);

/// A host that shows nothing and looks for the secret.
pub(crate) struct QuietHost {
    services: TestServices,
    events: AtomicU32,
}

impl QuietHost {
    pub(crate) fn new() -> Self {
        Self { services: TestServices::default(), events: AtomicU32::new(0) }
    }
}

impl Host for QuietHost {
    fn registry(&self) -> &Registry {
        &REGISTRY
    }

    fn services(&self) -> &dyn Services {
        &self.services
    }

    fn emit(&self, event: VmEvent) {
        if self.events.fetch_add(1, Ordering::Relaxed) == EVENTS {
            self.services.cancel();
        }
        let shown = match &event {
            VmEvent::Log { text, segment: None, .. } => text.masked().into_owned(),
            VmEvent::Log { text, segment: Some(segment), .. } => format!("{} {}", text.masked(), segment.masked()),
            VmEvent::Error { error, .. } => error.to_string(),
            VmEvent::Checkpoint { name, .. } => name.masked().into_owned(),
            VmEvent::Suspended { event, form, .. } => format!("{event} {form:?}"),
            _ => return,
        };
        assert!(!shows_secret(&shown), "{shown}");
    }
}

/// Reads a flow and runs it, as long as it is no longer than most; then goes on with what it waits for.
///
/// # Panics
/// Where the secret is shown.
pub fn flow(input: &[u8]) {
    let text = super::text(input);
    if text.contains(SECRET) || shows_secret(&text) {
        return;
    }
    let Some(project) = project(&text) else { return };
    let host = QuietHost::new();
    let program = accord_vm::compile(&project);
    run(&program, &host);
}

/// The project of one file; none where it has mistakes.
pub(crate) fn project(text: &str) -> Option<Arc<Project>> {
    let mut sources = Sources::new();
    let source = sources.push(Source::new(sources.next_id(), "concord.yml", text));
    let parsed = parse(&source);
    if !parsed.diagnostics.is_empty() {
        return None;
    }
    Some(Arc::new(Project::merge(sources, vec![(source.id(), parsed.definition)], Some(source.id()))))
}

fn run(program: &Program, host: &QuietHost) {
    let configuration = program.project().definition.configuration.as_ref();
    let start = Start {
        entry_point: None,
        arguments: configuration.and_then(|configuration| configuration.arguments.clone()),
        variables: vec![("secret".into(), Value::Text(Text::sensitive(SECRET)))],
    };
    guarded(host, || {
        let limits = Limits { workers: 4, ..Limits::default() };
        let Ok(mut state) = State::start(program, start, host, &limits) else { return };
        for _ in 0..8 {
            go_on(&mut state, program, host, &limits);
        }
    });
}

/// Runs a state, stores it where it can be, and brings it the first event that it waits for.
pub(crate) fn go_on(state: &mut State, program: &Program, host: &QuietHost, limits: &Limits) {
    let outcome = state.run(program, host, limits);
    let _ = Value::Map(state.out(program)).to_text();
    if !matches!(outcome, Outcome::Suspended) {
        return;
    }
    if let Ok(stored) = state.to_stored(program)
        && let Ok(again) = State::from_stored(program, stored, &|class, data| accord_tasks::restore(class, &data))
    {
        *state = again;
    }
    let event = state.events(program).next().map(|event| event.name.to_string());
    if let Some(event) = event {
        state.resume(&event, &accord_value::Map::from_pairs([("answer", 1)]));
    }
}

/// Cancels what runs too long.
pub(crate) fn guarded(host: &QuietHost, run: impl FnOnce()) {
    std::thread::scope(|scope| {
        let (done, ended) = channel::<()>();
        scope.spawn(move || {
            if ended.recv_timeout(LONGEST).is_err() {
                host.services.cancel();
            }
        });
        run();
        drop(done);
    });
}
