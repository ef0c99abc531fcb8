//! A suspended process: what it waits for, and how it goes on.

use std::path::Path;
use std::sync::Arc;

use accord_expr::Data;
use accord_value::{Map, Value};
use accord_vm::{FormFields, FormRequest, State};

use crate::error::Error;
use crate::forms::{self, Field, FormProblem, VariablesScope};
use crate::load::WorkDir;
use crate::process::{Begin, Process};
use crate::runtime::Runtime;
use crate::saved;
use crate::secrets::SecretSources;

/// A process that waits for events.
pub struct Suspended {
    process: Process,
    state: State,
}

/// What a suspended process waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The event.
    pub event: Arc<str>,
    /// The form whose answers it brings, if it is one's.
    pub form: Option<Arc<str>>,
}

/// Why an answer was not taken.
#[derive(Debug)]
#[non_exhaustive]
pub enum Refused {
    /// The process waits for no such event.
    UnknownEvent,
    /// Fields of the form do not fit: a sentence each.
    Invalid(Vec<String>),
    /// The answer cannot be evaluated, or the form is not a valid one.
    Failed(String),
}

impl Runtime {
    /// The process that is suspended in `dir`, a project or a working directory. It goes on with what it was started
    /// with; `secrets` names other sources, where it names any.
    ///
    /// # Errors
    /// Where nothing is suspended there, its state is damaged, or another process runs there.
    pub fn suspended(&self, dir: impl AsRef<Path>, secrets: &SecretSources) -> Result<Suspended, Error> {
        let work_dir = WorkDir::reopen(saved::find(dir.as_ref())?)?;
        let state_dir = saved::state_dir(&work_dir.path);
        let (process, state) = self.saved(work_dir, &state_dir, secrets)?;
        Ok(Suspended { process, state })
    }

    /// The process that was in `dir` as it stood at a checkpoint, ready to run on from there.
    ///
    /// # Errors
    /// Where no such checkpoint was kept, it is damaged, or another process runs there.
    pub fn checkpoint(&self, dir: impl AsRef<Path>, name: &str, secrets: &SecretSources) -> Result<Process, Error> {
        let work_dir = WorkDir::reopen(saved::find_checkpoints(dir.as_ref())?)?;
        let state_dir = saved::checkpoint_dir(&work_dir.path, name)?;
        if !state_dir.is_dir() {
            return Err(Error::state(format!("no checkpoint '{name}' was kept in {}", work_dir.path.display())));
        }
        let (mut process, state) = self.saved(work_dir, &state_dir, secrets)?;
        process.begin(Begin::Resume(state));
        Ok(process)
    }

    fn saved(&self, work_dir: WorkDir, dir: &Path, secrets: &SecretSources) -> Result<(Process, State), Error> {
        let mut saved = saved::read(dir, |store| self.store(store))?;
        saved.options.override_sources(secrets);
        let (process, stored) = self.reload(work_dir, saved)?;
        let state = State::from_stored(process.program(), stored, &restore)
            .map_err(|error| Error::state(format!("the state of the process cannot be used: {error}")))?;
        Ok((process, state))
    }
}

/// Objects that variables may hold and states keep.
fn restore(class: &str, data: Value) -> Option<Arc<dyn accord_value::Object>> {
    if class == accord_expr::ENTRY_CLASS {
        return accord_expr::Entry::restore(&data).map(|entry| Arc::new(entry) as Arc<dyn accord_value::Object>);
    }
    accord_value::date::Date::restore(&data).map(|date| Arc::new(date) as Arc<dyn accord_value::Object>)
}

impl Suspended {
    /// What the process waits for, forms first.
    #[must_use]
    pub fn pending(&self) -> Vec<Pending> {
        let events = self.state.events(self.process.program());
        let mut all: Vec<Pending> = events
            .map(|event| Pending { event: Arc::clone(event.name), form: event.form.map(|form| Arc::clone(form.name)) })
            .collect();
        all.sort_by_key(|pending| pending.form.is_none());
        all
    }

    /// The fields of the form that an event brings the answers of; none where it is no form's.
    ///
    /// # Errors
    /// Where the form is not a valid one.
    pub fn fields(&self, event: &str) -> Result<Option<Vec<Field>>, Refused> {
        let program = self.process.program();
        let Some(waiting) = self.state.events(program).find(|waiting| &**waiting.name == event) else {
            return Err(Refused::UnknownEvent);
        };
        let Some(form) = waiting.form else { return Ok(None) };
        let scope = self.scope();
        let fields = match form.fields {
            FormFields::Written(fields) => forms::written(fields, &scope),
            FormFields::Evaluated(value) => forms::evaluated(value),
        };
        let mut fields = fields.map_err(refused)?;
        if let Value::Map(values) = form.values {
            fields.iter_mut().for_each(|field| field.start_with(values.get(&field.name)));
        }
        Ok(Some(fields))
    }

    /// Brings an event with its values; the process it makes runs on. Values of a form may stand in a map of its name
    /// or by themselves; those of a plain event become variables. Expressions in them are evaluated.
    ///
    /// # Errors
    /// Where the process waits for no such event, or the values do not fit the form; the process stays suspended.
    pub fn answer(mut self, event: &str, values: &Map) -> Result<Process, (Box<Self>, Refused)> {
        match self.checked(event, values) {
            Ok(values) => {
                self.state.resume(event, &values);
                self.process.begin(Begin::Resume(self.state));
                Ok(self.process)
            }
            Err(refused) => Err((Box::new(self), refused)),
        }
    }

    fn checked(&self, event: &str, values: &Map) -> Result<Map, Refused> {
        let fields = self.fields(event)?;
        let evaluated = Data::from_value(&Value::Map(values.clone())).and_then(|data| data.eval(&self.scope()));
        let values = match evaluated {
            Ok(Value::Map(values)) => values,
            Ok(_) => Map::linked(),
            Err(error) => {
                return Err(Refused::Failed(
                    error.message.as_ref().map_or_else(String::new, |text| text.masked().into_owned()),
                ));
            }
        };
        let Some(fields) = fields else { return Ok(values) };
        let name = self.pending().into_iter().find(|pending| &*pending.event == event).and_then(|pending| pending.form);
        let own = match name.and_then(|name| values.get(&name)) {
            Some(Value::Map(own)) => own,
            _ => values,
        };
        forms::answers(&fields, &own).map_err(refused)
    }

    fn scope(&self) -> VariablesScope {
        VariablesScope(self.state.variables())
    }
}

fn refused(problem: FormProblem) -> Refused {
    match problem {
        FormProblem::Fields(messages) => Refused::Invalid(messages),
        FormProblem::Form(message) => Refused::Failed(message),
    }
}

/// Whether a form that a process begins to wait for is a valid one, as far as that can be told without its variables.
pub(crate) fn check_form(form: &FormRequest<'_>) -> Result<(), String> {
    match form.fields {
        FormFields::Written(_) => Ok(()),
        FormFields::Evaluated(value) => match forms::evaluated(value) {
            Ok(_) => Ok(()),
            Err(FormProblem::Form(message)) => Err(message),
            Err(FormProblem::Fields(messages)) => Err(messages.join("; ")),
        },
    }
}
