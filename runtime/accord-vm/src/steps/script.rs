//! `script`.

use accord_expr::eval;
use accord_sdk::TaskError;
use accord_value::{Map, Text};

use super::expr::give_out;
use super::task::step_input;
use crate::errors::Raise;
use crate::host::Script;
use crate::machine::{Machine, Step};
use crate::program::{Command, ResultOut, ScriptOp};
use crate::thread::Thread;
use crate::values::{cast_text, to_text};
use crate::view::View;

pub(super) fn execute<'a>(
    machine: &'a Machine<'a>,
    thread: &Thread,
    command: &'a Command,
    segment: Option<Text>,
    op: &ScriptOp,
) -> Result<Step, Raise> {
    let host = machine.host;
    let view = View { segment, ..View::new(machine, thread, Some(command)) };
    let language = cast_text(eval(&op.language, &view)?)?.unwrap_or_else(|| to_text(&accord_value::Value::Null));
    if host.services().dry_run() && !view.is_dry_run_ready()? {
        return Err(Raise::user("Dry-run mode is not supported for this 'script' step"));
    }
    if op.body.is_none() && host.has_script_language(language.as_str()) {
        return Err(Raise::user("Invalid step definition: 'body' parameter not found."));
    }
    let input = Map::from_pairs(step_input(&view, op.input.as_ref(), op.retry_input.as_ref())?);
    let script = Script { language: language.as_str(), body: op.body.as_ref(), input: &input };
    let result = host.script(&script, &view).unwrap_or_else(|| Err(no_engine(&language, op.body.is_some())))?;
    if !matches!(op.out, ResultOut::None) {
        give_out(&view, &op.out, &result)?;
    }
    Ok(Step::Next)
}

fn no_engine(language: &Text, has_body: bool) -> TaskError {
    let text = |text: &str| Text::plain(text);
    TaskError::user(if has_body {
        Text::concat([&text("Unknown language '"), language, &text("'. Check process dependencies.")])
    } else {
        Text::concat([
            &text("Can't determine the script language: "),
            language,
            &text(" ("),
            language,
            &text("). Check if the script's name is correct and the required dependencies are declared."),
        ])
    })
}
