//! `accord run`.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use accord_runtime::{
    DefaultConfiguration, Error, LoadOptions, LogSink, Process, ProcessState, ProcessStatus, Runtime, SecretSources,
};

use crate::args::{LogFormat, Run, Sources};
use crate::exit::Exit;
use crate::output::{self, JsonLog, TextLog, diagnostics};
use crate::{resume, signals};

/// Runs a flow.
pub(crate) fn run(options: &Run) -> Exit {
    let sink: Arc<dyn LogSink> = match options.log_format {
        LogFormat::Text => Arc::new(TextLog::new(options.verbose > 0)),
        LogFormat::Json => Arc::new(JsonLog),
    };
    let runtime = match Runtime::builder().log(sink).build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error, options.log_format),
    };
    for (option, given) in not_used(options) {
        if given {
            output::warning(&format!("{option} has no effect: nothing is downloaded yet"));
        }
    }
    let load = load_options(options);
    if options.effective_yaml {
        return match runtime.effective_yaml(&options.path, &load) {
            Ok(text) => {
                output::text(&text);
                Exit::Done
            }
            Err(error) => failed(&error, options.log_format),
        };
    }
    if options.verbose > 2 {
        tell_options(options, &load);
    }
    if options.dry_run {
        output::note("Running in the dry-run mode.");
    }
    match runtime.load(&options.path, &load) {
        Ok(process) => {
            let status = watched(process);
            ended(&status, options.log_format, options.out.as_deref())
        }
        Err(error) => failed(&error, options.log_format),
    }
}

/// Runs a process that Ctrl-C and the signals that end programs cancel.
pub(crate) fn watched(process: Process) -> ProcessStatus {
    let watch = signals::Watch::start(process.cancel_token(), process.cleanup());
    let status = process.run();
    watch.end();
    status
}

/// Options of Concord's CLI that nothing here asks for.
fn not_used(options: &Run) -> [(&'static str, bool); 3] {
    [
        ("--imports-source", options.imports_source.is_some()),
        ("--default-import-version", options.default_import_version.is_some()),
        ("--plugin-dir", options.plugin_dir.is_some()),
    ]
}

fn load_options(options: &Run) -> LoadOptions {
    LoadOptions {
        entry_point: Some(options.entry_point.clone()),
        profiles: options.profiles.clone(),
        variables: options.variables.clone(),
        target_dir: options.target_dir.clone(),
        clean: options.clean,
        no_gitignore: options.no_gitignore,
        default_configuration: match &options.default_cfg {
            _ if options.no_default_cfg => DefaultConfiguration::None,
            Some(file) => DefaultConfiguration::File(file.clone()),
            None => DefaultConfiguration::User,
        },
        default_task_variables: options.default_task_vars.clone(),
        dry_run: options.dry_run,
        ignore_checkpoints: !options.checkpoints,
        org: options.sources.org.clone(),
        project: options.sources.project.clone(),
        secrets: secret_sources(&options.sources),
    }
}

pub(crate) fn secret_sources(sources: &Sources) -> SecretSources {
    SecretSources {
        context: sources.context.clone(),
        secret_dir: sources.secret_dir.clone(),
        vault_dir: sources.vault_dir.clone(),
        vault_id: sources.vault_id.clone(),
        store: sources.store.clone(),
    }
}

fn tell_options(options: &Run, load: &LoadOptions) {
    output::note(&format!("Project: {}", options.path.display()));
    if !load.variables.is_empty() {
        let names: Vec<&str> = load.variables.iter().map(|(name, _)| name.as_str()).collect();
        output::note(&format!("Additional variables: {}", names.join(", ")));
    }
    if !load.profiles.is_empty() {
        output::note(&format!("Active profiles: {}", load.profiles.join(", ")));
    }
}

/// Prints why a project does not load.
pub(crate) fn failed(error: &Error, format: LogFormat) -> Exit {
    match error {
        Error::Load(load) => {
            match format {
                LogFormat::Json => {
                    load.diagnostics.iter().for_each(|diagnostic| output::load_error(diagnostic, &load.sources));
                }
                LogFormat::Text => diagnostics::load_error(load),
            }
            Exit::Load
        }
        Error::Configuration(_) => {
            output::error(&error.to_string());
            Exit::Usage
        }
        _ => {
            output::error(&error.to_string());
            Exit::Failed
        }
    }
}

/// Prints how a process ended.
pub(crate) fn ended(status: &ProcessStatus, format: LogFormat, out: Option<&Path>) -> Exit {
    if let Some(path) = out
        && let Err(error) = write_out(path, status)
    {
        output::error(&format!("cannot write {}: {error}", path.display()));
        return Exit::Failed;
    }
    if format == LogFormat::Json {
        if status.state == ProcessState::Suspended {
            output::suspended(&status.events, &status.forms);
        }
        if let (Some(error), Some(false)) = (&status.error, status.report.as_ref().map(|report| report.is_logged())) {
            output::error(error.as_str());
        }
        output::end(status.state.name(), status.out.clone());
    } else if let Some(report) = &status.report {
        diagnostics::failure(report);
    } else if status.state == ProcessState::Suspended {
        output::note("The process is suspended.");
        resume::waiting(&status.pending());
    }
    match status.state {
        ProcessState::Finished => Exit::Done,
        ProcessState::Failed | ProcessState::TimedOut => Exit::Failed,
        ProcessState::Suspended => Exit::Suspended,
        ProcessState::Cancelled => Exit::Cancelled,
    }
}

fn write_out(path: &Path, status: &ProcessStatus) -> std::io::Result<()> {
    let text = serde_json::to_string_pretty(&status.out)?;
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")
}
