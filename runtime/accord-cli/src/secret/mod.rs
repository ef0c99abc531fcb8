//! `accord secret`: the life of a secret from the command line.

mod create;
mod export;
mod import;
mod verify;

use accord_secrets::{Caller, Operation, SecretEntry, SecretFilter};

use crate::args::{Secret, SecretDelete, SecretEncrypt, SecretList, SecretNamed};
use crate::exit::Exit;
use crate::store::{list, open, refused, show, split};
use crate::{input, output};

/// Runs one of the commands.
pub(crate) fn secret(command: &Secret) -> Result<Exit, Exit> {
    match command {
        Secret::Create(options) => create::create(options),
        Secret::List(options) => list_secrets(options),
        Secret::Show(options) => show_secret(options),
        Secret::Export(options) => export::export(options),
        Secret::Delete(options) => delete(options),
        Secret::Encrypt(options) => encrypt(options),
        Secret::Import(options) => import::import(options),
        Secret::Verify(options) => verify::verify(options),
    }
}

fn list_secrets(options: &SecretList) -> Result<Exit, Exit> {
    let opened = open(&options.store)?;
    let filter = SecretFilter { org: options.org.clone(), ..SecretFilter::default() };
    let found = opened.wait(opened.store().list_secrets(opened.caller(), &filter)).map_err(|error| refused(&error))?;
    list(&found, options.store.format, |entry: &SecretEntry| {
        vec![
            format!("{}/{}", entry.org_name, entry.name),
            kind(entry).to_owned(),
            entry.visibility.to_string().to_lowercase(),
            projects(entry),
        ]
    });
    Ok(Exit::Done)
}

fn show_secret(options: &SecretNamed) -> Result<Exit, Exit> {
    let opened = open(&options.store)?;
    let (org, name) = split(&options.name);
    let found = opened.wait(opened.store().secret(opened.caller(), org, name)).map_err(|error| refused(&error))?;
    show(&found, options.store.format, describe);
    Ok(Exit::Done)
}

/// What is known about a secret, a line each.
fn describe(entry: &SecretEntry) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("Name", format!("{}/{}", entry.org_name, entry.name)),
        ("Id", entry.id.to_string()),
        ("Kind", kind(entry).to_owned()),
        ("Visibility", entry.visibility.to_string().to_lowercase()),
        ("Protection", entry.protection.to_string().to_lowercase().replace('_', " ")),
        ("Owner", entry.owner.as_ref().map_or_else(|| "nobody".to_owned(), |owner| owner.name.clone())),
        ("Projects", if entry.projects.is_empty() { "any".to_owned() } else { projects(entry) }),
        ("Version", entry.version.to_string()),
        ("Created", accord_runtime::utc(entry.created_at / 1000)),
        ("Updated", accord_runtime::utc(entry.updated_at / 1000)),
    ];
    if let Some(key) = &entry.public_key {
        lines.push(("Public key", key.clone()));
    }
    lines
}

fn kind(entry: &SecretEntry) -> &'static str {
    match entry.kind {
        accord_secrets::SecretKind::Data => "data",
        accord_secrets::SecretKind::KeyPair => "key pair",
        accord_secrets::SecretKind::UsernamePassword => "username/password",
    }
}

fn projects(entry: &SecretEntry) -> String {
    entry.projects.iter().map(|project| project.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn delete(options: &SecretDelete) -> Result<Exit, Exit> {
    let opened = open(&options.store)?;
    let (org, name) = split(&options.name);
    let entry = opened.wait(opened.store().secret(opened.caller(), org, name)).map_err(|error| refused(&error))?;
    if !options.yes {
        let prompt = format!("Deleting {org}/{name} cannot be undone. Enter its name: ");
        let typed = input::visible(&prompt, options.store.no_prompt).inspect_err(|_| {
            output::error("nobody can be asked whether to delete it: say --yes");
        })?;
        if typed != name && typed != options.name {
            output::error("that is not its name: nothing was deleted");
            return Ok(Exit::Failed);
        }
    }
    let deleted = opened.wait(async {
        let permit = opened.store().permit(opened.caller(), Operation::OwnSecret, entry.id).await?;
        opened.store().delete(&permit).await
    });
    let deleted = deleted.map_err(|error| refused(&error))?;
    output::note(&format!("Deleted {}/{}", deleted.org_name, deleted.name));
    Ok(Exit::Done)
}

fn encrypt(options: &SecretEncrypt) -> Result<Exit, Exit> {
    let opened = open(&options.store)?;
    let project = opened.wait(opened.store().project(opened.caller(), &options.org, &options.project));
    let project = project.map_err(|error| refused(&error))?;
    let text = input::text(&input::From {
        file: options.file.as_deref(),
        env: options.value_env.as_deref(),
        prompt: "text",
        confirm: false,
        no_prompt: options.store.no_prompt,
        option: "--file or --value-env",
    })?;
    // The project's key is for its processes; who runs this program may act as one.
    let caller: Caller = opened.caller().clone();
    let encrypted = opened.wait(async {
        let permit = opened.store().permit(&caller, Operation::EncryptString, project.id).await?;
        opened.store().encrypt_string(&permit, &text).await
    });
    let encrypted = encrypted.map_err(|error| refused(&error))?;
    match options.store.format {
        crate::args::Format::Json => output::line(&serde_json::json!({"encrypted": encrypted}).to_string()),
        crate::args::Format::Text => output::line(&encrypted),
    }
    Ok(Exit::Done)
}
