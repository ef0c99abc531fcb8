//! Events to a tree. The stack is explicit: depth of nesting costs no call stack.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use super::broken;
use super::events::{Event, Events, Place};
use super::scalar::{self, Scalar};
use super::{Document, MAX_CODE_POINTS, MAX_DEPTH, Problem};
use crate::definition::{Data, DataKind, Text};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Source, Span};

/// The name space of YAML's own tags.
const YAML_TAG: &str = "tag:yaml.org,2002:";

/// Maps with more keys than this look for duplicates in a set.
const FEW_KEYS: usize = 16;

/// The most events, which are keys, values, and ends of lists and maps. Concord's reader has no such limit, but at its
/// limit of size a file of flows has less than half of them, and one of nothing but commas exhausts a machine.
const MAX_EVENTS: usize = 600_000;

/// More duplicate keys than this are not reported.
const MAX_PROBLEMS: usize = 1000;

/// Reads the first document of a source.
pub(crate) fn read(source: &Source) -> Document {
    let text: &str = source.text();
    let mut builder = Builder::new(source);
    if let Some(problem) = refuse_text(source) {
        return builder.end(Some(problem));
    }
    let limit = broken::unprintable(text);
    let mut events = Events::new(text);
    loop {
        let (event, place) = match events.next() {
            Ok(next) => next,
            Err(error) => {
                let problem = broken::syntax(source, error, builder.last);
                return builder.end(Some(problem));
            }
        };
        if let Some((from, character)) = limit
            && place.end as usize > from
        {
            let problem = broken::special_character(source, character, builder.last);
            return builder.end(Some(problem));
        }
        match builder.take(event, place) {
            Ok(true) => {}
            Ok(false) => return builder.end(None),
            Err(problem) => return builder.end(Some(*problem)),
        }
    }
}

/// What makes the whole text unreadable.
fn refuse_text(source: &Source) -> Option<Problem> {
    let text = source.text();
    let start = Span::new(source.id(), 0, 0);
    let diagnostic = if !source.is_utf8() {
        let hint = "Save it as UTF-8.";
        Diagnostic::error("not-utf8", "The file is not UTF-8 text", start).hint(hint)
    } else if text.len() > MAX_CODE_POINTS && text.chars().count() > MAX_CODE_POINTS {
        let message = format!("The file is larger than {MAX_CODE_POINTS} characters");
        Diagnostic::error("too-large", message, start).hint("Spread it over several files in 'concord/'.")
    } else {
        return None;
    };
    Some(Problem { diagnostic, found_before: 0 })
}

struct Frame {
    /// Where it begins.
    start: u32,
    kind: FrameKind,
}

enum FrameKind {
    List(Vec<Data>),
    Map { entries: Vec<(Text, Data)>, key: Option<Text>, seen: HashSet<Arc<str>> },
}

struct Builder<'s> {
    source: &'s Source,
    file: FileId,
    stack: Vec<Frame>,
    root: Option<Data>,
    problems: Vec<Problem>,
    /// What was read last.
    last: Span,
    /// How many values and keys there are so far.
    count: usize,
}

impl<'s> Builder<'s> {
    const fn new(source: &'s Source) -> Self {
        Self {
            source,
            file: source.id(),
            stack: Vec::new(),
            root: None,
            problems: Vec::new(),
            last: Span::new(source.id(), 0, 0),
            count: 0,
        }
    }

    /// Ends reading, early if there is a problem: open containers are closed and reach to the end of everything.
    fn end(mut self, problem: Option<Problem>) -> Document {
        let mut cut = None;
        if let Some(problem) = problem {
            cut = Some(problem.found_before);
            self.problems.push(problem);
            while let Some(frame) = self.stack.pop() {
                let data = close(frame, self.file, u32::MAX);
                self.place(data);
            }
        }
        Document { root: self.root, problems: self.problems, cut }
    }

    /// Takes one event. `false`: the document has ended.
    fn take(&mut self, event: Event<'_>, place: Place) -> Result<bool, Box<Problem>> {
        let whole = Span::new(self.file, place.start, place.end);
        let span = Span::new(self.file, place.content, place.end);
        self.count += 1;
        if self.count > MAX_EVENTS {
            return Err(Box::new(broken::too_many(span, self.last)));
        }
        match event {
            Event::Scalar { value, plain, tag } => {
                let kind = self.resolve(&value, plain, tag.as_deref(), span);
                self.scalar(value, kind, span);
            }
            Event::Alias => {
                if self.expects_key() {
                    return Err(Box::new(broken::complex_key(self.source, whole, "an alias")));
                }
                let name = self.source.slice(span).trim_start_matches('*');
                self.place(Data::new(DataKind::Text(name.into()), span));
            }
            Event::ListStart | Event::MapStart => {
                let is_map = matches!(event, Event::MapStart);
                if self.expects_key() {
                    let what = if is_map { "a map" } else { "a list" };
                    return Err(Box::new(broken::complex_key(self.source, whole, what)));
                }
                if self.stack.len() >= MAX_DEPTH {
                    return Err(Box::new(broken::too_deep(span, self.last)));
                }
                let kind = if is_map {
                    FrameKind::Map { entries: Vec::new(), key: None, seen: HashSet::new() }
                } else {
                    FrameKind::List(Vec::new())
                };
                self.stack.push(Frame { start: span.start, kind });
            }
            Event::ListEnd | Event::MapEnd => {
                if let Some(frame) = self.stack.pop() {
                    let data = close(frame, self.file, span.end);
                    self.place(data);
                }
            }
            Event::DocumentStart => {
                self.last = whole;
                return Ok(true);
            }
            Event::DocumentEnd => return Ok(false),
            Event::StreamEnd => {
                self.problems.push(broken::no_content(span.after()));
                return Ok(false);
            }
        }
        self.last = whole;
        // Concord's reader stops behind the outermost value, whatever follows.
        Ok(!self.stack.is_empty())
    }

    fn expects_key(&self) -> bool {
        matches!(self.stack.last(), Some(Frame { kind: FrameKind::Map { key: None, .. }, .. }))
    }

    fn resolve(&mut self, value: &str, plain: bool, tag: Option<&str>, span: Span) -> DataKind {
        let scalar = match tag {
            Some("!") => scalar::plain(value),
            Some(tag) => tag.strip_prefix(YAML_TAG).map_or(Scalar::Text, |tag| scalar::tagged(tag, value)),
            None if plain => scalar::plain(value),
            None => Scalar::Text,
        };
        match scalar {
            Scalar::Null => DataKind::Null,
            Scalar::Bool(value) => DataKind::Bool(value),
            Scalar::Int(value) => DataKind::Int(value),
            Scalar::Float(value) => DataKind::Float(value),
            Scalar::Text => DataKind::Text(value.into()),
            bad if self.expects_key() => {
                debug_assert!(matches!(bad, Scalar::OutOfRange | Scalar::NotFinite | Scalar::Binary));
                DataKind::Text(value.into())
            }
            Scalar::OutOfRange => {
                self.problems.push(broken::out_of_range(value, span, self.last));
                DataKind::Int(0)
            }
            Scalar::NotFinite => {
                self.problems.push(broken::not_finite(value, span, self.last));
                DataKind::Float(0.0)
            }
            Scalar::Binary if !scalar::is_base64(value) => {
                self.problems.push(broken::not_base64(span, self.last));
                DataKind::Text(value.into())
            }
            Scalar::Binary => {
                let section = self.stack.first().and_then(Frame::open_key).unwrap_or(span);
                self.problems.push(broken::binary(span, section));
                DataKind::Text(value.into())
            }
        }
    }

    /// Puts a scalar where the next value or key belongs.
    fn scalar(&mut self, text: Cow<'_, str>, kind: DataKind, span: Span) {
        let Some(Frame { kind: FrameKind::Map { entries, key: key @ None, seen }, .. }) = self.stack.last_mut() else {
            self.place(Data::new(kind, span));
            return;
        };
        let name: Arc<str> = match kind {
            DataKind::Text(text) => text,
            _ => text.into(),
        };
        if entries.len() == FEW_KEYS {
            seen.extend(entries.iter().map(|(key, _)| Arc::clone(&key.value)));
        }
        let is_new = if entries.len() < FEW_KEYS {
            entries.iter().all(|(key, _)| key.value != name)
        } else {
            seen.insert(Arc::clone(&name))
        };
        if !is_new && self.problems.len() < MAX_PROBLEMS {
            let first = entries.iter().find(|(key, _)| key.value == name).map(|(key, _)| key.span);
            self.problems.push(broken::duplicate(self.source, &name, span, first, self.last));
        }
        *key = Some(Text::new(name, span));
    }

    fn place(&mut self, data: Data) {
        match self.stack.last_mut() {
            None => self.root = Some(data),
            Some(Frame { kind: FrameKind::List(items), .. }) => items.push(data),
            Some(Frame { kind: FrameKind::Map { entries, key, .. }, .. }) => {
                if let Some(key) = key.take() {
                    entries.push((key, data));
                }
            }
        }
    }
}

impl Frame {
    fn open_key(&self) -> Option<Span> {
        match &self.kind {
            FrameKind::Map { key, .. } => key.as_ref().map(|key| key.span),
            FrameKind::List(_) => None,
        }
    }
}

fn close(frame: Frame, file: FileId, end: u32) -> Data {
    let span = Span::new(file, frame.start, end);
    match frame.kind {
        FrameKind::List(items) => Data::new(DataKind::List(items), span),
        FrameKind::Map { entries, .. } => Data::new(DataKind::Map(entries), span),
    }
}
