//! The log for programs: one JSON object a line on stdout, and nothing else there.

use std::sync::Arc;

use accord_runtime::{
    CallFrame, Counts, Diagnostic, LogEntry, LogLevel, LogSink, NamedSecret, Place, SecretState, Sources, now_millis,
    utc,
};
use accord_syntax::render;
use serde_json::{Map, Value, json};

use super::{Verbose, line, note, warning};

/// Prints the events of the contract.
pub(crate) struct JsonLog(pub(crate) Verbose);

impl LogSink for JsonLog {
    fn take(&self, entry: &LogEntry) {
        match entry {
            LogEntry::Log { .. } | LogEntry::Error { .. } => {
                if let Some(event) = log_event(entry) {
                    print(event);
                }
            }
            LogEntry::Notice { level: LogLevel::Warn | LogLevel::Error, message } => warning(message.as_str()),
            LogEntry::Notice { message, .. } => note(message.as_str()),
            other => self.0.take(other),
        }
    }

    fn wants_steps(&self) -> bool {
        self.0.wants_steps()
    }

    fn wants_calls(&self) -> bool {
        self.0.wants_calls()
    }
}

/// An entry of the log as an event; none for what is no part of it.
pub(crate) fn log_event(entry: &LogEntry) -> Option<Map<String, Value>> {
    Some(match entry {
        LogEntry::Log { time, level, message, place, thread, flow, segment } => {
            let mut event = event("log");
            event.insert("time".to_owned(), utc(*time).into());
            event.insert("level".to_owned(), level.name().into());
            event.insert("thread".to_owned(), (*thread).into());
            event.insert("flow".to_owned(), flow.as_str().into());
            insert_place(&mut event, place.as_ref());
            if let Some(segment) = segment {
                event.insert("segment".to_owned(), segment.as_str().into());
            }
            event.insert("message".to_owned(), message.as_str().into());
            event
        }
        LogEntry::Error { time, message, place, thread, flow, stack, hints } => {
            let mut event = event("error");
            event.insert("time".to_owned(), utc(*time).into());
            event.insert("thread".to_owned(), (*thread).into());
            event.insert("flow".to_owned(), flow.as_str().into());
            insert_place(&mut event, place.as_ref());
            event.insert("message".to_owned(), message.as_str().into());
            if !stack.is_empty() {
                event.insert("stack".to_owned(), stack.iter().map(frame).collect());
            }
            if !hints.is_empty() {
                event.insert("hints".to_owned(), hints.iter().map(|hint| Value::from(hint.as_str())).collect());
            }
            event
        }
        _ => return None,
    })
}

/// A finding of lint.
pub(crate) fn finding(found: &Diagnostic, sources: &Sources) {
    let mut event = event("finding");
    insert_diagnostic(&mut event, found, sources);
    print(event);
}

/// A secret that flows can name, and what is known of it.
pub(crate) fn secret(secret: &NamedSecret, sources: &Sources) {
    let (state, reason) = match &secret.state {
        Some(SecretState::Readable) => ("readable", None),
        Some(SecretState::Missing { .. }) if secret.is_created => ("created", None),
        Some(SecretState::Missing { .. }) => ("missing", None),
        Some(SecretState::Refused(reason)) => ("refused", Some(reason)),
        Some(SecretState::Unknown(reason)) => ("unknown", Some(reason)),
        None => ("dynamic", None),
    };
    let places = secret.places.iter().filter_map(|span| sources.place(*span));
    let uses: Vec<Value> =
        places.map(|place| json!({"file": &*place.file, "line": place.line, "col": place.col})).collect();
    let mut event = event("secret");
    event.insert("org".to_owned(), secret.org.as_deref().into());
    event.insert("name".to_owned(), (&*secret.name).into());
    event.insert("state".to_owned(), state.into());
    if let Some(reason) = reason {
        event.insert("reason".to_owned(), reason.as_str().into());
    }
    event.insert("uses".to_owned(), uses.into());
    print(event);
}

/// What lint has looked at and found.
pub(crate) fn summary(counts: &Counts, errors: usize, warnings: usize) {
    let mut event = event("summary");
    for (name, number) in [
        ("flows", counts.flows),
        ("profiles", counts.profiles),
        ("forms", counts.forms),
        ("triggers", counts.triggers),
        ("imports", counts.imports),
        ("errors", errors),
        ("warnings", warnings),
    ] {
        event.insert(name.to_owned(), number.into());
    }
    print(event);
}

/// A problem that keeps a project from being loaded.
pub(crate) fn load_error(found: &Diagnostic, sources: &Sources) {
    let mut event = event("error");
    event.insert("time".to_owned(), utc(now_millis()).into());
    insert_diagnostic(&mut event, found, sources);
    print(event);
}

/// A diagnostic's fields, those of every event first. One that has no place says so.
fn insert_diagnostic(event: &mut Map<String, Value>, found: &Diagnostic, sources: &Sources) {
    if let Value::Object(mut fields) = render::json(found, sources) {
        for name in ["severity", "file", "line", "col", "message"] {
            event.insert(name.to_owned(), fields.shift_remove(name).unwrap_or_default());
        }
        event.extend(fields);
    }
}

/// The last event of a run.
pub(crate) fn end(status: &str, out: Map<String, Value>) {
    let mut event = event("end");
    event.insert("status".to_owned(), status.into());
    event.insert("out".to_owned(), out.into());
    print(event);
}

/// The process waits: for which events, and which forms.
pub(crate) fn suspended(events: &[Arc<str>], forms: &[(Arc<str>, Arc<str>)]) {
    let mut event = event("suspended");
    event.insert("events".to_owned(), events.iter().map(|name| Value::from(&**name)).collect());
    let forms = forms.iter().map(|(form, event)| json!({"form": &**form, "event": &**event}));
    event.insert("forms".to_owned(), forms.collect());
    print(event);
}

/// What a form asks for: name, type, label of each field and whether it is required, and an example.
pub(crate) fn input(
    form: &str,
    event_name: &str,
    fields: impl Iterator<Item = (String, String, Option<String>, bool)>,
    example: &accord_runtime::Value,
) {
    let mut event = event("input");
    event.insert("form".to_owned(), form.into());
    event.insert("event".to_owned(), event_name.into());
    let fields = fields
        .map(|(name, kind, label, required)| json!({"name": name, "type": kind, "label": label, "required": required}));
    event.insert("fields".to_owned(), fields.collect());
    let example = accord_value::json::to_text(example).ok().and_then(|text| serde_json::from_str(&text.masked()).ok());
    event.insert("example".to_owned(), example.unwrap_or_default());
    print(event);
}

fn event(kind: &str) -> Map<String, Value> {
    Map::from_iter([("type".to_owned(), Value::from(kind))])
}

fn insert_place(event: &mut Map<String, Value>, place: Option<&Place>) {
    if let Some(place) = place {
        event.insert("file".to_owned(), (&*place.file).into());
        event.insert("line".to_owned(), place.line.into());
        event.insert("col".to_owned(), place.col.into());
    }
}

fn frame(frame: &CallFrame) -> Value {
    let mut object = Map::new();
    insert_place(&mut object, frame.place.as_ref());
    object.insert("thread".to_owned(), frame.thread.into());
    object.insert("flow".to_owned(), frame.flow.as_str().into());
    object.into()
}

/// One write for each line, so that lines of several flow threads never mix.
fn print(event: Map<String, Value>) {
    line(&Value::from(event).to_string());
}
