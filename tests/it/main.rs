//! The integration tests: one binary, a module per subject.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod conformance;
mod diagnostics;
mod dialogue;
mod documents;
mod flows;
mod hostile;
mod imports;
mod leak;
mod lint;
mod postgres;
mod secrets;
mod testing;
mod tidy;
