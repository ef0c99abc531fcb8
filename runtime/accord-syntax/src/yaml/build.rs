//! Events to a tree. The stack is explicit: depth of nesting costs no call stack.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle, StrInput};

use super::broken;
use super::scalar::{self, Scalar};
use super::{Document, MAX_CODE_POINTS, MAX_DEPTH, Problem};
use crate::definition::{Data, DataKind, Text};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Source, Span, to_u32};

/// Maps with more keys than this look for duplicates in a set.
const FEW_KEYS: usize = 16;

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
    let mut options = granit_parser::options! {
        emit_unresolved_aliases: true,
        block_scalar_eof_without_line_feed: true,
        bom_inside_document_as_content: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    options.set_emit_comments(false);
    let mut parser: Parser<'_, StrInput<'_>> = Parser::new_from_str_with_options(text, options);
    loop {
        let (event, mark) = match parser.next_event() {
            Some(Ok(next)) => next,
            Some(Err(error)) => {
                let last = builder.last_before(&error);
                return builder.end(Some(broken::syntax(source, &error, last)));
            }
            None => return builder.end(None),
        };
        let span = builder.span(&mark);
        if let Some((from, place)) = limit
            && span.end as usize > from
        {
            let problem = broken::special_character(source, place, builder.last);
            return builder.end(Some(problem));
        }
        if let Some(problem) = builder.check_gap(&event, span) {
            return builder.end(Some(problem));
        }
        match builder.take(event, span) {
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

/// What was read last.
#[derive(Clone, Copy, Default)]
pub(super) struct Last {
    pub(super) span: Span,
    /// The event before, for where this one was not yet handed on when the reader met the mistake.
    before: Span,
    plain: bool,
    /// A scalar that could still have turned out to be a key.
    may_be_key: bool,
}

struct Builder<'s> {
    source: &'s Source,
    text: &'s str,
    file: FileId,
    stack: Vec<Frame>,
    root: Option<Data>,
    problems: Vec<Problem>,
    last: Span,
    last_event: Last,
    has_tabs: bool,
}

impl<'s> Builder<'s> {
    fn new(source: &'s Source) -> Self {
        let text: &str = source.text();
        let start = Span::new(source.id(), 0, 0);
        Self {
            source,
            text,
            file: source.id(),
            stack: Vec::new(),
            root: None,
            problems: Vec::new(),
            last: start,
            last_event: Last { span: start, before: start, plain: false, may_be_key: false },
            has_tabs: text.contains('\t'),
        }
    }

    fn span(&self, mark: &granit_parser::Span) -> Span {
        let end = self.text.len();
        let offset = |marker: &granit_parser::Marker| to_u32(marker.byte_offset().unwrap_or(end).min(end));
        let start = offset(&mark.start);
        Span::new(self.file, start, offset(&mark.end).max(start))
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

    fn last_before(&self, error: &granit_parser::ScanError) -> Last {
        let mut last = self.last_event;
        if let Some(scalar) = broken::scalar_before(self.text, error, self.last.end) {
            // The parser did not hand on the scalar that the mistake follows; Concord's reader did.
            let span = Span::new(self.file, scalar.0, scalar.1);
            last = Last { span, before: last.span, plain: false, may_be_key: false };
        }
        last
    }

    /// Looks at the text between the last event and this one for what granit-parser accepts and Concord's reader
    /// does not: tabs as white space between parts.
    fn check_gap(&self, event: &Event<'_>, span: Span) -> Option<Problem> {
        if !self.has_tabs || matches!(event, Event::StreamStart) {
            return None;
        }
        let gap = self.text.get(self.last.end as usize..span.start as usize)?;
        let at = broken::tab_in_gap(gap, self.last_event.plain)?;
        let tab = self.last.end.saturating_add(to_u32(at));
        let is_key = gap.get(..at).is_some_and(|before| before.contains(':'));
        let last = if self.last_event.may_be_key && !is_key { self.last_event.before } else { self.last };
        Some(broken::tab(Span::new(self.file, tab, tab.saturating_add(1)), last))
    }

    /// Takes one event. `false`: the document has ended.
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<bool, Box<Problem>> {
        let mut handed_on = span;
        let mut plain = false;
        let may_be_key = self.may_be_key(span);
        match event {
            Event::Scalar(value, style, _, tag) => {
                plain = style == ScalarStyle::Plain;
                if plain && span.start == span.end {
                    let span = self.absent(span);
                    handed_on = span;
                    self.scalar(Cow::Borrowed(""), DataKind::Null, span)?;
                } else {
                    let span = self.whole_scalar(span, style);
                    if style == ScalarStyle::DoubleQuoted
                        && let Some(problem) = broken::escape(self.source, span, self.last)
                    {
                        return Err(Box::new(problem));
                    }
                    handed_on = span;
                    let kind = self.resolve(&value, plain, tag.as_deref(), span);
                    self.scalar(value, kind, span)?;
                }
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                if self.expects_key() {
                    return Err(Box::new(broken::complex_key(self.source, span, "an alias")));
                }
                let name = self.source.slice(span).trim_start_matches('*');
                let data = Data::new(DataKind::Text(name.into()), span);
                self.place(data);
            }
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                let is_map = matches!(event, Event::MappingStart(..));
                if self.expects_key() {
                    let what = if is_map { "a map" } else { "a list" };
                    return Err(Box::new(broken::complex_key(self.source, span, what)));
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
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(frame) = self.stack.pop() {
                    let data = close(frame, self.file, span.end);
                    self.place(data);
                }
            }
            Event::DocumentEnd => return Ok(false),
            Event::StreamEnd => {
                self.problems.push(broken::no_content(span.after()));
                return Ok(false);
            }
            _ => return Ok(true),
        }
        self.last_event = Last { span: handed_on, before: self.last, plain, may_be_key };
        self.last = handed_on;
        Ok(true)
    }

    /// A scalar behind its key's colon on the same line cannot be a key; elsewhere only what follows tells.
    fn may_be_key(&self, span: Span) -> bool {
        let is_value = matches!(self.stack.last(), Some(Frame { kind: FrameKind::Map { key: Some(_), .. }, .. }));
        let gap = self.text.get(self.last.end as usize..span.start as usize).unwrap_or("");
        !is_value || gap.contains(['\n', '\r'])
    }

    fn expects_key(&self) -> bool {
        matches!(self.stack.last(), Some(Frame { kind: FrameKind::Map { key: None, .. }, .. }))
    }

    /// The span of a scalar from its block indicator on; granit-parser's begins at the text.
    fn whole_scalar(&self, span: Span, style: ScalarStyle) -> Span {
        if !matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            return span;
        }
        let indicator = if style == ScalarStyle::Literal { '|' } else { '>' };
        let gap = self.text.get(self.last.end as usize..span.start as usize).unwrap_or("");
        let is_start =
            |at: &usize| gap.get(..*at).is_none_or(|g| g.is_empty() || g.ends_with([' ', '\t', '\n', ':', '-']));
        match gap.match_indices(indicator).map(|(at, _)| at).find(is_start) {
            Some(at) => {
                // Concord's reader ends it with its last line, before the next one's indentation.
                let start = self.last.end.saturating_add(to_u32(at));
                let raw = self.text.get(start as usize..span.end as usize).unwrap_or("");
                let end = start.saturating_add(to_u32(raw.trim_end_matches(' ').len()));
                Span { start, end: if raw.trim_end_matches(' ').ends_with('\n') { end } else { span.end }, ..span }
            }
            None => span,
        }
    }

    /// The place of a value that is not there: behind the key's colon.
    fn absent(&self, span: Span) -> Span {
        let gap = self.text.get(self.last.end as usize..).unwrap_or("");
        let colon = gap.trim_start_matches([' ', '\t']);
        if self.expects_key() || !colon.starts_with(':') {
            return span;
        }
        let at = self.last.end.saturating_add(to_u32(gap.len() - colon.len() + 1));
        Span { start: at, end: at, ..span }
    }

    fn resolve(&mut self, value: &str, plain: bool, tag: Option<&granit_parser::Tag>, span: Span) -> DataKind {
        let scalar = match tag {
            Some(tag) => {
                tag.suffix_in_namespace("tag:yaml.org,2002:").map_or(Scalar::Text, |tag| scalar::tagged(&tag, value))
            }
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
            Scalar::Binary => {
                let section = self.stack.first().and_then(Frame::open_key).unwrap_or(span);
                self.problems.push(broken::binary(span, section));
                DataKind::Text(value.into())
            }
        }
    }

    /// Puts a scalar where the next value or key belongs.
    fn scalar(&mut self, text: Cow<'_, str>, kind: DataKind, span: Span) -> Result<(), Box<Problem>> {
        let Some(Frame { kind: FrameKind::Map { entries, key: key @ None, seen }, .. }) = self.stack.last_mut() else {
            self.place(Data::new(kind, span));
            return Ok(());
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
        Ok(())
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
