//! A scripted host: a few tasks, services in memory, and what happened as lines of text.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use accord_sdk::testing::TestServices;
use accord_sdk::{Registry, Services, Task, TaskContext, TaskError, TaskInfo, TaskResult, Variables};
use accord_syntax::{Project, Sources};
use accord_value::{Map, Place, Throwable, Value};
use accord_vm::{Host, StackFrame, StoredState, VmEvent};
use parking_lot::{Condvar, Mutex};

/// The host.
pub(crate) struct TestHost {
    /// Tasks: `log`, `throw`, `gate`, `flows`, `pause`, `nap`.
    pub(crate) registry: Registry,
    /// Services in memory.
    pub(crate) services: TestServices,
    /// What happened.
    pub(crate) lines: Mutex<Vec<String>>,
    /// Whether steps are told too.
    pub(crate) steps: bool,
    /// The states of checkpoints, by name; none where they are not kept.
    pub(crate) checkpoints: Option<Mutex<Vec<(String, StoredState)>>>,
}

impl TestHost {
    /// A host with its tasks.
    pub(crate) fn new() -> Self {
        let mut registry = Registry::new();
        registry.register("log", Log);
        registry.register("throw", Throw);
        registry.register("gate", Gate::default());
        registry.register("flows", Flows);
        registry.register("pause", Pause);
        registry.register("nap", Nap);
        Self { registry, services: TestServices::default(), lines: Mutex::default(), steps: false, checkpoints: None }
    }

    /// What happened since the last call.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.lines.lock())
    }
}

impl Host for TestHost {
    fn registry(&self) -> &Registry {
        &self.registry
    }

    fn services(&self) -> &dyn Services {
        &self.services
    }

    fn emit(&self, event: VmEvent) {
        let line = match event {
            VmEvent::Log { text, segment, .. } => match segment {
                Some(segment) => format!("log <{}> {}", segment.as_str(), text.as_str().replace('\n', "\\n")),
                None => format!("log {}", text.as_str().replace('\n', "\\n")),
            },
            VmEvent::Error { error, place, thread, stack, .. } => {
                let message = error.message.as_ref().map_or("none", |text| text.as_str()).replace('\n', "\\n");
                let mut line = format!("error {} [{thread}] {message}", place_text(place.as_ref()));
                for call in &stack {
                    line += &format!(" < {}", call_text(call));
                }
                line
            }
            VmEvent::Checkpoint { name, .. } => format!("checkpoint {}", name.as_str()),
            VmEvent::Suspended { event, form, .. } => match form {
                Some(form) => format!("form {form}"),
                None => format!("suspended {event}"),
            },
            VmEvent::StepStarted { step } => format!("start {} {}", step.kind, place_text(step.place.as_ref())),
            VmEvent::BranchTaken { place, branch } => format!("branch {branch} of {}", place_text(place.as_ref())),
            VmEvent::StepEnded { step, failed } => {
                format!("end {} {}{}", step.kind, place_text(step.place.as_ref()), if failed { " failed" } else { "" })
            }
        };
        self.lines.lock().push(line);
    }

    fn wants_steps(&self) -> bool {
        self.steps
    }

    fn wants_checkpoints(&self) -> bool {
        self.checkpoints.is_some()
    }

    fn checkpoint(&self, name: &accord_value::Text, state: StoredState) -> Result<(), TaskError> {
        if let Some(kept) = &self.checkpoints {
            kept.lock().push((name.as_str().to_owned(), state));
        }
        Ok(())
    }
}

fn place_text(place: Option<&Place>) -> String {
    place.map_or_else(|| "-".to_owned(), |place| format!("{}:{}", place.line, place.col))
}

fn call_text(call: &StackFrame) -> String {
    format!("{} [{}] {}", place_text(call.place.as_ref()), call.thread, call.flow)
}

/// A project of one file.
pub(crate) fn project(text: &str) -> Arc<Project> {
    let mut sources = Sources::new();
    let source = sources.add("concord.yml", text);
    let parsed = accord_syntax::parse(&source);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    Arc::new(Project { definition: parsed.definition, sources, ..Project::default() })
}

struct Log;

impl Task for Log {
    fn describe(&self) -> TaskInfo {
        TaskInfo::new("log", "")
    }

    fn execute(&self, input: Variables, cx: &mut TaskContext<'_>) -> Result<TaskResult, TaskError> {
        cx.info(input.get("msg").to_text());
        Ok(TaskResult::success())
    }
}

struct Throw;

impl Task for Throw {
    fn describe(&self) -> TaskInfo {
        TaskInfo::new("throw", "")
    }

    fn execute(&self, input: Variables, _: &mut TaskContext<'_>) -> Result<TaskResult, TaskError> {
        Err(match input.get("exception") {
            Value::Throwable(error) => (*error).clone().into(),
            Value::Text(text) => TaskError::user(text),
            data => Throwable { payload: Some(data), ..Throwable::user("data") }.into(),
        })
    }
}

/// `gate.open('x')`, `gate.pass('x')`: lets threads wait for each other without a clock.
#[derive(Default)]
struct Gate(Mutex<BTreeSet<String>>, Condvar);

impl Task for Gate {
    fn describe(&self) -> TaskInfo {
        TaskInfo::new("gate", "")
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        let name = args.first().map(|name| name.to_text().as_str().to_owned()).unwrap_or_default();
        let mut open = self.0.lock();
        if method == "open" {
            open.insert(name);
            self.1.notify_all();
            return Ok(Value::Null);
        }
        let limit = Instant::now() + Duration::from_secs(20);
        while !open.contains(&name) {
            if cx.cancelled() || self.1.wait_until(&mut open, limit).timed_out() {
                return Err(TaskError::new(format!("nobody opened {name}")));
            }
        }
        Ok(Value::Null)
    }
}

/// `flows.run('name', map)`: a task that runs a flow.
struct Flows;

impl Task for Flows {
    fn describe(&self) -> TaskInfo {
        TaskInfo::new("flows", "")
    }

    fn call(&self, _: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        let name = args.first().map(Value::to_text).unwrap_or_default();
        let input = args.get(1).and_then(Value::as_map).cloned().unwrap_or_else(Map::linked);
        Ok(Value::Map(cx.call_flow(name.as_str(), input)?))
    }
}

/// `task: nap`: waits until the time `until`.
struct Nap;

impl Task for Nap {
    fn describe(&self) -> TaskInfo {
        TaskInfo::new("nap", "").input([])
    }

    fn execute(&self, input: Variables, cx: &mut TaskContext<'_>) -> Result<TaskResult, TaskError> {
        Ok(TaskResult::sleep_until(cx.services().random_uuid(), input.integer("until", 0)?))
    }
}

/// `task: pause`: waits for an event and goes on in `resume`.
struct Pause;

impl Task for Pause {
    fn describe(&self) -> TaskInfo {
        TaskInfo::new("pause", "").input([])
    }

    fn execute(&self, input: Variables, _: &mut TaskContext<'_>) -> Result<TaskResult, TaskError> {
        Ok(TaskResult::reentrant("pause", input.get("state")))
    }

    fn resume(&self, state: Value, event: Value, _: &mut TaskContext<'_>) -> Result<TaskResult, TaskError> {
        Ok(TaskResult::success().value("state", state).value("event", event))
    }
}
