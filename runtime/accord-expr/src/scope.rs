//! What an expression sees of the world: everything that is not a pure value comes through [`Scope`].

use std::sync::Arc;

use accord_value::{Map, Throwable, Value};

/// The failure of an evaluation, as the flow will see it in `lastError`.
pub type EvalError = Box<Throwable>;

/// The world of an expression. Implemented by the virtual machine over a frame, by the lint over nothing, by tests over
/// a script of answers. Clock, randomness and environment reach expressions only through it.
pub trait Scope {
    /// The variable `name`, evaluated where it is lazy; none where there is no such variable.
    ///
    /// # Errors
    /// Where evaluating a lazy variable fails, or is already under way (`Key 'x' already in evaluation`).
    fn variable(&self, name: &str) -> Result<Option<Value>, EvalError>;

    /// All variables that can be seen (`allVariables()`).
    fn all_variables(&self) -> Map;

    /// Whether a task of this name is registered.
    fn has_task(&self, name: &str) -> bool;

    /// Calls a method of a task: `${task.method(args)}`.
    ///
    /// # Errors
    /// What the task answers; an unknown method is an error in the reference's wording.
    fn call_task(&self, task: &str, method: &str, args: Vec<Value>) -> Result<Value, EvalError>;

    /// Which of the arguments of a task's method are secret, counted from 0: literals there are shown as `******` where
    /// an error quotes the text of the expression. By default none.
    fn secret_arguments(&self, _task: &str, _method: &str, _arguments: usize) -> Vec<usize> {
        Vec::new()
    }

    /// Whether a task's method never gives back anything of its arguments, so that the result carries no mark when an
    /// argument is sensitive. By default it may.
    fn result_is_plain(&self, _task: &str, _method: &str) -> bool {
        false
    }

    /// Name of the flow that runs (`currentFlowName()`).
    fn current_flow_name(&self) -> Arc<str>;

    /// Whether the process has a flow of this name (`hasFlow`).
    fn has_flow(&self, name: &str) -> bool;

    /// Whether `configuration.debug` is on (`isDebug()`).
    fn is_debug(&self) -> bool;

    /// Whether the process runs dry (`isDryRun()`).
    fn is_dry_run(&self) -> bool;

    /// Whether the process was cancelled: an evaluation that takes long then ends with an error. By default it never is.
    fn cancelled(&self) -> bool {
        false
    }

    /// Whether so much memory is taken that nothing large should be made any more. By default there is enough.
    fn is_short_of_memory(&self) -> bool {
        false
    }

    /// Registers a text as secret with the process (`sensitive()`): it is masked from now on.
    fn register_sensitive(&self, text: &str);

    /// A new random UUID (`uuid()`).
    fn random_uuid(&self) -> Arc<str>;

    /// Milliseconds since 1970 (`System.currentTimeMillis()`).
    fn now_millis(&self) -> i64;

    /// An environment variable that flows may see (`System.getenv`).
    fn env(&self, name: &str) -> Option<Arc<str>>;

    /// A Java system property that flows may see (`System.getProperty`).
    fn system_property(&self, name: &str) -> Option<Arc<str>>;
}
