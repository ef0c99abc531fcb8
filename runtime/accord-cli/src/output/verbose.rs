//! What `-v` and `-vv` show besides the log: steps, and calls of tasks with what went in and came out. On stderr,
//! whatever form the log has.

use accord_runtime::{LogEntry, Place};

use super::note;

/// How many characters of an input or an answer are shown.
const MOST: usize = 2000;

/// How much is to be told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verbose(pub(crate) u8);

impl Verbose {
    pub(crate) const fn wants_steps(self) -> bool {
        self.0 > 0
    }

    pub(crate) const fn wants_calls(self) -> bool {
        self.0 > 1
    }

    /// Prints an entry that is none of the log's.
    pub(crate) fn take(self, entry: &LogEntry) {
        match entry {
            LogEntry::Step { kind, place, .. } => note(&format!(">>> '{kind}'{}", at(place.as_ref()))),
            LogEntry::Call { name, place, thread, input } => {
                note(&format!(">>> {}{name} {}{}", on(*thread), cut(input.as_str()), at(place.as_ref())));
            }
            LogEntry::Answer { name, thread, duration, outcome } => {
                let (how, text) = match outcome {
                    Ok(answer) => ("", answer),
                    Err(message) => ("failed: ", message),
                };
                let millis = duration.as_millis();
                note(&format!("<<< {}{name} {millis} ms {how}{}", on(*thread), cut(text.as_str())));
            }
            _ => {}
        }
    }
}

fn at(place: Option<&Place>) -> String {
    place.map(|place| format!(" @ {}:{}", place.file, place.line)).unwrap_or_default()
}

/// The flow thread, where it is not the root.
fn on(thread: u64) -> String {
    if thread == 0 { String::new() } else { format!("[thread-{thread}] ") }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}… ({} characters)", text.get(..end).unwrap_or_default(), text.chars().count()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_cut() {
        assert_eq!(cut("short"), "short");
        let long = cut(&"ä".repeat(MOST + 1));
        assert!(long.ends_with("ä… (2001 characters)"), "{long}");
    }
}
