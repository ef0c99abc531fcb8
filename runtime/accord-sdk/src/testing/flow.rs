//! A flow whose variables are a map and whose log is a list.

use std::sync::Arc;

use accord_value::{Map, MapKind, Place, Text, Value};
use parking_lot::Mutex;

use crate::{FlowView, LogLevel, TaskError};

/// A scripted flow. A text that is `${NAME}` as a whole evaluates to that variable; nothing else is evaluated.
pub struct TestFlow {
    variables: Map,
    log: Mutex<Vec<(LogLevel, Text)>>,
    flows: Mutex<Vec<(String, Map)>>,
    meta: Option<Map>,
    tasks: Mutex<Vec<(String, Arc<ScriptedTask>)>>,
}

/// What a scripted task answers to a method and its arguments.
type ScriptedTask = dyn Fn(&str, &[Value]) -> Result<Value, TaskError> + Send + Sync;

impl Default for TestFlow {
    fn default() -> TestFlow {
        TestFlow {
            variables: Map::linked(),
            log: Mutex::default(),
            flows: Mutex::default(),
            meta: None,
            tasks: Mutex::default(),
        }
    }
}

impl TestFlow {
    /// Sets a variable.
    pub fn set(&self, name: &str, value: impl Into<Value>) {
        self.variables.insert(name, value);
    }

    /// Adds a flow: calling it leaves these variables.
    pub fn flow(&self, name: &str, leaves: Map) {
        self.flows.lock().push((name.to_owned(), leaves));
    }

    /// Adds a task that other tasks can call.
    pub fn task(
        &self,
        name: &str,
        answer: impl Fn(&str, &[Value]) -> Result<Value, TaskError> + Send + Sync + 'static,
    ) {
        self.tasks.lock().push((name.to_owned(), Arc::new(answer)));
    }

    /// Sets the step's `meta`.
    pub fn set_meta(&mut self, meta: Map) {
        self.meta = Some(meta);
    }

    /// What was logged, with levels.
    pub fn entries(&self) -> Vec<(LogLevel, Text)> {
        self.log.lock().clone()
    }

    /// What was logged, as it may be shown.
    pub fn lines(&self) -> Vec<String> {
        self.log.lock().iter().map(|(_, text)| text.masked().into_owned()).collect()
    }
}

impl FlowView for TestFlow {
    fn variable(&self, name: &str) -> Result<Option<Value>, TaskError> {
        Ok(self.variables.get(name))
    }

    fn has_variable(&self, name: &str) -> bool {
        self.variables.contains(name)
    }

    fn variables(&self) -> Map {
        self.variables.copy_as(MapKind::Linked)
    }

    fn set_variable(&self, name: &str, value: Value) -> Result<(), TaskError> {
        self.variables.insert(name, value);
        Ok(())
    }

    fn eval(&self, value: &Value) -> Result<Value, TaskError> {
        match value {
            Value::Text(text) => match text.as_str().strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
                Some(name) => {
                    self.variables.get(name).ok_or_else(|| TaskError::user(format!("Can't find a variable '{name}'.")))
                }
                None => Ok(value.clone()),
            },
            Value::List(list) => Ok(Value::List(
                list.snapshot()
                    .iter()
                    .map(|item| self.eval(item))
                    .collect::<Result<Vec<_>, _>>()?
                    .into_iter()
                    .collect(),
            )),
            Value::Map(map) => {
                let out = Map::linked();
                for (key, value) in map.entries() {
                    out.insert(key, self.eval(&value)?);
                }
                Ok(Value::Map(out))
            }
            other => Ok(other.clone()),
        }
    }

    fn call_flow(&self, name: &str, input: Map) -> Result<Map, TaskError> {
        let flows = self.flows.lock();
        let (_, leaves) = flows
            .iter()
            .find(|(known, _)| known == name)
            .ok_or_else(|| TaskError::user(format!("Flow '{name}' not found")))?;
        let out = input.copy_as(MapKind::Linked);
        out.put_all(leaves);
        Ok(out)
    }

    fn has_task_named(&self, name: &str) -> bool {
        self.tasks.lock().iter().any(|(known, _)| known == name)
    }

    fn call_task_method(&self, task: &str, method: &str, args: &[Value]) -> Result<Value, TaskError> {
        let found = self.tasks.lock().iter().find(|(known, _)| known == task).map(|(_, answer)| Arc::clone(answer));
        match found {
            Some(answer) => answer(method, args),
            None => Err(TaskError::user(format!("Task not found: '{task}'"))),
        }
    }

    fn flow_name(&self) -> Arc<str> {
        "default".into()
    }

    fn thread_id(&self) -> u64 {
        0
    }

    fn place(&self) -> Option<Place> {
        Some(Place { file: "concord.yml".into(), line: 4, col: 7 })
    }

    fn step_name(&self) -> Option<Text> {
        None
    }

    fn step_meta(&self) -> Option<Map> {
        self.meta.clone()
    }

    fn log(&self, level: LogLevel, text: &Text) {
        self.log.lock().push((level, text.clone()));
    }
}
