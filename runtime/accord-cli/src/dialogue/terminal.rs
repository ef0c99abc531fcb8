//! Lines that somebody types on the terminal, and the ways to stop typing: the end of input, or a signal.
//!
//! Questions go to stderr. A signal while somebody types ends the dialogue and not the program, so that the terminal is
//! left as it was found.

use std::io::{self, IsTerminal};
use std::os::unix::net::UnixStream;

use accord_value::{SecretBytes, SecretString};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use signal_hook::SigId;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::low_level::{pipe, unregister};

use crate::output;

/// The longest line that a terminal hands over.
const LONGEST: usize = 4096;

/// Why nobody answers any more.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Ctrl-D.
    End,
    /// Ctrl-C, or a signal that ends programs.
    Signal,
    /// The terminal cannot be read.
    Failed(io::Error),
}

/// Whether somebody can be asked: standard input is a terminal.
pub(crate) fn can_ask(no_prompt: bool) -> bool {
    !no_prompt && io::stdin().is_terminal()
}

/// The terminal that is standard input.
pub(crate) struct Terminal {
    signal: UnixStream,
    registered: Vec<SigId>,
}

impl Terminal {
    pub(crate) fn open() -> io::Result<Self> {
        let (signal, sender) = UnixStream::pair()?;
        let register = |signal| pipe::register(signal, sender.try_clone()?);
        let registered = [SIGHUP, SIGINT, SIGTERM].into_iter().map(register).collect::<io::Result<_>>()?;
        Ok(Self { signal, registered })
    }

    /// Asks for a line that may be seen.
    pub(crate) fn line(&self, question: &str) -> Result<String, Stop> {
        output::prompt(question);
        loop {
            match String::from_utf8(self.read()?) {
                Ok(text) => return Ok(text),
                Err(_) => output::prompt(&format!("This is not UTF-8, try again.\n{question}")),
            }
        }
    }

    /// Asks for a line that is not shown while it is typed.
    pub(crate) fn hidden(&self, question: &str) -> Result<SecretString, Stop> {
        let silence = Silence::begin().map_err(|error| Stop::Failed(error.into()))?;
        output::prompt(question);
        loop {
            match SecretBytes::new(self.read()?).into_text() {
                Ok(text) => {
                    drop(silence);
                    return Ok(text.map(ToOwned::to_owned));
                }
                Err(_) => output::prompt(&format!("This is not UTF-8, try again.\n{question}")),
            }
        }
    }

    /// Reads to the end of a line, which is left out.
    fn read(&self) -> Result<Vec<u8>, Stop> {
        // Room for all of it at once: a growing buffer would leave copies of a password behind.
        let mut line = Vec::with_capacity(LONGEST);
        loop {
            self.wait()?;
            let mut byte = [0];
            match rustix::io::read(rustix::stdio::stdin(), &mut byte) {
                Ok(0) => return Err(Stop::End),
                Ok(_) if byte == *b"\n" => {
                    if line.last() == Some(&b'\r') {
                        line.pop();
                    }
                    return Ok(line);
                }
                Ok(_) => line.extend_from_slice(&byte),
                Err(Errno::INTR | Errno::AGAIN) => {}
                // What a terminal that went away answers.
                Err(Errno::IO) => return Err(Stop::End),
                Err(error) => return Err(Stop::Failed(error.into())),
            }
        }
    }

    /// Waits for something to read, or for a signal.
    fn wait(&self) -> Result<(), Stop> {
        let input = rustix::stdio::stdin();
        loop {
            let mut sources = [PollFd::new(&self.signal, PollFlags::IN), PollFd::new(&input, PollFlags::IN)];
            match poll(&mut sources, None) {
                Ok(_) if !sources[0].revents().is_empty() => return Err(Stop::Signal),
                Ok(_) => return Ok(()),
                Err(Errno::INTR) => {}
                Err(error) => return Err(Stop::Failed(error.into())),
            }
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.registered.drain(..).for_each(|id| {
            unregister(id);
        });
    }
}

/// The terminal shows nothing of what is typed as long as this lives, but the end of the line.
struct Silence(Termios);

impl Silence {
    fn begin() -> Result<Self, Errno> {
        let before = tcgetattr(rustix::stdio::stdin())?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        silent.local_modes.insert(LocalModes::ECHONL);
        tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, &silent)?;
        Ok(Self(before))
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        // What cannot be put back cannot be told either.
        let _ = tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, &self.0);
    }
}
