//! The one way in which several fields become one string of bytes, for additional data, MACs and
//! key derivation: each field with its length in front, so that no two lists of fields give the
//! same bytes.

/// Bytes of a list of fields.
#[derive(Default)]
pub(crate) struct Canonical(Vec<u8>);

impl Canonical {
    /// An empty list, under a name that keeps it apart from lists of other meaning.
    pub(crate) fn new(domain: &str) -> Self {
        Self::default().text(domain)
    }

    /// A field of bytes: length (8 bytes, big-endian), bytes.
    pub(crate) fn bytes(mut self, field: &[u8]) -> Self {
        self.0.extend_from_slice(&(field.len() as u64).to_be_bytes());
        self.0.extend_from_slice(field);
        self
    }

    /// A field of text, in UTF-8.
    pub(crate) fn text(self, field: &str) -> Self {
        self.bytes(field.as_bytes())
    }

    /// A whole number: 8 bytes, big-endian, two's complement.
    pub(crate) fn int(self, field: i64) -> Self {
        self.bytes(&field.to_be_bytes())
    }

    /// A field that may be absent: a field that says so, then the field if it is there.
    pub(crate) fn optional<T>(self, field: Option<T>, add: impl FnOnce(Self, T) -> Self) -> Self {
        match field {
            None => self.bytes(&[0]),
            Some(field) => add(self.bytes(&[1]), field),
        }
    }

    /// The bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}
