//! Evaluates expressions over a [`Scope`].
//!
//! Owns: evaluation, built-in functions, the methods that flows call on values. Must not know: tasks as such, I/O.

mod scope;

pub use scope::{EvalError, Scope};
