//! The tasks that a process can call, and the one place where calls are checked and answers are marked.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use accord_value::Value;

use crate::marks::{Marks, mark_result, marked};
use crate::observer::{Answer, Call, Ended, Observer};
use crate::{
    FlowView, Method, Services, Task, TaskContext, TaskError, TaskInfo, TaskResult, Validation, Variables, validation,
};

/// Tasks by name. Cheap to fill: a task describes itself when something first asks.
#[derive(Clone, Default)]
pub struct Registry {
    tasks: BTreeMap<Cow<'static, str>, Arc<Entry>>,
    missing: BTreeMap<Cow<'static, str>, Cow<'static, str>>,
    interceptor: Option<Arc<dyn Interceptor>>,
    observer: Option<Arc<dyn Observer>>,
    validation: Validation,
    result_validation: Validation,
}

pub(crate) struct Entry {
    task: Arc<dyn Task>,
    optional: bool,
    info: OnceLock<TaskInfo>,
}

impl Entry {
    pub(crate) fn info(&self) -> &TaskInfo {
        self.info.get_or_init(|| self.task.describe())
    }

    fn context<'a>(&'a self, name: &'a str, flow: &'a dyn FlowView, services: &'a dyn Services) -> TaskContext<'a> {
        TaskContext::with_info(name, Some(self), flow, services)
    }

    /// Runs the task and marks what it answers. The inputs' marks are taken beforehand: the task may change its inputs.
    fn outcome(
        &self,
        marks: &Marks,
        run: impl FnOnce(&dyn Task) -> Result<TaskResult, TaskError>,
    ) -> Result<TaskResult, TaskError> {
        let outcome = run(&*self.task);
        if marks.is_empty() {
            return outcome;
        }
        match outcome {
            Ok(result) if self.info().result_carries_mark => Ok(mark_result(result)),
            Ok(result) => Ok(result),
            Err(error) => Err(marks.on_error(error, self.info().errors_carry_mark)),
        }
    }
}

/// Stands before every call of a task: what mocks are made of.
pub trait Interceptor: Send + Sync {
    /// Answers `task: NAME` in the place of the task; none: the task itself runs.
    ///
    /// # Errors
    /// The failure that the step shall have.
    fn execute(&self, input: &Variables, cx: &mut TaskContext<'_>) -> Result<Option<TaskResult>, TaskError>;

    /// Answers `${NAME.method(args…)}` in the place of the task; none: the task itself answers.
    ///
    /// # Errors
    /// The failure that the call shall have.
    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Option<Value>, TaskError>;
}

impl Registry {
    /// No tasks.
    pub fn new() -> Registry {
        Registry::default()
    }

    /// Adds a task under `name`; an earlier one of that name is replaced.
    pub fn register(&mut self, name: impl Into<Cow<'static, str>>, task: impl Task + 'static) {
        self.register_arc(name, Arc::new(task));
    }

    /// As [`Registry::register`], for a task that is shared.
    pub fn register_arc(&mut self, name: impl Into<Cow<'static, str>>, task: Arc<dyn Task>) {
        self.tasks.insert(name.into(), Arc::new(Entry { task, optional: false, info: OnceLock::new() }));
    }

    /// As [`Registry::register`], for a task that Concord has only where a project names its plugin: a variable of that
    /// name is nothing to warn about.
    pub fn register_optional(&mut self, name: impl Into<Cow<'static, str>>, task: impl Task + 'static) {
        let entry = Entry { task: Arc::new(task), optional: true, info: OnceLock::new() };
        self.tasks.insert(name.into(), Arc::new(entry));
    }

    /// Puts `interceptor` before every call.
    pub fn intercept(&mut self, interceptor: Arc<dyn Interceptor>) {
        self.interceptor = Some(interceptor);
    }

    /// Tells `observer` of every call.
    pub fn observe(&mut self, observer: Arc<dyn Observer>) {
        self.observer = Some(observer);
    }

    /// Keeps one line of help for a task that is known elsewhere and missing here.
    pub fn hint_missing(&mut self, name: impl Into<Cow<'static, str>>, hint: impl Into<Cow<'static, str>>) {
        self.missing.insert(name.into(), hint.into());
    }

    /// One line of help for a task that is known elsewhere and missing here: what serves instead.
    pub fn hint(&self, name: &str) -> Option<&str> {
        self.missing.get(name).map(Cow::as_ref)
    }

    /// The names of the tasks that are known elsewhere and missing here, sorted.
    pub fn missing_names(&self) -> impl Iterator<Item = &str> {
        self.missing.keys().map(Cow::as_ref)
    }

    /// Help for the message of a failure about a task that cannot be found: what serves instead, or the name that was
    /// meant. None for other failures.
    pub fn hint_for(&self, message: &str) -> Option<String> {
        let (is_step, rest) = match message.strip_prefix(TASK_NOT_FOUND) {
            Some(rest) => (true, rest),
            None => (false, message.split_once(VARIABLE_NOT_FOUND)?.1),
        };
        let (name, _) = rest.split_once('\'')?;
        if let Some(hint) = self.hint(name) {
            return Some(format!("The task '{name}' is not built in: {hint}"));
        }
        let near = self.names().map(|known| (distance(known, name), known)).min()?;
        (is_step && near.0 <= name.chars().count() / 3).then(|| format!("Did you mean the task '{}'?", near.1))
    }

    /// Checks the inputs of every step against the task's description.
    pub fn validate_inputs(&mut self, mode: Validation) {
        self.validation = mode;
    }

    /// Checks the result of every step against the task's description.
    pub fn validate_results(&mut self, mode: Validation) {
        self.result_validation = mode;
    }

    /// Whether there is a task `name`.
    pub fn has(&self, name: &str) -> bool {
        self.tasks.contains_key(name)
    }

    /// Whether a variable `name` hides a task that every process has.
    pub fn is_shadowed_by(&self, name: &str) -> bool {
        self.tasks.get(name).is_some_and(|entry| !entry.optional)
    }

    /// The task `name`.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Task>> {
        self.tasks.get(name).map(|entry| &entry.task)
    }

    /// What the task `name` says about itself.
    pub fn info(&self, name: &str) -> Option<&TaskInfo> {
        self.tasks.get(name).map(|entry| entry.info())
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tasks.keys().map(Cow::as_ref)
    }

    /// Runs `task: NAME`: finds the task, refuses what may not run dry, marks the result where an input was marked.
    /// `dry_run_ready` is the step's `meta.dryRunReady`.
    ///
    /// # Errors
    /// Unknown task, not ready for a dry run, and what the task answers.
    pub fn execute(
        &self,
        name: &str,
        input: Variables,
        dry_run_ready: bool,
        flow: &dyn FlowView,
        services: &dyn Services,
    ) -> Result<TaskResult, TaskError> {
        let entry = self.find(name)?;
        let Some(observer) = &self.observer else { return self.run(entry, name, input, dry_run_ready, flow, services) };
        let ended = begin(&**observer, entry, name, &input, flow);
        let result = self.run(entry, name, input, dry_run_ready, flow, services);
        ended(&result.as_ref().map_or_else(Answer::Failed, Answer::Result));
        result
    }

    fn run(
        &self,
        entry: &Entry,
        name: &str,
        input: Variables,
        dry_run_ready: bool,
        flow: &dyn FlowView,
        services: &dyn Services,
    ) -> Result<TaskResult, TaskError> {
        let mut cx = entry.context(name, flow, services);
        if let Some(interceptor) = &self.interceptor
            && let Some(result) = interceptor.execute(&input, &mut cx)?
        {
            return Ok(result);
        }
        if services.dry_run() && !dry_run_ready && !entry.info().dry_run_ready {
            return Err(not_dry_run_ready(name));
        }
        if self.validation != Validation::Disabled
            && let Some(complaint) = validation::complaint(entry.info(), &input)
        {
            match self.validation {
                Validation::Fail => return Err(validation::failure(complaint)),
                _ => cx.warn(complaint),
            }
        }
        let marks = Marks::of([&Value::Map(input.as_map().clone())]);
        let result = entry.outcome(&marks, |task| task.execute(input, &mut cx))?;
        if self.result_validation != Validation::Disabled
            && let Some(complaint) = validation::result_complaint(entry.info(), &result)
        {
            match self.result_validation {
                Validation::Fail => return Err(validation::failure(complaint)),
                _ => cx.warn(complaint),
            }
        }
        Ok(result)
    }

    /// Answers `${NAME.method(args…)}`, with the same checks and marks as [`Registry::execute`].
    ///
    /// # Errors
    /// Unknown task or method, not ready for a dry run, and what the task answers.
    pub fn call(
        &self,
        name: &str,
        method: &str,
        args: &[Value],
        dry_run_ready: bool,
        flow: &dyn FlowView,
        services: &dyn Services,
    ) -> Result<Value, TaskError> {
        let entry = self.find(name)?;
        let Some(observer) = &self.observer else {
            return self.answer(entry, name, method, args, dry_run_ready, flow, services);
        };
        // Marked where they are: what a flow writes out as a password is no secret yet.
        let secret = entry.info().secret_arguments(method, args.len());
        let shown = args.iter().enumerate().map(|(index, value)| match value {
            value if secret.contains(&index) => marked(value.clone()),
            value => value.clone(),
        });
        let ended = observer.begins(Call { task: name, method: Some(method), input: shown.collect() }, flow);
        let value = self.answer(entry, name, method, args, dry_run_ready, flow, services);
        ended(&value.as_ref().map_or_else(Answer::Failed, Answer::Value));
        value
    }

    #[expect(clippy::too_many_arguments, reason = "those of the call, and what was found for it")]
    fn answer(
        &self,
        entry: &Entry,
        name: &str,
        method: &str,
        args: &[Value],
        dry_run_ready: bool,
        flow: &dyn FlowView,
        services: &dyn Services,
    ) -> Result<Value, TaskError> {
        let mut cx = entry.context(name, flow, services);
        if let Some(interceptor) = &self.interceptor
            && let Some(value) = interceptor.call(method, args, &mut cx)?
        {
            return Ok(value);
        }
        let marks = Marks::of(args);
        if marks.is_empty() && !services.dry_run() {
            return entry.task.call(method, args, &mut cx);
        }
        let info = entry.info();
        let found = info.find_method(method, args.len());
        if services.dry_run() && !dry_run_ready && !found.map_or(info.dry_run_ready, |m| m.dry_run_ready) {
            return Err(not_dry_run_ready(name));
        }
        match entry.task.call(method, args, &mut cx) {
            Ok(value) if !marks.is_empty() && found.is_none_or(|m| m.result_carries_mark) => Ok(marked(value)),
            Ok(value) => Ok(value),
            // The message of a call that the task does not have quotes no argument.
            Err(error) => Err(marks.on_error(error, found.is_some_and(|m| m.errors_carry_mark))),
        }
    }

    /// Goes on with a task that suspended the process.
    ///
    /// # Errors
    /// Unknown task, and what the task answers.
    pub fn resume(
        &self,
        name: &str,
        state: Value,
        event: Value,
        flow: &dyn FlowView,
        services: &dyn Services,
    ) -> Result<TaskResult, TaskError> {
        let entry = self.find(name)?;
        let marks = Marks::of([&state, &event]);
        entry.outcome(&marks, |task| task.resume(state, event, &mut entry.context(name, flow, services)))
    }

    fn find(&self, name: &str) -> Result<&Entry, TaskError> {
        self.tasks.get(name).map(Arc::as_ref).ok_or_else(|| task_not_found(name))
    }
}

/// Tells of a step's call. Its secret parameters are marked in what is shown, also where the flow writes them out.
fn begin<'a>(
    observer: &'a dyn Observer,
    entry: &Entry,
    name: &'a str,
    input: &Variables,
    flow: &'a dyn FlowView,
) -> Ended<'a> {
    let mut shown = Value::Map(input.as_map().clone());
    for path in entry.info().secret_inputs() {
        shown = hidden(shown, &path);
    }
    observer.begins(Call { task: name, method: None, input: vec![shown] }, flow)
}

/// A copy of nested maps with the value at a dotted path marked.
fn hidden(value: Value, path: &str) -> Value {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    match &value {
        Value::Map(map) => {
            let Some(found) = map.get(first) else { return value };
            let copy = map.copy_as(map.kind());
            copy.insert(
                first,
                match rest {
                    Some(rest) => hidden(found, rest),
                    None => marked(found),
                },
            );
            Value::Map(copy)
        }
        _ => value,
    }
}

/// The error of a call with a method, or a number of arguments, that the task does not have.
pub(crate) fn no_such_method(task: &str, info: Option<&TaskInfo>, method: &str, args: &[Value]) -> TaskError {
    let methods = info.map(|info| info.methods.as_slice()).unwrap_or_default();
    let overloads: Vec<String> = methods.iter().filter(|m| m.name == method).map(signature).collect();
    if !overloads.is_empty() {
        let given = match args.len() {
            0 => "no arguments".to_owned(),
            1 => "1 argument".to_owned(),
            n => format!("{n} arguments"),
        };
        return TaskError::of(
            METHOD_NOT_FOUND,
            format!(
                "Can't find '{method}()' method of the task '{task}' that takes {given}.\nIt can be called as: {}",
                overloads.join(", ")
            ),
        );
    }
    let mut known: Vec<&Method> = methods.iter().collect();
    known.sort_by_key(|m| distance(&m.name, method));
    let hint = if known.is_empty() {
        format!("The task '{task}' has no methods: call it as a step (task: {task}).")
    } else {
        let names: Vec<String> = known.iter().take(3).map(|m| signature(m)).collect();
        format!("Did you mean: {}?", names.join(", "))
    };
    TaskError::of(
        METHOD_NOT_FOUND,
        format!(
            "Can't find '{method}()' method in the task '{task}'.\nCheck the task's or type's available methods and their signatures.\n{hint}"
        ),
    )
}

/// Java's class of the error of a method that cannot be found.
const METHOD_NOT_FOUND: &str = "jakarta.el.MethodNotFoundException";

fn signature(method: &Method) -> String {
    let names: Vec<&str> = method.parameters.iter().map(|p| p.name.as_ref()).collect();
    format!("{}({}{})", method.name, names.join(", "), if method.variadic { "…" } else { "" })
}

/// Edit distance of two names, bounded by their lengths, which are an author's.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(64).enumerate() {
        let mut diagonal = i;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        let mut left = i + 1;
        for (y, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let above = *cell;
            *cell = (diagonal + usize::from(x != *y)).min(above + 1).min(left + 1);
            diagonal = above;
            left = *cell;
        }
    }
    row.last().copied().unwrap_or_default()
}

/// How the failure of a step whose task is missing begins.
const TASK_NOT_FOUND: &str = "Task not found: '";

/// What stands before the name in the failure of an expression that names what is neither a variable nor a task.
const VARIABLE_NOT_FOUND: &str = "Can't find a variable '";

fn task_not_found(name: &str) -> TaskError {
    TaskError::user(format!("{TASK_NOT_FOUND}{name}'"))
}

fn not_dry_run_ready(name: &str) -> TaskError {
    TaskError::user(format!("Dry-run mode is not supported for '{name}' task (yet)"))
}
