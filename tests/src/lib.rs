//! What the integration tests and the benches share: the binary under test, and the recorded cases with their rules.
//!
//! Must not know: the crates of the runtime. Everything here looks at the command from outside, as a user does.

pub mod binary;
pub mod conformance;
pub mod console;
pub mod folder;
pub mod git_server;
pub mod terminal;
