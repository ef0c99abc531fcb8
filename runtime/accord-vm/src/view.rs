//! The flow as expressions and tasks see it in the middle of a step.

use std::sync::Arc;

use accord_expr::{EvalError, Scope};
use accord_sdk::{FlowView, LogLevel, TaskError};
use accord_value::{Map, Place, Text, Value};

use crate::machine::Machine;
use crate::program::Command;
use crate::thread::Thread;
use crate::{VmEvent, nested};

/// One step of one thread. Frames stand still while it is looked at; variables may change.
pub(crate) struct View<'a> {
    pub(crate) machine: &'a Machine<'a>,
    pub(crate) thread: &'a Thread,
    pub(crate) command: Option<&'a Command>,
    /// The step's `name`, evaluated.
    pub(crate) segment: Option<Text>,
    /// Names that are seen besides the variables, and before them: `result` in `out`.
    pub(crate) extra: Option<(&'a str, &'a Value)>,
}

impl<'a> View<'a> {
    pub(crate) fn new(machine: &'a Machine<'a>, thread: &'a Thread, command: Option<&'a Command>) -> Self {
        Self { machine, thread, command, segment: None, extra: None }
    }

    /// The same view with one more name.
    pub(crate) fn with_extra<'b>(&'b self, name: &'b str, value: &'b Value) -> View<'b> {
        View {
            machine: self.machine,
            thread: self.thread,
            command: self.command,
            segment: self.segment.clone(),
            extra: Some((name, value)),
        }
    }

    /// `meta.dryRunReady` of the step: asked only in a dry run.
    fn dry_run_ready(&self) -> Result<bool, EvalError> {
        if !self.machine.host.services().dry_run() {
            return Ok(false);
        }
        self.is_dry_run_ready()
    }

    pub(crate) fn is_dry_run_ready(&self) -> Result<bool, EvalError> {
        let Some(meta) = self.meta()? else { return Ok(false) };
        Ok(match meta.get("dryRunReady") {
            Some(Value::Bool(ready)) => ready,
            Some(Value::Text(text)) => text.as_str().eq_ignore_ascii_case("true"),
            _ => false,
        })
    }

    fn meta(&self) -> Result<Option<Map>, EvalError> {
        let Some(meta) = self.command.and_then(|command| command.label.as_ref()?.meta.as_ref()) else {
            return Ok(None);
        };
        Ok(meta.eval(self)?.as_map().cloned())
    }

    pub(crate) fn call_task_step(
        &self,
        task: &str,
        input: accord_sdk::Variables,
    ) -> Result<accord_sdk::TaskResult, TaskError> {
        let ready = self.dry_run_ready().map_err(TaskError::from)?;
        self.machine.host.registry().execute(task, input, ready, self, self.machine.host.services())
    }

    /// Writes one of the machine's own notices.
    pub(crate) fn notice(&self, level: LogLevel, text: Text) {
        self.machine.host.emit(VmEvent::Log {
            level,
            text,
            place: self.place(),
            thread: self.thread.id,
            flow: self.flow_name(),
            segment: self.segment.clone(),
        });
    }
}

impl Scope for View<'_> {
    fn variable(&self, name: &str) -> Result<Option<Value>, EvalError> {
        if let Some((extra, value)) = self.extra
            && extra == name
        {
            return Ok(Some(value.clone()));
        }
        Ok(self.thread.variables.borrow().get(name).cloned())
    }

    fn all_variables(&self) -> Map {
        let all = self.thread.variables.borrow().visible_map();
        if let Some((name, value)) = self.extra {
            all.insert(name, value);
        }
        all
    }

    fn has_task(&self, name: &str) -> bool {
        self.machine.host.registry().has(name)
    }

    fn call_task(&self, task: &str, method: &str, args: Vec<Value>) -> Result<Value, EvalError> {
        let ready = self.dry_run_ready()?;
        let host = self.machine.host;
        Ok(host.registry().call(task, method, &args, ready, self, host.services())?)
    }

    fn secret_arguments(&self, task: &str, method: &str, arguments: usize) -> Vec<usize> {
        let info = self.machine.host.registry().info(task);
        info.map(|info| info.secret_arguments(method, arguments)).unwrap_or_default()
    }

    fn result_is_plain(&self, _task: &str, _method: &str) -> bool {
        // The registry marks what a task answers, where it may quote its arguments.
        true
    }

    fn current_flow_name(&self) -> Arc<str> {
        self.flow_name()
    }

    fn has_flow(&self, name: &str) -> bool {
        self.machine.program.has_flow(name)
    }

    fn is_debug(&self) -> bool {
        self.machine.host.services().debug()
    }

    fn is_dry_run(&self) -> bool {
        self.machine.host.services().dry_run()
    }

    fn cancelled(&self) -> bool {
        self.machine.host.services().cancelled()
    }

    fn is_short_of_memory(&self) -> bool {
        self.machine.host.services().is_short_of_memory()
    }

    fn register_sensitive(&self, text: &str) {
        self.machine.host.services().register_sensitive(text);
    }

    fn random_uuid(&self) -> Arc<str> {
        self.machine.host.services().random_uuid()
    }

    fn now_millis(&self) -> i64 {
        self.machine.host.services().now_millis()
    }

    fn env(&self, name: &str) -> Option<Arc<str>> {
        self.machine.host.services().env(name)
    }

    fn system_property(&self, name: &str) -> Option<Arc<str>> {
        self.machine.host.services().system_property(name)
    }
}

impl FlowView for View<'_> {
    fn variable(&self, name: &str) -> Result<Option<Value>, TaskError> {
        Ok(Scope::variable(self, name)?)
    }

    fn has_variable(&self, name: &str) -> bool {
        self.thread.variables.borrow().has(name)
    }

    fn variables(&self) -> Map {
        self.all_variables()
    }

    fn set_variable(&self, name: &str, value: Value) -> Result<(), TaskError> {
        crate::values::check_storable(name, &value)?;
        self.thread.variables.borrow_mut().set(&name.into(), value);
        Ok(())
    }

    fn eval(&self, value: &Value) -> Result<Value, TaskError> {
        Ok(accord_expr::Data::from_value(value)?.eval(self)?)
    }

    fn call_flow(&self, name: &str, input: Map) -> Result<Map, TaskError> {
        nested::call_flow(self, name, &input)
    }

    fn has_task_named(&self, name: &str) -> bool {
        Scope::has_task(self, name)
    }

    fn call_task_method(&self, task: &str, method: &str, args: &[Value]) -> Result<Value, TaskError> {
        let ready = self.dry_run_ready()?;
        let host = self.machine.host;
        host.registry().call(task, method, args, ready, self, host.services())
    }

    fn call_value_method(&self, value: &Value, method: &str, args: &[Value]) -> Result<Value, TaskError> {
        Ok(accord_expr::call_method(value.clone(), method, args.to_vec(), self)?)
    }

    fn flow_name(&self) -> Arc<str> {
        self.machine.program.flow_name(self.thread.flow())
    }

    fn thread_id(&self) -> u64 {
        self.thread.id
    }

    fn place(&self) -> Option<Place> {
        self.machine.program.place(self.command?)
    }

    fn step_name(&self) -> Option<Text> {
        self.segment.clone()
    }

    fn step_meta(&self) -> Option<Map> {
        // A `meta` that cannot be evaluated describes nothing.
        self.meta().ok().flatten()
    }

    fn log(&self, level: LogLevel, text: &Text) {
        self.notice(level, text.clone());
    }
}
