//! Calls to servers of the tests' own.

use accord_sdk::testing::World;
use accord_sdk::{TaskError, TaskResult, Variables};
use accord_value::{Map, Text, Value, json};

use crate::tests::{registry, result, secret};

mod answers;
mod failures;
mod fetch;
mod redirects;
mod requests;
mod secrets;
mod server;
mod tls;

/// Runs the step in a world.
fn run_in(world: &World, input: &[(&str, Value)]) -> Result<TaskResult, TaskError> {
    let input = Variables::from_iter(input.iter().map(|(name, value)| (*name, value.clone())));
    world.execute(&registry(), "http", input)
}

/// Runs the step.
fn run(input: &[(&str, Value)]) -> Result<TaskResult, TaskError> {
    run_in(&World::default(), input)
}

/// The message of the error.
fn refused(input: &[(&str, Value)]) -> String {
    match run(input) {
        Ok(_) => panic!("no error: {}", result(run(input))),
        Err(error) => error.masked_message().into_owned(),
    }
}

/// One value of a result.
fn value(result: &TaskResult, name: &str) -> Value {
    result.entries().into_iter().find(|(known, _)| &**known == name).map_or(Value::Null, |(_, value)| value)
}

/// The text form of one value of a result, as it may be shown.
fn shown(result: &TaskResult, name: &str) -> String {
    value(result, name).to_text().masked().into_owned()
}

fn map<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::Map(Map::from_pairs(pairs))
}

/// Data from JSON.
fn data(text: &str) -> Value {
    json::parse(text).unwrap()
}

fn marked(text: &str) -> Value {
    secret(text)
}

/// A text with a marked part.
fn with_secret(before: &str, hidden: &str) -> Value {
    Value::Text(Text::concat([&Text::plain(before), &Text::sensitive(hidden)]))
}
