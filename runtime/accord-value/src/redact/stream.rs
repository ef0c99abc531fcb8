//! Masking of text that comes in pieces.

use std::ops::Range;

use super::automaton::HEAD;
use super::{MaskedLine, Redactor};
use crate::MASK;
use crate::text::normal_ranges;

/// Masks text that comes in pieces: so many of the last bytes are held back that a value which is split over two pieces
/// is found.
pub struct StreamMasker {
    redactor: Redactor,
    /// What was not given out yet.
    held: String,
    /// How many of the first held bytes belong to a value whose mask was given out already.
    covered: usize,
}

impl StreamMasker {
    pub(super) fn new(redactor: Redactor) -> StreamMasker {
        StreamMasker { redactor, held: String::new(), covered: 0 }
    }

    /// Takes the next piece and gives out what can be shown by now.
    pub fn push(&mut self, piece: &str) -> Option<MaskedLine> {
        self.held.push_str(piece);
        let Some(automaton) = self.redactor.automaton() else {
            return self.give(self.held.len(), &[]);
        };
        let found = automaton.all(&self.held);
        // Before this place every value begins that begins there; later, one may begin of which too little is here yet.
        let settled = self.held.len().saturating_sub(HEAD - 1);
        let open = found.iter().filter(|found| found.open).map(|found| found.range.start).min();
        let cut = self.held.floor_char_boundary(settled.min(open.unwrap_or(settled)));
        let ranges: Vec<Range<usize>> = found.into_iter().map(|found| found.range).collect();
        self.give(cut, &ranges)
    }

    /// Gives out the rest.
    pub fn finish(mut self) -> Option<MaskedLine> {
        let ranges = self.redactor.automaton().map_or_else(Vec::new, |automaton| automaton.find(&self.held));
        self.give(self.held.len(), &ranges)
    }

    /// Gives out what stands before `cut`, masked by `ranges`.
    fn give(&mut self, cut: usize, ranges: &[Range<usize>]) -> Option<MaskedLine> {
        if cut == 0 {
            return None;
        }
        let covered = self.covered;
        let all = std::iter::once(0..covered).chain(ranges.iter().cloned()).collect();
        let mut out = String::with_capacity(cut);
        let mut at = 0;
        self.covered = 0;
        for range in normal_ranges(&self.held, all) {
            if range.start >= cut {
                break;
            }
            out.push_str(self.held.get(at..range.start).unwrap_or_default());
            // The mask of what was cut through before was given out then.
            if range.start > 0 || covered == 0 {
                out.push_str(MASK);
            }
            at = range.end.min(cut);
            self.covered = range.end.saturating_sub(cut);
        }
        out.push_str(self.held.get(at..cut).unwrap_or_default());
        self.held.drain(..cut);
        (!out.is_empty()).then(|| MaskedLine(out.into()))
    }
}
