//! Secrets that open repositories: a key pair, a user name and a password, or a token alone.
//! Source: <https://concord.walmartlabs.com/docs/processes-v2/imports.html>, option `secret`.

use accord_sdk::{SecretFailure, SecretRef};
use accord_value::{SecretBytes, SecretString};

use super::{Secrets, Value, Want};

/// What opens a repository.
pub(crate) enum GitSecret {
    /// A private SSH key.
    KeyPair(SecretBytes),
    /// A password or a token; of a token nobody knows the user.
    Credentials {
        /// The user's name.
        user: Option<SecretString>,
        /// The password.
        password: SecretString,
    },
}

impl Secrets {
    /// The secret, registered with the redactor.
    ///
    /// # Errors
    /// Where there is none, this process may not read it, or it opens no repository.
    #[expect(clippy::disallowed_methods, reason = "the redactor has to know the value before it is handed out")]
    pub(crate) fn for_git(&self, secret: &SecretRef) -> Result<GitSecret, SecretFailure> {
        match self.find(secret, Want::Git)? {
            Value::KeyPair { private, .. } => {
                self.masking.register_bytes(private.expose());
                Ok(GitSecret::KeyPair(private))
            }
            Value::Credentials { username, password } => {
                self.masking.credentials(username.expose(), password.expose());
                Ok(GitSecret::Credentials { user: Some(username), password })
            }
            found @ Value::Data(_) => {
                let refused = self.wrong_kind(secret, &found, "a key pair, or a user name and password");
                let Value::Data(bytes) = found else { return Err(refused) };
                let token = bytes.map(|bytes| bytes.trim_ascii().to_vec()).into_text().map_err(|_| refused)?;
                self.masking.sensitive(token.expose());
                Ok(GitSecret::Credentials { user: None, password: token })
            }
        }
    }
}
