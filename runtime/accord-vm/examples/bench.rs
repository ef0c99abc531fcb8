//! Steps per second of the machine alone: `cargo run --release -p accord-vm --example bench`.
#![expect(clippy::print_stdout, reason = "its figures are what it is for")]

#[path = "../tests/host/mod.rs"]
mod host;

use std::fmt::Write as _;
use std::time::Instant;

use accord_vm::{Limits, Outcome, Start, State, compile};

/// Name, flow, how many steps it runs.
fn benches() -> Vec<(&'static str, String, u32)> {
    let numbers: String = (0..10_000).map(|n| format!("{n},")).collect();
    let counting = format!("loop: {{items: [{numbers}]}}");
    let of = |steps: &str| format!("flows:\n  default:\n    - block:\n{steps}\n      {counting}\n");
    let call =
        |rest: &str| format!("{}{rest}", of("        - call: sub\n          in: {n: \"${item}\"}\n          out: r"));
    vec![
        ("set", of("        - set: {x: \"${item + 1}\"}"), 20_000),
        ("if", of("        - if: ${item > 5}\n          then:\n            - set: {x: 1}"), 30_000),
        ("expr", of("        - ${item + 1}"), 20_000),
        ("call", call("  sub:\n    - set: {r: \"${n + 1}\"}\n"), 30_000),
        (
            "mixed",
            call(
                "  sub:\n    - if: ${n > 10}\n      then:\n        - set: {r: \"${n + 1}\"}\n      else:\n        - set: {r: \
                 0}\n    - set: {s: \"${r}\"}\n    - ${s + 1}\n",
            ),
            60_000,
        ),
        ("try", of("        - try:\n            - set: {x: 1}\n          error:\n            - log: never"), 30_000),
        ("log", of("        - log: \"item ${item}\""), 20_000),
    ]
}

fn main() {
    let limits = Limits::default();
    for (name, flow, steps) in benches() {
        let project = host::project(&flow);
        let host = host::TestHost::new();
        let mut best = f64::INFINITY;
        for _ in 0..7 {
            let program = compile(&project);
            let mut state =
                State::start(&program, Start::default(), &host, &limits).unwrap_or_else(|_| panic!("starts"));
            let start = Instant::now();
            assert!(matches!(state.run(&program, &host, &limits), Outcome::Finished));
            best = best.min(start.elapsed().as_secs_f64());
            host.take();
        }
        println!(
            "{name:<8} {:>7.0} ns/step  {:>5.2} M steps/s",
            best / f64::from(steps) * 1e9,
            f64::from(steps) / best / 1e6
        );
    }
    let mut big = String::from("flows:\n  default:\n");
    for n in 0..20_000 {
        writeln!(big, "    - set: {{x{}: \"${{{n} + 1}}\"}}", n % 100).unwrap_or_else(|_| panic!("is memory"));
    }
    let project = host::project(&big);
    let host = host::TestHost::new();
    let start = Instant::now();
    let program = compile(&project);
    let mut state = State::start(&program, Start::default(), &host, &limits).unwrap_or_else(|_| panic!("starts"));
    state.run(&program, &host, &limits);
    println!("20,000 steps compiled and run once: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
}
