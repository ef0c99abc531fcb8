//! Where the root key comes from: the file `keys` in the home directory, another file, the
//! environment, or the program that embeds the store.
//!
//! The file holds one line `accord-root-key-v1 BASE64` (32 bytes) beside comments. It is private
//! (0600 in a 0700 directory) and made on first use. Must not know: what the key opens.

use std::path::{Path, PathBuf};

use accord_store::files;
use accord_value::{SecretBytes, SecretString};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::seal::{Key, random};
use crate::{Error, Result};

const LINE: &str = "accord-root-key-v1";

/// No key file is longer.
const MOST: u64 = 64 * 1024;

/// Where the root key comes from.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeyProvider {
    /// The file `keys` in the home directory; made on first use.
    HomeFile,
    /// A file; made on first use.
    File(PathBuf),
    /// An environment variable: 32 bytes in base64, with or without the word that starts the line
    /// of a key file.
    Environment(String),
    /// 32 bytes from the embedding program.
    Given(SecretBytes),
}

impl KeyProvider {
    fn file(&self, home: &Path) -> Option<PathBuf> {
        match self {
            Self::HomeFile => Some(home.join("keys")),
            Self::File(path) => Some(path.clone()),
            Self::Environment(_) | Self::Given(_) => None,
        }
    }

    /// The same provider once more.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::HomeFile => Self::HomeFile,
            Self::File(path) => Self::File(path.clone()),
            Self::Environment(name) => Self::Environment(name.clone()),
            Self::Given(bytes) => Self::Given(bytes.clone_secret()),
        }
    }

    /// Where the key is, in words for messages.
    pub(crate) fn describe(&self, home: &Path) -> String {
        match self {
            Self::HomeFile | Self::File(_) => {
                format!("the key file '{}'", self.file(home).unwrap_or_default().display())
            }
            Self::Environment(name) => format!("the environment variable {name}"),
            Self::Given(_) => "the given root key".to_owned(),
        }
    }

    /// The root key, `None` if its file is not there.
    pub(crate) fn load(&self, home: &Path) -> Result<Option<Key>> {
        let malformed = |problem| Error::RootKey { provider: self.describe(home), problem };
        match self {
            Self::HomeFile | Self::File(_) => {
                let path = self.file(home).unwrap_or_default();
                if let Some(dir) = path.parent() {
                    files::private_dir(dir)?;
                }
                let Some(bytes) = files::read_private(&path, MOST)?.map(Zeroizing::new) else { return Ok(None) };
                let text = std::str::from_utf8(&bytes).map_err(|_| malformed("is not a text"))?;
                parse_file(text).map(Some).map_err(malformed)
            }
            Self::Environment(name) => {
                let text = std::env::var(name).map(SecretString::from).map_err(|_| malformed("is not set"))?;
                #[expect(clippy::disallowed_methods, reason = "the root key is read from its text form")]
                let text = text.expose().trim();
                parse_key(text.strip_prefix(LINE).unwrap_or(text).trim()).map(Some).map_err(malformed)
            }
            Self::Given(bytes) => {
                #[expect(clippy::disallowed_methods, reason = "the root key becomes a key of the ring")]
                let key = <[u8; 32]>::try_from(bytes.expose().as_slice());
                key.map(|key| Some(Zeroizing::new(key))).map_err(|_| malformed("does not have 32 bytes"))
            }
        }
    }

    /// The root key; a missing file is made, with a new key.
    pub(crate) fn load_or_create(&self, home: &Path) -> Result<Key> {
        if let Some(key) = self.load(home)? {
            return Ok(key);
        }
        let path = self.file(home).unwrap_or_default();
        let key: Key = random()?;
        let encoded = Zeroizing::new(STANDARD.encode(&key[..]));
        let text = Zeroizing::new(format!(
            "# Root key of an Accord secret store. Whoever has it can open the store; without it the store is lost.\n\
             # Keep it private, and keep a copy apart from the store.\n{LINE} {}\n",
            encoded.as_str()
        ));
        if files::create_private(&path, text.as_bytes())? {
            return Ok(key);
        }
        // Another process was faster: its key is the one.
        self.load(home)?.ok_or_else(|| Error::RootKey { provider: self.describe(home), problem: "has gone" })
    }
}

/// Reads a key file: comments, empty lines and exactly one key.
fn parse_file(text: &str) -> Result<Key, &'static str> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let line = lines.next().ok_or("holds no key")?;
    if lines.next().is_some() {
        return Err("holds more than one key");
    }
    let key = line.strip_prefix(LINE).ok_or("does not hold a line 'accord-root-key-v1 KEY'")?;
    parse_key(key.trim())
}

fn parse_key(text: &str) -> Result<Key, &'static str> {
    let bytes = STANDARD.decode(text).map(Zeroizing::new).map_err(|_| "does not hold 32 bytes in base64")?;
    let key = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| "does not hold 32 bytes in base64")?;
    Ok(Zeroizing::new(key))
}
