//! Encrypted strings: a value under a project's key that nobody stores for its owner.

use accord_value::SecretString;

use super::Store;
use super::state::PROJECT;
use crate::access::Permit;
use crate::audit::Outcome;
use crate::model::{ProjectId, Target};
use crate::permissions::Operation;
use crate::seal::scoped;
use crate::{Error, Result};

impl Store {
    /// Encrypts a text with a project's key. Two encryptions of one text differ.
    ///
    /// # Errors
    /// The permit is for another operation; the value is larger than the store takes; the audit
    /// entry cannot be written.
    pub async fn encrypt_string(&self, permit: &Permit, text: &SecretString) -> Result<String> {
        let project = self.string_project(permit, Operation::EncryptString).await?;
        let (size, limit) = (text.len(), self.inner.options.max_value);
        if size > limit {
            return Err(Error::TooLarge { size, limit });
        }
        let key = self.scope_key(PROJECT, &project.to_string(), None).await?.ok_or(Error::CannotDecrypt)?;
        #[expect(clippy::disallowed_methods, reason = "the text is being sealed")]
        let sealed = scoped::seal_string(&key, text.expose().as_bytes())?;
        self.record_use(permit, Outcome::Ok, "ENCRYPT").await?;
        Ok(sealed)
    }

    /// Decrypts a text that was encrypted with the project's key. The audit entry is on the disk
    /// before the text leaves.
    ///
    /// # Errors
    /// [`Error::CannotDecrypt`] for a string of another project or installation, an incomplete or
    /// damaged one; the permit is for another operation; the audit entry cannot be written.
    pub async fn decrypt_string(&self, permit: &Permit, text: &str) -> Result<SecretString> {
        let project = self.string_project(permit, Operation::DecryptString).await?;
        let opened = self.open_string(project, text).await;
        let outcome = if opened.is_ok() { Outcome::Ok } else { Outcome::Failed };
        self.record_use(permit, outcome, "DECRYPT").await?;
        opened
    }

    async fn open_string(&self, project: ProjectId, text: &str) -> Result<SecretString> {
        let (version, sealed) = scoped::parse_string(text).map_err(|_| Error::CannotDecrypt)?;
        let key = self.scope_key(PROJECT, &project.to_string(), Some(version)).await?.ok_or(Error::CannotDecrypt)?;
        let mut plain = scoped::open_string(&key, &sealed).map_err(|_| Error::CannotDecrypt)?;
        let plain = accord_value::SecretBytes::new(std::mem::take(&mut *plain));
        plain.into_text().map_err(|_| Error::CannotDecrypt)
    }

    async fn string_project(&self, permit: &Permit, operation: Operation) -> Result<ProjectId> {
        self.expect_operation(permit, &[operation])?;
        let mut read = self.read().await?;
        self.check(&mut read, permit.caller(), operation, permit.target()).await?;
        read.finish().await?;
        match permit.target() {
            Target::Project(id) => Ok(id),
            _ => Err(Error::Invalid("the permit is not about a project".to_owned())),
        }
    }
}
