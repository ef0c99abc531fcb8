//! Where a failure is in the sources: its step, and the part of the expression in it.

use accord_syntax::{Data, DataKind, Project, Source, Span, Text, read_data_and_problems};
use accord_value::{Place, TextPart};

/// The sources of a project, read once more as data: that has the place of every text, whatever it means.
pub(super) struct Places<'a> {
    files: Vec<(&'a Source, Option<Data>)>,
}

impl<'a> Places<'a> {
    pub(super) fn new(project: &'a Project) -> Self {
        let sources = project.sources.iter();
        Self { files: sources.map(|source| (&**source, read_data_and_problems(source).0)).collect() }
    }

    fn file(&self, span: Span) -> Option<&(&'a Source, Option<Data>)> {
        self.files.iter().find(|(source, _)| source.id() == span.file)
    }

    /// The key, or the text, that a place in Concord's form is about.
    pub(super) fn step(&self, place: &Place) -> Option<Span> {
        let (source, root) = self.files.iter().find(|(source, _)| **source.name() == *place.file)?;
        let start = source.line_start(place.line)?;
        let line = source.line_text(place.line)?;
        let column = (place.col as usize).checked_sub(1)?;
        let offset = line.char_indices().nth(column).map_or(line.len(), |(offset, _)| offset);
        let at = start.saturating_add(u32::try_from(offset).ok()?);
        let mut found = None;
        walk(root.as_ref()?, &mut |_, span, _| {
            if span.start == at && found.is_none() {
                found = Some(span);
            }
        });
        Some(found.unwrap_or(Span::new(source.id(), at, at)))
    }

    /// The value of the key at a place.
    pub(super) fn value(&self, key: Span) -> Span {
        let mut found = None;
        if let Some((_, Some(root))) = self.file(key) {
            walk(root, &mut |_, span, value| {
                if span == key && found.is_none() {
                    found = value;
                }
            });
        }
        found.unwrap_or(key)
    }

    /// The value of a key in the step at a place.
    pub(super) fn parameter(&self, step: Span, name: &str) -> Option<Span> {
        let (_, root) = self.file(step)?;
        let of_step = map_with(root.as_ref()?, step)?;
        let mut found = None;
        of_step.iter().for_each(|(_, value)| {
            walk(value, &mut |key, _, value| {
                if key == name && found.is_none() {
                    found = value;
                }
            });
        });
        found
    }

    /// A line and a column, both from 1, of the script in the step at a place.
    pub(super) fn in_script(&self, step: Span, line: usize, column: usize) -> Option<Span> {
        let (source, root) = self.file(step)?;
        let (_, body) = map_with(root.as_ref()?, step)?.iter().find(|(key, _)| &*key.value == "body")?;
        let text = body.as_text()?;
        let before: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
        let rest = text.get(before..)?;
        let in_line = rest.char_indices().nth(column.checked_sub(1)?).map_or(rest.len(), |(offset, _)| offset);
        let at = source.offset_in_scalar(body.span, before + in_line);
        Some(Span::new(body.span.file, at, at))
    }

    /// The part of an expression: in the first such text of the step, or else anywhere.
    pub(super) fn part(&self, part: &TextPart, step: Option<Span>) -> Option<Span> {
        let mut after = None;
        let mut first = None;
        for (_, root) in &self.files {
            let Some(root) = root else { continue };
            walk(root, &mut |text, span, _| {
                if *text != *part.text {
                    return;
                }
                first = first.or(Some(span));
                if step.is_some_and(|step| step.file == span.file && span.start >= step.start) {
                    after = after.or(Some(span));
                }
            });
        }
        let scalar = if step.is_some() { after } else { first }?;
        let (source, _) = self.file(scalar)?;
        let start = source.offset_in_scalar(scalar, part.start as usize);
        let end = source.offset_in_scalar(scalar, part.end as usize);
        Some(Span::new(scalar.file, start, end.max(start)))
    }
}

/// The map that has a key at a place.
fn map_with(data: &Data, key: Span) -> Option<&[(Text, Data)]> {
    match &data.kind {
        DataKind::List(items) => items.iter().find_map(|item| map_with(item, key)),
        DataKind::Map(entries) if entries.iter().any(|(name, _)| name.span == key) => Some(entries),
        DataKind::Map(entries) => entries.iter().find_map(|(_, value)| map_with(value, key)),
        _ => None,
    }
}

/// Calls `f` with each text and its place, those of keys with the place of their value too. The reader bounds how deep
/// data is nested.
fn walk(data: &Data, f: &mut dyn FnMut(&str, Span, Option<Span>)) {
    match &data.kind {
        DataKind::Text(text) => f(text, data.span, None),
        DataKind::List(items) => items.iter().for_each(|item| walk(item, f)),
        DataKind::Map(entries) => {
            for (Text { value, span }, inner) in entries {
                f(value, *span, Some(inner.span));
                walk(inner, f);
            }
        }
        DataKind::Null | DataKind::Bool(_) | DataKind::Int(_) | DataKind::Float(_) => {}
    }
}
