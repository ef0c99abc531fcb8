//! accord-tasks.
