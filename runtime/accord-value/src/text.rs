//! Texts, with the mark of those that came out of the secret store.
//!
//! Owns: [`Text`], which characters of it are sensitive, and [`TextBuilder`], which joins texts and keeps the marks in
//! their places. Must not know: which values are secret, how logs are written.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::MASK;

mod builder;
#[cfg(test)]
mod tests;

pub use builder::TextBuilder;

/// Set for good when the first sensitive value of this process is made.
static MARKS_ABOUT: AtomicBool = AtomicBool::new(false);

/// Whether any sensitive value was ever made in this process. Where it is false, no search for marks is needed.
pub fn marks_about() -> bool {
    MARKS_ABOUT.load(Ordering::Relaxed)
}

/// Says that a sensitive value is made.
pub(crate) fn note_mark() {
    MARKS_ABOUT.store(true, Ordering::Relaxed);
}

/// A text of a flow. The *sensitive* characters of it came out of the secret store, or were derived from such ones: they
/// are masked wherever the text is shown, and the text is refused where it would leave unmasked.
///
/// Joining texts keeps the marks in their places (`"user ${name}, password ${password}"` can be shown as
/// `user bob, password ******`); every other operation marks its whole result.
#[derive(Clone)]
pub struct Text(Repr);

#[derive(Clone)]
enum Repr {
    /// A text without marks (false), or marked as a whole (true).
    Flat(Arc<str>, bool),
    Ranged(Arc<Ranged>),
}

/// A text with sensitive parts. The ranges are byte offsets on character boundaries, in order, neither empty nor
/// overlapping; neighbours that touch are kept apart, as each stands for a value of its own.
struct Ranged {
    text: Arc<str>,
    ranges: Box<[Range<usize>]>,
}

impl Text {
    /// A text without a mark.
    pub fn plain(text: impl Into<Arc<str>>) -> Text {
        Text(Repr::Flat(text.into(), false))
    }

    /// A text that is a secret, all of it. An empty one has no mark: there is nothing to hide in it.
    pub fn sensitive(text: impl Into<Arc<str>>) -> Text {
        let text = text.into();
        if text.is_empty() {
            return Text(Repr::Flat(text, false));
        }
        note_mark();
        Text(Repr::Flat(text, true))
    }

    /// A text that is marked as a whole when `sensitive` says so.
    pub fn with_mark(text: impl Into<Arc<str>>, sensitive: bool) -> Text {
        if sensitive { Text::sensitive(text) } else { Text::plain(text) }
    }

    /// A text whose characters in `ranges` (byte offsets) are sensitive. Ranges that do not fit are widened to whole
    /// characters, overlapping ones are joined.
    pub fn with_ranges(text: impl Into<Arc<str>>, ranges: Vec<Range<usize>>) -> Text {
        let text = text.into();
        let ranges = normal_ranges(&text, ranges);
        match &*ranges {
            [] => Text(Repr::Flat(text, false)),
            [one] if one.start == 0 && one.end == text.len() => Text::sensitive(text),
            _ => {
                note_mark();
                Text(Repr::Ranged(Arc::new(Ranged { text, ranges: ranges.into() })))
            }
        }
    }

    /// The parts one after the other, marks kept in their places.
    pub fn concat<'a>(parts: impl IntoIterator<Item = &'a Text>) -> Text {
        let mut builder = TextBuilder::new();
        for part in parts {
            builder.push(part);
        }
        builder.finish()
    }

    /// The characters. Whoever shows them masks them first when [`Text::is_sensitive`].
    pub fn as_str(&self) -> &str {
        self.as_arc()
    }

    /// The shared characters.
    pub fn as_arc(&self) -> &Arc<str> {
        match &self.0 {
            Repr::Flat(text, _) => text,
            Repr::Ranged(ranged) => &ranged.text,
        }
    }

    /// Whether any character carries the mark.
    pub fn is_sensitive(&self) -> bool {
        !matches!(self.0, Repr::Flat(_, false))
    }

    /// The byte ranges of the sensitive characters, in order.
    pub fn sensitive_ranges(&self) -> Cow<'_, [Range<usize>]> {
        match &self.0 {
            Repr::Flat(_, false) => Cow::Borrowed(&[]),
            Repr::Flat(text, true) => Cow::Owned(std::iter::once(0..text.len()).collect()),
            Repr::Ranged(ranged) => Cow::Borrowed(&ranged.ranges),
        }
    }

    /// The sensitive parts of the text, in order.
    pub fn sensitive_parts(&self) -> Vec<&str> {
        let text = self.as_str();
        self.sensitive_ranges().iter().filter_map(|range| text.get(range.clone())).collect()
    }

    /// The text cut where the mark changes: each part with whether it is sensitive.
    pub fn segments(&self) -> Vec<(&str, bool)> {
        let text = self.as_str();
        match &self.0 {
            Repr::Flat(_, sensitive) if !text.is_empty() => vec![(text, *sensitive)],
            Repr::Flat(..) => Vec::new(),
            Repr::Ranged(ranged) => {
                let mut parts = Vec::with_capacity(ranged.ranges.len() * 2 + 1);
                let mut at = 0;
                for range in &ranged.ranges {
                    parts.push((text.get(at..range.start).unwrap_or_default(), false));
                    parts.push((text.get(range.clone()).unwrap_or_default(), true));
                    at = range.end;
                }
                parts.push((text.get(at..).unwrap_or_default(), false));
                parts.retain(|(part, _)| !part.is_empty());
                parts
            }
        }
    }

    /// The same characters, all of them marked.
    pub fn marked(&self) -> Text {
        Text::sensitive(self.as_arc().clone())
    }

    /// The part between two byte offsets, with the marks inside it; none where the offsets do not fit.
    pub fn slice(&self, range: Range<usize>) -> Option<Text> {
        let part = self.as_str().get(range.clone())?;
        Some(match &self.0 {
            Repr::Flat(_, false) => Text::plain(part),
            Repr::Flat(_, true) => Text::sensitive(part),
            Repr::Ranged(ranged) => {
                let inside = ranged
                    .ranges
                    .iter()
                    .filter(|marked| marked.start < range.end && marked.end > range.start)
                    .map(|marked| {
                        marked.start.saturating_sub(range.start)..marked.end.min(range.end).saturating_sub(range.start)
                    })
                    .collect();
                Text::with_ranges(part, inside)
            }
        })
    }

    /// The text as it may be shown: each sensitive part is `******`. Known secrets that stand in it without a mark are
    /// the business of [`crate::Redactor`].
    pub fn masked(&self) -> Cow<'_, str> {
        match &self.0 {
            Repr::Flat(text, false) => Cow::Borrowed(text),
            Repr::Flat(_, true) => Cow::Borrowed(MASK),
            Repr::Ranged(ranged) => Cow::Owned(mask_ranges(&ranged.text, &ranged.ranges)),
        }
    }
}

/// `text` with [`MASK`] in the place of each of `ranges`, which are in order and do not overlap.
pub(crate) fn mask_ranges(text: &str, ranges: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for range in ranges {
        out.push_str(text.get(at..range.start).unwrap_or_default());
        out.push_str(MASK);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// `ranges` within `text`, widened to whole characters, in order, overlapping ones joined, empty ones dropped.
pub(crate) fn normal_ranges(text: &str, mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut out: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        let start = text.floor_char_boundary(range.start);
        let end = text.ceil_char_boundary(range.end);
        if start >= end {
            continue;
        }
        match out.last_mut() {
            Some(last) if start < last.end => last.end = last.end.max(end),
            _ => out.push(start..end),
        }
    }
    out
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.masked())
    }
}

/// Texts are equal when their characters are, whatever the marks.
impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Default for Text {
    fn default() -> Text {
        Text::plain("")
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::plain(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::plain(text)
    }
}

impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Text {
        Text::plain(text)
    }
}

impl From<&Text> for Text {
    fn from(text: &Text) -> Text {
        text.clone()
    }
}
