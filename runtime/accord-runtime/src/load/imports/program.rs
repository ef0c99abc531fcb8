//! Calls of the program `git`: a closed environment, bounded output and time, ended by a cancelled start.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::access::Access;
use crate::cancel::CancelToken;

/// The longest that one call may take.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// The most bytes that a repository may have in the cache.
pub(super) const LARGEST_PACK: u64 = 2 << 30;

/// The most bytes of output that are read: lists of names.
const MOST_OUTPUT: u64 = 64 << 20;

/// The most bytes of messages that are kept; their end tells what was wrong.
const MOST_MESSAGES: usize = 64 << 10;

/// Variables that a call sees: where programs and the user's own git configuration are, and the way to the network.
const VARIABLES: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "TMPDIR",
    "XDG_CONFIG_HOME",
    "http_proxy",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
];

/// What every call is configured with: no hooks, no helpers in the background, nothing that asks anybody.
const SETTINGS: &[&str] = &[
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.askPass=",
    "gc.auto=0",
    "maintenance.auto=false",
    "fetch.recurseSubmodules=false",
    "fetch.writeCommitGraph=false",
    "http.followRedirects=false",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=60",
];

/// How a call of git ended without success.
#[derive(Debug)]
pub(super) enum Failure {
    /// The program is not there, or cannot be started.
    NoGit(io::Error),
    /// Git's own messages.
    Git(String),
    /// It took too long.
    Time,
    /// The repository is larger than [`LARGEST_PACK`], or a list of it longer than can be read.
    TooLarge,
    /// The start was cancelled.
    Cancelled,
}

/// What calls of git share.
pub(super) struct Git<'a> {
    pub(super) cancel: &'a CancelToken,
    /// Called once if a call over the network takes longer than a second.
    pub(super) slow: &'a dyn Fn(),
}

impl Git<'_> {
    /// A command on the repository `dir` that reaches nothing but the disk.
    pub(super) fn local(&self, dir: &Path) -> Command {
        let mut command = base(dir);
        command.env("GIT_ALLOW_PROTOCOL", "none");
        command
    }

    /// A command on the repository `dir` that reaches another one.
    pub(super) fn remote(&self, dir: &Path, access: &Access) -> Command {
        let mut command = base(dir);
        access.apply(&mut command);
        command
    }

    /// Runs a command and answers what it prints.
    pub(super) fn output<S: AsRef<OsStr>>(&self, command: Command, args: &[S]) -> Result<Vec<u8>, Failure> {
        self.watched(command, args, None)
    }

    /// The same for one that fetches into the repository `dir`, which may not grow beyond all bounds.
    pub(super) fn fetch(&self, command: Command, args: &[OsString], dir: &Path) -> Result<(), Failure> {
        self.watched(command, args, Some(dir)).map(drop)
    }

    fn watched<S: AsRef<OsStr>>(
        &self,
        mut command: Command,
        args: &[S],
        growing: Option<&Path>,
    ) -> Result<Vec<u8>, Failure> {
        command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = Running::start(&mut command)?;
        let (output, messages) = (reader(running.child.stdout.take()), tail(running.child.stderr.take()));
        let status = self.wait(&mut running, growing);
        if status.is_err() {
            running.kill();
        }
        let output = output.and_then(|thread| thread.join().ok()).unwrap_or_default();
        let messages = messages.and_then(|thread| thread.join().ok()).unwrap_or_default();
        match status? {
            _ if output.len() as u64 > MOST_OUTPUT => Err(Failure::TooLarge),
            true => Ok(output),
            false => Err(Failure::Git(readable(&messages))),
        }
    }

    /// Whether it ended well.
    fn wait(&self, running: &mut Running, growing: Option<&Path>) -> Result<bool, Failure> {
        let begin = Instant::now();
        let mut pause = Duration::from_millis(1);
        let mut told = false;
        let mut looked = begin;
        loop {
            if let Some(status) = running.child.try_wait().map_err(Failure::NoGit)? {
                running.ended = true;
                return Ok(status.success());
            }
            if begin.elapsed() > LONGEST {
                return Err(Failure::Time);
            }
            if let Some(dir) = growing {
                if !told && begin.elapsed() > Duration::from_secs(1) {
                    told = true;
                    (self.slow)();
                }
                if looked.elapsed() > Duration::from_millis(500) {
                    looked = Instant::now();
                    if packs(dir) > LARGEST_PACK {
                        return Err(Failure::TooLarge);
                    }
                }
            }
            if !self.cancel.sleep(pause) {
                return Err(Failure::Cancelled);
            }
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }
}

fn base(dir: &Path) -> Command {
    let mut command = Command::new("git");
    command.env_clear();
    command.envs(VARIABLES.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command.envs([("LC_ALL", "C"), ("GIT_TERMINAL_PROMPT", "0"), ("GCM_INTERACTIVE", "never")]);
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    command.arg("--git-dir").arg(dir).current_dir("/");
    // Its own group, so that what git starts ends with it.
    command.process_group(0);
    command
}

/// A running call, killed with all that it started if it is given up.
pub(super) struct Running {
    pub(super) child: Child,
    ended: bool,
}

impl Running {
    pub(super) fn start(command: &mut Command) -> Result<Self, Failure> {
        command.spawn().map(|child| Self { child, ended: false }).map_err(Failure::NoGit)
    }

    fn kill(&mut self) {
        if self.ended {
            return;
        }
        let group = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
        if let Some(group) = group {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.child.wait();
        self.ended = true;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The bytes of the packs of a repository, those on their way too.
pub(super) fn packs(dir: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(dir.join("objects/pack")) else { return 0 };
    entries.filter_map(Result::ok).filter_map(|entry| entry.metadata().ok()).map(|found| found.len()).sum()
}

fn reader(from: Option<impl Read + Send + 'static>) -> Option<JoinHandle<Vec<u8>>> {
    let from = from?;
    spawn(move || {
        let mut bytes = Vec::new();
        let _ = from.take(MOST_OUTPUT + 1).read_to_end(&mut bytes);
        bytes
    })
}

/// The end of what git says.
fn tail(from: Option<impl Read + Send + 'static>) -> Option<JoinHandle<Vec<u8>>> {
    let mut from = from?;
    spawn(move || {
        let mut bytes = Vec::new();
        let mut part = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut part) {
            bytes.extend_from_slice(part.get(..count).unwrap_or_default());
            if bytes.len() > 2 * MOST_MESSAGES {
                bytes.drain(..bytes.len() - MOST_MESSAGES);
            }
        }
        bytes
    })
}

fn spawn(read: impl FnOnce() -> Vec<u8> + Send + 'static) -> Option<JoinHandle<Vec<u8>>> {
    std::thread::Builder::new().name("git".to_owned()).spawn(read).ok()
}

/// What git said, without progress, control characters and blank lines.
fn readable(messages: &[u8]) -> String {
    let text = String::from_utf8_lossy(messages);
    let lines = text.lines().map(|line| {
        let last = line.trim_end_matches('\r').rsplit('\r').next().unwrap_or_default();
        last.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned()
    });
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_is_made_readable() {
        let text = b"Receiving: 10%\rReceiving: done\nremote: \x1b[31mno\x07\n\nfatal: x\n";
        assert_eq!(readable(text), "Receiving: done\nremote: [31mno\nfatal: x");
    }

    #[test]
    fn a_cancelled_start_ends_git_and_what_it_started() {
        let dir = tempfile::tempdir().unwrap();
        let cancel = CancelToken::default();
        let git = Git { cancel: &cancel, slow: &|| {} };
        let mut command = Command::new("sh");
        let pid = dir.path().join("pid");
        command.process_group(0);
        let script = format!("sleep 600 & echo $! > {}; wait", pid.display());
        let canceller = std::thread::spawn({
            let (cancel, pid) = (cancel.clone(), pid.clone());
            move || {
                while !fs::read_to_string(&pid).is_ok_and(|text| text.ends_with('\n')) {
                    std::thread::yield_now();
                }
                cancel.cancel();
            }
        });
        assert!(matches!(git.output(command, &["-c", &script]), Err(Failure::Cancelled)));
        canceller.join().unwrap();
        let pid: i32 = fs::read_to_string(pid).unwrap().trim().parse().unwrap();
        // A kill is done when the system gets round to it.
        let is_there = || fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|text| !text.contains(") Z "));
        let begin = Instant::now();
        while is_there() {
            assert!(begin.elapsed() < Duration::from_secs(60), "the child of git runs on");
            std::thread::yield_now();
        }
    }
}
