//! The command `accord`: reads the command line, calls the runtime, prints what comes back.

mod args;
mod exit;
mod lint;
mod output;
mod run;
mod signals;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Cli, Command};
use exit::Exit;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        // Where, and never what: the text of a panic may quote anything.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        output::error(&format!("internal error at {place}: please report it"));
    }));
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let exit = match cli.command {
        None => {
            let _ = Cli::command().print_help();
            Exit::Done
        }
        Some(Command::Run(options)) => run::run(&options),
        Some(Command::Lint(options)) => lint::lint(&options),
        Some(_) => {
            output::error("this command is not there yet");
            Exit::Usage
        }
    };
    exit.into()
}
