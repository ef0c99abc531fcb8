//! `processTimeout` and `suspendTimeout`: how long a process may run, and how long it may wait.
//! Source: <https://concord.walmartlabs.com/docs/processes-v2/configuration.html#process-timeout>.

use std::sync::Arc;
use std::time::Duration;

use accord_syntax::definition::Configuration;
use accord_syntax::{Span, Text};

/// A limit that a project's configuration sets.
#[derive(Clone, Debug)]
pub(crate) struct Timeout {
    name: &'static str,
    text: Arc<str>,
    /// Where its value stands.
    pub(crate) span: Span,
    /// How long it is.
    pub(crate) duration: Duration,
}

/// The limits of a process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timeouts {
    /// How long it may run without being suspended.
    pub(crate) running: Option<Timeout>,
    /// How long it may be suspended, or wait for a lock.
    pub(crate) suspended: Option<Timeout>,
}

impl Timeouts {
    /// Those of a configuration, whose form is checked when the project is parsed.
    pub(crate) fn of(configuration: Option<&Configuration>) -> Self {
        let Some(configuration) = configuration else { return Self::default() };
        Self {
            running: Timeout::of("processTimeout", configuration.process_timeout.as_ref()),
            suspended: Timeout::of("suspendTimeout", configuration.suspend_timeout.as_ref()),
        }
    }
}

impl Timeout {
    fn of(name: &'static str, text: Option<&Text>) -> Option<Self> {
        let text = text?;
        let duration = parse(&text.value)?;
        Some(Self { name, text: Arc::clone(&text.value), span: text.span, duration })
    }

    /// What is said of a process that took longer.
    pub(crate) fn message(&self) -> String {
        let Self { name, text, .. } = self;
        match *name {
            "suspendTimeout" => format!("The process timed out: it waited longer than its {name}, {text}"),
            _ => format!("The process timed out: it ran longer than its {name}, {text}"),
        }
    }
}

/// A duration as Java reads it; a negative one is none at all. Days have 24 hours.
fn parse(text: &str) -> Option<Duration> {
    let span: jiff::Span = text.parse().ok()?;
    let duration = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok()?;
    Duration::try_from(duration).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_those_that_java_reads() {
        for (text, millis) in [
            ("PT1H", 3_600_000),
            ("pt1h", 3_600_000),
            ("P2D", 172_800_000),
            ("P1DT2H3M4.5S", 93_784_500),
            ("PT0,5S", 500),
            ("PT0S", 0),
        ] {
            assert_eq!(parse(text), Some(Duration::from_millis(millis)), "{text}");
        }
        assert_eq!(parse("-PT1S"), None);
    }
}
