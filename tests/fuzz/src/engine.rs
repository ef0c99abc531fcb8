//! The loop: makes inputs, runs a target on each, and keeps watch over time and memory.
//!
//! `FUZZ_SECONDS` says how long one target runs, `FUZZ_SEED` with which input it begins: the number that a failure
//! names. Each input is made from one number alone. A long run, which `cargo test --profile fuzz -p accord-fuzz` builds,
//! tries some ten times as many inputs as an unoptimized one.

use std::any::Any;
use std::fmt::Write as _;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use fastrand::Rng;
use nix::sys::resource::{Usage, UsageWho, getrusage};
use parking_lot::Mutex;

use crate::watch::Watch;

/// Unoptimized code needs more of everything.
const SLOWER: u32 = if cfg!(debug_assertions) { 15 } else { 1 };

/// The most processor time that one input may take.
pub const LONGEST: Duration = Duration::from_millis(1000 * SLOWER as u64);

/// The most memory, in KiB, that one input may take.
pub const MOST: i64 = 200 << 10;

/// A thread of an embedding program has 2 MiB of stack. Frames of unoptimized code are far larger.
const STACK: usize = if cfg!(debug_assertions) { 32 << 20 } else { 2 << 20 };

/// What a run of a target did.
#[derive(Clone, Copy, Debug)]
pub struct Report {
    /// How many inputs were tried.
    pub executions: u64,
    /// The most processor time that one took.
    pub longest: Duration,
    /// Its number.
    pub slowest: u64,
}

/// Measures are of the whole process: targets run one after the other.
static TURN: Mutex<()> = Mutex::new(());

/// Runs `target` on inputs that `make` makes, until the time is over. In `folder` lies, while it runs, a file
/// `fuzz-NAME.seed` with the number of the input at work, for failures that end the process.
///
/// # Panics
/// Where the target panics, or an input takes too long or too much memory. The message has the input, made as small as
/// it can be, and its number.
pub fn run(name: &str, folder: &Path, make: fn(&mut Rng) -> Vec<u8>, target: fn(&[u8])) -> Report {
    let turn = TURN.lock();
    let thread = std::thread::Builder::new().name(name.to_owned()).stack_size(STACK);
    let (name, path) = (name.to_owned(), folder.join(format!("fuzz-{name}.seed")));
    let outcome = match thread.spawn(move || Loop { name, make, target }.run(&path)) {
        Ok(thread) => thread.join(),
        Err(error) => panic!("no thread to fuzz on: {error}"),
    };
    drop(turn);
    match outcome {
        Ok(Ok(report)) => report,
        Ok(Err(failure)) => panic!("{failure}"),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

struct Loop {
    name: String,
    make: fn(&mut Rng) -> Vec<u8>,
    target: fn(&[u8]),
}

impl Loop {
    fn run(&self, path: &Path) -> Result<Report, String> {
        let file = File::create(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let first = number("FUZZ_SEED").unwrap_or_else(|| fastrand::u64(..1 << 48));
        let end = Instant::now() + Duration::from_secs(number("FUZZ_SECONDS").unwrap_or(2));
        let watch = Watch::new(&self.name);
        let mut report = Report { executions: 0, longest: Duration::ZERO, slowest: first };
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let failure = loop {
            let seed = first.wrapping_add(report.executions);
            // Only for people: a failure to write it is none of the target's.
            let _ = file.write_all_at(format!("{seed:<20}\n").as_bytes(), 0);
            let input = (self.make)(&mut Rng::with_seed(seed));
            watch.begin(seed);
            let outcome = self.execute(&input);
            watch.end();
            match outcome {
                Ok(took) if took > report.longest => (report.longest, report.slowest) = (took, seed),
                Ok(_) => {}
                Err(reason) => break Some((seed, input, reason)),
            }
            report.executions += 1;
            if Instant::now() >= end {
                break None;
            }
        };
        let failure = failure.map(|(seed, input, reason)| self.describe(seed, input, &reason));
        std::panic::set_hook(hook);
        failure.map_or(Ok(report), Err)
    }

    /// Runs the target once. Gives the processor time it took.
    fn execute(&self, input: &[u8]) -> Result<Duration, String> {
        let before = usage();
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.target)(input)));
        let after = usage();
        outcome.map_err(|panic| message(&*panic))?;
        let took = time(&after).saturating_sub(time(&before));
        if took > LONGEST {
            return Err(format!("took {took:?}"));
        }
        let grown = after.max_rss() - before.max_rss();
        if grown > MOST {
            return Err(format!("took {} MiB", grown >> 10));
        }
        Ok(took)
    }

    fn describe(&self, seed: u64, input: Vec<u8>, reason: &str) -> String {
        // Memory that was taken once is not measured again, and what is slow is slow to make smaller.
        let input = if reason.starts_with("took ") { input } else { self.smallest(input) };
        let mut text = format!("{}: {reason}\nwith FUZZ_SEED={seed}, an input of {} bytes:\n", self.name, input.len());
        let shown = input.get(..4000).unwrap_or(&input);
        let _ = write!(text, "{}", shown.escape_ascii());
        text
    }

    /// Leaves out parts as long as the target still panics.
    fn smallest(&self, mut input: Vec<u8>) -> Vec<u8> {
        let end = Instant::now() + Duration::from_secs(10);
        let mut part = input.len().div_ceil(2);
        while part > 0 {
            let mut at = 0;
            while at < input.len() && Instant::now() < end {
                let mut less = input.clone();
                less.drain(at..(at + part).min(input.len()));
                if self.execute(&less).is_err_and(|reason| !reason.starts_with("took ")) {
                    input = less;
                } else {
                    at += part;
                }
            }
            part /= 2;
        }
        input
    }
}

fn usage() -> Usage {
    match getrusage(UsageWho::RUSAGE_SELF) {
        Ok(usage) => usage,
        Err(error) => panic!("time and memory cannot be measured: {error}"),
    }
}

fn time(usage: &Usage) -> Duration {
    let micros = |time: nix::sys::time::TimeVal| {
        Duration::new(time.tv_sec().unsigned_abs(), 0) + Duration::from_micros(time.tv_usec().unsigned_abs())
    };
    micros(usage.user_time()) + micros(usage.system_time())
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    format!("panicked: {}", text.unwrap_or("(no message)"))
}
