//! `accord resume`: goes on with a suspended process.

use std::path::Path;

use accord_runtime::{
    Error, Field, Map, Pending, Refused, Runtime, Suspended, Value, put_input, read_input, wrap_input,
};
use accord_value::List;

use crate::args::{LogFormat, Resume};
use crate::dialogue;
use crate::exit::Exit;
use crate::output;
use crate::run::secret_sources;
use crate::session::Session;

/// Brings an event to a suspended process and runs it on.
pub(crate) fn resume(options: &Resume) -> Result<Exit, Exit> {
    let has_input = options.input_file.is_some() || !options.variables.is_empty();
    if options.describe_input && (has_input || options.save_as.is_some()) {
        return Err(usage("--describe-input cannot be combined with --input-file, -e or --save-as"));
    }
    if options.save_as.is_some() && !has_input {
        return Err(usage("--save-as needs --input-file or -e"));
    }
    let sink = output::sink(options.log_format, options.verbose);
    let runtime = Runtime::builder().log(sink).build().map_err(|error| failed(&error))?;
    let sources = secret_sources(&options.sources);
    let session = Session {
        runtime: &runtime,
        sources: &sources,
        format: options.log_format,
        out: options.out.as_deref(),
        dir: (options.path.as_os_str() != ".").then(|| options.path.clone()),
        can_ask: dialogue::can_ask(options.no_prompt),
        offers: false,
    };
    if let Some(name) = &options.checkpoint {
        let process = runtime.checkpoint(&options.path, name, &sources).map_err(|error| failed(&error))?;
        return Ok(session.run(process));
    }
    let suspended = runtime.suspended(&options.path, &sources).map_err(|error| failed(&error))?;
    if suspended.is_overdue()
        && !options.describe_input
        && let Some(first) = suspended.pending().first()
    {
        // It times out, whatever it is answered.
        return match suspended.answer(&first.event, &Map::linked()) {
            Ok(process) => Ok(session.run(process)),
            Err((_, refused)) => Err(not_taken(first, refused, &session)),
        };
    }
    let fills = session.can_ask && !has_input && !options.describe_input;
    let pending = chosen(&suspended.pending(), options, fills, &session)?;
    if options.describe_input {
        return describe(&suspended, &pending, &session);
    }
    match &pending.form {
        Some(form) if fills => Ok(session.fill(suspended, &pending, form)),
        Some(form) if !has_input => Err(needs_answers(&suspended, &pending, form, &session)),
        form => {
            let values = values(options)?;
            if let Some(form) = form {
                take_files(&suspended, &pending, form, &values)?;
            }
            match suspended.answer(&pending.event, &values) {
                Ok(process) => Ok(session.run(process)),
                Err((_, refused)) => Err(not_taken(&pending, refused, &session)),
            }
        }
    }
}

/// A form without answers, and nobody to ask. Files are what only somebody at a terminal is asked for.
fn needs_answers(suspended: &Suspended, pending: &Pending, form: &str, session: &Session<'_>) -> Exit {
    output::error(&format!("the form '{form}' needs answers"));
    session.waiting(std::slice::from_ref(pending));
    let fields = suspended.fields(&pending.event).ok().flatten().unwrap_or_default();
    let needs_file = |field: &Field| field.is_file() && field.is_required() && field.preset().is_none();
    if fields.iter().any(needs_file) { Exit::NoTerminal } else { Exit::InputRequired }
}

/// Files that are named from here are copied to where the process sees them; other paths are taken as the process' own.
fn take_files(suspended: &Suspended, pending: &Pending, form: &str, values: &Map) -> Result<(), Exit> {
    let fields = suspended.fields(&pending.event).ok().flatten().unwrap_or_default();
    let own = match values.get(form) {
        Some(Value::Map(own)) => own,
        _ => values.clone(),
    };
    for field in fields.iter().filter(|field| field.is_file()) {
        let Some(value) = own.get(&field.name) else { continue };
        let take = |value: &Value| match value.as_str().map(Path::new) {
            Some(path) if path.is_file() => suspended.take_file(form, field, path).map_err(|error| {
                output::error(&format!("{}: cannot take '{}': {error}", field.title(), path.display()));
                Exit::Failed
            }),
            _ => Ok(value.clone()),
        };
        let taken = match &value {
            Value::List(items) => {
                let items: Result<Vec<Value>, Exit> = items.snapshot().iter().map(take).collect();
                Value::List(List::new(items?))
            }
            one => take(one)?,
        };
        own.insert(field.name.as_str(), taken);
    }
    Ok(())
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
fn chosen(pending: &[Pending], options: &Resume, fills: bool, session: &Session<'_>) -> Result<Pending, Exit> {
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
        // Whoever can be asked fills in one form after the other.
        [first, ..] if fills && first.form.is_some() => Ok((*first).clone()),
        [] if options.describe_input => {
            Err(usage("the process waits for no form, so that there is no input to describe"))
        }
        _ => {
            output::error("the process waits for several events: choose one");
            session.waiting(pending);
            Err(Exit::InputRequired)
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

fn not_taken(pending: &Pending, refused: Refused, session: &Session<'_>) -> Exit {
    match refused {
        Refused::Invalid(messages) => {
            messages.iter().for_each(|message| output::error(&format!("invalid input: {message}")));
            session.waiting(std::slice::from_ref(pending));
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
fn describe(suspended: &Suspended, pending: &Pending, session: &Session<'_>) -> Result<Exit, Exit> {
    let fields = match suspended.fields(&pending.event) {
        Ok(Some(fields)) => fields,
        Ok(None) => {
            return Err(usage(&format!(
                "the event '{}' is no form's, so that there is no input to describe",
                pending.event
            )));
        }
        Err(refused) => return Err(not_taken(pending, refused, session)),
    };
    let form = pending.form.as_deref().unwrap_or_default();
    let example = Map::from_pairs(shown(&fields).map(|field| (field.name.as_str(), field.example())));
    if session.format == LogFormat::Json {
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
