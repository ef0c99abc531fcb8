//! Ctrl-C and the signals that end programs: the first cancels the process, the second ends the program at once, its
//! exported files removed.

use std::thread::JoinHandle;

use accord_runtime::{CancelToken, Cleanup};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};

use crate::exit::Exit;
use crate::output;

/// Watches for signals while a process runs.
pub(crate) struct Watch {
    running: Option<(Handle, JoinHandle<()>)>,
}

impl Watch {
    pub(crate) fn start(token: CancelToken, cleanup: Cleanup) -> Self {
        Self::with("the process", move || token.cancel(), move || cleanup.run())
    }

    /// Watches for signals while `what` runs: the first does `cancel`, the second `clean_up`, and ends the program.
    pub(crate) fn with(
        what: &'static str,
        cancel: impl Fn() + Send + 'static,
        clean_up: impl Fn() + Send + 'static,
    ) -> Self {
        let mut signals = match Signals::new([SIGHUP, SIGINT, SIGTERM]) {
            Ok(signals) => signals,
            Err(error) => {
                output::warning(&format!("Ctrl-C will not cancel {what} in order: {error}"));
                return Self { running: None };
            }
        };
        let handle = signals.handle();
        let watch = move || {
            let mut cancelled = false;
            for _ in &mut signals {
                if cancelled {
                    clean_up();
                    std::process::exit(Exit::Cancelled as i32);
                }
                cancelled = true;
                output::note(&format!("Cancelling {what}; once more ends it at once."));
                cancel();
            }
        };
        match std::thread::Builder::new().name("signals".to_owned()).stack_size(128 * 1024).spawn(watch) {
            Ok(thread) => Self { running: Some((handle, thread)) },
            Err(_) => Self { running: None },
        }
    }

    /// Ends the watch.
    pub(crate) fn end(self) {
        if let Some((handle, thread)) = self.running {
            handle.close();
            let _ = thread.join();
        }
    }
}
