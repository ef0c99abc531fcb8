//! The dialogue for a form: every field is asked for on the terminal, checked at once, and asked for again where the
//! answer does not fit.

mod field;
mod terminal;

use std::io;

use accord_runtime::{Map, Pending, Process, Refused, Suspended, Value};

use crate::exit::Exit;
use crate::output;
use field::Asking;
pub(crate) use terminal::{Stop, Terminal, can_ask};

/// Why a form was not filled in.
pub(crate) enum NotFilled {
    /// Nobody answers any more; the process stays suspended.
    Left,
    /// Something went wrong, and was said.
    Failed(Exit),
}

/// Offers to fill in a form now.
pub(crate) fn is_wanted(form: &str) -> Result<bool, NotFilled> {
    let terminal = open()?;
    loop {
        let question = format!("The form '{form}' waits for answers. Fill it in now? (Y/n) ");
        match terminal.line(&question).map_err(stopped)?.trim().to_lowercase().as_str() {
            "" | "y" | "yes" => return Ok(true),
            "n" | "no" => return Ok(false),
            _ => output::note("Answer y or n."),
        }
    }
}

/// Asks for the fields of a form and brings the answers to the process, which then can run on.
pub(crate) fn fill(suspended: Suspended, pending: &Pending, form: &str) -> Result<Process, NotFilled> {
    let fields = match suspended.fields(&pending.event) {
        Ok(fields) => fields.unwrap_or_default(),
        Err(refused) => return Err(not_taken(refused)),
    };
    let terminal = open()?;
    output::note(&format!("The form '{form}' (Ctrl-C leaves the process suspended):"));
    let values = Map::linked();
    for field in &fields {
        let asking = Asking { terminal: &terminal, suspended: &suspended, form, field };
        if let Some(value) = asking.answer().map_err(stopped)? {
            values.insert(field.name.as_str(), value);
        }
    }
    let own = Map::from_pairs([(form, Value::Map(values))]);
    suspended.answer_typed(&pending.event, own).map_err(|(_, refused)| not_taken(refused))
}

fn open() -> Result<Terminal, NotFilled> {
    Terminal::open().map_err(|error| failed(&error))
}

fn stopped(stop: Stop) -> NotFilled {
    // The cursor stands behind the question.
    output::note("");
    match stop {
        Stop::End | Stop::Signal => NotFilled::Left,
        Stop::Failed(error) => failed(&error),
    }
}

fn failed(error: &io::Error) -> NotFilled {
    output::error(&format!("cannot read from the terminal: {error}"));
    NotFilled::Failed(Exit::NoTerminal)
}

fn not_taken(refused: Refused) -> NotFilled {
    match refused {
        Refused::Invalid(messages) => {
            messages.iter().for_each(|message| output::error(&format!("invalid input: {message}")));
            NotFilled::Failed(Exit::InputRequired)
        }
        Refused::Failed(message) => {
            output::error(&message);
            NotFilled::Failed(Exit::Failed)
        }
        _ => {
            output::error("the process does not wait for this form any more");
            NotFilled::Failed(Exit::Failed)
        }
    }
}
