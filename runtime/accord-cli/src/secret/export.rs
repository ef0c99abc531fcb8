//! `accord secret export`.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use accord_secrets::SecretData;
use accord_value::{Secret, SecretBytes};

use crate::args::SecretExport;
use crate::exit::Exit;
use crate::store::{open, refused, split};
use crate::{input, output};

/// Writes a secret's value to a new file, or to standard output.
#[expect(clippy::disallowed_methods, reason = "the user asked for the value")]
pub(crate) fn export(options: &SecretExport) -> Result<Exit, Exit> {
    let (org, name) = split(&options.name);
    let password = input::password(&options.password, options.store.no_prompt, false)?;
    let opened = open(&options.store)?;
    let read = opened.wait(opened.store().read_value(opened.caller(), org, name, password.as_ref()));
    let (content, public) = match read.map_err(|error| refused(&error))? {
        SecretData::Data(bytes) => (bytes, None),
        SecretData::KeyPair { public, private } => (private.into_bytes(), Some(public)),
        SecretData::UsernamePassword { username, password } => {
            let json = serde_json::json!({"username": username, "password": password.expose()});
            (Secret::new(json.to_string().into_bytes()), None)
        }
    };
    let written = match &options.output {
        Some(file) => write(file, content.expose(), public.as_deref()),
        None => print(&content),
    };
    written.map(|()| Exit::Done).map_err(|error| {
        output::error(&error.to_string());
        Exit::Failed
    })
}

fn write(file: &Path, content: &[u8], public: Option<&str>) -> io::Result<()> {
    new_file(file, content)?;
    if let Some(public) = public {
        let mut name = file.as_os_str().to_owned();
        name.push(".pub");
        new_file(&PathBuf::from(name), format!("{}\n", public.trim_end()).as_bytes())?;
    }
    output::note(&format!("Wrote {}", file.display()));
    Ok(())
}

fn new_file(file: &Path, content: &[u8]) -> io::Result<()> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("cannot write {}: {error}", file.display()));
    let mut options = OpenOptions::new();
    let mut opened = options.write(true).create_new(true).mode(0o600).open(file).map_err(named)?;
    opened.write_all(content).map_err(named)
}

#[expect(clippy::disallowed_methods, reason = "the user asked for the value")]
fn print(content: &SecretBytes) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(content.expose())?;
    // On a terminal the prompt would stand behind the value.
    if io::IsTerminal::is_terminal(&out) && !content.expose().ends_with(b"\n") {
        out.write_all(b"\n")?;
    }
    out.flush()
}
