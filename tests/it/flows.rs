//! The examples of `flows/` print what stands beside them: `expected.log` is the whole output of `run.sh`, or of
//! `accord run` where there is no script. `UPDATE_EXPECT=1` writes it anew.

use std::process::Command;

use accord_tests::binary::{self, accord, root};
use accord_tests::{console, folder};

/// Runs one example in a copy of `flows/` with a home of its own.
fn run(name: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    folder::copy(&root().join("flows"), &folder.path().join("flows")).expect("a copy");
    let home = folder.path().join("home");
    let script = folder.path().join(format!("flows/{name}/run.sh"));
    let mut command = if script.exists() {
        let mut shell = Command::new("sh");
        let bin = accord().parent().expect("the folder of the command").display().to_string();
        shell.arg("-eu").arg(script).env_clear().env("HOME", &home);
        shell.env("PATH", format!("{bin}:{}", std::env::var("PATH").unwrap_or_default()));
        shell
    } else {
        let mut accord = binary::command(&home);
        accord.args(["run", &format!("flows/{name}")]);
        accord
    };
    let output = command.current_dir(folder.path()).output().expect("the example runs");
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{name} ended with {}:\n{stdout}\n{stderr}", output.status);
    console::normal(&stdout, folder.path())
}

#[test]
fn examples_print_what_stands_beside_them() {
    let mut wrong = Vec::new();
    let mut names: Vec<String> = std::fs::read_dir(root().join("flows"))
        .expect("the examples")
        .flatten()
        .filter(|e| e.path().is_dir())
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert!(names.len() >= 8, "only {} examples", names.len());
    for name in names {
        let expected = root().join("flows").join(&name).join("expected.log");
        let got = run(&name);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&expected, &got).expect("expected.log can be written");
        }
        let wanted = std::fs::read_to_string(&expected).unwrap_or_default();
        if wanted != got {
            wrong.push(format!("{name}:\n--- expected\n{wanted}--- got\n{got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each example is named in the guide, so that a reader finds it.
#[test]
fn the_guide_leads_through_all_examples() {
    let guide = std::fs::read_to_string(root().join("flows/README.md")).expect("the guide");
    for entry in std::fs::read_dir(root().join("flows")).expect("the examples").flatten().filter(|e| e.path().is_dir())
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(guide.contains(&format!("({name}/)")), "flows/README.md does not link {name}/");
    }
}
