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

/// What becomes of a secret that exists.
#[derive(Debug, Default)]
pub struct SecretChange {
    /// New bytes of a secret of the kind *data*; none leaves its value as it is.
    pub data: Option<SecretBytes>,
    /// A new store password; none leaves it as it is.
    pub store_password: Option<SecretString>,
}

/// Why a secret was not read or changed, for flows that go on from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretStatus {
    /// There is none, or the process may not know of it.
    NotFound,
    /// It cannot be done so: the store password is wrong or missing, the secret is of another kind, the name is taken.
    InvalidRequest,
    /// The process may not.
    AccessDenied,
}

/// A failure with its reason; without one, the store itself failed.
#[derive(Debug)]
pub struct SecretFailure {
    /// The reason.
    pub status: Option<SecretStatus>,
    /// The failure in words.
    pub error: TaskError,
}

impl SecretFailure {
    /// A failure for a reason.
    pub fn of(status: SecretStatus, error: TaskError) -> SecretFailure {
        SecretFailure { status: Some(status), error }
    }
}

impl From<SecretFailure> for TaskError {
    fn from(failure: SecretFailure) -> TaskError {
        failure.error
    }
}

impl From<TaskError> for SecretFailure {
    fn from(error: TaskError) -> SecretFailure {
        SecretFailure { status: None, error }
    }
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
    fn export_string(&self, secret: &SecretRef) -> Result<Text, SecretFailure>;

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
    fn create(&self, secret: &NewSecret) -> Result<Created, SecretFailure>;

    /// Gives a secret new data, a new store password, or both.
    ///
    /// # Errors
    /// Where it does not exist, may not be changed, or does not open with the store password of `secret`.
    fn change(&self, secret: &SecretRef, change: &SecretChange) -> Result<(), SecretFailure>;

    /// Deletes a secret. No store password is needed.
    ///
    /// # Errors
    /// Where it does not exist, and where the process may not.
    fn delete(&self, secret: &SecretRef) -> Result<(), SecretFailure>;
}
