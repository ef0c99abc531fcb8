//! The redactor of a process and the sink behind it: nothing that the process says goes round them.

use std::sync::Arc;

use accord_sdk::LogLevel;
use accord_value::{MaskedLine, Redactor, Secret, SecretString, Text};
use parking_lot::Mutex;

use crate::log::{LogEntry, LogSink};
use crate::store::Opened;

/// Masks what a process says, and hands it on.
pub(crate) struct Masking {
    redactor: Redactor,
    sink: Arc<dyn LogSink>,
    /// What was registered: a suspended process has to know it again.
    known: Mutex<Vec<SecretString>>,
}

impl Masking {
    pub(crate) fn new(sink: Arc<dyn LogSink>) -> Self {
        Self { redactor: Redactor::new(), sink, known: Mutex::new(Vec::new()) }
    }

    /// Masks a text from now on.
    pub(crate) fn register(&self, text: &str) {
        self.redactor.register(text);
        self.remember(text);
    }

    /// Masks the text that the bytes are, if they are one.
    pub(crate) fn register_bytes(&self, bytes: &[u8]) {
        self.redactor.register_bytes(bytes);
        if let Ok(text) = std::str::from_utf8(bytes) {
            self.remember(text);
        }
    }

    fn remember(&self, text: &str) {
        self.known.lock().push(SecretString::from(text));
    }

    /// Everything that was registered, for the sealed state of a suspended process.
    pub(crate) fn known(&self) -> Vec<SecretString> {
        self.known.lock().iter().map(Secret::clone_secret).collect()
    }

    /// Makes another redactor know what this one knows.
    pub(crate) fn share(&self, other: &Redactor) {
        for value in self.known.lock().iter() {
            #[expect(clippy::disallowed_methods, reason = "the other redactor has to know the value to mask it")]
            other.register(value.expose());
        }
    }

    /// What masks, for texts that are written when the process has ended.
    pub(crate) fn redactor(&self) -> Redactor {
        self.redactor.clone()
    }

    /// Registers a text and gives it with its mark.
    pub(crate) fn sensitive(&self, text: &str) -> Text {
        self.register(text);
        Text::sensitive(text)
    }

    /// Registers a password, also in the forms that it takes together with its user name, and gives it with its mark.
    pub(crate) fn credentials(&self, username: &str, password: &str) -> Text {
        self.redactor.register_credentials(username, password);
        self.sensitive(password)
    }

    /// Whether a text, marked or not, holds something that was registered.
    pub(crate) fn knows(&self, text: &str) -> bool {
        self.redactor.mask(text).as_str() != text
    }

    /// What may be shown of a text.
    pub(crate) fn mask(&self, text: &Text) -> MaskedLine {
        self.redactor.mask_text(text)
    }

    /// What may be shown of a text that has no marks.
    pub(crate) fn mask_str(&self, text: &str) -> MaskedLine {
        self.redactor.mask(text)
    }

    /// Hands an entry on.
    pub(crate) fn take(&self, entry: &LogEntry) {
        self.sink.take(entry);
    }

    /// Says something that is no part of the process' log.
    pub(crate) fn notice(&self, level: LogLevel, text: &str) {
        self.take(&LogEntry::Notice { level, message: self.mask_str(text) });
    }

    /// Says that a store was made, if it just was, and what is to be known of it.
    pub(crate) fn tell_of_new_store(&self, store: &Opened) {
        if let Some(place) = store.just_made() {
            self.notice(LogLevel::Info, &format!("Made a new secret store: {place}"));
        }
        for warning in store.warnings() {
            self.notice(LogLevel::Warn, warning);
        }
    }

    /// Warns of something.
    pub(crate) fn warn(&self, text: &str) {
        self.notice(LogLevel::Warn, text);
    }

    /// Whether the sink wants calls of tasks.
    pub(crate) fn wants_calls(&self) -> bool {
        self.sink.wants_calls()
    }

    /// Whether the sink wants steps.
    pub(crate) fn wants_steps(&self) -> bool {
        self.sink.wants_steps()
    }
}
