//! Finding of many texts at once.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};
use zeroize::{Zeroize, Zeroizing};

use super::forms::Encoding;

/// How many bytes of a text the automaton looks for; what follows is compared byte by byte. It bounds the automaton's
/// size, and how much a stream has to hold back.
pub(super) const HEAD: usize = 64;

/// A value so long that its forms are not kept but made again when their beginning is found.
#[derive(Clone)]
pub(super) struct Long {
    pub(super) value: Arc<Zeroizing<Vec<u8>>>,
    pub(super) encoding: Encoding,
}

impl Long {
    /// The beginning of the form.
    fn head(&self) -> Vec<u8> {
        // Every encoding makes at least one byte of each byte, but for the few that base64 leaves out at its edges.
        let start = self.value.get(..HEAD * 2).unwrap_or(&self.value);
        let start = match str::from_utf8(start) {
            Ok(_) => start,
            Err(error) => start.get(..error.valid_up_to().max(HEAD * 2 - 4)).unwrap_or(start),
        };
        let mut head = self.encoding.encode(start).into_bytes();
        head.truncate(HEAD);
        head
    }
}

/// Finds any of a set of texts, leftmost and longest.
pub(super) struct Automaton {
    /// None where the set was too large to build one.
    heads: Option<AhoCorasick>,
    /// Of each head, what may follow it.
    tails: Vec<Vec<Tail>>,
}

enum Tail {
    Short(Zeroizing<Vec<u8>>),
    Long(Long),
}

impl Tail {
    fn bytes(&self) -> Cow<'_, [u8]> {
        match self {
            Tail::Short(bytes) => Cow::Borrowed(bytes),
            Tail::Long(long) => {
                let mut form = long.encoding.encode(&long.value).into_bytes();
                form.drain(..HEAD.min(form.len()));
                Cow::Owned(form)
            }
        }
    }
}

/// A place where a text was found.
pub(super) struct Found {
    pub(super) range: Range<usize>,
    /// Whether the end of what was searched cut it off: more of the text may follow.
    pub(super) open: bool,
}

impl Automaton {
    pub(super) fn new<'a>(texts: impl Iterator<Item = &'a str>, long: &[Long]) -> Automaton {
        let mut entries: Vec<(Zeroizing<Vec<u8>>, Option<Tail>)> = texts
            .map(|text| {
                let (head, tail) = text.as_bytes().split_at(text.len().min(HEAD));
                let tail = (!tail.is_empty()).then(|| Tail::Short(Zeroizing::new(tail.to_vec())));
                (Zeroizing::new(head.to_vec()), tail)
            })
            .collect();
        entries.extend(long.iter().map(|long| (Zeroizing::new(long.head()), Some(Tail::Long(long.clone())))));
        entries.sort_unstable_by(|(a, _), (b, _)| a.as_slice().cmp(b.as_slice()));
        let mut heads: Vec<Zeroizing<Vec<u8>>> = Vec::new();
        let mut tails: Vec<Vec<Tail>> = Vec::new();
        for (head, tail) in entries {
            if heads.last() != Some(&head) {
                heads.push(head);
                tails.push(Vec::new());
            }
            if let Some(tails) = tails.last_mut() {
                tails.extend(tail);
            }
        }
        // Of the kinds, this one is built fastest and is small.
        let heads = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .match_kind(MatchKind::LeftmostLongest)
            .build(heads.iter().map(|head| head.as_slice()))
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
                let mut tail = tail.bytes();
                let common = tail.iter().zip(rest).take_while(|(a, b)| a == b).count();
                more = more.max(common);
                open |= common == rest.len() && common < tail.len();
                if let Cow::Owned(bytes) = &mut tail {
                    bytes.zeroize();
                }
            }
            let end = head.end() + more;
            found.push(Found { range: head.start()..end, open });
            // A value may begin inside another one; of a long one only the end is looked at, as a value that repeats
            // itself would begin everywhere in it.
            at = (head.start() + 1).max(end.saturating_sub(HEAD));
        }
        found
    }
}
