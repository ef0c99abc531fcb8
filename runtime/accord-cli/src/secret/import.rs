//! `accord secret import`: takes over the plain folder of Concord's own CLI, DIR/ORG/NAME.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use accord_runtime::{Opened, Runtime};
use accord_secrets::{Error, NewSecret, NewValue};
use accord_value::{SecretBytes, SecretString};
use serde::Deserialize;

use crate::args::SecretImport;
use crate::exit::Exit;
use crate::output;
use crate::store::open;

/// A file of the folder.
struct Found {
    org: String,
    name: String,
    file: PathBuf,
}

/// Takes over every secret of a folder. What is there already stays as it is.
pub(crate) fn import(options: &SecretImport) -> Result<Exit, Exit> {
    let dir = match &options.dir {
        Some(dir) => dir.clone(),
        None => default_folder(options.context.as_deref())?,
    };
    let found = find(&dir).map_err(|error| {
        output::error(&format!("cannot read the folder {}: {error}", dir.display()));
        Exit::Failed
    })?;
    if found.is_empty() {
        output::note(&format!("There are no secrets in {}: expected files ORG/NAME", dir.display()));
        return Ok(Exit::Done);
    }
    if options.dry_run {
        for secret in &found {
            output::line(&format!("{}/{}", secret.org, secret.name));
        }
        return Ok(Exit::Done);
    }
    let opened = open(&options.store)?;
    let (mut taken, mut kept, mut failed) = (0, 0, 0);
    for secret in &found {
        match take_over(&opened, secret) {
            Ok(()) => taken += 1,
            Err(Refusal::Exists) => kept += 1,
            Err(Refusal::Other(message)) => {
                output::error(&format!("{}/{}: {message}", secret.org, secret.name));
                failed += 1;
            }
        }
    }
    output::note(&format!(
        "Imported {taken} of {} secrets into {}; {kept} were there already, {failed} failed",
        found.len(),
        opened.store().place()
    ));
    if taken > 0 && failed == 0 {
        output::note(&format!(
            "The plain files are still in {}: delete them when you have checked the import",
            dir.display()
        ));
    }
    Ok(if failed == 0 { Exit::Done } else { Exit::Failed })
}

fn default_folder(context: Option<&str>) -> Result<PathBuf, Exit> {
    let folder = Runtime::builder().build().and_then(|runtime| runtime.secret_folder(context));
    match folder {
        Ok(Some(folder)) => Ok(folder),
        Ok(None) => {
            output::error("no folder: ~/.concord/cli.yaml switches it off; name one");
            Err(Exit::Usage)
        }
        Err(error) => {
            output::error(&error.to_string());
            Err(Exit::Usage)
        }
    }
}

/// All secrets of a folder, in the order of their names; public keys belong to the private ones beside them.
fn find(dir: &Path) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for org in fs::read_dir(dir)? {
        let org = org?;
        if !org.file_type()?.is_dir() {
            continue;
        }
        for secret in fs::read_dir(org.path())? {
            let secret = secret?;
            let (Ok(org_name), Ok(name)) = (org.file_name().into_string(), secret.file_name().into_string()) else {
                continue;
            };
            let private = name.strip_suffix(".pub").is_some_and(|private| org.path().join(private).is_file());
            if secret.path().is_file() && !private {
                found.push(Found { org: org_name, name, file: secret.path() });
            }
        }
    }
    found.sort_by(|a, b| (&a.org, &a.name).cmp(&(&b.org, &b.name)));
    Ok(found)
}

enum Refusal {
    Exists,
    Other(String),
}

fn take_over(opened: &Opened, secret: &Found) -> Result<(), Refusal> {
    let value = value(&secret.file).map_err(Refusal::Other)?;
    let made = opened.wait(async {
        match opened.store().create_org(opened.caller(), &secret.org).await {
            Ok(_) | Err(Error::AlreadyExists { .. }) => {}
            Err(error) => return Err(error),
        }
        opened.store().create_secret(opened.caller(), NewSecret::new(&*secret.org, &*secret.name, value)).await
    });
    match made {
        Ok(_) => Ok(()),
        Err(Error::AlreadyExists { .. }) => Err(Refusal::Exists),
        Err(error) => Err(Refusal::Other(error.to_string())),
    }
}

/// What a file holds: with a `.pub` beside it a private key, a JSON object with user name and password those, else data.
fn value(file: &Path) -> Result<NewValue, String> {
    let bytes = SecretBytes::new(fs::read(file).map_err(|error| error.to_string())?);
    let mut public = file.as_os_str().to_owned();
    public.push(".pub");
    if let Ok(public) = fs::read_to_string(PathBuf::from(public)) {
        let private = bytes.into_text().map_err(|_| "the private key is not text".to_owned())?;
        return Ok(NewValue::KeyPair { private, public: Some(public) });
    }
    Ok(match credentials(&bytes) {
        Some(Credentials { username, password }) => NewValue::UsernamePassword { username, password },
        None => NewValue::Data(trimmed(bytes)),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    username: String,
    password: SecretString,
}

#[expect(clippy::disallowed_methods, reason = "the content decides the secret's kind; it goes into guarded fields")]
fn credentials(bytes: &SecretBytes) -> Option<Credentials> {
    serde_json::from_slice(bytes.expose()).ok()
}

/// Concord's CLI trims what it reads. A line break behind a single line is the editor's; that of a longer file is its own.
fn trimmed(bytes: SecretBytes) -> SecretBytes {
    bytes.map(|bytes| {
        let inner = bytes.trim_ascii();
        if inner.contains(&b'\n') || std::str::from_utf8(bytes).is_err() { bytes.clone() } else { inner.to_vec() }
    })
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the tests look at what was read")]
mod tests {
    use super::*;

    fn kind(content: &str, public: bool) -> String {
        let dir = std::env::temp_dir().join(format!("accord-import-{}-{}", std::process::id(), content.len()));
        fs::create_dir_all(dir.join("org")).unwrap();
        fs::write(dir.join("org/name"), content).unwrap();
        if public {
            fs::write(dir.join("org/name.pub"), "ssh-ed25519 x").unwrap();
        }
        let found = find(&dir).unwrap();
        assert_eq!(found.len(), 1);
        let kind = match value(&found[0].file).unwrap() {
            NewValue::Data(bytes) => format!("data {:?}", String::from_utf8_lossy(bytes.expose())),
            NewValue::KeyPair { .. } => "key pair".to_owned(),
            NewValue::UsernamePassword { username, .. } => format!("credentials of {username}"),
            other => format!("{other:?}"),
        };
        fs::remove_dir_all(&dir).unwrap();
        kind
    }

    #[test]
    fn the_content_decides_the_kind() {
        for (content, public, expected) in [
            ("value\n", false, "data \"value\""),
            ("a\nbc\n", false, "data \"a\\nbc\\n\""),
            ("{\"username\": \"u\", \"password\": \"p\"}", false, "credentials of u"),
            ("{\"username\": \"u\"}", false, "data \"{\\\"username\\\": \\\"u\\\"}\""),
            ("-----BEGIN KEY-----", true, "key pair"),
        ] {
            assert_eq!(kind(content, public), expected);
        }
    }
}
