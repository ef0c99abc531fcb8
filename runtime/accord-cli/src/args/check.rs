//! `lint` and `schema`.

use std::path::PathBuf;

use clap::Args;

use super::{Format, Sources};

/// Check a project.
#[derive(Args, Debug)]
#[command(after_help = LINT_NOTES)]
pub(crate) struct Lint {
    /// A project's directory, or a single Concord file
    #[arg(default_value = ".", value_name = "DIR or FILE", hide_default_value = true)]
    pub(crate) path: PathBuf,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: Format,
    /// Tell more: -v names the files that were read
    #[arg(short = 'v', long, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// A JSON file with default inputs of tasks, as for run
    #[arg(long, value_name = "FILE")]
    pub(crate) default_task_vars: Option<PathBuf>,
    /// List every secret that the flows can name, whether it exists and may be read
    #[arg(long)]
    pub(crate) secrets: bool,
    #[command(flatten)]
    pub(crate) sources: Sources,
}

const LINT_NOTES: &str = "\
Exit codes: 0 no errors, 10 errors. Warnings are worth a look and change nothing.

Examples:
  accord lint                             the project in this directory
  accord lint --secrets --project web     also the secrets, as a process of a project sees them
  accord lint --format json | jq .message one JSON object a line";

/// Print the JSON Schema.
#[derive(Args, Debug)]
#[command(after_help = SCHEMA_EXAMPLES)]
pub(crate) struct Schema {}

const SCHEMA_EXAMPLES: &str = "\
Examples:
  accord schema > concord.schema.json
  # in a file, for editors with the YAML language server:
  # yaml-language-server: $schema=./concord.schema.json";
