//! Where the secrets of a process come from: a source that was named alone, else the embedded store and behind it the
//! plain folders of Concord's own CLI.
//!
//! Owns the order of the sources. Every value is registered with the process' redactor before it is handed out.

mod changes;
mod folder;
mod git;
#[cfg(test)]
mod tests;
mod vault;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use accord_sdk::{
    Created, Credentials, KeyFiles, NewSecret, NewSecretContent, Origin, ProjectInfo, SecretChange, SecretFailure,
    SecretRef, SecretService, SecretStatus, TaskError, Visibility,
};
use accord_secrets::{NewValue, Operation, SecretData, StorePassword};
use accord_value::{SecretBytes, SecretString, Text};

pub(crate) use folder::SecretFolder;
pub(crate) use git::GitSecret;
pub(crate) use vault::Vault;

use crate::cli_yaml;
use crate::error::Error;
use crate::home::Home;
use crate::services::{Files, Masking};
use crate::store::{Opened, StoreHandle};

/// What every text begins with that the store has encrypted.
const ENCRYPTED: &str = "accord:";

/// The organization of processes that name none.
pub(crate) const DEFAULT_ORG: &str = "Default";

/// Where secrets come from, as the command line says it. What is named is used alone.
#[derive(Clone, Debug, Default)]
pub struct SecretSources {
    /// The context of `~/.concord/cli.yaml`.
    pub context: Option<String>,
    /// A plain folder of secrets.
    pub secret_dir: Option<PathBuf>,
    /// A folder of vaults.
    pub vault_dir: Option<PathBuf>,
    /// The vault.
    pub vault_id: Option<String>,
    /// The address of a store: `sqlite:PATH`.
    pub store: Option<String>,
}

/// The sources that are left after all that was said.
#[derive(Clone)]
pub(crate) struct Sources {
    /// The embedded store; none where a folder was named.
    store: Option<StoreHandle>,
    /// The store that encrypts texts, whatever secrets come from.
    strings: StoreHandle,
    folder: Option<SecretFolder>,
    /// The folder is the one that the user's configuration names, not the command line.
    fallback: bool,
    vault: Option<Vault>,
    /// The server that the context of `cli.yaml` names, which is not asked.
    server: Option<String>,
    said: Arc<Said>,
}

/// What users have been told, once for all clones.
#[derive(Default)]
struct Said {
    folder: AtomicBool,
    server: AtomicBool,
}

impl Sources {
    /// Works out the sources.
    ///
    /// # Errors
    /// Where `cli.yaml` is broken or has no such context, or the store's address makes no sense.
    pub(crate) fn new(home: &Home, asked: &SecretSources) -> Result<Self, Error> {
        let context = cli_yaml::context(home.concord(), asked.context.as_deref())?;
        let store = StoreHandle::new(home, asked.store.as_deref())?;
        let vault_id = asked.vault_id.clone().unwrap_or(context.vault_id);
        let vault = match (&asked.vault_dir, &asked.store) {
            (Some(dir), _) => Some(Vault::new(dir, vault_id)),
            (None, Some(_)) => None,
            (None, None) => context.vaults.map(|dir| Vault::new(dir, vault_id)),
        };
        let (secret_store, folder, fallback) = match (&asked.secret_dir, &asked.store) {
            (Some(dir), _) => (None, Some(SecretFolder::new(dir, true)), false),
            (None, Some(_)) => (Some(store.clone()), None, false),
            (None, None) => {
                (Some(store.clone()), context.secrets.map(|dir| SecretFolder::new(dir, context.writable)), true)
            }
        };
        let server = context.server.filter(|_| fallback);
        Ok(Self { store: secret_store, strings: store, folder, fallback, vault, server, said: Arc::default() })
    }

    /// The store that secrets come from; none where a folder was named.
    pub(crate) fn store(&self) -> Option<&StoreHandle> {
        self.store.as_ref()
    }

    /// The plain folder that secrets come from.
    pub(crate) fn folder(&self) -> Option<&SecretFolder> {
        self.folder.as_ref()
    }

    /// The store that knows organizations and projects.
    pub(crate) fn places(&self) -> &StoreHandle {
        &self.strings
    }
}

/// The secrets of one process.
pub(crate) struct Secrets {
    pub(crate) sources: Sources,
    pub(crate) files: Arc<Files>,
    pub(crate) masking: Arc<Masking>,
    pub(crate) process: Arc<str>,
    pub(crate) org: Option<String>,
    pub(crate) project: Option<ProjectInfo>,
}

/// A value, wherever it came from.
enum Value {
    Data(SecretBytes),
    KeyPair { private: SecretBytes, public: Vec<u8> },
    Credentials { username: SecretString, password: SecretString },
}

impl Value {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Data(_) => "a data secret",
            Self::KeyPair { .. } => "a key pair",
            Self::Credentials { .. } => "a user name and password",
        }
    }
}

/// What a caller wants, which decides how a plain file is read.
#[derive(Clone, Copy)]
enum Want {
    /// Bytes, as they are.
    Data,
    /// Bytes as text: Concord's CLI trims what it reads from its folder.
    Text,
    KeyPair,
    Credentials,
    /// Whatever opens a repository.
    Git,
}

impl Secrets {
    /// The organization that is meant where one is asked for or none.
    pub(crate) fn org<'a>(&'a self, asked: Option<&'a Arc<str>>) -> &'a str {
        let own = self.project.as_ref().map(|project| &*project.org_name).or(self.org.as_deref());
        asked.map(|org| &**org).filter(|org| !org.is_empty()).or(own).unwrap_or(DEFAULT_ORG)
    }

    fn find(&self, secret: &SecretRef, want: Want) -> Result<Value, SecretFailure> {
        self.tell_of_server();
        let org = self.org(secret.org.as_ref());
        let mut not_found = None;
        if let Some(store) = self.sources.store.as_ref().filter(|store| store.is_named() || store.exists()) {
            match self.read_store(store, org, secret) {
                Ok(value) => return Ok(value),
                Err(
                    error @ (accord_secrets::Error::SecretNotFound { .. } | accord_secrets::Error::OrgNotFound { .. }),
                ) => {
                    not_found = Some(error);
                }
                Err(error) => return Err(store_failure(&error)),
            }
        }
        if let Some(folder) = &self.sources.folder
            && let Some(value) = read_folder(folder, org, &secret.name, want)?
        {
            self.tell_of_folder(org, &secret.name, folder);
            return Ok(value);
        }
        Err(self.not_found(org, secret, not_found.is_some()))
    }

    /// Says once that secrets of a plain folder lie about as they are.
    fn tell_of_folder(&self, org: &str, name: &str, folder: &SecretFolder) {
        if self.sources.said.folder.swap(true, Ordering::Relaxed) {
            return;
        }
        let dir = folder.dir().display();
        // The import finds the user's own folder by itself.
        let argument = if self.sources.fallback { String::new() } else { format!(" {dir}") };
        self.masking.warn(&format!(
            "the secret {org}/{name} comes from {dir}, where nothing is encrypted: `accord secret import{argument}` takes \
             all of them over into the encrypted store"
        ));
    }

    /// Says once that a server is not asked, however it may be named.
    fn tell_of_server(&self) {
        if let Some(server) = &self.sources.server
            && !self.sources.said.server.swap(true, Ordering::Relaxed)
        {
            self.masking.warn(&format!(
                "~/.concord/cli.yaml names the server {} for secrets, which is not asked: servers cannot be asked yet. Keep \
                 the secrets that this flow uses here by `accord secret create ORG/NAME`, or choose another context by \
                 --context",
                server
            ));
        }
    }

    fn not_found(&self, org: &str, secret: &SecretRef, store_asked: bool) -> SecretFailure {
        let places = self.places_searched(store_asked);
        let error = TaskError::new(format!("Secret not found: {org}/{}; looked in {places}", secret.name));
        SecretFailure::of(SecretStatus::NotFound, error)
    }

    fn places_searched(&self, store_asked: bool) -> String {
        let mut places = Vec::new();
        match &self.sources.store {
            Some(store) if store_asked => places.push(format!("the store {}", store.place())),
            Some(store) => places.push(format!("the store {} (not there yet)", store.place())),
            None => {}
        }
        places.extend(self.sources.folder.as_ref().map(|folder| format!("the folder {}", folder.dir().display())));
        places.join(" and ")
    }

    fn read_store(&self, store: &StoreHandle, org: &str, secret: &SecretRef) -> Result<Value, accord_secrets::Error> {
        let opened = store.open()?;
        let caller = opened.process(&self.process, self.project.as_ref(), &secret.origin);
        let data = opened.wait(opened.store().read_value(&caller, org, &secret.name, secret.password.as_ref()))?;
        Ok(match data {
            SecretData::Data(bytes) => Value::Data(bytes),
            SecretData::KeyPair { public, private } => {
                Value::KeyPair { private: private.into_bytes(), public: public.into_bytes() }
            }
            SecretData::UsernamePassword { username, password } => {
                Value::Credentials { username: SecretString::new(username), password }
            }
        })
    }

    /// Opens a store; says so if that made it.
    fn open(&self, store: &StoreHandle) -> Result<Arc<Opened>, TaskError> {
        let opened = store.open().map_err(|error| store_error(&error))?;
        self.masking.tell_of_new_store(&opened);
        Ok(opened)
    }

    /// The bytes of a data secret as text.
    #[expect(clippy::disallowed_methods, reason = "the text goes into the flow, marked, once the redactor knows it")]
    fn text(&self, secret: &SecretRef, bytes: SecretBytes) -> Result<Text, SecretFailure> {
        match bytes.into_text() {
            Ok(text) => Ok(self.masking.sensitive(text.expose())),
            Err(_) => {
                let org = self.org(secret.org.as_ref());
                Err(invalid(format!("The secret {org}/{} is not text: use exportAsFile", secret.name)))
            }
        }
    }

    fn wrong_kind(&self, secret: &SecretRef, found: &Value, wanted: &str) -> SecretFailure {
        let org = self.org(secret.org.as_ref());
        invalid(format!("The secret {org}/{} is {}, expected {wanted}", secret.name, found.kind()))
    }

    /// The project that texts are encrypted for, with the open store.
    fn project_for_strings(
        &self,
        org: Option<&str>,
        project: Option<&str>,
    ) -> Result<(Arc<Opened>, accord_secrets::ProjectId), TaskError> {
        let opened = self.open(&self.sources.strings)?;
        match (project, &self.project) {
            (Some(name), own) => {
                let org = org.or(own.as_ref().map(|own| &*own.org_name)).or(self.org.as_deref()).unwrap_or(DEFAULT_ORG);
                let project = opened.wait(opened.store().project(opened.caller(), org, name));
                Ok((Arc::clone(&opened), project.map_err(|error| store_error(&error))?.id))
            }
            (None, Some(own)) => match own.project_id.parse() {
                Ok(id) => Ok((opened, id)),
                Err(_) => Err(no_project("encrypt")),
            },
            (None, None) => Err(no_project("encrypt")),
        }
    }
}

fn no_project(to: &str) -> TaskError {
    TaskError::new(format!("The process must run in a project in order to be able to {to} strings."))
}

/// The store's words are made for people, and quote no value.
fn store_error(error: &accord_secrets::Error) -> TaskError {
    TaskError::new(error.to_string())
}

/// The same, with the reason for flows that go on from there.
fn store_failure(error: &accord_secrets::Error) -> SecretFailure {
    use accord_secrets::Error;
    let status = match error {
        Error::SecretNotFound { .. } | Error::OrgNotFound { .. } | Error::ProjectNotFound { .. } => {
            Some(SecretStatus::NotFound)
        }
        Error::Refused { .. } | Error::ProjectScoped { .. } | Error::Closed { .. } => Some(SecretStatus::AccessDenied),
        Error::AlreadyExists { .. }
        | Error::InvalidName { .. }
        | Error::Invalid(_)
        | Error::WeakPassword { .. }
        | Error::TooLarge { .. }
        | Error::KeyPair(_)
        | Error::PasswordNeeded { .. }
        | Error::NoPassword { .. }
        | Error::CannotOpen { .. } => Some(SecretStatus::InvalidRequest),
        _ => None,
    };
    SecretFailure { status, error: store_error(error) }
}

fn invalid(message: String) -> SecretFailure {
    SecretFailure::of(SecretStatus::InvalidRequest, TaskError::new(message))
}

fn read_folder(folder: &SecretFolder, org: &str, name: &str, want: Want) -> Result<Option<Value>, TaskError> {
    Ok(match want {
        Want::Data => folder.read(org, name)?.map(Value::Data),
        Want::Text => folder.read(org, name)?.map(|bytes| Value::Data(bytes.map(|bytes| bytes.trim_ascii().to_vec()))),
        Want::KeyPair => folder.read_pair(org, name)?.map(|(private, public)| Value::KeyPair { private, public }),
        Want::Credentials => folder
            .read_credentials(org, name)?
            .map(|found| Value::Credentials { username: found.username, password: found.password }),
        // A plain file does not say what it is; a public key beside it, or the two fields in it, do.
        Want::Git if folder.has(org, &format!("{name}.pub")) => read_folder(folder, org, name, Want::KeyPair)?,
        Want::Git => match read_folder(folder, org, name, Want::Credentials) {
            Err(_) => read_folder(folder, org, name, Want::Data)?,
            found => found?,
        },
    })
}

impl SecretService for Secrets {
    fn export_string(&self, secret: &SecretRef) -> Result<Text, SecretFailure> {
        match self.find(secret, Want::Text)? {
            Value::Data(bytes) => self.text(secret, bytes),
            other => Err(self.wrong_kind(secret, &other, "a data secret")),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the value is written to a file of the process, which goes with it")]
    fn export_file(&self, dir: Option<&str>, secret: &SecretRef) -> Result<Arc<str>, TaskError> {
        match self.find(secret, Want::Data)? {
            Value::Data(bytes) => {
                self.masking.register_bytes(bytes.expose());
                Ok(self.files.export(dir, bytes.expose())?)
            }
            other => Err(self.wrong_kind(secret, &other, "a data secret").into()),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the key is written to a file of the process, which goes with it")]
    fn export_key_file(&self, secret: &SecretRef) -> Result<KeyFiles, TaskError> {
        match self.find(secret, Want::KeyPair)? {
            Value::KeyPair { private, public } => {
                self.masking.register_bytes(private.expose());
                let (private, public) = self.files.export_pair(private.expose(), &public)?;
                Ok(KeyFiles { private, public })
            }
            other => Err(self.wrong_kind(secret, &other, "a key pair").into()),
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the password goes into the flow, marked, once the redactor knows it"
    )]
    fn export_credentials(&self, secret: &SecretRef) -> Result<Credentials, TaskError> {
        match self.find(secret, Want::Credentials)? {
            Value::Credentials { username, password } => Ok(Credentials {
                username: Text::plain(username.expose().as_str()),
                password: self.masking.credentials(username.expose(), password.expose()),
            }),
            other => Err(self.wrong_kind(secret, &other, "a user name and password").into()),
        }
    }

    fn encrypt_string(
        &self,
        org: Option<&str>,
        project: Option<&str>,
        value: &SecretString,
        origin: &Origin,
    ) -> Result<Arc<str>, TaskError> {
        if project.is_none() && self.project.is_none() {
            return Err(no_project("encrypt"));
        }
        let (opened, id) = self.project_for_strings(org, project)?;
        let caller = opened.process(&self.process, self.project.as_ref(), origin);
        let encrypted = opened.wait(async {
            let permit = opened.store().permit(&caller, Operation::EncryptString, id).await?;
            opened.store().encrypt_string(&permit, value).await
        });
        encrypted.map(Arc::from).map_err(|error| store_error(&error))
    }

    #[expect(clippy::disallowed_methods, reason = "the text goes into the flow, marked, once the redactor knows it")]
    fn decrypt_string(&self, encrypted: &str, origin: &Origin) -> Result<Option<Text>, TaskError> {
        if encrypted.starts_with(ENCRYPTED) {
            if self.project.is_none() {
                return Err(no_project("decrypt"));
            }
            let (opened, id) = self.project_for_strings(None, None)?;
            let caller = opened.process(&self.process, self.project.as_ref(), origin);
            let text = opened.wait(async {
                let permit = opened.store().permit(&caller, Operation::DecryptString, id).await?;
                opened.store().decrypt_string(&permit, encrypted).await
            });
            return Ok(Some(self.masking.sensitive(text.map_err(|error| store_error(&error))?.expose())));
        }
        match &self.sources.vault {
            Some(vault) => {
                let found = vault.get(encrypted)?;
                if found.is_none() {
                    self.masking.warn(&format!("there is no key '{encrypted}' in the vault '{}'", vault.id()));
                }
                Ok(found.map(|text| self.masking.sensitive(text.expose())))
            }
            None => Err(no_project("decrypt")),
        }
    }

    fn create(&self, secret: &NewSecret) -> Result<Created, SecretFailure> {
        let org = self.org(secret.org.as_ref());
        match (&self.sources.store, &self.sources.folder) {
            (Some(store), _) => self.create_in_store(store, org, secret),
            (None, Some(folder)) => {
                if secret.store_password.is_some() || secret.generate_password {
                    self.masking.warn("the secret folder encrypts nothing: the store password has no effect");
                }
                folder.create(org, &secret.name, &secret.content)?;
                Ok(Created::default())
            }
            (None, None) => Err(TaskError::new("There is no place to keep a secret in").into()),
        }
    }

    fn change(&self, secret: &SecretRef, change: &SecretChange) -> Result<(), SecretFailure> {
        changes::change(self, secret, change)
    }

    fn delete(&self, secret: &SecretRef) -> Result<(), SecretFailure> {
        changes::delete(self, secret)
    }
}

impl Secrets {
    #[expect(clippy::disallowed_methods, reason = "the value goes from the flow into the store, still under guard")]
    fn create_in_store(&self, store: &StoreHandle, org: &str, secret: &NewSecret) -> Result<Created, SecretFailure> {
        let value = match &secret.content {
            NewSecretContent::Data(bytes) => NewValue::Data(bytes.clone_secret()),
            NewSecretContent::UsernamePassword { username, password } => {
                NewValue::UsernamePassword { username: username.to_string(), password: password.clone_secret() }
            }
            NewSecretContent::KeyPair { private, public } => NewValue::KeyPair {
                private: private
                    .clone_secret()
                    .into_text()
                    .map_err(|_| TaskError::illegal_argument("The private key is not text"))?,
                public: Some(String::from_utf8_lossy(public).into_owned()),
            },
            NewSecretContent::GeneratedKeyPair => NewValue::Generate(accord_secrets::KeyType::default()),
        };
        let store_password = match &secret.store_password {
            Some(password) => StorePassword::Given(password.clone_secret()),
            None if secret.generate_password => StorePassword::Generate,
            None => StorePassword::None,
        };
        let new = accord_secrets::NewSecret {
            org: org.to_owned(),
            name: secret.name.to_string(),
            value,
            projects: secret.projects.iter().map(ToString::to_string).collect(),
            visibility: match secret.visibility {
                Some(Visibility::Public) => accord_secrets::Visibility::Public,
                Some(Visibility::Private) | None => accord_secrets::Visibility::Private,
            },
            store_password,
            expires_at: None,
        };
        let opened = self.open(store)?;
        let caller = opened.process(&self.process, self.project.as_ref(), &secret.origin);
        let created = opened.wait(opened.store().create_secret(&caller, new)).map_err(|error| store_failure(&error))?;
        let password = created.generated_password.map(|password| self.masking.sensitive(password.expose()));
        Ok(Created { password })
    }
}
