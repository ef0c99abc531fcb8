//! Processes that wait for a time: whoever runs them waits with them, as nobody else would wake them.

use std::time::Duration;

use accord_sdk::LogLevel;
use accord_vm::State;

use crate::clock;
use crate::services::ProcessServices;
use crate::timeouts::Timeout;

/// How long to wait at most before the clock is looked at again: it may be set, and the machine may sleep.
const LOOK: Duration = Duration::from_secs(60);

/// Whether time alone makes the process go on.
pub(crate) fn is_for_time(state: &State, program: &accord_vm::Program) -> bool {
    let mut events = state.events(program).peekable();
    events.peek().is_some() && events.all(|event| event.until.is_some())
}

/// Waits until the next event comes by itself, and brings it. Whether it came: else the process was cancelled, or
/// waited longer than it may.
pub(crate) fn wait(state: &mut State, services: &ProcessServices, limit: Option<&Timeout>) -> bool {
    let Some(until) = state.next_wake() else { return false };
    let now = clock::now_millis();
    let limit = limit.and_then(|limit| now.checked_add(i64::try_from(limit.duration.as_millis()).ok()?));
    let end = limit.map_or(until, |limit| limit.min(until));
    if until > now {
        services.masking.notice(LogLevel::Info, &format!("The process sleeps until {}", clock::utc(until)));
    }
    while let Some(left) = left(end) {
        if !services.cancel.sleep(left.min(LOOK)) {
            return false;
        }
    }
    if end < until {
        services.cancel.waited_too_long();
        return false;
    }
    state.wake(clock::now_millis())
}

fn left(end: i64) -> Option<Duration> {
    u64::try_from(end.saturating_sub(clock::now_millis())).ok().filter(|left| *left > 0).map(Duration::from_millis)
}
