//! Flows that were made to hang, crash or eat the machine, and folders that hold what no project should: the command ends
//! soon, within bounds, and with words.
//!
//! The flows lie in `tests/cases/hostile`. The first line of each says how it must end: `ok`, `failed` (1) or `refused` (3),
//! with a text that is printed then, or `endless`, which only a signal ends. `«TEXT*N»` stands for N times the text, in which
//! `\n` is a line break, `\\` a backslash, `{i}` the number of the repetition from 0 and `{j}` the next one.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::time::Duration;

use accord_tests::binary::{accord, command, root};
use rustix::process::{Pid, Signal, kill_process};

/// A run that takes longer hangs. A build without optimization is some ten times slower.
fn longest() -> Duration {
    Duration::from_secs(if std::env::var_os("ACCORD_BIN").is_some() { 10 } else { 120 })
}

/// Virtual memory in KiB, most of it the stacks of threads; and the largest file, in blocks of 512 bytes.
const BOUNDS: &str = "ulimit -v 4194304; ulimit -f 1000000; exec \"$0\" \"$@\"";

/// How a run ended, and what it printed.
struct Ended {
    /// None where a signal of ours or of the system ended it.
    code: Option<i32>,
    /// Whether it was ended because it took too long.
    hangs: bool,
    output: String,
}

/// Runs the command within bounds. After `patience` it is interrupted, as by Ctrl-C.
fn run(arguments: &[&Path], folder: &Path, patience: Option<Duration>) -> Ended {
    let plain = command(folder);
    let mut bounded = Command::new("sh");
    bounded.env_clear().envs(plain.get_envs().filter_map(|(key, value)| Some((key, value?))));
    bounded.args(["-c", BOUNDS]).arg(accord()).args(arguments).current_dir(folder).stdin(Stdio::null());
    let paths = ["stdout", "stderr"].map(|name| folder.join(name));
    let [stdout, stderr] = paths.each_ref().map(|path| File::create(path).expect("a file"));
    let mut child = bounded.stdout(stdout).stderr(stderr).spawn().expect("a shell");
    let pid = Pid::from_child(&child);
    let (ended, waits) = channel::<ExitStatus>();
    let waiter = std::thread::spawn(move || ended.send(child.wait().expect("the command ends")));
    let mut status = None;
    if let Some(patience) = patience {
        status = waits.recv_timeout(patience).ok();
        if status.is_none() {
            kill_process(pid, Signal::INT).expect("the command is there");
        }
    }
    let in_time = status.or_else(|| waits.recv_timeout(longest()).ok());
    if in_time.is_none() {
        kill_process(pid, Signal::KILL).expect("the command is there");
    }
    waiter.join().expect("no panic").ok();
    let output = paths.map(|path| String::from_utf8_lossy(&fs::read(path).expect("is there")).into_owned()).concat();
    Ended { code: in_time.and_then(|status| status.code()), hangs: in_time.is_none(), output }
}

impl Ended {
    /// What is wrong with how it ended; none where it is as expected.
    fn complaint(&self, expected: &str) -> Option<String> {
        let (kind, text) = expected.split_once(' ').unwrap_or((expected, ""));
        let code = match kind {
            "ok" => 0,
            "failed" => 1,
            "refused" => 3,
            "endless" => 130,
            other => return Some(format!("'{other}' is no way to end")),
        };
        let crashed = ["panicked", "internal error", "overflowed its stack", "memory allocation"];
        let as_expected = !self.hangs
            && self.code == Some(code)
            && self.output.contains(text)
            && !crashed.iter().any(|crash| self.output.contains(crash));
        let end = self.output.len().saturating_sub(400);
        let last = self.output.get(self.output.floor_char_boundary(end)..).unwrap_or_default();
        (!as_expected)
            .then(|| format!("expected {expected}, hangs: {}, exit code {:?}: …{last}", self.hangs, self.code))
    }
}

/// The text with its repetitions written out.
fn expanded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('«') {
        out.push_str(before);
        let (part, behind) = behind.split_once('»').expect("an end of the repetition");
        let (part, times) = part.rsplit_once('*').expect("a number of repetitions");
        let part = part.replace("\\n", "\n").replace("\\\\", "\\");
        for i in 0..times.parse::<usize>().expect("a number") {
            match part.contains("{i}") || part.contains("{j}") {
                true => out.push_str(&part.replace("{i}", &i.to_string()).replace("{j}", &(i + 1).to_string())),
                false => out.push_str(&part),
            }
        }
        rest = behind;
    }
    out + rest
}

fn hostile(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).expect("a flow");
    let expected = text.lines().next().and_then(|line| line.strip_prefix("# expect: ")).expect("what to expect");
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("project")).expect("a folder");
    fs::write(folder.path().join("project/concord.yml"), expanded(&text)).expect("a file");
    let patience = (expected == "endless").then(|| Duration::from_secs(1));
    let ended = run(&[Path::new("run"), Path::new("project")], folder.path(), patience);
    Some(format!("{}: {}", path.display(), ended.complaint(expected)?))
}

#[test]
fn hostile_flows_end_within_bounds() {
    let entries = fs::read_dir(root().join("tests/cases/hostile")).expect("a folder").flatten();
    let paths: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.extension().is_some()).collect();
    assert!(paths.len() > 50, "the flows are in tests/cases/hostile");
    let (open, complaints) = (Mutex::new(paths), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(path) = { open.lock().expect("no panic").pop() } {
                    complaints.lock().expect("no panic").extend(hostile(&path));
                }
            });
        }
    });
    let complaints = complaints.into_inner().expect("no panic");
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
}

const HELLO: &str = "flows:\n  default:\n    - log: hello\n";

/// A folder with a project in `project`, made odd by `spoil`; runs it, or what `spoil` names instead.
fn odd(expected: &str, spoil: impl FnOnce(&Path) -> Option<PathBuf>) {
    let folder = tempfile::tempdir().expect("a folder");
    let project = folder.path().join("project");
    fs::create_dir(&project).expect("a folder");
    fs::write(project.join("concord.yml"), HELLO).expect("a file");
    let what = spoil(&project).unwrap_or(project);
    let ended = run(&[Path::new("run"), &what], folder.path(), None);
    assert_eq!(ended.complaint(expected), None);
}

fn write(path: &Path, text: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().expect("a folder above")).expect("a folder");
    fs::write(path, text).expect("a file");
}

#[test]
fn links_in_circles_are_not_followed() {
    odd("ok hello", |project| {
        symlink(".", project.join("itself")).expect("a link");
        symlink("two", project.join("one")).expect("a link");
        symlink("one", project.join("two")).expect("a link");
        fs::create_dir(project.join("concord")).expect("a folder");
        symlink("..", project.join("concord/up")).expect("a link");
        symlink("../concord.yml", project.join("concord/again.concord.yml")).expect("a link");
        None
    });
}

#[test]
fn devices_without_an_end_are_not_read_to_it() {
    odd("refused", |_| Some("/dev/zero".into()));
    odd("failed outside the project", |project| {
        symlink("/dev/zero", project.join("zero")).expect("a link");
        None
    });
    odd("failed outside the project", |project| {
        symlink("/dev/zero", project.join(".gitignore")).expect("a link");
        None
    });
}

#[test]
fn text_that_is_no_text_is_refused() {
    odd("refused UTF-8", |project| {
        write(&project.join("concord.yml"), b"flows:\n  default:\n    - log: \"\xff\xfe\x80\"\n");
        None
    });
    odd("refused", |project| {
        write(&project.join("concord.yml"), "flows:\n  default:\n    - log: \"a\0b\"\n");
        None
    });
    odd("refused UTF-8", |project| {
        let marked = format!("\u{feff}{HELLO}");
        let text: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
        write(&project.join("concord.yml"), text);
        None
    });
    odd("ok hello", |project| {
        write(&project.join(".gitignore"), b"\xff\xfe\0\n[\n{{{{\n\\\n!!!\n/////\n*.[\n**/**/**/**/a\n");
        None
    });
}

#[test]
fn odd_names_are_names() {
    use std::os::unix::ffi::OsStrExt;
    for name in ["a b'\"$(x)\né😀", "-e", "..x", "%s%n", "*"] {
        odd("ok hello", |project| {
            let named = project.with_file_name(name);
            fs::rename(project, &named).expect("can be renamed");
            Some(named)
        });
    }
    odd("ok hello", |project| {
        let bytes = std::ffi::OsStr::from_bytes(b"n\xff");
        write(&project.join(bytes), "");
        write(&project.join("concord").join(bytes), "");
        write(&project.join(bytes).with_extension("d").join("x"), "");
        None
    });
    odd("ok hello", |project| {
        let named = project.with_file_name(std::ffi::OsStr::from_bytes(b"n\xff"));
        fs::rename(project, &named).expect("can be renamed");
        Some(named)
    });
}

/// Whether the rights of files count for whoever runs the tests.
fn rights_count(folder: &Path) -> bool {
    let file = folder.join("closed");
    write(&file, "");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o0)).expect("can be closed");
    let closed = File::open(&file).is_err();
    fs::remove_file(&file).expect("can be removed");
    closed
}

#[test]
fn what_cannot_be_read_or_written_is_named() {
    if !rights_count(tempfile::tempdir().expect("a folder").path()) {
        println!("skipped: the rights of files do not count for root");
        return;
    }
    let close = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("can be closed");
    for (name, mode) in [("concord.yml", 0o0), ("concord", 0o0), (".gitignore", 0o0), ("target", 0o555)] {
        odd(&format!("failed {name}"), |project| {
            match name {
                "concord.yml" => {}
                ".gitignore" => write(&project.join(name), "x"),
                _ => fs::create_dir(project.join(name)).expect("a folder"),
            }
            close(&project.join(name), mode);
            None
        });
    }
}

#[test]
fn a_file_where_a_folder_belongs_is_named() {
    odd("failed target", |project| {
        write(&project.join("target"), "");
        None
    });
    odd("refused concord.yml", |project| {
        fs::remove_file(project.join("concord.yml")).expect("can be removed");
        fs::create_dir(project.join("concord.yml")).expect("a folder");
        None
    });
}
