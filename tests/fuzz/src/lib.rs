//! Fuzzing: no input, however odd, makes a reader or the evaluator panic, hang, or take memory without bound.
//!
//! Owns: mutation of seeds, the limits that every execution keeps, and one function for each thing that is fuzzed
//! ([`targets`]), which any other engine can call with bytes too. Must not know: files of a run, the network.

pub mod engine;
mod generate;
pub mod mutate;
pub mod seeds;
pub mod targets;
mod watch;
mod world;
