//! What all sections need: the trail of enclosing keys, the collected mistakes, and readers of plain values.

use std::borrow::Cow;
use std::sync::Arc;

use super::suggest;
use crate::definition::{Data, DataKind, Spanned, Text};
use crate::diagnostic::{Diagnostic, TracePoint};
use crate::format::{Key, Shape, required};
use crate::source::{Source, Span, to_u32};
use crate::yaml::Problem;

/// A map and its place.
pub(super) struct Object {
    pub(super) entries: Vec<(Text, Data)>,
    pub(super) span: Span,
}

impl Object {
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(name, _)| &*name.value == key)
    }

    pub(super) fn get(&self, key: &str) -> Option<&Data> {
        self.entries.iter().find(|(name, _)| &*name.value == key).map(|(_, value)| value)
    }
}

/// A file with more mistakes than this is not read for them, and finding them all costs time.
const MAX_MISTAKES: usize = 1000;

/// The state of parsing one file.
pub(super) struct Context<'s> {
    source: &'s Source,
    cut: Option<u32>,
    trail: Vec<(Arc<str>, Span)>,
    found: Vec<Found>,
}

struct Found {
    /// Where Concord meets it while reading.
    at: u32,
    /// Problems of the YAML come before mistakes at the same place: Concord's grammar looks one part ahead.
    is_grammar: bool,
    diagnostic: Diagnostic,
}

impl<'s> Context<'s> {
    pub(super) const fn new(source: &'s Source, cut: Option<u32>) -> Self {
        Self { source, cut, trail: Vec::new(), found: Vec::new() }
    }

    pub(super) fn problem(&mut self, problem: Problem) {
        self.found.push(Found { at: problem.found_before, is_grammar: false, diagnostic: problem.diagnostic });
    }

    /// All mistakes in the order in which Concord would meet them.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        let cut = self.cut.unwrap_or(u32::MAX);
        self.found.retain(|found| !found.is_grammar || found.at < cut);
        self.found.sort_by_key(|found| (found.at, found.is_grammar));
        // What the end of reading cut off reaches beyond the text.
        let end = to_u32(self.source.text().len());
        let within = |span: Span| Span { end: span.end.min(end), ..span };
        let all = self.found.into_iter().map(|found| found.diagnostic);
        all.map(|it| Diagnostic { span: it.span.map(within), focus: it.focus.map(within), ..it }).collect()
    }

    /// Goes into what stands below a key; [`Self::leave`] goes out again.
    pub(super) fn enter(&mut self, key: &Text) {
        self.trail.push((Arc::clone(&key.value), key.span));
    }

    pub(super) fn leave(&mut self) {
        self.trail.pop();
    }

    /// The key as messages name it.
    fn subject(&self) -> String {
        self.trail.last().map_or_else(|| "This".to_owned(), |(name, _)| format!("'{name}'"))
    }

    /// Records a mistake that Concord meets at offset `at`.
    pub(super) fn report(&mut self, at: u32, mut diagnostic: Diagnostic) {
        if self.is_full() {
            return;
        }
        let points = self.trail.iter().rev();
        diagnostic.trace.extend(points.map(|(name, span)| TracePoint { label: name.to_string().into(), span: *span }));
        self.found.push(Found { at, is_grammar: true, diagnostic });
    }

    /// Whether what is found from here on is not kept: it need not be worded.
    pub(super) const fn is_full(&self) -> bool {
        self.found.len() >= MAX_MISTAKES
    }

    /// A value of the wrong kind. `expected` is a noun with its article.
    pub(super) fn wrong_kind(
        &mut self,
        code: &'static str,
        subject: &str,
        expected: &str,
        data: &Data,
        hint: Option<&str>,
    ) {
        if self.is_full() {
            return;
        }
        let found = describe(data);
        let span = self.with_properties(data.span);
        let message = format!("{subject} must be {expected}, and this is {found}");
        let mut diagnostic = Diagnostic::error(code, message, span);
        if let Some(hint) = hint {
            diagnostic = diagnostic.hint(hint.to_owned());
        } else if data.kind == DataKind::Null {
            diagnostic = diagnostic
                .hint("Give it a value, or remove the key; if the value follows, indent it deeper than the key.");
        }
        self.report(span.start, diagnostic);
    }

    /// A value of the wrong kind below the innermost key.
    pub(super) fn wrong(&mut self, expected: &str, data: &Data) {
        let subject = self.subject();
        self.wrong_kind("wrong-type", &subject, expected, data, None);
    }

    /// A value of the right kind that is not among those allowed, or not well formed.
    pub(super) fn bad_value(&mut self, span: Span, message: impl Into<Cow<'static, str>>, hint: Option<String>) {
        let span = self.with_properties(span);
        let mut diagnostic = Diagnostic::error("bad-value", message, span);
        diagnostic.hints.extend(hint.map(Cow::Owned));
        self.report(span.start, diagnostic);
    }

    /// A text that is not one of a few.
    fn not_one_of(&mut self, text: &Text, allowed: &[&str]) {
        if self.is_full() {
            return;
        }
        let subject = self.subject();
        let message = format!("{subject} cannot be '{}': it is one of {}", text.value, list(allowed));
        let hint = suggest::nearest(&text.value, allowed).map(|name| format!("Did you mean '{name}'?"));
        self.bad_value(text.span, message, hint);
    }

    /// A text that is one of those that its key allows.
    pub(super) fn one_of(&mut self, data: Data, key: &Key) -> Option<Text> {
        let text = self.text(data)?;
        let (allowed, fits) = match key.shape {
            Shape::OneOf(allowed) => (allowed, allowed.contains(&&*text.value)),
            Shape::OneOfAnyCase(allowed) => {
                (allowed, allowed.iter().any(|known| known.eq_ignore_ascii_case(&text.value)))
            }
            _ => return Some(text),
        };
        if !fits {
            self.not_one_of(&text, allowed);
            return None;
        }
        Some(text)
    }

    /// A key that is not among those allowed.
    pub(super) fn unknown(&mut self, what: &str, key: &Text, value: &Data, allowed: &[&str]) {
        let span = self.with_properties(value.span);
        self.unknown_at(what, key, span, allowed);
    }

    /// A key that is not among those allowed, reported elsewhere than at its value.
    pub(super) fn unknown_at(&mut self, what: &str, key: &Text, span: Span, allowed: &[&str]) {
        if self.is_full() {
            return;
        }
        let place = match self.trail.last() {
            Some((name, _)) => format!(" of '{name}'"),
            None => String::new(),
        };
        let message = format!("'{}' is no {what}{place}", key.value);
        let mut diagnostic = Diagnostic::error("unknown-option", message, span).focus(key.span);
        if let Some(name) = suggest::nearest(&key.value, allowed) {
            diagnostic = diagnostic.hint(format!("Did you mean '{name}'?"));
        }
        diagnostic = match allowed {
            [] => diagnostic.hint("It takes no options; check the indentation."),
            _ => diagnostic.hint(format!("Possible: {}. Check the indentation too.", list(allowed))),
        };
        self.report(span.start, diagnostic);
    }

    /// A second kind of step in one step.
    pub(super) fn second_kind(&mut self, key: &Text, value: Span, message: String, hint: String) {
        let span = self.with_properties(value);
        self.report(span.start, Diagnostic::error("unknown-option", message, span).focus(key.span).hint(hint));
    }

    /// Checks that an object has its mandatory keys. `false`: it has not, and is reported.
    pub(super) fn require(&mut self, object: &Object, keys: &[Key]) -> bool {
        let missing: Vec<&str> = required(keys).into_iter().filter(|key| !object.has(key)).collect();
        if !missing.is_empty() {
            let subject = self.subject();
            let message = format!("{subject} lacks {}", list(&missing));
            let keys: Vec<String> = missing.iter().map(|key| format!("'{key}:'")).collect();
            self.missing(object.span, message, Some(format!("Add {} to it.", keys.join(" and ")).into()));
        }
        missing.is_empty()
    }

    /// Something that an object must have; reported at the enclosing key.
    pub(super) fn missing(&mut self, object: Span, message: String, hint: Option<Cow<'static, str>>) {
        if object.end == u32::MAX {
            return;
        }
        let place = self.trail.last().map_or(object, |(_, span)| *span);
        let mut diagnostic = Diagnostic::error("missing-option", message, place);
        diagnostic.hints.extend(hint);
        self.report(object.start, diagnostic);
    }

    /// The place of a value as Concord has it: an anchor or a tag before it belongs to it.
    fn with_properties(&self, span: Span) -> Span {
        let mut start = span.start as usize;
        for _ in 0..2 {
            let before = self.source.text().get(..start).unwrap_or("").trim_end_matches(' ');
            let word = before.rfind([' ', '\n', '\t', '\r', '[', ',', '{']).map_or(0, |at| at + 1);
            if word < start && before.get(word..).is_some_and(|word| word.starts_with(['!', '&'])) {
                start = word;
            }
        }
        Span { start: to_u32(start), ..span }
    }

    // Readers of plain values. Each reports what is wrong and then gives `None`.

    pub(super) fn object(&mut self, data: Data) -> Option<Object> {
        match data {
            Data { kind: DataKind::Map(entries), span } => Some(Object { entries, span }),
            other => {
                self.wrong("a map", &other);
                None
            }
        }
    }

    pub(super) fn list(&mut self, data: Data, of: &str) -> Option<(Vec<Data>, Span)> {
        match data {
            Data { kind: DataKind::List(items), span } => Some((items, span)),
            other => {
                self.wrong(&format!("a list of {of}"), &other);
                None
            }
        }
    }

    /// A list with at least one item.
    pub(super) fn full_list(&mut self, data: Data, of: &str) -> Option<(Vec<Data>, Span)> {
        let (items, span) = self.list(data, of)?;
        if items.is_empty() && span.end != u32::MAX {
            let span = self.with_properties(span);
            let message = format!("{} must not be empty: it is a list of {of}", self.subject());
            self.report(span.start, Diagnostic::error("empty-list", message, span));
            return None;
        }
        Some((items, span))
    }

    pub(super) fn text(&mut self, data: Data) -> Option<Text> {
        match data {
            Data { kind: DataKind::Text(value), span } => Some(Text::new(value, span)),
            other => {
                let is_scalar = matches!(other.kind, DataKind::Bool(_) | DataKind::Int(_) | DataKind::Float(_));
                let hint = is_scalar.then_some("Put quotes round it to make it a text.");
                let subject = self.subject();
                self.wrong_kind("wrong-type", &subject, "a text", &other, hint);
                None
            }
        }
    }

    /// A text that no message may quote.
    pub(super) fn secret_text(&mut self, data: Data) -> Option<Text> {
        match data {
            Data { kind: DataKind::Text(value), span } => Some(Text::new(value, span)),
            Data { span, .. } => {
                let message = format!("{} must be a text", self.subject());
                self.bad_value(span, message, Some("Put quotes round it to make it a text.".to_owned()));
                None
            }
        }
    }

    pub(super) fn non_empty_text(&mut self, data: Data) -> Option<Text> {
        let text = self.text(data)?;
        if text.value.trim().is_empty() {
            let message = format!("{} must not be empty", self.subject());
            self.bad_value(text.span, message, None);
            return None;
        }
        Some(text)
    }

    pub(super) fn texts(&mut self, data: Data) -> Option<Vec<Text>> {
        let (items, _) = self.list(data, "texts")?;
        Some(items.into_iter().filter_map(|item| self.text(item)).collect())
    }

    pub(super) fn boolean(&mut self, data: &Data) -> Option<Spanned<bool>> {
        match data.kind {
            DataKind::Bool(value) => Some(Spanned::new(value, data.span)),
            _ => {
                let hint = data.as_text().is_some().then_some("Write true or false, without quotes.");
                let subject = self.subject();
                self.wrong_kind("wrong-type", &subject, "true or false", data, hint);
                None
            }
        }
    }

    pub(super) fn int(&mut self, data: &Data) -> Option<Spanned<i32>> {
        match data.kind {
            DataKind::Int(value) => Some(Spanned::new(value, data.span)),
            _ => {
                let hint = data.as_text().is_some().then_some("Write the number without quotes.");
                let subject = self.subject();
                self.wrong_kind("wrong-type", &subject, "a whole number", data, hint);
                None
            }
        }
    }

    pub(super) fn int_or_expression(&mut self, data: Data) -> Option<Data> {
        match &data.kind {
            DataKind::Int(_) => return Some(data),
            DataKind::Text(text) if as_expression(text).is_some() => return Some(data),
            _ => self.wrong("a whole number or an expression '${…}'", &data),
        }
        None
    }

    pub(super) fn expression(&mut self, data: Data) -> Option<Text> {
        match data {
            Data { kind: DataKind::Text(text), span } if as_expression(&text).is_some() => Some(Text::new(text, span)),
            other => {
                let hint = other.as_text().is_some().then_some("Write it as '${…}', with nothing before or after.");
                let subject = self.subject();
                self.wrong_kind("wrong-type", &subject, "an expression '${…}'", &other, hint);
                None
            }
        }
    }

    /// A map without nulls, or an expression.
    pub(super) fn map_or_expression(&mut self, data: Data) -> Option<Data> {
        match &data.kind {
            DataKind::Map(_) => self.without_nulls(data),
            DataKind::Text(text) if as_expression(text).is_some() => Some(data),
            _ => {
                self.wrong("a map or an expression '${…}'", &data);
                None
            }
        }
    }

    /// A map without nulls.
    pub(super) fn map(&mut self, data: Data) -> Option<Data> {
        if let DataKind::Map(_) = data.kind {
            self.without_nulls(data)
        } else {
            self.wrong("a map", &data);
            None
        }
    }

    /// Any value but null, without nulls in its maps.
    pub(super) fn value(&mut self, data: Data) -> Option<Data> {
        if data.kind == DataKind::Null {
            self.wrong("a value", &data);
            return None;
        }
        self.without_nulls(data)
    }

    /// A value whose maps hold no nulls; nulls in lists are fine.
    pub(super) fn without_nulls(&mut self, data: Data) -> Option<Data> {
        let mut nulls = Vec::new();
        find_nulls(&data, &mut nulls);
        if nulls.is_empty() {
            return Some(data);
        }
        for (key, span) in nulls {
            let message = format!("'{key}' has no value, and a map cannot hold null");
            let hint = "Give it a value, remove the key, or write ${null}.";
            let span = self.with_properties(span);
            self.report(span.start, Diagnostic::error("null-value", message, span).hint(hint));
        }
        None
    }
}

/// Nesting is limited by the reader, so that the recursion is, too.
fn find_nulls(data: &Data, found: &mut Vec<(Arc<str>, Span)>) {
    match &data.kind {
        DataKind::Map(entries) => {
            for (key, value) in entries {
                if value.kind == DataKind::Null {
                    found.push((Arc::clone(&key.value), value.span));
                } else {
                    find_nulls(value, found);
                }
            }
        }
        DataKind::List(items) => items.iter().for_each(|item| find_nulls(item, found)),
        _ => {}
    }
}

/// The inside of a text that is one whole `${…}`.
pub(crate) fn as_expression(text: &str) -> Option<&str> {
    text.strip_prefix("${")?.strip_suffix('}')
}

/// A value's kind with its article; short scalars are quoted.
pub(super) fn describe(data: &Data) -> String {
    let short = |text: &str| text.chars().count() <= 40 && !text.contains(['\n', '\r']);
    match &data.kind {
        DataKind::Null => "nothing".to_owned(),
        DataKind::Bool(value) => format!("the boolean {value}"),
        DataKind::Int(value) => format!("the number {value}"),
        DataKind::Float(value) => format!("the number {value}"),
        DataKind::Text(text) if short(text) => format!("the text '{text}'"),
        DataKind::Text(_) => "a text".to_owned(),
        DataKind::List(items) if items.is_empty() => "an empty list".to_owned(),
        DataKind::List(_) => "a list".to_owned(),
        DataKind::Map(entries) if entries.is_empty() => "an empty map".to_owned(),
        DataKind::Map(_) => "a map".to_owned(),
    }
}

/// Names in quotes, the last with "and".
pub(super) fn list(names: &[&str]) -> String {
    let mut out = String::new();
    for (at, name) in names.iter().enumerate() {
        if at > 0 {
            out.push_str(if at + 1 == names.len() { " and " } else { ", " });
        }
        out.push('\'');
        out.push_str(name);
        out.push('\'');
    }
    out
}
