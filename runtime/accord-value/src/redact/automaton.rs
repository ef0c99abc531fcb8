//! Finding of many texts at once.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};
use zeroize::Zeroizing;

/// How many bytes of a text the automaton looks for; what follows is compared byte by byte. It bounds the automaton's
/// size, and how much a stream has to hold back.
pub(super) const HEAD: usize = 64;

/// Finds any of a set of texts, leftmost and longest.
pub(super) struct Automaton {
    /// None where the set was too large to build one.
    heads: Option<AhoCorasick>,
    /// Of each head, what may follow it.
    tails: Vec<Vec<Zeroizing<Vec<u8>>>>,
}

/// A place where a text was found.
pub(super) struct Found {
    pub(super) range: Range<usize>,
    /// Whether the end of what was searched cut it off: more of the text may follow.
    pub(super) open: bool,
}

impl Automaton {
    pub(super) fn new<'a>(texts: impl Iterator<Item = &'a str>) -> Automaton {
        let mut texts: Vec<&[u8]> = texts.map(str::as_bytes).collect();
        texts.sort_unstable();
        let mut heads: Vec<&[u8]> = Vec::new();
        let mut tails: Vec<Vec<Zeroizing<Vec<u8>>>> = Vec::new();
        for text in texts {
            let (head, tail) = text.split_at(text.len().min(HEAD));
            if heads.last() != Some(&head) {
                heads.push(head);
                tails.push(Vec::new());
            }
            if let (Some(tails), false) = (tails.last_mut(), tail.is_empty()) {
                tails.push(Zeroizing::new(tail.to_vec()));
            }
        }
        // Of the kinds, this one is built fastest and is small.
        let heads = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .match_kind(MatchKind::LeftmostLongest)
            .build(&heads)
            .ok();
        Automaton { heads, tails }
    }

    /// The ranges to mask in `text`, in order; those that overlap are joined.
    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        crate::text::normal_ranges(text, self.all(text).into_iter().map(|found| found.range).collect())
    }

    /// All places where a text begins, overlapping ones too, in order. Where nothing could be built, everything is one
    /// place: rather a useless line than a secret.
    pub(super) fn all(&self, text: &str) -> Vec<Found> {
        let Some(heads) = &self.heads else {
            return vec![Found { range: 0..text.len(), open: false }];
        };
        let bytes = text.as_bytes();
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(head) = heads.find(Input::new(bytes).span(at..bytes.len())) {
            let rest = bytes.get(head.end()..).unwrap_or_default();
            let (mut more, mut open) = (0, false);
            for tail in self.tails.get(head.pattern().as_usize()).into_iter().flatten() {
                let common = tail.iter().zip(rest).take_while(|(a, b)| a == b).count();
                more = more.max(common);
                open |= common == rest.len() && common < tail.len();
            }
            found.push(Found { range: head.start()..head.end() + more, open });
            // A value may begin inside another one.
            at = head.start() + 1;
        }
        found
    }
}
