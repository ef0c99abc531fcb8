//! Takes what one test tells: its log, and how often each step ran.

use std::collections::HashMap;

use accord_value::{MaskedLine, Place, Redactor};
use parking_lot::Mutex;

use crate::log::{LogEntry, LogSink};

/// The most bytes of text that are kept of one test's log: a test that never stops logging must not take all memory.
const MOST: usize = 32 << 20;

/// How often something ran.
#[derive(Default)]
pub(super) struct Hits {
    pub(super) steps: HashMap<Place, u64>,
    pub(super) branches: HashMap<(Place, u32), u64>,
}

/// The sink of one test.
pub(super) struct Capture {
    counts: bool,
    log: Mutex<Log>,
    hits: Mutex<Hits>,
}

#[derive(Default)]
struct Log {
    entries: Vec<LogEntry>,
    bytes: usize,
    left_out: u64,
}

impl Capture {
    /// A sink that counts steps too where `counts`.
    pub(super) fn new(counts: bool) -> Self {
        Self { counts, log: Mutex::default(), hits: Mutex::default() }
    }

    /// What was told.
    pub(super) fn take_all(&self) -> (Vec<LogEntry>, Hits) {
        let Log { mut entries, left_out, .. } = std::mem::take(&mut *self.log.lock());
        if left_out > 0 {
            let level = accord_sdk::LogLevel::Warn;
            let message = format!("the log is longer than {} MiB: {left_out} entries are left out", MOST >> 20);
            entries.push(LogEntry::Notice { level, message: Redactor::new().mask(&message) });
        }
        (entries, std::mem::take(&mut *self.hits.lock()))
    }
}

impl LogSink for Capture {
    fn take(&self, entry: &LogEntry) {
        match entry {
            LogEntry::Step { place: Some(place), .. } => count(&mut self.hits.lock().steps, place),
            LogEntry::Branch { place: Some(place), branch } => {
                let mut hits = self.hits.lock();
                let taken = hits.branches.entry((place.clone(), *branch)).or_default();
                *taken = taken.saturating_add(1);
            }
            LogEntry::Log { message, .. } | LogEntry::Error { message, .. } | LogEntry::Notice { message, .. } => {
                self.log.lock().push(entry, message);
            }
            _ => {}
        }
    }

    fn wants_steps(&self) -> bool {
        self.counts
    }
}

impl Log {
    fn push(&mut self, entry: &LogEntry, message: &MaskedLine) {
        let bytes = self.bytes.saturating_add(message.as_str().len());
        if bytes > MOST {
            self.left_out += 1;
            return;
        }
        self.bytes = bytes;
        self.entries.push(entry.clone());
    }
}

/// The key is cloned only the first time.
fn count(hits: &mut HashMap<Place, u64>, place: &Place) {
    match hits.get_mut(place) {
        Some(found) => *found = found.saturating_add(1),
        None => {
            hits.insert(place.clone(), 1);
        }
    }
}
