//! accord-runtime.
