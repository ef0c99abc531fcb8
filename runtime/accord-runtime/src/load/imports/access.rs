//! What opens a repository: the secret of an import, as a file that only git and its user can read.
//!
//! The files lie in the process' directory for exported secrets, are listed in its journal before they are written, and
//! go when [`Access`] is dropped. No value is an argument, an environment variable or a part of an address.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use accord_value::{SecretBytes, SecretString};

use super::address::{Address, Transport, encoded};
use crate::exports::Exports;

/// How git gets at a repository, for as long as this lives.
pub(super) struct Access {
    transport: Transport,
    key: Option<PathBuf>,
    credentials: Option<PathBuf>,
    /// Removes the files when it is dropped.
    _exports: Option<Exports>,
}

impl Access {
    /// As the user who runs the program.
    pub(super) fn open(transport: Transport) -> Self {
        Self { transport, key: None, credentials: None, _exports: None }
    }

    /// With a private key.
    ///
    /// # Errors
    /// Where its file cannot be written.
    #[expect(clippy::disallowed_methods, reason = "the key is written to a file of the process, which goes with it")]
    pub(super) fn with_key(
        address: &Address,
        exports: Exports,
        work_dir: &Path,
        key: &SecretBytes,
    ) -> io::Result<Self> {
        let (path, mut file) = exports.create("", ".key")?;
        file.write_all(key.expose())?;
        if !key.expose().ends_with(b"\n") {
            // ssh reads no key without its last line break.
            file.write_all(b"\n")?;
        }
        let key = Some(work_dir.join(path));
        Ok(Self { transport: address.transport, key, credentials: None, _exports: Some(exports) })
    }

    /// With a user name and a password, which git gives to this host alone.
    ///
    /// # Errors
    /// Where their file cannot be written.
    #[expect(clippy::disallowed_methods, reason = "both are written to a file of the process, which goes with it")]
    pub(super) fn with_credentials(
        address: &Address,
        exports: Exports,
        work_dir: &Path,
        user: &SecretString,
        password: &SecretString,
    ) -> io::Result<Self> {
        let (path, mut file) = exports.create("", ".git")?;
        let scheme = if address.transport == Transport::Http { "http" } else { "https" };
        let mut line = accord_value::Secret::new(String::with_capacity(3 * (user.len() + password.len()) + 300));
        line = line.map(|line| {
            let mut line = String::with_capacity(line.capacity());
            line.push_str(scheme);
            line.push_str("://");
            encoded(user.expose(), &mut line);
            line.push(':');
            encoded(password.expose(), &mut line);
            line.push('@');
            line.push_str(&address.host);
            line.push('\n');
            line
        });
        file.write_all(line.expose().as_bytes())?;
        let credentials = Some(work_dir.join(path));
        Ok(Self { transport: address.transport, key: None, credentials, _exports: Some(exports) })
    }

    /// Sets a command of git up, whose subcommand is not there yet.
    pub(super) fn apply(&self, command: &mut Command) {
        command.env("GIT_ALLOW_PROTOCOL", self.transport.allowed());
        if let Some(file) = &self.credentials {
            // The empty one forgets the user's own helpers, which would be given the password to keep.
            let mut helper = OsString::from("credential.helper=store --file=");
            helper.push(quoted(file));
            command.args(["-c", "credential.helper=", "-c"]).arg(helper);
        }
        if self.transport == Transport::Ssh {
            command.env("GIT_SSH_COMMAND", self.ssh()).env("GIT_SSH_VARIANT", "ssh");
            if let (None, Some(agent)) = (&self.key, std::env::var_os("SSH_AUTH_SOCK")) {
                command.env("SSH_AUTH_SOCK", agent);
            }
        }
    }

    /// Hosts have to be known, nobody is asked, and no connection that another key has opened is used.
    fn ssh(&self) -> OsString {
        let mut ssh = OsString::from(
            "ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -o UpdateHostKeys=no -o ControlMaster=no \
             -o ControlPath=none -o ForwardAgent=no -o ClearAllForwardings=yes -o PermitLocalCommand=no \
             -o ConnectTimeout=30 -o ServerAliveInterval=30",
        );
        if let Some(key) = &self.key {
            ssh.push(
                " -o IdentitiesOnly=yes -o IdentityAgent=none -o AddKeysToAgent=no -o PasswordAuthentication=no \
                 -o KbdInteractiveAuthentication=no -o PubkeyAuthentication=yes -i ",
            );
            ssh.push(quoted(key));
        }
        ssh
    }
}

/// A path as one word for the shell that git calls programs by.
fn quoted(path: &Path) -> OsString {
    let mut word = vec![b'\''];
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'\'' => word.extend_from_slice(b"'\\''"),
            byte => word.push(*byte),
        }
    }
    word.push(b'\'');
    OsStr::from_bytes(&word).to_owned()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::home::Home;

    fn exports(dir: &Path) -> Exports {
        Exports::new(Home::at(dir.join("home"), None), dir.join("it's a dir"), "id".to_owned())
    }

    fn setting(command: &Command) -> String {
        let args: Vec<_> = command.get_args().map(|arg| arg.to_string_lossy().into_owned()).collect();
        let env = command.get_envs().map(|(name, value)| format!("{name:?}={value:?}"));
        args.into_iter().chain(env).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn no_value_is_an_argument_and_the_file_goes() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("it's a dir")).unwrap();
        let work_dir = dir.path().join("it's a dir");
        let address = Address::parse("https://h:8080/a").unwrap();
        let (user, password) = (SecretString::from("me@x"), SecretString::from("p/a:s s\n"));
        let access = Access::with_credentials(&address, exports(dir.path()), &work_dir, &user, &password).unwrap();
        let file = access.credentials.clone().unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "https://me%40x:p%2fa%3as%20s%0a@h:8080\n");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let mut command = Command::new("git");
        access.apply(&mut command);
        let shown = setting(&command);
        assert!(shown.contains("it'\\''s a dir") && !shown.contains("me@x") && !shown.contains("me%40x"), "{shown}");
        drop(access);
        assert!(!file.exists());
        assert_eq!(fs::read_dir(dir.path().join("home/exports")).unwrap().count(), 0);
    }

    #[test]
    fn a_key_is_the_only_one_that_is_tried() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("it's a dir")).unwrap();
        let work_dir = dir.path().join("it's a dir");
        let address = Address::parse("git@h:a").unwrap();
        let key = SecretBytes::new(b"the key".to_vec());
        let access = Access::with_key(&address, exports(dir.path()), &work_dir, &key).unwrap();
        let file = access.key.clone().unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "the key\n");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let mut command = Command::new("git");
        access.apply(&mut command);
        let shown = setting(&command);
        assert!(shown.contains("IdentitiesOnly=yes") && shown.contains("IdentityAgent=none"), "{shown}");
        assert!(!shown.contains("SSH_AUTH_SOCK") && !shown.contains("the key"), "{shown}");
        drop(access);
        assert!(!file.exists());
    }
}
