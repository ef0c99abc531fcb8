//! Evaluates expressions over a [`Scope`].
//!
//! Owns: evaluation, built-in functions, the methods that flows call on values. Must not know: tasks as such, I/O.
//!
//! [`eval`] evaluates one text, [`Data`] a tree of them. The reference's evaluator is an implementation of the Expression
//! Language 3.0 with Java's reflection behind it; its rules (conversions, choice of overloads, dynamic scope of lambdas,
//! wording of errors) are followed, as flows can see them.

mod bounds;
mod class;
mod classes;
mod coerce;
mod collection;
mod data;
mod entry;
mod eval;
mod fail;
mod functions;
mod hints;
mod iterator;
mod java_stream;
mod lambda;
mod map_views;
mod marks;
mod method;
mod object;
mod operators;
mod path;
mod patterns;
mod scope;
mod siblings;
mod signatures;
mod stream;
mod stream_steps;
mod string_builder;
mod task;
mod types;
mod utf16;

pub use classes::is_java_class;
pub use data::{Data, Entries, eval_nested, eval_siblings, nest};
pub use entry::{ENTRY_CLASS, Entry};
pub use eval::{call_method, eval};
pub use functions::function_names;
pub use scope::{EvalError, Scope};
pub use signatures::{Signature, class_methods, methods_of};
