//! The integration tests: one binary, a module per subject.

mod conformance;
mod flows;
mod leak;
mod tidy;
