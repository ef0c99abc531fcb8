//! Java's file globs, and the patterns of `resources.concord`.
//!
//! Matched without regular expressions: the default pattern is tried on every start.
//! Source: the documentation of `java.nio.file.FileSystem.getPathMatcher`.

use crate::regex::{self, PatternError};

#[cfg(test)]
mod tests;

/// A glob: `*` and `?` stop at `/`, `**` does not, `{a,b}` cannot be nested, `[a-z]` and `[!a]` never match `/`.
#[derive(Clone, Debug)]
pub struct Glob(Vec<Op>);

#[derive(Clone, Debug)]
enum Op {
    Char(char),
    /// Any character; any but `/` unless told.
    Any {
        slash: bool,
    },
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
    /// Goes on at each of these.
    Split(Vec<usize>),
}

impl Glob {
    /// Parses a glob.
    ///
    /// # Errors
    /// Java's own complaints: a group or a class that is not closed, a nested group, a bad range.
    pub fn parse(glob: &str) -> Result<Self, PatternError> {
        let chars: Vec<char> = glob.chars().collect();
        let error = |description: &str, at: usize| PatternError {
            description: description.to_owned(),
            index: Some(at),
            pattern: glob.to_owned(),
        };
        let mut ops: Vec<Op> = Vec::new();
        // The open group: the place of its split, the starts of its branches, the ends of its finished branches.
        let mut group: Option<(usize, Vec<usize>, Vec<usize>)> = None;
        let mut at = 0;
        while let Some(c) = chars.get(at).copied() {
            at += 1;
            match (c, &mut group) {
                ('\\', _) => match chars.get(at) {
                    Some(c) => {
                        ops.push(Op::Char(*c));
                        at += 1;
                    }
                    None => return Err(error("No character to escape", at - 1)),
                },
                ('*', _) => {
                    let slash = chars.get(at) == Some(&'*');
                    at += usize::from(slash);
                    let start = ops.len();
                    ops.push(Op::Split(vec![start + 1, start + 3]));
                    ops.push(Op::Any { slash });
                    ops.push(Op::Split(vec![start]));
                }
                ('?', _) => ops.push(Op::Any { slash: false }),
                ('[', _) => {
                    let (class, end) = class(&chars, at).map_err(|(description, at)| error(description, at))?;
                    ops.push(class);
                    at = end;
                }
                ('{', Some(_)) => return Err(error("Cannot nest groups", at - 1)),
                ('{', None) => {
                    group = Some((ops.len(), vec![ops.len() + 1], Vec::new()));
                    ops.push(Op::Split(Vec::new()));
                }
                (',', Some((_, starts, ends))) => {
                    ends.push(ops.len());
                    ops.push(Op::Split(Vec::new()));
                    starts.push(ops.len());
                }
                ('}', Some(_)) => {
                    if let Some((split, starts, ends)) = group.take() {
                        let here = ops.len();
                        for (place, targets) in ends.into_iter().map(|end| (end, vec![here])).chain([(split, starts)]) {
                            if let Some(op) = ops.get_mut(place) {
                                *op = Op::Split(targets);
                            }
                        }
                    }
                }
                (c, _) => ops.push(Op::Char(c)),
            }
        }
        if group.is_some() {
            return Err(error("Missing '}", chars.len().saturating_sub(1)));
        }
        Ok(Self(ops))
    }

    /// Whether the whole path matches. Time: at most length of the glob times length of the path.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let mut now = States::new(self.0.len());
        self.reach(&mut now, 0);
        let mut next = States::new(self.0.len());
        for c in path.chars() {
            next.clear();
            for at in &now.list {
                let goes_on = match self.0.get(*at) {
                    Some(Op::Char(expected)) => c == *expected,
                    Some(Op::Any { slash }) => *slash || c != '/',
                    Some(Op::Class { negated, ranges }) => {
                        c != '/' && ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated
                    }
                    Some(Op::Split(_)) | None => false,
                };
                if goes_on {
                    self.reach(&mut next, at + 1);
                }
            }
            std::mem::swap(&mut now, &mut next);
            if now.list.is_empty() {
                return false;
            }
        }
        now.list.contains(&self.0.len())
    }

    /// Marks a state and all that can be reached from it without a character.
    fn reach(&self, states: &mut States, from: usize) {
        let first = states.list.len();
        states.add(from);
        let mut at = first;
        while let Some(state) = states.list.get(at).copied() {
            if let Some(Op::Split(targets)) = self.0.get(state) {
                targets.iter().for_each(|target| states.add(*target));
            }
            at += 1;
        }
    }
}

/// The places of a glob that the path so far leads to: few, mostly.
struct States {
    list: Vec<usize>,
    is_in: Vec<bool>,
}

impl States {
    fn new(length: usize) -> Self {
        Self { list: Vec::new(), is_in: vec![false; length + 1] }
    }

    fn add(&mut self, state: usize) {
        if let Some(is_in @ false) = self.is_in.get_mut(state) {
            *is_in = true;
            self.list.push(state);
        }
    }

    fn clear(&mut self) {
        for state in self.list.drain(..) {
            if let Some(is_in) = self.is_in.get_mut(state) {
                *is_in = false;
            }
        }
    }
}

/// A class whose `[` stands before `at`: the class, and the place behind it.
fn class(chars: &[char], mut at: usize) -> Result<(Op, usize), (&'static str, usize)> {
    let negated = chars.get(at) == Some(&'!');
    at += usize::from(negated);
    let mut ranges: Vec<(char, char)> = Vec::new();
    if chars.get(at) == Some(&'-') {
        ranges.push(('-', '-'));
        at += 1;
    }
    loop {
        let Some(c) = chars.get(at).copied() else { return Err(("Missing ']", at.saturating_sub(1))) };
        at += 1;
        match c {
            ']' if ranges.is_empty() => return Err(("Missing ']", at - 1)),
            ']' => return Ok((Op::Class { negated, ranges }, at)),
            '/' => return Err(("Explicit 'name separator' in class", at - 1)),
            '-' if chars.get(at).is_some_and(|c| *c != ']') => {
                let Some(high) = chars.get(at).copied() else { continue };
                at += 1;
                match ranges.last_mut() {
                    Some((low, last)) if low == last && *low <= high => *last = high,
                    _ => return Err(("Invalid range", at.saturating_sub(3))),
                }
            }
            c => ranges.push((c, c)),
        }
    }
}

/// One pattern of `resources.concord`.
#[derive(Clone, Debug)]
pub struct ResourcePattern(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Glob(Glob),
    Regex(Box<fancy_regex::Regex>),
    Path(String),
}

impl ResourcePattern {
    /// Parses `glob:…`, `regex:…` or the path of one file; surrounding spaces do not count.
    ///
    /// # Errors
    /// The glob or the regular expression is none.
    pub fn parse(pattern: &str) -> Result<Self, PatternError> {
        let pattern = pattern.trim();
        let relative = |path: &str| path.trim_start_matches('/').to_owned();
        Ok(Self(if let Some(glob) = pattern.strip_prefix("glob:") {
            Kind::Glob(Glob::parse(&relative(glob))?)
        } else if let Some(java) = pattern.strip_prefix("regex:") {
            Kind::Regex(Box::new(regex::compile_whole(&relative(java))?))
        } else {
            Kind::Path(relative(pattern))
        }))
    }

    /// Whether a file's path matches: relative to the working directory, with `/`.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        match &self.0 {
            Kind::Glob(glob) => glob.matches(path),
            Kind::Regex(regex) => regex.is_match(path).unwrap_or(false),
            Kind::Path(expected) => expected == path,
        }
    }
}
