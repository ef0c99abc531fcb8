//! accord-lint.
