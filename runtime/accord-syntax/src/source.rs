//! Texts and places in them: which file, which bytes, which line and column.
//!
//! Lines and columns count from 1 in code points, as Concord reports them. Nothing here knows YAML, except
//! [`Source::offset_in_scalar`], which finds the place of a part of a scalar's decoded text.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

mod scalar;
#[cfg(test)]
mod tests;

/// Which of a project's sources a [`Span`] points into: an index into [`Sources`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FileId(pub u32);

/// A range of bytes in one source; 12 bytes, so that every node can have one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The source.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` up to, and without, `end`.
    #[must_use]
    pub const fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The place behind the last byte, with no length.
    #[must_use]
    pub const fn after(self) -> Self {
        Self { file: self.file, start: self.end, end: self.end }
    }

    /// From the start of this span to the end of `other`.
    #[must_use]
    pub const fn to(self, other: Self) -> Self {
        Self { file: self.file, start: self.start, end: other.end }
    }
}

/// A line and a column, both counted from 1, the column in code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineCol {
    /// The line.
    pub line: u32,
    /// The column.
    pub col: u32,
}

/// A place as messages show it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file's name, as [`Source::name`].
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column in code points, from 1.
    pub col: u32,
}

/// One text with its name.
#[derive(Debug)]
pub struct Source {
    id: FileId,
    name: Arc<str>,
    path: Arc<str>,
    text: Arc<str>,
    is_utf8: bool,
    lines: OnceLock<Box<[u32]>>,
    /// How many characters stand before each [`BLOCK`] of the text: a line may be as long as the file.
    blocks: OnceLock<Box<[u32]>>,
}

/// Bytes of a block.
const BLOCK: usize = 4096;

impl Source {
    /// A source whose name in messages and whose path are the same, e.g. `concord/a.concord.yml`.
    pub fn new(id: FileId, name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        let name = name.into();
        Self {
            id,
            path: Arc::clone(&name),
            name,
            text: text.into(),
            is_utf8: true,
            lines: OnceLock::new(),
            blocks: OnceLock::new(),
        }
    }

    /// A source as its file has it. Bytes that are no UTF-8 are replaced, and `parse` reports them.
    pub fn from_bytes(id: FileId, name: impl Into<Arc<str>>, bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let is_utf8 = matches!(text, std::borrow::Cow::Borrowed(_));
        Self { is_utf8, ..Self::new(id, name, text.as_ref()) }
    }

    /// The same source, known to people under another path: a run of the single file `my.yml` reports
    /// `concord.yml` as Concord does, and pictures name `my.yml`.
    #[must_use]
    pub fn with_path(mut self, path: impl Into<Arc<str>>) -> Self {
        self.path = path.into();
        self
    }

    /// Its index in [`Sources`].
    #[must_use]
    pub const fn id(&self) -> FileId {
        self.id
    }

    /// The name that messages in Concord's form carry: relative to the working directory, with `/`.
    #[must_use]
    pub const fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The file that a person would open.
    #[must_use]
    pub const fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// The whole text.
    #[must_use]
    pub const fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Whether the file was UTF-8 throughout.
    #[must_use]
    pub const fn is_utf8(&self) -> bool {
        self.is_utf8
    }

    /// The text of a span; empty where the span does not fit this source.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Line and column of a byte offset. Offsets beyond the end are the end.
    #[must_use]
    pub fn line_col(&self, offset: u32) -> LineCol {
        let lines = self.lines.get_or_init(|| line_starts(&self.text));
        let line = lines.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|at| lines.get(at)).copied().unwrap_or(0) as usize;
        let end = floor_boundary(&self.text, offset as usize);
        let col = self.characters_before(end).saturating_sub(self.characters_before(start));
        LineCol { line: to_u32(line.max(1)), col: col.saturating_add(1) }
    }

    /// How many characters begin before a byte. A byte order mark at the start of the text does not count.
    fn characters_before(&self, offset: usize) -> u32 {
        let blocks = self.blocks.get_or_init(|| {
            let starts = (0..=self.text.len()).step_by(BLOCK);
            let counts = starts.scan(0, |count, start| {
                let before = *count;
                *count += characters(&self.text, start, start + BLOCK);
                Some(before)
            });
            counts.collect()
        });
        let block = offset / BLOCK;
        blocks.get(block).copied().unwrap_or(0) + characters(&self.text, block * BLOCK, offset)
    }

    /// The byte offset at which a line (from 1) begins; `None` beyond the last.
    #[must_use]
    pub fn line_start(&self, line: u32) -> Option<u32> {
        let lines = self.lines.get_or_init(|| line_starts(&self.text));
        lines.get((line as usize).checked_sub(1)?).copied()
    }

    /// The bytes of the `line`th line (from 1), without its line break; `None` beyond the last.
    #[must_use]
    pub fn line_text(&self, line: u32) -> Option<&str> {
        let lines = self.lines.get_or_init(|| line_starts(&self.text));
        let start = *lines.get((line as usize).checked_sub(1)?)? as usize;
        let end = lines.get(line as usize).map_or(self.text.len(), |end| *end as usize);
        Some(self.text.get(start..end)?.trim_end_matches(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']))
    }

    /// The byte offset in the source of a byte offset in a scalar's decoded text, so that a message about a part of
    /// an expression points at it. `scalar` is the scalar's span as it stands in a [`crate::Data`]: it begins at the
    /// quote, the block indicator or the first character. Never leaves the span.
    #[must_use]
    pub fn offset_in_scalar(&self, scalar: Span, decoded: usize) -> u32 {
        let at = scalar::source_offset(self.slice(scalar), &self.text, scalar, decoded);
        scalar.start.saturating_add(to_u32(at)).min(scalar.end)
    }
}

/// The sources of a project; a [`FileId`] is an index into it.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Arc<Source>>);

impl Sources {
    /// No sources yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a text under its name.
    pub fn add(&mut self, name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Arc<Source> {
        let source = Arc::new(Source::new(self.next_id(), name, text));
        self.0.push(Arc::clone(&source));
        source
    }

    /// Adds a source that was made with [`Self::next_id`].
    pub fn push(&mut self, source: Source) -> Arc<Source> {
        let source = Arc::new(Source { id: self.next_id(), ..source });
        self.0.push(Arc::clone(&source));
        source
    }

    /// Adds a text whose name in messages is not the file that a person would open ([`Source::with_path`]).
    pub fn add_with_path(
        &mut self,
        name: impl Into<Arc<str>>,
        path: impl Into<Arc<str>>,
        text: impl Into<Arc<str>>,
    ) -> Arc<Source> {
        let source = Arc::new(Source::new(self.next_id(), name, text).with_path(path));
        self.0.push(Arc::clone(&source));
        source
    }

    /// The id that the next added source gets.
    #[must_use]
    pub fn next_id(&self) -> FileId {
        FileId(to_u32(self.0.len()))
    }

    /// The source with this id.
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<&Arc<Source>> {
        self.0.get(id.0 as usize)
    }

    /// All sources in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Source>> {
        self.0.iter()
    }

    /// Where a span begins; `None` if its file is unknown.
    #[must_use]
    pub fn place(&self, span: Span) -> Option<Place> {
        let source = self.get(span.file)?;
        let LineCol { line, col } = source.line_col(span.start);
        Some(Place { file: Arc::clone(source.name()), line, col })
    }
}

/// How many characters begin in a range of bytes; a byte order mark at the start of the text is not counted.
fn characters(text: &str, start: usize, end: usize) -> u32 {
    let bytes = text.as_bytes();
    let part = bytes.get(start..end.min(bytes.len()).max(start)).unwrap_or_default();
    let begin = part.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
    let marks = usize::from(start == 0 && begin > 0 && text.starts_with('\u{feff}'));
    to_u32(begin - marks)
}

/// Offsets of the first byte of each line. Line breaks are those of YAML 1.1.
fn line_starts(text: &str) -> Box<[u32]> {
    let bytes = text.as_bytes();
    let mut starts = vec![0];
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        let length = match byte {
            b'\n' => 1,
            b'\r' if rest.starts_with(b"\r\n") => 2,
            b'\r' => 1,
            0xc2 if rest.starts_with("\u{85}".as_bytes()) => 2,
            0xe2 if rest.starts_with("\u{2028}".as_bytes()) || rest.starts_with("\u{2029}".as_bytes()) => 3,
            _ => {
                at += 1;
                continue;
            }
        };
        at += length;
        starts.push(to_u32(at));
    }
    starts.into_boxed_slice()
}

/// The greatest place between two characters that is not beyond `offset`.
pub(crate) fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Sources are limited far below 4 GiB; what is larger stops at the greatest offset.
pub(crate) fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
