//! A command on a pseudo terminal, driven as somebody at a keyboard does it: wait for a text, then type.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::pty::openpty;

/// How long a text is waited for: much longer than any command takes, so that only a missing text is ever late.
const PATIENCE: Duration = Duration::from_secs(60);

/// A command that runs on a terminal of its own.
pub struct Terminal {
    child: Child,
    keyboard: File,
    /// Everything that was printed, without carriage returns.
    seen: String,
    /// Up to where it was waited for.
    from: usize,
}

impl Terminal {
    /// Starts a command. The terminal becomes its controlling one (`setsid --ctty`), so that Ctrl-C is a signal.
    ///
    /// # Panics
    /// Where there are no pseudo terminals, or the command cannot be started.
    #[must_use]
    pub fn start(command: &Command) -> Self {
        let pair = openpty(None, None).unwrap_or_else(|error| panic!("no pseudo terminal: {error}"));
        let mut on_terminal = Command::new("setsid");
        on_terminal.arg("--ctty").arg(command.get_program()).args(command.get_args()).env_clear();
        on_terminal.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        if let Some(folder) = command.get_current_dir() {
            on_terminal.current_dir(folder);
        }
        let end = || copy(&pair.slave);
        let child = on_terminal.stdin(end()).stdout(end()).stderr(end()).spawn();
        let child = child.unwrap_or_else(|error| panic!("setsid does not start: {error}"));
        Self { child, keyboard: pair.master.into(), seen: String::new(), from: 0 }
    }

    /// Waits for a text behind the one that was waited for last, and gives what stands between them.
    ///
    /// # Panics
    /// Where it does not come.
    pub fn expect(&mut self, text: &str) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let rest = self.seen.get(self.from..).unwrap_or_default();
            if let Some(at) = rest.find(text) {
                let between = rest[..at].to_owned();
                self.from += at + text.len();
                return between;
            }
            assert!(self.read(until), "'{text}' was not printed:\n{}", self.seen);
        }
    }

    /// Types a line.
    ///
    /// # Panics
    /// Where nobody reads any more.
    pub fn line(&mut self, text: &str) {
        let written = self.keyboard.write_all(format!("{text}\n").as_bytes());
        written.unwrap_or_else(|error| panic!("nobody reads '{text}': {error}\n{}", self.seen));
    }

    /// Presses Ctrl and a letter.
    ///
    /// # Panics
    /// Where nobody reads any more.
    pub fn control(&mut self, letter: char) {
        let code = (letter as u8) & 0x1f;
        let written = self.keyboard.write_all(&[code]);
        written.unwrap_or_else(|error| panic!("nobody reads Ctrl-{letter}: {error}\n{}", self.seen));
    }

    /// Waits for the command's end: its exit code, and everything that stood on the terminal.
    ///
    /// # Panics
    /// Where it does not end.
    pub fn end(mut self) -> (i32, String) {
        let until = Instant::now() + PATIENCE;
        while self.read(until) {}
        assert!(Instant::now() < until, "the command does not end:\n{}", self.seen);
        let status = self.child.wait().unwrap_or_else(|error| panic!("its end is not known: {error}"));
        (status.code().unwrap_or(-1), std::mem::take(&mut self.seen))
    }

    /// Reads what was printed meanwhile; nothing more comes where it says no.
    fn read(&mut self, until: Instant) -> bool {
        let left = until.saturating_duration_since(Instant::now());
        let millis = PollTimeout::try_from(left.as_millis()).unwrap_or(PollTimeout::MAX);
        let mut source = [PollFd::new(self.keyboard.as_fd(), PollFlags::POLLIN)];
        if !matches!(poll(&mut source, millis), Ok(1..)) {
            return false;
        }
        let mut bytes = [0; 4096];
        // Where the last one who writes is gone, a terminal answers with an error.
        match self.keyboard.read(&mut bytes) {
            Ok(0) | Err(_) => false,
            Ok(n) => {
                self.seen.push_str(&String::from_utf8_lossy(&bytes[..n]).replace('\r', ""));
                true
            }
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn copy(end: &OwnedFd) -> OwnedFd {
    end.try_clone().unwrap_or_else(|error| panic!("no more files can be opened: {error}"))
}
