//! Texts, with the mark of those that came out of the secret store.

use std::sync::Arc;

/// A text of a flow. A *sensitive* one came out of the secret store, or was derived from one that did: it is masked
/// wherever it is shown, and refused where it would leave unmasked.
#[derive(Clone)]
pub struct Text {
    text: Arc<str>,
    sensitive: bool,
}

impl Text {
    /// A text without a mark.
    pub fn plain(text: impl Into<Arc<str>>) -> Text {
        Text { text: text.into(), sensitive: false }
    }

    /// A text that is a secret.
    pub fn sensitive(text: impl Into<Arc<str>>) -> Text {
        Text { text: text.into(), sensitive: true }
    }

    /// A text that is marked when `sensitive` says so.
    pub fn with_mark(text: impl Into<Arc<str>>, sensitive: bool) -> Text {
        Text { text: text.into(), sensitive }
    }

    /// The characters. Whoever shows them masks them first when [`Text::is_sensitive`].
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The shared characters.
    pub fn as_arc(&self) -> &Arc<str> {
        &self.text
    }

    /// Whether the text carries the mark.
    pub fn is_sensitive(&self) -> bool {
        self.sensitive
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.sensitive { f.write_str("\"******\"") } else { write!(f, "{:?}", &*self.text) }
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
