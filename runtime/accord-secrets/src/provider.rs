//! Where the root key comes from: a file (in clear or under a passphrase), the environment, an open
//! descriptor, a command (so that a key service can serve), or the program that embeds the store.
//!
//! A key file holds one line beside comments, `accord-root-key-v1 BASE64` (32 bytes) or
//! `accord-root-passphrase-v1 BASE64` (Argon2id cost and salt, then the key sealed under what the
//! passphrase gives). It is private (0600 in a 0700 directory) and made on first use. While the root
//! key changes, the new file lies beside the old one as `NAME.next`. Must not know: what the key opens.

use std::io::Read;
use std::path::{Path, PathBuf};

use accord_store::{KekRow, files};
use accord_value::{SecretBytes, SecretString};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::keyring::KeyRing;
use crate::seal::password::{Cost, Derivation, STORED};
use crate::seal::{Binding, Key, open_key, random, seal};
use crate::{Error, Result};

const LINE: &str = "accord-root-key-v1";

const LOCKED: &str = "accord-root-passphrase-v1";

/// No key file is longer, and no command prints more.
const MOST: u64 = 64 * 1024;

/// A passphrase that seals a root key has at least so many characters.
const SHORTEST: usize = 8;

/// Where the root key comes from.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeyProvider {
    /// The file `keys` in the home directory; made on first use.
    HomeFile,
    /// A file; made on first use.
    File(PathBuf),
    /// A file under a passphrase; made on first use.
    Passphrase {
        /// The file; `None`: `keys` in the home directory.
        file: Option<PathBuf>,
        /// Opens it, with Argon2id (64 MiB, 3 passes, 4 lanes for a new file).
        passphrase: SecretString,
    },
    /// An environment variable: 32 bytes in base64, with or without the word that starts the line
    /// of a key file.
    Environment(String),
    /// An open file descriptor of this program, which gives the same as an environment variable.
    Descriptor(u32),
    /// A program and its arguments, which prints the same. It gets no input; what it says on its
    /// error output goes to this program's.
    Command(Vec<String>),
    /// 32 bytes from the embedding program.
    Given(SecretBytes),
}

/// What a key file holds.
enum Held {
    Plain(Key),
    Locked(Vec<u8>),
}

impl KeyProvider {
    /// Reads the forms `file:PATH`, `env:NAME`, `fd:NUMBER`, `command:PROGRAM ARGUMENTS…` (parted by
    /// blanks) and `passphrase` or `passphrase:PATH`, for which the passphrase is asked for.
    ///
    /// # Errors
    /// Another form; the passphrase cannot be had.
    pub fn parse(text: &str, passphrase: impl FnOnce() -> Result<SecretString>) -> Result<Self> {
        let unknown = || {
            Error::Invalid(
                "the source of the root key is unknown, expected one of: file:PATH, env:NAME, fd:NUMBER, \
                 command:PROGRAM ARGUMENTS, passphrase, passphrase:PATH"
                    .to_owned(),
            )
        };
        match text.split_once(':') {
            None if text == "passphrase" => Ok(Self::Passphrase { file: None, passphrase: passphrase()? }),
            Some(("passphrase", path)) => Ok(Self::Passphrase { file: Some(path.into()), passphrase: passphrase()? }),
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(path.into())),
            Some(("env", name)) if !name.is_empty() => Ok(Self::Environment(name.to_owned())),
            Some(("fd", number)) => number.parse().map(Self::Descriptor).map_err(|_| unknown()),
            Some(("command", line)) if !line.trim().is_empty() => {
                Ok(Self::Command(line.split_whitespace().map(str::to_owned).collect()))
            }
            _ => Err(unknown()),
        }
    }

    /// The file, if the key lies in one.
    fn file(&self, home: &Path) -> Option<PathBuf> {
        match self {
            Self::HomeFile | Self::Passphrase { file: None, .. } => Some(home.join("keys")),
            Self::File(path) | Self::Passphrase { file: Some(path), .. } => Some(path.clone()),
            Self::Environment(_) | Self::Descriptor(_) | Self::Command(_) | Self::Given(_) => None,
        }
    }

    /// Whether getting the key takes its time.
    pub(crate) fn is_slow(&self) -> bool {
        matches!(self, Self::Passphrase { .. } | Self::Command(_))
    }

    /// Where the key is, in words for messages.
    pub(crate) fn describe(&self, home: &Path) -> String {
        match self {
            Self::HomeFile | Self::File(_) | Self::Passphrase { .. } => {
                format!("the key file '{}'", self.file(home).unwrap_or_default().display())
            }
            Self::Environment(name) => format!("the environment variable {name}"),
            Self::Descriptor(number) => format!("the file descriptor {number}"),
            Self::Command(line) => format!("the command '{}'", line.first().map_or("", String::as_str)),
            Self::Given(_) => "the given root key".to_owned(),
        }
    }

    fn failed(&self, home: &Path, problem: &'static str) -> Error {
        Error::RootKey { provider: self.describe(home), problem }
    }

    /// The root key, `None` if its file is not there.
    pub(crate) fn load(&self, home: &Path) -> Result<Option<Key>> {
        let malformed = |problem| self.failed(home, problem);
        match self {
            Self::HomeFile | Self::File(_) | Self::Passphrase { .. } => {
                self.load_file(home, &self.file(home).unwrap_or_default())
            }
            Self::Environment(name) => {
                let text = std::env::var(name).map(Zeroizing::new).map_err(|_| malformed("is not set"))?;
                parse_text(&text).map(Some).map_err(malformed)
            }
            Self::Descriptor(number) => {
                let file = std::fs::File::open(format!("/dev/fd/{number}")).map_err(|_| malformed("is not open"))?;
                parse_text(&read_text(file).map_err(malformed)?).map(Some).map_err(malformed)
            }
            Self::Command(line) => {
                let (program, arguments) = line.split_first().ok_or_else(|| malformed("is empty"))?;
                let mut child = std::process::Command::new(program)
                    .args(arguments)
                    .stdin(std::process::Stdio::null())
                    .stdout(std::process::Stdio::piped())
                    .spawn()
                    .map_err(|_| malformed("cannot be run"))?;
                let text = match child.stdout.take() {
                    Some(output) => read_text(output),
                    None => Err("prints nothing"),
                };
                let ended = child.wait().map_err(|_| malformed("cannot be run"))?;
                if !ended.success() {
                    return Err(malformed("failed"));
                }
                parse_text(&text.map_err(malformed)?).map(Some).map_err(malformed)
            }
            Self::Given(bytes) => {
                #[expect(clippy::disallowed_methods, reason = "the root key becomes a key of the ring")]
                let key = <[u8; 32]>::try_from(bytes.expose().as_slice());
                key.map(|key| Some(Zeroizing::new(key))).map_err(|_| malformed("has not 32 bytes"))
            }
        }
    }

    fn load_file(&self, home: &Path, path: &Path) -> Result<Option<Key>> {
        let malformed = |problem| self.failed(home, problem);
        if let Some(dir) = path.parent() {
            files::private_dir(dir)?;
        }
        let Some(bytes) = files::read_private(path, MOST)?.map(Zeroizing::new) else { return Ok(None) };
        let text = std::str::from_utf8(&bytes).map_err(|_| malformed("is not a text"))?;
        match (parse_file(text).map_err(malformed)?, self) {
            (Held::Plain(key), _) => Ok(Some(key)),
            (Held::Locked(sealed), Self::Passphrase { passphrase, .. }) => {
                unlock(&sealed, passphrase).map(Some).ok_or_else(|| {
                    malformed("is not opened by this passphrase, or is damaged: give the passphrase it was made with")
                })
            }
            (Held::Locked(_), _) => Err(malformed("is under a passphrase: name it as the source of the key")),
        }
    }

    /// The root key; a missing file is made, with a new key.
    pub(crate) fn load_or_create(&self, home: &Path) -> Result<Key> {
        if let Some(key) = self.load(home)? {
            return Ok(key);
        }
        let key: Key = random()?;
        if self.create(home, &key)? {
            return Ok(key);
        }
        // Another process was faster: its key is the one.
        self.load(home)?.ok_or_else(|| self.failed(home, "has gone"))
    }

    /// Writes a new key to its file; `false` if there is one already.
    pub(crate) fn create(&self, home: &Path, key: &Key) -> Result<bool> {
        let path = self.file(home).unwrap_or_default();
        Ok(files::create_private(&path, self.file_text(key)?.as_bytes())?)
    }

    /// A root key to change to: a new one beside the file that is there, or the one that the source
    /// gives. [`KeyProvider::settle`] puts the file in its place.
    pub(crate) fn prepare(&self, home: &Path) -> Result<Key> {
        let Some(path) = self.file(home) else {
            return self.load(home)?.ok_or_else(|| self.failed(home, "has gone"));
        };
        if let Some(dir) = path.parent() {
            files::private_dir(dir)?;
        }
        let next = next(&path);
        let failed = |source| Error::Store(accord_store::Error::File { action: "replace", path: next.clone(), source });
        match std::fs::remove_file(&next) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let key: Key = random()?;
        files::create_private(&next, self.file_text(&key)?.as_bytes())?;
        Ok(key)
    }

    /// Puts the file of the new root key in the place of the old one.
    pub(crate) fn settle(&self, home: &Path) -> Result<()> {
        let Some(path) = self.file(home) else { return Ok(()) };
        let failed = |source| Error::Store(accord_store::Error::File { action: "replace", path: path.clone(), source });
        std::fs::rename(next(&path), &path).map_err(failed)?;
        let dir = path.parent().unwrap_or(Path::new("."));
        std::fs::File::open(dir).and_then(|dir| dir.sync_all()).map_err(failed)
    }

    /// The keys of a store. Where a change of the root key was cut short after it was made in the
    /// database, the new key file takes its place now.
    pub(crate) fn open_ring(&self, home: &Path, root: &Key, keks: &[KekRow]) -> Result<Option<KeyRing>> {
        if let Some(ring) = KeyRing::open(root, keks)? {
            return Ok(Some(ring));
        }
        let Some(next) = self.file(home).map(|path| next(&path)).filter(|path| path.exists()) else { return Ok(None) };
        let Some(root) = self.load_file(home, &next)? else { return Ok(None) };
        let ring = KeyRing::open(&root, keks)?;
        if ring.is_some() {
            self.settle(home)?;
        }
        Ok(ring)
    }

    fn file_text(&self, key: &Key) -> Result<Zeroizing<String>> {
        let (line, note) = match self {
            Self::Passphrase { passphrase, .. } => {
                let sealed = STANDARD.encode(lock(key, passphrase)?);
                (
                    Zeroizing::new(format!("{LOCKED} {sealed}")),
                    "It is under a passphrase, without which it is lost too.",
                )
            }
            _ => {
                let encoded = Zeroizing::new(STANDARD.encode(&key[..]));
                (
                    Zeroizing::new(format!("{LINE} {}", encoded.as_str())),
                    "Keep it private, and keep a copy apart from the store.",
                )
            }
        };
        Ok(Zeroizing::new(format!(
            "# Root key of an Accord secret store. Whoever has it can open the store; without it the store is lost.\n\
             # {note}\n{}\n",
            line.as_str()
        )))
    }
}

fn next(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".next");
    name.into()
}

fn binding<'a>(header: &'a [&'a [u8]]) -> Binding<'a> {
    Binding { purpose: "root-key", ids: &[], facts: header }
}

fn lock(key: &Key, passphrase: &SecretString) -> Result<Vec<u8>> {
    if passphrase.len() < SHORTEST {
        return Err(Error::Invalid(format!("the passphrase is too short: at least {SHORTEST} characters")));
    }
    let derivation = Derivation { cost: Cost::NEW, salt: *random::<16>()? };
    let material = derivation.derive(passphrase).map_err(|_| Error::TooLong)?;
    let header = derivation.to_bytes();
    let mut bytes = header.to_vec();
    bytes.extend_from_slice(&seal(&material[..], binding(&[&header]), &key[..])?);
    Ok(bytes)
}

fn unlock(sealed: &[u8], passphrase: &SecretString) -> Option<Key> {
    let (header, message) = sealed.split_first_chunk::<STORED>()?;
    let material = Derivation::from_bytes(header).ok()?.derive(passphrase).ok()?;
    open_key(&material[..], binding(&[header]), message).ok()
}

fn read_text(from: impl Read) -> Result<Zeroizing<String>, &'static str> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(1024));
    from.take(MOST).read_to_end(&mut bytes).map_err(|_| "cannot be read")?;
    String::from_utf8(std::mem::take(&mut *bytes)).map(Zeroizing::new).map_err(|_| "is not a text")
}

/// A key alone, with or without the word that starts the line of a key file.
fn parse_text(text: &str) -> Result<Key, &'static str> {
    let text = text.trim();
    parse_key(text.strip_prefix(LINE).unwrap_or(text).trim())
}

/// Reads a key file: comments, empty lines and exactly one key.
fn parse_file(text: &str) -> Result<Held, &'static str> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let line = lines.next().ok_or("holds no key")?;
    if lines.next().is_some() {
        return Err("holds more than one key");
    }
    if let Some(sealed) = line.strip_prefix(LOCKED) {
        return STANDARD.decode(sealed.trim()).map(Held::Locked).map_err(|_| "is damaged: its key is not in base64");
    }
    let key = line.strip_prefix(LINE).ok_or("does not hold a line 'accord-root-key-v1 KEY'")?;
    parse_key(key.trim()).map(Held::Plain)
}

fn parse_key(text: &str) -> Result<Key, &'static str> {
    let bytes = STANDARD.decode(text).map(Zeroizing::new).map_err(|_| "does not hold 32 bytes in base64")?;
    let key = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| "does not hold 32 bytes in base64")?;
    Ok(Zeroizing::new(key))
}
