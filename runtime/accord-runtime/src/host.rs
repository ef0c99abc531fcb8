//! What the machine asks of the world, answered for one process: its tasks, its services, and its log.

use accord_sdk::{FlowView, LogLevel, Registry, Services, TaskError};
use accord_value::{Text, Value};
use accord_vm::{Host, Script, StackFrame, StoredState, VmEvent};

use crate::clock;
use crate::forms;
use crate::keeper::Keeper;
use crate::log::{CallFrame, LogEntry};
use crate::scripts;
use crate::services::{Masking, ProcessServices};

/// The world of one process.
pub(crate) struct ProcessHost {
    pub(crate) registry: Registry,
    pub(crate) services: ProcessServices,
    pub(crate) keeper: Keeper,
}

impl Host for ProcessHost {
    fn registry(&self) -> &Registry {
        &self.registry
    }

    fn services(&self) -> &dyn Services {
        &self.services
    }

    fn emit(&self, event: VmEvent) {
        let masking = &*self.services.masking;
        if let Some(entry) = entry(masking, event, |message| self.hints(message)) {
            masking.take(&entry);
        }
    }

    fn wants_steps(&self) -> bool {
        self.services.masking.wants_steps()
    }

    fn wants_checkpoints(&self) -> bool {
        !self.keeper.options.ignore_checkpoints
    }

    fn checkpoint(&self, name: &Text, state: StoredState) -> Result<(), TaskError> {
        self.keeper
            .checkpoint(name.as_str(), state, &self.services)
            .map_err(|error| TaskError::new(format!("The checkpoint cannot be kept: {error}")))
    }

    fn check_form(&self, fields: &Value) -> Result<(), TaskError> {
        forms::check(fields).map_err(TaskError::illegal_argument)
    }

    fn script(&self, script: &Script<'_>, flow: &dyn FlowView) -> Option<Result<Value, TaskError>> {
        scripts::run(script, flow, &self.services)
    }

    fn has_script_language(&self, language: &str) -> bool {
        accord_script::is_known_language(language)
    }
}

impl ProcessHost {
    /// What serves instead of what is missing, or was meant.
    fn hints(&self, message: &str) -> Vec<String> {
        self.registry.hint_for(message).or_else(|| scripts::hint_for(message)).into_iter().collect()
    }
}

fn entry(masking: &Masking, event: VmEvent, hints: impl FnOnce(&str) -> Vec<String>) -> Option<LogEntry> {
    Some(match event {
        // Never shown, as in Concord's CLI.
        VmEvent::Log { level: LogLevel::Debug, .. } => return None,
        VmEvent::Log { level, text, place, thread, flow, segment } => LogEntry::Log {
            time: clock::now_millis(),
            level,
            message: masking.mask(&text),
            place,
            thread,
            flow: masking.mask_str(&flow),
            segment: segment.map(|segment| masking.mask(&segment)),
        },
        VmEvent::Error { error, place, thread, flow, stack } => LogEntry::Error {
            time: clock::now_millis(),
            message: match &error.message {
                Some(message) => masking.mask(message),
                None => masking.mask_str("n/a"),
            },
            hints: error.message.as_ref().map_or_else(Vec::new, |message| {
                hints(message.as_str()).iter().map(|hint| masking.mask_str(hint)).collect()
            }),
            place,
            thread,
            flow: masking.mask_str(&flow),
            stack: stack.into_iter().map(|frame| call(masking, frame)).collect(),
        },
        VmEvent::StepStarted { step } => LogEntry::Step {
            kind: step.kind,
            place: step.place,
            thread: step.thread,
            flow: masking.mask_str(&step.flow),
        },
        VmEvent::BranchTaken { place, branch } => LogEntry::Branch { place, branch },
        VmEvent::StepEnded { .. } | VmEvent::Checkpoint { .. } | VmEvent::Suspended { .. } => return None,
    })
}

fn call(masking: &Masking, frame: StackFrame) -> CallFrame {
    CallFrame { place: frame.place, thread: frame.thread, flow: masking.mask_str(&frame.flow) }
}
