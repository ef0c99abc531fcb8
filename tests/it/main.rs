//! The integration tests: one binary, a module per subject.

mod conformance;
mod documents;
mod flows;
mod leak;
mod secrets;
mod tidy;
