//! What the machine asks of the world.

use std::sync::Arc;

use accord_sdk::{FlowView, Registry, Services, TaskError};
use accord_value::{Map, Text, Value};

use crate::VmEvent;

/// The world of one process. Shared by all of its flow threads; every call may come from several at once.
pub trait Host: Send + Sync {
    /// The tasks that the process can call.
    fn registry(&self) -> &Registry;

    /// The services of the process; they are also asked whether it was cancelled.
    fn services(&self) -> &dyn Services;

    /// Takes an event. Called in the middle of a step: it must be quick and must not come back into the machine.
    fn emit(&self, event: VmEvent);

    /// Whether it wants [`VmEvent::StepStarted`] and [`VmEvent::StepEnded`]. Asked once for each run.
    fn wants_steps(&self) -> bool {
        false
    }

    /// Whether it keeps checkpoints: the driver then stops all flow threads at a `checkpoint` step and hands the
    /// process' state to [`Host::checkpoint`]. Asked once for each run.
    fn wants_checkpoints(&self) -> bool {
        false
    }

    /// Takes the state of the process at a checkpoint, see [`Host::wants_checkpoints`].
    ///
    /// # Errors
    /// Where it could not be kept; the checkpoint's step fails with it.
    fn checkpoint(&self, name: &Text, state: crate::StoredState) -> Result<(), TaskError> {
        let _ = (name, state);
        Ok(())
    }

    /// Refuses a form whose fields make no sense: a list of maps, each of a name and its options, is expected. The
    /// `form` step fails with it.
    ///
    /// # Errors
    /// What is wrong with them.
    fn check_form(&self, fields: &Value) -> Result<(), TaskError> {
        let _ = fields;
        Ok(())
    }

    /// Runs a `script` step and gives its result; none where there is no engine for its language.
    fn script(&self, script: &Script<'_>, flow: &dyn FlowView) -> Option<Result<Value, TaskError>> {
        let _ = (script, flow);
        None
    }

    /// Whether there is an engine for scripts in `language`.
    fn has_script_language(&self, language: &str) -> bool {
        let _ = language;
        false
    }
}

/// A `script` step, ready to run.
pub struct Script<'a> {
    /// The language as the step names it (`js`, `python`), expressions evaluated; or the path of a file whose extension
    /// tells the language.
    pub language: &'a str,
    /// The option `body`; none where [`Script::language`] is a file.
    pub body: Option<&'a Arc<str>>,
    /// The option `in`, evaluated.
    pub input: &'a Map,
}
