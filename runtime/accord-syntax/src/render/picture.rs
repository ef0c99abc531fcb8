//! A diagnostic with the lines it is about and a mark below the place.

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{LineCol, Source, Sources, Span, floor_boundary};

/// Lines shown before and after the line in question.
const CONTEXT: u32 = 2;
/// Longer lines are cut round the place.
const WIDTH: usize = 140;
/// Of a longer line only so many bytes before and behind the place are drawn from at all: drawing takes time.
const FAR: usize = 2000;

/// How to draw.
#[derive(Clone, Copy, Debug, Default)]
pub struct Picture<'a> {
    /// With terminal colours.
    pub color: bool,
    /// Parts of the sources that must not be seen, such as literal passwords: each is shown as `******`.
    pub hidden: &'a [Span],
}

/// Draws a diagnostic.
#[must_use]
pub fn picture(diagnostic: &Diagnostic, sources: &Sources, how: &Picture<'_>) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut elements: Vec<Element<'_>> = Vec::new();
    let span = diagnostic.focus.or(diagnostic.span);
    let excerpt = span.and_then(|span| Some(Excerpt::new(sources.get(span.file)?, span, how.hidden)));
    if let Some(excerpt) = &excerpt {
        let mark = AnnotationKind::Primary.span(excerpt.start..excerpt.end);
        let snippet =
            Snippet::source(excerpt.text.as_str()).line_start(excerpt.line as usize).fold(false).annotation(mark);
        if let Some(LineCol { line, col }) = excerpt.cut {
            let place = Origin::path(excerpt.path.as_str()).line(line as usize).char_column(col as usize);
            elements.push(place.into());
            elements.push(snippet.into());
        } else {
            elements.push(snippet.path(excerpt.path.as_str()).into());
        }
    }
    let trail = trail(diagnostic, sources);
    if !trail.is_empty() {
        elements.push(Level::NOTE.message(trail).into());
    }
    for note in &diagnostic.notes {
        elements.push(Level::NOTE.message(note.as_ref()).into());
    }
    for hint in &diagnostic.hints {
        elements.push(Level::HELP.message(hint.as_ref()).into());
    }
    let title = level.primary_title(diagnostic.message.as_ref()).id(diagnostic.code);
    let report = &[title.elements(elements)];
    let renderer = if how.color { Renderer::styled() } else { Renderer::plain() };
    renderer.term_width(WIDTH).render(report)
}

/// `in 'task' (line 4) of 'default' (line 3) …`.
fn trail(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let mut out = String::new();
    for (at, point) in diagnostic.trace.iter().enumerate() {
        out.push_str(if at == 0 { "in " } else { " of " });
        out.push_str(&format!("'{}'", point.label));
        if let Some(place) = sources.place(point.span) {
            out.push_str(&format!(" (line {})", place.line));
        }
    }
    out
}

/// Some lines of a source, hidden parts replaced, with the place in them.
struct Excerpt {
    path: String,
    text: String,
    /// The first line's number.
    line: u32,
    start: usize,
    end: usize,
    /// The place, where the lines are cut, so that it cannot be told from them.
    cut: Option<LineCol>,
}

impl Excerpt {
    fn new(source: &Source, span: Span, hidden: &[Span]) -> Self {
        let shown_at = source.line_col(span.start);
        let line = shown_at.line;
        let mut first = line.saturating_sub(CONTEXT).max(1);
        let mut from = offset_of(source, first);
        let mut to = offset_of(source, line.saturating_add(CONTEXT + 1)).max(from);
        let is_long = to - from > 2 * FAR;
        if is_long {
            first = line;
            from =
                floor_boundary(source.text(), offset_of(source, line).max((span.start as usize).saturating_sub(FAR)));
            to = floor_boundary(source.text(), offset_of(source, line.saturating_add(1)).min(from + 2 * FAR)).max(from);
        }
        let whole: &str = source.text();
        // The mark ends with its first line: what is below it belongs to it, as one sees.
        let line_end = offset_of(source, line.saturating_add(1));
        let last = whole.get(..line_end).map_or(line_end, |text| text.trim_end_matches(['\n', '\r']).len());
        let mark = (span.start as usize, (span.end as usize).min(last).max(span.start as usize));
        let mut hidden: Vec<(usize, usize)> = hidden
            .iter()
            .filter(|part| part.file == span.file && (part.start as usize) < to && (part.end as usize) > from)
            .map(|part| ((part.start as usize).max(from), (part.end as usize).min(to)))
            .collect();
        hidden.sort_unstable();
        let mut text = String::new();
        let mut at = from;
        let mut place = (None, None);
        for (hide_from, hide_to) in hidden.into_iter().chain([(to, to)]) {
            let here = |offset: usize| (at..=hide_from).contains(&offset).then(|| text.len() + offset - at);
            place = (place.0.or_else(|| here(mark.0)), place.1.or_else(|| here(mark.1)));
            text.push_str(whole.get(at..hide_from.max(at)).unwrap_or(""));
            if hide_to > at && hide_to > hide_from {
                text.push_str("******");
            }
            at = at.max(hide_to);
            place = (place.0.or((mark.0 < at).then_some(text.len())), place.1.or((mark.1 < at).then_some(text.len())));
        }
        let clamp = |offset: Option<usize>| {
            let mut offset = offset.unwrap_or(text.len()).min(text.len());
            while !text.is_char_boundary(offset) {
                offset -= 1;
            }
            offset
        };
        let (start, end) = (clamp(place.0), clamp(place.1));
        let cut = is_long.then_some(shown_at);
        Self { path: source.path().to_string(), line: first, start, end: end.max(start), text, cut }
    }
}

/// The offset at which a line begins; the end of the text beyond the last.
fn offset_of(source: &Source, line: u32) -> usize {
    source.line_start(line).map_or(source.text().len(), |offset| offset as usize)
}
