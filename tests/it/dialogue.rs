//! Forms on a real terminal: questions, answers that do not fit, and the ways out.

use std::path::{Path, PathBuf};
use std::process::Command;

use accord_tests::binary;
use accord_tests::terminal::Terminal;
use tempfile::TempDir;

const FORM: &str = r#"flows:
  default:
    - log: "before"
    - form: user
    - log: "name=${user.name} age=${user.age} ok=${user.ok} colours=${user.colours} size=${user.size} ro=${user.ro}"
    - log: "length=${user.pw.length()} pw=${user.pw} file=${resource.asString(user.file)} when=${user.when}"
forms:
  user:
    - name: {type: string, label: "Your name", pattern: "[A-Z$].*"}
    - age: {type: "int?", min: 18, value: 20}
    - ok: {type: boolean}
    - colours: {type: "string+", label: Colours, allow: ["red", "green"]}
    - size: {type: int, allow: [1, 5, 2]}
    - pw: {type: string, inputType: password, label: Password}
    - file: {type: file}
    - when: {type: "date?"}
    - ro: {type: string, readonly: true, value: "fixed"}
"#;

struct Place {
    folder: TempDir,
}

impl Place {
    fn new(flow: &str) -> Self {
        let place = Self { folder: tempfile::tempdir().expect("a folder") };
        std::fs::create_dir(place.project()).expect("a folder");
        std::fs::write(place.project().join("concord.yml"), flow).expect("a flow");
        place
    }

    fn project(&self) -> PathBuf {
        self.folder.path().join("my flow")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = binary::command(&self.folder.path().join("home"));
        command.args(args).env("NO_COLOR", "1").current_dir(self.folder.path());
        command
    }

    fn start(&self, args: &[&str]) -> Terminal {
        Terminal::start(&self.command(args))
    }

    fn is_suspended(&self) -> bool {
        self.project().join("target/_attachments/_state/instance").exists()
    }
}

#[test]
fn every_field_is_asked_for_until_its_answer_fits() {
    let place = Place::new(FORM);
    std::fs::write(place.folder.path().join("notes.txt"), "the notes").expect("a file");
    let mut terminal = place.start(&["run", "my flow"]);
    terminal.expect("[main] before\n");
    terminal.expect("Fill it in now? (Y/n) ");
    terminal.line("");
    terminal.expect("Your name [string, required]: ");
    terminal.line("");
    terminal.expect("error: Your name: an answer is required\n");
    terminal.expect("Your name [string, required]: ");
    terminal.line("ann");
    terminal.expect("error: Your name: value 'ann' doesn't match pattern '[A-Z$].*'\n");
    terminal.expect("Your name [string, required]: ");
    // What looks like an expression is typed text here.
    terminal.line("${ann}");
    terminal.expect("age [int, optional, default: 20]: ");
    terminal.line("seventeen");
    terminal.expect("error: age: expected a whole number, found seventeen\n");
    terminal.expect("age [int, optional, default: 20]: ");
    terminal.line("17");
    terminal.expect("error: age: value '17' must be equal or more than 18\n");
    terminal.expect("age [int, optional, default: 20]: ");
    terminal.line("");
    terminal.expect("ok [yes or no, required, default: no]: ");
    terminal.line("maybe");
    terminal.expect("error: ok: expected yes or no, found maybe\n");
    terminal.line("y");
    terminal.expect("  1) red\n  2) green\n");
    terminal.expect("Colours [1] [string, an empty line ends the list, required, a number or a value]: ");
    terminal.line("");
    terminal.expect("error: Colours: an answer is required\n");
    terminal.line("blue");
    terminal.expect("error: Colours: value 'blue' is not allowed, valid values: [red, green]\n");
    terminal.expect("Colours [1] ");
    terminal.line("2");
    terminal.expect("Colours [2] ");
    terminal.line("red");
    terminal.expect("Colours [3] ");
    terminal.line("");
    terminal.expect("  - 1\n  - 5\n  - 2\nsize [int, required]: ");
    terminal.line("2");
    terminal.expect("Password [string, required]: ");
    terminal.line("tr0ub4dor");
    terminal.expect("file [path of a file, required]: ");
    terminal.line("nowhere.txt");
    terminal.expect("error: file: cannot take 'nowhere.txt': No such file or directory (os error 2)\n");
    terminal.line("notes.txt");
    terminal.expect("when [date, optional, such as 2024-01-02T03:04:05Z]: ");
    terminal.line("tomorrow");
    terminal.expect("error: when: expected a full date with time and zone");
    terminal.line("");
    terminal.expect("ro: fixed (cannot be changed)\n");
    terminal.expect("name=${ann} age=20 ok=true colours=[green, red] size=2 ro=fixed\n");
    terminal.expect("length=9 pw=****** file=the notes when=\n");
    let (code, all) = terminal.end();
    assert_eq!(code, 0, "{all}");
    assert!(!all.contains("tr0ub4dor"), "{all}");
    assert!(!place.is_suspended());
}

const TWO: &str = r#"flows:
  default:
    - form: first
    - log: "first ${first.a}"
    - form: second
    - log: "second ${second.a}"
forms:
  first: [{a: {type: string}}]
  second: [{a: {type: string}}]
"#;

/// The id of the event that the notice names.
fn event(text: &str) -> String {
    let rest = text.split("--event ").nth(1).expect("a command with the event");
    rest.split_whitespace().next().expect("the event").to_owned()
}

#[test]
fn whoever_says_no_is_told_how_to_go_on() {
    let place = Place::new(TWO);
    let mut terminal = place.start(&["run", "my flow"]);
    terminal.expect("The form 'first' waits for answers. Fill it in now? (Y/n) ");
    terminal.line("perhaps");
    terminal.expect("Answer y or n.\n");
    terminal.line("n");
    let (code, all) = terminal.end();
    assert_eq!(code, 20, "{all}");
    let id = event(&all);
    for command in ["", "--describe-input", "--input-file FILE"] {
        let command = format!("  accord resume 'my flow' --event {id} {command}");
        assert!(all.contains(command.trim_end()), "{command} is not in\n{all}");
    }
    // One form after the other, without an offer.
    let mut terminal = place.start(&["resume", "my flow"]);
    terminal.expect("The form 'first' (Ctrl-C leaves the process suspended):\na [string, required]: ");
    terminal.line("x");
    terminal.expect("first x\n");
    terminal.expect("The form 'second' (Ctrl-C leaves the process suspended):\na [string, required]: ");
    terminal.line("y");
    terminal.expect("second y\n");
    let (code, all) = terminal.end();
    assert_eq!(code, 0, "{all}");
}

#[test]
fn leaving_a_form_leaves_the_process_suspended() {
    for key in ['c', 'd'] {
        for (args, offers) in [(&["run", "my flow"], true), (&["resume", "my flow"], false)] {
            let place = Place::new(TWO);
            if !offers {
                let done = place.command(&["run", "my flow", "--no-prompt"]).output().expect("it runs");
                assert_eq!(done.status.code(), Some(20));
            }
            let mut terminal = place.start(args);
            if offers {
                terminal.expect("Fill it in now? (Y/n) ");
                terminal.line("y");
            }
            terminal.expect("a [string, required]: ");
            terminal.control(key);
            terminal.expect("suspended.\n");
            terminal.expect("accord resume 'my flow' --event ");
            let (code, all) = terminal.end();
            assert_eq!(code, 20, "Ctrl-{key}: {all}");
            assert!(place.is_suspended(), "Ctrl-{key}: {all}");
        }
    }
}

const SECRET: &str = r#"flows:
  default:
    - form: login
forms:
  login: [{pw: {type: string, inputType: password}}]
"#;

/// Whether the terminal shows what is typed is seen by a second command on the same one.
#[test]
fn the_terminal_shows_again_what_is_typed_after_a_password_was_left() {
    let place = Place::new(SECRET);
    let mut shell = Command::new("sh");
    let accord = binary::accord().display();
    shell.args(["-c", &format!("trap : INT; {accord} run 'my flow'; stty -a; cat")]);
    shell.envs(place.command(&[]).get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.current_dir(place.folder.path());
    let mut terminal = Terminal::start(&shell);
    terminal.expect("Fill it in now? (Y/n) ");
    terminal.line("y");
    terminal.expect("pw [string, required]: ");
    terminal.control('c');
    terminal.expect("accord resume 'my flow' --event ");
    let settings = terminal.expect("echoke");
    assert!(settings.contains(" echo ") && !settings.contains("-echo "), "{settings}");
    terminal.control('d');
    terminal.end();
}

#[test]
fn without_a_terminal_nobody_is_asked() {
    let run = |place: &Path, args: &[&str]| {
        let mut command = binary::command(&place.join("home"));
        let output = command.args(args).current_dir(place).output().expect("it runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let place = Place::new(TWO);
    let folder = place.folder.path();
    assert_eq!(run(folder, &["run", "my flow"]).0, Some(20));
    let (code, text) = run(folder, &["resume", "my flow"]);
    assert_eq!(code, Some(21), "{text}");
    assert!(text.contains("the form 'first' needs answers"), "{text}");
    // A file is what only somebody at a terminal is asked for.
    let place = Place::new("flows:\n  default:\n    - form: f\nforms:\n  f: [{a: {type: file}}]\n");
    let folder = place.folder.path();
    assert_eq!(run(folder, &["run", "my flow"]).0, Some(20));
    assert_eq!(run(folder, &["resume", "my flow"]).0, Some(22));
    // And no terminal helps where --no-prompt is given.
    let (code, _) = place.start(&["resume", "my flow", "--no-prompt"]).end();
    assert_eq!(code, 22);
    std::fs::write(folder.join("given.txt"), "x").expect("a file");
    assert_eq!(run(folder, &["resume", "my flow", "-e", "a=given.txt"]).0, Some(0));
}

#[test]
fn the_first_ctrl_c_cancels_a_process_in_order() {
    let place =
        Place::new("flows:\n  default:\n    - log: \"waiting\"\n    - task: sleep\n      in: {duration: 600}\n");
    let mut terminal = place.start(&["run", "my flow"]);
    terminal.expect("[main] waiting\n");
    terminal.control('c');
    terminal.expect("Cancelling the process; once more ends it at once.\n");
    let (code, all) = terminal.end();
    assert_eq!(code, 130, "{all}");
}

#[test]
fn colour_is_for_terminals_alone() {
    let place = Place::new("flows:\n  default:\n    - throw: broken\n");
    let plain = place.command(&["run", "my flow"]).env_remove("NO_COLOR").output().expect("it runs");
    let plain = [plain.stdout, plain.stderr].concat();
    assert!(!String::from_utf8_lossy(&plain).contains('\u{1b}'));
    for (no_color, coloured) in [(None, true), (Some(""), true), (Some("1"), false)] {
        let mut command = place.command(&["run", "my flow"]);
        match no_color {
            Some(value) => command.env("NO_COLOR", value),
            None => command.env_remove("NO_COLOR"),
        };
        let (code, all) = Terminal::start(&command).end();
        assert_eq!(code, 1, "{all}");
        assert_eq!(all.contains("\u{1b}["), coloured, "NO_COLOR={no_color:?}: {all}");
    }
}
