//! `accord secret create`.

use std::path::{Path, PathBuf};

use accord_secrets::{KeyType, NewSecret, NewValue, StorePassword, Visibility};
use accord_value::{Secret, SecretString};

use crate::args::{self, SecretCreate};
use crate::exit::Exit;
use crate::store::{open, refused, show, split};
use crate::{input, output};

/// Keeps a new secret.
#[expect(clippy::disallowed_methods, reason = "a store password that was just made is shown this once")]
pub(crate) fn create(options: &SecretCreate) -> Result<Exit, Exit> {
    let (org, name) = split(&options.name);
    let value = value(options)?;
    let store_password = match input::password(&options.password, options.store.no_prompt, true)? {
        Some(password) => StorePassword::Given(password),
        None if options.generate_password => StorePassword::Generate,
        None => StorePassword::None,
    };
    let new = NewSecret {
        projects: options.projects.clone(),
        visibility: match options.visibility {
            args::Visibility::Private => Visibility::Private,
            args::Visibility::Public => Visibility::Public,
        },
        store_password,
        ..NewSecret::new(org, name, value)
    };
    let opened = open(&options.store)?;
    let created = opened.wait(opened.store().create_secret(opened.caller(), new)).map_err(|error| refused(&error))?;
    output::note(&format!("Created {}/{}", created.entry.org_name, created.entry.name));
    let password = created.generated_password.as_ref().map(Secret::expose);
    match options.store.format {
        args::Format::Json => {
            let mut answer = serde_json::to_value(&created.entry).unwrap_or_default();
            if let (Some(password), Some(fields)) = (password, answer.as_object_mut()) {
                fields.insert("password".to_owned(), password.as_str().into());
            }
            show(&answer, options.store.format, |_| Vec::new());
        }
        args::Format::Text => {
            if let Some(key) = &created.entry.public_key {
                output::line(key);
            }
            if let Some(password) = password {
                output::note("The store password, shown this once:");
                output::line(password);
            }
        }
    }
    Ok(Exit::Done)
}

fn value(options: &SecretCreate) -> Result<NewValue, Exit> {
    let from = |prompt: &'static str| input::From {
        file: options.file.as_deref(),
        env: options.value_env.as_deref(),
        prompt,
        confirm: true,
        no_prompt: options.store.no_prompt,
        option: "--file, --value-env or --generate",
    };
    if let Some(file) = &options.key_pair {
        if options.generate {
            return Ok(NewValue::Generate(KeyType::default()));
        }
        return key_pair(file.as_deref(), options.store.no_prompt);
    }
    if options.generate {
        let made = generated(options.username.as_deref().unwrap_or_default())?;
        return Ok(match &options.username {
            Some(username) => NewValue::UsernamePassword { username: username.clone(), password: made },
            None => NewValue::Data(made.into_bytes()),
        });
    }
    match &options.username {
        Some(username) => {
            Ok(NewValue::UsernamePassword { username: username.clone(), password: input::text(&from("password"))? })
        }
        None => Ok(NewValue::Data(input::bytes(&from("value"))?)),
    }
}

fn key_pair(file: Option<&Path>, no_prompt: bool) -> Result<NewValue, Exit> {
    let Some(file) = file else {
        output::error("which key pair? give the private key's file with --key-pair FILE, or make one with --generate");
        return Err(Exit::Usage);
    };
    let from = input::From {
        file: Some(file),
        env: None,
        prompt: "private key",
        confirm: false,
        no_prompt,
        option: "--key-pair",
    };
    let private = input::bytes(&from)?.into_text().map_err(|_| {
        output::error(&format!("{} is not text, so no private key", file.display()));
        Exit::Failed
    })?;
    let mut public = file.as_os_str().to_owned();
    public.push(".pub");
    let public = PathBuf::from(public);
    let public = match std::fs::read_to_string(&public) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            output::error(&format!("cannot read {}: {error}", public.display()));
            return Err(Exit::Failed);
        }
    };
    Ok(NewValue::KeyPair { private, public })
}

/// A random text that every program takes for a password.
fn generated(username: &str) -> Result<SecretString, Exit> {
    accord_secrets::generate_password(username).map_err(|error| refused(&error))
}
