//! The world that expressions and flows are fuzzed in: some of everything, scripted, and one secret.

use std::cell::RefCell;
use std::sync::Arc;

use accord_expr::{EvalError, Scope, eval};
use accord_syntax::expr::Template;
use accord_value::{Bytes, List, Map, Text, Throwable, Value};

/// The value of the variables `secret` and `parts`: no part of it stands in any seed.
pub(crate) const SECRET: &str = "Zq9Xw7Kv";

/// Whether a text that everybody may see shows half of the secret, in any case of letters, turned round, in base64 or in
/// hexadecimal, or one character after the other.
pub(crate) fn shows_secret(shown: &str) -> bool {
    const PARTS: &[&str] = &["zq9x", "q9xw", "9xw7", "xw7k", "w7kv", "vk7w", "wx9q", "wne5", "5a713958", "77374b76"];
    let shown = shown.to_lowercase();
    let joined = shown.replace([' ', ',', '\'', '"', '\n'], "");
    PARTS.iter().any(|part| joined.contains(part))
}

/// What an expression sees.
pub(crate) struct World {
    variables: RefCell<Vec<(&'static str, Value)>>,
}

/// Variables, each as an expression over those before.
const VARIABLES: &[(&str, &str)] = &[
    ("l", "['a', 'b', 'c']"),
    ("i", "Integer.valueOf(7)"),
    ("n", "42"),
    ("d", "1.5"),
    ("b", "true"),
    ("z", "null"),
    ("s", "'some text, with 3 words'"),
    ("m", "{'a': 1, 'b': {'c': [1, 2, {'d': 'e'}]}, 'size': 3}"),
    ("set", "{1, 2, 'x'}"),
    ("w", "[10, 20, 30]"),
    ("f", "x -> x += '!'"),
    ("opt", "l.stream().findFirst()"),
    ("big", "Integer.MAX_VALUE * 1000000000000"),
];

impl World {
    pub(crate) fn new() -> Self {
        let world = Self { variables: RefCell::default() };
        let secret = Value::Text(Text::sensitive(SECRET));
        world.set("secret", secret.clone());
        for (name, expression) in VARIABLES {
            let value = eval(&Template::parse(format!("${{{expression}}}")), &world).unwrap_or_default();
            world.set(name, value);
        }
        world.set("parts", Value::from(vec![secret.clone(), Value::Int(1)]));
        world.set("bytes", Value::Bytes(Bytes::with_mark(vec![0, 255, 65], false)));
        world.set("error", Value::from(Throwable::user("said so").with_payload(secret)));
        let itself = List::new(Vec::new());
        itself.with_mut(|items| items.push(Value::List(itself.clone())));
        world.set("itself", Value::List(itself));
        world
    }

    fn set(&self, name: &'static str, value: Value) {
        self.variables.borrow_mut().push((name, value));
    }
}

impl Scope for World {
    fn variable(&self, name: &str) -> Result<Option<Value>, EvalError> {
        Ok(self.variables.borrow().iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()))
    }

    fn all_variables(&self) -> Map {
        Map::from_pairs(self.variables.borrow().iter().map(|(name, value)| (*name, value.clone())))
    }

    fn has_task(&self, name: &str) -> bool {
        matches!(name, "log" | "misc")
    }

    fn call_task(&self, _: &str, method: &str, args: Vec<Value>) -> Result<Value, EvalError> {
        match method {
            "fail" => Err(Box::new(Throwable::new("java.lang.RuntimeException", "failed"))),
            _ => Ok(args.into_iter().next().unwrap_or_default()),
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
        false
    }

    fn register_sensitive(&self, _: &str) {}

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
