//! The command line: every command and option, their help and examples. No behaviour.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Runs Concord flows, and keeps the secrets that they use.
#[derive(Parser, Debug)]
#[command(name = "accord", version, disable_help_subcommand = true, max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  accord run flows/hello                 run a flow
  accord run -e name=World -p production run it with a variable and a profile
  accord secret create Default/token     keep a secret (asks for its value)
  accord lint                            check the project in this directory";

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Run a flow
    Run(Run),
    /// Go on with a suspended process
    Resume(Resume),
    /// Check a project and report everything that is wrong with it
    Lint(Lint),
    /// Print the JSON Schema of the flow format, for editors
    Schema(Schema),
    /// Create, list, show, export and delete secrets
    #[command(subcommand)]
    Secret(Secret),
    /// Organizations, which secrets and projects belong to
    #[command(subcommand)]
    Org(Org),
    /// Projects, whose processes may read the secrets linked to them
    #[command(subcommand)]
    Project(Project),
}

/// How a process' log is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// `HH:MM:SS.mmm [thread] message`
    #[default]
    Text,
    /// One JSON object a line
    Json,
}

/// How lists and findings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

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
    /// Use this secret store alone: sqlite:PATH
    #[arg(long, value_name = "URL", env = "ACCORD_STORE")]
    pub(crate) store: Option<String>,
    /// The organization of the process
    #[arg(long, value_name = "NAME")]
    pub(crate) org: Option<String>,
    /// The project that the process runs in
    #[arg(long, value_name = "NAME")]
    pub(crate) project: Option<String>,
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
    /// Tell more: -v each step, -vvv also what the process starts with
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
    /// A file that counts as one of the project's (default: ~/.concord/defaultCfg.yml)
    #[arg(long, value_name = "FILE")]
    pub(crate) default_cfg: Option<PathBuf>,
    /// Without ~/.concord/defaultCfg.yml
    #[arg(long)]
    pub(crate) no_default_cfg: bool,
    /// A JSON file with default inputs of tasks
    #[arg(long, value_name = "FILE")]
    pub(crate) default_task_vars: Option<PathBuf>,
    /// Where imports that name no address come from
    #[arg(long, value_name = "URL")]
    pub(crate) imports_source: Option<String>,
    /// The version of imports that name none
    #[arg(long, value_name = "VERSION")]
    pub(crate) default_import_version: Option<String>,
    /// Where cloned repositories are kept
    #[arg(long, value_name = "DIR")]
    pub(crate) repo_cache_dir: Option<PathBuf>,
    /// Where downloaded dependencies are kept
    #[arg(long, value_name = "DIR")]
    pub(crate) deps_cache_dir: Option<PathBuf>,
    /// Where plugins lie
    #[arg(long, value_name = "DIR")]
    pub(crate) plugin_dir: Option<PathBuf>,
    /// Never ask: a form suspends the process
    #[arg(long)]
    pub(crate) no_prompt: bool,
    /// Copy what .gitignore names too
    #[arg(long)]
    pub(crate) no_gitignore: bool,
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
Examples:
  accord run                                 the project in this directory
  accord run hello.yml -e name=World         a single file, with a variable
  accord run --org Default --project web     as a process of a project
  accord run --log-format json | jq .message one JSON object a line";

/// Go on with a suspended process.
#[derive(Args, Debug)]
pub(crate) struct Resume {
    /// The project's directory
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
    /// Tell more
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
    /// Tell more
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
The exit code is 10 where there are errors; warnings are worth a look and change nothing.

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

/// Which secret store a command works on.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct StoreArgs {
    /// The secret store: sqlite:PATH (default: the one in ACCORD_HOME)
    #[arg(long, value_name = "URL", env = "ACCORD_STORE")]
    pub(crate) store: Option<String>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: Format,
    /// Never ask
    #[arg(long)]
    pub(crate) no_prompt: bool,
}

/// Where a value or a password is read from. It is never an argument: those can be seen by all users of a machine.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct PasswordFrom {
    /// Read the store password from this file (-: standard input)
    #[arg(long, value_name = "FILE", conflicts_with = "password_env")]
    pub(crate) password_file: Option<PathBuf>,
    /// Read the store password from this environment variable
    #[arg(long, value_name = "NAME")]
    pub(crate) password_env: Option<String>,
    /// Ask for the store password
    #[arg(long, conflicts_with_all = ["password_file", "password_env"])]
    pub(crate) password: bool,
}

/// Create, list, show, export and delete secrets.
#[derive(Subcommand, Debug)]
pub(crate) enum Secret {
    /// Keep a new secret
    Create(SecretCreate),
    /// List the secrets of an organization
    List(SecretList),
    /// Show what is known about a secret, without its value
    Show(SecretNamed),
    /// Write a secret's value to a file or to standard output
    Export(SecretExport),
    /// Delete a secret
    Delete(SecretDelete),
    /// Encrypt a text with a project's key, for use in its flows
    Encrypt(SecretEncrypt),
    /// Take over the secrets of a folder of Concord's own CLI
    Import(SecretImport),
    /// Check that everything in the store is as it was written
    Verify(SecretVerify),
}

/// Keep a new secret.
#[derive(Args, Debug)]
#[command(after_help = CREATE_EXAMPLES)]
pub(crate) struct SecretCreate {
    /// The secret: ORG/NAME, or NAME in the organization Default
    #[arg(value_name = "ORG/NAME")]
    pub(crate) name: String,
    /// Read the value from this file (-: standard input)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["value_env", "username", "key_pair"])]
    pub(crate) file: Option<PathBuf>,
    /// Read the value, or the password of --username, from this environment variable
    #[arg(long, value_name = "NAME", conflicts_with = "key_pair")]
    pub(crate) value_env: Option<String>,
    /// A user name; the secret is the pair of it and a password
    #[arg(long, value_name = "USER", conflicts_with = "key_pair")]
    pub(crate) username: Option<String>,
    /// An SSH key pair: the private key's file, the public key beside it as FILE.pub
    #[arg(long, value_name = "FILE")]
    pub(crate) key_pair: Option<Option<PathBuf>>,
    /// Make the key pair, the value or the password
    #[arg(long, conflicts_with_all = ["file", "value_env"])]
    pub(crate) generate: bool,
    /// Who may read it
    #[arg(long, value_enum, default_value_t, value_name = "WHO")]
    pub(crate) visibility: Visibility,
    /// Only processes of this project may read it; may be given several times
    #[arg(long = "project", value_name = "NAME")]
    pub(crate) projects: Vec<String>,
    /// Make a store password, and print it this once
    #[arg(long, conflicts_with_all = ["password", "password_file", "password_env"])]
    pub(crate) generate_password: bool,
    #[command(flatten)]
    pub(crate) password: PasswordFrom,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

const CREATE_EXAMPLES: &str = "\
Examples:
  accord secret create Default/token                      asks for the value
  pass show token | accord secret create token --file -   reads it from standard input
  accord secret create database --username app            asks for the password
  accord secret create deploy --key-pair --generate       makes an SSH key pair";

/// Who may read a secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Visibility {
    /// Its owner, and whom the access rules name
    #[default]
    Private,
    /// Every user
    Public,
}

/// List the secrets of an organization.
#[derive(Args, Debug)]
pub(crate) struct SecretList {
    /// The organization (default: all)
    #[arg(value_name = "ORG")]
    pub(crate) org: Option<String>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

/// A secret by its name.
#[derive(Args, Debug)]
pub(crate) struct SecretNamed {
    /// The secret: ORG/NAME, or NAME in the organization Default
    #[arg(value_name = "ORG/NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

/// Write a secret's value.
#[derive(Args, Debug)]
pub(crate) struct SecretExport {
    /// The secret: ORG/NAME, or NAME in the organization Default
    #[arg(value_name = "ORG/NAME")]
    pub(crate) name: String,
    /// Write it to this new file, mode 0600; a public key goes beside it as FILE.pub
    #[arg(long, short = 'o', value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) password: PasswordFrom,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

/// Delete a secret.
#[derive(Args, Debug)]
pub(crate) struct SecretDelete {
    /// The secret: ORG/NAME, or NAME in the organization Default
    #[arg(value_name = "ORG/NAME")]
    pub(crate) name: String,
    /// Do not ask for its name again
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

/// Encrypt a text with a project's key.
#[derive(Args, Debug)]
pub(crate) struct SecretEncrypt {
    /// The organization
    #[arg(long, value_name = "NAME", default_value = "Default")]
    pub(crate) org: String,
    /// The project whose processes can decrypt it
    #[arg(long, value_name = "NAME")]
    pub(crate) project: String,
    /// Read the text from this file (-: standard input)
    #[arg(long, value_name = "FILE", conflicts_with = "value_env")]
    pub(crate) file: Option<PathBuf>,
    /// Read the text from this environment variable
    #[arg(long, value_name = "NAME")]
    pub(crate) value_env: Option<String>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

/// Take over a folder of Concord's CLI.
#[derive(Args, Debug)]
pub(crate) struct SecretImport {
    /// The folder (default: the one that ~/.concord/cli.yaml names)
    #[arg(value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// The context of ~/.concord/cli.yaml
    #[arg(long, value_name = "NAME", conflicts_with = "dir")]
    pub(crate) context: Option<String>,
    /// Say what would be taken over
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

/// Check the store.
#[derive(Args, Debug)]
#[command(after_help = VERIFY_NOTES)]
pub(crate) struct SecretVerify {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

const VERIFY_NOTES: &str = "\
Checks every record, every sealed value and the whole audit chain. Values under a store password
are checked without being opened. The exit code is 1 where anything is wrong.";

/// Organizations.
#[derive(Subcommand, Debug)]
pub(crate) enum Org {
    /// Make an organization
    Create {
        /// Its name
        name: String,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// List the organizations
    List {
        #[command(flatten)]
        store: StoreArgs,
    },
}

/// Projects.
#[derive(Subcommand, Debug)]
pub(crate) enum Project {
    /// Make a project
    Create {
        /// The project: ORG/NAME, or NAME in the organization Default
        #[arg(value_name = "ORG/NAME")]
        name: String,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// List the projects of an organization
    List {
        /// The organization (default: all)
        #[arg(value_name = "ORG")]
        org: Option<String>,
        #[command(flatten)]
        store: StoreArgs,
    },
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err(format!("expected KEY=VALUE, found `{text}`")),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn run(args: &[&str]) -> Run {
        match Cli::try_parse_from([&["accord", "run"], args].concat()).unwrap().command {
            Some(Command::Run(run)) => run,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn options_of_concords_cli_are_taken() {
        let run = run(&[
            "proj",
            "-e",
            "a=1",
            "-e",
            "kv=a=b=c",
            "--extra-vars",
            "e=",
            "-p",
            "x,y",
            "-p",
            "z",
            "--entry-point",
            "main",
            "-c",
            "-v",
            "-v",
            "-v",
            "--context",
            "c",
            "--vault-id",
            "v",
            "--no-default-cfg",
            "--no-prompt",
            "--deps-cache-dir",
            "d",
            "--repo-cache-dir",
            "r",
            "--imports-source",
            "s",
            "--default-import-version",
            "m",
        ]);
        assert_eq!(run.path, PathBuf::from("proj"));
        let pairs: Vec<_> = run.variables.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("a", "1"), ("kv", "a=b=c"), ("e", "")]);
        assert_eq!(run.profiles, ["x,y", "z"]);
        assert_eq!((run.entry_point.as_str(), run.clean, run.verbose), ("main", true, 3));
        assert_eq!(super::tests::run(&["-vvv"]).verbose, 3);
        assert_eq!(super::tests::run(&[]).path, PathBuf::from("."));
    }

    #[test]
    fn wrong_usage_is_refused() {
        for args in [
            &["run", "-e", "x"][..],
            &["run", "-e", "=x"],
            &["run", "a", "b"],
            &["rnu"],
            &["help"],
            &["lint", "--strict"],
            &["secret", "create", "x", "--file", "f", "--username", "u"],
        ] {
            let error = Cli::try_parse_from([&["accord"], args].concat()).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{args:?}");
        }
    }
}
