//! The expression language: what stands in `${…}` and the text round it.
//!
//! Owns: the grammar of the Expression Language 3.0 as Concord's flows use it, from text to a tree with places. Must not
//! know: values, and what names and functions mean; `accord-expr` evaluates.
//!
//! Places in a tree are byte offsets in the text that was parsed, not in the file; `Source::offset_in_scalar` finds the
//! place in the file.

mod ast;
mod lexer;
mod parser;
mod print;
mod template;
#[cfg(test)]
mod tests;

pub use ast::{Access, BinaryOp, Expr, ExprKind, Lambda, Literal, Suffix, TextSpan, UnaryOp};
pub use template::{FunctionCall, ParseError, Part, Template, TemplateKind, without_place};

/// How deep the nodes of one expression may nest. Deeper ones do not parse, so that nobody who walks a tree runs out of
/// stack.
pub const MAX_DEPTH: u16 = 100;
