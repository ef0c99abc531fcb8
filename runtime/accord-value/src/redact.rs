//! The second line against leaks: known secret values are found in whatever is about to be shown, by text.
//!
//! The first line is the mark that [`Text`]s carry. Owns: [`Redactor`] with the values of one process, and
//! [`MaskedLine`], which only a redactor makes and which is all that a log takes. Must not know: where values come from,
//! where lines go.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::RwLock;
use zeroize::{Zeroize, Zeroizing};

use crate::Text;
use crate::text::{mask_ranges, normal_ranges};

mod automaton;
mod forms;
mod stream;
#[cfg(test)]
mod tests;

use automaton::{Automaton, Long};
use forms::Encoding;
pub use stream::StreamMasker;

/// Values with fewer characters than this are not looked for by text: they would be found in innocent words. They are
/// masked by their mark.
const SHORTEST: usize = 4;

/// The longest value, in lines, of which each line is looked for in every encoding; of longer ones the lines are looked
/// for as they are.
const MANY_LINES: usize = 200;

/// The longest value, in bytes, of which all forms are kept.
const LONG: usize = 16 << 10;

/// A line without secrets: only a [`Redactor`] makes one, so a sink that takes it cannot be given raw text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskedLine(Arc<str>);

impl MaskedLine {
    /// The characters, safe to show.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The shared characters, safe to show.
    pub fn as_arc(&self) -> &Arc<str> {
        &self.0
    }
}

impl fmt::Display for MaskedLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The secret values that one process knows, and the masking of texts by them. A clone shares the values.
///
/// Of each value of at least 4 characters these forms are found: as it is; base64 and base64url at each of the three
/// offsets; hexadecimal; URL-encoded; escaped for JSON, XML and the shell; of one with several lines each line (but PEM's
/// header lines). What overlaps is masked as one.
#[derive(Clone, Default)]
pub struct Redactor(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// Whether anything is known at all: without a secret, masking costs one load.
    any: AtomicBool,
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    /// What was registered, to register each value once.
    values: HashSet<Form>,
    /// All forms to look for.
    forms: HashSet<Form>,
    /// Forms that are too long to keep.
    long: Vec<Long>,
    /// Built for the next line that is masked, thrown away by the next registration.
    automaton: Option<Arc<Automaton>>,
}

impl Known {
    /// Adds the forms of a value.
    fn add(&mut self, value: &[u8], encodings: &[Encoding]) {
        self.automaton = None;
        if value.len() > LONG {
            let value = Arc::new(Zeroizing::new(value.to_vec()));
            self.long.extend(encodings.iter().map(|encoding| Long { value: value.clone(), encoding: *encoding }));
            return;
        }
        for encoding in encodings {
            let form = Form(encoding.encode(value));
            if form.0.chars().count() >= SHORTEST {
                self.forms.insert(form);
            }
        }
    }

    fn build(&self) -> Automaton {
        Automaton::new(self.forms.iter().map(|form| form.0.as_str()), &self.long)
    }
}

/// A text to look for, overwritten when it is dropped.
#[derive(PartialEq, Eq, Hash)]
struct Form(String);

impl Drop for Form {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Borrow<str> for Form {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Redactor {
    /// A redactor that knows no value.
    pub fn new() -> Redactor {
        Redactor::default()
    }

    /// Makes a value known. Blanks around it do not count. Done before the value is handed to anybody.
    pub fn register(&self, value: &str) {
        let value = value.trim();
        if value.chars().count() < SHORTEST || self.0.known.read().values.contains(value) {
            return;
        }
        let mut known = self.0.known.write();
        known.values.insert(Form(value.to_owned()));
        let encodings = forms::of_text();
        known.add(value.as_bytes(), &encodings);
        if value.contains('\n') {
            let lines: Vec<&str> = value.lines().map(str::trim).filter(|line| tells(line)).collect();
            let encodings = if lines.len() <= MANY_LINES { encodings.as_slice() } else { &[Encoding::Plain] };
            for line in lines {
                known.add(line.as_bytes(), encodings);
            }
        }
        self.0.any.store(true, Ordering::Release);
    }

    /// Makes bytes known: as text where they are one, else in base64 and hexadecimal.
    pub fn register_bytes(&self, bytes: &[u8]) {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.register(text),
            Err(_) => self.register_encoded(bytes),
        }
    }

    /// Makes a password known, and the `user:password` of HTTP's Basic authentication in base64.
    pub fn register_credentials(&self, user: &str, password: &str) {
        self.register(password);
        self.register_encoded(Zeroizing::new(format!("{user}:{password}")).as_bytes());
    }

    /// Makes the sensitive parts of a text known.
    pub fn register_text(&self, text: &Text) {
        for part in text.sensitive_parts() {
            self.register(part);
        }
    }

    fn register_encoded(&self, bytes: &[u8]) {
        if bytes.len() >= SHORTEST {
            self.0.known.write().add(bytes, &forms::OF_BYTES);
            self.0.any.store(true, Ordering::Release);
        }
    }

    /// The text with all known values masked: the one way to a [`MaskedLine`] for texts without marks.
    pub fn mask(&self, text: &str) -> MaskedLine {
        match self.automaton() {
            None => MaskedLine(text.into()),
            Some(automaton) => {
                let found = automaton.find(text);
                if found.is_empty() { MaskedLine(text.into()) } else { MaskedLine(mask_ranges(text, &found).into()) }
            }
        }
    }

    /// The text with its sensitive parts and all known values masked.
    pub fn mask_text(&self, text: &Text) -> MaskedLine {
        let known = self.automaton().map_or_else(Vec::new, |automaton| automaton.find(text.as_str()));
        match (text.is_sensitive(), known.is_empty()) {
            (false, true) => MaskedLine(text.as_arc().clone()),
            (true, true) => MaskedLine(text.masked().into()),
            _ => {
                let ranges: Vec<Range<usize>> = text.sensitive_ranges().iter().cloned().chain(known).collect();
                MaskedLine(mask_ranges(text.as_str(), &normal_ranges(text.as_str(), ranges)).into())
            }
        }
    }

    /// A masker for text that comes in pieces, such as a child process' output.
    pub fn stream(&self) -> StreamMasker {
        StreamMasker::new(self.clone())
    }

    /// What finds the values known by now; none where none are.
    fn automaton(&self) -> Option<Arc<Automaton>> {
        if !self.0.any.load(Ordering::Acquire) {
            return None;
        }
        if let Some(automaton) = &self.0.known.read().automaton {
            return Some(automaton.clone());
        }
        let mut known = self.0.known.write();
        if known.automaton.is_none() {
            known.automaton = Some(Arc::new(known.build()));
        }
        known.automaton.clone()
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redactor({} values)", self.0.known.read().values.len())
    }
}

/// Whether a line of a longer value tells anything: PEM's header lines do not.
fn tells(line: &str) -> bool {
    line.chars().count() >= SHORTEST && !line.starts_with("-----BEGIN ") && !line.starts_with("-----END ")
}
