//! A world for expressions: variables, a few tasks, scripted answers.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use accord_expr::{EvalError, Scope, eval};
use accord_syntax::expr::Template;
use accord_value::{Map, Text, Throwable, Value};

/// What an expression sees in the tests.
#[derive(Default)]
pub(crate) struct World {
    /// Variables by name.
    pub(crate) variables: BTreeMap<String, Value>,
    /// Texts that were registered as secret.
    pub(crate) registered: RefCell<Vec<String>>,
    /// Whether there is no memory for large values.
    pub(crate) short_of_memory: bool,
    /// What the task `log` was told.
    pub(crate) logged: RefCell<Vec<String>>,
}

impl World {
    /// A world with variables given by expressions.
    pub(crate) fn with(variables: &[(&str, &str)]) -> World {
        let mut world = World::default();
        for (name, expression) in variables {
            let value =
                world.eval(&format!("${{{expression}}}")).unwrap_or_else(|error| panic!("{name}: {}", message(&error)));
            world.variables.insert((*name).to_owned(), value);
        }
        world
    }

    /// Evaluates a text.
    pub(crate) fn eval(&self, text: &str) -> Result<Value, EvalError> {
        eval(&Template::parse(text), self)
    }

    /// The value's text form, or `! ` and the error's message. `<e>` stands for the message's first part, which quotes
    /// the text.
    pub(crate) fn show(&self, text: &str) -> String {
        match self.eval(text) {
            Ok(value) => value.to_text().masked().into_owned(),
            Err(error) => {
                format!("! {}", message(&error).replace(&format!("while evaluating expression '{text}': "), "<e>"))
            }
        }
    }
}

/// The message of an error as it may be shown.
pub(crate) fn message(error: &EvalError) -> String {
    error.message.as_ref().map_or_else(|| "null".to_owned(), |message| message.masked().into_owned())
}

impl Scope for World {
    fn variable(&self, name: &str) -> Result<Option<Value>, EvalError> {
        Ok(self.variables.get(name).cloned())
    }

    fn all_variables(&self) -> Map {
        Map::from_pairs(self.variables.iter().map(|(name, value)| (name.as_str(), value.clone())))
    }

    fn has_task(&self, name: &str) -> bool {
        matches!(name, "log" | "crypto" | "misc")
    }

    fn call_task(&self, task: &str, method: &str, args: Vec<Value>) -> Result<Value, EvalError> {
        match (task, method, args.as_slice()) {
            ("log", "info", [message]) => {
                self.logged.borrow_mut().push(message.to_text().as_str().to_owned());
                Ok(Value::Null)
            }
            ("crypto", "exportAsString", [_, _, _]) => Ok(Value::Text(Text::sensitive("s3cret"))),
            ("crypto", "fail", [_, password]) => Err(Box::new(Throwable::new(
                "java.lang.RuntimeException",
                Text::concat([&Text::plain("wrong password "), &password.to_text()]),
            ))),
            ("misc", "echo", [value]) => Ok(value.clone()),
            ("misc", "user", _) => Err(Box::new(Throwable::user("said so"))),
            _ => Err(Box::new(Throwable::new("java.lang.IllegalArgumentException", format!("no method {method}")))),
        }
    }

    fn secret_arguments(&self, task: &str, method: &str, arguments: usize) -> Vec<usize> {
        match (task, method) {
            ("crypto", "exportAsString") => vec![2],
            ("crypto", "fail") => vec![arguments.saturating_sub(1)],
            _ => Vec::new(),
        }
    }

    fn current_flow_name(&self) -> Arc<str> {
        "default".into()
    }

    fn has_flow(&self, name: &str) -> bool {
        name == "default"
    }

    fn is_debug(&self) -> bool {
        false
    }

    fn is_dry_run(&self) -> bool {
        true
    }

    fn is_short_of_memory(&self) -> bool {
        self.short_of_memory
    }

    fn register_sensitive(&self, text: &str) {
        self.registered.borrow_mut().push(text.to_owned());
    }

    fn random_uuid(&self) -> Arc<str> {
        "11111111-2222-4333-8444-555555555555".into()
    }

    fn now_millis(&self) -> i64 {
        1_700_000_000_000
    }

    fn env(&self, name: &str) -> Option<Arc<str>> {
        (name == "LANG").then(|| "C".into())
    }

    fn system_property(&self, name: &str) -> Option<Arc<str>> {
        (name == "file.separator").then(|| "/".into())
    }
}
