//! A suspended process: what it waits for, and how it goes on.

use std::path::Path;
use std::sync::Arc;

use accord_expr::Data;
use accord_value::{Map, Value};
use accord_vm::State;

use crate::clock;
use crate::error::Error;
use crate::forms::{self, Field, FormProblem, VariablesScope};
use crate::load::WorkDir;
use crate::process::{Begin, Process};
use crate::runtime::Runtime;
use crate::saved;
use crate::secrets::SecretSources;
use crate::waiting;

/// A process that waits for events.
pub struct Suspended {
    process: Process,
    state: State,
    /// Since when, in milliseconds since 1970.
    since: i64,
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
        let (process, state, since) = self.saved(work_dir, &state_dir, None, secrets)?;
        Ok(Suspended { process, state, since })
    }

    /// The process that was in `dir` as it stood at a checkpoint, ready to run on from there.
    ///
    /// # Errors
    /// Where no such checkpoint was kept, it is damaged, or another process runs there.
    pub fn checkpoint(&self, dir: impl AsRef<Path>, name: &str, secrets: &SecretSources) -> Result<Process, Error> {
        let work_dir = WorkDir::reopen(saved::find_checkpoints(dir.as_ref())?)?;
        let state_dir = saved::checkpoint_dir(&work_dir.path, name)?;
        if !state_dir.is_dir() {
            let (place, known) = (work_dir.path.display(), saved::checkpoints(&work_dir.path).join(", "));
            return Err(Error::state(format!("no checkpoint '{name}' was kept in {place}: there are {known}")));
        }
        let (mut process, mut state, _) = self.saved(work_dir, &state_dir, Some(name), secrets)?;
        state.set_everywhere("resumeEventName", &Value::from(name));
        process.begin(Begin::Resume(state));
        Ok(process)
    }

    /// The process whose state lies in `dir`, with its state and the time of it; `checkpoint` is the one that it has to
    /// stand at.
    fn saved(
        &self,
        work_dir: WorkDir,
        dir: &Path,
        checkpoint: Option<&str>,
        secrets: &SecretSources,
    ) -> Result<(Process, State, i64), Error> {
        let mut saved = saved::read(dir, |store| self.store(store))?;
        if saved.checkpoint.as_deref() != checkpoint {
            return Err(Error::state(format!("the state in {} was put there from elsewhere", dir.display())));
        }
        saved.options.override_sources(secrets);
        let since = saved.since;
        let (process, stored) = self.reload(work_dir, saved)?;
        let state = State::from_stored(process.program(), stored, &|class, data| accord_tasks::restore(class, &data))
            .map_err(|error| Error::state(format!("the state of the process cannot be used: {error}")))?;
        Ok((process, state, since))
    }
}

impl Suspended {
    /// What the process waits for, forms first; events that come by themselves only where there is nothing else.
    #[must_use]
    pub fn pending(&self) -> Vec<Pending> {
        let only_time = waiting::is_for_time(&self.state, self.process.program());
        let events = self.state.events(self.process.program());
        let mut all: Vec<Pending> = events
            .filter(|event| only_time || event.until.is_none())
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
        let mut fields = forms::evaluated(form.fields).map_err(refused)?;
        if let Value::Map(values) = form.values {
            fields.iter_mut().for_each(|field| field.start_with(values.get(&field.name)));
        }
        let wordings = self.wordings(form.name);
        fields.iter_mut().for_each(|field| field.wordings.clone_from(&wordings));
        let masking = self.process.masking();
        for field in fields.iter_mut().filter(|field| field.is_password()) {
            field.value = field.value.take().map(|value| forms::secret(value, masking));
        }
        Ok(Some(fields))
    }

    /// Brings an event with its values; the process it makes runs on. Values of a form may stand in a map of its name
    /// or by themselves; those of a plain event become variables. Expressions in them are evaluated.
    ///
    /// # Errors
    /// Where the process waits for no such event, or the values do not fit the form; the process stays suspended.
    pub fn answer(self, event: &str, values: &Map) -> Result<Process, (Box<Self>, Refused)> {
        if self.is_overdue() {
            return self.take(event, Ok(Map::linked()));
        }
        let values = self.evaluated(values).and_then(|values| self.checked(event, values));
        self.take(event, values)
    }

    /// As [`Suspended::answer`], with values for the fields of a form as somebody typed them: nothing in them is
    /// evaluated, and what is marked as secret is masked from now on.
    ///
    /// # Errors
    /// As [`Suspended::answer`].
    pub fn answer_typed(self, event: &str, values: Map) -> Result<Process, (Box<Self>, Refused)> {
        if self.is_overdue() {
            return self.take(event, Ok(Map::linked()));
        }
        for (_, value) in values.entries() {
            let texts = if let Value::List(items) = &value { items.snapshot() } else { vec![value] };
            for text in texts.iter().filter(|text| text.is_sensitive()).filter_map(Value::as_str) {
                self.process.masking().register(text);
            }
        }
        let values = self.checked(event, values);
        self.take(event, values)
    }

    /// Takes a file as the answer to a field: it is copied into the working directory, and the answer is its path there.
    ///
    /// # Errors
    /// Where it is no file, or cannot be read or copied.
    pub fn take_file(&self, form: &str, field: &Field, path: &Path) -> std::io::Result<Value> {
        forms::take(self.process.work_dir(), form, &field.name, path).map(Value::from)
    }

    /// Whether the process has waited longer than its `suspendTimeout`. Whatever it is answered, it times out.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        self.process.is_overdue(self.since)
    }

    fn take(mut self, event: &str, values: Result<Map, Refused>) -> Result<Process, (Box<Self>, Refused)> {
        match values {
            Ok(_) if self.is_overdue() => {
                self.process.begin(Begin::Overdue(self.state));
                Ok(self.process)
            }
            Ok(values) => {
                // What comes by itself comes when it is time.
                if self
                    .state
                    .events(self.process.program())
                    .all(|known| &**known.name != event || known.until.is_none())
                {
                    self.state.resume(event, &values);
                }
                self.state.wake(clock::now_millis());
                self.process.begin(Begin::Resume(self.state));
                Ok(self.process)
            }
            Err(refused) => Err((Box::new(self), refused)),
        }
    }

    fn evaluated(&self, values: &Map) -> Result<Map, Refused> {
        match Data::from_value(&Value::Map(values.clone())).and_then(|data| data.eval(&self.scope())) {
            Ok(Value::Map(values)) => Ok(values),
            Ok(_) => Ok(Map::linked()),
            Err(error) => {
                let message = error.message.as_ref().map(|text| self.process.masking().mask(text));
                Err(Refused::Failed(message.map_or_else(String::new, |text| text.as_str().to_owned())))
            }
        }
    }

    fn checked(&self, event: &str, values: Map) -> Result<Map, Refused> {
        let fields = self.fields(event)?;
        let Some(fields) = fields else { return Ok(values) };
        let name = self.pending().into_iter().find(|pending| &*pending.event == event).and_then(|pending| pending.form);
        let own = match name.and_then(|name| values.get(&name)) {
            Some(Value::Map(own)) => own,
            _ => values,
        };
        let own = own.copy_as(accord_value::MapKind::Linked);
        for field in fields.iter().filter(|field| field.is_password()) {
            if let Some(given) = own.get(&field.name) {
                own.insert(field.name.as_str(), forms::secret(given, self.process.masking()));
            }
        }
        forms::answers(&fields, &own).map_err(refused)
    }

    /// The words of a form's author for wrong answers: `locale.properties` beside the form's other files, or in the
    /// working directory.
    fn wordings(&self, form: &str) -> Option<Map> {
        let beside = format!("forms/{form}/locale.properties");
        let texts = [beside.as_str(), "locale.properties"].map(|path| self.process.read_text(path));
        let text = texts.into_iter().flatten().next()?;
        accord_tasks::properties(&text.into()).ok()?.as_map().cloned()
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
