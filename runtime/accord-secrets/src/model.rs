//! What the store holds, as its users see it: organizations, projects, secrets.

use accord_value::{SecretBytes, SecretString};
use serde::Serialize;

use crate::keypair::KeyType;
use crate::people::TeamId;

/// A random id of a kind of thing.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(uuid::Uuid);

        impl $name {
            pub(crate) fn new() -> Self {
                Self(uuid::Uuid::new_v4())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Error;

            fn from_str(text: &str) -> $crate::Result<Self> {
                uuid::Uuid::try_parse(text)
                    .map(Self)
                    .map_err(|_| $crate::Error::Invalid("an id has the form 01234567-89ab-cdef-0123-456789abcdef".to_owned()))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )*};
}
pub(crate) use ids;

ids!(
    /// Identifies a user.
    UserId,
    /// Identifies an organization.
    OrgId,
    /// Identifies a project.
    ProjectId,
    /// Identifies a secret.
    SecretId
);

/// A word of a closed list, as it is stored and shown.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant),*
        }

        impl $name {
            /// The word, as Concord's API spells it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Error;

            /// Reads the word in any case.
            fn from_str(text: &str) -> $crate::Result<Self> {
                $(if text.eq_ignore_ascii_case($text) { return Ok(Self::$variant); })*
                Err($crate::Error::Invalid(format!("'{text}' is unknown, expected one of: {}", [$($text),*].join(", "))))
            }
        }
    )*};
}
pub(crate) use words;

words! {
    /// What a secret holds.
    SecretKind {
        /// An SSH key pair.
        KeyPair = "KEY_PAIR",
        /// A user name and a password.
        UsernamePassword = "USERNAME_PASSWORD",
        /// Bytes: a file or a single value.
        Data = "DATA"
    }
    /// Who may know of a thing without a level of his own.
    Visibility {
        /// Every user has READER.
        Public = "PUBLIC",
        /// Nobody.
        Private = "PRIVATE"
    }
    /// What a secret's value is sealed with.
    Protection {
        /// The store's keys.
        ServerKey = "SERVER_KEY",
        /// The store's keys and a store password.
        Password = "PASSWORD"
    }
    /// A user's role in the whole installation.
    Role {
        /// May do everything.
        Admin = "ADMIN",
        /// Has WRITER on everything.
        Writer = "WRITER",
        /// Has READER on everything.
        Reader = "READER",
        /// Has what he is given.
        User = "USER"
    }
}

/// A thing that an operation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// The installation: its organizations and users.
    Installation,
    /// An organization.
    Org(OrgId),
    /// A project.
    Project(ProjectId),
    /// A secret.
    Secret(SecretId),
    /// A team.
    Team(TeamId),
    /// A user.
    User(UserId),
    /// A process, by who started it and the project that it runs in.
    Process {
        /// Who started it.
        initiator: Option<UserId>,
        /// Its project.
        project: Option<ProjectId>,
    },
}

impl From<OrgId> for Target {
    fn from(id: OrgId) -> Self {
        Self::Org(id)
    }
}

impl From<ProjectId> for Target {
    fn from(id: ProjectId) -> Self {
        Self::Project(id)
    }
}

impl From<TeamId> for Target {
    fn from(id: TeamId) -> Self {
        Self::Team(id)
    }
}

impl From<UserId> for Target {
    fn from(id: UserId) -> Self {
        Self::User(id)
    }
}

impl From<SecretId> for Target {
    fn from(id: SecretId) -> Self {
        Self::Secret(id)
    }
}

/// An organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Org {
    /// Its id, for ever.
    pub id: OrgId,
    /// Its name, unique.
    pub name: String,
    /// Who may know of it.
    pub visibility: Visibility,
    /// Its owner.
    pub owner: Option<UserRef>,
    /// Microseconds since 1970 (UTC).
    pub created_at: i64,
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Project {
    /// Its id, for ever.
    pub id: ProjectId,
    /// Its name, unique in its organization.
    pub name: String,
    /// Its organization.
    pub org_id: OrgId,
    /// Name of its organization.
    pub org_name: String,
    /// Who may know of it.
    pub visibility: Visibility,
    /// Its owner.
    pub owner: Option<UserRef>,
    /// Microseconds since 1970 (UTC).
    pub created_at: i64,
}

/// What becomes of an organization or a project; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct PlaceChange {
    /// A new name.
    pub name: Option<String>,
    /// Who may know of it.
    pub visibility: Option<Visibility>,
}

impl PlaceChange {
    pub(crate) fn check(&self, what: &'static str) -> crate::Result<()> {
        self.name.as_deref().map_or(Ok(()), |name| crate::names::check_name(what, name))
    }

    pub(crate) fn apply(self, name: &mut String, visibility: &mut String) {
        if let Some(new) = self.name {
            *name = new;
        }
        if let Some(new) = self.visibility {
            *visibility = new.to_string();
        }
    }
}

/// A user, by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UserRef {
    /// The id.
    pub id: UserId,
    /// The name.
    #[serde(rename = "username")]
    pub name: String,
}

/// A project, by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProjectRef {
    /// The id.
    pub id: ProjectId,
    /// The name.
    pub name: String,
}

/// A secret's metadata; its value stays sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretEntry {
    /// Its id, for ever.
    pub id: SecretId,
    /// Its name, unique in its organization.
    pub name: String,
    /// Its organization.
    pub org_id: OrgId,
    /// Name of its organization.
    pub org_name: String,
    /// The projects it is scoped to; without one it is open to all of its readers.
    pub projects: Vec<ProjectRef>,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: SecretKind,
    /// What it is sealed with.
    #[serde(rename = "encryptedBy")]
    pub protection: Protection,
    /// Who may know of it.
    pub visibility: Visibility,
    /// Its owner; without one the owners of its organization own it.
    pub owner: Option<UserRef>,
    /// It lost its projects without an OWNER's word: its value goes to nobody.
    pub closed: bool,
    /// From then on its value goes to nobody; microseconds since 1970 (UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// The public half of a key pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_key: Option<String>,
    /// Number of the version in force.
    pub version: i64,
    /// Microseconds since 1970 (UTC).
    pub created_at: i64,
    /// Microseconds since 1970 (UTC).
    pub updated_at: i64,
}

/// A secret to create.
#[derive(Debug)]
pub struct NewSecret {
    /// Name of its organization.
    pub org: String,
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: NewValue,
    /// Names of projects of that organization to scope it to.
    pub projects: Vec<String>,
    /// Who may know of it.
    pub visibility: Visibility,
    /// Whether a store password protects it beside the store's keys.
    pub store_password: StorePassword,
    /// From then on its value goes to nobody; microseconds since 1970 (UTC).
    pub expires_at: Option<i64>,
}

impl NewSecret {
    /// A private secret without projects and store password.
    pub fn new(org: impl Into<String>, name: impl Into<String>, value: NewValue) -> Self {
        Self {
            org: org.into(),
            name: name.into(),
            value,
            projects: Vec::new(),
            visibility: Visibility::Private,
            store_password: StorePassword::None,
            expires_at: None,
        }
    }
}

/// A value to seal.
#[derive(Debug)]
pub enum NewValue {
    /// Bytes.
    Data(SecretBytes),
    /// A user name and a password.
    UsernamePassword {
        /// The user name.
        username: String,
        /// The password.
        password: SecretString,
    },
    /// A given key pair: OpenSSH, PKCS#1, SEC 1 or PKCS#8 text. The public key is derived, and
    /// compared if it is given.
    KeyPair {
        /// The private key.
        private: SecretString,
        /// The public key, as `authorized_keys` has it.
        public: Option<String>,
    },
    /// A given key pair under a passphrase (OpenSSH or PKCS#8). It is opened, checked as
    /// [`NewValue::KeyPair`] is, and kept without its passphrase in OpenSSH's form: the store's seal
    /// takes the passphrase's place.
    LockedKeyPair {
        /// The private key.
        private: SecretString,
        /// Its passphrase.
        passphrase: SecretString,
        /// The public key, as `authorized_keys` has it.
        public: Option<String>,
    },
    /// A key pair that the store makes, with the comment `concord-server`.
    Generate(KeyType),
}

/// Whether a store password protects a new secret.
#[derive(Debug)]
pub enum StorePassword {
    /// None does.
    None,
    /// This one does.
    Given(SecretString),
    /// One that the store makes and answers once.
    Generate,
}

/// Answer to the creation of a secret.
#[derive(Debug)]
pub struct Created {
    /// Its metadata.
    pub entry: SecretEntry,
    /// The store password, if it was generated: it is shown now or never.
    pub generated_password: Option<SecretString>,
}

/// A secret's value, out of its seal and under guard.
#[derive(Debug)]
pub enum SecretData {
    /// Bytes.
    Data(SecretBytes),
    /// A user name and a password.
    UsernamePassword {
        /// The user name.
        username: String,
        /// The password.
        password: SecretString,
    },
    /// A key pair.
    KeyPair {
        /// The public key, as `authorized_keys` has it.
        public: String,
        /// The private key, in the form in which it was given or made.
        private: SecretString,
    },
}
