//! `completions` and `man`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

/// Print a script that completes commands and options in a shell.
#[derive(Args, Debug)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: Shell,
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  accord completions bash > ~/.local/share/bash-completion/completions/accord
  accord completions zsh > ~/.zfunc/_accord                      with ~/.zfunc in $fpath
  accord completions fish > ~/.config/fish/completions/accord.fish";

/// Write the manual pages.
#[derive(Args, Debug)]
#[command(after_help = MAN_EXAMPLES)]
pub(crate) struct Man {
    /// The directory for the pages (default: the first page goes to standard output)
    #[arg(value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

const MAN_EXAMPLES: &str = "\
Examples:
  accord man | man -l -               read the first page
  accord man ~/.local/share/man/man1  all of them; then: man accord-run";
