//! Where a call runs: on a thread of its own, until it is done or the process is cancelled.
//!
//! The thread has a small runtime for the time of one call, so that a call ends wherever it waits (names, connecting,
//! data), and so that it works from any thread. Processes that make no calls have neither.

use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use accord_sdk::{Cancelled, Services, TaskContext, TaskError};
use accord_value::Text;

use super::failure::Failure;

/// How often the call looks whether the process was cancelled.
const POLL: Duration = Duration::from_millis(50);

/// Runs `work` to its end. What it sends to the channel is logged as it comes.
pub(super) fn run<T: Send>(
    cx: &TaskContext<'_>,
    work: impl AsyncFnOnce(&dyn Services, &Sender<Text>) -> Result<T, Failure> + Send,
) -> Result<T, Failure> {
    let services = cx.services();
    let (log, lines) = channel();
    thread::scope(|scope| {
        let body = move || -> Result<T, Failure> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(refused)?;
            let outcome = runtime.block_on(async {
                tokio::select! {
                    outcome = work(services, &log) => outcome,
                    () = cancelled(services) => Err(Cancelled.into()),
                }
            });
            // A look-up of a name cannot be stopped: it ends by itself, and nobody waits for it.
            runtime.shutdown_background();
            outcome
        };
        let worker = thread::Builder::new().name("http".to_owned()).spawn_scoped(scope, body).map_err(refused)?;
        for line in lines {
            cx.info(line);
        }
        worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

async fn cancelled(services: &dyn Services) {
    while !services.cancelled() {
        tokio::time::sleep(POLL).await;
    }
}

fn refused(error: std::io::Error) -> Failure {
    TaskError::of(TaskError::IO, format!("The system has no thread left for the call: {error}")).into()
}
