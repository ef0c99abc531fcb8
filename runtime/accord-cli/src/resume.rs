//! `accord resume`: goes on with a suspended process.

use std::sync::Arc;

use accord_runtime::{
    Error, Field, LogSink, Map, Pending, Refused, Runtime, Suspended, Value, put_input, read_input, wrap_input,
};

use crate::args::{LogFormat, Resume};
use crate::exit::Exit;
use crate::output::{self, JsonLog, TextLog};
use crate::run::{ended, secret_sources, watched};

/// Brings an event to a suspended process and runs it on.
pub(crate) fn resume(options: &Resume) -> Result<Exit, Exit> {
    let has_input = options.input_file.is_some() || !options.variables.is_empty();
    if options.describe_input && (has_input || options.save_as.is_some()) {
        return Err(usage("--describe-input cannot be combined with --input-file, -e or --save-as"));
    }
    if options.save_as.is_some() && !has_input {
        return Err(usage("--save-as needs --input-file or -e"));
    }
    let sink: Arc<dyn LogSink> = match options.log_format {
        LogFormat::Text => Arc::new(TextLog::new(options.verbose > 0)),
        LogFormat::Json => Arc::new(JsonLog),
    };
    let runtime = Runtime::builder().log(sink).build().map_err(|error| failed(&error))?;
    let sources = secret_sources(&options.sources);
    if let Some(name) = &options.checkpoint {
        let process = runtime.checkpoint(&options.path, name, &sources).map_err(|error| failed(&error))?;
        return Ok(ended(&watched(process), options.log_format, options.out.as_deref()));
    }
    let suspended = runtime.suspended(&options.path, &sources).map_err(|error| failed(&error))?;
    let pending = chosen(&suspended.pending(), options)?;
    if options.describe_input {
        return describe(&suspended, &pending, options.log_format);
    }
    if pending.form.is_some() && !has_input {
        output::error(&format!("the form '{}' needs answers", pending.form.as_deref().unwrap_or_default()));
        waiting(std::slice::from_ref(&pending));
        return Err(Exit::InputRequired);
    }
    let values = values(options)?;
    match suspended.answer(&pending.event, &values) {
        Ok(process) => Ok(ended(&watched(process), options.log_format, options.out.as_deref())),
        Err((_, refused)) => Err(not_taken(&pending, refused)),
    }
}

fn usage(message: &str) -> Exit {
    output::error(message);
    Exit::Usage
}

fn failed(error: &Error) -> Exit {
    match error {
        Error::Load(load) => output::diagnostics::load_error(load),
        _ => output::error(&error.to_string()),
    }
    Exit::Failed
}

/// The event that is meant: the one that was named, or the only one.
fn chosen(pending: &[Pending], options: &Resume) -> Result<Pending, Exit> {
    let names = || pending.iter().map(|pending| &*pending.event).collect::<Vec<_>>().join(", ");
    if let Some(event) = &options.event {
        let found = pending.iter().find(|pending| &*pending.event == event.as_str());
        return found
            .cloned()
            .ok_or_else(|| usage(&format!("there is no event '{event}', the process waits for: {}", names())));
    }
    let candidates: Vec<&Pending> =
        pending.iter().filter(|pending| !options.describe_input || pending.form.is_some()).collect();
    match candidates.as_slice() {
        [one] => Ok((*one).clone()),
        [] if options.describe_input => {
            Err(usage("the process waits for no form, so that there is no input to describe"))
        }
        _ => {
            output::error("the process waits for several events: choose one");
            waiting(pending);
            Err(Exit::InputRequired)
        }
    }
}

/// Says how to go on.
pub(crate) fn waiting(pending: &[Pending]) {
    for pending in pending {
        match &pending.form {
            Some(form) => {
                output::note(&format!("The form '{form}' waits for answers:"));
                output::note(&format!("  accord resume --event {} --describe-input", pending.event));
                output::note(&format!("  accord resume --event {} --input-file FILE", pending.event));
            }
            None => output::note(&format!("An event is waited for:\n  accord resume --event '{}'", pending.event)),
        }
    }
}

fn values(options: &Resume) -> Result<Map, Exit> {
    let refused = |message: String| {
        output::error(&message);
        Exit::Failed
    };
    let values = match &options.input_file {
        Some(file) => read_input(file).map_err(refused)?,
        None => Map::linked(),
    };
    for (key, value) in &options.variables {
        put_input(&values, key, value).map_err(refused)?;
    }
    match &options.save_as {
        Some(path) => wrap_input(values, path).map_err(refused),
        None => Ok(values),
    }
}

fn not_taken(pending: &Pending, refused: Refused) -> Exit {
    match refused {
        Refused::Invalid(messages) => {
            messages.iter().for_each(|message| output::error(&format!("invalid input: {message}")));
            waiting(std::slice::from_ref(pending));
            Exit::InputRequired
        }
        Refused::Failed(message) => {
            output::error(&message);
            Exit::Failed
        }
        _ => usage(&format!("there is no event '{}'", pending.event)),
    }
}

/// Prints what a form asks for.
fn describe(suspended: &Suspended, pending: &Pending, format: LogFormat) -> Result<Exit, Exit> {
    let fields = match suspended.fields(&pending.event) {
        Ok(Some(fields)) => fields,
        Ok(None) => {
            return Err(usage(&format!(
                "the event '{}' is no form's, so that there is no input to describe",
                pending.event
            )));
        }
        Err(refused) => return Err(not_taken(pending, refused)),
    };
    let form = pending.form.as_deref().unwrap_or_default();
    let example = Map::from_pairs(shown(&fields).map(|field| (field.name.as_str(), field.example())));
    if format == LogFormat::Json {
        let fields = shown(&fields)
            .map(|field| (field.name.clone(), field.type_name(), field.label.clone(), field.is_required()));
        output::input(form, &pending.event, fields, &Value::Map(example));
        return Ok(Exit::Done);
    }
    output::line(&format!("The form '{form}', event {}", pending.event));
    for (title, required) in [("Required", true), ("Optional", false)] {
        let fields: Vec<&Field> = shown(&fields).filter(|field| field.is_required() == required).collect();
        if !fields.is_empty() {
            output::line(&format!("{title}:"));
        }
        for field in fields {
            let label = field.label.as_ref().map(|label| format!("  {label}")).unwrap_or_default();
            output::line(&format!("  {}: {}{label}", field.name, field.type_name()));
        }
    }
    output::line("Example of an input file:");
    let wrapped = Map::from_pairs([(form, Value::Map(example))]);
    if let Ok(text) = accord_value::json::to_pretty_text(&Value::Map(wrapped)) {
        output::line(&text.masked());
    }
    Ok(Exit::Done)
}

fn shown(fields: &[Field]) -> impl Iterator<Item = &Field> {
    fields.iter().filter(|field| !field.is_read_only())
}
