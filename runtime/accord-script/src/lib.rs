//! Scripts of flows, run in JavaScript.
//!
//! Owns: the languages that `script:` steps may name, JavaScript contexts with their limits, what a script sees of its
//! flow (`execution`, `tasks`, `result`, `log`, the variables), and the marks of secret values on their way through a
//! script. Must not know: the virtual machine, the store, how a script's text is found on disk or on the network.
//!
//! A script runs on a thread of its own. What it asks of its flow goes to the thread of the step, which also watches
//! over time and cancellation: a script that the engine cannot interrupt is left behind and its step ends all the same.

mod bridge;
mod convert;
mod engine;
mod failure;
mod globals;
mod handle;
mod host;
mod java;
mod job;
mod language;
mod lists;
mod maps;
mod proxies;
mod shelf;
mod step;
mod syntax;
#[cfg(test)]
mod tests;
mod text;
mod variables;
mod world;

pub use engine::{Limits, Script, ScriptEngine};
pub use language::EsVersion;
pub use step::{ScriptStep, is_known_language};
