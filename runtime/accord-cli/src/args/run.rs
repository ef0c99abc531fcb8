//! `run` and `resume`: their options, how a project is loaded, and where the secrets of a process come from.

use std::path::PathBuf;

use clap::Args;

use super::LogFormat;

/// Where secrets come from, and which project a process runs in.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Sources {
    /// The context of ~/.concord/cli.yaml
    #[arg(long, value_name = "NAME")]
    pub(crate) context: Option<String>,
    /// Read secrets from this folder alone: DIR/ORG/NAME, not encrypted
    #[arg(long, value_name = "DIR")]
    pub(crate) secret_dir: Option<PathBuf>,
    /// Read vaults from this folder alone
    #[arg(long, value_name = "DIR")]
    pub(crate) vault_dir: Option<PathBuf>,
    /// The vault to use
    #[arg(long, value_name = "NAME")]
    pub(crate) vault_id: Option<String>,
    /// Use this secret store alone: sqlite:PATH or postgres://USER@HOST/DATABASE
    #[arg(long, value_name = "URL", env = "ACCORD_STORE", hide_env_values = true)]
    pub(crate) store: Option<String>,
    /// The organization of the process
    #[arg(long, value_name = "NAME")]
    pub(crate) org: Option<String>,
    /// The project that the process runs in
    #[arg(long, value_name = "NAME")]
    pub(crate) project: Option<String>,
}

/// How a project is loaded, whatever is then done with it.
#[derive(Args, Debug)]
pub(crate) struct Loading {
    /// A file that counts as one of the project's (default: ~/.concord/defaultCfg.yml)
    #[arg(long, value_name = "FILE")]
    pub(crate) default_cfg: Option<PathBuf>,
    /// Without ~/.concord/defaultCfg.yml
    #[arg(long)]
    pub(crate) no_default_cfg: bool,
    /// A JSON file with default inputs of tasks
    #[arg(long, value_name = "FILE")]
    pub(crate) default_task_vars: Option<PathBuf>,
    /// What stands before the name of imports that have a name and no url [default: https://github.com]
    #[arg(long, value_name = "URL")]
    pub(crate) imports_source: Option<String>,
    /// The branch, tag or commit of imports that name none [default: master, else the repository's own]
    #[arg(long, value_name = "VERSION")]
    pub(crate) default_import_version: Option<String>,
    /// Where imported repositories are cached [default: cache/repositories in ACCORD_HOME]
    #[arg(long, value_name = "DIR")]
    pub(crate) repo_cache_dir: Option<PathBuf>,
    /// Copy what .gitignore names too
    #[arg(long)]
    pub(crate) no_gitignore: bool,
}

/// Run a flow.
#[derive(Args, Debug)]
#[command(after_help = RUN_EXAMPLES)]
pub(crate) struct Run {
    /// A project's directory, or a single Concord file
    #[arg(default_value = ".", value_name = "DIR or FILE", hide_default_value = true)]
    pub(crate) path: PathBuf,
    /// Set a variable; a.b=c reaches into the map a
    #[arg(short = 'e', long = "extra-vars", value_name = "KEY=VALUE", value_parser = key_value)]
    pub(crate) variables: Vec<(String, String)>,
    /// Apply a profile; several are applied in order
    #[arg(short = 'p', long = "profile", value_name = "NAME")]
    pub(crate) profiles: Vec<String>,
    /// The flow to start
    #[arg(long, value_name = "FLOW", default_value = "default")]
    pub(crate) entry_point: String,
    /// Empty the working directory first
    #[arg(short = 'c', long)]
    pub(crate) clean: bool,
    /// Tell more: -v each step, -vv also what tasks take and answer, -vvv also what is loaded
    #[arg(short = 'v', long, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Print the merged project and do not run it
    #[arg(long)]
    pub(crate) effective_yaml: bool,
    /// Run without changing anything outside of the process
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The working directory (default: target/ in the project)
    #[arg(long, value_name = "DIR")]
    pub(crate) target_dir: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) loading: Loading,
    /// Accepted for Concord's sake: tasks are built in, so that no dependency is downloaded
    #[arg(long, value_name = "DIR")]
    pub(crate) deps_cache_dir: Option<PathBuf>,
    /// Where plugins lie
    #[arg(long, value_name = "DIR")]
    pub(crate) plugin_dir: Option<PathBuf>,
    /// Never ask: a form suspends the process
    #[arg(long)]
    pub(crate) no_prompt: bool,
    /// How the log is printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) log_format: LogFormat,
    /// Keep the process' state at each checkpoint
    #[arg(long)]
    pub(crate) checkpoints: bool,
    /// Write the out variables to this file as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) sources: Sources,
}

const RUN_EXAMPLES: &str = "\
Exit codes: 0 finished, 1 failed, 2 wrong usage, 3 the project does not load, 20 suspended,
130 cancelled.

Examples:
  accord run                                 the project in this directory
  accord run hello.yml -e name=World         a single file, with a variable
  accord run --org Default --project web     as a process of a project
  accord run -vv                             with each step, and what tasks take and answer
  accord run --log-format json | jq .message one JSON object a line";

/// Go on with a suspended process.
#[derive(Args, Debug)]
#[command(after_help = RESUME_EXAMPLES)]
pub(crate) struct Resume {
    /// The project's directory, or the working directory that --target-dir named
    #[arg(default_value = ".", value_name = "DIR", hide_default_value = true)]
    pub(crate) path: PathBuf,
    /// The event or form to go on with
    #[arg(long, value_name = "NAME")]
    pub(crate) event: Option<String>,
    /// A value of the answer, read as YAML
    #[arg(short = 'e', long = "extra-vars", value_name = "KEY=VALUE", value_parser = key_value)]
    pub(crate) variables: Vec<(String, String)>,
    /// A YAML or JSON file with the answer
    #[arg(long, value_name = "FILE")]
    pub(crate) input_file: Option<PathBuf>,
    /// Keep the answer in a variable of this name
    #[arg(long, value_name = "NAME")]
    pub(crate) save_as: Option<String>,
    /// Print what the event expects and do not go on
    #[arg(long)]
    pub(crate) describe_input: bool,
    /// Run on from a checkpoint that `run --checkpoints` kept
    #[arg(long, value_name = "NAME", conflicts_with_all = ["event", "variables", "input_file", "save_as", "describe_input"])]
    pub(crate) checkpoint: Option<String>,
    /// Never ask
    #[arg(long)]
    pub(crate) no_prompt: bool,
    /// Tell more: -v each step, -vv also what tasks take and answer
    #[arg(short = 'v', long, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// How the log is printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) log_format: LogFormat,
    /// Write the out variables to this file as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) sources: Sources,
}

const RESUME_EXAMPLES: &str = "\
On a terminal a form's fields are asked for. Elsewhere they are given by --input-file or -e.

Exit codes: as run, and 21 where answers are missing, 22 where a file is among them.

Examples:
  accord resume                                   fill in the form that is waited for
  accord resume --event approved -e by=ada        bring an event with a variable
  accord resume --event ID --describe-input       show what a form asks for
  accord resume --event ID --input-file order.yml bring its answers
  accord resume --checkpoint before-deploy        run on from a checkpoint";

/// `KEY=VALUE`.
pub(super) fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err(format!("expected KEY=VALUE, found `{text}`")),
    }
}
