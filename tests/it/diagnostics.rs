//! What people read when something is wrong: each folder of `tests/diagnostics` is a bad project, with everything that
//! the commands say about it in `expected.txt`. `commands` has them, one a line; without it the project is run.
//! `UPDATE_EXPECT=1` writes the texts anew: read them as their reader would.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use accord_tests::binary::{accord, root};
use accord_tests::console::normal;

fn projects() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("tests/diagnostics")).expect("the projects");
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else if !["commands", "expected.txt"].iter().any(|name| path.ends_with(name)) {
            std::fs::copy(path, target).expect("a copy");
        }
    }
}

/// Everything that the commands of a project print, with their exit codes.
fn output(project: &Path) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().canonicalize().expect("a path");
    let here = place.join("project");
    copy(project, &here);
    let commands = std::fs::read_to_string(project.join("commands")).unwrap_or_else(|_| "accord run\n".to_owned());
    let bin = accord().parent().map(|dir| dir.display().to_string()).unwrap_or_default();
    let path = format!("{bin}:{}", std::env::var("PATH").unwrap_or_default());
    let mut all = String::new();
    for command in commands.lines() {
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("{{ {command}; }} 2>&1")).current_dir(&here).env_clear();
        shell.envs([("LANG", "C.UTF-8"), ("TZ", "UTC"), ("NO_COLOR", "1"), ("PATH", &path)]);
        shell.env("HOME", place.join("home")).stdin(Stdio::null());
        let output = shell.output().expect("a shell");
        let text = String::from_utf8_lossy(&output.stdout);
        all.push_str(&format!("$ {command}\n{text}[{}]\n", output.status.code().unwrap_or(-1)));
    }
    in_order(&normal(&all, &place))
}

/// The lines of flow threads that run side by side come in any order: here they stand by thread.
fn in_order(text: &str) -> String {
    let thread = |line: &str| Some(line.strip_prefix("HH:MM:SS.mmm [thread-")?.split(']').next()?.to_owned());
    let mut lines: Vec<&str> = text.lines().collect();
    for group in lines.chunk_by_mut(|a, b| thread(a).is_some() && thread(b).is_some()) {
        group.sort_by_key(|line| thread(line));
    }
    lines.join("\n") + "\n"
}

#[test]
fn every_bad_project_is_explained() {
    let projects = projects();
    assert!(projects.len() >= 40, "only {} projects", projects.len());
    let mut wrong = Vec::new();
    for project in projects {
        let name = project.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (file, got) = (project.join("expected.txt"), output(&project));
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&file, &got).expect("expected.txt can be written");
        }
        let wanted = std::fs::read_to_string(&file).unwrap_or_default();
        if wanted != got {
            wrong.push(format!("{name}:\n{got}"));
        }
        for unfit in ["panicked", "internal error", "::", "Option<", "Vec<", "Some(", "None)", "java.", "hunter2"] {
            // The log keeps the reference's words; what comes after it is ours.
            let ours = got.lines().filter(|line| !line.starts_with("HH:MM:SS.mmm") && !line.contains(" | "));
            let shown: Vec<&str> = ours.filter(|line| line.contains(unfit)).collect();
            if !shown.is_empty() {
                wrong.push(format!("{name} shows '{unfit}':\n{}", shown.join("\n")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
