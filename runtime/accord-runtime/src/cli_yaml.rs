//! The configuration of Concord's own CLI, `~/.concord/cli.yaml`: contexts that say where secrets lie.
//!
//! Read so that a user of Concord's CLI need change nothing. Must not know what is in the folders that it names.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::Error;

/// The name of the context that counts unless another is asked for, and that fills what the other leaves out.
const DEFAULT: &str = "default";

/// What one context says, with everything that it leaves out filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Context {
    /// The folder with a folder for each organization and a file for each secret; none where it is switched off.
    pub(crate) secrets: Option<PathBuf>,
    /// Whether flows may create secrets there.
    pub(crate) writable: bool,
    /// The folder of the vaults.
    pub(crate) vaults: Option<PathBuf>,
    /// The vault's file in that folder.
    pub(crate) vault_id: String,
    /// The address of a server that keeps secrets, where the context names one.
    pub(crate) server: Option<String>,
}

#[derive(Default, Deserialize)]
struct File {
    contexts: Option<BTreeMap<String, Option<Named>>>,
}

#[derive(Clone, Default, Deserialize)]
struct Named {
    secrets: Option<Secrets>,
}

#[derive(Clone, Default, Deserialize)]
struct Secrets {
    vault: Option<Vault>,
    local: Option<Local>,
    remote: Option<Remote>,
}

#[derive(Clone, Default, Deserialize)]
struct Vault {
    dir: Option<PathBuf>,
    id: Option<String>,
}

#[derive(Clone, Default, Deserialize)]
struct Local {
    enabled: Option<bool>,
    writable: Option<bool>,
    dir: Option<PathBuf>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Remote {
    enabled: Option<bool>,
    base_url: Option<String>,
}

/// Reads the context `name` (`default` where none is asked for) of the file in Concord's folder.
///
/// # Errors
/// Where the file is broken, or has no such context.
pub(crate) fn context(concord: Option<&Path>, name: Option<&str>) -> Result<Context, Error> {
    let found =
        concord.into_iter().flat_map(|dir| [dir.join("cli.yaml"), dir.join("cli.yml")]).find(|path| path.exists());
    let contexts = match &found {
        Some(path) => read(path)?,
        None => BTreeMap::new(),
    };
    let fallback = contexts.get(DEFAULT).cloned().flatten().unwrap_or_default();
    let asked = match name {
        None | Some(DEFAULT) => fallback.clone(),
        Some(name) => match contexts.get(name) {
            Some(context) => context.clone().unwrap_or_default(),
            None => return Err(unknown(name, found.as_deref(), contexts.keys())),
        },
    };
    Ok(filled(asked.secrets.unwrap_or_default(), fallback.secrets.unwrap_or_default(), concord))
}

fn read(path: &Path) -> Result<BTreeMap<String, Option<Named>>, Error> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(Error::configuration(format!("cannot read {}: {error}", path.display()))),
    };
    if text.trim().is_empty() {
        return Ok(BTreeMap::new());
    }
    let file: File = serde_yaml::from_str(&text).map_err(|error| {
        Error::configuration(format!("cannot use the CLI configuration {}: {error}", path.display()))
    })?;
    Ok(file.contexts.unwrap_or_default())
}

fn unknown<'a>(name: &str, file: Option<&Path>, known: impl Iterator<Item = &'a String>) -> Error {
    let known: Vec<&str> = known.map(String::as_str).collect();
    let place = match file {
        Some(path) if known.is_empty() => format!("{} names no contexts", path.display()),
        Some(path) => format!("{} has: {}", path.display(), known.join(", ")),
        None => "there is no ~/.concord/cli.yaml, so that only `default` is known".to_owned(),
    };
    Error::configuration(format!("configuration context not found: {name}; {place}"))
}

fn filled(asked: Secrets, fallback: Secrets, concord: Option<&Path>) -> Context {
    let (vault, vault_fallback) = (asked.vault.unwrap_or_default(), fallback.vault.unwrap_or_default());
    let (local, local_fallback) = (asked.local.unwrap_or_default(), fallback.local.unwrap_or_default());
    let (remote, remote_fallback) = (asked.remote.unwrap_or_default(), fallback.remote.unwrap_or_default());
    let enabled = local.enabled.or(local_fallback.enabled).unwrap_or(true);
    let folder = local.dir.or(local_fallback.dir).or_else(|| concord.map(|dir| dir.join("secrets")));
    let remote_enabled = remote.enabled.or(remote_fallback.enabled).unwrap_or(false);
    Context {
        secrets: folder.filter(|_| enabled),
        writable: local.writable.or(local_fallback.writable).unwrap_or(true),
        vaults: vault.dir.or(vault_fallback.dir).or_else(|| concord.map(|dir| dir.join("vaults"))),
        vault_id: vault.id.or(vault_fallback.id).unwrap_or_else(|| DEFAULT.to_owned()),
        server: remote.base_url.or(remote_fallback.base_url).filter(|_| remote_enabled),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(text: &str, name: Option<&str>) -> Result<Context, String> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("cli.yaml"), text).unwrap();
        context(Some(dir.path()), name).map_err(|error| error.to_string())
    }

    #[test]
    fn without_a_file_the_folders_are_concords() {
        let context = context(Some(Path::new("/u/.concord")), None).unwrap();
        assert_eq!(context.secrets.as_deref(), Some(Path::new("/u/.concord/secrets")));
        assert_eq!(context.vaults.as_deref(), Some(Path::new("/u/.concord/vaults")));
        assert_eq!((context.vault_id.as_str(), context.writable, context.server), ("default", true, None));
    }

    #[test]
    fn the_default_context_fills_what_another_leaves_out() {
        let text = "contexts:\n  default: {secrets: {vault: {dir: v, id: a}, local: {dir: s}}}\n  b: {secrets: {vault: {id: c}}}\n";
        let context = from(text, Some("b")).unwrap();
        assert_eq!(
            (context.vault_id.as_str(), context.vaults.unwrap(), context.secrets.unwrap()),
            ("c", "v".into(), "s".into())
        );
    }

    #[test]
    fn a_folder_can_be_switched_off() {
        assert_eq!(from("contexts: {default: {secrets: {local: {enabled: false}}}}", None).unwrap().secrets, None);
        assert_eq!(from("context: x", None).unwrap().vault_id, "default");
        assert_eq!(from("", None).unwrap().vault_id, "default");
    }

    #[test]
    fn broken_files_and_unknown_contexts_are_errors() {
        for (text, name, part) in [
            ("contexts: [", None, "cli.yaml"),
            ("contexts: {default: {secrets: {local: {enabled: maybe}}}}", None, "boolean"),
            ("contexts: {default: {}}", Some("nope"), "nope"),
            ("a: 1", Some("nope"), "names no contexts"),
        ] {
            let message = from(text, name).unwrap_err();
            assert!(message.contains(part), "{message}");
        }
        assert!(context(None, Some("nope")).unwrap_err().to_string().contains("only `default`"));
    }
}
