//! Changing and deleting a secret where it lies: in the store, or in a plain folder.

use std::sync::Arc;

use accord_sdk::{NewSecretContent, SecretChange, SecretFailure, SecretRef};
use accord_secrets::{Error, NewValue, Operation, Permit, ValueChange};
use accord_value::{Secret, SecretBytes};

use super::{SecretFolder, Secrets, store_failure};
use crate::store::Opened;

/// Where a secret was found.
enum Found<'a> {
    Store(Arc<Opened>, Permit),
    Folder(&'a SecretFolder),
}

/// Gives a secret new data, a new store password, or both.
pub(super) fn change(secrets: &Secrets, secret: &SecretRef, change: &SecretChange) -> Result<(), SecretFailure> {
    match find(secrets, secret, Operation::ChangeSecret)? {
        Found::Store(opened, permit) => {
            let value = change.data.as_ref().map(|data| NewValue::Data(SecretBytes::clone_secret(data)));
            let (password, new_password) = (
                secret.password.as_ref().map(Secret::clone_secret),
                change.store_password.as_ref().map(Secret::clone_secret),
            );
            let change = ValueChange { password, value, new_password };
            opened
                .wait(opened.store().change_value(&permit, change))
                .map_err(|error| named(&error, secrets, secret))?;
            Ok(())
        }
        Found::Folder(folder) => {
            if change.store_password.is_some() {
                secrets.masking.warn("the secret folder encrypts nothing: the store password has no effect");
            }
            let Some(data) = &change.data else { return Ok(()) };
            let content = NewSecretContent::Data(data.clone_secret());
            Ok(folder.create(secrets.org(secret.org.as_ref()), &secret.name, &content)?)
        }
    }
}

/// Deletes a secret.
pub(super) fn delete(secrets: &Secrets, secret: &SecretRef) -> Result<(), SecretFailure> {
    match find(secrets, secret, Operation::OwnSecret)? {
        Found::Store(opened, permit) => {
            opened.wait(opened.store().delete(&permit)).map_err(|error| named(&error, secrets, secret))?;
            Ok(())
        }
        Found::Folder(folder) => Ok(folder.delete(secrets.org(secret.org.as_ref()), &secret.name)?),
    }
}

/// The first source that has the secret, as reading has it too.
fn find<'a>(secrets: &'a Secrets, secret: &SecretRef, operation: Operation) -> Result<Found<'a>, SecretFailure> {
    let org = secrets.org(secret.org.as_ref());
    let mut asked = false;
    if let Some(store) = secrets.sources.store.as_ref().filter(|store| store.is_named() || store.exists()) {
        let opened = store.open().map_err(|error| store_failure(&error))?;
        let caller = opened.process(&secrets.process, secrets.project.as_ref(), &secret.origin);
        let permit = opened.wait(async {
            let entry = opened.store().secret(&caller, org, &secret.name).await?;
            opened.store().permit(&caller, operation, entry.id).await
        });
        match permit {
            Ok(permit) => return Ok(Found::Store(opened, permit)),
            Err(Error::SecretNotFound { .. } | Error::OrgNotFound { .. }) => asked = true,
            Err(error) => return Err(store_failure(&error)),
        }
    }
    match &secrets.sources.folder {
        Some(folder) if folder.read(org, &secret.name)?.is_some() => Ok(Found::Folder(folder)),
        _ => Err(secrets.not_found(org, secret, asked)),
    }
}

/// The store speaks of a permit's secret by its id; the flow knows it by its name.
fn named(error: &Error, secrets: &Secrets, secret: &SecretRef) -> SecretFailure {
    match error {
        Error::SecretNotFound { .. } => secrets.not_found(secrets.org(secret.org.as_ref()), secret, true),
        other => store_failure(other),
    }
}
