//! The token that ends a process: set by a signal, by whoever embeds the process, or by its deadline.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

/// Why a process has to end before its flow does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndReason {
    /// Somebody cancelled it.
    Cancelled,
    /// `configuration.processTimeout` is over.
    TimedOut,
    /// `configuration.suspendTimeout` is over.
    WaitedTooLong,
}

impl EndReason {
    const ALL: [Self; 3] = [Self::Cancelled, Self::TimedOut, Self::WaitedTooLong];
}

/// Cancels a process from anywhere. A clone cancels the same process.
#[derive(Clone, Debug)]
pub struct CancelToken(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: AtomicU8,
    /// Whether there is a deadline: asked often, so that the clock is looked at only where there is one.
    limited: AtomicBool,
    deadline: Mutex<Option<Instant>>,
    wake: Condvar,
}

impl Default for CancelToken {
    fn default() -> Self {
        Self(Arc::new(Shared {
            state: AtomicU8::new(0),
            limited: AtomicBool::new(false),
            deadline: Mutex::new(None),
            wake: Condvar::new(),
        }))
    }
}

impl CancelToken {
    /// Cancels the process; every wait of it ends at once.
    pub fn cancel(&self) {
        self.end(EndReason::Cancelled);
    }

    /// Sets when the process has to end, unless it has to earlier.
    pub(crate) fn limit(&self, after: Duration) {
        let Some(limit) = Instant::now().checked_add(after) else { return };
        let mut deadline = self.0.deadline.lock();
        *deadline = Some(deadline.map_or(limit, |found| found.min(limit)));
        self.0.limited.store(true, Ordering::Release);
    }

    /// Forgets when the process has to end.
    pub(crate) fn lift_deadline(&self) {
        *self.0.deadline.lock() = None;
        self.0.limited.store(false, Ordering::Release);
    }

    /// Forgets why and when the process had to end, so that its last flow can run.
    pub(crate) fn renew(&self) {
        self.lift_deadline();
        self.0.state.store(0, Ordering::Release);
    }

    /// How long the process may still run, where that is limited.
    pub(crate) fn left(&self) -> Option<Duration> {
        let deadline = *self.0.deadline.lock();
        deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Ends the process because it waited longer than it may.
    pub(crate) fn waited_too_long(&self) {
        self.end(EndReason::WaitedTooLong);
    }

    /// Why the process has to end, if it has to.
    pub(crate) fn reason(&self) -> Option<EndReason> {
        let code = usize::from(self.0.state.load(Ordering::Acquire));
        EndReason::ALL.get(code.checked_sub(1)?).copied()
    }

    /// As [`CancelToken::reason`], looking at the clock too.
    pub(crate) fn check(&self) -> Option<EndReason> {
        if self.0.limited.load(Ordering::Acquire)
            && self.reason().is_none()
            && self.0.deadline.lock().is_some_and(|deadline| Instant::now() >= deadline)
        {
            self.end(EndReason::TimedOut);
        }
        self.reason()
    }

    /// Waits; `false` if the process had to end meanwhile.
    pub(crate) fn sleep(&self, duration: Duration) -> bool {
        let until = Instant::now().checked_add(duration);
        let mut deadline = self.0.deadline.lock();
        while self.reason().is_none() {
            let now = Instant::now();
            if deadline.is_some_and(|deadline| now >= deadline) {
                drop(deadline);
                self.end(EndReason::TimedOut);
                return false;
            }
            let next = match (until, *deadline) {
                (Some(until), _) if now >= until => return true,
                (Some(until), Some(deadline)) => Some(until.min(deadline)),
                (until, deadline) => until.or(deadline),
            };
            match next {
                Some(next) => {
                    self.0.wake.wait_until(&mut deadline, next);
                }
                None => self.0.wake.wait(&mut deadline),
            }
        }
        false
    }

    fn end(&self, reason: EndReason) {
        let code = match reason {
            EndReason::Cancelled => 1,
            EndReason::TimedOut => 2,
            EndReason::WaitedTooLong => 3,
        };
        let _ = self.0.state.compare_exchange(0, code, Ordering::AcqRel, Ordering::Acquire);
        // Taken so that no sleeper is between its look at the state and its wait.
        drop(self.0.deadline.lock());
        self.0.wake.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_process_does_not_sleep() {
        let token = CancelToken::default();
        assert!(token.sleep(Duration::from_millis(1)));
        let sleeper = std::thread::spawn({
            let token = token.clone();
            move || token.sleep(Duration::from_secs(3600))
        });
        token.cancel();
        assert!(!sleeper.join().unwrap());
        assert_eq!(token.reason(), Some(EndReason::Cancelled));
    }

    #[test]
    fn the_deadline_ends_a_sleep() {
        let token = CancelToken::default();
        token.limit(Duration::from_millis(1));
        assert!(!token.sleep(Duration::MAX));
        assert_eq!(token.check(), Some(EndReason::TimedOut));
        token.cancel();
        assert_eq!(token.reason(), Some(EndReason::TimedOut), "the first reason stays");
    }
}
