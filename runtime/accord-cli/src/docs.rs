//! `accord completions` and `accord man`: made of the same definitions as the help.

use std::io::{self, Write};
use std::path::Path;

use clap::{Command, CommandFactory};

use crate::args::{Cli, Completions, Man};
use crate::exit::Exit;
use crate::output;

/// Prints the completion script of a shell.
pub(crate) fn completions(options: &Completions) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "accord", &mut script);
    written(io::stdout().lock().write_all(&script), "the script")
}

/// Writes the manual pages: one for each command.
pub(crate) fn man(options: &Man) -> Exit {
    let command = Cli::command().disable_help_subcommand(true);
    match &options.dir {
        None => written(clap_mangen::Man::new(command).render(&mut io::stdout().lock()), "the page"),
        Some(dir) => {
            let mut pages = Vec::new();
            let made = std::fs::create_dir_all(dir).and_then(|()| write(dir, command, "", &mut pages));
            if made.is_ok() {
                output::note(&format!("Wrote {} pages to {}", pages.len(), dir.display()));
            }
            written(made, &dir.display().to_string())
        }
    }
}

/// The page of a command, and those of the commands below it: `accord-secret-create.1`.
fn write(dir: &Path, command: Command, above: &str, pages: &mut Vec<String>) -> io::Result<()> {
    let name = if above.is_empty() { command.get_name().to_owned() } else { format!("{above}-{}", command.get_name()) };
    let below: Vec<Command> = command.get_subcommands().filter(|command| !command.is_hide_set()).cloned().collect();
    let page = command.display_name(name.clone()).bin_name(name.replace('-', " "));
    let mut text = Vec::new();
    clap_mangen::Man::new(page).title(name.clone()).render(&mut text)?;
    std::fs::write(dir.join(format!("{name}.1")), text)?;
    pages.push(name.clone());
    below.into_iter().try_for_each(|command| write(dir, command, &name, pages))
}

/// A reader that went away is no error of ours.
fn written(result: io::Result<()>, what: &str) -> Exit {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            output::error(&format!("cannot write {what}: {error}"));
            Exit::Failed
        }
        _ => Exit::Done,
    }
}
