//! The command `accord`: reads the command line, calls the runtime, prints what comes back.

mod args;
mod dialogue;
mod docs;
mod exit;
mod input;
mod lint;
mod output;
mod places;
mod resume;
mod run;
mod schema;
mod secret;
mod session;
mod signals;
mod store;
mod test;

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
    std::panic::catch_unwind(command).unwrap_or_else(|_| Exit::Failed.into())
}

fn command() -> ExitCode {
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
        Some(Command::Resume(options)) => resume::resume(&options).unwrap_or_else(|exit| exit),
        Some(Command::Lint(options)) => lint::lint(&options),
        Some(Command::Test(options)) => test::test(&options),
        Some(Command::Schema(_)) => schema::schema(),
        Some(Command::Secret(command)) => secret::secret(&command).unwrap_or_else(|exit| exit),
        Some(Command::Org(command)) => places::org(&command).unwrap_or_else(|exit| exit),
        Some(Command::Project(command)) => places::project(&command).unwrap_or_else(|exit| exit),
        Some(Command::Completions(options)) => docs::completions(&options),
        Some(Command::Man(options)) => docs::man(&options),
    };
    exit.into()
}
