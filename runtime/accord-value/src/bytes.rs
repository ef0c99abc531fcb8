//! Byte arrays, with the mark of those that came out of the secret store.

use std::sync::Arc;

use zeroize::Zeroize;

use crate::text::note_mark;

/// A `byte[]`. A clone is another reference to the same bytes, which never change.
#[derive(Clone)]
pub struct Bytes(Arc<Inner>);

struct Inner {
    bytes: Box<[u8]>,
    sensitive: bool,
}

impl Bytes {
    /// Bytes without a mark.
    pub fn plain(bytes: impl Into<Box<[u8]>>) -> Bytes {
        Bytes::with_mark(bytes, false)
    }

    /// Bytes that are a secret.
    pub fn sensitive(bytes: impl Into<Box<[u8]>>) -> Bytes {
        Bytes::with_mark(bytes, true)
    }

    /// Bytes that are marked when `sensitive` says so.
    pub fn with_mark(bytes: impl Into<Box<[u8]>>, sensitive: bool) -> Bytes {
        if sensitive {
            note_mark();
        }
        Bytes(Arc::new(Inner { bytes: bytes.into(), sensitive }))
    }

    /// The bytes. Whoever shows them masks them first when [`Bytes::is_sensitive`].
    pub fn as_slice(&self) -> &[u8] {
        &self.0.bytes
    }

    /// Whether they carry the mark.
    pub fn is_sensitive(&self) -> bool {
        self.0.sensitive
    }

    /// The same bytes, marked.
    pub fn marked(&self) -> Bytes {
        if self.is_sensitive() { self.clone() } else { Bytes::sensitive(self.as_slice()) }
    }

    /// Whether both are the same array.
    pub fn same(&self, other: &Bytes) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// A number that no other living array has.
    pub(crate) fn identity(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }
}

/// Sensitive bytes do not stay in memory that is given back.
impl Drop for Inner {
    fn drop(&mut self) {
        if self.sensitive {
            self.bytes.zeroize();
        }
    }
}
