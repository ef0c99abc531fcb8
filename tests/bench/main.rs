//! Whole-process figures of the command: wall time (median, minimum, maximum) and peak memory.
//!
//! `cargo run --release -p accord-tests --bin bench [RUNS]` builds nothing else; set `ACCORD_BIN=target/release/accord`
//! after `cargo build --release`. It judges nothing and asserts nothing: figures depend on the machine, which it names.
#![expect(clippy::print_stdout, reason = "printing figures is what a bench is for")]

mod scenario;

use std::io;
use std::process::Command;
use std::time::{Duration, Instant};

use accord_tests::binary;
use nix::sys::resource::{UsageWho, getrusage};
use scenario::Scenario;

fn main() -> io::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, name, runs] = args.as_slice()
        && flag == "--one"
    {
        return measure(name, runs.parse().unwrap_or(1));
    }
    let runs = args.first().map_or("50", String::as_str);
    println!("machine: {}, {} cores; median of {runs}", processor(), std::thread::available_parallelism()?);
    println!("{:<44} {:>9} {:>9} {:>9} {:>9}", "", "median ms", "min ms", "max ms", "peak MB");
    // A process of its own for each scenario: the kernel tells the peak memory of all children only together.
    for scenario in Scenario::ALL {
        Command::new(std::env::current_exe()?).args(["--one", scenario.name(), runs]).status()?;
    }
    Ok(())
}

fn measure(name: &str, runs: usize) -> io::Result<()> {
    let Some(scenario) = Scenario::ALL.into_iter().find(|s| s.name() == name) else {
        return Err(io::Error::other(format!("no scenario is called {name}")));
    };
    let folder = tempfile::tempdir()?;
    scenario.prepare(folder.path())?;
    let mut times: Vec<Duration> = Vec::new();
    for run in 0..=runs {
        let mut command = binary::command(folder.path());
        command.args(scenario.args(folder.path())).current_dir(binary::root());
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let started = Instant::now();
        let status = command.status()?;
        if !status.success() {
            return Err(io::Error::other(format!("{name} failed: {status}")));
        }
        // the first run warms the page cache
        if run > 0 {
            times.push(started.elapsed());
        }
    }
    times.sort();
    let ms = |d: Duration| d.as_secs_f64() * 1000.0;
    let (median, min, max) = (times[times.len() / 2], times[0], times[times.len() - 1]);
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss() as f64 / 1024.0;
    print!("{name:<44} {:>9.2} {:>9.2} {:>9.2} {peak:>9.1}", ms(median), ms(min), ms(max));
    match scenario.steps() {
        Some(steps) => println!("  {:.2} million steps/s", steps as f64 / median.as_secs_f64() / 1e6),
        None => println!(),
    }
    Ok(())
}

fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find(|l| l.starts_with("model name")).and_then(|l| l.split_once(':'));
    model.map_or_else(|| "unknown".to_string(), |(_, name)| name.trim().to_string())
}
