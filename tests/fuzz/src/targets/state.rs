//! Stored states: read, run and stored again.

use std::sync::LazyLock;

use accord_vm::{Limits, Program, Start, State, StoredState};
use fastrand::Rng;
use serde_json::Value as Json;

use super::flow::{QuietHost, go_on, guarded, project};

/// A project whose states have all there is: scopes, loops, handlers, branches, calls, a form, shared and odd values.
const FLOW: &str = "
forms:
  ask:
    - name: {type: string}
flows:
  default:
    - set:
        l: [1, {a: 'x', b: [2.5, null, true]}, '${[1,2].stream().toList()}']
        m: {k: '${l}', set: '${{1,2,3}}'}
        big: '${Integer.MAX_VALUE * 1000000000000}'
        secret: \"${sensitive('hidden value')}\"
    - ${l.add(l)}
    - try:
        - call: inner
          in: {n: 1}
          out: r
          loop: {items: '${[1, 2]}'}
      error:
        - log: '${lastError}'
        - suspend: handler
    - parallel:
        - block:
            - suspend: one
        - call: inner
          retry: {times: 3, delay: 1}
        - form: ask
      out: [l]
    - log: done
  inner:
    - if: '${n == 1}'
      then:
        - suspend: '${item}'
    - switch: '${item}'
      1:
        - suspend: 'switch'
    - throw: {code: '${item}'}
";

static PROGRAM: LazyLock<Program> = LazyLock::new(|| match project(FLOW) {
    Some(project) => accord_vm::compile(&project),
    None => panic!("the flow has mistakes"),
});

/// The states of the process at each place where it waits.
static STATES: LazyLock<Vec<Json>> = LazyLock::new(|| {
    let host = QuietHost::new();
    let limits = Limits { workers: 2, ..Limits::default() };
    let Ok(mut state) = State::start(&PROGRAM, Start::default(), &host, &limits) else { panic!("does not start") };
    let mut states = Vec::new();
    for _ in 0..8 {
        go_on(&mut state, &PROGRAM, &host, &limits);
        match state.to_stored(&PROGRAM).map(|stored| serde_json::to_value(&stored)) {
            Ok(Ok(stored)) => states.push(stored),
            _ => panic!("is not stored"),
        }
    }
    states
});

/// A state, parts of it exchanged.
pub fn make(rng: &mut Rng) -> Vec<u8> {
    let Some(mut state) = rng.choice(STATES.iter()).cloned() else { return Vec::new() };
    for _ in 0..rng.usize(..6) {
        let donor = rng.choice(STATES.iter()).cloned().unwrap_or_default();
        let part = pick(rng, &donor).clone();
        change(rng, &mut state, part);
    }
    state.to_string().into_bytes()
}

/// Some node of a document.
fn pick<'d>(rng: &mut Rng, document: &'d Json) -> &'d Json {
    let mut node = document;
    while rng.u8(..5) > 0 {
        let next = match node {
            Json::Array(items) => rng.choice(items.iter()),
            Json::Object(entries) => rng.choice(entries.values()),
            _ => None,
        };
        let Some(next) = next else { break };
        node = next;
    }
    node
}

/// Changes some node of a document.
fn change(rng: &mut Rng, node: &mut Json, part: Json) {
    if rng.u8(..6) > 0 {
        let next = match node {
            Json::Array(items) => rng.choice(items.iter_mut()),
            Json::Object(entries) => rng.choice(entries.values_mut()),
            _ => None,
        };
        if let Some(next) = next {
            return change(rng, next, part);
        }
    }
    match node {
        Json::Array(items) => {
            let at = rng.usize(..=items.len());
            match rng.u8(..4) {
                0 => items.truncate(at),
                1 if at < items.len() => drop(items.remove(at)),
                2 => items.insert(at, part),
                _ => items.extend(items.get(at..).unwrap_or_default().to_vec()),
            }
        }
        Json::Number(_) => *node = rng.choice(ODD).copied().unwrap_or_default().into(),
        node => *node = part,
    }
}

/// Numbers that name the wrong flow, block, step or value, or are as large as can be.
const ODD: &[u64] =
    &[0, 1, 2, 3, 5, 7, 100, 1 << 20, (1 << 31) - 1, 1 << 31, u32::MAX as u64, i64::MAX as u64, u64::MAX];

/// Reads a state, runs it and stores it.
///
/// # Panics
/// Where what was read and stored is not read again.
pub fn state(input: &[u8]) {
    let Ok(stored) = serde_json::from_slice::<StoredState>(input) else { return };
    let restore = |class: &str, data| accord_tasks::restore(class, &data);
    let Ok(mut state) = State::from_stored(&PROGRAM, stored, &restore) else { return };
    if let Ok(again) = state.to_stored(&PROGRAM)
        && let Err(error) = State::from_stored(&PROGRAM, again, &restore)
    {
        panic!("{error}");
    }
    let host = QuietHost::new();
    guarded(&host, || {
        let limits = Limits { workers: 4, ..Limits::default() };
        for _ in 0..4 {
            go_on(&mut state, &PROGRAM, &host, &limits);
        }
    });
}
