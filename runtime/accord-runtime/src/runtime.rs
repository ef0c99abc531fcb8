//! The entry to everything: a runtime is set up once and loads any number of processes.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use accord_sdk::{LogLevel, ProcessInfo, ProjectInfo, Registry};
use accord_syntax::definition::Configuration;
use accord_syntax::project::effective_yaml;
use accord_syntax::{Data, Project};
use accord_value::{Map, Value};
use accord_vm::{Limits, StoredState};
use parking_lot::Mutex;

use crate::calls::Calls;
use crate::cancel::CancelToken;
use crate::error::Error;
use crate::exports::Exports;
use crate::home::Home;
use crate::host::ProcessHost;
use crate::keeper::Keeper;
use crate::load::{self, LoadOptions, WorkDir};
use crate::log::{LogSink, NoLog};
use crate::process::{Begin, Origin, Process};
use crate::saved::{Saved, SavedOptions};
use crate::secrets::{Secrets, Sources};
use crate::services::{Files, Masking, ProcessServices, Shared, Sharer};
use crate::store::StoreHandle;
use crate::timeouts::Timeouts;
use crate::{cli_yaml, defaults, exports};

/// Loads and runs processes. Cheap to make; nothing is started before a flow uses it.
pub struct Runtime {
    home: Home,
    sink: Arc<dyn LogSink>,
    registry: Registry,
    limits: Limits,
}

/// Sets a [`Runtime`] up.
pub struct RuntimeBuilder {
    home: Option<Home>,
    sink: Arc<dyn LogSink>,
    registry: Registry,
    limits: Limits,
}

impl RuntimeBuilder {
    /// Where the installation keeps its things; without it, where the environment says.
    #[must_use]
    pub fn home(mut self, home: Home) -> Self {
        self.home = Some(home);
        self
    }

    /// What takes the logs of all processes.
    #[must_use]
    pub fn log(mut self, sink: Arc<dyn LogSink>) -> Self {
        self.sink = sink;
        self
    }

    /// Adds a task, or replaces a built-in one of that name.
    #[must_use]
    pub fn task(
        mut self,
        name: impl Into<std::borrow::Cow<'static, str>>,
        task: impl accord_sdk::Task + 'static,
    ) -> Self {
        self.registry.register(name, task);
        self
    }

    /// The bounds of a process.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The runtime. Removes what killed processes have left of their exported files.
    ///
    /// # Errors
    /// Where no home was given and the environment names none.
    pub fn build(self) -> Result<Runtime, Error> {
        let home = match self.home {
            Some(home) => home,
            None => Home::locate(|name| match (name, std::env::var_os(name)) {
                ("HOME", None) => std::env::home_dir().map(Into::into),
                (_, value) => value,
            })?,
        };
        exports::sweep(&home);
        Ok(Runtime { home, sink: self.sink, registry: self.registry, limits: self.limits })
    }
}

/// Everything that a process is made of, before it is one.
pub(crate) struct Prepared {
    pub(crate) work_dir: WorkDir,
    pub(crate) project: Project,
    pub(crate) arguments: Option<Data>,
    pub(crate) id: Arc<str>,
    pub(crate) sources: Sources,
    pub(crate) masking: Arc<Masking>,
}

impl Runtime {
    /// Starts to set a runtime up, with the built-in tasks.
    #[must_use]
    pub fn builder() -> RuntimeBuilder {
        let mut registry = Registry::new();
        accord_tasks::register(&mut registry);
        RuntimeBuilder { home: None, sink: Arc::new(NoLog), registry, limits: Limits::default() }
    }

    /// Where the installation keeps its things.
    #[must_use]
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// The secret store at `url`, or the embedded one.
    ///
    /// # Errors
    /// Where the address makes no sense.
    pub fn store(&self, url: Option<&str>) -> Result<StoreHandle, Error> {
        StoreHandle::new(&self.home, url)
    }

    /// The plain folder of secrets that a context of `~/.concord/cli.yaml` names; none where it is switched off.
    ///
    /// # Errors
    /// Where the file is broken or has no such context.
    pub fn secret_folder(&self, context: Option<&str>) -> Result<Option<std::path::PathBuf>, Error> {
        Ok(cli_yaml::context(self.home.concord(), context)?.secrets)
    }

    /// Loads the project at `path`, a directory or a single file, into its working directory, and makes a process of
    /// it that can be run.
    ///
    /// # Errors
    /// Everything that keeps the project from being loaded.
    pub fn load(&self, path: impl AsRef<Path>, options: &LoadOptions) -> Result<Process, Error> {
        let prepared = self.prepare(path.as_ref(), options)?;
        let notices = load::check_dependencies(&prepared.project, &self.registry)?;
        notices.iter().for_each(|notice| prepared.masking.notice(LogLevel::Info, notice));
        load::missing_tasks(&prepared.project, &self.registry).iter().for_each(|notice| prepared.masking.warn(notice));
        let project_info = project_info(&prepared.sources, options)?;
        let options = LoadOptions {
            entry_point: load::entry_point(&prepared.project, options),
            profiles: prepared.project.active_profiles.iter().map(ToString::to_string).collect(),
            ..options.clone()
        };
        self.process(prepared, project_info, &options)
    }

    /// The merged project as one file, as `run --effective-yaml` prints it.
    ///
    /// # Errors
    /// As [`Runtime::load`].
    pub fn effective_yaml(&self, path: impl AsRef<Path>, options: &LoadOptions) -> Result<String, Error> {
        let prepared = self.prepare(path.as_ref(), options)?;
        let work_dir = prepared.work_dir.path.to_string_lossy();
        let arguments = load::with_fixed(prepared.arguments, [("txId", &*prepared.id), ("workDir", &*work_dir)]);
        let cpus = i32::try_from(self.limits.loop_parallelism).unwrap_or(i32::MAX);
        Ok(effective_yaml(&prepared.project, Some(arguments), cpus))
    }

    /// The tasks of processes.
    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }

    pub(crate) fn prepare(&self, path: &Path, options: &LoadOptions) -> Result<Prepared, Error> {
        let masking = Arc::new(Masking::new(Arc::clone(&self.sink)));
        let sources = Sources::new(&self.home, &options.secrets)?;
        let work_dir = WorkDir::prepare(path, self.home.concord(), options)?;
        work_dir.notices.iter().for_each(|notice| masking.warn(notice));
        let id: Arc<str> = uuid::Uuid::new_v4().to_string().into();
        let importer = load::Importer {
            home: &self.home,
            options,
            sources: &sources,
            masking: &masking,
            process: &id,
            work_dir: &work_dir.path,
            outside: &work_dir.outside,
            project: &|| project_info(&sources, options),
        };
        let mut project = load::read_project(&work_dir.path, &work_dir.origin, Some(&importer))?;
        load::ignored_start(&project, options).iter().for_each(|notice| masking.warn(notice));
        let profiles = load::profiles(&project, options);
        load::activate(&mut project, &profiles).iter().for_each(|notice| masking.warn(notice));
        let arguments = load::overlay(&mut project, &options.variables);
        Ok(Prepared { work_dir, project, arguments, id, sources, masking })
    }

    /// The process that a saved one was, with its state.
    pub(crate) fn reload(&self, work_dir: WorkDir, saved: Saved) -> Result<(Process, StoredState), Error> {
        let masking = Arc::new(Masking::new(Arc::clone(&self.sink)));
        let options = saved.options.load_options();
        let sources = Sources::new(&self.home, &options.secrets)?;
        let mut project = saved.project();
        load::activate(&mut project, &options.profiles);
        let arguments = load::overlay(&mut project, &options.variables);
        let project_info = project_info(&sources, &options)?;
        let id = Arc::from(saved.id.as_str());
        for value in &saved.sensitive {
            #[expect(
                clippy::disallowed_methods,
                reason = "the redactor has to know the value before anything is said"
            )]
            masking.register(value.0.expose());
        }
        let prepared = Prepared { work_dir, project, arguments, id, sources, masking };
        let process = self.process(prepared, project_info, &options)?;
        process.expect_locks(saved.locks);
        Ok((process, saved.state))
    }

    pub(crate) fn process(
        &self,
        prepared: Prepared,
        info: Option<ProjectInfo>,
        options: &LoadOptions,
    ) -> Result<Process, Error> {
        let Prepared { work_dir, project, arguments, id, sources, masking } = prepared;
        let cancel = CancelToken::default();
        let configuration = project.definition.configuration.as_ref();
        let exports = Arc::new(Exports::new(self.home.clone(), work_dir.path.clone(), id.to_string()));
        let files = Arc::new(Files::new(work_dir.path.clone(), Arc::clone(&exports)));
        let sharer = Sharer {
            process: Arc::clone(&id),
            work_dir: work_dir.path.clone(),
            project: info.clone(),
            org: options.org.clone(),
            wait_limit: Timeouts::of(configuration).suspended.map(|timeout| timeout.duration),
        };
        let shared = Shared::new(sources.places().clone(), Arc::clone(&masking), cancel.clone(), sharer);
        let services = ProcessServices {
            process: ProcessInfo { id: Arc::clone(&id), active_profiles: project.active_profiles.clone() },
            project: info.clone(),
            work_dir: work_dir.path.clone(),
            dry_run: options.dry_run,
            debug: configuration.and_then(|found| found.debug.as_ref()).is_some_and(|debug| debug.value),
            defaults: defaults::read(options.default_task_variables.as_deref(), &masking),
            cancel: cancel.clone(),
            masking: Arc::clone(&masking),
            files: Arc::clone(&files),
            secrets: Secrets {
                sources,
                files,
                masking: Arc::clone(&masking),
                process: Arc::clone(&id),
                org: options.org.clone(),
                project: info.clone(),
            },
            shared,
            remembered: Mutex::new(HashMap::new()),
        };
        let variables = variables(&id, &work_dir.path, info.as_ref());
        let begin = Begin::Start(options.entry_point.as_deref().map(Arc::from));
        let origin = Origin { arguments, variables };
        let mut registry = self.registry.clone();
        if project.sources.iter().any(|source| accord_tasks::names_mocks(source.text())) {
            accord_tasks::register_mocks(&mut registry);
        }
        if masking.wants_calls() {
            registry.observe(Arc::new(Calls(Arc::clone(&masking))));
        }
        let configuration = project.definition.configuration.as_ref();
        registry.validate_inputs(validation(configuration, "in"));
        registry.validate_results(validation(configuration, "out"));
        let keeper = Keeper {
            work_dir: work_dir.path.clone(),
            program: Arc::new(accord_vm::compile(&Arc::new(project))),
            options: SavedOptions::of(options),
        };
        let host = ProcessHost { registry, services, keeper };
        Ok(Process::new(work_dir, host, exports, begin, origin, self.limits.clone()))
    }
}

/// The project that the process is to run in.
pub(crate) fn project_info(sources: &Sources, options: &LoadOptions) -> Result<Option<ProjectInfo>, Error> {
    let Some(project) = &options.project else { return Ok(None) };
    let org = options.org.as_deref().unwrap_or(crate::secrets::DEFAULT_ORG);
    let opened = sources.places().open().map_err(|error| Error::configuration(error.to_string()))?;
    opened.project(org, project).map(Some).map_err(|error| Error::configuration(error.to_string()))
}

/// The variables that a process has besides its arguments.
fn variables(id: &str, work_dir: &Path, project: Option<&ProjectInfo>) -> Vec<(Arc<str>, Value)> {
    let mut variables =
        vec![("txId".into(), Value::from(id)), ("workDir".into(), Value::from(&*work_dir.to_string_lossy()))];
    if let Some(project) = project {
        let info = Map::from_pairs([
            ("orgId", &*project.org_id),
            ("orgName", &*project.org_name),
            ("projectId", &*project.project_id),
            ("projectName", &*project.project_name),
        ]);
        variables.push(("projectInfo".into(), Value::Map(info)));
    }
    variables
}

/// `validation.taskCalls`, whose form is checked when the project is parsed; `direction` is `in` or `out`.
fn validation(configuration: Option<&Configuration>, direction: &str) -> accord_sdk::Validation {
    let calls = configuration.and_then(|found| found.validation.as_ref()?.get("taskCalls")?.get(direction)?.as_text());
    calls.and_then(|mode| accord_sdk::Validation::parse(mode)).unwrap_or_default()
}
