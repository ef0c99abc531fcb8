//! The secret folder of Concord's own CLI: a folder for each organization, a file for each secret, nothing encrypted.
//! Source: <https://concord.walmartlabs.com/docs/cli/running-flows.html>, section *Secrets*.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use accord_sdk::{NewSecretContent, TaskError};
use accord_value::SecretBytes;
use serde::Deserialize;

use crate::home::private_directory;

/// The largest secret that is read.
const LIMIT: u64 = 64 * 1024 * 1024;

/// A folder with secrets.
#[derive(Clone, Debug)]
pub(crate) struct SecretFolder {
    dir: PathBuf,
    writable: bool,
}

/// A secret's name and password as the file has them.
pub(crate) struct FoundCredentials {
    pub(crate) username: accord_value::SecretString,
    pub(crate) password: accord_value::SecretString,
}

impl SecretFolder {
    pub(crate) fn new(dir: impl Into<PathBuf>, writable: bool) -> Self {
        Self { dir: dir.into(), writable }
    }

    /// Where it lies.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The file of a secret. Names are names, never paths.
    fn file(&self, org: &str, name: &str) -> Result<PathBuf, TaskError> {
        for (what, part) in [("organization", org), ("secret", name)] {
            if part.is_empty() || part == "." || part == ".." || part.contains(['/', '\\', '\0']) {
                return Err(TaskError::illegal_argument(
                    format!("'{part}' is no name of an {what}").replace("an secret", "a secret"),
                ));
            }
        }
        Ok(self.dir.join(org).join(name))
    }

    /// Whether there is a secret of this name.
    pub(crate) fn has(&self, org: &str, name: &str) -> bool {
        self.file(org, name).is_ok_and(|path| path.is_file())
    }

    /// The bytes of a secret; none where there is no such file.
    pub(crate) fn read(&self, org: &str, name: &str) -> Result<Option<SecretBytes>, TaskError> {
        read(&self.file(org, name)?)
    }

    /// The private and the public key.
    pub(crate) fn read_pair(&self, org: &str, name: &str) -> Result<Option<(SecretBytes, Vec<u8>)>, TaskError> {
        let private_file = self.file(org, name)?;
        let Some(private) = read(&private_file)? else { return Ok(None) };
        let public_file = self.dir.join(org).join(format!("{name}.pub"));
        match fs::read(&public_file) {
            Ok(public) => Ok(Some((private, public))),
            Err(error) => Err(TaskError::of(
                TaskError::IO,
                format!("The secret {org}/{name} has no public key: {}: {error}", public_file.display()),
            )),
        }
    }

    /// A user name and a password: a JSON object in the file.
    #[expect(clippy::disallowed_methods, reason = "the file's JSON is read into guarded fields")]
    pub(crate) fn read_credentials(&self, org: &str, name: &str) -> Result<Option<FoundCredentials>, TaskError> {
        let Some(bytes) = self.read(org, name)? else { return Ok(None) };
        let found: Fields = serde_json::from_slice(bytes.expose()).map_err(|error| {
            // The error's own text may quote the content.
            TaskError::new(format!(
                "Invalid secret '{org}/{name}' ('{}') format: expected a JSON object with the texts username and \
                 password, found something else at line {}, column {}",
                self.dir.join(org).join(name).display(),
                error.line(),
                error.column()
            ))
        })?;
        let missing = |field: &str| TaskError::new(format!("Secret {org}/{name} is missing the {field} field"));
        Ok(Some(FoundCredentials {
            username: found.username.ok_or_else(|| missing("username"))?.0,
            password: found.password.ok_or_else(|| missing("password"))?.0,
        }))
    }

    fn check_writable(&self) -> Result<(), TaskError> {
        if self.writable {
            return Ok(());
        }
        Err(TaskError::new(format!(
            "The secret folder {} is not writable: `writable: false` in ~/.concord/cli.yaml",
            self.dir.display()
        )))
    }

    /// Deletes a secret, a public key beside it too.
    pub(crate) fn delete(&self, org: &str, name: &str) -> Result<(), TaskError> {
        self.check_writable()?;
        let file = self.file(org, name)?;
        let public = self.dir.join(org).join(format!("{name}.pub"));
        for file in [&public, &file] {
            match fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(TaskError::of(TaskError::IO, format!("{}: {error}", file.display())));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Writes a new secret.
    #[expect(clippy::disallowed_methods, reason = "this folder's files are plain text by their nature")]
    pub(crate) fn create(&self, org: &str, name: &str, content: &NewSecretContent) -> Result<(), TaskError> {
        self.check_writable()?;
        let file = self.file(org, name)?;
        match content {
            NewSecretContent::Data(data) => write_new(&file, data.expose()),
            NewSecretContent::KeyPair { private, public } => {
                write_new(&file, private.expose())?;
                write_new(&self.dir.join(org).join(format!("{name}.pub")), public)
            }
            NewSecretContent::UsernamePassword { username, password } => {
                let json = accord_value::Secret::new(
                    serde_json::json!({"username": &**username, "password": password.expose()}).to_string(),
                );
                write_new(&file, json.expose().as_bytes())
            }
            NewSecretContent::GeneratedKeyPair => {
                let (public, private) = accord_secrets::generate_key_pair(accord_secrets::KeyType::default())
                    .map_err(|error| TaskError::new(error.to_string()))?;
                write_new(&file, private.expose().as_bytes())?;
                write_new(&self.dir.join(org).join(format!("{name}.pub")), public.as_bytes())
            }
        }
    }
}

fn read(file: &Path) -> Result<Option<SecretBytes>, TaskError> {
    let refused = |error: &io::Error| TaskError::of(TaskError::IO, format!("{}: {error}", file.display()));
    let mut opened = match fs::File::open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(refused(&error)),
    };
    let size = opened.metadata().map_err(|error| refused(&error))?.len();
    if size > LIMIT {
        return Err(TaskError::of(TaskError::IO, format!("{}: larger than {LIMIT} bytes", file.display())));
    }
    // Room for all of it at once: a growing buffer would leave copies behind.
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    Read::by_ref(&mut opened).take(LIMIT).read_to_end(&mut bytes).map_err(|error| refused(&error))?;
    Ok(Some(SecretBytes::new(bytes)))
}

/// Writes a new file, 0600; one that is there is replaced as a whole.
fn write_new(file: &Path, content: &[u8]) -> Result<(), TaskError> {
    let parent = file.parent().unwrap_or_else(|| Path::new("."));
    let write = || -> io::Result<()> {
        private_directory(parent)?;
        let mut new = tempfile::Builder::new().prefix(".new-").tempfile_in(parent)?;
        new.write_all(content)?;
        new.as_file().sync_all()?;
        new.persist(file).map_err(|error| error.error)?;
        fs::File::open(parent)?.sync_all()
    };
    write().map_err(|error| TaskError::of(TaskError::IO, format!("{}: {error}", file.display())))
}

/// The fields of a user name and password; the reference takes any scalar for its text.
#[derive(Deserialize)]
struct Fields {
    username: Option<Scalar>,
    password: Option<Scalar>,
}

struct Scalar(accord_value::SecretString);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => Ok(Self(accord_value::Secret::new(text))),
            serde_json::Value::Number(number) => Ok(Self(accord_value::Secret::new(number.to_string()))),
            serde_json::Value::Bool(value) => Ok(Self(accord_value::Secret::new(value.to_string()))),
            _ => Err(serde::de::Error::custom("expected a text")),
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the tests look at what was read")]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn secrets_are_files() {
        let dir = tempfile::tempdir().unwrap();
        let folder = SecretFolder::new(dir.path(), true);
        assert!(folder.read("o", "n").unwrap().is_none());
        folder.create("o", "n", &NewSecretContent::Data(SecretBytes::new(b" a\n".to_vec()))).unwrap();
        assert_eq!(folder.read("o", "n").unwrap().unwrap().expose(), b" a\n");
        assert_eq!(fs::metadata(dir.path().join("o/n")).unwrap().permissions().mode() & 0o777, 0o600);
        let content = NewSecretContent::UsernamePassword {
            username: "u".into(),
            password: accord_value::Secret::new("p\"".to_owned()),
        };
        folder.create("o", "c", &content).unwrap();
        let found = folder.read_credentials("o", "c").unwrap().unwrap();
        assert_eq!((found.username.expose().as_str(), found.password.expose().as_str()), ("u", "p\""));
        let closed = SecretFolder::new(dir.path(), false);
        assert!(closed.create("o", "d", &content).is_err() && closed.delete("o", "n").is_err());
        folder.delete("o", "n").unwrap();
        folder.delete("o", "n").unwrap();
        assert!(folder.read("o", "n").unwrap().is_none());
    }

    #[test]
    fn names_are_never_paths() {
        let folder = SecretFolder::new("/nonexistent", true);
        for (org, name) in [("..", "n"), ("o", "../n"), ("", "n"), ("o", ""), ("o", "a/b"), ("o", "a\0"), ("o", ".")] {
            assert!(folder.read(org, name).is_err(), "{org:?}/{name:?}");
        }
    }

    #[test]
    fn broken_credentials_are_not_quoted() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("o")).unwrap();
        let folder = SecretFolder::new(dir.path(), true);
        for (text, part) in [
            ("hunter2", "format"),
            ("[\"hunter2\"]", "format"),
            ("{\"username\": \"u\", \"password\": [\"hunter2\"]}", "format"),
            ("{\"username\": \"hunter2\"}", "missing the password field"),
            ("{\"password\": \"hunter2\"}", "missing the username field"),
        ] {
            fs::write(dir.path().join("o/n"), text).unwrap();
            let Err(error) = folder.read_credentials("o", "n") else { panic!("{text}") };
            let message = error.to_string();
            assert!(message.contains(part) && message.contains("o/n") && !message.contains("hunter2"), "{message}");
        }
    }
}
