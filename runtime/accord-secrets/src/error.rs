//! What can go wrong, in words that name what was tried and what would mend it, and that tell
//! nobody more than he may know.

/// Result of an operation of the secret store.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of the secret store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such organization, or the caller may not know of it.
    #[error("Organization not found: {name} (in the store '{store}')")]
    OrgNotFound {
        /// The name or id that was asked for.
        name: String,
        /// The database.
        store: String,
    },
    /// There is no such project, or the caller may not know of it.
    #[error("Project not found: {name} ({})", place(org, store))]
    ProjectNotFound {
        /// Its organization; empty if it was asked for by its id.
        org: String,
        /// The name or id that was asked for.
        name: String,
        /// The database.
        store: String,
    },
    /// There is no such secret, or the caller may not know of it: both read the same.
    #[error("Secret not found: {name} ({})", place(org, store))]
    SecretNotFound {
        /// Its organization; empty if it was asked for by its id.
        org: String,
        /// The name or id that was asked for.
        name: String,
        /// The database.
        store: String,
        /// There is one, which the caller may not know of. For interfaces whose contract answers
        /// "forbidden" there; never shown to the caller.
        hidden: bool,
    },
    /// There is no such user.
    #[error("User not found: {name}")]
    UserNotFound {
        /// The name that was asked for.
        name: String,
    },
    /// There is no such team, or the caller may not know of it.
    #[error("Team not found: {name}")]
    TeamNotFound {
        /// The name or id that was asked for.
        name: String,
    },
    /// There is no such repository.
    #[error("Repository not found: {name}")]
    RepositoryNotFound {
        /// The name that was asked for.
        name: String,
    },
    /// The caller has no valid identity.
    #[error("no valid identity was given: log in, or give an API token that is neither expired nor revoked")]
    NotAuthenticated,
    /// The user is disabled.
    #[error("the user '{name}' is disabled: ask an administrator")]
    UserDisabled {
        /// His name.
        name: String,
    },
    /// The secret has expired.
    #[error("Secret '{name}' has expired: give it a new date of expiry, or none")]
    Expired {
        /// The secret.
        name: String,
    },
    /// There is no such version of a secret, or it was destroyed.
    #[error("Secret '{name}' has no version {version}{}", if *destroyed { " any more: it was destroyed" } else { "" })]
    NoVersion {
        /// The secret.
        name: String,
        /// The version that was asked for.
        version: i64,
        /// There was one.
        destroyed: bool,
    },
    /// The name is taken.
    #[error("{what} already exists: {name}")]
    AlreadyExists {
        /// "Secret", "Project", "Organization", "Team", "User", …
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A project-scoped secret's value was asked for by somebody who is no process of its projects.
    #[error("Project-scoped secrets can only be accessed within {}. Secret: {name}", if *in_process { "the project they belong to" } else { "a running process" })]
    ProjectScoped {
        /// The secret.
        name: String,
        /// The caller is a process (of another project, or of none).
        in_process: bool,
    },
    /// The secret is closed.
    #[error(
        "Secret '{name}' is closed: it lost its project and nobody gets its value until an OWNER links a project \
             or opens it"
    )]
    Closed {
        /// The secret.
        name: String,
    },
    /// The caller's access level is too low, or he is not a member.
    #[error("'{actor}' may not {action} {what}: {missing} is needed")]
    Refused {
        /// Who asked.
        actor: String,
        /// What was tried.
        action: &'static str,
        /// On what.
        what: String,
        /// What is missing.
        missing: String,
    },
    /// A permit for another operation, or another kind of thing, was shown.
    #[error("this permit allows to {found}; to {needed} takes another one")]
    WrongPermit {
        /// What the permit allows.
        found: &'static str,
        /// What was tried.
        needed: &'static str,
    },
    /// A name is not acceptable.
    #[error(
        "'{name}' is not a valid {what} name: 3 to 128 characters, letters, digits and _ . @ - ~, the first one a \
             letter or a digit"
    )]
    InvalidName {
        /// "secret", "project", "organization".
        what: &'static str,
        /// The name.
        name: String,
    },
    /// Any other input that is not acceptable.
    #[error("{0}")]
    Invalid(String),
    /// A store password does not follow the rules.
    #[error(
        "the store password {problem}; it needs at least 7 characters, among them an upper case letter, a lower \
             case letter and a digit, and no three consecutive characters of the user name"
    )]
    WeakPassword {
        /// The rule that it breaks.
        problem: &'static str,
    },
    /// A value is larger than the store takes.
    #[error("the value has {size} bytes, this store takes at most {limit}")]
    TooLarge {
        /// Bytes of the value.
        size: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// A key pair cannot be used.
    #[error("the key pair cannot be used: {0}")]
    KeyPair(String),
    /// The secret has a store password and none was given.
    #[error("Secret '{name}' (organization '{org}') is protected by a store password: give it")]
    PasswordNeeded {
        /// Its organization.
        org: String,
        /// The secret.
        name: String,
    },
    /// The secret has no store password and one was given.
    #[error("Secret '{name}' (organization '{org}') has no store password, but one was given: leave it out")]
    NoPassword {
        /// Its organization.
        org: String,
        /// The secret.
        name: String,
    },
    /// A sealed value cannot be opened. One message, whatever the cause.
    #[error(
        "Secret '{name}' (organization '{org}') cannot be opened: the store password is wrong, or its record is \
             damaged or was sealed with another key. If the password is right, run 'accord secret verify'"
    )]
    CannotOpen {
        /// Its organization.
        org: String,
        /// The secret.
        name: String,
    },
    /// An encrypted string cannot be decrypted. One message, whatever the cause.
    #[error(
        "the string cannot be decrypted: it was encrypted for another project or by another installation, or it is \
             incomplete or damaged. Encrypt the value again for this project"
    )]
    CannotDecrypt,
    /// A sealed state cannot be opened. One message, whatever the cause.
    #[error(
        "the saved state cannot be opened: it belongs to another project or another installation, or it is \
             incomplete or damaged"
    )]
    CannotOpenState,
    /// A sealed value that processes share cannot be opened. One message, whatever the cause.
    #[error(
        "{what} cannot be opened: it was changed outside of Accord, or was sealed with another key. Run \
             'accord secret verify', or set it anew"
    )]
    CannotOpenShared {
        /// What was to be opened.
        what: String,
    },
    /// Metadata is not as it was written.
    #[error(
        "{what} was changed outside of Accord or rolled back ({problem}): it is not used. Run 'accord secret \
             verify', and restore the store from a backup"
    )]
    Tampered {
        /// The record.
        what: String,
        /// What does not fit.
        problem: &'static str,
    },
    /// The root key does not open the store.
    #[error(
        "{provider} does not open the store '{store}': it holds the key of another store, or the store's key records are \
             damaged. Put the key back that this store was made with"
    )]
    WrongRootKey {
        /// Where the key came from.
        provider: String,
        /// The database.
        store: String,
    },
    /// The store exists and its root key does not.
    #[error("{provider} is missing, and the store '{store}' cannot be opened without it. Put it back from your copy")]
    RootKeyMissing {
        /// Where the key should be.
        provider: String,
        /// The database.
        store: String,
    },
    /// The root key cannot be read.
    #[error("{provider} {problem}")]
    RootKey {
        /// Where the key should be.
        provider: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// A record names a key that the ring does not have.
    #[error(
        "a record is sealed with the key {id}, which this store does not have: it comes from another store, or the \
             key was removed"
    )]
    UnknownKey {
        /// The key.
        id: String,
    },
    /// The system gives no random numbers.
    #[error("the operating system gives no random numbers; nothing was written")]
    Randomness,
    /// A message is longer than a cipher takes (64 GiB).
    #[error("the value is too long to be sealed")]
    TooLong,
    /// A background computation was ended.
    #[error("the computation was ended before it was done")]
    Ended,
    /// A backup cannot be read. One message for a wrong passphrase and damage.
    #[error("the backup cannot be opened: {problem}")]
    Backup {
        /// What is wrong and how to mend it.
        problem: String,
    },
    /// The database or its files.
    #[error(transparent)]
    Store(#[from] accord_store::Error),
}

/// Where something was looked for.
fn place(org: &str, store: &str) -> String {
    match org {
        "" => format!("store '{store}'"),
        org => format!("organization '{org}', store '{store}'"),
    }
}
