//! The commands on secrets, and the options that all commands on the store have.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Format;

/// Which secret store a command works on.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct StoreArgs {
    /// The secret store: sqlite:PATH or postgres://USER@HOST/DATABASE, its password in PGPASSWORD or ~/.pgpass (default:
    /// the one in ACCORD_HOME)
    #[arg(long, value_name = "URL", env = "ACCORD_STORE", hide_env_values = true)]
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
    #[command(after_help = SHOW_EXAMPLES)]
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
#[command(after_help = LIST_EXAMPLES)]
pub(crate) struct SecretList {
    /// The organization (default: all)
    #[arg(value_name = "ORG")]
    pub(crate) org: Option<String>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

const LIST_EXAMPLES: &str = "\
Examples:
  accord secret list                       all secrets
  accord secret list Default --format json those of an organization, as JSON";

/// A secret by its name.
#[derive(Args, Debug)]
pub(crate) struct SecretNamed {
    /// The secret: ORG/NAME, or NAME in the organization Default
    #[arg(value_name = "ORG/NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

const SHOW_EXAMPLES: &str = "\
Examples:
  accord secret show Default/token
  accord secret show Default/token --format json | jq .projects";

/// Write a secret's value.
#[derive(Args, Debug)]
#[command(after_help = EXPORT_EXAMPLES)]
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

const EXPORT_EXAMPLES: &str = "\
Examples:
  accord secret export Default/token -o token.txt        into a new file, mode 0600
  accord secret export database --password-env DB_SECRET a secret with a store password";

/// Delete a secret.
#[derive(Args, Debug)]
#[command(after_help = DELETE_EXAMPLES)]
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

const DELETE_EXAMPLES: &str = "\
Examples:
  accord secret delete Default/token       asks for the name again
  accord secret delete Default/token --yes does not";

/// Encrypt a text with a project's key.
#[derive(Args, Debug)]
#[command(after_help = ENCRYPT_EXAMPLES)]
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

const ENCRYPT_EXAMPLES: &str = "\
Examples:
  accord secret encrypt --project web                     asks for the text
  pass show token | accord secret encrypt --project web --file -

Flows of the project read it by ${crypto.decryptString('…')}.";

/// Take over a folder of Concord's CLI.
#[derive(Args, Debug)]
#[command(after_help = IMPORT_EXAMPLES)]
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

const IMPORT_EXAMPLES: &str = "\
Examples:
  accord secret import --dry-run           what would be taken over of ~/.concord/secrets
  accord secret import ./secrets           a folder as --secret-dir takes it: DIR/ORG/NAME";

/// Check the store.
#[derive(Args, Debug)]
#[command(after_help = VERIFY_NOTES)]
pub(crate) struct SecretVerify {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

const VERIFY_NOTES: &str = "\
Checks every record, every sealed value and the whole audit chain. Values under a store password
are checked without being opened. The exit code is 1 where anything is wrong.

Examples:
  accord secret verify
  accord secret verify --store sqlite:/backup/store.db --format json";
