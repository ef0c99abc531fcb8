//! What expressions in fields and answers see: the variables of the process, and no task.

use std::sync::Arc;

use accord_expr::{EvalError, Scope};
use accord_value::{Map, Throwable, Value};

use crate::clock;

/// The variables of a process that waits.
pub(crate) struct VariablesScope(pub(crate) Map);

impl Scope for VariablesScope {
    fn variable(&self, name: &str) -> Result<Option<Value>, EvalError> {
        Ok(self.0.get(name))
    }

    fn all_variables(&self) -> Map {
        self.0.clone()
    }

    fn has_task(&self, _: &str) -> bool {
        false
    }

    fn call_task(&self, task: &str, method: &str, _: Vec<Value>) -> Result<Value, EvalError> {
        Err(Box::new(Throwable::user(format!("{task}.{method}: tasks cannot be called in forms and their answers"))))
    }

    fn current_flow_name(&self) -> Arc<str> {
        "".into()
    }

    fn has_flow(&self, _: &str) -> bool {
        false
    }

    fn is_debug(&self) -> bool {
        false
    }

    fn is_dry_run(&self) -> bool {
        false
    }

    fn register_sensitive(&self, _: &str) {}

    fn random_uuid(&self) -> Arc<str> {
        uuid::Uuid::new_v4().to_string().into()
    }

    fn now_millis(&self) -> i64 {
        clock::now_millis()
    }

    fn env(&self, _: &str) -> Option<Arc<str>> {
        None
    }

    fn system_property(&self, _: &str) -> Option<Arc<str>> {
        None
    }
}
