//! Joining of texts with their marks.

use std::ops::Range;

use super::Text;

/// Builds a text from parts and keeps the marks of the parts in their places.
#[derive(Default)]
pub struct TextBuilder {
    text: String,
    ranges: Vec<Range<usize>>,
}

impl TextBuilder {
    /// An empty builder.
    pub fn new() -> TextBuilder {
        TextBuilder::default()
    }

    /// Number of bytes so far.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether nothing was pushed yet.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Appends a text with its marks.
    pub fn push(&mut self, text: &Text) {
        let start = self.text.len();
        self.text.push_str(text.as_str());
        if text.is_sensitive() {
            self.ranges.extend(text.sensitive_ranges().iter().map(|range| start + range.start..start + range.end));
        }
    }

    /// Appends characters that are not sensitive.
    pub fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Appends a character that is not sensitive.
    pub fn push_char(&mut self, character: char) {
        self.text.push(character);
    }

    /// Appends characters that are sensitive when `sensitive` says so.
    pub fn push_marked(&mut self, text: &str, sensitive: bool) {
        let start = self.text.len();
        self.text.push_str(text);
        if sensitive && !text.is_empty() {
            self.ranges.push(start..self.text.len());
        }
    }

    /// As [`TextBuilder::push_marked`], where the characters go on with what was pushed last: two sensitive neighbours
    /// become one part.
    pub fn push_more(&mut self, text: &str, sensitive: bool) {
        let start = self.text.len();
        match self.ranges.last_mut() {
            Some(last) if sensitive && last.end == start => {
                self.text.push_str(text);
                last.end = self.text.len();
            }
            _ => self.push_marked(text, sensitive),
        }
    }

    /// Cuts the text back to `len` bytes, or to the character boundary before.
    pub fn truncate(&mut self, len: usize) {
        let len = self.text.floor_char_boundary(len);
        self.text.truncate(len);
        self.ranges.retain_mut(|range| {
            range.end = range.end.min(len);
            range.start < range.end
        });
    }

    /// The text built.
    pub fn finish(self) -> Text {
        if self.ranges.is_empty() { Text::plain(self.text) } else { Text::with_ranges(self.text, self.ranges) }
    }
}

impl std::fmt::Write for TextBuilder {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.text.push_str(text);
        Ok(())
    }
}
