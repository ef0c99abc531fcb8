//! The way between the thread of a script and the thread of its step.
//!
//! Owns: the messages between the two. Must not know: JavaScript.

use std::sync::mpsc::{Receiver, Sender, SyncSender};

use accord_sdk::{LogLevel, TaskContext, TaskError};
use accord_value::{Text, Value};

/// What a script wants to know or to have done, answered on the thread of the step.
pub(crate) type Question = Box<dyn FnOnce(&TaskContext<'_>) -> Result<Value, TaskError> + Send>;

/// What the thread of a script sends.
pub(crate) enum Message {
    /// The script waits for the answer.
    Ask(Question),
    /// A line for the log, which nobody waits for.
    Log(LogLevel, Text),
    /// The script has ended.
    Done(Result<(), TaskError>),
}

/// How many log lines may be under way before a script has to wait for the log.
pub(crate) const LINES_UNDER_WAY: usize = 256;

/// The script's end.
pub(crate) struct Bridge {
    messages: SyncSender<Message>,
    answers: Receiver<Result<Value, TaskError>>,
}

/// The step's end, as far as it answers.
pub(crate) type Answers = Sender<Result<Value, TaskError>>;

impl Bridge {
    pub(crate) fn new(messages: SyncSender<Message>, answers: Receiver<Result<Value, TaskError>>) -> Bridge {
        Bridge { messages, answers }
    }

    /// Has `question` answered on the thread of the step.
    pub(crate) fn ask(
        &self,
        question: impl FnOnce(&TaskContext<'_>) -> Result<Value, TaskError> + Send + 'static,
    ) -> Result<Value, TaskError> {
        self.messages.send(Message::Ask(Box::new(question))).map_err(|_| left_behind())?;
        self.answers.recv().map_err(|_| left_behind())?
    }

    pub(crate) fn log(&self, level: LogLevel, text: Text) -> Result<(), TaskError> {
        self.messages.send(Message::Log(level, text)).map_err(|_| left_behind())
    }

    pub(crate) fn done(&self, outcome: Result<(), TaskError>) {
        // Nobody listens any more where the step has left the script behind.
        let _ = self.messages.send(Message::Done(outcome));
    }
}

/// The step no longer waits for this script.
fn left_behind() -> TaskError {
    TaskError::of(TaskError::CANCELLED, "The script was stopped.")
}
