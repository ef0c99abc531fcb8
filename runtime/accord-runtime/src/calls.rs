//! Calls of tasks as somebody sees them who asks for more than the log: what went in, what came out, and when.

use std::sync::Arc;
use std::time::Instant;

use accord_sdk::{Answer, Call, Ended, FlowView, Observer, TaskResult};
use accord_value::{Map, MaskedLine, Text, Value};

use crate::log::LogEntry;
use crate::services::Masking;

/// Hands calls on to the sink, masked.
pub(crate) struct Calls(pub(crate) Arc<Masking>);

impl Observer for Calls {
    fn begins<'a>(&'a self, call: Call<'a>, flow: &'a dyn FlowView) -> Ended<'a> {
        let masking = &*self.0;
        let name: Arc<str> = match call.method {
            Some(method) => format!("{}.{method}", call.task).into(),
            None => call.task.into(),
        };
        let input = match (call.method, call.input.as_slice()) {
            (None, [input]) => self.shown(input),
            (_, arguments) => {
                let list = Value::List(accord_value::List::new(arguments.to_vec()));
                self.shown(&list)
            }
        };
        let thread = flow.thread_id();
        masking.take(&LogEntry::Call { name: Arc::clone(&name), place: flow.place(), thread, input });
        let began = Instant::now();
        Box::new(move |answer| {
            let duration = began.elapsed();
            let outcome = match answer {
                Answer::Result(TaskResult::Suspend { event, .. }) => {
                    Ok(masking.mask_str(&format!("waits for the event {event}")))
                }
                Answer::Result(result) => Ok(self.shown(&Value::Map(Map::from_pairs(result.entries())))),
                Answer::Value(value) => Ok(self.shown(value)),
                Answer::Failed(error) => {
                    Err(error.message().map_or_else(|| masking.mask_str("n/a"), |message| masking.mask(message)))
                }
            };
            masking.take(&LogEntry::Answer { name, thread, duration, outcome });
        })
    }
}

impl Calls {
    fn shown(&self, value: &Value) -> MaskedLine {
        let text: Text = value.to_text();
        self.0.mask(&text)
    }
}
