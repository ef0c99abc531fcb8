//! Secrets: what `crypto` asks for.
//!
//! Whatever comes back as a [`Text`] is marked and already registered with the process' redactor.

use std::sync::Arc;

use accord_value::{Place, SecretBytes, SecretString, Text};

use crate::TaskError;

/// Who asks, for the audit log.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The flow.
    pub flow: Arc<str>,
    /// The place of the step.
    pub place: Option<Place>,
}

/// Which secret is asked for, and how it opens.
#[derive(Debug)]
pub struct SecretRef {
    /// The organization; none means that of the process.
    pub org: Option<Arc<str>>,
    /// The secret's name.
    pub name: Arc<str>,
    /// Its store password.
    pub password: Option<SecretString>,
    /// Who asks.
    pub origin: Origin,
}

/// Paths of an exported key pair, relative to the working directory.
#[derive(Clone, Debug)]
pub struct KeyFiles {
    /// Path of the private key.
    pub private: Arc<str>,
    /// Path of the public key.
    pub public: Arc<str>,
}

/// A name and a password.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The name.
    pub username: Text,
    /// The password, marked.
    pub password: Text,
}

/// Who may read a new secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Every user.
    Public,
    /// Its owner and whom the access rules name.
    Private,
}

/// What a new secret holds.
#[derive(Debug)]
pub enum NewSecretContent {
    /// Any bytes.
    Data(SecretBytes),
    /// A key pair.
    KeyPair {
        /// The private key as its file has it.
        private: SecretBytes,
        /// The public key as its file has it.
        public: Vec<u8>,
    },
    /// A key pair that the store makes.
    GeneratedKeyPair,
    /// A name and a password.
    UsernamePassword {
        /// The name.
        username: Arc<str>,
        /// The password.
        password: SecretString,
    },
}

/// A secret to be made.
#[derive(Debug)]
pub struct NewSecret {
    /// The organization; none means that of the process.
    pub org: Option<Arc<str>>,
    /// The secret's name.
    pub name: Arc<str>,
    /// What it holds.
    pub content: NewSecretContent,
    /// A store password chosen by the flow.
    pub store_password: Option<SecretString>,
    /// Whether the store shall make a store password.
    pub generate_password: bool,
    /// Who may read it; none means the source's default.
    pub visibility: Option<Visibility>,
    /// Names of the projects whose processes alone may read it; empty means any.
    pub projects: Vec<Arc<str>>,
    /// Who asks.
    pub origin: Origin,
}

/// What became of a new secret.
#[derive(Debug, Default)]
pub struct Created {
    /// The store password that was made, marked.
    pub password: Option<Text>,
}

/// The secrets of a process, under the access rules that hold for it.
pub trait SecretService {
    /// A secret of the kind *data* as text, as it is kept: nothing is trimmed.
    ///
    /// # Errors
    /// Where it does not exist, may not be read, does not open, or is of another kind.
    fn export_string(&self, secret: &SecretRef) -> Result<Text, TaskError>;

    /// A secret of the kind *data* as a file of the process; the answer is its path relative to the working directory.
    /// With `dir`, the file stands in that directory below the working directory.
    ///
    /// # Errors
    /// As [`SecretService::export_string`], and where `dir` leads out of the working directory.
    fn export_file(&self, dir: Option<&str>, secret: &SecretRef) -> Result<Arc<str>, TaskError>;

    /// A key pair as two files of the process.
    ///
    /// # Errors
    /// As [`SecretService::export_string`].
    fn export_key_file(&self, secret: &SecretRef) -> Result<KeyFiles, TaskError>;

    /// A name and a password.
    ///
    /// # Errors
    /// As [`SecretService::export_string`].
    fn export_credentials(&self, secret: &SecretRef) -> Result<Credentials, TaskError>;

    /// Encrypts a text with a project's key; the answer is base64. Without names: the process' own project.
    ///
    /// # Errors
    /// Where there is no such project, and where the process runs in none and names none.
    fn encrypt_string(
        &self,
        org: Option<&str>,
        project: Option<&str>,
        value: &SecretString,
        origin: &Origin,
    ) -> Result<Arc<str>, TaskError>;

    /// Decrypts a text that was encrypted with the key of the process' project. Where texts are keys of a vault: what
    /// stands under it, none where nothing does.
    ///
    /// # Errors
    /// Where it was not, and where it is damaged.
    fn decrypt_string(&self, encrypted: &str, origin: &Origin) -> Result<Option<Text>, TaskError>;

    /// Makes a secret.
    ///
    /// # Errors
    /// Where it exists, and where the process may not make it.
    fn create(&self, secret: &NewSecret) -> Result<Created, TaskError>;
}
