//! Java's regular expressions over texts. Compiled patterns are kept.

use std::collections::HashMap;
use std::sync::Arc;

use accord_syntax::regex;
use fancy_regex::{Captures, Regex};
use parking_lot::Mutex;

use crate::Scope;
use crate::bounds::{check_cancelled, check_items};
use crate::fail::{Fail, Outcome};
use crate::operators::check_size;

/// How many compiled patterns are kept; when there are more, all are forgotten.
const KEPT: usize = 256;

/// How many matches, and parts of a text that may be looked through for one, go by without asking whether the process was
/// cancelled.
const UNCHECKED: usize = 4096;

/// Bytes of such a part.
const PART: usize = 4096;

type Kept = Mutex<Option<HashMap<(Box<str>, bool), Arc<Regex>>>>;

static PATTERNS: Kept = Mutex::new(None);

/// The compiled pattern; `whole` if it must match a whole text.
fn pattern(java: &str, whole: bool) -> Outcome<Arc<Regex>> {
    let mut kept = PATTERNS.lock();
    let kept = kept.get_or_insert_default();
    let key = (Box::from(java), whole);
    if let Some(known) = kept.get(&key) {
        return Ok(known.clone());
    }
    let compiled = if whole { regex::compile_whole(java) } else { regex::compile(java) };
    let compiled = compiled
        .map_err(|error| Fail::java("java.util.regex.PatternSyntaxException", error.java_message()))
        .map(Arc::new)?;
    if kept.len() >= KEPT {
        kept.clear();
    }
    kept.insert(key, compiled.clone());
    Ok(compiled)
}

#[cold]
fn gave_up(error: &fancy_regex::Error) -> Fail {
    Fail::java("StackOverflowError", format!("The pattern took too long to match: {error}"))
}

/// Whether the pattern matches the whole text.
pub(crate) fn matches(text: &str, java: &str) -> Outcome<bool> {
    pattern(java, true)?.is_match(text).map_err(|error| gave_up(&error))
}

/// All matches from the left as Java finds them: an empty match may follow another match at once.
fn each_match<'t>(
    text: &'t str,
    pattern: &Regex,
    scope: &dyn Scope,
    mut visit: impl FnMut(&Captures<'t, str>, usize, usize) -> Outcome<bool>,
) -> Outcome<()> {
    let (mut at, mut unchecked) = (0, 0);
    while at <= text.len() {
        // Looking for one match may take as long as the rest of the text is.
        unchecked += 1 + (text.len() - at) / PART;
        if unchecked > UNCHECKED {
            unchecked = 0;
            check_cancelled(scope)?;
        }
        let found = pattern.captures_from_pos(text, at).map_err(|error| gave_up(&error))?;
        let Some(captures) = found else { break };
        let Some(whole) = captures.get(0) else { break };
        let (start, end) = (whole.start(), whole.end());
        if !visit(&captures, start, end)? {
            break;
        }
        at = if end > start {
            end
        } else {
            end + text.get(end..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8)
        };
    }
    Ok(())
}

/// `replaceAll`, or `replaceFirst` where only `first` is wanted.
pub(crate) fn replace(scope: &dyn Scope, text: &str, java: &str, replacement: &str, first: bool) -> Outcome<String> {
    let pattern = pattern(java, false)?;
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    let mut parsed = None;
    each_match(text, &pattern, scope, |captures, start, end| {
        // Only a match makes Java look at the replacement.
        let replacement = match parsed.take() {
            Some(known) => known,
            None => regex::Replacement::parse(replacement, &pattern).map_err(|error| {
                let message = error.to_string();
                let class = if message.starts_with("No group") && !message.contains("name") {
                    "IndexOutOfBoundsException"
                } else {
                    "IllegalArgumentException"
                };
                Fail::java(class, message)
            })?,
        };
        out.push_str(text.get(copied..start).unwrap_or(""));
        replacement.expand(captures, &mut out);
        parsed = Some(replacement);
        check_size(out.len())?;
        copied = end;
        Ok(!first)
    })?;
    out.push_str(text.get(copied..).unwrap_or(""));
    Ok(out)
}

/// `split(pattern, limit)`. With `delimiters` what stood between the parts is in the result too.
pub(crate) fn split(scope: &dyn Scope, text: &str, java: &str, limit: i32, delimiters: bool) -> Outcome<Vec<String>> {
    let limit = usize::try_from(limit).ok().filter(|limit| *limit > 0).ok_or(limit);
    let full = |parts: usize| limit.is_ok_and(|limit| parts + 1 >= limit);
    let mut parts: Vec<String> = Vec::new();
    let mut count = 0;
    let mut at = 0;
    if full(0) {
        if literal(java).is_none() {
            pattern(java, false)?;
        }
        return Ok(vec![text.to_owned()]);
    }
    if let Some(literal) = literal(java) {
        for (start, found) in text.match_indices(literal) {
            if full(count) {
                break;
            }
            parts.push(text.get(at..start).unwrap_or("").to_owned());
            if delimiters {
                parts.push(found.to_owned());
            }
            count += 1;
            check_items(count)?;
            at = start + found.len();
        }
    } else {
        each_match(text, &*pattern(java, false)?, scope, |_, start, end| {
            if full(count) {
                return Ok(false);
            }
            // Nothing stands before an empty match at the start.
            if at == 0 && start == 0 && end == 0 {
                return Ok(true);
            }
            parts.push(text.get(at..start).unwrap_or("").to_owned());
            if delimiters {
                parts.push(text.get(start..end).unwrap_or("").to_owned());
            }
            count += 1;
            check_items(count)?;
            at = end;
            Ok(true)
        })?;
    }
    if at == 0 && parts.is_empty() {
        return Ok(vec![text.to_owned()]);
    }
    parts.push(text.get(at..).unwrap_or("").to_owned());
    if limit == Err(0) {
        while parts.last().is_some_and(String::is_empty) {
            parts.pop();
        }
    }
    Ok(parts)
}

/// The text that a pattern stands for, if it is plain.
fn literal(java: &str) -> Option<&str> {
    let plain = !java.is_empty() && !java.contains(|c: char| "\\.[](){}*+?^$|".contains(c));
    plain.then_some(java)
}
