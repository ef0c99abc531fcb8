//! Signed checkpoints of the audit chain, in a file of its own: a second place, so that a cut tail
//! and a chain that was computed anew are found.
//!
//! The first line is `accord-audit-checkpoints-v1 INSTALLATION PUBLIC-KEY`; each further one
//! `NUMBER CODE SIGNATURE`: the audit entry's number, its code in hex, and an Ed25519 signature
//! (RFC 8032) over installation, number and code, in base64. Whoever keeps a copy of the first line
//! can check the others without any key of the store. Must not know: what entries say.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier as _};

use crate::audit::Chain;
use crate::canonical::Canonical;
use crate::{Error, Result};

/// Entries between two checkpoints.
pub(crate) const EVERY: i64 = 256;

const HEADER: &str = "accord-audit-checkpoints-v1";

/// No line is longer.
const LINE: u64 = 512;

/// The file, and the key that signs its lines.
pub(crate) struct Checkpoints {
    path: PathBuf,
    installation: String,
    key: SigningKey,
    /// One writer of this program at a time.
    turn: tokio::sync::Mutex<()>,
}

/// A line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// An entry's number and code, signed by this installation.
    Signed(i64, Vec<u8>),
    /// Something else.
    Bad,
}

impl Checkpoints {
    pub(crate) fn new(path: PathBuf, chain: &Chain, installation: String) -> Result<Self> {
        let key = SigningKey::from_bytes(&*chain.checkpoint_seed()?);
        Ok(Self { path, installation, key, turn: tokio::sync::Mutex::new(()) })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Waits for its turn to write; holds it until the guard is dropped.
    pub(crate) async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// The number in the last line; `None` if there is no file.
    pub(crate) fn last(&self) -> Result<Option<i64>> {
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed("read", error)),
        };
        Ok(Some(self.tail(&mut file)?.0))
    }

    /// The last number, and the length up to the end of the last whole line: a crash may have cut a
    /// line that nobody relied on yet.
    fn tail(&self, file: &mut File) -> Result<(i64, u64)> {
        let failed = |error| self.failed("read", error);
        let length = file.metadata().map_err(failed)?.len();
        let start = length.saturating_sub(2 * LINE);
        file.seek(SeekFrom::Start(start)).map_err(failed)?;
        let mut tail = Vec::new();
        file.take(2 * LINE).read_to_end(&mut tail).map_err(failed)?;
        let whole = tail.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        tail.truncate(whole);
        let text = String::from_utf8_lossy(&tail).into_owned();
        let numbers = text.lines().filter_map(|line| line.split(' ').next()?.parse().ok());
        Ok((numbers.max().unwrap_or(0), start.saturating_add(whole as u64)))
    }

    /// Appends the lines of these entries that are not there yet, and brings them to the disk.
    pub(crate) fn append(&self, entries: &[(i64, Vec<u8>)]) -> Result<()> {
        let failed = |error| self.failed("write", error);
        accord_store::files::private_file(&self.path)?;
        let mut file = OpenOptions::new().read(true).append(true).open(&self.path).map_err(failed)?;
        // Other programs append too.
        file.lock().map_err(failed)?;
        let (last, whole) = self.tail(&mut file)?;
        file.set_len(whole).map_err(failed)?;
        let mut text = String::new();
        if whole == 0 {
            text = format!("{HEADER} {} {}\n", self.installation, STANDARD.encode(self.key.verifying_key().as_bytes()));
        }
        for (seq, mac) in entries.iter().filter(|(seq, _)| *seq > last) {
            let signature = STANDARD.encode(self.key.sign(self.message(*seq, mac).as_bytes()).to_bytes());
            text.push_str(&format!("{seq} {} {signature}\n", hex(mac)));
        }
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)
    }

    /// All lines but the first; `None` if there is no file.
    pub(crate) fn read(&self) -> Result<Option<Vec<Line>>> {
        let text = match std::fs::read(&self.path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed("read", error)),
        };
        let mut lines = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
        let mut found = Vec::new();
        let header = format!("{HEADER} {} {}", self.installation, STANDARD.encode(self.key.verifying_key().as_bytes()));
        if lines.next() != Some(header.as_str()) {
            found.push(Line::Bad);
        }
        found.extend(lines.map(|line| self.line(line).unwrap_or(Line::Bad)));
        Ok(Some(found))
    }

    fn line(&self, line: &str) -> Option<Line> {
        let mut words = line.split(' ');
        let (seq, mac, signature) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() {
            return None;
        }
        let seq: i64 = seq.parse().ok()?;
        let mac = unhex(mac)?;
        let signature = Signature::from_slice(&STANDARD.decode(signature).ok()?).ok()?;
        self.key.verifying_key().verify(self.message(seq, &mac).as_bytes(), &signature).ok()?;
        Some(Line::Signed(seq, mac))
    }

    fn message(&self, seq: i64, mac: &[u8]) -> Canonical {
        Canonical::new("audit-checkpoint").text(&self.installation).int(seq).bytes(mac)
    }

    fn failed(&self, action: &'static str, source: std::io::Error) -> Error {
        Error::Store(accord_store::Error::File { action, path: self.path.clone(), source })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> =
        text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect::<Option<_>>()?;
    digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(high * 16 + low),
            _ => None,
        })
        .collect()
}
