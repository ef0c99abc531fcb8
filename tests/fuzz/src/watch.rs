//! Ends the process where an input never comes to an end.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// After this long an input hangs.
const HANG: Duration = Duration::from_secs(if cfg!(debug_assertions) { 120 } else { 30 });

/// Watches one loop.
pub(crate) struct Watch {
    at_work: Arc<Mutex<Option<(u64, Instant)>>>,
    /// The thread ends when this goes.
    _alive: Sender<()>,
}

impl Watch {
    pub(crate) fn new(name: &str) -> Self {
        let at_work: Arc<Mutex<Option<(u64, Instant)>>> = Arc::default();
        let (alive, ended) = channel();
        let (watched, name) = (Arc::clone(&at_work), name.to_owned());
        std::thread::spawn(move || {
            while ended.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                if let Some((seed, since)) = *watched.lock()
                    && since.elapsed() > HANG
                {
                    hangs(&name, seed);
                }
            }
        });
        Self { at_work, _alive: alive }
    }

    /// An input begins.
    pub(crate) fn begin(&self, seed: u64) {
        *self.at_work.lock() = Some((seed, Instant::now()));
    }

    /// It came to its end.
    pub(crate) fn end(&self) {
        *self.at_work.lock() = None;
    }
}

#[expect(clippy::print_stderr, reason = "nothing else of the process works any more")]
fn hangs(name: &str, seed: u64) -> ! {
    eprintln!("{name}: hangs with FUZZ_SEED={seed}");
    std::process::abort();
}
