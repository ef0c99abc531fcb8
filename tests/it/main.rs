//! The integration tests: one binary, a module per subject.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod conformance;
mod diagnostics;
mod documents;
mod flows;
mod hostile;
mod leak;
mod lint;
mod secrets;
mod tidy;
