//! accord-secrets.
