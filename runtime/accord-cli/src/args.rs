//! The command line: every command and option, their help and examples. No behaviour.

mod check;
mod docs;
mod places;
mod run;
mod secret;
mod test;

use clap::{Parser, Subcommand, ValueEnum};

pub(crate) use check::{Lint, Schema};
pub(crate) use docs::{Completions, Man};
pub(crate) use places::{Org, Project};
use run::key_value;
pub(crate) use run::{Loading, Resume, Run, Sources};
pub(crate) use secret::{
    PasswordFrom, Secret, SecretCreate, SecretDelete, SecretEncrypt, SecretExport, SecretImport, SecretList,
    SecretNamed, SecretVerify, StoreArgs, Visibility,
};
pub(crate) use test::Test;

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
  accord lint                            check the project in this directory
  accord test                            run its tests";

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Run a flow
    Run(Run),
    /// Go on with a suspended process
    Resume(Resume),
    /// Check a project and report everything that is wrong with it
    Lint(Lint),
    /// Run a project's flow tests
    Test(Test),
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
    /// Print a completion script for a shell
    Completions(Completions),
    /// Write the manual pages
    Man(Man),
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

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

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
    fn the_help_of_every_command_has_examples() {
        fn check(command: &clap::Command, without: &mut Vec<String>) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            if command.get_subcommands().next().is_none() && !help.contains("Examples:\n") {
                without.push(command.get_name().to_owned());
            }
            command.get_subcommands().for_each(|command| check(command, without));
        }
        let mut without = Vec::new();
        check(&Cli::command(), &mut without);
        assert!(without.is_empty(), "no examples: {without:?}");
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
