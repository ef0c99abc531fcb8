//! Secrets in memory.

use std::sync::Arc;

use accord_value::{SecretString, Text};
use parking_lot::Mutex;

use crate::{
    Created, Credentials, KeyFiles, NewSecret, NewSecretContent, Origin, SecretChange, SecretFailure, SecretRef,
    SecretService, SecretStatus, TaskError,
};

/// What a scripted secret holds.
#[derive(Clone, Copy, Debug)]
pub enum Content {
    /// A text.
    Data(&'static str),
    /// A name and a password.
    UsernamePassword(&'static str, &'static str),
    /// A key pair, whose files have fixed names.
    KeyPair,
}

/// Scripted secrets. Encryption turns the text round, so that tests see that something was done.
#[derive(Default)]
pub struct TestSecrets {
    secrets: Mutex<Vec<(String, String, Content)>>,
    created: Mutex<Vec<String>>,
    changed: Mutex<Vec<String>>,
    registered: Mutex<Vec<String>>,
    project: Option<Arc<str>>,
}

impl TestSecrets {
    /// Adds a secret.
    pub fn add(&self, org: &str, name: &str, content: Content) {
        self.secrets.lock().push((org.to_owned(), name.to_owned(), content));
    }

    /// Lets the process run in a project.
    pub fn set_project(&mut self, name: &str) {
        self.project = Some(name.into());
    }

    /// What was created: one line a secret, without its content.
    pub fn created(&self) -> Vec<String> {
        self.created.lock().clone()
    }

    /// What was changed and deleted: one line for each.
    pub fn changed(&self) -> Vec<String> {
        self.changed.lock().clone()
    }

    /// Which texts were registered as secret.
    pub fn registered(&self) -> Vec<String> {
        self.registered.lock().clone()
    }

    pub(super) fn register(&self, text: &str) {
        self.registered.lock().push(text.to_owned());
    }

    fn out(&self, text: &str) -> Text {
        self.register(text);
        Text::sensitive(text)
    }

    fn find(&self, secret: &SecretRef) -> Result<Content, SecretFailure> {
        let org = secret.org.as_deref().unwrap_or("Default");
        let secrets = self.secrets.lock();
        match secrets.iter().find(|(o, n, _)| o == org && **n == *secret.name) {
            Some((_, _, content)) => Ok(*content),
            None => {
                let error = TaskError::illegal_argument(format!("Secret '{org}/{}' not found", secret.name));
                Err(SecretFailure::of(SecretStatus::NotFound, error))
            }
        }
    }
}

fn wrong_kind(secret: &SecretRef) -> SecretFailure {
    let error = TaskError::illegal_argument(format!("The secret '{}' is of another kind.", secret.name));
    SecretFailure::of(SecretStatus::InvalidRequest, error)
}

impl SecretService for TestSecrets {
    fn export_string(&self, secret: &SecretRef) -> Result<Text, SecretFailure> {
        match self.find(secret)? {
            Content::Data(text) => Ok(self.out(text)),
            _ => Err(wrong_kind(secret)),
        }
    }

    fn export_file(&self, dir: Option<&str>, secret: &SecretRef) -> Result<Arc<str>, TaskError> {
        match self.find(secret)? {
            Content::Data(_) => Ok(format!("{}/{}.bin", dir.unwrap_or(".concord_tmp"), secret.name).into()),
            _ => Err(wrong_kind(secret).into()),
        }
    }

    fn export_key_file(&self, secret: &SecretRef) -> Result<KeyFiles, TaskError> {
        match self.find(secret)? {
            Content::KeyPair => {
                Ok(KeyFiles { private: ".concord_tmp/private.key".into(), public: ".concord_tmp/public.key".into() })
            }
            _ => Err(wrong_kind(secret).into()),
        }
    }

    fn export_credentials(&self, secret: &SecretRef) -> Result<Credentials, TaskError> {
        match self.find(secret)? {
            Content::UsernamePassword(username, password) => {
                Ok(Credentials { username: username.into(), password: self.out(password) })
            }
            _ => Err(wrong_kind(secret).into()),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a scripted service turns the text round instead of encrypting it")]
    fn encrypt_string(
        &self,
        _org: Option<&str>,
        project: Option<&str>,
        value: &SecretString,
        _origin: &Origin,
    ) -> Result<Arc<str>, TaskError> {
        if project.is_none() && self.project.is_none() {
            return Err(TaskError::of(
                TaskError::ILLEGAL_STATE,
                "The process must run in a project in order to be able to encrypt strings.",
            ));
        }
        Ok(value.expose().chars().rev().collect::<String>().into())
    }

    fn decrypt_string(&self, encrypted: &str, _origin: &Origin) -> Result<Option<Text>, TaskError> {
        Ok(Some(self.out(&encrypted.chars().rev().collect::<String>())))
    }

    fn create(&self, secret: &NewSecret) -> Result<Created, SecretFailure> {
        let kind = match &secret.content {
            NewSecretContent::Data(bytes) => format!("data of {} bytes", bytes.len()),
            NewSecretContent::KeyPair { .. } => "key pair".to_owned(),
            NewSecretContent::GeneratedKeyPair => "generated key pair".to_owned(),
            NewSecretContent::UsernamePassword { username, .. } => format!("credentials of {username}"),
        };
        let org = secret.org.as_deref().unwrap_or("Default");
        self.created.lock().push(format!(
            "{org}/{}: {kind}, password {}, generate {}, {:?}, {:?}",
            secret.name,
            secret.store_password.is_some(),
            secret.generate_password,
            secret.visibility,
            secret.projects
        ));
        Ok(Created { password: secret.generate_password.then(|| self.out("generated-password")) })
    }

    fn change(&self, secret: &SecretRef, change: &SecretChange) -> Result<(), SecretFailure> {
        self.find(secret)?;
        let data =
            change.data.as_ref().map_or_else(|| "no data".to_owned(), |data| format!("data of {} bytes", data.len()));
        let line = format!(
            "change {}: {data}, password {}, new password {}",
            secret.name,
            secret.password.is_some(),
            change.store_password.is_some()
        );
        self.changed.lock().push(line);
        Ok(())
    }

    fn delete(&self, secret: &SecretRef) -> Result<(), SecretFailure> {
        self.find(secret)?;
        self.changed.lock().push(format!("delete {}", secret.name));
        Ok(())
    }
}
