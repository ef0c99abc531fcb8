//! accord-store.
