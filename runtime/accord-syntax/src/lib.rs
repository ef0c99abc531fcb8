//! The text of Concord projects: sources and places in them, diagnostics, Concord's YAML dialect, and the typed
//! definition of flows, forms, profiles, triggers and configuration that comes out of it.
//!
//! This crate reads text and nothing else: no files, no values, no tasks. Every node carries the [`Span`] it was
//! written at, so that every later message can name its place.

pub mod definition;
mod diagnostic;
pub mod expr;
pub mod format;
pub mod glob;
mod grammar;
pub mod project;
pub mod regex;
pub mod render;
mod source;
mod yaml;

pub use definition::{Data, DataKind, Definition, Spanned, Step, StepKind, Text};
pub use diagnostic::{Diagnostic, Severity, TracePoint};
pub use grammar::{Parsed, nearest, parse};
pub use project::Project;
pub use source::{FileId, LineCol, Place, Source, Sources, Span};
pub use yaml::{read_data, read_data_and_problems};
