//! `accord run`.

use std::path::{Path, PathBuf};

use accord_runtime::{DefaultConfiguration, Error, LoadOptions, Runtime, SecretSources};

use crate::args::{Loading, LogFormat, Run, Sources};
use crate::dialogue;
use crate::exit::Exit;
use crate::output::{self, diagnostics};
use crate::session::Session;
use crate::signals::Watch;

/// Runs a flow.
pub(crate) fn run(options: &Run) -> Exit {
    let sink = output::sink(options.log_format, options.verbose);
    let runtime = match Runtime::builder().log(sink).build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error, options.log_format),
    };
    if options.plugin_dir.is_some() {
        output::warning("--plugin-dir has no effect: there are no plugins yet");
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
    let watch = Watch::with(
        "the start",
        {
            let token = load.cancel.clone();
            move || token.cancel()
        },
        || {},
    );
    let loaded = runtime.load(&options.path, &load);
    watch.end();
    match loaded {
        Ok(process) => {
            if options.verbose > 2 {
                output::note(&format!("Working directory: {}", process.work_dir().display()));
                process.files().for_each(|file| output::note(&format!("Loaded: {file}")));
            }
            let session = Session {
                runtime: &runtime,
                sources: &load.secrets,
                format: options.log_format,
                out: options.out.as_deref(),
                dir: resume_dir(options),
                can_ask: dialogue::can_ask(options.no_prompt),
                offers: true,
            };
            session.run(process)
        }
        Err(error) => failed(&error, options.log_format),
    }
}

/// The directory that `resume` has to be given; none where it finds the process by itself.
fn resume_dir(options: &Run) -> Option<PathBuf> {
    let dir = match &options.target_dir {
        Some(dir) => dir.clone(),
        None if options.path.is_file() => options.path.parent().map(Path::to_path_buf).unwrap_or_default(),
        None => options.path.clone(),
    };
    (!matches!(dir.to_str(), Some("" | "." | "./"))).then_some(dir)
}

fn load_options(options: &Run) -> LoadOptions {
    LoadOptions {
        entry_point: Some(options.entry_point.clone()),
        profiles: options.profiles.clone(),
        variables: options.variables.clone(),
        target_dir: options.target_dir.clone(),
        clean: options.clean,
        dry_run: options.dry_run,
        ignore_checkpoints: !options.checkpoints,
        ..loading(&options.loading, &options.sources)
    }
}

/// What all commands that load a project have in common; what starts is for the command line to say.
pub(crate) fn loading(loading: &Loading, sources: &Sources) -> LoadOptions {
    LoadOptions {
        ignore_start_configuration: true,
        no_gitignore: loading.no_gitignore,
        default_configuration: match &loading.default_cfg {
            _ if loading.no_default_cfg => DefaultConfiguration::None,
            Some(file) => DefaultConfiguration::File(file.clone()),
            None => DefaultConfiguration::User,
        },
        default_task_variables: loading.default_task_vars.clone(),
        org: sources.org.clone(),
        project: sources.project.clone(),
        secrets: secret_sources(sources),
        imports_source: loading.imports_source.clone(),
        default_import_version: loading.default_import_version.clone(),
        repo_cache_dir: loading.repo_cache_dir.clone(),
        ..LoadOptions::default()
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
        Error::Cancelled => {
            output::error(&error.to_string());
            Exit::Cancelled
        }
        _ => {
            output::error(&error.to_string());
            Exit::Failed
        }
    }
}
