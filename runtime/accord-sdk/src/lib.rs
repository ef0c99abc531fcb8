//! accord-sdk.
